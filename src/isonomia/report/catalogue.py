"""One thing of the catalogue, as Markdown: an attack, a safeguard, a charter, a world, a governor, an incident.

`render_item(kind, row)` makes a page of a row of `isonomia list KIND --json`; `render_taxonomy` makes one of all its
rows, an anchor each. Links lead from docs/catalogue/KIND/NAME.md to its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

Row = Mapping[str, Any]
EVERYBODY = "everybody"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table, or nothing where it has no row."""
    lines = ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *lines, ""] if lines else []


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _code(value: object) -> str:
    return f"`{value}`" if str(value) else ""


def _links(kind: str, names: Iterable[str]) -> str:
    return ", ".join(f"[{name}](../{kind}/{name}.md)" for name in names)


def _taxonomy(rows: Iterable[str]) -> str:
    return ", ".join(f"[{row}](../taxonomy.md#{row.lower()})" for row in rows)


def _bare(text: str) -> str:
    """A word for a value as a charter file would have it."""
    return text.lower() if text in ("True", "False") else text


def _about_attack(row: Row) -> list[str]:
    held, faction = row["held_permille"] / 10, row["faction_permille"] / 10
    purse = [f"{n:,} {name}" for name, n in row["purse"].items() if n]
    facts = [
        ("by", row["who"]),
        ("mechanism", row["mechanism"]),
        ("rows of the taxonomy", _taxonomy(row["taxonomy"])),
        ("worlds", _links("worlds", row["worlds"])),
        ("persons it controls", f"{held:g} in 100" if held else "none"),
        ("who profits", f"{faction:g} in 100 persons, the first ones" if faction else "whom it controls"),
        ("purse", ", ".join(purse) or "nothing: it spends nothing but acts"),
        ("governor, in both arms", _links("governors", [row["governor"]])),
    ]
    if row["on_readers"]:
        facts.append(("in a default sweep", "only where a [language model](../../language-governors.md) governs"))
    lines = [row["title"] + ".", "", *table(("what", "here"), facts)]
    for world, space in {"": row["space"], **row["elsewhere"]}.items():
        there = "" if not row["elsewhere"] else f" in a {world or row['worlds'][0]}"
        values = [(_code(name), ", ".join(map(str, choices))) for name, choices in space.items()]
        lines += [f"## What it may vary{there}", "", *table(("parameter", "values, the default first"), values)]
    return [*lines, "## What it says of itself", "", row["about"], ""]


def _about_safeguard(row: Row) -> list[str]:
    null = "The null level of its office: what every other level is compared with." if row["null"] else ""
    lines = [row["why"][:1].upper() + row["why"][1:] + ".", "", *([null, ""] if null else [])]
    prices = ", ".join(f"`{name}` {value}" for name, value in row["prices"].items())
    facts = [("in a charter", f'`[{row["office"]}]` with `level = "{row["level"]}"`'), ("prices", prices or "none")]
    facts += [("shipped charters that have it", _links("charters", row["charters"]) or "none")]
    lines += table(("what", "here"), facts)
    lines += _articles("Articles it brings", row["articles"])
    settings = [(_code(name), _code(_bare(str(row["settings"][name])))) for name in row["changed"]]
    if settings:
        lines += ["## What it sets otherwise than the null level", "", *table(("setting", "value"), settings)]
        lines += ["What each setting means: [the charter file](../../charter.md#decisions).", ""]
    return lines


def _articles(title: str, articles: Sequence[Row]) -> list[str]:
    rows = [(_code(a["id"]), _code(a["on"]), a["world"] or "every", _code(a["text"]), a["why"]) for a in articles]
    return [f"## {title}", "", *table(("id", "on", "world", "text", "why"), rows)] if rows else []


def _about_charter(row: Row) -> list[str]:
    lines = [row["why"], ""]
    if row["extends"]:
        lines += [f"Extends {_links('charters', [row['extends']])}. What changes:", ""]
        lines += [f"- `{change}`" for change in row["changes"]] + [""]
    levels = [(office, _links("safeguards", [f"{office}.{level}"])) for office, level in row["levels"].items()]
    lines += ["## Levels", "", *table(("office", "level"), levels)]
    lines += [f"Who moves last: {row['last']}.", ""]
    lines += _articles("Articles", row["articles"])
    lines += _articles("Obligations, judged when the day closes", row["obligations"])
    duties = [
        (_code(d["id"]), _code(d["kind"]), d["world"] or "every", _code(d["unless"]), _default(d), d["why"])
        for d in row["duties"]
    ]
    if duties:
        lines += ["## Duties", "", *table(("id", "act", "world", "not owed if", "default", "why"), duties)]
    return lines


def _default(duty: Row) -> str:
    return ", ".join(f"`{name} = {value}`" for name, value in duty["default"].items())


def _about_world(row: Row) -> list[str]:
    kinds = [(_code(kind), ", ".join(roles) or EVERYBODY) for kind, roles in row["kinds"].items()]
    return [
        row["about"],
        "",
        *table(
            ("what", "here"),
            [
                ("rights that are counted by person and day", ", ".join(row["rights"])),
                ("governors that can be named", _links("governors", row["governors"])),
                ("attacks", _links("attacks", row["attacks"])),
            ],
        ),
        "## Its own acts",
        "",
        *table(("kind", "roles that may try it"), kinds),
        f"Acts of the other offices: {', '.join(f'`{kind}`' for kind in row['everywhere'])}.",
        "",
        "## Day facts that promises may rest on",
        "",
        ", ".join(f"`{name}`" for name in row["day_facts"]) + ".",
        "",
    ]


def _about_governor(row: Row) -> list[str]:
    lines = [row["what"], "", f"`isonomia break --governor {row['name']}`", ""]
    if row["attacks"]:
        lines += [f"Governs in both arms of {_links('attacks', row['attacks'])}.", ""]
    for world, text in row["by_world"].items():
        lines += [f"## In a {world}", "", text, ""]
    return lines


def _about_incident(row: Row) -> list[str]:
    facts = [
        ("when", row["date"]),
        ("a day of the replay is", row["day_is"]),
        ("the outcome is about", _code(row["about"])),
        ("what history did", row["expected"]),
        ("harm", _code(row["harm"])),
        ("rows of the taxonomy", _taxonomy(row["taxonomy"]) or "none of them, as it is told here"),
    ]
    lines = table(("what", "here"), facts)
    lines += ["## Institutions", "", *([row["institutions"], ""] if row["institutions"] else [])]
    lines += ["As compared with a charter in which every office is at its null level:", ""]
    lines += [f"- `{change}`" for change in row["changes"]] or ["- nothing"]
    whom = [(p["name"], p["role"], f"{p['tokens']:,}", f"{p['heads']:,}") for p in row["principals"]]
    lines += ["", "## Who", "", *table(("name", "role", "tokens", "persons"), whom)]
    acts = [(a["day"], a["by"], _code(a["kind"]), _body(a["body"]), _remark(a)) for a in row["acts"]]
    lines += ["## What was done", "", *table(("day", "by", "act", "with", "remark"), acts)]
    return [*lines, *_replay(row), *_listed("Sources", row["source"]), *_listed("Uncertain", row["uncertain"])]


def _remark(act: Row) -> str:
    return "; ".join(filter(None, [act["label"], "supposed: nobody did it" if act["supposed"] else ""]))


def _body(body: Row) -> str:
    return ", ".join(f"{name}: {_value(value)}" for name, value in body.items() if value not in (0, "", None))


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(_value(v) for v in value)
    if isinstance(value, Mapping):
        inner = value.get("body", value)
        told = ", ".join(f"{name} {_value(v)}" for name, v in inner.items() if name != "kind")
        return f"{value.get('kind', '')} {told}".strip()
    return f"{value:,}" if type(value) is int else str(value)


def _replay(row: Row) -> list[str]:
    found = row.get("replay")
    if found is None:
        return []
    said = "did harm" if found["harmed"] else "did no harm"
    tried = [
        (
            s["name"] + (", taken away" if s["removed"] else ""),
            found["tried"][s["name"]]["got"],
            "yes" if found["tried"][s["name"]]["stopped"] else "no",
            s["why"],
        )
        for s in row["safeguards"]
    ]
    head = ("safeguard", "the same acts then", "stops the harm", "why")
    lines = ["## What the replay finds", "", f"Got `{found['got']}`; it {said}. `isonomia incident {row['name']}`", ""]
    return [*lines, *table(head, tried)]


def _listed(title: str, items: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *[f"- {item}" for item in items], ""] if items else []


def _about_row(row: Row) -> list[str]:
    if row["by"]:
        kinds = {True: "incidents", False: "attacks"}  # incidents have ids, A01
        by = ", ".join(f"[{name}]({kinds[name[:1].isupper()]}/{name}.md)" for name in row["by"])
        status = f"Covered by {by}."
    else:
        status = f"{'Needs' if row['status'] == 'needs' else 'Not expressible here:'} {row['note']}."
    who = row["attacker"][:1].upper() + row["attacker"][1:]
    return [f"{who}: {row['vector']}. Right at stake: {row['right']}.", "", status, ""]


PAGES: Mapping[str, Callable[[Row], list[str]]] = MappingProxyType(
    {
        "attacks": _about_attack,
        "taxonomy": _about_row,
        "safeguards": _about_safeguard,
        "charters": _about_charter,
        "worlds": _about_world,
        "governors": _about_governor,
        "incidents": _about_incident,
    }
)


def render_item(kind: str, row: Row) -> str:
    """One page."""
    title = f"{row['name']}: {row['title']}" if kind == "incidents" else row["name"]
    return "\n".join([f"# {title}", "", *PAGES[kind](row)]).rstrip() + "\n"


def render_taxonomy(rows: Sequence[Row]) -> str:
    """All rows on one page."""
    lines = ["# The taxonomy", "", f"{len(rows)} ways to attack a polity, and which of them can be played here.", ""]
    for row in rows:
        lines += [f"## {row['name']}", "", *_about_row(row)]
    return "\n".join(lines).rstrip() + "\n"
