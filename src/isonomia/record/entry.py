"""The three forms of an entry, and where it names arrays.

The opening, number 0 where there is one: {"seq", "day", "open"}.
An act's verdict: {"seq", "day", "by", "kind", "body", "facts", "denied"}; `body` is null when the act was malformed,
`denied` lists the articles that refused it and is empty when it was permitted.
A day's close: {"seq", "day", "close", "effects"}; of a very full day, earlier effects: {"seq", "day", "effects"}.
An array in a body is {"dtype", "n", "root"}; its cells lie in arrays.bin. A recipe is {"recipe": [seven values]}.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from isonomia.basics.canonical import MOST_BYTES, decode, encode
from isonomia.basics.merkle import MEMBERS_PER_LEAF
from isonomia.basics.schema import LARGEST, MOST_CELLS

ACT_KEYS = {"seq", "day", "by", "kind", "body", "facts", "denied"}
OPEN_KEYS = {"seq", "day", "open"}
SPILL_KEYS = {"seq", "day", "effects"}
CLOSE_KEYS = {"seq", "day", "close", "effects"}
DTYPES = frozenset({"|b1", "|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8"})
_ROOT = re.compile(r"[0-9a-f]{64}")


class ArrayRef(NamedTuple):
    """What an entry says of one array: its name in the body, its type and length, the root that commits it."""

    name: str
    dtype: str
    n: int
    root: bytes

    @property
    def kept_bytes(self) -> int:
        """How many bytes of arrays.bin it takes."""
        return (self.n + 7) // 8 if self.dtype == "|b1" else self.n * np.dtype(self.dtype).itemsize

    @property
    def leaves(self) -> int:
        """How many leaves of 4,096 members commit it."""
        return -(-self.n // MEMBERS_PER_LEAF)


def read_value(data: bytes) -> Any:
    """The value of canonical bytes. Raises ValueError, with the reason, for anything else."""
    try:
        value = decode(data)
        again = encode(value)
    except (ValueError, TypeError, RecursionError) as fault:
        raise ValueError(f"is not JSON that a record can hold ({fault})") from fault
    if again != data:
        raise ValueError("is not in canonical form")
    _check_plain(value)
    return value


def _check_plain(value: object) -> None:
    """No floats, no integer beyond 2**53 - 1, ASCII keys. The depth is bounded, since `encode` has been through."""
    rest: list[object] = [value]
    while rest:
        item = rest.pop()
        if type(item) is dict:
            if not all(key.isascii() for key in item):
                raise ValueError("has a key that is not ASCII")
            rest.extend(item.values())
        elif type(item) is list:
            rest.extend(item)
        elif type(item) is float:
            raise ValueError("has a number that is not whole")
        elif type(item) is int and not -LARGEST <= item <= LARGEST:
            raise ValueError("has a number beyond 2**53 - 1")


def read_entry(line: bytes, seq: int) -> dict[str, Any]:
    """The entry of one line, which must be number `seq`. Raises ValueError with the reason when it is no such entry."""
    entry = read_value(line)
    if type(entry) is not dict:
        raise ValueError("is not an object")
    if type(entry.get("seq")) is not int or entry["seq"] != seq:
        raise ValueError(f"does not say seq {seq}")
    if type(entry.get("day")) is not int:
        raise ValueError("does not say its day")
    keys = entry.keys()
    if keys == CLOSE_KEYS:
        if type(entry["close"]) is not dict:
            raise ValueError("closes a day without its facts")
        return entry
    if keys == SPILL_KEYS or (keys == OPEN_KEYS and seq == 0):
        return entry
    if keys != ACT_KEYS:
        raise ValueError("has neither the keys of an act nor those of a day's close")
    _check_act(entry)
    return entry


def _check_act(entry: dict[str, Any]) -> None:
    denied = entry["denied"]
    if type(denied) is not list or not all(type(name) is str for name in denied):
        raise ValueError('has a "denied" that is not a list of names')
    if type(entry["by"]) is not str or type(entry["kind"]) is not str:
        raise ValueError("does not say who did what")
    if not (entry["body"] is None or type(entry["body"]) is dict):
        raise ValueError("has a body that is neither an object nor null")
    if type(entry["facts"]) is not dict:
        raise ValueError("has facts that are no object")
    array_refs(entry)


def array_refs(entry: dict[str, Any]) -> list[ArrayRef]:
    """The arrays an entry names, in the order in which they lie in arrays.bin. Raises ValueError on a malformed one."""
    body = entry.get("body")
    if not body:
        return []
    return [_ref(name, body[name]) for name in sorted(body) if type(body[name]) is dict and "dtype" in body[name]]


def _ref(name: str, said: dict[str, Any]) -> ArrayRef:
    dtype, n, root = said.get("dtype"), said.get("n"), said.get("root")
    if (
        len(said) != 3
        or type(dtype) is not str
        or dtype not in DTYPES
        or type(n) is not int
        or not 0 < n <= MOST_CELLS
        or type(root) is not str
        or not _ROOT.fullmatch(root)
    ):
        raise ValueError(f'names an array "{name}" that cannot be')
    return ArrayRef(name, dtype, n, bytes.fromhex(root))


class Line(NamedTuple):
    """One line of entries.jsonl: where it begins, its bytes without the line break, and what is wrong with the line."""

    offset: int
    data: bytes
    length: int
    fault: str | None


def read_lines(file: BinaryIO) -> Iterator[Line]:
    """Every line, in memory one at a time, however long a hostile line is: what exceeds an entry is only measured."""
    offset = 0
    while data := file.readline(MOST_BYTES + 1):
        length, fault = len(data), None
        if data.endswith(b"\n"):
            data = data[:-1]
        else:
            more = data
            while more and not more.endswith(b"\n"):
                more = file.readline(1 << 20)
                length += len(more)
            fault = f"is longer than {MOST_BYTES:,} bytes" if length > MOST_BYTES else "does not end in a line break"
        yield Line(offset, data, length, fault)
        offset += length
