"""Harm by day, a small drawing for each attack: what it did while it lasted, and what the institution went on doing."""

from __future__ import annotations

from isonomia.report import charts
from isonomia.report.figures import number, percent
from isonomia.report.markup import esc, name
from isonomia.report.palette import fill_of
from isonomia.report.reading import HELD, Break, Cell
from isonomia.report.table import page_of, worst_first


def render_over_time(found: Break, subject: str | None) -> str:
    """One chart an attack: the charter the story is about, and in grey the one that holds most of them."""
    plain = '<section id="time"><h2>Harm over time, and after the attack ended</h2>'
    best = best_of(found, subject)
    cells = [found.cells.get((attack.name, subject or "")) for attack in worst_first(found)]
    drawn = [cell for cell in cells if cell is not None and any(value is not None for value in cell.by_day)]
    if not drawn:
        return f"{plain}<p>Harm by day was not measured.</p></section>"
    top = charts.axis_of((value for cell in drawn for value in cell.by_day), 1.0)
    lasting = [cell for cell in drawn if cell.lasting]
    figures = "".join(_figure(found, cell, best, top) for cell in drawn)
    return (
        f'<section id="time"><h2>{_counted(len(lasting), len(drawn))}</h2>'
        f'<p class="caption">{legend(subject, best)}</p><p class="caption">Harm per person and day, averaged over '
        f"people and runs; 1 is everybody losing all. The dashed line is where the attack ended{_share(found)}.</p>"
        f'<div class="multiples">{figures}</div></section>'
    )


def legend(subject: str | None, best: str | None, chips: bool = True) -> str:
    """Which line is which, each name beside its stroke; and what the words are, where titles have one beside them."""
    lines = [("line", subject)] if subject else []
    lines += [("line other", best)] if best else []
    drawn = [
        f'<svg class="stroke" viewBox="0 0 28 10" aria-hidden="true"><path class="{style}" d="M1 5H27"/></svg>'
        f"{name(charter or '')}"
        for style, charter in lines
    ]
    told = " ".join(f'<span class="legend">{line}</span>' for line in drawn)
    return told + (f" The word beside a title is what became of it on {name(best)}." if best and chips else "")


def _share(found: Break) -> str:
    """How many of the days lie after the attack: where harm only goes on, this is its share."""
    days, after = found.whole("days"), found.whole("after")
    return "" if not days or after is None else f"; {after} of {days + after} days lie after it"


def _counted(n: int, of: int) -> str:
    if n == 0:
        return f"In none of {of} attacks did more than half of the harm come after the attacker had left"
    return f"In {n} of {of} attacks more than half of the harm came after the attacker had left"


def best_of(found: Break, subject: str | None) -> str | None:
    """The charter other than the subject that holds most attacks, the last of equals; None when none holds any."""
    held = {c.name: sum(cell.status == HELD for cell in found.row(c.name)) for c in found.charters if c.name != subject}
    most = max(held.values(), default=0)
    return [name for name, count in held.items() if count == most][-1] if most else None


def _figure(found: Break, cell: Cell, best: str | None, top: charts.Axis) -> str:
    other = found.cells.get((cell.attack, best)) if best else None
    end, first = found.whole("days"), found.whole("first_day") or 0
    days = other.by_day if other is not None else ()
    tail = "" if cell.tail_share is None else f", {percent(cell.tail_share)} of it after"
    label = f"Harm by day of {cell.attack} on {cell.charter}: {number(cell.harm.value)} in all{tail}"
    chart = charts.by_day(cell.by_day, days, top, end, first, label)
    chip = f'<span class="chip {fill_of(other)}">{esc(other.status)}</span>' if other is not None else ""
    return (
        f'<figure><figcaption><a href="{page_of(found, cell.attack, cell.charter)}">{name(cell.attack)}</a> '
        f"{number(cell.harm.value)}{esc(tail)} {chip}</figcaption>{chart}</figure>"
    )
