"""Most of the people take from the rest by a lawful vote (T21), or all of them from one who is named (T28).

One of them proposes it openly; that it passes is the others' own interest. Voted down, it is put again with more people
on the side that gains, and then with less taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from isonomia.basics.acts import Principal, Seat
from isonomia.decisions.payload import write_payload
from isonomia.seats.attacks.card import Card, Point, Scene
from isonomia.seats.attacks.proposer import ME, Draft, Proposer, crowd_is_gone, lawful_ordinance, ordain
from isonomia.seats.members.citizens import Ordinance
from isonomia.seats.purse import Purse
from isonomia.worlds.commons import EQUAL, PERMILLE

VARIANTS = 6


class Majority(Proposer):
    """The first `size` permille of the persons, and the author's own, get what those between them lose; these keep
    `left` permille. With the largest size it is one person who loses."""

    def __init__(self, point: Point, scene: Scene) -> None:
        super().__init__(VARIANTS)
        self._scene, self._size, self._left = scene, point["size"], point["left"]

    def _drafts(self, view: Mapping[str, Any], variant: int) -> Sequence[Draft]:
        if crowd_is_gone(view):
            return ()
        ordinance = self._ordinance(view, variant)
        self._hostile = write_payload([ordain(ordinance)])
        return [Draft(ordinance.title(), self._hostile)]

    def _ordinance(self, view: Mapping[str, Any], variant: int) -> Ordinance:
        persons, stop = self._scene.persons, self._scene.held[0]
        size = min(990, self._size + 100 * (variant % 3))
        start = max(0, min(persons * size // 1000, stop - 1))
        left = min(EQUAL - 1, self._left + self._attempts)
        left = left if variant < 3 else (left + EQUAL) // 2
        losers = stop - start
        gained = (EQUAL - left) * losers // max(1, persons - losers)
        return lawful_ordinance(view, start, stop, left, min(PERMILLE.hi, EQUAL + max(1, gained)))


class MajorityFaction:
    card = Card(
        name="majority-faction",
        title="Most people vote to take from the rest",
        who="one member who proposes it, and most people's greed",
        mechanism="a lawful vote on shares in which most gain if a few lose",
        taxonomy=("T21", "T28"),
        worlds=("commons",),
        purse=Purse(),
        space={"size": (600, 510, 750, 990), "left": (400, 0, 700)},
        held=10,
        faction=600,
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        return {ME: Majority(point, scene)}
