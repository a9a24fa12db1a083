"""`isonomia safeguards`: what a person sees, and what a program reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isonomia.cli.main import main

QUICK = ("--members", "30", "--days", "8", "--seeds", "3", "--budget", "4", "--workers", "1")
FILTERED = """
name = "mine"
extends = "bare"
why = "what many would deploy first"
[petitions]
level = "filtered"
"""


def call(*arguments: str, ok: bool = True) -> Result:
    result = CliRunner().invoke(main, ["safeguards", *arguments])
    assert (result.exit_code == 0) is ok, result.output
    return result


@pytest.fixture
def mine(tmp_path: Path) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(FILTERED)
    return str(path)


def test_it_shows_a_table_and_says_what_it_found(mine: str) -> None:
    shown = call(mine, "--attack", "petition-injection", *QUICK)
    assert "petitions.level" in shown.stdout
    assert "legibility" not in shown.stderr.lower()
    assert "than a twentieth of petition-injection" in shown.stdout.replace("\n", " ")
    assert "Asymmetric filter: not known" in shown.stdout, "who comes otherwise meets no refusal, and nobody else does"
    assert "benign twins" in shown.stderr
    assert max(len(line) for line in shown.stdout.splitlines()) <= 80


def test_json_is_one_object_and_holds_what_the_page_documents(mine: str) -> None:
    shown = call(mine, "--attack", "petition-injection", "--json", *QUICK)
    result = json.loads(shown.stdout)
    assert shown.stderr == ""
    assert (result["kind"], result["charter"]) == ("safeguards", "mine")
    page = (Path(__file__).parents[2] / "docs" / "safeguards.md").read_text()
    row = result["safeguards"][0]
    for table in (result, row, row["left_out"], row["left_out"]["by_attack"][0], row["left_out"]["legibility"]):
        for key in table:
            assert f"`{key}`" in page, f"docs/safeguards.md does not say what {key} is"
    for table in (
        result["searches"][0],
        result["filter"],
        result["suite"],
        result["shapley"],
        row["left_out"]["access"],
    ):
        for key in table:
            assert f"`{key}`" in page, f"docs/safeguards.md does not say what {key} is"


def test_both_arms_are_searched_with_the_same_budget(mine: str) -> None:
    result = json.loads(call(mine, "--attack", "petition-injection", "--json", *QUICK).stdout)
    assert [row["tried"] for row in result["searches"]] == [2, 2]
    assert [row["safeguards"] for row in result["searches"]] == [["petitions.level = filtered"], []]


def test_a_run_kept_in_a_folder_is_found_again(mine: str, tmp_path: Path) -> None:
    asked = (mine, "--attack", "petition-injection", "--out", str(tmp_path / "kept"), *QUICK)
    first, again = call(*asked), call(*asked)
    assert first.stdout == again.stdout
    assert "attacks" in first.stderr
    assert again.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("bare", "--attack", "no-such"), "petition-injection"),
        (("no-such-charter",), "no such charter"),
        (("bare", "--world", "moon"), "commons"),
        (("bare", "--budget", "1"), "budget"),
    ],
)
def test_a_wrong_call_is_said(arguments: tuple[str, ...], words: str) -> None:
    result = call(*arguments, ok=False)
    assert words in result.output
    assert "Traceback" not in result.output


def test_bare_has_nothing_to_measure() -> None:
    shown = call("bare", "--attack", "petition-injection", *QUICK)
    assert "bare has no safeguard" in shown.stdout
