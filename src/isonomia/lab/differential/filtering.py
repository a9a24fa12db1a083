"""The asymmetric filter: does the friction of a charter fall on those who do harm, or on those who do none?

Actors are the attackers' principals, each with the harm of its attack where nothing protects, and everybody who acts in
the benign twins, whose harm is 0. What an actor meets under the charter is its obstruction (`tripwires.obstruction`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from isonomia.lab.differential.comparison import Comparison
from isonomia.measures.differential import filter_correlation

OBSTRUCTIONS = ("refused", "delay")


def filter_row(bench: Comparison) -> dict[str, Any]:
    """τ between harm and each form of obstruction, over all actors, and the actors themselves (means over seeds)."""
    actors = _actors(bench)
    names = sorted(actors)
    rows: dict[str, Any] = {}
    harms = np.array([[cell["harm"] for cell in actors[name]] for name in names], float).T
    for what in OBSTRUCTIONS:
        met = np.array([[cell[what] for cell in actors[name]] for name in names], float).T
        rows[what] = filter_correlation(harms, met).plain()
    means = [
        {
            "actor": name,
            **{what: float(np.mean([cell[what] for cell in actors[name]])) for what in ("harm", *OBSTRUCTIONS)},
        }
        for name in names
    ]
    return {**rows, "actors": sorted(means, key=lambda row: (-row["harm"], row["actor"]))}


def _actors(bench: Comparison) -> dict[str, list[dict[str, float]]]:
    """Per actor and seed: harm in the arm without any safeguard, and what it met under the charter; attackers at the
    point that they found in each arm."""
    found: dict[str, list[dict[str, float]]] = {}
    for attack in bench.defaults:
        harms = bench.harms(bench.none, attack).tolist()
        come = bench.found[bench.full, attack].point  # as the attacker comes who has looked for a way round
        for door, harm in zip(bench.doors(bench.full, attack, come), harms, strict=True):
            for who, met in door.actors.items():
                found.setdefault(f"{attack}: {who}", []).append({**met, "harm": harm})
    with_it, _ = bench.services(bench.full, bench.none)
    for service in with_it:
        for who, met in service["actors"].items():
            found.setdefault(f"honest: {who}", []).append({**met, "harm": 0.0})
    whole = len(bench.reported)
    return {name: cells for name, cells in found.items() if len(cells) == whole}
