"""What an adversary gets, over the attempts it has: a line with its band, and beside it what a dashboard would say."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from isonomia.report.charts import Axis, tick_text
from isonomia.report.markup import esc
from isonomia.report.reading import Estimate

STYLE = (
    ".band{fill:var(--harm);opacity:.2}.whisker{stroke:var(--harm);stroke-width:1.5;fill:none}"
    "circle.got{fill:var(--harm)}path.best{stroke:var(--harm);stroke-width:1.25;fill:none}"
    "circle.best{fill:var(--paper);stroke:var(--harm);stroke-width:1.5}"
    ".said{stroke:var(--calm);stroke-width:2;stroke-dasharray:6 4;fill:none}"
)
WIDTH, HEIGHT = 400, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 384, 14, 166


def by_budget(
    points: Sequence[tuple[int, Estimate]],
    said: float | None,
    axis: Axis,
    label: str,
    best: Sequence[tuple[int, float]] = (),
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
        if all(of.value is not None for _, of in stretch):
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
    first, last = (budgets[0], budgets[-1]) if budgets else (1, 1)
    if first == last:
        return dict.fromkeys(budgets, (_LEFT + _RIGHT) / 2)
    scale = Axis(log(first), log(last))
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
