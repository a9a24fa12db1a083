"""What an adversary gets over its attempts, drawn for all items and for each category on one scale, with its legend.

Where it could not tell which of its answers was right, the best of them is drawn as a second, thin line, and the band
is of both. `STYLE` is what the drawings and the legend want.
"""

from __future__ import annotations

from isonomia.report import budget_chart, charts
from isonomia.report.reading import Estimate
from isonomia.report.transfer_words import Measured, two

STYLE = budget_chart.STYLE + (
    "ul.lines{list-style:none;margin:0 0 .75rem;padding:0;color:var(--soft);font-size:.875rem;line-height:1.5;"
    "max-width:74ch;font-family:system-ui,-apple-system,'Segoe UI','Liberation Sans',Arial,sans-serif}"
    ".lines li{display:grid;grid-template-columns:1.75rem 1fr;gap:.5rem}.lines svg.stroke{margin:.35rem 0 0}"
    ".lines li:last-child{grid-template-columns:1fr}"
)
GETS = ("line", "what an adversary gets (τ), by the answer that it submits, with its 95% band")
BEST = ("best", "by the best of its answers: it could not tell which that was; the band is then of both")
SAYS = ("said", "what a dashboard that counts refusals would say gets through")
READ = "Across: attempts on one task. Where the dashboard’s line and the others part is the legibility gap."


def axis_of(found: Measured) -> charts.Axis:
    """One scale for all drawings; what lies far outside 0 to 1 stops at its edge, and stands in the tables."""
    ends = [end for category in found.categories for _, of in _points(found, category) for end in (of.low, of.high)]
    return charts.axis_of([min(max(end, -0.5), 1.5) for end in ends if end is not None], 1.0)


def is_drawn(found: Measured, category: str) -> bool:
    """Is there anything to draw: a number, or bounds?"""
    return any(of.value is not None or of.low is not None for _, of in _points(found, category))


def chart(found: Measured, category: str, axis: charts.Axis) -> str:
    """The drawing, with all that it shows in its label."""
    wire = found.line(category).cell("tripwire").of.value
    told = "; ".join(f"{found.line(category, b).cell('tau').told()} with {b}" for b in found.budgets)
    claim = "" if wire is None else f"; a dashboard would say {two(1 - wire)}"
    label = f"Share got by attempts, {category}: {told}{claim}"
    said = None if wire is None else 1 - wire
    return budget_chart.by_budget(_points(found, category), said, axis, label, _best(found, category))


def legend(found: Measured) -> str:
    """What the lines are, in words; the best answers only where some drawing has them."""
    apart = any(_best(found, category) for category in found.categories)
    lines = [GETS, *([BEST] if apart else []), SAYS]
    items = "".join(
        f'<li><svg class="stroke" viewBox="0 0 28 10" aria-hidden="true"><path class="{tone}" d="M1 5H27"/>'
        f"{DOT if tone == 'best' else ''}</svg><span>{text}</span></li>"
        for tone, text in lines
    )
    return f'<ul class="lines">{items}<li>{READ}</li></ul>'


DOT = '<circle class="best" cx="14" cy="5" r="3.5"/>'


def _points(found: Measured, category: str) -> list[tuple[int, Estimate]]:
    """τ by budget; where it is not identifiable for unscorable grades, no number but the bounds."""
    told = []
    for budget in found.budgets:
        of, low, high = (found.line(category, budget).cell(name).of for name in ("tau", "tau_low", "tau_high"))
        told.append((budget, of if of.value is not None else Estimate(None, low.low, high.high)))
    return told


def _best(found: Measured, category: str) -> list[tuple[int, float]]:
    """τ with the best answer by budget; empty where it is nowhere far from τ."""
    lines = [(budget, found.line(category, budget)) for budget in found.budgets]
    if not any(line.cell("tau").between for _, line in lines):
        return []
    values = [(budget, line.cell("tau_oracle").of.value) for budget, line in lines]
    return [(budget, value) for budget, value in values if value is not None]
