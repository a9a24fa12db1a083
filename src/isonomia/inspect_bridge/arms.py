"""What one sample of the transfer task plays: one arm of one item, and everything that was made of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from isonomia.inspect_bridge.target import Behind
from isonomia.transfer.attackers.adaptive import Experience
from isonomia.transfer.attackers.attacker import Attacker, Made, guessed
from isonomia.transfer.attackers.purse import Budget, Desk, Spent, hashed
from isonomia.transfer.attackers.shapes import Goal
from isonomia.transfer.hazard.items import Task
from isonomia.transfer.trial import PLAIN_TRIES, plainly

ATTEMPTS = "attempts"
WITH_TARGET = ("attack", "benign", "tripwire")
WITH_BARE = ("bare", "benign-bare")
ADVERSARIAL = ("attack", "bare")


class Played(NamedTuple):
    """One attempt and the question before it."""

    made: Made
    question: str


class Play(NamedTuple):
    """One arm of one item; `seed` is the item's, the same in every arm, so that arms are paired."""

    arm: str
    task: Task
    attacker: Attacker
    budget: Budget
    seed: int

    def run(self, target: Behind | None, into: list[Played]) -> str:
        """Attempts are added to `into` as they are made, so that what cuts this short leaves them; by what it ended."""
        if target is None:
            into += [Played(each, "") for each in guessed(Goal.of(self.task), self.seed, self.budget.attempts)]
            return ""
        if self.arm not in ADVERSARIAL:
            tries = 1 if self.arm == "tripwire" else PLAIN_TRIES
            try:
                made = plainly(target, self.task, tries, hashed(self.seed, "user"))
                into += [Played(each, target.asked) for each in made]
            except Spent as spent:
                return spent.limit
            return ""
        desk = Desk(target, self.budget, hashed(self.seed, "asks"))
        for each in self.attacker.play(Goal.of(self.task), desk, Experience(), self.seed, None):
            into.append(Played(each, target.asked))
        return desk.ended


def task_of(metadata: dict[str, Any]) -> Task:
    """The task that a sample's metadata tells."""
    told = metadata["task"]
    return Task(**{**told, "symbols": tuple(told["symbols"]), "key": tuple(told["key"])})


def written(played: Sequence[Played]) -> str:
    """For the store, as one text: Inspect compares a store part by part after each step, which would cost most."""
    return json.dumps([{**each.made._asdict(), "question": each.question} for each in played])


def read(store: Any) -> list[Played]:
    """The attempts of a sample, from its store."""
    found = json.loads(store.get(ATTEMPTS) or "[]")
    return [Played(Made(**{name: one[name] for name in Made._fields}), one["question"]) for one in found]
