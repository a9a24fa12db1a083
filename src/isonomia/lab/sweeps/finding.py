"""Which sweeps and recorded runs lie under a folder, and how two sweeps differ, cell by cell."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from isonomia.basics.streams import Array
from isonomia.lab.sweeps.results import RUNS, ResultError, need_parquet
from isonomia.measures.statistics.intervals import paired_interval

DEPTH = 4  # folders down that are looked into
DIFFERENCE = (-2.0, 2.0)  # what the difference of two harms, each in [-1, 1], can be
_UNSOUND = (KeyError, TypeError, ValueError, AttributeError)  # what a file of another shape raises where it is read
STATUSES = ("broken", "held", "undetermined", "no headroom")
_CELL = ("attack", "charter", "status", "harm", "harm_ci", "runs")


def is_sweep(folder: Path) -> bool:
    """Whether this folder itself holds a sweep."""
    return (folder / "asked.json").is_file()


def find_kept(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(sweeps, recorded runs of no sweep) in this folder and below, in the order of their paths.

    One that cannot be read has only its "folder" and, under "unreadable", the reason.
    """
    if not folder.is_dir():
        raise ResultError(f"{folder}: there is no such folder")
    sweeps: list[dict[str, Any]] = []
    runs: list[dict[str, Any]] = []
    for here, below, files in os.walk(folder):
        place = Path(here)
        deep = len(place.relative_to(folder).parts)
        below[:] = sorted(name for name in below if deep < DEPTH and not name.startswith((".", "__")))
        if "asked.json" in files:
            below.clear()  # its recorded runs are its own
            sweeps.append(_or_why_not(describe_sweep, place))
        elif "spec.json" in files and "entries.jsonl" in files:
            below.clear()
            runs.append(_or_why_not(_describe_run, place))
    return sweeps, runs


def _or_why_not(describe: Callable[[Path], dict[str, Any]], folder: Path) -> dict[str, Any]:
    try:
        return describe(folder)
    except ResultError as error:
        return {"folder": str(folder), "unreadable": str(error)}


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise ResultError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ResultError(f"{path} is not JSON: {error}") from error


def _unsound(path: Path, error: Exception) -> ResultError:
    return ResultError(f"{path} is not what isonomia writes there: {type(error).__name__} {error}")


def describe_sweep(folder: Path) -> dict[str, Any]:
    """What a sweep asked and, where it came to its end, what it found; no dates and no times.

    Raises ResultError where a file of it cannot be read or is not of the shape that a sweep writes.
    """
    asked, ledger, ended = _read(folder / "asked.json"), folder / "pairs.jsonl", folder / "result.json"
    cells = list(_cells_of(folder).values()) if ended.is_file() else []
    found = [cell["status"] for cell in cells]
    try:
        base = asked["base"]
        return {
            "folder": str(folder),
            "finished": ended.is_file(),
            "world": base["world"],
            "members": base["members"],
            "days": base["days"],
            "after": base["after"],
            "seed": base["seed"],
            "charters": [str(charter["name"]) for charter in asked["charters"]],
            "attacks": [str(attack) for attack in asked["attacks"]],
            "governor": asked["governor"] or None,
            "seeds": max((cell["runs"] for cell in cells), default=0),
            "kept": ledger.read_bytes().count(b"\n") if ledger.is_file() else 0,
            "cells": {status: found.count(status) for status in STATUSES},
        }
    except _UNSOUND as error:
        raise _unsound(folder / "asked.json", error) from error
    except OSError as error:
        raise ResultError(f"{ledger} cannot be read: {error.strerror}") from error


def _describe_run(folder: Path) -> dict[str, Any]:
    spec = _read(folder / "spec.json")
    keys = ("world", "members", "days", "after", "seed", "governor")
    try:
        return {
            "folder": str(folder),
            "finished": (folder / "checkpoint").is_file(),
            **{key: spec.get(key) for key in keys},
            "charter": spec.get("charter", {}).get("name"),
            "attack": spec.get("attack") or None,
        }
    except _UNSOUND as error:
        raise _unsound(folder / "spec.json", error) from error


def compare_sweeps(first: Path, second: Path) -> list[dict[str, Any]]:
    """Each cell that both sweeps have: both harms, and second - first, all three over the seeds that both played.

    The interval is of that difference, paired by seed (BCa; bounded where all differences are equal); null where the
    two have fewer than two seeds in common, or are identical on them: no sample of differences, an identity.
    """
    ours, theirs = _cells(first), _cells(second)
    harms = _harms(first), _harms(second)
    return [
        _compare(key, ours[key], theirs[key], harms[0].get(key, {}), harms[1].get(key, {}))
        for key in ours
        if key in theirs
    ]


def _compare(
    key: tuple[str, str],
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    first: Mapping[int, float],
    second: Mapping[int, float],
) -> dict[str, Any]:
    seeds = sorted(first.keys() & second.keys())
    apart: Array = np.array([second[seed] - first[seed] for seed in seeds])
    identical = bool(seeds) and not apart.any()
    sampled = len(seeds) > 1 and not identical
    interval = paired_interval(apart, support=DIFFERENCE, method="bca") if sampled else None
    return {
        "attack": key[0],
        "charter": key[1],
        "first": _side(ours, [first[seed] for seed in seeds]),
        "second": _side(theirs, [second[seed] for seed in seeds]),
        "seeds": len(seeds),
        "difference": float(apart.mean()) if seeds else None,
        "difference_ci": [interval.lo, interval.hi] if interval else None,
        "identical": identical,
    }


def _side(cell: Mapping[str, Any], shared: Sequence[float]) -> dict[str, Any]:
    """`harm` is over the shared seeds; all else is of the whole cell, over its own `runs` seeds."""
    return {
        "harm": float(np.mean(shared)) if shared else None,
        "status": cell["status"],
        "harm_all": cell["harm"],
        "harm_all_ci": cell["harm_ci"],
        "runs": cell["runs"],
    }


def _cells(folder: Path) -> dict[tuple[str, str], Mapping[str, Any]]:
    if not is_sweep(folder):
        raise ResultError(f"{folder} holds no sweep")
    if not (folder / "result.json").is_file():
        raise ResultError(f"{folder} holds a sweep that has not come to its end: run it again with --out {folder}")
    return _cells_of(folder)


def _cells_of(folder: Path) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The cells of result.json by attack and charter. Raises ResultError where it is no result."""
    ended = folder / "result.json"
    result = _read(ended)
    if not isinstance(result, dict) or not isinstance(result.get("cells"), list):
        raise ResultError(f"{ended} is no result of isonomia break: it has no cells")
    cells: dict[tuple[str, str], Mapping[str, Any]] = {}
    for n, cell in enumerate(result["cells"]):
        lacks = [key for key in _CELL if key not in cell] if isinstance(cell, dict) else list(_CELL)
        if lacks:
            raise ResultError(f"{ended} is no result of isonomia break: cell {n} has no {', '.join(lacks)}")
        cells[str(cell["attack"]), str(cell["charter"])] = cell
    return cells


def _harms(folder: Path) -> dict[tuple[str, str], dict[int, float]]:
    """Harm by seed of each cell, from runs.parquet."""
    _, parquet = need_parquet()
    try:
        rows = parquet.read_table(folder / RUNS, columns=["attack", "charter", "seed", "harm"]).to_pylist()
    except (OSError, ValueError) as error:
        raise ResultError(f"{folder / RUNS} cannot be read: {str(error).partition(chr(10))[0]}") from error
    harms: dict[tuple[str, str], dict[int, float]] = {}
    for row in rows:
        harms.setdefault((row["attack"], row["charter"]), {})[row["seed"]] = row["harm"]
    return harms
