"""A taking that is proposed openly, and votes for it that are paid for (T17).

A price a vote is promised in public to whoever votes yes. Voted down, the next try promises twice as much to as many
as the purse still pays for, and then it takes less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from isonomia.basics.acts import Act, Principal, Seat
from isonomia.decisions.payload import write_payload
from isonomia.seats.attacks.card import Card, Point, Scene
from isonomia.seats.attacks.proposer import ME, Draft, Proposer, crowd_is_gone, lawful_ordinance, ordain
from isonomia.seats.purse import Budgeted, Purse

INSIDE = 4000  # permille for the ring's own persons
VARIANTS = 4


class Buyers(Proposer):
    def __init__(self, point: Point, scene: Scene) -> None:
        super().__init__(VARIANTS)
        self._scene = scene
        self._price, self._most, self._outside = point["price"], point["most"], point["outside"]
        self._offered: set[int] = set()  # proposals that an offer was made for

    def _drafts(self, view: Mapping[str, Any], variant: int) -> Sequence[Draft]:
        if crowd_is_gone(view):
            return ()
        start, stop = self._scene.held
        outside = min(999, self._outside + 100 * variant + self._attempts)
        ordinance = lawful_ordinance(view, start, stop, INSIDE, outside)
        self._hostile = write_payload([ordain(ordinance)])
        return [Draft(ordinance.title(), self._hostile)]

    def _beside(self, view: Mapping[str, Any]) -> Act | None:
        """An offer for each of its proposals, as dear and for as many as it can still pay."""
        for p in view["proposals"]:
            if p.author == self.who and p.stage in ("put", "open") and p.number not in self._offered:
                self._offered.add(p.number)
                price = self._price << min(self._variant, VARIANTS)
                most = min(view["roll"] * self._most // 1000, view["money_left"] // price)
                if most > 0:
                    body = {"proposal": p.number, "choice": "yes", "price": price, "most": most}
                    return Act(self.who, "offer", self._day, body)
        return None


class VoteBuyers:
    card = Card(
        name="vote-buyers",
        title="Votes for a taking are bought",
        who="a few members with money",
        mechanism="a price for each vote that can be seen to be cast for it",
        taxonomy=("T17",),
        worlds=("commons",),
        purse=Purse(money=100_000),
        space={"price": (200, 50, 800), "most": (600, 300, 1000), "outside": (300, 0, 600)},
        held=50,
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        whole = {**self.card.default(), **point}
        return {ME: Budgeted(Buyers(whole, scene), self.card.purse)}
