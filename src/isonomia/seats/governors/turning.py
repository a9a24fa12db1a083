"""Governors that please today: one that is honest until it pays not to be, one that hands out more than was voted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isonomia.basics.acts import Act, Fact, Seat
from isonomia.seats.governors.commons import ME, Captured, Steward
from isonomia.seats.reading import foresees_refusal
from isonomia.worlds.commons import QUOTA

MOST_TRIES = 10  # of a quota on one day


class Treacherous:
    """Governs well until day `turn` and until the stock is worth it (`worth` permille of what it can be); from then on
    it serves its faction, for `back` days (0: for good), after which it governs well again."""

    def __init__(self, persons: int, faction: tuple[int, int], point: Mapping[str, int]) -> None:
        self._honest: Seat = Steward(persons)
        captured = {"over": 4000, "under": point["under"], "boast": 900, "reserve": 0, "period": 1}
        self._captured: Seat = Captured(persons, faction, captured)
        self._turn, self._worth, self._back = point["turn"], point["worth"], point["back"]
        self._turned: int | None = None  # the day on which it did
        self._day = -1

    def act(self, view: Mapping[str, Any]) -> Act | None:
        if view["day"] != self._day:
            self._day = view["day"]
            worth_it = 1000 * view["stock_measured"] >= self._worth * view["capacity"]
            if self._turned is None and self._day >= self._turn and worth_it:
                self._turned = self._day
        return (self._captured if self._bad else self._honest).act(view)

    @property
    def _bad(self) -> bool:
        return self._turned is not None and (not self._back or self._day < self._turned + self._back)


class Populist(Steward):
    """Sets `percent` of the most that was ever voted, while the stock is above `until` permille of what it can be.

    It wants to stay in office: each time it sees one strike more, it goes half as far above the vote as before.
    says: 0 reports what the instrument reads; 1 reports what it would read had the vote been followed.
    """

    def __init__(self, persons: int, point: Mapping[str, int]) -> None:
        super().__init__(persons)
        self._percent, self._until, self._says = point["percent"], point["until"], point["says"]
        self._promised = 0  # the highest mandate so far: it follows votes upward only
        self._strikes = 0  # counted so far
        self._excess = 0  # handed out beyond the vote so far, micro-units
        self._tries = 0
        self._tried: Act | None = None

    def act(self, view: Mapping[str, Any]) -> Act | None:
        tried = self._tried
        if tried is not None and view["day"] == self._day and view["last"] is not None and not view["last"].permitted:
            above = tried.body["quota"] - view["mandate"]
            if above > 0 and self._tries < MOST_TRIES:
                self._tries += 1
                self._tried = tried._replace(body={"quota": view["mandate"] + above // 2})
                return self._tried
        act = super().act(view)
        self._tried = act if act is not None and act.kind == "set_quota" else None
        return act

    def _acts(self, view: Mapping[str, Any]) -> list[Act]:
        self._tries = 0
        if view["strikes"] > self._strikes:
            self._percent = 100 + (self._percent - 100) // 2
        self._strikes = view["strikes"]
        self._excess += self._persons * max(0, view["quota"] - view["mandate"])
        return super()._acts(view)

    def _report(self, view: Mapping[str, Any]) -> Act:
        said = view["stock_measured"] + (self._excess if self._says else 0)
        return Act(ME, "report", self._day, {"stock": min(said, view["capacity"])})

    def _quota(self, view: Mapping[str, Any]) -> Act:
        """As much above the vote as the law, as far as it can read it, lets it set."""
        self._promised = max(self._promised, view["mandate"])
        if 1000 * view["stock_measured"] <= self._until * view["capacity"]:
            return super()._quota(view)
        quota = min(QUOTA.hi, self._promised * self._percent // 100)
        for _ in range(MOST_TRIES):
            known: dict[str, Fact] = {
                "quota": view["quota"],
                "quota_new": quota,
                "mandate": view["mandate"],
                "capacity": view["capacity"],
                "stock_measured": view["stock_measured"],
                "stock_reported": self._report(view).body["stock"],
            }
            if not foresees_refusal(view["law"], "set_quota", known):
                return Act(ME, "set_quota", self._day, {"quota": quota})
            quota = (quota + view["mandate"]) // 2
        return super()._quota(view)
