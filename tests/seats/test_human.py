"""A person at a terminal, played by a list of lines, in a real polity."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isonomia.basics.acts import Act
from isonomia.basics.schema import Whole
from isonomia.contract.contract import Contract
from isonomia.decisions.direction import Direction
from isonomia.identity.roll import Roll
from isonomia.law.articles import Article
from isonomia.petitions.intake import Intake
from isonomia.polity.polity import Polity
from isonomia.record.log import Log
from isonomia.seats.day import MOST_ACTS, take_turn
from isonomia.seats.governors.human import Human
from isonomia.seats.terminal import Mistyped, decimal, number, safe
from isonomia.worlds.commons import MICRO, QUOTA, Commons

PERSONS = 20
CAUTION = Article("A.3", "set_quota", "implies(4 * stock_reported < capacity, quota_new <= quota)", "Little is left.")


class Table:
    """A polity with a person in office who types these lines; when they run out, so does the input."""

    def __init__(self, *lines: str, petitions: str = "raw") -> None:
        self.entries = BytesIO()
        offices = [
            Commons({"members": PERSONS}, 0),
            Direction(MICRO, (QUOTA.lo, QUOTA.hi)),
            Intake(petitions),
            Roll({"members": PERSONS}),
            Contract((), (), {}),
        ]
        self.polity = Polity(offices, (CAUTION,), Log(self.entries))
        self.lines, self.said, self.prompts = list(lines), [], []  # type: ignore[var-annotated]
        self.human = Human(self._ask, self.said.append)

    def _ask(self, prompt: str) -> str:
        self.prompts.append(prompt)
        if not self.lines:
            raise EOFError
        return self.lines.pop(0) + "\n"

    def turn(self) -> list[Any]:
        """One turn; the governor's entries so far."""
        take_turn(self.polity, "governor", self.human)
        entries = map(json.loads, self.entries.getvalue().splitlines())
        return [entry for entry in entries if entry.get("by") == "governor"]


@pytest.mark.parametrize(
    ("line", "kind", "body"),
    [
        ("quota 1.05", "set_quota", {"quota": 1_050_000}),
        ("QUOTA 0.000001e", None, None),
        ("  quota   10 ", "set_quota", {"quota": 10_000_000}),
        ("quota 0.123456", "set_quota", {"quota": 123_456}),
        ("quota 0.1234560", "set_quota", {"quota": 123_456}),
        ("report 620", "report", {"stock": 620 * MICRO}),
        ("report 0", "report", {"stock": 0}),
        ("reserve 10", "set_reserve", {"permille": 100}),
        ("reserve 2.5%", "set_reserve", {"permille": 25}),
        ("equal", "equalise", {}),
    ],
)
def test_a_line_becomes_exactly_one_act(line: str, kind: str | None, body: dict[str, int] | None) -> None:
    done = Table(line, "end").turn()
    assert [(e["kind"], e["body"], e["denied"]) for e in done] == ([(kind, body, [])] if kind else [])


def test_shares_go_to_those_named_and_the_others_keep_theirs() -> None:
    table = Table("share 0-9 1.5", "share 3 0", "end", "equal", "end")
    table.turn()
    expected = np.full(PERSONS, 1000)
    expected[:10] = 1500
    expected[3] = 0
    assert table.polity.view("governor")["shares"].tolist() == expected.tolist()
    table.polity.close_day()
    table.turn()
    assert "  shares      0-2 1.5, 3 0, 4-9 1.5, 10-19 1" in table.said
    assert table.polity.view("governor")["shares"] is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("quota", 'type it as in "quota 1.05"'),
        ("quota 1 2", "type it as in"),
        ("quota ten tonnes", "type it as in"),
        ("quota -5", "is not a number"),
        ("quota −5", "is not a number"),
        ("quota 1e6", "is not a number"),
        ("quota nan", "is not a number"),
        ("quota 1,05", "is not a number"),
        ("quota ١", "is not a number"),
        ("quota .5", "is not a number"),
        ("quota 1.0000001", "at most 6 decimals"),
        ("quota 0.01", "wants 0.05 to 10"),
        ("quota 999999999999", "wants 0.05 to 10"),
        ("quota " + "9" * 10_000, "is not a number"),
        ("report 1000000001", "wants 0 to 1000000000"),
        ("reserve 101", "wants 0 to 100"),
        ("reserve 0.01", "at most 1 decimals"),
        ("share 0-9", "type it as in"),
        ("share 9-0 1", "wants persons 0 to 19"),
        ("share 0-20 1", "wants persons 0 to 19"),
        ("share a-b 1", "wants persons 0 to 19"),
        ("share 0 10.001", "wants 0 to 10"),
        ("equal 5", 'type it as in "equal"'),
        ("end now", 'there is no command "end now"'),
        ("qouta 5", 'there is no command "qouta 5"'),
        ("\x1b[2J\x07", "there is no command"),
    ],
    ids=lambda words: words[:30],
)
def test_what_is_mistyped_is_said_and_asked_again(line: str, words: str) -> None:
    table = Table(line, "quota 1.05", "end")
    assert [e["kind"] for e in table.turn()] == ["set_quota"]
    assert any(words in said for said in table.said)
    assert all(said.isprintable() and len(said) < 200 for said in table.said)
    assert len(table.prompts) == 3


def test_an_empty_line_is_nothing() -> None:
    table = Table("", "   ", "end")
    assert table.turn() == []
    assert len(table.prompts) == 3


def test_what_was_refused_is_told_without_the_article() -> None:
    table = Table("report 1", "quota 2", "end")
    assert table.turn()[1]["denied"] == ["A.3"]
    assert table.said[-2:] == ["  done", "  refused"]


def test_the_day_shows_what_a_governor_may_see() -> None:
    table = Table("law", "end")
    table.polity.submit(Act("governor", "report", 0, {"stock": 190 * MICRO}), "governor")
    table.polity.submit(Act("members", "ballot", 0, {"choice": np.array([2] * 15 + [1] * 5, "|u1")}), "members")
    table.polity.submit(Act("members", "complain", 0, {"count": 4}), "members")
    body = {"topic": "relief", "position": 7, "amount": 1500, "text": "hungry\x1b[2J\nset the quota"}
    table.polity.submit(Act("members", "petition", 0, body), "members")
    table.turn()
    shown = "\n".join(table.said)
    assert "stock       120 measured, 190 last reported; the land can hold 200" in shown
    assert "mandate     1.01; votes today: 5 to lower it, 15 to raise it" in shown
    assert "complaints  4 today" in shown
    assert '#0, day 0: relief for person 7, share 1.5: "hungry�[2J�set the quota"' in shown
    assert "A.3 on set_quota: implies(4 * stock_reported < capacity, quota_new <= quota)" in shown
    assert "\x1b" not in shown


def test_quarantined_words_are_not_shown() -> None:
    table = Table("petitions", "end", petitions="quarantine")
    body = {"topic": "quota", "position": 0, "amount": 0, "text": "give us all"}
    table.polity.submit(Act("members", "petition", 0, body), "members")
    table.polity.close_day()
    table.turn()
    assert "    #0, day 0: quota" in table.said
    assert "give us all" not in "\n".join(table.said)


def test_a_suspended_governor_is_told() -> None:
    table = Table("quota 1", "end")
    table.polity._submit(Act("office:contract", "suspend", 0, {"who": "governor", "days": 5}))
    assert table.turn()[0]["denied"] == ["role"]
    assert "  You are suspended: what you try will be refused." in table.said
    assert table.said[-1] == "  refused"


@pytest.mark.parametrize("lines", [(), ("quit",), ("quota 1", "quit")])
def test_whoever_has_no_more_to_say_has_left(lines: tuple[str, ...]) -> None:
    table = Table(*lines)
    table.polity.close_day()
    table.turn()
    asked = len(table.prompts)
    table.polity.close_day()
    assert len(table.turn()) == len(lines) // 2
    assert len(table.prompts) == asked
    assert table.human.left_on == 1
    assert table.said[-1] == "You left on day 1; the days go on without you."


def test_an_interrupt_goes_through() -> None:
    def interrupted(_: str) -> str:
        raise KeyboardInterrupt

    table = Table()
    table.human = Human(interrupted, table.said.append)
    with pytest.raises(KeyboardInterrupt):
        table.turn()


def test_a_turn_that_reached_its_bound_is_explained() -> None:
    table = Table(*["equal"] * MOST_ACTS, "end")
    assert len(table.turn()) == MOST_ACTS
    table.polity.close_day()
    table.turn()
    assert any(said.startswith("The day ended by itself") for said in table.said)


@given(st.integers(0, 10**12 - 1), st.text("0123456789", min_size=1, max_size=8), st.sampled_from([1, 3, 6]))
def test_numbers_are_what_decimal_arithmetic_says(whole: int, decimals: str, places: int) -> None:
    text = f"{whole}.{decimals}"
    exact = Decimal(text) * 10**places
    parse: Callable[[], int] = lambda: number(text, places, Whole())  # noqa: E731
    if exact != exact.to_integral_value() or exact > 2**53 - 1:
        with pytest.raises(Mistyped):
            parse()
    else:
        assert parse() == exact
        assert Decimal(decimal(parse(), places)) == Decimal(text)


@given(st.text())
def test_no_text_moves_the_cursor(text: str) -> None:
    assert safe(text).isprintable()
    assert len(safe(text)) == len(text)
