"""The institutions of an incident file: what the polity is founded on, its charter, and what each safeguard changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from isonomia.basics.errors import Faults
from isonomia.basics.schema import Choice, FactSchema
from isonomia.constitution.charter import Charter
from isonomia.constitution.charter_file import charter_of
from isonomia.lab.incidents.faults import Found, near
from isonomia.lab.incidents.incident import Safeguard
from isonomia.lab.incidents.polity import FOUNDING, PARAMETER, WORLD, terms

_SAFEGUARD: Mapping[str, type] = {
    "name": str,
    "why": str,
    "outcome": str,
    "removed": bool,
    "charter": dict,
    "founding": dict,
}


def read_founding(path: str, table: dict[str, Any], names: Sequence[str], faults: Found) -> dict[str, Any]:
    given = faults.table(path, table, {}, list(FOUNDING))
    before = len(faults.found)
    for name, value in given.items():
        here, wanted = f"{path}.{name}", FOUNDING[name]
        if wanted == "table":
            rows = value.items() if type(value) is dict else [("", None)]
            wrong = [f"{key}: {fault}" for key, item in rows if (fault := PARAMETER.fault(item))]
            for fault in wrong:
                faults.add(here, fault)
        elif isinstance(wanted, str):
            listed = faults.words(here, value)
            if wanted == "principals":
                for word in listed:
                    if word not in names:
                        faults.add(here, f"{word!r} is not a principal{near(word, names)}")
        elif fault := wanted.fault(value):
            faults.add(here, fault)
    return given if len(faults.found) == before else {}  # what is wrong is said, and nothing rests on it


def read_charter(path: str, table: dict[str, Any], base: Charter, faults: Found) -> Charter:
    try:
        return charter_of(table, base, {WORLD: terms()})
    except Faults as error:
        faults.found += [f"{path}: {fault}" for fault in error.faults]
    return base


def read_safeguards(
    rows: list[Any],
    base: Charter,
    founding: Mapping[str, Any],
    names: Sequence[str],
    facts: Mapping[str, FactSchema],
    faults: Found,
) -> tuple[Safeguard, ...]:
    found: list[Safeguard] = []
    changes: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for i, row in enumerate(rows):
        path = f"safeguard[{i}]"
        table = faults.table(path, row, _SAFEGUARD)
        faults.need(path, table, "name")
        name = table.get("name", "")
        if any(safeguard.name == name for safeguard in found):
            faults.add(f"{path}.name", f"{name!r} stands there twice")
        if not table.get("charter") and not table.get("founding"):
            faults.add(f"{path}.charter", "is missing: a safeguard changes something")
        change = table.get("charter", {})
        charter = read_charter(f"{path}.charter", change, base, faults)
        changed = read_founding(f"{path}.founding", table.get("founding", {}), names, faults)
        check_word(f"{path}.outcome", table.get("outcome", ""), facts, faults)
        words = (table.get("outcome", ""), table.get("removed", False), table.get("why", ""))
        found.append(Safeguard(name, charter, {**founding, **changed}, *words))
        changes.append((change, changed))
    if faults.found:
        return tuple(found)
    gone = [safeguard for safeguard in found if safeguard.removed]
    return tuple(
        safeguard if safeguard.removed else replace(safeguard, without=_instead(gone, *change, faults))
        for safeguard, change in zip(found, changes, strict=True)
    )


def _instead(
    gone: Sequence[Safeguard], change: dict[str, Any], changed: dict[str, Any], faults: Found
) -> tuple[tuple[str, Charter, Mapping[str, Any]], ...]:
    """A change on top of the institutions without each of the safeguards that were there."""
    return tuple(
        (
            r.name,
            read_charter(f"safeguard {r.name!r} and this one", change, r.charter, faults),
            {**r.founding, **changed},
        )
        for r in gone
    )


def check_word(path: str, word: str, facts: Mapping[str, FactSchema], faults: Found) -> None:
    got = facts["got"]
    known = got.values if isinstance(got, Choice) else ()
    if word and word not in known:
        faults.add(path, f"{word!r} is not one of {', '.join(known)}")
