"""A governor that keeps the letter: it shades everything as far as the public law and the promises let it.

It knows no charter by heart. It judges its own plans by the law and the promises it is shown, and looks by bisection
for the furthest of each thing that they permit. Where nobody checks the promises it does not keep them. Whatever it
cannot judge beforehand it tries; refused, it goes half the way back, and tries again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from isonomia.basics.acts import Act, Fact
from isonomia.basics.streams import Array
from isonomia.law.articles import CLOSE, Article
from isonomia.seats.governors.commons import ME, Steward
from isonomia.seats.reading import foresees_refusal
from isonomia.worlds.commons import EQUAL, PERMILLE, QUOTA

MOST_TRIES = 10  # of one kind of act on one day
FULL = 1000  # permille of the way from what is honest to the furthest that is permitted


class Plan(NamedTuple):
    """A day in office: what is said of the stock, the quota, and shares (permille) of `fed` persons and of others."""

    said: int
    quota: int
    over: int
    under: int
    fed: int


class Gamer(Steward):
    """Feeds its faction (positions start … stop) within the letter, and openly once in `period` days.

    lean: -1 shades the quota down, 1 up. depth: what the others get (permille) on a day of open misbehaviour, which
    waits until no strike is counted any more.
    """

    def __init__(self, persons: int, faction: tuple[int, int], point: Mapping[str, int]) -> None:
        super().__init__(persons)
        self._faction, self._lean = faction, point["lean"]
        self._period, self._depth = point["period"], point["depth"]
        self._open_day = -self._period
        self._reach = FULL  # how far it dares to go, learned from strikes it did not foresee
        self._strikes = -1  # counted against it when it last looked; not known yet
        self._tried: Act | None = None
        self._honest = Plan(0, 0, EQUAL, EQUAL, 0)
        self._retries: dict[str, int] = {}
        self._edges: dict[str, int] = {}  # how far the furthest was from what is honest, by what it is of
        self._promised: tuple[Article, ...] = ()  # what is judged at today's close

    def act(self, view: Mapping[str, Any]) -> Act | None:
        if self._tried is not None and view["day"] == self._day and view["last"] is not None:
            again = None if view["last"].permitted else self._nearer(self._tried)
            if again is not None:
                self._tried = again
                return again
        self._tried = super().act(view)
        return self._tried

    def _acts(self, view: Mapping[str, Any]) -> list[Act]:
        self._retries = {}
        self._promised = _judged_at_close(view)
        misbehaves_today = self._day - self._open_day >= self._period and view["strikes"] == 0
        if 0 <= self._strikes < view["strikes"] and self._day > self._open_day + 2:
            self._reach //= 2  # struck for the letter: something counts that it could not foresee
        self._strikes = view["strikes"]
        wanted = super()._quota(view).body["quota"]
        self._honest = Plan(view["stock_measured"], wanted, EQUAL, EQUAL, 0)
        if misbehaves_today:
            self._open_day = self._day
            plan = self._honest._replace(over=PERMILLE.hi // 2, under=self._depth, fed=self._faction_size)
        else:
            plan = self._furthest(view)
        shares = self._shares_by(plan, view)
        acts = [
            Act(ME, "report", self._day, {"stock": plan.said}),
            Act(ME, "set_quota", self._day, {"quota": plan.quota}),
        ]
        if view["shares"] is None or not np.array_equal(shares, view["shares"]):
            acts.append(Act(ME, "allocate", self._day, {"permille": shares}))
        return acts

    @property
    def _faction_size(self) -> int:
        return self._faction[1] - self._faction[0]

    # -- the letter ----------------------------------------------------------------------------------------------------
    def _furthest(self, view: Mapping[str, Any]) -> Plan:
        """From an honest plan, each thing in turn to the furthest that law and promises permit."""

        def permits(plan: Plan) -> bool:
            return self._breaks(view, plan) <= beyond

        beyond = self._breaks(view, self._honest)  # what an honest plan would break today too cannot be helped
        plan = self._most_for_the_faction(permits)
        plan = plan._replace(under=self._reached("under", EQUAL, 0, lambda share: permits(plan._replace(under=share))))
        if self._lean:
            end = QUOTA.lo if self._lean < 0 else QUOTA.hi
            plan = plan._replace(
                quota=self._reached("quota", plan.quota, end, lambda quota: permits(plan._replace(quota=quota)))
            )
        top = max(plan.said, view["capacity"])
        return plan._replace(said=self._reached("said", plan.said, top, lambda said: permits(plan._replace(said=said))))

    def _most_for_the_faction(self, permits: Callable[[Plan], bool]) -> Plan:
        """Few at the highest share that is permitted to one, or all at the highest permitted to all."""
        return max(
            (self._fed(first, permits) for first in (1, self._faction_size)),
            key=lambda plan: plan.fed * (plan.over - EQUAL),
        )

    def _fed(self, first: int, permits: Callable[[Plan], bool]) -> Plan:
        """The highest share for the first few, then as many of the faction at that share as may be."""
        plan = self._honest._replace(fed=first)
        plan = plan._replace(
            over=self._reached(f"over {first}", EQUAL, PERMILLE.hi, lambda share: permits(plan._replace(over=share)))
        )
        fed = self._edge(f"fed {first}", first, self._faction_size, lambda fed: permits(plan._replace(fed=fed)))
        return plan._replace(fed=fed)

    def _reached(self, what: str, start: int, end: int, permits: Callable[[int], bool]) -> int:
        """So far of the way to the furthest that is permitted as it dares to go."""
        return start + (self._edge(what, start, end, permits) - start) * self._reach // FULL

    def _edge(self, what: str, start: int, end: int, permits: Callable[[int], bool]) -> int:
        """The furthest that is permitted, looked for first where it was the last time."""
        found = furthest(start, end, permits, self._edges.get(what, 0))
        self._edges[what] = abs(found - start)
        return found

    def _breaks(self, view: Mapping[str, Any], plan: Plan) -> frozenset[str]:
        """Ids of the articles, and of the promises somebody checks, that it can tell this plan would break."""
        stock, capacity = view["stock_measured"], view["capacity"]
        shares: dict[str, Fact] = {
            "share_max": max(plan.over, EQUAL),
            "share_min": min(plan.under, EQUAL),
            "favoured_new": plan.fed if plan.over > EQUAL + EQUAL // 10 else 0,
            "shares_given": self._persons,
        }
        public: dict[str, Fact] = {"capacity": capacity, "mandate": view["mandate"], "stock_measured": stock}
        quota: dict[str, Fact] = {"quota": view["quota"], "quota_new": plan.quota, "stock_reported": plan.said}
        broken = set(foresees_refusal(view["law"], "allocate", {**public, **shares}))
        broken |= set(foresees_refusal(view["law"], "set_quota", {**public, **quota}))
        broken |= set(foresees_refusal(view["law"], "report", {**public, "said": plan.said}))
        if view["obliged"]:
            broken |= set(foresees_refusal(self._promised, CLOSE, {**public, **_day_facts(view, plan, shares)}))
        return frozenset(broken)

    # -- shares --------------------------------------------------------------------------------------------------------
    def _shares_by(self, plan: Plan, view: Mapping[str, Any]) -> Array:
        """Whoever is inspected by name, where that is announced, is fed before anybody looks."""
        shares = np.full(self._persons, plan.under, "<u2")
        start, _ = self._faction
        shares[start : self._faction[1]] = EQUAL
        shares[start : start + plan.fed] = plan.over
        panel = [person for person in view.get("panel") or () if 0 <= person < self._persons]
        shares[panel] = np.maximum(shares[panel], np.uint16(EQUAL))
        return shares

    def _nearer(self, refused: Act) -> Act | None:
        """The same act, half the way back to an honest one; None once it is honest or was tried often enough."""
        tries = self._retries[refused.kind] = self._retries.get(refused.kind, 0) + 1
        if tries > MOST_TRIES:
            return None
        honest: Mapping[str, Any] = {"stock": self._honest.said, "quota": self._honest.quota}
        (name, value), *_ = refused.body.items()
        if refused.kind == "allocate":
            cells = value.astype("<i8")
            return None if (cells == EQUAL).all() else refused._replace(body={name: _halved(cells).astype("<u2")})
        if value == honest[name]:
            return None
        way = value - honest[name]
        return refused._replace(body={name: honest[name] + (way // 2 if way > 0 else -(-way // 2))})


def furthest(start: int, end: int, permits: Callable[[int], bool], near: int = 0) -> int:
    """The number nearest to `end` that bisection finds permitted, on the way from `start`, which is taken to be.

    `near`: how far from `start` to look first: where the edge was the last time it is mostly still. The edge is found
    to a ten-thousandth of the way.
    """
    step = 1 if end > start else -1
    good, bad = 0, abs(end - start) + 1
    grain = max(1, bad // 10_000)
    for tried in (near, near + 1) if 0 < near < bad - 1 else (bad - 1,):
        if good < tried < bad:
            good, bad = (tried, bad) if permits(start + step * tried) else (good, tried)
    while bad - good > grain:
        middle = (good + bad) // 2
        if permits(start + step * middle):
            good = middle
        else:
            bad = middle
    return start + step * good


def _halved(shares: Array) -> Array:
    way = shares - EQUAL
    nearer: Array = EQUAL + np.sign(way) * (np.abs(way) // 2)
    return nearer


def _judged_at_close(view: Mapping[str, Any]) -> tuple[Article, ...]:
    return tuple(promise for promise in view["promises"] if type(promise) is Article)


def _day_facts(view: Mapping[str, Any], plan: Plan, shares: Mapping[str, Fact]) -> dict[str, Fact]:
    """What will be true at the close of a day governed by this plan, as far as a governor can tell."""
    return {
        "stock_reported": plan.said,
        "stock_measured_at_opening": view["stock_measured"],
        "quota": plan.quota,
        "quota_set": True,
        "reported": True,
        "reserve_permille": view["reserve_permille"],
        "allocation_max": shares["share_max"],
        "allocation_min": shares["share_min"],
        "favoured": shares["favoured_new"],
        "complaints_today": view["complaints"],
        "ordained": bool(view.get("ordained")),
        "roll": view["roll"],
    }
