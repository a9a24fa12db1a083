"""Rules of a budget by name: the sentence each says of itself, and what is refused."""

import numpy as np
import pytest

from isonomia.decisions.rules import COMPLETIONS, RULES, SATISFACTIONS, Rule, equal_shares

TIES = "ties go to the lower cost, then to file order."
TAKEN = "projects are taken in that order for as long as they fit"
SHARES = "Method of Equal Shares with satisfaction = "
UNSPENT = "not completed: money that no group can claim stays unspent"
GREEDILY = "completed greedily by votes ÷ cost"
ADD1 = "completed by add1: all shares grow alike until the next step would exceed the budget"
BOTH = "completed by add1 (all shares grow alike), then greedily by votes ÷ cost"
SENTENCES = {
    "greedy-votes": f"Greedy by votes: {TAKEN}; {TIES}",
    "greedy-votes-per-cost": f"Greedy by votes ÷ cost: {TAKEN}; {TIES}",
    "equal-shares-points": f"{SHARES}points, {UNSPENT}; {TIES}",
    "equal-shares-points-greedy": f"{SHARES}points, {GREEDILY}; {TIES}",
    "equal-shares-points-add1": f"{SHARES}points, {ADD1}; {TIES}",
    "equal-shares-points-add1-greedy": f"{SHARES}points, {BOTH}; {TIES}",
    "equal-shares-cost": f"{SHARES}points × cost, {UNSPENT}; {TIES}",
    "equal-shares-cost-greedy": f"{SHARES}points × cost, {GREEDILY}; {TIES}",
    "equal-shares-cost-add1": f"{SHARES}points × cost, {ADD1}; {TIES}",
    "equal-shares-cost-add1-greedy": f"{SHARES}points × cost, {BOTH}; {TIES}",
}


def test_each_rule_says_everything_its_outcome_depends_on():
    assert {name: rule.describe() for name, rule in RULES.items()} == SENTENCES


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (("borda", "cost"), "no rule 'borda'; there are greedy and equal-shares"),
        (("greedy", "votes"), "no satisfaction 'votes'; there are points, cost"),
        (("greedy", "cost", "add1"), "greedy has no completion 'add1'"),
        (("equal-shares", "cost", "add2"), "equal-shares has no completion 'add2'"),
    ],
)
def test_what_does_not_exist_is_refused_in_words(asked, why):
    with pytest.raises(ValueError, match="no ") as refused:
        Rule(*asked)
    assert str(refused.value) == why


def test_every_combination_of_the_three_words_has_a_name():
    shares = {Rule("equal-shares", s, c) for s in SATISFACTIONS for c in COMPLETIONS}
    assert set(RULES.values()) == shares | {Rule("greedy", s, "none") for s in SATISFACTIONS}


def test_equal_shares_where_nothing_else_is_said_is_by_cost_and_not_completed():
    points = np.array([[0, 1, 0], [0, 0, 1], [1, 1, 0]], "<u2")
    costs, budget = (8, 5, 2), 15
    outcomes = {name: rule.select(points, costs, budget) for name, rule in RULES.items()}
    assert equal_shares(points, costs, budget) == outcomes["equal-shares-cost"]
    assert equal_shares(points, costs, budget, "points") == outcomes["equal-shares-points"]
    assert outcomes["equal-shares-cost"] != outcomes["equal-shares-points"]
    assert outcomes["equal-shares-cost"] != outcomes["equal-shares-cost-greedy"]
