"""The run folder: written once, sealed last, read back lazily.

    spec.json       everything needed to run it again: charter, world, seed (canonical JSON)
    entries.jsonl   one entry a line, in order
    leaves.bin      the 32-byte leaf hash of each entry: says which entry was damaged, should one be
    arrays.bin      the arrays that entries name, back to back: flags packed eight to a byte, numbers little-endian
    manifest.json   size and SHA-256 of the four files above, and the verifier key
    checkpoint      size, root and manifest hash, signed

The checkpoint is written when all else is on the disk. A folder without one is not a run, whatever else it holds.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np

from isonomia.basics.canonical import encode
from isonomia.basics.merkle import array_leaves, root_of
from isonomia.basics.streams import Array
from isonomia.record.checkpoint import (
    MOST_CHECKPOINT_BYTES,
    Checkpoint,
    open_checkpoint,
    read_checkpoint,
    sign_checkpoint,
)
from isonomia.record.entry import ArrayRef, array_refs, read_entry, read_lines, read_value
from isonomia.record.errors import RecordError, UnfinishedRun
from isonomia.record.keys import LogKey
from isonomia.record.log import Log
from isonomia.record.manifest import (
    ARRAYS,
    CHECKPOINT,
    ENTRIES,
    LEAVES,
    LISTED,
    MANIFEST,
    MOST_MANIFEST_BYTES,
    SPEC,
    Listed,
    Manifest,
    measure,
    read_manifest,
)

BUFFER_BYTES = 1 << 18
MOST_SPEC_BYTES = 1 << 28


@contextmanager
def _explain(path: Path, doing: str) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise RecordError(f"{path} cannot be {doing}: {fault.strerror or fault}") from fault


def open_new(path: Path) -> BinaryIO:
    """A buffered file that was not there before."""
    return path.open("xb", buffering=BUFFER_BYTES)


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _put(path: Path, data: bytes) -> None:
    """A whole file or none: written beside, forced to the disk, renamed."""
    draft = path.with_name(f".{path.name}.new")
    with open_new(draft) as file:
        file.write(data)
        _sync(file)
    os.replace(draft, path)


def _sync_folder(path: Path) -> None:
    if os.name != "posix":  # elsewhere a folder cannot be opened, and a rename is durable by itself
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class RunFolder:
    """The writer. Use it as a context: left without `finish`, by an error or not, the folder stays unfinished."""

    def __init__(self, path: Path, files: Mapping[str, BinaryIO]) -> None:
        """Use `create`."""
        self.path = path
        self._files = files
        self._open = True
        self.log = Log(files[ENTRIES], files[LEAVES], files[ARRAYS])

    @classmethod
    def create(cls, path: str | os.PathLike[str], spec: Mapping[str, Any]) -> Self:
        """Begin a run in a new or empty folder. Raises RecordError when it is neither, or the disk refuses.

        `spec` is JSON without floats, with ASCII keys.
        """
        folder = Path(path)
        try:
            data = encode(spec)
            read_value(data)
            if len(data) > MOST_SPEC_BYTES:
                raise ValueError(f"has more than {MOST_SPEC_BYTES:,} bytes")
        except (TypeError, ValueError) as fault:
            raise RecordError(f"the spec of a run {fault}") from fault
        with _explain(folder, "made into a run folder"):
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise RecordError(f"{folder} is not empty; a run is never written over another, name a new folder")
            with open_new(folder / SPEC) as file:
                file.write(data)
                _sync(file)
            files: dict[str, BinaryIO] = {}
            try:
                for name in (ENTRIES, LEAVES, ARRAYS):
                    files[name] = open_new(folder / name)
            except OSError:
                for file in files.values():
                    file.close()
                raise
        return cls(folder, files)

    def finish(self, key: LogKey, extra: Mapping[str, Any] | None = None) -> Checkpoint:
        """Seal the run: force the record to the disk, then the manifest, then the checkpoint signed with `key`.

        `extra` goes into the manifest (JSON without floats). Raises RecordError when the disk refuses, when an earlier
        write failed, or when the files do not hold what the log was given; the folder then is no run.
        """
        if not self._open:
            raise RecordError(f"{self.path} is closed and cannot be sealed any more")
        root, size = self.log.root(), self.log.size
        with _explain(self.path, "sealed"):
            for file in self._files.values():
                _sync(file)
            self.close()
            manifest = Manifest(self._measure_files(size), key.verifier, dict(extra or {}))
            try:
                data = manifest.encode()
            except ValueError as fault:
                raise RecordError(f"the extra part of the manifest {fault}") from fault
            _put(self.path / MANIFEST, data)
            signed = sign_checkpoint(size, root, sha256(data).hexdigest(), key)
            _sync_folder(self.path)  # the manifest's name must be there before the checkpoint's
            _put(self.path / CHECKPOINT, signed)
            _sync_folder(self.path)
        return open_checkpoint(signed, key.verifier)

    def _measure_files(self, size: int) -> dict[str, Listed]:
        """Sizes and hashes as read back from the disk, compared with what the log counted."""
        listed = {}
        for name in LISTED:
            with (self.path / name).open("rb") as file:
                listed[name] = measure(file)
                if name == ENTRIES:
                    file.seek(0)
                    lines = sum(1 for _ in read_lines(file))
        if lines != size or listed[LEAVES].size != 32 * size:
            raise RecordError(f"{self.path} holds {lines:,} entries where {size:,} were written; it cannot be sealed")
        return listed

    def close(self) -> None:
        """Close the files. Raises OSError when what is still in the buffers cannot be written."""
        self._open = False
        faults = []
        for file in self._files.values():
            try:
                file.close()
            except OSError as fault:
                faults.append(fault)
        if faults:
            raise faults[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None:
            with suppress(OSError):  # the error under way says more
                self.close()
            return
        with _explain(self.path, "written"):
            self.close()


def open_plain(path: Path) -> BinaryIO:
    """A file of a run for reading. Raises OSError unless it is a plain file: no link, no folder, no pipe."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise OSError(0, "it is not a plain file")
    return path.open("rb", buffering=BUFFER_BYTES)


def read_plain(path: Path, most: int) -> bytes:
    """The bytes of a plain file; of one that has more than `most`, one more than that. Raises OSError."""
    with open_plain(path) as file:
        return file.read(most + 1)


class RunReader:
    """A sealed run. Reading believes the folder; whether it should is asked of `verify.check_folder`."""

    def __init__(self, path: Path, spec: Mapping[str, Any], manifest: Manifest, checkpoint: Checkpoint) -> None:
        """Use `open_run`."""
        self.path = path
        self.spec = spec
        self.manifest = manifest
        self.checkpoint = checkpoint

    def entries(self) -> Iterator[tuple[int, int, bytes]]:
        """(seq, byte offset in entries.jsonl, bytes without the line break) of each entry, one in memory at a time."""
        with _explain(self.path / ENTRIES, "read"), open_plain(self.path / ENTRIES) as file:
            for seq, line in enumerate(read_lines(file)):
                if line.fault is not None:
                    raise RecordError(f"{self.path / ENTRIES}: entry {seq} {line.fault}")
                yield seq, line.offset, line.data

    @property
    def days(self) -> int:
        """How many days were closed."""
        return self._index[0]

    def array(self, seq: int, name: str) -> Array:
        """The array that entry `seq` names so in its body, read-only, shape (n,).

        Raises RecordError when the entry names no such array, or the bytes on the disk are not the ones it commits.
        """
        if (seq, name) not in self._index[1]:
            raise RecordError(f"{self.path}: entry {seq} names no array {name!a}")
        offset, ref = self._index[1][seq, name]
        with _explain(self.path / ARRAYS, "read"), open_plain(self.path / ARRAYS) as file:
            file.seek(offset)
            kept = file.read(min(ref.kept_bytes, max(0, os.fstat(file.fileno()).st_size - offset)))
        if root_of(array_leaves(kept, ref.dtype)) != ref.root:
            raise RecordError(f"{self.path / ARRAYS}: array {name!a} of entry {seq} is not the one the entry commits")
        packed = np.frombuffer(kept, "u1" if ref.dtype == "|b1" else ref.dtype)
        cells: Array = np.unpackbits(packed, count=ref.n).view("?") if ref.dtype == "|b1" else packed
        cells.setflags(write=False)
        return cells

    @cached_property
    def _index(self) -> tuple[int, dict[tuple[int, str], tuple[int, ArrayRef]]]:
        """Days closed, and where each array begins in arrays.bin: one pass over the entries, on first use."""
        days, offset, arrays = 0, 0, {}
        for seq, _, data in self.entries():
            try:
                entry = read_entry(data, seq)
            except ValueError as fault:
                raise RecordError(f"{self.path / ENTRIES}: entry {seq} {fault}") from fault
            days += "close" in entry
            for ref in array_refs(entry):
                arrays[seq, ref.name] = (offset, ref)
                offset += ref.kept_bytes
        return days, arrays


def open_run(path: str | os.PathLike[str]) -> RunReader:
    """The sealed run of a folder.

    Raises UnfinishedRun when it was never sealed, RecordError when it is no run folder or its spec, manifest or
    checkpoint cannot be read.
    """
    folder = Path(path)
    with _explain(folder, "read"):
        there = {name for name in (*LISTED, MANIFEST, CHECKPOINT) if os.path.lexists(folder / name)}
        if not there:
            raise RecordError(f"{folder} is not a run folder")
        if CHECKPOINT not in there:
            raise UnfinishedRun(f"{folder} was begun by a run that never finished; run it again into a new folder")
        where = SPEC
        try:
            spec = read_value(read_plain(folder / SPEC, MOST_SPEC_BYTES))
            if type(spec) is not dict:
                raise ValueError("is not an object")
            where = MANIFEST
            manifest = read_manifest(read_plain(folder / MANIFEST, MOST_MANIFEST_BYTES))
            where = CHECKPOINT
            checkpoint = read_checkpoint(read_plain(folder / CHECKPOINT, MOST_CHECKPOINT_BYTES)).checkpoint
        except OSError as fault:
            raise RecordError(f"{folder / where} cannot be read: {fault.strerror or fault}") from fault
        except (ValueError, RecordError) as fault:
            raise RecordError(f"{folder / where} {fault}; isonomia verify says more") from fault
    return RunReader(folder, spec, manifest, checkpoint)
