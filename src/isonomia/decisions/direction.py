"""The mandate as a standing number that a majority of each day's ballots moves a step down or up.

A ballot says lower, raise, or hold (as does any other mark); the number moves only when more than half of those who
voted want the same move. Down goes faster than up, since symmetric steps ruin a commons with no attacker at all
(measured on the bench model). The mandate follows the ballots as they come in, so a governor who acts last acts on
today's votes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from isonomia.basics.acts import Act, Fact, Facts, Kind, Permit, Principal
from isonomia.basics.schema import Cells, Flag, Whole
from isonomia.decisions.procedure import LEVELS

ABSTAIN, LOWER, RAISE, HOLD = 0, 1, 2, 3
STEPS = (95, 101)  # percent of the number after a step down, and after a step up
VOTES = Whole()


def moved(base: int, lower: int, higher: int, hold: int, bounds: tuple[int, int], steps: tuple[int, int]) -> int:
    """The number after a day's ballots: this is the whole rule. `steps`: percent after a step down, and up."""
    cast = lower + higher + hold
    percent = steps[1] if 2 * higher > cast else steps[0] if 2 * lower > cast else 100
    return min(bounds[1], max(bounds[0], base * percent // 100))


class Direction:
    """The office of decisions for a standing number. `start` and `bounds` in the number's own unit."""

    name = "decisions"

    def __init__(
        self, start: int, bounds: tuple[int, int], level: str = "live", steps: tuple[int, int] = STEPS
    ) -> None:
        self.level = LEVELS[level]
        number = Whole(*bounds)
        self.kinds: Mapping[str, Kind] = {
            "ballot": Kind(
                "ballot",
                body={"choice": Cells("|u1")},
                facts={"voters": VOTES, "voted": Flag()},
                roles=("member",),
            )
        }
        self.knows: Mapping[str, Any] = {"mandate": number, "votes_lower": VOTES, "votes_raise": VOTES}
        tallied = {f"votes_{choice}_tallied": VOTES for choice in ("hold", "lower", "raise")}
        self.states: Mapping[str, Any] = {"mandate": number, **tallied}
        self._bounds, self._steps = bounds, steps
        self._base = start  # the mandate the day began with
        self._mandate = start
        self._lower = self._raise = self._hold = 0
        self._voted: set[Principal] = set()

    def plan(self, act: Act) -> tuple[dict[str, Fact], Any]:
        choice = act.body["choice"]
        up = int(np.count_nonzero(choice == RAISE))
        down = int(np.count_nonzero(choice == LOWER))
        hold = int(np.count_nonzero(choice)) - up - down  # HOLD, and any mark that means nothing
        return {"voters": choice.size, "voted": act.by in self._voted}, (act.by, down, up, hold)

    def facts(self, act: Act) -> Facts:
        return {"mandate": self._mandate, "votes_lower": self._lower, "votes_raise": self._raise}

    def apply(self, plan: Any, permit: Permit) -> Facts:
        by, down, up, hold = plan
        self._voted.add(by)
        self._lower += down
        self._raise += up
        self._hold += hold
        self._mandate = moved(self._base, self._lower, self._raise, self._hold, self._bounds, self._steps)
        return {"hold": hold, "lower": down, "raise": up}

    def close(self, today: Facts) -> tuple[Facts, Sequence[Act]]:
        stated: dict[str, Fact] = {
            "mandate": self._mandate,
            "votes_hold_tallied": self._hold,
            "votes_lower_tallied": self._lower,
            "votes_raise_tallied": self._raise,
        }
        self._base = self._mandate
        self._lower = self._raise = self._hold = 0
        self._voted.clear()
        return stated, ()

    def show(self, who: Principal) -> Mapping[str, Any]:
        return {"mandate": self._mandate, "votes_lower": self._lower, "votes_raise": self._raise}
