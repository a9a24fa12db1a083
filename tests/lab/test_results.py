"""Parquet: the same bytes from any history, every number of the ledger, every person."""

from __future__ import annotations

import builtins
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from stage import spec_of

from isonomia.lab.spec import Spec
from isonomia.lab.sweeps import results
from isonomia.lab.sweeps.engines import Local
from isonomia.lab.sweeps.results import RIGHTS, RUNS, ResultError, pack_rights, unpack_rights
from isonomia.lab.sweeps.sweep import CellKey, Ledger, Sweep
from isonomia.measures.harm import Pair

ATTACKS = ("petition-injection", "sybil-majority")


def sweep_into(out: Path, workers: int = 1, looks: tuple[int, ...] = (3,)) -> Sweep:
    out.mkdir(exist_ok=True)
    size = {"members": 20, "days": 3, "after": 3, "governor": "credulous", "held": 50}
    cells: dict[CellKey, Spec] = {
        CellKey(attack, charter): spec_of("commons", charter, **size)
        for attack in ATTACKS
        for charter in ("flawed", "hardened-2")
    }
    sweep = Sweep(cells, {key: {} for key in cells}, looks, Ledger(out / "pairs.jsonl"), Local(workers), out)
    sweep.grow(lambda *_: None)
    return sweep


def both(out: Path) -> tuple[bytes, bytes]:
    return (out / RUNS).read_bytes(), (out / RIGHTS).read_bytes()


def test_the_same_bytes_from_any_workers_and_any_history(tmp_path: Path) -> None:
    sweep_into(tmp_path / "one", 1)
    sweep_into(tmp_path / "two", 2)
    sweep_into(tmp_path / "grown", 1, looks=(1,))
    assert both(tmp_path / "grown") != both(tmp_path / "one")
    sweep_into(tmp_path / "grown", 2)
    assert both(tmp_path / "one") == both(tmp_path / "two") == both(tmp_path / "grown")


def test_every_scalar_of_every_pair_is_there(tmp_path: Path) -> None:
    sweep = sweep_into(tmp_path)
    rows = pq.read_table(tmp_path / RUNS).to_pylist()
    assert len(rows) == 12
    at = iter(rows)
    for key in sweep.controls:
        for pair in sweep.pairs(key):
            check_row(next(at), key, pair)
    assert len({row["digest"] for row in rows}) == 12


def check_row(row: dict[str, Any], key: CellKey, pair: Pair) -> None:
    assert (row["attack"], row["charter"], row["seed"]) == (*key, pair.seed)
    for name, value in pair.plain().items():
        if isinstance(value, float | int) or value is None:
            assert row[name] == value, name
    for name in ("decoupling", "input_capture", "truth_gap"):
        assert (row[name], row[f"{name}_control"]) == getattr(pair, name)
    assert {name: row[f"harms_{name}"] for name in pair.harms} == pair.harms
    assert (row["root"], row["root_control"]) == pair.roots
    assert row["structural"] == "; ".join(pair.structural)


def test_persons_add_up_to_their_run(tmp_path: Path) -> None:
    sweep = sweep_into(tmp_path)
    table = pq.read_table(tmp_path / RIGHTS).to_pylist()
    assert len(table) == 12 * 20 * 2
    for key in sweep.controls:
        for pair in sweep.pairs(key):
            mine = [r for r in table if (r["attack"], r["charter"]) == key and r["seed"] == pair.seed and r["victim"]]
            for right, harm in pair.harms.items():
                lost = [r["deficit_days"] - r["deficit_days_control"] for r in mine if r["right"] == right]
                assert len(lost) == 19
                assert np.mean(lost) / 6 == pytest.approx(harm, abs=1e-6)


def test_packed_rights_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    rights = {"need": (np.array([0.5, 3.25]), np.array([0.0, 1.0]))}
    back = unpack_rights(pack_rights(rights))
    assert [part.tolist() for part in back["need"]] == [[0.5, 3.25], [0.0, 1.0]]
    monkeypatch.setattr(results, "MOST_PERSONS", 1)
    assert pack_rights(rights) == {}


def test_very_many_persons_have_no_rows_but_their_run_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST_PERSONS", 19)
    sweep_into(tmp_path)
    assert pq.read_table(tmp_path / RIGHTS).num_rows == 0
    assert pq.read_table(tmp_path / RUNS).num_rows == 12


def test_without_pyarrow_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ResultError, match="pip install pyarrow"):
        sweep_into(tmp_path)
    assert not (tmp_path / "pairs.jsonl").exists(), "said before anything is played"


def test_a_disk_that_takes_no_more_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep_into(tmp_path, looks=(1,))
    before = both(tmp_path)

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(ResultError, match="nothing finished is lost"):
        sweep_into(tmp_path)
    assert both(tmp_path) == before
    monkeypatch.undo()
    sweep_into(tmp_path)
    assert pq.read_table(tmp_path / RUNS).num_rows == 12


def test_the_digest_of_a_cell_is_that_of_its_spec(tmp_path: Path) -> None:
    sweep = sweep_into(tmp_path)
    for key in sweep.controls:
        for seed in (0, 1, 17):
            assert sweep._digest(key, seed) == sweep.attacked(key, seed).digest
    later = {key: replace(spec, seed=5) for key, spec in sweep.controls.items()}
    moved = Sweep(later, {key_0: {} for key_0 in later}, (2,), Ledger(None), Local(1))
    key = next(iter(moved.controls))
    assert moved._digest(key, 3) == sweep.attacked(key, 8).digest


def test_points_differ_by_cell() -> None:
    control = spec_of("commons", members=20, days=2, after=2)
    keys = [CellKey("sybil-majority", "flawed"), CellKey("sybil-majority", "hardened-2")]
    points = {key: {"names_percent": 30 * (i + 1)} for i, key in enumerate(keys)}
    sweep = Sweep(dict.fromkeys(keys, control), points, (2,), Ledger(None), Local(1))
    assert [sweep.attacked(key, 0).point["names_percent"] for key in keys] == [30, 60]
    sweep.grow(lambda *_: None)
    assert len({pair.roots[0] for key in keys for pair in sweep.pairs(key)}) == 4
