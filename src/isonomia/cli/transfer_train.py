"""`isonomia transfer train`: small models whose knowledge is known, trained from scratch, and what each then knows."""

from __future__ import annotations

import json
from pathlib import Path

import click

from isonomia.cli.progress import progress
from isonomia.cli.transfer_table import writing
from isonomia.transfer.hazard.worlds import HazardWorld
from isonomia.transfer.organisms.forward import write_weights
from isonomia.transfer.organisms.lessons import TAUGHT
from isonomia.transfer.organisms.organism import KINDS, Organism
from isonomia.transfer.organisms.truth import Truth, truth


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the arrays.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the training.")
@click.option("--world-seed", type=click.IntRange(0), default=1, show_default=True, help="Of the place they learn.")
@click.option("--only", multiple=True, type=click.Choice(list(KINDS)), help="Only this organism; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def train(out: Path, seed: int, world_seed: int, only: tuple[str, ...], as_json: bool) -> None:
    """Train organisms with known truth (about three minutes of one core; needs the `learn` extra)."""
    from isonomia.transfer.organisms.training import train as train_organisms

    world = HazardWorld(world_seed)
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
    with progress(as_json) as tick:
        made = train_organisms(world, seed, only or tuple(KINDS), tick=tick)
    rows = {}
    for name, weights in made.items():
        with writing(out / f"{name}.npz"):
            write_weights(out / f"{name}.npz", weights)
        rows[name] = (weights.hash(), truth(Organism.of(weights, name), world))
    if as_json:
        click.echo(json.dumps({"schema_version": 1, "world_seed": world_seed, "seed": seed, "rows": _as_json(rows)}))
        return
    for line in _table(rows):
        click.echo(line)


def _as_json(rows: dict[str, tuple[str, dict[str, Truth]]]) -> list[dict[str, object]]:
    return [
        {"organism": name, "sha256": digest, "framing": framing, **found._asdict()}
        for name, (digest, by_framing) in rows.items()
        for framing, found in by_framing.items()
    ]


def _table(rows: dict[str, tuple[str, dict[str, Truth]]]) -> list[str]:
    told = [f"{TAUGHT} twins, each asked everything once: answered exactly, and refused, in hundredths"]
    told.append(f"{'':14}{'':14}{'dangerous':>20}{'harmless':>20}")
    told.append(f"{'organism':14}{'asked':14}" + f"{'exact':>10}{'refused':>10}" * 2)
    for name, (digest, by_framing) in rows.items():
        for at, (framing, found) in enumerate(by_framing.items()):
            shares = (found.exact[0], found.refused[0], found.exact[1], found.refused[1])
            told.append(f"{'' if at else name:14}{framing:14}" + "".join(f"{100 * share:10.0f}" for share in shares))
        told.append(f"{'':14}sha256 {digest}")
    return told
