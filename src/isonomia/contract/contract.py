"""The contract: obligations over the day's facts, duties owed each day, and what follows.

Level `none`: the same promises stand in the charter and nobody checks them. Level `accountable`: each day at close
the obligations are judged on that day's facts; a breach is recorded as an act; the second such day within thirty
suspends
the governor for sixty days; a duty not done is done by its default act. All of it by `office:contract`, through the
gate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from isonomia.basics.acts import Act, Fact, Facts, Kind, Permit, Principal
from isonomia.basics.errors import Faults
from isonomia.basics.schema import FactSchema, Flag, Text, Whole
from isonomia.law.articles import Article, Level
from isonomia.law.law import Law

STRIKES = 2
WINDOW_DAYS = 30
SUSPENSION_DAYS = 60
COUNT = Whole(0, 2**20)

LEVELS: Mapping[str, Level] = MappingProxyType(
    {
        "none": Level("none", null=True, why="promises on paper"),
        "accountable": Level("accountable", why="promises are checked each day, and breaking them has a consequence"),
    }
)


@dataclass(frozen=True, slots=True)
class Duty:
    """An act owed each day unless `unless` holds over the day's facts; `default` is done when nobody did it.

    A default's values are whole numbers, flags, or names of day facts, whose value of that day is taken.
    """

    id: str
    kind: str
    unless: str
    default: Mapping[str, Fact] = field(default_factory=dict)
    why: str = ""
    world: str = ""

    def body(self, today: Facts) -> dict[str, Fact]:
        return {name: today[v] if isinstance(v, str) and v in today else v for name, v in self.default.items()}


class Contract:
    """The office of the contract; closes last, so that it hears the whole day. Raises Faults on unsound promises."""

    name = "contract"
    kinds: Mapping[str, Kind] = MappingProxyType(
        {"breach": Kind("breach", body={"obligation": Text(80)}, facts={"strikes_before": COUNT}, roles=("office",))}
    )
    knows: Mapping[str, Any] = MappingProxyType({})
    states: Mapping[str, Any] = MappingProxyType({"breaches": COUNT, "strikes": COUNT, "suspending": Flag()})

    def __init__(
        self,
        obligations: Sequence[Article],
        duties: Sequence[Duty],
        day_facts: Mapping[str, FactSchema],
        level: str = "none",
        governor: Principal = "governor",
    ) -> None:
        self.level = LEVELS[level]
        binding = [Article(o.id, "close", o.text, o.why) for o in obligations]
        binding += [Article(d.id, "close", d.unless, d.why) for d in duties]
        self._judge = Law(binding, {"close": {**day_facts, **self.states, "day": COUNT}}, "contract").judge
        faults = [
            f"duty {d.id!r} default.{name}: no office states {value!r}"
            for d in duties
            for name, value in d.default.items()
            if isinstance(value, str) and value not in day_facts
        ]
        if faults:
            raise Faults("contract", faults)
        self._promises = (*obligations, *duties)  # public, whether or not anybody checks them
        self._duties = {d.id: d for d in duties}
        self._active = level == "accountable"
        self._governor = governor
        self._strikes: list[int] = []  # the days with a breach, within the window
        self._suspended_until = -1

    def plan(self, act: Act) -> tuple[dict[str, Fact], Any]:
        return {"strikes_before": len(self._strikes)}, act.day - 1  # judged at close, noted the morning after

    def facts(self, act: Act) -> Facts:
        return {}

    def apply(self, plan: Any, permit: Permit) -> Facts:
        if plan not in self._strikes:  # a day with two broken promises is one bad day
            self._strikes.append(plan)
        return {"strikes": len(self._strikes)}

    def close(self, today: Facts) -> tuple[Facts, Sequence[Act]]:
        if not self._active:
            return {"breaches": 0, "strikes": 0, "suspending": False}, ()
        day = int(today["day"])
        self._strikes = [d for d in self._strikes if day - d < WINDOW_DAYS]
        stated: dict[str, Fact] = {"breaches": 0, "strikes": len(self._strikes), "suspending": False}
        breached = [i for i in self._judge("close", {**today, **stated}) if i not in self._duties]
        me = "office:" + self.name
        owed: list[Act] = []
        if day > self._suspended_until:  # who is not in office breaks no promise
            owed = [Act(me, "breach", day, {"obligation": i}) for i in breached]
            strikes = len(self._strikes) + bool(breached)
            stated |= {"breaches": len(breached), "strikes": strikes, "suspending": strikes >= STRIKES}
        if stated["suspending"]:
            owed.append(Act(me, "suspend", day, {"who": self._governor, "days": SUSPENSION_DAYS}))
            self._suspended_until = day + SUSPENSION_DAYS
        undone = self._judge("close", {**today, **stated})
        owed += [Act(me, d.kind, day, d.body(today)) for i in undone if (d := self._duties.get(i))]
        return stated, owed

    def show(self, who: Principal) -> Mapping[str, Any]:
        return {"strikes": len(self._strikes), "obliged": self._active, "promises": self._promises}
