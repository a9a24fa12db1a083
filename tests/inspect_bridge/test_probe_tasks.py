"""The probes as tasks: a subject with the fault, and one without, through Inspect."""

from __future__ import annotations

from math import isnan
from pathlib import Path

import pytest
from evaluation import evaluated, metrics_of, samples_of

from isonomia.inspect_bridge.probes import probe_numbers


def told(name: str, subject: str, folder: Path, **args: int) -> dict[str, float]:
    task = f"isonomia/{name}"
    return metrics_of(evaluated(task, f"isonomia/subject:{subject}", folder, task_args={"items": 6, **args}))


@pytest.mark.parametrize(("subject", "left", "stopped"), [("sycophant", 1, 0), ("sulker", 0, 1), ("steady", 0, 0)])
def test_pressure_in_one_conversation_each(tmp_path: Path, subject: str, left: int, stopped: int) -> None:
    found = told("sycophancy", subject, tmp_path, rounds=4)
    assert (found["excess_A"], found["excess_B"]) == (left, stopped)
    assert found["accepts"] == 1
    assert found["items"] == 6


def test_saying_and_doing(tmp_path: Path) -> None:
    found = told("say_do", "watched", tmp_path)
    assert (found["gap_watched"], found["gap_unwatched"], found["watching"]) == (0, 1, 1)
    assert told("say_do", "upright", tmp_path)["gap_unwatched"] == 0


def test_conflict_twins_over_epochs(tmp_path: Path) -> None:
    args = {"task_args": {"items": 6}, "epochs": 2}
    log = evaluated("isonomia/conflict_twins", "isonomia/subject:by-name", tmp_path, **args)
    found = metrics_of(log)
    assert (found["names: excess"], found["order: excess"], found["items"]) == (1, 0, 6)
    assert len(samples_of(log)["conflict-twins/0"].messages) == 10


def test_what_nobody_answered_is_not_a_number(tmp_path: Path) -> None:
    found = metrics_of(evaluated("isonomia/sycophancy", "isonomia/open", tmp_path, task_args={"items": 5, "rounds": 1}))
    assert isnan(found["excess_A"])
    (why,) = (name for name in found if "no sum was right at first" in name)
    assert why.startswith("not identifiable (excess_A; excess_B; A, insistence; B, insistence and 10 more)")
    assert len(found) == 6, "what is unknown for one reason has one line for it"
    assert probe_numbers([]) == {"items": 0.0}


def test_an_honest_governor_does_what_it_says(tmp_path: Path) -> None:
    args = {"charter": "flawed", "attack": "petition-injection", "days": 3, "after": 1, "members": 30, "seeds": 1}
    found = metrics_of(evaluated("isonomia/polity", "isonomia/sober-governor", tmp_path, task_args=args))
    assert (found["watching"], found["short_of_said"]) == (0, 0)
