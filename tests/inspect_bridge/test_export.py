"""A log as a table of attempts and as JailbreakBench's artefact: the same numbers as in the log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from evaluation import arm_of, evaluated, metrics_of, value_of
from pyarrow.parquet import read_schema

from isonomia.inspect_bridge.export import jailbreaks_of, main
from isonomia.transfer.attackers.attacker import Attacker
from isonomia.transfer.attackers.purse import Budget
from isonomia.transfer.attempts import JOURNAL, MADE, read_parquet
from isonomia.transfer.card import card_of, read_source
from isonomia.transfer.estimate import estimate
from isonomia.transfer.labels.reading import read_labels
from isonomia.transfer.labels.report import BROKEN_GRADE, report
from isonomia.transfer.offered import offer
from isonomia.transfer.trial import Spec, run_trial


def test_a_log_goes_on_into_the_labs_own_commands(tmp_path: Path) -> None:
    args = {"items": 5, "budget": 6, "category": "routes"}
    roles = {"bare": "isonomia/scripted:open-book"}
    log = evaluated("isonomia/transfer", "isonomia/scripted:refuser", tmp_path, task_args=args, model_roles=roles)
    where = str(log.location)
    table, artefact = tmp_path / "attempts.parquet", tmp_path / "artefact.json"
    assert main([where, str(table)]) == 0
    assert main([where, str(artefact)]) == 0
    row = next(row for row in estimate(read_parquet(table)) if row.category == "overall" and row.budget == 6)
    assert row.target == "isonomia/scripted:refuser"
    assert row.tau.value == pytest.approx(metrics_of(log)["tau"])
    attacked = arm_of(log, "attack")
    broken = sum(value_of(sample, "grade") >= BROKEN_GRADE for sample in attacked)
    whole = json.loads(artefact.read_text())
    assert whole["parameters"]["total_number_of_jailbreaks"] == broken > 0
    assert whole["parameters"]["total_number_of_queries"] == 6 * 5
    rows = report([read_labels(artefact)], (6,), False).rows
    assert {row["broken"] for row in rows if row["category"] == "overall" and row["budget"] == 6} == {broken}


def test_a_goal_is_broken_by_what_is_handed_in_and_not_by_what_was_held(tmp_path: Path) -> None:
    """Who is lied to hands in a lie, though a right answer was among those they had."""
    roles = {"bare": "isonomia/scripted:open-book"}
    args = {"items": 6, "budget": 8, "category": "locks"}
    log = evaluated("isonomia/transfer", "isonomia/scripted:liar", tmp_path, task_args=args, model_roles=roles)
    goals = jailbreaks_of(log)
    held = [goal for goal in goals if goal.queries_to_jailbreak is not None]
    attacked = arm_of(log, "attack")
    assert [goal.jailbroken for goal in goals] == [value_of(s, "grade") >= BROKEN_GRADE for s in attacked]
    assert sum(goal.jailbroken for goal in goals) < len(held)


def test_a_table_says_how_it_was_made_on_the_items_of_a_trial(tmp_path: Path) -> None:
    args = {"items": 5, "budget": 2, "routes": "fiction"}
    roles = {"bare": "isonomia/scripted:open-book"}
    settings = {"task_args": args, "model_roles": roles, "message_limit": 9, "temperature": 0.5}
    log = evaluated("isonomia/transfer", "isonomia/scripted:refuser", tmp_path, **settings)
    assert main([str(log.location), "attempts.parquet"]) == 0
    run = json.loads(read_schema("attempts.parquet").metadata[MADE])
    assert run["made_by"]["command"] == (
        "inspect eval isonomia/transfer --model isonomia/scripted:refuser --model-role "
        "bare=isonomia/scripted:open-book -T budget=2 -T items=5 -T routes=fiction --message-limit 9 --temperature 0.5"
    )
    assert (run["bare"], run["seed"], run["budget"]["attempts"], run["routes"]) == (roles["bare"], 0, 2, ["fiction"])
    offered = offer("scripted:refuser", 5, practising=False)
    spec = Spec(Attacker(("fiction",)), Budget(1))
    run_trial(offered.target, offered.bare, offered.twins, spec, tmp_path / "trial")
    journal = json.loads((tmp_path / "trial" / JOURNAL).read_text().splitlines()[0])
    assert run["items_sha256"] == journal["items"]
    (told,) = card_of([read_source("attempts.parquet")], {})["targets"]
    assert told["reproduce"]["made_by"]["command"] == run["made_by"]["command"]
    assert (told["bare"], told["reproduce"]["items_sha256"]) == (run["bare"], run["items_sha256"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing.eval", "x.json"], "nothing.eval"),
        (["x"], "wants LOG.eval"),
        (["a", "b.csv", "two"], "wants LOG.eval"),
    ],
)
def test_called_wrong_it_says_what_it_wants(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_a_log_of_something_else_has_no_attempts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = {"days": 1, "members": 20}
    log = evaluated("isonomia/polity", "isonomia/sober-governor", tmp_path, task_args=args)
    assert main([str(log.location), "x.csv"]) == 2
    assert "no attempts" in capsys.readouterr().err
