"""The roll: what an account costs, who may vouch for whom, and how long a suspension lasts."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isonomia.basics.acts import Act
from isonomia.identity.roll import DAYS_BEFORE_VOUCHING, Roll, vouchers_needed
from small_polity import GOVERNOR, MEMBERS, RING, STRANGER, Town, marks

ARTICLE = "identity.vouched"


def view(town, who):
    seen = town.polity.view(who)
    return seen["accounts"], seen["vouchers_left"]


def test_open_gives_whatever_is_asked():
    town = Town("flawed", members=9, ring=1)
    for who, n in ((STRANGER, 1), (STRANGER, 500), (RING, 40)):
        assert town.act(who, "join", accounts=n).permitted
    assert view(town, STRANGER)[0] == 501
    assert view(town, RING)[0] == 41
    assert town.close()["roll"] == 551
    assert town.act(STRANGER, "ballot", choice=marks(*[2] * 501)).permitted, "on the roll, and so a voter"


def test_who_is_on_no_roll_has_no_part():
    town = Town("flawed")
    for kind, body in (
        ("ballot", {"choice": marks(2)}),
        ("claim", {"milli": np.ones(1, "<u2")}),
        ("vouch", {"newcomer": STRANGER, "vouchers": 3}),
        ("complain", {"count": 1}),
    ):
        assert "role" in town.act(STRANGER, kind, **body).reasons, kind


@pytest.mark.parametrize("who", [GOVERNOR, "operator"])
def test_office_holders_may_not_join(who):
    assert not Town("flawed").act(who, "join", accounts=1).permitted


@pytest.mark.parametrize(("roll", "needed"), [(1, 1), (9, 1), (10, 1), (11, 2), (20, 2), (21, 3), (100, 10), (101, 11)])
def test_a_tenth_of_the_roll_must_stand_for_a_newcomer(roll, needed):
    assert vouchers_needed(roll) == needed
    town = Town("vouched", members=roll, ring=0)
    if needed > 1:
        town.act(MEMBERS, "vouch", newcomer=STRANGER, vouchers=needed - 1)
    assert town.act(STRANGER, "join", accounts=1).reasons == (ARTICLE,), "one too few"
    town.act(MEMBERS, "vouch", newcomer=STRANGER, vouchers=1)
    assert town.act(STRANGER, "join", accounts=1).permitted
    assert town.close()["roll"] == roll + 1


def test_one_account_at_a_time_and_each_spends_its_vouchers():
    town = Town("vouched", members=18)
    town.act(MEMBERS, "vouch", newcomer=STRANGER, vouchers=8)
    assert town.act(STRANGER, "join", accounts=2).reasons == (ARTICLE,), "one name, one account"
    assert town.act(STRANGER, "join", accounts=1).permitted  # a roll of 20: two of eight are spent
    assert town.act(STRANGER, "join", accounts=1).permitted  # of 21: three
    assert town.act(STRANGER, "join", accounts=1).permitted  # of 22: three
    assert town.act(STRANGER, "join", accounts=1).reasons == (ARTICLE,), "none is left"
    assert town.close()["roll"] == 23


def test_a_refused_join_costs_nothing():
    town = Town("vouched")
    town.act(MEMBERS, "vouch", newcomer=STRANGER, vouchers=3)  # of a roll of 22
    before = town.state()
    assert not town.act(STRANGER, "join", accounts=2).permitted
    assert town.state() == before
    assert town.act(STRANGER, "join", accounts=1).permitted


def test_an_account_vouches_once():
    town = Town("vouched", members=7, ring=4)  # a roll of eleven: two stand for one
    assert view(town, MEMBERS) == (7, 7)
    town.act(MEMBERS, "vouch", newcomer="a", vouchers=4)
    assert view(town, MEMBERS) == (7, 3)
    town.act(MEMBERS, "vouch", newcomer="b", vouchers=100)
    assert view(town, MEMBERS) == (7, 0), "more than there are gives what there is"
    town.act(MEMBERS, "vouch", newcomer="c", vouchers=3)  # nobody is left
    assert not town.act("c", "join", accounts=1).permitted
    assert town.act("b", "join", accounts=1).permitted
    town.close(400)
    assert view(town, MEMBERS) == (7, 0), "and never again"
    assert view(town, RING) == (4, 4)


def test_new_accounts_vouch_after_thirty_days():
    town = Town("vouched", members=20)
    assert DAYS_BEFORE_VOUCHING == 30
    town.close(5)
    town.act(MEMBERS, "vouch", newcomer=STRANGER, vouchers=9)
    for _ in range(3):
        assert town.act(STRANGER, "join", accounts=1).permitted
    assert view(town, STRANGER) == (3, 0)
    town.act(STRANGER, "vouch", newcomer="friend", vouchers=3)
    assert not town.act("friend", "join", accounts=1).permitted
    town.close(29)
    assert town.polity.day == 34
    assert view(town, STRANGER) == (3, 0)
    town.close()
    assert view(town, STRANGER) == (3, 3)
    town.act(STRANGER, "vouch", newcomer="friend", vouchers=3)
    assert town.act("friend", "join", accounts=1).permitted


@pytest.mark.parametrize(("ring", "gets"), [(1, 0), (2, 0), (3, 1), (5, 1), (6, 2)])
def test_a_ring_that_vouches_for_itself(ring, gets):
    """Below a tenth of the roll it admits nobody; above, one name for each tenth."""
    town = Town("vouched", members=28 - ring, ring=ring)
    assert town.act(RING, "vouch", newcomer=RING, vouchers=ring).permitted
    made = 0
    while town.act(RING, "join", accounts=1).permitted:
        made += 1
    assert made == gets
    assert view(town, RING) == (ring + gets, 0)


steps = st.lists(
    st.tuples(
        st.sampled_from(["vouch", "join", "night"]),
        st.sampled_from(["m", "r", "x", "y"]),
        st.sampled_from(["m", "r", "x", "y"]),
        st.sampled_from([1, 1, 1, 2, 3, 9]),
    ),
    max_size=60,
)


@given(steps)
def test_vouchers_against_a_plain_count(moves):
    """A reference that holds every account as an item of its own: the day it came, and whether it has vouched."""
    roll = Roll({"m": 8, "r": 2}, level="vouched")
    accounts = {"m": [0] * 8, "r": [0] * 2}  # for each account that has not vouched, the first day on which it may
    number = {"m": 8, "r": 2}
    standing = {}
    day = 0
    for what, who, other, n in moves:
        n *= 20 if what == "night" else 1
        if what == "night":
            roll.close({"day": day + n - 1})
            day += n
        elif what == "vouch" and who in number:
            ready = [first for first in accounts[who] if first <= day][:n]
            act = Act(who, "vouch", day, {"newcomer": other, "vouchers": n})
            facts, plan = roll.plan(act)
            assert facts["vouchers_left"] == sum(first <= day for first in accounts[who])
            roll.apply(plan, None)
            for first in ready:
                accounts[who].remove(first)
            standing[other] = standing.get(other, 0) + len(ready)
        elif what == "join":
            facts, plan = roll.plan(Act(who, "join", day, {"accounts": n}))
            assert facts["vouchers"] == standing.get(who, 0)
            needed = math.ceil(sum(number.values()) / 10)
            if n == 1 and facts["vouchers"] >= needed:
                roll.apply(plan, None)
                standing[who] -= needed
                number[who] = number.get(who, 0) + n
                accounts.setdefault(who, []).extend([day + 30] * n)
    assert {who: roll.show(who)["accounts"] for who in number} == number
    assert roll.show("m")["roll"] == sum(number.values())
    left = {who: sum(first <= day for first in accounts[who]) for who in number}
    assert {who: roll.show(who)["vouchers_left"] for who in number} == left


@pytest.mark.parametrize("days", [1, 2, 60])
def test_a_suspension_lasts_its_days_exactly(days):
    roll = Roll({"members": 5})
    roll.close({"day": 3})
    _, plan = roll.plan(Act("office:contract", "suspend", 4, {"who": "governor", "days": days}))
    roll.apply(plan, None)
    suspended = []
    for day in range(4, 4 + days + 3):
        if roll.show("governor")["role"] == "suspended":
            suspended.append(day)
        roll.close({"day": day})
    assert suspended == list(range(4, 4 + days))


def test_the_count_of_suspended_is_of_the_coming_day():
    roll = Roll({"members": 5})
    _, plan = roll.plan(Act("office:contract", "suspend", 0, {"who": "governor", "days": 2}))
    roll.apply(plan, None)
    assert [roll.close({"day": day})[0]["suspended"] for day in range(3)] == [1, 0, 0]


def test_members_can_be_suspended_too_and_keep_their_accounts():
    town = Town("flawed")
    _, plan = town.offices["identity"].plan(Act("office:contract", "suspend", 0, {"who": MEMBERS, "days": 1}))
    town.offices["identity"].apply(plan, None)
    assert not town.act(MEMBERS, "ballot", choice=marks(2)).permitted
    assert town.record.last["denied"] == ["role"]
    town.close()
    assert town.act(MEMBERS, "ballot", choice=marks(2)).permitted
    assert view(town, MEMBERS) == (20, 20)


def test_facts_stay_in_their_ranges_however_many_join():
    town = Town("flawed")
    declared = {**town.offices["identity"].knows, **town.offices["identity"].kinds["join"].facts}
    for _ in range(18):
        town.act(STRANGER, "join", accounts=2**20)
        facts = town.record.last["facts"]
        assert {name: fault for name in facts if (fault := declared[name].fault(facts[name]))} == {}
    closed = town.close()
    assert town.offices["identity"].states["roll"].fault(closed["roll"]) is None
