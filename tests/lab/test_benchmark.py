"""The bench: both sides play the same model, the kernel's on record and under the law, and rows are complete."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from isonomia.basics.acts import Recipe
from isonomia.cli.bench import bench
from isonomia.lab import benchmark
from isonomia.lab.benchmark import ARTICLES, DENY, GREED_TOP, play_bench, play_numpy, record_bench
from isonomia.record.folder import open_run
from isonomia.record.log import Log
from isonomia.record.verify import check_folder

MICRO = 10**6


def plainly(members: int, days: int, seed: int) -> tuple[list[int], list[int], int]:
    """The same model person by person in whole numbers: stocks, quotas, and all that was eaten (milli)."""
    threshold = benchmark.caution(members, seed).tolist()
    capacity = stock = 10 * MICRO * members
    quota, eaten, stocks, quotas = MICRO, 0, [], []
    for day in range(days):
        if day:
            raising = sum(caution <= 65_536 * stock // capacity for caution in threshold)
            lowering = members - raising
            percent = 102 if 2 * raising > members else 90 if 2 * lowering > members else 100
            quota = min(10 * MICRO, max(50_000, quota * percent // 100))
        wants = Recipe("bench/claims", day, 0, members, 0, GREED_TOP, "bench/greed").cells(seed).tolist()
        served = [min(want, quota // 1000) for want in wants]
        total, there = sum(served), stock // 1000
        if total > there:
            served = [n * there // total for n in served]
        eaten += sum(served)
        stock = max(0, stock + 4 * stock * (capacity - stock) // (10 * capacity) - sum(served) * 1000)
        stocks.append(stock)
        quotas.append(quota)
    return stocks, quotas, eaten


@pytest.mark.parametrize(("members", "days", "seed"), [(7, 60, 1), (40, 120, 2), (101, 80, 3)])
def test_the_kernel_plays_the_model_to_the_unit(members: int, days: int, seed: int) -> None:
    found = play_bench(members, days, seed, Log())
    stocks, quotas, eaten = plainly(members, days, seed)
    half = days // 2
    assert found["stock_share"] == pytest.approx(np.mean(stocks[half:]) / (10 * MICRO * members), rel=1e-12)
    assert found["quota"] == pytest.approx(np.mean(quotas[half:]) / MICRO, rel=1e-12)
    assert found["wealth"] == pytest.approx(eaten / 1000 / members, rel=1e-12)


@pytest.mark.parametrize("number", ["stock_share", "quota", "wealth"])
def test_both_sides_play_the_same_model(number: str) -> None:
    """Other draws, so equal only within sampling error: 24 seeds a side, four standard errors and .1%."""
    ours = np.array([play_bench(150, 240, seed, Log())[number] for seed in range(24)])
    theirs = np.array([play_numpy(150, 240, seed)[number] for seed in range(24)])
    error = np.sqrt(ours.var(ddof=1) / ours.size + theirs.var(ddof=1) / theirs.size)
    assert abs(ours.mean() - theirs.mean()) < 4 * error + 0.001 * theirs.mean()


def test_a_denying_article_changes_the_result(tmp_path: Path) -> None:
    free = play_bench(50, 40, 1, Log())
    walled = record_bench(50, 40, tmp_path / "run", (*ARTICLES, DENY))
    assert free["wealth"] > 0 == walled["wealth"]
    assert walled["stock_share"] == 1.0
    assert check_folder(tmp_path / "run").ok
    claims = [json.loads(line) for _, _, line in open_run(tmp_path / "run").entries() if b'"kind":"claim"' in line]
    assert len(claims) == 40
    assert all(entry["denied"] == ["deny"] for entry in claims)


def test_the_benched_run_is_whole_and_names_twenty_articles(tmp_path: Path) -> None:
    record_bench(100, 10, tmp_path / "run")
    found = check_folder(tmp_path / "run")
    assert found.ok
    assert found.days == 10
    assert found.size == 1 + 10 * 4 - 1  # the opening; a ballot, a claim, a quota and a close a day, no ballot on day 0
    assert len(ARTICLES) == 20


def test_rows_have_what_the_public_json_promises() -> None:
    result = CliRunner().invoke(bench, ["--members", "100", "--repeats", "3", "--json"])
    assert result.exit_code == 0, result.output
    (row,) = json.loads(result.stdout)["rows"]
    assert {"members", "numpy_ratio", "us_per_day", "gate_us_p50", "peak_mb"} <= row.keys()
    assert row["verified"] is True
    assert row["numpy_ratio"] > 0 < row["us_per_day"]
    assert 0 < row["gate_us_p50"] < 1000
