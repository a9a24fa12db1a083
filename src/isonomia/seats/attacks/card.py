"""What an attack must say of itself, and what it is told of the scene it enters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from isonomia.basics.acts import Principal, Seat
from isonomia.law.articles import Article
from isonomia.seats.purse import Purse

Point = Mapping[str, int]  # one choice of every parameter of the attack's space


@dataclass(frozen=True, slots=True)
class Card:
    """An attack in plain words and numbers.

    `space` lists the values each parameter may take, the default first; where another world wants other parameters,
    `elsewhere` has its space by the world's name. `held` is the share of persons (permille) the
    attacker controls from the start; they are nobody's victims. `governor` is who governs in both arms unless the
    user says otherwise: an injection needs one that can be told things. `faction` is the share of persons (permille)
    that profits, declared beforehand, counted from position 0.
    """

    name: str
    title: str
    who: str
    mechanism: str
    taxonomy: tuple[str, ...]
    worlds: tuple[str, ...]
    purse: Purse
    space: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    held: int = 0
    faction: int = 0
    governor: str = "steward"
    elsewhere: Mapping[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)

    def space_in(self, world: str = "") -> Mapping[str, tuple[int, ...]]:
        """The parameters that mean something in this world."""
        return self.elsewhere.get(world, self.space)

    def default(self, world: str = "") -> dict[str, int]:
        return {name: values[0] for name, values in self.space_in(world).items()}

    def point_in(self, world: str, point: Point) -> dict[str, int]:
        """A point of this world's space: the given choices where they belong to it, defaults elsewhere."""
        return {name: point.get(name, value) for name, value in self.default(world).items()}


@dataclass(frozen=True, slots=True)
class Scene:
    """Where an attack takes place: all an attacker may know before it begins."""

    world: str
    seed: int
    days: int  # of the attack
    persons: int
    held: tuple[int, int]  # positions of the persons the attacker controls
    faction: tuple[int, int]  # positions of those who profit
    facts: Mapping[str, Any] = field(default_factory=dict)  # what the world makes public at the founding


class Attack(Protocol):
    """Seats principals; acts only by acts. May seat the governor."""

    card: Card

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]: ...


class Port(Protocol):
    """What lies outside the polity's doors: the law in force, and the check, for whoever holds the machine."""

    @property
    def law(self) -> tuple[Article, ...]: ...

    def edit_law(self, articles: Sequence[Article]) -> bool: ...
    def skip_check(self) -> bool: ...


class Tamperer(Attack, Protocol):
    """An attack that also reaches outside the doors, each morning while it lasts, before anybody acts."""

    def tamper(self, day: int, port: Port, point: Point, scene: Scene) -> None: ...
