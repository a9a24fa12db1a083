"""Does a day cost the same after fifty thousand? Plays the bench model into a run folder and prints each tenth.

python benchmarks/long_run.py [days] [members]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from isonomia.basics.acts import Act, Recipe
from isonomia.decisions.direction import LOWER
from isonomia.lab.benchmark import GREED_TOP, SHARE, caution, found_bench
from isonomia.record.folder import RunFolder
from isonomia.record.keys import key_from_seed
from isonomia.record.verify import check_folder


def resident_mb() -> float:
    """Resident memory of this process, MB (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1]) / 1024


def main(days: int = 50_000, members: int = 100) -> None:
    """Print µs a day and resident memory for each tenth of the days, then whether the folder verifies."""
    with tempfile.TemporaryDirectory() as scratch, RunFolder.create(Path(scratch) / "run", {"bench": True}) as run:
        polity, world = found_bench(members, 1, run.log)
        threshold, stock, capacity = caution(members, 1), world.capacity, world.capacity
        for tenth in range(10):
            start = time.perf_counter()
            for day in range(tenth * days // 10, (tenth + 1) * days // 10):
                if day:
                    choice = (threshold <= np.uint32(SHARE * stock // capacity)) + np.uint8(LOWER)
                    polity.submit(Act("members", "ballot", day, {"choice": choice}), "members")
                claim = Recipe("bench/claims", day, 0, members, 0, GREED_TOP, "bench/greed")
                polity.submit(Act("members", "claim", day, {"milli": claim}), "members")
                quota = polity.view("governor")["mandate"]
                polity.submit(Act("governor", "set_quota", day, {"quota": quota}), "governor")
                stock = int(polity.close_day().facts["stock_measured"])
            spent = (time.perf_counter() - start) / (days // 10) * 1e6
            print(f"days to {(tenth + 1) * days // 10:>6,}: {spent:6.1f} µs a day, {resident_mb():6.1f} MB resident")
        run.finish(key_from_seed(b"bench".ljust(32, b"\0")))
        print("the folder verifies" if check_folder(Path(scratch) / "run").ok else "THE FOLDER DOES NOT VERIFY")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
