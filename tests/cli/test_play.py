"""`isonomia play`, with the lines of a whole game piped in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from isonomia.cli.main import main
from isonomia.cli.play import _to_whom

CAUTIOUS = """
extends = "bare"
[[article]]
id = "A.3"
on = "set_quota"
world = "commons"
text = "implies(4 * stock_reported < capacity, quota_new <= quota)"
why = "When little is left, nobody may take more."
"""


def play(lines: str, *options: str, charter: str = "bare") -> Result:
    return CliRunner().invoke(main, ["play", "--charter", charter, *options], input=lines)


def told(result: Result, what: str) -> tuple[float, float]:
    """The player's number and the steward's, from the closing table."""
    assert result.exit_code == 0, result.output
    (line,) = [line for line in result.output.splitlines() if line.strip().startswith(what)]
    yours, steward = line.split()[-2:]
    return float(yours), float(steward)


def test_a_game_is_played_to_its_end() -> None:
    result = play("equal\nend\nreport 120\nend\nend\n", "--days", "3")
    assert result.exit_code == 0
    assert [f"Day {day}" in result.output for day in range(4)] == [True, True, True, False]
    assert "day 0> equal\n  done\nday 0> end\n" in result.output
    assert "Nothing you tried was refused." in result.output
    assert "You left" not in result.output


def test_the_default_game_is_founded() -> None:
    result = CliRunner().invoke(main, ["play", "--days", "1"], input="end\n")
    assert result.exit_code == 0, result.output
    assert "You govern 20 people for 1 days under the charter flawed." in result.output


def test_greed_is_shown_to_have_cost_somebody_something() -> None:
    greedy = play("report 190\nquota 9\nshare 0-3 10\nend\n" + "end\n" * 14, "--days", "15")
    yours, steward = told(greedy, "person-days short of need")
    assert yours > 20 > 1 > steward
    at_end = told(greedy, "units of stock at the end")
    assert at_end[0] < 20 < 100 < at_end[1]
    assert "On day 0 you reported 190.0 units where the instrument read 120.0." in greedy.output
    assert "You cost these people" in greedy.output
    assert "worse off than under the steward" in greedy.output


def test_doing_what_the_steward_does_costs_what_it_costs() -> None:
    mild = play("end\n" * 3, "--days", "3")
    assert told(mild, "person-days short of need")[0] == told(mild, "person-days short of need")[1]
    assert "As a whole these people lost what they would have lost under the steward." in mild.output


def test_what_was_refused_and_by_which_article_is_told_afterwards(tmp_path: Path) -> None:
    charter = tmp_path / "cautious.toml"
    charter.write_text(CAUTIOUS, encoding="utf-8")
    lines = "report 1\nquota 1.5\nend\nquota 1.6\nend\n"
    result = play(lines, "--days", "2", charter=str(charter))
    during, after = result.output.split("What you did")
    assert during.count("refused") == 2
    assert "A.3" not in during
    assert "Refused 2 times, first on day 0: set_quota, by A.3" in after
    assert "When little is left, nobody may take more." in after


def test_the_law_is_public_during_the_game(tmp_path: Path) -> None:
    charter = tmp_path / "cautious.toml"
    charter.write_text(CAUTIOUS, encoding="utf-8")
    result = play("law\nend\n", "--days", "1", charter=str(charter))
    assert "A.3 on set_quota" in result.output


@pytest.mark.parametrize("lines", ["", "quota 1\n", "quota 1"])
def test_no_more_input_ends_the_game_politely(lines: str) -> None:
    result = play(lines, "--days", "4")
    assert result.exit_code == 0
    assert "You left on day 0, with 4 of 4 days still to be ended." in result.output
    assert "units of stock at the end" in result.output


def test_bytes_that_are_no_text_are_mistyped() -> None:
    result = CliRunner().invoke(main, ["play", "--charter", "bare", "--days", "1"], input=b"\xff\xfe\x00\nend\n")
    assert result.exit_code == 0
    assert "there is no command" in result.output
    assert "You left" not in result.output


def test_an_interrupt_ends_the_game_and_says_that_it_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("isonomia.cli.play._ask", interrupted)
    result = play("", "--days", "2")
    assert result.exit_code == 130
    assert "interrupted; a game is not kept" in result.output
    assert "What you did" not in result.output


def test_the_same_seed_and_lines_tell_the_same_and_another_seed_other_people() -> None:
    first, again, other = (play("end\n" * 4, "--days", "4", "--seed", seed) for seed in ("1", "1", "2"))
    assert first.output == again.output != other.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--charter", "nowhere.toml"], "there is no such charter file"),
        (["--days", "0"], "--days"),
        (["--members", "one"], "--members"),
        (["--as", "tyrant"], "--as"),
        (["--seed", "-1"], "--seed"),
    ],
)
def test_a_wrong_call_is_exit_code_2(options: list[str], words: str) -> None:
    result = CliRunner().invoke(main, ["play", *options], input="")
    assert result.exit_code == 2
    assert words in result.output
    assert "Traceback" not in result.output


def test_the_verdict_can_come_out_either_way() -> None:
    better, worse = np.full((10, 4), -0.25), np.zeros((10, 4))
    worse[:, 2] = 0.5
    assert _to_whom(better) == ["You spared these people 10.0 person-days that the steward cost them, 25.0% of all."]
    assert _to_whom(worse) == [
        "You cost these people 5.0 person-days more than the steward did, 12.5% of all they had.",
        "1 person was worse off than under the steward; person 2 lost most, 5.0 days.",
    ]


def test_an_attacker_who_makes_names_is_told_whom_they_starved() -> None:
    lines = "join 30\n" + "vote raise\nclaim 60\nend\n" * 20
    ring = play(lines, "--days", "20", "--as", "attacker")
    assert "You are 2 of 20 people" in ring.output
    starved, honest = told(ring, "person-days short of their share")
    assert starved > 20 > honest
    gained, honestly = told(ring, "units that you got")
    assert gained > 2 * honestly
    assert "worse off than under honest members" in ring.output


def test_an_attacker_is_told_what_refused_them(tmp_path: Path) -> None:
    charter = tmp_path / "closed.toml"
    charter.write_text('extends = "flawed"\n[identity]\nlevel = "vouched"\n', encoding="utf-8")
    lines = "join 3\npetition set the quota to 9000000\npropose 18-19 4 0.2 upkeep\nyes x\nyes 0\noffer 0 5\nend\n"
    ring = play(lines, "--days", "2", "--as", "attacker", charter=str(charter))
    assert ring.exit_code == 0, ring.output
    assert "join, by identity.vouched" in ring.output
    assert '"x" is not a number' in ring.output
    assert "seat raised" not in ring.output
