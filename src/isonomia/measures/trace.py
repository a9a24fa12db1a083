"""What one run left behind: the entries of its record, the truth by person for each day, and who was who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from isonomia.basics.acts import Facts
from isonomia.basics.canonical import decode, encode
from isonomia.basics.streams import Array


@dataclass(frozen=True, slots=True)
class Roles:
    """Positions, declared before the run: victims V, the attacker's own persons, and those who profit from it."""

    persons: int
    victims: tuple[int, int]
    held: tuple[int, int]
    faction: tuple[int, int]
    newcomers: tuple[int, int] = (0, 0)
    arrival: int = 0


@dataclass(frozen=True, slots=True)
class Trace:
    """One run. `lines`: its record, an entry each. `truth`: name -> (days, persons).

    `sincere`: (days, 3), the votes to lower, raise and hold that knowing the true state would have given.
    """

    world: str
    seed: int
    attacked_days: int
    roles: Roles
    lines: Sequence[bytes]
    days: Sequence[Facts]
    truth: Mapping[str, Array]
    sincere: Array
    root: str

    @property
    def length(self) -> int:
        return len(self.days)

    def of(self, kind: str) -> list[Mapping[str, Any]]:
        """Entries of one kind of act, in order; read from the record's own bytes."""
        mark = encode({"kind": kind})[1:-1]
        return [decode(line) for line in self.lines if mark in line and decode(line).get("kind") == kind]
