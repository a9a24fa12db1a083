"""Prints every table of the section "Statistics" in docs/numbers.md. python benchmarks/coverage.py [samples a cell]

Nothing here is left to chance: each cell's generator is seeded by what the cell is (tests/measures/statistics_grid.py),
numpy.random.default_rng([n, number of the outcome]); the resampling of the bootstrap is seed 0 of resample_counts.
4,000 samples a cell, as the tables say, take about three minutes on one core.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import numpy as np

from isonomia.measures.statistics.intervals import paired_interval
from isonomia.measures.statistics.power import exact_power, seeds_needed, seeds_to_hold

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "measures"))
import statistics_grid as grid

SUPPORT = (-0.05, 1.0)  # of the verdict's harm over all victims
THRESHOLD = 0.02


def line(*cells: object) -> None:
    shown = [f"{c:.3f}".replace("0.", ".", 1) if isinstance(c, float | np.floating) else str(c) for c in cells]
    print("|", " | ".join(shown), "|", flush=True)


def head(title: str, *names: str) -> None:
    print(f"\n{title}\n")
    line(*names)
    line(*("---" for _ in names))


def means(samples: int) -> None:
    head("means", "outcome", "n", *grid.METHODS, "width bca", "width betting", "width bounded")
    for name in grid.OUTCOMES:
        for n in grid.SIZES:
            x, truth, support = grid.draw(name, n, samples)
            shares = [
                (partial(method, resamples=2000) if called in ("percentile", "bootstrap-t", "bca") else method)(
                    x, truth, support
                )
                for called, method in grid.METHODS.items()
            ]
            widths = [
                np.mean([i.hi - i.lo for i in (paired_interval(row, support=support, method=how) for row in x[:60])])
                for how in ("bca", "bounded")
            ]
            line(name, n, *shares, widths[0], grid.betting_width(x[:60], support), widths[1])


def ratios(samples: int) -> None:
    head("ratios", "ratio", "n", "bca", "width bca", "bounded", "width bounded")
    for name in grid.RATIOS:
        for n in grid.SIZES:
            bca, bounded = ((how, samples // part) for how, part in (("bca", 4), ("bounded", 20)))
            line(name, n, *grid.ratio_coverage(name, n, *bca), *grid.ratio_coverage(name, n, *bounded))


def rates() -> None:
    head("rates, by Wilson's score: exact", "n", *(f"rate {r:.2f}".replace("0.", ".") for r in grid.RATES))
    for n in grid.SIZES:
        line(n, *(grid.score_coverage(r, n) for r in grid.RATES))


def curves(samples: int) -> None:
    head("survival", "by day 40", "n", "log-log, day 20", "log-log, day 40", "plain, day 20", "plain, day 40")
    for r in grid.RATES:
        for n in grid.SIZES:
            by_scale = (grid.survival_coverage(r, n, scale, samples) for scale in ("log-log", "plain"))
            line(f"{r:.2f}".replace("0.", "."), n, *(share for pair in by_scale for share in pair))
    head("median of a survival curve", "n", "log-log", "plain")
    for n in grid.SIZES:
        line(n, grid.median_coverage(n, "log-log", samples), grid.median_coverage(n, "plain", samples))


def power() -> None:
    cells = (1, 5, 15, 50, 150)
    head("seeds without any harm that hold every cell of a table", "cells", *map(str, cells))
    line("seeds", *(seeds_to_hold(m, THRESHOLD, support=SUPPORT) for m in cells))
    head(
        "power of the verdict's test, one cell, one look",
        "claim",
        "harm",
        "rate",
        *map(str, (20, 80, 400, 600)),
        "80% at",
    )
    for claim, size, wanted in (("broken", 1.0, grid.RATES[1:]), ("held", 1.0, (0.0, 0.002, 0.005, 0.01))):
        for r in wanted:
            ask = (r, size, THRESHOLD)
            found = (exact_power(claim, n, *ask, support=SUPPORT) for n in (20, 80, 400, 600))
            line(claim, size, f"{r:.3f}".replace("0.", "."), *found, seeds_needed(claim, *ask, support=SUPPORT))


def main(samples: int = 4000) -> None:
    rates()
    curves(samples)
    power()
    ratios(samples)
    means(samples)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
