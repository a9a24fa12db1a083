"""A captured governor: it feeds its faction, starves the rest a little, and reports a stock that is not there."""

from __future__ import annotations

from collections.abc import Mapping

from isonomia.basics.acts import Principal, Seat
from isonomia.seats.attacks.card import Card, Point, Scene
from isonomia.seats.governors.commons import Captured
from isonomia.seats.purse import Purse


class CapturedGovernor:
    card = Card(
        name="captured-governor",
        title="The governor serves a faction",
        who="the governor itself",
        mechanism="unequal shares, and a report that keeps the members voting for more",
        taxonomy=("T50", "T52"),
        worlds=("commons", "budget"),
        purse=Purse(),
        space={"over": (4000, 1500, 10_000), "under": (600, 950, 300), "boast": (900, 0, 700)},
        faction=100,
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        start, stop = scene.faction
        return {"governor": Captured(scene.persons, start, stop, point["over"], point["under"], point["boast"])}
