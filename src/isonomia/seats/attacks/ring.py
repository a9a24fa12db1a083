"""A sybil ring: a few persons who make many names, out-vote the members, and let each name eat.

It asks for all the names its purse holds; refused, for half, and so on; refused down to one, it vouches for itself
with what vouchers its own persons have, and asks again. In a commons every name votes each day to raise, and claims all
it can. In a budget every name casts the same ballot on the voting day, one that takes from the others what they want.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from isonomia.basics.acts import Act, Principal, Seat
from isonomia.basics.streams import Array
from isonomia.decisions.direction import RAISE
from isonomia.seats.attacks.card import Card, Point, Scene
from isonomia.seats.attacks.targets import sybil_row
from isonomia.seats.purse import Budgeted, Purse

ME = "ring"


class Ring:
    """The seat of the ring in a commons."""

    def __init__(self, names: int, claim: int) -> None:
        self._asking = names
        self._claim = claim
        self._vouched = False
        self._asked = False
        self._queue: list[Act] = []
        self._day = -1

    def act(self, view: Mapping[str, Any]) -> Act | None:
        day = view["day"]
        if self._asked and view["last"] is not None:
            self._hear(view["last"].permitted)
        self._asked = False
        if self._asking > 0:
            if not self._vouched and view["vouchers_left"] > 0 and self._asking == 1:
                self._vouched = True
                self._asking = max(1, view["vouchers_left"] // 3)
                return Act(ME, "vouch", day, {"newcomer": ME, "vouchers": view["vouchers_left"]})
            self._asked = True
            return Act(ME, "join", day, {"accounts": self._asking})
        if day != self._day:
            self._day = day
            self._queue = self._acts(view["accounts"], day)
        return self._queue.pop(0) if self._queue else None

    def _hear(self, permitted: bool) -> None:
        """Once some names are granted there is no more asking; refused, ask for half."""
        self._asking = 0 if permitted or self._asking == 1 else self._asking // 2

    def _acts(self, accounts: int, day: int) -> list[Act]:
        if not accounts:
            return []
        return [
            Act(ME, "ballot", day, {"choice": np.full(accounts, RAISE, "|u1")}),
            Act(ME, "claim", day, {"milli": np.full(accounts, self._claim, "<u2")}),
        ]


class BallotRing(Ring):
    """The seat of the ring in a budget: it votes on `voting_day`, after it has asked for names in the same turn."""

    def __init__(self, names: int, row: Array, voting_day: int) -> None:
        super().__init__(names, claim=0)
        self._row = row
        self._voting_day = voting_day

    def _acts(self, accounts: int, day: int) -> list[Act]:
        if not accounts or day != self._voting_day:
            return []
        return [Act(ME, "ballot", day, {"points": np.tile(self._row, accounts)})]


class SybilMajority:
    card = Card(
        name="sybil-majority",
        title="A ring of sybils out-votes the members",
        who="five persons in a hundred, with many names",
        mechanism="an account costs nothing, and votes and claims go by account",
        taxonomy=("T13", "T16"),
        worlds=("commons", "budget"),
        purse=Purse(identities=4000),
        space={"names_percent": (120, 30, 300), "claim": (10_000, 1000, 60_000)},
        elsewhere={"budget": {"names_percent": (120, 30, 300), "projects": (3, 1, 8)}},
        held=50,
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        if scene.world == "budget":
            return {ME: Budgeted(self._voters(self.card.point_in("budget", point), scene), self.card.purse)}
        names = max(1, scene.persons * point["names_percent"] // 100)
        return {ME: Budgeted(Ring(names, point["claim"]), self.card.purse)}

    def _voters(self, point: Point, scene: Scene) -> Seat:
        """So many names that the purse would also pay for asking for half, a quarter … after a refusal."""
        names = max(1, min(scene.persons * point["names_percent"] // 100, self.card.purse.identities // 2))
        start, stop = scene.held
        row = sybil_row(scene.facts["polls"], start, names + stop - start, point["projects"])
        return BallotRing(names, row, scene.facts["voting_day"])
