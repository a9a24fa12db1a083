"""The rows of the card, and two cards beside each other."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest
from click.testing import CliRunner
from invented_place import CONTROLS, TWINS, tried

from isonomia.cli.main import main
from isonomia.measures.statistics.intervals import Interval
from isonomia.measures.statistics.shares import ratio_of
from isonomia.report.transfer import render_card
from isonomia.transfer.attempts import from_rows, to_rows, write_attempts
from isonomia.transfer.card import CardError, Source, card_of, changes, read_card, read_source

_TRIED = {}


def source(name, run=None):
    if name not in _TRIED:
        _TRIED[name] = tried(CONTROLS[name]).attempts
    return Source("ab" * 32, _TRIED[name], run or {"budget": {"attempts": 30}, "seed": 3})


def card(name, run=None):
    return card_of([source(name, run)], {"isonomia": "1"})


def told(found, number, category="overall", budget=None):
    rows = [r for r in found["rows"] if (r["key"], r["category"]) == (number, category)]
    return next(r for r in rows if budget is None or r["budget"] == budget)


def test_a_card_has_every_budget_and_category_and_no_ratio_without_its_pair():
    entry = card("refuser")["targets"][0]
    assert entry["budgets"] == [1, 3, 10, 30]
    assert entry["categories"] == [*sorted({pair[0].category for pair in TWINS}), "overall"]
    assert len(entry["rows"]) == len(entry["budgets"]) * len(entry["categories"])
    assert all({"tau", "r", "tau_per_r", "b", "tripwire", "legibility_gap"} <= row.keys() for row in entry["rows"])
    assert entry["counts"]["tripwire"] == {"items": len(TWINS), "attempts": len(TWINS), "unscorable": 0}


def test_what_is_not_identifiable_stands_once_with_its_reason_and_where():
    entry = card("deny-all")["targets"][0]
    lost = {row["number"]: row for row in entry["not_identifiable"]}
    assert "below 0.5" in lost["τ/b"]["why"]
    assert "overall" in lost["τ/b"]["categories"]
    assert "τ" not in lost
    assert "τ/r" in {row["number"] for row in card("refuser")["targets"][0]["not_identifiable"]}


def test_a_card_is_the_same_again_and_bare_json():
    assert json.dumps(card("refuser"), allow_nan=False) == json.dumps(card("refuser"), allow_nan=False)


def test_a_generation_against_itself_has_not_changed():
    found = changes(card("refuser"), card("refuser"))
    assert {row["change"] for row in found["rows"]} <= {0.0, None}
    assert not any(row["distinguishable"] for row in found["rows"])
    assert found["conditions_differ"] == []
    assert "corpus_sha256" in found["conditions_unknown"]


def test_on_the_same_items_each_is_compared_with_itself_and_a_small_change_is_told():
    rows = list(to_rows(source("leaky").attempts))
    worse = {row.twin for row in rows if row.arm == "attack"} - {TWINS[i][0].twin for i in range(12)}
    lower = [row._replace(grade=row.grade * (row.twin in worse)) if row.arm == "attack" else row for row in rows]
    lowest = [
        row._replace(grade=0.0) if row.arm == "attack" and row.twin == TWINS[20][0].twin else row for row in lower
    ]

    def against(items):
        run = {"items_sha256": items, "budget": {"attempts": 30}}
        new, old = (card_of([Source("", from_rows(each), run)], {}) for each in (lowest, lower))
        return changes(new, json.loads(json.dumps(old)))

    paired, apart = against("a"), against("")
    assert (paired["paired"], apart["paired"]) == (["leaky"], [])
    for number in ("tau", "differential", "legibility_gap", "dct"):
        one, other = (told(found, number, budget=30) for found in (paired, apart))
        assert one["change"] == other["change"] != 0
        assert one["ci"][0] <= one["change"] <= one["ci"][1]
        assert one["ci"][1] - one["ci"][0] < (other["ci"][1] - other["ci"][0]) / 2
    category = TWINS[20][0].category
    assert told(paired, "tau", category, 30)["ci"] == told(apart, "tau", category, 30)["ci"]


def test_a_model_that_begins_to_lie_has_two_numbers_and_is_not_said_to_be_safer():
    rows = [row._replace(rating=0.5, choice=0) for row in to_rows(source("open-book").attempts)]
    lies = [row._replace(grade=0.0, rating=0.9) if (row.arm, row.attempt) == ("attack", 1) else row for row in rows]
    new, old = (card_of([Source("", from_rows(each), {})], {}) for each in (lies, rows))
    found = changes(new, old)
    tau = told(found, "tau", budget=30)
    assert (tau["is"], tau["is_best"], tau["was"], tau["was_best"]) == (pytest.approx(-0.1, abs=0.1), 1, 1, 1)
    assert tau["distinguishable"] is False
    assert told(found, "differential")["change"] is None
    assert told(found, "b")["change"] == 0
    assert "tau_oracle" not in {row["key"] for row in found["rows"]}
    page = render_card(new | {"changes": found}, "1")
    assert " to 1.00" in page[page.index('id="changes"') :]
    safer = changes(card("deny-all"), old)
    assert told(safer, "tau", budget=30)["distinguishable"] is True


def test_what_changed_is_told_from_what_did_not():
    found = changes(card("deny-all"), card("refuser"))
    assert found["pairs"] == [{"target": "deny-all", "was": "refuser"}]
    assert told(found, "tau", budget=30)["distinguishable"] is True
    assert told(found, "tau", budget=30)["change"] < -0.9
    assert told(found, "r")["distinguishable"] is True
    assert told(found, "r")["budget"] is None
    assert told(found, "tripwire")["distinguishable"] is False
    assert told(found, "dct")["distinguishable"] is None
    assert "now: b is" in told(found, "dct")["why"]
    assert told(found, "tripwire")["ci"][0] < 0 < told(found, "tripwire")["ci"][1]


def test_other_items_or_another_budget_are_named():
    here = card("refuser", {"budget": {"attempts": 30}, "items_sha256": "a", "seed": 3})
    there = card("refuser", {"budget": {"attempts": 10}, "items_sha256": "b", "seed": 3})
    found = changes(here, there)
    assert found["conditions_differ"] == ["budget", "items_sha256"]
    assert {row["budget"] for row in found["rows"] if row["key"] == "tau"} == {1, 3, 10}


def test_of_several_targets_only_those_of_one_name_are_compared():
    one = card_of([source("refuser"), source("leaky")], {})
    other = card_of([source("leaky"), source("deny-all")], {})
    found = changes(one, other)
    assert found["pairs"] == [{"target": "leaky", "was": "leaky"}]
    assert (found["only_now"], found["only_then"]) == (["refuser"], ["deny-all"])
    with pytest.raises(CardError, match="two of these"):
        card_of([source("refuser"), source("refuser")], {})


def test_an_arm_that_is_missing_is_said_to_be():
    rows = [row for row in to_rows(source("refuser").attempts) if row.arm not in ("bare", "tripwire")]
    entry = card_of([Source("", from_rows(rows), {})], {})["targets"][0]
    whys = {row["number"]: row["why"] for row in entry["not_identifiable"]}
    assert whys["τ"] == "no run on an unprotected model"
    assert whys["refused when asked plainly"] == "no tripwire was asked"
    found = changes(card("refuser"), card_of([Source("", from_rows(rows), {})], {}))
    assert told(found, "tau", budget=30)["distinguishable"] is None


def test_a_ratio_of_a_number_at_its_bound_keeps_what_the_other_may_be():
    found = ratio_of(Interval(1.0, 0.96, 1.0, 100, ""), Interval(0.56, 0.46, 0.65, 100, ""))
    assert found.hi == pytest.approx(1 / 0.46)


def test_the_command_from_run_to_page_to_the_next_generation(tmp_path):
    def call(*words):
        return CliRunner().invoke(main, ["transfer", *map(str, words)])

    for name in ("refuser", "open-book"):
        ran = call("run", "--target", f"scripted:{name}", "--items", 8, "--attempts", 4, "--out", tmp_path / name)
        assert ran.exit_code == 0
    first = call("card", tmp_path / "refuser", "--out", tmp_path / "one.html")
    assert "refuses 8 of 8" in first.output
    made = read_card(tmp_path / "one.json")["targets"][0]["reproduce"]["made_by"]
    assert made["command"].endswith("transfer run --target scripted:refuser --attempts 4 --items 8")
    again = call("card", tmp_path / "open-book", "--against", tmp_path / "one.json", "--json")
    assert told(json.loads(again.output)["changes"], "tripwire")["distinguishable"] is True
    table = tmp_path / "table.csv"
    write_attempts(source("leaky").attempts, table)
    assert len(read_source(table).sha256) == 64
    assert "refuses 24 of 24" in call("card", table).output


def test_what_is_no_card_is_refused(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps(deepcopy(card("leaky")) | {"schema_version": 9}))
    for words, match in (
        (["card", str(tmp_path)], "holds no attempts.parquet"),
        (["card", str(tmp_path / "x.json")], ""),
        (["card", str(tmp_path / "none.csv")], ""),
    ):
        failed = CliRunner().invoke(main, ["transfer", *words])
        assert failed.exit_code != 0
        assert not isinstance(failed.exception, KeyError | ValueError | TypeError)
        assert match in failed.output
    with pytest.raises(CardError, match="no card of this version"):
        read_card(tmp_path / "x.json")
