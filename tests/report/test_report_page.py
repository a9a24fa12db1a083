"""The page as text: nothing leaves it, nothing breaks out of its place, every number is the result's own."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import break_results as make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isonomia.report.page import render_break

SHAPES = {
    "usual": make.usual,
    "small": make.small,
    "single": make.single,
    "held": lambda: make.all_status("held", 0.004),
    "undetermined": lambda: make.all_status("undetermined", 0.03),
    "no headroom": lambda: make.all_status("no headroom", 0.03),
    "holes": make.holes,
    "large": make.large,
    "chain": make.chain,
    "hostile": make.hostile,
    "empty": lambda: make.wrap([], [], [], friction=[], containment=[], controls=[]),
}


class Page(HTMLParser):
    """Elements with their attributes, the text under each, and the rows of the big table."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.text: list[str] = []
        self._in_grid = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "table":
            self._in_grid = dict(attrs).get("class") == "grid"
        if self._in_grid and tag == "tr":
            self.rows.append([])
        if self._in_grid and tag in ("td", "th"):
            self.rows[-1].append("")
        if self._in_grid and tag in ("span", "b") and self.rows and self.rows[-1]:
            self.rows[-1][-1] += "|"

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._in_grid and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._in_grid = False


def pages_of(result: dict[str, Any], replays: Any = None) -> dict[str, str]:
    return render_break(result, make.replays(result, days=6, acts=6) if replays is None else replays)


def render(result: dict[str, Any], days: int = 6) -> str:
    """All pages in one string, the report first."""
    return whole(result, make.replays(result, days=days, acts=6))


def whole(result: dict[str, Any], replays: Any) -> str:
    return "".join(render_break(result, replays).values())


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_leaves_the_page(shape: str) -> None:
    allowed = {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "p",
        "i",
        "b",
        "nav",
    }
    allowed |= {
        "a",
        "main",
        "section",
        "dl",
        "dt",
        "dd",
        "div",
        "span",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
    }
    allowed |= {
        "caption",
        "details",
        "summary",
        "figure",
        "figcaption",
        "svg",
        "path",
        "circle",
        "text",
        "ul",
        "li",
        "pre",
    }
    allowed |= {"code", "em", "bdi", "footer", "script"}
    for html in pages_of(SHAPES[shape]()).values():
        for tag, attributes in Page(html).elements:
            assert tag in allowed, tag
            for name, value in attributes.items():
                assert not re.match("src|style|action|on", name), (tag, name)
                if name == "href":
                    assert re.fullmatch(r"#[\w-]+|cells/c\d+-\d+\.html|\.\./report\.html(#table)?", value or ""), value
        style = html[html.index("<style>") : html.index("</style>")]
        assert not re.search(r"url\(|@import|//", style)


@pytest.mark.parametrize("shape", ["usual", "hostile"])
def test_security_policy_names_exactly_the_inline_code(shape: str) -> None:
    for html in pages_of(SHAPES[shape]()).values():
        policy = next(a["content"] for t, a in Page(html).elements if a.get("http-equiv") == "Content-Security-Policy")
        assert policy is not None
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        for tag in ("style", "script"):
            bodies = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.S)
            assert len(bodies) == 1 == html.count(f"<{tag}")
            digest = base64.b64encode(hashlib.sha256(bodies[0].encode()).digest()).decode()
            assert f"{tag}-src 'sha256-{digest}'" in policy


def test_links_lead_somewhere_and_ids_are_unique() -> None:
    for shape in SHAPES.values():
        pages = pages_of(shape())
        for path, html in pages.items():
            elements = Page(html).elements
            ids = [a["id"] for _, a in elements if "id" in a]
            assert len(ids) == len(set(ids))
            for href in (a["href"] or "" for _, a in elements if "href" in a):
                file, _, ident = href.partition("#")
                there = pages[path] if not file else pages[file.removeprefix("../")]
                assert not ident or f'id="{ident}"' in there, (path, href)


def test_hostile_text_stays_text() -> None:
    result = make.hostile()
    html = render(result)
    assert not re.search("<img|\x00|\u202e", html)
    assert all(page.count("</script>") == 1 for page in pages_of(result).values())
    assert "&lt;/script&gt;&lt;img src=x" in html
    assert f"<bdi>{make.RIGHT_TO_LEFT}</bdi>" in html
    html.encode("utf-8")


@given(st.text(st.characters(), max_size=30))
@settings(max_examples=40, deadline=None)
def test_any_text_anywhere_leaves_the_structure_alone(text: str) -> None:
    def shape(word: str) -> list[str]:
        result = make.small()
        result["attacks"][0] |= {"who": word, "mechanism": word, "title": word}
        result["charters"][1] |= {"why": word, "changes": [word]}
        result["cells"][0] |= {"structural": [word], "root": word or "x", "run": word or "x"}
        result["spec"]["rule"] = "x" + word
        replays = {result["cells"][0]["replay"]: make.replay(word, 1, 2)}
        replays[result["cells"][0]["replay"]]["days"][0]["acts"][0]["what"] = word
        return [tag for tag, _ in Page(whole(result, replays)).elements if tag != "bdi"]

    assert shape("a" + text) == shape("a")


def shown(text: str) -> float | None:
    """A printed number, or None for words."""
    match = re.fullmatch(r"(−?)((?:\d[\d,]*)?(?:\.\d+)?)", text.strip())
    if not match or not match[2]:
        return None
    return float(match[2].replace(",", "")) * (-1 if match[1] else 1)


def close(text: str, value: float) -> bool:
    """Whether a printed number is the value to its last printed digit; only an exact zero may be printed as 0."""
    if text.strip() == "≈0":
        return value != 0 and abs(value) < 5e-4
    number = shown(text)
    digits = len(text.split(".")[1]) if "." in text else 0
    return number is not None and (value == 0 if number == 0 else abs(number - value) <= 0.5 * 10**-digits + 1e-9)


@pytest.mark.parametrize("shape", ["usual", "small", "holes", "large", "held", "chain"])
def test_every_number_of_the_table_is_the_results(shape: str) -> None:
    result = SHAPES[shape]()
    rows = Page(render(result, days=1)).rows
    columns = [cell.split("|")[0] for cell in rows[0][1:]]
    cells = {(c["attack"], c["charter"]): c for c in result["cells"]}
    assert columns == [c["name"] for c in result["charters"]]
    assert sorted(row[0].split("|")[0] for row in rows[1:-1]) == sorted(a["name"] for a in result["attacks"])
    for row in rows[1:-1]:
        for charter, cell in zip(columns, row[1:], strict=True):
            parts = [part for part in cell.split("|") if part]
            wanted = cells.get((row[0].split("|")[0], charter))
            if wanted is None:
                assert parts == ["not run"]
                continue
            assert parts[0] == wanted["status"]
            if wanted["harm"] is None:
                assert parts[1] == "not measured"
                continue
            assert close(parts[1], wanted["harm"])
            low, high = parts[2].strip("[]†").split(", ")
            assert close(low, wanted["harm_ci"][0])
            assert close(high, wanted["harm_ci"][1])
    friction = {f["charter"]: f for f in result["friction"]}
    for charter, cell in zip(columns, rows[-1][1:], strict=True):
        mean = friction.get(charter, {}).get("mean")
        first = next(part for part in cell.split("|") if part)
        assert first in ("–", "not measured") if mean is None else close(first, mean)


def test_changing_one_number_changes_the_page() -> None:
    result = make.usual()
    before = render(result)
    for key in ("harm", "targets", "capture", "decoupling", "input_capture", "truth_gap", "tail_share", "headroom"):
        changed = copy.deepcopy(result)
        changed["cells"][0][key] = 0.2345
        assert render(changed) != before, key


def drill(html: str, attack: str, charter: str) -> dict[str, str]:
    """The measures of one cell, as printed."""
    start = html.index(f"<title>{attack} on {charter}: ")
    table = html[start : html.index("</table>", start)]
    found = re.findall(r'<th scope="row">(.*?)</th><td class="num">(.*?)</td>', table)
    return {name: re.sub("<.*?>", "", value) for name, value in found}


def test_null_is_never_shown_as_zero() -> None:
    measures = drill(render(make.holes()), "sybil-majority", "flawed")
    words = {"harm, everyone", "harm, weakest tenth", "tail share", "capture", "decoupling", "input capture"}
    words |= {"truth gap", "detected", "deficit without attack", "runs harmed"}
    assert {measures[word] for word in words} == {"not measured"}
    assert measures["paired runs"] == "not stated"
    zeros = dict.fromkeys(["harm", "targets", "capture", "decoupling", "truth_gap", "headroom", "tail_share"], 0.0)
    result = make.small()
    result["cells"][0] |= zeros
    measures = drill(render(result), "sybil-majority", "flawed")
    assert measures["capture"] == measures["truth gap"] == measures["deficit without attack"] == "0"
    assert measures["tail share"] == "0%"


def test_all_null_result_prints_no_figures() -> None:
    result = make.small()
    kept = {"attack", "charter", "status", "broken"}
    for cell in result["cells"]:
        cell |= {key: None for key in cell if key not in kept}
    result["friction"] = [make.friction("vouched", None) | {"runs": None, "refused": None, "minutes": None}]
    page = Page(whole(result, {}))
    grid = [cell for row in page.rows[1:] for cell in row[1:]]
    assert not re.search(r"\d", "".join(grid)), grid


def test_missing_and_malformed_parts_do_not_stop_the_page() -> None:
    for key in make.usual():
        if key not in ("schema_version", "kind"):
            render_break({k: v for k, v in make.usual().items() if k != key}, {})
    odd = make.usual() | {"friction": [None, 3], "controls": "x", "spec": [], "containment": {"a": 1}}
    odd["cells"] = [*odd["cells"], 7, {}, make.cell("x", "y", harm=float("nan"), by_day=[True, "a", float("inf")])]
    html = whole(odd, {"sybil-majority-bare": {"days": [{"acts": [{}, None]}, 4]}})
    assert not re.search(r"\b(nan|inf|None|True)\b", " ".join(Page(html).text[1:]))


def test_replay_shows_every_act_with_its_entry_and_verdict() -> None:
    result = make.small()
    key = result["cells"][0]["replay"]
    replay = make.replay(key, 3, 6)
    html = whole(result, {key: replay})
    for day in replay["days"]:
        for act in day["acts"]:
            verdict = '<td class="no">refused by identity.vouched' if act["denied"] else "<td>permitted"
            assert (
                f'<tr><td><a href="#prove">{act["entry"]}</a><td>'
                f"{act['by']}<td>{act['kind']}<td>{act['what']}{verdict}" in html
            )
    assert "The same on every day: stock reported 90,000 · quota 1,200 · roll 100 · emergency no." in html
    assert "<b>day 1</b> <span>stock measured 89,300</span>" in html
    for day in replay["days"]:
        day["facts"] |= {"stock_reported": 91_000 - day["day"], "stock_measured_at_opening": 91_000 - day["day"]}
    line = "stock reported 90,999 · stock measured at opening 90,999 · stock measured 89,300"
    assert f"<b>day 1</b> <span>{line}</span>" in whole(result, {key: replay}), "an honest report beside what it is of"
    same = [{"entry": 7 + i, "by": "ring", "kind": "admit", "what": "account", "denied": []} for i in range(60)]
    replay["days"] = [{"day": 0, "facts": {}, "acts": same}]
    assert '<tr><td><a href="#prove">7–66 (60)</a><td>ring' in whole(result, {key: replay})


def test_end_of_the_attack_is_marked_in_chart_and_replay() -> None:
    result = make.small()
    html = whole(result, make.replays(result, days=80, acts=1))
    assert html.count('class="end"') == 3  # one a cell, and the report's own
    assert re.search(r"the attack has ended</p><details><summary><b>day 40</b>", html)
    shifted = result | {"spec": make.spec(first_day=1)}
    assert re.search(
        r"attack has ended</p><details><summary><b>day 41</b>", whole(shifted, make.replays(result, 80, 1))
    )
    assert 'class="end"' not in whole(result | {"spec": make.spec(days=None)}, {})


def test_the_documented_example_is_a_result() -> None:
    text = (Path(__file__).parents[2] / "docs" / "json.md").read_text("utf-8")
    example, replays = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.S))
    assert "sybil-majority" in whole(example, replays)
    written = make.usual()
    assert example.keys() == written.keys()
    for rows in ("attacks", "charters", "cells", "friction", "containment", "controls"):
        assert example[rows][0].keys() == written[rows][0].keys(), rows
    for key in ("spec", *example["cells"][0]):
        assert f"`{key}`" in text, key


def test_same_result_same_bytes() -> None:
    assert render(make.large()) == render(make.large())


def test_pages_stay_small() -> None:
    result = make.chain()
    pages = render_break(result, make.replays(result, days=80, acts=8))
    assert len(pages.pop("report.html")) < 150_000
    assert max(map(len, pages.values())) < 150_000
