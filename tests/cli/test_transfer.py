"""`isonomia transfer report`: the shape of its JSON, its table, and its errors."""

import json

import pytest
from click.testing import CliRunner

from isonomia.cli.main import USAGE, main
from isonomia.transfer.attempts import write_attempts
from isonomia.transfer.labels.reading import read_labels

JUDGED = "target,attack,goal_index,attempt,judge_score_1_to_10\nm,a,0,1,10\nm,a,1,1,1\nm,a,1,2,1\n"
OWN = "target,category,arm,twin,attempt,grade,refused,framing\n" + "".join(
    f"m,locks,{arm},{i},{k},{int(i % 3 < level)},{int(arm == 'tripwire')},{'plain' if (i + k) % 2 else 'fiction'}\n"
    for arm, level in (("attack", 1), ("bare", 2), ("alone", 0), ("benign", 3), ("benign-bare", 3), ("tripwire", 0))
    for i in range(9)
    for k in (1, 2)
)


@pytest.fixture
def told(tmp_path):
    def run(*args, **files):
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return CliRunner().invoke(main, ["transfer", "report", *(str(tmp_path / name) for name in files), *args])

    return run


def test_rows_have_the_shape_that_is_promised(told):
    found = json.loads(told("--json", "--budgets", "1,2", labels=JUDGED).stdout)
    assert found["schema_version"] == 1
    assert [row["budget"] for row in found["rows"]] == [1, 2]
    row = found["rows"][0]
    assert {"target", "attack", "category", "budget", "items", "broken", "rate", "ci"} <= row.keys()
    assert (row["target"], row["attack"], row["category"], row["items"], row["broken"]) == ("m", "a", "overall", 2, 1)
    assert row["ci"][0] < row["rate"] < row["ci"][1]
    assert any("transfer τ" in line for line in found["not_identifiable"])


def test_own_attempts_give_every_number(told):
    found = json.loads(told("--json", own=OWN).stdout)
    row = next(row for row in found["transfer"] if row["category"] == "overall" and row["budget"] == 2)
    assert row["tau"]["value"] == 0.5
    assert row["b"]["value"] == 1.0
    assert row["legibility_gap"]["value"] == 0.5
    assert {row["framing"] for row in found["framings"]} == {"plain", "fiction"}
    assert [(row["attack"], row["broken"]) for row in found["rows"] if row["category"] == "overall"] == [
        ("attack", 3)
    ] * 2


def test_the_table_says_what_is_known_and_what_is_not(told):
    shown = told("--budgets", "1,30", labels=JUDGED, own=OWN).stdout
    assert "≥ 1" in shown
    assert "not identifiable here:" in shown
    assert "a single judge" in shown
    assert "τ" in shown


@pytest.mark.parametrize("budgets", ["0", "1,,3", "x", "-1"])
def test_a_budget_that_is_none_is_refused(told, budgets):
    found = told("--budgets", budgets, labels=JUDGED)
    assert found.exit_code == USAGE
    assert "1,3,10" in found.output


def test_a_folder_is_its_table_or_its_labels_and_else_says_what_it_wants(tmp_path):
    def of(folder):
        return CliRunner().invoke(main, ["transfer", "report", str(folder), "--json"])

    (tmp_path / "labels").mkdir()
    assert "neither the folder of a run" in of(tmp_path / "labels").output
    (tmp_path / "labels" / "judged.csv").write_text(JUDGED, encoding="utf-8")
    assert [row["kind"] for row in json.loads(of(tmp_path / "labels").stdout)["sources"]] == ["judged"]
    run = tmp_path / "run"
    run.mkdir()
    (run / "journal.jsonl").write_text("{}\n", encoding="utf-8")
    assert (of(run).exit_code, "not at its end" in of(run).output) == (USAGE, True)
    (run / "result.json").write_text("{}", encoding="utf-8")
    (tmp_path / "own.csv").write_text(OWN, encoding="utf-8")
    write_attempts(read_labels(tmp_path / "own.csv").attempts, run / "attempts.parquet")
    assert [row["kind"] for row in json.loads(of(run).stdout)["sources"]] == ["attempts"]


def test_names_are_whole_and_what_is_missing_has_its_reason(told):
    lines = OWN.splitlines()
    few = [line.replace("m,locks", "m,circuits-of-a-long-name") for line in lines[1:] if line.split(",")[3] in "01"]
    shown = told("--by-category", "--budgets", "2", own="\n".join(lines + few)).stdout
    assert "circuits-of-a-long-name  " in shown
    said = " ".join(shown.split())
    assert "? in circuits-of-a-long-name (τ, r, b, τ/r, DCT, gap): 2 items with every arm" in said
    assert "? in locks" not in said.replace("? in locks and overall (τ/r): r may be 0", "")
    assert "τ is of the answer that the attacker submits" in said


def test_where_the_attacker_could_not_tell_the_table_has_both_ends(told):
    head, *rows = (line.split(",") for line in OWN.splitlines())
    for row in rows:
        if row[2] == "attack" and row[4] == "1":
            row[5] = "0"  # the first is worth nothing

    def shown(first):
        rated = [[*row, first if row[4] == "1" else "5"] for row in rows]
        return told("--budgets", "2", own="\n".join(map(",".join, [[*head, "rating"], *rated]))).stdout

    assert ".00 to .50" in shown("9"), "and rated highest"
    assert ".00 to .50" not in shown("1")


def test_a_broken_file_is_one_clear_error(told):
    found = told(labels=JUDGED + "m,a,1,3,none at all\n")
    assert found.exit_code == USAGE
    assert "line 5: judge_score_1_to_10 is no number" in found.output
    assert "Traceback" not in found.output
    assert told().exit_code == USAGE
