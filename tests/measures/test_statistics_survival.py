"""Kaplan and Meier's curve: against published data, lifelines and SciPy; its open ends; and the errors it raises."""

from math import inf, isnan, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test
from lifelines.utils import median_survival_times
from scipy import stats

from isonomia.measures.statistics.samples import SampleError
from isonomia.measures.statistics.survival import log_rank, survival

# Remission in weeks, leukaemia: Freireich et al., Blood 21 (1963), the table of most textbooks; 12 of the treated lost
TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED = [True] * 9 + [False] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
EVERY = [True] * 21

followed = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=30)


def test_the_published_table_of_remissions() -> None:
    curve = survival(TREATED, RELAPSED)
    assert curve.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.events.tolist() == [3, 1, 1, 1, 1, 1, 1]
    assert curve.share == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)
    errors = [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]  # Greenwood's, as printed there
    plain = survival(TREATED, RELAPSED, scale="plain")
    assert plain.hi - plain.lo == pytest.approx(
        [min(1, s + 1.96 * e) - s + 1.96 * e for s, e in zip(plain.share, errors, strict=True)], abs=5e-4
    )
    assert (curve.median, curve.median_lo, curve.median_hi) == (23, 13, inf)
    assert (survival(PLACEBO, EVERY).median, curve.n) == (8, 21)
    assert log_rank((TREATED, RELAPSED), (PLACEBO, EVERY)) == pytest.approx(4.17e-5, rel=1e-3)  # χ² = 16.79


@given(followed, st.sampled_from([0.8, 0.95]))
def test_the_curve_and_its_interval_agree_with_lifelines(subjects: Any, level: float) -> None:
    times, observed = [t + 1 for t, _ in subjects], [seen for _, seen in subjects]
    made = survival(times, observed, level)
    theirs = KaplanMeierFitter(alpha=1 - level).fit(times, observed)
    at = made.times
    assert made.share == pytest.approx(theirs.predict(at) if at.size > 1 else [theirs.predict(t) for t in at], abs=1e-9)
    ends = theirs.confidence_interval_.loc[at].to_numpy()
    inner = made.at_risk > made.events  # where nobody is left they print 0 to 0, which we do not
    assert made.lo[inner] == pytest.approx(ends[inner, 0], abs=1e-9)
    assert made.hi[inner] == pytest.approx(ends[inner, 1], abs=1e-9)
    if abs(made.share - 0.5).min(initial=1.0) > 1e-9:
        assert made.median == theirs.median_survival_time_


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")  # where we keep the bound before
@pytest.mark.parametrize(("scale", "called"), [("log-log", "log-log"), ("plain", "linear")])
def test_both_scales_agree_with_scipy(scale: Any, called: Any) -> None:
    rng = np.random.default_rng(4)
    times, lost = rng.integers(1, 40, 60), rng.random(60) < 0.4
    made = survival(times, ~lost, scale=scale)
    theirs = stats.ecdf(stats.CensoredData(times[~lost], right=times[lost])).sf
    ends = theirs.confidence_interval(0.95, method=called)
    assert made.share == pytest.approx(theirs.evaluate(made.times), abs=1e-12)
    inner = made.at_risk > made.events
    assert made.lo[inner] == pytest.approx(np.clip(ends.low.evaluate(made.times), 0, 1)[inner], abs=1e-9)
    assert made.hi[inner] == pytest.approx(np.clip(ends.high.evaluate(made.times), 0, 1)[inner], abs=1e-9)


def test_the_median_and_its_interval_agree_with_lifelines() -> None:
    rng = np.random.default_rng(5)
    for n in (15, 40, 200):
        times, observed = rng.geometric(0.06, n), rng.random(n) < 0.8
        made, theirs = survival(times, observed), KaplanMeierFitter().fit(times, observed)
        ends = median_survival_times(theirs.confidence_interval_).to_numpy().ravel().tolist()
        assert (made.median, [made.median_lo, made.median_hi]) == (theirs.median_survival_time_, ends)


@given(followed, followed)
def test_log_rank_agrees_with_lifelines(first: Any, second: Any) -> None:
    groups = [([t for t, _ in side], [seen for _, seen in side]) for side in (first, second)]
    made = log_rank(*groups)
    (t, a), (u, b) = groups
    if isnan(made):  # each event befell all who were left, or the one group that was left
        for day in {x for x, seen in first + second if seen}:
            left = [sum(x >= day for x in side) for side in (t, u)]
            assert 0 in left or sum(left) == sum(seen and x == day for x, seen in first + second)
    else:
        assert made == pytest.approx(logrank_test(t, u, a, b).p_value, abs=1e-9)


def test_log_rank_keeps_its_level_and_sees_a_difference() -> None:
    rng = np.random.default_rng(6)
    same, apart = (
        [log_rank(*((days, np.ones(40, bool)) for days in rng.geometric(chances, (40, 2)).T)) for _ in range(400)]
        for chances in ([0.05, 0.05], [0.05, 0.12])
    )
    assert 0.02 <= np.mean(np.array(same) <= 0.05) <= 0.08
    assert np.mean(np.array(apart) <= 0.05) > 0.85


def test_without_losses_the_curve_is_the_share_still_waiting() -> None:
    rng = np.random.default_rng(8)
    days = rng.integers(0, 30, 50)
    curve = survival(days, np.ones(50, bool))
    assert curve.share == pytest.approx([(days > t).mean() for t in curve.times], abs=1e-12)
    assert curve.at(curve.times[3]).mean == pytest.approx(curve.share[3])
    assert curve.at(curve.times[3] + 0.5) == curve.at(curve.times[3])


def test_who_is_lost_on_the_day_of_an_event_was_at_risk_that_day() -> None:
    curve = survival([5, 5, 9], [True, False, False])
    assert (curve.at_risk.tolist(), curve.share.tolist()) == ([3], [pytest.approx(2 / 3)])


def test_before_anything_happens_there_is_an_interval_and_no_point() -> None:
    quiet = survival([40] * 20, [False] * 20)
    assert (quiet.times.size, quiet.median, quiet.median_lo) == (0, inf, inf)
    made = quiet.at(40)
    wanted = stats.binomtest(20, 20).proportion_ci(0.95, "exact")
    assert (made.mean, made.lo, made.hi) == (1.0, pytest.approx(wanted.low), 1.0)
    half = survival([10] * 10 + [40] * 10, [False] * 20)
    assert half.at(10) == quiet.at(40)
    assert half.at(11).lo == pytest.approx(0.025 ** (1 / 10))  # whoever was lost on day 10 says nothing of day 11


def test_a_curve_that_reaches_nothing_keeps_the_bound_before() -> None:
    curve = survival([3, 5], [True, True])
    assert (curve.share[1], curve.lo[1]) == (0.0, 0.0)
    assert curve.hi[1] == curve.hi[0] > 0.9
    at_once = survival([3] * 20, [True] * 20)
    assert at_once.hi[0] == pytest.approx(stats.binomtest(0, 20).proportion_ci(0.95, "exact").high)


def test_nothing_is_said_of_days_that_nobody_saw() -> None:
    curve = survival([3, 8], [True, False])
    assert curve.at(8).mean == 0.5
    for day in (8.5, -1, nan):
        with pytest.raises(SampleError, match="nobody was followed"):
            curve.at(day)


@given(followed, st.randoms(use_true_random=False))
def test_the_order_of_subjects_does_not_matter(subjects: Any, random: Any) -> None:
    mixed = subjects.copy()
    random.shuffle(mixed)
    first, second = (survival([t for t, _ in who], [seen for _, seen in who]) for who in (subjects, mixed))
    for name in ("times", "at_risk", "events", "share", "lo", "hi", "followed"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
    assert (first.share >= first.lo).all()
    assert (first.share <= first.hi).all()
    assert (np.diff(first.share) < 0).all()


@pytest.mark.parametrize(
    ("times", "observed", "how", "says"),
    [
        ([], [], {}, "at least one"),
        ([1, 2], [True], {}, "a flag for each"),
        ([[1]], [[True]], {}, "a flag for each"),
        ([-1], [True], {}, "at least 0"),
        ([nan], [True], {}, "finite"),
        ([inf], [False], {}, "lost"),
        ([1], [1], {}, "`observed`"),
        ([1], [True], {"level": 0.0}, "level"),
        ([1], [True], {"scale": "log"}, "scale"),
    ],
)
def test_what_cannot_be_answered_says_why(times: Any, observed: Any, how: Any, says: str) -> None:
    with pytest.raises(SampleError, match=says):
        survival(times, observed, **how)


def test_arrays_of_a_curve_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        survival([1], [True]).share[0] = 1.0
