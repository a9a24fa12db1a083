"""`isonomia break`: attack charters, and say what broke."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isonomia.basics.errors import IsonomiaError
from isonomia.cli.main import FINDING
from isonomia.cli.models import access_to, attacker_named, governor_named
from isonomia.cli.options import ATTACKED, DAYS, GOVERNED, MEMBERS, PLAYED, given
from isonomia.cli.progress import progress
from isonomia.constitution.charter import Charter
from isonomia.constitution.charter_file import shipped
from isonomia.lab.breaking import BUDGET, Request, break_polities
from isonomia.lab.charters import load
from isonomia.lab.plugins import attacks_on, code_of, find, worlds
from isonomia.lab.spec import Spec
from isonomia.lab.sweeps.cells import LOOKS
from isonomia.lab.sweeps.engines import ENGINES
from isonomia.report.figures import number
from isonomia.report.page import render_break
from isonomia.report.reading import Break, Cell, read
from isonomia.report.story import tell
from isonomia.report.table import worst_first

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

LEGEND = """number: harm, share of victims' person-days lost · friction: of honest service
right: a right of procedure failed · under an attack: who else governs"""
SHORT_LEGEND = """B broken · h held · ? undetermined · - no headroom · ! a right failed
number: harm, share of victims' person-days lost · friction: of honest service"""
WORDS = {"broken": "BROKEN", "held": "held", "undetermined": "undetermined", "no headroom": "no headroom"}
LETTERS = {"broken": "B", "held": "h", "undetermined": "?", "no headroom": "-"}
STYLES = {"broken": "bold red", "held": "green"}


@click.command("break")
@click.argument("charters", metavar="[CHARTER]...", nargs=-1)
@given(*ATTACKED, *GOVERNED, MEMBERS, DAYS)
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
@given(*PLAYED)
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
    model: str,
    attacker_model: str,
    model_cache: str,
    model_budget: str,
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
    source = click.get_current_context().get_parameter_source("members")
    if world == "budget" and source is click.core.ParameterSource.COMMANDLINE:
        click.echo("--members says nothing here: the members of a budget are the voters of its ballots", err=True)
    base = kit.prepare(Spec(world, loaded[0], members=members, days=days, after=days, seed=seed, rule=rule), ballots)
    governor = governor_named(governor, model)
    names = chosen or tuple(name for name, attack in attacks_on(governor).items() if world in attack.card.worlds)
    attacker = attacker_named(attacker_model, names)
    base = replace(base, governor_sha256=code_of(governor), attacker=attacker)
    request = Request(base, loaded, parents, names, governor, seeds, workers or 0, engine, search)
    folder = Path(out) if out else Path(f"isonomia-break-{_short(request)}")
    access = access_to((governor, attacker), model_cache, model_budget, folder)
    request = replace(request, base=replace(base, access=access))
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

    console = Console(highlight=False, markup=False)
    found = read(result)
    story = tell(result)
    console.print(f"\n{story.headline}\n", style="bold")
    wide = max([0, *(len(attack.name) for attack in found.attacks)])
    wide += sum(2 + max(len(charter.name), len("undetermined")) for charter in found.charters)
    _print_wide(console, found) if wide <= console.width else _print_narrow(console, found)
    about = ""
    for sentence in story.sentences:
        if sentence.about != about and about:
            console.print()
        about = sentence.about
        console.print(f"· {sentence.text}")
    console.print()
    for control in found.controls:
        if not control.ok:
            console.print(f"control failed: {control.name}: {control.got}", style="bold red")
    if found.controls and all(control.ok for control in found.controls):
        console.print(f"The lab's own controls came out right: {', '.join(c.name for c in found.controls)}.")
    silent = max(cell.get("attacker_silent", 0.0) for cell in result["cells"])
    if silent:
        console.print(
            f"The attacker's model gave no words on up to {silent:.0%} of the attacked days of a recorded run."
        )
    run = next((cell["run"] for cell in result["cells"] if cell["broken"]), result["cells"][0]["run"])
    console.print(f"\nRead     {folder / 'report.html'}")
    console.print(f"Verify   isonomia verify {folder / run}")
    console.print(f"Replay   isonomia replay {folder / run}")


def _print_wide(console: Console, found: Break) -> None:
    """A column a charter under its whole name; the order is that of the page."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_footer=True)
    table.add_column("attack", footer="friction")
    for charter in found.charters:
        table.add_column(Text(charter.name), footer=_cost(found, charter.name), no_wrap=True)
    for attack in worst_first(found):
        cells = [found.cells.get((attack.name, charter.name)) for charter in found.charters]
        first = Text.assemble(attack.name, "\n", (attack.governor, "dim"))
        table.add_row(first, *[_in_words(cell) for cell in cells])
    console.print(table)
    console.print(f"{LEGEND}{_over(found)}\n", style="dim")


def _in_words(cell: Cell | None) -> Text:
    from rich.text import Text

    if cell is None:
        return Text("–")
    harm = "–" if cell.harm.value is None else f"{cell.harm.value:.3f}"
    right = " right" if cell.structural else ""
    return Text.assemble((WORDS.get(cell.status, cell.status), STYLES.get(cell.status, "dim")), f"\n{harm}{right}")


def _print_narrow(console: Console, found: Break) -> None:
    """A letter and two digits a cell, for many charters on eighty columns; below it which column is which."""
    from rich.table import Table
    from rich.text import Text

    short = short_names([charter.name for charter in found.charters])
    table = Table(box=None, pad_edge=False, show_footer=True, padding=(0, 1, 0, 0))
    table.add_column("attack", footer="friction", no_wrap=True)
    for name, charter in zip(short, found.charters, strict=True):
        table.add_column(Text(name), footer=_cost(found, charter.name), no_wrap=True)
    for attack in worst_first(found):
        cells = [found.cells.get((attack.name, charter.name)) for charter in found.charters]
        table.add_row(Text(attack.name), *[_in_short(cell) for cell in cells])
    console.print(table)
    console.print(
        f"{_key(short, [charter.name for charter in found.charters])}\n{SHORT_LEGEND}{_over(found)}\n", style="dim"
    )


def _in_short(cell: Cell | None) -> Text:
    from rich.text import Text

    if cell is None:
        return Text("–")
    letter = LETTERS.get(cell.status, "?") + ("!" if cell.structural else " ")
    harm = figure(cell.harm.value)
    return Text(letter + harm, style=STYLES.get(cell.status, "dim"))


def figure(harm: float | None) -> str:
    """`.62`, `−.02`, `1.0`, `≈0` for less than half a hundredth, `0` for exactly that."""
    if harm is None:
        return "–"
    if abs(harm) < 0.005:
        return "≈0" if harm else "0"
    text = f"{abs(harm):.2f}"
    return ("−" if harm < 0 else "") + (text[1:] if text.startswith("0") else text[:3])


def short_names(names: list[str]) -> list[str]:
    """`b`, `f`, `h1`: the initials of a name's words, a number whole; plain numbers where two would be alike."""
    parts = [re.findall(r"\d+|[^\W\d_]+", name) for name in names]
    short = ["".join(part if part.isdigit() else part[0] for part in found) for found in parts]
    usable = all(short) and len(set(short)) == len(short) and max(map(len, short), default=0) <= 5
    return short if usable else [str(n) for n in range(1, len(names) + 1)]


def _key(short: list[str], names: list[str]) -> str:
    """`b bare · h1 to h7 hardened-1 to hardened-7`: names that only count up stand as a stretch."""
    stretches: list[list[int]] = []
    for i, name in enumerate(names):
        stem, last = name.rstrip("0123456789"), names[i - 1] if i else ""
        if stem != name and stem == last.rstrip("0123456789") != last:
            stretches[-1].append(i)
        else:
            stretches.append([i])

    def said(words: list[str], at: list[int]) -> str:
        return words[at[0]] + (f" to {words[at[-1]]}" if len(at) > 1 else "")

    return " · ".join(f"{said(short, at)} {said(names, at)}" for at in stretches)


def _over(found: Break) -> str:
    """A line that says over which charter each price is measured, where that is not the column to its left."""
    by: dict[str, list[str]] = {}
    for charter in found.charters:
        over = found.price_over(charter.name)
        if over:
            by.setdefault(over, []).append(charter.name)
    if not by:
        return ""
    told = [f"{', '.join(names)} over {over}" for over, names in by.items()]
    left = any(f.against and not found.price_over(f.charter) for f in found.friction)
    return f"\nfriction of {'; '.join(told)}" + ("; of the others over the column to the left" if left else "")


def _cost(found: Break, charter: str) -> str:
    friction = found.friction_of(charter)
    return "–" if friction is None else number(friction.mean.value, 3)
