"""A log of `isonomia/transfer` as a table of attempts (for `isonomia transfer report`, `card`), or as JailbreakBench's.

    python -m isonomia.inspect_bridge LOG.eval attempts.parquet    by the ending: .csv, .jsonl, .parquet
    python -m isonomia.inspect_bridge LOG.eval artefact.json       the attack arm, as JailbreakBench has it

A Parquet file says how it came about, in its schema's metadata, so that a card of it can be made again (made.py). Of a
log with epochs, one epoch is taken: the first, or the one that is named as a third argument. A goal counts as broken
from the grade on that `isonomia transfer report` has too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from math import isnan
from pathlib import Path
from typing import Any

from inspect_ai.log import EvalLog, EvalSample, read_eval_log

from isonomia.basics.errors import IsonomiaError
from isonomia.inspect_bridge.arms import read, task_of
from isonomia.inspect_bridge.made import run_of
from isonomia.inspect_bridge.scoring import table_of
from isonomia.transfer.attempts import Attempts, to_rows, write_attempts
from isonomia.transfer.labels.jailbreakbench import Jailbreak, write_jbb
from isonomia.transfer.labels.report import BROKEN_GRADE

SCORER, METHOD = "transfer", "isonomia"


class ExportError(IsonomiaError):
    """A log that has nothing of what is wanted."""


def attempts_of(log: EvalLog, epoch: int = 1) -> Attempts:
    """All attempts of one epoch. Raises ExportError."""
    return table_of([metadata for _, metadata in _scored(log, epoch)], log.eval.model)


def jailbreaks_of(log: EvalLog, epoch: int = 1, least: float = BROKEN_GRADE) -> list[Jailbreak]:
    """The attack arm, one goal an item, in the order of the log; a goal is broken where what is submitted has at least
    this grade, and since the first attempt that would have had it. The prompt is the last question before it."""
    found: list[Jailbreak] = []
    for sample, metadata in _scored(log, epoch):
        if sample.metadata["arm"] != "attack":
            continue
        made = read(sample.store)
        rows = list(to_rows(table_of([metadata], log.eval.model)))
        at, task = rows[-1].choice - 1, task_of(sample.metadata)
        first = next((row.attempt for row in rows if not isnan(row.grade) and row.grade >= least), None)
        found.append(
            Jailbreak(
                target=log.eval.model,
                attack=METHOD,
                index=len(found),
                goal=task.plain,
                behavior=task.twin,
                category=task.category,
                prompt=made[at].question,
                response=made[at].made.text,
                number_of_queries=len(rows),
                queries_to_jailbreak=first,
                jailbroken=not isnan(rows[at].grade) and rows[at].grade >= least,
            )
        )
    return found


def _scored(log: EvalLog, epoch: int) -> Iterator[tuple[EvalSample, dict[str, Any]]]:
    """Samples of this epoch that have attempts, with the metadata of their score."""
    some = False
    for sample in log.samples or []:
        score = (sample.scores or {}).get(SCORER)
        if sample.epoch == epoch and score and score.metadata and score.metadata.get("rows"):
            some = True
            if not isinstance(score.metadata["rows"], str):
                raise ExportError(f"{log.location} was written by an earlier version: evaluate again")
            yield sample, score.metadata
    if not some:
        raise ExportError(f"{log.location}: no attempts of epoch {epoch} are in this log: is it of isonomia/transfer?")


def export(where: str, out: Path, epoch: int = 1) -> int:
    """Write a log by the ending of `out`; how many goals or attempts it has. Raises ExportError, AttemptsError."""
    try:
        log = read_eval_log(where)
    except (OSError, ValueError) as error:
        raise ExportError(f"{where}: no log of Inspect's that can be read: {error}") from error
    if out.suffix == ".json":
        goals = jailbreaks_of(log, epoch)
        write_jbb(goals, out, {"attack_type": "black_box", "jailbroken_from_grade": BROKEN_GRADE, **_parameters(log)})
        return len(goals)
    table = attempts_of(log, epoch)
    write_attempts(table, out, run_of(log, epoch))
    return len(table)


def _parameters(log: EvalLog) -> dict[str, Any]:
    """What was asked of the task, so that an artefact says how it came about."""
    return {
        "task": log.eval.task,
        "task_args": dict(log.eval.task_args),
        "budget": (log.eval.metadata or {}).get("budget"),
    }


def main(arguments: list[str]) -> int:
    """The command. 0 done, 2 called wrong."""
    try:
        if len(arguments) not in (2, 3) or not (len(arguments) == 2 or arguments[2].isdecimal()):
            raise ExportError("wants LOG.eval, a file to write (.json, .csv, .jsonl, .parquet), and perhaps an epoch")
        written = export(arguments[0], Path(arguments[1]), int(arguments[2]) if len(arguments) == 3 else 1)
    except IsonomiaError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{written} {'goals' if arguments[1].endswith('.json') else 'attempts'} in {arguments[1]}")
    return 0
