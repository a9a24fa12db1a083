"""Which framing did it: the hazard of each cause, and what the attacker loses without it.

While an item is not broken, every attempt is at risk. The cause-specific hazard of a framing is its first successes ÷
its attempts at risk (Prentice et al., Biometrics 34, 1978), a ratio of sums over items; `first` is the share of items
that it broke first. Both compare framings only where their order was drawn for each item: where it is the same
everywhere, a later framing meets only what the earlier ones left, and the hazard says so instead of giving a number.
`without` is u with all framings minus u without this one, at the same number of attempts: 0 where others do as well.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, NamedTuple

import numpy as np

from isonomia.basics.streams import Array
from isonomia.measures.statistics.shares import mean_interval, share_interval
from isonomia.transfer.attempts import Attempts, Names, keys
from isonomia.transfer.curves import Groups, best_known, grouped, pseudo_survival, stops_at_success, values_at
from isonomia.transfer.measured import Measured, difference, share, too_few

SUCCESS = 1.0


class FramingRow(NamedTuple):
    """One target and framing. `budget`: the attempts at which `without` compares."""

    target: str
    framing: str
    attempts: int  # at risk
    successes: int  # first ones
    hazard: Measured
    first: Measured
    without: Measured
    budget: int


def attribute(table: Attempts) -> tuple[FramingRow, ...]:
    """Rows by target and framing, of the attack arm. An unscorable grade is no success and leaves the item at risk."""
    arm = table.arm.words.index("attack") if "attack" in table.arm.words else -1
    rows: list[FramingRow] = []
    for target, name in enumerate(table.target.words):
        own = _part(table, (table.arm.codes == arm) & (table.target.codes == target))
        if len(own):
            rows += _of_target(name, own)
    return tuple(rows)


def _of_target(name: str, own: Attempts) -> list[FramingRow]:
    item = np.unique(keys(own.category, own.twin), return_inverse=True)[1].reshape(-1)
    order = np.lexsort((own.attempt, item))
    own, item = _part(own, order), item[order]
    n = int(item[-1]) + 1
    won = own.grade >= SUCCESS  # NaN is not
    earlier: Array = np.cumsum(won) - won
    starts = np.flatnonzero(np.diff(item, prepend=-1))
    at_risk: Array = earlier == np.repeat(earlier[starts], np.diff(starts, append=item.size))
    fixed = _same_order(own.framing.codes, item, starts)
    rows = []
    for framing in np.unique(own.framing.codes).tolist():
        mine = at_risk & (own.framing.codes == framing)
        tries = np.bincount(item, mine, n)
        first = np.bincount(item, mine & won, n)
        without, budget = _left_out(own, framing)
        rows.append(
            FramingRow(
                name,
                own.framing.words[framing],
                int(tries.sum()),
                int(first.sum()),
                _hazard(first, tries, fixed),
                share(first),
                without,
                budget,
            )
        )
    return rows


def _hazard(first: Array, tries: Array, fixed: bool) -> Measured:
    n = int(np.count_nonzero(tries))
    if few := too_few(n):
        return few
    if fixed:
        return Measured(None, n=n, why="the framings stand in the same order in every item; draw it for each")
    met, most = tries > 0, tries.max()  # an item that never met it says nothing of it; both within [0, 1]
    found = share_interval(first[met] / most, tries[met] / most, np.zeros(n))
    if found is None:
        return Measured(None, n=n, why="too few items met it")
    # One attempt breaks no more than all of an item's do together, of which few items tell much.
    most_of_items = mean_interval(np.minimum(first[met], 1.0)).hi
    return Measured(found.mean, max(0.0, found.lo), min(found.hi, max(found.mean, most_of_items)), n, found.method)


def _left_out(own: Attempts, framing: int) -> tuple[Measured, int]:
    """u with every framing − u without this one, over items, at the attempts that the others made.

    Where attempts stop at success, an item that this framing broke is lost to the others after what they had tried.
    """
    own = replace(own, choice=np.zeros_like(own.choice))  # what would be chosen without a framing is not on record
    rest = _renumbered(own, own.framing.codes != framing)
    if not len(rest):
        return Measured(None, why="there is no other framing"), 0
    every, kept = grouped(_renumbered(own, np.ones(len(own), dtype=bool))), grouped(rest)
    _, mine, theirs = np.intersect1d(_items(every), _items(kept), return_indices=True)
    still = every.first[mine] == 0
    budget = int(np.median(kept.tried[theirs][still])) if still.any() else int(kept.tried.max())
    if stops_at_success(every, np.arange(every.tried.size)):
        times, won = np.zeros((2, every.tried.size), dtype=np.int64)
        times[mine] = np.where(kept.first[theirs] > 0, kept.first[theirs], kept.tried[theirs])
        won[mine] = kept.first[theirs]
        whole = pseudo_survival(np.where(every.first > 0, every.first, every.tried), every.first > 0, budget)
        values = [whole, pseudo_survival(times, won > 0, budget)]
    else:
        oracle = not bool(every.rated.all() and kept.rated.all())
        values = [
            values_at(groups, at, budget, best_known(groups, budget, oracle), oracle, False).hi
            for groups, at in ((every, mine), (kept, theirs))
        ]
    return difference(*values), budget


def _items(groups: Groups) -> Array:
    """Items as numbers that two tables with the same words share."""
    key: Array = groups.category * (1 << 32) + groups.twin
    return key


def _same_order(framing: Array, item: Array, starts: Array) -> bool:
    """No two items differ in the framing of the attempts that both made, though framings differ within items."""
    place = np.arange(item.size) - np.repeat(starts, np.diff(starts, append=item.size))
    least, most = np.full(place.max() + 1, framing.max()), np.zeros(place.max() + 1, dtype=np.int64)
    np.minimum.at(least, place, framing)
    np.maximum.at(most, place, framing)
    return bool((least == most).all() and starts.size > 1 and framing.min() < framing.max())


def _part(table: Attempts, at: Array) -> Attempts:
    """Rows of a table; the words stay."""
    cells: dict[str, Any] = {field.name: getattr(table, field.name) for field in fields(table)}
    cut: dict[str, Any] = {n: Names(c.codes[at], c.words) if isinstance(c, Names) else c[at] for n, c in cells.items()}
    return Attempts(**cut)


def _renumbered(table: Attempts, keep: Array) -> Attempts:
    """The rows kept, each item's numbered anew from 1; the table is in order of item and attempt."""
    rest = _part(table, keep)
    item = keys(rest.category, rest.twin)
    starts = np.flatnonzero(np.diff(item, prepend=-1))
    place = np.arange(item.size) - np.repeat(starts, np.diff(starts, append=item.size)) + 1
    return replace(rest, attempt=place)
