"""What was found: a number with what each item adds to it, and numbers that are made of two such.

Of what is not known both ends are worked out; the end that is worse for the layer is told, with an interval over both.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from isonomia.basics.streams import Array
from isonomia.measures.statistics.intervals import Interval
from isonomia.measures.statistics.shares import difference_of, ratio_of
from isonomia.transfer.measured import Measured

LEAST_SERVICE = 0.5  # of b, below which τ/b compares with a model that hardly serves
MOST_UNKNOWN = 0.2  # how far what is not known may pull a number before it is a pair of bounds only


class Known(NamedTuple):
    """A number as an interval, with what each item adds to it (n,), so that two numbers' correlation can be had."""

    interval: Interval
    items: Array  # keys of the items, sorted
    pulls: Array
    open: bool = False  # some of it is not known: its pulls are those of the end that is told


Found = tuple[Measured, Known | None]


def unknown(n: int, why: str) -> Found:
    """No number of n items, and why."""
    return Measured(None, n=n, why=why), None


def lost(*of: Found) -> Found:
    """For the reasons of those that are not known."""
    whys = dict.fromkeys(part.why for part, _ in of if part.value is None)
    return unknown(min(part.n for part, _ in of), "; ".join(whys))


def extreme(sides: list[Found], least: bool) -> Found:
    """The lower or the higher of two, or whichever cannot be known."""
    for side in sides:
        if side[0].value is None:
            return side
    return (min if least else max)(sides, key=lambda side: side[0].value or 0.0)


def between(other: Found, worst: Found, what: str) -> Found:
    """The end that is worse for the layer, with an interval from the other's; None where they lie too far apart. What
    is not known is no sampling error, so nothing of it cancels against another number."""
    if other[1] is None or worst[1] is None:
        return lost(other, worst)
    ends = other[1].interval, worst[1].interval
    below, above = sorted(end.mean for end in ends)
    if above - below > MOST_UNKNOWN:
        return unknown(ends[1].n, f"{what} it anywhere from {below:.2f} to {above:.2f}")
    whole = replace(ends[1], lo=min(end.lo for end in ends), hi=max(end.hi for end in ends))
    return replace(worst[0], lo=whole.lo, hi=whole.hi), worst[1]._replace(interval=whole, open=below < above)


def complement(of: Found) -> Found:
    """1 less it."""
    measured, known = of
    if known is None:
        return of
    was = known.interval
    turned = replace(was, mean=1.0 - was.mean, lo=1.0 - was.hi, hi=1.0 - was.lo)
    return replace(Measured.of(turned), method=measured.method), known._replace(interval=turned, pulls=-known.pulls)


def minus(one: Found, other: Found) -> Measured:
    """The first less the second."""
    if one[1] is None or other[1] is None:
        return lost(one, other)[0]
    return Measured.of(difference_of(one[1].interval, other[1].interval, _together(one[1], other[1])))


def ratio(tau: Found, by: Found, name: str) -> Measured:
    """τ over another number, `name`; none where that may be 0, or is b and hardly serves."""
    (measured, own), (_, known) = tau, by
    if own is None or known is None:
        return lost(tau, by)[0]
    if name == "b" and known.interval.mean < LEAST_SERVICE:
        return Measured(None, n=measured.n, why=f"b is {known.interval.mean:.2f}, below {LEAST_SERVICE}")
    found = ratio_of(own.interval, known.interval, _together(own, known))
    return Measured.of(found) if found else Measured(None, n=measured.n, why=f"{name} may be 0")


def _together(one: Known, other: Known) -> float:
    """The correlation of two estimates, from the items they share; where one is open, none that would narrow."""
    _, mine, theirs = np.intersect1d(one.items, other.items, assume_unique=True, return_indices=True)
    scale = float(np.sqrt((one.pulls**2).sum() * (other.pulls**2).sum()))
    most = 0.0 if one.open or other.open else 1.0
    return float(np.clip((one.pulls[mine] * other.pulls[theirs]).sum() / scale, -1.0, most)) if scale > 0.0 else 0.0


def correlation(one: Array, other: Array) -> float:
    """Of two arrays, (n,)."""
    a, b = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum() / scale) if scale > 0.0 else 0.0
