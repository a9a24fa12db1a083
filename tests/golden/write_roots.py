"""Writes roots.json: the roots of one small run per world, charter and attack.

A root commits every byte of a run's record, so an unmeant change of anything that a run does shows here. Run it
(`python tests/golden/write_roots.py`) when a change of what runs do is meant; with `--print` it writes to the screen
only, which is how the roots are compared under other settings of the machine.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from isonomia.constitution.charter_file import shipped
from isonomia.lab.charters import load
from isonomia.lab.plugins import attacks, worlds
from isonomia.lab.run import run
from isonomia.lab.spec import Spec

GOLDEN = Path(__file__).with_name("roots.json")
CHARTERS = (*shipped(), *(str(path) for path in sorted((Path(__file__).parents[1] / "charters").glob("*.toml"))))


def spec_of(world: str, charter: str, attack: str, seed: int = 1) -> Spec:
    """A run of a few dozen persons, eight days under attack and four after."""
    spec = Spec(world, load(charter), members=60, days=8, after=4, seed=seed, benign=not attack)
    spec = worlds()[world].prepare(spec, None)
    if not attack:
        return spec
    card = attacks()[attack].card
    return replace(spec, attack=attack, governor=card.governor)


def roots() -> dict[str, str]:
    """Root by run: each charter with honest trouble, and each attack on the flawed one."""
    cases = [(world, charter, "") for world in worlds() for charter in CHARTERS]
    cases += [(w, "flawed", name) for w in worlds() for name, attack in attacks().items() if w in attack.card.worlds]
    return {f"{w} {Path(c).stem} {a or 'benign'}": run(spec_of(w, c, a)).root for w, c, a in cases}


if __name__ == "__main__":
    text = json.dumps(roots(), indent=1, sort_keys=True) + "\n"
    if "--print" in sys.argv[1:]:
        print(text, end="")
    else:
        GOLDEN.write_text(text, encoding="utf-8")
        print(f"wrote {GOLDEN.name}")
