"""The run folder: what a sealed one holds, and that whatever goes wrong on the way leaves none that looks sealed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest
from sample_run import KEY, SPEC, act, ballots, close, open_note, weights, write_run

import isonomia.record.folder as folder_module
from isonomia.record.errors import RecordError, UnfinishedRun
from isonomia.record.folder import RunFolder, open_run
from isonomia.record.verify import check_folder

FULL = OSError(28, "No space left on device")


def test_a_run_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run")
    assert sorted(p.name for p in path.iterdir()) == sorted(
        ["spec.json", "entries.jsonl", "leaves.bin", "arrays.bin", "manifest.json", "checkpoint"]
    )
    run = open_run(path)
    assert (run.spec, run.days, run.manifest.extra) == (SPEC, 3, {"version": "test"})
    text = (path / "entries.jsonl").read_bytes()
    entries = list(run.entries())
    assert [seq for seq, _, _ in entries] == list(range(16))
    assert b"".join(data + b"\n" for _, _, data in entries) == text
    assert all(text[at : at + len(data)] == data for _, at, data in entries)
    for day in (2, 0, 1):
        np.testing.assert_array_equal(run.array(5 * day + 1, "choice"), ballots(day))
        np.testing.assert_array_equal(run.array(5 * day + 1, "weight"), weights(day))
        np.testing.assert_array_equal(run.array(5 * day + 3, "signed"), ballots(day + 50))
    assert not run.array(1, "choice").flags.writeable
    for seq, name in ((1, "note"), (2, "cells"), (4, "x"), (99, "choice")):
        with pytest.raises(RecordError, match="names no array"):
            run.array(seq, name)
    assert open_note((path / "checkpoint").read_text(), KEY.verifier.text)[1] == "16"


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = write_run(tmp_path / "one"), write_run(tmp_path / "two")
    for file in one.iterdir():
        assert file.read_bytes() == (two / file.name).read_bytes()


def test_an_empty_run_can_be_sealed(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path / "run", {}) as run:
        run.finish(KEY)
    assert open_run(tmp_path / "run").days == 0
    check = check_folder(tmp_path / "run")
    assert (check.ok, check.size, check.faults) == (True, 0, ())


def test_a_run_is_never_written_over_another(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run")
    with pytest.raises(RecordError, match="not empty"):
        RunFolder.create(path, SPEC)
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordError, match="cannot be made"):
        RunFolder.create(tmp_path / "file", SPEC)
    with pytest.raises(RecordError, match="cannot be made"):
        RunFolder.create(tmp_path / "file" / "run", SPEC)
    assert check_folder(path).ok


@pytest.mark.parametrize("spec", [{"rate": 0.5}, {"n": 2**60}, {"é": 1}, {"a": object()}, {"a": "\ud800"}])
def test_a_spec_that_cannot_be_put_down_is_refused_before_the_folder_is_made(tmp_path: Path, spec: Any) -> None:
    with pytest.raises(RecordError, match="spec"):
        RunFolder.create(tmp_path / "run", spec)
    assert not (tmp_path / "run").exists()
    with RunFolder.create(tmp_path / "run", {}) as run, pytest.raises(RecordError, match="extra"):
        run.finish(KEY, spec)
    assert_unfinished(tmp_path / "run")


def assert_unfinished(path: Path) -> None:
    with pytest.raises(UnfinishedRun, match="never finished"):
        open_run(path)
    check = check_folder(path)
    assert not check.ok
    assert "never finished" in check.faults[0]


@pytest.mark.parametrize("fault", [None, ValueError("a bug"), KeyboardInterrupt()])
def test_left_without_finish_a_folder_is_unfinished(tmp_path: Path, fault: BaseException | None) -> None:
    def leave() -> None:
        with RunFolder.create(tmp_path / "run", SPEC) as run:
            close(run.log, 0, 0)
            if fault is not None:
                raise fault

    if fault is None:
        leave()
    else:
        with pytest.raises(type(fault)):
            leave()
    assert_unfinished(tmp_path / "run")


def test_a_closed_folder_cannot_be_sealed(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path / "one", SPEC) as run:
        run.finish(KEY)
        with pytest.raises(RecordError, match="closed"):
            run.finish(KEY)
    with RunFolder.create(tmp_path / "two", SPEC) as run:
        pass
    with pytest.raises(RecordError, match="closed"):
        run.finish(KEY)


class Failing:
    """Passes calls on to a real file, except that call number `at` of one method fails, before or after its work."""

    def __init__(self, file: BinaryIO, method: str, at: int, done: bool) -> None:
        self.file, self.method, self.at, self.done = file, method, at, done

    def __enter__(self) -> Failing:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.file, name)
        return self._failing(real) if name == self.method else real

    def _failing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            self.at -= 1
            if self.at:
                return real(*args)
            if self.done:
                real(*args)
            raise FULL

        return call


def run_once(path: Path) -> None:
    with RunFolder.create(path, SPEC) as run:
        act(run.log, 0, 0, "ballot", {"choice": ballots(0)})
        close(run.log, 1, 0)
        run.finish(KEY)


STEPS = [
    (name, method)
    for name in ("spec.json", "entries.jsonl", "leaves.bin", "arrays.bin", ".manifest.json.new", ".checkpoint.new")
    for method in ("write", "flush")
]


@pytest.mark.parametrize("done", [False, True], ids=["failed-unwritten", "failed-but-written"])
@pytest.mark.parametrize(("name", "method"), STEPS)
def test_a_write_that_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, method: str, done: bool
) -> None:
    real = folder_module.open_new

    def failing(path: Path) -> Any:
        file = real(path)
        return Failing(file, method, 1, done) if path.name == name else file

    monkeypatch.setattr(folder_module, "open_new", failing)
    with pytest.raises(RecordError, match="No space left"):
        run_once(tmp_path / "run")
    assert_unfinished(tmp_path / "run")


@pytest.mark.parametrize(
    ("call", "done"),  # mkdir that failed but made the folder is passed over by pathlib, rightly
    [("fsync", False), ("fsync", True), ("replace", False), ("replace", True), ("mkdir", False)],
)
def test_a_system_call_that_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, call: str, done: bool) -> None:
    """Each call in turn. Only once the checkpoint has its name is the folder a run, and then it is a whole one."""
    real = getattr(os, call)
    calls = [0, 1]

    def failing(*args: Any, **more: Any) -> Any:
        calls[0] += 1
        if calls[0] != calls[1]:
            return real(*args, **more)
        if done:
            real(*args, **more)
        raise FULL

    monkeypatch.setattr(os, call, failing)
    sealed, reasons = 0, list[str]()
    for at in range(1, 30):
        calls[:] = [0, at]
        path = tmp_path / f"run{at}"
        try:
            run_once(path)
        except RecordError as fault:
            reasons.append(str(fault))
        else:
            assert calls[0] < at
            break
        if (path / "checkpoint").exists():
            sealed += 1
            assert check_folder(path).ok
        elif path.exists() and any(path.iterdir()):
            assert_unfinished(path)
    else:
        pytest.fail("the calls never ran out")
    assert at > 1
    assert all("No space left" in reason for reason in reasons)
    assert sealed == {"fsync": 1, "replace": int(done), "mkdir": 0}[call]


def test_a_file_that_lost_what_was_written_is_not_sealed(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path / "run", SPEC) as run:
        close(run.log, 0, 0)
        for file in run._files.values():
            file.flush()
        os.truncate(tmp_path / "run" / "leaves.bin", 0)
        with pytest.raises(RecordError, match="cannot be sealed"):
            run.finish(KEY)
    assert_unfinished(tmp_path / "run")


def test_a_disk_that_fills_at_the_last_close(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = folder_module.open_new

    def failing(path: Path) -> Any:
        file = real(path)
        return Failing(file, "close", 1, True) if path.name == "leaves.bin" else file

    monkeypatch.setattr(folder_module, "open_new", failing)
    with pytest.raises(RecordError, match="No space left"), RunFolder.create(tmp_path / "run", SPEC):
        pass
    assert_unfinished(tmp_path / "run")


def test_what_is_no_run_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(RecordError, match="not a run folder"):
            open_run(path)


@pytest.mark.parametrize("name", ["spec.json", "manifest.json", "checkpoint", "entries.jsonl", "arrays.bin"])
@pytest.mark.parametrize("data", [b"", b"{", b"[]\n", b"\xff\n", None])
def test_a_damaged_run_is_refused_with_a_sentence(tmp_path: Path, name: str, data: bytes | None) -> None:
    path = write_run(tmp_path / "run")
    if data is None:
        (path / name).unlink()
        (path / name).mkdir()
    else:
        (path / name).write_bytes(data)
    with pytest.raises(RecordError, match="names no array" if (name, data) == ("entries.jsonl", b"") else name):
        open_run(path).array(1, "choice")
