"""Verification: each flipped bit is found and located, no hostile folder gives a traceback, no rewriting passes."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_run import KEY, RECIPE, SPEC, act, ballots, close, write_run

from isonomia.basics.canonical import encode
from isonomia.record.checkpoint import sign_checkpoint
from isonomia.record.errors import CheckpointError
from isonomia.record.folder import RunFolder
from isonomia.record.keys import key_from_seed
from isonomia.record.verify import MOST_FAULTS, Check, check_folder

LISTED = ["spec.json", "entries.jsonl", "leaves.bin", "arrays.bin"]
ALL = [*LISTED, "manifest.json", "checkpoint"]
OTHER = key_from_seed(b"the key of somebody who forges..", "example.org")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("whole") / "run")


@pytest.fixture
def run(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "run")
    return tmp_path / "run"


def files_named(check: Check) -> set[str]:
    return {fault.split(":")[0] for fault in check.faults}


def test_a_whole_folder(whole: Path) -> None:
    check = check_folder(whole, KEY.verifier.text)
    assert check == check_folder(whole) == check_folder(str(whole), pinned_root=check.root.upper())
    assert (check.ok, check.size, check.days, check.signer, check.faults) == (True, 16, 3, KEY.verifier.signer, ())
    assert len(bytes.fromhex(check.root)) == 32


def flip(path: Path, at: int, bit: int, check: Callable[[], Check]) -> Check:
    """What is found when one bit is flipped; the file is mended again."""
    with path.open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ 1 << bit]))
        file.flush()
        found = check()
        file.seek(at)
        file.write(bytes([byte]))
    return found


@pytest.mark.parametrize("name", ALL)
def test_a_flipped_bit_of_any_byte_is_found_in_its_file_and_no_other(run: Path, name: str) -> None:
    rng = random.Random(name)
    for at in range((run / name).stat().st_size):
        for bit in range(8) if name in ("manifest.json", "checkpoint") else [rng.randrange(8)]:
            found = flip(run / name, at, bit, lambda: check_folder(run))
            assert not found.ok
            assert files_named(found) == {name}, (at, bit, found.faults)
    assert check_folder(run).ok


def test_a_flipped_bit_of_an_entry_is_located(run: Path) -> None:
    text = (run / "entries.jsonl").read_bytes()
    rng, start = random.Random(1), 0
    lines = text.splitlines(keepends=True)
    for seq, line in enumerate(lines):
        day = json.loads(line)["day"]
        for at in range(start, start + len(line)):
            found = flip(run / "entries.jsonl", at, rng.randrange(8), lambda: check_folder(run))
            (fault,) = found.faults
            said = re.search(
                r"(?:entry (\d+)|entries (\d+)–(\d+)) \(days? (\d+)(?:–\d+)?\), bytes ([\d,]+)–([\d,]+)", fault
            )
            assert said is not None, fault
            first, last = int(said[1] or said[2]), int(said[1] or said[3])
            assert first <= seq <= last <= first + 1, "one bit may join two lines, never more"
            assert int(said[4]) == day
            assert int(said[5].replace(",", "")) <= at <= int(said[6].replace(",", ""))
        start += len(line)


def test_a_flipped_bit_of_a_leaf_is_located(run: Path) -> None:
    for at in range((run / "leaves.bin").stat().st_size):
        found = flip(run / "leaves.bin", at, at % 8, lambda: check_folder(run))
        (fault,) = found.faults
        k, day = at // 32, max(0, at // 32 - 1) // 5
        assert fault.startswith(f"leaves.bin: leaf {k} (day {day}), bytes {32 * k}–{32 * k + 31}, "), fault


def test_a_flipped_bit_of_an_array_is_located(run: Path) -> None:
    # 50 flags are 7 bytes, 50 weights 100; in each day: choice, weight (by name), then the refused petition's
    arrays = [("choice", 1, 7), ("weight", 1, 100), ("signed", 3, 7)]
    start = 0
    for day in range(3):
        for name, seq, size in arrays:
            for at in range(start, start + size):
                (fault,) = flip(run / "arrays.bin", at, at % 8, lambda: check_folder(run)).faults
                assert f"array '{name}' of entry {5 * day + seq} (day {day}), members 0–49" in fault
                assert f"bytes {start}–{start + size - 1}," in fault
            start += size


def test_an_array_of_several_leaves_says_so(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run", 1, 10_000)
    (fault,) = flip(path / "arrays.bin", 5000, 3, lambda: check_folder(path)).faults
    assert "array 'weight' of entry 1 (day 0), members 0–9,999 (in one or more of its 3 leaves of 4,096" in fault


@pytest.mark.parametrize("name", ALL)
def test_a_shorter_or_longer_file_is_found(run: Path, name: str) -> None:
    data = (run / name).read_bytes()
    cuts = sorted({0, 1, len(data) // 3, len(data) // 2 // 32 * 32, len(data) - 32, len(data) - 1} - {-1})
    for changed in [data[:n] for n in cuts if 0 <= n < len(data)] + [
        data + tail for tail in (b"\0", b"\n", b"x" * 31, b"x" * 32, data[-40:], data, b"z" * 100_000)
    ]:
        (run / name).write_bytes(changed)
        found = check_folder(run)
        assert not found.ok
        assert files_named(found) == {name}, found.faults


def test_entries_cut_inserted_repeated_or_swapped_are_told_apart(run: Path) -> None:
    file = run / "entries.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)

    def faults(changed: list[bytes]) -> str:
        file.write_bytes(b"".join(changed))
        found = check_folder(run)
        assert files_named(found) == {"entries.jsonl"}, found.faults
        return "\n".join(found.faults)

    assert "entry 7 (day 1) is missing" in faults(lines[:7] + lines[8:])
    assert "entries 14–15 (day 2) are missing" in faults(lines[:14])
    assert "they stand before the place of entry 3" in faults([*lines[:3], b"{}\n", *lines[3:]])
    assert "they stand before the place of entry 9" in faults([*lines[:9], lines[8], *lines[9:]])
    assert "entry 4" in faults([*lines[:4], lines[5], lines[4], *lines[6:]])
    assert "entries 0–15" in faults([b"\n"])


def test_a_file_that_is_missing_or_does_not_belong(run: Path, whole: Path) -> None:
    for name in ALL[:-1]:
        (run / name).rename(run / "aside")
        found = check_folder(run)
        assert {name, "aside"} <= files_named(found) <= {name, "aside", "manifest.json"}
        (run / "aside").rename(run / name)
    for make in (lambda p: p.write_text(""), lambda p: p.mkdir(), lambda p: p.symlink_to(whole / "checkpoint")):
        make(run / ".extra")
        assert check_folder(run).faults == (".extra: does not belong to a run",)
        (run / ".extra").rmdir() if (run / ".extra").is_dir() else (run / ".extra").unlink()
    assert check_folder(run).ok


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("what", ["link", "folder", "pipe"])
def test_what_stands_where_a_file_should(run: Path, whole: Path, name: str, what: str) -> None:
    (run / name).unlink()
    if what == "link":
        (run / name).symlink_to(whole / name)
    elif what == "folder":
        (run / name).mkdir()
    else:
        os.mkfifo(run / name)
    found = check_folder(run)
    assert not found.ok
    assert any(fault.startswith(f"{name}: is ") and "where a run has a file" in fault for fault in found.faults)


def test_what_is_no_run(tmp_path: Path, run: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "nowhere", tmp_path / "file", tmp_path / "empty", tmp_path):
        (fault,) = check_folder(path).faults
        assert "not a run folder" in fault
    (run / "checkpoint").unlink()
    (fault,) = check_folder(run).faults
    assert "never finished" in fault


# -- forging ----------------------------------------------------------------------------------------------------------


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
    from isonomia.basics.merkle import root_of

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


def test_faults_are_few_and_plain(tmp_path: Path) -> None:
    path = tmp_path / "run"
    with RunFolder.create(path, SPEC) as run:
        for seq in range(0, 120, 2):
            act(run.log, seq, seq // 2, "a\x1b[31m", {"a": ballots(seq), "b\x1b[2J": ballots(1), "c": RECIPE})
            close(run.log, seq + 1, seq // 2)
        run.finish(KEY)
    data = (path / "arrays.bin").read_bytes()
    (path / "arrays.bin").write_bytes(b"\xff" + data[:-1])
    found = check_folder(path)
    assert len(found.faults) == MOST_FAULTS + 1
    assert "faults more" in found.faults[-1]
    assert all(fault.isprintable() for fault in found.faults)
    os.mkdir(os.fsencode(path) + b"/\x1b\xff")
    assert all(fault.isprintable() for fault in check_folder(path).faults)


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(ALL),
        st.sampled_from(["put", "cut", "insert", "whole", "gone", "take"]),
        st.floats(0, 1),
        st.binary(max_size=60)
        | st.sampled_from([b"\n", b'{"seq":1}\n', b"[" * 3000, b"9" * 400, b'"seq":99999999999999999999,', b"null\n"]),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_no_corrupted_folder_gives_a_traceback(
    whole: Path, run: Path, changes: list[tuple[str, str, float, bytes]]
) -> None:
    before = {name: (whole / name).read_bytes() for name in ALL}
    for name in ALL:
        (run / name).write_bytes(before[name])
    for name, how, where, data in changes:
        if not (run / name).exists():
            continue
        old = (run / name).read_bytes()
        at = int(where * len(old))
        new = {
            "put": old[:at] + data + old[at + len(data) :],
            "cut": old[:at] + old[at + len(data) :],
            "insert": old[:at] + data + old[at:],
            "whole": data,
            "take": old[at:],
            "gone": b"",
        }[how]
        (run / name).write_bytes(new)
        if how == "gone":
            (run / name).unlink()
    after = {name: (run / name).read_bytes() if (run / name).exists() else None for name in ALL}
    found = check_folder(run)
    assert found.ok == (after == before)
    assert bool(found.faults) != found.ok
    changed = {name for name in ALL if after[name] != before[name]}
    if "checkpoint" in changed and changed & {"entries.jsonl", "leaves.bin"}:  # no signed root to say which it was
        changed |= {"entries.jsonl", "leaves.bin"}
    assert files_named(found) <= changed
