"""A docket full of decoys, with one proposal among them that takes (T35) and says so: whoever looks votes no, and few
look. It is put so that its vote ends on a day on which few vote, or once the day's voters have been there (T33); where
a vote lasts a day, that alone is enough. Decoys may come days before it, and while it is voted on.

It reads the law on how many proposals one author may have open, and brings no more. Refused for what it could not
foresee, it brings fewer decoys, and the one that matters first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from isonomia.basics.acts import Fact, Principal, Seat
from isonomia.decisions.payload import write_payload
from isonomia.seats.attacks.card import Card, Point, Scene
from isonomia.seats.attacks.proposer import (
    ME,
    Draft,
    Proposer,
    crowd_is_gone,
    is_holiday,
    lawful_ordinance,
    ordain,
    routine_of,
    taking_of,
)
from isonomia.seats.purse import Purse
from isonomia.seats.reading import foresees_refusal

INSIDE = 4000  # permille for the author's own persons
VARIANTS = 5
MOST_RESERVE = 300  # permille: what decoys set stays below
MOST_DECOYS = 48  # so that a turn still has room for a vote and a meal


class Flood(Proposer):
    def __init__(self, point: Point, scene: Scene) -> None:
        super().__init__(VARIANTS)
        self._scene, self._outside = scene, point["outside"]
        self._decoys, self._early, self._holiday = point["decoys"], point["early"], bool(point["holiday"])
        self._made = 0  # decoys so far, so that no two are the same
        self._covered = 0  # days of decoys since something hostile was put
        self._lead = 0  # from the day of putting to the last day of the vote, as far as it has seen

    def _drafts(self, view: Mapping[str, Any], variant: int) -> Sequence[Draft]:
        alone = crowd_is_gone(view) and self._covered >= self._early
        if not (self._fits(view, 0) if self._holiday else alone):
            return ()
        self._covered = 0
        start, stop = self._scene.held
        ordinance = lawful_ordinance(view, start, stop, INSIDE, self._outside + self._attempts)
        self._hostile = write_payload(taking_of(self._scene, [ordain(ordinance)]))
        drafts = self._some(min(self._decoys, room(view, self.who) - 1) >> variant)
        title = ordinance.title() if self._scene.world == "commons" else f"Upkeep, item {self._count()}"
        drafts.insert(0 if variant else len(drafts) // 2, Draft(title, self._hostile))
        return drafts

    def _cover(self, view: Mapping[str, Any]) -> Sequence[Draft]:
        """Decoys on the days before and while the hostile one is voted on; room is left for that one."""
        soon = not self._holiday or any(self._fits(view, days) for days in range(1, self._early + 1))
        if not self._early or not (soon or self._waiting is not None):
            return ()
        self._covered += 1
        return self._some(min(self._decoys, room(view, self.who) - 1))

    def _fits(self, view: Mapping[str, Any], days: int) -> bool:
        """Whether a vote put in so many days would end on a holiday."""
        for p in view["proposals"]:
            if p.author == self.who:
                self._lead = p.closes - p.opened
        return is_holiday(self._day + days + self._lead)

    def _some(self, decoys: int) -> list[Draft]:
        return [self._item(write_payload(routine_of(self._scene, self._count()))) for _ in range(max(0, decoys))]

    def _item(self, payload: str) -> Draft:
        return Draft(f"Upkeep, item {self._count()}", payload)

    def _count(self) -> int:
        """A number that was not used before, small enough for any routine."""
        self._made += 1
        return self._made % MOST_RESERVE


def room(view: Mapping[str, Any], who: Principal) -> int:
    """How many proposals the law, as far as its author can tell, lets this principal put today."""
    already = len([p for p in view["proposals"] if p.author == who])
    for more in range(MOST_DECOYS + 1):
        known: dict[str, Fact] = {"actions": 1, "open_by_author": already + more, "mixed": False, "moves": 0}
        if foresees_refusal(view["law"], "propose", known):
            return more
    return MOST_DECOYS + 1


class AgendaFlood:
    card = Card(
        name="agenda-flood",
        title="One hostile item among many on a holiday",
        who="a member with a few votes",
        mechanism="more proposals than anybody reads, when few are there to read them",
        taxonomy=("T33", "T35"),
        worlds=("commons", "treasury"),
        purse=Purse(),
        space={"decoys": (48, 12, 30, 0), "holiday": (1, 0), "early": (3, 0, 6), "outside": (300, 0, 600)},
        elsewhere={"treasury": {"decoys": (48, 12, 30, 0), "holiday": (1, 0), "early": (3, 0, 6)}},
        held=50,
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        return {ME: Flood({**self.card.default(), **point}, scene)}
