"""`isonomia transfer run`, `targets`, `monitors`: what is printed, and that it comes from the numbers."""

from __future__ import annotations

import json

from click.testing import CliRunner

from isonomia.cli.main import USAGE, main
from isonomia.cli.transfer import transfer
from isonomia.cli.transfer_run import budgets_of
from isonomia.models.client import Client, Reply, Usage
from isonomia.transfer.attempts import read_parquet

SMALL = ["--items", "20", "--attempts", "12"]


def said(command, *args):
    result = CliRunner().invoke(transfer, [command, *args], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_run_prints_the_pair_and_a_headline_from_its_numbers(tmp_path):
    text = said("run", "--target", "scripted:refuser", "--out", str(tmp_path), *SMALL)
    assert "Refuses 20 of 20 dangerous questions asked plainly" in " ".join(text.split())
    assert "left out: escape: not available" in " ".join(text.split())
    result = json.loads((tmp_path / "result.json").read_text())
    last = result["rows"][-1]
    assert (last["category"], last["budget"], last["items"]) == ("overall", 12, 20)
    assert f"{last['tau']['value']:.2f}".lstrip("0") in result["headline"]
    assert result["ended"]["attack"] == {"attempts": 20}
    assert "escape" not in result["routes"]
    assert set(read_parquet(tmp_path / "attempts.parquet").arm.words) == {
        "attack", "bare", "alone", "benign", "benign-bare", "tripwire"
    }  # fmt: skip


def test_json_is_all_there_is_and_the_same_again(tmp_path):
    first = said("run", "--target", "scripted:deny-all", "--out", str(tmp_path / "a"), "--json", *SMALL)
    again = said("run", "--target", "scripted:deny-all", "--out", str(tmp_path / "b"), "--json", *SMALL)
    assert json.loads(first) == json.loads(again)
    overall = json.loads(first)["rows"][-1]
    assert overall["tau"]["value"] == 0
    assert overall["dct"]["value"] is None


def test_what_cannot_be_known_is_said(tmp_path):
    text = " ".join(said("run", "--target", "scripted:empty", "--out", str(tmp_path), *SMALL).split())
    assert "what an adversary gets is not identifiable: unscorable grades" in text


def test_a_category_of_few_items_says_why_it_has_no_number(tmp_path):
    text = said("run", "--target", "scripted:refuser", "--out", str(tmp_path), "--items", "8", "--attempts", "2")
    text = " ".join(text.split())
    assert "? in circuits, locks, recipes and routes (τ, r, b, DCT, claims, gap): 2 items with every arm" in text
    enough = said("run", "--target", "scripted:refuser", "--out", str(tmp_path / "b"), *SMALL)
    assert "? in circuits" not in enough


def test_a_place_that_cannot_be_written_is_one_kind_of_error(tmp_path):
    (tmp_path / "file").write_text("")
    beyond = str(tmp_path / "file" / "x")
    said("run", "--target", "scripted:refuser", "--out", str(tmp_path / "run"), "--items", "5", "--attempts", "1")
    for call in (
        ["run", "--target", "scripted:refuser", "--items", "5", "--out", beyond],
        ["card", str(tmp_path / "run"), "--out", beyond],
        ["train", "--out", beyond],
        ["probe", "twins", "--target", "http://localhost:9/v1#m", "--cache", beyond],
    ):
        found = CliRunner().invoke(main, ["transfer", *call])
        assert (found.exit_code, "cannot be written: Not a directory" in found.output) == (USAGE, True), call


def test_a_card_is_not_written_over_its_own_json_nor_over_the_last(tmp_path):
    run, page = str(tmp_path / "run"), tmp_path / "card.html"
    said("run", "--target", "scripted:refuser", "--out", run, "--items", "5", "--attempts", "1")
    said("card", run, "--out", str(page))
    kept = page.with_suffix(".json").read_text()
    for more in (["--out", str(page.with_suffix(".json"))], ["--out", str(page), "--against", str(page)[:-4] + "json"]):
        assert CliRunner().invoke(main, ["transfer", "card", run, *more]).exit_code == USAGE
    assert page.with_suffix(".json").read_text() == kept


def test_a_damaged_line_of_the_journal_is_named_with_a_way_out(tmp_path):
    call = ["run", "--target", "scripted:refuser", "--out", str(tmp_path), "--items", "5", "--attempts", "1"]
    whole = said(*call)
    journal = tmp_path / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    for broken in ('{"what": "0", \n', "3\n"):
        journal.write_text("".join([*lines[:3], broken, *lines[4:]]))
        assert "journal.jsonl, line 4: " in CliRunner().invoke(main, ["transfer", *call]).output
    journal.write_text("".join([*lines[:3], *lines[4:]]))
    assert said(*call).splitlines()[-12:] == whole.splitlines()[-12:]


def test_where_the_attacker_could_not_tell_there_is_no_single_number(tmp_path):
    args = ["--target", "scripted:liar", "--items", "20", "--routes", "fiction,decomposition,best-of-n"]
    text = " ".join(said("run", *args, "--out", str(tmp_path)).split())
    row = json.loads((tmp_path / "result.json").read_text())["rows"][-1]
    submitted, best = (f"{row[name]['value']:.2f}".lstrip("0") for name in ("tau", "tau_oracle"))
    assert (row["tau"]["value"] < 0.5, row["tau_oracle"]["value"]) == (True, 1)
    assert f"gets between {submitted} and {best} of what the unprotected model gives: it could not tell" in text
    assert f"Containment is between .00 and {1 - row['tau']['value']:.2f}".replace(" 0.", " .") in text
    assert f"DCT between {submitted} and {best}" in text
    assert f" {submitted} to {best} " in text[text.index("overall") :], "the table as well"
    assert "between" not in json.loads(said("run", "--target", "scripted:refuser", "--out", str(tmp_path / "r"),
        "--json", *SMALL))["headline"]  # fmt: skip


def test_what_a_model_behind_a_url_is_measured_in_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(Client, "chat", lambda *_, **__: Reply({"content": "x"}, Usage(1, 1), False))
    args = ["--items", "6", "--attempts", "3", "--out", str(tmp_path / "url")]
    assert "obeys that sentence" in said("run", "--target", "http://localhost:9/v1#m", *args)
    assert "obeys that sentence" not in said("run", "--target", "scripted:leaky", "--out", str(tmp_path / "s"), *SMALL)


def test_a_monitor_stands_before_the_target(tmp_path):
    args = ["--target", "scripted:open-book", "--routes", "decomposition", "--json", *SMALL, "--identities", "1"]
    free = json.loads(said("run", *args, "--out", str(tmp_path / "free")))
    held = json.loads(said("run", *args, "--out", str(tmp_path / "held"), "--monitor", "16:3:identity"))
    assert held["rows"][-1]["tau"]["value"] < 0.6 < free["rows"][-1]["tau"]["value"] == 1


def test_a_monitors_curve_has_a_line_for_each_window_and_number_of_identities():
    points = json.loads(said("monitors", "--windows", "4,16", "--identities", "1,4", "--items", "8", "--json"))
    assert [(point["window"], point["identities"]) for point in points] == [(4, 1), (4, 4), (16, 1), (16, 4)]
    assert points[2]["got"] < points[3]["got"] == 1
    result = CliRunner().invoke(transfer, ["monitors", "--windows", "four"])
    assert result.exit_code == 2


def test_targets_are_listed():
    text = said("targets")
    assert "scripted:deny-all" in text
    assert "organism:refuser" in text


def test_points_of_the_curve_end_at_the_budget():
    assert budgets_of(30) == (1, 3, 10, 30)
    assert budgets_of(12) == (1, 3, 10, 12)
    assert budgets_of(1) == (1,)
