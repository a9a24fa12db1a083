"""Pictures for a talk: pages of exactly 1600 × 900, one finding each, with a generated title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isonomia.report import charts
from isonomia.report.figures import number, percent
from isonomia.report.incidents import History, a_history, headline, subtitle
from isonomia.report.markup import esc, name
from isonomia.report.overtime import best_of, legend
from isonomia.report.page import Front, render_page, unbroken
from isonomia.report.palette import fill_of
from isonomia.report.reading import BROKEN, HELD, UNDETERMINED, Break, Cell, Estimate, read
from isonomia.report.safeguards import contained_by
from isonomia.report.steps import change_in_short
from isonomia.report.story import tell_of
from isonomia.report.table import worst_first

SIZE = (1600, 900)
FOUR_BY = 8  # drawings in rows of four; more stand in rows of five
STYLE = (
    "body{max-width:none;width:1600px;height:900px;overflow:hidden;padding:48px 64px}"
    "h1{font-size:44px;max-width:none;margin:0 0 12px}.sub{margin:0;font-size:19px}nav,footer{display:none}"
    "main{margin-top:24px}table.heat{border-collapse:separate;border-spacing:3px;width:100%;table-layout:fixed}"
    ".heat th{font-size:18px;padding:2px 8px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}"
    ".heat th[scope=col]{text-align:center}.heat td{text-align:center;font-size:21px;padding:0;height:40px}"
    ".heat tr>:first-child{width:270px}.heat .s{font-size:14px;color:var(--soft);font-weight:400}"
    ".multiples{grid-template-columns:repeat(4,1fr);gap:14px 36px}.multiples figcaption{font-size:18px}"
    ".multiples.five{grid-template-columns:repeat(5,1fr);gap:14px 24px}.five figcaption{font-size:16px}"
    ".legend{font-size:17px}.incidents{columns:2;column-gap:56px}.incidents table{width:100%;font-size:15px}"
    ".incidents tr{break-inside:avoid}.incidents td,.incidents th{padding:3px 10px 3px 0;vertical-align:top}"
    ".incidents .chip,.incidents thead th{white-space:nowrap}.incidents .chip{font-size:13px}.heat b{font-weight:700}"
    ".multiples figure{max-width:none}table.bars{width:100%;font-size:19px}.bars td,.bars th{padding:7px 16px 7px 0}"
    "svg.mark{width:260px;height:26px}p.key{font-size:17px;margin-top:16px}"
)


def render_slides(result: Mapping[str, Any], incidents: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Pages by name, from a `break` result (docs/json.md): heatmap, over-time, safeguards; and incidents, from what
    `isonomia incident --json` prints, where that is given. Raises ReportError."""
    found = read(result)
    story = tell_of(found)
    best = best_of(found, story.subject)
    drawn = [found.cells.get((attack.name, story.subject or "")) for attack in worst_first(found)]
    cells = [cell for cell in drawn if cell is not None]
    slides = {
        "heatmap": _slide(story.headline, story.subtitle, _heatmap(found), found.version),
        "over-time": _slide(*_lasting(cells), _multiples(found, cells, best), found.version),
        "safeguards": _slide(*_worth(found), _steps(found), found.version),
    }
    history = a_history(incidents) if incidents is not None else None
    if history is not None:
        slides["incidents"] = _slide(headline(history), subtitle(history), _incidents(history), found.version)
    return slides


def _slide(title: str, subtitle: str, body: str, version: str) -> str:
    return render_page(Front("isonomia", title, unbroken(title), subtitle, ""), body, version, STYLE)


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
        'attacker’s budget</span><span><i class="u1">grey</i> nothing can be said yet</span>'
        "<span><b>!</b> a structural right failed</span></p>"
    )


def _square(cell: Cell | None) -> str:
    if cell is None:
        return f'<td class="{fill_of(cell)}">–</td>'
    return f'<td class="{fill_of(cell)}">{number(cell.harm.value)}{" <b>!</b>" if cell.structural else ""}</td>'


def _lasting(cells: list[Cell]) -> tuple[str, str]:
    tails = [cell for cell in cells if cell.status == BROKEN and cell.tail_share is not None]
    most = sum(cell.lasting for cell in tails)
    subject = cells[0].charter if cells else "nothing"
    if not tails:
        title = f"Whether harm to {subject} outlasts its attackers was not measured"
    else:
        title = f"{most} of {len(tails)} attacks on {subject} do most of their harm after the attacker has left"
    return title, "Harm per person and day; the dashed line is where the attack ends"


def _multiples(found: Break, cells: list[Cell], best: str | None) -> str:
    shown = [cell for cell in cells if any(value is not None for value in cell.by_day)][:15]
    top = charts.axis_of((value for cell in shown for value in cell.by_day), 1.0)
    end, first = found.whole("days"), found.whole("first_day") or 0
    figures = []
    for cell in shown:
        other = found.cells.get((cell.attack, best)) if best else None
        tail = "" if cell.tail_share is None else f" · {percent(cell.tail_share)} after"
        chart = charts.by_day(cell.by_day, other.by_day if other else (), top, end, first, cell.attack)
        caption = f"<b>{name(cell.attack)}</b> {number(cell.harm.value)}{esc(tail)}"
        figures.append(f"<figure><figcaption>{caption}</figcaption>{chart}</figure>")
    many = " five" if len(figures) > FOUR_BY else ""
    lines = legend(cells[0].charter if cells else None, best, chips=False)
    return f'<p class="caption">{lines}</p><div class="multiples{many}">{"".join(figures)}</div>'


def _worth(found: Break) -> tuple[str, str]:
    last = found.charters[-1] if found.charters else None
    row = found.row(last.name) if last else []
    by = {status: sum(cell.status == status for cell in row) for status in (HELD, BROKEN, UNDETERMINED)}
    title = f"{last.name if last else 'nothing'} holds {by[HELD]} of {len(row)} attacks"
    rest = [f"{by[BROKEN]} {'breaks' if by[BROKEN] == 1 else 'break'} it"] if by[BROKEN] else []
    rest += [f"{by[UNDETERMINED]} undetermined"] if by[UNDETERMINED] else []
    known = [f.mean.value for f in found.friction if f.mean.value is not None]
    dear = f"; the dearest step costs {number(max(known), 3)} of honest service" if known and max(known) > 0 else ""
    said = title + (f" ({', '.join(rest)})" if rest else "") + dear
    return said, "Each step, what it costs honest people, and what it stops; a bar is the 95% interval"


def _steps(found: Break) -> str:
    """One row a step: what it changes, its friction, for the worst tenth too, and what it contains."""
    axis = charts.axis_of(
        (end for f in found.friction for e in (f.mean, f.worst_tenth) for end in (e.value, e.low, e.high)), 0.02
    )
    rows = []
    for charter in found.charters:
        friction = found.friction_of(charter.name)
        if friction is None:
            continue
        stops = contained_by(found, charter.name)
        told = ", ".join(f"{name(row.attack)} {number(row.share.value)}" for row in stops) or "–"
        rows.append(
            f'<tr><th scope="row">{name(charter.name)}<span class="by">{name(change_in_short(charter))}</span></th>'
            f'<td class="num">{_cost(friction.mean)}{_over(found, charter.name)}</td>'
            f"<td>{charts.mark(friction.mean, axis)}</td>"
            f'<td class="num">{_cost(friction.worst_tenth)}</td>'
            f"<td>{charts.mark(friction.worst_tenth, axis, 'hollow')}</td><td>{told}</td></tr>"
        )
    head = '<th scope="col">step</th><th scope="col" colspan="2">friction</th>'
    head += '<th scope="col" colspan="2">worst tenth</th><th scope="col">contains, of its harm</th>'
    return f'<table class="bars"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _over(found: Break, charter: str) -> str:
    """What the price is measured over, where that is not the step above."""
    over = found.price_over(charter)
    return f'<span class="by">over {name(over)}</span>' if over else ""


def _cost(mean: Estimate) -> str:
    return "not measured" if mean.value is None else number(mean.value, 3)


def _incidents(found: History) -> str:
    """What did harm, as it was or under the charter laid over, and what stops it."""
    rows = []
    for row in found.incidents[:30]:
        chips = [row.harmed, *([row.broken] if found.charter else [])]
        told = "".join(
            f'<td><span class="chip {"b3" if h else "h1"}">{"harm" if h else "no harm"}</span></td>' for h in chips
        )
        stops = next((name(t.name.replace("_", " ")) for t in row.tried if t.stopped), "–")
        rows.append(f'<tr><th scope="row">{name(row.title)}</th>{told}<td>{stops}</td></tr>')
    half = (len(rows) + 1) // 2
    under = f'<th scope="col">{name(found.charter)}</th>' if found.charter else ""
    head = f'<th scope="col">incident</th><th scope="col">as it was</th>{under}<th scope="col">stopped by, alone</th>'
    tables = [
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(part)}</tbody></table>"
        for part in (rows[:half], rows[half:])
    ]
    return f'<div class="incidents">{"".join(tables)}</div>'
