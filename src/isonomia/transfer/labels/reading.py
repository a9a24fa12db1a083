"""Which kind of labels a file has, by its columns or keys, never by its name."""

from __future__ import annotations

from pathlib import Path

from isonomia.transfer.attempts import (
    JOURNAL,
    TABLE,
    WANTED,
    AttemptsError,
    from_rows,
    read_parquet,
    read_regular_csv,
    row_of,
)
from isonomia.transfer.labels.cells import Cells, LabelsError, cells_of, each, once, text_of
from isonomia.transfer.labels.jailbreakbench import read_artefact, read_table
from isonomia.transfer.labels.judged import SCORES, read_judged
from isonomia.transfer.labels.labelled import Labels
from isonomia.transfer.labels.xstest import read_xstest

KNOWN = (
    "attempts (target, category, arm, twin, attempt, grade), JailbreakBench (target, attack, goal_index, jailbroken; "
    "or JSON with `parameters` and `jailbreaks`), judged attempts (target, attack, goal_index, attempt, "
    "judge_score_1_to_10), XSTest (target, prompt_id, type, label); of `isonomia transfer run` name the folder"
)
ENDINGS = (".parquet", ".csv", ".jsonl", ".json")


def files_of(path: Path | str) -> list[Path]:
    """The file itself; of a folder its table of attempts where it is of a run, else every file of labels in it by name.

    Raises LabelsError where a folder has neither.
    """
    path = Path(path)
    if not path.is_dir():
        return [path]
    if (path / TABLE).is_file():
        return [path / TABLE]
    if (path / JOURNAL).is_file():
        raise LabelsError(f"{path}: this run is not at its end; the command that began it goes on and writes {TABLE}")
    found = sorted(file for file in path.iterdir() if file.suffix in ENDINGS and file.is_file())
    if not found:
        raise LabelsError(
            f"{path}: neither the folder of a run ({TABLE}) nor one with labels ({', '.join(ENDINGS)}): name the files"
        )
    return found


def read_labels(path: Path | str) -> Labels:
    """Read one file of any kind. Raises LabelsError, AttemptsError or Faults naming the file and the place."""
    path = Path(path)
    if path.is_file():
        with path.open("rb") as file:
            if file.read(4) == b"PAR1":
                return Labels("attempts", str(path), attempts=read_parquet(path))
    text = text_of(path)
    head = text[: text.find("\n")].split(",")
    if "arm" in head and "twin" in head and (regular := read_regular_csv(path)) is not None:
        return Labels("attempts", str(path), attempts=regular)
    cells = cells_of(path, text)
    if not isinstance(cells, Cells):
        return read_artefact(str(path), {str(key): value for key, value in cells.items()})
    columns = cells.columns
    if {"arm", "twin"} & columns:
        return _attempts(cells)
    if "jailbroken" in columns:
        return read_table(cells)
    if "attempt" in columns or columns & set(SCORES):
        if "attempt" not in columns:
            raise LabelsError(f"{cells.source}: line 1: a judge's score, but no column “attempt”")
        return read_judged(cells)
    if "type" in columns and columns & {"label", "final_label"}:
        return read_xstest(cells)
    shown = ", ".join(sorted(columns)[:12])
    raise LabelsError(f"{path}: line 1: no known kind of labels has the columns {shown}\nKnown are: {KNOWN}")


def _attempts(cells: Cells) -> Labels:
    lacking = [name for name in WANTED if name not in cells.columns]
    if lacking:
        raise LabelsError(f"{cells.source}: line 1: attempts want the columns {', '.join(lacking)} too")
    rows = each(cells, row_of)
    once(cells, [(row.target, row.category, row.arm, row.twin, row.attempt) for row in rows])
    try:
        return Labels("attempts", cells.source, attempts=from_rows(rows))
    except AttemptsError as error:
        raise AttemptsError(f"{cells.source}: {error}") from error
