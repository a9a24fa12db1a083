"""`isonomia play`: govern a small commons, then learn what you did to whom.

While the game lasts the player sees what a governor sees and is not told which article refused an act; afterwards the
truth by person, the same seed under the steward, and the articles are told.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import click
import numpy as np

from isonomia.basics.canonical import decode
from isonomia.basics.streams import Array
from isonomia.cli.main import INTERRUPTED
from isonomia.lab.charters import load
from isonomia.lab.run import run
from isonomia.lab.spec import Spec
from isonomia.law.articles import Article
from isonomia.measures.commons import deficits, weakest
from isonomia.measures.trace import Trace
from isonomia.seats.governors.human import Human, safe
from isonomia.worlds.commons import MICRO, MILLI


@click.command("play")
@click.option("--charter", default="flawed", show_default=True, help="A shipped charter, or a file.")
@click.option("--members", type=click.IntRange(2, 10_000), default=20, show_default=True, help="Persons.")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="Days in office.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Another seed, other people.")
@click.option("--as", "seat", type=click.Choice(["governor"]), default="governor", help="Whose seat you take.")
def play(charter: str, members: int, days: int, seed: int, seat: str) -> None:
    """Govern a commons for a month, then learn what you did to whom. Commands can be piped in, one a line."""
    spec = Spec("commons", load(charter), members=members, days=days, after=0, seed=seed, held=0)
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    click.echo(f"You govern {members} people for {days} days under the charter {spec.charter.name}.")
    click.echo('They vote, ask, and live on what the land gives. "help" lists what you can do, "end" ends a day.')
    human = Human(_ask, click.echo)
    try:
        yours = run(spec, seats={seat: human})
    except KeyboardInterrupt:
        click.echo("\ninterrupted; a game is not kept", err=True)
        raise SystemExit(INTERRUPTED) from None
    steward = run(spec)  # the same people, governed by the built-in steward
    told = tell(yours, steward, spec.charter.law_in(spec.world), human.left_on)
    click.echo(f"\nWhat you did, {members} people and {days} days\n")
    _show_table(told.rows)
    for sentence in told.sentences:
        click.echo(sentence)


def _ask(prompt: str) -> str:
    """One typed line; one that was piped in is shown, so that the game can be read afterwards. Raises EOFError."""
    if sys.stdin.isatty():
        with suppress(ImportError):
            import readline  # noqa: F401  # gives `input` its line editing, where there is any
        try:
            return input(prompt)
        except EOFError:
            click.echo()
            raise
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    click.echo(prompt + safe(line.rstrip("\n")))
    return line


@dataclass(frozen=True, slots=True)
class Told:
    """What the player learns: rows (what, you, steward) and sentences."""

    rows: Sequence[tuple[str, str, str]]
    sentences: Sequence[str]


def tell(yours: Trace, steward: Trace, law: Sequence[Article], left_on: int | None) -> Told:
    """What happened to whom, from the truth of both runs. A deficit of 1 is one person who got nothing for one day."""
    short, theirs = deficits(yours, steward), deficits(steward, steward)
    worst = np.maximum(short["need"], short["share"]) - np.maximum(theirs["need"], theirs["share"])
    weak = weakest(steward)
    rows = [
        _row("person-days short of need", short["need"].sum(), theirs["need"].sum()),
        _row("person-days short of their share", short["share"].sum(), theirs["share"].sum()),
        _row("  of need, among the weakest tenth", short["need"][:, weak].sum(), theirs["need"][:, weak].sum()),
        _row("units that people got", *(trace.truth["served"].sum() / MILLI for trace in (yours, steward))),
        _row("units of stock on the first day", *(_stock(trace)[0] for trace in (yours, steward))),
        _row("units of stock at its lowest", *(min(_stock(trace)) for trace in (yours, steward))),
        _row("units of stock at the end", *(_stock(trace)[-1] for trace in (yours, steward))),
    ]
    sentences = [""]
    if left_on is not None:
        sentences.append(
            f"You left on day {left_on}, with {yours.length - left_on} of {yours.length} days still to be ended."
        )
    sentences += _to_whom(worst)
    sentences += _said(yours)
    sentences += _refused(yours, {article.id: article for article in law})
    sentences.append("This is one run of one seed: what happened here, not what usually happens.")
    return Told(rows, sentences)


def _row(what: str, yours: float, steward: float) -> tuple[str, str, str]:
    return what, f"{yours:.1f}", f"{steward:.1f}"


def _stock(trace: Trace) -> list[float]:
    """Measured at each opening, and at the last close."""
    path = [int(day["stock_measured_at_opening"]) for day in trace.days] + [int(trace.days[-1]["stock_measured"])]
    return [stock / MICRO for stock in path]


def _to_whom(harm: Array) -> list[str]:
    """`harm`: deficit beyond the steward's, (days, persons), the greater of need and share."""
    total, each = float(harm.sum()), harm.sum(axis=0)
    share = abs(total) / harm.size
    if total > 0.05:
        first = f"You cost these people {total:.1f} person-days more than the steward did, {share:.1%} of all they had."
    elif total < -0.05:
        first = f"You spared these people {-total:.1f} person-days that the steward cost them, {share:.1%} of all."
    else:
        first = "As a whole these people lost what they would have lost under the steward."
    sentences = [first]
    if each.max() > 0.05:
        worse = int((each > 0.05).sum())
        many = "1 person was" if worse == 1 else f"{worse} people were"
        sentences.append(
            f"{many} worse off than under the steward; person {each.argmax()} lost most, {each.max():.1f} days."
        )
    return sentences


def _said(trace: Trace) -> list[str]:
    """The governor's furthest report from the truth."""
    gaps = [
        (entry["facts"]["said"] - entry["facts"]["stock_measured"], entry)
        for entry in trace.of("report")
        if entry["by"] == "governor" and not entry["denied"]
    ]
    if not gaps:
        return ["You never reported the stock."]
    gap, entry = max(gaps, key=lambda found: abs(found[0]))
    if gap == 0:
        return ["What you reported was always what the instrument read."]
    said, read = entry["facts"]["said"] / MICRO, entry["facts"]["stock_measured"] / MICRO
    return [f"On day {entry['day']} you reported {said:.1f} units where the instrument read {read:.1f}."]


def _refused(trace: Trace, law: Mapping[str, Article]) -> list[str]:
    """What the governor tried and the polity refused, and by what: now they may know."""
    entries: list[Any] = [decode(line) for line in trace.lines]
    days: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for entry in entries:
        if entry.get("by") == "governor" and entry["denied"]:
            days.setdefault((entry["kind"], tuple(entry["denied"])), []).append(entry["day"])
    if not days:
        return ["Nothing you tried was refused."]
    sentences = []
    for (kind, reasons), when in sorted(days.items()):
        times = f"on day {when[0]}" if len(when) == 1 else f"{len(when)} times, first on day {when[0]}"
        sentences.append(f"Refused {times}: {kind}, by {', '.join(reasons)}")
        sentences += [f"  {i}: {law[i].text}. {law[i].why}" for i in reasons if i in law]
    return sentences


def _show_table(rows: Sequence[tuple[str, str, str]]) -> None:
    if not sys.stdout.isatty():
        for what, yours, steward in [("", "you", "the steward"), *rows]:
            click.echo(f"{what:<36}{yours:>12}{steward:>14}")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("")
    table.add_column("you", justify="right")
    table.add_column("the steward", justify="right")
    for row in rows:
        table.add_row(*row)
    Console(highlight=False).print(table)
