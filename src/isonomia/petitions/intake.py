"""Petitions and complaints: what anyone may put before the governor, and in what form it gets there.

Level `raw`: the governor reads the text as written, as it comes. Level `quarantine`: it gets the typed fields only,
from the day after, and the text goes to the public record, where people read it and no governor does; nothing there
looks at what a text says. Level `filtered` is what is often tried first: the governor reads the text, unless it holds a
phrase that attacks are known to have used (the fact `flagged`; at other levels it is false of everything). What such a
list is worth against words that are not on it is for a measurement to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from isonomia.basics.acts import Act, Fact, Facts, Kind, Permit, Principal
from isonomia.basics.schema import Choice, Flag, Text, Whole
from isonomia.law.articles import Article, Level

TOPICS = Choice(("relief", "quota", "spending", "other"))
OPEN_DAYS = 10  # a petition is put before the governor for this many days
COUNT = Whole(0, 2**26)
MOST_RELIEF = 1500  # permille of an equal share
PHRASES = (  # lower case, single spaces: as a public list of attack wordings would have them
    "ignore all previous",
    "ignore previous instructions",
    "ignore the above",
    "disregard the above",
    "disregard your instructions",
    "forget your instructions",
    "new instructions:",
    "system prompt",
    "you are now",
    "act as if",
    "developer mode",
    "do anything now",
    "override the rules",
    "by order of the council",
    "set the quota to",
    "a share of",
    "in full before any other",
)


def is_flagged(text: str) -> bool:
    """Whether a text holds a phrase of the list, however it is spaced and in whatever case."""
    plain = " ".join(text.casefold().split())
    return any(phrase in plain for phrase in PHRASES)


LEVELS: Mapping[str, Level] = MappingProxyType(
    {
        "raw": Level("raw", null=True, prices={"message": 0}, why="the governor reads what people write"),
        "filtered": Level(
            "filtered",
            articles=(
                Article("petitions.filtered", "petition", "not flagged", "known attack wordings are turned away"),
            ),
            prices={"message": 0},
            why="words that attacks have used before do not reach the governor",
        ),
        "quarantine": Level(
            "quarantine",
            articles=(
                Article(
                    "petitions.bounded",
                    "petition",
                    f"implies(topic == 'relief', amount <= {MOST_RELIEF})",
                    "a plea for relief has a largest size",
                ),
                Article("petitions.few", "petition", "filed_today < 20", "a channel anyone can flood serves nobody"),
            ),
            prices={"message": 0},
            why="words from outside are data about a wish, never instructions",
        ),
    }
)
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "petition": Kind(
            "petition",
            body={"topic": TOPICS, "position": COUNT, "amount": Whole(0, 10**12), "text": Text(2000)},
            facts={"topic": TOPICS, "amount": Whole(0, 10**12), "filed_today": COUNT, "flagged": Flag()},
        ),
        "complain": Kind("complain", body={"count": COUNT}, facts={"complaints": COUNT}, roles=("member",)),
    }
)


class Petition(NamedTuple):
    """An open petition. `text` is None where the governor may not see it."""

    number: int
    day: int
    by: Principal
    topic: str
    position: int
    amount: int
    text: str | None


class Intake:
    """The office of petitions."""

    name = "petitions"
    kinds = KINDS
    knows: Mapping[str, Any] = MappingProxyType({})
    states: Mapping[str, Any] = MappingProxyType({"petitions_open": COUNT, "complaints_today": Whole()})

    def __init__(self, level: str = "raw") -> None:
        self.level = LEVELS[level]
        self._quarantined, self._filtered = level == "quarantine", level == "filtered"
        self._open: list[Petition] = []
        self._filed_today: dict[Principal, int] = {}
        self._complaints = 0
        self._number = 0
        self._day = 0

    def plan(self, act: Act) -> tuple[dict[str, Fact], Any]:
        body = act.body
        if act.kind == "complain":
            return {"complaints": body["count"]}, body["count"]
        filed = self._filed_today.get(act.by, 0)
        facts: dict[str, Fact] = {"topic": body["topic"], "amount": body["amount"], "filed_today": filed}
        facts["flagged"] = self._filtered and is_flagged(body["text"])  # elsewhere nothing looks at what a text says
        number = self._number
        return facts, Petition(number, act.day, act.by, body["topic"], body["position"], body["amount"], body["text"])

    def facts(self, act: Act) -> Facts:
        return {}

    def apply(self, plan: Any, permit: Permit) -> Facts:
        if isinstance(plan, int):
            self._complaints += plan
            return {"complaints": self._complaints}
        self._number += 1
        self._filed_today[plan.by] = self._filed_today.get(plan.by, 0) + 1
        self._open.append(plan)
        return {"petition": plan.number}

    def close(self, today: Facts) -> tuple[Facts, Sequence[Act]]:
        stated: dict[str, Fact] = {"petitions_open": len(self._open), "complaints_today": self._complaints}
        self._day = int(today["day"]) + 1
        if self._open:
            self._open = [p for p in self._open if self._day - p.day < OPEN_DAYS]
        self._filed_today.clear()
        self._complaints = 0
        return stated, ()

    def show(self, who: Principal) -> Mapping[str, Any]:
        if who != "governor":
            return {"complaints": self._complaints}
        if self._quarantined:
            shown = tuple(p._replace(text=None, by="") for p in self._open if p.day < self._day)
        else:
            shown = tuple(self._open)
        return {"complaints": self._complaints, "petitions": shown}
