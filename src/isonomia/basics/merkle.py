"""RFC 6962 hashing: leaf = SHA-256(0x00 ‖ data), node = SHA-256(0x01 ‖ left ‖ right); and population arrays.

An array is committed as the root over leaves of 4,096 members each (flags packed eight to a byte, numbers as
little-endian bytes), so that one member's cell is proved with one leaf and a short path.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from isonomia.basics.streams import Array

MEMBERS_PER_LEAF = 4096
EMPTY_ROOT = sha256(b"").digest()


def hash_leaf(data: bytes | memoryview) -> bytes:
    return sha256(b"\0" + data).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: enough to append in amortised two hashes and to give the root."""

    __slots__ = ("edge", "size")

    def __init__(self) -> None:
        self.size = 0
        self.edge: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        h, k, edge = leaf, self.size, self.edge
        while k & 1:
            h = sha256(b"\1" + edge.pop() + h).digest()
            k >>= 1
        edge.append(h)
        self.size += 1

    def root(self) -> bytes:
        if not self.edge:
            return EMPTY_ROOT
        h = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            h = hash_node(left, h)
        return h


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The RFC 6962 root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def array_bytes(cells: Array) -> bytes:
    """The bytes an array is committed and kept as: flags packed big-endian, numbers little-endian."""
    return np.packbits(cells).tobytes() if cells.dtype.char == "?" else cells.tobytes()


def leaf_bytes(dtype: str) -> int:
    """How many bytes of an array's kept form stand in one leaf."""
    return MEMBERS_PER_LEAF // 8 if dtype == "|b1" else MEMBERS_PER_LEAF * int(dtype[2:])


def array_leaves(kept: bytes, dtype: str) -> list[bytes]:
    """Leaf hashes of an array's kept form."""
    step = leaf_bytes(dtype)
    if len(kept) <= step:
        return [hash_leaf(kept)]
    view = memoryview(kept)
    return [hash_leaf(view[i : i + step]) for i in range(0, len(kept), step)]


def commit(cells: Array) -> bytes:
    """The root that commits an array, 32 bytes."""
    kept = array_bytes(cells)
    if cells.size <= MEMBERS_PER_LEAF:
        return hash_leaf(kept)
    return root_of(array_leaves(kept, cells.dtype.str))
