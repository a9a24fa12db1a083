"""Pictures for a talk: pages of exactly 1600 × 900, one finding each, with a generated title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isonomia.report import charts
from isonomia.report.figures import number, percent
from isonomia.report.markup import esc, name
from isonomia.report.overtime import best_of
from isonomia.report.page import Front, render_page
from isonomia.report.palette import fill_of
from isonomia.report.reading import BROKEN, HELD, UNDETERMINED, Break, Cell, Estimate, read
from isonomia.report.story import tell_of
from isonomia.report.table import worst_first

SIZE = (1600, 900)
STYLE = (
    "body{max-width:none;width:1600px;height:900px;overflow:hidden;padding:48px 64px}"
    "h1{font-size:44px;max-width:none;margin:0 0 12px}.sub{margin:0;font-size:19px}nav,footer{display:none}"
    "main{margin-top:24px}table.heat{border-collapse:separate;border-spacing:3px;width:100%;table-layout:fixed}"
    ".heat th{font-size:18px;padding:2px 8px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}"
    ".heat th[scope=col]{text-align:center}.heat td{text-align:center;font-size:21px;padding:0;height:40px}"
    ".heat tr>:first-child{width:270px}.heat .s{font-size:14px;color:var(--soft);font-weight:400}"
    ".multiples{grid-template-columns:repeat(4,1fr);gap:14px 36px}.multiples figcaption{font-size:18px}"
    ".multiples figure{max-width:none}table.bars{width:100%;font-size:19px}.bars td,.bars th{padding:7px 16px 7px 0}"
    "svg.mark{width:260px;height:26px}p.key{font-size:17px;margin-top:16px}"
)


def render_slides(result: Mapping[str, Any]) -> dict[str, str]:
    """Pages by name, from a `break` result (docs/json.md): heatmap, over-time, safeguards. Raises ReportError."""
    found = read(result)
    story = tell_of(found)
    best = best_of(found, story.subject)
    drawn = [found.cells.get((attack.name, story.subject or "")) for attack in worst_first(found)]
    cells = [cell for cell in drawn if cell is not None]
    return {
        "heatmap": _slide(story.headline, story.subtitle, _heatmap(found), found.version),
        "over-time": _slide(*_lasting(cells, best), _multiples(found, cells, best), found.version),
        "safeguards": _slide(*_worth(found), _steps(found), found.version),
    }


def _slide(title: str, subtitle: str, body: str, version: str) -> str:
    return render_page(Front("isonomia", title, esc(title), subtitle, ""), body, version, STYLE)


def _heatmap(found: Break) -> str:
    charters = found.charters[:10]
    attacks = worst_first(found)[:14]
    head = "".join(f'<th scope="col">{name(charter.name)}</th>' for charter in charters)
    rows = "".join(
        f'<tr><th scope="row">{name(attack.name)}</th>'
        + "".join(_square(found.cells.get((attack.name, charter.name))) for charter in charters)
        + "</tr>"
        for attack in attacks
    )
    return (
        f'<table class="heat"><thead><tr><td class="s">harm: share of person-days lost</td>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        '<p class="key"><span><i class="b4">orange</i> broken</span><span><i class="h1">blue</i> held within this '
        'attacker’s budget</span><span><i class="u1">grey</i> nothing can be said yet</span></p>'
    )


def _square(cell: Cell | None) -> str:
    return f'<td class="{fill_of(cell)}">{number(cell.harm.value) if cell is not None else "–"}</td>'


def _lasting(cells: list[Cell], best: str | None) -> tuple[str, str]:
    tails = [cell.tail_share for cell in cells if cell.status == BROKEN and cell.tail_share is not None]
    most = sum(tail > 0.5 for tail in tails)
    subject = cells[0].charter if cells else "nothing"
    if not tails:
        title = f"Whether harm to {subject} outlasts its attackers was not measured"
    else:
        title = f"{most} of {len(tails)} attacks on {subject} do most of their harm after the attacker has left"
    return title, f"Harm per person and day; dashed: the attack ends{f'; grey: {best}' if best else ''}"


def _multiples(found: Break, cells: list[Cell], best: str | None) -> str:
    shown = [cell for cell in cells if any(value is not None for value in cell.by_day)][:12]
    top = charts.axis_of((value for cell in shown for value in cell.by_day), 0.1)
    end, first = found.whole("days"), found.whole("first_day") or 0
    figures = []
    for cell in shown:
        other = found.cells.get((cell.attack, best)) if best else None
        tail = "" if cell.tail_share is None else f" · {percent(cell.tail_share)} after"
        chart = charts.by_day(cell.by_day, other.by_day if other else (), top, end, first, cell.attack)
        caption = f"<b>{name(cell.attack)}</b> {number(cell.harm.value)}{esc(tail)}"
        figures.append(f"<figure><figcaption>{caption}</figcaption>{chart}</figure>")
    return f'<div class="multiples">{"".join(figures)}</div>'


def _worth(found: Break) -> tuple[str, str]:
    last = found.charters[-1] if found.charters else None
    row = found.row(last.name) if last else []
    by = {status: sum(cell.status == status for cell in row) for status in (HELD, BROKEN, UNDETERMINED)}
    title = f"{last.name if last else 'nothing'} holds {by[HELD]} of {len(row)} attacks"
    rest = [f"{count} {status}" for status, count in by.items() if count and status != HELD]
    return title + (
        f" ({', '.join(rest)})" if rest else ""
    ), "Each step, what it costs honest people, and what it stops"


def _steps(found: Break) -> str:
    """One row a step: its friction, and the attacks whose harm it prevents most of."""
    axis = charts.axis_of((end for f in found.friction for end in (f.mean.value, f.mean.low, f.mean.high)), 0.02)
    rows = []
    for charter in found.charters:
        friction = found.friction_of(charter.name)
        if friction is None:
            continue
        stops = [row for row in found.containment if row.charter == charter.name and (row.share.low or 0.0) > 0.5]
        told = ", ".join(f"{name(row.attack)} {number(row.share.value)}" for row in stops) or "–"
        rows.append(
            f'<tr><th scope="row">{name(charter.name)}</th><td class="num">{_cost(friction.mean)}</td>'
            f"<td>{charts.mark(friction.mean, axis)}</td><td>{told}</td></tr>"
        )
    head = '<th scope="col">step</th><th scope="col" colspan="2">friction</th><th scope="col">containment above .5</th>'
    return f'<table class="bars"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _cost(mean: Estimate) -> str:
    return "not measured" if mean.value is None else number(mean.value, 3)
