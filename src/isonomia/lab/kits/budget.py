"""The budget, founded on real ballots and peopled.

`spec.ballots` is the text of a Pabulib file, "" the shipped sample; `spec.rule` a name of `decisions.rules.RULES`, ""
is `greedy-votes-per-cost`. `spec.members` of the file's voters have a ballot, from the first on: all after `prepare`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from isonomia.basics.acts import Facts, Office, Principal, Seat, World
from isonomia.decisions.rules import RULES
from isonomia.decisions.selection import Form, Selection
from isonomia.lab.kits.kit import KitError, holders_of, start_of, vouching_of
from isonomia.lab.spec import Spec
from isonomia.measures import budget as numbers
from isonomia.measures.harm import Numbers
from isonomia.seats.attacks.capture import CapturedGovernor, captured_treasurer
from isonomia.seats.attacks.targets import Polls
from isonomia.seats.governors.budget import Credulous, Steward
from isonomia.seats.governors.commons import Idle
from isonomia.seats.members.budget import Members
from isonomia.worlds.budget import Budget, Overrun, Setting
from isonomia.worlds.pabulib import Election, parse_pb

SAMPLE = Path(__file__).parents[2] / "data" / "sample.pb"
RULE = "greedy-votes-per-cost"
VOTING_DAY = 0
GOVERNORS = {"steward": Steward, "credulous": Credulous}


class BudgetKit:
    name = "budget"
    numbers: Numbers = numbers

    def prepare(self, spec: Spec, ballots: str | None) -> Spec:
        """The spec with the text of the file at the path `ballots`, and with all its voters."""
        if ballots is not None:
            try:
                text = Path(ballots).read_bytes().decode("utf-8-sig")
            except OSError as error:
                raise KitError(f"{ballots}: cannot be read: {error.strerror}") from error
            except UnicodeDecodeError as error:
                raise KitError(f"{ballots}: is not UTF-8 text: {error}") from error
            parse_pb(text.encode(), ballots)
            spec = replace(spec, ballots=text)
        _rule(spec)
        return replace(spec, members=self.persons(spec))

    def persons(self, spec: Spec) -> int:
        """How many voters the file has."""
        return len(_election(spec.ballots).voters)

    def describe(self, spec: Spec) -> str | None:
        return f"{_election(spec.ballots).describe()} · {RULES[_rule(spec)].describe()}"

    def world(self, spec: Spec) -> World:
        polls, holders = self._polls(spec), holders_of(spec)
        late = np.zeros((holders.get("newcomers", 0), len(polls.costs)), polls.points.dtype)
        points = np.vstack([polls.points, late]) if len(late) else polls.points  # no ballot: nothing owed this time
        setting = Setting(overruns=_emergencies(spec, polls))
        days = spec.days + spec.after
        return Budget(polls.costs, polls.budget, points, holders, spec.seed, days, setting, polls.mandate)

    def decisions(self, spec: Spec) -> Office:
        polls, level = self._polls(spec), spec.charter.level("decisions").name
        return Selection(polls.costs, polls.budget, polls.rule, VOTING_DAY, level, polls.form)

    def honest(self, spec: Spec, who: Principal) -> Seat:
        n, start = holders_of(spec)[who], start_of(spec, who)
        if who != "members" or not spec.benign:
            return Members(who, n, seed=spec.seed, start=start)
        vouching = vouching_of(spec, who)
        return Members(who, n, (spec.days // 5, spec.days // 2), vouching, spec.seed, start)

    def governor(self, spec: Spec, name: str) -> Seat:
        if name == "captured":
            point = CapturedGovernor.card.default(self.name)
            return captured_treasurer(point, self._polls(spec), spec.first(CapturedGovernor.card.faction))
        return Idle() if name == "idle" else GOVERNORS[name]()

    def facts(self, spec: Spec) -> Mapping[str, Any]:
        """What an attacker may know: the file, the form, and, as if from perfect polls, everybody's wishes."""
        return {"polls": self._polls(spec), "voting_day": VOTING_DAY}

    def _polls(self, spec: Spec) -> Polls:
        return _polls(spec.ballots, _rule(spec), spec.members)

    def ballot_width(self, spec: Spec) -> int:
        return len(self._polls(spec).costs)

    def permuted(self, spec: Spec, ballot: Mapping[str, Any], k: int) -> Mapping[str, Any]:
        """Each ballot's points go to the projects in the opposite order; for k > 0, to those k places further on."""
        rows = ballot["points"].reshape(-1, len(self._polls(spec).costs))
        dealt = np.roll(rows, k, axis=1) if k else rows[:, ::-1]
        return {"points": np.ascontiguousarray(dealt).ravel()}

    def sincere(self, spec: Spec, day: Facts) -> tuple[int, ...]:
        """The money each project has under the rule applied to everybody's sincere ballot; the same every day."""
        polls = self._polls(spec)
        return tuple(cost if p in polls.mandate else 0 for p, cost in enumerate(polls.costs))


def _rule(spec: Spec) -> str:
    rule = spec.rule or RULE
    if rule not in RULES:
        raise KitError(f"there is no rule {rule!r}; there are {', '.join(RULES)}")
    return rule


def _form(election: Election) -> Form:
    """The form of the file's own ballots: its bound for one project, and in all what the fullest ballot holds."""
    total = int(election.points.sum(axis=1, dtype=np.int64).max())
    knapsack = election.vote_type == "knapsack"
    return Form(election.full, total, election.budget) if knapsack else Form(election.full, total)


@lru_cache(maxsize=4)
def _election(text: str) -> Election:
    return parse_pb(text.encode() if text else SAMPLE.read_bytes(), "ballots" if text else SAMPLE.name)


@lru_cache(maxsize=4)
def _polls(text: str, rule: str, members: int) -> Polls:
    """Everybody's sincere ballot, and M*, what the rule makes of them."""
    election = _election(text)
    if members > len(election.points):
        raise KitError(f"these ballots are of {len(election.points)} voters; {members} members cannot cast them")
    points, costs, budget = election.points[:members], election.costs, election.budget
    mandate = RULES[rule].select(points, costs, budget)
    return Polls(points, costs, budget, RULES[rule], _form(election), election.full, mandate)


def _emergencies(spec: Spec, polls: Polls) -> tuple[Overrun, ...]:
    """Benign twins: one project of the mandate comes to cost half as much again, and later another."""
    if not spec.benign or not polls.mandate:
        return ()
    days = (spec.days // 5, spec.days // 5 + 20)
    picked = (polls.mandate[len(polls.mandate) // 2], polls.mandate[-1])
    return tuple(Overrun(day, p, polls.costs[p] // 2) for day, p in zip(days, picked, strict=True))
