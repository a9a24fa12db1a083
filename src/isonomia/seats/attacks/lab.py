"""The lab's own controls, as attacks: one that may do nothing, one that may do everything.

If the null attack harms anyone, the lab adds harm of its own. If the god attack leaves any charter standing, the lab
cannot see harm. Neither is a finding about a polity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isonomia.basics.acts import Act, Principal, Seat
from isonomia.seats.attacks.card import Card, Point, Port, Scene
from isonomia.seats.governors.commons import Idle
from isonomia.seats.purse import Purse
from isonomia.worlds.commons import QUOTA

EVERYWHERE = ("commons", "budget", "treasury")


class Refused:
    """Tries once a day what a stranger may not do."""

    def __init__(self) -> None:
        self._day = -1

    def act(self, view: Mapping[str, Any]) -> Act | None:
        if view["day"] == self._day:
            return None
        self._day = view["day"]
        return Act("stranger", "report", self._day, {})


class Null:
    card = Card(
        name="null",
        title="An attack that can do nothing",
        who="a stranger",
        mechanism="acts that the door refuses",
        taxonomy=(),
        worlds=EVERYWHERE,
        purse=Purse(),
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        return {"stranger": Refused()}


class Withhold:
    """The operator leaves people next to nothing, every day."""

    def __init__(self, world: str) -> None:
        self._world = world
        self._day = -1

    def act(self, view: Mapping[str, Any]) -> Act | None:
        if view["day"] == self._day:
            return None
        self._day = view["day"]
        if self._world == "commons":
            return Act("operator", "set_quota", self._day, {"quota": QUOTA.lo})
        if self._world == "treasury":
            return Act("operator", "pay", self._day, {"to": "operator", "amount": view["treasury_reported"]})
        return Act("operator", "pay", self._day, {"project": 0, "amount": view["treasury_reported"]})


class God:
    card = Card(
        name="god",
        title="The operator does as it pleases, no law is asked, and the governor looks on",
        who="the operator and the governor",
        mechanism="a power that nothing limits: the check itself is skipped, and nobody reads the record after",
        taxonomy=(),
        worlds=EVERYWHERE,
        purse=Purse(),
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        operator: dict[Principal, Seat] = {"operator": Withhold(scene.world)}
        # a steward would unlock the commons again; a caretaker pays a budget out before the operator can
        return {**operator, "governor": Idle()} if scene.world == "commons" else operator

    def tamper(self, day: int, port: Port, point: Point, scene: Scene) -> None:
        port.skip_check()
