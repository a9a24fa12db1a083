"""Bounds for a mean when all that is known is the range of one value: Gaffke's, computed exactly.

Lower bound at error α, for values x₁…xₙ ≥ a: the α-quantile of D₀a + D₁x₁ + … + Dₙxₙ, where (D₀,…,Dₙ) is uniform on
the simplex (Dirichlet with all ones). It is the Bayesian bootstrap with one more seed, which nobody saw, at the worst
value there could be. So a rare catastrophe that the sample missed is allowed for, and n zeros on [0, b] give the upper
bound b·(1 − α^(1/n)), the rule of three (≤ 3b/n at α = .05); on 0/1 values the bounds are Clopper and Pearson's.

Sources: Gaffke, "Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable",
Math. Methods of Statistics 14 (2005); Learned-Miller and Thomas, "A new confidence interval for the mean of a bounded
random variable", arXiv 1905.06208. Known risk: that the level holds for every distribution and every n is a conjecture;
no counterexample is known, and our own grid (tests/measures/statistics_grid.py) has none.

The quantile needs no simulation. With Dᵢ = Eᵢ/ΣE, P(ΣDᵢcᵢ ≤ t) = P(Σ(cᵢ − t)Eᵢ ≤ 0) for independent exponential Eᵢ: a
race between two runners, one through stages of mean cᵢ − t where that is positive, one through stages of mean t − cᵢ
where it is. Exponential stages forget, so the chance that the first finishes first obeys
f(i, j) = q/(p+q)·f(i−1, j) + p/(p+q)·f(i, j−1), with p, q the means of the stages they are in: sums of positive terms
only, exact to rounding even at p-values of 1e-30.
"""

from __future__ import annotations

import numpy as np

from isonomia.basics.streams import Array
from isonomia.measures.statistics.samples import HARM, Support, Values, as_sample, as_support

CUTS = 16  # thresholds tried at once when a bound is searched
ROUNDS = 8  # to 17**-8 of the support, about 1e-10; the bound stays on the safe side of it


def p_above(differences: Values, threshold: float, support: Support = HARM) -> float:
    """One-sided p-value against "the mean is at most `threshold`": small means the mean is above it.

    Only the lower end of `support` matters. p_above(x, t) ≤ α exactly when lower_bound(x, α) ≥ t, to 1e-10 or so.
    """
    sample = as_sample(differences, support)
    return float(chance_at_most(sample, np.float64(threshold), as_support(support)[0]))


def p_below(differences: Values, threshold: float, support: Support = HARM) -> float:
    """One-sided p-value against "the mean is at least `threshold`"; only the upper end of `support` matters."""
    sample = as_sample(differences, support)
    return float(chance_at_most(-sample, np.float64(-threshold), -as_support(support)[1]))


def lower_bound(differences: Values, error: float, support: Support = HARM) -> float:
    """The mean is at least this, wrong with probability at most `error`. Never below the support's lower end."""
    return _quantile(as_sample(differences, support), error, as_support(support)[0])


def upper_bound(differences: Values, error: float, support: Support = HARM) -> float:
    """The mean is at most this, wrong with probability at most `error`. Never above the support's upper end."""
    return -_quantile(-as_sample(differences, support), error, -as_support(support)[1])


def _quantile(sample: Array, error: float, worst: float) -> float:
    """The `error`-quantile of the weighted mean; the left end of the last bracket, so rounding errs outward."""
    lo, hi = worst, float(sample.max())
    for _ in range(ROUNDS):
        cuts = np.linspace(lo, hi, CUTS + 2)
        inner = cuts[1:-1]
        tried = np.broadcast_to(sample, (CUTS, sample.size))
        below = int(np.count_nonzero(np.logical_and.accumulate(chance_at_most(tried, inner, worst) <= error)))
        lo, hi = float(cuts[below]), float(cuts[below + 1])
    return lo


def chance_at_most(samples: Array, thresholds: Array | np.float64, worst: float) -> Array:
    """P(D₀·worst + ΣDᵢxᵢ ≤ t) for many samples at once: shapes (…, n) and (…) to (…)."""
    t = np.asarray(thresholds, dtype=np.float64)[..., None]
    unseen = np.full((*samples.shape[:-1], 1), worst)
    c = np.concatenate([unseen, samples], axis=-1) - t
    ahead, behind = _stages(np.maximum(c, 0.0)), _stages(np.maximum(-c, 0.0))
    chance = _race(ahead, behind)
    return np.where((c == 0.0).all(axis=-1), 1.0, chance)


def _stages(means: Array) -> Array:
    """Stages of positive mean first, cut to as many as any sample has; what pads the others takes no time."""
    most = int(np.count_nonzero(means, axis=-1).max(initial=0))
    ordered: Array = -np.sort(-means, axis=-1)
    return ordered[..., :most]


def _race(p: Array, q: Array) -> Array:
    """The chance that the runner with stage means p finishes before the one with q: (…, r), (…, s) to (…).

    f is filled along its anti-diagonals i + j = d, which depend only on the one before. f(0, j) = 1, f(i, 0) = 0.
    """
    r, s = p.shape[-1], q.shape[-1]
    if not r or not s:
        return np.full(p.shape[:-1], 0.0 if r else 1.0)
    p = np.maximum(p, 1e-200)  # two stages that take no time: pass the other's first
    backwards = q[..., ::-1]
    f = np.zeros((*p.shape[:-1], r + 1))  # f[i] holds f(i, d - i)
    f[..., 0] = 1.0
    for d in range(2, r + s + 1):
        first, last = max(1, d - s), min(r, d - 1)
        mine = p[..., first - 1 : last]
        other = backwards[..., s - d + first : s - d + last + 1]
        one_on, one_back = f[..., first - 1 : last], f[..., first : last + 1]
        f[..., first : last + 1] = (other * one_on + mine * one_back) / (mine + other)
    chance: Array = f[..., r]
    return chance
