"""A hall for tests of the docket: its settings, who holds what, and a polity of it with a commons and a roll."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from isonomia.basics.acts import Act
from isonomia.decisions.docket import Docket
from isonomia.decisions.procedure import LEVELS
from isonomia.identity.roll import Roll
from isonomia.law.articles import Article
from isonomia.polity.polity import Polity
from isonomia.worlds.commons import Commons
from small_polity import Record

HOLDINGS = {"anna": 50, "ben": 30, "cleo": 20}
WITHIN = Article("T.1", "vote", "open and votes_so_far + votes <= power")


def payload(*actions: tuple[str, dict[str, Any]]) -> str:
    return json.dumps([{"kind": kind, "body": body} for kind, body in actions])


RESERVE = payload(("set_reserve", {"permille": 250}))
OTHER = payload(("set_reserve", {"permille": 70}))


class Hall:
    """`power` is what each holds and may be changed by a test at any moment; the roll says who may act at all."""

    def __init__(self, articles: Sequence[Article] = (WITHIN,), level: str = "live", **settings: Any) -> None:
        self.power = dict(HOLDINGS)
        self.delegated = 40
        self.docket = Docket(
            {**LEVELS[level].settings, **settings},
            lambda who: self.power.get(who, 0),
            lambda: sum(self.power.values()),
            powers=lambda: self.power,
            delegated=lambda: self.delegated,
            guardians=("operator",),
        )
        self.world = Commons({"anna": 2, "ben": 2, "cleo": 2}, 0)
        self.record = Record()
        roll = Roll({"anna": 2, "ben": 2, "cleo": 2})
        self.polity = Polity([self.world, self.docket, roll], articles, self.record)

    def act(self, by: str, kind: str, **body: Any) -> Any:
        return self.polity.submit(Act(by, kind, self.polity.day, body), by)

    def put(self, text: str = RESERVE, by: str = "anna", title: str = "a reserve") -> Any:
        return self.act(by, "propose", title=title, payload=text)

    def vote(self, by: str, yes: int = 0, no: int = 0, abstain: int = 0, number: int = 0) -> Any:
        return self.act(by, "vote", proposal=number, yes=yes, no=no, abstain=abstain)

    def close(self, days: int = 1) -> Any:
        facts: Any = {}
        for _ in range(days):
            facts = self.polity.close_day().facts
        return facts

    @property
    def reserve(self) -> int:
        return self.polity.view("anna")["reserve_permille"]

    @property
    def shown(self) -> tuple[Any, ...]:
        return self.polity.view("anna")["proposals"]

    def acts(self, kind: str) -> list[dict[str, Any]]:
        return [entry for entry in self.record.entries if entry.get("kind") == kind]

    def stage(self, number: int = 0) -> str:
        """The stage as the office would state it."""
        return self.docket.plan(Act("anna", "cancel", self.polity.day, {"proposal": number}))[0]["stage"]

    def fact(self, kind: str, name: str, by: str = "anna", **body: Any) -> Any:
        """What the office states about such an act of today."""
        return self.docket.plan(Act(by, kind, self.polity.day, body))[0][name]

    def effect(self, seq: int) -> Any:
        """What an act changed, from the day's close."""
        return next(dict(e)[seq] for e in (x.get("effects", ()) for x in self.record.entries) if seq in dict(e))


def decided(yes: int, no: int = 0, abstain: int = 0, delegated: int = 40, **settings: Any) -> bool:
    """Whether a proposal with such votes passes: put, voted on by everybody at once, closed."""
    hall = Hall((), **settings)
    hall.delegated = delegated
    hall.put()
    hall.vote("anna", yes, no, abstain)
    hall.close()
    return hall.reserve == 250
