"""Growing n: how often one may look, and at what price.

Whoever tests at 5% after 20 seeds, and again after 40, 80 and 200, is wrong more often than 5%. Here the error is spent
like money over the looks: each new seed spends the same, so the look at n_k spends (1 − level)(n_k − n_{k−1})/n_last:
.005 at 20, .005 at 40, .010 at 80, .030 at 200 (alpha spending with the function α·t: Lan and DeMets, Biometrika 70,
1983; Kim and DeMets, Biometrika 74, 1987). The amounts are simply added (Bonferroni over looks), which needs nothing
about how looks depend on one another, and holds for any p-value. A cell that is plainly broken is over at 20; most of
the error is kept for 200, where "held" needs it.

For a table: `p_over_looks` turns a cell's p-values so far into one valid p-value, whenever the cell stopped growing;
`families.holm` over those of all cells then keeps the whole table's error, over all looks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from isonomia.basics.streams import Array
from isonomia.measures.statistics.samples import SampleError, Values, error_rate

LOOKS = (20, 40, 80, 200)


@dataclass(frozen=True, slots=True)
class Grown:
    """What growing found: the values of seeds 0 … n−1, shape (n,), and whether the question was decided."""

    values: Array
    decided: bool

    @property
    def n(self) -> int:
        return int(self.values.size)


def alpha_at(look: int, level: float = 0.95, looks: Sequence[int] = LOOKS) -> float:
    """The error that may be spent at the look after `look` seeds. Raises SampleError when there is no such look."""
    ends = _ends(looks)
    if look not in ends:
        raise SampleError(f"there is no look at {look} seeds; looks are at {', '.join(map(str, ends))}")
    at = ends.index(look)
    return error_rate(level) * (look - (ends[at - 1] if at else 0)) / ends[-1]


def p_over_looks(p_values: Sequence[float], looks: Sequence[int] = LOOKS) -> float:
    """One p-value for a cell that was tested at the first len(p_values) looks: min over them of p·n_last/(seeds spent).

    Valid however the stopping was decided: P(it ≤ a) ≤ Σ_k P(p_k ≤ a·share_k) ≤ a, as the shares add up to 1.
    Compare it with the whole error (.05), not with alpha_at.
    """
    ends = _ends(looks)
    if not 1 <= len(p_values) <= len(ends):
        raise SampleError(f"{len(p_values)} p-values for {len(ends)} looks")
    shares = np.diff((0, *ends))[: len(p_values)] / ends[-1]
    return float(min(1.0, (np.asarray(p_values, dtype=np.float64) / shares).min()))


def grow(
    sample: Callable[[int, int], Values],
    decide: Callable[[Array, float], bool],
    level: float = 0.95,
    looks: Sequence[int] = LOOKS,
) -> Grown:
    """Run seeds until `decide` says the question is settled, or the last look is past.

    `sample(start, stop)` runs seeds start … stop−1 and gives their values in that order; `decide(values, alpha)` gets
    all values so far and the error that this look may spend, and must claim nothing at a larger one. Decided or not,
    the values come back. Raises SampleError when `sample` gives another number of values than it was asked for.
    """
    values: Array = np.empty(0)
    for stop in _ends(looks):
        more: Array = np.asarray(sample(values.size, stop), dtype=np.float64)
        if more.shape != (stop - values.size,):
            raise SampleError(f"asked for seeds {values.size} to {stop - 1}, got values of shape {more.shape}")
        values = np.concatenate([values, more])
        if decide(values, alpha_at(stop, level, looks)):
            return Grown(values, True)
    return Grown(values, False)


def _ends(looks: Sequence[int]) -> tuple[int, ...]:
    ends = tuple(looks)
    if not ends or ends[0] < 1 or any(a >= b for a, b in pairwise(ends)):
        raise SampleError(f"looks want growing numbers of seeds, from 1 up; got {ends}")
    return ends
