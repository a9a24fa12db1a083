"""The story follows the numbers: change the data, and the sentence changes with it."""

from __future__ import annotations

import copy
from typing import Any

import break_results as make
import pytest

from isonomia.basics.errors import IsonomiaError
from isonomia.report.story import tell


def told(result: dict[str, Any], about: str) -> str:
    return " ".join(sentence.text for sentence in tell(result).sentences if sentence.about == about)


def put(result: dict[str, Any], attack: str, charter: str, **values: Any) -> dict[str, Any]:
    """A copy with one cell changed."""
    changed = copy.deepcopy(result)
    cell = next(c for c in changed["cells"] if (c["attack"], c["charter"]) == (attack, charter))
    cell |= values
    return changed


def test_names_what_is_broken_and_what_holds() -> None:
    story = tell(make.usual())
    assert story.headline == "flawed is broken by 3 of 3 attacks; a single safeguard holds each of them"
    assert story.subject == "flawed"
    broken = told(make.usual(), "broken")
    assert "captured-governor (by the governor) .52 [.50, .54]" in broken
    assert broken.index("captured-governor") < broken.index("petition-injection") < broken.index("sybil-majority")
    remedy = told(make.usual(), "remedy")
    assert "vouched (identity.level: open → vouched) holds sybil-majority: harm .38 → .004 [−.02, .02]" in remedy
    assert "for .010 [.005, .015] of honest service" in remedy


def test_headline_flips_with_the_statuses() -> None:
    assert tell(make.all_status("held", 0.004)).headline == "flawed held against all 3 attacks, within their budgets"
    broken = tell(make.all_status("broken", 0.4)).headline
    assert broken == "flawed is broken by 3 of 3 attacks; no charter tested holds any of them"
    assert "not settled" in tell(make.all_status("undetermined", 0.03)).headline
    assert "already went short" in tell(make.all_status("no headroom", 0.03)).headline
    assert tell(make.wrap([], [], [])).headline == "No attack was run, so nothing is known"
    assert tell(make.single()).headline == "mine is broken by sybil-majority"
    assert tell(make.small()).headline == "flawed is broken by sybil-majority; vouched holds it"
    assert tell(make.holes()).headline == "flawed is broken by 2 of 3 attacks; a single safeguard holds one of them"
    assert tell(make.large()).headline == "flawed is broken by 12 of 12 attacks; hardened-6 holds all of them"


@pytest.mark.parametrize("status", ["broken", "undetermined", "no headroom"])
def test_a_remedy_is_named_only_while_it_holds(status: str) -> None:
    assert "vouched holds it" in tell(make.small()).headline
    other = put(make.small(), "sybil-majority", "vouched", status=status)
    unsettled = status == "undetermined"
    headline = "; whether vouched holds it is open" if unsettled else "; vouched does not hold it"
    assert tell(other).headline.endswith(headline)
    assert ("vouched does not hold sybil-majority." in told(other, "remedy")) is not unsettled
    assert ("sybil-majority on vouched" in told(other, "open")) is (status != "broken")


def test_single_safeguard_is_one_change_to_the_charter_the_story_is_about() -> None:
    result = make.usual()
    for charter in result["charters"]:
        charter["changes"] = charter["changes"] * 2
    assert "one of the charters tested holds each of them" in tell(result).headline
    assert "2 changes from flawed" in told(result, "remedy")


def test_friction_sentence_flips() -> None:
    def price(mean: float | None) -> str:
        result = make.small()
        result["friction"] = [make.friction("vouched", mean)]
        return told(result, "remedy")

    assert "for .010 [.005, .015] of honest service" in price(0.01)
    assert "cannot tell from zero: .002 [−.003, .007]" in price(0.002)
    assert "served better with it (friction −.020 [−.025, −.015])" in price(-0.02)
    assert "at a cost to honest people that was not measured" in price(None)
    assert "served people the same with it and without it" in price(0.0)
    nothing = make.small() | {"friction": []}
    assert "not measured" in told(nothing, "remedy")
    assert "vouched not measured" in told(nothing, "cost")


@pytest.mark.parametrize(
    ("share", "phrase"),
    [
        (0.61, "61% of the harm of sybil-majority came after the attack had ended."),
        (0.0, "No harm came after the attacks had ended."),
        (-0.1, "people won some of it back: sybil-majority −10%"),
        (1.2, "All the harm of sybil-majority, 120%, came after the attack had ended"),
        (None, "the share that came afterwards was not measured"),
    ],
)
def test_tail_sentence_flips(share: float | None, phrase: str) -> None:
    assert phrase in told(put(make.small(), "sybil-majority", "flawed", tail_share=share), "tail")


def test_no_days_after_means_no_tail() -> None:
    result = make.small() | {"spec": make.spec(after=0)}
    assert "whether the harm goes on is unknown" in told(result, "tail")


@pytest.mark.parametrize(
    ("targets", "ci", "phrase"),
    [
        (0.8, [0.7, 0.9], "hit harder than everyone: sybil-majority .80 [.70, .90] against .38"),
        (0.1, [0.0, 0.2], "hit less than everyone: sybil-majority .10 [0, .20] against .38"),
        (0.4, [0.3, 0.5], "cannot be told"),
        (0.385, [0.36, 0.41], "cannot be told"),
        (0.8, None, "cannot be told"),
        (None, None, "was not measured for sybil-majority"),
    ],
)
def test_who_was_hit_flips(targets: float | None, ci: list[float] | None, phrase: str) -> None:
    assert phrase in told(put(make.small(), "sybil-majority", "flawed", targets=targets, targets_ci=ci), "hit")


@pytest.mark.parametrize(
    ("targets", "wide", "phrase"),
    [
        (0.971, 0.0001, "hit as hard as everyone, to within a hundredth: sybil-majority .97 [.97, .97] against .97"),
        (0.9735, 0.0001, "hit as hard as everyone"),
        (0.971, 0.02, "cannot be told"),
        (0.95, 0.0001, "hit less than everyone: sybil-majority .95 [.95, .95] against .97"),
        (0.99, 0.0001, "hit harder than everyone"),
    ],
)
def test_a_difference_that_is_printed_alike_is_no_difference(targets: float, wide: float, phrase: str) -> None:
    result = put(make.small(), "sybil-majority", "flawed", harm=0.9734, harm_ci=[0.9733, 0.9735])
    said = told(
        put(result, "sybil-majority", "flawed", targets=targets, targets_ci=[targets - wide, targets + wide]), "hit"
    )
    assert phrase in said


def test_many_tails_name_the_most_and_the_least_of_all() -> None:
    result = make.chain()
    for cell in result["cells"]:
        cell["tail_share"] = 0.5000000000000009 if cell["attack"] in make.ATTACKS else 0.61
    result = put(put(result, "attack-1", "flawed", tail_share=0.64), "attack-2", "flawed", tail_share=0.11)
    said = told(result, "tail")
    assert "In 9 of the 13 attacks more than half of the harm came after the attack had ended." in said, "half is half"
    assert "Of all 13 the share is highest in attack-1 64%, lowest in attack-2 11%." in said
    for cell in result["cells"]:
        cell["tail_share"] = 0.3
    assert "In none of the 13 attacks did more than half of the harm come after" in told(result, "tail")


def test_the_person_hit_hardest_is_told_of_when_known() -> None:
    assert "the person who lost most, number 60, was short on 76 of 80 days." in told(make.small(), "hit")
    spared = put(make.small(), "sybil-majority", "flawed", fate={"person": 3, "short_days": 0, "days": 80})
    assert "number" not in told(spared, "hit"), "nobody was short, so there is nobody to tell of"
    assert "number" not in told(put(make.small(), "sybil-majority", "flawed", fate=None), "hit")


def test_a_safeguard_that_makes_another_harm_worse_is_told() -> None:
    result = make.usual()
    assert told(result, "worse") == ""
    up = put(result, "sybil-majority", "quarantine", harm=0.6, harm_ci=[0.5, 0.7])
    assert "With quarantine more harm is done than with flawed: sybil-majority .38 → .60 [.50, .70]." in told(
        up, "worse"
    )
    within = put(result, "sybil-majority", "quarantine", harm=0.41, harm_ci=[0.39, 0.43])
    within = put(within, "sybil-majority", "flawed", harm_ci=[0.30, 0.40])
    assert told(within, "worse") == ""
    part = put(result, "sybil-majority", "quarantine", harms={"need": 0.0, "share": 0.98})
    assert "raises one part of the harm, share: .38 → .98" in told(part, "worse")
    fell = put(make.all_status("held", 0.004), "sybil-majority", "vouched", status="broken", harm=0.3)
    assert "vouched is broken by what flawed held: sybil-majority .004 → .30" in told(fell, "worse")
    assert tell(fell).headline.endswith("; vouched is broken")


def test_a_failed_right_breaks_without_harm() -> None:
    result = put(make.small(), "sybil-majority", "flawed", harm=0.0, structural=["one ballot each"])
    assert "a right failed that no interval excuses: “one ballot each”" in told(result, "broken")
    assert "right failed that" not in told(make.small(), "broken")


def test_open_questions_come_with_their_numbers() -> None:
    result = put(make.small(), "sybil-majority", "flawed", status="undetermined", runs=200)
    assert "sybil-majority on flawed .38 [.36, .40] after 200 paired runs" in told(result, "open")
    short = put(make.small(), "sybil-majority", "flawed", status="no headroom", headroom=0.08)
    assert "deficit without it: .08" in told(short, "open")
    assert "broke no charter here" in told(make.all_status("held", 0.004), "open")
    assert "broke no charter here" not in told(make.usual(), "open")


def test_a_failed_or_missing_control_comes_first() -> None:
    assert told(make.usual(), "warning") == ""
    assert tell(make.holes()).sentences[0].about == "warning"
    assert "sham safeguard" in tell(make.holes()).sentences[0].text
    assert "were not run" in told(make.usual() | {"controls": []}, "warning")


def test_subtitle_says_what_was_run() -> None:
    parts = tell(make.large()).subtitle.split(" · ")
    assert parts[:3] == ["world commons", "100 members", "40 days attacked + 40 after"]
    assert parts[3:] == ["seed 0", "20 to 200 paired runs a cell", "walls: none"]
    bare = tell(make.usual() | {"spec": {}}).subtitle
    assert "unstated number of members" in bare
    assert "– days attacked + – after" in bare
    assert "walls: not stated" in bare


def test_every_cell_a_sentence_rests_on_exists() -> None:
    for result in (make.usual(), make.holes(), make.large()):
        known = {(c["attack"], c["charter"]) for c in result["cells"]}
        for sentence in tell(result).sentences:
            assert sentence.text.endswith(".")
            assert set(sentence.cells) <= known


@pytest.mark.parametrize("wrong", [{"schema_version": 2}, {"kind": "transfer"}, {"schema_version": None}])
def test_another_kind_or_version_is_refused_in_words(wrong: dict[str, Any]) -> None:
    with pytest.raises(IsonomiaError, match="schema_version 1"):
        tell(make.usual() | wrong)


def test_a_governor_that_was_not_there_is_told_of_first() -> None:
    there = put(make.small(), "sybil-majority", "flawed", governor_absent=0.0)
    assert "partly empty" not in told(there, "warning")
    away = put(make.small(), "sybil-majority", "flawed", governor_absent=0.25)
    assert "on up to 25% of days" in told(away, "warning")
    assert tell(away).sentences[0].about == "warning"
