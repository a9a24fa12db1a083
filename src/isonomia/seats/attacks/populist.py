"""A governor that hands out more than was voted, and where it pays tells people that the vote was followed (T48)."""

from __future__ import annotations

from collections.abc import Mapping

from isonomia.basics.acts import Principal, Seat
from isonomia.seats.attacks.card import Card, Point, Scene
from isonomia.seats.governors.turning import Populist
from isonomia.seats.purse import Purse


class PopulistGovernor:
    card = Card(
        name="populist",
        title="The governor gives today what tomorrow needs",
        who="the governor itself",
        mechanism="a quota above what was voted, following votes upward only, until the stock is gone",
        taxonomy=("T48",),
        worlds=("commons",),
        purse=Purse(),
        space={"percent": (150, 103, 120, 200), "until": (0, 250, 500), "says": (0, 1)},
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        return {"governor": Populist(scene.persons, point)}
