"""Whoever issues accounts admits friends before a vote (T43, T44).

The issuer lets in as many names as it wants or, refused, half of that, and so on; on later days it asks for what was
let in last, and for twice as much when that passes. The friends' ring votes each day to raise, with every account that
may vote, and claims all it can for every account it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from isonomia.basics.acts import Act, Principal, Seat
from isonomia.decisions.direction import RAISE
from isonomia.seats.attacks.card import Card, Point, Scene
from isonomia.seats.purse import Budgeted, Purse
from isonomia.seats.routine import Routine

ISSUER, RING = "issuer", "ring"


class Issuer:
    """Admits `names` accounts to the ring, at most `batch` at a time, once a day or as often as it is refused."""

    def __init__(self, names: int, batch: int) -> None:
        self._left = names
        self._size = batch
        self._asked = 0
        self._done = False  # for today
        self._day = -1

    def act(self, view: Mapping[str, Any]) -> Act | None:
        if view["day"] != self._day:
            self._day, self._done, self._asked = view["day"], False, 0
        elif self._asked and view["last"] is not None:
            self._hear(view["last"].permitted)
        if self._done or self._left <= 0:
            return None
        self._asked = min(self._left, self._size)
        return Act(ISSUER, "admit", self._day, {"who": RING, "accounts": self._asked})

    def _hear(self, permitted: bool) -> None:
        if permitted:
            self._left -= self._asked
            self._size = 2 * self._asked
        self._done = permitted or self._asked == 1
        if not permitted:
            self._size = max(1, self._asked // 2)
        self._asked = 0


class Friends(Routine):
    """The ring: every account it has claims, and every account that may vote does."""

    def __init__(self, claim: int) -> None:
        super().__init__()
        self._claim = claim

    def _acts(self, view: Mapping[str, Any]) -> list[Act]:
        acts = []
        if view["accounts_voting"]:
            ballots = np.full(view["accounts_voting"], RAISE, "|u1")
            acts.append(Act(RING, "ballot", self._day, {"choice": ballots}))
        if view["accounts"]:
            acts.append(Act(RING, "claim", self._day, {"milli": np.full(view["accounts"], self._claim, "<u2")}))
        return acts


class IssuerRing:
    card = Card(
        name="issuer-ring",
        title="Who issues accounts admits friends before the vote",
        who="whoever keeps the roll, and a ring of five in a hundred",
        mechanism="the word of one office makes voters, as many as it likes",
        taxonomy=("T43", "T44"),
        worlds=("commons",),
        purse=Purse(identities=4000),
        space={"names_percent": (120, 30, 300), "claim": (10_000, 1000, 60_000), "batch_permille": (1000, 100, 10)},
        held=50,
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        names = max(1, scene.persons * point["names_percent"] // 100)
        batch = max(1, names * point["batch_permille"] // 1000)
        return {ISSUER: Budgeted(Issuer(names, batch), self.card.purse), RING: Friends(point["claim"])}
