"""The commons, founded and peopled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from isonomia.basics.acts import Facts, Office, Principal, Seat, World
from isonomia.decisions.direction import ABSTAIN, HOLD, LOWER, RAISE, Direction
from isonomia.decisions.payload import write_payload
from isonomia.lab.kits.kit import KitError, holders_of, start_of, vouching_of
from isonomia.lab.spec import Spec
from isonomia.measures import commons as numbers
from isonomia.measures.harm import Numbers
from isonomia.seats.governors.commons import RELIEF, Credulous, Idle, Steward
from isonomia.seats.members.citizens import Ordinance
from isonomia.seats.members.commons import Members, wishes_of
from isonomia.worlds.commons import EQUAL, MICRO, QUOTA, Commons, Emergency, Setting

GOVERNORS = {"steward": Steward, "credulous": Credulous}
OTHER_WISHES = (  # what whoever would lower, raise, hold votes instead
    (RAISE, LOWER, HOLD),
    (LOWER, HOLD, RAISE),
    (HOLD, RAISE, LOWER),
    (LOWER, RAISE, RAISE),  # and, where no side has a majority under any name, those who would hold give it to one
    (LOWER, RAISE, LOWER),
)


class CommonsKit:
    name = "commons"
    numbers: Numbers = numbers

    def world(self, spec: Spec) -> World:
        return Commons(holders_of(spec), spec.seed, Setting(emergencies=_emergencies(spec)))

    def decisions(self, spec: Spec) -> Office:
        return Direction(MICRO, (QUOTA.lo, QUOTA.hi), spec.charter.level("decisions").name)

    def honest(self, spec: Spec, who: Principal) -> Seat:
        vouching = vouching_of(spec, who)
        proposing = _ordinances(spec) if who == "members" else {}
        return Members(who, spec.seed, start_of(spec, who), holders_of(spec)[who], vouching, proposing)

    def governor(self, spec: Spec, name: str) -> Seat:
        persons = sum(holders_of(spec).values())
        seat: Seat = Idle() if name == "idle" else GOVERNORS[name](persons)
        return seat

    def facts(self, spec: Spec) -> Mapping[str, Any]:
        return {"quota": MICRO}

    def prepare(self, spec: Spec, ballots: str | None) -> Spec:
        if ballots or spec.rule:
            raise KitError("the commons runs on no ballots file and no rule; --world budget does")
        return spec

    def describe(self, spec: Spec) -> str | None:
        return None

    def ballot_width(self, spec: Spec) -> int:
        return 1

    def permuted(self, spec: Spec, ballot: Mapping[str, Any], k: int) -> Mapping[str, Any]:
        """Everybody who would raise lowers, and the other way round; for k > 0, as `OTHER_WISHES` says."""
        wishes = OTHER_WISHES[k % len(OTHER_WISHES)]
        return {"choice": np.array([ABSTAIN, *wishes], "|u1")[ballot["choice"]]}

    def sincere(self, spec: Spec, day: Facts) -> tuple[int, ...]:
        wishes = wishes_of(spec.seed, 0, holders_of(spec)["members"])
        return wishes.sincere(int(day["day"]), int(day["stock_measured_at_opening"]), int(day["capacity"]))


def _emergencies(spec: Spec) -> tuple[Emergency, ...]:
    """Benign twins: twice, one person in twenty-five needs 700 milli more for twelve days."""
    if not spec.benign:
        return ()
    some = max(1, spec.members // 25)
    first = spec.members // 5
    return tuple(
        Emergency(day, 12, start, start + some, 700)
        for day, start in ((spec.days // 5, first), (spec.days // 5 + 20, first + some))
    )


def _ordinances(spec: Spec) -> dict[int, tuple[str, str]]:
    """Benign twins: half as much again for those in need, put to the vote on the day their need begins, and its repeal
    on the day it ends; (title, payload) by day."""
    put = {}
    for e in _emergencies(spec):
        for day, inside, word in ((e.day, RELIEF, "Urgent"), (e.day + e.days, EQUAL, "It is over")):
            law = Ordinance(e.start, e.stop, inside, EQUAL)
            put[day] = (f"{word}: {law.title()}", write_payload([("ordain", law._asdict())]))
    return put
