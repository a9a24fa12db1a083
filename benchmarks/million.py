"""A million persons for a year, attacked and not, measured: seconds and peak memory.

python benchmarks/million.py [charter] [members] [days] [attack]

Both arms are played day by day together (`lab/sweeps/pairing.py`), half of the days under attack. An attack "" plays
and measures one run against itself.
"""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import replace

from isonomia.lab.charters import load
from isonomia.lab.plugins import attacks
from isonomia.lab.spec import Spec
from isonomia.lab.sweeps.pairing import play_pairs


def main(
    charter: str = "hardened", members: str = "1000000", days: str = "365", attack: str = "captured-governor"
) -> None:
    """Print what a pair costs and what it found."""
    attacked = int(days) // 2
    spec = Spec("commons", load(charter).in_world("commons"), members=int(members), days=attacked)
    spec = replace(spec, after=int(days) - attacked)
    if attack:
        spec = replace(spec, governor=attacks()[attack].card.governor, held=attacks()[attack].card.held)
    start, worked = time.perf_counter(), time.process_time()
    [found] = play_pairs(spec, [replace(spec, attack=attack)])
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{int(members):,} persons × {days} days under {charter}, {attack or 'no attack'}: both arms and their measures"
    )
    print(f"  {seconds:.1f} s ({worked:.1f} s of CPU), peak {peak:,.0f} MB")
    print(
        f"  harm {found.pair.harm:.4f}, of the weakest tenth {found.pair.targets:.4f}; root {found.pair.roots[0][:16]}"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
