"""Small polities for tests of several rooms: founded like a run's, on a record that checks each entry it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from isonomia.basics.acts import Act
from isonomia.basics.canonical import MOST_BYTES, decode
from isonomia.basics.merkle import hash_leaf
from isonomia.constitution.charter import Charter
from isonomia.constitution.charter_file import load_charter
from isonomia.decisions.direction import Direction
from isonomia.lab.charters import schemas
from isonomia.lab.differential.stopping import SEPARATOR, with_safeguards
from isonomia.lab.kits.kit import assemble, holders_of
from isonomia.lab.spec import Spec
from isonomia.polity.polity import Polity
from isonomia.record.entry import read_entry
from isonomia.record.log import Log
from isonomia.worlds.commons import MICRO, QUOTA, Commons, Setting

SHELF = Path(__file__).parent / "charters"  # one step from flawed each: for tests of that step, and not shipped
GOVERNOR, MEMBERS, RING, STRANGER = "governor", "members", "ring", "stranger"


def place(name: str) -> str:
    """What the package takes for the charter of that name: a shipped name, or the path of one of the tests' own."""
    path = SHELF / f"{name}.toml"
    return str(path) if path.exists() else name


@cache
def charter_of(name: str) -> Charter:
    """A charter, shipped or the tests' own, or flawed with the one safeguard of that name ("petitions.level = ...")."""
    if SEPARATOR in name:
        return with_safeguards(charter_of("flawed"), frozenset({name}))
    return load_charter(place(name), schemas())


class Record:
    """A real log that also keeps what it was given, and refuses what a run folder would not read back."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.arrays = BytesIO()
        self.log = Log(BytesIO(), BytesIO(), self.arrays)

    def append(self, entry: bytes) -> bytes:
        read_entry(entry, len(self.lines))  # canonical JSON, no floats, the right number, the right keys
        assert len(entry) <= MOST_BYTES
        leaf = self.log.append(entry)
        assert leaf == hash_leaf(entry)
        self.lines.append(entry)
        return leaf

    def keep(self, cells: np.ndarray) -> bytes:
        return self.log.keep(cells)

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [decode(line) for line in self.lines]

    @property
    def last(self) -> dict[str, Any]:
        return decode(self.lines[-1])


class Town:
    """A commons of `members` and a ring of `ring` persons, in the hands of a test."""

    def __init__(
        self, name: str = "flawed", members: int = 20, ring: int = 2, seed: int = 0, setting: Setting | None = None
    ) -> None:
        self.charter, self.seed = charter_of(name), seed
        total = members + ring
        spec = Spec("commons", self.charter, members=total, seed=seed, held=-(-1000 * ring // total))
        self.world = Commons(holders_of(spec), seed, setting or Setting())
        offices = assemble(spec, self.world, Direction(MICRO, (QUOTA.lo, QUOTA.hi)))
        self.offices = {office.name: office for office in offices}
        self.record = Record()
        self.polity = Polity(list(self.offices.values()), self.charter.law_in("commons"), self.record, seed)

    def act(self, by: str, kind: str, **body: Any) -> Any:
        """Submit an act of today, sent by its author."""
        return self.polity.submit(Act(by, kind, self.polity.day, body), by)

    def close(self, days: int = 1) -> Mapping[str, Any]:
        """Close that many days; the facts of the last."""
        for _ in range(days):
            closed = self.polity.close_day()
        return closed.facts

    def state(self) -> Any:
        """Everything the offices hold, and what everybody sees, as one value that can be compared."""
        held = {name: frozen(vars(office)) for name, office in self.offices.items()}
        seen = {who: frozen(self.polity.view(who)) for who in (GOVERNOR, MEMBERS, RING, STRANGER, "operator")}
        return held, seen, frozen(self.world.persons())


def frozen(value: Any) -> Any:
    """A deep copy made of plain comparable things; functions and methods are left out, since they hold no state."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, dict | MappingProxyType):
        return tuple((key, frozen(inner)) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return tuple(frozen(inner) for inner in value)
    if isinstance(value, set | frozenset):
        return tuple(sorted(map(repr, value)))
    if is_dataclass(value) and not isinstance(value, type):
        return tuple((f.name, frozen(getattr(value, f.name))) for f in fields(value))
    return None if callable(value) else value


def milli(*values: int) -> np.ndarray:
    return np.array(values, "<u2")


def marks(*values: int) -> np.ndarray:
    return np.array(values, "|u1")
