"""Seats by three rules, against a plain reference; ballots stand until they are changed; the office in a polity."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isonomia.basics.acts import Act, Permit
from isonomia.decisions.election import Election, seats_by

POWER: Mapping[str, int] = {"a": 51, "b": 49}


def election(seats: int = 20, **rule: Any) -> Election:
    return Election(seats, lambda who: POWER.get(who, 0), lambda: 100, **rule)


def elect(office: Election, by: str, votes: int, first: int = 1, last: int = 1, slate: str = "") -> Mapping[str, Any]:
    body = {"slate": slate or by, "votes": votes, "first": first, "last": last}
    facts, plan = office.plan(Act(by, "elect", 0, body))
    office.apply(plan, Permit(b"", 0))
    return facts


@pytest.mark.parametrize(
    ("rule", "seats"), [({"rule": "bloc"}, {"a": 20}), ({"rule": "proportional"}, {"a": 10, "b": 10})]
)
def test_half_and_a_bit_takes_all_or_half(rule: Mapping[str, str], seats: Mapping[str, int]) -> None:
    office = election(**rule)
    elect(office, "a", 51)
    elect(office, "b", 49)
    stated, owed = office.close({"day": 0})
    assert office.show("anybody")["seats"] == seats
    assert (stated, owed) == ({"seats_filled": 20, "seats_of_largest": max(seats.values())}, ())


def test_fewer_approvals_than_seats_leave_some_to_the_next() -> None:
    assert seats_by("bloc", {1: {"a": 51, "b": 49}}, 20, 15) == {"a": 15, "b": 5}
    assert seats_by("bloc", {1: {"a": 51}}, 20, 15) == {"a": 15}


def test_districts_go_to_their_largest_slate_and_empty_ones_to_nobody() -> None:
    votes = {1: {"a": 3, "b": 2}, 2: {"a": 1, "b": 2}, 3: {"a": 2, "b": 2}}
    assert seats_by("districts", votes, 4, 4) == {"a": 2, "b": 1}


def test_a_bar_keeps_small_slates_out() -> None:
    votes = {1: {"a": 90, "b": 10}}
    assert seats_by("proportional", votes, 10, 10) == {"a": 9, "b": 1}
    assert seats_by("proportional", votes, 10, 10, bar_permille=100) == {"a": 9, "b": 1}
    assert seats_by("proportional", votes, 10, 10, bar_permille=101) == {"a": 10}


def test_a_ballot_stands_until_it_is_changed_and_only_in_districts_there_are() -> None:
    office = election(2, rule="districts")
    assert elect(office, "a", 5, 1, 9)["votes_elsewhere"] == 0
    assert elect(office, "b", 4, 2, 2)["power"] == 49
    office.close({"day": 0})
    assert office.show("")["seats"] == {"a": 2}
    facts = elect(office, "a", 0, 2, 2)
    assert (facts["votes"], facts["votes_elsewhere"], facts["power_all"]) == (0, 5, 100)
    office.close({"day": 1})
    assert office.show("")["seats"] == {"a": 1, "b": 1}


def test_planning_changes_nothing() -> None:
    office = election()
    office.plan(Act("a", "elect", 0, {"slate": "a", "votes": 9, "first": 1, "last": 1}))
    office.close({"day": 0})
    assert office.show("")["seats"] == {}


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(1, 10**12), min_size=1), st.integers(0, 40))
def test_proportional_is_the_largest_quotients(votes: Mapping[str, int], seats: int) -> None:
    """D'Hondt: the `seats` largest of votes ÷ 1, votes ÷ 2, …"""
    quotients = [(-Fraction(n, k + 1), -n, slate) for slate, n in votes.items() for k in range(seats)]
    best = [slate for _, _, slate in sorted(quotients)[:seats]]
    assert seats_by("proportional", {1: votes}, seats, seats) == {s: best.count(s) for s in set(best)}
