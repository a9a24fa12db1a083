"""The budget: money is conserved, delivery follows payment, and reports are kept apart from what is so."""

import copy
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isonomia.basics.acts import Act, Permit
from isonomia.basics.canonical import encode
from isonomia.basics.errors import IsonomiaError
from isonomia.decisions.rules import RULES
from isonomia.worlds.budget import Budget, Overrun, Setting, affordable, days_on_schedule, money_arrived
from isonomia.worlds.pabulib import read_pb

SAMPLE = Path(__file__).parents[2] / "src" / "isonomia" / "data" / "sample.pb"
PERMIT = Permit(b"", 0)
COSTS = (40, 30, 50)
POINTS = np.array([[1, 0, 1], [0, 2, 0], [0, 0, 5], [0, 0, 0]], dtype="<u2")
HOLDERS = {"members": 3, "ring": 1}
CALM = Setting(overrun=0)


def world(seed=0, days=10, setting=None, budget=100, costs=COSTS):
    return Budget(costs, budget, POINTS, HOLDERS, seed, days, setting)


def pay(day, project, amount, by="governor"):
    return Act(by, "pay", day, {"project": project, "amount": amount})


def report(day, delivered, spent, by="governor"):
    return Act(by, "report", day, {"delivered": delivered, "spent": spent})


def adopt(office, *projects):
    for rank, project in enumerate(projects, 1):
        do(office, Act("office:decisions", "adopt", 1, {"project": project, "rank": rank}))


def do(office, act):
    facts, plan = office.plan(act)
    return facts, office.apply(plan, PERMIT)


def books(office):
    return office.show("governor")


def pass_days(office, first, last):
    for day in range(first, last):
        stated, owed = office.close({"day": day})
        assert not owed
    return stated


moves = st.lists(
    st.tuples(st.sampled_from(["pay", "pay", "report", "close"]), st.integers(0, 2), st.integers(0, 60)), max_size=40
)


@given(moves, st.integers(0, 50), st.sampled_from([0, 150, 300]))
def test_money_is_conserved_and_nothing_is_delivered_unpaid(steps, seed, reserve):
    office = world(seed, setting=Setting(reserve=reserve))
    day, due = 0, {}
    for kind, project, amount in steps:
        if kind == "close":
            stated, _ = office.close({"day": day})
            assert all(office.states[name].fault(value) is None for name, value in stated.items())
            assert stated.keys() == office.states.keys()
            assert stated["treasury_measured"] + stated["spent_measured"] == stated["released_measured"]
            day += 1
            continue
        act = pay(day, project, amount) if kind == "pay" else report(day, project, amount)
        facts, _ = office.plan(act)
        assert facts.keys() == office.kinds[kind].facts.keys()
        assert all(office.kinds[kind].facts[name].fault(value) is None for name, value in facts.items())
        _, changed = do(office, act)
        if kind == "pay" and changed["delivered"] and not facts["delivered"]:
            due[project] = (facts["cost_now"], day)
        seen = books(office)
        assert seen["treasury"] + sum(seen["paid"]) == seen["released"] == money_arrived(office.total, 6, day)
        assert seen["treasury"] >= 0
    seen = books(office)
    assert dict(seen["delivered"]) == {p: day for p, (_, day) in due.items()}
    assert all(seen["paid"][p] >= cost for p, (cost, _) in due.items())
    assert all(seen["paid"][p] < seen["costs_now"][p] for p in range(3) if p not in due)
    wanted = [sum(COSTS[p] * int(row[p]) for p in due) for row in POINTS]
    assert office.persons()["utility"].tolist() == wanted


@given(moves, st.integers(0, 2), st.integers(0, 200), st.booleans())
def test_plan_changes_nothing_and_after_says_what_apply_does(steps, project, amount, adopted):
    office = world(3)
    day = 0
    for kind, p, n in steps:
        if kind == "close":
            office.close({"day": day})
            day += 1
        else:
            do(office, pay(day, p, n) if kind == "pay" else report(day, p, n))
    if adopted:
        adopt(office, project, (project + 1) % 3)
    for act in (pay(day, project, amount), report(day, project, amount), Act("office:contract", "pay_next", day, {})):
        before = repr(vars(office))
        facts, plan = office.plan(act)
        assert office.facts(act) == {}
        assert repr(vars(office)) == before
        promised = {name: eval(text, {}, facts) for name, text in office.kinds[act.kind].after.items()}
        office.apply(plan, PERMIT)
        stated, _ = copy_of(office).close({"day": day})
        assert {name: stated[name] for name in promised} == promised


def copy_of(office):
    twin = object.__new__(Budget)
    twin.__dict__.update({k: v if k in ("kinds", "states") else copy.deepcopy(v) for k, v in vars(office).items()})
    return twin


def run_of(seed, spend=25):
    office, days = world(seed), []
    for day in range(10):
        entries = [do(office, pay(day, day % 3, spend)), do(office, report(day, 1, 10 * day))]
        days.append([entries, office.close({"day": day})[0], dict(books(office))])
    return encode(days) + office.persons()["utility"].tobytes()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not():
    assert run_of(7) == run_of(7)
    assert run_of(7) != run_of(8)


def test_money_arrives_evenly_from_day_1_and_then_no_more():
    office = world(setting=CALM)
    arrived = []
    for day in range(10):
        arrived.append(books(office)["released"])
        office.close({"day": day})
    assert arrived == [0, 22, 44, 65, 87, 109, 130, 130, 130, 130]  # 100 and 300 permille, over 6 of 10 days
    assert office.close({"day": 10})[0]["treasury_measured"] == 130


def test_a_payment_moves_no_more_than_is_there_and_may_overpay():
    office = world(setting=CALM)
    pass_days(office, 0, 2)
    facts, changed = do(office, pay(2, 1, 1000))
    assert (facts["amount"], facts["moved"], facts["treasury_measured"]) == (1000, 44, 44)
    assert changed == {"project": 1, "paid": 44, "delivered": True}
    facts, _ = do(office, pay(2, 1, 5))
    assert (facts["moved"], facts["delivered"], facts["paid_before"], facts["paid_measured"]) == (0, True, 44, 44)
    assert office.show("members")["delivered"] == ((1, 2),)


def test_a_project_paid_in_parts_is_delivered_by_the_last_of_them():
    office = world(setting=CALM)
    pass_days(office, 0, 6)
    assert not do(office, pay(6, 0, 39))[1]["delivered"]
    assert office.persons()["utility"].tolist() == [0, 0, 0, 0]
    before = office.persons()["utility"]
    assert do(office, pay(6, 0, 1))[1]["delivered"]
    assert office.persons()["utility"].tolist() == [40, 0, 0, 0]
    assert before.tolist() == [0, 0, 0, 0]  # what was handed out stays what it was


def test_costs_rise_once_within_the_build_period_unless_delivered_before():
    rises, spared = set(), 0
    for seed in range(40):
        office, twin = world(seed, days=20), world(seed, days=20)
        seen = [office.show("governor")["costs_now"]]
        for day in range(20):
            if day == 6:
                spared += do(twin, pay(6, 1, 30))[1]["delivered"]
            office.close({"day": day})
            twin.close({"day": day})
            seen.append(office.show("governor")["costs_now"])
        for p in range(3):
            steps = [(day, b[p] - a[p]) for day, (a, b) in enumerate(pairwise(seen), 1) if b[p] != a[p]]
            assert len(steps) <= 1
            assert all(1 <= day <= 12 and 0 < rise <= COSTS[p] * 3 // 10 for day, rise in steps)
            rises.update(steps)
            if p == 1 and steps and steps[0][0] > 6 and dict(books(twin)["delivered"]) == {1: 6}:
                assert books(twin)["costs_now"][1] == COSTS[1]
    assert spared
    assert len({day for day, _ in rises}) > 6
    assert len({rise for _, rise in rises}) > 6


def test_a_scheduled_overrun_comes_on_its_day_for_every_seed():
    setting = Setting(overrun=0, overruns=(Overrun(3, 2, 17), Overrun(9, 2, 1)))
    for seed in range(3):
        office = world(seed, setting=setting)
        pass_days(office, 0, 2)
        assert books(office)["costs_now"] == COSTS
        pass_days(office, 2, 3)
        assert books(office)["costs_now"] == (40, 30, 67)


@given(st.integers(0, 10_000), st.integers(1, 60), st.sampled_from(sorted(RULES)))
def test_who_spends_in_the_order_of_the_mandate_delivers_on_schedule(seed, days, name):
    election = read_pb(SAMPLE)
    order = RULES[name].select(election.points, election.costs, election.budget)
    office = Budget(election.costs, election.budget, election.points, {"members": 30}, seed, days)
    due = days_on_schedule(order, election.costs, election.budget, office.build_days)
    assert list(due) == sorted(due)
    for day in range(office.build_days + 1):
        for p in order:
            seen = books(office)
            if p not in dict(seen["delivered"]):
                do(office, pay(day, p, seen["costs_now"][p] - seen["paid"][p]))
                if p not in dict(books(office)["delivered"]):
                    break
        office.close({"day": day})
    delivered = dict(books(office)["delivered"])
    assert all(delivered[p] <= day for p, day in zip(order, due, strict=True))


def test_a_schedule_says_when_money_for_a_project_has_come():
    assert days_on_schedule((0, 1), (40, 30, 50), 100, 10) == (4, 7)
    assert days_on_schedule((1, 0), (40, 30, 50), 100, 10, first_day=5) == (5, 7)
    assert days_on_schedule((2, 0, 1), (40, 30, 50), 100, 10) == (5, 9, 11)  # the last one never


def test_reports_and_measurements_are_different_facts():
    office = world(setting=CALM)
    pass_days(office, 0, 3)
    do(office, pay(3, 1, 30))
    facts, _ = do(office, report(3, 2, 10))
    assert facts == {
        "delivered_said": 2,
        "spent_said": 10,
        "delivered_measured": 1,
        "spent_measured": 30,
        "reported_today": False,
    }
    assert office.plan(report(3, 2, 10))[0]["reported_today"]
    stated, _ = office.close({"day": 3})
    assert (stated["spent_reported"], stated["spent_measured"]) == (10, 30)
    assert (stated["treasury_reported"], stated["treasury_measured"]) == (55, 35)
    assert (stated["delivered_reported"], stated["delivered_measured"]) == (2, 1)
    assert stated["reported"]
    assert not office.close({"day": 4})[0]["reported"]
    do(office, report(5, 2, 10**6, by="office:contract"))
    stated, _ = office.close({"day": 5})
    assert stated["treasury_reported"] == 0  # who claims to have spent more than there was has nothing left
    assert not stated["reported"]  # a default act does nobody's duty


def test_money_that_the_mandate_waits_for_is_idle_and_days_without_a_payment_are_counted():
    office = world(setting=CALM, costs=(40, 30, 10))
    stated = pass_days(office, 0, 3)
    assert (stated["idle_measured"], stated["days_idle"]) == (0, 0)  # nothing was chosen yet
    adopt(office, 1, 0)
    stated = pass_days(office, 3, 5)
    assert (stated["idle_measured"], stated["days_idle"], stated["mandate_left_measured"]) == (70, 2, 70)
    do(office, pay(5, 1, 1))
    stated = pass_days(office, 5, 6)
    assert (stated["idle_measured"], stated["days_idle"], stated["paid_measured"]) == (69, 0, 1)
    do(office, pay(6, 0, 40))
    do(office, pay(6, 1, 29))
    pass_days(office, 6, 7)
    stated = pass_days(office, 7, 8)
    assert (stated["idle_measured"], stated["days_idle"]) == (0, 0)  # the rest of the money waits for nothing chosen
    assert stated["treasury_measured"] == 130 - 70
    assert (stated["delivered_cost"], stated["delivered_mandate_cost"]) == (70, 70)


def test_what_the_mandate_still_costs_is_told_apart_from_what_serves_no_mandate():
    office = world(setting=CALM)
    adopt(office, 1)
    pass_days(office, 0, 5)
    facts, _ = do(office, pay(5, 1, 35))  # 30 for the project, 5 too much
    assert (facts["moved"], facts["for_mandate"]) == (35, 30)
    facts, _ = do(office, pay(5, 1, 1))
    assert (facts["moved"], facts["for_mandate"], facts["spent_mandate_measured"]) == (1, 0, 30)
    do(office, pay(5, 0, 2))
    do(office, pay(5, 2, 3, by="operator"))
    stated = pass_days(office, 5, 6)
    assert (stated["spent_measured"], stated["spent_mandate_measured"]) == (41, 30)
    assert stated["paid_outside_measured"] == 5 + 1 + 2  # the operator's 3 are not the governor's doing
    assert pass_days(office, 6, 7)["paid_outside_measured"] == 0


def test_the_mandate_is_adopted_in_order_and_each_project_once():
    office = world(setting=CALM)
    adopt(office, 2, 0, 2)
    pass_days(office, 0, 10)
    facts, changed = do(office, Act("office:contract", "pay_next", 10, {}))
    assert (facts["moved"], facts["projects_paid"], facts["treasury_measured"]) == (90, 2, 130)
    assert changed == {"moved_2": 50, "moved_0": 40}
    assert office.show("members")["delivered"] == ((2, 10), (0, 10))
    facts, changed = do(office, Act("office:contract", "pay_next", 10, {}))
    assert (facts["moved"], facts["projects_paid"], changed) == (0, 0, {})


@given(st.permutations(range(3)), st.lists(st.integers(0, 60), min_size=3, max_size=3), st.integers(0, 120))
def test_what_can_be_had_is_each_project_in_turn_that_the_rest_of_the_money_finishes(order, costs, funds):
    rest = {p: cost for p, cost in enumerate(costs) if cost % 7}  # some are finished
    kept = affordable(order, rest, funds)
    left = funds
    for project in order:
        fits = project in rest and rest[project] <= left
        assert (project in kept) == fits
        left -= rest[project] if fits else 0
    assert list(kept) == [p for p in order if p in kept]


def test_the_caretaker_starts_nothing_that_the_money_to_come_cannot_finish():
    office = world(setting=Setting(reserve=0, overrun=0, overruns=(Overrun(2, 0, 60),)))
    adopt(office, 0, 1, 2)  # 40, 30, 50 of 100; then the first comes to cost 100
    pass_days(office, 0, 1)
    do(office, Act("office:contract", "pay_next", 1, {}))
    pass_days(office, 1, 9)
    do(office, pay(9, 1, 30))
    do(office, Act("office:contract", "pay_next", 9, {}))
    assert dict(books(office)["delivered"]) == {1: 9, 2: 9}
    assert books(office)["paid"] == (17, 30, 50)


def test_what_is_owed_follows_the_schedule_of_the_sincere_mandate_and_no_act():
    office = Budget(COSTS, 100, POINTS, HOLDERS, 0, 10, CALM, sincere=(1, 0))
    due = []
    for day in range(9):
        office.close({"day": day})
        due.append(office.persons()["due"].tolist())
    by = dict(zip((1, 0), days_on_schedule((1, 0), COSTS, 100, 6), strict=True))
    assert by == {1: 2, 0: 5}
    assert due[1] == [0] * 4
    assert due[2] == due[4] == [0, 60, 0, 0]
    assert due[5] == due[8] == [40, 60, 0, 0]
    assert office.persons()["utility"].tolist() == [0] * 4


def test_only_the_governor_sees_the_books_and_holders_see_their_own_part():
    office = world(setting=CALM)
    pass_days(office, 0, 4)
    do(office, pay(4, 2, 50))
    public = {
        "delivered",
        "released",
        "funds",
        "build_days",
        "treasury_reported",
        "spent_reported",
        "delivered_reported",
    }
    assert office.show("stranger").keys() == public
    assert books(office).keys() == public | {"treasury", "costs_original", "costs_now", "paid"}
    members, ring = office.show("members"), office.show("ring")
    assert members.keys() == ring.keys() == public | {"own_points", "own_utility"}
    assert members["own_utility"].tolist() == [50, 0, 250]
    assert (ring["own_utility"].tolist(), ring["own_points"].tolist()) == ([0], [[0, 0, 0]])
    assert not members["own_utility"].flags.writeable


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"costs": (1, 2)}, "4 persons and 2 projects"),
        ({"costs": (1, -2, 3)}, "units of money"),
        ({"budget": 0}, "units of money"),
        ({"costs": (10**15, 1, 1)}, "units of money"),
        ({"setting": Setting(overruns=(Overrun(1, 3, 5),))}, "names no project"),
    ],
)
def test_what_does_not_fit_together_is_refused(change, reason):
    with pytest.raises(IsonomiaError, match=reason):
        world(**change)


def test_a_setting_that_makes_no_sense_is_refused():
    for wrong in ({"reserve": -1}, {"build": 0}, {"overrun": 1001}):
        with pytest.raises(IsonomiaError, match="permille"):
            Setting(**wrong)
