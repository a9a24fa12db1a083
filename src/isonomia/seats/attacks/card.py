"""What an attack must say of itself, and what it is told of the scene it enters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from isonomia.basics.acts import Principal, Seat
from isonomia.seats.purse import Purse

Point = Mapping[str, int]  # one choice of every parameter of the attack's space


@dataclass(frozen=True, slots=True)
class Card:
    """An attack in plain words and numbers.

    `space` lists the values each parameter may take, the default first. `held` is the share of persons (permille) the
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

    def default(self) -> dict[str, int]:
        return {name: values[0] for name, values in self.space.items()}


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
