"""Everything there is of a kind, a row each: what `isonomia list` shows and what the pages of docs/catalogue tell.

Rows are read off what they describe (cards, ladders, charter files), so that no list can fall behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from isonomia.constitution.charter import diff
from isonomia.constitution.charter_file import shipped
from isonomia.constitution.ladders import LADDERS
from isonomia.lab.charters import load
from isonomia.lab.plugins import attacks, governors, worlds
from isonomia.lab.taxonomy import taxonomy_rows
from isonomia.seats.governors.commons import Captured, Credulous, Idle, Steward

Row = Mapping[str, Any]
BUILT_IN: Mapping[str, type] = MappingProxyType(
    {"steward": Steward, "idle": Idle, "credulous": Credulous, "captured": Captured}
)


def list_attacks() -> list[Row]:
    """Name, who, mechanism, the taxonomy rows it covers, where it can be played, and what it may vary and spend."""
    return [
        {
            "name": card.name,
            "title": card.title,
            "who": card.who,
            "mechanism": card.mechanism,
            "taxonomy": list(card.taxonomy),
            "worlds": list(card.worlds),
            "governor": card.governor,
            "held_permille": card.held,
            "faction_permille": card.faction,
            "purse": {name: getattr(card.purse, name) for name in card.purse.__dataclass_fields__},
            "space": {name: list(values) for name, values in card.space.items()},
            "elsewhere": {w: {n: list(v) for n, v in space.items()} for w, space in card.elsewhere.items()},
        }
        for card in (attack.card for attack in attacks().values())
    ]


def list_safeguards() -> list[Row]:
    """Every level of every office: what it is for, the articles it brings, its prices and settings."""
    return [
        {
            "name": f"{office}.{level.name}",
            "office": office,
            "level": level.name,
            "null": level.null,
            "why": level.why,
            "articles": [
                {"id": a.id, "on": a.on, "world": a.world, "text": a.text, "why": a.why} for a in level.articles
            ],
            "prices": dict(level.prices),
            "settings": dict(level.settings),
        }
        for office, ladder in LADDERS.items()
        for level in ladder.values()
    ]


def list_charters() -> list[Row]:
    """The shipped charters: what each extends, what it changes, and why."""
    rows: list[Row] = []
    for name in shipped():
        charter = load(name)
        changes = diff(load(charter.extends), charter) if charter.extends else []
        rows.append({"name": name, "extends": charter.extends, "why": charter.why, "changes": changes})
    return rows


def list_worlds() -> list[Row]:
    """The continuous tasks, and the kinds of act that can be tried in each."""
    from isonomia.lab.charters import schemas

    return [
        {
            "name": name,
            "what": _first_line(type(kit).__module__, kit),
            "kinds": sorted(schemas()[name].bodies),
            "attacks": [a.card.name for a in attacks().values() if name in a.card.worlds],
        }
        for name, kit in worlds().items()
    ]


def _first_line(module: str, made: object) -> str:
    """The first sentence of what something says of itself; its file's, where it says nothing."""
    import sys

    text = type(made).__doc__ or sys.modules[module].__doc__ or ""
    return " ".join(text.split("\n\n")[0].split())


def list_governors() -> list[Row]:
    """Who can be put in office by name; a file.py:Class, a model's URL and a person at the terminal come beside them."""
    rows: list[Row] = [
        {"name": n, "what": " ".join((c.__doc__ or "").split("\n\n")[0].split())} for n, c in BUILT_IN.items()
    ]
    rows += [{"name": n, "what": (made.__doc__ or "").strip().split("\n")[0]} for n, made in governors().items()]
    return rows


def list_incidents() -> list[Row]:
    """Real events that can be replayed."""
    from isonomia.lab.incidents import shelf

    return [{"name": i.id, "title": i.name, "date": i.date} for i in shelf()]


KINDS: Mapping[str, Callable[[], list[Row]]] = MappingProxyType(
    {
        "attacks": list_attacks,
        "taxonomy": lambda: list(taxonomy_rows()),
        "safeguards": list_safeguards,
        "charters": list_charters,
        "worlds": list_worlds,
        "governors": list_governors,
        "incidents": list_incidents,
    }
)
