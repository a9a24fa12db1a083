"""Promises, what is owed, and what follows: on a commons whose governor does what each test says."""

import numpy as np
import pytest

from isonomia.basics.errors import Faults
from isonomia.basics.schema import Whole
from isonomia.contract.contract import STRIKES, SUSPENSION_DAYS, WINDOW_DAYS, Contract, Duty
from isonomia.decisions.direction import RAISE
from isonomia.law.articles import Article
from small_polity import GOVERNOR, MEMBERS, RING, Town, marks

ME = "office:contract"


def serve(town, **but):
    """A day of an honest governor, with something else instead: `stock`, `quota`, `shares`."""
    seen = town.polity.view(GOVERNOR)
    done = [town.act(GOVERNOR, "report", stock=but.get("stock", seen["stock_measured"]))]
    done.append(town.act(GOVERNOR, "set_quota", quota=but.get("quota", seen["mandate"])))
    if "shares" in but:
        done.append(town.act(GOVERNOR, "allocate", permille=but["shares"]))
    assert all(outcome.permitted for outcome in done)
    return town.close()


def acts_of(town, day, by=ME):
    """(kind, body) of everything somebody did on a day, permitted or not."""
    return [(e["kind"], e["body"]) for e in town.record.entries if e["day"] == day and e.get("by") == by]


def role(town):
    return town.polity.view(GOVERNOR)["role"]


def test_who_keeps_every_promise_hears_nothing():
    town = Town("accountable")
    for _ in range(15):
        facts = serve(town)
        assert (facts["breaches"], facts["strikes"], facts["suspending"]) == (0, 0, False)
    assert not [e for e in town.record.entries if e.get("by") == ME]


@pytest.mark.parametrize(
    ("but", "obligation"),
    [
        ({"stock": 0}, "O.1"),
        ({"stock": 132_000_000 * 106 // 100}, "O.1"),
        ({"stock": 132_000_000 * 94 // 100}, "O.1"),
        ({"shares": np.full(22, 900, "<u2")}, "O.2"),
        ({"shares": np.array([1501] + [1000] * 21, "<u2")}, "O.2"),
        ({"shares": np.array([1500] * 2 + [1000] * 20, "<u2")}, "O.2"),
        ({"quota": 1_030_001}, "O.3"),
        ({"quota": 969_999}, "O.3"),
    ],
)
def test_each_promise_broken_is_a_breach_on_record(but, obligation):
    town = Town("accountable")
    facts = serve(town, **but)
    assert (facts["breaches"], facts["strikes"], facts["suspending"]) == (1, 1, False)
    assert acts_of(town, 1) == [("breach", {"obligation": obligation})]
    assert town.record.last["denied"] == []
    assert town.polity.view(MEMBERS)["strikes"] == 1
    assert role(town) == "governor", "once is a warning"


@pytest.mark.parametrize(
    "but",
    [
        {"stock": 132_000_000 * 105 // 100},
        {"stock": 132_000_000 * 95 // 100},
        {"shares": np.array([1500] + [950] * 21, "<u2")},
        {"quota": 1_030_000},
        {"quota": 970_000},
    ],
)
def test_at_the_edge_a_promise_is_kept(but):
    assert serve(Town("accountable"), **but)["breaches"] == 0


def test_a_day_with_two_broken_promises_is_one_bad_day():
    town = Town("accountable")
    facts = serve(town, stock=0, shares=np.full(22, 900, "<u2"))
    assert (facts["breaches"], facts["strikes"], facts["suspending"]) == (2, 1, False)
    assert [body["obligation"] for kind, body in acts_of(town, 1) if kind == "breach"] == ["O.1", "O.2"]
    assert town.polity.view(MEMBERS)["strikes"] == 1
    assert role(town) == "governor"


@pytest.mark.parametrize("gap", [1, 2, WINDOW_DAYS - 1, WINDOW_DAYS, WINDOW_DAYS + 1])
def test_the_second_bad_day_within_thirty_suspends(gap):
    """Thirty days, the first and the last counted: bad on days 0 and 29 suspends, on days 0 and 30 does not."""
    assert (STRIKES, WINDOW_DAYS) == (2, 30)
    town = Town("accountable")
    serve(town, stock=0)
    for _ in range(gap - 1):
        assert serve(town)["suspending"] is False
    facts = serve(town, stock=0)
    within = gap < WINDOW_DAYS
    assert facts["suspending"] is within
    assert facts["strikes"] == (2 if within else 1)
    assert role(town) == ("suspended" if within else "governor")


def suspended_town():
    """A town whose governor was bad on days 0 and 1, with unequal shares and a quota nobody voted for."""
    town = Town("accountable")
    shares = np.array([4000] * 2 + [900] * 20, "<u2")
    for _ in range(2):
        serve(town, shares=shares, quota=2_000_000, stock=0 if town.polity.day else 220_000_000)
    return town


def test_a_suspension_lasts_sixty_days_and_ends():
    town = suspended_town()
    assert SUSPENSION_DAYS == 60
    assert ("suspend", {"who": GOVERNOR, "days": 60}) in acts_of(town, 2)
    days = []
    for _ in range(70):
        if role(town) == "suspended":
            days.append(town.polity.day)
            assert not town.act(GOVERNOR, "set_quota", quota=1_000_000).permitted
            town.close()
        else:
            assert serve(town)["suspending"] is False, "back in office with a clean slate"
    assert days == list(range(2, 62))


def test_who_is_not_in_office_breaks_no_promise():
    """Whatever others do in those sixty days, from the first to the last; on the day of the return promises bind."""
    town = suspended_town()
    for day in range(2, 63):
        assert town.polity.day == day
        town.act("operator", "report", stock=0)
        facts = town.close()
        assert facts["breaches"] == (1 if day == 62 else 0)
        assert facts["suspending"] is False


def test_bad_again_after_the_suspension_counts_anew():
    town = suspended_town()
    town.close(60)
    assert role(town) == "governor"
    assert serve(town, stock=0)["suspending"] is False
    facts = serve(town, stock=0)
    assert facts["suspending"] is True
    assert role(town) == "suspended"


@pytest.mark.parametrize(
    ("did", "owed"),
    [
        ((), {"set_quota", "report"}),
        (("report",), {"set_quota"}),
        (("set_quota",), {"report"}),
        (("report", "set_quota"), set()),
    ],
)
def test_what_was_not_done_is_done_next_morning(did, owed):
    town = Town("accountable")
    town.act(MEMBERS, "ballot", choice=marks(*[RAISE] * 20))
    if "report" in did:
        town.act(GOVERNOR, "report", stock=130_000_000)
    if "set_quota" in did:
        town.act(GOVERNOR, "set_quota", quota=1_010_000)
    facts = town.close()
    expected = {"set_quota": {"quota": 1_010_000}, "report": {"stock": facts["stock_measured"]}}
    assert dict(acts_of(town, 1)) == {kind: expected[kind] for kind in owed}
    assert not [e for e in town.record.entries if e.get("by") == ME and e["denied"]]
    if "report" in owed:
        assert town.polity.view(MEMBERS)["stock_reported"] == facts["stock_measured"]


def test_what_others_tried_in_vain_is_not_done():
    town = Town("accountable")
    assert not town.act(RING, "set_quota", quota=1_000_000).permitted
    assert not town.act(GOVERNOR, "report", stock=-1).permitted
    town.close()
    assert {kind for kind, _ in acts_of(town, 1)} == {"set_quota", "report"}


def test_the_caretaker_works_day_after_day():
    """What is done by default is nobody's duty done: an idle governor's town is kept going for ever."""
    town = Town("accountable")
    town.close()
    for day in range(1, 30):
        town.act(MEMBERS, "ballot", choice=marks(*[RAISE] * 20))
        mandate = town.polity.view(GOVERNOR)["mandate"]
        facts = town.close()
        assert facts["breaches"] == 0
        assert dict(acts_of(town, day + 1)) == {
            "set_quota": {"quota": mandate},
            "report": {"stock": facts["stock_measured"]},
        }
        assert town.polity.view(MEMBERS)["quota"] == mandate


def test_the_caretaker_serves_equally_while_nobody_is_in_office():
    town = suspended_town()
    assert {kind for kind, _ in acts_of(town, 2)} == {"breach", "suspend", "set_quota", "report", "equalise"}
    assert town.polity.view(MEMBERS)["quota"] == 1_000_000
    town.act(MEMBERS, "claim", milli=np.full(20, 60_000, "<u2"))
    facts = town.close()
    assert (facts["allocation_min"], facts["allocation_max"]) == (1000, 1000)
    assert set(town.world.persons()["served"][:20].tolist()) == {1000}
    for _ in range(59):
        town.close()
        kinds = [kind for kind, _ in acts_of(town, town.polity.day)]
        assert sorted(kinds) == ["report", "set_quota"]
    assert town.polity.day == 62


@pytest.mark.parametrize("size", [1, 2, 21, 40])
def test_the_caretaker_equalises_whatever_array_made_shares_unequal(size):
    """Shares for a few only leave everybody else at an equal share; cells beyond the last person are nobody's."""
    town = Town("accountable")
    shares = np.array([4000] * min(size, 2) + [4000 if size < 3 else 1000] * (size - min(size, 2)), "<u2")
    for _ in range(2):
        serve(town, shares=shares, stock=0)
    assert role(town) == "suspended"
    town.act(MEMBERS, "claim", milli=np.full(20, 60_000, "<u2"))
    town.close()
    assert set(town.world.persons()["served"][:20].tolist()) == {1000}


def test_promises_on_paper_bind_nobody():
    """At the null level the same promises stand in the charter, and nothing follows from breaking them."""
    town = Town("flawed")
    assert town.charter.obligations == Town("accountable").charter.obligations
    for _ in range(5):
        facts = serve(town, stock=0, shares=np.array([4000] * 2 + [900] * 20, "<u2"))
        assert (facts["breaches"], facts["strikes"], facts["suspending"]) == (0, 0, False)
    town.close(3)
    assert role(town) == "governor"
    assert not [e for e in town.record.entries if e.get("by") == ME]


def test_only_the_office_itself_may_note_a_breach_or_suspend():
    town = Town("accountable")
    for by in (MEMBERS, GOVERNOR, "operator", RING):
        assert not town.act(by, "breach", obligation="O.1").permitted
        assert not town.act(by, "suspend", who=GOVERNOR, days=60).permitted
    town.close()
    assert town.polity.view(MEMBERS)["strikes"] == 0
    assert role(town) == "governor"


def test_promises_and_duties_are_checked_at_load():
    day_facts = {"rain": Whole(0, 9)}
    with pytest.raises(Faults, match="did you mean rain"):
        Contract([Article("O", "close", "rian < 3")], (), day_facts)
    with pytest.raises(Faults, match="'snow'"):
        Contract((), [Duty("D", "water", "rain > 3", {"litres": "snow", "again": 3, "much": "rain"})], day_facts)
    with pytest.raises(Faults, match="used twice"):
        Contract([Article("O", "close", "rain < 3")], [Duty("O", "water", "rain > 3")], day_facts)
