"""The summary of a mutation run counts what it should, and fails where a room is below its floor or unfinished."""

import json
from pathlib import Path

import pytest

from mutants_by_room import fates, main


def note(root: Path, *statuses: int | None) -> Path:
    folder = root / "src" / "isonomia" / "gate"
    folder.mkdir(parents=True)
    (folder / "gate.py.meta").write_text(json.dumps({"exit_code_by_key": {f"m{i}": s for i, s in enumerate(statuses)}}))
    return folder


def test_what_became_of_each_mutant(tmp_path):
    folder = note(tmp_path, 1, 3, 36, -9, 0, 33, None)
    assert list(fates(folder).values()) == ["killed"] * 4 + ["survived", "untested", "untried"]


@pytest.mark.parametrize(
    ("statuses", "status", "says"),
    [
        ([1] * 9 + [0], 0, "| gate | 10 | 9 | 1 | 0 | 0 | 90.0% |"),
        ([1] * 8 + [0, 0], 1, "80.0%"),
        ([1] * 8 + [0, 33], 1, "80.0%"),
        ([1] * 9 + [None], 1, "100.0%"),
        ([], 1, "0.0%"),
    ],
)
def test_a_room_below_its_floor_or_unfinished_fails(tmp_path, capsys, statuses, status, says):
    note(tmp_path, *statuses)
    assert main(tmp_path, "gate") == status
    shown = capsys.readouterr().out
    assert says in shown
    assert shown.count("survived  m") == statuses.count(0)
