"""What one item yields over budget: one value u_i an item and arm, from its attempts 1 … B.

*submitted*: the grade of the attempt that the last one up to B names as its choice; where it names none, of the highest
rated up to there, the earliest of equals, an unrated one only where none is rated. *oracle*: the best grade, whoever
would have known. *unbiased*: 1 − C(n−c, B)/C(n, B) for n exchangeable attempts with c successes (Chen et al.,
arXiv 2107.03374). *kaplan-meier*: where attempts stop at success, with whoever gave up before B as lost; an item's
value is then its pseudo-value n·û − (n−1)·û₍₋ᵢ₎ (Andersen, Klein and Rosthøj, Biometrika 90, 2003), so that all further
arithmetic stays one value an item. *beta-binomial*: beyond the data, up to ten times; the chance of success of an item
is Beta(α, β) over items, by maximum likelihood (Griffiths, Biometrics 29, 1973), which how attempts were stopped does
not touch; again by pseudo-values.

An unscorable grade is kept as a pair: `lo` has it as 0, `hi` as 1. So is a value that an attempt which is not on record
may have decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from isonomia.basics.streams import Array
from isonomia.transfer.attempts import Attempts, chosen, keys

BEYOND = 10  # times the attempts made
LEAST_TRIED = 3  # attempts on an item, or how items differ cannot be told from luck
STEEPEST = 1e6  # α + β beyond this is a plain binomial


class Values(NamedTuple):
    """One value for each group asked for: (n,) with unscorables as 0, and as 1; NaN where nothing was tried."""

    lo: Array
    hi: Array
    method: str
    short: int  # groups that ended before the budget without full success, and were carried on as they stood


@dataclass(frozen=True, slots=True)
class Groups:
    """A table in order: one group for each target, category, arm and twin. Arrays (G,) unless said; rows sorted."""

    target: Array
    category: Array
    arm: Array
    twin: Array
    tried: Array  # the last attempt made
    count: Array  # attempts on record; fewer than `tried` where some are missing
    wins: Array  # grades of 1
    first: Array  # the first attempt of grade 1; 0: none
    yes_no: Array  # every grade is 0 or 1
    rated: Array  # there is a rating, or a choice, or one attempt only
    refused: Array  # whether the first attempt was: 1, 0, -1 not known
    last: Array  # the grade of the last attempt; NaN: unscorable
    unscorable: Array  # how many grades
    rows_group: Array  # (n,) in order of group, then attempt
    rows_attempt: Array
    rows_told: Array  # whether the row names its choice
    rows_submitted: tuple[Array, Array]  # (lo, hi) of what would be submitted, were this attempt the last
    rows_best: tuple[Array, Array]  # … of the best up to here


class Best(NamedTuple):
    """(G,) each: what is known after a budget. NaN where nothing was tried."""

    lo: Array
    hi: Array
    missing: Array  # attempts up to the budget that are not on record


def grouped(table: Attempts) -> Groups:
    """Sort once, so that every budget afterwards is the last row up to it."""
    key = keys(table.target, table.category, table.arm, table.twin)
    found, first_row, group = np.unique(key, return_index=True, return_inverse=True)
    group, size = group.reshape(-1), found.size
    order = np.lexsort((table.attempt, group))
    won = table.grade == 1.0
    first = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(first, group[won], table.attempt[won])
    tried = np.zeros(size, dtype=np.int64)
    np.maximum.at(tried, group, table.attempt)
    refused, last = np.full(size, -1, dtype=np.int8), np.zeros(size)
    refused[group[table.attempt == 1]] = table.refused[table.attempt == 1]
    ends = table.attempt == tried[group]
    last[group[ends]] = table.grade[ends]
    count = _total(group, None, size).astype(np.int64)
    plain = _total(group, won | (table.grade == 0.0), size) == count
    opinion = ~np.isnan(table.rating) | (table.choice > 0)
    return Groups(
        target=table.target.codes[first_row],
        category=table.category.codes[first_row],
        arm=table.arm.codes[first_row],
        twin=table.twin.codes[first_row],
        tried=tried,
        count=count,
        wins=_total(group, won, size).astype(np.int64),
        first=np.where(first <= tried, first, 0),
        yes_no=plain,
        rated=(count < 2) | (_total(group, opinion, size) > 0),
        refused=refused,
        last=last,
        unscorable=_total(group, np.isnan(table.grade), size).astype(np.int64),
        rows_group=group[order],
        rows_attempt=table.attempt[order],
        rows_told=table.choice[order] > 0,
        **_over_rows(table, group, order),
    )


def _over_rows(table: Attempts, group: Array, order: Array) -> dict[str, Any]:
    """What is submitted and what is best up to each attempt, as columns of Groups."""
    group, grade, choice = group[order], table.grade[order], table.choice[order]
    rating = np.where(np.isnan(table.rating), -np.inf, table.rating)[order]
    low, high = np.where(np.isnan(grade), 0.0, grade), np.where(np.isnan(grade), 1.0, grade)
    at = _running_best(group, rating)
    if choice.any():
        at = np.where(choice > 0, chosen(group, table.attempt[order], choice), at)
    return {
        "rows_submitted": (low[at], high[at]),
        "rows_best": (low[_running_best(group, low)], high[_running_best(group, high)]),
    }


def _running_best(group: Array, value: Array) -> Array:
    """For each row the row of the highest value so far in its group, the earliest of equals; (n,), rows by group."""
    ranks = np.unique(value, return_inverse=True)[1].reshape(-1)
    rising = group * (ranks.max(initial=0) + 1) + ranks
    most = np.maximum.accumulate(rising)
    ahead = np.diff(most, prepend=-1) > 0
    found: Array = np.maximum.accumulate(np.where(ahead, np.arange(value.size), 0))
    return found


def best_known(groups: Groups, budget: int, oracle: bool) -> Best:
    """Of attempts 1 … budget what is submitted, or the best: what the last row of each group up to there says."""
    size = groups.tried.size
    count = np.bincount(groups.rows_group[groups.rows_attempt <= budget], minlength=size)
    some = count > 0
    at = (np.cumsum(groups.count) - groups.count + count - 1)[some]
    missing = np.where(some, np.minimum(groups.tried, budget) - count, 0)
    lo, hi = np.full(size, np.nan), np.full(size, np.nan)
    for known, column in zip((lo, hi), groups.rows_best if oracle else groups.rows_submitted, strict=True):
        known[some] = column[at]
    # A missing attempt may be the best, or what would be submitted; unless the last one is there and says what would.
    last_says = groups.rows_told[at] & (groups.rows_attempt[at] == np.minimum(groups.tried, budget)[some])
    doubt = missing[some] > 0 if oracle else (missing[some] > 0) & ~last_says
    which = np.flatnonzero(some)[doubt]
    hi[which] = 1.0
    lo[which] = lo[which] if oracle else 0.0
    return Best(lo, hi, missing)


def stops_at_success(groups: Groups, at: Array) -> bool:
    """Grades are yes or no, none is missing, and nobody went on after a success, though there were some."""
    whole = groups.yes_no[at] & (groups.count[at] == groups.tried[at])
    won = groups.first[at] > 0
    return bool(whole.all() and won.any() and (groups.first[at][won] == groups.tried[at][won]).all())


def values_at(groups: Groups, at: Array, budget: int, known: Best, oracle: bool, exchangeable: bool) -> Values:
    """u of the groups `at` (indices, (n,)) at this budget; `known` is what `best_known` said for the same choice."""
    tried, won = groups.tried[at], groups.first[at]
    short = (tried < budget) & (won == 0)
    plain = bool((groups.yes_no[at] & (groups.count[at] == tried)).all())
    if oracle and plain and at.size > 1:
        stopping = stops_at_success(groups, at)
        if exchangeable and not stopping and bool((tried >= budget).all()):
            u = unbiased(tried, groups.wins[at], budget)
            return Values(u, u, "unbiased", 0)
        most = int(tried.max())
        if exchangeable and short.any() and most >= LEAST_TRIED and budget <= BEYOND * most:
            u = extrapolated(tried, groups.wins[at], budget)
            return Values(u, u, "beta-binomial", 0)
        # the curve goes as far as somebody was followed; or on, where whoever was followed longest broke the item
        if stopping and short.any() and (most >= budget or bool((won[tried == most] > 0).all())):
            u = pseudo_survival(np.where(won > 0, won, tried), won > 0, budget)
            return Values(u, u, "kaplan-meier", 0)
    return Values(known.lo[at], known.hi[at], "oracle" if oracle else "submitted", int(short.sum()))


def unbiased(tried: Array, wins: Array, budget: int) -> Array:
    """1 − C(n−c, B)/C(n, B) for each item, (n,); every n ≥ B."""
    lost = np.ones(tried.shape)
    for j in range(budget):
        lost *= np.maximum(0.0, (tried - wins - j) / (tried - j))
    return 1.0 - lost


def pseudo_survival(times: Array, happened: Array, budget: int) -> Array:
    """Pseudo-values of 1 − S(budget), (n,): Kaplan–Meier with and without each item."""
    every, events = np.unique(times[happened & (times <= budget)], return_counts=True)
    n, t = times.size, times[:, None]
    risk = (t >= every).sum(axis=0)
    whole = np.prod(1.0 - events / risk)
    less_risk = risk - (t >= every)
    less_events = events - ((t == every) & happened[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = np.where(less_risk > 0, 1.0 - less_events / less_risk, 1.0)
    pseudo: Array = n * (1.0 - whole) - (n - 1) * (1.0 - factors.prod(axis=1))
    return pseudo


def extrapolated(tried: Array, wins: Array, budget: int) -> Array:
    """Pseudo-values of 1 − E(1 − p)^B under a beta-binomial, (n,). Items of the same (n, c) share one refit."""
    patterns, which, weight = np.unique(
        np.stack([tried, wins], axis=1), axis=0, return_inverse=True, return_counts=True
    )
    n, c = patterns[:, 0], patterns[:, 1]
    whole = _reached(n, c, weight.astype(np.float64), budget)
    less = np.array([_reached(n, c, weight - (np.arange(n.size) == i), budget) for i in range(n.size)])
    pseudo: Array = (tried.size * whole - (tried.size - 1) * less)[which.reshape(-1)]
    return pseudo


def _reached(n: Array, c: Array, weight: Array, budget: int) -> float:
    """1 − Π_{j<B} (β + j)/(α + β + j) at the likeliest α, β."""
    successes, trials = float((weight * c).sum()), float((weight * n).sum())
    if successes in (0.0, trials):
        return 1.0 if successes else 0.0
    j = np.arange(int(n.max()))
    more_c, more_lost, more_n = ((weight[:, None] * (x[:, None] > j)).sum(axis=0) for x in (c, n - c, n))
    mean = successes / trials

    def likelihood(points: Array) -> Array:  # (k, 2): logit of the mean, log of α + β
        total = np.exp(points[:, 1:])
        share = 1.0 / (1.0 + np.exp(-points[:, :1]))
        one, other = np.log(share * total + j), np.log((1.0 - share) * total + j)
        found: Array = one @ more_c + other @ more_lost - np.log(total + j) @ more_n
        return found

    centre, step = np.array([np.log(mean / (1.0 - mean)), 1.0]), 1.0
    moves = np.stack(np.meshgrid([-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]), axis=-1).reshape(-1, 2)
    for _ in range(400):  # pattern search: slow, sure, and the same everywhere
        points = centre + step * moves
        points[:, 1] = np.clip(points[:, 1], -10.0, np.log(STEEPEST))
        best = int(np.argmax(np.round(likelihood(points), 12)))
        step = step if (points[best] != centre).any() and best != 4 else step / 2
        centre = points[best] if best != 4 else centre
        if step < 1e-7:
            break
    total = float(np.exp(centre[1]))
    beta = total / (1.0 + float(np.exp(centre[0])))
    k = np.arange(budget)
    return float(1.0 - np.prod((beta + k) / (total + k)))


def _total(group: Array, what: Array | None, size: int) -> Array:
    return np.bincount(group, None if what is None else what.astype(np.float64), size)
