"""`isonomia runs`: what is kept here, and how two sweeps differ."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from isonomia.cli.main import main

BREAK = ["break", "flawed", "hardened-2", "--attack", "sybil-majority", "--members", "20", "--days", "4", "--json"]


def call(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Three sweeps: of seeds 0–3, of 0–5, and of 2–5 with another length."""
    top = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ISONOMIA_KEY", str(top / "log.key"))
        for name, more in (
            ("a", ["--seeds", "4"]),
            ("b", ["--seeds", "6"]),
            ("c", ["--seeds", "4", "--seed", "2", "--governor", "idle"]),
        ):
            found = call(*BREAK, *more, "--out", str(top / name))
            assert found.exit_code == 0, found.output
        yield top


def as_json(*args: str) -> Any:
    found = call("runs", *args, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.output)


def test_it_lists_every_sweep_with_what_it_found(kept: Path) -> None:
    found = as_json(str(kept))
    assert found["runs"] == [], "a sweep's recorded runs are its own"
    assert [Path(sweep["folder"]).name for sweep in found["sweeps"]] == ["a", "b", "c"]
    first = found["sweeps"][0]
    result = json.loads((kept / "a" / "result.json").read_text())
    for status, n in first["cells"].items():
        assert n == sum(cell["status"] == status for cell in result["cells"])
    assert first["cells"]["broken"] == 1
    assert (first["seeds"], first["members"], first["days"]) == (4, 20, 4)
    assert first["charters"] == ["flawed", "hardened-2"]
    told = call("runs", str(kept)).output
    assert "1 broken" in told
    assert "sybil-majority" in told


def test_it_lists_a_run_of_no_sweep(kept: Path) -> None:
    [run] = as_json(str(kept / "a" / "runs" / "sybil-majority-flawed"))["runs"]
    assert (run["attack"], run["charter"], run["finished"]) == ("sybil-majority", "flawed", True)


def test_a_sweep_that_was_killed_is_listed_as_that(kept: Path, tmp_path: Path) -> None:
    out = tmp_path / "half"
    out.mkdir()
    for name in ("asked.json", "pairs.jsonl"):
        (out / name).write_bytes((kept / "a" / name).read_bytes())
    [sweep] = as_json(str(tmp_path))["sweeps"]
    assert (sweep["finished"], sweep["seeds"]) == (False, 0)
    assert sweep["kept"] == (out / "pairs.jsonl").read_bytes().count(b"\n") > 0
    assert "not at its end" in call("runs", str(tmp_path)).output
    complaint = call("runs", str(out), str(kept / "a"))
    assert complaint.exit_code == 2
    assert "not come to its end" in complaint.output


def test_the_same_sweep_played_longer_differs_nowhere(kept: Path) -> None:
    cells = as_json(str(kept / "a"), str(kept / "b"))["cells"]
    assert [(c["attack"], c["charter"], c["seeds"]) for c in cells] == [
        ("sybil-majority", "flawed", 4),
        ("sybil-majority", "hardened-2", 4),
    ]
    assert all(cell["identical"] and cell["difference"] == 0 for cell in cells)
    assert all(cell["difference_ci"] is None for cell in cells), "an identity is no sample"
    assert all(cell["first"]["harm"] == cell["second"]["harm"] for cell in cells)
    assert "none: identical on 4 seeds" in call("runs", str(kept / "a"), str(kept / "b")).output
    assert cells[0]["first"]["runs"] == 4
    assert cells[0]["second"]["runs"] == 6


def test_another_governor_differs_by_what_the_pairs_say(kept: Path) -> None:
    [cell, _] = as_json(str(kept / "b"), str(kept / "c"))["cells"]
    by_seed = []
    for name in ("b", "c"):
        lines = [json.loads(line) for line in (kept / name / "pairs.jsonl").read_text().splitlines()]
        by_seed.append(
            {
                row["numbers"]["seed"]: row["numbers"]["harm"]
                for row in lines
                if row["charter"] == "flawed" and row["attack"] and row["numbers"]["seed"] < 10**6
            }
        )
    common = sorted(by_seed[0].keys() & by_seed[1].keys())
    assert common == [2, 3, 4, 5]
    difference = sum(by_seed[1][s] - by_seed[0][s] for s in common) / 4
    assert cell["difference"] == pytest.approx(difference)
    assert difference != 0
    for side, harms, folder in zip(("first", "second"), by_seed, "bc", strict=True):
        assert cell[side]["harm"] == pytest.approx(sum(harms[s] for s in common) / 4)
        result = json.loads((kept / folder / "result.json").read_text())
        assert cell[side]["harm_all"] == next(c["harm"] for c in result["cells"] if c["charter"] == "flawed")
    assert cell["first"]["harm"] != cell["first"]["harm_all"], "seeds 0 and 1 are only the first's"
    assert f"{cell['first']['harm']:.4f} " in call("runs", str(kept / "b"), str(kept / "c")).output
    low, high = cell["difference_ci"]
    assert low <= difference <= high
    backwards = as_json(str(kept / "c"), str(kept / "b"))["cells"][0]
    assert backwards["difference"] == pytest.approx(-difference)
    assert f"{difference:+.4f}" in call("runs", str(kept / "b"), str(kept / "c")).output


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("result.json", '{"kind": "drill"}', "no cells"),
        ("result.json", '{"cells": [{}]}', "cell 0 has no attack"),
        ("result.json", "half a", "not JSON"),
        ("asked.json", "half a", "not JSON"),
        ("asked.json", "[]", "not what isonomia writes"),
    ],
)
def test_what_cannot_be_read_is_listed_as_that_and_stops_nothing(
    kept: Path, tmp_path: Path, name: str, text: str, why: str
) -> None:
    for place in ("bad", "good"):
        shutil.copytree(kept / "a", tmp_path / place)
    (tmp_path / "bad" / name).write_text(text)
    found = as_json(str(tmp_path))
    assert [Path(sweep["folder"]).name for sweep in found["sweeps"]] == ["good"]
    [bad] = found["unreadable"]
    assert Path(bad["folder"]).name == "bad"
    assert why in bad["unreadable"]
    told = call("runs", str(tmp_path))
    assert told.exit_code == 0
    assert "not readable: " in told.output
    if name == "result.json":
        compared = call("runs", str(tmp_path / "good"), str(tmp_path / "bad"))
        assert compared.exit_code == 2
        assert why in compared.output
        assert "Traceback" not in compared.output


def test_nothing_here_is_said(tmp_path: Path) -> None:
    assert "isonomia break" in call("runs", str(tmp_path)).output
    assert call("runs", str(tmp_path / "missing")).exit_code == 2
