"""The signed head of a run: a C2SP tlog-checkpoint in a C2SP signed-note, read so strictly that no bit is free.

    isonomia.local/6b1f0c2ad3e4f501              origin: key name / first 16 hex digits of the manifest's hash
    652                                          number of entries
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I= root over them (RFC 6962)
    manifest sha256:6b1f0c2a…                    extension line: hash of manifest.json

    — isonomia.local Az3grl…                     em dash, key name, base64(4-byte key id ‖ 64-byte Ed25519 signature)

A log must never sign two heads of which neither continues the other; one key signs many runs, so each run is a log of
its own and the origin says which. Sources: c2sp.org/tlog-checkpoint, c2sp.org/signed-note.

Known limit: signed-note lets others add signature lines, and asks readers to pass over unknown ones. Here exactly one
line is accepted, since a line that nobody checks is a place where bits may flip.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass

from isonomia.record.errors import CheckpointError
from isonomia.record.keys import LogKey, Verifier, decode_base64

MOST_CHECKPOINT_BYTES = 4096
MOST_ENTRIES = 2**53
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_MANIFEST = re.compile(r"manifest sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is signed: the log's origin, its size in entries, its 32-byte root, the manifest's SHA-256 in hex."""

    origin: str
    size: int
    root: bytes
    manifest: str

    @property
    def body(self) -> str:
        """The note text: four lines, each with its line break."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\nmanifest sha256:{self.manifest}\n"


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint as it was found, its signature not yet checked."""

    checkpoint: Checkpoint
    name: str
    key_id: bytes
    signature: bytes


def name_origin(key_name: str, manifest: str) -> str:
    """The origin of the run whose manifest has this SHA-256 (hex), signed under this name."""
    return f"{key_name}/{manifest[:16]}"


def sign_checkpoint(size: int, root: bytes, manifest: str, key: LogKey) -> bytes:
    """The checkpoint file of a run: `size` entries, their `root`, the hex SHA-256 of its manifest."""
    name = key.verifier.name
    body = Checkpoint(name_origin(name, manifest), size, root, manifest).body
    signature = key.verifier.key_id + key.sign(body.encode())
    return f"{body}\n— {name} {b64encode(signature).decode()}\n".encode()


def read_checkpoint(data: bytes) -> SignedCheckpoint:
    """The checkpoint of a file, with the signature unchecked. Raises CheckpointError, with the reason, if malformed."""
    if len(data) > MOST_CHECKPOINT_BYTES:
        raise CheckpointError(f"has {len(data):,} bytes, more than any checkpoint")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise CheckpointError(f"is not UTF-8 at byte {fault.start}") from fault
    lines = text.split("\n")
    if len(lines) != 7 or lines[4] or lines[6]:
        raise CheckpointError("is not four lines, an empty line and one signature line")
    origin, size, root, manifest, _, signature, _ = lines
    if not _SIZE.fullmatch(size) or int(size) > MOST_ENTRIES:
        raise CheckpointError("has a second line that is not a number of entries")
    said = _MANIFEST.fullmatch(manifest)
    if said is None:
        raise CheckpointError("has a fourth line that is not a manifest's hash")
    words = signature.split(" ")
    if len(words) != 3 or words[0] != "—":
        raise CheckpointError("has a last line that is not a signature")
    try:
        root_bytes, signed = decode_base64(root), decode_base64(words[2])
    except ValueError as fault:
        raise CheckpointError(f"has a root or a signature that {fault}") from fault
    if len(root_bytes) != 32 or len(signed) != 68:
        raise CheckpointError("has a root or a signature of the wrong length")
    return SignedCheckpoint(Checkpoint(origin, int(size), root_bytes, said[1]), words[1], signed[:4], signed[4:])


def open_checkpoint(data: bytes, verifier: Verifier) -> Checkpoint:
    """The checkpoint of a file, signed by this key and nobody else. Raises CheckpointError with the reason."""
    found = read_checkpoint(data)
    checkpoint = found.checkpoint
    if (found.name, found.key_id) != (verifier.name, verifier.key_id):
        raise CheckpointError(f"is signed under {found.name}+{found.key_id.hex()}, not by {verifier.signer}")
    if checkpoint.origin != name_origin(verifier.name, checkpoint.manifest):
        raise CheckpointError("has an origin that is not its signer's name and its manifest's hash")
    if not verifier.check(found.signature, checkpoint.body.encode()):
        raise CheckpointError(f"has a signature that {verifier.signer} did not make")
    return checkpoint
