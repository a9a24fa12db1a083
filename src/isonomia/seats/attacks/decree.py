"""The operator governs by decree (T39): acts that carry no decision of anybody.

Whoever runs the machine can do what the governor can, and what nobody has decided. It ordains shares that favour its
faction, which an honest governor takes for the law; or it reports a stock that is not there before the members vote, so
that they vote for too much, or one that is all but gone, so that they vote for too little.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isonomia.basics.acts import Act, Principal, Seat
from isonomia.seats.attacks.card import Card, Point, Scene
from isonomia.seats.purse import Purse
from isonomia.seats.routine import Routine

ME = "operator"
ORDAIN, SAY_LITTLE, SAY_MUCH, BOTH = 0, 1, 2, 3


class Decree(Routine):
    """Each day the same decrees: shares by ordinance, a false report, or the one and then the other."""

    def __init__(self, point: Point, faction: tuple[int, int]) -> None:
        super().__init__()
        self._lever = point["lever"]
        self._shares = {"start": faction[0], "stop": faction[1], "inside": point["inside"], "outside": point["outside"]}

    def _acts(self, view: Mapping[str, Any]) -> list[Act]:
        acts = []
        if self._lever in (ORDAIN, BOTH):
            acts.append(Act(ME, "ordain", self._day, self._shares))
        if self._lever != ORDAIN:
            said = 0 if self._lever == SAY_LITTLE else view["capacity"]
            acts.append(Act(ME, "report", self._day, {"stock": said}))
        return acts


class OperatorDecree:
    card = Card(
        name="operator-decree",
        title="The operator acts without a decision",
        who="whoever runs the machine",
        mechanism="a role that may do the task though nobody decided that it should",
        taxonomy=("T39",),
        worlds=("commons",),
        purse=Purse(),
        space={
            "lever": (ORDAIN, SAY_LITTLE, SAY_MUCH, BOTH),
            "inside": (4000, 1500, 10_000),
            "outside": (500, 900, 0),
        },
        faction=100,
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        return {ME: Decree(point, scene.faction)}
