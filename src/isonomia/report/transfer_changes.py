"""Two generations of a card beside each other: what changed, and which of it can be told from nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isonomia.report import charts
from isonomia.report import transfer_words as words
from isonomia.report.markup import esc, isolate, join_words, name
from isonomia.report.page import unbroken
from isonomia.report.reading import Estimate, a_number, a_text, a_whole, rows, texts
from isonomia.report.reading import estimate as read_estimate
from isonomia.report.transfer_words import OVERALL

CONDITIONS = {
    "bare": "what it is compared with",
    "budget": "the budget",
    "routes": "the routes",
    "held_out": "the held-out framing",
    "seed": "the seed",
    "practice": "the practice",
    "corpus_sha256": "the wordings",
    "items_sha256": "the items",
}


def render_changes(of: Mapping[str, Any]) -> str:
    """The section: overall, then what else changed distinguishably."""
    told = rows(of.get("rows"))
    overall = [row for row in told if row.get("category") == OVERALL]
    apart = [row for row in told if row.get("category") != OVERALL and row.get("distinguishable") is True]
    several = len({a_text(row.get("target")) for row in told}) > 1
    body = _table(overall, several, "Changes overall") if overall else ""
    if apart:
        body += f"<h3>Within categories, what changed distinguishably</h3>{_table(apart, several, 'In categories')}"
    elif told:
        body += "<p>Within categories nothing changed distinguishably.</p>"
    return f'<section id="changes"><h2>{unbroken(words.changed(of))}</h2>{_notes(of)}{body}</section>'


def _notes(of: Mapping[str, Any]) -> str:
    compared = sum(isinstance(row.get("distinguishable"), bool) for row in rows(of.get("rows")))
    apart = "within categories the two cards are taken as independent, so intervals are rather too wide"
    how = f"overall both were measured on the same items, and are compared item by item; {apart}"
    if not of.get("paired"):
        how = "the two cards are taken as independent, so on the same items intervals would be rather too wide"
    told = [f"A change is distinguishable where its 95% interval leaves out 0; {how}."]
    if any(row.get("change_best") is not None for row in rows(of.get("rows"))):
        told.append(
            "Two numbers for τ: with the answer that the adversary submitted, and with its best, as it could not tell "
            "which was right. Such a τ has changed where both have, in one direction."
        )
    if compared:
        told.append(f"Of {compared} numbers about {compared / 20:.1f} would be so by luck, were nothing changed.")
    named = [(a_text(pair.get("was")), a_text(pair.get("target"))) for pair in rows(of.get("pairs"))]
    told += [f"{isolate(was)} then is {isolate(now)} now." for was, now in named if was != now]
    for key, when in (("only_now", "now"), ("only_then", "then")):
        if left := texts(of.get(key)):
            told.append(f"Only {when}: {join_words([isolate(each) for each in left])}.")
    unknown = [CONDITIONS.get(each, each) for each in texts(of.get("conditions_unknown"))]
    if unknown:
        told.append(f"Not on record for both, so perhaps not the same: {join_words(unknown)}.")
    differs = [CONDITIONS.get(each, each) for each in texts(of.get("conditions_differ"))]
    caution = ""
    if differs:
        caution = (
            f'<p class="no">Not the same in both: {esc(join_words(differs))}. A change may be of the measuring and not '
            "of the model.</p>"
        )
    return caution + "".join(f'<p class="caption">{name(text)}</p>' for text in told)


def _table(told: list[Mapping[str, Any]], several: bool, label: str) -> str:
    found = [(row, read_estimate(row.get("change"), row.get("ci"))) for row in told]
    ends = [end for _, change in found for end in (change.low, change.high) if end is not None and abs(end) <= 3]
    axis = charts.axis_of(ends, 0.5)
    body = "".join(_row(row, change, axis, several) for row, change in found)
    scale = f'{charts.scale(axis)}<span class="by">scale</span>'
    heads = ("number", "then", "now", "change", scale, "told from nothing")
    return wide_table("bars pay", label, "".join(f'<th scope="col">{head}</th>' for head in heads), body)


def wide_table(kind: str, label: str, heads: str, body: str) -> str:
    """A table that scrolls by itself where the page is narrow; `heads` and `body` are HTML."""
    return (
        f'<div class="wide" role="region" aria-label="{esc(label)}" tabindex="0"><table class="{kind}"><thead><tr>'
        f"{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Mapping[str, Any], change: Estimate, axis: charts.Axis, several: bool) -> str:
    budget, category = a_whole(row.get("budget")), a_text(row.get("category"))
    about = [
        *([a_text(row.get("target"))] if several else []),
        *([category] if category != OVERALL else []),
        *([words.of_attempts(budget)] if budget else []),
    ]
    by = f'<span class="by">{name(", ".join(about))}</span>' if about else ""
    cells = "".join(
        f'<td class="num">{_ends(row, when)} <span class="ci">{words.span(of)}</span></td>'
        for when in ("was", "is")
        for of in (read_estimate(row.get(when), row.get(f"{when}_ci")),)
    )
    if change.value is None:
        told = f'<td class="by" colspan="3">not identifiable: {name(a_text(row.get("why")))}</td>'
    else:
        apart = row.get("distinguishable") is True
        chip = f'<span class="chip {"apart" if apart else "u1"}">{"yes" if apart else "no"}</span>'
        told = (
            f'<td class="num">{_ends(row, "change", "+")} <span class="ci">{words.span(change)}</span></td>'
            f"<td>{charts.mark(change, axis, '' if apart else 'hollow')}</td><td>{chip}</td>"
        )
    return f'<tr><th scope="row">{name(a_text(row.get("number")))}{by}</th>{cells}{told}</tr>'


def _ends(row: Mapping[str, Any], name: str, plus: str = "") -> str:
    """The number, and where it has two ends the other one: `.07 to .97`, `−.93 to .00`; `plus` before what rose."""
    values = [a_number(row.get(name)), a_number(row.get(f"{name}_best"))]
    ends = [value for value in values if value is not None]
    if name != "change" and len(ends) > 1 and ends[1] - ends[0] <= words.ORACLE_FAR:  # one number stands for both
        ends = ends[:1]
    told = [(plus if round(value, 2) > 0 else "") + words.two(value) for value in ends]
    return " to ".join(dict.fromkeys(told)) or words.two(None)
