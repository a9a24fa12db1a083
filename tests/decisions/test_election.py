"""Seats by three rules, against a plain reference; ballots stand until they are changed; the office in a polity."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isonomia.basics.acts import Act, Permit
from isonomia.basics.schema import LARGEST
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
    votes = {1: {"a": 3, "b": 2}, 2: {"a": 1, "b": 2}, 3: {"b": 2, "a": 2}}
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


def test_what_it_says_before_anybody_voted() -> None:
    office = election()
    assert office.show("anybody") == {"seats": {}}
    assert office.facts(Act("a", "elect", 0, {})) == {}
    for rule in ("bloc", "districts", "proportional"):
        office = election(rule=rule)
        assert office.close({"day": 0}) == ({"seats_filled": 0, "seats_of_largest": 0}, ())
        elect(office, "a", 0)
        assert office.close({"day": 1})[0]["seats_filled"] == 0, "a ballot without votes seats nobody"


def test_left_to_itself_the_largest_slate_takes_all_and_no_slate_is_too_small() -> None:
    office = Election(7, POWER.__getitem__, lambda: 2000)
    elect(office, "a", 51)
    elect(office, "b", 49)
    office.close({"day": 0})
    assert office.show("")["seats"] == {"a": 7}
    votes = {1: {"a": 1999, "b": 1}}
    assert seats_by("proportional", votes, 2000, 0) == {"a": 1999, "b": 1}
    office = election(2000, rule="proportional")
    elect(office, "a", 1999)
    elect(office, "b", 1)
    assert office.close({"day": 0})[0] == {"seats_filled": 2000, "seats_of_largest": 1999}


def test_the_office_holds_the_bar_and_the_approvals_it_was_founded_with() -> None:
    for rule, seats in (
        ({"rule": "proportional", "bar_permille": 491}, {"a": 20}),
        ({"rule": "proportional", "bar_permille": 490}, {"a": 10, "b": 10}),
        ({"rule": "bloc", "approvals": 15}, {"a": 15, "b": 5}),
        ({"rule": "bloc", "approvals": 99}, {"a": 20}),
    ):
        office = election(**rule)
        elect(office, "a", 51)
        elect(office, "b", 49)
        office.close({"day": 0})
        assert office.show("")["seats"] == seats


def test_what_a_ballot_states_and_did() -> None:
    office = election(5)

    def stated(by: str, slate: str, first: int, last: int) -> Mapping[str, Any]:
        return office.plan(Act(by, "elect", 0, {"slate": slate, "votes": 4, "first": first, "last": last}))[0]

    assert stated("a", "x", 1, 9) == {"votes": 4, "votes_elsewhere": 0, "power": 51, "power_all": 100}
    _, plan = office.plan(Act("a", "elect", 0, {"slate": "x", "votes": 4, "first": 2, "last": 9}))
    assert office.apply(plan, Permit(b"", 0)) == {"districts": 4}
    _, plan = office.plan(Act("a", "elect", 0, {"slate": "x", "votes": 4, "first": 6, "last": 9}))
    assert office.apply(plan, Permit(b"", 0)) == {"districts": 0}
    elsewhere = {
        ("a", "x", 2, 5): 0,
        ("a", "x", 3, 3): 12,
        ("a", "x", 1, 1): 16,
        ("a", "y", 2, 5): 16,
        ("b", "x", 2, 5): 0,
    }
    assert {asked: stated(*asked)["votes_elsewhere"] for asked in elsewhere} == elsewhere
    for district in (1, 2):
        elect(office, "b", LARGEST, district, district, "z")
    assert stated("b", "x", 1, 1)["votes_elsewhere"] == LARGEST


@pytest.mark.parametrize(("rule", "seats"), [("bloc", {"b": 3}), ("districts", {"b": 2}), ("proportional", {"b": 3})])
def test_votes_of_several_authors_for_a_slate_are_one_slates_votes(rule: str, seats: Mapping[str, int]) -> None:
    """In each of two districts b has more than a, though no ballot for it is the largest."""
    office = election(3, rule=rule, bar_permille=500)
    for by, votes, slate in (("one", 5, "a"), ("two", 3, "b"), ("six", 3, "b")):
        elect(office, by, votes, 1, 2, slate)
    office.close({"day": 0})
    assert office.show("")["seats"] == seats


def test_votes_of_several_districts_are_summed() -> None:
    office = election(2)
    elect(office, "one", 5, 1, 1, "a")
    for district, votes in ((1, 2), (2, 1), (3, 1)):
        elect(office, "two", votes, district, district, "b")
    office.close({"day": 0})
    assert office.show("")["seats"] == {"a": 2}, "the third district is none: five to three"
    votes = {1: {"a": 5, "b": 2}, 2: {"b": 2}, 3: {"b": 2}}
    assert seats_by("bloc", votes, 2, 2) == {"b": 2}
    office = election(3)
    for district, votes in ((1, 2), (2, 1), (3, 1)):
        elect(office, "two", votes, district, district, "b")
    elect(office, "one", 5, 1, 1, "a")
    office.close({"day": 0})
    assert office.show("")["seats"] == {"a": 3}, "five to four"


def test_a_bar_is_not_reached_by_a_ten_thousandth_less() -> None:
    votes = {1: {"a": 10_001, "b": 9_999}}
    assert seats_by("proportional", votes, 9, 9, bar_permille=500) == {"a": 9}


def test_a_tie_goes_to_the_slate_whose_name_comes_first() -> None:
    tie = {1: {"b": 3, "a": 3, "c": 1}}
    assert (seats_by("bloc", tie, 2, 2), seats_by("districts", tie, 2, 2)) == ({"a": 2}, {"a": 1})
    assert seats_by("proportional", tie, 3, 3) == {"a": 2, "b": 1}


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(1, 10**12), min_size=1), st.integers(0, 40))
def test_proportional_is_the_largest_quotients(votes: Mapping[str, int], seats: int) -> None:
    """D'Hondt: the `seats` largest of votes ÷ 1, votes ÷ 2, …"""
    quotients = [(-Fraction(n, k + 1), -n, slate) for slate, n in votes.items() for k in range(seats)]
    best = [slate for _, _, slate in sorted(quotients)[:seats]]
    assert seats_by("proportional", {1: votes}, seats, seats) == {s: best.count(s) for s in set(best)}
