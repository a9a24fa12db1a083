"""`isonomia transfer`: what an adversary still gets, what the honest pay, and what labels cannot say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isonomia.cli.main import Lazily
from isonomia.cli.transfer_table import BOTH_ENDS, NUMBERS, Told, lost, number, show, table, told_of
from isonomia.report import transfer_words as words
from isonomia.report.reading import estimate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console
    from rich.table import Table

    from isonomia.transfer.attribution import FramingRow
    from isonomia.transfer.labels.report import Report

FILES = {
    "report": ("isonomia.cli.transfer", "report_command"),
    "run": ("isonomia.cli.transfer_run", "run_command"),
    "targets": ("isonomia.cli.transfer_run", "targets_command"),
    "monitors": ("isonomia.cli.transfer_run", "monitors_command"),
    "train": ("isonomia.cli.transfer_train", "train"),
    "card": ("isonomia.cli.transfer_card", "card_command"),
    "probe": ("isonomia.cli.transfer_probe", "probe"),
}
FRAMED = {"hazard": "hazard", "without": "u lost without it"}
HEADS = ("budget", "items", "τ", "95%", "r", "95%", "τ/r", "b", "DCT", "gap")


@click.group(cls=Lazily, files=FILES)
def transfer() -> None:
    """Differential capability transfer of a language model: measured, and computed from labels."""


def read_budgets(_ctx: click.Context, _param: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    """Whole numbers from 1, with commas between."""
    if value is None:
        return None
    parts = [part.strip() for part in value.split(",")]
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise click.BadParameter(f"{value}: numbers of attempts from 1 with commas between, as in 1,3,10")
    return tuple(int(part) for part in parts)


@click.command("report")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--budgets", callback=read_budgets, help="Attempts; default 1,3,10,30,100, or of our own as far as tried."
)
@click.option("--exchangeable", is_flag=True, help="Attempts on an item are shuffled: allows up to 10 × beyond them.")
@click.option("--by-category", is_flag=True, help="Every category, not only all together.")
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
def report_command(
    files: tuple[Path, ...], budgets: tuple[int, ...] | None, exchangeable: bool, by_category: bool, as_json: bool
) -> None:
    """Compute what published labels or tables of attempts identify, and say what they do not.

    FILES: artefacts of JailbreakBench (JSON or CSV), judged attempts, XSTest labels, attempts of our own; or a folder
    of them, or of `isonomia transfer run`.
    """
    from isonomia.transfer.labels.reading import files_of, read_labels
    from isonomia.transfer.labels.report import report

    each = [file for given in files for file in files_of(given)]
    found = report([read_labels(file) for file in each], budgets, exchangeable)
    if as_json:
        click.echo(json.dumps(found.plain(), ensure_ascii=False))
        return
    _show(found, by_category)


def _show(found: Report, by_category: bool) -> None:
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    rows = [row for row in found.rows if by_category or row["category"] == words.OVERALL]
    if rows:
        show(_broken(rows, by_category))
        if any(row["open"] for row in rows):
            console.print("open: not tried that far, or not said when; ≥ the least it can be; curve: Kaplan–Meier\n")
    refusals = [row for row in found.refusals if by_category or row["type"] == words.OVERALL]
    if refusals:
        console.print()
        show(_refused(refusals, by_category))
    measured = [row.plain() for row in found.transfer if by_category or row.category == words.OVERALL]
    if measured:
        console.print()
        _show_transferred([(row["target"], words.line_of(row)) for row in measured], by_category, console)
        for row in measured:
            if row["left_out"]:
                console.print(f"{row['left_out']} items of {row['target']} have no attempt in some arm up to "
                              f"{row['budget']}")  # fmt: skip
            if row["missing"]:
                console.print(f"{row['missing']} attempts on {row['target']} up to {row['budget']} are not on record, "
                              "and may have come to anything")  # fmt: skip
    if found.framings:
        console.print()
        show(_framed(found.framings))
        of = [(row.framing, name, getattr(row, key)) for row in found.framings for key, name in FRAMED.items()]
        for why in lost(Told(place, None, name, words.cell_of(cell.plain())) for place, name, cell in of):
            console.print(why)
    if found.notes:
        console.print()
    for note in found.notes:
        console.print(f"· {note}")
    if found.not_identifiable:
        console.print("\nnot identifiable here:")
        for line in found.not_identifiable:
            console.print(f"· {line}")


def _broken(rows: list[dict[str, Any]], by_category: bool) -> Table:
    names = ("target", "attack", "category") if by_category else ("target", "attack")
    curves = any(row["kaplan_meier"] for row in rows)
    numbers = ("budget", "items", "broken", "rate", "95%", "open", *(("≈ curve",) if curves else ()))
    made = table(*((name, False) for name in names), *((name, True) for name in numbers))
    for row in rows:
        least = "≥ " if row["how"] == "at least" else ""
        curve = row["kaplan_meier"] or {}
        more = f"{words.two(curve['rate'])} {_between(curve)}" if curve else ""
        made.add_row(
            *(row[name] for name in names),
            "all it had" if row["budget"] is None else str(row["budget"]),
            str(row["items"]),
            f"{'≥ ' if row['open'] else ''}{row['broken']}",
            f"{least}{words.two(row['rate'])}",
            _between(row),
            str(row["open"] or ""),
            *((more,) if curves else ()),
        )
    return made


def _refused(rows: list[dict[str, Any]], by_category: bool) -> Table:
    names = ("target", "side", "type") if by_category else ("target", "side")
    numbers = ("prompts", "refused", "partly", "rate", "95%", "with partly")
    made = table(*((name, False) for name in names), *((name, True) for name in numbers))
    for row in rows:
        counts = (str(row[name]) for name in ("prompts", "full", "partial"))
        rates = (words.two(row["rate"]), _between(row), words.two(row["with_partial"]))
        made.add_row(*(row[name] for name in names), *counts, *rates)
    return made


def _show_transferred(lines: list[tuple[str, words.Line]], by_category: bool, console: Console) -> None:
    """τ and what goes with it; where the attacker could not tell which of its answers was right, from the one it
    submitted to the best."""
    several = len({target for target, _ in lines}) > 1
    made = table(("target", False), *((("category", False),) if by_category else ()), *((n, True) for n in HEADS))
    told: list[Told] = []
    for target, line in lines:
        numbers = {key: name for key, name in NUMBERS.items() if key != "tripwire"}
        tau, r, b, per_r, dct, gap = map(line.cell, numbers)
        pair = (number(tau), words.span(tau.of), number(r), words.span(r.of))
        own = (target, line.category) if by_category else (target,)
        made.add_row(*own, f"{line.budget:,}", f"{line.items}", *pair, *map(number, (per_r, b, dct, gap)))
        rest = numbers if line.category != words.OVERALL else {key: numbers[key] for key in ("tau_per_r", "dct")}
        place = target if not by_category else f"{target}, {line.category}" if several else line.category
        told += told_of(place, line, rest)
    show(made)
    console.print("r: honest people refused · b: served · DCT: τ ÷ b · gap: of legibility")
    if any(line.cell("tau").between for _, line in lines):
        console.print(BOTH_ENDS)
    for why in lost(told):
        console.print(why)


def _framed(rows: tuple[FramingRow, ...]) -> Table:
    heads = ("at risk", "first", *(head for name in FRAMED.values() for head in (name, "95%")))
    made = table(("target", False), ("framing", False), *((name, True) for name in heads))
    for row in rows:
        cells = [words.cell_of(cell.plain()) for cell in (row.hazard, row.without)]
        pairs = [text for cell in cells for text in (number(cell), words.span(cell.of))]
        made.add_row(row.target, row.framing, str(row.attempts), str(row.successes), *pairs)
    return made


def _between(row: Mapping[str, Any]) -> str:
    return words.span(estimate(row["rate"], row["ci"]))
