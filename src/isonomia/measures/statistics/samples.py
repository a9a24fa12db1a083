"""What comes in: one finite number per seed, inside the support that the caller states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from isonomia.basics.errors import IsonomiaError
from isonomia.basics.streams import Array

Values = Sequence[float] | Array
Support = tuple[float, float]  # the least and the greatest value that one seed can have, seen or not
HARM: Support = (-1.0, 1.0)  # a difference of two shares of person-days


class SampleError(IsonomiaError):
    """A sample or a question that statistics cannot answer; the message says what is wrong with it."""


def as_support(support: Support) -> Support:
    """(least, greatest) as floats. Raises SampleError unless both are finite and least < greatest."""
    lo, hi = float(support[0]), float(support[1])
    if not (np.isfinite(lo) and np.isfinite(hi) and lo < hi):
        raise SampleError(f"a support wants two finite ends, the lower first; got ({lo}, {hi})")
    return lo, hi


def as_sample(values: Values, support: Support) -> Array:
    """The values sorted, shape (n,), float64: an answer must not depend on the order of the seeds.

    Raises SampleError when there are none, or one is not finite or outside the support: a bound that rests on
    a support which the data contradict would be false.
    """
    cells: Array = np.asarray(values, dtype=np.float64)
    lo, hi = as_support(support)
    if cells.ndim != 1 or not cells.size:
        raise SampleError(f"a sample wants one value per seed and at least one seed; got shape {cells.shape}")
    if not np.isfinite(cells).all():
        raise SampleError("a sample wants finite values; look for the seed whose measure gave nan or inf")
    if cells.min() < lo or cells.max() > hi:
        raise SampleError(f"values from {cells.min()} to {cells.max()} lie outside the support ({lo}, {hi}); widen it")
    return np.sort(cells)


def as_pairs(first: Values, second: Values) -> tuple[Array, Array]:
    """Two columns of one sample, sorted together, each (n,), float64. Raises SampleError as `as_sample` does."""
    a: Array = np.asarray(first, dtype=np.float64)
    b: Array = np.asarray(second, dtype=np.float64)
    if a.ndim != 1 or a.shape != b.shape or not a.size:
        raise SampleError(f"pairs want two equally long columns with at least one seed; got {a.shape} and {b.shape}")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise SampleError("pairs want finite values; look for the seed whose measure gave nan or inf")
    order = np.lexsort((a, b))
    return a[order], b[order]


def error_rate(level: float, sides: int = 1) -> float:
    """What is left for error on each side, (1 − level)/sides. Raises SampleError unless 0 < level < 1."""
    if not 0.0 < level < 1.0:
        raise SampleError(f"a confidence level lies between 0 and 1, as .95 does; got {level}")
    return (1.0 - level) / sides
