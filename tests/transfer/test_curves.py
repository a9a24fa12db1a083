"""Values over budget, each against a slow reading of its definition."""

from itertools import combinations
from math import nan

import numpy as np
import pytest

from isonomia.measures.statistics.survival import survival
from isonomia.transfer.attempts import Row, from_rows
from isonomia.transfer.curves import best_known, extrapolated, grouped, pseudo_survival, unbiased


def random_rows(rng, items=12, tries=6):
    rows = []
    for i in range(items):
        for k in rng.permutation(np.arange(1, rng.integers(2, tries + 1))).tolist():
            grade = nan if rng.random() < 0.15 else float(rng.integers(5)) / 4
            rating = nan if rng.random() < 0.3 else float(rng.integers(3))
            choice = int(rng.integers(k + 1))
            rows.append(Row("m", "c", "attack", f"{i:02d}", "", "", k, grade, 0, rating, 0.0, choice))
    return [rows[i] for i in rng.permutation(len(rows))]


def slow_best(rows, budget, oracle, unscorable):
    """By the words of the definition."""
    found = {}
    for twin in sorted({row.twin for row in rows}):
        tried = sorted((row for row in rows if row.twin == twin and row.attempt <= budget), key=lambda row: row.attempt)
        grades = [unscorable if row.grade != row.grade else row.grade for row in tried]
        if oracle:
            found[twin] = max(grades)
        elif tried[-1].choice:
            found[twin] = grades[tried[-1].choice - 1]
        else:
            ratings = [-1.0 if row.rating != row.rating else row.rating for row in tried]
            found[twin] = grades[ratings.index(max(ratings))]
    return list(found.values())


@pytest.mark.parametrize("seed", range(8))
def test_submitted_and_oracle_are_as_defined(seed):
    rows = random_rows(np.random.default_rng(seed))
    table = from_rows(rows)
    groups = grouped(table)
    for budget in (1, 2, 4, 9):
        for oracle in (False, True):
            lo, hi, _ = best_known(groups, budget, oracle)
            assert lo.tolist() == slow_best(rows, budget, oracle, 0.0)
            assert hi.tolist() == slow_best(rows, budget, oracle, 1.0)


def test_a_missing_attempt_may_be_anything_unless_the_last_says_what_is_submitted():
    def known(budget, oracle=False, choice=0):
        told = ((1, 0.5, 0.9, 1), (2, 0.25, 0.1, 1), (5, 0.75, 0.2, choice))
        rows = [Row("m", "c", "attack", "a", "", "", k, grade, 0, rating, 0.0, c) for k, grade, rating, c in told]
        return [float(each[0]) for each in best_known(grouped(from_rows(rows)), budget, oracle)]

    assert known(2) == [0.5, 0.5, 0]
    assert known(4) == [0.0, 1.0, 2], "attempt 4 would say"
    assert known(5) == [0.0, 1.0, 2], "the highest rated may be one of the two"
    assert known(5, choice=1) == known(30, choice=1) == [0.5, 0.5, 2]
    assert known(5, oracle=True, choice=1) == [0.75, 1.0, 2]


def test_before_the_first_attempt_nothing_is_known():
    groups = grouped(from_rows([Row("m", "c", "attack", "a", "", "", 3, 1.0, 0, nan, 0.0)]))
    assert np.isnan(best_known(groups, 2, True).lo).all()


def test_unbiased_is_the_mean_over_all_choices_of_attempts():
    for n, c, budget in ((6, 2, 3), (5, 0, 2), (5, 5, 1), (7, 1, 7)):
        won = [k < c for k in range(n)]
        slow = np.mean([any(choice) for choice in combinations(won, budget)])
        assert unbiased(np.array([n]), np.array([c]), budget)[0] == pytest.approx(slow)


def test_pseudo_values_are_kaplan_meier_left_out_one_by_one():
    rng = np.random.default_rng(3)
    times, happened = rng.integers(1, 9, 30), rng.random(30) < 0.6

    def reached(keep):
        return 1.0 - survival(times[keep], happened[keep]).at(5).mean

    every = np.ones(30, dtype=bool)
    slow = [30 * reached(every) - 29 * reached(every & (np.arange(30) != i)) for i in range(30)]
    assert pseudo_survival(times, happened, 5) == pytest.approx(slow)


def test_without_losses_pseudo_values_are_the_outcomes():
    times = np.array([1, 2, 2, 7, 7, 7])
    assert pseudo_survival(times, times < 7, 4) == pytest.approx([1, 1, 1, 0, 0, 0])


@pytest.mark.parametrize("stopping", [False, True])
def test_beyond_the_data_the_beta_binomial_finds_the_truth(stopping):
    rng = np.random.default_rng(4)
    n, tries = 600, 20
    chance = rng.beta(0.6, 3.0, n)
    won = rng.random((n, tries)) < chance[:, None]
    tried, wins = np.full(n, tries), won.sum(axis=1)
    if stopping:
        tried, wins = np.where(won.any(axis=1), won.argmax(axis=1) + 1, tries), won.any(axis=1).astype(int)
    truth = 1 - ((1 - rng.beta(0.6, 3.0, 400_000)) ** 100).mean()
    values = extrapolated(tried, wins, 100)
    error = values.std() / n**0.5
    assert abs(values.mean() - truth) < 3 * error
    assert error < 0.05


@pytest.mark.parametrize("wins", [0, 5])
def test_all_or_nothing_extrapolates_to_itself(wins):
    assert extrapolated(np.full(8, 5), np.full(8, wins), 50).tolist() == [wins / 5] * 8
