"""The numbers of a treasury, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from isonomia.measures import treasury
from isonomia.measures.trace import Roles, Trace
from isonomia.worlds.treasury_terms import RATE_START

ROLES = Roles(persons=4, victims=(0, 3), held=(3, 4), faction=(0, 0))
DAY = {
    "mandate": 100,
    "dividend_measured": 400,
    "paid_measured": 0,
    "exited_measured": 0,
    "treasury_reported": 1000,
    "treasury_measured": 1000,
    "treasury_measured_at_closing": 1000,
}


def trace(claim, paid, served=(1000, 1000), days=({}, {}), sincere=((0, 0, 1), (0, 0, 1))):
    tokens = np.array([[5, 1, 3, 1]] * 2)
    truth = {"tokens": tokens, "claim": np.array(claim), "paid": np.array(paid)}
    truth["served"] = np.array([[s] * 4 for s in served], "<u2")
    facts = [{**DAY, **day} for day in days]
    return Trace("treasury", 0, 2, ROLES, [], facts, truth, np.array(sincere), "")


CONTROL = trace([[500, 100, 300, 100]] * 2, [[0] * 4, [50, 10, 30, 10]])


def test_a_claim_is_what_is_left_and_what_was_paid_against_the_control_path() -> None:
    robbed = trace([[500, 100, 300, 100], [0, 0, 0, 0]], [[0] * 4, [50, 10, 30, 700]])
    short = treasury.deficits(robbed, CONTROL)["claim"]
    assert short[0].tolist() == [0, 0, 0, 0]
    assert short[1] == pytest.approx([1 - 50 / 550, 1 - 10 / 110, 1 - 30 / 330, 0])


def test_who_holds_nothing_has_no_claim_to_lose_and_is_owed_the_upkeep() -> None:
    control = trace([[0, 100, 300, 100]] * 2, [[0] * 4] * 2)
    nothing = trace([[0] * 4] * 2, [[0] * 4] * 2, served=(1000, 250))
    short = treasury.deficits(nothing, control)
    assert short["claim"][:, 0].tolist() == [0, 0]
    assert short["claim"][:, 1].tolist() == [1, 1]
    assert short["upkeep"][:, 0].tolist() == [0, 0.75]
    assert treasury.owed(nothing).all()


def test_the_weakest_hold_least() -> None:
    assert treasury.weakest(CONTROL).tolist() == [1]


def test_what_reached_no_person_is_the_attackers() -> None:
    stolen = trace([[0] * 4] * 2, [[0] * 4, [40, 0, 0, 60]], days=({}, {"paid_measured": 900}))
    given_out = 400 + 400 + 900
    assert treasury.profit(stolen, [(3, 4)]) == 60 + given_out - 100
    assert treasury.profit(stolen, []) == given_out - 100
    assert treasury.total(CONTROL) == 1000 + 100


def test_gaps_between_what_was_voted_said_and_done() -> None:
    days = ({}, {"dividend_measured": 0, "treasury_reported": 500, "treasury_measured_at_closing": 250})
    run = trace([[0] * 4] * 2, [[0] * 4] * 2, days=days)
    assert treasury.decoupling(run) == 0.5
    assert treasury.truth_gap(run) == 0.25
    assert treasury.beside(run) == {"treasury_drawdown": 0.75}
    assert treasury.decoupling(CONTROL) == treasury.truth_gap(CONTROL) == 0


def test_the_sincere_dividend_moves_with_the_sincere_majority() -> None:
    run = trace([[0] * 4] * 2, [[0] * 4] * 2, sincere=((3, 0, 1), (0, 1, 1)))
    path = [RATE_START * 95 // 100] * 2
    assert treasury.sincere_mandate(run).tolist() == path
    assert treasury.input_capture(run) == pytest.approx((path[0] - 100) / path[0])
