"""A CSV, JSON or JSONL file as rows of cells, each with its place in the file, so that a fault can name it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from isonomia.basics.errors import Faults, IsonomiaError

MOST_FAULTS = 20
BLANK = ("", "none", "null", "nan")  # what an empty cell may hold
T = TypeVar("T")


class LabelsError(IsonomiaError):
    """A file of labels that cannot be read; the message names file and line and says what is wanted."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows by column name (lower case). `at`: "line 3" or "row 3", one for each row."""

    source: str
    columns: frozenset[str]
    rows: tuple[dict[str, Any], ...]
    at: tuple[str, ...]

    def column(self, *names: str) -> str:
        """The first of these columns that there is; "" where there is none."""
        return next((name for name in names if name in self.columns), "")


def text_of(path: Path) -> str:
    """The file as text, without a byte order mark. Raises LabelsError where it is none or empty."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise LabelsError(f"{path}: no such file") from error
    except IsADirectoryError as error:
        raise LabelsError(f"{path}: no such file, but a folder: name the files in it") from error
    except OSError as error:
        raise LabelsError(f"{path} cannot be read: {error.strerror or error}") from error
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise LabelsError(f"{path}: no text in UTF-8: byte {error.start}") from error
    if not text.strip():
        raise LabelsError(f"{path}: the file is empty")
    return text


def cells_of(path: Path, text: str) -> Cells | dict[str, Any]:
    """Rows of cells; or the one JSON object that the file is."""
    if text.lstrip()[:1] not in ("{", "["):
        return _from_csv(str(path), text)
    try:
        whole = json.loads(text)
    except RecursionError as error:
        raise LabelsError(f"{path}: the JSON is nested too deep for labels") from error
    except json.JSONDecodeError as error:
        lines = [(f"line {n}", line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
        if len(lines) < 2 or text.lstrip()[0] == "[" or not lines[0][1].rstrip().endswith("}"):
            raise LabelsError(f"{path}: line {error.lineno}: no JSON: {error.msg}") from error
        return _from_objects(str(path), [(at, _line(path, at, line)) for at, line in lines])
    if isinstance(whole, dict):
        return whole if "jailbreaks" in whole else _from_objects(str(path), [("line 1", whole)])
    return _from_objects(str(path), [(f"row {n}", row) for n, row in enumerate(whole, 1)])


def each(cells: Cells, make: Callable[[dict[str, Any]], T]) -> list[T]:
    """`make` of every row; all its ValueErrors are raised together as Faults, each with its place."""
    made, faults = [], []
    for at, row in zip(cells.at, cells.rows, strict=True):
        try:
            made.append(make(row))
        except ValueError as error:
            faults.append(f"{at}: {error}")
    raise_faults(cells.source, faults)
    return made


def raise_faults(source: str, faults: list[str]) -> None:
    """Faults, if there are any; the first twenty in full."""
    if len(faults) > MOST_FAULTS:
        faults = [*faults[:MOST_FAULTS], f"and {len(faults) - MOST_FAULTS} more"]
    if faults:
        raise Faults(source, faults)


def once(cells: Cells, keys: Iterable[tuple[Any, ...]]) -> None:
    """Raises Faults where two rows have the same key."""
    seen: dict[tuple[Any, ...], str] = {}
    faults = []
    for at, key in zip(cells.at, keys, strict=True):
        if key in seen:
            faults.append(f"{at}: {' · '.join(map(str, key))} stands already in {seen[key]}")
        seen.setdefault(key, at)
    raise_faults(cells.source, faults)


def word(row: dict[str, Any], name: str) -> str:
    """A cell as text, stripped; "" where it is missing or null."""
    cell = row.get(name)
    return "" if cell is None else str(cell).strip()


def needed(row: dict[str, Any], name: str) -> str:
    found = word(row, name)
    if not found:
        raise ValueError(f"{name} is empty")
    return found


def number(row: dict[str, Any], name: str) -> float | None:
    """A number, or None where the cell is empty. Raises ValueError."""
    text = word(row, name)
    if text.lower() in BLANK:
        return None
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{name} is no number: “{text[:40]}”") from None


def whole_number(row: dict[str, Any], name: str, least: int = 0) -> int | None:
    """A whole number from `least`, or None where the cell is empty. Raises ValueError."""
    value = number(row, name)
    if value is None:
        return None
    if not value.is_integer() or value < least:
        raise ValueError(f"{name} is a whole number from {least}; got “{word(row, name)[:40]}”")
    return int(value)


def _line(path: Path, at: str, line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise LabelsError(f"{path}: {at}: no JSON: {error.msg}") from error


def _from_objects(source: str, objects: list[tuple[str, Any]]) -> Cells:
    if not objects:
        raise LabelsError(f"{source}: the file has no rows")
    raise_faults(source, [f"{at}: no object with keys" for at, row in objects if not isinstance(row, dict)])
    rows = tuple({key.strip().lower(): cell for key, cell in row.items()} for _, row in objects)
    return Cells(source, frozenset().union(*rows), rows, tuple(at for at, _ in objects))


def _from_csv(source: str, text: str) -> Cells:
    first = text.lstrip().splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    rows, at, faults = [], [], []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            place = f"line {reader.line_num}"
            if not header:
                header = [cell.strip().lower() for cell in cells]
                twice = {name for name in header if name and header.count(name) > 1}
                if twice:
                    raise LabelsError(f"{source}: {place}: column {min(twice)} stands twice")
            elif len(cells) != len(header):
                faults.append(f"{place}: {len(cells)} cells, but the header has {len(header)}")
            else:
                rows.append(dict(zip(header, cells, strict=True)))
                at.append(place)
    except csv.Error as error:
        raise LabelsError(f"{source}: line {reader.line_num}: {error}") from error
    raise_faults(source, faults)
    if not rows:
        raise LabelsError(f"{source}: a header, but no rows")
    return Cells(source, frozenset(header), tuple(rows), tuple(at))
