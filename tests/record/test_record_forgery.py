"""Forged and hostile folders: no rewriting passes without the key, and no signed rubbish passes with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sample_run import KEY, files_named, write_run

from isonomia.basics.canonical import encode
from isonomia.basics.merkle import root_of
from isonomia.record.checkpoint import sign_checkpoint
from isonomia.record.errors import CheckpointError, RecordError
from isonomia.record.keys import key_from_seed
from isonomia.record.manifest import read_manifest
from isonomia.record.verify import check_folder

LISTED = ["spec.json", "entries.jsonl", "leaves.bin", "arrays.bin"]
OTHER = key_from_seed(b"the key of somebody who forges..", "example.org")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "run")


def forge(path: Path, key: Any, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Rewrite the run with changed entries, everything consistent; the checkpoint is left alone if there is no key."""
    entries = [json.loads(line) for line in (path / "entries.jsonl").read_bytes().splitlines()]
    change(entries)
    lines = [encode(entry) for entry in entries]
    leaves = [sha256(b"\0" + line).digest() for line in lines]
    (path / "entries.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    (path / "leaves.bin").write_bytes(b"".join(leaves))
    seal_again(path, key, leaves)


def seal_again(path: Path, key: Any, leaves: list[bytes]) -> None:
    manifest = json.loads((path / "manifest.json").read_bytes())
    for name in LISTED:
        data = (path / name).read_bytes()
        manifest["files"][name] = {"bytes": len(data), "sha256": sha256(data).hexdigest()}
    if key is not None:
        manifest["verifier"] = key.verifier.text
    data = encode(manifest)
    (path / "manifest.json").write_bytes(data)
    if key is not None:
        (path / "checkpoint").write_bytes(sign_checkpoint(len(leaves), root_of(leaves), sha256(data).hexdigest(), key))


def permit_the_refused(entries: list[dict[str, Any]]) -> None:
    entries[3]["denied"] = []


def test_a_consistent_rewriting_without_the_key_fails(run: Path) -> None:
    forge(run, None, permit_the_refused)
    found = check_folder(run)
    assert not found.ok
    assert any("both were rewritten" in fault for fault in found.faults)
    assert any(fault == "manifest.json: does not have the hash that the checkpoint signs" for fault in found.faults)


def test_a_rewriting_whose_checkpoint_is_edited_too_fails_by_the_signature(run: Path) -> None:
    forge(run, OTHER, permit_the_refused)
    manifest = json.loads((run / "manifest.json").read_bytes())
    manifest["verifier"] = KEY.verifier.text
    (run / "manifest.json").write_bytes(encode(manifest))
    said = (run / "checkpoint").read_text()
    digest = sha256((run / "manifest.json").read_bytes()).hexdigest()
    old = re.search("sha256:([0-9a-f]+)", said)
    assert old is not None
    said = said.replace(old[1], digest).replace(old[1][:16], digest[:16])
    for text in (said, said.replace(said.split("— example.org ")[1], "AAAA\n")):
        (run / "checkpoint").write_text(text)
        found = check_folder(run)
        assert files_named(found) == {"checkpoint"}
        assert not found.ok
        assert found.signer == ""


def test_whoever_signs_again_passes_until_a_key_or_root_is_pinned(run: Path) -> None:
    root = check_folder(run).root
    forge(run, OTHER, permit_the_refused)
    found = check_folder(run)
    assert found.ok, "the known limit: this is why keys are pinned"
    assert found.signer == OTHER.verifier.signer != KEY.verifier.signer
    pinned = check_folder(run, pinned_key=KEY.verifier.text)
    assert not pinned.ok
    assert pinned.faults[0].startswith("checkpoint: is signed under")
    assert not check_folder(run, pinned_root=root).ok
    assert not check_folder(run, pinned_root="").ok
    with pytest.raises(CheckpointError):
        check_folder(run, pinned_key="no key")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda e: e[5].update(seq=6), "entry 5, bytes .* does not say seq 5"),
        (lambda e: e.pop(5), "entry 5, bytes .* does not say seq 5"),
        (lambda e: e[5].update(close=[]), "entry 5, bytes .* closes a day without its facts"),
        (lambda e: e[1].update(by=None), "entry 1, .* who did what"),
        (lambda e: e[1].update(facts={"x": 0.5}), "entry 1, .* not whole"),
        (lambda e: e[1]["body"]["choice"].update(n=49), "array 'choice' of entry 1 .* has bits set after its last"),
        (lambda e: e[1]["body"]["choice"].update(n=40), "array 'choice' of entry 1 .* does not match its root"),
        (lambda e: e[1]["body"]["choice"].update(n=2**24), "ends at byte 342, inside array 'choice' of entry 1"),
        (lambda e: e[-3]["body"].pop("signed"), "bytes 335–341 belong to no array"),
    ],
)
def test_a_signed_record_that_is_none(run: Path, change: Callable[[Any], None], said: str) -> None:
    forge(run, KEY, change)
    found = check_folder(run)
    assert found.signer == KEY.verifier.signer
    assert any(re.search(said, fault) for fault in found.faults), found.faults


@pytest.mark.parametrize("spec", [b"", b"[]", b'{"a": 1}', b"[" * 100_000, b"\xff", b"1e999", b'{"a":1.5}'])
def test_a_signed_spec_that_is_none(run: Path, spec: bytes) -> None:
    (run / "spec.json").write_bytes(spec)
    data = (run / "leaves.bin").read_bytes()
    seal_again(run, KEY, [data[i : i + 32] for i in range(0, len(data), 32)])
    assert files_named(check_folder(run)) == {"spec.json"}


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"\xff",
        b"null",
        b"[]",
        b"[" * 50_000,
        b"9" * 5000,
        b"x" * (2**20 + 2),
        {"schema_version": 2},
        {"schema_version": True},
        {"verifier": None},
        {"verifier": "a+b+c"},
        {"files": []},
        {"files": {}},
        {"files": dict.fromkeys(LISTED)},
        {"files": {name: {"bytes": -1, "sha256": "0" * 64} for name in LISTED}},
        {"files": {name: {"bytes": 1, "sha256": 5} for name in LISTED}},
        {"extra": 1},
        {"more": 1},
    ],
)
def test_a_hostile_manifest(run: Path, manifest: bytes | dict[str, Any]) -> None:
    if isinstance(manifest, dict):
        manifest = encode(json.loads((run / "manifest.json").read_bytes()) | manifest)
    (run / "manifest.json").write_bytes(manifest)
    assert files_named(check_folder(run)) == {"manifest.json"}
    pinned = check_folder(run, KEY.verifier.text)
    assert files_named(pinned) == {"manifest.json"}
    assert pinned.signer == KEY.verifier.signer


def test_a_manifest_lists_the_four_files_and_no_other(run: Path) -> None:
    said = json.loads((run / "manifest.json").read_bytes())
    assert read_manifest(encode(said)).encode() == encode(said)
    for files in ({**said["files"], "more": said["files"]["spec.json"]}, {"spec.json": said["files"]["spec.json"]}):
        with pytest.raises(RecordError, match="does not list"):
            read_manifest(encode(said | {"files": files}))
