"""A treasury: what comes in, what goes out, what it is to each person, and who may stop or leave it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from isonomia.basics.acts import Act
from isonomia.worlds.treasury import Treasury
from isonomia.worlds.treasury_terms import Bill, Setting

PEOPLE = {"members": 8, "ring": 2}
BARE = {"income_per_head": 0, "upkeep_per_head": (0, 0)}


def do(world: Treasury, by: str, kind: str, day: int = 0, **body: Any) -> dict[str, Any]:
    facts, plan = world.plan(Act(by, kind, day, body))
    world.apply(plan, None)  # type: ignore[arg-type]
    return facts


def close(world: Treasury, day: int = 0) -> dict[str, Any]:
    return dict(world.close({"day": day})[0])


def test_every_coin_is_accounted_for() -> None:
    """Founding money and income are what is there, what persons and others were paid, and upkeep; day after day."""
    world = Treasury(PEOPLE, 3, Setting(bills=(Bill(2, 900),)))
    there, out = world.facts(Act("governor", "pay", 0))["treasury_measured"], 0
    total = there
    for day in range(6):
        out += do(world, "governor", "maintain", day)["moved"]
        out += do(world, "governor", "pay", day, to="works", amount=500)["moved"]
        do(world, "governor", "pay", day, to="ring", amount=70)
        do(world, "governor", "dividend", day, amount=9001)
        stated = close(world, day)
        total += stated["income"]
        paid = sum(world.show(who)["paid"] for who in ("members", "ring"))
        assert stated["treasury_measured"] + paid + out == total
    assert out > 900


def test_a_claim_is_by_own_tokens_and_the_pools_idle_ones_have_none() -> None:
    world = Treasury(PEOPLE, 3)
    truth = world.persons()
    assert truth["tokens"].max() > 4 * truth["tokens"].min() > 0
    assert 0 <= 400_000 - truth["claim"].sum() <= 10
    do(world, "ring", "borrow", amount=10**6)
    close(world)
    after = world.persons()
    assert np.array_equal(after["tokens"], truth["tokens"])


def test_the_truth_of_a_day_is_that_of_its_close() -> None:
    world = Treasury(PEOPLE, 3)
    close(world)
    before = world.persons()["claim"].sum()
    do(world, "office:docket", "pay", 1, to="thief", amount=300_000)
    assert world.persons()["claim"].sum() == before
    close(world, 1)
    assert world.persons()["claim"].sum() < before


def test_a_dividend_goes_by_own_tokens() -> None:
    world = Treasury({"ann": 1, "bob": 1}, 0, Setting(treasury=1000, tokens={"ann": 3, "bob": 1, "pool": 96}, **BARE))
    do(world, "bob", "borrow", amount=96)
    do(world, "governor", "dividend", amount=402)
    assert (world.show("ann")["paid"], world.show("bob")["paid"]) == (301, 100)
    assert close(world)["treasury_measured"] == 599


def test_works_that_nobody_keeps_up_bring_in_less_and_recover() -> None:
    world = Treasury(PEOPLE, 3)
    idle = [close(world, day) for day in range(3)]
    assert [s["income"] for s in idle] == [20_000 * p // 1000 for p in (980, 960, 940)]
    assert not world.persons()["served"].any()
    do(world, "governor", "maintain", 3)
    assert close(world, 3)["income"] == 20_000 * 950 // 1000
    assert (world.persons()["served"] == 1000).all()


def test_what_breaks_waits_until_the_works_are_paid_and_they_bill_no_more_than_that() -> None:
    world = Treasury(PEOPLE, 3, Setting(bills=(Bill(1, 5000),)))
    do(world, "governor", "maintain", 0)
    assert do(world, "governor", "pay", 0, to="works", amount=99)["moved"] == 0
    close(world, 0)
    for day in (1, 2):
        do(world, "governor", "maintain", day)
        assert close(world, day)["upkeep_left_measured"] == 5000
        assert 0 < world.persons()["served"][0] < 1000
    assert do(world, "governor", "pay", 3, to="works", amount=7000)["moved"] == 5000
    do(world, "governor", "maintain", 3)
    assert close(world, 3)["upkeep_left_measured"] == 0


def test_an_instrument_and_a_report_are_two_facts() -> None:
    world = Treasury(PEOPLE, 3)
    assert do(world, "governor", "report", treasury=5)["reported_today"] is False
    assert do(world, "governor", "report", treasury=7)["reported_today"] is True
    facts = do(world, "governor", "pay", to="ring", amount=100)
    assert (facts["treasury_reported"], facts["moved"]) == (7, 100)
    stated = close(world)
    assert (stated["treasury_reported"], stated["treasury_measured_at_closing"]) == (7, 399_900)


def test_recent_payments_are_summed_over_thirty_days() -> None:
    world = Treasury(PEOPLE, 3)
    for day in (0, 10):
        do(world, "governor", "pay", day, to="ring", amount=100)
    for day, sum_ in ((29, 200), (30, 100), (40, 0)):
        facts, _ = world.plan(Act("operator", "pay", day, {"to": "operator", "amount": 1}))
        assert (facts["spent_30d"], facts["payee_is_author"], facts["decided"]) == (sum_, True, False)


def test_so_many_signers_halt_payments_and_nobody_else_does() -> None:
    world = Treasury(PEOPLE, 3, Setting(signers=("s1", "s2", "s3"), signers_needed=2))
    do(world, "ring", "halt", halted=True)
    do(world, "s1", "halt", halted=True)
    do(world, "s1", "halt", halted=True)  # twice is once
    assert do(world, "governor", "pay", to="ring", amount=5)["moved"] == 5
    assert do(world, "s2", "halt", halted=True)["signatures"] == 2
    assert do(world, "governor", "pay", to="ring", amount=5)["moved"] == 0
    assert do(world, "governor", "maintain")["moved"] == 0
    do(world, "office:docket", "halt", halted=False)
    assert do(world, "governor", "pay", to="ring", amount=5)["moved"] == 5


def leavers(permille: int) -> Treasury:
    """846 tokens and 30,034 in the treasury, as in the first fork of Nouns; one principal a token holder."""
    tokens = {"joined": 472, "stay": 374}
    setting = Setting(treasury=30_034, tokens=tokens, exit_permille=permille, contributed={"joined": 4720}, **BARE)
    return Treasury({"joined": 1, "stay": 1}, 0, setting)


@pytest.mark.parametrize(("permille", "out"), [(200, 16_756), (558, 0)])
def test_an_exit_is_paid_by_book_once_enough_want_it(permille: int, out: int) -> None:
    world = leavers(permille)
    facts = do(world, "joined", "exit", amount=900, claim=10**9)
    assert (facts["amount"], facts["book_share"], facts["exiting_permille"]) == (472, 16_756, 557)
    assert do(world, "joined", "transfer", to="stay", amount=1)["moved"] == 0
    stated = close(world)
    assert (stated["exited_measured"], world.show("joined")["paid"]) == (out, out)
    assert stated["supply_measured"] == (374 if out else 846)


def test_whoever_claims_what_they_brought_gets_no_more_and_all_leave_at_one_price() -> None:
    world = leavers(0)
    facts = do(world, "joined", "exit", amount=236, claim=2360)
    assert facts["contributed"] == facts["claim"] == 2360
    do(world, "joined", "exit", amount=118, claim=10**9)
    do(world, "stay", "exit", amount=118, claim=10**9)
    close(world)
    each = 30_034 * 118 // 846
    assert (world.show("joined")["paid"], world.show("stay")["paid"]) == (2360 + each, each)


def test_the_table_of_parameters_is_public_and_what_is_entrenched_is_said() -> None:
    world = Treasury(PEOPLE, 3, Setting(parameters={"judges": 9}, entrenched=("judges",)))
    facts = do(world, "office:docket", "set_parameter", name="judges", value=15)
    assert (facts["value_before"], facts["value"], facts["entrenched"], facts["decided"]) == (9, 15, True, True)
    assert not do(world, "operator", "set_parameter", name="fee", value=3)["entrenched"]
    assert world.show("anybody")["parameters"] == {"judges": 15, "fee": 3}


def test_how_long_nobody_has_looked_after_it() -> None:
    world = Treasury(PEOPLE, 3, Setting(dormant_days=60))
    assert world.facts(Act("ring", "exit", 5))["days_dormant"] == 65
    do(world, "ring", "borrow", 6, amount=1)
    assert world.facts(Act("ring", "exit", 6))["days_dormant"] == 66
    do(world, "operator", "set_parameter", 6, name="fee", value=3)
    assert world.facts(Act("ring", "exit", 8))["days_dormant"] == 2


def test_a_dry_run_changes_nothing() -> None:
    world = Treasury(PEOPLE, 3)
    before = (world.show("governor"), world.show("members")["tokens"], dict(world.powers()))
    bodies: dict[str, dict[str, Any]] = {
        "pay": {"to": "x", "amount": 5}, "exit": {"amount": 5, "claim": 9}, "halt": {"halted": True},
        "transfer": {"to": "x", "amount": 5}, "mint": {"to": "x", "amount": 5}, "borrow": {"amount": 5},
        "set_parameter": {"name": "x", "value": 1}, "confiscate": {"who": "members", "to": "", "amount": 1},
    }  # fmt: skip
    for kind, body in bodies.items():
        world.plan(Act("members", kind, 0, body))
    assert (world.show("governor"), world.show("members")["tokens"], dict(world.powers())) == before
