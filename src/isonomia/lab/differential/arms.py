"""Arms and how they are played: one institution under one attack, measured at the door and by the harm done.

An arm's runs go into a ledger by the digest of their spec, so that no run is played twice, by whomever it is asked for,
and a measurement that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from isonomia.lab.differential.tripwires import at_the_door, honest_actors
from isonomia.lab.plugins import worlds
from isonomia.lab.run import attacking_seats, paid_by, run
from isonomia.lab.spec import Spec
from isonomia.lab.sweeps.engines import Engine
from isonomia.lab.sweeps.sweep import Done, Ledger, twin_digest
from isonomia.measures.harm import measure_pair, measure_service

KEPT = ("seed", "harm", "targets", "control_deficit", "detected", "structural")  # of a pair's numbers


Tick = Callable[[int, int], None]  # (runs done now, of how many)


def _unheard(done: int, of: int) -> None:  # noqa: ARG001
    return None


@dataclass(frozen=True, slots=True)
class Seed:
    """One seed of one institution: its control run, and what is played against it.

    `attacked`: specs that differ from `control` in attack and point only. `references`: with them the control is a
    benign twin, and its service is measured against each.
    """

    control: Spec
    attacked: tuple[Spec, ...] = ()
    references: tuple[Spec, ...] = ()


def play_seed(work: Seed) -> list[Done]:
    """Run it; pure, so any process may."""
    kit = worlds()[work.control.world]
    control = run(work.control)
    done = []
    for spec in work.attacked:
        trace = run(spec)
        pair = measure_pair(trace, control, kit.numbers, paid_by(spec)).plain()
        door = at_the_door(trace, list(attacking_seats(spec, kit)))
        numbers = {**{name: pair[name] for name in KEPT}, "door": door.plain()}
        done.append(Done("arm", spec.attack, "", spec.digest, numbers))
    for spec in work.references:
        reference = control if spec.digest == work.control.digest else run(spec)
        numbers = measure_service(control, reference, kit.numbers).plain()
        numbers["actors"] = honest_actors(control)
        done.append(Done("twin", "", "", twin_digest(work.control, spec), numbers))
    return done


class Arms:
    """Plays what is missing and gives what was found; `tick` hears of each piece of work that is done."""

    def __init__(self, ledger: Ledger, engine: Engine) -> None:
        self._ledger, self._engine = ledger, engine

    def missing(self, specs: Iterable[Spec]) -> list[Seed]:
        """The work that finds these attacked specs, grouped by control run; nothing for those found before."""
        groups: dict[str, tuple[Spec, dict[str, Spec]]] = {}
        for spec in specs:
            if self._ledger.get(spec.digest) is None:
                control = spec.control()
                groups.setdefault(control.digest, (control, {}))[1][spec.digest] = spec
        return [Seed(control, tuple(attacked.values())) for control, attacked in groups.values()]

    def play(self, specs: Sequence[Spec], tick: Tick = _unheard) -> None:
        """Play these attacked specs, as far as they were not."""
        self._work(self.missing(specs), tick)

    def serve(self, twins: Sequence[tuple[Spec, Spec]], tick: Tick) -> None:
        """Play these benign twins, each against its reference."""
        groups: dict[str, tuple[Spec, dict[str, Spec]]] = {}
        for twin, reference in twins:
            if self._ledger.get(twin_digest(twin, reference)) is None:
                groups.setdefault(twin.digest, (twin, {}))[1][reference.digest] = reference
        self._work([Seed(twin, references=tuple(refs.values())) for twin, refs in groups.values()], tick)

    def found(self, spec: Spec) -> dict[str, Any]:
        """The numbers of an attacked spec that was played."""
        return self._known(spec.digest)

    def service(self, twin: Spec, reference: Spec) -> dict[str, Any]:
        """The numbers of a benign twin that was played."""
        return self._known(twin_digest(twin, reference))

    def harms(self, specs: Sequence[Spec]) -> list[float]:
        """Harm of each attacked spec, played first where it was not."""
        self.play(specs)
        return [self.found(spec)["harm"] for spec in specs]

    def _known(self, key: str) -> dict[str, Any]:
        found = self._ledger.get(key)
        assert found is not None, "asked for a run that was not played"
        return found

    def _work(self, seeds: Sequence[Seed], tick: Tick) -> None:
        of = sum(len(seed.attacked) + len(seed.references) for seed in seeds)
        for found in self._engine.each(play_seed, seeds):
            for done in found:
                self._ledger.add(done)
            tick(len(found), of)


def seeded(specs: Spec, seeds: Iterable[int]) -> list[Spec]:
    """The same spec on each of these seeds."""
    return [replace(specs, seed=seed) for seed in seeds]
