"""Power: against counting by hand, SciPy's binomial and simulation; and what no number of seeds can do."""

from math import ceil, log
from typing import Any

import numpy as np
import pytest
from scipy import stats

from isonomia.measures.statistics.bounded import p_above, p_below
from isonomia.measures.statistics.families import holm
from isonomia.measures.statistics.looks import alpha_at, p_over_looks
from isonomia.measures.statistics.power import exact_power, seeds_needed, seeds_to_hold, simulated_power
from isonomia.measures.statistics.samples import SampleError

HARM = (-0.05, 1.0)


def plain_power(claim: str, n: int, rate: float, size: float, threshold: float, error: float, support: Any) -> float:
    """Every number of harmed seeds tried, none skipped."""
    test = p_above if claim == "broken" else p_below
    made = [k for k in range(n + 1) if test([size] * k + [0.0] * (n - k), threshold, support) <= error]
    return float(stats.binom.pmf(made, n, rate).sum())


@pytest.mark.parametrize("claim", ["broken", "held"])
@pytest.mark.parametrize(("n", "rate", "size"), [(1, 0.5, 1.0), (20, 0.1, 1.0), (60, 0.02, 0.4), (60, 0.5, 0.05)])
@pytest.mark.parametrize("error", [0.05, 0.3])
def test_exact_power_equals_plain_counting(claim: Any, n: int, rate: float, size: float, error: float) -> None:
    made = exact_power(claim, n, rate, size, 0.03, error, HARM)
    assert made == pytest.approx(plain_power(claim, n, rate, size, 0.03, error, HARM), abs=1e-12)


@pytest.mark.parametrize(
    ("claim", "n", "rate", "size"), [("broken", 50, 0.1, 0.6), ("held", 200, 0.005, 0.8), ("broken", 20, 0.3, 0.5)]
)
def test_simulation_agrees_with_the_exact_power(claim: Any, n: int, rate: float, size: float) -> None:
    harms = size * (np.random.default_rng(3).random((3000, n)) < rate)
    made = simulated_power(claim, harms, 0.02, 0.05, HARM)
    exact = exact_power(claim, n, rate, size, 0.02, 0.05, HARM)
    assert 0.02 < exact < 0.98
    assert made.lo - 0.01 <= exact <= made.hi + 0.01


def test_batches_do_not_matter(monkeypatch: Any) -> None:
    harms = np.random.default_rng(3).random((50, 20)) ** 4
    whole = simulated_power("broken", harms, 0.1, support=HARM)
    monkeypatch.setattr("isonomia.measures.statistics.power.BATCH", 70)
    assert simulated_power("broken", harms, 0.1, support=HARM) == whole
    assert 0 < whole.mean < 1


@pytest.mark.parametrize("claim", ["broken", "held"])
@pytest.mark.parametrize("n", [20, 60, 150])
def test_at_the_threshold_power_is_the_error_at_most(claim: Any, n: int) -> None:
    for rate in (0.02, 0.05, 0.1, 0.2, 0.5):
        assert exact_power(claim, n, rate, 0.4, 0.4 * rate, 0.05, (0.0, 0.4)) <= 0.05
    assert exact_power("broken", n, 0.5, 0.4, 0.05, 0.05, HARM) > 0.9  # and the test does decide something


def test_certain_outcomes_have_certain_power() -> None:
    assert exact_power("broken", 20, 1.0, 0.5, 0.02, 0.05, HARM) == 1.0
    assert exact_power("broken", 20, 0.0, 0.5, 0.02, 0.05, HARM) == 0.0
    assert exact_power("held", 149, 0.0, 0.5, 0.02, 0.05, HARM) == 1.0
    assert exact_power("held", 148, 0.0, 0.5, 0.02, 0.05, HARM) == 0.0


@pytest.mark.parametrize(("claim", "rate", "size"), [("broken", 0.2, 1.0), ("broken", 0.6, 0.2), ("held", 0.002, 1.0)])
def test_seeds_needed_reach_the_power_and_one_less_does_not(claim: Any, rate: float, size: float) -> None:
    n = seeds_needed(claim, rate, size, 0.02, 0.8, 0.05, HARM)
    assert n is not None
    assert exact_power(claim, n - 1, rate, size, 0.02, 0.05, HARM) < 0.8
    for later in range(n, n + max(10, n // 10)):
        assert exact_power(claim, later, rate, size, 0.02, 0.05, HARM) >= 0.8


def test_no_number_of_seeds_shows_what_is_not_so() -> None:
    assert seeds_needed("broken", 0.01, 1.0, 0.02, support=HARM, most=300) is None
    assert seeds_needed("held", 0.02, 1.0, 0.02, support=HARM, most=300) is None
    assert seeds_needed("held", 0.0, 1.0, 0.02, support=HARM, most=148) is None
    assert seeds_needed("held", 0.0, 1.0, 0.02, support=HARM, most=160) == 149


@pytest.mark.parametrize("cells", [1, 2, 15, 150])
@pytest.mark.parametrize(("threshold", "support"), [(0.02, HARM), (0.1, (-1.0, 1.0)), (0.02, (-0.05, 0.3))])
def test_seeds_to_hold_is_where_the_table_turns(cells: int, threshold: float, support: Any) -> None:
    n = seeds_to_hold(cells, threshold, 0.05, support)

    def held(seeds: int) -> bool:
        return max(holm([p_below(np.zeros(seeds), threshold, support)] * cells)) <= 0.05

    assert held(n)
    assert not held(n - 1)
    assert n == ceil(log(0.05 / cells) / log(1 - threshold / support[1]))


def test_seeds_to_hold_with_looks_is_where_the_look_turns() -> None:
    """At the look after 400 of 600 the error is .0267 of .05; fifteen quiet cells are held there from 314 seeds on."""
    looks = (20, 80, 400, 600)
    n = seeds_to_hold(15, 0.02, support=HARM, spent=alpha_at(400, looks=looks) / 0.05)
    assert n == 314
    for seeds, reached in ((n, True), (n - 1, False)):
        p = p_over_looks([1.0, 1.0, p_below(np.zeros(seeds), 0.02, HARM)], looks)
        assert (max(holm([p] * 15)) <= 0.05) == reached


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: exact_power("harmed", 5, 0.1, 0.5, 0.02), "claim"),  # type: ignore[arg-type]
        (lambda: exact_power("held", 0, 0.1, 0.5, 0.02), "at least one seed"),
        (lambda: exact_power("held", 5, 0.1, 0.5, 0.02, error=0.0), "error between"),
        (lambda: exact_power("held", 5, 1.1, 0.5, 0.02), "rate lies"),
        (lambda: exact_power("held", 5, 0.1, 1.5, 0.02), "within the support"),
        (lambda: exact_power("held", 5, 0.1, 0.5, 0.02, support=(0.1, 1.0)), "outside the support"),
        (lambda: seeds_needed("held", 0.1, 0.5, 0.02, power=1.0), "power lies"),
        (lambda: simulated_power("held", np.zeros(5), 0.02), "shape"),
        (lambda: simulated_power("held", np.full((2, 2), 3.0), 0.02), "outside the support"),
        (lambda: simulated_power("hold", np.zeros((2, 2)), 0.02), "claim"),  # type: ignore[arg-type]
        (lambda: seeds_to_hold(0, 0.02), "holding 0 cells"),
        (lambda: seeds_to_hold(1, 1.0), "holding 1 cells"),
        (lambda: seeds_to_hold(1, 0.02, spent=0.0), "holding 1 cells"),
        (lambda: seeds_to_hold(1, 0.02, error=1.0), "error between"),
    ],
)
def test_what_cannot_be_answered_says_why(ask: Any, says: str) -> None:
    with pytest.raises(SampleError, match=says):
        ask()
