"""Rules of participatory budgeting: from points, costs and a budget to the projects to fund, in order of selection.

Points have shape (voters, projects), "<u2"; costs and budget are whole units of money. A rule is fully named by three
words, since each of them changes the outcome (on the ballots of Amsterdam-252 the rules below fund 23 to 45 projects):

- *name*. `greedy` takes projects by satisfaction per unit of money as long as they fit, and skips those that do not.
  `equal-shares` (Peters, Pierczyński, Skowron 2021, arXiv:2008.13276) gives each voter the same share of the budget; a
  project is funded when its supporters can pay for it, each in proportion to what they have from it or with all they
  have left; of those, the one that costs them least per unit of satisfaction comes first.
- *satisfaction*: what a voter has from a funded project. `points`: the points of the ballot. `cost`: points × cost. So
  greedy with `cost` is "greedy by votes", and greedy with `points` is "greedy by votes ÷ cost".
- *completion*, of Equal Shares only, which may leave money unspent. `none`. `greedy`: the rest by votes ÷ cost. `add1`:
  shares grow alike, by one unit of money at a time (or a thousandth of the first share, where that is more), until the
  next outcome would exceed the budget or no supported project has room. `add1+greedy`: one after the other.

Arithmetic is exact, so the outcome is the same everywhere: a tie goes to the lower cost, then to the order of the file.
A project that nobody supports is never funded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, inf, lcm
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from isonomia.basics.streams import Array

SATISFACTIONS = ("points", "cost")
COMPLETIONS = ("none", "greedy", "add1", "add1+greedy")
STEPS_OF_A_SHARE = 1000  # bounds the outcomes that add1 looks at where money is counted in small units
SLACK = 1e-7  # above all that rounding can do to a sum of 2**24 floats; nearer prices than this are compared exactly


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule named in full. Raises ValueError for a combination that does not exist."""

    name: str
    satisfaction: str
    completion: str = "none"

    def __post_init__(self) -> None:
        if self.name not in ("greedy", "equal-shares"):
            raise ValueError(f"no rule {self.name!r}; there are greedy and equal-shares")
        if self.satisfaction not in SATISFACTIONS:
            raise ValueError(f"no satisfaction {self.satisfaction!r}; there are {', '.join(SATISFACTIONS)}")
        if self.completion not in COMPLETIONS or (self.name == "greedy" and self.completion != "none"):
            raise ValueError(f"{self.name} has no completion {self.completion!r}")

    def select(self, points: Array, costs: Sequence[int], budget: int) -> tuple[int, ...]:
        """The projects to fund, as column numbers in the order in which the rule takes them."""
        if self.name == "equal-shares":
            return equal_shares(points, costs, budget, self.satisfaction, self.completion)
        if self.satisfaction == "cost":
            return greedy_by_votes(points, costs, budget)
        return greedy_by_votes_per_cost(points, costs, budget)

    def describe(self) -> str:
        """The rule as a sentence that says everything its outcome depends on."""
        ties = "ties go to the lower cost, then to file order"
        if self.name == "greedy":
            order = "votes" if self.satisfaction == "cost" else "votes ÷ cost"
            return f"Greedy by {order}: projects are taken in that order for as long as they fit; {ties}."
        counted = "points × cost" if self.satisfaction == "cost" else "points"
        completed = {
            "none": "not completed: money that no group can claim stays unspent",
            "greedy": "completed greedily by votes ÷ cost",
            "add1": "completed by add1: all shares grow alike until the next step would exceed the budget",
            "add1+greedy": "completed by add1 (all shares grow alike), then greedily by votes ÷ cost",
        }[self.completion]
        return f"Method of Equal Shares with satisfaction = {counted}, {completed}; {ties}."


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "greedy-votes": Rule("greedy", "cost"),
        "greedy-votes-per-cost": Rule("greedy", "points"),
        **{
            "equal-shares-" + satisfaction + ("" if completion == "none" else "-" + completion.replace("+", "-")): Rule(
                "equal-shares", satisfaction, completion
            )
            for satisfaction in SATISFACTIONS
            for completion in COMPLETIONS
        },
    }
)


def greedy_by_votes(points: Array, costs: Sequence[int], budget: int) -> tuple[int, ...]:
    """Most points first, as long as the project fits in what is left of the budget."""
    votes = _votes(points)
    return _take(sorted(range(len(costs)), key=lambda p: (-votes[p], costs[p], p)), votes, costs, budget)


def greedy_by_votes_per_cost(points: Array, costs: Sequence[int], budget: int) -> tuple[int, ...]:
    """Most points per unit of money first, as long as the project fits in what is left of the budget."""
    votes = _votes(points)
    return _take(_by_votes_per_cost(votes, costs), votes, costs, budget)


def _votes(points: Array) -> list[int]:
    return [int(total) for total in points.sum(axis=0, dtype=np.int64)]


def _by_votes_per_cost(votes: Sequence[int], costs: Sequence[int]) -> list[int]:
    def price(p: int) -> tuple[Fraction, int, int]:
        return Fraction(costs[p], votes[p]), costs[p], p

    return sorted([p for p in range(len(costs)) if votes[p]], key=price)


def _take(order: Sequence[int], votes: Sequence[int], costs: Sequence[int], left: int) -> tuple[int, ...]:
    taken = []
    for p in order:
        if votes[p] and costs[p] <= left:
            taken.append(p)
            left -= costs[p]
    return tuple(taken)


# -- Method of Equal Shares --------------------------------------------------------------------------------------------


def equal_shares(
    points: Array, costs: Sequence[int], budget: int, satisfaction: str = "cost", completion: str = "none"
) -> tuple[int, ...]:
    """The Method of Equal Shares. Rows without points have their share too, and leave it unspent."""
    Rule("equal-shares", satisfaction, completion)  # raises for a combination that does not exist
    votes = _votes(points)
    ballots = _merge(points)
    share = Fraction(budget, points.shape[0])
    chosen = _Round(ballots, costs, satisfaction == "cost", share).run()
    if completion.startswith("add1"):

        def fits(taken: Sequence[int]) -> bool:
            return sum(costs[p] for p in taken) <= budget

        def full(taken: Sequence[int]) -> bool:
            spent = sum(costs[p] for p in taken)
            return all(spent + costs[p] > budget for p in range(len(costs)) if votes[p] and p not in set(taken))

        step = max(1, int(share) // STEPS_OF_A_SHARE)
        grown = share
        while not full(chosen):
            grown += step
            more = _Round(ballots, costs, satisfaction == "cost", grown).run()
            if not fits(more):
                break
            chosen = more
    if completion.endswith("greedy"):
        rest = [p for p in _by_votes_per_cost(votes, costs) if p not in set(chosen)]
        chosen = (*chosen, *_take(rest, votes, costs, budget - sum(costs[p] for p in chosen)))
    return chosen


class _Ballots(NamedTuple):
    """Equal ballots merged: how many voters cast each, and per project its supporters and their points."""

    voters: Array  # (ballots,) int64
    supporters: tuple[Array, ...]  # per project, numbers of the ballots that support it
    given: tuple[Array, ...]  # per project, the points of those, int64


def _merge(points: Array) -> _Ballots:
    rows, voters = np.unique(points, axis=0, return_counts=True)
    supporters = tuple(np.flatnonzero(rows[:, p]) for p in range(points.shape[1]))
    given = tuple(rows[who, p].astype(np.int64) for p, who in enumerate(supporters))
    return _Ballots(voters.astype(np.int64), supporters, given)


class _Price(NamedTuple):
    """What a project costs its supporters: `top/bottom` purse units per point; those who cannot pay that give all."""

    top: int
    bottom: int


class _Round:
    """One run of Equal Shares from one starting share.

    Purses are exact: whole numbers of 1/`unit` money. Floats that follow them give each project's price an interval;
    exact arithmetic decides wherever intervals meet. Prices only rise as purses shrink, so a project whose last known
    interval lies above the best of today need not be looked at.
    """

    def __init__(self, ballots: _Ballots, costs: Sequence[int], by_cost: bool, share: Fraction) -> None:
        self.ballots, self.costs, self.by_cost = ballots, costs, by_cost
        self.unit = share.denominator
        self.purses = [share.numerator] * len(ballots.voters)
        self.floats = np.full(len(ballots.voters), float(share))

    def run(self) -> tuple[int, ...]:
        """The projects bought, in order."""
        chosen = []
        least = {p: 0.0 for p, who in enumerate(self.ballots.supporters) if len(who)}
        while least:
            best, near = inf, []
            for p in sorted(least, key=least.__getitem__):
                if least[p] > best:
                    break
                least[p], most = self._interval(p)
                best = min(best, most)
                near.append(p)
            priced = []
            for p in near:
                if least[p] <= best:
                    price = self._price(p) if least[p] < inf else None
                    if price is None:
                        del least[p]  # its supporters cannot pay, and will never have more
                    else:
                        worth = self.costs[p] if self.by_cost else 1
                        priced.append(
                            (Fraction(price.top, price.bottom * self.unit * max(1, worth)), self.costs[p], p, price)
                        )
            if priced:
                *_, p, price = min(priced)
                chosen.append(p)
                del least[p]
                self._pay(p, price)
        return tuple(chosen)

    def _interval(self, p: int) -> tuple[float, float]:
        """Bounds on the price per unit of satisfaction; (inf, inf) for a project surely out of reach."""
        who, given = self.ballots.supporters[p], self.ballots.given[p]
        floats, voters, cost = self.floats[who], self.ballots.voters[who], self.costs[p]
        if cost == 0:
            return 0.0, 0.0
        if float((floats * voters).sum()) < cost * (1 - SLACK):
            return inf, inf
        order = np.argsort(floats / given, kind="stable")
        floats, given, voters = floats[order], given[order], voters[order]
        weight = np.cumsum((given * voters)[::-1])[::-1]  # points of those who are not yet known to give all
        paid = np.cumsum(floats * voters) - floats * voters
        bounds = []
        for target in (cost * (1 - SLACK), cost * (1 + SLACK)):
            enough = floats * weight >= (target - paid) * given
            k = int(enough.argmax())
            bounds.append(float((target - paid[k]) / weight[k]) if enough[k] else inf)
        worth = cost if self.by_cost else 1
        return bounds[0] / worth, bounds[1] / worth

    def _price(self, p: int) -> _Price | None:
        """The exact price, or None where the supporters together have less than the project costs."""
        given = [int(g) for g in self.ballots.given[p]]
        whole = lcm(*given)
        backers = []
        for i, g in zip(self.ballots.supporters[p].tolist(), given, strict=True):
            backers.append((self.purses[i] * (whole // g), self.purses[i], g, int(self.ballots.voters[i])))
        backers.sort()
        top = self.costs[p] * self.unit
        bottom = sum(g * voters for _, _, g, voters in backers)
        for _, purse, g, voters in backers:
            if purse * bottom >= top * g:
                return _Price(top // gcd(top, bottom), bottom // gcd(top, bottom))
            top -= purse * voters
            bottom -= g * voters
        return None

    def _pay(self, p: int, price: _Price) -> None:
        top, bottom = price
        if bottom > 1:
            self.unit *= bottom
            self.purses = [purse * bottom for purse in self.purses]
        purses, unit, floats = self.purses, self.unit, self.floats
        for i, g in zip(self.ballots.supporters[p].tolist(), self.ballots.given[p].tolist(), strict=True):
            purses[i] = max(0, purses[i] - top * g)
            floats[i] = purses[i] / unit
