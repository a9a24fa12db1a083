"""Verification: each flipped bit is found and located, no corrupted folder gives a traceback."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_run import KEY, RECIPE, SPEC, act, ballots, close, files_named, write_run

from isonomia.record.folder import RunFolder
from isonomia.record.verify import MOST_FAULTS, Check, check_folder

LISTED = ["spec.json", "entries.jsonl", "leaves.bin", "arrays.bin"]
ALL = [*LISTED, "manifest.json", "checkpoint"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("whole") / "run")


@pytest.fixture
def run(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "run")
    return tmp_path / "run"


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


EVERY_BIT = [pytest.param(name, 8, marks=pytest.mark.slow) for name in ("manifest.json", "checkpoint")]


@pytest.mark.parametrize(("name", "bits"), [*((name, 1) for name in ALL), *EVERY_BIT])
def test_a_flipped_bit_of_any_byte_is_found_in_its_file_and_no_other(run: Path, name: str, bits: int) -> None:
    rng = random.Random(name)
    for at in range(0, (run / name).stat().st_size, 3 if name == "entries.jsonl" else 1):  # its other bytes: below
        for bit in rng.sample(range(8), bits):
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
    last = sum(map(len, lines[:-1]))
    unended = faults([*lines[:-1], lines[-1][:-1]])
    assert f"entry 15 (day 2), bytes {last:,}–{last + len(lines[-1]) - 2:,}, does not match" in unended


def test_leaves_that_end_too_soon_or_too_late(run: Path) -> None:
    data = (run / "leaves.bin").read_bytes()
    for changed, said in (
        (
            data[:-1],
            ("ends inside leaf 15, at byte 511", "leaf 15 (day 2), bytes 480–511, is not the hash of entry 15"),
        ),
        (data[:-64], ("leaves 14–15 (day 2), bytes 448–511, are not the hashes of these entries, or missing",)),
        (data + b"x" * 31, ("ends inside leaf 16, at byte 543",)),
        (data + b"x" * 64, ("leaves 16–17, bytes 512–575, belong to no entry",)),
    ):
        (run / "leaves.bin").write_bytes(changed)
        found = check_folder(run)
        assert {fault.removeprefix("leaves.bin: ") for fault in found.faults} == set(said)


def test_a_record_cut_in_both_files_does_not_put_the_blame_on_arrays(run: Path) -> None:
    text, leaves = (run / "entries.jsonl").read_bytes(), (run / "leaves.bin").read_bytes()
    (run / "entries.jsonl").write_bytes(b"".join(text.splitlines(keepends=True)[:8]))
    (run / "leaves.bin").write_bytes(leaves[: 8 * 32])
    found = check_folder(run)
    assert files_named(found) == {"entries.jsonl", "leaves.bin"}
    assert "both were rewritten" in found.faults[0]


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
