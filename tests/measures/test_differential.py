"""The differential's arithmetic, on numbers whose answer is known."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from isonomia.measures.differential import (
    Estimate,
    Family,
    break_even,
    containment,
    filter_correlation,
    friction,
    kendall,
    legibility,
    mean_of,
    of_sums,
    orders_of,
    relation,
    sets_of,
    shapley,
)

N = 20
NOISE = np.linspace(-0.02, 0.02, N)
HARM = 0.4 + NOISE
NONE = np.zeros(N)


def test_containment_is_one_minus_the_ratio_of_sums() -> None:
    found = containment(0.1 + NOISE[::-1], HARM)
    assert found.value == pytest.approx(0.75)
    assert found.lo is not None
    assert found.hi is not None
    assert found.lo < 0.75 < found.hi
    assert found.sign == 1


def test_harm_done_with_no_polity_is_nobodys_to_prevent() -> None:
    assert containment(HARM / 2 + 0.1, HARM + 0.1, h_out=0.1).value == pytest.approx(0.5)
    assert containment(HARM / 2 + 0.1, HARM + 0.1).value != pytest.approx(0.5)


def test_the_same_harm_in_every_seed_is_exactly_none_contained() -> None:
    found = containment(HARM, HARM)
    assert (found.value, found.identical, found.lo, found.sign) == (0.0, True, None, 0)


@pytest.mark.parametrize("harm", [NONE, NONE + 0.01, np.r_[np.zeros(N - 1), 0.3]])
def test_a_share_of_next_to_nothing_is_not_identifiable(harm: np.ndarray) -> None:
    found = containment(NONE, harm)
    assert found.value is None
    assert "not identifiable" in found.why


def test_without_headroom_there_is_no_containment() -> None:
    assert containment(NONE, HARM, headroom=False).why != containment(NONE, NONE).why
    assert containment(NONE, HARM, headroom=False).value is None


def test_friction_is_the_share_of_service_lost_and_may_be_negative() -> None:
    served = 0.8 + NOISE
    assert friction(served * 0.9, served).value == pytest.approx(0.1)
    assert friction(served[::-1] * 1.1, served).sign == -1
    assert friction(served, served).identical
    assert friction(served, NONE).value is None


def test_a_mean_difference_of_nothing_is_exact() -> None:
    assert mean_of(NONE).identical
    assert mean_of(NOISE + 0.1).sign == 1
    assert mean_of(NOISE).sign == 0


def test_the_interval_of_a_statistic_of_sums_agrees_with_scipys_bca() -> None:
    a, b = HARM**2, 1 + NOISE
    found = of_sums([a, b], lambda s: s[..., 0] / s[..., 1])
    rng = np.random.default_rng(1)
    other = stats.bootstrap(
        (a, b), lambda x, y, axis: x.sum(axis) / y.sum(axis), paired=True, vectorized=True, rng=rng, n_resamples=9999
    ).confidence_interval
    width = other.high - other.low
    assert found.lo == pytest.approx(other.low, abs=0.1 * width)
    assert found.hi == pytest.approx(other.high, abs=0.1 * width)


def test_a_share_of_nothing_at_all_is_said() -> None:
    assert of_sums([NONE, NONE], lambda s: s[..., 0] / s[..., 1]).value is None


# -- legibility ------------------------------------------------------------------------------------------------------


def family(blocked: float, suite: float, found: float, attempts: int = 10) -> Family:
    """An attack of which so large a share is refused, and contained on the suite and under search."""
    tried = np.full(N, attempts)
    return Family(tried, tried * blocked, HARM * (1 - suite), HARM, HARM[::-1] * (1 - found), HARM)


def seen(*families: Family) -> dict[str, Estimate]:
    sides = (("found_with", "found_without"), ("suite_with", "suite_without"))
    means = [[np.mean([getattr(f, side) for f in families], axis=0) for side in pair] for pair in sides]
    report = legibility(families, containment(*means[0]), containment(*means[1]))
    return {name: getattr(report, name) for name in ("blocked", "gap", "counting_error", "adaptation")}


def test_what_a_search_evades_shows_as_adaptation() -> None:
    found = seen(family(blocked=0.9, suite=0.9, found=0.0))
    assert found["blocked"].value == pytest.approx(0.9)
    assert found["gap"].value == pytest.approx(0.9)
    assert found["counting_error"].value == pytest.approx(0.0, abs=1e-9)
    assert found["adaptation"].value == pytest.approx(0.9)
    assert found["gap"].sign == 1


def test_what_refuses_without_preventing_shows_as_counting_error() -> None:
    found = seen(family(blocked=0.9, suite=0.2, found=0.2))
    assert found["counting_error"].value == pytest.approx(0.7)
    assert found["adaptation"].value == pytest.approx(0.0, abs=1e-9)


def test_the_two_parts_make_the_gap() -> None:
    found = seen(family(0.8, 0.5, 0.1), family(0.2, 0.4, 0.3))
    parts = found["counting_error"].value, found["adaptation"].value
    assert sum(part for part in parts if part is not None) == pytest.approx(found["gap"].value)


def test_families_weigh_alike_however_many_acts_they_try() -> None:
    assert seen(family(1.0, 0, 0, attempts=1), family(0.0, 0, 0, attempts=1000))["blocked"].value == pytest.approx(0.5)


def test_one_that_tries_nothing_is_left_out_and_none_at_all_is_said() -> None:
    silent = family(0.0, 0.0, 0.0, attempts=0)
    assert seen(family(0.8, 0.5, 0.5), silent)["blocked"].value == pytest.approx(0.8)
    assert "no attempt" in seen(silent)["blocked"].why


def test_all_refused_in_every_seed_is_not_certain_of_the_next() -> None:
    blocked = seen(family(1.0, 0.0, 0.0))["blocked"]
    assert blocked.value == pytest.approx(1.0)
    assert blocked.lo is not None
    assert 0.8 < blocked.lo < 1.0


def test_an_unknown_containment_leaves_the_gap_unknown_but_not_the_count() -> None:
    nothing = Family(np.full(N, 5), np.full(N, 5), NONE, NONE, NONE, NONE)
    found = seen(nothing)
    assert found["blocked"].value == 1.0
    assert found["gap"].value is None
    assert "not identifiable" in found["gap"].why


# -- the verdict -----------------------------------------------------------------------------------------------------


def test_it_pays_where_attacks_are_as_frequent_as_cost_over_gain() -> None:
    found = break_even(NOISE + 0.1, HARM)
    assert found.value == pytest.approx(0.25)
    assert found.lo is not None
    assert found.lo < 0.25


def test_what_costs_nothing_pays_always_and_what_prevents_nothing_never() -> None:
    assert break_even(NONE, HARM).value == 0.0
    assert break_even(-HARM, HARM).value == 0.0
    assert break_even(HARM, NONE).value is None
    assert break_even(HARM, -HARM).value is None
    assert break_even(HARM, HARM / 2).value == pytest.approx(2.0)


# -- Shapley ---------------------------------------------------------------------------------------------------------

PLAYERS = ["a", "b", "c", "d"]


def prevents(chosen: frozenset[str]) -> np.ndarray:
    """a and b work only together; c works alone, and less with a; d is a sham."""
    together = 0.3 if {"a", "b"} <= chosen else 0.0
    alone = (0.1 if "a" in chosen else 0.2) if "c" in chosen else 0.0
    return HARM * (together + alone)


def test_shapley_values_are_the_means_over_all_orders_and_sum_to_the_total() -> None:
    shares = shapley(PLAYERS, prevents)
    orders = list(permutations(PLAYERS))
    for name in PLAYERS:
        gains = [prevents(frozenset(o[: o.index(name) + 1])) - prevents(frozenset(o[: o.index(name)])) for o in orders]
        assert shares[name] == pytest.approx(np.mean(gains, axis=0))
    assert sum(shares.values()) == pytest.approx(prevents(frozenset(PLAYERS)))
    assert not shares["d"].any()
    assert shares["b"].mean() > shares["a"].mean() > 0


def test_drawn_orders_sum_to_the_total_and_ask_only_for_the_sets_on_their_way() -> None:
    orders = orders_of(PLAYERS, 5)
    assert len(orders) == 5
    assert orders[1] == orders[0][::-1]
    assert orders == orders_of(PLAYERS, 5)
    known = set(sets_of(PLAYERS, orders))
    shares = shapley(PLAYERS, lambda chosen: prevents(chosen) if chosen in known else np.full(N, np.nan), orders)
    assert sum(shares.values()) == pytest.approx(prevents(frozenset(PLAYERS)))


def test_many_orders_come_near_the_exact_values() -> None:
    exact, drawn = shapley(PLAYERS, prevents), shapley(PLAYERS, prevents, orders_of(PLAYERS, 400))
    for name in PLAYERS:
        assert drawn[name].mean() == pytest.approx(exact[name].mean(), abs=0.01)


def test_without_orders_every_set_is_asked_for() -> None:
    assert len(sets_of(PLAYERS, [])) == 16
    assert shapley([], lambda _: NONE) == {}


def test_how_safeguards_stand_to_each_other() -> None:
    good, bad, none = Estimate(0.2, 0.1, 0.3), Estimate(-0.2, -0.3, -0.1), Estimate(0.0, identical=True)
    assert relation(good, bad) == relation(bad, good) == "interacts"
    assert relation(good, none) == "needs others"
    assert relation(none, good) == "spare"
    assert relation(Estimate(0.005, 0.001, 0.009), good) == "spare"
    assert relation(Estimate(0.05, 0.04, 0.06), good) == ""
    assert relation(good, good) == relation(none, none) == relation(bad, bad) == ""


# -- the asymmetric filter -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_kendalls_tau_agrees_with_scipys(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 4, 9), rng.integers(0, 4, 9)
    assert kendall(x, y) == pytest.approx(stats.kendalltau(x, y).statistic)


def test_it_is_unknown_where_nothing_is_ordered() -> None:
    assert kendall([0, 0, 0], [1, 2, 3]) is None
    assert filter_correlation(np.zeros((N, 4)), np.ones((N, 4))).value is None


def test_its_sign_says_on_whom_the_friction_falls() -> None:
    harms = np.tile([0.8, 0.5, 0.0, 0.0], (N, 1))
    met = np.tile([0.9, 0.7, 0.0, 0.1], (N, 1))
    met[::3, 3] = 0.0
    assert filter_correlation(harms, met).sign == 1
    assert filter_correlation(harms, -met).sign == -1
    assert filter_correlation(harms, np.tile([0.9, 0.7, 0.0, 0.1], (N, 1))).identical
