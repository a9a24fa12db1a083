"""The pictures: titles come from the numbers, and a browser is handed what it is asked for."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import break_results as make
import pytest
from click.testing import CliRunner

from isonomia.cli.main import main
from isonomia.report.slides import render_slides


def test_titles_follow_the_numbers() -> None:
    assert "flawed is broken by 12 of 12 attacks" in render_slides(make.large())["heatmap"]
    held = render_slides(make.all_status("held", 0.004))
    assert "is broken by" not in held["heatmap"]
    assert "was not measured" in held["over-time"]


def test_a_price_says_over_what_where_that_is_not_the_step_above() -> None:
    assert 'class="by">over ' not in render_slides(make.chain())["safeguards"]
    result = make.chain()
    result["friction"][-1]["against"] = "flawed"
    assert render_slides(result)["safeguards"].count('<span class="by">over flawed</span>') == 1


@pytest.mark.parametrize("shape", ["usual", "small", "holes", "hostile", "large"])
def test_every_shape_gives_three_pages(shape: str) -> None:
    slides = render_slides(getattr(make, shape)())
    assert list(slides) == ["heatmap", "over-time", "safeguards"]
    assert not any("<img" in page for page in slides.values())


def test_a_folder_without_a_sweep_is_said_to_be_one(tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["gallery", str(tmp_path)])
    assert answer.exit_code == 2
    assert "holds no finished sweep" in answer.output


def test_a_browser_that_draws_nothing_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(json.dumps(make.small()))
    answer = CliRunner().invoke(main, ["gallery", str(tmp_path), "--browser", shutil.which("false") or "false"])
    assert answer.exit_code == 2
    assert "drew no picture" in answer.output
    assert (tmp_path / "gallery" / "1-heatmap.html").is_file()


def test_pictures_are_drawn_where_there_is_a_browser(tmp_path: Path) -> None:
    program = os.environ.get("ISONOMIA_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        pytest.skip("no Chromium on this machine: set ISONOMIA_CHROMIUM to look at the pictures")
    (tmp_path / "result.json").write_text(json.dumps(make.large()))
    answer = CliRunner().invoke(main, ["gallery", str(tmp_path), "--browser", program])
    assert answer.exit_code == 0, answer.output
    pictures = sorted((tmp_path / "gallery").glob("*.png"))
    assert len(pictures) == 3
    assert all(picture.read_bytes()[16:24] == b"\x00\x00\x06\x40\x00\x00\x03\x84" for picture in pictures)
