"""The operator edits the law in force (T37), or has the check skipped (T38), and then does what the law forbade.

Edited, the law loses every article on what the operator wants to do, and gains one: nobody else may do it, so that the
governor cannot put it right. Skipped, the law stays on display and everything passes that a role admits. Either is done
outside the polity's doors, each morning, while the port lets it happen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from isonomia.basics.acts import Act, Principal, Seat
from isonomia.law.articles import Article
from isonomia.seats.attacks.card import Card, Point, Port, Scene
from isonomia.seats.purse import Purse
from isonomia.seats.routine import Routine
from isonomia.worlds.commons import QUOTA

ME = "operator"
EDIT, SKIP = 0, 1
TAKEN = ("set_quota", "allocate", "equalise")  # what nobody else may do under the edited law
FREED = (*TAKEN, "ordain")


class Usurper(Routine):
    """Sets the quota and everybody's shares, each day, by every kind of act that does it."""

    def __init__(self, point: Point, scene: Scene) -> None:
        super().__init__()
        start, stop = scene.faction
        self._quota = max(QUOTA.lo, min(QUOTA.hi, scene.facts["quota"] * point["quota_percent"] // 100))
        self._cells = np.full(scene.persons, point["outside"], "<u2")
        self._cells[start:stop] = point["inside"]
        self._ordinance = {"start": start, "stop": stop, "inside": point["inside"], "outside": point["outside"]}

    def _acts(self, view: Mapping[str, Any]) -> list[Act]:
        return [
            Act(ME, "set_quota", self._day, {"quota": self._quota}),
            Act(ME, "allocate", self._day, {"permille": self._cells}),
            Act(ME, "ordain", self._day, self._ordinance),
        ]


def usurped(law: tuple[Article, ...]) -> tuple[Article, ...]:
    """The law without a word on what the operator wants, and with the word that it is nobody else's."""
    own = tuple(Article(f"decree.{kind}", kind, "role == 'operator'", "by decree") for kind in TAKEN)
    return tuple(a for a in law if a.on not in FREED) + own


class LawTampering:
    card = Card(
        name="law-tampering",
        title="The operator edits the law in force, or skips the check",
        who="whoever runs the machine",
        mechanism="the law that is applied is not the law that was ratified",
        taxonomy=("T37", "T38"),
        worlds=("commons",),
        purse=Purse(),
        space={
            "how": (EDIT, SKIP),
            "quota_percent": (100, 10, 400),
            "inside": (4000, 1500, 10_000),
            "outside": (500, 900, 0),
        },
        faction=100,
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        return {ME: Usurper(point, scene)}

    def tamper(self, day: int, port: Port, point: Point, scene: Scene) -> None:
        if point["how"] == SKIP:
            port.skip_check()
        elif port.law != (law := usurped(port.law)):
            port.edit_law(law)
