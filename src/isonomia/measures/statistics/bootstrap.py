"""The BCa bootstrap: bias-corrected and accelerated percentiles.

Source: Efron, "Better bootstrap confidence intervals", JASA 82 (1987). With θ* the resampled estimates, θ̂ the estimate
and θ₍ᵢ₎ the estimate without seed i:
z₀ = Φ⁻¹(share of θ* below θ̂, ties counted half), a = Σ(θ̄ − θ₍ᵢ₎)³ / 6(Σ(θ̄ − θ₍ᵢ₎)²)^1.5 with θ̄ the mean of θ₍ᵢ₎,
and the bound at error α is the Φ(z₀ + (z₀ + z_α)/(1 − a(z₀ + z_α))) quantile of θ*.

It learns the shape of the distribution from the sample alone, so it cannot allow for what the sample did not meet:
with rare large values it is far too narrow (the measured table is in the package's face). Use it where seeds differ
smoothly and none can be a catastrophe.
"""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist

import numpy as np

from isonomia.basics.streams import Array, draw_below

RESAMPLES = 2000
NORMAL = NormalDist()


@lru_cache(maxsize=8)
def resample_counts(n: int, resamples: int = RESAMPLES, seed: int = 0) -> Array:
    """How often each of n seeds occurs in each resample: (resamples, n) float64, rows summing to n, read-only.

    The same (n, resamples, seed) always gives the same counts, so that an interval never changes between two looks at
    the same data; estimates over resamples are then one matrix product.
    """
    picks = draw_below(seed, f"bootstrap of {n}", 0, resamples * n, n).reshape(resamples, n)
    rows = np.arange(resamples, dtype=np.int64)[:, None] * n
    counts = np.bincount((picks + rows).ravel(), minlength=resamples * n).reshape(resamples, n).astype(np.float64)
    counts.setflags(write=False)
    return counts


def bca_bounds(estimate: float, resampled: Array, left_out: Array, errors: tuple[float, float]) -> tuple[float, float]:
    """The lower bound at errors[0] and the upper bound at errors[1].

    `resampled` (B,): the estimate over each resample; `left_out` (n,): without each seed. Their spread must not be
    zero: with every resample alike there is nothing to correct, and the caller must use a bounded interval.
    """
    spread = float(resampled.max() - resampled.min())
    assert spread > 0.0, "the bootstrap has nothing to say about a sample without spread"
    near = np.abs(resampled - estimate) <= 1e-12 * max(spread, abs(estimate))  # ties up to the order of summation
    below = np.count_nonzero((resampled < estimate) & ~near) + np.count_nonzero(near) / 2
    size = resampled.size
    bias = NORMAL.inv_cdf(min(max(below, 0.5), size - 0.5) / size)
    pull = left_out.mean() - left_out
    squares = float((pull**2).sum())
    acceleration = float((pull**3).sum()) / (6.0 * squares**1.5) if squares > 0.0 else 0.0
    shares = [_corrected(z, bias, acceleration) for z in (NORMAL.inv_cdf(errors[0]), NORMAL.inv_cdf(1.0 - errors[1]))]
    lo, hi = np.quantile(resampled, shares)
    return float(lo), float(hi)


def _corrected(z: float, bias: float, acceleration: float) -> float:
    """The share of the resamples that lies below the bound; 0 or 1 where the acceleration runs past its pole."""
    moved = bias + z
    room = 1.0 - acceleration * moved
    return NORMAL.cdf(bias + moved / room) if room > 0.0 else float(moved > 0.0)
