"""A trial: one attacker and one plain user on every item, against a target, against the same without its layer, and
against nobody. Rows of attempts come out, item by item, into a journal that a killed run goes on from.

The task's grade is read after an attempt is made, here and nowhere else; attackers get a `Goal`, which has none.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from math import isnan, nan
from pathlib import Path
from typing import Any, NamedTuple

from isonomia.basics.errors import IsonomiaError
from isonomia.transfer.attackers.adaptive import Experience, practised
from isonomia.transfer.attackers.attacker import Attacker, Made, guessed
from isonomia.transfer.attackers.purse import Budget, Desk, hashed
from isonomia.transfer.attackers.rating import claims, rate
from isonomia.transfer.attackers.routes import ADAPTIVE, ESCAPE, Escape, corpus_sha256
from isonomia.transfer.attackers.shapes import Goal
from isonomia.transfer.attempts import JOURNAL, Attempts, Row, from_rows
from isonomia.transfer.hazard.items import Task
from isonomia.transfer.hazard.phrasing import phrase
from isonomia.transfer.targets import Target, refused

Twins = Sequence[tuple[Task, Task]]  # (dangerous, benign)
PLAIN_TRIES = 2  # of a user who says what for: asked again once, in other words


class TrialError(IsonomiaError):
    """A trial that cannot be started or gone on with as it was asked for."""


@dataclass(frozen=True)
class Spec:
    """Everything a trial depends on besides its two targets."""

    attacker: Attacker = field(default_factory=Attacker)
    budget: Budget = field(default_factory=Budget)
    seed: int = 0
    practice: int = 0  # of the items, how many at the end are practised on and not reported
    escape: Escape | None = None


class Trial(NamedTuple):
    attempts: Attempts
    ended: dict[str, dict[str, int]]  # by arm: on how many items which limit came first
    not_available: dict[str, str]  # routes that were left out, and why


class _Side(NamedTuple):
    """An arm with an adversary: whom it asks, weights it may have, what it learned on practice."""

    arm: str
    target: Target
    own: Target | None
    experience: Experience


def run_trial(
    target: Target,
    bare: Target,
    twins: Twins,
    spec: Spec,
    folder: Path | None = None,
    tick: Callable[[str, int, int], None] | None = None,
) -> Trial:
    """Play every arm on every item. With a folder, finished items are kept in it and not played again.

    Raises TrialError where the folder holds another trial, or nothing is left after practice.
    """
    practice = spec.practice if ADAPTIVE in spec.attacker.routes else 0
    if len(twins) <= practice:
        raise TrialError(f"{len(twins)} items, and {practice} of them are for practice: ask for more items")
    reported, practised_on = twins[: len(twins) - practice], twins[len(twins) - practice :]
    journal = _Journal(folder, _asked(target, bare, twins, spec))
    sides = []
    for arm, whom in (("attack", target), ("bare", bare)):
        own = spec.escape(whom) if spec.escape and ESCAPE in spec.attacker.routes else None
        tries = journal.get(arm, lambda w=whom, o=own: _practise(w, o, practised_on, spec))  # type: ignore[misc]
        sides.append(_Side(arm, whom, own, practised([(str(name), float(rating)) for name, rating in tries])))
    rows: list[Row] = []
    ended: dict[str, Counter[str]] = {side.arm: Counter() for side in sides}
    for i, (dangerous, benign) in enumerate(reported):
        found = journal.get(str(i), lambda i=i, d=dangerous, b=benign: _item(i, d, b, sides, spec))  # type: ignore[misc]
        rows += [_read(cells) for cells in found["rows"]]
        for arm, limit in found["ended"].items():
            ended[arm][limit] += 1
        if tick:
            tick("items", 1, len(reported))
    return Trial(from_rows(rows), {arm: dict(sorted(c.items())) for arm, c in ended.items()}, _left_out(spec, sides))


def _left_out(spec: Spec, sides: Iterable[_Side]) -> dict[str, str]:
    if ESCAPE not in spec.attacker.routes:
        return {}
    without = [side.target.name for side in sides if side.own is None]
    return {ESCAPE: f"not available: no weights of {', '.join(dict.fromkeys(without))} to train"} if without else {}


def _practise(target: Target, own: Target | None, twins: Twins, spec: Spec) -> list[Any]:
    """(shape, rating) of every finished try on items that are not reported; with the budget of any other item."""
    tries = []
    for i, (dangerous, _) in enumerate(twins):
        desk = Desk(target, spec.budget, hashed(spec.seed, "practice", i))
        for made in spec.attacker.play(Goal.of(dangerous), desk, Experience(), spec.seed, own):
            if made.ends:
                tries.append([made.framing, made.rating])
    return tries


def _item(i: int, dangerous: Task, benign: Task, sides: list[_Side], spec: Spec) -> dict[str, Any]:
    """Every arm of one item, as plain rows."""
    measured, bare = sides[0].target, sides[1].target
    made: dict[str, tuple[Task, list[Made]]] = {}
    ended: dict[str, str] = {}
    goal = Goal.of(dangerous)
    for side in sides:
        desk = Desk(side.target, spec.budget, hashed(spec.seed, "asks", i))
        made[side.arm] = dangerous, list(spec.attacker.play(goal, desk, side.experience, spec.seed, side.own))
        ended[side.arm] = desk.ended
    made["alone"] = dangerous, guessed(goal, spec.seed, spec.budget.attempts)
    user, passer = hashed(spec.seed, "user", i), hashed(spec.seed, "default", i)
    made["benign"] = benign, plainly(measured, benign, PLAIN_TRIES, user)
    made["benign-bare"] = benign, plainly(bare, benign, PLAIN_TRIES, user)
    made["tripwire"] = dangerous, plainly(measured, dangerous, 1, passer)
    rows = [_kept(row) for arm, (task, each) in made.items() for row in graded(measured.name, arm, task, each)]
    return {"rows": rows, "ended": ended}


def plainly(target: Target, task: Task, tries: int, salt: str) -> list[Made]:
    """Somebody who says what they want, and asks again if refused; on one account, in one conversation."""
    goal, made = Goal.of(task), []
    session = target.open(hashed(salt, "who"), int(hashed(salt, "seed"), 16))
    for turn in range(tries):
        reply = session.ask(phrase("plain", task.wish, turn))
        rating = rate(claims(goal, reply.text), "", {})
        one = Made("plain", "0/0", reply.text, refused(reply.text), rating, reply.tokens, True, turn + 1)
        made.append(one)
        if one.refused == 0:
            break
    return made


def graded(target: str, arm: str, task: Task, made: Iterable[Made]) -> list[Row]:
    """Rows of the table, graded here. They bear the name of the measured target in every arm."""
    rows = []
    for attempt, one in enumerate(made, 1):
        grade = task.grade(one.text)
        head = (target, task.category, arm, task.twin, one.framing, one.session, attempt)
        thought = (one.refused, one.rating, one.tokens, one.choice)
        rows.append(Row(*head, nan if grade is None else grade, *thought))
    return rows


def _kept(row: Row) -> list[Any]:
    """A row as the journal has it: JSON has no NaN."""
    return list(row._replace(grade=None if isnan(row.grade) else row.grade))  # type: ignore[arg-type]


def _read(cells: list[Any]) -> Row:
    grade = Row._fields.index("grade")
    return Row(*cells)._replace(grade=nan if cells[grade] is None else cells[grade])


# The journal


def _asked(target: Target, bare: Target, twins: Twins, spec: Spec) -> dict[str, Any]:
    """What makes two trials the same one."""
    items = [[asdict(task) for task in pair] for pair in twins]
    attacker = spec.attacker
    return {
        "target": target.name,
        "bare": bare.name,
        "items": sha256(json.dumps(items, sort_keys=True).encode()).hexdigest(),
        "routes": list(attacker.routes),
        "aide": attacker.aide.name if attacker.aide else None,
        "final": attacker.final,
        "budget": asdict(spec.budget),
        "seed": spec.seed,
        "practice": spec.practice,
        "escape": spec.escape is not None,
        "corpus": corpus_sha256(),
        "columns": list(Row._fields),
    }


class _Journal:
    """Finished pieces of work, one line of JSON each, under the line that says which trial they belong to."""

    def __init__(self, folder: Path | None, asked: dict[str, Any]) -> None:
        self._path = folder / JOURNAL if folder else None
        self._known: dict[str, Any] = {}
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lines = _whole_lines(self._path)
        if lines and lines[0] != asked:
            other = ", ".join(name for name in asked if lines[0].get(name) != asked[name])
            raise TrialError(f"{self._path.parent} holds another trial ({other}): choose another folder")
        if not lines:
            self._append(asked)
        self._known = {line["what"]: line["found"] for line in lines[1:]}

    def get(self, what: str, play: Callable[[], Any]) -> Any:
        """What is known of this piece of work, played if need be."""
        if what not in self._known:
            self._known[what] = play()
            self._append({"what": what, "found": self._known[what]})
        return self._known[what]

    def _append(self, line: dict[str, Any]) -> None:
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")


def _whole_lines(path: Path) -> list[dict[str, Any]]:
    """Every line that was finished; the rest of one that a kill cut short is cut away."""
    if not path.exists():
        return []
    whole = path.read_bytes()
    end = whole.rfind(b"\n") + 1
    if end < len(whole):
        with path.open("rb+") as file:
            file.truncate(end)
    return [_read_line(path, n, line) for n, line in enumerate(whole[:end].splitlines(), 1)]


def _read_line(path: Path, n: int, line: bytes) -> dict[str, Any]:
    """Raises TrialError, with what can be done: an item whose line is taken out is played again."""
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if isinstance(found, dict) and (n == 1 or {"what", "found"} <= found.keys()):
        return found
    way_out = "choose another folder" if n == 1 else "take that line out and its item is played again"
    raise TrialError(f"{path}, line {n}: no line of a trial's journal; {way_out}")
