"""The log of one run: entries go in, each gives a leaf, all leaves give one root (RFC 6962, section 2.1).

On disk `entries` holds one entry a line, `leaves` the 32-byte leaf of each, `arrays` the kept bytes of every array, in
the order in which entries name them. With no files a log only hashes.
"""

from __future__ import annotations

from hashlib import sha256
from typing import BinaryIO

from isonomia.basics.canonical import MOST_BYTES
from isonomia.basics.merkle import Frontier, array_bytes, array_leaves, commit, root_of
from isonomia.basics.streams import Array
from isonomia.record.errors import RecordError


class Log:
    """Append-only. After a failed write it refuses everything: nobody knows what is on the disk."""

    __slots__ = ("_arrays", "_broken", "_entries", "_leaves", "_tree", "_waiting")

    def __init__(
        self, entries: BinaryIO | None = None, leaves: BinaryIO | None = None, arrays: BinaryIO | None = None
    ) -> None:
        self._entries = entries
        self._leaves = leaves
        self._arrays = arrays
        self._tree = Frontier()
        self._waiting: list[bytes] = []  # kept arrays whose entry has not come yet
        self._broken: BaseException | None = None

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self._tree.size

    def append(self, entry: bytes) -> bytes:
        """Put one entry on record; its leaf hash, 32 bytes.

        Raises RecordError, before anything changes, for an entry over 65,535 bytes or with a line break in it (the
        arrays kept for it are then forgotten); also when the disk refuses, after which the log is closed for good.
        """
        if len(entry) > MOST_BYTES or b"\n" in entry or self._broken is not None:
            raise self._refusal(entry)
        leaf = h = sha256(b"\0" + entry).digest()
        try:
            if self._waiting:
                self._write_waiting()
            if self._entries is not None:
                self._entries.write(entry + b"\n")
            if self._leaves is not None:
                self._leaves.write(leaf)
        except BaseException as fault:  # an interrupt between two writes leaves half an entry as surely as a full disk
            self._broken = fault
            if isinstance(fault, OSError):
                raise RecordError(f"the record cannot be written: {fault.strerror or fault}; the run stops") from fault
            raise
        # Frontier.append, written out: a call here would cost a tenth of the whole
        tree = self._tree
        k, edge = tree.size, tree.edge
        while k & 1:
            h = sha256(b"\1" + edge.pop() + h).digest()
            k >>= 1
        edge.append(h)
        tree.size += 1
        return leaf

    def keep(self, cells: Array) -> bytes:
        """Commit an array (one-dimensional, not empty, "|b1" or little-endian whole numbers); its root, 32 bytes.

        The bytes are written together with the next entry, which must be the one that names the array. An entry that
        names several keeps them in the order of their names.
        """
        if self._arrays is None:
            return commit(cells)
        assert cells.size, "an empty array has nothing to commit"
        kept = array_bytes(cells)
        self._waiting.append(kept)
        leaves = array_leaves(kept, cells.dtype.str)
        return leaves[0] if len(leaves) == 1 else root_of(leaves)

    def root(self) -> bytes:
        """The root over all entries so far, 32 bytes. Raises RecordError when a write has failed."""
        if self._broken is not None:
            raise self._refusal(b"")
        return self._tree.root()

    def _write_waiting(self) -> None:
        if self._arrays is not None:
            for kept in self._waiting:
                self._arrays.write(kept)
        self._waiting.clear()

    def _refusal(self, entry: bytes) -> RecordError:
        if self._broken is not None:
            return RecordError(f"the record is closed, since an earlier write failed: {self._broken!r}")
        self._waiting.clear()
        if len(entry) > MOST_BYTES:
            return RecordError(f"an entry holds at most {MOST_BYTES:,} bytes, this one has {len(entry):,}")
        where = entry.index(b"\n")
        return RecordError(f"an entry is one line, this one has a line break at byte {where:,}")
