"""What the tests of this room play on: every world there is, at a size that runs in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from isonomia.lab.charters import load
from isonomia.lab.differential.safeguards import hardened_chain
from isonomia.lab.differential.stopping import safeguards_beyond
from isonomia.lab.plugins import CONTROLS, attacks, worlds
from isonomia.lab.run import run
from isonomia.lab.spec import Spec
from isonomia.measures.harm import Pair, Service, measure_pair, measure_service
from isonomia.measures.trace import Trace
from small_polity import charter_of

FULL_GRID = 30  # points; a larger space is walked along its axes and at its corners
CARDS = {name: attack.card for name, attack in attacks().items()}
ARENAS = [(name, world) for name, card in CARDS.items() for world in card.worlds if world in worlds()]


def spec_of(world: str, charter: str = "flawed", **changes: object) -> Spec:
    """The default size of `isonomia break` unless told otherwise; a world that brings its own persons has those."""
    spec = Spec(world, charter_of(charter).in_world(world))
    return worlds()[world].prepare(replace(spec, **changes), None)  # type: ignore[arg-type]


def governed(spec: Spec, attack: str) -> Spec:
    """The control arm of an attack: the same governor in both arms."""
    return replace(spec, governor=({**attacks(), **CONTROLS})[attack].card.governor)


_PLAYED: dict[str, Trace] = {}


def control_of(spec: Spec) -> Trace:
    """A control run, played once."""
    if spec.digest not in _PLAYED:
        _PLAYED[spec.digest] = run(spec)
    return _PLAYED[spec.digest]


def pairs_of(spec: Spec, attack: str, seeds: Sequence[int], point: Mapping[str, int] | None = None) -> list[Pair]:
    numbers = worlds()[spec.world].numbers
    pairs = []
    for seed in seeds:
        control = replace(governed(spec, attack), seed=seed)
        attacked = replace(control, attack=attack, point=dict(point or {}))
        pairs.append(measure_pair(run(attacked), control_of(control), numbers))
    return pairs


def service_of(spec: Spec, reference: Spec) -> Service:
    numbers = worlds()[spec.world].numbers
    return measure_service(control_of(spec), control_of(reference), numbers)


def rungs() -> list[str]:
    """Every level that is one step from flawed; `charter_of` knows them by these names."""
    return safeguards_beyond(load("flawed"))


def hardened() -> list[str]:
    """The names of the hardened charters, each of which extends the one before."""
    return [charter.name for charter in hardened_chain() if charter.name not in ("bare", "flawed")]


def grid(space: Mapping[str, tuple[int, ...]]) -> Iterator[dict[str, int]]:
    """Every point of a small space; else the default, each parameter moved alone, and the corners."""
    points = [dict(zip(space, values, strict=True)) for values in product(*space.values())]
    if len(points) <= FULL_GRID:
        yield from points
        return
    default = {name: values[0] for name, values in space.items()}
    alone = [{**default, name: value} for name, values in space.items() for value in values]
    corners = [dict(zip(space, values, strict=True)) for values in product(*[(min(v), max(v)) for v in space.values()])]
    seen: set[tuple[int, ...]] = set()
    for point in [*alone, *corners]:
        if tuple(point.values()) not in seen:
            seen.add(tuple(point.values()))
            yield point
