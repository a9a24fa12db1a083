"""Canonical bytes against RFC 8785, the three forms of an entry, and lines that no entry could be."""

from __future__ import annotations

import io
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from isonomia.basics.canonical import encode
from isonomia.record.entry import array_refs, read_entry, read_lines, read_value

KEYS = st.text(st.characters(codec="ascii"), max_size=8)
LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=12)
VALUES = st.recursive(LEAVES, lambda v: st.lists(v, max_size=4) | st.dictionaries(KEYS, v, max_size=4), max_leaves=20)

ACT: dict[str, Any] = {"seq": 4, "day": 1, "by": "members", "kind": "ballot", "body": {}, "facts": {}, "denied": []}
CLOSE: dict[str, Any] = {"seq": 4, "day": 1, "close": {}, "effects": []}
OPEN: dict[str, Any] = {"seq": 0, "day": 0, "open": {}}
REF = {"dtype": "<u2", "n": 3, "root": "ab" * 32}


@given(VALUES)
def test_canonical_bytes_are_those_of_rfc_8785(value: object) -> None:
    data = encode(value)
    assert data == rfc8785.dumps(value)  # type: ignore[arg-type]
    assert read_value(data) == value


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'"\\u0041"',
        b"1.0",
        b"1.5",
        b"[1e2]",
        b"-0",
        b"9007199254740992",
        b"123456789012345678901234567890",
        b"NaN",
        b'"\\ud800"',
        b"\xff",
        b"",
        b"[" * 100_000,
        b"[" * 500 + b"]" * 500,
        b'{"a":' * 60_000,
        '{"é":1}'.encode(),
    ],
)
def test_what_is_not_canonical_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"canonical|hold|whole|beyond|ASCII"):
        read_value(data)


@pytest.mark.parametrize(
    "entry", [ACT, CLOSE, OPEN, ACT | {"body": None}, ACT | {"body": {"a": REF}, "denied": ["A.1"]}]
)
def test_the_forms_of_an_entry(entry: dict[str, Any]) -> None:
    assert read_entry(encode(entry), entry["seq"]) == entry


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 5},
        {"seq": True},
        {"seq": "4"},
        {"day": None},
        {"day": True},
        {"by": 1},
        {"kind": None},
        {"body": []},
        {"facts": None},
        {"denied": "A.1"},
        {"denied": [1]},
        {"more": 1},
        {"body": {"a": REF | {"n": 0}}},
        {"body": {"a": REF | {"n": 2**53 - 1}}},
        {"body": {"a": REF | {"n": True}}},
        {"body": {"a": REF | {"dtype": "<f8"}}},
        {"body": {"a": REF | {"dtype": ["<u2"]}}},
        {"body": {"a": REF | {"dtype": "O"}}},
        {"body": {"a": REF | {"root": "AB" * 32}}},
        {"body": {"a": REF | {"root": "ab"}}},
        {"body": {"a": REF | {"more": 1}}},
    ],
)
def test_what_is_no_entry(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"does not|has|names"):
        read_entry(encode(ACT | change), 4)


def test_other_forms_that_are_no_entry() -> None:
    for value in ([], None, 1, {}, CLOSE | {"close": []}, OPEN | {"seq": 4}, {k: ACT[k] for k in ACT if k != "by"}):
        with pytest.raises(ValueError, match=r"is not|does not|closes|neither"):
            read_entry(encode(value), 4)


def test_arrays_in_the_order_of_their_names() -> None:
    entry = ACT | {"body": {"z": REF, "a": REF | {"dtype": "|b1", "n": 9}, "m": {"recipe": []}, "t": "text"}}
    refs = array_refs(entry)
    assert [(ref.name, ref.kept_bytes, ref.leaves) for ref in refs] == [("a", 2, 1), ("z", 6, 1)]


def test_a_line_of_any_length_is_measured_not_held() -> None:
    whole, over = b"x" * 65_535, b"y" * 3_000_000
    lines = list(read_lines(io.BytesIO(whole + b"\n" + over + b"\n\nlast")))
    assert [(x.offset, len(x.data), x.length) for x in lines] == [
        (0, 65_535, 65_536),
        (65_536, 65_536, 3_000_001),
        (3_065_537, 0, 1),
        (3_065_538, 4, 4),
    ]
    assert [x.fault for x in lines] == [None, "is longer than 65,535 bytes", None, "does not end in a line break"]
