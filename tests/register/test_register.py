"""What the register looks at, whom it tells, and what it counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isonomia.register.register import PANEL, Register, count_short, drawn_panel
from small_polity import GOVERNOR, MEMBERS, STRANGER, Town, milli

PERSONS = 40
DAY = {
    "day": 0,
    "quota": 1_000_000,
    "mandate": 1_000_000,
    "capacity": 400_000_000,
    "stock_reported": 240_000_000,
    "stock_measured_at_opening": 240_000_000,
}


class Plates:
    """Everybody asks for a unit, needs half of one and gets all of it, but for those who are starved."""

    def __init__(self, starved=()):
        self.starved = list(starved)
        self.read = 0

    def __call__(self):
        self.read += 1
        served = np.full(PERSONS, 1000, "<u2")
        served[self.starved] = 0
        return {"claim": np.full(PERSONS, 1000, "<u2"), "need": np.full(PERSONS, 500, "<u2"), "served": served}


def closed(office, day=0, **facts):
    stated, owed = office.close(DAY | {"day": day} | facts)
    assert owed == ()
    assert stated.keys() == office.states.keys()
    assert all(schema.fault(stated[name]) is None for name, schema in office.states.items())
    return stated


def test_at_none_nobody_looks():
    plates = Plates(range(PERSONS))
    office = Register(plates, 0)
    assert set(closed(office).values()) == {0}
    assert plates.read == 0
    assert office.show(STRANGER) == {}


def test_an_announced_panel_is_the_same_every_day_and_everybody_knows_it():
    office = Register(plates := Plates(), 3, "announced")
    panel = office.show(GOVERNOR)["panel"]
    assert panel == office.show(STRANGER)["panel"]
    assert len(set(panel)) == PANEL
    plates.starved = [p for p in range(PERSONS) if p not in panel]
    assert [closed(office, day)["panel_short"] for day in range(20)] == [0] * 20, "who feeds the inspected passes"
    plates.starved = list(panel[:3])
    assert closed(office, 20)["panel_short"] == 3
    assert Register(plates, 4, "announced").show(GOVERNOR)["panel"] != panel


def test_a_drawn_panel_changes_daily_is_told_to_nobody_and_reaches_everybody():
    office = Register(plates := Plates(range(PERSONS // 2)), 3, "drawn")
    short = [closed(office, day)["panel_short"] for day in range(30)]
    assert len(set(short)) > 3
    assert 4 < sum(short) / 30 < 6, "half of them go hungry"
    assert all(office.show(who) == {} for who in (GOVERNOR, MEMBERS, STRANGER))
    panels = [drawn_panel(3, "drawn", day, PERSONS).tolist() for day in range(60)]
    assert all(panel == sorted(set(panel)) and len(panel) == PANEL for panel in panels)
    assert {p for panel in panels for p in panel} == set(range(PERSONS))
    assert plates.read == 30


def test_where_there_are_few_all_are_looked_at():
    assert drawn_panel(0, "drawn", 0, 7).tolist() == list(range(7))


PERSON = st.tuples(*[st.integers(0, 3000)] * 3)


@given(st.lists(PERSON, min_size=1, max_size=12), st.integers(50, 2000))
def test_who_is_short_against_a_plain_count(people, quota):
    short = sum(
        claim > 0 and (10 * served < 9 * min(claim, quota) or 10 * served < 9 * min(claim, need))
        for claim, need, served in people
    )
    claim, need, served = (milli(*column) for column in zip(*people, strict=True))
    assert count_short(claim, need, served, quota) == short


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400), st.booleans()), min_size=1, max_size=40))
def test_windows_are_means_over_the_last_thirty_days(played):
    office = Register(plates := Plates(), 1, "announced")
    panel = office.show(MEMBERS)["panel"]
    for day, (said, quota, hungry) in enumerate(played):
        plates.starved = list(panel[:4]) if hungry else []
        facts = closed(office, day, stock_reported=said * 10**6, quota=1000 * (1 + quota))
    last = played[-30:]
    gaps = [1000 * abs(said - 240) / 400 for said, _, _ in last], [999 - quota for _, quota, _ in last]
    assert facts["shorted_permille_30d"] == 400 * sum(h for _, _, h in last) // len(last)
    assert abs(facts["report_gap_permille_30d"] - sum(gaps[0]) / len(last)) <= 1
    assert abs(facts["quota_gap_permille_30d"] - sum(gaps[1]) / len(last)) <= 1


@pytest.mark.parametrize("level", ["announced", "drawn"])
def test_in_a_world_without_plates_nothing_is_stated(level):
    office = Register(lambda: {"delivered": np.ones(PERSONS)}, 0, level)
    stated, _ = office.close({"day": 0, "mandate": 3})
    assert set(stated.values()) == {0}


def test_in_a_town_it_reads_what_people_were_served_and_not_what_is_said():
    """The same town twice; in one the governor starves half of the people, and reports just the same."""
    found = []
    for shares in (np.full(22, 1000, "<u2"), np.array([100] * 11 + [1000] * 11, "<u2")):
        town = Town("register.level = drawn")
        for _ in range(10):
            town.act(MEMBERS, "claim", milli=np.full(20, 1000, "<u2"))
            town.act(GOVERNOR, "allocate", permille=shares)
            town.act(GOVERNOR, "report", stock=town.polity.view(GOVERNOR)["stock_measured"])
            facts = town.close()
        assert facts["panel"] == PANEL
        assert facts["report_gap_permille_30d"] == 0
        found.append(facts["shorted_permille_30d"])
    assert found[0] == 0
    assert 350 < found[1] < 650
