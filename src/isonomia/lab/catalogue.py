"""Everything there is of a kind, a row each: what `isonomia list` shows and what the pages of docs/catalogue tell.

Rows are read off what they describe (cards, ladders, charter and incident files), so that no list can fall behind.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from isonomia.basics.errors import IsonomiaError
from isonomia.constitution.charter import Charter, diff
from isonomia.constitution.charter_file import named, shipped
from isonomia.constitution.ladders import LADDERS, null_level
from isonomia.lab.charters import load, schemas
from isonomia.lab.incidents.incident import Deed, Incident
from isonomia.lab.incidents.replaying import shelf, study
from isonomia.lab.plugins import GOVERNORS, ON_READERS, governors, measurable, worlds
from isonomia.lab.spec import Spec
from isonomia.lab.taxonomy import taxonomy_rows
from isonomia.law.articles import CLOSE, Article
from isonomia.seats.governors import budget, commons, treasury

Row = Mapping[str, Any]
SEATED: Mapping[str, Mapping[str, type]] = MappingProxyType(  # by world, the governors that can be named in it
    {
        "commons": {"steward": commons.Steward, "credulous": commons.Credulous, "captured": commons.Captured},
        "budget": {"steward": budget.Steward, "credulous": budget.Credulous, "captured": budget.Captured},
        "treasury": {"steward": treasury.Steward, "credulous": treasury.Credulous},
    }
)


class CatalogueError(IsonomiaError):
    """A name that nothing of the kind bears."""


def list_attacks() -> list[Row]:
    """Name, who, mechanism, the taxonomy rows it covers, where it can be played, and what it may vary and spend."""
    rows: list[Row] = []
    for attack in measurable().values():
        card = attack.card
        rows.append(
            {
                "name": card.name,
                "title": card.title,
                "who": card.who,
                "mechanism": card.mechanism,
                "taxonomy": list(card.taxonomy),
                "worlds": list(card.worlds),
                "governor": card.governor,
                "on_readers": card.name in ON_READERS,
                "held_permille": card.held,
                "faction_permille": card.faction,
                "purse": {name: getattr(card.purse, name) for name in card.purse.__dataclass_fields__},
                "space": {name: list(values) for name, values in card.space.items()},
                "elsewhere": {w: {n: list(v) for n, v in space.items()} for w, space in card.elsewhere.items()},
                "about": about(sys.modules[type(attack).__module__]),
            }
        )
    return rows


def list_safeguards() -> list[Row]:
    """Every level of every office: what it is for, its articles, prices and settings, and which charters have it."""
    levels = {name: load(name).level for name in shipped()}
    return [
        {
            "name": f"{office}.{level.name}",
            "office": office,
            "level": level.name,
            "null": level.null,
            "why": level.why,
            "articles": [_article(a) for a in level.articles],
            "prices": dict(level.prices),
            "settings": dict(level.settings),
            "changed": [k for k, v in level.settings.items() if null_level(office).settings.get(k) != v],
            "charters": [name for name, of in levels.items() if of(office).name == level.name],
        }
        for office, ladder in LADDERS.items()
        for level in ladder.values()
    ]


def _article(article: Article) -> Row:
    return {"id": article.id, "on": article.on, "world": article.world, "text": article.text, "why": article.why}


def list_charters() -> list[Row]:
    """The shipped charters: what each extends, what it changes and why, and all that is in force under it."""
    rows: list[Row] = []
    for name in shipped():
        charter = load(name)
        rows.append(
            {
                "name": name,
                "extends": charter.extends,
                "why": charter.why,
                "changes": diff(load(charter.extends), charter) if charter.extends else [],
                "levels": {office: charter.level(office).name for office in LADDERS},
                "articles": [_article(a) for a in charter.articles],
                "obligations": [_article(a) for a in charter.obligations],
                "duties": [
                    {"id": d.id, "kind": d.kind, "world": d.world, "unless": d.unless, "why": d.why}
                    | {"default": dict(d.default)}
                    for d in charter.duties
                ],
                "last": charter.last,
            }
        )
    return rows


def list_worlds() -> list[Row]:
    """The continuous tasks: whose rights are counted, and which kinds of act can be tried in each by whom."""
    rows: list[Row] = []
    for name, kit in worlds().items():
        world = kit.world(Spec(name, Charter("nobody's"), members=20))
        text = about(sys.modules[type(world).__module__])
        rows.append(
            {
                "name": name,
                "what": text.split("\n\n")[0],
                "rights": list(kit.numbers.RIGHTS),
                "kinds": {kind: list(made.roles) for kind, made in sorted(world.kinds.items())},
                "everywhere": sorted(schemas()[name].bodies.keys() - world.kinds.keys()),
                "day_facts": sorted(schemas()[name].facts[CLOSE]),
                "governors": list(SEATED.get(name, GOVERNORS)),
                "attacks": [a.card.name for a in measurable().values() if name in a.card.worlds],
                "about": text,
            }
        )
    return rows


def about(described: object) -> str:
    """What something says of itself, each paragraph on one line, an indented one as it is."""
    paragraphs = (described.__doc__ or "").strip().split("\n\n")
    return "\n\n".join(p if "\n  " in p else " ".join(p.split()) for p in paragraphs)


def list_governors() -> list[Row]:
    """Who can be put in office by name, beside a file.py:Class, a model's URL and a person at the terminal."""
    seated: dict[str, dict[str, type]] = {"steward": {}, "idle": dict.fromkeys(SEATED, commons.Idle)}
    for world, classes in SEATED.items():
        for name, made in classes.items():
            seated.setdefault(name, {})[world] = made
    rows: list[Row] = [
        {
            "name": name,
            "what": about(next(iter(by_world.values()))).split("\n\n")[0],
            "worlds": list(by_world),
            "by_world": {world: about(made) for world, made in by_world.items()},
            "attacks": [a.card.name for a in measurable().values() if a.card.governor == name],
        }
        for name, by_world in seated.items()
    ]
    return rows + [
        {"name": name, "what": about(made).split("\n")[0], "worlds": [], "by_world": {}, "attacks": []}
        for name, made in governors().items()
    ]


def list_incidents() -> list[Row]:
    """Real events that can be replayed: who, under which institutions, what was done, what history did."""
    return [
        {
            "name": i.id,
            "title": i.name,
            "date": i.date,
            "day_is": i.day_is,
            "taxonomy": list(i.taxonomy),
            "about": i.about,
            "harm": i.harm,
            "expected": i.history.expected,
            "checks": list(i.history.checks),
            "institutions": i.charter.why,
            "changes": diff(Charter("nothing"), i.charter),
            "principals": [
                {name: getattr(h, name) for name in ("name", "role", "tokens", "heads", "contributed")}
                for h in i.holders
            ],
            "acts": [_told(deed) for deed in i.deeds],
            "safeguards": [{"name": s.name, "removed": s.removed, "why": s.why} for s in i.safeguards],
            "source": list(i.source),
            "uncertain": list(i.uncertain),
        }
        for i in shelf()
    ]


def _told(deed: Deed) -> Row:
    body = {k: v for k, v in deed.body.items() if k not in ("title", "label")}
    return {"day": deed.day, "by": deed.by, "kind": deed.kind, "label": deed.label, "supposed": deed.supposed} | {
        "body": body
    }


def replayed(incident: Incident) -> Row:
    """What a replay finds: the word of the outcome, and which safeguards keep the harm away."""
    found = study(incident)
    return {
        "got": found.replayed.got,
        "harmed": found.replayed.harmed,
        "tried": {t.name: {"got": t.replayed.got, "stopped": t.stopped} for t in found.tried},
    }


KINDS: Mapping[str, Callable[[], list[Row]]] = MappingProxyType(
    {
        "attacks": list_attacks,
        "taxonomy": lambda: [{"name": row["id"], **row} for row in taxonomy_rows()],
        "safeguards": list_safeguards,
        "charters": list_charters,
        "worlds": list_worlds,
        "governors": list_governors,
        "incidents": list_incidents,
    }
)


def item(kind: str, name: str) -> Row:
    """One row in full; an incident with what its replay finds. Raises CatalogueError where there is no such name."""
    rows = {row["name"]: row for row in KINDS[kind]()}
    name = named(name) if kind == "charters" else name
    if name not in rows:
        near = get_close_matches(name, rows, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise CatalogueError(f"there is no {name!r} among the {kind}: {', '.join(rows)}{hint}")
    if kind == "incidents":
        return {**rows[name], "replay": replayed(next(i for i in shelf() if i.id == name))}
    return rows[name]
