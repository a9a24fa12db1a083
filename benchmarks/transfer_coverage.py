"""Prints the tables of "Measured coverage" in docs/transfer.md. python benchmarks/transfer_coverage.py [samples a cell]

Every cell is seeded by what it is (tests/transfer/coverage_grid.py). 2,000 samples a cell take about five minutes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from isonomia.transfer.attempts import Row, from_rows
from isonomia.transfer.card import Source, card_of, changes
from isonomia.transfer.estimate import estimate
from isonomia.transfer.measured import Measured

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "transfer"))
import coverage_grid as grid


def line(*cells: object) -> None:
    shown = [f"{c:.3f}".replace("0.", ".", 1) if isinstance(c, float) else str(c) for c in cells]
    print("|", " | ".join(shown), "|", flush=True)


def head(title: str, *names: object) -> None:
    print(f"\n{title}\n")
    line(*names)
    line(*("---" for _ in names))


def taus(samples: int) -> None:
    head("τ by score", "world", "n", *grid.TAUS)
    for world in grid.NAMES:
        for n in grid.SIZES:
            line(world, n, *(grid.coverage(grid.draw(world, n, t, samples), t)[0] for t in grid.TAUS))
    head("τ by BCa, for comparison", "world", "n", *grid.TAUS)
    for world in (*list(grid.WORLDS)[:2], grid.TIED[0]):
        for n in grid.SIZES[:2]:
            cells = (grid.draw(world, n, t, samples // 4) for t in grid.TAUS)
            line(world, n, *(grid.coverage(c, t, grid.by_bca)[0] for c, t in zip(cells, grid.TAUS, strict=True)))


def services(samples: int) -> None:
    head("b by score", "n", *grid.SERVICES)
    for n in grid.SIZES:
        cells = [(*grid.served(n, b, samples), np.zeros((samples, n))) for b in grid.SERVICES]
        line(n, *(grid.coverage(cell, b)[0] for cell, b in zip(cells, grid.SERVICES, strict=True)))


def derived(samples: int) -> None:
    """The whole path from attempts to rows."""
    names = ("tau", "b", "r", "tau_per_r", "dct", "containment", "friction", "differential", "legibility_gap")
    head("rows from attempts, τ/r where r > 0 is sure", "n", "τ", "b", *names)
    for n in grid.SIZES:
        for tau, b in ((0.1, 0.7), (0.5, 0.9), (0.9, 1.0)):
            r = 0.15
            truth = (tau, b, r, tau / r, tau / b, 1 - tau, 1 - b, b - tau, 0.8 - (1 - tau))
            held = np.zeros(len(names))
            known = np.zeros(len(names))
            for seed in range(samples):
                row = estimate(grid.table(n, tau, b, r, seed), [grid.TRIES])[-1]
                for i, (name, true) in enumerate(zip(names, truth, strict=True)):
                    cell: Measured = getattr(row, name)
                    if cell.lo is not None and cell.hi is not None:
                        known[i] += 1
                        held[i] += cell.lo <= true <= cell.hi
            line(n, tau, b, *(float(h / k) if k else "–" for h, k in zip(held, known, strict=True)))


def paired(samples: int) -> None:
    """The change of τ between two cards of the same items; `alike`: the share of items on which both have one luck."""
    head("changes between two cards, of τ .5 to τ .7", "n", "alike", "paired", "width", "unpaired", "width")
    for n in grid.SIZES[:2]:
        for alike in (0.0, 0.8, 1.0):
            rng = np.random.default_rng([n, round(10 * alike)])
            found: dict[str, list[list[float]]] = {"a": [], "": []}
            for _ in range(samples):
                luck = rng.random((2, n))
                luck[1] = np.where(rng.random(n) < alike, luck[0], luck[1])
                for items, seen in found.items():
                    cards = [_card(luck[i] < share, items) for i, share in enumerate((0.5, 0.7))]
                    rows = changes(cards[1], cards[0])["rows"]
                    seen.append(next(r["ci"] for r in rows if (r["key"], r["category"]) == ("tau", "overall")))
            ends = {items: np.array(seen) for items, seen in found.items()}
            held = {items: (e[:, 0] <= 0.2) & (e[:, 1] >= 0.2) for items, e in ends.items()}
            cells = ((float(held[i].mean()), float(np.diff(ends[i]).mean())) for i in ("a", ""))
            line(n, alike, *(cell for pair in cells for cell in pair))


def _card(broken: grid.Array, items: str) -> dict[str, Any]:
    arms = (("attack", broken), ("bare", np.ones(broken.size)), ("alone", np.zeros(broken.size)))
    rows = [
        Row("m", "c", arm, f"{i:04d}", "", "", 1, float(grade), 0, 0.0, 0.0)
        for arm, grades in arms
        for i, grade in enumerate(grades.tolist())
    ]
    return card_of([Source("", from_rows(rows), {"items_sha256": items, "budget": {}})], {})


def main(samples: int = 2000) -> None:
    services(samples)
    taus(samples)
    derived(samples // 2)
    paired(samples // 5)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
