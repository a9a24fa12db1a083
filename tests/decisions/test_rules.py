"""Rules against plain references written from their definitions, against known outcomes, and against each other."""

import os
import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isonomia.decisions.rules import (
    RULES,
    Rule,
    equal_shares,
    greedy_by_votes,
    greedy_by_votes_per_cost,
)
from isonomia.worlds.pabulib import read_pb

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("ISONOMIA_DATA", ROOT.parent / "shared" / "data")) / "pabulib"
SAMPLE = ROOT / "src" / "isonomia" / "data" / "sample.pb"


def plain_greedy(points, costs, budget, satisfaction):
    left, taken = budget, []
    while True:
        best = None
        for p, cost in enumerate(costs):
            votes = sum(row[p] for row in points)
            if p in taken or not votes or cost > left:
                continue
            key = (-votes if satisfaction == "cost" else Fraction(cost, votes), cost, p)
            best = key if best is None else min(best, key)
        if best is None:
            return tuple(taken)
        taken.append(best[-1])
        left -= costs[best[-1]]


def plain_round(points, costs, share, satisfaction):
    """Equal Shares voter by voter: the price at which supporters can just pay, tried at every possible price."""
    purses = [share] * len(points)
    chosen = []
    while True:
        offers = []
        for p, cost in enumerate(costs):
            worth = {i: row[p] * (cost if satisfaction == "cost" else 1) for i, row in enumerate(points) if row[p]}
            if p in chosen or not worth or sum(purses[i] for i in worth) < cost:
                continue
            prices = []
            for poor in [set(), *({j for j in worth if purses[j] * worth[i] <= purses[i] * worth[j]} for i in worth)]:
                rich = worth.keys() - poor
                given_by_poor = sum(purses[i] for i in poor)
                if rich:
                    prices.append((cost - given_by_poor) / Fraction(sum(worth[i] for i in rich)))
                elif given_by_poor == cost:
                    prices.append(max(purses[i] / Fraction(worth[i]) for i in poor))
            paying = [x for x in prices if x >= 0 and sum(min(purses[i], x * worth[i]) for i in worth) == cost]
            offers.append((min(paying), cost, p, worth))
        if not offers:
            return tuple(chosen)
        price, _, p, worth = min(offers, key=lambda offer: offer[:3])
        chosen.append(p)
        for i, w in worth.items():
            purses[i] -= min(purses[i], price * w)


def plain_equal_shares(points, costs, budget, satisfaction, completion):
    share = Fraction(budget, len(points))
    chosen = plain_round(points, costs, share, satisfaction)
    spent = lambda taken: sum(costs[p] for p in taken)  # noqa: E731
    supported = [p for p in range(len(costs)) if any(row[p] for row in points)]
    if completion.startswith("add1"):
        step = max(1, int(share) // 1000)
        while any(p not in chosen and spent(chosen) + costs[p] <= budget for p in supported):
            share += step
            more = plain_round(points, costs, share, satisfaction)
            if spent(more) > budget:
                break
            chosen = more
    if completion.endswith("greedy"):
        while True:
            fitting = [p for p in supported if p not in chosen and spent(chosen) + costs[p] <= budget]
            if not fitting:
                break
            chosen += (min(fitting, key=lambda p: (Fraction(costs[p], sum(row[p] for row in points)), costs[p], p)),)
    return chosen


@st.composite
def elections(draw):
    projects = draw(st.integers(1, 6))
    most = draw(st.sampled_from([1, 1, 3, 10]))
    row = st.lists(st.integers(0, most), min_size=projects, max_size=projects)
    points = draw(st.lists(row, min_size=1, max_size=9))
    costs = draw(st.lists(st.integers(0, draw(st.sampled_from([4, 30, 200]))), min_size=projects, max_size=projects))
    return points, costs, draw(st.integers(1, max(1, sum(costs) + 3)))


@given(elections())
def test_every_rule_equals_its_plain_reference(election):
    points, costs, budget = election
    matrix = np.array(points, dtype="<u2")
    for rule in RULES.values():
        if rule.name == "greedy":
            wanted = plain_greedy(points, costs, budget, rule.satisfaction)
        elif all(costs):  # a free project has no price per unit of its cost; its own test is below
            wanted = plain_equal_shares(points, costs, budget, rule.satisfaction, rule.completion)
        else:
            continue
        assert rule.select(matrix, costs, budget) == wanted, rule


@given(elections(), st.randoms(use_true_random=False))
def test_no_rule_overspends_or_asks_who_a_voter_is(election, rng):
    points, costs, budget = election
    supported = {p for p in range(len(costs)) if any(row[p] for row in points)}
    shuffled = rng.sample(points, len(points))
    for rule in RULES.values():
        taken = rule.select(np.array(points, dtype="<u2"), costs, budget)
        assert sum(costs[p] for p in taken) <= budget
        assert len(set(taken)) == len(taken)
        assert set(taken) <= supported
        assert rule.select(np.array(shuffled, dtype="<u2"), costs, budget) == taken


def test_larger_elections_equal_the_reference_too():
    rng = random.Random(5)
    for _ in range(4):
        points = [[rng.choice((0, 0, 1, 2, 5)) for _ in range(9)] for _ in range(40)]
        costs = [rng.randint(50, 3000) for _ in range(9)]
        matrix = np.array(points, dtype="<u2")
        for satisfaction in ("points", "cost"):
            wanted = plain_equal_shares(points, costs, 6000, satisfaction, "greedy")
            assert equal_shares(matrix, costs, 6000, satisfaction, "greedy") == wanted


def test_prices_nearer_than_floats_can_tell_are_told_apart():
    # One point costs 10^12 + 1 for project 0 and 10^12 for project 1, though project 1 is the dearer one.
    points = np.array([[1, 2]], dtype="<u2")
    assert equal_shares(points, (10**12 + 1, 2 * 10**12), 4 * 10**12, "points") == (1, 0)
    # Supporters who have exactly the cost can pay; with one unit less they cannot.
    points = np.array([[1], [1], [1]], dtype="<u2")
    assert equal_shares(points, (10**15,), 10**15) == (0,)
    assert equal_shares(points, (10**15,), 10**15 - 1) == ()


def test_nearer_prices_than_floats_tell_are_compared_per_unit_of_satisfaction():
    most = 2**16 - 1
    points = np.full((300, 2), most, dtype="<u2")
    points[0, 0] -= 1  # project 0 has one point less among twenty million
    assert equal_shares(points, (1000, 1001), 3000, "cost") == (1, 0), "by points × cost the dearer one is cheaper"
    assert equal_shares(points, (1000, 1001), 3000, "points") == (0, 1)
    assert equal_shares(points, (1, 2), 9, "cost") == (1, 0)
    points = np.array([[1, 2]], dtype="<u2")
    assert equal_shares(points, (10, 20), 40, "points") == (0, 1), "ten for a point either way: the lower cost"


def test_a_price_that_rounding_blurs_more_than_another_is_compared_exactly():
    """Project 0 costs its last supporter 990, as a thousand others gave all; project 1 costs each of twenty 989.95."""
    points = np.zeros((1021, 2), dtype="<u2")
    points[:1000, 0], points[1000, 0], points[1001:, 1] = 2**16 - 1, 1, 1
    assert equal_shares(points, (1_000_990, 19_799), 1_021_000, "points") == (1, 0)
    assert equal_shares(points, (1_000_990, 19_801), 1_021_000, "points") == (0, 1)


def test_shares_grow_by_one_unit_until_the_next_outcome_is_too_dear():
    points = np.array([[1, 0], [0, 1]], dtype="<u2")
    assert equal_shares(points, (11, 12), 20, "cost", "add1") == (0,), "at 11 each one fits, at 12 both are bought"
    assert equal_shares(points, (11, 12), 20) == ()


def test_a_tie_goes_to_the_lower_cost_then_to_file_order():
    points = np.array([[1, 1, 1]], dtype="<u2")
    assert greedy_by_votes(points, (5, 4, 4), 13) == (1, 2, 0)
    assert equal_shares(points, (5, 4, 4), 13, "cost") == (1, 2, 0)
    points = np.array([[2, 1, 1]], dtype="<u2")
    assert greedy_by_votes_per_cost(points, (4, 2, 2), 8) == (1, 2, 0)


def test_a_free_project_is_taken_first_if_anyone_wants_it():
    points = np.array([[1, 1, 0]], dtype="<u2")
    for rule in RULES.values():
        taken = rule.select(points, (3, 0, 0), 3)
        assert set(taken) == {0, 1}, rule
        assert taken[0] == 1 or rule.name == "equal-shares" or rule.satisfaction == "cost"


# Outcomes of pabutools 1.2.3 (greedy_utilitarian_welfare, method_of_equal_shares; ties by cost, then position).
ON_THE_SAMPLE = {
    "greedy-votes": (6, 1, 3, 4, 0),
    "greedy-votes-per-cost": (3, 0, 4, 1, 5),
    "equal-shares-points": (3, 0, 4, 1, 5),
    "equal-shares-points-add1": (3, 0, 4, 1, 5),
    "equal-shares-cost": (6, 3, 4, 0),
    "equal-shares-cost-add1": (6, 1, 3, 4),
}


@pytest.mark.parametrize("name", ON_THE_SAMPLE)
def test_the_sample_comes_out_as_another_implementation_says(name):
    election = read_pb(SAMPLE)
    assert RULES[name].select(election.points, election.costs, election.budget) == ON_THE_SAMPLE[name]


# Number of projects and spending on Amsterdam-252, from pabutools 1.2.3.
ON_AMSTERDAM = {
    "greedy-votes": (23, 499_700),
    "greedy-votes-per-cost": (45, 493_000),
    "equal-shares-points": (39, 371_250),
    "equal-shares-points-add1": (43, 495_250),
    "equal-shares-cost": (32, 423_300),
    "equal-shares-cost-add1": (35, 481_300),
}


@pytest.fixture(scope="module")
def amsterdam():
    path = DATA / "Netherlands_Amsterdam_252.pb"
    if not path.exists():
        pytest.skip("the Pabulib files are not here; ISONOMIA_DATA names their folder")
    return read_pb(path)


@pytest.mark.parametrize("name", ON_AMSTERDAM)
def test_amsterdam_comes_out_as_another_implementation_says(amsterdam, name):
    taken = RULES[name].select(amsterdam.points, amsterdam.costs, amsterdam.budget)
    assert (len(taken), sum(amsterdam.costs[p] for p in taken)) == ON_AMSTERDAM[name]


def test_on_amsterdam_17_of_the_23_most_voted_are_in_equal_shares(amsterdam):
    voted, shared = (
        set(RULES[name].select(amsterdam.points, amsterdam.costs, amsterdam.budget))
        for name in ("greedy-votes", "equal-shares-points")
    )
    assert len(voted & shared) == 17


def test_a_rule_is_named_in_full_or_refused():
    sentences = {rule.describe() for rule in RULES.values()}
    assert len(sentences) == len(RULES) == len(set(RULES.values()))
    assert all("lower cost" in sentence for sentence in sentences)
    for wrong in (("borda", "cost"), ("greedy", "votes"), ("greedy", "cost", "add1"), ("equal-shares", "cost", "add2")):
        with pytest.raises(ValueError, match="no "):
            Rule(*wrong)
    with pytest.raises(ValueError, match="no satisfaction"):
        equal_shares(np.ones((1, 1), dtype="<u2"), (1,), 1, "costs")
    with pytest.raises(ValueError, match="no completion"):
        equal_shares(np.ones((1, 1), dtype="<u2"), (1,), 1, "cost", "add2")
