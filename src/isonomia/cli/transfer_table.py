"""Tables of `isonomia transfer` on a terminal, what stands under them where a number is missing, and writing files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from isonomia.basics.errors import IsonomiaError
from isonomia.report.markup import join_words
from isonomia.report.transfer_words import Cell, Line

if TYPE_CHECKING:
    from rich.table import Table

WIDEST = 400  # columns: a line too long for a terminal is easier to read than a name in pieces of two letters
MISSING = "?"
BOTH_ENDS = "a to b: from what the attacker submitted to its best answer; it could not tell which was right"
NUMBERS = {
    "tau": "τ",
    "r": "r",
    "b": "b",
    "tau_per_r": "τ/r",
    "dct": "DCT",
    "tripwire": "claims",
    "legibility_gap": "gap",
}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Whatever this machine has against writing there is said of this path. Raises IsonomiaError."""
    try:
        yield
    except OSError as error:
        raise IsonomiaError(f"{path} cannot be written: {error.strerror or error}") from error


def table(*columns: tuple[str, bool]) -> Table:
    """An empty table of columns (name, is a number)."""
    from rich.table import Table

    made = Table(box=None, pad_edge=False)
    for name, number in columns:
        made.add_column(name, justify="right" if number else "left", no_wrap=True)
    return made


def show(made: Table) -> None:
    """The table, as wide as it wants to be."""
    from rich.console import Console

    Console(highlight=False, markup=False, width=WIDEST).print(made)


def number(cell: Cell) -> str:
    """`.97`, `.07 to 1.00`, or a question mark that `lost` explains."""
    return MISSING if cell.of.value is None else cell.short()


class Told(NamedTuple):
    """One number of a table: where it stands, at what budget, and what it is called there."""

    place: str
    at: int | None
    name: str
    cell: Cell


def told_of(place: str, line: Line, numbers: Mapping[str, str]) -> list[Told]:
    """The numbers (key, name) of one row."""
    return [Told(place, line.budget, name, line.cell(key)) for key, name in numbers.items()]


def lost(told: Iterable[Told]) -> list[str]:
    """Why there is no number: a sentence for each reason, with the places and the numbers that it holds for."""
    rows: dict[tuple[str, int | None], dict[str, list[str]]] = {}
    for place, at, name, cell in told:
        whys = rows.setdefault((place, at), {})
        if cell.of.value is None:
            whys.setdefault(cell.why, []).append(name)
    budgets: dict[str, list[int | None]] = {}
    found: dict[tuple[str, str], dict[str, list[int | None]]] = {}
    for (place, at), whys in rows.items():
        budgets.setdefault(place, []).append(at)
        for why, names in whys.items():
            found.setdefault((", ".join(names), why), {}).setdefault(place, []).append(at)
    sentences = []
    for (numbers, why), places in found.items():
        where = join_words([_where(place, at, budgets[place]) for place, at in places.items()])
        sentences.append(f"{MISSING} in {where} ({numbers}): {why}")
    return sentences


def _where(place: str, at: list[int | None], every: list[int | None]) -> str:
    return place if len(at) == len(every) else f"{place} at {join_words([str(each) for each in at])}"
