"""The named grid on which coverage is measured: outcomes with a known truth, and methods. It tests nothing itself.

Sizes 20, 50, 100, 200; rates .02, .05, .10, .20, .50. Everything is drawn from generators seeded by cell, so a number
of the tables in docs/numbers.md can be drawn again: benchmarks/coverage.py prints them, test_statistics_coverage.py
holds the code to them. Three more methods than the package has stand here, so that the choice among them can be
repeated: the percentile bootstrap, the bootstrap-t, and betting (Waudby-Smith and Ramdas, JRSS-B 86, 2024, hedged
capital).
"""

from collections.abc import Callable
from math import comb
from statistics import NormalDist
from typing import Any

import numpy as np

from isonomia.measures.statistics.bootstrap import bca_bounds, resample_counts
from isonomia.measures.statistics.bounded import chance_at_most
from isonomia.measures.statistics.intervals import ratio_of_sums, score_interval
from isonomia.measures.statistics.survival import survival

Array = np.ndarray[Any, Any]
Support = tuple[float, float]
SIZES = (20, 50, 100, 200)
RATES = (0.02, 0.05, 0.10, 0.20, 0.50)
SAMPLES = 1000
ALPHA = 0.05
PHI = NormalDist().cdf


# Outcomes: (samples of shape (k, n), the true mean, the support)


def rate(r: float, scale: float = 0.5) -> Callable[[Any, int, int], tuple[Array, float, Support]]:
    """A seed does harm `scale` with probability r, else none."""
    return lambda rng, k, n: ((rng.random((k, n)) < r) * scale, r * scale, (0.0, scale))


def lognormal(rng: Any, k: int, n: int) -> tuple[Array, float, Support]:
    """Four seeds of five do no harm; the fifth's is lognormal(−2, 1), clipped at 1."""
    harm = np.minimum(1.0, rng.lognormal(-2.0, 1.0, (k, n))) * (rng.random((k, n)) < 0.2)
    return harm, 0.2 * (np.exp(-1.5) * PHI(1.0) + 1.0 - PHI(2.0)), (0.0, 1.0)


def paired(rng: Any, k: int, n: int) -> tuple[Array, float, Support]:
    """Two arms whose luck correlates (.6): harm is uniform on [0, 1] where luck is beyond 1.2 and 1.6 deviations."""
    shared, own, other = rng.standard_normal((3, k, n))
    attacked = (0.6**0.5 * shared + 0.4**0.5 * own > 1.2) * rng.random((k, n))
    control = (0.6**0.5 * shared + 0.4**0.5 * other > 1.6) * rng.random((k, n))
    return attacked - control, 0.5 * (PHI(-1.2) - PHI(-1.6)), (-1.0, 1.0)


def ruin(r: float) -> Callable[[Any, int, int], tuple[Array, float, Support]]:
    """Both arms fall short by up to .02, each its own way; with probability r the attacked one loses .9 besides."""

    def pairs(rng: Any, k: int, n: int) -> tuple[Array, float, Support]:
        noise = 0.02 * (rng.random((k, n)) - rng.random((k, n)))
        return noise + 0.9 * (rng.random((k, n)) < r), 0.9 * r, (-0.05, 1.0)

    return pairs


def smooth(rng: Any, k: int, n: int) -> tuple[Array, float, Support]:
    """Every seed does harm, between .25 and .55: a triangular spread around .40."""
    return 0.25 + 0.15 * (rng.random((k, n)) + rng.random((k, n))), 0.4, (-1.0, 1.0)


OUTCOMES = {
    "rate .02": rate(0.02),
    "rate .05": rate(0.05),
    "rate .10": rate(0.10),
    "rate .20": rate(0.20),
    "rate .50": rate(0.50),
    "ruin .02": ruin(0.02),
    "ruin .05": ruin(0.05),
    "ruin .10": ruin(0.10),
    "ruin .20": ruin(0.20),
    "lognormal": lognormal,
    "paired": paired,
    "smooth": smooth,
}


def draw(name: str, n: int, k: int = SAMPLES) -> tuple[Array, float, Support]:
    return OUTCOMES[name](np.random.default_rng([n, list(OUTCOMES).index(name)]), k, n)


# Methods: the share of samples whose interval holds the truth


def covers(lo: float, truth: float, hi: float) -> bool:
    return lo - 1e-12 <= truth <= hi + 1e-12


def bounded(x: Array, truth: float, support: Support) -> float:
    """An interval holds the truth exactly when neither one-sided p-value at the truth is at or below α/2."""
    at = np.full(len(x), truth)
    low, high = chance_at_most(x, at, support[0]), chance_at_most(-x, -at, -support[1])
    return float(((low > ALPHA / 2) & (high > ALPHA / 2)).mean())


def resampled_means(x: Array, resamples: int) -> Array:
    return x @ resample_counts(x.shape[1], resamples).T / x.shape[1]


def bca(x: Array, truth: float, support: Support, resamples: int = 500) -> float:
    """BCa where it has something to resample, the bounded interval on constant samples: as paired_interval does."""
    n = x.shape[1]
    held = 0.0
    flat = x.min(axis=1) == x.max(axis=1)
    if flat.any():
        held += bounded(x[flat], truth, support) * flat.sum()
    for row, means in zip(x[~flat], resampled_means(x[~flat], resamples), strict=True):
        lo, hi = bca_bounds(row.mean(), means, (row.sum() - row) / (n - 1), (ALPHA / 2, ALPHA / 2))
        held += covers(min(lo, row.mean()), truth, max(hi, row.mean()))
    return held / len(x)


def percentile(x: Array, truth: float, _support: Support, resamples: int = 500) -> float:
    """The mutant: no correction, and a false point on a constant sample."""
    lo, hi = np.quantile(resampled_means(x, resamples), [ALPHA / 2, 1 - ALPHA / 2], axis=1)
    return float(((lo - 1e-12 <= truth) & (truth <= hi + 1e-12)).mean())


def bootstrap_t(x: Array, truth: float, _support: Support, resamples: int = 500) -> float:
    """Studentised resamples (Hall 1988); those without spread are left out, a constant sample gives a point."""
    n = x.shape[1]
    counts = resample_counts(n, resamples).T / n
    held = 0
    for row in x:
        means = row @ counts
        errors = np.sqrt(np.maximum(row**2 @ counts - means**2, 0.0) / n)
        real = errors > 1e-9
        if not real.any():
            held += bool(abs(row.mean() - truth) < 1e-12)
            continue
        t_lo, t_hi = np.quantile((means[real] - row.mean()) / errors[real], [ALPHA / 2, 1 - ALPHA / 2])
        error = row.std() / n**0.5
        held += covers(row.mean() - t_hi * error, truth, row.mean() - t_lo * error)
    return held / len(x)


def betting_keeps(x: Array, truth: Array, support: Support) -> Array:
    """Whether hedged capital at this mean stayed below 1/α throughout: (k, n), (k,) to (k,)."""
    lo, hi = support
    y, m = (x - lo) / (hi - lo), (truth - lo) / (hi - lo)
    k, n = y.shape
    steps = np.arange(1, n + 1)
    mean = (0.5 + np.cumsum(y, axis=1)) / (steps + 1)
    variance = (0.25 + np.cumsum((y - mean) ** 2, axis=1)) / (steps + 1)
    before = np.concatenate([np.full((k, 1), 0.25), variance[:, :-1]], axis=1)
    stake = np.sqrt(2 * np.log(2 / ALPHA) / (before * n))
    up = np.cumsum(np.log1p(np.minimum(stake, 0.5 / m[:, None]) * (y - m[:, None])), axis=1)
    down = np.cumsum(np.log1p(-np.minimum(stake, 0.5 / (1 - m[:, None])) * (y - m[:, None])), axis=1)
    kept: Array = np.maximum(up, down).max(axis=1) - np.log(2) < np.log(1 / ALPHA)
    return kept


def betting(x: Array, truth: float, support: Support) -> float:
    return float(betting_keeps(x, np.full(len(x), truth), support).mean())


def betting_width(x: Array, support: Support) -> float:
    grid = np.linspace(*support, 2002)[1:-1]
    kept = np.stack([betting_keeps(x, np.full(len(x), mean), support) for mean in grid], axis=1)
    return float(np.mean([np.ptp(grid[row]) for row in kept]))


METHODS = {"percentile": percentile, "bootstrap-t": bootstrap_t, "bca": bca, "betting": betting, "bounded": bounded}


# Rates: exact, since a sample is a number of successes


def score_coverage(r: float, n: int) -> float:
    """P(Wilson's 95% interval holds r), summed over all n + 1 samples."""
    made = [score_interval(k, n) for k in range(n + 1)]
    return sum(comb(n, k) * r**k * (1 - r) ** (n - k) for k, i in enumerate(made) if covers(i.lo, r, i.hi))


# Ratios: (A, B, the true 1 − EA/EB), values within [0, .6]


def contained(r: float) -> Callable[[Any, int, int], tuple[Array, Array, float]]:
    """Without the safeguard every seed is harmed; with it a share r of the seeds still is, as badly."""

    def pairs(rng: Any, k: int, n: int) -> tuple[Array, Array, float]:
        harm = smooth(rng, k, n)[0]
        return harm * (rng.random((k, n)) < r), harm, 1.0 - r

    return pairs


def friction(rng: Any, k: int, n: int) -> tuple[Array, Array, float]:
    """Service .4 on average without the safeguard, and between 0 and 4% less of it with."""
    service = smooth(rng, k, n)[0]
    return service * (1.0 - 0.04 * rng.random((k, n))), service, 0.02


RATIOS = {"contained .95": contained(0.05), "contained .50": contained(0.5), "friction .02": friction}


def ratio_coverage(name: str, n: int, method: Any, k: int) -> tuple[float, float]:
    """(coverage, mean width) of ratio_of_sums at 95%, values within [0, .6]."""
    a, b, truth = RATIOS[name](np.random.default_rng([n, 99, list(RATIOS).index(name)]), k, n)
    made = [ratio_of_sums(x, y, support=(0.0, 0.6), method=method) for x, y in zip(a, b, strict=True)]
    found = [interval for interval in made if interval is not None]
    assert len(found) == k
    return np.mean([covers(i.lo, truth, i.hi) for i in found]), np.mean([i.hi - i.lo for i in found])


# Survival: forty days, the event comes with the same chance every day, by the last day to a share r


HORIZON = 40
HALF_LIFE = 15  # for the median


def followed(r: float, n: int, k: int) -> tuple[Array, Array]:
    """(day until the event or the loss, whether the event), each (k, n): three in ten are lost on a day by chance."""
    rng = np.random.default_rng([n, 77, round(1000 * r)])
    event = rng.geometric(1.0 - (1.0 - r) ** (1 / HORIZON), (k, n))
    lost = np.where(rng.random((k, n)) < 0.3, rng.integers(1, HORIZON + 1, (k, n)), HORIZON)
    return np.minimum(event, lost), event <= lost


def survival_coverage(r: float, n: int, scale: Any, k: int) -> tuple[float, float]:
    """Coverage of S by 95% intervals on day 20 and on day 40. Where nobody was followed so far, nothing is claimed."""
    held = np.zeros(2)
    for days, observed in zip(*followed(r, n, k), strict=True):
        curve = survival(days, observed, scale=scale)
        for at, day in enumerate((HORIZON // 2, HORIZON)):
            made = curve.at(day) if day <= days.max() else None
            held[at] += made is None or covers(made.lo, (1.0 - r) ** (day / HORIZON), made.hi)
    return held[0] / k, held[1] / k


def median_coverage(n: int, scale: Any, k: int) -> float:
    """Coverage of the median day by its 95% interval, where half are reached on day 15."""
    r = 1.0 - 0.5 ** (HORIZON / HALF_LIFE)
    made = [survival(days, observed, scale=scale) for days, observed in zip(*followed(r, n, k), strict=True)]
    return float(np.mean([curve.median_lo <= HALF_LIFE <= curve.median_hi for curve in made]))
