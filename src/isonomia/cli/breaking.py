"""`isonomia break`: attack charters, and say what broke."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from isonomia.basics.errors import IsonomiaError
from isonomia.cli.main import FINDING
from isonomia.cli.progress import progress
from isonomia.constitution.charter import Charter
from isonomia.constitution.charter_file import shipped
from isonomia.lab.breaking import BUDGET, Request, break_polities
from isonomia.lab.cells import LOOKS
from isonomia.lab.charters import load
from isonomia.lab.engines import ENGINES
from isonomia.lab.plugins import attacks, code_of, find, worlds
from isonomia.lab.spec import Spec
from isonomia.report.page import render_break
from isonomia.report.story import tell

LEGEND = """number: harm, share of victims' person-days lost · friction: of honest service
right: a right of procedure failed · under an attack: who else governs"""
WORDS = {"broken": "BROKEN", "held": "held", "undetermined": "undetermined", "no headroom": "no headroom"}


@click.command("break")
@click.argument("charters", metavar="[CHARTER]...", nargs=-1)
@click.option("--world", default="", help="commons or budget; a --ballots file means budget.")
@click.option("--ballots", type=click.Path(dir_okay=False), help="A Pabulib .pb file: real ballots for the budget.")
@click.option("--rule", default="", help="How ballots become a mandate (budget); a wrong name lists them.")
@click.option("--attack", "chosen", multiple=True, help="Only this attack; may be given more than once.")
@click.option("--governor", default="", help="steward, idle, credulous, captured, FILE.py:CLASS, or a model's URL.")
@click.option("--members", type=click.IntRange(20, 1_000_000), default=100, show_default=True, help="Persons.")
@click.option(
    "--days", type=click.IntRange(1, 3650), default=40, show_default=True, help="Days attacked; as many follow."
)
@click.option(
    "--seeds", type=click.IntRange(2, 10_000), default=LOOKS[-1], show_default=True, help="At most, per cell."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The first seed.")
@click.option(
    "--search",
    type=click.IntRange(0, 10_000),
    default=BUDGET,
    show_default=True,
    help="Runs to try points with.",
)
@click.option("--out", type=click.Path(file_okay=False), help="Where pairs, runs and report are kept; resumes.")
@click.option("--workers", type=click.IntRange(1), help="Processes; as many as there are cores.")
@click.option("--engine", type=click.Choice(list(ENGINES)), default="local", help="Where runs are played: local.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON on standard output (docs/json.md).")
@click.option("--fail-if", type=click.Choice(["broken"]), help="Exit 1 if any cell is that.")
def break_command(
    charters: tuple[str, ...],
    world: str,
    ballots: str | None,
    rule: str,
    chosen: tuple[str, ...],
    governor: str,
    members: int,
    days: int,
    seeds: int,
    seed: int,
    search: int,
    out: str | None,
    workers: int | None,
    engine: str,
    as_json: bool,
    fail_if: str | None,
) -> None:
    """Attack charters and measure what breaks.

    A CHARTER is a shipped name or a file; without any, all shipped ones are attacked.
    """
    world = world or ("budget" if ballots else "commons")
    kit = find("world", worlds(), world)
    loaded, parents = _charters(charters)
    given = click.get_current_context().get_parameter_source("members")
    if world == "budget" and given is click.core.ParameterSource.COMMANDLINE:
        click.echo("--members says nothing here: the members of a budget are the voters of its ballots", err=True)
    base = kit.prepare(Spec(world, loaded[0], members=members, days=days, after=days, seed=seed, rule=rule), ballots)
    base = replace(base, governor_sha256=code_of(governor))
    if governor.startswith(("http://", "https://")):
        _reach(governor)
    names = chosen or tuple(name for name, attack in attacks().items() if world in attack.card.worlds)
    request = Request(base, loaded, parents, names, governor, seeds, workers or 0, engine, search)
    folder = Path(out) if out else Path(f"isonomia-break-{_short(request)}")
    if not as_json:
        where = kit.describe(base) or f"{base.members} members"
        click.echo(f"isonomia break · world {world} · {where} · {days} days attacked + {days} after · seed {seed}")
    with progress(as_json) as tick:
        result, told = break_polities(request, folder, tick)
    result["report"] = str(folder / "report.html")
    _write(folder, result, told)
    if as_json:
        click.echo(json.dumps(result))
    else:
        _show(result, folder)
    if fail_if and any(cell["status"] == fail_if for cell in result["cells"]):
        raise SystemExit(FINDING)


def _reach(url: str) -> None:
    """Refuse a model that nobody answers for, rather than report on an empty seat."""
    import socket
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    try:
        socket.create_connection(
            (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)), 5
        ).close()
    except (OSError, ValueError) as error:
        raise IsonomiaError(f"no model answers at {url}: {error}") from error


def _charters(names: tuple[str, ...]) -> tuple[tuple[Charter, ...], dict[str, Charter]]:
    """The charters asked for, by name, and for each the one it extends."""
    loaded = tuple(load(name) for name in (names or shipped()))
    seen = [charter.name for charter in loaded]
    doubled = sorted({name for name in seen if seen.count(name) > 1})
    if doubled:
        raise click.UsageError(f"two charters are called {doubled[0]!r}; give one another name")
    parents = {}
    for name, charter in zip(names or shipped(), loaded, strict=True):
        if charter.extends:
            parent = charter.extends
            path = parent if parent in shipped() else str(Path(name).parent / parent)
            parents[charter.name] = load(path)
    return loaded, parents


def _short(request: Request) -> str:
    from hashlib import sha256

    asked = [request.base.digest, *(repr(c) for c in request.charters), *request.attacks, request.governor]
    return sha256("\n".join(asked).encode()).hexdigest()[:8]


def _write(folder: Path, result: dict[str, Any], told: dict[str, Any]) -> None:
    try:
        (folder / "cells").mkdir(exist_ok=True)
        for name, text in {**render_break(result, told), "result.json": json.dumps(result, indent=1)}.items():
            part = folder / f"{name}.part"
            part.write_text(text, encoding="utf-8")
            part.replace(folder / name)  # so that neither is ever there in half
    except OSError as error:
        raise IsonomiaError(f"{folder} cannot be written: {error.strerror}") from error


def _show(result: dict[str, Any], folder: Path) -> None:
    """The table, the story, and what to type next."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    story = tell(result)
    console.print(f"\n[bold]{story.headline}[/bold]\n")
    charters = [row["name"] for row in result["charters"]]
    table = Table(box=None, pad_edge=False, show_footer=True)
    friction = {row["charter"]: row["mean"] for row in result["friction"]}
    table.add_column("attack", footer="friction")
    for name in charters:
        cost = friction.get(name)
        table.add_column(name, footer="–" if cost is None else f"{cost:.3f}", no_wrap=True)
    cells = {(cell["attack"], cell["charter"]): cell for cell in result["cells"]}
    for row in result["attacks"]:
        table.add_row(
            f"{row['name'].replace('-', '-' + chr(10), 1)}\n[dim]{row['governor']}[/dim]",
            *[_cell(cells[row["name"], name]) for name in charters],
        )
    console.print(table)
    console.print(f"[dim]{LEGEND}[/dim]\n")
    for sentence in story.sentences:
        console.print(f"· {sentence.text}")
    for control in result["controls"]:
        if not control["ok"]:
            console.print(f"[bold red]control failed:[/bold red] {control['name']}: {control['got']}")
    if result["controls"] and all(control["ok"] for control in result["controls"]):
        console.print(f"The lab's own controls came out right: {', '.join(c['name'] for c in result['controls'])}.")
    run = next((cell["run"] for cell in result["cells"] if cell["broken"]), result["cells"][0]["run"])
    console.print(f"\nRead     {folder / 'report.html'}")
    console.print(f"Verify   isonomia verify {folder / run}")
    console.print(f"Replay   isonomia replay {folder / run}")


def _cell(cell: dict[str, Any]) -> str:
    word = WORDS[cell["status"]]
    style = {"broken": "bold red", "held": "green"}.get(cell["status"], "dim")
    return f"[{style}]{word}[/{style}]\n{cell['harm']:.3f}" + (" right" if cell["structural"] else "")
