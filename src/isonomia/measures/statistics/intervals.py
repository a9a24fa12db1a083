"""Intervals for what the lab reports: the mean of paired differences, a rate, and one minus a ratio of sums.

`method` says what the level rests on. "bounded" (the default for a mean): only on the support the caller states; it
reached 95% in every cell of our grid. "bca": that the sample shows the tail; narrower, for smooth quantities only.

Two arms that are equal by construction (a null attack, byte for byte the same) are not a sample. Do not ask for an
interval then: it would allow, rightly for a random outcome, for the seed that was not run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np

from isonomia.basics.streams import Array
from isonomia.measures.statistics.bootstrap import NORMAL, RESAMPLES, bca_bounds, resample_counts
from isonomia.measures.statistics.bounded import chance_at_most, lower_bound, p_above, upper_bound
from isonomia.measures.statistics.samples import (
    HARM,
    SampleError,
    Support,
    Values,
    as_pairs,
    as_sample,
    as_support,
    error_rate,
)

Method = Literal["bounded", "bca"]
Alternative = Literal["two-sided", "lower", "upper"]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and what it may be: lo ≤ mean ≤ hi, in the unit of the values; n seeds; how it was made."""

    mean: float
    lo: float
    hi: float
    n: int
    method: str


def paired_interval(
    differences: Values,
    level: float = 0.95,
    alternative: Alternative = "two-sided",
    support: Support = HARM,
    method: Method = "bounded",
    seed: int = 0,
) -> Interval:
    """The mean of one difference per seed, (n,), each within `support`.

    `alternative` "lower" spends the whole error on a lower bound and gives the support's end as hi; "upper" the
    reverse. n equal values c give no point: each bound stays (1 − α^(1/n)) of the way from c to the support's end, so
    n zeros on [−b, b] give hi = b(1 − α^(1/n)), the rule of three. A narrower support that is really known (harm is
    at least minus what the control arm went short of; at most what this attack does unopposed) narrows the interval.
    BCa has nothing to resample there, and the interval returned says "bounded". `seed` moves only the resampling.
    Raises SampleError on an empty, infinite or out-of-support sample, a bad level, method or alternative.
    """
    sample = as_sample(differences, support)
    lo_error, hi_error = _errors(level, alternative)
    least, greatest = as_support(support)
    mean = float(sample.mean())
    if method not in ("bounded", "bca"):
        raise SampleError(f'method is "bounded" or "bca"; got "{method}"')
    if method == "bca" and sample[0] < sample[-1]:
        n = sample.size
        resampled = resample_counts(n, RESAMPLES, seed) @ sample / n
        left_out = (sample.sum() - sample) / (n - 1)
        lo, hi = bca_bounds(mean, resampled, left_out, (lo_error or 0.5, hi_error or 0.5))
    else:
        method = "bounded"
        lo = lower_bound(sample, lo_error or 0.5, support)
        hi = upper_bound(sample, hi_error or 0.5, support)
    lo = min(lo, mean) if lo_error else least
    hi = max(hi, mean) if hi_error else greatest
    return Interval(mean, lo, hi, sample.size, method)


def score_interval(successes: int, n: int, level: float = 0.95) -> Interval:
    """Wilson's score interval for a rate: the rates r with |p̂ − r| ≤ z·√(r(1 − r)/n) (Wilson, JASA 22, 1927).

    lo is exactly 0 at no successes, hi exactly 1 at n. Raises SampleError unless 0 ≤ successes ≤ n and n ≥ 1.
    """
    if n < 1 or not 0 <= successes <= n:
        raise SampleError(f"a rate wants 0 ≤ successes ≤ n with n ≥ 1; got {successes} of {n}")
    z = NORMAL.inv_cdf(1.0 - error_rate(level, sides=2))
    rate = successes / n
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    lo = 0.0 if successes == 0 else middle - half
    hi = 1.0 if successes == n else middle + half
    return Interval(rate, lo, hi, n, "score")


def ratio_of_sums(
    numerators: Values,
    denominators: Values,
    level: float = 0.95,
    least: float = 0.02,
    support: Support = HARM,
    method: Method = "bca",
    seed: int = 0,
) -> Interval | None:
    """1 − ΣA/ΣB over seeds, A and B paired, each within `support`: containment (harm with ÷ without), friction.

    None, "not identifiable", when the one-sided lower bound of mean B is below `least` (> 0, unit of B): a share of
    nothing. "bca" resamples pairs; it is for friction and for harms that vary smoothly. "bounded" is Fieller's idea
    (1954) on Gaffke's bound: the ratios r at which the mean of A − rB may be 0, safe when A is mostly zeros; BCa falls
    back on it when every resample gives the same ratio, as A all zero does, or when some resample's ΣB is not positive.
    Raises SampleError as `paired_interval` does, and for least ≤ 0.
    """
    a, b = as_pairs(numerators, denominators)
    as_sample(a, support)
    error = error_rate(level, sides=2)
    if not least > 0.0:
        raise SampleError(f"`least` must be above 0, or the ratio could be of nothing; got {least}")
    if p_above(b, least, support) > error_rate(level):
        return None
    estimate = float(1.0 - a.sum() / b.sum())
    if method not in ("bounded", "bca"):
        raise SampleError(f'method is "bounded" or "bca"; got "{method}"')
    if method == "bca":
        counts = resample_counts(a.size, RESAMPLES, seed)
        whole = counts @ b
        rest = b.sum() - b
        if whole.min() > 0.0 and rest.min() > 0.0:
            resampled = 1.0 - (counts @ a) / whole
            if resampled.max() - resampled.min() > 1e-12:
                left_out = 1.0 - (a.sum() - a) / rest
                lo, hi = bca_bounds(estimate, resampled, left_out, (error, error))
                return Interval(estimate, min(lo, estimate), max(hi, estimate), a.size, "bca")
    lo, hi = _fieller(a, b, error, as_support(support), least)
    return Interval(estimate, min(1.0 - hi, estimate), max(1.0 - lo, estimate), a.size, "bounded")


def _errors(level: float, alternative: Alternative) -> tuple[float, float]:
    """The error spent on each side; 0 where no bound is wanted."""
    if alternative == "two-sided":
        each = error_rate(level, sides=2)
        return each, each
    if alternative == "lower":
        return error_rate(level), 0.0
    if alternative == "upper":
        return 0.0, error_rate(level)
    raise SampleError(f'alternative is "two-sided", "lower" or "upper"; got "{alternative}"')


def _fieller(a: Array, b: Array, error: float, support: Support, least: float) -> tuple[float, float]:
    """The least and greatest r = ΣA/ΣB that the data allow; |r| ≤ (greatest |A|)/least, as mean B ≥ least."""
    lo, hi = support
    top = max(abs(lo), abs(hi)) / least

    def too_low(r: Array) -> Array:  # mean of A − rB is surely above 0
        worst = lo - np.maximum(r * lo, r * hi)
        return _chance_paired(a - r[:, None] * b, worst) <= error

    def too_high(r: Array) -> Array:
        worst = -(hi - np.minimum(r * lo, r * hi))
        return _chance_paired(r[:, None] * b - a, worst) <= error

    return _edge(too_low, -top, top), _edge(too_high, top, -top)


def _chance_paired(samples: Array, worst: Array) -> Array:
    """P-values against "the mean is at most 0", each row with its own worst case; both shifted so that worst is 0."""
    return chance_at_most(samples - worst[:, None], -worst, 0.0)


def _edge(refused: Callable[[Array], Array], outer: float, inner: float) -> float:
    """Where refusal ends, going inward from `outer`; the refused end of the last bracket, or `outer` itself."""
    for _ in range(10):
        cuts = np.linspace(outer, inner, 18)
        held = int(np.count_nonzero(np.logical_and.accumulate(refused(cuts[1:-1]))))
        outer, inner = float(cuts[held]), float(cuts[held + 1])
    return outer
