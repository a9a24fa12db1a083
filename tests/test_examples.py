"""The examples run as they stand, and say something."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))


def test_there_are_three() -> None:
    assert [path.stem for path in EXAMPLES] == ["add_a_governor", "add_an_attack", "stress_your_charter"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_it_runs_and_names_two_charters(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(path), run_name="__main__")
    out = capsys.readouterr().out
    assert "flawed" in out
    assert len(out.splitlines()) >= 2
