"""The differential of a safeguard, from plain numbers: what it prevents, what it costs, what it only seems to do.

Arguments are one number per seed, in the order of the seeds; arms that are compared share their seeds. Nothing here
runs anything (formulas: docs/numbers.md, "The differential").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from isonomia.basics.streams import Array, draw_order
from isonomia.measures.harm import BROKEN_ALL, HEADROOM
from isonomia.measures.statistics.bootstrap import RESAMPLES, bca_bounds, resample_counts
from isonomia.measures.statistics.intervals import paired_interval, ratio_of_sums
from isonomia.measures.statistics.samples import Values

NO_HARM = "not identifiable: there is too little harm without it, or too few seeds"
NO_ROOM = "not identifiable: people already went short without the attack"
NO_SERVICE = "not identifiable: too few seeds, or too little service without it"
EXACT_PLAYERS = 6  # with more, Shapley values are means over drawn orders
SERVICE = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its 95% interval over n seeds. `value` None: `why` says what stood against it. `identical`: both
    arms gave the same in every seed, so the value is exact and has no interval."""

    value: float | None
    lo: float | None = None
    hi: float | None = None
    n: int = 0
    identical: bool = False
    why: str = ""

    @property
    def sign(self) -> int:
        """1 or -1 where the interval excludes 0, else 0."""
        if self.value is None or self.lo is None or self.hi is None:
            return 0
        return 1 if self.lo > 0 else -1 if self.hi < 0 else 0

    def plain(self) -> dict[str, Any]:
        row = asdict(self)
        lo, hi = row.pop("lo"), row.pop("hi")
        return {**row, "ci": None if lo is None or hi is None else [lo, hi]}


def containment(with_it: Values, without: Values, h_out: float = 0.0, headroom: bool = True) -> Estimate:
    """κ = 1 − Σ(h with − h_out) ÷ Σ(h without − h_out), a ratio of sums over seeds; 1 prevents all, 0 nothing.

    None where the lower bound of what it divides by is below .02, or where the control arm left no headroom.
    """
    ours, theirs = (np.asarray(side, float) - h_out for side in (with_it, without))
    if not headroom:
        return Estimate(None, n=ours.size, why=NO_ROOM)
    support = (min(-HEADROOM, ours.min(), theirs.min()), max(1.0, ours.max(), theirs.max()))
    found = ratio_of_sums(ours, theirs, least=BROKEN_ALL, support=support)
    if found is None:
        return Estimate(None, n=ours.size, why=NO_HARM)
    if bool((ours == theirs).all()):
        return Estimate(0.0, n=ours.size, identical=True)
    return Estimate(found.mean, found.lo, found.hi, found.n)


def friction(served_with: Values, served_without: Values) -> Estimate:
    """φ = 1 − ΣS with ÷ ΣS without, on benign twins: the share of honest service it costs; below 0 it serves better."""
    ours, theirs = np.asarray(served_with, float), np.asarray(served_without, float)
    if bool((ours == theirs).all()):
        return Estimate(0.0, n=ours.size, identical=True)
    found = ratio_of_sums(ours, theirs, support=SERVICE)
    if found is None:
        return Estimate(None, n=ours.size, why=NO_SERVICE)
    return Estimate(found.mean, found.lo, found.hi, found.n)


def mean_of(differences: Values) -> Estimate:
    """The mean of one difference per seed, each in [−1, 1]; exact where every seed gives 0."""
    cells = np.asarray(differences, float)
    if not cells.any():
        return Estimate(0.0, n=cells.size, identical=True)
    bound = max(1.0, float(np.abs(cells).max()))
    found = paired_interval(cells, support=(-bound, bound), method="bca")
    return Estimate(found.mean, found.lo, found.hi, found.n)


def of_sums(columns: Sequence[Values], statistic: Callable[[Array], Array]) -> Estimate:
    """A statistic of the sums of several columns over the same seeds, with a BCa interval (seeds resampled together).

    `statistic` takes sums with one column in each place of the last axis, (…, k), to (…). No interval where it cannot
    be taken in every resample, or is the same in all (then nothing is known of how it varies).
    """
    cells = np.stack([np.asarray(column, float) for column in columns], axis=-1)  # (n, k)
    n = len(cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(statistic(cells.sum(axis=0)))
        resampled = np.asarray(statistic(resample_counts(n, RESAMPLES) @ cells))
        left_out = np.asarray(statistic(cells.sum(axis=0) - cells))
    if not np.isfinite(value):
        return Estimate(None, n=n, why="not identifiable: a share of nothing")
    sound = np.isfinite(resampled).all() and np.isfinite(left_out).all()
    if n < 2 or not sound or resampled.max() - resampled.min() <= 1e-12:
        return Estimate(value, n=n)
    lo, hi = bca_bounds(value, resampled, left_out, (0.025, 0.025))
    return Estimate(value, min(lo, value), max(hi, value), n)


# Legibility: what a dashboard would claim


@dataclass(frozen=True, slots=True)
class Family:
    """One attack, per seed: acts that reached the door and those that this safeguard alone refused (at the attack's
    default point), harm at the default point with and without it, harm at the points the attacker found."""

    attempts: Values
    blocked: Values
    suite_with: Values
    suite_without: Values
    found_with: Values
    found_without: Values


@dataclass(frozen=True, slots=True)
class Legibility:
    """L, and L − κ split: counting error L − κ on the suite, adaptation κ on the suite − κ under search."""

    blocked: Estimate
    gap: Estimate
    counting_error: Estimate
    adaptation: Estimate
    attempts: int

    def plain(self) -> dict[str, Any]:
        names = ("blocked", "gap", "counting_error", "adaptation")
        return {**{name: getattr(self, name).plain() for name in names}, "attempts": self.attempts}


def legibility(families: Sequence[Family], found: Estimate, suite: Estimate) -> Legibility:
    """L over these families and its distance from `found`, κ under search, by way of `suite`, κ on the suite.

    Families weigh alike, however many acts each tries; one that tries nothing is left out of L.
    """
    acting = [family for family in families if np.sum(family.attempts) > 0]
    if not acting:
        nothing = Estimate(None, why="no attempt reached the door")
        return Legibility(nothing, nothing, nothing, nothing, 0)
    doors = [column for family in acting for column in (family.blocked, family.attempts)]
    sides = ("found_with", "found_without", "suite_with", "suite_without")
    harms = [np.mean([np.asarray(getattr(family, side), float) for family in families], axis=0) for side in sides]

    def rate(sums: Array) -> Array:
        share: Array = (sums[..., 4::2] / sums[..., 5::2]).mean(axis=-1)
        return share

    def kappa(sums: Array, side: int) -> Array:
        share: Array = 1 - sums[..., side] / sums[..., side + 1]
        return share

    def over(statistic: Callable[[Array], Array], first: Estimate, second: Estimate) -> Estimate:
        if first.value is None or second.value is None:
            return Estimate(None, n=first.n, why=first.why or second.why)
        estimate = of_sums([*harms, *doors], statistic)
        return estimate if estimate.lo is not None else _apart(first, second)

    blocked = of_sums([*harms, *doors], rate)
    if blocked.value is not None and blocked.lo is None:  # the same in every seed: what n such seeds allow
        rates = np.mean([np.divide(f.blocked, np.maximum(f.attempts, 1)) for f in acting], axis=0)
        bound = paired_interval(rates, support=SERVICE, method="bounded")
        blocked = Estimate(blocked.value, min(bound.lo, blocked.value), max(bound.hi, blocked.value), bound.n)
    return Legibility(
        blocked,
        over(lambda s: rate(s) - kappa(s, 0), blocked, found),
        over(lambda s: rate(s) - kappa(s, 2), blocked, suite),
        over(lambda s: kappa(s, 2) - kappa(s, 0), suite, found),
        int(sum(np.sum(family.attempts) for family in acting)),
    )


def _apart(first: Estimate, second: Estimate) -> Estimate:
    """first − second where seeds say nothing of how it varies: as far apart as both intervals allow."""
    assert first.value is not None, "a difference of unknowns"
    assert second.value is not None, "a difference of unknowns"
    value = first.value - second.value
    ends = [(e.value, e.value) if e.identical else (e.lo, e.hi) for e in (first, second)]
    if any(end is None for pair in ends for end in pair):
        return Estimate(value, n=first.n)
    (a, b), (c, d) = ends
    exact = first.identical and second.identical
    return Estimate(value, n=first.n, identical=True) if exact else Estimate(value, a - d, b - c, first.n)  # type: ignore[operator]


# The verdict: at which prevalence does it pay


def break_even(lost: Values, prevented: Values) -> Estimate:
    """π*: the share of time under attack at which harm prevented makes up for service lost, Σlost ÷ Σprevented.

    0 where nothing is lost. None where nothing is prevented: no prevalence makes it pay. Above 1 it never pays either.
    """
    cost, gain = np.asarray(lost, float), np.asarray(prevented, float)
    if gain.sum() <= 0:
        return Estimate(None, n=gain.size, why="it prevents no harm, so no prevalence makes it pay")
    if cost.sum() <= 0:
        return Estimate(0.0, n=gain.size, identical=not cost.any())

    def ratio(sums: Array) -> Array:
        return np.where(sums[..., 1] > 0, np.maximum(sums[..., 0], 0) / sums[..., 1], np.nan)

    return of_sums([cost, gain], ratio)


# Shapley values: fair shares of what all of them prevent together

Game = Callable[[frozenset[str]], Array]  # a set of safeguards -> harm prevented in each seed, (n,)


def orders_of(players: Sequence[str], drawn: int, seed: int = 0) -> list[tuple[str, ...]]:
    """`drawn` orders in which the players may be added, in pairs of an order and its reverse, for less noise."""
    orders: list[tuple[str, ...]] = []
    for i in range((drawn + 1) // 2):
        order = tuple(players[j] for j in draw_order(seed, "shapley", i, len(players)).tolist())
        orders += [order, order[::-1]]
    return orders[:drawn]


def sets_of(players: Sequence[str], orders: Sequence[tuple[str, ...]]) -> list[frozenset[str]]:
    """The sets whose value is asked for: all of them without orders, else those met on the way; sorted by size."""
    if not orders:
        return [frozenset(chosen) for size in range(len(players) + 1) for chosen in combinations(players, size)]
    met = {frozenset(order[:i]) for order in orders for i in range(len(order) + 1)}
    return sorted(met, key=lambda chosen: (len(chosen), sorted(chosen)))


def shapley(players: Sequence[str], value: Game, orders: Sequence[tuple[str, ...]] = ()) -> dict[str, Array]:
    """Each player's share of value(all) − value(none), per seed; the shares add up to it exactly, in every seed.

    Without `orders`, over all of them (Shapley 1953); with, the mean gain when a player is added in these orders.
    """
    if orders:
        gains: Mapping[str, list[Array]] = {player: [] for player in players}
        for order in orders:
            for i, player in enumerate(order):
                gains[player].append(value(frozenset(order[: i + 1])) - value(frozenset(order[:i])))
        return {player: np.mean(each, axis=0) for player, each in gains.items()}
    n = len(players)
    shares = {}
    for player in players:
        others = [other for other in players if other != player]
        total = np.zeros_like(np.asarray(value(frozenset()), float))
        for size in range(n):
            weight = 1 / (n * comb(n - 1, size)) if n else 0.0
            for chosen in map(frozenset, combinations(others, size)):
                total = total + weight * (value(chosen | {player}) - value(chosen))
        shares[player] = total
    return shares


def relation(left_out: Estimate, added: Estimate) -> str:
    """How a safeguard stands to the others, by the harm it prevents when left out of all and when alone.

    "interacts": opposite signs. "needs others": alone it surely prevents less than a tenth of what it prevents among
    them. "spare": among them it surely prevents less than a tenth of what it prevents alone.
    """
    if left_out.sign * added.sign < 0:
        return "interacts"
    if _tenth_of(added, left_out):
        return "needs others"
    return "spare" if _tenth_of(left_out, added) else ""


def _tenth_of(small: Estimate, large: Estimate) -> bool:
    top = small.hi if small.hi is not None else small.value
    return large.sign > 0 and top is not None and large.lo is not None and 10 * top < large.lo


# The asymmetric filter


def kendall(first: Iterable[float], second: Iterable[float]) -> float | None:
    """Kendall's τ-b (ties corrected) of two orders of the same things; None where one of them orders nothing."""
    x, y = (np.asarray(list(side), float) for side in (first, second))
    upper = np.triu_indices(x.size, 1)
    dx, dy = (np.sign(side[:, None] - side[None, :])[upper] for side in (x, y))
    known = float(np.sqrt(np.count_nonzero(dx) * np.count_nonzero(dy)))
    return float((dx * dy).sum() / known) if known else None


def filter_correlation(harms: Array, obstructions: Array) -> Estimate:
    """τ between the harm an actor does unhindered and the obstruction it meets, (seeds, actors) each; mean over seeds.

    Above 0 friction falls on the harmful, below 0 on the harmless. None where in some seed all actors meet the same.
    """
    each = [kendall(h, o) for h, o in zip(harms, obstructions, strict=True)]
    known = [tau for tau in each if tau is not None]
    if len(known) < len(each) or not known:
        return Estimate(None, n=len(each), why="all actors meet the same obstruction, or do the same harm")
    if len(set(known)) == 1:
        return Estimate(known[0], n=len(known), identical=True)
    found = paired_interval(known, support=(-1.0, 1.0), method="bca")
    return Estimate(found.mean, found.lo, found.hi, found.n)
