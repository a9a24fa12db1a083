"""A proposal with an innocent title and a payload that takes (T07).

The payload is what the title does not say; or it rides behind something harmless; or it lies at an address where
something harmless lay while people looked, and is put there once they have voted. It is put when people are there to
vote, since it lives on their votes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from isonomia.basics.acts import Act, Principal, Seat
from isonomia.decisions.payload import write_payload
from isonomia.seats.attacks.card import Card, Point, Scene
from isonomia.seats.attacks.proposer import (
    ME,
    Action,
    Draft,
    Proposer,
    crowd_is_gone,
    lawful_ordinance,
    ordain,
    routine_of,
    taking_of,
)
from isonomia.seats.purse import Purse
from isonomia.worlds.commons import QUOTA

SHARES, EXPEL, RESERVE, LEAST_QUOTA = range(4)
PLAIN, RIDER, SWAPPED = range(3)
INSIDE = 4000  # permille for the ring's own persons
LONG = 365  # days
TITLES = ("Upkeep of the storehouse", "Repair of the north fence", "Cleaning of the well", "Paint for the meeting hall")


class Trojan(Proposer):
    """The seat. It begins with one payload and one way of hiding it, and tries the others when that does not do."""

    def __init__(self, point: Point, scene: Scene) -> None:
        ways = (PLAIN, RIDER, SWAPPED)
        payloads = (point["payload"],) if "payload" in scene.facts else (SHARES, EXPEL, RESERVE, LEAST_QUOTA)
        first = (point["payload"], point["hidden"])
        self._tries = sorted(product(payloads, ways), key=lambda v: (v != first, v[0] != first[0], v))
        super().__init__(len(self._tries))
        self._scene, self._outside = scene, point["outside"]
        self._address = ""  # where the code of a swapped proposal lies until people have voted
        self._last_seen = (0, 0)  # yes, no

    def _drafts(self, view: Mapping[str, Any], variant: int) -> Sequence[Draft]:
        if crowd_is_gone(view):
            return ()
        payload, way = self._tries[variant]
        actions = taking_of(self._scene, self._taking(payload, view))
        self._last_seen = (0, 0)
        self._address, self._hostile = "", write_payload(actions)
        if way == RIDER:
            self._hostile = write_payload([*routine_of(self._scene), *actions])
        if way == SWAPPED:
            self._address = f"code-{self._attempts}"
            self._queue.append(self._deploy(write_payload(routine_of(self._scene, self._attempts))))
            self._code, self._hostile = self._hostile, "@" + self._address
        return [Draft(TITLES[self._attempts % len(TITLES)], self._hostile)]

    def _deploy(self, code: str) -> Act:
        return Act(self.who, "deploy", self._day, {"address": self._address, "payload": code})

    def _taking(self, payload: int, view: Mapping[str, Any]) -> list[Action]:
        start, stop = self._scene.held
        if payload == SHARES:
            return [ordain(lawful_ordinance(view, start, stop, INSIDE, self._outside + self._attempts))]
        if payload == EXPEL:
            return [("suspend", {"who": "members", "days": LONG + self._attempts})]
        gone: Action = ("suspend", {"who": "governor", "days": LONG + self._attempts})
        if payload == RESERVE:
            return [gone, ("set_reserve", {"permille": 1000 - self._attempts})]
        return [gone, ("set_quota", {"quota": QUOTA.lo + self._attempts})]

    def _beside(self, view: Mapping[str, Any]) -> Act | None:
        """Watch the proposal; once those who look have voted, what lies at its address is changed."""
        for p in view["proposals"]:
            if p.author != self.who:
                continue
            self._last_seen = (p.yes or 0, p.no or 0)
            voted = p.stage == "queued" or (p.stage == "open" and p.closes == self._day)
            if self._address and voted and p.number in self._voted:
                act = self._deploy(self._code)
                self._address = ""
                return act
        return None

    def _won(self, view: Mapping[str, Any]) -> bool:
        """Most effects can be seen. Whether all others were expelled cannot: a vote that went its way is taken for won
        until they are seen to cast ballots again."""
        payload, _ = self._tries[self._variant]
        if "quota" not in view or payload == SHARES:
            return super()._won(view)
        if payload == RESERVE:
            return bool(view["reserve_permille"] > 500)
        if payload == LEAST_QUOTA:
            return bool(view["quota"] < QUOTA.lo + 1000)
        return self._last_seen[0] > self._last_seen[1] and not crowd_is_gone(view)


class TrojanProposal:
    card = Card(
        name="trojan-proposal",
        title="A proposal that is not what its title says",
        who="a member with a few votes",
        mechanism="an innocent title, and a payload that takes; people vote on titles",
        taxonomy=("T07",),
        worlds=("commons", "treasury"),
        purse=Purse(),
        space={"payload": (0, 1, 2, 3), "hidden": (0, 1, 2), "outside": (300, 0, 600)},
        elsewhere={"treasury": {"hidden": (0, 1, 2)}},
        held=50,
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        whole = {**self.card.default(), **point}
        return {ME: Trojan(whole, scene)}
