"""Charters, checked against every world there is."""

from __future__ import annotations

from functools import cache

from isonomia.constitution.charter import Charter
from isonomia.constitution.charter_file import Terms, load_charter
from isonomia.lab.kits.kit import assemble
from isonomia.lab.plugins import worlds
from isonomia.lab.spec import Spec
from isonomia.polity.polity import fact_schemas


@cache
def schemas() -> dict[str, Terms]:
    """What a charter may speak of in each world."""
    found: dict[str, Terms] = {}
    for name, kit in worlds().items():
        spec = Spec(name, Charter("nobody's"), members=20)
        offices = assemble(spec, kit.world(spec), kit.decisions(spec))
        bodies = {kind.name: kind.body for office in offices for kind in office.kinds.values()}
        found[name] = Terms(fact_schemas(offices), bodies)
    return found


def load(name_or_path: str) -> Charter:
    """A shipped charter by name, or one from a file. Raises CharterError, or Faults with every fault."""
    return load_charter(name_or_path, schemas())
