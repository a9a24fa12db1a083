"""An attacker's budget: what it cannot pay for never reaches the door."""

from contextlib import suppress
from types import MappingProxyType

import pytest

from isonomia.basics.acts import Act
from isonomia.seats.purse import Budgeted, Purse


class Says:
    def __init__(self, *things):
        self.things = list(things)

    def act(self, view):
        return self.things.pop(0) if self.things else None


def join(accounts):
    return Act("ring", "join", 0, {"accounts": accounts})


PLEA = Act("ring", "petition", 0, {})
VOTE = Act("ring", "ballot", 0, {})


def tried(purse, *things):
    seat = Budgeted(Says(*things), purse)
    return [seat.act({}) for _ in things]


def test_names_are_paid_for_whether_granted_or_not():
    assert tried(Purse(identities=5), join(3), join(2), join(1)) == [join(3), join(2), None]
    assert tried(Purse(identities=5), join(6)) == [None]
    assert tried(Purse(), join(1)) == [None]


def test_messages_are_paid_for_one_by_one():
    assert tried(Purse(messages=2), PLEA, PLEA, PLEA) == [PLEA, PLEA, None]
    assert tried(Purse(identities=9), PLEA) == [None]


def test_what_costs_nothing_is_free():
    assert tried(Purse(), VOTE, VOTE, None) == [VOTE, VOTE, None]


def test_two_purses_are_two():
    assert tried(Purse(identities=1, messages=1), PLEA, join(1), PLEA, join(1)) == [PLEA, join(1), None, None]


def test_rubbish_is_passed_on_for_the_door_to_refuse():
    assert tried(Purse(), "rubbish", 5, ("join",)) == ["rubbish", 5, ("join",)]


@pytest.mark.parametrize("refill", [-1000, -1, -(2**70), -1000.0, "-1000"])
def test_nothing_fills_a_purse(refill):
    """A try that costs less than nothing would buy names later."""
    seat = Budgeted(Says(join(refill), join(4), join(2)), Purse(identities=3))
    seat.act({})
    assert seat.act({}) is None


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        [],
        {"accounts": None},
        {"accounts": "many"},
        {"accounts": float("inf")},
        {"accounts": float("nan")},
        {"accounts": [1]},
        MappingProxyType({"accounts": "x"}),
    ],
)
def test_a_malformed_asking_buys_nothing(body):
    """It goes to the door, which refuses it, or counts as a seat that raises; the purse holds what it held."""
    act = Act("ring", "join", 0, body)
    seat = Budgeted(Says(act, join(3), join(1)), Purse(identities=3))
    with suppress(Exception):
        assert seat.act({}) in (act, None)
    assert seat.act({}) == join(3)
    assert seat.act({}) is None
