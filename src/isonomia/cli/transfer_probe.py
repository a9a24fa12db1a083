"""`isonomia transfer probe`: sycophancy under pressure, saying and doing, conflict twins."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isonomia.basics.errors import IsonomiaError
from isonomia.cli.progress import progress
from isonomia.cli.transfer_table import writing
from isonomia.report.figures import DASH
from isonomia.report.transfer_words import cell_of, two

if TYPE_CHECKING:
    from isonomia.transfer.measured import Measured
    from isonomia.transfer.targets import Target

Command = Callable[..., None]
ITEMS = 24


@click.group("probe")
def probe() -> None:
    """Faults that no single question shows, each beside what would be so without the fault."""


def _options(command: Command) -> Command:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="The numbers as JSON on standard output."),
        click.option(
            "--cache", type=click.Path(path_type=Path), help="A folder of replies: what was asked is not again."
        ),
        click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of items and of sampling."),
        click.option("--items", type=click.IntRange(5, 500), default=ITEMS, show_default=True, help="How many."),
    ):
        command = option(command)
    return command


_target = click.option("--target", required=True, help="subject:NAME (a control), organism:NAME or a model’s URL.")


def target_of(name: str, cache: Path | None) -> Target:
    """A control, an organism, or a model that is told nothing beforehand. Raises IsonomiaError."""
    from isonomia.models.address import is_model
    from isonomia.transfer.offered import offer, talker
    from isonomia.transfer.probes.subjects import SUBJECTS, subject

    kind, _, rest = name.partition(":")
    if kind == "subject" and rest in SUBJECTS:
        return subject(rest)
    if is_model(name):
        if cache:
            with writing(cache):
                cache.mkdir(parents=True, exist_ok=True)
        return talker(name, cache)
    if kind not in ("organism", "scripted"):
        known = "\n".join(f"  subject:{each:10} {shows}" for each, (_, shows) in SUBJECTS.items())
        more = "a model’s URL, and what `isonomia transfer targets` lists"
        raise IsonomiaError(f"there is no subject {rest or name!r}; there are\n{known}\n  {more}")
    return offer(name, practising=False).target


@probe.command("sycophancy")
@_target
@click.option("--rounds", type=click.IntRange(1, 100), default=8, show_default=True, help="Of pressure, in one talk.")
@_options
def sycophancy(target: str, rounds: int, items: int, seed: int, cache: Path | None, as_json: bool) -> None:
    """Sums it gets right, then rounds that bring nothing new: does it leave them (A), or stop answering (B)?"""
    from isonomia.transfer.probes.findings import of_pressure
    from isonomia.transfer.probes.pressure import press, sums

    with progress(as_json) as tick:
        found = press(target_of(target, cache), sums(seed, items), rounds, seed, tick)
    rows = [
        (curve.pressure, f"{curve.items}", _told(curve.A), _told(curve.B), _held(curve.holding))
        for curve in found.curves
    ]
    if as_json:
        _json("sycophancy", found, of_pressure(found), seed)
        return
    _table(("pressure", "talks", "A, leaves the fact", "B, stops answering", "held, by round"), rows)
    click.echo(f"knew {found.knew} of {found.asked} sums; accepts a right correction {_told(found.accepts)}")
    click.echo(f"more than asked again: A {_told(found.excess_A)}, B {_told(found.excess_B)}")
    click.echo(f"\n{of_pressure(found)}")


def _held(holding: tuple[tuple[int, float, float, float], ...]) -> str:
    return " ".join(two(share) for _, share, _, _ in holding[1:])


@probe.command("say-do")
@click.option("--target", default="", help="subject:NAME (a control), organism:NAME or a model’s URL.")
@click.option("--polity", default="", help="A charter instead: what its governor says and does in a commons.")
@click.option("--governor", default="steward", show_default=True, help="Of the polity, as in `isonomia break`.")
@click.option("--attack", default="", help="Of the polity: an attack that governs, as gamer.")
@click.option("--runs", type=click.IntRange(2), default=20, show_default=True, help="Of the polity.")
@_options
def say_do(
    target: str,
    polity: str,
    governor: str,
    attack: str,
    runs: int,
    items: int,
    seed: int,
    cache: Path | None,
    as_json: bool,
) -> None:
    """What it says it would do, and what it does, watched and not."""
    from isonomia.transfer.probes.findings import of_say_do
    from isonomia.transfer.probes.saydo import ask_and_act, situations

    if bool(target) == bool(polity):
        raise click.UsageError("give --target, or --polity")
    if polity:
        _say_do_in(polity, governor, attack, runs, seed, as_json)
        return
    with progress(as_json) as tick:
        found = ask_and_act(target_of(target, cache), situations(seed, items), seed, tick)
    if as_json:
        _json("say-do", found, of_say_do(found), seed)
        return
    told = {**{f"kept, {way}": cell for way, cell in found.kept.items()}, "said − done, watched": found.gap_watched}
    told |= {"said − done, unwatched": found.gap_unwatched, "done watched − unwatched": found.watching}
    told |= {"said watched − unwatched": found.watching_words, "done otherwise when put twice": found.noise}
    _table(("", "share"), [(name, _told(cell)) for name, cell in told.items()])
    click.echo(
        f"{found.items} situations read in full; {found.unclear} replies unclear, {found.silent} without a number"
    )
    click.echo(f"\n{of_say_do(found)}")


def _say_do_in(charter: str, governor: str, attack: str, runs: int, seed: int, as_json: bool) -> None:
    from isonomia.lab.charters import load
    from isonomia.lab.plugins import worlds
    from isonomia.lab.run import run
    from isonomia.lab.spec import Spec
    from isonomia.measures.saydo import say_do
    from isonomia.transfer.probes.findings import of_polity

    given, traces = load(charter).in_world("commons"), []
    with progress(as_json) as tick:
        for each in range(seed, seed + runs):
            spec = Spec("commons", given, seed=each, governor=governor, attack=attack)
            traces.append(run(worlds()["commons"].prepare(spec, None)))
            tick("runs", 1, runs)
    found = say_do(traces)
    if as_json:
        _json("say-do in a polity", found.plain(), of_polity(found), seed)
        return
    plain = found.plain()
    rows = [("served of what was said, the watched", two(found.watched))]
    rows += [("served of what was said, the others", two(found.others))]
    for name, key in (("watched − others", "watching"), ("said − served, others", "gap"), ("report", "report_gap")):
        cell = plain[key]
        rows.append((name, DASH if cell is None else cell_of({**cell, "ci": [cell["lo"], cell["hi"]]}).told()))
    _table(("", f"share, {found.runs} runs"), rows)
    click.echo(f"\n{of_polity(found)}")


@probe.command("twins")
@_target
@_options
def twins(target: str, items: int, seed: int, cache: Path | None, as_json: bool) -> None:
    """One case put twice with what does not matter changed: is it decided in the same way?"""
    from isonomia.transfer.probes.findings import of_twins
    from isonomia.transfer.probes.twins import cases, conflicts

    with progress(as_json) as tick:
        found = conflicts(target_of(target, cache), cases(seed, items), seed, tick)
    if as_json:
        _json("twins", found, of_twins(found), seed)
        return
    rows = [("nothing", _told(found.noise), DASH)]
    rows += [(change.change, _told(change.rate), _told(change.excess)) for change in found.changes]
    _table(("what changes", "decided otherwise", "more than the same words"), rows)
    click.echo(f"{found.items} cases; {found.unclear} replies unclear, {found.undecided} without a decision")
    click.echo(f"\n{of_twins(found)}")


def _told(of: Measured) -> str:
    return cell_of(of.plain()).told()


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(line[i]) for line in (heads, *rows)) for i in range(len(heads))]
    for line in (heads, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _json(kind: str, found: object, finding: str, seed: int) -> None:
    from isonomia.cli.made_by import made_by
    from isonomia.transfer.measured import plain

    head = {"kind": f"probe: {kind}", "schema_version": 1, "made_by": made_by(), "seed": seed, "finding": finding}
    click.echo(json.dumps(head | plain(found), ensure_ascii=False))
