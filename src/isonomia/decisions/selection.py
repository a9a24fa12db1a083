"""The mandate of a budget: a set of projects, chosen once by a named rule over all ballots that were let in.

A ballot act holds the points of its author's accounts, row after row: accounts × projects, flattened. A row without
points is an abstention: it is not cast, and has no share. The box takes what the gate lets in, twice from the same
author too; that nobody votes twice, or for more accounts than they have, or with more points than a ballot has, is for
articles to say, and the facts they need are stated here. Three things are physics: a ballot act whose length is no
whole number of rows, and one that comes after the tally, add nothing; a row that the form has no room for is spoilt.

The mandate is published by acts `adopt`, one for each project in order, so that it is on record in words that anyone
can read, and whoever keeps the money learns of it as of anything else: by an act.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from isonomia.basics.acts import Act, Fact, Facts, Kind, Permit, Principal
from isonomia.basics.schema import LARGEST, MOST_CELLS, Cells, Flag, Whole
from isonomia.basics.streams import Array
from isonomia.decisions.procedure import LEVELS
from isonomia.decisions.rules import Rule

VOTES = Whole(0, MOST_CELLS)
MOST_POINTS = 2**16 - 1


@dataclass(frozen=True, slots=True)
class Form:
    """What fits on one ballot: points for one project, points in all, and what the projects named may cost together."""

    points: int = MOST_POINTS
    total: int = LARGEST
    cost: int = LARGEST


class Selection:
    """The office of decisions for a budget.

    `costs` and `budget` in money units, projects by position; `rule` is applied at the close of `voting_day`; `form` is
    the paper that ballots are written on.
    """

    name = "decisions"

    def __init__(
        self,
        costs: Sequence[int],
        budget: int,
        rule: Rule,
        voting_day: int = 0,
        level: str = "live",
        form: Form = Form(),
    ) -> None:
        self.level = LEVELS[level]
        self.costs = tuple(int(cost) for cost in costs)
        self.budget, self.rule, self.voting_day, self.form = budget, rule, voting_day, form
        count = len(self.costs)
        money = Whole(0, sum(self.costs))
        self.kinds: Mapping[str, Kind] = {
            "ballot": Kind(
                "ballot",
                body={"points": Cells("<u2")},
                facts={
                    "voters": VOTES,
                    "voted": Flag(),
                    "closed": Flag(),
                    "votes_cast": Whole(),
                    "projects_most": Whole(0, count),
                    "points_most": Whole(0, MOST_POINTS),
                    "points_sum_most": Whole(0, MOST_POINTS * count),
                    "cost_most": money,
                },
                after={"votes_cast": "votes_cast + voters"},
                roles=("member",),
            )
        }
        self.knows: Mapping[str, Any] = {
            "voting_open": Flag(),
            "in_mandate": Flag(),
            "mandate_rank": Whole(0, count),
        }
        self.states: Mapping[str, Any] = {
            "votes_cast": Whole(),
            "mandate_projects": Whole(0, count),
            "mandate_cost": money,
        }
        self.mandate: tuple[int, ...] = ()  # in the order of selection; empty until the tally
        self._box: list[Array] = []
        self._votes_cast = 0
        self._voted: set[Principal] = set()
        self._closed = False

    def plan(self, act: Act) -> tuple[dict[str, Fact], Any]:
        """The largest values that occur on one of the ballots; `voters` is how many the box would gain."""
        points = act.body["points"]
        count = len(self.costs)
        rows = points.reshape(-1, count) if points.size % count == 0 else points[:0].reshape(0, count)
        most = rows.max(axis=1, initial=0)
        total = rows.sum(axis=1, dtype=np.int64)
        cost = (rows > 0) @ np.array(self.costs, dtype=np.int64)
        sound = (most > 0) & (most <= self.form.points) & (total <= self.form.total) & (cost <= self.form.cost)
        cast = rows[sound & (not self._closed)]
        facts: dict[str, Fact] = {
            "voters": len(cast),
            "voted": act.by in self._voted,
            "closed": self._closed,
            "votes_cast": self._votes_cast,
            "projects_most": int(np.count_nonzero(rows, axis=1).max(initial=0)),
            "points_most": int(most.max(initial=0)),
            "points_sum_most": int(total.max(initial=0)),
            "cost_most": int(cost.max(initial=0)),
        }
        return facts, (act.by, cast)

    def facts(self, act: Act) -> Facts:
        """About a payment: is its project in the mandate, and as which choice (1 is the first, 0 is none)."""
        rank = 0
        project = act.body.get("project") if act.kind == "pay" else None
        if project in self.mandate:
            rank = self.mandate.index(project) + 1
        return {"voting_open": not self._closed, "in_mandate": rank > 0, "mandate_rank": rank}

    def apply(self, plan: Any, permit: Permit) -> Facts:
        by, rows = plan
        if len(rows):
            self._box.append(rows)
            self._votes_cast += len(rows)
            self._voted.add(by)
        return {"votes_cast": self._votes_cast}

    def close(self, today: Facts) -> tuple[Facts, Sequence[Act]]:
        """On the voting day the rule makes the mandate, and it is published; without a ballot the mandate is empty."""
        owed: list[Act] = []
        if not self._closed and int(today["day"]) >= self.voting_day:
            self._closed = True
            if self._box:
                self.mandate = self.rule.select(np.concatenate(self._box), self.costs, self.budget)
            self._box.clear()
            me, day = "office:" + self.name, int(today["day"])
            owed = [Act(me, "adopt", day, {"project": p, "rank": i}) for i, p in enumerate(self.mandate, 1)]
        stated: dict[str, Fact] = {
            "votes_cast": self._votes_cast,
            "mandate_projects": len(self.mandate),
            "mandate_cost": sum(self.costs[p] for p in self.mandate),
        }
        return stated, owed

    def show(self, who: Principal) -> Mapping[str, Any]:
        return {
            "rule": self.rule.describe(),
            "budget": self.budget,
            "costs": self.costs,
            "mandate": self.mandate,
            "voting_open": not self._closed,
            "voting_day": self.voting_day,
            "voted": who in self._voted,
        }
