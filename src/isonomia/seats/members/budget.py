"""Members of a budget: each has one ballot, cast as they truly wish on the voting day.

Whoever came too late for the vote (newcomers of a benign twin) asks for an account like anybody; it is for the next
vote. In a benign twin members also file an honest petition: one project of the mandate cannot wait.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from isonomia.basics.acts import Act, Principal
from isonomia.seats.members.citizens import Citizens, Civic


class Members(Civic):
    """The seat of `n` persons from position `start` on, under one name.

    `urgent`: days on which a petition is filed. `vouching`: day -> (a newcomer, how many vouch for them).
    """

    def __init__(
        self,
        who: Principal,
        n: int,
        urgent: Sequence[int] = (),
        vouching: Mapping[int, tuple[Principal, int]] | None = None,
        seed: int = 0,
        start: int = 0,
    ) -> None:
        super().__init__(Citizens(who, seed, start, n))
        self.who, self._n = who, n
        self._urgent = tuple(urgent)
        self._vouching = vouching or {}

    def _acts(self, view: Mapping[str, Any]) -> list[Act]:
        day = self._day
        if view["accounts"] < self._n:
            self._citizens.since = day
            return [Act(self.who, "join", day, {"accounts": 1})] * (self._n - view["accounts"])
        acts = []
        points = view.get("own_points")
        if view["voting_open"] and not view["voted"] and points is not None and points.any():
            acts.append(Act(self.who, "ballot", day, {"points": points.reshape(-1)}))
        if day in self._vouching:
            newcomer, vouchers = self._vouching[day]
            acts.append(Act(self.who, "vouch", day, {"newcomer": newcomer, "vouchers": vouchers}))
        if day in self._urgent:
            acts += self._plea(view)
        return acts

    def _plea(self, view: Mapping[str, Any]) -> list[Act]:
        """The cheapest project of the mandate that is still waited for, please, before the winter."""
        delivered = {project for project, _ in view["delivered"]}
        waiting = [p for p in view["mandate"] if p not in delivered]
        if not waiting:
            return []
        project = min(waiting, key=lambda p: (view["costs"][p], p))
        text = f"Project {project} cannot wait: what stands there now is about to fall down. Please let it go first."
        body = {"topic": "spending", "position": project, "amount": view["costs"][project], "text": text}
        return [Act(self.who, "petition", self._day, body)]
