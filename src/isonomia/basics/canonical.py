"""One value, one byte string: JSON with sorted keys, UTF-8, no white space, no floats (RFC 8785 for such values)."""

from __future__ import annotations

import orjson

MOST_BYTES = 65_535  # the largest entry a C2SP tile can carry


def encode(value: object) -> bytes:
    """Canonical bytes of a JSON value without floats. Raises TypeError on what JSON cannot say."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def decode(data: bytes) -> object:
    """The value of canonical bytes. Raises ValueError on malformed JSON; it does not check canonicity."""
    return orjson.loads(data)
