"""A chain of charters: what each step is said to do follows its cells, its friction and its containment."""

from __future__ import annotations

import copy
from typing import Any

import break_results as make
import pytest

from isonomia.report.page import render_break
from isonomia.report.story import tell


def told(result: dict[str, Any], about: str) -> list[str]:
    return [sentence.text for sentence in tell(result).sentences if sentence.about == about]


def put(result: dict[str, Any], attack: str, charter: str, **values: Any) -> dict[str, Any]:
    """A copy with one cell changed."""
    changed = copy.deepcopy(result)
    cell = next(c for c in changed["cells"] if (c["attack"], c["charter"]) == (attack, charter))
    cell |= values
    return changed


def end(result: dict[str, Any], status: str, *attacks: str) -> dict[str, Any]:
    for attack in attacks:
        result = put(result, attack, "hardened-7", status=status)
    return result


def test_the_headline_tells_what_the_end_of_the_chain_does() -> None:
    headline = tell(make.chain()).headline
    assert headline == "flawed is broken by 13 of 13 attacks; hardened-7 holds 12 of them and falls to law-tampering"
    assert tell(make.chain()).subject == "flawed"
    two = end(make.chain(), "broken", "attack-0")
    assert tell(two).headline.endswith("; hardened-7 holds 11 of them and falls to 2 of them")
    unsettled = end(make.chain(), "undetermined", "attack-0", "attack-1")
    assert tell(unsettled).headline.endswith("holds 10 of them and falls to law-tampering, and 2 are not settled")
    held = put(make.chain(), "law-tampering", "hardened-7", status="held", structural=[])
    assert tell(held).headline.endswith("; hardened-7 holds all of them")


def test_the_subject_is_the_beginning_of_the_chain_in_whatever_order_it_stands() -> None:
    result = make.chain()
    result["charters"].reverse()
    assert tell(result).subject == "flawed"
    assert "hardened-7 holds 12" in tell(result).headline


def test_one_line_a_step_names_what_it_newly_holds() -> None:
    lines = told(make.chain(), "step")
    assert len(lines) == 7
    assert lines[1].startswith("hardened-2 (identity.level: open → audited and articles H.2 and H.3) newly holds ")
    assert "newly holds sybil-majority, attack-4; " not in lines[1]
    assert "newly holds sybil-majority and attack-4; " in lines[1]
    assert "; no longer broken, though not shown to hold: attack-5; " in lines[1]
    held_before = put(make.chain(), "sybil-majority", "hardened-1", status="held")
    assert "newly holds attack-4; " in told(held_before, "step")[1]
    assert "newly holds petition-injection, sybil-majority and attack-3" in told(held_before, "step")[0]


def test_a_step_that_halves_a_harm_it_does_not_hold_is_told() -> None:
    at_most_half = "still broken, at no more than half the harm: law-tampering .40 → .03"
    assert at_most_half in told(make.chain(), "step")[6]
    less = put(make.chain(), "law-tampering", "hardened-7", harm=0.3)
    assert "half the harm" not in told(less, "step")[6]


def test_what_the_last_does_not_hold_comes_with_its_reason() -> None:
    (left,) = told(make.chain(), "left")
    assert left.startswith("Even hardened-7 is broken by law-tampering (harm .40 → .03")
    assert "a structural right failed, “ratified law”" in left
    (by_harm,) = told(put(make.chain(), "law-tampering", "hardened-7", structural=[]), "left")
    assert "still above a threshold" in by_harm
    held = put(make.chain(), "law-tampering", "hardened-7", status="held", structural=[])
    assert told(held, "left") == ["No attack is shown to break hardened-7: it holds all of them."]


@pytest.mark.parametrize(
    ("mean", "ci", "phrase"),
    [
        (0.0123, [0.01, 0.02], "it costs .012 [.010, .020] of honest service"),
        (0.0004, [0.0003, 0.0005], "it costs less than .001 of honest service"),
        (0.002, [-0.003, 0.007], "its cost cannot be told from zero"),
        (-0.02, [-0.03, -0.01], "honest people are served better with it"),
        (None, None, "its cost to honest people was not measured"),
    ],
)
def test_the_price_of_a_step_follows_its_friction(mean: float | None, ci: list[float] | None, phrase: str) -> None:
    result = make.chain()
    result["friction"][2] |= {"mean": mean, "ci": ci, "identical": False}
    assert phrase in told(result, "step")[2]
    result["friction"][2] |= {"mean": 0.0, "ci": None, "identical": True}
    assert "no cost to honest people was found" in told(result, "step")[2]


def test_who_pays_most_is_named_with_the_step() -> None:
    (cost,) = told(make.chain(), "cost")
    assert "largest at hardened-7, .032 [.022, .042] of their service; at every other step it is at most .030" in cost
    result = make.chain()
    result["friction"][1] |= {"worst_tenth": 0.2, "worst_tenth_ci": [0.1, 0.3]}
    assert "largest at hardened-2, .200" in told(result, "cost")[0]


def test_a_rise_is_told_by_its_paired_interval_and_only_if_it_is_more_than_a_little() -> None:
    assert told(make.chain(), "worse") == []
    up = put(make.chain(), "attack-2", "hardened-1", harm=0.6, harm_ci=[0.3, 0.9])
    row = next(c for c in up["containment"] if (c["attack"], c["charter"]) == ("attack-2", "hardened-1"))
    row |= {"value": -0.2, "ci": [-0.3, -0.1]}
    assert told(up, "worse") == ["With hardened-1 more harm is done than with flawed: attack-2 .50 → .60 [.30, .90]."]
    row["ci"] = [-0.3, 0.1]
    assert told(up, "worse") == []
    row["ci"] = [-0.3, -0.1]
    little = put(up, "attack-2", "hardened-1", harm=0.505)
    assert told(little, "worse") == []


def test_everything_unsettled_stands_in_one_sentence() -> None:
    listed = told(make.chain(), "open")[0]
    assert listed.startswith("Undetermined, shown neither above a threshold nor below: attack-2 on hardened-6 .03 [")
    assert listed.count(" after 20 paired runs") == 3
    more = end(make.chain(), "undetermined", *(f"attack-{i}" for i in range(6)))
    (sentence,) = [text for text in told(more, "open") if "undetermined" in text]
    assert "of 117 cells are undetermined" in sentence
    assert "more attacks" in sentence
    run = make.chain()
    for law in ("hardened-4", "hardened-5", "hardened-6"):
        run = put(run, "attack-0", law, status="undetermined")
    assert "attack-0 on hardened-4 to hardened-6" in " ".join(told(run, "open"))


def test_a_search_that_was_cut_short_is_told_with_how_much_held_on_it() -> None:
    assert "In 9 of 117 cells, 2 of them held, the attacker’s search" in " ".join(told(make.chain(), "open"))
    done = make.chain()
    for cell in done["cells"]:
        cell["search"]["unsaturated"] = False
    assert "search" not in " ".join(told(done, "open"))
    assert "†" in render_break(make.chain(), {})["report.html"]
    assert "†" not in render_break(done, {})["report.html"]


def test_the_page_does_not_say_of_a_searching_attacker_that_it_does_not_search() -> None:
    page = render_break(make.chain(), {})["report.html"]
    assert "In each arm the attacker looked anew for its worst point, with the same budget of 32 runs" in page
    assert "each attack was played at the point stated" not in page
    assert "Each tried 16 points" in page
    fixed = make.chain()
    for cell in fixed["cells"]:
        cell["search"] = make.search(0)
    page = render_break(fixed, {})["report.html"]
    assert "looked anew" not in page
    assert "does not look for a way round" in page
    assert "each attack was played at the point stated" in page


def test_a_step_contains_what_its_interval_says() -> None:
    def row(result: dict[str, Any]) -> str:
        page = render_break(result, {})["report.html"]
        steps = page[page.index('class="bars steps"') :]
        return steps[steps.index("hardened-4<") : steps.index("hardened-5<")]

    assert "<td>law-tampering</td>" in row(make.chain())
    loose = make.chain()
    found = next(c for c in loose["containment"] if (c["attack"], c["charter"]) == ("law-tampering", "hardened-4"))
    found["ci"] = [0.2, 1.0]
    assert "<td>law-tampering</td>" not in row(loose)


def test_titles_of_sections_follow_the_numbers() -> None:
    page = render_break(make.chain(), {})["report.html"]
    assert "<h2>From flawed to hardened-7 the breaks fall from 13 to 1, of 13 attacks</h2>" in page
    assert "<h2>7 of 7 steps contain an attack; the dearest, hardened-7, costs .012 of honest service</h2>" in page
    worse = make.chain()
    for cell in worse["cells"]:
        if cell["charter"] in ("flawed", "hardened-7"):
            cell["status"] = "broken" if cell["charter"] == "hardened-7" else "held"
    assert "the breaks rise from 0 to 13" in render_break(worse, {})["report.html"]


def test_detection_is_a_median_with_its_interval() -> None:
    def shown(**values: Any) -> str:
        result = make.single()
        result["cells"][0] |= values
        page = render_break(result, {})["cells/c0-0.html"]
        return page[page.index(">detected<") :].split("</td>")[0].split(">")[-1]

    assert shown(detection_day=4.5, detection_ci=[3, 6], detected=0.95) == "day 4.5 [3, 6], in 95% of runs"
    assert shown(detection_day=4, detection_ci=[3, None], detected=0.6) == "day 4 [3, beyond the run], in 60% of runs"
    assert shown(detection_day=None, detection_ci=[None, None], detected=0.2).startswith("in 20% of runs")
    assert shown(detection_day=None, detection_ci=[None, None], detected=0.0) == "never"


def test_words_of_an_office_are_explained_only_where_they_are_used() -> None:
    page = render_break(make.chain(), {})["report.html"]
    assert "<dt>docket</dt>" not in page
    result = make.chain()
    result["charters"][3]["why"] = "The docket shows what a proposal does."
    assert "<dt>docket</dt>" in render_break(result, {})["report.html"]


def test_a_price_is_told_over_what_it_was_measured_where_that_is_not_the_column_to_the_left() -> None:
    def foot(result: dict[str, Any]) -> str:
        page = render_break(result, {})["report.html"]
        return page[page.index("<tfoot>") : page.index("</tfoot>")]

    assert ">over " not in foot(make.chain())
    assert "over the column to its left where it names none" in foot(make.chain())
    ends = make.chain()
    ends["charters"] = [c for c in ends["charters"] if c["name"] in ("bare", "hardened-7")]
    ends["friction"] = ends["friction"][-1:]
    assert '<span class="by">over hardened-6</span>' in foot(ends)
    assert "to its left" not in foot(ends)


def test_a_grey_line_that_cannot_be_seen_is_said_to_be_the_same() -> None:
    def caption(result: dict[str, Any]) -> str:
        return render_break(result, {})["cells/c0-1.html"].split("<figcaption>")[1].split("</figcaption>")[0]

    assert caption(make.small()).endswith("Grey: the same attack on flawed.")
    alike = make.small()
    alike["cells"][1]["by_day"] = alike["cells"][0]["by_day"]
    assert caption(alike).endswith("Grey: the same attack on flawed, identical: its line lies under the other.")


@pytest.mark.parametrize("shape", ["chain", "large", "usual"])
def test_twins_are_told_to_have_the_trouble_that_they_have(shape: str) -> None:
    page = render_break(getattr(make, shape)(), {})["report.html"]
    assert "emergencies, newcomers, an urgent ordinance" in page
    assert "spends" not in page
