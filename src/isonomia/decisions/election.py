"""Seats: who is elected, by slates, under one of three rules.

A ballot gives a slate a number of votes in a span of districts. Ballots stand until their author changes them, and
seats are dealt anew at every close: an election of one day, and witnesses whom stake elects all the time, are the same
thing here. A slate has a candidate for every seat.

Rules.

- `bloc`: everybody approves as many candidates as `approvals` allows (0: one for each seat), all of one slate, and the
  seats go to the most approved. So the largest slate takes all that it may fill.
- `districts`: one seat each, to the slate with the most votes there.
- `proportional`: all votes together, seats one by one to the slate with the largest votes ÷ (seats so far + 1)
  (D'Hondt); a slate below `bar_permille` of the votes gets none.

A tie goes to the slate whose name comes first. A seat that nobody voted for stays vacant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from isonomia.basics.acts import Act, Fact, Facts, Kind, Permit, Principal
from isonomia.basics.schema import LARGEST, Choice, Text, Whole

VOTES = Whole()
SEATS = Whole(0, 10_000)
DISTRICT = Whole(1, 10_000)
RULES = Choice(("bloc", "districts", "proportional"))
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "elect": Kind(
            "elect",
            body={"slate": Text(80), "votes": VOTES, "first": DISTRICT, "last": DISTRICT},
            facts={"votes": VOTES, "votes_elsewhere": VOTES, "power": VOTES, "power_all": VOTES},
        )
    }
)


class Election:
    """The office of elections. `power`: the votes of a principal today; `power_all`: all there are."""

    name = "election"
    kinds = KINDS
    knows: Mapping[str, Any] = MappingProxyType({})
    states: Mapping[str, Any] = MappingProxyType({"seats_filled": SEATS, "seats_of_largest": SEATS})

    def __init__(
        self,
        seats: int,
        power: Callable[[Principal], int],
        power_all: Callable[[], int],
        rule: str = "bloc",
        approvals: int = 0,
        bar_permille: int = 0,
    ) -> None:
        self._seats, self._power, self._power_all = seats, power, power_all
        self._rule, self._approvals, self._bar = rule, approvals or seats, bar_permille
        self._ballots: dict[tuple[Principal, str, int], int] = {}  # (who, slate, district) → votes
        self._seated: dict[str, int] = {}

    def plan(self, act: Act) -> tuple[dict[str, Fact], Any]:
        """`votes` are per district; `votes_elsewhere`, what the author has standing on anything else."""
        body = act.body
        last = min(body["last"], self._seats)  # there are no more districts than seats
        span = range(body["first"], last + 1)
        elsewhere = sum(
            n
            for (who, slate, district), n in self._ballots.items()
            if who == act.by and not (slate == body["slate"] and district in span)
        )
        facts: dict[str, Fact] = {
            "votes": body["votes"],
            "votes_elsewhere": min(LARGEST, elsewhere),
            "power": self._power(act.by),
            "power_all": self._power_all(),
        }
        return facts, (act.by, body["slate"], span, body["votes"])

    def facts(self, act: Act) -> Facts:
        return {}

    def apply(self, plan: Any, permit: Permit) -> Facts:
        by, slate, span, votes = plan
        for district in span:
            self._ballots[by, slate, district] = votes
        return {"districts": len(span)}

    def close(self, today: Facts) -> tuple[Facts, Sequence[Act]]:
        self._seated = seats_by(self._rule, self._votes(), self._seats, self._approvals, self._bar)
        filled = sum(self._seated.values())
        return {"seats_filled": filled, "seats_of_largest": max(self._seated.values(), default=0)}, ()

    def _votes(self) -> dict[int, dict[str, int]]:
        """Votes by district and slate, nothing for a slate that has none."""
        votes: dict[int, dict[str, int]] = {}
        for (_, slate, district), n in self._ballots.items():
            if n:
                here = votes.setdefault(district, {})
                here[slate] = here.get(slate, 0) + n
        return votes

    def show(self, who: Principal) -> Mapping[str, Any]:
        """`seats`: how many seats each slate has, as of the last close."""
        return {"seats": dict(self._seated)}


def seats_by(
    rule: str, votes: Mapping[int, Mapping[str, int]], seats: int, approvals: int, bar_permille: int = 0
) -> dict[str, int]:
    """Seats by slate, of votes by district and slate: this is the whole of the three rules."""
    if rule == "districts":
        won = [min(here, key=lambda slate: (-here[slate], slate)) for here in votes.values()]
        return {slate: won.count(slate) for slate in sorted(set(won))}
    total: dict[str, int] = {}
    for here in votes.values():
        for slate, n in here.items():
            total[slate] = total.get(slate, 0) + n
    order = sorted(total, key=lambda slate: (-total[slate], slate))
    if rule == "bloc":
        return _bloc(order, seats, min(approvals, seats))
    allowed = [slate for slate in order if 1000 * total[slate] >= bar_permille * sum(total.values())]
    seated: dict[str, int] = {}
    for _ in range(seats if allowed else 0):
        best = allowed[0]
        for slate in allowed[1:]:
            if total[slate] * (seated.get(best, 0) + 1) > total[best] * (seated.get(slate, 0) + 1):
                best = slate
        seated[best] = seated.get(best, 0) + 1
    return seated


def _bloc(order: Sequence[str], seats: int, approvals: int) -> dict[str, int]:
    """Each slate, the most approved first, fills as many seats as its voters may approve candidates."""
    seated, left = {}, seats
    for slate in order:
        if left:
            seated[slate] = min(approvals, left)
            left -= seated[slate]
    return seated
