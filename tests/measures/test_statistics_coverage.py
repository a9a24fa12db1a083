"""Does a 95% interval hold the truth 95 times in 100? Measured, on simulated truth over a named grid.

The tables stand in docs/numbers.md, printed by benchmarks/coverage.py. The quick tests here hold what is claimed on
part of the grid; the slow ones measure all of it anew and hold the page to it.
"""

from functools import cache
from pathlib import Path

import pytest
from statistics_grid import (
    METHODS,
    OUTCOMES,
    RATES,
    RATIOS,
    SIZES,
    bca,
    bounded,
    covers,
    draw,
    median_coverage,
    percentile,
    ratio_coverage,
    score_coverage,
    survival_coverage,
)

from isonomia.measures.statistics.intervals import paired_interval
from isonomia.measures.statistics.power import exact_power, seeds_needed, seeds_to_hold
from isonomia.measures.statistics.survival import survival

PAGE = Path(__file__).resolve().parents[2] / "docs" / "numbers.md"


@cache
def rows_under(heading: str) -> list[list[str]]:
    """The cells of all tables under this heading of the page."""
    lines = PAGE.read_text(encoding="utf-8").split(f"\n### {heading}\n", 1)[1].split("\n### ")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


@cache
def printed(heading: str) -> dict[tuple[str, ...], dict[str, float]]:
    """The rows of the tables under this heading, (what stands up to the column n) to the columns after it."""
    found: dict[tuple[str, ...], dict[str, float]] = {}
    for row in rows_under(heading):
        if "n" in row:
            columns, keys = row, row.index("n") + 1
        elif not set("".join(row)) <= {"-"}:
            found[tuple(row[:keys])] = dict(zip(columns[keys:], map(float, row[keys:]), strict=True))
    return found


def agrees(measured: float, table: float, samples: int, of: int = 4000) -> bool:
    """Within four standard errors of the difference, and the half per cent that fewer resamples may move."""
    middle = min(max((measured + table) / 2, 0.005), 0.995)
    return abs(measured - table) <= 4 * (middle * (1 - middle) * (1 / samples + 1 / of)) ** 0.5 + 0.005


# What is claimed


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("name", [name for name in OUTCOMES if name not in ("rate .20", "ruin .10", "ruin .20")])
def test_the_bounded_interval_reaches_its_level(name: str, n: int) -> None:
    assert bounded(*draw(name, n)) >= 0.945  # .95 less the noise of 1,000 samples where the level is just reached


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("name", OUTCOMES)
def test_the_bounded_interval_reaches_its_level_in_every_cell(name: str, n: int) -> None:
    assert bounded(*draw(name, n, 4000)) >= 0.9466  # .95 less one standard error


@pytest.mark.parametrize(("name", "n"), [("rate .02", 20), ("lognormal", 50), ("ruin .05", 20), ("smooth", 20)])
def test_the_grid_measures_the_public_interval(name: str, n: int) -> None:
    """The grid reads p-values and batches, for speed; on single samples the interval itself says the same."""
    x, truth, support = draw(name, n, 40)
    for row in x:
        made = paired_interval(row, support=support)
        assert covers(made.lo, truth, made.hi) == bool(bounded(row[None], truth, support))
        made = paired_interval(row, support=support, method="bca")
        assert covers(made.lo, truth, made.hi) == bool(bca(row[None], truth, support, 2000))


def test_a_percentile_bootstrap_in_disguise_is_noticed() -> None:
    """The positive control of this file: the claim's own assertion fails on the mutant at n = 20, rate .02."""
    assert percentile(*draw("rate .02", 20)) < 0.945
    assert bounded(*draw("rate .02", 20)) >= 0.945


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("r", RATES)
def test_wilsons_interval_covers_as_printed_and_never_less_than_ninety_two(r: float, n: int) -> None:
    exact = score_coverage(r, n)
    assert 0.92 <= exact <= 0.98
    table = printed("Coverage: a rate, by Wilson's score")
    assert table[(str(n),)][f"rate {r:.2f}".replace("0.", ".")] == pytest.approx(exact, abs=5.1e-4)


@pytest.mark.parametrize(("r", "n"), [(0.02, 20), (0.05, 50), (0.2, 50), (0.5, 100)])
def test_survival_covers_on_both_days(r: float, n: int) -> None:
    assert min(survival_coverage(r, n, "log-log", 600)) >= 0.93
    assert median_coverage(n, "log-log", 300) >= 0.93


def test_a_curve_that_gives_a_point_while_nothing_happened_is_noticed() -> None:
    """The positive control: with rare events most curves have none by day 20, and a point at 1 would miss the truth."""
    quiet = survival([40] * 20, [False] * 20).at(20)
    assert covers(quiet.lo, 0.99, quiet.hi)
    assert not covers(quiet.mean, 0.99, quiet.mean)


# What is known to fall short: honest records, to be changed only with the page


@pytest.mark.parametrize(
    ("name", "n", "at_most"),
    [
        ("ruin .02", 20, 0.40),
        ("ruin .02", 50, 0.70),
        ("ruin .05", 20, 0.70),
        ("paired", 20, 0.86),
        ("lognormal", 20, 0.89),
    ],
)
def test_bca_is_known_to_under_cover_rare_harm(name: str, n: int, at_most: float) -> None:
    measured = bca(*draw(name, n, 500))
    assert measured <= at_most
    assert agrees(measured, printed("Coverage: the mean of paired differences")[name, str(n)]["bca"], 500)


def test_survival_is_known_to_under_cover_where_hardly_anything_happens() -> None:
    assert survival_coverage(0.02, 50, "log-log", 1000)[0] < 0.935
    assert survival_coverage(0.2, 50, "plain", 1000)[0] < 0.915 < survival_coverage(0.2, 50, "log-log", 1000)[0]


def test_bca_covers_where_seeds_differ_smoothly() -> None:
    assert bca(*draw("smooth", 50)) >= 0.92
    assert ratio_coverage("friction .02", 50, "bca", 300)[0] >= 0.90


# The page


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("name", OUTCOMES)
@pytest.mark.parametrize("method", METHODS)
def test_means_cover_as_printed(method: str, name: str, n: int) -> None:
    table = printed("Coverage: the mean of paired differences")[name, str(n)][method]
    assert agrees(METHODS[method](*draw(name, n)), table, 1000)


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("name", RATIOS)
def test_ratios_cover_as_printed(name: str, n: int) -> None:
    table = printed("Coverage: ratios of sums, 1 − ΣA/ΣB")[name, str(n)]
    assert agrees(ratio_coverage(name, n, "bca", 300)[0], table["bca"], 300, 1000)
    assert agrees(ratio_coverage(name, n, "bounded", 60)[0], table["bounded"], 60, 200)


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("r", RATES)
@pytest.mark.parametrize("scale", ["log-log", "plain"])
def test_survival_covers_as_printed(scale: str, r: float, n: int) -> None:
    day_20, day_40 = survival_coverage(r, n, scale, 1000)
    table = printed("Coverage: time to an event")[f"{r:.2f}".replace("0.", "."), str(n)]
    assert agrees(day_20, table[f"{scale}, day 20"], 1000)
    assert agrees(day_40, table[f"{scale}, day 40"], 1000)
    if scale == "log-log":
        assert min(day_20, day_40) >= 0.90


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
def test_medians_cover_as_printed(n: int) -> None:
    table = printed("Coverage: time to an event")[(str(n),)]
    for scale in ("log-log", "plain"):
        assert agrees(median_coverage(n, scale, 1000), table[scale], 1000)


def test_a_page_that_says_otherwise_is_noticed() -> None:
    assert agrees(0.95, 0.955, 1000)
    assert not agrees(0.95, 0.90, 1000)
    assert len(printed("Coverage: the mean of paired differences")) == len(OUTCOMES) * len(SIZES)
    assert len(printed("Coverage: ratios of sums, 1 − ΣA/ΣB")) == len(RATIOS) * len(SIZES)
    assert len(printed("Coverage: time to an event")) == (len(RATES) + 1) * len(SIZES)


def test_power_is_as_printed() -> None:
    support, seen = (-0.05, 1.0), 0
    for row in rows_under("Power: what n seeds can decide"):
        if row[0] in ("broken", "held"):
            harm, rate, *powers = map(float, row[1:7])
            made = [exact_power(row[0], n, rate, harm, 0.02, support=support) for n in (20, 80, 400, 600)]
            assert made == pytest.approx(powers, abs=5.1e-4)
            seen += 1
        elif row[0] == "seeds":
            assert [seeds_to_hold(m, 0.02, support=support) for m in (1, 5, 15, 50, 150)] == [int(x) for x in row[1:]]
            seen += 1
    assert seen == 9


@pytest.mark.slow
def test_seeds_needed_are_as_printed() -> None:
    for row in rows_under("Power: what n seeds can decide"):
        if row[0] in ("broken", "held"):
            needed = seeds_needed(row[0], float(row[2]), float(row[1]), 0.02, support=(-0.05, 1.0))
            assert needed == int(row[7])
