"""Time until something happens, where some were not followed until it did: Kaplan and Meier's curve.

S(t), the share to whom it has not happened by time t, is the product over event times s ≤ t of 1 − d/r: d events at s
among the r still at risk just before. Whoever is lost at s (censored: the run ended, the seat was closed) was at risk
at s. Greenwood's variance of ln S(t) is Σ d/(r(r − d)).

Sources: Kaplan and Meier, JASA 53 (1958); Greenwood, Reports on Public Health 33 (1926); the interval on ln(−ln S):
Kalbfleisch and Prentice, "The Statistical Analysis of Failure Time Data" (1980); median: Brookmeyer and Crowley,
Biometrics 38 (1982); log-rank: Mantel, Cancer Chemotherapy Reports 50 (1966).

Two ends that the formula leaves open never become points here. While nothing has happened the lower bound is Clopper
and Pearson's for those followed so far; where the curve reaches 0 the upper bound stays what it was one event before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, inf, log, nan, sqrt
from typing import Literal

import numpy as np

from isonomia.basics.streams import Array
from isonomia.measures.statistics.bootstrap import NORMAL
from isonomia.measures.statistics.intervals import Interval
from isonomia.measures.statistics.samples import SampleError, Values, error_rate

Scale = Literal["log-log", "plain"]


@dataclass(frozen=True, slots=True)
class Survival:
    """A survival curve: one row per distinct time of an event, rising; all arrays (k,), read-only.

    `share` is S just after the time, within lo … hi at `level` for each time by itself, not for the whole curve.
    `followed` (n,): how long each of the n was followed, rising. `median` is the first time at which S ≤ ½, or inf
    where the curve stays above; `median_lo` and `median_hi` are the first times at which lo ≤ ½ and hi ≤ ½; the last is
    often inf.
    """

    times: Array  # float64, in the unit of the times given
    at_risk: Array  # int64, just before the time
    events: Array  # int64
    share: Array  # float64
    lo: Array
    hi: Array
    median: float
    median_lo: float
    median_hi: float
    followed: Array
    level: float

    @property
    def n(self) -> int:
        return int(self.followed.size)

    def at(self, time: float) -> Interval:
        """S(time), with its interval. Raises SampleError after the last time to which anybody was followed."""
        if not 0.0 <= time <= self.followed[-1]:
            raise SampleError(f"nobody was followed to {time}; the curve runs from 0 to {self.followed[-1]}")
        row = int(np.searchsorted(self.times, time, side="right")) - 1
        if row >= 0:
            return Interval(float(self.share[row]), float(self.lo[row]), float(self.hi[row]), self.n, "kaplan-meier")
        beyond = int(np.count_nonzero(self.followed >= time))
        return Interval(1.0, _none_yet(beyond, self.level), 1.0, self.n, "kaplan-meier")


def survival(
    times: Values, observed: Sequence[bool] | Array, level: float = 0.95, scale: Scale = "log-log"
) -> Survival:
    """The curve of n subjects: `times` (n,), ≥ 0, until the event or until the subject was lost; `observed` (n,),
    True where it was the event. In what order they stand does not matter.

    `scale` "log-log" puts the interval on ln(−ln S), which keeps it within 0 … 1; "plain" is S ± z·S·√variance, cut to
    0 … 1, and under-covers near either end (docs/numbers.md). Raises SampleError on samples that are not so, or a bad
    level or scale.
    """
    t, happened = _as_times(times, observed)
    error = error_rate(level, sides=2)
    if scale not in ("log-log", "plain"):
        raise SampleError(f'scale is "log-log" or "plain"; got "{scale}"')
    at, events = np.unique(t[happened], return_counts=True)
    at_risk = t.size - np.searchsorted(t, at, side="left")
    share = np.cumprod(1.0 - events / at_risk)
    left = at_risk - events
    with np.errstate(divide="ignore"):
        variance = np.cumsum(events / (at_risk * left.astype(np.float64)))  # inf where nobody is left
    lo, hi = np.empty_like(share), np.empty_like(share)
    for row, (s, v) in enumerate(zip(share, variance, strict=True)):
        if left[row]:
            lo[row], hi[row] = _bounds(float(s), sqrt(v), -NORMAL.inv_cdf(error), scale)
        else:
            lo[row], hi[row] = 0.0, hi[row - 1] if row else 1.0 - _none_yet(int(at_risk[0]), level)
    for array in (at, at_risk, events, share, lo, hi, t):
        array.setflags(write=False)
    median, first, last = (float(at[np.argmax(s <= 0.5)]) if (s <= 0.5).any() else inf for s in (share, lo, hi))
    return Survival(at, at_risk, events, share, lo, hi, median, first, last, t, level)


def log_rank(first: tuple[Values, Sequence[bool] | Array], second: tuple[Values, Sequence[bool] | Array]) -> float:
    """Two-sided p-value against "both have the same curve", each given as (times, observed); Mantel's χ² on 1 degree.

    The large-sample test: count on it from a dozen events up. nan where nothing ever happened while both were at risk.
    """
    groups = [_as_times(*group) for group in (first, second)]
    every = np.unique(np.concatenate([t[happened] for t, happened in groups]))
    risk = [t.size - np.searchsorted(t, every, side="left") for t, _ in groups]
    done = [np.searchsorted(np.sort(t[on]), every, "right") - np.searchsorted(t[on], every, "left") for t, on in groups]
    r, d = (risk[0] + risk[1]).astype(np.float64), done[0] + done[1]
    expected = d * risk[0] / r
    variance = float((expected * (risk[1] / r) * (r - d) / np.maximum(r - 1.0, 1.0)).sum())
    return erfc(abs(float(done[0].sum() - expected.sum())) / sqrt(2.0 * variance)) if variance > 0.0 else nan


def _bounds(share: float, error: float, z: float, scale: Scale) -> tuple[float, float]:
    """`error`: the standard error of ln S; share is between 0 and 1."""
    if scale == "plain":
        return max(0.0, share * (1.0 - z * error)), min(1.0, share * (1.0 + z * error))
    away = z * error / -log(share)
    return share ** exp(away), share ** exp(-away)


def _none_yet(followed: int, level: float) -> float:
    """Clopper and Pearson's lower bound for a share of which `followed` of `followed` were seen."""
    return float(error_rate(level, sides=2) ** (1.0 / followed))


def _as_times(times: Values, observed: Sequence[bool] | Array) -> tuple[Array, Array]:
    """Both sorted by time, (n,) float64 and (n,) bool."""
    t: Array = np.asarray(times, dtype=np.float64)
    happened: Array = np.asarray(observed)
    if t.ndim != 1 or not t.size or happened.shape != t.shape:
        raise SampleError(f"a time and a flag for each of at least one subject; got {t.shape} and {happened.shape}")
    if not (np.isfinite(t).all() and (t >= 0.0).all()):
        raise SampleError("times want to be finite and at least 0; for whoever was lost, give the time of the loss")
    if happened.dtype != np.bool_:
        raise SampleError(f"`observed` wants True where the event happened and False where not; got {happened.dtype}")
    order = np.argsort(t, kind="stable")
    return t[order], happened[order]
