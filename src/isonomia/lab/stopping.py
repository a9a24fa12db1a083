"""Which safeguards stop an attack: the smallest sets of them, found from a charter that has none of them.

A safeguard here is a rung of an office's ladder that the charter does not stand on: every level but the null one. Its
name is "office.level = name", as a charter file would have it. On a hardened charter safeguards overlap, so that
taking one away proves nothing; a minimal stopping set is one that holds the attack while no set within it does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from isonomia.constitution.charter import Charter
from isonomia.constitution.ladders import LADDERS
from isonomia.lab.plugins import CONTROLS, attacks, find, worlds
from isonomia.lab.run import run
from isonomia.lab.spec import Spec
from isonomia.measures.harm import BROKEN_ALL, BROKEN_TARGETS, measure_pair

EXHAUSTIVE = 7  # with more safeguards than this, sets are not tried one by one
SEPARATOR = ".level = "


def safeguards_beyond(charter: Charter) -> list[str]:
    """Every rung that is neither null nor the charter's own, by name, in the order of the ladders."""
    return [
        f"{office}{SEPARATOR}{name}"
        for office, ladder in LADDERS.items()
        for name, level in ladder.items()
        if not level.null and charter.level(office).name != name
    ]


def _rung(safeguard: str) -> tuple[str, str]:
    office, _, level = safeguard.partition(SEPARATOR)
    return office, level


def with_safeguards(charter: Charter, safeguards: frozenset[str]) -> Charter:
    """The charter with these rungs in place of its own. Raises ValueError for two rungs of one ladder."""
    chosen = [_rung(name) for name in sorted(safeguards)]
    levels = dict(chosen)
    if len(levels) < len(chosen):
        raise ValueError("an office stands on one rung at a time")
    return replace(charter, levels={**charter.levels, **levels})


def holds(spec: Spec, attack: str, seeds: Sequence[int]) -> bool:
    """Whether the charter of `spec` holds the attack on these seeds, on average: harm of all and of the weakest tenth
    below what counts as broken, and no procedural right failed once. An estimate, with no bound to it.

    The attack is played at the spec's point, by its own governor unless the spec's is not the steward.
    """
    card = find("attack", {**attacks(), **CONTROLS}, attack).card
    governor = card.governor if spec.governor == "steward" else spec.governor
    numbers = worlds()[spec.world].numbers
    pairs = []
    for seed in seeds:
        attacked = replace(spec, seed=seed, attack=attack, governor=governor)
        pairs.append(measure_pair(run(attacked), run(attacked.control()), numbers))
    return (
        float(np.mean([pair.harm for pair in pairs])) < BROKEN_ALL
        and float(np.mean([pair.targets for pair in pairs])) < BROKEN_TARGETS
        and not any(pair.structural for pair in pairs)
    )


def stopping_sets(spec: Spec, attack: str, seeds: Sequence[int]) -> list[frozenset[str]]:
    """The minimal sets of safeguards that hold the attack, smallest first; the charter of `spec` has none of them.

    [frozenset()] when the charter holds it as it stands; [] when nothing on the ladders does. All such sets for up to
    seven safeguards; beyond, one of them, found by taking away from the top rungs what can be spared.
    """
    safeguards = safeguards_beyond(spec.charter)

    def held(chosen: frozenset[str]) -> bool:
        return holds(replace(spec, charter=with_safeguards(spec.charter, chosen)), attack, seeds)

    if len(safeguards) > EXHAUSTIVE:
        top = {_rung(name)[0]: name for name in safeguards}
        return _spare(frozenset(top.values()), held)
    found: list[frozenset[str]] = []
    for size in range(len(safeguards) + 1):
        for chosen in map(frozenset, combinations(safeguards, size)):
            offices = {_rung(name)[0] for name in chosen}
            if len(offices) == size and not any(smaller <= chosen for smaller in found) and held(chosen):
                found.append(chosen)
    return found


def _spare(chosen: frozenset[str], held: Callable[[frozenset[str]], bool]) -> list[frozenset[str]]:
    """Take away one safeguard after another for as long as what is left holds."""
    if not held(chosen):
        return []
    for name in sorted(chosen):
        if held(chosen - {name}):
            chosen -= {name}
    return [chosen]
