"""The recorded run of a cell, one disclosure a day, one row an act with its entry number: plain HTML, no script."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from isonomia.report.figures import fact
from isonomia.report.markup import clean, esc, name
from isonomia.report.reading import Break, Cell, a_list, a_text, a_whole, pairs, rows, texts

MOST_FACTS = 4  # facts on a day's closed line; the others stand inside
COMPARED = ("_reported", "_measured_at_opening", "_measured")  # a report is of the opening; the last is at the close
MOST_CHARACTERS = 240  # of what one act says; the record holds the whole

HEAD = "<thead><tr><th>entry<th>by<th>act<th>what<th>verdict</thead>"


def render_replay(found: Break, cell: Cell, replays: Mapping[str, Mapping[str, Any]]) -> str:
    """The day-by-day list of this cell's recorded run, or a sentence saying why there is none."""
    key = cell.replay
    if key is None or key not in replays:
        return '<p class="note">No day-by-day record of this cell is in this page.</p>'
    replay = replays[key]
    days = rows(replay.get("days"))
    ended = _first_day_after(found, days)
    lasting, changing = _facts(days)
    told = "".join(_day(day, ended, changing) for day in days)
    always = f'<p class="note">The same on every day: {lasting}.</p>' if lasting else ""
    root = a_text(replay.get("root"))
    other = f", root <code>{esc(root)}</code>" if root and root != cell.root else ""
    return (
        f'<h2>The recorded run, day by day</h2><p class="note">{name(a_text(replay.get("title")) or "One run")}: seed '
        f"{fact(a_whole(replay.get('seed')))}, {fact(a_whole(replay.get('entries')))} entries{other}. One run of many: "
        "the numbers above are means, this is what happened once. Open a day to read its acts; an act’s number "
        "leads to its proof.</p>"
        f'{always}<div class="days">{told}</div>'
    )


def _first_day_after(found: Break, days: list[Mapping[str, Any]]) -> int | None:
    """The number of the first day after the attack, when the run reaches it."""
    attacked, first = found.whole("days"), found.whole("first_day") or 0
    numbers = [a_whole(day.get("day")) for day in days]
    return attacked + first if attacked is not None and attacked + first in numbers else None


def _facts(days: list[Mapping[str, Any]]) -> tuple[str, list[str]]:
    """The facts that never change, in words, and the names of those that do: what was reported first, beside what was
    measured when it was said (at the day's opening, where that is known), then the rest in the order given."""
    seen: dict[str, list[object]] = {}
    for day in days:
        for key, value in pairs(day.get("facts")):
            seen.setdefault(key, []).append(value)
    lasting = [key for key, values in seen.items() if len(values) == len(days) > 1 and len(set(map(repr, values))) == 1]
    changing = [key for key in seen if key not in lasting and key != "day"]
    changing.sort(key=lambda key: next((i for i, end in enumerate(COMPARED) if key.endswith(end)), len(COMPARED)))
    return " · ".join(_fact(key, seen[key][0]) for key in lasting), changing


def _fact(key: str, value: object) -> str:
    return f"{name(key.replace('_', ' '))} {esc(fact(value))}"


def _day(day: Mapping[str, Any], ended: int | None, changing: list[str]) -> str:
    number, acts = a_whole(day.get("day")), rows(day.get("acts"))
    today = dict(pairs(day.get("facts")))
    facts = [_fact(key, today[key]) for key in changing if key in today]
    refused = sum(bool(a_list(act.get("denied"))) for act in acts)
    mark = f"<em>{refused} refused</em>" if refused else ""
    more = f'<p class="note">{" · ".join(facts[MOST_FACTS:])}</p>' if len(facts) > MOST_FACTS else ""
    table = f"<table>{HEAD}{_acts(acts)}</table>" if acts else "<p>No act.</p>"
    divider = '<p class="ended">the attack has ended</p>' if number is not None and number == ended else ""
    spot = f' id="d{number}"' if number is not None else ""
    return (
        f"{divider}<details><summary><b>day {fact(number)}</b> <span>{' · '.join(facts[:MOST_FACTS])}</span>{mark}"
        f"</summary><div{spot}>{more}{table}</div></details>"
    )


def _acts(acts: list[Mapping[str, Any]]) -> str:
    """Rows without closing tags, as HTML allows, since there are thousands; acts that only differ in their entry
    number and follow each other share a row."""
    told = []
    for (by, kind, what, denied), same in groupby(acts, key=_said):
        entries = [a_whole(act.get("entry")) for act in same]
        span = fact(entries[0]) if len(entries) == 1 else f"{fact(entries[0])}–{fact(entries[-1])} ({len(entries)})"
        span = f'<a href="#prove">{span}</a>'
        verdict = f'<td class="no">refused by {", ".join(map(name, denied))}' if denied else "<td>permitted"
        told.append(f"<tr><td>{span}<td>{name(by)}<td>{name(kind)}<td>{name(what)}{verdict}")
    return "".join(told)


def _said(act: Mapping[str, Any]) -> tuple[str, str, str, tuple[str, ...]]:
    what = act.get("what")
    told = clean(what, MOST_CHARACTERS) if isinstance(what, str) else ""
    return a_text(act.get("by")), a_text(act.get("kind")), told, texts(act.get("denied"))
