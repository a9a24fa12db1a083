"""One value, one byte string: JSON with sorted keys, UTF-8 and no white space.

For what the record holds (text, whole numbers within ±(2**53 - 1), flags, null, lists, dicts with ASCII names) these
are the bytes of RFC 8785. Floats are never on record; offices and schemas keep them out, this does not look for them.
"""

from __future__ import annotations

from typing import Any

import orjson

_OPTIONS = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
MOST_BYTES = 65_535  # the largest entry a C2SP tile can carry


def encode(value: object) -> bytes:
    """Canonical bytes of a value. Raises TypeError on what the record cannot hold, a number past 2**53 - 1 included."""
    return orjson.dumps(value, option=_OPTIONS)


def decode(data: bytes) -> Any:
    """The value of canonical bytes. Raises ValueError on malformed JSON; it does not check canonicity."""
    return orjson.loads(data)
