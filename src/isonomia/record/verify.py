"""Is a run folder whole and unchanged since it was signed, and if not, where?

The checkpoint's signature covers size, root and manifest hash; the manifest covers every file; leaves.bin and the roots
in entries say where. Which file is blamed follows from which of them still agrees with what was signed.

What this cannot say: who signed. Whoever can rewrite the folder can sign it again with a key of their own, so pin the
key, or the root, that you were given by another way.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, TypeVar

from isonomia.record.blame import LEAF, Comparison, compare, read_through
from isonomia.record.checkpoint import MOST_CHECKPOINT_BYTES, Checkpoint, open_checkpoint, read_checkpoint
from isonomia.record.entry import read_value
from isonomia.record.errors import CheckpointError, RecordError
from isonomia.record.folder import MOST_SPEC_BYTES, open_plain, read_plain
from isonomia.record.keys import Verifier, open_verifier
from isonomia.record.manifest import (
    ARRAYS,
    CHECKPOINT,
    ENTRIES,
    LEAVES,
    LISTED,
    MANIFEST,
    MOST_MANIFEST_BYTES,
    SPEC,
    Manifest,
    measure,
    read_manifest,
)

MOST_FAULTS = 20  # per file; a shifted file has as many faults as entries
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Check:
    """The finding. `ok` means no fault. Size (entries) and root (hex) are what the checkpoint says, days what was read.

    `signer` (NAME+HASH) is empty unless the signature is good. Each fault begins with the name of the file it is in.
    """

    ok: bool
    size: int
    days: int
    root: str
    signer: str
    faults: tuple[str, ...]


class _Faults:
    """Faults by file, in the order found."""

    def __init__(self) -> None:
        self.by_file: dict[str, list[str]] = {}

    def add(self, name: str, fault: str) -> None:
        self.by_file.setdefault(name, []).append(fault)

    def __contains__(self, name: str) -> bool:
        return name in self.by_file

    def told(self) -> tuple[str, ...]:
        """One line each, at most MOST_FAULTS a file."""
        lines = []
        for name, faults in self.by_file.items():
            lines += [f"{name}: {fault}" for fault in faults[:MOST_FAULTS]]
            if len(faults) > MOST_FAULTS:
                lines.append(f"{name}: and {len(faults) - MOST_FAULTS:,} faults more")
        return tuple(lines)


@dataclass(slots=True)
class _Seal:
    """Manifest and checkpoint as far as they could be read. `signer` is set when the signature is good."""

    checkpoint: Checkpoint | None = None
    manifest: Manifest | None = None
    signer: Verifier | None = None
    agree: bool = False  # the manifest is the one whose hash the checkpoint holds


def check_folder(path: str | os.PathLike[str], pinned_key: str | None = None, pinned_root: str | None = None) -> Check:
    """Check every byte of a run folder. Whatever the folder holds, the answer is a Check.

    `pinned_key` is a verifier key, `pinned_root` 64 hex digits: what you were given by another way.
    Raises CheckpointError when the pinned key itself is no key.
    """
    pinned = None if pinned_key is None else open_verifier(pinned_key)
    folder, faults = Path(path), _Faults()
    try:
        there = _list(folder, faults)
    except OSError as fault:
        return Check(False, 0, 0, "", "", (f"{folder}: is not a run folder: {fault.strerror or fault}",))
    if not there & {*LISTED, MANIFEST, CHECKPOINT}:
        return Check(False, 0, 0, "", "", (f"{folder}: is not a run folder: it has none of a run's files",))
    if CHECKPOINT not in there and CHECKPOINT not in faults:
        unfinished = f"{CHECKPOINT}: is missing: the run was never finished, or its seal was taken away"
        return Check(False, 0, 0, "", "", (unfinished,))
    for name in (*LISTED, MANIFEST):
        if name not in there and name not in faults:
            faults.add(name, "is missing")
    seal = _open_seal(folder, there, pinned, faults)
    head = seal.checkpoint
    if pinned_root is not None and head is not None and head.root.hex() != pinned_root.lower():
        faults.add(CHECKPOINT, f"has root {head.root.hex()}, not the pinned root")
    days = _check_files(folder, there, seal, faults)
    return Check(
        ok=not faults.by_file,
        size=head.size if head else 0,
        days=days,
        root=head.root.hex() if head else "",
        signer=seal.signer.signer if seal.signer else "",
        faults=faults.told(),
    )


def _list(folder: Path, faults: _Faults) -> set[str]:
    """The plain files of a run that are there; anything else in the folder is a fault. Raises OSError."""
    there = set()
    for name in sorted(os.listdir(folder)):
        mode = (folder / name).lstat().st_mode
        if name not in (*LISTED, MANIFEST, CHECKPOINT):
            faults.add(ascii(name)[1:-1], "does not belong to a run")
        elif not stat.S_ISREG(mode):
            kind = "a link" if stat.S_ISLNK(mode) else "a folder" if stat.S_ISDIR(mode) else "no plain file"
            faults.add(name, f"is {kind}, where a run has a file")
        else:
            there.add(name)
    return there


def _try(name: str, faults: _Faults, read: Callable[[], _T]) -> _T | None:
    """What `read` gives, or a fault of that file."""
    try:
        return read()
    except OSError as fault:
        faults.add(name, f"cannot be read: {fault.strerror or fault}")
    except RecordError as fault:
        faults.add(name, str(fault))
    return None


def _open_seal(folder: Path, there: set[str], pinned: Verifier | None, faults: _Faults) -> _Seal:
    seal = _Seal()
    data = signed = None
    if MANIFEST in there:
        data = _try(MANIFEST, faults, lambda: read_plain(folder / MANIFEST, MOST_MANIFEST_BYTES))
    if data is not None:
        seal.manifest = _try(MANIFEST, faults, lambda: read_manifest(data))
    if CHECKPOINT in there:
        signed = _try(CHECKPOINT, faults, lambda: read_plain(folder / CHECKPOINT, MOST_CHECKPOINT_BYTES))
    found = None if signed is None else _try(CHECKPOINT, faults, lambda: read_checkpoint(signed))
    if signed is None or found is None:
        return seal
    seal.checkpoint = found.checkpoint
    verifier = pinned or (seal.manifest.verifier if seal.manifest else None)
    if verifier is None:
        faults.add(MANIFEST, "gives no verifier key, so the checkpoint's signature was not checked")
    else:
        try:
            open_checkpoint(signed, verifier)
            seal.signer = verifier
        except CheckpointError as fault:
            faults.add(CHECKPOINT, str(fault))
    if seal.manifest is not None and data is not None:
        seal.agree = sha256(data).hexdigest() == found.checkpoint.manifest
        if seal.signer is not None and not seal.agree:
            faults.add(MANIFEST, "does not have the hash that the checkpoint signs")
        if seal.signer is not None and seal.agree and seal.manifest.verifier != seal.signer:
            faults.add(MANIFEST, "names another key than the one that signed")
    return seal


def _check_files(folder: Path, there: set[str], seal: _Seal, faults: _Faults) -> int:
    """Every listed file; how many days were read."""
    with ExitStack() as opened:
        files: dict[str, BinaryIO] = {}
        for name in LISTED:
            if name in there:
                try:
                    files[name] = opened.enter_context(open_plain(folder / name))
                except OSError as fault:
                    faults.add(name, f"cannot be read: {fault.strerror or fault}")
        try:
            changed = _changed(files, seal)
            days = _check_record(files, seal, set(changed), faults)
            _check_spec(files, faults)
        except OSError as fault:
            faults.add(ENTRIES, f"or a file beside it cannot be read: {fault.strerror or fault}")
            return 0
        for name, what in changed.items():
            if name not in faults:
                faults.add(name, what)
    return days


def _changed(files: dict[str, BinaryIO], seal: _Seal) -> dict[str, str]:
    """The files that differ from what a manifest says that can be believed."""
    if seal.manifest is None or not seal.agree:
        return {}
    changed = {}
    for name, file in files.items():
        due, size = seal.manifest.files[name], os.fstat(file.fileno()).st_size
        if size != due.size:
            changed[name] = f"has {size:,} bytes, the manifest says {due.size:,}"
        elif (found := measure(file).sha256) != due.sha256:
            changed[name] = f"does not have the hash that the manifest gives ({found[:16]}…, not {due.sha256[:16]}…)"
        file.seek(0)
    return changed


def _check_spec(files: dict[str, BinaryIO], faults: _Faults) -> None:
    if SPEC not in files:
        return
    files[SPEC].seek(0)
    data = files[SPEC].read(MOST_SPEC_BYTES + 1)
    try:
        if len(data) > MOST_SPEC_BYTES:
            faults.add(SPEC, f"has more than {MOST_SPEC_BYTES:,} bytes")
        elif type(read_value(data)) is not dict:
            faults.add(SPEC, "is not an object")
    except ValueError as fault:
        faults.add(SPEC, str(fault))


def _check_record(files: dict[str, BinaryIO], seal: _Seal, changed: set[str], faults: _Faults) -> int:
    """Entries, leaves and arrays against each other and against the signed root; how many days were closed."""
    entries, leaves, arrays = files.get(ENTRIES), files.get(LEAVES), files.get(ARRAYS)
    if leaves is not None and leaves.seek(0, os.SEEK_END) % LEAF:
        faults.add(LEAVES, f"ends inside leaf {leaves.tell() // LEAF}, at byte {leaves.tell():,}")
    if entries is None:
        return 0
    found = None if leaves is None else compare(entries, leaves)
    believed = seal.agree and ENTRIES not in changed
    if found is not None:
        believed |= _blame(found, seal, changed, faults)
    entries.seek(0)
    damaged = found.stretches if found is not None and ENTRIES in faults else ()
    reading = read_through(entries, arrays if believed else None, damaged)
    for fault in reading.entries:
        faults.add(ENTRIES, fault)
    for fault in reading.arrays:
        faults.add(ARRAYS, fault)
    return reading.days


def _blame(found: Comparison, seal: _Seal, changed: set[str], faults: _Faults) -> bool:
    """Say, where entries and leaves differ, which was changed: the one that no longer has the signed root.

    True when the entries outside the damaged stretches are the signed ones.
    """
    head = seal.checkpoint
    entries_stand = head is not None and (found.lines, found.entries_root) == (head.size, head.root)
    leaves_stand = head is not None and found.leaves_root == head.root
    if not found.stretches and not entries_stand and seal.signer is not None:
        faults.add(ENTRIES, "agrees with leaves.bin, but not with the signed size and root: both were rewritten")
    if entries_stand or leaves_stand:
        blamed = {LEAVES} if entries_stand else {ENTRIES}
    else:
        blamed = changed & {ENTRIES, LEAVES} or {ENTRIES, LEAVES}
    for stretch in found.stretches:
        if ENTRIES in blamed:
            faults.add(ENTRIES, stretch.in_entries())
        if LEAVES in blamed:
            faults.add(LEAVES, stretch.in_leaves())
    return entries_stand or leaves_stand
