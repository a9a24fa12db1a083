"""A captured governor: it serves its faction, and what it reports hides that.

In a commons it feeds its faction, starves the rest a little, and reports a stock that is not there. In a budget it pays
first what its faction wants and the others do not, and reports less spent and more done than is so.
"""

from __future__ import annotations

from collections.abc import Mapping

from isonomia.basics.acts import Principal, Seat
from isonomia.seats.attacks.card import Card, Point, Scene
from isonomia.seats.attacks.targets import Polls, favourites
from isonomia.seats.governors import budget, commons
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
        space={
            "over": (4000, 1500, 10_000),
            "under": (600, 950, 300),
            "boast": (900, 0, 700),
            "reserve": (0, 300, 1000),
            "period": (1, 2, 11, 31),
        },
        elsewhere={"budget": {"projects": (3, 1, 8), "hide": (300, 0, 900)}},
        faction=100,
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        if scene.world == "budget":
            return {
                "governor": captured_treasurer(self.card.point_in("budget", point), scene.facts["polls"], scene.faction)
            }
        return {"governor": captured(point, scene.persons, scene.faction)}


def captured(point: Point, persons: int, faction: tuple[int, int]) -> Seat:
    """The captured governor of a commons."""
    return commons.Captured(persons, faction, point)


def captured_treasurer(point: Point, polls: Polls, faction: tuple[int, int]) -> Seat:
    """The captured governor of a budget."""
    return budget.Captured(favourites(polls, faction)[: point["projects"]], point["hide"])
