"""Members of a commons. Each has lasting traits, drawn by position, so that nobody's neighbour changes who they are.

turnout: the chance to vote today. interest: one in ten is a free rider, who always votes to take more. caution: the
share of its capacity at which this person wants the stock kept; a twentieth above it they vote to raise, a twentieth
below to lower, and to hold in between. What they believe about the stock is what was reported; whoever was served less
than they had a right to believes half of it. Whoever had a right to less than they need votes to raise, unless they
believe that a quarter or less is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from isonomia.basics.acts import Act, Principal, Recipe
from isonomia.basics.streams import Array, draw_shorts
from isonomia.decisions.direction import ABSTAIN, HOLD, LOWER, RAISE
from isonomia.seats.routine import Routine

CLAIM_BASE, CLAIM_TOP = 600, 4000  # milli: everyone asks for their need, and for some of what they would like
SHARE = 65_536  # shares of the stock's capacity are told in 65,536ths
MOST_PLEAS = 3  # petitions the community files in a day
PLEA_AGAIN = 10  # days before one person is pleaded for again


class Wishes:
    """What persons start … start + n want, by traits that are theirs for good; the same whoever speaks for them."""

    def __init__(self, seed: int, start: int, n: int) -> None:
        self._seed, self._start, self._n = seed, start, n

        def trait(name: str) -> Array:
            return draw_shorts(seed, "members/" + name, 0, start + n)[start:].astype("<i8")

        self._caution = SHARE * 45 // 100 + trait("caution") * 3 // 10  # 45 to 75 in a hundred of the capacity
        self._turnout = SHARE * 7 // 10 + trait("turnout") * 3 // 10  # seven in ten to everyone
        self._rider = trait("interest") < SHARE // 10

    def voting(self, day: int) -> Array:
        """Who votes that day, (n,) bool."""
        drawn = draw_shorts(self._seed, "members/voting", day, self._start + self._n)[self._start :]
        return drawn < self._turnout

    def choices(self, believed: Array, starved: Array | None = None) -> Array:
        """What each would vote who believes the stock to be such a share of the capacity, (n,) uint8."""
        margin = believed - self._caution
        choice = np.where(margin > SHARE // 20, np.uint8(RAISE), np.uint8(HOLD))
        choice[margin < -SHARE // 20] = LOWER
        choice[self._rider] = RAISE
        if starved is not None:
            choice[starved & (believed > SHARE // 4)] = RAISE
        return choice

    def sincere(self, day: int, stock: int, capacity: int) -> tuple[int, int, int]:
        """(lower, raise, hold) had all who turn out that day known the true stock: what M* is made of."""
        choice = self.choices(np.full(self._n, stock * SHARE // capacity))[self.voting(day)]
        lower, higher, hold = (int(np.count_nonzero(choice == vote)) for vote in (LOWER, RAISE, HOLD))
        return lower, higher, hold


class Members(Routine):
    """The seat of `n` persons from position `start` on, under one name; not yet on the roll, they ask to join."""

    def __init__(
        self, who: Principal, seed: int, start: int, n: int, vouching: Mapping[int, tuple[Principal, int]] | None = None
    ) -> None:
        super().__init__()
        self.who, self._seed, self._start, self._n = who, seed, start, n
        self._vouching = vouching or {}  # day -> (a newcomer they have come to know, how many vouch)
        self._wishes = Wishes(seed, start, n)
        self._pleaded: dict[int, int] = {}

    def _acts(self, view: Mapping[str, Any]) -> list[Act]:
        day = self._day
        plate, need = view.get("plate"), view["need"]
        hungry = plate < need if plate is not None else np.zeros(self._n, bool)
        if view["accounts"] < self._n:
            return [Act(self.who, "join", day, {"accounts": 1})] * (self._n - view["accounts"])
        acts = [
            Act(self.who, "ballot", day, {"choice": self._ballots(view, hungry)}),
            Act(self.who, "claim", day, {"milli": self._claims(need)}),
        ]
        if plate is not None and hungry.any():
            acts.append(Act(self.who, "complain", day, {"count": int(hungry.sum())}))
            acts += self._pleas(plate, need, hungry)
        if day in self._vouching:
            newcomer, vouchers = self._vouching[day]
            acts.append(Act(self.who, "vouch", day, {"newcomer": newcomer, "vouchers": vouchers}))
        return acts

    def _ballots(self, view: Mapping[str, Any], hungry: Array) -> Array:
        share = view["stock_reported"] * SHARE // view["capacity"]
        plate = view.get("plate")
        cut = plate < view["entitled"] if plate is not None else np.zeros(self._n, bool)
        choice = self._wishes.choices(np.where(cut, share // 2, share), hungry & ~cut)
        return np.where(self._wishes.voting(self._day), choice, np.uint8(ABSTAIN)).astype("|u1")

    def _claims(self, need: Array) -> Recipe | Array:
        recipe = Recipe("claims", self._day, self._start, self._n, CLAIM_BASE, CLAIM_TOP, "appetite")
        if int(need.max()) <= CLAIM_BASE:
            return recipe
        return np.maximum(recipe.cells(self._seed), need)

    def _pleas(self, plate: Array, need: Array, hungry: Array) -> list[Act]:
        """Petitions for those who are shortest, each person once in ten days."""
        pleas: list[Act] = []
        shortest = np.argsort(plate.astype("<i8") - need, kind="stable")
        for i in shortest[: int(hungry.sum())].tolist():
            if len(pleas) == MOST_PLEAS:
                break
            person = self._start + i
            if self._day - self._pleaded.get(person, -PLEA_AGAIN) >= PLEA_AGAIN:
                self._pleaded[person] = self._day
                text = f"Person {person} had {plate[i]} and needs {need[i]}. Please grant relief."
                body = {"topic": "relief", "position": person, "amount": 1500, "text": text}
                pleas.append(Act(self.who, "petition", self._day, body))
        return pleas
