"""Harm by day, a small drawing for each attack: what it did while it lasted, and what the institution went on doing."""

from __future__ import annotations

from isonomia.report import charts
from isonomia.report.figures import number, percent
from isonomia.report.markup import esc, name
from isonomia.report.palette import fill_of
from isonomia.report.reading import HELD, Break, Cell
from isonomia.report.table import page_of, worst_first

LASTING = 0.5  # of the harm after the attack had ended: then more than half of it is the institution's own


def render_over_time(found: Break, subject: str | None) -> str:
    """One chart an attack: the charter the story is about, and in grey the one that holds most of them."""
    title = '<section id="time"><h2>Harm over time, and after the attack ended</h2>'
    best = best_of(found, subject)
    cells = [found.cells.get((attack.name, subject or "")) for attack in worst_first(found)]
    drawn = [cell for cell in cells if cell is not None and any(value is not None for value in cell.by_day)]
    if not drawn:
        return f"{title}<p>Harm by day was not measured.</p></section>"
    top = charts.axis_of((value for cell in drawn for value in cell.by_day), 0.1)
    grey = f" Grey: the same attack on {name(best)}." if best else ""
    lasting = [cell for cell in drawn if cell.tail_share is not None and cell.tail_share > LASTING]
    said = f"<p>{_counted(len(lasting), len(drawn))}</p>"
    figures = "".join(_figure(found, cell, best, top) for cell in drawn)
    return (
        f'{title}{said}<p class="caption">Orange: harm per person and day on {name(subject or "")}, averaged over '
        f"people and runs. The dashed line is the day on which the attack ended.{grey}</p>"
        f'<div class="multiples">{figures}</div></section>'
    )


def _counted(n: int, of: int) -> str:
    if n == 0:
        return f"In none of {of} attacks did more than half of the harm come after the attacker had left."
    return (
        f"In {n} of {of} attacks more than half of the harm came after the attacker had left: "
        "not a bad output but a bad institution."
    )


def best_of(found: Break, subject: str | None) -> str | None:
    """The charter other than the subject that holds most attacks, the last of equals; None when none holds any."""
    held = {c.name: sum(cell.status == HELD for cell in found.row(c.name)) for c in found.charters if c.name != subject}
    most = max(held.values(), default=0)
    return [name for name, count in held.items() if count == most][-1] if most else None


def _figure(found: Break, cell: Cell, best: str | None, top: charts.Axis) -> str:
    other = found.cells.get((cell.attack, best)) if best else None
    end, first = found.whole("days"), found.whole("first_day") or 0
    days = other.by_day if other is not None else ()
    tail = "" if cell.tail_share is None else f", {percent(cell.tail_share)} of it after the attack"
    label = f"Harm by day of {cell.attack} on {cell.charter}: {number(cell.harm.value)} in all{tail}"
    chart = charts.by_day(cell.by_day, days, top, end, first, label)
    chip = f'<span class="chip {fill_of(other)}">{esc(other.status)}</span>' if other is not None else ""
    return (
        f'<figure><figcaption><a href="{page_of(found, cell.attack, cell.charter)}">{name(cell.attack)}</a> '
        f"{number(cell.harm.value)}{esc(tail)} {chip}</figcaption>{chart}</figure>"
    )
