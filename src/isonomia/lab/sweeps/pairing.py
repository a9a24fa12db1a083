"""A control run and the attacks against it, played over the same days and measured on the way.

Where persons × days are few, one stretch is the whole run. Where they are many, all arms play a stretch of days, are
measured, and the truth of those days is let go: a million persons for a year need the memory of a few days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from isonomia.basics.streams import Array
from isonomia.lab.plugins import worlds
from isonomia.lab.run import Course, paid_by
from isonomia.lab.spec import Spec
from isonomia.measures.harm import ByDay, Numbers, Pair, PairTally

CELLS = 2**21  # person-days of one run whose truth is held at a time


class Measured(NamedTuple):
    """One pair: the attacked spec, its numbers, and by right the deficit-days of each person, (attacked, control)."""

    spec: Spec
    pair: Pair
    rights: Mapping[str, tuple[Array, Array]]


def stretches(spec: Spec, numbers: Numbers, cells: int = CELLS) -> Iterator[int]:
    """Days to play at a time; the whole run where the world's numbers are not sums over days."""
    days = spec.days + spec.after
    step = max(1, cells // spec.members) if isinstance(numbers, ByDay) else days
    for first in range(0, days, step):
        yield min(step, days - first)


def play_pairs(control: Spec, attacked: Sequence[Spec], cells: int = CELLS) -> list[Measured]:
    """Each attacked spec against one playing of the control, in order; `cells`: person-days held at a time.

    All are of the control's world, persons, days and seed.
    """
    numbers = worlds()[control.world].numbers
    days = list(stretches(control, numbers, cells))
    theirs = Course(control)
    if len(days) == 1:  # one attacked run at a time, and its truth at hand to the end
        truth = theirs.play(days[0])
        ended = theirs.end(truth.truth)
        found = []
        for spec in attacked:
            course, tally = Course(spec), PairTally(numbers, paid_by(spec))
            stretch = course.play(days[0])
            tally.add(stretch, truth)
            found.append(Measured(spec, tally.pair(course.end(stretch.truth), ended), tally.rights))
        return found
    ours = [(spec, Course(spec), PairTally(numbers, paid_by(spec))) for spec in attacked]
    for n in days:
        truth = theirs.play(n)
        for _, course, tally in ours:
            tally.add(course.play(n), truth)
    ended = theirs.end()
    return [Measured(spec, tally.pair(course.end(), ended), tally.rights) for spec, course, tally in ours]
