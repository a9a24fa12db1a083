"""What each step changes, what it costs honest people and what it newly contains, a row a step on shared scales; every
single measurement and every charter in full are folded below."""

from __future__ import annotations

from isonomia.report import charts
from isonomia.report.charts import Axis
from isonomia.report.figures import DASH, UNKNOWN, count, fact, number, with_interval
from isonomia.report.markup import esc, name
from isonomia.report.reading import Break, Charter, Containment, Estimate, Friction
from isonomia.report.steps import change_in_short
from isonomia.report.table import OPEN_MARK

MOSTLY = 0.5  # contained: the lower end of the interval lies above this share of the harm


def contained_by(found: Break, charter: str) -> list[Containment]:
    """The attacks more than half of whose harm this step prevents, beyond what the seeds may do."""
    return [row for row in found.containment if row.charter == charter and (row.share.low or 0.0) > MOSTLY]


def render_safeguards(found: Break, subject: str | None = None) -> str:
    """The section; `subject` is the charter that the page's story is about."""
    title = f"<h2>{_finding(found)}</h2>"
    return f'<section id="safeguards">{title}{_steps(found, subject)}{_containment(found)}{_charters(found)}</section>'


def _finding(found: Break) -> str:
    """How many steps contain something, and the dearest."""
    steps = [charter for charter in found.charters if charter.extends]
    known = [f for f in found.friction if f.mean.value is not None]
    dearest = max(known, key=lambda f: f.mean.value or 0.0, default=None)
    if not steps or not known or dearest is None:
        return "What each safeguard costs, and what it stops"
    stops = sum(bool(contained_by(found, charter.name)) for charter in steps)
    said = f"{stops} of {count(len(steps), 'step')} {'contains' if stops == 1 else 'contain'} an attack"
    if (dearest.mean.value or 0.0) <= 0:
        return f"{said}; none was found to cost honest people anything"
    return f"{said}; the dearest, {name(dearest.charter)}, costs {number(dearest.mean.value, 3)} of honest service"


def _ends(*estimates: Estimate) -> list[float | None]:
    return [end for e in estimates for end in (e.value, e.low, e.high)]


def _steps(found: Break, subject: str | None) -> str:
    """One table, a row group a step."""
    measured = {f.charter for f in found.friction} | {c.charter for c in found.containment}
    steps = [c for c in found.charters if c.extends or c.name in measured]
    if not steps:
        who = f" {name(subject)} and its like" if subject else ""
        return f"<p>No charter here extends another:{who} stand alone, and friction was {UNKNOWN}.</p>"
    costs = charts.axis_of((end for f in found.friction for end in _ends(f.mean, f.worst_tenth)), 0.02)
    shown = [row for charter in steps for row in contained_by(found, charter.name)]
    shares = _shares(shown)
    rows = "".join(_step(found, charter, costs, shares) for charter in steps)
    titles = (
        ("step", 1),
        ("friction, everyone", 1),
        ("friction, worst tenth", 1),
        ("contains, lower end above half the harm", 3),
    )
    head = "".join(f'<th scope="col"{_span("col", span)}>{title}</th>' for title, span in titles)
    ruler = charts.scale(costs)
    foot = f"<td></td><td>{ruler}</td><td>{ruler}</td><td></td><td></td><td>{charts.scale(shares)}</td>"
    return (
        f"{_how(found)}"
        '<div class="wide" role="region" aria-label="Steps: cost and containment" tabindex="0">'
        f'<table class="bars steps"><thead><tr>{head}</tr></thead>{rows}<tfoot><tr>{foot}</tr></tfoot></table></div>'
        f"{_daggers(found)}"
    )


def _span(of: str, n: int) -> str:
    return f' {of}span="{n}"' if n > 1 else ""


def _how(found: Break) -> str:
    """What the columns mean, and how hard the attacker looked."""
    searches = [cell.search for cell in found.cells.values() if cell.search is not None]
    budgets = sorted({s.runs for s in searches if s.runs is not None})
    if searches:
        runs = f" of {count(budgets[0], 'run')}" if len(budgets) == 1 else ""
        looked = f"In each arm the attacker looked anew for its worst point, with the same budget{runs} on other seeds."
    else:
        looked = "The same script plays with and without the step and does not look for a way round; who does will "
        looked += "fare no worse."
    return (
        "<p><b>Friction</b> is the share of honest service that a step costs, measured without any attacker, under "
        "real trouble: emergencies, newcomers, an urgent ordinance, a budget’s dearer projects, a treasury’s repair. "
        "<b>Containment</b> is the share of an attack’s harm that it "
        f"prevents: 1 is all of it, 0 nothing, below 0 it adds some. {_against(found)}{looked}</p>"
    )


def _against(found: Break) -> str:
    """Where steps build on steps: that none is measured alone, nor all together."""
    names = {charter.name for charter in found.charters if charter.extends}
    if not any(charter.extends in names for charter in found.charters):
        return ""
    return (
        "A step is measured on top of those before it: what it would do alone, or what all cost together, is not said. "
    )


def _daggers(found: Break) -> str:
    if not any(cell.search is not None and cell.search.open for cell in found.cells.values()):
        return ""
    text = "the attacker’s search was cut short by its budget in one of the two arms: a larger one may find worse."
    return f'<p class="note">{OPEN_MARK} {text}</p>'


def _step(found: Break, charter: Charter, costs: Axis, shares: Axis) -> str:
    friction, stops = found.friction_of(charter.name), contained_by(found, charter.name)
    rows = _span("row", len(stops))
    against = (friction.against if friction else "") or charter.extends or DASH
    why = f'<span class="by why">{name(charter.why)}</span>' if charter.why else ""
    first = (
        f'<th scope="row"{rows}>{name(charter.name)}<span class="by">against {name(against)}</span>'
        f'<span class="by">{name(change_in_short(charter))}</span>{why}</th>'
        f"<td{rows}>{_cost(friction, costs)}</td><td{rows}>{_worst(friction, costs)}</td>"
    )
    if not stops:
        return f'<tbody><tr>{first}<td colspan="3" class="by">{_none(found, charter)}</td></tr></tbody>'
    each = [
        f'<td>{name(row.attack)}</td><td class="num">{with_interval(row.share)}{_dagger(found, row)}</td>'
        f"<td>{charts.mark(row.share, shares)}</td>"
        for row in stops
    ]
    return f"<tbody><tr>{first}{each[0]}</tr>{''.join(f'<tr>{row}</tr>' for row in each[1:])}</tbody>"


def _none(found: Break, charter: Charter) -> str:
    known = [row for row in found.containment if row.charter == charter.name and row.share.value is not None]
    of = f" of {count(len(known), 'attack')}" if known else ""
    return f"more than half of the harm of none{of}" if known else f"containment {UNKNOWN}"


def _cost(friction: Friction | None, axis: Axis) -> str:
    if friction is None or friction.mean.value is None:
        return UNKNOWN
    more = [f"{fact(round(n, 1))} {what}" for n, what in _burdens(friction) if n]
    beside = f'<span class="by">{", ".join(more)} a run</span>' if more else ""
    return f"{charts.mark(friction.mean, axis)}{with_interval(friction.mean, 3)}{beside}"


def _burdens(friction: Friction) -> tuple[tuple[float | None, str], ...]:
    """Mean counts a run, with the step less without it."""
    return (friction.refused, "more refusals"), (friction.minutes, "more minutes")


def _worst(friction: Friction | None, axis: Axis) -> str:
    if friction is None or friction.worst_tenth.value is None:
        return UNKNOWN
    return f"{charts.mark(friction.worst_tenth, axis, 'hollow')}{with_interval(friction.worst_tenth, 3)}"


def _dagger(found: Break, row: Containment) -> str:
    cells = (found.cells.get((row.attack, charter)) for charter in (row.charter, row.against))
    return OPEN_MARK if any(c is not None and c.search is not None and c.search.open for c in cells) else ""


def _shares(rows: list[Containment]) -> Axis:
    axis = charts.axis_of((end for row in rows for end in _ends(row.share)), 1.0)
    return Axis(max(axis.low, -1.0), min(axis.high, 1.5))


def _containment(found: Break) -> str:
    """Every measurement, folded: a row for each attack and step; what is not identifiable in a sentence."""
    if not found.containment:
        return f"<p>Containment was {UNKNOWN}.</p>"
    known = [row for row in found.containment if row.share.value is not None]
    unknown = _unidentified([row for row in found.containment if row.share.value is None])
    said = f"Every containment measured: {count(len(known), 'pair')} of attack and step"
    missing = len(found.containment) - len(known)
    said += f", and {missing} that could not be" if missing else ""
    if not known:
        return f"<details><summary>{said}</summary>{unknown}</details>"
    axis = _shares(known)
    rows = "".join(
        f'<tr><th scope="row">{name(row.charter)}<span class="by">against {name(row.against or DASH)}</span></th>'
        f'<td>{name(row.attack)}</td><td class="num">{with_interval(row.share)}{_dagger(found, row)}</td>'
        f"<td>{charts.mark(row.share, axis)}</td></tr>"
        for row in known
    )
    return (
        f"<details><summary>{said}</summary>"
        '<div class="wide" role="region" aria-label="Containment of each charter" tabindex="0"><table class="bars">'
        '<thead><tr><th scope="col">charter</th><th scope="col">attack</th><th scope="col" colspan="2">containment</th>'
        f"</tr></thead><tbody>{rows}</tbody><tfoot><tr><td></td><td></td><td></td><td>{charts.scale(axis)}</td></tr>"
        f"</tfoot></table></div>{unknown}</details>"
    )


def _unidentified(rows: list[Containment]) -> str:
    """Grouped by reason, so that a long list of unknowns stays readable."""
    reasons: dict[str, list[str]] = {}
    for row in rows:
        reasons.setdefault(row.why or UNKNOWN, []).append(f"{name(row.attack)} × {name(row.charter)}")
    return "".join(f'<p class="note"><b>{esc(why)}</b>: {", ".join(cells)}.</p>' for why, cells in reasons.items())


def _charters(found: Break) -> str:
    told = "".join(_charter(charter) for charter in found.charters)
    return f"<details><summary>The charters in full: every change and price</summary>{told}</details>" if told else ""


def _charter(charter: Charter) -> str:
    extends = f"extends {name(charter.extends)}" if charter.extends else "stands alone"
    changes = "".join(f"<li>{name(change)}</li>" for change in charter.changes)
    prices = ", ".join(f"{name(thing.replace('_', ' '))} {esc(fact(price))}" for thing, price in charter.prices)
    return (
        f'<div class="charter"><h3>{name(charter.name)} <span class="by">{extends}</span></h3>'
        + (f'<ul class="changes">{changes}</ul>' if changes else "")
        + (f"<p>{name(charter.why)}</p>" if charter.why else "")
        + (f'<p class="note">Prices: {prices}.</p>' if prices else "")
        + "</div>"
    )
