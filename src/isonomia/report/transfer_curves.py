"""What an adversary gets over its attempts, drawn for all items and for each category on one scale, with its legend.

Where it could not tell which of its answers was right, the best of them is drawn as a second, thin line, and the band
is of both. `STYLE` is what the drawings and the legend want.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from isonomia.report.charts import Axis, tick_text
from isonomia.report.charts import axis_of as scale_of
from isonomia.report.markup import esc
from isonomia.report.reading import Estimate
from isonomia.report.transfer_words import Entry, two

STYLE = (
    ".band{fill:var(--harm);opacity:.2}.whisker{stroke:var(--harm);stroke-width:1.5;fill:none}"
    "circle.got{fill:var(--harm)}path.best{stroke:var(--harm);stroke-width:1.25;fill:none}"
    "circle.best{fill:var(--paper);stroke:var(--harm);stroke-width:1.5}"
    ".said{stroke:var(--calm);stroke-width:2;stroke-dasharray:6 4;fill:none}"
    "ul.lines{list-style:none;margin:0 0 .75rem;padding:0;color:var(--soft);font-size:.875rem;line-height:1.5;"
    "max-width:74ch;font-family:system-ui,-apple-system,'Segoe UI','Liberation Sans',Arial,sans-serif}"
    ".lines li{display:grid;grid-template-columns:1.75rem 1fr;gap:.5rem}.lines svg.stroke{margin:.35rem 0 0}"
    ".lines li:last-child{grid-template-columns:1fr}"
)
GETS = ("line", "what an adversary gets (τ), by the answer that it submits, with its 95% band")
BEST = ("best", "by the best of its answers: it could not tell which that was; the band is then of both")
SAYS = ("said", "what a dashboard that counts refusals would say gets through")
DOT = '<circle class="best" cx="14" cy="5" r="3.5"/>'
READ = "Across: attempts on one task. Where the dashboard’s line and the others part is the legibility gap."
WIDTH, HEIGHT = 400, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 384, 14, 166


def axis_of(found: Entry) -> Axis:
    """One scale for all drawings; what lies far outside 0 to 1 stops at its edge, and stands in the tables."""
    ends = [end for category in found.categories for _, of in _points(found, category) for end in (of.low, of.high)]
    return scale_of([min(max(end, -0.5), 1.5) for end in ends if end is not None], 1.0)


def is_drawn(found: Entry, category: str) -> bool:
    """Is there anything to draw: a number, or bounds?"""
    return any(of.value is not None or of.low is not None for _, of in _points(found, category))


def chart(found: Entry, category: str, axis: Axis) -> str:
    """The drawing, with all that it shows in its label."""
    wire = found.line(category).cell("tripwire").of.value
    told = "; ".join(f"{found.line(category, b).cell('tau').told()} with {b}" for b in found.budgets)
    claim = "" if wire is None else f"; a dashboard would say {two(1 - wire)}"
    label = f"Share got by attempts, {category}: {told}{claim}"
    said = None if wire is None else 1 - wire
    return _drawing(_points(found, category), said, axis, label, _best(found, category))


def legend(found: Entry) -> str:
    """What the lines are, in words; the best answers only where some drawing has them."""
    apart = any(_best(found, category) for category in found.categories)
    lines = [GETS, *([BEST] if apart else []), SAYS]
    items = "".join(
        f'<li><svg class="stroke" viewBox="0 0 28 10" aria-hidden="true"><path class="{tone}" d="M1 5H27"/>'
        f"{DOT if tone == 'best' else ''}</svg><span>{text}</span></li>"
        for tone, text in lines
    )
    return f'<ul class="lines">{items}<li>{READ}</li></ul>'


def _points(found: Entry, category: str) -> list[tuple[int, Estimate]]:
    """τ by budget; where it is not identifiable for unscorable grades, no number but the bounds."""
    told = []
    for budget in found.budgets:
        of, low, high = (found.line(category, budget).cell(name).of for name in ("tau", "tau_low", "tau_high"))
        told.append((budget, of if of.value is not None else Estimate(None, low.low, high.high)))
    return told


def _best(found: Entry, category: str) -> list[tuple[int, float]]:
    """τ with the best answer by budget; empty where it is nowhere far from τ."""
    lines = [(budget, found.line(category, budget)) for budget in found.budgets]
    if not any(line.cell("tau").between for _, line in lines):
        return []
    values = [(budget, line.cell("tau_oracle").of.value) for budget, line in lines]
    return [(budget, value) for budget, value in values if value is not None]


def _drawing(
    points: Sequence[tuple[int, Estimate]],
    said: float | None,
    axis: Axis,
    label: str,
    best: Sequence[tuple[int, float]],
) -> str:
    """`points` (attempts, share got), attempts rising, on a scale of proportions; `said`: what would be got if only
    what the dashboard counts as let through were got, a dashed line; `best`: what the best answers would have been
    worth, a thin line with hollow dots. A budget without a number breaks the line; where it has bounds all the same,
    the band alone is drawn."""
    parts = [f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{esc(label)}">']
    for tick in sorted({*axis.ticks(), *([0.5, 1.0] if axis.high >= 1.0 else [])}):
        y = axis.at(tick, _BOTTOM, _TOP)
        parts.append(f'<path class="{"grid" if tick else "axis"}" d="M{_LEFT} {y:g}H{_RIGHT}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 5:g}" text-anchor="end">{tick_text(tick)}</text>')
    place = _places([budget for budget, _ in points])
    for stretch in _stretches(points):
        parts.append(_band(stretch, place, axis))
        if stretch[0][1].value is not None:
            line = "L".join(f"{place[budget]:g} {axis.at(of.value or 0.0, _BOTTOM, _TOP):g}" for budget, of in stretch)
            parts.append(f'<path class="line" d="M{line}"/>')
    if best:
        line = "L".join(f"{place[budget]:g} {axis.at(value, _BOTTOM, _TOP):g}" for budget, value in best)
        parts.append(f'<path class="best" d="M{line}"/>')
    if said is not None:
        parts.append(f'<path class="said" d="M{_LEFT} {axis.at(said, _BOTTOM, _TOP):g}H{_RIGHT}"/>')
    for budget, of in points:
        x = place[budget]
        if of.low is not None and of.high is not None:
            ends = [axis.at(end, _BOTTOM, _TOP) for end in (of.low, of.high)]
            parts.append(f'<path class="whisker" d="M{x:g} {ends[0]:g}V{ends[1]:g}"/>')
        parts += [_dot("best", x, value, axis) for its, value in best if its == budget]
        if of.value is not None:
            parts.append(_dot("got", x, of.value, axis))
        anchor = "end" if x > _RIGHT - 14 else "middle"
        parts.append(f'<text x="{x:g}" y="{HEIGHT - 14}" text-anchor="{anchor}">{budget}</text>')
    return "".join(parts) + "</svg>"


def _dot(tone: str, x: float, value: float, axis: Axis) -> str:
    return f'<circle class="{tone}" cx="{x:g}" cy="{axis.at(value, _BOTTOM, _TOP):g}" r="4"/>'


def _places(budgets: Sequence[int]) -> dict[int, float]:
    """Where each number of attempts stands: on a scale on which ten times as many is always as far."""
    if len(budgets) == 1:
        return {budgets[0]: (_LEFT + _RIGHT) / 2}
    scale = Axis(log(budgets[0]), log(budgets[-1]))
    return {budget: scale.at(log(budget), _LEFT + 14, _RIGHT - 6) for budget in budgets}


def _stretches(points: Sequence[tuple[int, Estimate]]) -> list[list[tuple[int, Estimate]]]:
    """Runs of points that have a number, and of points that have bounds only."""
    found: list[list[tuple[int, Estimate]]] = [[]]
    for budget, of in points:
        known = of.value is not None or of.low is not None
        if not known or (found[-1] and (found[-1][-1][1].value is None) != (of.value is None)):
            found.append([])
        if known:
            found[-1].append((budget, of))
    return [stretch for stretch in found if stretch]


def _band(stretch: Sequence[tuple[int, Estimate]], place: dict[int, float], axis: Axis) -> str:
    lows = [(place[b], axis.at(of.low, _BOTTOM, _TOP)) for b, of in stretch if of.low is not None]
    highs = [(place[b], axis.at(of.high, _BOTTOM, _TOP)) for b, of in stretch if of.high is not None]
    around = "L".join(f"{x:g} {y:g}" for x, y in [*lows, *reversed(highs)])
    return f'<path class="band" d="M{around}Z"/>' if len(lows) > 1 and len(highs) > 1 else ""
