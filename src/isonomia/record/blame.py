"""Where the record of a run was damaged: entries against leaves, then arrays against the roots in entries.

First every line is hashed and compared with its leaf. Where they part, the walk is lost until a line says, by its own
seq, which leaf is its own, and is right; what lies between is one damaged stretch, so that one flipped bit is one
fault even where it joins two lines or breaks one. Then the entries that stand are read, and their arrays compared.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

from isonomia.basics.canonical import decode
from isonomia.basics.merkle import MEMBERS_PER_LEAF, Frontier, hash_leaf, leaf_bytes
from isonomia.record.entry import ArrayRef, Line, array_refs, read_entry, read_lines

LEAF = 32


class Stretch(NamedTuple):
    """Entries first … end-1, bytes start … stop-1 of entries.jsonl on `lines` lines, differ from leaves.bin."""

    first: int
    end: int
    start: int
    stop: int
    lines: int
    when: str

    def in_entries(self) -> str:
        """The fault, should entries.jsonl be the file that was changed."""
        where = f"bytes {self.start:,}–{self.stop - 1:,}"
        if self.end == self.first:
            return f"{where} belong to no entry: they stand before the place of entry {self.first}"
        one = self.end - self.first == 1
        which = f"entry {self.first}" if one else f"entries {self.first}–{self.end - 1}"
        if self.start == self.stop:
            return f"{which} ({self.when}) {'is' if one else 'are'} missing, at byte {self.start:,}"
        return (
            f"{which} ({self.when}), {where}, {'does not match its leaf hash' if one else 'do not match their leaves'}"
        )

    def in_leaves(self) -> str:
        """The fault, should leaves.bin be the file that was changed."""
        end = max(self.first + self.lines, self.first + 1 if self.lines else self.end)
        where = f"bytes {self.first * LEAF:,}–{end * LEAF - 1:,}"
        if not self.lines:
            return f"leaves {self.first}–{end - 1}, {where}, belong to no entry"
        if end == self.first + 1:
            return f"leaf {self.first} ({self.when}), {where}, is not the hash of entry {self.first}"
        return f"leaves {self.first}–{end - 1} ({self.when}), {where}, are not the hashes of these entries, or missing"


@dataclass(slots=True)
class Comparison:
    """What the first walk found: how many lines, both roots, the stretches on which entries and leaves differ."""

    lines: int
    entries_root: bytes
    leaves_root: bytes
    stretches: list[Stretch]


class _Leaves:
    """leaves.bin by number."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.count = file.seek(0, os.SEEK_END) // LEAF

    def at(self, k: int) -> bytes:
        """Leaf k, or nothing where there is none."""
        if not 0 <= k < self.count:
            return b""
        self.file.seek(k * LEAF)
        return self.file.read(LEAF)

    def root(self) -> bytes:
        tree = Frontier()
        for k in range(self.count):
            tree.append(self.at(k))
        return tree.root()


def compare(entries: BinaryIO, leaves: BinaryIO) -> Comparison:
    """Walk entries.jsonl beside leaves.bin, in constant memory as long as they agree."""
    stored, tree, found = _Leaves(leaves), Frontier(), list[Stretch]()
    due, offset, before = 0, 0, b""  # the next leaf; where its line should begin; the last line that was right
    lost: tuple[int, int] | None = None  # since which leaf and line number
    number, lost_at = 0, 0
    for number, line in enumerate(read_lines(entries), 1):
        h = _hash(line)
        tree.append(h)
        if lost is None and h == stored.at(due):
            due, offset, before = due + 1, line.offset + line.length, line.data
            continue
        if lost is None:
            lost, lost_at = (due, number), line.offset
        said = _seq(line)
        if said is not None and said >= lost[0] and h == stored.at(said):
            when = _when(before, line.data, said - lost[0])
            found.append(Stretch(lost[0], said, lost_at, line.offset, number - lost[1], when))
            lost, due, before = None, said + 1, line.data
        offset = line.offset + line.length
    when = _when(before, b"", 0)
    if lost is not None:
        end = max(stored.count, lost[0])
        found.append(Stretch(lost[0], end, lost_at, offset, number + 1 - lost[1], when))
    elif due < stored.count:
        found.append(Stretch(due, stored.count, offset, offset, 0, when))
    return Comparison(number, tree.root(), stored.root(), found)


def _hash(line: Line) -> bytes:
    """The leaf hash of a line; of one that is too long or never ends, a hash that no leaf has."""
    return hash_leaf(line.data) if line.fault is None else hash_leaf(b"\n")


def _glance(data: bytes) -> dict[str, Any]:
    """What a line says, or nothing."""
    try:
        said = decode(data)
    except ValueError:
        return {}
    return said if type(said) is dict else {}


def _seq(line: Line) -> int | None:
    said = _glance(line.data).get("seq") if line.fault is None else None
    return said if type(said) is int else None


def _when(before: bytes, after: bytes, missing: int) -> str:
    """The day of `missing` damaged entries, told from the entries that stand around them."""
    earlier, later = _glance(before), _glance(after)
    lo, hi = earlier.get("day"), later.get("day")
    if type(lo) is int and "close" in earlier:
        lo += 1
    lo, hi = (lo if type(lo) is int else hi), (hi if type(hi) is int else lo)
    if type(lo) is not int or type(hi) is not int:
        return "day unknown"
    if 0 < missing == hi - lo:  # as many entries as days that must have been closed: they are those closes
        hi -= 1
    return f"day {hi}" if lo >= hi else f"days {lo}–{hi}"


@dataclass(slots=True)
class Reading:
    """What the second walk found: days closed, faults in entries, faults in arrays, each already in words."""

    days: int
    entries: list[str]
    arrays: list[str]


def read_through(entries: BinaryIO, arrays: BinaryIO | None, damaged: Sequence[Stretch]) -> Reading:
    """Read every entry outside the damaged stretches, and each array it names.

    Give `arrays` only where the entries can be believed. After a damaged one nobody knows where the next array begins,
    so the rest of arrays.bin is then left to the file's hash.
    """
    result = Reading(0, [], [])
    rest, seq = list(damaged), 0
    follow = None if arrays is None else _Arrays(arrays)
    for line in read_lines(entries):
        while rest and line.offset >= rest[0].stop:
            seq, follow = rest.pop(0).end, None
        if rest and line.offset >= rest[0].start:
            continue
        try:
            entry = read_entry(line.data, seq)
        except ValueError as fault:
            result.entries.append(f"entry {seq}, bytes {line.offset:,}–{line.offset + line.length - 1:,}, {fault}")
            follow = None
        else:
            result.days += "close" in entry
            for ref in array_refs(entry) if follow else ():
                fault_text = follow.check(ref, seq, entry["day"]) if follow else None
                if fault_text is not None:
                    result.arrays.append(fault_text)
                    follow = None if follow and follow.ended else follow
        seq += 1
    if follow and not rest:
        result.arrays.extend(follow.check_end())
    return result


class _Arrays:
    """arrays.bin from its beginning, one array after the other, one leaf of it in memory at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.offset = 0
        self.ended = False
        file.seek(0)

    def check(self, ref: ArrayRef, seq: int, day: int) -> str | None:
        """What is wrong with the next array, which entry `seq` names."""
        start, due, tree, chunk = self.offset, ref.kept_bytes, Frontier(), b""
        stop, step = start + due, leaf_bytes(ref.dtype)
        name = f"array {ref.name!a} of entry {seq} (day {day})"
        while self.offset < stop:
            chunk = self.file.read(min(step, stop - self.offset))
            self.offset += len(chunk)
            if not chunk:
                self.ended = True
                return f"ends at byte {self.offset:,}, inside {name}, which is bytes {start:,}–{stop - 1:,}"
            tree.append(hash_leaf(chunk))
        if tree.root() == ref.root:
            spare = -ref.n % 8 if ref.dtype == "|b1" else 0  # bits of the last byte that are nobody's
            return f"{name} has bits set after its last member" if chunk[-1] & ((1 << spare) - 1) else None
        members = f"members 0–{ref.n - 1:,}"
        if ref.leaves > 1:
            members += (
                f" (in one or more of its {ref.leaves:,} leaves of {MEMBERS_PER_LEAF:,}; only their root is on record)"
            )
        return f"{name}, {members}, bytes {start:,}–{stop - 1:,}, does not match its root"

    def check_end(self) -> list[str]:
        """What is wrong with the end of the file."""
        size = self.file.seek(0, os.SEEK_END)
        if size == self.offset:
            return []
        return [f"bytes {self.offset:,}–{size - 1:,} belong to no array"]
