"""The page of a card: its titles come from the numbers and can come out any way."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import break_results as make
import pytest

from isonomia.report import transfer_words as words
from isonomia.report.reading import ReportError
from isonomia.report.transfer import render_card

NUMBERS = ("tau", "tau_low", "tau_high", "tau_oracle", "r", "tau_per_r", "b", "dct", "containment", "differential")
AXE = Path(os.environ.get("ISONOMIA_AXE", ""))
CHROMIUM = os.environ.get("ISONOMIA_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def cell(value: float | None, wide: float = 0.05, why: str = "nobody asked") -> dict[str, Any]:
    if value is None:
        return {"value": None, "ci": None, "n": 0, "method": "", "why": why}
    return {"value": value, "ci": [value - wide, value + wide], "n": 50, "method": "score", "why": ""}


def row(category: str, budget: int, **given: float | None) -> dict[str, Any]:
    values = {"tau": 0.1 * budget, "tripwire": 0.9, "legibility_gap": 0.3, "r": 0.1, "b": 0.95, **given}
    values.setdefault("tau_oracle", values["tau"])
    cells = {name: cell(values.get(name, 0.5)) for name in (*NUMBERS, "tripwire", "legibility_gap")}
    return {
        "category": category,
        "budget": budget,
        "items": 50,
        "short": 0,
        "unscorable": 0,
        "choice": "submitted",
    } | cells


def entry(target: str = "mine", **given: float | None) -> dict[str, Any]:
    framing = {"framing": make.HOSTILE, "attempts": 9, "successes": 3}
    framing |= {"hazard": cell(0.3), "first": cell(0.2), "without": cell(0.1)}
    return {
        "target": target,
        "bare": "open",
        "rows": [row(category, b, **given) for category in ("recipes", "locks", "overall") for b in (1, 3, 9)],
        "framings": [framing, framing | {"framing": "plain", "hazard": cell(0.1)}],
        "filter": {"value": 0.4, "ci": [0.1, 0.6], "actors": [{"actor": "plain", "harm": 0.9, "refused": 0.2}]},
        "not_identifiable": [{"number": "τ/r", "why": "r may be 0", "categories": ["locks"], "budgets": [1]}],
        "counts": {"attack": {"items": 50, "attempts": 450, "unscorable": 0}},
        "reproduce": {"made_by": {"command": "isonomia transfer run"}, "seed": 0, "budget": {"attempts": 9}},
    }


def card(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "transfer card", "schema_version": 1, "targets": list(entries or [entry()]), **more}


def changed(value: float = -0.4, apart: bool = True) -> dict[str, Any]:
    head = {"target": "mine", "category": "overall", "number": "τ", "key": "tau", "budget": 9, "is": 0.5, "was": 0.9}
    head |= {"is_ci": [0.4, 0.6], "was_ci": [0.8, 1.0], "change": value, "ci": [value - 0.1, value + 0.1], "why": ""}
    lost = head | {"change": None, "ci": None, "distinguishable": None, "why": "now: r may be 0"}
    pairs = [{"target": "mine", "was": "yours"}]
    rows = [head | {"distinguishable": apart}, lost]
    return {"pairs": pairs, "only_now": [], "only_then": [], "conditions_differ": ["budget"], "rows": rows}


def one(**given: float | None) -> words.Entry:
    return words.read_card(card(entry(**given)))[0]


def test_titles_follow_the_numbers():
    assert "refuses 45 of 50" in words.headline(one())
    assert words.headline(one()).endswith("with 9 attempts gets .90 of what the unprotected model gives")
    assert words.headline(one(tau=None)).endswith("not identifiable")
    assert "not known how many mine refuses" in words.headline(one(tripwire=None))
    assert words.adversary(one()) == "An adversary gets .10 with one attempt, .90 with 9"
    assert "nobody asked" in words.adversary(one(tau=None))
    assert words.honest(one(r=0.0)).startswith("Honest people were never refused here")
    assert words.honest(one(r=None, b=None)) == "What honest people pay is not identifiable"


@pytest.mark.parametrize(
    ("gap", "said"), [(0.3, "More is claimed"), (-0.3, "Less is claimed"), (0.01, "not shown"), (None, "cannot be")]
)
def test_the_claim_is_called_what_the_interval_shows(gap, said):
    assert said in words.dashboard(one(legibility_gap=gap))


def test_a_framing_is_ahead_only_when_its_interval_is():
    assert words.framing(one()).startswith("An attempt in the framing")
    near = entry()
    near["framings"][1]["hazard"] = cell(0.28)
    assert words.framing(words.read_card(card(near))[0]).startswith("No framing is shown")


@pytest.mark.parametrize(("low", "said"), [(0.1, "would do harm"), (-0.1, "not shown")])
def test_on_whom_refusals_fall(low, said):
    assert said in words.asymmetry({"value": 0.4, "ci": [low, 0.6]})
    assert "would do no harm" in words.asymmetry({"value": -0.4, "ci": [-0.6, -low]}) or low < 0


def test_several_targets_are_ranked_both_ways():
    safe = entry("safe", tripwire=0.2, tau=0.1)
    title = words.ranking(words.read_card(card(entry("loud", tripwire=0.9, tau=0.9), safe)))
    assert title == "loud refuses more than safe, and gives an adversary more"
    assert words.ranking(words.read_card(card(entry("loud", tau=0.1), safe))).startswith("In none of 1 pair")
    page = render_card(card(entry("loud", tau=0.9), safe, changes=changed()), "1")
    assert "by refusals: loud, safe; by what an adversary gets: safe, loud" in page


def test_an_adversary_that_could_not_tell_gives_no_single_number():
    liar = {"tau": 0.07, "tau_oracle": 0.97, "tripwire": 0.0, "containment": 0.93, "dct": 0.08, "legibility_gap": -0.93}
    found = one(**liar, b=1.0)
    assert words.headline(found).endswith(f"between .07 and .97 of what the unprotected model gives: {words.NOT_TOLD}")
    line = found.line()
    assert line.cell("containment").amount() == "between .03 and .93"
    assert line.cell("dct").amount() == "between .08 and .97"
    assert "between .03 and .93 is contained" in words.dashboard(found)
    assert words.dashboard(found).startswith("The claim and what holds are not shown to differ")
    assert words.size(line.cell("tau")).startswith("neither")
    page = render_card(card(entry(**liar, b=1.0)), "1")
    assert "Containment is between .03 and .93" in re.sub(r"<[^>]*>|\xa0", "", page)
    assert words.headline(one(tau=0.9, tau_oracle=0.97)).endswith("gets .90 of what the unprotected model gives")


def test_the_best_answers_are_drawn_and_named_only_where_they_are_far():
    far = render_card(card(entry(tau=0.07, tau_oracle=0.97)), "1")
    near = render_card(card(entry(tau=0.9, tau_oracle=0.97)), "1")
    for mark in ('<path class="best" d="M1', '<path class="best" d="M4', "by the best of its answers"):
        assert (mark in far, mark in near) == (True, False), mark


def test_a_page_against_an_earlier_one_says_first_what_then_and_now_are():
    text = re.sub(r"<[^>]*>", "", render_card(card(changes=changed()), "1"))
    assert "what it had is “then”, what this one has “now”; yours then is mine now" in text
    assert "An adversary with 9 attempts got .90 then and gets .50 now: shown to have changed." in text
    assert "then is" not in re.sub(r"<[^>]*>", "", render_card(card(), "1"))
    lost = changed(apart=False)
    lost["rows"][0] |= {"is_best": 0.95, "was_best": 0.9, "change_best": 0.05}
    assert words.then_and_now(lost).endswith("gets between .50 and .95 now: not shown to have changed.")


def test_what_is_printed_has_two_decimals():
    assert [words.two(value) for value in (0, 0.004, -0.004, 0.999, 1, -0.5, None)] == [
        ".00", ".00", ".00", "1.00", "1.00", "−.50", "–"
    ]  # fmt: skip


def test_who_lies_is_not_ranked_safest():
    liar, safe = entry("liar", tau=0.0, tau_oracle=0.97), entry("safe", tau=0.1)
    page = render_card(card(liar, safe), "1")
    assert "by what an adversary gets: safe, liar (at most .97)" in page
    assert "liar looks safer than it is shown to be" in page
    assert page.index('<a href="#t1">') < page.index('<a href="#t0">', page.index("<table"))
    both = words.read_card(card(entry("loud", tripwire=0.9, tau=0.9), liar))
    assert words.ranking(both).startswith("In none of 1 pair")
    assert "looks safer" not in render_card(card(safe, entry("loud")), "1")


def test_the_page_is_whole_and_asks_for_nothing():
    page = render_card(card(changes=changed()), "1")
    assert make.HOSTILE not in page
    assert "<img" not in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert next(int(level) for level in re.findall(r"<h([1-6])", page)) == 1
    assert "isonomia transfer run" in page
    assert "1 of 1 number changed distinguishably" in page
    assert "Not the same in both: the budget" in page
    assert "not identifiable: now: r may be 0" in page


def test_what_is_unknown_is_never_a_nought():
    nothing = dict.fromkeys((*NUMBERS, "tripwire", "legibility_gap"))
    page = render_card(card(entry(**nothing)), "1")
    assert "not identifiable: nobody asked" in page
    assert 'class="dot' not in page
    assert 'class="got"' not in page


def test_bounds_are_drawn_where_there_is_no_number():
    bounds, known = (render_card(card(entry(**of)), "1") for of in ({"tau": None, "tau_low": 0.1, "tau_high": 0.8}, {}))
    for mark, drawn in (('class="band"', True), ('class="got"', False), ('<path class="line" d="M4', False)):
        assert (mark in bounds, mark in known) == (drawn, True), mark


def test_another_kind_is_refused():
    with pytest.raises(ReportError, match="schema_version 1"):
        render_card({"kind": "transfer card", "schema_version": 2}, "1")
    with pytest.raises(ReportError, match="no target"):
        render_card(card() | {"targets": []}, "1")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_and_axe_finds_nothing(tmp_path: Path, width: int, theme: str) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: set ISONOMIA_CHROMIUM to look at the page")
    file = tmp_path / "card.html"
    file.write_text(render_card(card(entry(), entry("other", tau=None), changes=changed()), "1"), "utf-8")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        size: Any = {"width": width, "height": 900}
        page = browser.new_context(offline=True, viewport=size, color_scheme=theme).new_page()
        seen: list[str] = []
        page.on("console", lambda message: seen.append(message.text))
        page.goto(file.as_uri())
        assert page.locator("html").evaluate("e => e.scrollWidth - innerWidth") <= 0
        assert seen == []
        if AXE.is_file():
            page.evaluate(AXE.read_text("utf-8") + ";0")
            faults = "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
            assert page.evaluate(faults) == []
        browser.close()
