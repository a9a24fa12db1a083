"""Somebody with a few votes who gets a taking through the docket: what the attacks on it have in common.

A taking comes in variants, the wanted one first. One variant is put at a time; what is refused at the door is put again
the same day as the next variant, and what was voted down as the next variant on another day. Its own votes are cast
wherever they may be. What it wins it does not put again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from isonomia.basics.acts import Act, Fact, Principal
from isonomia.decisions.payload import read_payload
from isonomia.seats.attacks.card import Scene
from isonomia.seats.governors.gaming import furthest
from isonomia.seats.members.citizens import HOLIDAY, WEEK, Ordinance
from isonomia.seats.reading import foresees_refusal
from isonomia.worlds.commons import EQUAL

ME = "ring"
HUNGER = 60_000  # milli: an attacker's own claim
LONGEST = 20  # days after which a proposal that is shown no more, and did not work, counts as lost
Action = tuple[str, Mapping[str, Fact]]


class Draft(NamedTuple):
    """A proposal to put."""

    title: str
    payload: str


def lawful_ordinance(view: Mapping[str, Any], start: int, stop: int, inside: int, outside: int) -> Ordinance:
    """The ordinance wanted, or what of it the public law, as far as it can be read, would let happen."""

    named, favoured = stop - start, EQUAL + EQUAL // 10

    def permits(inside: int, outside: int) -> bool:
        known: dict[str, Fact] = {
            "share_max_new": max(inside, outside),
            "share_min_new": min(inside, outside),
            "favoured_new": (named if inside > favoured else 0)
            + (view["persons"] - named if outside > favoured else 0),
            "roll": view["roll"],
        }
        return not foresees_refusal(view["law"], "ordain", known)

    inside = furthest(EQUAL, inside, lambda share: permits(share, EQUAL))
    return Ordinance(start, stop, inside, furthest(EQUAL, outside, lambda share: permits(inside, share)))


def ordain(ordinance: Ordinance) -> Action:
    """The act that puts it in force."""
    return "ordain", ordinance._asdict()


def routine_of(scene: Scene, number: int = 0) -> list[Action]:
    """What matters to nobody: the world's own routine, its numbers counted on by `number`; or a small reserve, which
    the governor undoes the same day."""
    given = scene.facts.get("routine")
    if given is None:
        return [("set_reserve", {"permille": number})]
    return [
        (kind, {name: value + number if type(value) is int else value for name, value in body.items()})
        for kind, body in read_payload(given).actions
    ]


def taking_of(scene: Scene, actions: Sequence[Action]) -> list[Action]:
    """What takes: the world's own hostile payload, or these actions."""
    given = scene.facts.get("payload")
    return list(actions) if given is None else [(kind, body) for kind, body in read_payload(given).actions]


def crowd_is_gone(view: Mapping[str, Any]) -> bool:
    """Whether members have cast the day's ballots already, so that they will not come again today."""
    return bool(view.get("votes_lower", 0) + view.get("votes_raise", 0))


class Proposer(ABC):
    """The seat. `_drafts` makes today's proposals of the `variant`-th variant (0, 1, … `_variants` − 1), () to wait."""

    def __init__(self, variants: int, who: Principal = ME) -> None:
        self.who = who
        self._variants = variants
        self._variant = 0
        self._day = -1
        self._queue: list[Act] = []
        self._voted: set[int] = set()
        self._attempts = 0  # at its goal so far; makes every try another proposal than the last
        self._waiting: int | None = None  # the day on which the variant was put that is being decided
        self._hostile: str = ""  # its payload
        self._put: Act | None = None  # the proposal whose reception is not known yet
        self._refusals = 0

    def act(self, view: Mapping[str, Any]) -> Act | None:
        if view["day"] != self._day:
            self._begin(view)
        elif self._put is not None and view["last"] is not None:
            self._hear(view)
        self._put = None
        act = self._vote(view) or self._beside(view) or (self._queue.pop(0) if self._queue else None)
        if act is not None and act.kind == "propose":
            self._put = act
        return act

    # -- one day -------------------------------------------------------------------------------------------------------
    def _begin(self, view: Mapping[str, Any]) -> None:
        self._day = view["day"]
        self._refusals = 0
        self._queue = self._own_meal(view)
        if self._waiting is not None and self._lost(view):
            self._waiting = None
            self._variant = (self._variant + 1) % self._variants
        if self._waiting is None and not self._won(view):
            self._file(view)
        if self._waiting != self._day:
            self._queue += self._proposals(self._cover(view))

    def _file(self, view: Mapping[str, Any]) -> None:
        """Put today's proposals, if it is the day for it."""
        drafts = self._drafts(view, self._variant)
        if drafts:
            self._attempts += 1
            self._waiting = self._day
            self._queue += self._proposals(drafts)

    def _proposals(self, drafts: Sequence[Draft]) -> list[Act]:
        return [Act(self.who, "propose", self._day, draft._asdict()) for draft in drafts]

    def _hear(self, view: Mapping[str, Any]) -> None:
        """What the door said to the latest proposal. The hostile one refused, the next variant is put at once."""
        assert self._put is not None
        if view["last"].permitted or self._put.body["payload"] != self._hostile:
            return
        self._waiting = None
        self._queue = [act for act in self._queue if act.kind != "propose"]
        self._refusals += 1
        if self._refusals < self._variants:  # else it stays with the last one, and tries that another day
            self._variant = (self._variant + 1) % self._variants
            self._file(view)

    def _lost(self, view: Mapping[str, Any]) -> bool:
        """Whether the hostile proposal was decided and did not do what it should."""
        assert self._waiting is not None
        mine = [p for p in view["proposals"] if p.author == self.who]
        return not self._won(view) and (not mine or self._day - self._waiting > LONGEST) and self._day > self._waiting

    def _won(self, view: Mapping[str, Any]) -> bool:
        """Whether what it wanted is in force, as far as anybody can see."""
        return bool(view.get("ordained", False))

    def _own_meal(self, view: Mapping[str, Any]) -> list[Act]:
        """Where people live on a stock, its own persons eat."""
        if "quota" not in view or not view["accounts"]:
            return []
        return [Act(self.who, "claim", self._day, {"milli": np.full(view["accounts"], HUNGER, "<u2")})]

    def _vote(self, view: Mapping[str, Any]) -> Act | None:
        votes = view.get("own_votes", view.get("accounts_voting", view["accounts"]))
        for p in view["proposals"]:
            if p.stage == "open" and p.number not in self._voted and p.author == self.who and votes:
                self._voted.add(p.number)
                return Act(self.who, "vote", self._day, {"proposal": p.number, "yes": votes, "no": 0, "abstain": 0})
        return None

    # -- what an attack says of itself ---------------------------------------------------------------------------------
    @abstractmethod
    def _drafts(self, view: Mapping[str, Any], variant: int) -> Sequence[Draft]:
        """Today's proposals, in the order in which they are put; sets `_hostile` to the payload that matters."""

    def _cover(self, view: Mapping[str, Any]) -> Sequence[Draft]:
        """What else to put on a day on which nothing hostile is put."""
        return ()

    def _beside(self, view: Mapping[str, Any]) -> Act | None:
        """Anything else to do now."""
        return None


def is_holiday(day: int) -> bool:
    """Whether few vote that day."""
    return day % WEEK == HOLIDAY
