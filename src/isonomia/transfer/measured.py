"""A number with its interval, or why there is none; and the two simplest ways to one: a share, a difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from isonomia.basics.streams import Array
from isonomia.measures.statistics.intervals import Interval
from isonomia.measures.statistics.shares import LEAST_ITEMS, difference_of, mean_interval


@dataclass(frozen=True, slots=True)
class Measured:
    """A number, its 95% interval over n items, how it was made. `value` None: `why` says what stood against it."""

    value: float | None
    lo: float | None = None
    hi: float | None = None
    n: int = 0
    method: str = ""
    why: str = ""

    @classmethod
    def of(cls, found: Interval) -> Measured:
        return cls(found.mean, found.lo, found.hi, found.n, found.method)

    def plain(self) -> dict[str, Any]:
        row = asdict(self)
        lo, hi = row.pop("lo"), row.pop("hi")
        return {**row, "ci": None if lo is None or hi is None else [lo, hi]}


def plain(found: Any) -> Any:
    """What was found, as JSON has it: numbers, rows and named tuples become objects, however deep they stand."""
    if hasattr(found, "plain"):
        return found.plain()
    if hasattr(found, "_asdict"):
        return plain(found._asdict())
    if isinstance(found, dict):
        return {name: plain(value) for name, value in found.items()}
    return [plain(value) for value in found] if isinstance(found, tuple) else found


def too_few(n: int) -> Measured | None:
    """The number that n items do not give, where they are too few."""
    return Measured(None, n=n, why=f"{n} items; an interval wants at least {LEAST_ITEMS}") if n < LEAST_ITEMS else None


def share(values: Sequence[float] | Array) -> Measured:
    """The mean of one value in [0, 1] an item, (n,), with a score interval."""
    return too_few(len(values)) or Measured.of(mean_interval(values))


def difference(one: Sequence[float] | Array, other: Sequence[float] | Array) -> Measured:
    """The mean of the first less that of the second, item by item, (n,) each in [0, 1]."""
    first, second = (np.asarray(values, dtype=np.float64) for values in (one, other))
    if few := too_few(first.size):
        return few
    spread = float(first.std() * second.std())
    together = float(np.cov(first, second, bias=True)[0, 1]) / spread if spread > 0.0 else 0.0
    return Measured.of(difference_of(mean_interval(first), mean_interval(second), together))
