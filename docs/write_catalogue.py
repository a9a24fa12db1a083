"""Writes docs/catalogue/ from the code: `python docs/write_catalogue.py [FOLDER]`.

A page for every attack, safeguard, charter, world, governor and incident, one for the taxonomy and one for all facts.
What is worth saying beyond facts stands in docs/catalogue/notes/KIND-NAME.md, is written by hand, and goes to the end
of the page. tests/test_catalogue.py holds that pages are current.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from isonomia.basics.schema import Cells, Choice, FactSchema, Flag, Schema, Text, Whole
from isonomia.lab.catalogue import KINDS, item
from isonomia.lab.charters import schemas
from isonomia.law.articles import CLOSE
from isonomia.report.catalogue import render_item, render_taxonomy, table

DOCS = Path(__file__).parent
NOTES = DOCS / "catalogue" / "notes"
PAGES = [kind for kind in KINDS if kind != "taxonomy"]
WHAT = "A page for every line of `isonomia list`, written by `docs/write_catalogue.py`."
SAID = {
    "attacks": "ways to make people come to harm",
    "safeguards": "levels of offices",
    "charters": "the institutions that come with the package",
    "worlds": "the continuous tasks",
    "governors": "who can be put in office by name",
    "incidents": "real events that are replayed by their acts",
}


def pages() -> dict[str, str]:
    """Every page by its path under docs/catalogue/."""
    made = {}
    index: list[str] = [
        "# The catalogue",
        "",
        WHAT,
        "",
    ]
    for kind in PAGES:
        index += [f"## {kind.capitalize()}: {SAID[kind]}", ""]
        for row in KINDS[kind]():
            name = row["name"]
            made[f"{kind}/{name}.md"] = render_item(kind, item(kind, name)) + note(kind, name)
            index.append(f"- [{name}]({kind}/{name}.md): {row.get('title') or row.get('why') or row['what']}")
        index.append("")
    made["taxonomy.md"] = render_taxonomy(KINDS["taxonomy"]())
    index += ["## Taxonomy", "", "[All rows](taxonomy.md): who attacks, how, and what can be played here.", ""]
    index += ["## Facts", "", "[What an article may speak of](facts.md), by world and kind of act.", ""]
    made["README.md"] = "\n".join(index)
    made["facts.md"] = facts_page()
    return made


def note(kind: str, name: str) -> str:
    """What somebody wrote about it; its headings stand one below the page's."""
    path = NOTES / f"{kind}-{name}.md"
    return "\n" + path.read_text("utf-8").rstrip() + "\n" if path.exists() else ""


def facts_page() -> str:
    """What a charter may speak of: by world and kind of act, the fields of the act and the facts articles may read."""
    lines = [
        "# Facts: what an article may speak of",
        "",
        "Of every kind of act an article may also read what offices know about anyone's act; these are listed once for",
        "each world. Obligations and duties read day facts. The language: [the charter file](../charter.md).",
        "",
    ]
    for world, terms in schemas().items():
        kinds = {kind: facts for kind, facts in terms.facts.items() if kind != CLOSE}
        shared = set.intersection(*(set(facts) for facts in kinds.values()))
        some = next(iter(kinds.values()))
        lines += [f"## {world}", "", f"Of every act: {_named({name: some[name] for name in shared})}.", ""]
        rows = [
            (f"`{kind}`", _named(terms.bodies[kind]), _named({n: f for n, f in facts.items() if n not in shared}))
            for kind, facts in sorted(kinds.items())
        ]
        lines += table(("act", "its fields", "its facts"), rows)
        lines += [f"Day facts: {_named(terms.facts[CLOSE])}.", ""]
    return "\n".join(lines).rstrip() + "\n"


def _named(schemas: Mapping[str, Schema | FactSchema]) -> str:
    return ", ".join(f"`{name}` {_said(schema)}".strip() for name, schema in sorted(schemas.items())) or "none"


def _said(schema: Schema | FactSchema) -> str:
    """A whole number in its range, flag?, one of these words, text, or an array of cells."""
    match schema:
        case Whole():
            return f"({schema.lo:,} … {schema.hi:,})" if schema.hi < 2**53 - 1 or schema.lo else ""
        case Flag():
            return "(flag)"
        case Choice():
            return f"({' / '.join(schema.values)})"
        case Text():
            return f"(text, {schema.most:,} bytes)"
        case Cells():
            return "(a cell a person)"


def write(folder: Path) -> None:
    """All pages into a folder; pages of what there is no more go, notes stay."""
    made = pages()
    for path in folder.rglob("*.md"):
        if path.parent.name != NOTES.name and str(path.relative_to(folder)) not in made:
            path.unlink()
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS / "catalogue")
