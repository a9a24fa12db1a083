"""The charter file: levels, articles, obligations and duties, read from TOML; a hardened charter is a diff.

    name = "mine"
    extends = "flawed"                    # start from another charter and say what changes
    why = "what a reader should know"
    remove = ["A.3"]                      # ids of the parent's articles, obligations or duties that go
    [identity]                            # one table per office; what each may be set to: docs/charter.md
    level = "vouched"
    [day]
    last = "governor"                     # who moves last; the others move in an order drawn each day
    [[article]]                           # judges acts of the kind `on` before they happen
    id = "A.1"
    on = "set_quota"
    world = "commons"                     # leave out for every world
    text = "quota_new <= mandate"
    why = "…"
    [[obligation]]                        # judged on the day's facts at close; counts where the contract has force
    [[duty]]                              # owed each day unless `unless` holds; done by `default` otherwise

Every fault of a file is reported at once, with its path.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from isonomia.basics.errors import Faults, IsonomiaError
from isonomia.basics.schema import LARGEST, FactSchema, Schema
from isonomia.constitution.charter import Charter
from isonomia.constitution.ladders import LADDERS, SETTINGS
from isonomia.contract.contract import Duty
from isonomia.law.articles import CLOSE, Article, Level
from isonomia.law.law import Law

LAST_OF = "hardened-"
SHELF = Path(__file__).parent.parent / "charters"
_PLAIN = {"name", "extends", "why", "remove", "day", "article", "obligation", "duty"}
_FIELDS = {
    "article": ({"id", "on", "text"}, {"why", "world"}),
    "obligation": ({"id", "text"}, {"why", "world"}),
    "duty": ({"id", "kind", "unless"}, {"default", "why", "world"}),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a charter may speak of in one world: facts of each kind of act, day facts under "close", and bodies."""

    facts: Mapping[str, Mapping[str, FactSchema]]
    bodies: Mapping[str, Mapping[str, Schema]]


class CharterError(IsonomiaError):
    """A charter that cannot be found or read at all."""


def shipped() -> list[str]:
    """Names of the charters that come with the package, parents before the diffs that extend them."""
    names = sorted((path.stem for path in SHELF.glob("*.toml")), key=lambda name: (len(name), name))
    return [name for name in ("bare", "flawed") if name in names] + [n for n in names if n not in ("bare", "flawed")]


def named(name: str) -> str:
    """The shipped charter of that name; `hardened` is the last of the hardened ones."""
    return [n for n in shipped() if n.startswith(LAST_OF)][-1] if name == LAST_OF.rstrip("-") else name


def source_of(name_or_path: str) -> tuple[str, str]:
    """(the text of a charter, where it was found): a shipped name, or a path."""
    name_or_path = named(name_or_path)
    path = SHELF / f"{name_or_path}.toml" if name_or_path in shipped() else Path(name_or_path)
    try:
        if not path.exists():
            raise CharterError(
                f"{name_or_path}: there is no such charter file, and the shipped charters are {', '.join(shipped())}; "
                "hardened is the last of them"
            )
        if path.is_dir():
            raise CharterError(f"{name_or_path}: is a directory, not a charter file")
        return path.read_text(encoding="utf-8"), str(name_or_path)
    except (OSError, UnicodeDecodeError) as error:
        raise CharterError(f"{name_or_path}: cannot be read as UTF-8 text: {error}") from error


def load_charter(name_or_path: str, worlds: Mapping[str, Terms]) -> Charter:
    """Read a charter and check all of it against every world. Raises CharterError, or Faults with every fault."""
    text, where = source_of(name_or_path)
    faults: list[str] = []
    charter = _read(text, where, faults, trail=(where,))
    if charter is not None:
        faults += law_faults(charter, worlds)
    if faults or charter is None:
        raise Faults(where, faults)
    return charter


def _read(text: str, where: str, faults: list[str], trail: tuple[str, ...]) -> Charter | None:
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # beside TOMLDecodeError: endless numbers, endless nesting
        faults.append(f"not TOML: {error}")
        return None
    base = Charter(name=Path(where).stem)
    if "extends" in table:
        base = _parent(table["extends"], where, faults, trail) or base
    return _merge(base, table, faults)


def charter_of(table: Mapping[str, Any], base: Charter, worlds: Mapping[str, Terms]) -> Charter:
    """A charter from a table that stands in some other file: `base` with what the table changes. Raises Faults."""
    faults = ["extends: a charter inside another file extends nothing"] if "extends" in table else []
    charter = _merge(base, {key: value for key, value in table.items() if key != "extends"}, faults)
    faults += law_faults(charter, worlds)
    if faults:
        raise Faults("charter", faults)
    return charter


def _parent(name: object, where: str, faults: list[str], trail: tuple[str, ...]) -> Charter | None:
    if type(name) is not str:
        faults.append("extends: wants the name or the path of a charter")
        return None
    name = named(name)
    if name not in shipped():
        name = os.path.normpath(Path(where).parent / name)  # so that a circle comes round to a name seen before
    if name in trail:
        faults.append(f"extends: goes round in a circle: {' → '.join([*trail, name])}")
        return None
    try:
        text, found = source_of(name)
    except CharterError as error:
        faults.append(f"extends: {error}")
        return None
    below: list[str] = []
    parent = _read(text, found, below, (*trail, name))
    faults += [f"extends {name}: {fault}" for fault in below]
    return parent


def _merge(base: Charter, table: Mapping[str, Any], faults: list[str]) -> Charter:
    for key in table:
        if key not in _PLAIN and key not in LADDERS:
            faults.append(f"{key}: not a part of a charter{_near(key, [*_PLAIN, *LADDERS])}")
    levels = dict(base.levels)
    settings = {office: dict(own) for office, own in base.settings.items()}
    for office, ladder in LADDERS.items():
        if office in table:
            level = _level(office, table[office], ladder, faults)
            if level and level != levels.get(office):
                settings.pop(office, None)  # another level is set anew, not half by what the parent set
            levels |= {office: level} if level else {}
            own = _settings(office, table[office], faults)
            settings |= {office: {**settings.get(office, {}), **own}} if own else {}
    removed = _words("remove", table.get("remove", []), faults)
    known = {x.id for group in (base.articles, base.obligations, base.duties) for x in group}
    faults += [f"remove: no parent has {i!r}" for i in removed if i not in known]
    parts: dict[str, list[Any]] = {name: [] for name in _FIELDS}
    for part, made in parts.items():
        made += [x for x in getattr(base, _plural(part)) if x.id not in removed]
        for i, item in enumerate(_list(part, table.get(part, []), faults)):
            value = _item(part, i, item, faults)
            if value is not None:
                made.append(value)
    ids = [x.id for made in parts.values() for x in made]
    faults += [f"id {i!r}: used twice; remove the parent's first" for i in sorted({i for i in ids if ids.count(i) > 1})]
    day = table.get("day", {})
    last = day.get("last", base.last) if isinstance(day, dict) else None
    if isinstance(day, dict):
        faults += [f"day.{key}: not a setting{_near(key, ['last'])}" for key in day if key != "last"]
    if last not in ("governor", "members", "nobody"):
        faults.append('day.last: wants "governor", "members" or "nobody"')
    if "name" in table and not str(table["name"]).strip().replace("-", "").replace("_", "").replace(".", "").isalnum():
        faults.append("name: wants letters, digits, and - _ . between them")
    for key in ("name", "why"):
        if type(table.get(key, "")) is not str:
            faults.append(f"{key}: wants text")
    return Charter(
        name=str(table.get("name", base.name)),
        why=str(table.get("why", "")),
        extends=named(str(table.get("extends", ""))),
        levels=levels,
        settings=settings,
        articles=tuple(parts["article"]),
        obligations=tuple(parts["obligation"]),
        duties=tuple(parts["duty"]),
        last=str(last),
    )


def _plural(part: str) -> str:
    return "duties" if part == "duty" else part + "s"


def _level(office: str, table: object, ladder: Mapping[str, Level], faults: list[str]) -> str | None:
    if not isinstance(table, dict):
        faults.append(f"{office}: wants a table with a level")
        return None
    if "level" not in table and SETTINGS.get(office):
        return None  # the parent's level, set otherwise
    level = table.get("level")
    if type(level) is not str or level not in ladder:
        names = ", ".join(f"{name} (null)" if rung.null else name for name, rung in ladder.items())
        faults.append(f"{office}.level: {level!r} is not a level; levels are {names}")
        return None
    return level


def _settings(office: str, table: object, faults: list[str]) -> dict[str, Any]:
    """What the table sets beside the level, each of the kind the office declares."""
    known = SETTINGS.get(office, {})
    own: dict[str, Any] = {}
    for key, value in table.items() if isinstance(table, dict) else ():
        if key == "level":
            continue
        if key not in known:
            has = f"{office} has {', '.join(sorted(known))}" if known else f"{office} has only a level"
            faults.append(f"{office}.{key}: not a setting{_near(key, list(known))}; {has}")
        elif fault := known[key].fault(value):
            faults.append(f"{office}.{key}: {fault}")
        else:
            own[key] = value
    return own


def _item(part: str, i: int, item: object, faults: list[str]) -> Any:
    if not isinstance(item, dict):
        faults.append(f"{part}[{i}]: wants a table")
        return None
    path = f"{part} {item.get('id', f'[{i}]')!r}"
    must, may = _FIELDS[part]
    wrong = [f"{path} lacks {key}" for key in sorted(must - item.keys())]
    wrong += [f"{path} {key}: not a field{_near(key, [*must, *may])}" for key in item if key not in must | may]
    wrong += [
        f"{path} {k}: wants text" for k, v in item.items() if k in must | may and k != "default" and type(v) is not str
    ]
    default = item.get("default", {})
    if not isinstance(default, dict) or any(not _plain(v) for v in default.values()):
        wrong.append(f"{path} default: wants a table of whole numbers, flags or names of day facts")
    faults += wrong
    if wrong:
        return None
    if part == "duty":
        return Duty(**item)
    return Article(on=CLOSE, **item) if part == "obligation" else Article(**item)


def _plain(value: object) -> bool:
    return type(value) in (bool, str) or (type(value) is int and abs(value) <= LARGEST)


def _list(part: str, value: object, faults: list[str]) -> list[object]:
    if isinstance(value, list):
        return value
    faults.append(f"{part}: wants [[{part}]] tables")
    return []


def _words(key: str, value: object, faults: list[str]) -> list[str]:
    if isinstance(value, list) and all(type(v) is str for v in value):
        return value
    faults.append(f"{key}: wants a list of ids")
    return []


def _near(word: str, words: list[str]) -> str:
    close = get_close_matches(word, words, 1)
    return f"; did you mean {close[0]}?" if close else ""


def law_faults(charter: Charter, worlds: Mapping[str, Terms]) -> list[str]:
    """Faults of every text against every world it speaks of, each said once."""
    faults: dict[str, None] = {}
    items: list[Article | Duty] = [*charter.articles, *charter.obligations, *charter.duties]
    for item in items:
        if item.world and item.world not in worlds:
            faults[f"{item.id!r} world: {item.world!r} is not a world; worlds are {', '.join(worlds)}"] = None
    for name, terms in worlds.items():
        schemas = terms.facts
        here = charter.in_world(name)
        texts = [a for a in here.law_in(name) if a.on != CLOSE] + list(here.obligations)  # with those levels bring
        faults |= {
            f'article "{a.id}" on: "{CLOSE}" takes an [[obligation]]': None for a in here.articles if a.on == CLOSE
        }
        texts += [Article(d.id, CLOSE, d.unless) for d in here.duties]
        try:
            Law(texts, schemas, name)
        except Faults as error:
            names = {o.id: "obligation" for o in here.obligations} | {d.id: "duty" for d in here.duties}
            faults |= {_renamed(fault, names): None for fault in error.faults}
        faults |= {fault: None for d in here.duties for fault in _default_faults(d, name, terms)}
    return list(faults)


def _default_faults(duty: Duty, world: str, terms: Terms) -> list[str]:
    """A default must be an act that its kind admits: every name, each a value in range or a day fact."""
    if duty.kind not in terms.bodies:
        return [f"duty {duty.id!r} kind: {duty.kind!r} is not a kind of act in {world}"]
    body, day = terms.bodies[duty.kind], terms.facts[CLOSE]
    faults = [f"duty {duty.id!r} default lacks {name}" for name in body if name not in duty.default]
    for name, value in duty.default.items():
        if name not in body:
            faults.append(f"duty {duty.id!r} default.{name}: {duty.kind} has no place for it")
        elif isinstance(value, str) and value not in day:
            faults.append(f"duty {duty.id!r} default.{name}: {value!r} is not a day fact in {world}")
        elif not isinstance(value, str) and (fault := body[name].fault(value)):
            faults.append(f"duty {duty.id!r} default.{name}: {fault}")
    return faults


def _renamed(fault: str, names: Mapping[str, str]) -> str:
    for i, what in names.items():
        fault = fault.replace(f'article "{i}"', f'{what} "{i}"')
    return fault
