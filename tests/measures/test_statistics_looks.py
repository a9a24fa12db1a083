"""Looking four times costs what it says: the error over all looks stays below 5%, and naive looking does not."""

from typing import Any

import numpy as np
import pytest

from isonomia.measures.statistics.bounded import chance_at_most, p_above, p_below
from isonomia.measures.statistics.families import holm
from isonomia.measures.statistics.looks import LOOKS, alpha_at, grow, p_over_looks
from isonomia.measures.statistics.samples import SampleError

RUNS = 2000


def nulls() -> dict[str, tuple[Any, float, tuple[float, float]]]:
    """Outcomes whose mean is exactly the threshold, where a wrong claim is likeliest: (runs, 200), mean, support."""
    rng = np.random.default_rng(11)
    coin, rare = rng.random((RUNS, 200)) < 0.5, rng.random((RUNS, 200)) < 0.05
    return {
        "coin": (coin * 0.04, 0.02, (0.0, 0.04)),
        "rare": (rare * 0.4, 0.02, (0.0, 0.4)),
        "skewed": (rng.beta(0.2, 1.8, (RUNS, 200)), 0.1, (0.0, 1.0)),
    }


NULLS = nulls()


def p_at_looks(x: Any, truth: float, support: tuple[float, float], side: str) -> Any:
    """P-values at each look, (runs, looks)."""
    sign, worst = (1.0, support[0]) if side == "above" else (-1.0, -support[1])
    at = np.full(len(x), sign * truth)
    return np.stack([chance_at_most(sign * x[:, :n], at, worst) for n in LOOKS], axis=1)


@pytest.mark.parametrize("name", NULLS)
@pytest.mark.parametrize("side", ["above", "below"])
def test_the_error_over_all_looks_stays_within_five_percent(name: str, side: str) -> None:
    p = p_at_looks(*NULLS[name], side)
    wrong = (p <= [alpha_at(n) for n in LOOKS]).any(axis=1).mean()
    assert wrong <= 0.05
    assert wrong == np.mean([p_over_looks(row) <= 0.05 for row in p])


def test_naive_looking_is_noticed() -> None:
    """The positive control: the same simulation, every look at 5%."""
    p = p_at_looks(*NULLS["coin"], "above")
    assert (p <= 0.05).any(axis=1).mean() > 0.07


def test_a_table_that_grows_stays_within_five_percent() -> None:
    """Five correlated cells exactly at the threshold and one clear of it, each growing until it is decided."""
    rng = np.random.default_rng(5)
    shared = rng.random((600, 200, 1)) < 0.5
    cells = np.where(rng.random((600, 200, 5)) < 0.6, shared, rng.random((600, 200, 5)) < 0.5) * 0.04
    p = np.stack([p_at_looks(cells[:, :, k], 0.02, (0.0, 0.04), "above") for k in range(5)], axis=1)
    wrong = 0
    for table in p:
        so_far = [holm([1e-9, *(p_over_looks(cell[: k + 1]) for cell in table)]) for k in range(len(LOOKS))]
        assert all(adjusted[0] <= 0.05 for adjusted in so_far)
        wrong += any(min(adjusted[1:]) <= 0.05 for adjusted in so_far)
    assert wrong / 600 <= 0.05


def test_what_looks_may_spend_adds_up() -> None:
    assert [alpha_at(n) for n in LOOKS] == pytest.approx([0.005, 0.005, 0.01, 0.03])
    assert sum(alpha_at(n, 0.9, (5, 6, 30)) for n in (5, 6, 30)) == pytest.approx(0.1)
    assert alpha_at(20, looks=(20,)) == pytest.approx(0.05)


def test_p_over_looks_by_hand() -> None:
    assert p_over_looks([0.004]) == pytest.approx(0.04)
    assert p_over_looks([0.2, 0.2, 0.2, 0.03]) == pytest.approx(0.05)
    assert p_over_looks([0.9]) == 1.0


def grown(values: Any, threshold: float = 0.02) -> Any:
    asked: list[tuple[int, int]] = []

    def sample(start: int, stop: int) -> Any:
        asked.append((start, stop))
        return values[start:stop]

    def decide(so_far: Any, alpha: float) -> bool:
        support = (-0.05, 0.45)
        return min(p_above(so_far, threshold, support), p_below(so_far, threshold, support)) <= alpha

    return grow(sample, decide), asked


def test_growing_stops_where_the_question_is_settled() -> None:
    rng = np.random.default_rng(2)
    broken, asked = grown(0.4 + 0.02 * rng.random(200))
    assert (broken.n, broken.decided, asked) == (20, True, [(0, 20)])
    held, asked = grown(np.zeros(200))
    assert (held.n, held.decided, asked) == (200, True, [(0, 20), (20, 40), (40, 80), (80, 200)])
    values = 0.04 * (rng.random(200) < 0.5)
    unsure, _ = grown(values)
    assert (unsure.n, unsure.decided) == (200, False)
    assert (unsure.values == values).all()


def test_looks_that_cannot_be_say_why() -> None:
    with pytest.raises(SampleError, match="no look at 30 seeds"):
        alpha_at(30)
    for looks in ((), (0, 20), (20, 20), (40, 20)):
        with pytest.raises(SampleError, match="growing numbers"):
            grow(lambda start, stop: [0.0] * (stop - start), lambda *_: True, looks=looks)
    with pytest.raises(SampleError, match="asked for seeds 0 to 19"):
        grow(lambda *_: [0.0], lambda *_: True)
    for p_values in ([], [0.1] * 5):
        with pytest.raises(SampleError, match="4 looks"):
            p_over_looks(p_values)
