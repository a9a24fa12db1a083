"""The pages: HTML files that open from a folder with the network off, the report and one for each cell.

Style and script are inline and named by their hashes in a content security policy that allows nothing else, so
nothing a run contains can load, send or execute anything. The script only opens the disclosure a link leads into,
for browsers that do not do so themselves; without it the page is complete.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from typing import Any

from isonomia.report import palette
from isonomia.report.drill import cell_title, render_cell
from isonomia.report.markup import esc, isolate, name
from isonomia.report.notes import render_notes
from isonomia.report.overtime import render_over_time
from isonomia.report.reading import Break, read
from isonomia.report.safeguards import render_safeguards
from isonomia.report.sentences import Sentence
from isonomia.report.story import Story, tell_of
from isonomia.report.table import page_of, render_table

SCRIPT = (
    "(()=>{const open=()=>{const to=document.getElementById(location.hash.slice(1));"
    "for(let n=to;n;n=n.parentElement)if(n.tagName==='DETAILS')n.open=true;if(to)to.scrollIntoView()};"
    "addEventListener('hashchange',open);open()})()"
)
LABELS = {
    "warning": "Caution",
    "law": "The law",
    "broken": "Broken",
    "held": "Held",
    "remedy": "What holds",
    "step": "Step by step",
    "left": "Still broken",
    "cost": "Who pays",
    "worse": "Made worse",
    "tail": "Afterwards",
    "hit": "Who was hit",
    "open": "Not settled",
}
PARTS = {
    "table": "Table",
    "time": "Over time",
    "safeguards": "Safeguards",
    "verify": "Verify",
    "controls": "Controls",
    "limits": "Not shown",
    "words": "Words",
}
CELL_PARTS = {"numbers": "Numbers", "run": "Day by day", "prove": "Prove"}


def render_break(result: Mapping[str, Any], replays: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Self-contained HTML pages by their paths, report.html first and one for each cell, from what `isonomia break
    --json` prints (docs/json.md) and the recorded runs by the key that a cell's `replay` names. Raises ReportError for
    another kind or schema version."""
    found = read(result)
    story = tell_of(found)
    nav = "".join(f'<a href="#{ident}">{title}</a>' for ident, title in PARTS.items())
    body = (
        f"{_story(found, story)}{render_table(found, story.subject)}{render_over_time(found, story.subject)}"
        f"{render_safeguards(found, story.subject)}"
    )
    body += render_notes(found, body)
    front = Front("isonomia break", story.headline, _title(story), story.subtitle, nav)
    pages = {"report.html": render_page(front, body, found.version, _widths(found))}
    for (attack, charter), cell in found.cells.items():
        title = cell_title(cell)
        links = '<a href="../report.html">Report</a>' + "".join(
            f'<a href="#{ident}">{word}</a>' for ident, word in CELL_PARTS.items()
        )
        front = Front(f"isonomia break · {story.headline}", title, unbroken(title), found.attack(attack).title, links)
        path = page_of(found, attack, charter)
        pages[path] = render_page(front, render_cell(found, cell, replays), found.version)
    return pages


@dataclass(frozen=True, slots=True)
class Front:
    """The head of a page: `title` as text, `heading` and `nav` as HTML."""

    kicker: str
    title: str
    heading: str
    subtitle: str
    nav: str


def render_page(front: Front, body: str, version: str, style: str = "") -> str:
    """One page around a body of HTML."""
    style = files("isonomia.report").joinpath("style.css").read_text("utf-8") + palette.css() + style
    hashes = f"style-src '{_hash(style)}'; script-src '{_hash(SCRIPT)}'"
    policy = f"default-src 'none'; {hashes}; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<meta name="referrer" content="no-referrer"><title>{esc(front.title)} · isonomia</title>'
        f"<style>{style}</style></head><body>"
        f'<header><p class="kicker">{esc(front.kicker)}</p><h1>{front.heading}.</h1>'
        f'<p class="sub">{esc(front.subtitle)}</p>'
        f'<nav aria-label="On this page">{front.nav}</nav></header><main>{body}</main>'
        f"<footer><p>Made by isonomia {name(version or 'of an unstated version')} from its own runs. No finding "
        "here is fixed: each is made from the numbers and could have come out the other way.</p></footer>"
        f"<script>{SCRIPT}</script></body></html>\n"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _widths(found: Break) -> str:
    """The width that this table's number of columns asks for."""
    n = max(1, len(found.charters))
    return f"table.grid{{width:min(100%,{13 + 9 * n}rem);min-width:{8 + 5.4 * n:g}rem}}"


def _story(found: Break, story: Story) -> str:
    """The sentences, grouped by what they tell of; names in them lead to the cells they rest on."""
    groups = []
    for about, told in groupby(story.sentences, key=lambda sentence: sentence.about):
        said = "".join(f"<p>{_step_first(sentence, _linked(found, sentence))}</p>" for sentence in told)
        groups.append(f'<div class="{about}"><dt>{LABELS.get(about, about)}</dt><dd>{said}</dd></div>')
    return f'<section id="story" aria-label="The finding"><dl class="story">{"".join(groups)}</dl></section>'


def _step_first(sentence: Sentence, html: str) -> str:
    """The name of a step stands out, so that its lines can be run down."""
    head, bracket, rest = html.partition(" (")
    return f"<b>{head}</b>{bracket}{rest}" if sentence.about == "step" and bracket else html


def _title(story: Story) -> str:
    """The headline, with the charter it is about set apart, since that is a name and not a word."""
    subject = isolate(story.subject) if story.subject else ""
    if subject and story.headline.startswith(f"{subject} "):
        return f"<i>{esc(subject)}</i>{unbroken(story.headline[len(subject) :])}"
    return unbroken(story.headline)


def unbroken(text: str) -> str:
    """Escaped, with short hyphenated names kept on one line."""
    parts = re.split(r"(?<![\w-])((?=[\w-]{3,20}(?![\w-]))\w+(?:-\w+)+)", text)
    return "".join(f'<span class="nw">{esc(part)}</span>' if i % 2 else _spaced(part) for i, part in enumerate(parts))


def _spaced(text: str) -> str:
    """Escaped, with no line break between a number and its interval, or inside an interval."""
    return esc(re.sub(r" (?=\[[^\]]{3,24}\])|(?<=,) (?=[−≈.\d]+\])", "\N{NO-BREAK SPACE}", text))


def _linked(found: Break, sentence: Sentence) -> str:
    """The text with the first mention of each attack it rests on turned into a link to that cell."""
    spots = []
    for attack, charter in sentence.cells:
        mention = re.search(rf"(?<![\w-]){re.escape(attack)}(?![\w-])", sentence.text)
        if mention and attack:
            spots.append((mention.start(), mention.end(), page_of(found, attack, charter)))
    parts, done = [], 0
    for start, end, ident in sorted(spots):
        if start >= done:
            link = f'<a href="{ident}">{unbroken(sentence.text[start:end])}</a>'
            parts.append(_spaced(sentence.text[done:start]) + link)
            done = end
    return "".join(parts) + _spaced(sentence.text[done:])
