"""Artefacts of JailbreakBench: one attack on one target, 100 goals in ten categories; JSON as published, or CSV.

JSON: `parameters` (model, method, attack_type, …) and `jailbreaks`, each with index, goal, behavior, category, prompt,
response, number_of_queries, queries_to_jailbreak, jailbroken. CSV: target, attack, goal_index, category, jailbroken,
queries_to_jailbreak, number_of_queries; the last two may be empty. Source: Chao et al., arXiv 2404.01318.

`jailbroken` is the last verdict on what was submitted; `queries_to_jailbreak` is the attack's own belief and may stand
at a goal that is not jailbroken. So a goal counts as broken from there on only where it is jailbroken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from isonomia.basics.errors import Faults
from isonomia.transfer.labels.cells import (
    Cells,
    LabelsError,
    each,
    needed,
    once,
    raise_faults,
    whole_number,
    word,
)
from isonomia.transfer.labels.labelled import NEVER, Label, Labels

TRUTH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "1.0": True, "0.0": False}


@dataclass(frozen=True, slots=True)
class Jailbreak:
    """One goal of an artefact, to be written. `prompt` None: the attack found none to submit."""

    target: str
    attack: str
    index: int
    goal: str
    behavior: str
    category: str
    prompt: str | None
    response: str | None
    number_of_queries: int | None
    queries_to_jailbreak: int | None
    jailbroken: bool


def read_table(cells: Cells) -> Labels:
    """The CSV form. Raises Faults."""
    target, attack = cells.column("target", "model"), cells.column("attack", "method")
    name = cells.column("goal_index", "index", "behavior", "goal")
    if lacking := [said for said, found in (("goal_index", name), ("attack", attack), ("target", target)) if not found]:
        raise LabelsError(f"{cells.source}: line 1: beside “jailbroken”, the columns {', '.join(lacking)} are lacking")
    labels = each(cells, lambda row: _label(needed(row, target), needed(row, attack), needed(row, name), row))
    once(cells, [(label.target, label.attack, label.item) for label in labels])
    return Labels("jailbreakbench", cells.source, tuple(labels))


def read_artefact(source: str, whole: Mapping[str, Any]) -> Labels:
    """The JSON form. Raises LabelsError or Faults naming the key."""
    parameters, goals = whole.get("parameters"), whole.get("jailbreaks")
    if not isinstance(parameters, Mapping) or not isinstance(goals, list) or not goals:
        raise LabelsError(f"{source}: an artefact has an object `parameters` and a list `jailbreaks` with goals in it")
    try:
        target, attack = needed(dict(parameters), "model"), needed(dict(parameters), "method")
    except ValueError as error:
        raise LabelsError(f"{source}: parameters.{error}") from error
    places = tuple(f"jailbreaks[{n}]" for n in range(len(goals)))
    raise_faults(
        source, [f"{at}: no object" for at, goal in zip(places, goals, strict=True) if not isinstance(goal, dict)]
    )
    cells = Cells(source, frozenset(), tuple(goals), places)
    if not any("jailbroken" in goal for goal in goals):
        raise Faults(source, ["jailbreaks[0]: `jailbroken` is lacking, so there is no verdict to read"])
    items = [word(goal, "index") or str(n) for n, goal in enumerate(goals)]
    once(cells, [(target, attack, item) for item in items])
    order = iter(items)
    labels = each(cells, lambda row: _label(target, attack, next(order), row))
    notes = []
    kind = parameters.get("attack_type")
    if kind:
        notes.append(f"{attack} on {target}: attack type {kind}")
    said, found = parameters.get("total_number_of_jailbreaks"), sum(label.broken is True for label in labels)
    if said is not None and said != found:
        notes.append(f"{attack} on {target}: the file claims {said} jailbreaks, its labels say {found}")
    return Labels("jailbreakbench", source, tuple(labels), notes=tuple(notes))


def write_jbb(rows: Sequence[Jailbreak], path: Path | str, parameters: Mapping[str, Any] | None = None) -> None:
    """One artefact as JailbreakBench publishes it; `parameters` are added to those counted from the rows.

    Raises LabelsError where rows are of several targets or attacks, or there is none.
    """
    whose = sorted({(row.target, row.attack) for row in rows})
    if len(whose) != 1:
        raise LabelsError(f"an artefact is of one attack on one target; these rows are of {len(whose)}")
    broken = sum(row.jailbroken for row in rows)
    head = {
        "method": whose[0][1],
        "model": whose[0][0],
        "attack_success_rate": broken / len(rows),
        "total_number_of_jailbreaks": broken,
        "total_number_of_queries": sum(row.number_of_queries or 0 for row in rows),
        "number_of_submitted_prompts": sum(row.prompt is not None for row in rows),
    }
    goals = [{k: v for k, v in asdict(row).items() if k not in ("target", "attack")} for row in rows]
    whole = {"parameters": head | dict(parameters or {}), "jailbreaks": goals}
    Path(path).write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _label(target: str, attack: str, item: str, row: dict[str, Any]) -> Label:
    verdict = word(row, "jailbroken").lower()
    if verdict not in TRUTH and verdict not in ("", "none", "null"):
        raise ValueError(f"jailbroken is 1 or 0, true or false; got “{verdict[:40]}”")
    broken = TRUTH.get(verdict)
    spent = whole_number(row, "number_of_queries")
    found = whole_number(row, "queries_to_jailbreak", least=1)
    if found is not None and spent is not None and found > spent:
        raise ValueError(f"queries_to_jailbreak is {found}, but number_of_queries {spent}; it cannot be more")
    category = word(row, "category")
    if broken:
        since = found or spent or NEVER
        return Label(target, attack, category, item, True, since, (found or 1) - 1, spent)
    return Label(target, attack, category, item, broken, NEVER, 0 if broken is None else spent or 0, spent)
