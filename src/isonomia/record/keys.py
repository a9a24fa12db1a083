"""The Ed25519 key that signs a run, in the text forms of C2SP signed-note and Go's sumdb/note.

verifier key   NAME+HASH+BASE64(0x01 ‖ 32-byte public key)               give this to whoever should check your runs
signer key     PRIVATE+KEY+NAME+HASH+BASE64(0x01 ‖ 32-byte secret seed)  the key file, readable by its owner alone

HASH is the first four bytes of SHA-256(NAME ‖ 0x0A ‖ 0x01 ‖ public key), in hex. 0x01 stands for Ed25519.
"""

from __future__ import annotations

import os
import secrets
import stat
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from isonomia.record.errors import CheckpointError, RecordError

ED25519 = b"\x01"
NAME = "isonomia.local"
_PRIVATE = "PRIVATE+KEY+"


def decode_base64(text: str) -> bytes:
    """The bytes of standard base64. Raises ValueError unless they encode to exactly this text again.

    Plain decoders ignore stray bits in the last character, so one flipped bit could pass unseen.
    """
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except (Base64Error, UnicodeEncodeError) as fault:
        raise ValueError("is not base64") from fault
    if b64encode(data).decode() != text:
        raise ValueError("is not the one base64 text of its bytes")
    return data


@dataclass(frozen=True, slots=True)
class Verifier:
    """Whose signature to expect: a name, and 32 bytes of Ed25519 public key."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or not self.name.isprintable() or any(c.isspace() for c in self.name):
            raise CheckpointError("a key's name is not empty and has no space, no plus and no control character")
        if len(self.public) != 32:
            raise CheckpointError(f"an Ed25519 public key has 32 bytes, this one {len(self.public)}")

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before this key's signatures."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def signer(self) -> str:
        """The short form for people: NAME+HASH."""
        return f"{self.name}+{self.key_id.hex()}"

    @property
    def text(self) -> str:
        """The verifier key."""
        return f"{self.signer}+{b64encode(ED25519 + self.public).decode()}"

    def check(self, signature: bytes, message: bytes) -> bool:
        """Whether this key made this signature of this message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def open_verifier(text: str) -> Verifier:
    """The verifier key of a text. Raises CheckpointError unless the text is exactly the key's own."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise CheckpointError("a verifier key reads NAME+HASH+BASE64")
    try:
        data = decode_base64(parts[2])
        parts[0].encode()
    except ValueError as fault:  # a lone surrogate cannot be encoded either
        raise CheckpointError(f"the last part of the verifier key {fault}") from fault
    if data[:1] != ED25519:
        raise CheckpointError("the verifier key is not for Ed25519, which is all that is known here")
    verifier = Verifier(parts[0], data[1:])
    if verifier.text != text:
        raise CheckpointError("the verifier key does not have the hash of its own name and key: it is damaged")
    return verifier


@dataclass(frozen=True, slots=True)
class LogKey:
    """The secret half: a name, and the 32-byte seed of an Ed25519 key (RFC 8032). Never shown by repr."""

    verifier: Verifier
    _secret: Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"LogKey({self.verifier.signer})"

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._secret.sign(message)

    @property
    def text(self) -> str:
        """The signer key: what the key file holds."""
        return f"{_PRIVATE}{self.verifier.signer}+{b64encode(ED25519 + self._secret.private_bytes_raw()).decode()}"


def key_from_seed(seed: bytes, name: str = NAME) -> LogKey:
    """The key of a 32-byte seed."""
    secret = Ed25519PrivateKey.from_private_bytes(seed)
    return LogKey(Verifier(name, secret.public_key().public_bytes_raw()), secret)


def default_key_path() -> Path:
    """Where the key lies: $ISONOMIA_KEY, or isonomia/log.key under the XDG configuration folder."""
    if chosen := os.environ.get("ISONOMIA_KEY"):
        return Path(chosen)
    config = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    if not config.is_absolute():  # the XDG specification: a relative path is to be ignored
        try:
            config = Path.home() / ".config"
        except RuntimeError as fault:
            raise RecordError("there is no home folder for the key; set ISONOMIA_KEY to a file") from fault
    return config / "isonomia" / "log.key"


def load_key(path: Path) -> LogKey:
    """The key of a file. Raises RecordError when it is missing, malformed, or readable by others."""
    try:
        text = path.read_text("ascii")
        mode = path.stat().st_mode
    except OSError as fault:
        raise RecordError(f"the key {path} cannot be read: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        raise RecordError(f"{path} is not a key") from fault
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise RecordError(
            f"the key {path} can be read by others; chmod 600 it, or make a new one if it may have leaked"
        )
    parts = text.removesuffix("\n").removeprefix(_PRIVATE).split("+", 2)
    try:
        seed = decode_base64(parts[-1])[1:]
        key = key_from_seed(seed, parts[0])
    except (ValueError, CheckpointError) as fault:
        raise RecordError(f"{path} is not a key: {fault}") from fault
    if key.text != text.removesuffix("\n"):
        raise RecordError(f"{path} is not a key, or it is damaged")
    return key


def load_or_create_key(path: Path | None = None, name: str = NAME) -> LogKey:
    """The key of a file (default: `default_key_path()`), made on first use with mode 0600.

    The file appears whole or not at all; of two processes that make it at once, both get the first one's key.
    """
    path = default_key_path() if path is None else path
    if os.path.lexists(path):
        return load_key(path)
    key = key_from_seed(secrets.token_bytes(32), name)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_private(draft, key.text.encode() + b"\n")
        try:
            os.link(draft, path)  # unlike a rename, it never replaces a key that another process made meanwhile
        except FileExistsError:
            key = load_key(path)
        finally:
            draft.unlink()
    except OSError as fault:
        raise RecordError(
            f"the key {path} cannot be made: {fault.strerror}; ISONOMIA_KEY names another place"
        ) from fault
    return key


def _write_private(path: Path, data: bytes) -> None:
    """A new file that its owner alone can read, forced to the disk; none if that fails."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink()
        raise
