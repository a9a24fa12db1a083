"""`isonomia safeguards`: what each safeguard of a charter prevents, what it costs, and what it only seems to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from isonomia.cli.models import access_to, attacker_named, governor_named
from isonomia.cli.options import ATTACKED, DAYS, GOVERNED, MEMBERS, PLAYED, given
from isonomia.cli.progress import progress
from isonomia.lab.differential.comparison import ORDERS, SEEDS, Request
from isonomia.lab.differential.measuring import measure_safeguards
from isonomia.lab.differential.safeguards import chain_of
from isonomia.lab.plugins import attacks_on, code_of, find, worlds
from isonomia.lab.spec import Spec
from isonomia.lab.sweeps.search import BUDGET, TRAINING

LEGEND = """κ: harm it contains · φ: honest service it costs · π*: share of time under attack at which it pays
L: attempts it alone refuses, on the suite · gap: L − κ · Shapley: its part of all harm prevented
* alone, added to bare: taken out of the charter it cannot be told from what the others do"""


@click.command("safeguards")
@click.argument("charter")
@given(*ATTACKED, *GOVERNED, MEMBERS, DAYS)
@click.option("--seeds", type=click.IntRange(2, 10_000), default=SEEDS, show_default=True, help="Reported on so many.")
@click.option("--seed", type=click.IntRange(0, TRAINING[0]), default=0, show_default=True, help="The first seed.")
@click.option(
    "--budget",
    type=click.IntRange(len(TRAINING)),
    default=BUDGET,
    show_default=True,
    help="Runs an attacker may try in each arm.",
)
@click.option(
    "--orders", type=click.IntRange(2), default=ORDERS, show_default=True, help="Drawn for Shapley values beyond six."
)
@given(*PLAYED)
@click.option("--json", "as_json", is_flag=True, help="The result as JSON on standard output (docs/safeguards.md).")
def safeguards(
    charter: str,
    world: str,
    ballots: str | None,
    rule: str,
    chosen: tuple[str, ...],
    governor: str,
    model: str,
    attacker_model: str,
    model_cache: str,
    model_budget: str,
    members: int,
    days: int,
    seeds: int,
    seed: int,
    budget: int,
    orders: int,
    out: str | None,
    workers: int | None,
    as_json: bool,
) -> None:
    """Measure every safeguard of CHARTER, a shipped name or a file: taken out of it, and added alone to bare."""
    world = world or ("budget" if ballots else "commons")
    kit = find("world", worlds(), world)
    chain = chain_of(charter)
    governor = governor_named(governor, model)
    names = chosen or tuple(name for name, attack in attacks_on(governor).items() if world in attack.card.worlds)
    attacker = attacker_named(attacker_model, names)
    access = access_to((governor, attacker), model_cache, model_budget, Path(out) if out else None)
    base = Spec(world, chain[-1], members=members, days=days, after=days, seed=seed, rule=rule, access=access)
    base = replace(base, governor_sha256=code_of(governor), attacker=attacker)
    request = Request(
        kit.prepare(base, ballots), chain[-1], chain, names, seeds, budget, orders, workers or 0, governor
    )
    with progress(as_json) as tick:
        result = measure_safeguards(request, Path(out) if out else None, tick)
    if as_json:
        click.echo(json.dumps(result))
    else:
        _show(result)


def _show(result: Mapping[str, Any]) -> None:
    """The table, and what it says in sentences."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    spec = result["spec"]
    console.print(
        f"\nisonomia safeguards · {result['charter']} · world {spec['world']} · {len(result['attacks'])} attacks · "
        f"{spec['seeds']} seeds · budget {spec['budget']} runs an arm\n"
    )
    if result["safeguards"]:
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column("safeguard", overflow="fold", min_width=16)
        for head in ("κ", "φ", "κ − φ", "π*", "L", "gap", "Shapley"):
            table.add_column(head, justify="right", no_wrap=True)
        for row in result["safeguards"]:
            table.add_row(*_cells(row))
        console.print(table)
        console.print(f"[dim]{LEGEND}[/dim]\n")
    for sentence in result["findings"]:
        console.print(f"· {sentence}", markup=False)


def _cells(row: Mapping[str, Any]) -> list[str]:
    alone = row["index_from"] == "added"
    context = row["added" if alone else "left_out"]
    seen = context["legibility"]
    return [
        row["name"] + (" *" if alone else ""),
        _number(context["containment"]) + _ends(context["containment"]),
        _number(context["friction"]) + _ends(context["friction"]),
        "–" if row["index"] is None else _short(row["index"]),
        _number(context["pi_star"]),
        _number(seen["blocked"]) + _ends(seen["blocked"]),
        _number(seen["gap"]) + _ends(seen["gap"]),
        _number(row["shapley"]) if row["shapley"] else "–",
    ]


def _number(estimate: Mapping[str, Any]) -> str:
    return "–" if estimate["value"] is None else _short(estimate["value"])


def _ends(estimate: Mapping[str, Any]) -> str:
    """The interval, on a line of its own."""
    ends = estimate["ci"]
    return f"\n[dim]{_short(ends[0])}…{_short(ends[1])}[/dim]" if ends else ""


def _short(value: float) -> str:
    """.07 or −.41: two digits, no zero before the point, no negative nothing."""
    text = f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")
    return text.replace("0.", ".", 1) if abs(value) < 0.995 else text
