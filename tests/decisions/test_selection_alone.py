"""The office of a budget's mandate alone: what it says of itself, and the last number each fact may take."""

import numpy as np

from isonomia.basics.acts import Act, Permit
from isonomia.basics.schema import MOST_CELLS, Cells, Flag, Whole
from isonomia.decisions.procedure import LEVELS
from isonomia.decisions.rules import RULES
from isonomia.decisions.selection import MOST_POINTS, Form, Selection

PERMIT = Permit(b"", 0)
VOTES = RULES["greedy-votes"]


def ballot(*cells):
    return Act("ann", "ballot", 0, {"points": np.array(cells, "<u2")})


def test_what_it_says_of_itself():
    office = Selection(np.array([40, 30, 50]), 90, VOTES, level="noticed")
    assert office.level is LEVELS["noticed"]
    assert Selection((1,), 1, VOTES).level is LEVELS["live"]
    kind = office.kinds["ballot"]
    assert list(office.kinds) == ["ballot"] == [kind.name]
    assert kind.body == {"points": Cells("<u2")}
    assert kind.roles == ("member",)
    assert kind.after == {"votes_cast": "votes_cast + voters"}
    assert kind.facts == {
        "voters": Whole(0, MOST_CELLS),
        "voted": Flag(),
        "closed": Flag(),
        "votes_cast": Whole(),
        "projects_most": Whole(0, 3),
        "points_most": Whole(0, 65_535),
        "points_sum_most": Whole(0, 3 * 65_535),
        "cost_most": Whole(0, 120),
    }
    assert office.knows == {"voting_open": Flag(), "in_mandate": Flag(), "mandate_rank": Whole(0, 3)}
    assert office.states == {
        "votes_cast": Whole(),
        "mandate_projects": Whole(0, 3),
        "mandate_cost": Whole(0, 120),
    }


def test_what_is_shown_before_and_after_the_tally():
    office = Selection((40, 30, 50), 90, VOTES, voting_day=7)
    shown = {
        "rule": VOTES.describe(),
        "budget": 90,
        "costs": (40, 30, 50),
        "mandate": (),
        "voting_open": True,
        "voting_day": 7,
        "voted": False,
    }
    assert office.show("ann") == shown
    assert office.apply(office.plan(ballot(0, 1, 0, 2, 0, 0))[1], PERMIT) == {"votes_cast": 2}
    assert (office.show("ann"), office.show("bob")) == (shown | {"voted": True}, shown)
    assert office.close({"day": 6}) == ({"votes_cast": 2, "mandate_projects": 0, "mandate_cost": 0}, [])
    stated, owed = office.close({"day": 7})
    assert stated == {"votes_cast": 2, "mandate_projects": 2, "mandate_cost": 70}
    assert owed == [
        Act("office:decisions", "adopt", 7, {"project": 0, "rank": 1}),
        Act("office:decisions", "adopt", 7, {"project": 1, "rank": 2}),
    ]
    assert office.show("bob") == shown | {"mandate": (0, 1), "voting_open": False}


def test_voting_is_on_the_first_day_where_nothing_else_is_said():
    office = Selection((1,), 1, VOTES)
    assert office.show("ann")["voting_day"] == 0
    office.close({"day": 0})
    assert office.show("ann")["voting_open"] is False
    late = Selection((1,), 1, VOTES, voting_day=2)
    late.close({"day": 3})
    assert late.show("ann")["voting_open"] is False, "a day that was missed is not waited for"


def test_a_ballot_act_without_a_row_states_nothing_of_ballots():
    for cells in ((), (1,), (1, 1, 1)):
        facts, (by, rows) = Selection((5, 5), 9, VOTES).plan(ballot(*cells))
        assert (by, len(rows)) == ("ann", 0)
        assert facts == {
            "voters": 0,
            "voted": False,
            "closed": False,
            "votes_cast": 0,
            "projects_most": 0,
            "points_most": 0,
            "points_sum_most": 0,
            "cost_most": 0,
        }


def test_sums_do_not_run_over():
    facts = Selection((2**40, 2**40, 2**40), 9, VOTES).plan(ballot(*[MOST_POINTS] * 3))[0]
    assert (facts["voters"], facts["points_most"], facts["points_sum_most"]) == (1, 65_535, 3 * 65_535)
    assert (facts["projects_most"], facts["cost_most"]) == (3, 3 * 2**40)


def test_a_form_takes_what_just_fits():
    for form, fits in (
        (Form(points=2), (True, False, True)),
        (Form(total=3), (False, True, True)),
        (Form(cost=70), (True, True, False)),
        (Form(), (True, True, True)),
    ):
        office = Selection((40, 30, 31), 90, VOTES, form=form)
        rows = ((2, 2, 0), (3, 0, 0), (1, 0, 1))
        voters = [office.plan(ballot(*row))[0]["voters"] for row in rows]
        assert voters == [int(ok) for ok in fits]
