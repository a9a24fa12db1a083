"""What a sweep costs beyond its runs: CPU of everything, processes included, against the bare runs and their measures.

python benchmarks/engine_overhead.py [seeds] [rounds] [workers]

Bare: a control run and the attacked runs against it, each measured, one after the other; nothing kept, judged or sent
anywhere. Engine: the same pairs as a sweep in a fresh folder, with ledger, verdicts and Parquet. Bare uses as many
processes as the sweep, each on its own share of the seeds, since two busy cores that share a cache are slower than one;
with one worker both are one process. The two alternate, and the least of each counts: other work only adds.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from multiprocessing import get_context
from os import times
from pathlib import Path

from isonomia.lab.charters import load
from isonomia.lab.plugins import attacks
from isonomia.lab.spec import Spec
from isonomia.lab.sweeps.engines import Local
from isonomia.lab.sweeps.pairing import play_pairs
from isonomia.lab.sweeps.sweep import CellKey, Ledger, Sweep

CHARTERS = ("flawed", "hardened", "hardened-4")
ATTACKS = ("petition-injection", "sybil-majority", "captured-governor")


def cpu() -> float:
    """Seconds of CPU of this process and of those of its children that have ended."""
    t = times()
    return t.user + t.system + t.children_user + t.children_system


def controls() -> dict[CellKey, Spec]:
    """The cells, each with its control arm."""
    return {
        CellKey(attack, name): Spec("commons", load(name).in_world("commons"), governor=attacks()[attack].card.governor)
        for name in CHARTERS
        for attack in ATTACKS
    }


def bare(seeds: range) -> None:
    """Every control run once, and the attacked runs against it."""
    groups: dict[tuple[str, str], tuple[Spec, list[str]]] = {}
    for key, spec in controls().items():
        groups.setdefault((key.charter, spec.governor), (spec, []))[1].append(key.attack)
    for control, chosen in groups.values():
        point = {attack: attacks()[attack].card.default("commons") for attack in chosen}
        for seed in seeds:
            here = replace(control, seed=seed)
            play_pairs(here, [replace(here, attack=attack, point=point[attack]) for attack in chosen])


def bare_in(seeds: int, workers: int) -> None:
    """The same in several processes, or in this one."""
    if workers == 1:
        bare(range(seeds))
        return
    shares = [get_context("fork").Process(target=bare, args=(range(i, seeds, workers),)) for i in range(workers)]
    for share in shares:
        share.start()
    for share in shares:
        share.join()


def engine(seeds: int, workers: int) -> None:
    """The same pairs as a sweep."""
    cells = controls()
    points = {key: attacks()[key.attack].card.default("commons") for key in cells}
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "pairs.jsonl")
        Sweep(cells, points, (seeds,), ledger, Local(workers), Path(folder)).grow(lambda *_: None)


def main(seeds: int = 30, rounds: int = 5, workers: int = 2) -> None:
    """Print the least CPU of both, and the ratio."""
    bare(range(1))  # so that everything is imported
    engine(2, 1)
    spent: dict[str, list[float]] = {"bare": [], "engine": []}
    for _ in range(rounds):
        for name, play in (("bare", lambda: bare_in(seeds, workers)), ("engine", lambda: engine(seeds, workers))):
            start, clock = cpu(), time.perf_counter()
            play()
            spent[name].append(cpu() - start)
            print(f"  {name:6} {spent[name][-1]:6.2f} s of CPU in {time.perf_counter() - clock:6.2f} s")
    least = {name: min(all_of) for name, all_of in spent.items()}
    cells = len(CHARTERS) * len(ATTACKS)
    print(f"{cells} cells × {seeds} seeds: bare {least['bare']:.2f} s, engine {least['engine']:.2f} s of CPU")
    print(f"engine ÷ bare = {least['engine'] / least['bare']:.3f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
