"""Before anything is run: how likely n seeds are to decide, and how many it takes.

Exact where harm has two points, none or `size`, as a rare ruin has: the test then depends on nothing but how many of
the n seeds were harmed, and its p-value moves one way with that number, so power is one binomial tail. For any other
shape `simulated_power` counts over outcomes that the caller draws.

The claims are those of the verdict: "broken", the mean is above the threshold (`p_above`), and "held", it is below
(`p_below`). `error` is what this test may spend: for the strictest of a table of m cells .05/m, at one of several looks
its share of that (`looks.alpha_at`). Power of an exact test rises with n like a saw, not a line.
"""

from __future__ import annotations

from math import ceil, exp, fsum, lgamma, log, log1p
from typing import Literal

import numpy as np

from isonomia.basics.streams import Array
from isonomia.measures.statistics.bounded import chance_at_most, p_above, p_below
from isonomia.measures.statistics.intervals import Interval, score_interval
from isonomia.measures.statistics.samples import HARM, SampleError, Support, as_sample, as_support

Claim = Literal["broken", "held"]
BATCH = 2**20  # cells of outcomes tested at once


def exact_power(
    claim: Claim,
    n: int,
    rate: float,
    size: float,
    threshold: float,
    error: float = 0.05,
    support: Support = HARM,
) -> float:
    """How likely the claim is made at `error` after n seeds, each harmed by `size` > 0 with probability `rate`, else 0.

    Where the claim is false (rate·size beyond the threshold) this is how often it is made wrongly, at most `error`.
    Raises SampleError on an impossible n, rate, size, error or claim.
    """
    _check(n, error)
    _check_claim(claim)
    if not 0.0 <= rate <= 1.0 or not 0.0 < size <= as_support(support)[1]:
        raise SampleError(f"a rate lies in 0 … 1 and a size above 0, within the support; got {rate} and {size}")
    as_sample([0.0], support)  # no harm must be possible, or the outcome has other points

    def claims(harmed: int) -> bool:
        sample = np.concatenate([np.full(n - harmed, 0.0), np.full(harmed, size)])
        test = p_above if claim == "broken" else p_below
        return test(sample, threshold, support) <= error

    lo, hi = -1, n + 1  # the claim turns once between them: lo on the side of few harmed seeds
    while hi - lo > 1:
        middle = (lo + hi) // 2
        if claims(middle) == (claim == "held"):
            lo = middle
        else:
            hi = middle
    return _binomial(n, rate, 0, lo) if claim == "held" else _binomial(n, rate, hi, n)


def simulated_power(
    claim: Claim, outcomes: Array, threshold: float, error: float = 0.05, support: Support = HARM
) -> Interval:
    """The share of samples in which the claim is made: `outcomes` (k, n), k drawn samples of n seeds, each within
    `support`. With Wilson's interval over the k. Raises SampleError on a sample that is not so.
    """
    _check_claim(claim)
    drawn: Array = np.asarray(outcomes, dtype=np.float64)
    if drawn.ndim != 2 or not drawn.size:
        raise SampleError(f"outcomes want shape (samples, seeds), neither of them 0; got {drawn.shape}")
    as_sample(drawn.ravel(), support)
    _check(drawn.shape[1], error)
    sign, worst = (1.0, as_support(support)[0]) if claim == "broken" else (-1.0, -as_support(support)[1])
    ordered = np.sort(sign * drawn, axis=1)
    rows = max(1, BATCH // drawn.shape[1])
    made = 0
    for start in range(0, len(ordered), rows):
        batch = ordered[start : start + rows]
        made += int(np.count_nonzero(chance_at_most(batch, np.full(len(batch), sign * threshold), worst) <= error))
    return score_interval(made, len(drawn))


def seeds_needed(
    claim: Claim,
    rate: float,
    size: float,
    threshold: float,
    power: float = 0.8,
    error: float = 0.05,
    support: Support = HARM,
    most: int = 2000,
) -> int | None:
    """The least n from which power does not fall below `power` again over the next tooth of the saw (n/10 seeds more).

    Harm of two points, as in `exact_power`. None where `most` seeds do not reach it, as where the claim is false.
    """
    if not 0.0 < power < 1.0:
        raise SampleError(f"power lies between 0 and 1, as .8 does; got {power}")

    def reached(n: int) -> bool:
        return exact_power(claim, n, rate, size, threshold, error, support) >= power

    lo, hi = 0, 1
    while not reached(hi):
        if hi >= most:
            return None
        lo, hi = hi, min(2 * hi, most)
    while hi - lo > 1:  # finds some tooth; the last dip before it is looked for below
        middle = (lo + hi) // 2
        lo, hi = (lo, middle) if reached(middle) else (middle, hi)
    n = tried = hi
    while tried - n < max(10, n // 10):
        tried += 1
        if not reached(tried):
            n = tried + 1
    return n if n <= most else None


def seeds_to_hold(
    cells: int, threshold: float, error: float = 0.05, support: Support = HARM, spent: float = 1.0
) -> int:
    """The least n at which all of m cells are held when not one of n seeds shows any harm: exact.

    n zeros against a greatest harm b have p = (1 − threshold/b)ⁿ, and Holm wants error·spent/m of cells that are alike;
    `spent` is the share of the error that this look may spend. With fewer seeds no table of m such cells can say held.
    Raises SampleError unless 0 < threshold < b, no harm is possible, cells ≥ 1 and 0 < spent ≤ 1.
    """
    _check(1, error)
    greatest = as_support(support)[1]
    as_sample([0.0], support)
    if cells < 1 or not 0.0 < spent <= 1.0 or not 0.0 < threshold < greatest:
        raise SampleError(f"holding {cells} cells below {threshold} of {greatest} with {spent} of the error: no")
    n = ceil(log(error * spent / cells) / log1p(-threshold / greatest) - 1e-9)
    while p_below(np.zeros(n), threshold, support) * cells > error * spent * (1 + 1e-12):
        n += 1
    return n


def _binomial(n: int, rate: float, first: int, last: int) -> float:
    """P(first ≤ K ≤ last), K binomial."""
    if rate in (0.0, 1.0):
        return float(first <= n * rate <= last)
    whole = lgamma(n + 1)
    logs = [
        whole - lgamma(k + 1) - lgamma(n - k + 1) + k * log(rate) + (n - k) * log1p(-rate)
        for k in range(first, last + 1)
    ]
    return min(1.0, fsum(exp(value) for value in logs))


def _check(n: int, error: float) -> None:
    if n < 1 or not 0.0 < error < 1.0:
        raise SampleError(f"power wants at least one seed and an error between 0 and 1; got {n} and {error}")


def _check_claim(claim: Claim) -> None:
    if claim not in ("broken", "held"):
        raise SampleError(f'the claim is "broken" or "held"; got "{claim}"')
