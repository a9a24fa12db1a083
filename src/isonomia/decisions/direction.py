"""The mandate as a standing number that each day's majority moves: down by a tenth, or up by a fiftieth.

Down faster than up, since symmetric steps ruin a commons with no attacker at all (measured on the bench model). The
mandate follows the ballots as they come in, so a governor who acts last acts on today's votes. A tie raises nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from isonomia.basics.acts import Act, Fact, Facts, Kind, Permit, Principal
from isonomia.basics.schema import Cells, Flag, Whole
from isonomia.law.articles import Level

ABSTAIN, LOWER, RAISE = 0, 1, 2
DOWN_PERCENT, UP_PERCENT = 90, 102
VOTES = Whole(0, 2**26)
LEVELS: Mapping[str, Level] = MappingProxyType(
    {"live": Level("live", null=True, prices={"vote": 0}, why="whoever has an account today votes today")}
)


class Direction:
    """The office of decisions for a standing number. `start`, `least`, `most` in the number's own unit."""

    name = "decisions"

    def __init__(self, start: int, least: int, most: int, level: str = "live") -> None:
        self.level = LEVELS[level]
        number = Whole(least, most)
        self.kinds: Mapping[str, Kind] = {
            "ballot": Kind(
                "ballot",
                body={"choice": Cells("|u1")},
                facts={"voters": VOTES, "voted": Flag()},
                roles=("member",),
            )
        }
        self.knows: Mapping[str, Any] = {"mandate": number, "votes_lower": VOTES, "votes_raise": VOTES}
        self.states: Mapping[str, Any] = {"mandate": number, "votes_lower_tallied": VOTES, "votes_raise_tallied": VOTES}
        self._least, self._most = least, most
        self._base = start  # the mandate the day began with
        self._mandate = start
        self._lower = self._raise = 0
        self._voted: set[Principal] = set()

    def plan(self, act: Act) -> tuple[dict[str, Fact], Any]:
        choice = act.body["choice"]
        up = int(np.count_nonzero(choice == RAISE))
        down = int(np.count_nonzero(choice == LOWER))  # any other mark is a spoilt ballot: it counts for nothing
        return {"voters": choice.size, "voted": act.by in self._voted}, (act.by, down, up)

    def facts(self, act: Act) -> Facts:
        return {"mandate": self._mandate, "votes_lower": self._lower, "votes_raise": self._raise}

    def apply(self, plan: Any, permit: Permit) -> Facts:
        by, down, up = plan
        self._voted.add(by)
        self._lower += down
        self._raise += up
        self._mandate = self._moved()
        return {"lower": down, "raise": up}

    def _moved(self) -> int:
        if self._lower == self._raise == 0:
            return self._base
        percent = UP_PERCENT if self._raise > self._lower else DOWN_PERCENT if self._lower > self._raise else 100
        return min(self._most, max(self._least, self._base * percent // 100))

    def close(self, today: Facts) -> tuple[Facts, Sequence[Act]]:
        stated: dict[str, Fact] = {
            "mandate": self._mandate,
            "votes_lower_tallied": self._lower,
            "votes_raise_tallied": self._raise,
        }
        self._base = self._mandate
        self._lower = self._raise = 0
        self._voted.clear()
        return stated, ()

    def show(self, who: Principal) -> Mapping[str, Any]:
        return {"mandate": self._mandate, "votes_lower": self._lower, "votes_raise": self._raise}
