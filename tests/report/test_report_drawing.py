"""Colours, scales and numbers as written."""

from __future__ import annotations

import re

import break_results as make
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isonomia.report import charts, palette
from isonomia.report.figures import interval, number, percent, with_interval
from isonomia.report.reading import Estimate, read

FINITE = st.floats(-1e6, 1e6, allow_nan=False)


@pytest.mark.parametrize("theme", [palette.LIGHT, palette.DARK])
def test_every_text_stands_out_from_its_ground(theme: dict[str, str]) -> None:
    for fill in palette.FILLS:
        assert palette.contrast(theme[fill], palette.text_on(theme[fill])) >= 4.5
    for ink in ("ink", "soft", "link", "harm"):
        assert palette.contrast(theme["paper"], theme[ink]) >= 4.5
    for line in ("harm", "calm", "other"):
        assert palette.contrast(theme["paper"], theme[line]) >= 3


def test_contrast_is_that_of_the_guideline() -> None:
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert palette.text_on("#ffffff") != palette.text_on("#000000")


def test_orange_means_broken_blue_held_grey_the_rest() -> None:
    fills = {c.status: set() for c in read(make.holes()).cells.values()}
    for cell in [*read(make.holes()).cells.values(), *read(make.usual()).cells.values()]:
        fills[cell.status].add(palette.fill_of(cell)[0])
    assert fills == {"broken": {"b"}, "held": {"h"}, "undetermined": {"u"}, "no headroom": {"u"}}
    assert palette.fill_of(None) == "u1"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0, "0"),
        (0.0, "0"),
        (0.41, ".41"),
        (-0.034, "−.03"),
        (0.004, ".004"),
        (0.0001, "≈0"),
        (-0.0001, "≈0"),
        (1.3, "1.30"),
        (1.0, "1.00"),
        (0.997, ".997"),
        (-1.0002, "≈−1"),
        (12345.6, "12,346"),
    ],
)
def test_number(value: float | None, text: str) -> None:
    assert number(value) == text


@given(FINITE)
def test_a_number_is_zero_in_print_only_when_it_is_zero(value: float) -> None:
    assert (number(value) == "0") == (value == 0)
    assert (number(value) in ("1.00", "−1.00")) == (abs(value) == 1)
    assert (percent(value) == "0%") == (value == 0)
    assert not set(number(value) + percent(value)) & set("<>&\"'")


def test_an_estimate_is_never_a_mean_alone() -> None:
    assert with_interval(Estimate(0.41, 0.38, 0.44)) == ".41 [.38, .44]"
    assert with_interval(Estimate(0.41)) == ".41 (no interval)"
    assert with_interval(Estimate(None, 0.1, 0.2)) == "not measured"
    assert interval(Estimate(0.4, None, 0.5)) == "[–, .50]"


@given(st.lists(st.one_of(st.none(), FINITE), max_size=8), st.sampled_from([0.02, 0.1, 1.0]))
def test_an_axis_holds_zero_and_every_value(values: list[float | None], least: float) -> None:
    axis = charts.axis_of(values, least)
    assert axis.low <= 0 < least <= axis.high * (1 + 1e-9)
    for value in values:
        if value is not None:
            assert axis.low * (1 + 1e-9) <= value <= axis.high * (1 + 1e-9)
    assert 0.0 in axis.ticks()


def test_a_gap_breaks_the_line_and_draws_no_zero() -> None:
    axis = charts.Axis(0.0, 1.0)
    drawn = charts.by_day([0.5, None, 0.5, 0.5], (), axis, 2, 0, "x")
    path = re.findall(r'class="line" d="(.*?)"', drawn)
    assert [d.count("M") for d in path] == [2]
    assert "path" in charts.mark(Estimate(0.5, 0.4, 0.6), axis)
    assert "circle" not in charts.mark(Estimate(None, None, None), axis)
    assert 'class="bar"' not in charts.bar(None, axis)


def test_marks_stand_where_their_numbers_are() -> None:
    axis = charts.Axis(0.0, 1.0)
    at = [float(re.findall(r'cx="([\d.]+)"', charts.mark(Estimate(v), axis))[0]) for v in (0.0, 0.5, 1.0)]
    assert at[1] - at[0] == at[2] - at[1] > 0
