"""Members of an organisation that is owned in tokens. Each has lasting traits, drawn by position.

patience: what part of the treasury's founding value this person wants kept, from three quarters to five quarters; a
twentieth above it they vote to raise the dividend, a twentieth below to lower it. tolerance: the part of the treasury,
or of the tokens, that a single proposal may take before it is against their interest, up to four in a hundred. What
they look at, how often, and for how much they would sell a vote is as in `citizens`; only they vote by tokens. Where a
title is all that is shown, it is believed, and waved through or left alone.

They hold what they have and do not trade. What they believe of the treasury is what was reported. When something breaks
and is still broken on the next day, they propose that it be paid for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from isonomia.basics.acts import Act, Principal
from isonomia.basics.streams import Array, draw_shorts
from isonomia.decisions.direction import ABSTAIN, HOLD, LOWER, RAISE
from isonomia.decisions.payload import Action, write_payload
from isonomia.seats.members.citizens import ABSTAIN as NEITHER
from isonomia.seats.members.citizens import NO, WAVED_THROUGH, YES, Citizens, Civic
from isonomia.worlds.treasury_terms import WORKS

SHARE = 65_536  # parts of the founding treasury are told in 65,536ths
TOLERANCE = 40  # permille
ALL = 1000  # permille
REPAIR_TITLE = "Pay for what broke"


class Wishes:
    """What persons start … start + n want, by traits that are theirs for good."""

    def __init__(self, seed: int, start: int, n: int) -> None:
        self._seed, self._start, self._n = seed, start, n
        self._patience = SHARE * 3 // 4 + self._trait("patience") // 2
        self._turnout = SHARE * 7 // 10 + self._trait("turnout") * 3 // 10

    def _trait(self, name: str) -> Array:
        return draw_shorts(self._seed, "members/" + name, 0, self._start + self._n)[self._start :].astype("<i8")

    def voting(self, day: int) -> Array:
        """Who votes on the dividend that day, (n,) bool."""
        drawn = draw_shorts(self._seed, "members/voting", day, self._start + self._n)[self._start :]
        return drawn < self._turnout

    def choices(self, treasury: int, founded: int) -> Array:
        """What each would vote who believes so much to be there, (n,) uint8."""
        margin = min(4 * SHARE, treasury * SHARE // max(1, founded)) - self._patience
        choice = np.where(margin > SHARE // 20, np.uint8(RAISE), np.uint8(HOLD))
        choice[margin < -SHARE // 20] = LOWER
        return choice

    def sincere(self, day: int, treasury: int, founded: int) -> tuple[int, int, int]:
        """(lower, raise, hold) had all who vote that day known what was there."""
        choice = self.choices(treasury, founded)[self.voting(day)]
        lower, higher, hold = (int(np.count_nonzero(choice == vote)) for vote in (LOWER, RAISE, HOLD))
        return lower, higher, hold


def cost_to(who: Principal, action: Action, view: Mapping[str, Any]) -> int:
    """What an action costs such a holder at the most, permille of what they have: by interest, not by who asks."""
    body, treasury = action.body, max(1, view["treasury_reported"])
    amount = body.get("amount", 0)
    if type(amount) is not int or amount < 0:
        return ALL
    if action.kind == "pay":
        needed = view["repair_left"] if body.get("to") == WORKS else 0
        return 0 if body.get("to") == who else min(ALL, max(0, amount - needed) * ALL // treasury)
    if action.kind == "mint":
        return 0 if body.get("to") == who else min(ALL, amount * ALL // max(1, view["supply"] + amount))
    if action.kind == "book":
        votes = body.get("votes", 0)
        return (
            0 if body.get("who") == who or type(votes) is not int else min(ALL, votes * ALL // max(1, view["supply"]))
        )
    if action.kind in ("confiscate", "freeze"):
        return ALL if body.get("who") == who else 0
    return 0


class Holders(Citizens):
    """Citizens who vote by what they hold, and judge a proposal by what it costs them."""

    def _wishes(self, proposal: Any, view: Mapping[str, Any]) -> Array:
        if proposal.effects is None:
            return np.where(self._trait("trust") < SHARE * WAVED_THROUGH // 100, YES, NEITHER)
        cost = sum(cost_to(self.who, action, view) for action in proposal.effects)
        return np.where(self._trait("tolerance") * TOLERANCE >> 16 >= cost, YES, NO)

    def _weights(self, view: Mapping[str, Any]) -> Array:
        """Votes of each, (n,): a head one, a token one."""
        weights: Array = np.ones(self._n, "<i8") if view.get("weight") == "head" else view["holdings"]
        return weights

    def _vote(self, proposal: Any, voting: Array, view: Mapping[str, Any]) -> Act:
        choice, weights = self._wishes(proposal, view), self._weights(view)
        if view["ballots"] == "public":
            self._sell_tokens(choice, weights, proposal.number, voting, view["offers"])
        voted = self._voted.setdefault(proposal.number, np.zeros(self._n, bool))
        voted |= voting
        yes, no, abstain = (int(weights[voting & (choice == side)].sum()) for side in (YES, NO, NEITHER))
        body = {"proposal": proposal.number, "yes": yes, "no": no, "abstain": abstain}
        return Act(self.who, "vote", self._day, body)

    def _sell_tokens(self, choice: Array, weights: Array, number: int, voting: Array, offers: Any) -> None:
        """Change the choices of those who sell all their votes: the best offer first, the cheapest seller first."""
        unsold, prices = voting.copy(), self.prices()
        for offer in sorted((o for o in offers if o.proposal == number), key=lambda o: (-o.price, o.number)):
            sellers = np.flatnonzero(unsold & (prices < offer.price))
            sellers = sellers[np.argsort(prices[sellers], kind="stable")]
            sold = self._sold.get(offer.number, 0)
            sellers = sellers[sold + np.cumsum(weights[sellers]) <= offer.most]
            choice[sellers] = YES if offer.choice == "yes" else NO
            unsold[sellers] = False
            self._sold[offer.number] = sold + int(weights[sellers].sum())


class Members(Civic):
    """The seat of `n` holders from position `start` on. `founded`: what the treasury began with."""

    def __init__(
        self,
        who: Principal,
        seed: int,
        start: int,
        n: int,
        founded: int,
        vouching: Mapping[int, tuple[Principal, int]] | None = None,
    ) -> None:
        super().__init__(Holders(who, seed, start, n))
        self.who, self._n, self._founded = who, n, founded
        self._vouching = vouching or {}
        self._wishes = Wishes(seed, start, n)
        self._broken = False  # was something broken yesterday?

    def _acts(self, view: Mapping[str, Any]) -> list[Act]:
        day = self._day
        if view["accounts"] < self._n:
            self._citizens.since = day
            return [Act(self.who, "join", day, {"accounts": 1})] * (self._n - view["accounts"])
        wanted = self._wishes.choices(view["treasury_reported"], self._founded)
        marks = np.where(self._wishes.voting(day), wanted, np.uint8(ABSTAIN)).astype("|u1")
        acts = [Act(self.who, "ballot", day, {"choice": marks}), *self._repair(view)]
        if day in self._vouching:
            newcomer, vouchers = self._vouching[day]
            acts.append(Act(self.who, "vouch", day, {"newcomer": newcomer, "vouchers": vouchers}))
        return acts

    def _repair(self, view: Mapping[str, Any]) -> list[Act]:
        """Propose that what has been broken since yesterday be paid for, unless that is proposed already."""
        broken, self._broken = self._broken, view["repair_left"] > 0
        if (
            self.who != "members"
            or not (broken and self._broken)
            or any(p.author == self.who for p in view["proposals"])
        ):
            return []
        payload = write_payload([("pay", {"to": WORKS, "amount": view["repair_left"]})])
        return [Act(self.who, "propose", self._day, {"title": REPAIR_TITLE, "payload": payload})]
