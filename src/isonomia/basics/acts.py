"""What happens in a polity, and who promises what: the architecture in one page.

Everything from outside enters as an Act. Every stateful room is an Office. A Seat sees a view and offers acts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import numpy as np

from isonomia.basics.schema import FactSchema, Schema
from isonomia.basics.streams import Array, draw_shorts

Principal = str  # "members", "governor", "ring", "office:contract"
Fact = int | bool | str
Facts = Mapping[str, Fact]
NOTHING: Mapping[str, Any] = MappingProxyType({})


@lru_cache(maxsize=16)
def _traits(seed: int, trait: str, start: int, n: int, top: int) -> Array:
    """Each person's own lasting top, drawn once per run: (n,) uint32 in [0, top)."""
    tops: Array = draw_shorts(seed, trait, 0, start + n)[start:].astype("<u4")
    tops *= np.uint32(top)
    tops >>= np.uint32(16)
    return tops


class Recipe(NamedTuple):
    """An array that need not be stored, since this regenerates it: one cell for each of the persons start … start+n.

    cell i = base + (u16(seed, purpose, day)[i] × top_i >> 16), where top_i is `top`, or, when a trait is named, person
    i's own share of `top`, drawn once per (seed, trait). Cells are uint16; base + top ≤ 65,536.
    """

    seed: int
    purpose: str
    day: int
    start: int
    n: int
    base: int
    top: int
    trait: str = ""

    def cells(self) -> Array:
        """The array itself, shape (n,), "<u2", read-only. Raises ValueError when the recipe has no such array."""
        seed, purpose, day, start, n, base, top, trait = self
        if min(day, start, n - 1, base, top) < 0 or base + top > 65_536 or start + n > 2**27:
            raise ValueError("a recipe wants 0 ≤ day, 0 ≤ start, 0 < n, start + n ≤ 2**27 and base + top ≤ 65,536")
        drawn = draw_shorts(seed, purpose, day, start + n)[start:]
        tops: Any = _traits(seed, trait, start, n, top) if trait else np.uint32(top)
        wide = np.multiply(drawn, tops, dtype="<u4")
        wide >>= np.uint32(16)
        if base:
            wide += np.uint32(base)
        cells = wide.astype("<u2")
        cells.setflags(write=False)
        return cells


Value = Fact | Array | Recipe
Body = Mapping[str, Any]  # name -> Value, as the kind's schema says


class Act(NamedTuple):
    """One thing somebody tries to do. `body` holds facts, text, read-only arrays, or a Recipe."""

    by: Principal
    kind: str
    day: int
    body: Body = NOTHING


class Outcome(NamedTuple):
    """What the author learns. `reasons` are empty for the governor: telling it why teaches the way round."""

    permitted: bool
    entry: int
    reasons: tuple[str, ...] = ()


class Permit(NamedTuple):
    """The right to one effect: the leaf of the verdict's entry, in one version of the state."""

    leaf: bytes
    version: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of act, declared by the one office that carries it out.

    `facts` are what the owner's dry run states about such an act; `after` says, as an expression over the kind's facts,
    what applying it makes of a day fact, so that a solver reasons about the polity that runs.
    """

    name: str
    body: Mapping[str, Schema] = field(default_factory=dict)
    facts: Mapping[str, FactSchema] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)


class Office(Protocol):
    """A stateful room. It answers for its own kinds, says what it knows, and nobody reads its fields."""

    name: str
    kinds: Mapping[str, Kind]
    knows: Mapping[str, FactSchema]
    states: Mapping[str, FactSchema]

    def plan(self, act: Act) -> tuple[Facts, Any]:
        """Dry run of one of its own kinds: the kind's facts, and what `apply` would do. Changes nothing."""
        ...

    def facts(self, act: Act) -> Facts:
        """Everything in `knows`, about this act. Changes nothing."""
        ...

    def apply(self, plan: Any, permit: Permit) -> Facts:
        """Carry out a plan that was permitted; what changed, for the record."""
        ...

    def close(self, today: Facts) -> tuple[Facts, Sequence[Act]]:
        """End the day, given what offices closed before have stated: own day facts, and acts it now owes."""
        ...

    def show(self, who: Principal) -> Mapping[str, Any]:
        """Its part of what this principal may see."""
        ...


class World(Office, Protocol):
    """The continuous task. It alone knows what really happened to each person."""

    def persons(self) -> Mapping[str, Array]:
        """Truth by person on the founding roll, position 0 first, shape (persons,). Shown to nobody in the polity."""
        ...


class Seat(Protocol):
    """Whoever sits: governor, members, attacker, human, model. Asked again until None or the bound."""

    def act(self, view: Mapping[str, Any]) -> Act | None: ...
