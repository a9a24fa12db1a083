"""What each charter changes, what it costs honest people and what it stops, with intervals on shared scales."""

from __future__ import annotations

from isonomia.report import charts
from isonomia.report.charts import Axis
from isonomia.report.figures import DASH, UNKNOWN, fact, with_interval
from isonomia.report.markup import esc, name
from isonomia.report.reading import Break, Charter, Containment, Estimate, Friction


def render_safeguards(found: Break) -> str:
    return (
        '<section id="safeguards"><h2>What each safeguard costs, and what it stops</h2>'
        f"{_friction(found)}{_containment(found)}{_charters(found)}</section>"
    )


def _ends(*estimates: Estimate) -> list[float | None]:
    return [end for e in estimates for end in (e.value, e.low, e.high)]


def _friction(found: Break) -> str:
    """One row a charter: the mean and the worst tenth, each as number, interval and bar."""
    title = "<h3>Friction: the share of honest service it costs</h3>"
    if not found.friction:
        return f"{title}<p>Friction was {UNKNOWN}: what any of these charters costs honest people is unknown.</p>"
    axis = charts.axis_of((end for f in found.friction for end in _ends(f.mean, f.worst_tenth)), 0.02)
    rows = "".join(_friction_row(friction, axis) for friction in found.friction)
    ruler = charts.scale(axis)
    return (
        f"{title}<p>Measured on benign twins: no attacker, but real emergencies, newcomers and large lawful spends, on "
        "one shared schedule. Refusals and people’s minutes count; how many more a run has of each stands beside.</p>"
        '<div class="wide" role="region" aria-label="Friction of each charter" tabindex="0"><table class="bars">'
        '<thead><tr><th scope="col">charter</th><th scope="col" colspan="2">everyone</th>'
        '<th scope="col" colspan="2">the worst tenth</th><th scope="col">more refusals</th>'
        '<th scope="col">more minutes</th><th scope="col">pairs</th></tr></thead><tbody>'
        f"{rows}</tbody><tfoot><tr><td></td><td></td><td>{ruler}</td><td></td><td>{ruler}</td>"
        "<td></td><td></td><td></td></tr></tfoot></table></div>"
    )


def _friction_row(friction: Friction, axis: Axis) -> str:
    against = f'<span class="by">against {name(friction.against)}</span>' if friction.against else ""
    return (
        f'<tr><th scope="row">{name(friction.charter)}{against}</th>'
        f'<td class="num">{with_interval(friction.mean, 3)}</td><td>{charts.mark(friction.mean, axis)}</td>'
        f'<td class="num">{with_interval(friction.worst_tenth, 3)}</td>'
        f"<td>{charts.mark(friction.worst_tenth, axis, 'hollow')}</td>"
        f'<td class="num">{_more(friction.refused)}</td><td class="num">{_more(friction.minutes)}</td>'
        f'<td class="num">{fact(friction.runs)}</td></tr>'
    )


def _more(value: float | None) -> str:
    """A mean count a run, with the charter less without it."""
    return UNKNOWN if value is None else fact(round(value, 1))


def _containment(found: Break) -> str:
    """One row for each attack a charter's step was measured against; what is not identifiable in a sentence."""
    title = "<h3>Containment: the share of an attack’s harm it prevents</h3>"
    if not found.containment:
        return f"{title}<p>Containment was {UNKNOWN}.</p>"
    known = [row for row in found.containment if row.share.value is not None]
    unknown = _unidentified([row for row in found.containment if row.share.value is None])
    if not known:
        return title + unknown
    axis = charts.axis_of((end for row in known for end in _ends(row.share)), 1.0)
    axis = Axis(max(axis.low, -1.0), min(axis.high, 1.5))
    rows = "".join(
        f'<tr><th scope="row">{name(row.charter)}<span class="by">against {name(row.against or DASH)}</span></th>'
        f'<td>{name(row.attack)}</td><td class="num">{with_interval(row.share)}</td>'
        f"<td>{charts.mark(row.share, axis)}</td></tr>"
        for row in known
    )
    return (
        f"{title}<p>1: it prevents all of it; 0: it stops nothing; below 0: the harm is larger with it. The "
        "same script plays with and without it and does not look for a way round; who does will fare no worse.</p>"
        '<div class="wide" role="region" aria-label="Containment of each charter" tabindex="0"><table class="bars">'
        '<thead><tr><th scope="col">charter</th><th scope="col">attack</th><th scope="col" colspan="2">containment</th>'
        f"</tr></thead><tbody>{rows}</tbody><tfoot><tr><td></td><td></td><td></td><td>{charts.scale(axis)}</td></tr>"
        f"</tfoot></table></div>{unknown}"
    )


def _unidentified(rows: list[Containment]) -> str:
    """Grouped by reason, so that a long list of unknowns stays readable."""
    reasons: dict[str, list[str]] = {}
    for row in rows:
        reasons.setdefault(row.why or UNKNOWN, []).append(f"{name(row.attack)} × {name(row.charter)}")
    return "".join(f'<p class="note"><b>{esc(why)}</b>: {", ".join(cells)}.</p>' for why, cells in reasons.items())


def _charters(found: Break) -> str:
    told = "".join(_charter(charter) for charter in found.charters)
    return f"<h3>The charters</h3>{told}" if told else ""


def _charter(charter: Charter) -> str:
    extends = f"extends {name(charter.extends)}" if charter.extends else "stands alone"
    changes = "".join(f"<li>{name(change)}</li>" for change in charter.changes)
    prices = ", ".join(f"{name(thing)} {esc(fact(price))}" for thing, price in charter.prices)
    return (
        f'<div class="charter"><h4>{name(charter.name)} <span class="by">{extends}</span></h4>'
        + (f'<ul class="changes">{changes}</ul>' if changes else "")
        + (f"<p>{name(charter.why)}</p>" if charter.why else "")
        + (f'<p class="note">Prices: {prices}.</p>' if prices else "")
        + "</div>"
    )
