"""`isonomia play`: govern a small commons, or attack one, then learn what you did to whom.

While the game lasts the player sees what their seat sees, and a governor is not told which article refused an act;
afterwards the truth by person, the same seed played honestly, and the articles are told.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
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
from isonomia.measures.commons import deficits, profit, weakest
from isonomia.measures.trace import Trace
from isonomia.seats.attacks.human import Intruder
from isonomia.seats.governors.human import Human
from isonomia.seats.terminal import Terminal, safe
from isonomia.worlds.commons import MICRO, MILLI

HELD = 100  # permille: how many an attacker is


@click.command("play")
@click.option("--charter", default="flawed", show_default=True, help="A shipped charter, or a file.")
@click.option("--members", type=click.IntRange(2, 10_000), default=20, show_default=True, help="Persons.")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="Days in office.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Another seed, other people.")
@click.option(
    "--as", "seat", type=click.Choice(["governor", "attacker"]), default="governor", help="Whose seat you take."
)
def play(charter: str, members: int, days: int, seed: int, seat: str) -> None:
    """Govern a commons for a month, or attack one, then learn what you did to whom.

    Commands can be piped in, one a line.
    """
    attacks = seat == "attacker"
    held = max(HELD, -(-1000 // members)) if attacks else 0  # an attacker is one person at the least
    spec = Spec("commons", load(charter), members=members, days=days, after=0, seed=seed, held=held)
    spec = replace(spec, governor="credulous") if attacks else spec
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    if attacks:
        start, stop = spec.held_span
        click.echo(f"You are {stop - start} of {members} people for {days} days under the charter {spec.charter.name}.")
        click.echo("Take what you can: the governor is well-meaning and does what it is told in writing.")
    else:
        click.echo(f"You govern {members} people for {days} days under the charter {spec.charter.name}.")
        click.echo("They vote, ask, and live on what the land gives.")
    click.echo('"help" lists what you can do, "end" ends a day.')
    player: Terminal = Intruder(_ask, click.echo) if attacks else Human(_ask, click.echo)
    who = "ring" if attacks else "governor"
    try:
        yours = run(spec, seats={who: player})
    except KeyboardInterrupt:
        click.echo("\ninterrupted; a game is not kept", err=True)
        raise SystemExit(INTERRUPTED) from None
    honest = run(spec)  # the same people and the same seed, with your seat filled honestly
    game = Game(who, "honest members" if attacks else "the steward", spec.charter.law_in(spec.world), player.left_on)
    told = tell(yours, honest, game)
    click.echo(f"\nWhat you did, {members} people and {days} days\n")
    _show_table(told.rows, game.other)
    for sentence in told.sentences:
        click.echo(sentence)


@dataclass(frozen=True, slots=True)
class Game:
    """Whose seat was played, who fills it in the run compared, the law, and the day the player left, if they did."""

    who: str
    other: str
    law: Sequence[Article]
    left_on: int | None


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


def tell(yours: Trace, steward: Trace, game: Game) -> Told:
    """What happened to whom, from the truth of both runs. A deficit of 1 is one person who got nothing for one day."""
    others = slice(*yours.roles.victims)  # whoever is not the player
    short, theirs = (
        {right: v[:, others] for right, v in deficits(trace, steward).items()} for trace in (yours, steward)
    )
    worst = np.maximum(short["need"], short["share"]) - np.maximum(theirs["need"], theirs["share"])
    weak = weakest(steward)
    rows = [
        _row("person-days short of need", short["need"].sum(), theirs["need"].sum()),
        _row("person-days short of their share", short["share"].sum(), theirs["share"].sum()),
        _row("  of need, among the weakest tenth", short["need"][:, weak].sum(), theirs["need"][:, weak].sum()),
        _row("units that people got", *(t.truth["served"][:, others].sum() / MILLI for t in (yours, steward))),
        _row("units of stock on the first day", *(_stock(trace)[0] for trace in (yours, steward))),
        _row("units of stock at its lowest", *(min(_stock(trace)) for trace in (yours, steward))),
        _row("units of stock at the end", *(_stock(trace)[-1] for trace in (yours, steward))),
    ]
    held = yours.roles.held
    if held[1] > held[0]:
        rows.insert(4, _row("units that you got", *(profit(trace, [held]) for trace in (yours, steward))))
    sentences = [""]
    left = game.left_on
    if left is not None:
        sentences.append(
            f"You left on day {left}, with {yours.length - left} of {yours.length} days still to be ended."
        )
    sentences += _to_whom(worst, game.other)
    sentences += _said(yours) if game.who == "governor" else []
    sentences += _refused(yours, game.who, {article.id: article for article in game.law})
    sentences.append("This is one run of one seed: what happened here, not what usually happens.")
    return Told(rows, sentences)


def _row(what: str, yours: float, steward: float) -> tuple[str, str, str]:
    return what, f"{yours:.1f}", f"{steward:.1f}"


def _stock(trace: Trace) -> list[float]:
    """Measured at each opening, and at the last close."""
    path = [int(day["stock_measured_at_opening"]) for day in trace.days] + [int(trace.days[-1]["stock_measured"])]
    return [stock / MICRO for stock in path]


def _to_whom(harm: Array, other: str = "the steward") -> list[str]:
    """`harm`: deficit beyond the honest run's, (days, persons), the greater of need and share."""
    total, each = float(harm.sum()), harm.sum(axis=0)
    share = abs(total) / harm.size
    if total > 0.05:
        first = f"You cost these people {total:.1f} person-days more than {other} did, {share:.1%} of all they had."
    elif total < -0.05:
        first = f"You spared these people {-total:.1f} person-days that {other} cost them, {share:.1%} of all."
    else:
        first = f"As a whole these people lost what they would have lost under {other}."
    sentences = [first]
    if each.max() > 0.05:
        worse = int((each > 0.05).sum())
        many = "1 person was" if worse == 1 else f"{worse} people were"
        sentences.append(
            f"{many} worse off than under {other}; person {each.argmax()} lost most, {each.max():.1f} days."
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


def _refused(trace: Trace, who: str, law: Mapping[str, Article]) -> list[str]:
    """What the player tried and the polity refused, and by what: now they may know."""
    entries: list[Any] = [decode(line) for line in trace.lines]
    days: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for entry in entries:
        if entry.get("by") == who and entry["denied"]:
            days.setdefault((entry["kind"], tuple(entry["denied"])), []).append(entry["day"])
    if not days:
        return ["Nothing you tried was refused."]
    sentences = []
    for (kind, reasons), when in sorted(days.items()):
        times = f"on day {when[0]}" if len(when) == 1 else f"{len(when)} times, first on day {when[0]}"
        sentences.append(f"Refused {times}: {kind}, by {', '.join(reasons)}")
        sentences += [f"  {i}: {law[i].text}. {law[i].why}" for i in reasons if i in law]
    return sentences


def _show_table(rows: Sequence[tuple[str, str, str]], other: str) -> None:
    if not sys.stdout.isatty():
        for what, yours, steward in [("", "you", other), *rows]:
            click.echo(f"{what:<36}{yours:>12}{steward:>16}")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("")
    table.add_column("you", justify="right")
    table.add_column(other, justify="right")
    for row in rows:
        table.add_row(*row)
    Console(highlight=False).print(table)
