"""The numbers of a commons by hand; each number moves when the thing that it measures is broken, and stays when not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from isonomia.decisions.direction import moved
from isonomia.measures import commons as numbers
from isonomia.measures.trace import Roles, Trace
from isonomia.worlds.commons import MICRO

# four persons: two victims, one of the faction (position 0 is a victim that profits), the last of the ring
ROLES = Roles(4, (0, 3), (3, 4), (0, 1))
FACTS = {
    "mandate": MICRO,
    "quota": MICRO,
    "taken": 2_400_000,
    "stock_reported": 24 * MICRO,
    "stock_measured_at_opening": 24 * MICRO,
    "capacity": 40 * MICRO,
}


def commons(served: Any, days: int = 2, **changes: Any) -> Trace:
    """Everybody needs 500, asks for 600 and is entitled to it; `served` in milli, one row for every day."""
    cells = np.array([served] * days)
    truth = {
        "need": np.full((days, 4), 500),
        "claim": np.full((days, 4), 600),
        "entitled": np.full((days, 4), 600),
        "served": cells,
    }
    truth |= changes.pop("truth", {})
    facts = {**FACTS, "taken": int(cells[0].sum()) * 1000, **changes.pop("facts", {})}
    sincere = changes.pop("sincere", [(0, 0, 4)] * days)
    made = Trace("commons", 0, 1, ROLES, [], [dict(facts) for _ in range(days)], truth, np.array(sincere), "aa")
    return replace(made, **changes)


FED = [600, 600, 600, 600]


def test_need_is_what_is_missing_of_it() -> None:
    short = numbers.deficits(commons([500, 250, 0, 600]), commons(FED))
    assert short["need"].tolist() == [[0, 0.5, 1, 0]] * 2


def test_share_is_what_is_missing_of_the_control_arms_entitlement() -> None:
    control = commons(FED, truth={"entitled": np.array([[600, 800, 400, 0]] * 2)})
    short = numbers.deficits(commons([600, 600, 600, 0]), control)
    assert short["share"].tolist() == [[0, 0.25, 0, 0]] * 2


def test_whoever_is_owed_nothing_is_short_of_nothing() -> None:
    none = {"need": np.zeros((2, 4)), "entitled": np.zeros((2, 4))}
    short = numbers.deficits(commons([0, 0, 0, 0], truth=none), commons(FED, truth=none))
    assert not short["need"].any()
    assert not short["share"].any()


def test_plenty_makes_no_credit() -> None:
    """A feast today does not fill yesterday's plate: a deficit is never below 0."""
    short = numbers.deficits(commons([5000, 600, 600, 600]), commons(FED))
    assert min(cells.min() for cells in short.values()) == 0


def test_the_weakest_are_those_who_need_most_on_the_first_day() -> None:
    need = np.full((2, 4), 500)
    need[0, 2] = 700  # in need at the start
    need[1, 1] = 9000  # later does not count
    need[0, 3] = 8000  # nor does the ring
    assert numbers.weakest(commons(FED, truth={"need": need})).tolist() == [2]
    assert numbers.weakest(commons(FED)).tolist() == [0], "ties go by position"


def test_the_weakest_are_a_tenth_of_the_victims() -> None:
    roles = Roles(45, (0, 40), (40, 45), (0, 4))
    trace = replace(commons(FED), roles=roles, truth={"need": np.arange(45)[None, :].repeat(2, 0)})
    assert sorted(numbers.weakest(trace)) == [36, 37, 38, 39]


def test_profit_is_what_the_attackers_side_ate() -> None:
    trace = commons([900, 100, 200, 300])
    assert numbers.profit(trace, (trace.roles.held, trace.roles.faction)) == pytest.approx(2 * (0.9 + 0.3))
    assert numbers.total(trace) == pytest.approx(2 * 1.5)


def test_what_accounts_of_nobody_ate_is_profit_and_they_are_no_persons() -> None:
    """A ring's names eat; what they took is the attacker's, though no person's plate shows it."""
    trace = commons([900, 100, 200, 300], facts={"taken": 4_500_000})
    assert numbers.profit(trace, (trace.roles.held, trace.roles.faction)) == pytest.approx(2 * (0.9 + 0.3 + 3.0))
    assert numbers.total(trace) == pytest.approx(9.0)
    assert trace.truth["served"].shape[1] == trace.roles.persons


def test_decoupling_is_half_the_difference_of_shares() -> None:
    assert numbers.decoupling(commons(FED)) == 0
    assert numbers.decoupling(commons([1200, 600, 600, 0])) == pytest.approx((0.25 + 0 + 0 + 0.25) / 2)
    assert numbers.decoupling(commons([2400, 0, 0, 0])) == pytest.approx(0.75)


def test_decoupling_is_of_shares_so_a_cut_for_all_is_none() -> None:
    assert numbers.decoupling(commons([300, 300, 300, 300])) == 0


def test_decoupling_asks_what_the_mandate_would_have_given() -> None:
    """Who asked for less than the mandate allows was given less by nobody's fault."""
    claim = np.array([[600, 600, 300, 0]] * 2)
    assert numbers.decoupling(commons([600, 600, 300, 0], truth={"claim": claim})) == 0
    assert numbers.decoupling(commons([500, 500, 500, 0], truth={"claim": claim})) > 0.1
    low = {"mandate": 400_000}  # at most 400 each, so shares are 4/11, 4/11, 3/11
    assert numbers.decoupling(commons([400, 400, 300, 0], truth={"claim": claim}, facts=low)) == pytest.approx(0)


def test_decoupling_is_whole_where_something_was_mandated_and_nobody_eats() -> None:
    assert numbers.decoupling(commons([0, 0, 0, 0])) == 1


def test_the_quota_gap() -> None:
    assert numbers.quota_gap(commons(FED)) == 0
    assert numbers.quota_gap(commons(FED, facts={"quota": 3 * MICRO})) == pytest.approx(2)
    assert numbers.quota_gap(commons(FED, facts={"quota": MICRO // 2})) == pytest.approx(0.5)


def test_the_truth_gap_is_the_lie_as_a_share_of_the_capacity() -> None:
    assert numbers.truth_gap(commons(FED)) == 0
    for said in (34, 14):
        assert numbers.truth_gap(commons(FED, facts={"stock_reported": said * MICRO})) == pytest.approx(0.25)


def test_the_sincere_mandate_is_the_rules_own_path() -> None:
    votes = [(0, 3, 1), (0, 3, 1), (4, 0, 0), (2, 2, 0)]
    path = numbers.sincere_mandate(commons(FED, days=4, sincere=votes)).tolist()
    up = moved(moved(MICRO, 0, 3, 1, (1, 10**9), (95, 101)), 0, 3, 1, (1, 10**9), (95, 101))
    assert path == [1_010_000, up, up * 95 // 100, up * 95 // 100]


def test_input_capture_is_the_distance_from_the_sincere_mandate() -> None:
    """Sincere votes hold at one unit; sybils that count raise what is on record."""
    assert numbers.input_capture(commons(FED)) == 0
    captured = commons(FED)
    for day, mandate in zip(captured.days, (1_100_000, 1_300_000), strict=True):
        day["mandate"] = mandate  # type: ignore[index]
    assert numbers.input_capture(captured) == pytest.approx(0.2)
    blind = commons(FED, sincere=[(4, 0, 0)] * 2, facts={"mandate": MICRO})
    assert numbers.input_capture(blind) == pytest.approx((0.05 / 0.95 + (1 - 0.9025) / 0.9025) / 2)


def test_no_number_reads_what_is_said_where_it_is_about_what_is() -> None:
    """A louder lie moves the truth gap and nothing else."""
    honest, liar = commons(FED), commons(FED, facts={"stock_reported": 40 * MICRO})
    for name in ("total", "decoupling", "quota_gap", "input_capture"):
        assert getattr(numbers, name)(honest) == getattr(numbers, name)(liar)
    assert numbers.truth_gap(liar) > numbers.truth_gap(honest)
    for right in numbers.RIGHTS:
        a, b = (numbers.deficits(trace, honest)[right] for trace in (honest, liar))
        assert np.array_equal(a, b)
