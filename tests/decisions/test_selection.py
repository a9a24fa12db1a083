"""The mandate of a budget: what a ballot act adds, what is known about a payment, and when the tally is."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isonomia.basics.acts import Act, Permit
from isonomia.decisions.rules import RULES
from isonomia.decisions.selection import Form, Selection

COSTS = (40, 30, 50)
PERMIT = Permit(b"", 0)
VOTES = RULES["greedy-votes"]


def ballot(by, rows, day=0):
    cells = np.array(rows, dtype="<u2").reshape(-1)
    cells.setflags(write=False)
    return Act(by, "ballot", day, {"points": cells})


def cast(office, *acts):
    for act in acts:
        office.apply(office.plan(act)[1], PERMIT)


def state(office):
    """Everything an office remembers, comparable."""
    kept = copy.deepcopy(vars(office))
    kept["_box"] = [rows.tolist() for rows in kept["_box"]]
    return {name: value for name, value in kept.items() if name not in ("kinds", "level")}


def test_the_rule_over_all_admitted_ballots_is_the_mandate():
    office = Selection(COSTS, 90, VOTES)
    cast(office, ballot("members", [[1, 0, 1], [1, 1, 0]]), ballot("ring", [[0, 0, 1], [0, 0, 1]]))
    stated, owed = office.close({"day": 0})
    assert office.mandate == (2, 0)  # three votes, then two; the third does not fit
    assert stated == {"votes_cast": 4, "mandate_projects": 2, "mandate_cost": 90}
    published = [(act.by, act.kind, act.body) for act in owed]
    assert published == [
        ("office:decisions", "adopt", {"project": 2, "rank": 1}),
        ("office:decisions", "adopt", {"project": 0, "rank": 2}),
    ]
    assert office.close({"day": 1})[1] == []  # once
    shown = office.show("anyone")
    assert shown["mandate"] == (2, 0)
    assert shown["rule"] == VOTES.describe()


def test_who_votes_first_and_under_what_name_does_not_matter():
    acts = [ballot("members", [[1, 0, 1], [1, 1, 0]]), ballot("ring", [[0, 0, 3]]), ballot("eve", [[0, 2, 0]])]
    mandates = set()
    for order in (acts, acts[::-1], [act._replace(by=f"x{n}") for n, act in enumerate(acts)]):
        office = Selection(COSTS, 90, RULES["equal-shares-points-add1"])
        cast(office, *order)
        office.close({"day": 0})
        mandates.add(office.mandate)
    assert len(mandates) == 1


def test_facts_name_the_largest_that_occurs_on_one_ballot():
    office = Selection(COSTS, 90, VOTES)
    facts, _ = office.plan(ballot("members", [[1, 0, 9], [2, 3, 1], [0, 0, 0]]))
    assert facts == {
        "voters": 2,
        "voted": False,
        "closed": False,
        "votes_cast": 0,
        "projects_most": 3,
        "points_most": 9,
        "points_sum_most": 10,
        "cost_most": 120,
    }


def test_an_abstention_is_not_cast_and_has_no_share():
    with_, without = Selection(COSTS, 90, RULES["equal-shares-cost"]), Selection(COSTS, 90, RULES["equal-shares-cost"])
    cast(with_, ballot("members", [[1, 0, 0], [0, 0, 0], [0, 0, 0]]))
    cast(without, ballot("members", [[1, 0, 0]]))
    assert with_.close({"day": 0}) == without.close({"day": 0})
    assert with_.mandate == without.mandate == (0,)


def test_a_row_that_the_form_has_no_room_for_is_spoilt_and_only_that_row():
    office = Selection(COSTS, 90, VOTES, form=Form(points=2, total=3, cost=70))
    rows = [[2, 1, 0], [3, 0, 0], [2, 2, 0], [1, 0, 1], [0, 0, 2], [0, 0, 0]]
    facts, plan = office.plan(ballot("members", rows))
    assert facts["voters"] == 2  # too many points for one, too many in all, too dear together, an abstention
    assert facts["points_most"] == 3
    office.apply(plan, PERMIT)
    assert office.close({"day": 0})[0]["votes_cast"] == 2


def test_voting_twice_is_a_fact_that_an_article_may_refuse_and_counts_where_none_does():
    office = Selection(COSTS, 90, VOTES)
    act = ballot("members", [[1, 0, 0]])
    cast(office, act)
    assert office.plan(act)[0]["voted"]
    assert not office.plan(act._replace(by="ring"))[0]["voted"]
    cast(office, act)
    assert office.close({"day": 0})[0]["votes_cast"] == 2


@pytest.mark.parametrize("rows", [[1, 0], [1, 1, 1, 1]])
def test_a_ballot_that_is_no_whole_number_of_rows_adds_nothing(rows):
    office = Selection(COSTS, 90, VOTES)
    facts, plan = office.plan(ballot("members", rows))
    assert facts["voters"] == 0
    office.apply(plan, PERMIT)
    stated, _ = office.close({"day": 0})
    assert stated == {"votes_cast": 0, "mandate_projects": 0, "mandate_cost": 0}
    assert office.mandate == ()


def test_after_the_tally_ballots_add_nothing_and_the_mandate_stands():
    office = Selection(COSTS, 90, VOTES, voting_day=1)
    cast(office, ballot("members", [[1, 0, 0]]))
    office.close({"day": 0})
    assert office.facts(ballot("ring", [[0, 0, 1]], 1))["voting_open"]
    assert office.mandate == ()
    cast(office, ballot("ring", [[0, 0, 1]], 1))
    office.close({"day": 1})
    assert office.mandate == (0, 2)
    late = ballot("ring", [[0, 1, 0]] * 5, 2)
    facts, _ = office.plan(late)
    assert (facts["closed"], facts["voters"]) == (True, 0)
    assert not office.facts(late)["voting_open"]
    cast(office, late)
    assert office.close({"day": 2})[0]["votes_cast"] == 2
    assert office.mandate == (0, 2)


def test_about_a_payment_it_knows_whether_the_project_was_chosen():
    office = Selection(COSTS, 90, VOTES)
    cast(office, ballot("members", [[0, 0, 1], [1, 0, 1]]))

    def known(kind, project):
        return office.facts(Act("governor", kind, 1, {"project": project, "amount": 5}))

    assert known("pay", 2) == {"voting_open": True, "in_mandate": False, "mandate_rank": 0}
    office.close({"day": 0})
    assert known("pay", 2) == {"voting_open": False, "in_mandate": True, "mandate_rank": 1}
    assert known("pay", 0)["mandate_rank"] == 2
    assert known("pay", 1) == {"voting_open": False, "in_mandate": False, "mandate_rank": 0}
    assert not known("report", 2)["in_mandate"]
    assert not office.facts(ballot("members", [[1, 0, 0]]))["in_mandate"]


@given(st.lists(st.integers(0, 70), min_size=1, max_size=12), st.booleans())
def test_plan_and_facts_change_nothing_and_after_says_what_apply_does(points, closed):
    office = Selection(COSTS, 90, VOTES)
    cast(office, ballot("members", [[1, 0, 0]]))
    if closed:
        office.close({"day": 0})
    act = ballot("ring", points, int(closed))
    before = state(office)
    facts, plan = office.plan(act)
    assert facts.keys() == office.kinds["ballot"].facts.keys()
    assert all(office.kinds["ballot"].facts[name].fault(value) is None for name, value in facts.items())
    known = office.facts(act)
    assert all(office.knows[name].fault(value) is None for name, value in known.items())
    assert state(office) == before
    office.apply(plan, PERMIT)
    promised = eval(office.kinds["ballot"].after["votes_cast"], {}, facts)
    stated, _ = office.close({"day": 1})
    assert stated["votes_cast"] == promised
    assert all(office.states[name].fault(value) is None for name, value in stated.items())
