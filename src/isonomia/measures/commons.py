"""The numbers of a commons (formulas: docs/numbers.md)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from isonomia.basics.streams import Array
from isonomia.decisions.direction import STEPS, moved
from isonomia.measures.trace import Trace
from isonomia.worlds.commons import MICRO, QUOTA

RIGHTS: tuple[str, ...] = ("need", "share")


def deficits(trace: Trace, control: Trace) -> dict[str, Array]:
    """Deficit by right, each (days, persons) in [0, 1].

    need: 1 - served/need. share: 1 - served/e, e being what the control path's own mandate entitled the person to
    that day. A person who was owed nothing is short of nothing.
    """
    served = trace.truth["served"].astype(float)
    return {"need": _short(served, trace.truth["need"]), "share": _short(served, control.truth["entitled"])}


def _short(served: Array, owed: Array) -> Array:
    owed = owed.astype(float)
    short: Array = np.where(owed > 0, 1 - served / np.where(owed > 0, owed, 1), 0.0)
    return np.clip(short, 0, 1)


def owed(trace: Trace) -> Array:
    """(days, persons): is this person owed anything that day? Everybody needs something, every day."""
    some: Array = trace.truth["need"] > 0
    return some


def weakest(trace: Trace) -> Array:
    """Positions of the weakest tenth of the victims on day 0: those who need most, ties by position."""
    start, stop = trace.roles.victims
    need = trace.truth["need"][0, start:stop].astype(int)
    return start + np.argsort(-need, kind="stable")[: max(1, (stop - start) // 10)]


def profit(trace: Trace, paid: Sequence[tuple[int, int]]) -> float:
    """Units served to those declared to profit, and to every account that is no person's."""
    served = trace.truth["served"].astype(float)
    mine = np.zeros(trace.roles.persons, bool)
    for start, stop in paid:
        mine[start:stop] = True
    nobody = sum(int(day["taken"]) for day in trace.days) / 1000 - served.sum()
    return float(served[:, mine].sum() + nobody) / 1000


def total(trace: Trace) -> float:
    """Units served to anybody."""
    return sum(int(day["taken"]) for day in trace.days) / 1e6


def sincere_mandate(trace: Trace) -> Array:
    """M*: the mandate that sincere ballots of genuine members would have made, knowing the true stock. (days,)"""
    mandate, path = MICRO, []
    for lower, higher, hold in trace.sincere.tolist():
        mandate = moved(mandate, lower, higher, hold, (QUOTA.lo, QUOTA.hi), STEPS)
        path.append(mandate)
    return np.array(path, float)


def decoupling(trace: Trace) -> float:
    """d(X, M), mean over days: half the sum of differences between each person's share of what was served, and the
    share they would have had under equal shares and the mandate's quota."""
    mandate = np.array([int(day["mandate"]) // 1000 for day in trace.days], float)
    mandated = np.minimum(trace.truth["claim"].astype(float), mandate[:, None])
    return _share_distance(trace.truth["served"].astype(float), mandated)


def beside(trace: Trace) -> dict[str, float]:
    """This world's own numbers, printed beside the others."""
    return {"quota_gap": quota_gap(trace)}


def quota_gap(trace: Trace) -> float:
    """|quota - mandate| ÷ mandate, mean over days."""
    return float(np.mean([abs(int(d["quota"]) - int(d["mandate"])) / int(d["mandate"]) for d in trace.days]))


def input_capture(trace: Trace) -> float:
    """d(M, M*): |mandate on record - sincere mandate| ÷ sincere mandate, mean over days."""
    sincere = sincere_mandate(trace)
    recorded = np.array([int(d["mandate"]) for d in trace.days], float)
    return float(np.mean(np.abs(recorded - sincere) / sincere))


def truth_gap(trace: Trace) -> float:
    """|reported - measured stock| ÷ capacity, mean over days; both as they stood when the day opened."""
    gaps = [
        abs(int(d["stock_reported"]) - int(d["stock_measured_at_opening"])) / int(d["capacity"]) for d in trace.days
    ]
    return float(np.mean(gaps))


def _share_distance(done: Array, due: Array) -> float:
    """½ Σ |difference of shares|, mean over days; 1 on a day when something was due and nothing was done."""
    of_done, of_due = done.sum(axis=1, keepdims=True), due.sum(axis=1, keepdims=True)
    some = of_due[:, 0] > 0
    if not some.any():
        return 0.0
    shares = np.where(of_done > 0, done / np.where(of_done > 0, of_done, 1), 0.0)[some]
    distance = np.abs(shares - due[some] / of_due[some]).sum(axis=1) / 2
    return float(np.where(of_done[some, 0] > 0, distance, 1.0).mean())
