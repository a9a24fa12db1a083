"""Which projects of a budget an attacker picks, from what is public at the founding.

The attacker knows everybody's wishes, as if from perfect polls, and can apply the rule: what a safeguard is worth is
measured against an attacker who aims well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from isonomia.basics.streams import Array
from isonomia.decisions.rules import Rule
from isonomia.decisions.selection import Form


@dataclass(frozen=True, slots=True, eq=False)
class Polls:
    """What is known before the vote. `points`: everybody's wishes, (persons, projects); `mandate`: what the rule makes
    of them; `full`: the points with which a ballot supports one project fully."""

    points: Array
    costs: tuple[int, ...]
    budget: int
    rule: Rule
    form: Form
    full: int
    mandate: tuple[int, ...]


def unwanted(polls: Polls) -> list[int]:
    """Projects, the dearest that fewest want first: those that sincere ballots would not fund before those they would,
    then by cost × persons who gave them nothing."""
    without = (polls.points == 0).sum(axis=0).tolist()
    return sorted(range(len(polls.costs)), key=lambda p: (p in polls.mandate, -polls.costs[p] * without[p], p))


def favourites(polls: Polls, faction: tuple[int, int]) -> list[int]:
    """Projects that the faction (positions start … stop) wants more than the others do: those that sincere ballots
    would not fund anyway first, then by how much more, per person and in money."""
    start, stop = faction
    others = max(1, len(polls.points) - (stop - start))
    theirs = polls.points[start:stop].sum(axis=0, dtype=np.int64)
    rest = polls.points.sum(axis=0, dtype=np.int64) - theirs
    more = (theirs * others - rest * (stop - start)).tolist()
    wanted = [p for p in range(len(polls.costs)) if more[p] > 0]
    return sorted(wanted, key=lambda p: (p in polls.mandate, -more[p] * polls.costs[p], p))


@lru_cache(maxsize=8)
def sybil_row(polls: Polls, honest: int, names: int, projects: int) -> Array:
    """The ballot that `names` names should all cast beside the first `honest` persons, shape (projects of the file,).

    It supports some projects that could be paid, as fully as the form allows: the dearest that are least wanted, or the
    nearest to being funded, one of them or up to `projects`; whichever of these costs the others most by the rule.
    """
    payable = [p for p in unwanted(polls) if polls.costs[p] <= polls.budget]
    support = polls.points.sum(axis=0, dtype=np.int64).tolist()
    near = sorted(payable, key=lambda p: (p in polls.mandate, polls.costs[p] / (1 + support[p]), p))
    tried = [order[:n] for order in (payable, near) for n in (projects, 1)]
    rows = [_row(polls, picked) for picked in tried]
    return max(rows, key=lambda row: _loss(polls, honest, names, row))


def _row(polls: Polls, picked: Sequence[int]) -> Array:
    row = np.zeros(len(polls.costs), "<u2")
    total, cost = polls.form.total, polls.form.cost
    for project in picked:
        points = min(polls.full, total)
        if points and polls.costs[project] <= cost:
            row[project] = points
            total -= points
            cost -= polls.costs[project]
    return row


def _loss(polls: Polls, honest: int, names: int, row: Array) -> int:
    """What honest persons lose, cost × points, if so many names cast this ballot."""
    ballots = polls.points[:honest]
    mandate = polls.rule.select(np.vstack([ballots, np.tile(row, (names, 1))]), polls.costs, polls.budget)
    lost = [p for p in polls.mandate if p not in mandate]
    return sum(int(ballots[:, p].sum(dtype=np.int64)) * polls.costs[p] for p in lost)
