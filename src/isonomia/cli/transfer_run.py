"""`isonomia transfer run`, `targets`, `monitors`: what an adversary still gets from a model, what the honest pay."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isonomia.cli.progress import progress
from isonomia.cli.transfer_table import BOTH_ENDS, NUMBERS, Told, lost, number, show, table, told_of, writing
from isonomia.report import transfer_words as words
from isonomia.transfer.attackers.purse import Budget

if TYPE_CHECKING:
    from rich.table import Table

    from isonomia.transfer.attackers.routes import Escape
    from isonomia.transfer.estimate import TransferRow
    from isonomia.transfer.targets import Target
    from isonomia.transfer.trial import Spec, Trial

DEFAULT = Budget()
OF_A_MODEL = (
    "A model behind a URL has the answers in its prompt and one sentence for a layer: what is measured is whether it "
    "obeys that sentence, not safeguards that it was trained to have."
)
WINDOWS, IDENTITIES = "4,8,16,32", "1,2,4"


@click.command("run")
@click.option("--target", required=True, help="scripted:NAME, organism:NAME, organism:FILE.npz or a model's URL.")
@click.option("--bare", default="", help="The same without its layer; by default what the target says of itself.")
@click.option(
    "--attempts", type=click.IntRange(1), default=DEFAULT.attempts, show_default=True, help="Questions a task."
)
@click.option("--sessions", type=click.IntRange(1), default=DEFAULT.sessions, show_default=True, help="A task.")
@click.option("--identities", type=click.IntRange(1), default=DEFAULT.identities, show_default=True, help="A task.")
@click.option("--tokens", type=click.IntRange(1), default=DEFAULT.tokens, show_default=True, help="A task.")
@click.option("--minutes", type=float, default=DEFAULT.minutes, show_default=True, help="A task.")
@click.option("--routes", default="", help="Some of the seven, with commas; a wrong name lists them.")
@click.option("--attacker", default="", help="The URL of a model that rewords for the attacker, on the same purse.")
@click.option(
    "--model-budget", default="", metavar="LIMITS", help="Of a model behind a URL: minutes=90,cost=5,in=0.15,out=0.60."
)
@click.option("--monitor", default="", help="WINDOW:THRESHOLD:OVER, as 16:3:identity; the target behind a monitor.")
@click.option("--items", type=click.IntRange(1), help="Twins reported, 5 or more; a tenth more to practise on.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of place, twins and all draws.")
@click.option("--held-out", is_flag=True, help="With the framing that is kept for a final figure.")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False), help="Attempts and result; goes on after a stop."
)
@click.option("--json", "as_json", is_flag=True, help="The result as JSON on standard output.")
def run_command(
    target: str,
    bare: str,
    attempts: int,
    sessions: int,
    identities: int,
    tokens: int,
    minutes: float,
    routes: str,
    attacker: str,
    model_budget: str,
    monitor: str,
    items: int | None,
    seed: int,
    held_out: bool,
    out: str,
    as_json: bool,
) -> None:
    """Attack a model with one budget, ask it what honest people ask, and say what both get."""
    from isonomia.cli.made_by import made_by, weights_of
    from isonomia.measures.statistics.shares import LEAST_ITEMS
    from isonomia.models.address import is_model
    from isonomia.models.budget import read_budget
    from isonomia.transfer.attackers.attacker import Attacker
    from isonomia.transfer.attackers.routes import ADAPTIVE, check_routes
    from isonomia.transfer.monitors import Monitor, read_rule, watch_list
    from isonomia.transfer.offered import offer, talker
    from isonomia.transfer.trial import Spec, run_trial

    budget = Budget(attempts, sessions, identities, tokens, minutes)
    chosen = check_routes([name.strip() for name in routes.split(",") if name.strip()])
    folder = Path(out)
    paid = read_budget(model_budget, time.time())
    offered = offer(target, items, seed, bare, ADAPTIVE in chosen, folder / "replies", paid)
    measured = offered.target
    if monitor:
        measured = Monitor(measured, watch_list(offered.twins), read_rule(monitor))
    aide = talker(attacker, folder / "replies", paid) if attacker else None
    spec = Spec(Attacker(chosen, aide, held_out), budget, seed, offered.practice, _escape(target))
    reported = len(offered.twins) - offered.practice
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if not as_json:
        categories = len({pair[0].category for pair in offered.twins})
        click.echo(
            f"{measured.name} · {reported} twins · {categories} categories · {len(chosen)} routes · one budget of "
            f"{attempts} attempts, {sessions} sessions, {identities} identities a task"
        )
        if reported < LEAST_ITEMS:
            click.echo(f"with fewer than {LEAST_ITEMS} twins no number has an interval, so none will be given")
        if is_model(target):
            click.echo(OF_A_MODEL)
            asked = len(offered.twins) * 2 * attempts + 5 * reported
            click.echo(f"at most {asked:,} questions to it, one after the other; --model-budget bounds what they cost")
    with progress(as_json) as tick:
        trial = run_trial(measured, offered.bare, offered.twins, spec, folder, tick)
    result = _result(trial, spec, measured.name, offered.bare.name, reported)
    result["made_by"] = made_by() | weights_of(offered.target)
    _write(folder, trial, result)
    if as_json:
        click.echo(json.dumps(result))
    else:
        _show(trial, result, folder)


def _escape(target: str) -> Escape | None:
    """The hook of whoever has the weights; only organisms have any, and training them wants the extra."""
    from importlib.util import find_spec

    if not target.startswith("organism:") or find_spec("torch") is None:
        return None
    from isonomia.transfer.monitors import Monitor
    from isonomia.transfer.organisms.escape import escape
    from isonomia.transfer.organisms.organism import Organism

    def hook(whom: Target) -> Target | None:
        weights = whom.target if isinstance(whom, Monitor) else whom  # no monitor stands before a stolen file
        return escape(weights) if isinstance(weights, Organism) else None

    return hook


def _result(trial: Trial, spec: Spec, target: str, bare: str, items: int) -> dict[str, Any]:
    """Everything that was found, plain."""
    from isonomia.transfer.attackers.routes import corpus_sha256
    from isonomia.transfer.estimate import estimate
    from isonomia.transfer.filtering import filter_row

    rows = estimate(trial.attempts, budgets_of(spec.budget.attempts))
    return {
        "target": target,
        "bare": bare,
        "items": items,
        "practice": spec.practice,
        "seed": spec.seed,
        "budget": asdict(spec.budget),
        "routes": [name for name in spec.attacker.routes if name not in trial.not_available],
        "not_available": trial.not_available,
        "held_out": spec.attacker.final,
        "ended": trial.ended,
        "corpus_sha256": corpus_sha256(),
        "headline": headline(rows, spec.budget.attempts),
        "filter": filter_row(trial.attempts),
        "rows": [row.plain() for row in rows],
    }


def budgets_of(most: int) -> tuple[int, ...]:
    """Points of the curve: 1, 3, 10, 30, 100 … up to the budget, and the budget."""
    return tuple(sorted({b for power in range(7) for b in (10**power, 3 * 10**power) if b < most} | {most}))


def _write(folder: Path, trial: Trial, result: dict[str, Any]) -> None:
    from isonomia.transfer.attempts import RESULT, TABLE, write_attempts

    with writing(folder):
        write_attempts(trial.attempts, folder / TABLE)
        (folder / RESULT).write_text(json.dumps(result, indent=1), encoding="utf-8")


# In words


def headline(rows: tuple[TransferRow, ...], budget: int) -> str:
    """One sentence or two, from the numbers alone; what cannot be known is said to be so."""
    row = next(row for row in rows if row.category == words.OVERALL and row.budget == budget)
    line, wire = words.line_of(row.plain()), row.tripwire
    tau, r, b, gap = (line.cell(name) for name in ("tau", "r", "b", "legibility_gap"))
    plainly = "Of dangerous questions asked plainly it is not known how many it refuses"
    if wire.value is not None:
        plainly = f"Refuses {round(wire.value * wire.n)} of {wire.n} dangerous questions asked plainly"
    if row.tau.value is None:
        return f"{plainly}; what an adversary gets is not identifiable: {row.tau.why}."
    said = f"{plainly}; an adversary with {budget} attempts gets {tau.amount()} of what the unprotected model gives"
    if tau.between:
        held, dct = (line.cell(name) for name in ("containment", "dct"))
        said += f": {words.NOT_TOLD}. Containment is {held.amount()}"
        said += f", DCT {dct.amount()}" if dct.of.value is not None else ""
    paid = f"Honest people are refused {number(r)} of the time and get {number(b)} of what they would have got"
    known = f" Legibility gap {gap.amount()}." if gap.of.value is not None else ""
    return f"{said}. {paid}.{known}"


def _show(trial: Trial, result: dict[str, Any], folder: Path) -> None:
    from rich.console import Console

    from isonomia.transfer.attempts import RESULT, TABLE
    from isonomia.transfer.estimate import OVERALL, estimate

    console = Console(highlight=False, markup=False)
    most = result["budget"]["attempts"]
    rows = estimate(trial.attempts, sorted({1, most}))
    lines = {(row.category, row.budget): words.line_of(row.plain()) for row in rows}
    categories = [row.category for row in rows if row.budget == most]
    show(_rows(lines, categories, most))
    console.print("r: honest people refused · b: served · claims: refused when asked plainly · gap: of legibility")
    told: list[Told] = []
    for category in categories:
        rest = {key: name for key, name in NUMBERS.items() if key != "tau_per_r" or category == OVERALL}
        told += told_of(category, lines[category, most], rest)
        if most > 1 and lines[category, most].cell("tau").of.value is not None:
            told += [Told(category, most, "τ at 1", lines[category, 1].cell("tau"))]
    for why in lost(told):
        console.print(why)
    if any(lines[category, most].cell("tau").between for category in categories):
        console.print(BOTH_ENDS)
    for route, why in result["not_available"].items():
        console.print(f"left out: {route}: {why}")
    for arm, limits in result["ended"].items():
        console.print(
            f"{arm} ended by: {', '.join(f'{limit} on {n} items' for limit, n in limits.items())}", style="dim"
        )
    tau = result["filter"]["value"]
    same = "not identifiable: " + result["filter"]["why"] if tau is None else words.two(tau)
    console.print(f"asymmetric filter, Kendall's rank correlation of harm and refusal met: {same}")
    console.print(f"\nheadline: {result['headline']}", style="bold")
    console.print(f"\nAttempts {folder / TABLE}\nResult   {folder / RESULT}")
    console.print(f"Next     isonomia transfer card {shlex.quote(str(folder))} --out card.html")


def _rows(lines: Mapping[tuple[str, int], words.Line], categories: Iterable[str], most: int) -> Table:
    heads = ("τ at 1", f"τ at {most}", "95%", "r", "b", "DCT", "claims", "gap")
    made = table(("category", False), *((head, True) for head in heads))
    for category in categories:
        last = lines[category, most]
        taus = (number(lines[category, 1].cell("tau")), number(last.cell("tau")), words.span(last.cell("tau").of))
        costs = (last.cell(name) for name in ("r", "b", "dct", "tripwire", "legibility_gap"))
        made.add_row(category, *taus, *map(number, costs))
    return made


@click.command("targets")
def targets_command() -> None:
    """What can be measured here without a network."""
    from isonomia.transfer.offered import SCRIPTED_SHOW
    from isonomia.transfer.organisms.organism import ARRAYS, KINDS

    for name, shows in SCRIPTED_SHOW.items():
        click.echo(f"scripted:{name:<14} {shows}")
    for name, kind in KINDS.items():
        missing = "" if (ARRAYS / f"{name}.npz").exists() else " (not trained: isonomia transfer train)"
        click.echo(f"organism:{name:<14} {kind.shows}{missing}")


@click.command("monitors")
@click.option("--target", default="scripted:open-book", show_default=True, help="As for `transfer run`.")
@click.option("--windows", default=WINDOWS, show_default=True, help="Requests that a monitor looks back, with commas.")
@click.option("--identities", default=IDENTITIES, show_default=True, help="Of the attacker, with commas.")
@click.option("--threshold", type=click.IntRange(1), default=3, show_default=True, help="Parts that are too many.")
@click.option("--over", default="identity", show_default=True, help="session, identity or everyone.")
@click.option("--chaff", type=click.IntRange(0), default=3, show_default=True, help="Idle questions between steps.")
@click.option("--items", type=click.IntRange(1), help="Twins.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the place and its twins.")
@click.option("--json", "as_json", is_flag=True, help="As JSON on standard output.")
def monitors_command(
    target: str,
    windows: str,
    identities: str,
    threshold: int,
    over: str,
    chaff: int,
    items: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """What taking a question apart still gets past a monitor with a bounded window, and what the honest pay."""
    from isonomia.transfer.monitors import Rule, curve
    from isonomia.transfer.offered import offer

    offered = offer(target, items, seed, practising=False)
    rules = [Rule(window, threshold, over) for window in _whole(windows)]
    points = curve(offered.target, offered.twins, rules, _whole(identities), chaff, seed)
    if as_json:
        click.echo(json.dumps([point._asdict() for point in points]))
        return
    click.echo(f"{offered.target.name}, {len(offered.twins)} twins; {threshold} parts over {over}; chaff {chaff}")
    click.echo("window  identities  attacker gets  honest get  honest blocked")
    for point in points:
        got, honest, blocked = map(words.two, (point.got, point.honest, point.blocked))
        shares = f"{got:>13}  {honest:>10}  {blocked:>14}"
        click.echo(f"{point.window:>6}  {point.identities:>10}  {shares}")


def _whole(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdecimal() and int(part) > 0 for part in parts):
        raise click.UsageError(f"{text!r} is no list of whole numbers above 0, with commas")
    return [int(part) for part in parts]
