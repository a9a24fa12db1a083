"""How honest persons take part in a docket: what they look at, what they read in it, and what they want.

A person looks at no more than three open proposals a day (dealt at random where there are more), on a day on which they
turn out at all; every seventh day is a holiday, with three tenths of the usual turnout. They read what is shown: what
a proposal would do where effects are shown, else its title, which is believed.

Where that names shares, most vote by their own: yes for more than they have now, no for less, and abstain where nothing
changes. Three in ten are fair-minded: no to any ordinance that leaves somebody below an equal share, yes to any other.
Nobody votes for what, as they are shown, plainly takes from all of them: their own suspension, a lower quota, much kept
back. Whatever else does not speak of shares is routine: eight in ten wave it through, the others vote no.

A vote is for sale. Each person has a lasting price, and sells to the best public offer above it, but only where ballots
are public, since nobody pays for what cannot be checked. Prices are skewed low: the cube of a uniform draw, so that
half of the people sell for an eighth of the highest price and one in ten for a thousandth. That distribution is an
assumption; so are the other shares named here, and every one is a constant below.
"""

from __future__ import annotations

import re
from abc import ABC
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from isonomia.basics.acts import Act, Principal
from isonomia.basics.streams import Array, draw_shorts
from isonomia.seats.routine import Routine
from isonomia.worlds.commons import EQUAL

SHARE = 65_536
ATTENTION = 3  # proposals a person looks at in a day
WEEK, HOLIDAY = 7, 6  # on day % WEEK == HOLIDAY few vote on proposals
HOLIDAY_TURNOUT = 3  # tenths of the usual
FAIR_MINDED = 30  # in 100
WAVED_THROUGH = 80  # in 100
PRICE_TOP = 1000  # milli of a plate: a vote costs less than one day's equal share
MOST_VOTES = 50  # proposals that one seat votes on in a day: a turn has no room for more acts
KEPT_BACK = 300  # permille of the capacity: more than that is plainly kept from people
YES, NO, ABSTAIN = 0, 1, 2
SHARES = re.compile(r"shares of persons (\d{1,8}) to (\d{1,8}): (\d{1,5}), others (\d{1,5})", re.IGNORECASE)


class Ordinance(NamedTuple):
    """Persons start … stop get `inside` permille of an equal share, everybody else `outside`."""

    start: int
    stop: int
    inside: int
    outside: int

    def shares(self, start: int, n: int) -> Array:
        """What the persons start … start + n would get, (n,) int64."""
        shares = np.full(n, self.outside, "<i8")
        shares[max(0, self.start - start) : max(0, self.stop - start)] = self.inside
        return shares

    def title(self) -> str:
        """In the words that members read."""
        return f"shares of persons {self.start} to {self.stop}: {self.inside}, others {self.outside}"


def read_ordinance(proposal: Any) -> Ordinance | None:
    """What a proposal, as shown, says of shares; None where it says nothing of them."""
    if proposal.effects is None:
        said = SHARES.search(proposal.title)
        return Ordinance(*map(int, said.groups())) if said else None
    for action in reversed(proposal.effects):  # the last one stands
        values = [action.body.get(name) for name in Ordinance._fields]
        if action.kind == "ordain" and all(type(value) is int and 0 <= value <= 10**8 for value in values):
            return Ordinance(*values)
    return None


def takes(action: Any, who: Principal, view: Mapping[str, Any]) -> bool:
    """Whether an action plainly leaves everybody this principal speaks for with less."""
    value = action.body.get({"suspend": "who", "set_quota": "quota", "set_reserve": "permille"}.get(action.kind, ""))
    if type(value) is int:
        return bool(value < view.get("quota", 0) if action.kind == "set_quota" else value > KEPT_BACK)
    return bool(value == who)


class Citizens:
    """Persons start … start + n before a docket, under one name. Their traits are drawn by position, when needed."""

    def __init__(self, who: Principal, seed: int, start: int, n: int) -> None:
        self.who, self._seed, self._start, self._n = who, seed, start, n
        self.since = -1  # the last day on which they were not on the roll
        self._day = -1
        self._newest = -1  # the latest proposal considered today
        self._looks = np.zeros(0, "<i8")  # how many each may still look at today
        self._here = np.zeros(0, bool)  # who turns out today
        self._voted: dict[int, Array] = {}  # by proposal: who has voted on it
        self._sold: dict[int, int] = {}  # by offer: votes sold

    @property
    def size(self) -> int:
        """How many they are."""
        return self._n

    def _trait(self, name: str, day: int = 0) -> Array:
        return draw_shorts(self._seed, "members/" + name, day, self._start + self._n)[self._start :].astype("<i8")

    def prices(self) -> Array:
        """What each asks for a vote, (n,) in [0, PRICE_TOP)."""
        drawn = self._trait("price")
        prices: Array = (drawn * drawn * drawn >> 32) * PRICE_TOP >> 16
        return prices

    def votes(self, view: Mapping[str, Any]) -> list[Act]:
        """Votes on what has been opened since they last looked today."""
        proposals = view.get("proposals")
        if not proposals:
            return []
        if view["day"] != self._day:
            self._dawn(view["day"])
        frozen = view.get("power") == "snapshot"
        matters = [
            p
            for p in proposals
            if p.stage == "open" and p.number > self._newest and not (frozen and p.opened <= self.since)
        ]
        self._newest = max(self._newest, proposals[-1].number)
        if not matters:
            return []
        still = {p.number for p in proposals}
        self._voted = {number: voted for number, voted in self._voted.items() if number in still}
        voting = self._attend([p.number for p in matters])
        order = np.argsort(-voting.sum(axis=0), kind="stable")[:MOST_VOTES].tolist()
        acts = []
        for j in sorted(order):
            if voting[:, j].any():
                acts.append(self._vote(matters[j], voting[:, j], view))
        return acts

    def _dawn(self, day: int) -> None:
        self._day, self._newest = day, -1
        turnout = SHARE * 7 // 10 + self._trait("turnout") * 3 // 10  # seven in ten to everyone, as in any vote
        if day % WEEK == HOLIDAY:
            turnout = turnout * HOLIDAY_TURNOUT // 10
        self._here = self._trait("docket", day) < turnout
        self._looks = np.full(self._n, ATTENTION, "<i8")

    def _attend(self, numbers: list[int]) -> Array:
        """Who votes on which of these today, (n, proposals) bool."""
        none = np.zeros(self._n, bool)
        done = np.stack([self._voted.get(number, none) for number in numbers], axis=1)
        k = len(numbers)
        wide = draw_shorts(self._seed, "members/agenda", self._day, (self._start + self._n) * k)
        drawn = wide.reshape(-1, k)[self._start :].astype("<i8")
        drawn[done] = SHARE  # no need to look again
        rank = np.argsort(np.argsort(drawn, axis=1, kind="stable"), axis=1, kind="stable")
        looked: Array = (rank < self._looks[:, None]) & ~done & self._here[:, None]
        self._looks -= looked.sum(axis=1)
        return looked

    def _vote(self, proposal: Any, voting: Array, view: Mapping[str, Any]) -> Act:
        choice = self._wishes(proposal, view)
        if view["ballots"] == "public":
            self._sell(choice, proposal.number, voting, view["offers"])
        voted = self._voted.setdefault(proposal.number, np.zeros(self._n, bool))
        voted |= voting
        yes, no, abstain = np.bincount(choice[voting], minlength=3).tolist()
        body = {"proposal": proposal.number, "yes": yes, "no": no, "abstain": abstain}
        return Act(self.who, "vote", self._day, body)

    def _wishes(self, proposal: Any, view: Mapping[str, Any]) -> Array:
        """What each would vote, (n,) of YES, NO, ABSTAIN."""
        new = read_ordinance(proposal)
        if new is None and any(takes(action, self.who, view) for action in proposal.effects or ()):
            return np.full(self._n, NO)
        if new is None:
            return np.where(self._trait("trust") < SHARE * WAVED_THROUGH // 100, YES, NO)
        in_force = view.get("ordinance")
        now = Ordinance(*in_force).shares(self._start, self._n) if in_force else np.full(self._n, EQUAL)
        own = new.shares(self._start, self._n)
        choice = np.where(own > now, YES, np.where(own < now, NO, ABSTAIN))
        somebody_less = bool((new.shares(0, view["persons"]) < EQUAL).any())
        choice[self._trait("fair") < SHARE * FAIR_MINDED // 100] = NO if somebody_less else YES
        return choice

    def _sell(self, choice: Array, number: int, voting: Array, offers: Any) -> None:
        """Change the choices of those who sell: to the best offer first, the cheapest seller first."""
        unsold = voting.copy()
        for offer in sorted((o for o in offers if o.proposal == number), key=lambda o: (-o.price, o.number)):
            prices = self.prices()
            sellers = np.flatnonzero(unsold & (prices < offer.price))
            left = max(0, offer.most - self._sold.get(offer.number, 0))
            sellers = sellers[np.argsort(prices[sellers], kind="stable")][:left]
            choice[sellers] = YES if offer.choice == "yes" else NO
            unsold[sellers] = False
            self._sold[offer.number] = self._sold.get(offer.number, 0) + len(sellers)


class Civic(Routine, ABC):
    """A seat of persons who also vote on proposals, once everything else of the day is done."""

    def __init__(self, citizens: Citizens) -> None:
        super().__init__()
        self._citizens = citizens

    def _afterwards(self, view: Mapping[str, Any]) -> list[Act]:
        return [] if view["accounts"] < self._citizens.size else self._citizens.votes(view)

    def settled(self, view: Mapping[str, Any]) -> bool:
        return bool(self._queue) or "proposals" not in view
