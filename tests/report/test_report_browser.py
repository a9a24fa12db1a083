"""The page in a browser: offline, no policy violation, no accessibility violation, two clicks to an act.

Needs Chromium (ISONOMIA_CHROMIUM or on the path) and axe-core's axe.min.js (ISONOMIA_AXE); skips, saying so, without.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import break_results as make
import pytest
import test_report_incidents as study

from isonomia.report.incidents import render_incidents
from isonomia.report.page import render_break

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = os.environ.get("ISONOMIA_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FAULTS = "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
AXE = Path(os.environ.get("ISONOMIA_AXE", ""))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: set ISONOMIA_CHROMIUM to look at the page")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def open_page(browser: Any, folder: Path, result: dict[str, Any], **options: Any) -> tuple[Any, list[str]]:
    """The page opened from a file with the network off; console messages and requests beyond itself are collected."""
    file = folder / "report.html"
    (folder / "cells").mkdir()
    for path, html in render_break(result, make.replays(result, days=5, acts=6)).items():
        (folder / path).write_text(html, "utf-8")
    page = browser.new_context(offline=True, **options).new_page()
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on(
        "request", lambda request: seen.append(request.url) if not request.url.startswith(folder.as_uri()) else None
    )
    page.goto(file.as_uri())
    return page, seen


@pytest.mark.parametrize("script", [True, False])
def test_two_clicks_from_a_cell_to_an_act(browser: Any, tmp_path: Path, script: bool) -> None:
    page, seen = open_page(browser, tmp_path, make.usual(), java_script_enabled=script)
    page.locator("table.grid tbody td a").nth(1).click()
    page.locator(".days summary").nth(3).click()
    act = page.get_by_role("link", name="22", exact=True)
    assert act.is_visible()
    assert seen == []


@pytest.mark.parametrize("shape", ["usual", "small", "holes", "hostile", "large", "chain"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out_and_nothing_is_asked_for(browser: Any, tmp_path: Path, shape: str, width: int) -> None:
    page, seen = open_page(browser, tmp_path, getattr(make, shape)(), viewport={"width": width, "height": 900})
    assert page.locator("html").evaluate("e => e.scrollWidth - innerWidth") <= 0
    widths = page.locator("table.grid tbody td").evaluate_all("cells => cells.map(c => Math.round(c.offsetWidth))")
    assert max(widths) - min(widths) <= 1
    assert seen == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("shape", ["usual", "holes", "hostile", "chain"])
def test_axe_finds_nothing(browser: Any, tmp_path: Path, shape: str, theme: str) -> None:
    if not AXE.is_file():
        pytest.skip("no axe-core on this machine: set ISONOMIA_AXE to its axe.min.js")
    page, seen = open_page(browser, tmp_path, getattr(make, shape)(), color_scheme=theme)
    here = page.evaluate(AXE.read_text("utf-8") + ";0") or page.evaluate(FAULTS)
    assert here == []
    page.goto((tmp_path / "cells" / "c0-0.html").as_uri())
    day = page.locator(".days summary").first
    day.evaluate("e => { for (let n = e; n; n = n.parentElement) if (n.tagName === 'DETAILS') n.open = true }")
    page.evaluate(AXE.read_text("utf-8") + ";0")
    found = page.evaluate(FAULTS)
    assert found == []
    assert seen == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_of_history_fits_and_axe_finds_nothing(browser: Any, tmp_path: Path, width: int) -> None:
    found = study.history(study.under("A", True), study.under("B", False), study.incident(make.HOSTILE), charter="mine")
    file = tmp_path / "history.html"
    file.write_text(render_incidents(found, "1"), "utf-8")
    page = browser.new_context(offline=True, viewport={"width": width, "height": 900}).new_page()
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text))
    page.goto(file.as_uri())
    assert page.locator("html").evaluate("e => e.scrollWidth - innerWidth") <= 0
    assert seen == []
    if AXE.is_file():
        page.evaluate(AXE.read_text("utf-8") + ";0")
        assert page.evaluate(FAULTS) == []
