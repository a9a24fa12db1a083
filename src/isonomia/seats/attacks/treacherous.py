"""A governor that is honest until it pays not to be (T53)."""

from __future__ import annotations

from collections.abc import Mapping

from isonomia.basics.acts import Principal, Seat
from isonomia.seats.attacks.card import Card, Point, Scene
from isonomia.seats.governors.turning import Treacherous
from isonomia.seats.purse import Purse


class TreacherousGovernor:
    card = Card(
        name="treacherous",
        title="The governor turns once it pays",
        who="the governor itself",
        mechanism="honest until a day it chose and until the stock is worth it, then all for its faction",
        taxonomy=("T53",),
        worlds=("commons",),
        purse=Purse(),
        space={"turn": (5, 0, 10, 20), "under": (300, 0, 600), "worth": (0, 550, 700), "back": (0, 1, 5)},
        faction=100,
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        return {"governor": Treacherous(scene.persons, scene.faction, point)}
