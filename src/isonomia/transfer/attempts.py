"""The table of attempts: who tried what on which item, and what came of it. CSV, JSONL or Parquet by the ending.

Columns: target, category, arm, twin, framing, session (words); attempt (1 … in the order made within target, category,
arm and twin); grade (0 to 1, empty: unscorable); refused (1, 0, empty or -1: not known); rating (the attacker's own of
what it got, empty: none given); cost (≥ 0); choice (which attempt would be submitted if this were the last; 0 or
empty: the highest rated so far). framing, session, refused, rating, cost and choice may be missing.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from math import isfinite, nan
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from isonomia.basics.errors import IsonomiaError
from isonomia.basics.streams import Array

ARMS = ("attack", "bare", "alone", "benign", "benign-bare", "tripwire")
WORDS = ("target", "category", "arm", "twin", "framing", "session")
WANTED = ("target", "category", "arm", "twin", "attempt", "grade")
NUMBERS = {
    "attempt": np.int64,
    "grade": np.float64,
    "refused": np.int8,
    "rating": np.float64,
    "cost": np.float64,
    "choice": np.int64,
}
EMPTY = {"grade": nan, "refused": -1, "rating": nan, "cost": 0.0, "choice": 0}  # what an empty cell is
MOST = 2**31  # attempts on one item
MADE = b"isonomia run"  # in a Parquet file's metadata: what result.json has of a run
TABLE, RESULT, JOURNAL = "attempts.parquet", "result.json", "journal.jsonl"  # what the folder of a run holds


class AttemptsError(IsonomiaError):
    """A table of attempts that cannot be read; the message names the place."""


class Row(NamedTuple):
    """One attempt, as a trial hands it over; NaN and -1 stand for what is not known."""

    target: str
    category: str
    arm: str
    twin: str
    framing: str
    session: str
    attempt: int
    grade: float
    refused: int
    rating: float
    cost: float
    choice: int = 0


class Names(NamedTuple):
    """A column of words: codes (n,) int64 into `words`, which are sorted and all differ."""

    codes: Array
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attempts:
    """Columns of one length n. Checked when made: every number in its range, no attempt twice."""

    target: Names
    category: Names
    arm: Names
    twin: Names
    framing: Names
    session: Names
    attempt: Array  # int64, from 1
    grade: Array  # float64 in [0, 1]; NaN: unscorable
    refused: Array  # int8: 1, 0, -1 not known
    rating: Array  # float64; NaN: none given
    cost: Array  # float64 ≥ 0: tokens, or what the source counts
    choice: Array  # int64: the attempt that would be submitted if this were the last; 0: the highest rated so far

    def __post_init__(self) -> None:
        n = len(self)
        for column in fields(self):
            value = getattr(self, column.name)
            if (value.codes if isinstance(value, Names) else value).shape != (n,):
                raise AttemptsError(f"column {column.name} is not as long as the others")
        wrong = set(self.arm.words) - set(ARMS)
        if wrong:
            raise AttemptsError(f"unknown arm “{min(wrong)}”; the arms are {', '.join(ARMS)}")
        with np.errstate(invalid="ignore"):
            for fault, bad in (
                ("attempt counts from 1", (self.attempt < 1) | (self.attempt > MOST)),
                ("grade lies from 0 to 1, or is empty", (self.grade < 0.0) | (self.grade > 1.0)),
                ("refused is 1, 0, or empty", (self.refused < -1) | (self.refused > 1)),
                ("rating is a number, or is empty", np.isinf(self.rating)),
                ("cost is at least 0", ~(self.cost >= 0.0)),
                ("choice is 0 or an attempt made by then", (self.choice < 0) | (self.choice > self.attempt)),
            ):
                if bad.any():
                    raise AttemptsError(f"row {int(np.argmax(bad)) + 1}: {fault}")
        self._check_once()

    def __len__(self) -> int:
        return int(self.attempt.size)

    def _check_once(self) -> None:
        """No attempt stands twice, and what is chosen stands."""
        key = keys(self.target, self.category, self.arm, self.twin)
        order = np.lexsort((self.attempt, key))
        attempt, starts = self.attempt[order], np.diff(key[order], prepend=-1) != 0
        same = ~starts[1:] & (np.diff(attempt) == 0)
        if same.any():
            row = int(order[int(np.argmax(same)) + 1])
            raise AttemptsError(
                f"row {row + 1}: attempt {self.attempt[row]} on {self._item(row)} stands twice; give each file once"
            )
        choice = self.choice[order]
        if not choice.any():
            return
        lost = (choice > 0) & (chosen(np.cumsum(starts), attempt, choice) < 0)
        if lost.any():
            row = int(order[int(np.argmax(lost))])
            raise AttemptsError(
                f"row {row + 1}: choice {self.choice[row]} is no attempt on record on {self._item(row)}; "
                "leave it 0 to take the highest rated"
            )

    def _item(self, row: int) -> str:
        return " · ".join(c.words[int(c.codes[row])] for c in (self.target, self.category, self.arm, self.twin))


def chosen(group: Array, attempt: Array, choice: Array) -> Array:
    """The row of each row's choice, (n,): −1 where it is not on record. Rows are sorted by group, then attempt."""
    known, wanted = group * (MOST + 1) + attempt, group * (MOST + 1) + choice
    at = np.minimum(np.searchsorted(known, wanted), max(0, known.size - 1))
    found: Array = np.where(known[at] == wanted, at, -1)
    return found


def keys(*columns: Names) -> Array:
    """One number for each combination of words, (n,), int64; in sorted order of the words."""
    key: Array = np.zeros(columns[0].codes.shape, dtype=np.int64)
    for column in columns:
        key = key * max(1, len(column.words)) + column.codes
    return key


def name_column(cells: Sequence[str] | Array) -> Names:
    words, codes = np.unique(np.asarray(cells, dtype=np.str_), return_inverse=True)
    return Names(codes.astype(np.int64).reshape(-1), tuple(words.tolist()))


def from_rows(rows: Iterable[Row]) -> Attempts:
    """The table of these rows, in any order. Raises AttemptsError where a value is out of range."""
    columns = list(zip(*rows, strict=True)) or [()] * len(Row._fields)
    return from_columns(dict(zip(Row._fields, columns, strict=True)))


def from_columns(columns: dict[str, Any]) -> Attempts:
    """The table of these columns; framing, session, refused, rating, cost and choice may be left out."""
    n = len(columns["attempt"])
    rest: dict[str, Any] = {"framing": [""] * n, "session": [""] * n}
    rest |= {name: [cell] * n for name, cell in EMPTY.items() if name not in WANTED} | columns
    made: dict[str, Any] = {
        name: rest[name] if isinstance(rest[name], Names) else name_column(rest[name]) for name in WORDS
    }
    made |= {name: np.asarray(rest[name], dtype=kind) for name, kind in NUMBERS.items()}
    return Attempts(**made)


def to_rows(table: Attempts) -> Iterator[Row]:
    """Every attempt, in the order of the table."""
    columns = [getattr(table, name) for name in WORDS]
    words = [[column.words[code] for code in column.codes.tolist()] for column in columns]
    numbers = [getattr(table, name).tolist() for name in NUMBERS]
    return (Row(*row) for row in zip(*words, *numbers, strict=True))


def joined(tables: Sequence[Attempts]) -> Attempts:
    """Several tables as one. Raises AttemptsError where one attempt stands in two of them."""
    if len(tables) == 1:
        return tables[0]
    columns: dict[str, Any] = {}
    for name in WORDS:
        columns[name] = [w for t in tables for w in np.asarray(getattr(t, name).words)[getattr(t, name).codes].tolist()]
    for name in NUMBERS:
        columns[name] = np.concatenate([getattr(table, name) for table in tables]) if tables else []
    return from_columns(columns)


def write_attempts(table: Attempts, path: Path | str, run: Mapping[str, Any] | None = None) -> None:
    """Write by the ending: .csv, .jsonl or .parquet. What is not known is an empty cell, or null. `run`: how it was
    made, which Parquet alone has a place for."""
    path = Path(path)
    if path.suffix == ".parquet":
        import pyarrow as pa
        from pyarrow import parquet

        columns = {
            n: pa.DictionaryArray.from_arrays(getattr(table, n).codes, list(getattr(table, n).words)) for n in WORDS
        }
        whole = pa.table(columns | {name: getattr(table, name) for name in NUMBERS})
        told = None if run is None else {MADE: json.dumps(run).encode()}
        parquet.write_table(whole.replace_schema_metadata(told), path)
        return
    rows = (_told(row) for row in to_rows(table))
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            out = csv.DictWriter(file, Row._fields, lineterminator="\n")
            out.writeheader()
            out.writerows(rows)
        elif path.suffix == ".jsonl":
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        else:
            raise AttemptsError(f"{path}: attempts are written as .csv, .jsonl or .parquet")


def read_parquet(path: Path | str) -> Attempts:
    """Attempts from a Parquet file. Raises AttemptsError naming the file."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.read_table(path)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise AttemptsError(f"{path}: no Parquet file: {error}") from error
    lacking = [name for name in WANTED if name not in table.column_names]
    if lacking:
        raise AttemptsError(f"{path}: attempts want the columns {', '.join(WANTED)}; {', '.join(lacking)} lacking")
    try:
        return _from_arrow(table)
    except (AttemptsError, ValueError, TypeError, pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise AttemptsError(f"{path}: {error}") from error


def read_regular_csv(path: Path | str) -> Attempts | None:
    """Attempts from a CSV file that needs no forgiveness, twenty times as fast as `row_of` on every row; else None."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    kinds = dict.fromkeys(WORDS, pa.string()) | {name: pa.from_numpy_dtype(kind) for name, kind in NUMBERS.items()}
    convert = arrow.ConvertOptions(column_types=kinds, null_values=["", "nan", "NaN"], strings_can_be_null=False)
    try:
        table = arrow.read_csv(path, parse_options=arrow.ParseOptions(newlines_in_values=True), convert_options=convert)
        if len(set(table.column_names)) < len(table.column_names) or not set(WANTED) <= set(table.column_names):
            return None
        found = _from_arrow(table)
    except (AttemptsError, ValueError, TypeError, KeyError, pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    needed = (found.target, found.category, found.arm, found.twin)
    bare = all(word == word.strip() for name in WORDS for word in getattr(found, name).words)
    return found if bare and len(found) and all("" not in column.words for column in needed) else None


def _from_arrow(table: Any) -> Attempts:
    columns: dict[str, Any] = {}
    for name in NUMBERS:
        if name in table.column_names:
            column = table[name]
            if column.null_count and name not in EMPTY:
                raise ValueError(f"{name} is empty in {column.null_count} rows")
            filled = column.fill_null(EMPTY[name]) if column.null_count else column
            columns[name] = filled.to_numpy()
    for name in WORDS:
        if name in table.column_names:
            columns[name] = _coded(table[name])
    return from_columns(columns)


def _coded(column: Any) -> Names:
    """An Arrow column of words, with as few words touched as there are."""
    import pyarrow as pa

    whole = column.combine_chunks()
    if not pa.types.is_dictionary(whole.type):
        whole = whole.cast(pa.string()).fill_null("").dictionary_encode()
    elif whole.null_count:
        whole = whole.dictionary_decode().fill_null("").dictionary_encode()
    words = name_column([str(word) for word in whole.dictionary.to_pylist()])
    return Names(words.codes[whole.indices.to_numpy()], words.words)


def row_of(cells: dict[str, Any]) -> Row:
    """One attempt from cells of text or JSON. Raises ValueError saying what is wrong with it."""
    words = {name: "" if cells.get(name) is None else str(cells[name]).strip() for name in WORDS}
    for name in ("target", "category", "arm", "twin"):
        if not words[name]:
            raise ValueError(f"{name} is empty")
    if words["arm"] not in ARMS:
        raise ValueError(f"unknown arm “{words['arm']}”; the arms are {', '.join(ARMS)}")
    attempt, refused, choice = (_number(cells, name) for name in ("attempt", "refused", "choice"))
    if not (attempt >= 1.0 and attempt == int(attempt) and attempt <= MOST):
        raise ValueError(f"attempt is a whole number from 1; got “{cells.get('attempt')}”")
    if refused not in (-1.0, 0.0, 1.0):
        raise ValueError(f"refused is 1, 0 or empty; got “{cells.get('refused')}”")
    if not (0.0 <= choice <= attempt and choice == int(choice)):
        raise ValueError(f"choice is an attempt from 1 to {int(attempt)}, or empty; got “{cells.get('choice')}”")
    grade, rating, cost = (_number(cells, name) for name in ("grade", "rating", "cost"))
    if grade < 0.0 or grade > 1.0:
        raise ValueError(f"grade lies from 0 to 1, or is empty; got “{cells.get('grade')}”")
    if cost < 0.0:
        raise ValueError(f"cost is at least 0; got “{cells.get('cost')}”")
    return Row(
        **words,
        attempt=int(attempt),
        grade=grade,
        refused=int(refused),
        rating=rating,
        cost=cost,
        choice=int(choice),
    )


def _number(cells: dict[str, Any], name: str) -> float:
    cell = cells.get(name)
    text = "" if cell is None else str(cell).strip()
    if not text or text.lower() == "nan":
        return EMPTY.get(name, nan)
    truth = {"true": 1.0, "false": 0.0}.get(text.lower()) if name == "refused" else None
    try:
        number = float(text) if truth is None else truth
    except ValueError:
        raise ValueError(f"{name} is no number: “{text[:40]}”") from None
    if not isfinite(number):
        raise ValueError(f"{name} is not finite: “{text[:40]}”")
    return number


def _told(row: Row) -> dict[str, Any]:
    cells = row._asdict()
    for name in ("grade", "rating"):
        if cells[name] != cells[name]:
            cells[name] = None
    return cells | {
        "refused": None if row.refused < 0 else row.refused,
        "choice": row.choice or None,
    }
