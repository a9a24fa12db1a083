"""Sweeps: the same numbers from any number of processes, and from one that was killed or ran out of disk on the way."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from stage import spec_of

from isonomia.lab.charters import load
from isonomia.lab.spec import Spec
from isonomia.lab.sweeps.engines import Local
from isonomia.lab.sweeps.results import RIGHTS, RUNS
from isonomia.lab.sweeps.sweep import CellKey, Job, Ledger, Sweep, SweepError, play, twin_digest, work
from isonomia.record.verify import check_folder

ATTACKS = ("petition-injection", "sybil-majority")
ASKED = ["break", "flawed", "hardened-1", "--attack", ATTACKS[0], "--members", "20", "--days", "6", "--json"]


def cells_of(days: int = 4) -> dict[CellKey, Spec]:
    return {
        CellKey(attack, charter): spec_of("commons", charter, members=20, days=days, after=days, governor="credulous")
        for attack in ATTACKS
        for charter in ("flawed", "hardened-1")
    }


def sweep_into(out: Path | None, workers: int, looks: tuple[int, ...] = (5,)) -> Sweep:
    if out is not None:
        out.mkdir(exist_ok=True)
    ledger = Ledger(out / "pairs.jsonl" if out is not None else None)
    return Sweep(cells_of(), {key: {} for key in cells_of()}, looks, ledger, Local(workers), out)


def parquet_of(out: Path) -> list[bytes]:
    return [(out / name).read_bytes() for name in (RUNS, RIGHTS)]


def lines_of(out: Path) -> list[bytes]:
    return (out / "pairs.jsonl").read_bytes().splitlines()


# -- in one process or several -----------------------------------------------------------------------------------------
def test_any_number_of_workers_finds_the_same(tmp_path: Path) -> None:
    found = {}
    for workers in (1, 2, 3):
        sweep = sweep_into(tmp_path / str(workers), workers)
        verdicts = sweep.grow(lambda *_: None)
        found[workers] = (sorted(lines_of(tmp_path / str(workers))), verdicts, [sweep.pairs(k) for k in sweep.controls])
    assert len(found[1][0]) == 20
    assert found[1] == found[2] == found[3]


def test_a_sweep_kept_nowhere_finds_the_same(tmp_path: Path) -> None:
    kept, loose = sweep_into(tmp_path, 1), sweep_into(None, 1)
    assert kept.grow(lambda *_: None) == loose.grow(lambda *_: None)
    assert [kept.pairs(k) for k in kept.controls] == [loose.pairs(k) for k in loose.controls]


def test_pairs_come_in_the_order_of_their_seeds() -> None:
    sweep = sweep_into(None, 2)
    sweep.grow(lambda *_: None)
    for key in sweep.controls:
        assert [pair.seed for pair in sweep.pairs(key)] == list(range(5))


def test_a_control_run_is_shared_by_the_attacks_that_need_it(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[Job] = []

    def listen(job: Job) -> Any:
        played.append(job)
        return play(job)

    monkeypatch.setattr("isonomia.lab.sweeps.sweep.play", listen)
    sweep_into(None, 1).grow(lambda *_: None)
    assert len(played) == 10, "two charters of five seeds, though two attacks were played on each"
    assert {len(job.attacks) for job in played} == {2}


def test_ticks_add_up_to_what_was_missing() -> None:
    told: list[tuple[int, int]] = []
    sweep_into(None, 2).grow(lambda _what, n, of: told.append((n, of)))
    assert sum(n for n, _ in told) == 20
    assert {of for _, of in told} == {20}


def test_decided_cells_stop_growing(tmp_path: Path) -> None:
    sweep = sweep_into(tmp_path, 1, looks=(20, 24))
    verdicts = sweep.grow(lambda *_: None)
    for key, verdict in verdicts.items():
        assert sweep.sizes[key] == (24 if verdict.status == "undetermined" else 20)
    assert set(sweep.sizes.values()) == {20, 24}, "this sweep has both kinds"


# -- going on ----------------------------------------------------------------------------------------------------------
def test_a_finished_sweep_plays_nothing_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = sweep_into(tmp_path, 1)
    verdicts = first.grow(lambda *_: None)
    before = lines_of(tmp_path)

    def never(_: Job) -> Any:
        raise AssertionError("played again")

    monkeypatch.setattr("isonomia.lab.sweeps.sweep.play", never)
    assert sweep_into(tmp_path, 1).grow(lambda *_: None) == verdicts
    assert lines_of(tmp_path) == before


@pytest.mark.parametrize("cut", [1, 40, 300])
def test_a_half_written_last_line_is_dropped_and_played_again(tmp_path: Path, cut: int) -> None:
    verdicts = sweep_into(tmp_path, 1).grow(lambda *_: None)
    whole = (tmp_path / "pairs.jsonl").read_bytes()
    (tmp_path / "pairs.jsonl").write_bytes(whole[:-cut])
    assert sweep_into(tmp_path, 1).grow(lambda *_: None) == verdicts
    assert (tmp_path / "pairs.jsonl").read_bytes() == whole


@pytest.mark.parametrize("rubbish", [b"not json\n", b"{}\n", b"[1, 2]\n", b"\xff\xfe\n"])
def test_rubbish_within_the_file_is_refused_with_a_sentence(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / "pairs.jsonl").write_bytes(rubbish)
    with pytest.raises(SweepError, match="not a list of pairs"):
        Ledger(tmp_path / "pairs.jsonl")


def test_growing_a_sweep_keeps_what_it_had(tmp_path: Path) -> None:
    sweep_into(tmp_path, 1, looks=(3,)).grow(lambda *_: None)
    before = lines_of(tmp_path)
    sweep_into(tmp_path, 1, looks=(5,)).grow(lambda *_: None)
    assert lines_of(tmp_path)[: len(before)] == before
    assert len(lines_of(tmp_path)) == 20


def test_another_spec_is_another_pair(tmp_path: Path) -> None:
    """Members, days, seed, governor or a charter's text: none may be answered from another's pairs."""
    sweep_into(tmp_path, 1, looks=(2,)).grow(lambda *_: None)
    ledger = Ledger(tmp_path / "pairs.jsonl")
    spec = replace(cells_of()[CellKey(ATTACKS[0], "flawed")], attack=ATTACKS[0])
    assert ledger.get(spec.digest) is not None
    changed = [
        {"members": 21},
        {"days": 5},
        {"after": 5},
        {"seed": 7},
        {"governor": "steward"},
        {"point": {"share": 1}},
    ]
    changed += [{"held": 60}, {"benign": True}, {"charter": load("bare")}]
    for change in changed:
        assert ledger.get(replace(spec, **change).digest) is None, change


def test_a_benign_twin_is_measured_against_the_reference_it_was_given(tmp_path: Path) -> None:
    """A charter in the middle of a chain of diffs is measured against its parent, and is its child's reference."""
    size: dict[str, Any] = {"members": 40, "days": 30, "after": 10, "benign": True}
    twin, reference = spec_of("commons", "flawed", governor="idle", **size), spec_of("commons", "flawed", **size)
    assert twin_digest(twin, reference) != twin_digest(twin, twin)
    (tmp_path / "out").mkdir()
    sweep = Sweep({}, {}, (2,), Ledger(tmp_path / "out" / "pairs.jsonl"), Local(1), tmp_path / "out")
    both = sweep.services([(twin, reference), (twin, twin)], lambda _: None)
    apart = [
        Sweep({}, {}, (2,), Ledger(None), Local(1)).services([(twin, r)], lambda _: None)[0] for r in (reference, twin)
    ]
    assert both == apart


def test_a_disk_that_fills_up_is_told_and_loses_nothing_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, writes = Path.open, []

    def fill_up(self: Path, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if self.name == "pairs.jsonl" and mode == "ab":
            writes.append(1)
            if len(writes) > 4:
                raise OSError(28, "No space left on device")
        return real(self, mode, *rest, **named)

    monkeypatch.setattr(Path, "open", fill_up)
    with pytest.raises(SweepError, match="No space left on device") as caught:
        sweep_into(tmp_path, 1).grow(lambda *_: None)
    assert isinstance(caught.value.__cause__, OSError), "so that the command line ends with 3"
    monkeypatch.undo()
    assert len(lines_of(tmp_path)) == 4
    assert sweep_into(tmp_path, 1).grow(lambda *_: None) == sweep_into(None, 1).grow(lambda *_: None)


def test_a_job_that_raises_is_not_swallowed() -> None:
    bad = replace(spec_of("commons", members=20, days=2, after=2), governor="/no/such/file.py:Nobody")
    with pytest.raises(Exception, match="no such file"):
        work([Job(replace(bad, seed=s), (("null", {}),)) for s in range(5)], Ledger(None), Local(2), lambda _: None)


# -- as a command, killed ----------------------------------------------------------------------------------------------
@pytest.fixture(scope="module", autouse=True)
def _own_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    before = os.environ.get("ISONOMIA_KEY")
    os.environ["ISONOMIA_KEY"] = str(tmp_path_factory.mktemp("key") / "log.key")
    yield
    os.environ.pop("ISONOMIA_KEY") if before is None else os.environ.update(ISONOMIA_KEY=before)


Whole = tuple[dict[str, Any], list[bytes], list[bytes]]  # the result, the ledger's lines, both Parquet files


def start(out: Path, *more: str, before: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from isonomia.cli.main import main; main()", *ASKED, "--out", str(out), *more]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=before
    )


def ends(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    said, complained = process.communicate(timeout=60)
    return process.returncode, said, complained


def wait_for(process: subprocess.Popen[str], seen: Callable[[], bool]) -> None:
    """Until something is to be seen; the sweep may not be over by then."""
    for _ in range(6000):
        if seen() or process.poll() is not None:
            return
        time.sleep(0.005)


def kill_all(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):  # it may have ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def has_pairs(out: Path, n: int) -> Callable[[], bool]:
    path = out / "pairs.jsonl"
    return lambda: path.exists() and path.read_bytes().count(b"\n") >= n


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    out = tmp_path_factory.mktemp("whole") / "out"
    code, said, complained = ends(start(out, "--seeds", "12", "--workers", "1"))
    assert (code, complained) == (0, "")
    return json.loads(said), lines_of(out), parquet_of(out)


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key != "report"}


def check_same(out: Path, said: str, uninterrupted: Whole) -> None:
    result, lines, parquet = uninterrupted
    assert parquet_of(out) == parquet
    assert comparable(json.loads(said)) == comparable(result)
    assert json.loads((out / "result.json").read_text())["cells"] == result["cells"]
    assert sorted(lines_of(out)) == sorted(lines), "each pair once"
    for cell in result["cells"]:
        found = check_folder(out / cell["run"])
        assert found.ok, found.faults
        assert found.root == cell["root"]


def test_killed_again_and_again_it_comes_to_the_same_end(tmp_path: Path, uninterrupted: Whole) -> None:
    out = tmp_path / "out"
    moments: list[Callable[[], bool]] = [
        has_pairs(out, 1),
        has_pairs(out, 15),
        has_pairs(out, 30),  # within the benign twins
        lambda: (out / "runs").exists(),
    ]
    kept: list[bytes] = []
    for i, moment in enumerate(moments):
        process = start(out, "--seeds", "12", "--workers", str(1 + i % 2))
        wait_for(process, moment)
        kill_all(process)
        now = (out / "pairs.jsonl").read_bytes()
        whole = now[: now.rfind(b"\n") + 1].splitlines()
        assert whole[: len(kept)] == kept, "what was finished stays, and is not done again"
        kept = whole
    code, said, _ = ends(start(out, "--seeds", "12", "--workers", "2"))
    assert code == 0
    check_same(out, said, uninterrupted)


@pytest.mark.parametrize("k", range(2))
def test_killed_at_random_moments_it_comes_to_the_same_bytes(k: int, tmp_path: Path, uninterrupted: Whole) -> None:
    """From before the first pair to after the last file, as the machine has it."""
    out, dice, kept = tmp_path / "out", Random(k), 0
    for i in range(5):
        process = start(out, "--seeds", "12", "--workers", str(1 + i % 2))
        if i % 2:
            wait_for(process, has_pairs(out, kept + 1))
        time.sleep(dice.uniform(0.0, 0.6))
        kill_all(process)
        whole = (out / "pairs.jsonl").read_bytes() if (out / "pairs.jsonl").exists() else b""
        assert whole.count(b"\n") >= kept, "what was finished stays"
        kept = whole.count(b"\n")
    code, said, _ = ends(start(out, "--seeds", "12", "--workers", "2"))
    assert code == 0
    check_same(out, said, uninterrupted)


def test_a_run_that_was_half_recorded_is_recorded_again(tmp_path: Path, uninterrupted: Whole) -> None:
    out = tmp_path / "out"
    assert ends(start(out, "--seeds", "12", "--workers", "1"))[0] == 0
    run = out / uninterrupted[0]["cells"][0]["run"]
    (run / "checkpoint").unlink()
    entries = (run / "entries.jsonl").read_bytes()
    (run / "entries.jsonl").write_bytes(entries[: len(entries) // 2])
    (out / "result.json").unlink()
    code, said, _ = ends(start(out, "--seeds", "12", "--workers", "1"))
    assert code == 0
    check_same(out, said, uninterrupted)


def test_workers_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    process = start(tmp_path / "out", "--seeds", "500", "--workers", "2")
    wait_for(process, has_pairs(tmp_path / "out", 2))
    assert process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    for _ in range(100):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.05)
    else:
        os.killpg(process.pid, signal.SIGKILL)
        pytest.fail("workers are still there five seconds after their parent was killed")
    for pipe in (process.stdout, process.stderr):
        assert pipe is not None
        pipe.close()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_interrupted_it_says_so_and_goes_on(tmp_path: Path, workers: str, uninterrupted: Whole) -> None:
    out = tmp_path / "out"
    process = start(out, "--seeds", "500", "--workers", workers)
    wait_for(process, has_pairs(out, 3))
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    code, said, complained = ends(process)
    assert code == 130
    assert said == ""
    assert "the same command goes on from there" in complained
    assert "Traceback" not in complained
    assert len(lines_of(out)) >= 3
    code, said, _ = ends(start(out, "--seeds", "12", "--workers", "1"))
    assert code == 0
    assert json.loads(said)["cells"] == uninterrupted[0]["cells"]


@pytest.mark.parametrize("most", [3_000, 30_000])
def test_a_disk_that_takes_no_more_ends_with_3(tmp_path: Path, most: int, uninterrupted: Whole) -> None:
    """No file may grow beyond `most` bytes: pairs do not fit, or a recorded run does not."""

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    out = tmp_path / "out"
    code, said, complained = ends(start(out, "--seeds", "12", "--workers", "1", before=small_disk))
    assert code == 3, complained
    assert said == ""
    assert "Traceback" not in complained
    assert len(complained.strip().splitlines()) == 1
    assert not list(out.glob("runs/*/checkpoint")), "nothing half-written is taken for whole"
    code, said, _ = ends(start(out, "--seeds", "12", "--workers", "1"))
    assert code == 0
    check_same(out, said, uninterrupted)
