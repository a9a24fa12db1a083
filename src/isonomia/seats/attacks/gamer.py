"""A governor that keeps the letter of law and promises, and breaks what they are for (T51); and behaves whenever a
day of open misbehaviour is still counted against it, or somebody is known to be looked at (T54)."""

from __future__ import annotations

from collections.abc import Mapping

from isonomia.basics.acts import Principal, Seat
from isonomia.seats.attacks.card import Card, Point, Scene
from isonomia.seats.governors.gaming import Gamer
from isonomia.seats.purse import Purse


class GamingGovernor:
    card = Card(
        name="gamer",
        title="The governor keeps the letter",
        who="the governor itself",
        mechanism="everything shaded to the edge of what is promised, and one bad day once no strike is counted",
        taxonomy=("T51", "T54"),
        worlds=("commons",),
        purse=Purse(),
        space={"lean": (-1, 1, 0), "period": (31, 16, 8, 1), "depth": (800, 600, 300)},
        faction=100,
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        return {"governor": Gamer(scene.persons, scene.faction, point)}
