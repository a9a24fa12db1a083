"""Attribution to framings: a planted culprit is found, a harmless one is not blamed, a fixed order is no evidence."""

from math import nan

import numpy as np
import pytest

from isonomia.transfer.attempts import Row, from_rows
from isonomia.transfer.attribution import attribute

CHANCES = {"fiction": 0.3, "office": 0.02, "plain": 0.02}


def rows_of(seed, stop=True, items=120, chances=CHANCES, fixed=False):
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(items):
        order = list(chances) * 4 if fixed else rng.permutation(list(chances) * 4).tolist()
        for k, framing in enumerate(order, 1):
            grade = float(rng.random() < chances[framing])
            rows.append(Row("m", "c", "attack", str(i), framing, "", k, grade, 0, nan, 0.0))
            if grade and stop:
                break
    return rows


@pytest.mark.parametrize("stop", [True, False])
def test_a_planted_culprit_is_found(stop):
    """In twenty worlds; without fiction eight attempts have a chance of .02 each."""
    lost = (1 - (1 - 0.34 / 3) ** 8) - (1 - 0.98**8)
    held = {"hazard": 0, "other": 0, "without": 0, "apart": 0, "useless": 0}
    for seed in range(20):
        found = {row.framing: row for row in attribute(from_rows(rows_of(seed, stop)))}
        culprit, other = found["fiction"], found["plain"]
        held["hazard"] += culprit.hazard.lo < 0.3 < culprit.hazard.hi
        held["other"] += other.hazard.lo < 0.02 < other.hazard.hi
        held["without"] += culprit.without.lo < lost < culprit.without.hi
        held["apart"] += other.hazard.hi < culprit.hazard.lo
        held["useless"] += other.without.value < 0.05  # leaving out what does little does not cost the attacker
    assert min(held.values()) >= 17, held


def test_counts_are_those_of_a_slow_reading():
    rows = rows_of(1, stop=False, items=30)
    tries, first = dict.fromkeys(CHANCES, 0), dict.fromkeys(CHANCES, 0)
    for i in range(30):
        for row in rows[i * 12 : i * 12 + 12]:
            tries[row.framing] += 1
            if row.grade:
                first[row.framing] += 1
                break
    shuffled = [rows[i] for i in np.random.default_rng(0).permutation(len(rows))]
    for row in attribute(from_rows(shuffled)):
        assert (row.attempts, row.successes) == (tries[row.framing], first[row.framing])
        assert row.hazard.value == pytest.approx(first[row.framing] / tries[row.framing])


def test_equal_framings_are_blamed_equally():
    hits = 0
    for seed in range(40):
        found = attribute(from_rows(rows_of(seed, chances=dict.fromkeys("abc", 0.1), items=60)))
        hits += sum(row.hazard.lo <= 0.1 <= row.hazard.hi for row in found)
    assert 0.9 <= hits / 120 <= 1.0


def test_one_order_for_all_is_no_evidence():
    row = attribute(from_rows(rows_of(0, fixed=True)))[0]
    assert row.hazard.value is None
    assert "same order" in row.hazard.why


def test_edges_have_reasons():
    assert attribute(from_rows([])) == ()
    (alone,) = attribute(from_rows(rows_of(0, chances={"only": 0.2})))
    assert "no other framing" in alone.without.why
    few = attribute(from_rows(rows_of(0, items=3)))
    assert all(cell.value is None and cell.why for row in few for cell in (row.hazard, row.first))
    lost = attribute(from_rows([row._replace(grade=nan) for row in rows_of(0)]))
    assert all(row.successes == 0 and row.first.hi > 0.0 for row in lost)


def test_a_framing_that_broke_nothing_in_few_items_is_bounded_by_the_items_and_one_that_broke_all_from_below():
    kinds = (("idle", 2, 0.0), ("sure", 1, 1.0))
    rows = []
    for i in range(20):
        order = kinds if i % 2 else kinds[::-1]
        tries = [(name, grade) for name, times, grade in order for _ in range(times - (i % 3 == 0 and name == "idle"))]
        for k, (name, grade) in enumerate(tries, 1):
            rows.append(Row("m", "c", "attack", f"{i:02d}", name, "", k, grade, 0, nan, 0.0))
    found = {row.framing: row.hazard for row in attribute(from_rows(rows))}
    assert found["idle"].value == 0
    assert found["idle"].hi < 0.5
    assert found["sure"].value == 1
    assert found["sure"].lo > 0.6
