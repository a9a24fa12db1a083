"""What a mutation run left behind, room by room: python tests/mutants_by_room.py [ROOM …], after `make mutants`.

Reads the notes that mutmut keeps beside each mutated file (mutants/src/…/*.py.meta: mutant to its tests' exit status).
A mutant is killed when a test fails or its tests run out of time or crash. Ends with status 1 where a room is below 90%
or has mutants that were not tried.
"""

import json
import sys
from collections import Counter
from pathlib import Path

ROOMS = ("contract", "decisions", "gate", "identity", "petitions")
FLOOR = 0.90
TIMED_OUT = (-24, 24, 36, 152, 255)
FATE = {0: "survived", 5: "untested", 33: "untested", None: "untried", 2: "untried"} | dict.fromkeys(
    (1, 3, -11, -9, *TIMED_OUT), "killed"
)


def fates(folder: Path) -> dict[str, str]:
    """Mutant to its fate, for every mutated file of one room."""
    notes = sorted(folder.rglob("*.py.meta"))
    found = {
        name: status for note in notes for name, status in json.loads(note.read_text())["exit_code_by_key"].items()
    }
    return {name: FATE.get(status, "untried") for name, status in found.items()}


def main(root: Path, *rooms: str) -> int:
    left: list[str] = []
    below = False
    print("| room | mutants | killed | survived | untested | untried | killed of tried |")
    print("|---|---|---|---|---|---|---|")
    for room in rooms or ROOMS:
        each = fates(root / "src" / "isonomia" / room)
        count = Counter(each.values())
        tried = len(each) - count["untried"]
        share = count["killed"] / tried if tried else 0.0
        cells = [len(each), *(count[fate] for fate in ("killed", "survived", "untested", "untried"))]
        print(f"| {room} | {' | '.join(map(str, cells))} | {share:.1%} |")
        below = below or share < FLOOR or count["untried"] > 0
        left += [f"{fate:9} {name}" for name, fate in sorted(each.items()) if fate in ("survived", "untested")]
    print("\nLeft over; `mutmut show NAME` prints one, docs/mutants.md explains those that stay:", *left, sep="\n  ")
    return int(below)


if __name__ == "__main__":
    sys.exit(main(Path("mutants"), *sys.argv[1:]))
