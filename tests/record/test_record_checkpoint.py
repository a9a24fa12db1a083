"""Keys and checkpoints: Go's published vector, a stranger's verification, and no bit that is free."""

from __future__ import annotations

import os
import stat
import threading
from base64 import b64encode
from pathlib import Path

import pytest
from sample_run import KEY, open_note, sha

from isonomia.record.checkpoint import open_checkpoint, read_checkpoint, sign_checkpoint
from isonomia.record.errors import CheckpointError, RecordError
from isonomia.record.keys import (
    Verifier,
    decode_base64,
    default_key_path,
    key_from_seed,
    load_key,
    load_or_create_key,
    open_verifier,
)

# from the documentation of golang.org/x/mod/sumdb/note
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="

ROOT, MANIFEST = sha(b"root"), sha(b"manifest").hex()
SIGNED = sign_checkpoint(652, ROOT, MANIFEST, KEY)


def test_the_vector_of_go(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(GO_SIGNER + "\n")
    file.chmod(0o600)
    key = load_key(file)
    assert key.verifier.text == GO_VERIFIER
    assert key.text == GO_SIGNER
    assert key.verifier.key_id + key.sign(GO_TEXT.encode()) == decode_base64(GO_SIGNATURE)
    assert open_note(f"{GO_TEXT}\n— PeterNeumann {GO_SIGNATURE}\n", GO_VERIFIER)[0].startswith("If you think")
    assert open_verifier(GO_VERIFIER) == key.verifier
    assert "AYEKFALV" not in repr(key)


def test_a_stranger_reads_the_checkpoint() -> None:
    origin, size, root, extension = open_note(SIGNED.decode(), KEY.verifier.text)
    assert origin == f"example.org/{MANIFEST[:16]}"
    assert (size, decode_base64(root), extension) == ("652", ROOT, f"manifest sha256:{MANIFEST}")
    ours = open_checkpoint(SIGNED, KEY.verifier)
    assert (ours.size, ours.root, ours.manifest) == (652, ROOT, MANIFEST)


def test_every_flipped_bit_is_refused() -> None:
    for at in range(len(SIGNED)):
        for bit in range(8):
            bad = bytearray(SIGNED)
            bad[at] ^= 1 << bit
            with pytest.raises(CheckpointError):
                open_checkpoint(bytes(bad), KEY.verifier)


def test_every_cut_and_every_addition_is_refused() -> None:
    for at in range(len(SIGNED)):
        with pytest.raises(CheckpointError):
            open_checkpoint(SIGNED[:at], KEY.verifier)
        for extra in (b"\n", b" ", b"0", b"="):
            with pytest.raises(CheckpointError):
                open_checkpoint(SIGNED[:at] + extra + SIGNED[at:], KEY.verifier)
    for tail in (b"\n", b"x", SIGNED.splitlines(keepends=True)[-1], b"x" * 5000):
        with pytest.raises(CheckpointError):
            open_checkpoint(SIGNED + tail, KEY.verifier)


@pytest.mark.parametrize("size", ["0652", "+652", "６52", "-1", "", "1e3", "9007199254740993", "6_52"])
def test_a_size_has_one_spelling(size: str) -> None:
    with pytest.raises(CheckpointError, match="number of entries"):
        read_checkpoint(SIGNED.replace(b"652", size.encode(), 1))


def test_another_key_under_the_same_name_is_refused() -> None:
    other = key_from_seed(b"another seed of 32 bytes........", "example.org")
    with pytest.raises(CheckpointError, match="is signed under example"):
        open_checkpoint(SIGNED, other.verifier)
    body = read_checkpoint(SIGNED).checkpoint.body.replace("example.org/", "example.com/", 1)
    with pytest.raises(CheckpointError, match="origin"):
        open_checkpoint(_resign(body), KEY.verifier)


def _resign(body: str) -> bytes:
    return f"{body}\n— example.org {b64encode(KEY.verifier.key_id + KEY.sign(body.encode())).decode()}\n".encode()


def test_a_verifier_key_has_one_spelling() -> None:
    text = KEY.verifier.text
    assert open_verifier(text) == KEY.verifier
    for at in range(len(text)):
        for bit in range(7):
            bad = text[:at] + chr(ord(text[at]) ^ 1 << bit) + text[at + 1 :]
            with pytest.raises(CheckpointError):
                open_verifier(bad)
    for bad in ("", "a+b", "a+00000000+AAAA", text + "=", " " + text, "\ud800+00000000+AQ=="):
        with pytest.raises(CheckpointError):
            open_verifier(bad)
    for name in ("", "a b", "a+b", "a\tb", "a\u00a0b"):
        with pytest.raises(CheckpointError):
            Verifier(name, bytes(32))


def test_a_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "log.key"
    made = load_or_create_key(path)
    assert load_or_create_key(path).text == made.text
    assert made.verifier.name == "isonomia.local"
    assert [p.name for p in path.parent.iterdir()] == ["log.key"], "no draft is left behind"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o644)
        with pytest.raises(RecordError, match="chmod 600"):
            load_or_create_key(path)


def test_processes_that_make_a_key_at_once_share_it(tmp_path: Path) -> None:
    keys: list[str] = []
    threads = [
        threading.Thread(target=lambda: keys.append(load_or_create_key(tmp_path / "log.key").text)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


@pytest.mark.parametrize(
    "text", ["", "PRIVATE+KEY+", GO_SIGNER[:-1], GO_SIGNER[12:], GO_SIGNER.replace("c7", "c8"), "é", "a+b+AQ=="]
)
def test_a_damaged_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "log.key"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(RecordError, match="is not a key"):
        load_or_create_key(path)


def test_a_key_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordError, match="ISONOMIA_KEY"):
        load_or_create_key(tmp_path / "file" / "log.key")


def test_where_the_key_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("ISONOMIA_KEY", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert default_key_path() == tmp_path / ".config" / "isonomia" / "log.key"
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    assert default_key_path() == tmp_path / ".config" / "isonomia" / "log.key"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    assert default_key_path() == tmp_path / "xdg" / "isonomia" / "log.key"
    monkeypatch.setenv("ISONOMIA_KEY", str(tmp_path / "mine"))
    assert default_key_path() == tmp_path / "mine"
