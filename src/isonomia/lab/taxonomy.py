"""Sixty-six ways to attack a polity, and which of them can be played here.

The rows are in data/taxonomy.json, in our own words: who attacks, how, and what right it breaks; and either `needs`,
what must exist for the row to be played, or `not_here`, why it cannot be said in these polities at all. Which rows are
covered is read off the cards of the attacks and the files of the incidents, so that no list can claim more than there
is.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from isonomia.basics.errors import Faults
from isonomia.lab.plugins import measurable

DATA = Path(__file__).parents[1] / "data" / "taxonomy.json"
INCIDENTS = Path(__file__).parents[1] / "incidents"
COVERED, NEEDS, NOT_HERE = "covered", "needs", "not expressible here"


@cache
def rows_of_taxonomy() -> Mapping[str, Mapping[str, str]]:
    """The rows as shipped, by id, in order."""
    rows = json.loads(DATA.read_text("utf-8"))
    return MappingProxyType({row["id"]: MappingProxyType(row) for row in rows})


def taxonomy_rows() -> list[dict[str, Any]]:
    """Every row with its `status` (covered, needs, not expressible here), `by` (attacks and incidents that really do
    it) and `note` (what would have to exist, or why it cannot be said here; "" when covered)."""
    played = [(attack.card.name, attack.card.taxonomy) for attack in measurable().values()]
    return joined(rows_of_taxonomy(), [*played, *incidents_by_row()])


def joined(rows: Mapping[str, Mapping[str, str]], played: Iterable[tuple[str, Iterable[str]]]) -> list[dict[str, Any]]:
    """The rows beside the names of what plays them. Raises Faults where something names a row that does not exist."""
    by: dict[str, list[str]] = {number: [] for number in rows}
    faults = []
    for name, numbers in played:
        for number in numbers:
            if number in by:
                by[number].append(name)
            else:
                faults.append(f"{name}: the taxonomy has no row {number!r}")
    if faults:
        raise Faults("taxonomy", faults)
    return [
        {
            "id": number,
            "attacker": row["attacker"],
            "vector": row["vector"],
            "right": row["right"],
            "status": COVERED if by[number] else NEEDS if "needs" in row else NOT_HERE,
            "by": sorted(by[number]),
            "note": "" if by[number] else row.get("needs") or row["not_here"],
        }
        for number, row in rows.items()
    ]


def incidents_by_row(folder: Path = INCIDENTS) -> list[tuple[str, tuple[str, ...]]]:
    """(id, rows it shows) of every incident file that names rows of the taxonomy."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        told = tomllib.loads(path.read_text("utf-8"))
        found.append((str(told.get("id", path.stem)), tuple(told.get("taxonomy", ()))))
    return found
