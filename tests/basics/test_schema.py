"""What a value may be: each schema takes its own kind of value and nothing that merely looks like it."""

import numpy as np
import pytest

from isonomia.basics.schema import LARGEST, MOST_CELLS, Cells, Choice, Flag, Text, Whole


class Int(int):
    pass


class Str(str):
    __slots__ = ()


TAKES = [
    (Whole(0, 9), 0),
    (Whole(0, 9), 9),
    (Whole(-LARGEST, LARGEST), -LARGEST),
    (Flag(), True),
    (Choice(("a", "b")), "b"),
    (Text(3), "abc"),
    (Text(3), "ü"),
    (Text(0), ""),
    (Cells("<u2"), np.ones(3, "<u2")),
    (Cells("|b1"), np.ones(1, "|b1")),
    (Cells("<u2", 9), np.array([0, 9], "<u2")),
]
REFUSES = [
    (Whole(0, 9), -1),
    (Whole(0, 9), 10),
    (Whole(0, 9), 10**400),
    (Whole(0, 9), True),
    (Whole(0, 9), 5.0),
    (Whole(0, 9), float("nan")),
    (Whole(0, 9), Int(5)),
    (Whole(0, 9), np.int64(5)),
    (Whole(0, 9), None),
    (Flag(), 1),
    (Flag(), 0),
    (Flag(), np.bool_(True)),
    (Flag(), None),
    (Choice(("a", "b")), "c"),
    (Choice(("a", "b")), Str("a")),
    (Choice(("a", "b")), ["a"]),
    (Text(3), "abcd"),
    (Text(3), "üü"),
    (Text(3), "\ud800"),
    (Text(3), Str("a")),
    (Text(3), b"a"),
    (Cells("<u2"), np.ones(3, ">u2")),
    (Cells("<u2"), np.ones(3, "<i2")),
    (Cells("<u2"), np.ones((1, 3), "<u2")),
    (Cells("<u2"), np.array(3, "<u2")),
    (Cells("<u2"), np.ones(0, "<u2")),
    (Cells("<u2"), [1, 2]),
    (Cells("<u2"), np.ones(3, object)),
    (Cells("<u2", 9), np.array([0, 10], "<u2")),
    (Cells("|u1"), np.broadcast_to(np.uint8(1), MOST_CELLS + 1)),
]


@pytest.mark.parametrize(("schema", "value"), TAKES)
def test_takes(schema, value):
    assert schema.fault(value) is None


@pytest.mark.parametrize(("schema", "value"), REFUSES)
def test_refuses_in_words(schema, value):
    fault = schema.fault(value)
    assert fault.startswith("wants ")
    assert len(fault) < 200


@pytest.mark.parametrize(("lo", "hi"), [(1, 0), (0, LARGEST + 1), (-LARGEST - 1, 0)])
def test_a_range_is_not_empty_and_exact(lo, hi):
    with pytest.raises(ValueError, match="non-empty"):
        Whole(lo, hi)


@pytest.mark.parametrize("dtype", ["<f8", "<u8", "|i1", "u2", ">u2", "|O"])
def test_cells_are_of_four_kinds(dtype):
    with pytest.raises(ValueError, match="cells are"):
        Cells(dtype)
