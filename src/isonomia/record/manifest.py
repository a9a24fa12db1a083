"""manifest.json: every other file of a run with its size and SHA-256, and the verifier key of whoever signed it.

    {"extra": {…}, "files": {"arrays.bin": {"bytes": 800, "sha256": "…"}, …}, "schema_version": 1, "verifier": "…"}

The checkpoint signs the manifest's hash, so that nothing in the folder is outside the signature.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO, NamedTuple

from isonomia.basics.canonical import encode
from isonomia.record.entry import read_value
from isonomia.record.errors import CheckpointError, RecordError
from isonomia.record.keys import Verifier, open_verifier

SCHEMA_VERSION = 1
SPEC, ENTRIES, LEAVES, ARRAYS = LISTED = ("spec.json", "entries.jsonl", "leaves.bin", "arrays.bin")
MANIFEST, CHECKPOINT = "manifest.json", "checkpoint"
MOST_MANIFEST_BYTES = 2**20
_HASH = re.compile(r"[0-9a-f]{64}")


class Listed(NamedTuple):
    """What a manifest says of one file: its size in bytes, its SHA-256 in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The four files by name, the signer's verifier key, and what the writer added (versions, notes)."""

    files: Mapping[str, Listed]
    verifier: Verifier
    extra: Mapping[str, Any]

    def encode(self) -> bytes:
        """The canonical bytes of manifest.json. Raises ValueError when `extra` is not something a record can hold."""
        files = {name: {"bytes": size, "sha256": digest} for name, (size, digest) in self.files.items()}
        said = {"schema_version": SCHEMA_VERSION, "files": files, "verifier": self.verifier.text, "extra": self.extra}
        try:
            data = encode(said)
        except TypeError as fault:
            raise ValueError(str(fault)) from fault
        read_value(data)
        return data


def read_manifest(data: bytes) -> Manifest:
    """The manifest of a file. Raises RecordError with the reason when it is not exactly one."""
    if len(data) > MOST_MANIFEST_BYTES:
        raise RecordError(f"has {len(data):,} bytes, more than any manifest")
    try:
        said = read_value(data)
    except ValueError as fault:
        raise RecordError(str(fault)) from fault
    if type(said) is not dict or said.keys() != {"schema_version", "files", "verifier", "extra"}:
        raise RecordError("is not an object of schema_version, files, verifier and extra")
    if type(said["schema_version"]) is not int or said["schema_version"] != SCHEMA_VERSION:
        raise RecordError(f"is not of schema_version {SCHEMA_VERSION}, the one this version of isonomia reads")
    if type(said["verifier"]) is not str or type(said["extra"]) is not dict:
        raise RecordError("has a verifier that is not text or an extra that is not an object")
    files = said["files"]
    if type(files) is not dict or files.keys() != set(LISTED):
        raise RecordError("does not list " + ", ".join(LISTED))
    listed = {name: _read_listed(name, files[name]) for name in LISTED}
    try:
        return Manifest(listed, open_verifier(said["verifier"]), said["extra"])
    except CheckpointError as fault:
        raise RecordError(f"names a verifier key that is none: {fault}") from fault


def _read_listed(name: str, said: object) -> Listed:
    if type(said) is dict and said.keys() == {"bytes", "sha256"}:
        size, digest = said["bytes"], said["sha256"]
        if type(size) is int and size >= 0 and type(digest) is str and _HASH.fullmatch(digest):
            return Listed(size, digest)
    raise RecordError(f"does not give bytes and sha256 of {name}")


def measure(file: BinaryIO) -> Listed:
    """Size and SHA-256 of a file from its beginning."""
    digest, size = sha256(), 0
    file.seek(0)
    while data := file.read(1 << 20):
        digest.update(data)
        size += len(data)
    return Listed(size, digest.hexdigest())
