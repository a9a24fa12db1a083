"""A view as JSON, acts as typed tools: what fits becomes an array, what does not stays as it was given."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isonomia.basics.schema import Cells
from isonomia.petitions.intake import Intake, Petition
from isonomia.seats.governors.tools import MOST_LISTED, body_of, plain, tools_for
from isonomia.worlds.commons import KINDS

PERSONS = 20
CELL = Cells("<u2", 10_000)
ALLOCATE = KINDS["allocate"]


@settings(max_examples=200, deadline=None)
@given(
    equal=st.none() | st.integers(0, 10_000),
    groups=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(0, 65_535)), max_size=5),
)
def test_groups_become_the_array_a_plain_loop_makes(equal: int | None, groups: list[tuple[int, int, int]]) -> None:
    asked: dict[str, Any] = {"groups": [{"start": a, "stop": b, "permille": c} for a, b, c in groups]}
    if equal is not None:
        asked["equal"] = equal
    plainly: list[int | None] = [equal] * 6
    for a, b, c in groups:
        for i in range(a, min(b, 6)):
            plainly[i] = c
    fits = all(a < b <= 6 for a, b, _ in groups) and None not in plainly
    got = body_of(ALLOCATE, json.dumps({"permille": asked}), 6)["permille"]
    if fits:
        assert got.tolist() == plainly
        assert got.dtype.str == "<u2"
    else:
        assert got == asked
        assert CELL.fault(got)


@pytest.mark.parametrize(
    "value",
    [
        1000,
        [1000] * PERSONS,
        {},
        {"equal": "1000"},
        {"equal": -1},
        {"equal": 1000.0},
        {"equal": 70_000},
        {"equal": True},
        {"equal": 1000, "more": 1},
        {"groups": {"start": 0}},
        {"groups": [[0, 20, 1000]]},
        {"groups": [{"start": 0, "stop": 20}]},
        {"groups": [{"start": 0, "stop": 19, "permille": 1000}]},
        {"groups": [{"start": -1, "stop": 20, "permille": 1000}]},
        {"equal": 1000, "groups": [{"start": 0, "stop": 1, "permille": 1}] * 1001},
    ],
    ids=lambda v: repr(v)[:40],
)
def test_shares_that_do_not_fit_stay_as_given(value: Any) -> None:
    got = body_of(ALLOCATE, json.dumps({"permille": value}), PERSONS)["permille"]
    assert got == value
    assert CELL.fault(got)


def test_the_tools_say_what_the_kinds_say() -> None:
    by_name = {tool["function"]["name"]: tool["function"]["parameters"] for tool in tools_for(KINDS)}
    assert by_name["set_quota"]["properties"] == {"quota": {"type": "integer", "minimum": 50_000, "maximum": 10**7}}
    assert by_name["set_quota"]["required"] == ["quota"]
    assert by_name["set_quota"]["additionalProperties"] is False
    cells = by_name["allocate"]["properties"]["permille"]["properties"]
    assert cells["equal"] == {"type": "integer", "minimum": 0, "maximum": 10_000}
    assert by_name["equalise"]["properties"] == {} == by_name["end_turn"]["properties"]
    petition = {t["function"]["name"]: t["function"]["parameters"] for t in tools_for(Intake().kinds)}["petition"]
    assert petition["properties"]["topic"]["enum"] == ["relief", "quota", "spending", "other"]
    assert petition["properties"]["text"] == {"type": "string", "maxLength": 2000}


def test_a_view_becomes_json_whatever_is_in_it() -> None:
    petitions = tuple(Petition(i, 0, "", "relief", i, 1, None) for i in range(MOST_LISTED + 1))
    shown = plain(
        {"few": (1, True, None, "x"), "many": petitions, "none": np.zeros(0, "<u2"), "odd": 1.5, 3: np.int64(4)}
    )
    assert shown["few"] == [1, True, None, "x"]
    assert shown["odd"] == "float"
    assert shown["3"] == 4
    assert shown["many"]["n"] == MOST_LISTED + 1
    assert len(shown["many"]["first"]) == MOST_LISTED
    assert shown["many"]["first"][0]["topic"] == "relief"
    assert shown["none"] == {"n": 0}
    assert plain(np.array([True, False, False])) == {"n": 3, "min": 0, "max": 1, "mean": 0}
