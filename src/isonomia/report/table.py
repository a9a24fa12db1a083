"""Attack × charter: a table of links, the number and the status word in every cell.

Columns stand in the order given, which is that of a chain of charters; rows worst first, so that a chain
makes stairs."""

from __future__ import annotations

from isonomia.report.figures import DASH, UNKNOWN, count, interval, number
from isonomia.report.markup import esc, name
from isonomia.report.palette import STEPS, fill_of
from isonomia.report.reading import BROKEN, NOT_RUN, Attack, Break, Cell, Charter
from isonomia.report.steps import end_of

OPEN_MARK = "†"  # beside a number whose attacker's search was cut short


def worst_first(found: Break) -> list[Attack]:
    """Attacks by how many charters they break, then by their largest harm; equals in the order given."""

    def order(attack: Attack) -> tuple[int, float]:
        cells = [cell for (which, _), cell in found.cells.items() if which == attack.name]
        harms = [cell.harm.value for cell in cells if cell.harm.value is not None]
        return -sum(cell.status == BROKEN for cell in cells), -max(harms, default=-1.0)

    return sorted(found.attacks, key=order)


def page_of(found: Break, attack: str, charter: str) -> str:
    """The file of a cell's own page, from the report: positions, since names may hold anything."""
    row = [a.name for a in found.attacks].index(attack)
    return f"cells/c{row}-{[c.name for c in found.charters].index(charter)}.html"


def render_table(found: Break, subject: str | None = None) -> str:
    """The section; `subject` is the charter that the page's story is about."""
    title = f'<section id="table"><h2>{_finding(found, subject)}</h2>'
    if not found.cells:
        return f"{title}<p>No attack was run.</p></section>"
    charters = list(found.charters)
    before = [None, *(charter.name for charter in charters)]
    head = "".join(
        f'<th scope="col">{name(c.name)}{_parent(c) if c.extends != last else ""}</th>'
        for c, last in zip(charters, before, strict=False)
    )
    body = "".join(_row(found, attack, charters) for attack in worst_first(found))
    runs = {cell.runs for cell in found.cells.values()}
    return (
        f'{title}<p class="caption" id="table-says">{_caption(runs)}{_usual(found)}</p>'
        '<div class="wide" role="region" aria-label="Attack by charter" tabindex="0">'
        '<table class="grid" aria-describedby="table-says">'
        f'<thead><tr><td class="corner">attack</td>{head}</tr></thead><tbody>{body}</tbody>'
        f"<tfoot>{_friction(found, charters)}</tfoot></table></div>{_key(found)}</section>"
    )


def _finding(found: Break, subject: str | None) -> str:
    """How many attacks break the beginning and the end of a chain; without one, what the table holds."""
    base = found.charter(subject)
    end = end_of(found, base) if base is not None else None
    if base is None or end is None:
        return "Every attack on every charter"
    first, last = (sum(cell.status == BROKEN for cell in found.row(c.name)) for c in (base, end))
    way = "fall" if last < first else "rise" if last > first else "stay"
    to = f"at {last}" if first == last else f"from {first} to {last}"
    of = f"of {count(len(found.attacks), 'attack')}"
    return f"From {name(base.name)} to {name(end.name)} the breaks {way} {to}, {of}"


def _usual(found: Break) -> str:
    """What most rows and columns have in common, said once."""
    governor = _governor(found)
    order = [charter.name for charter in found.charters]
    chained = any(c.extends == last for c, last in zip(found.charters[1:], order, strict=False))
    said = (
        f" The governor is {name(governor)} where it is not the attacker and a row names no other." if governor else ""
    )
    return said + (
        " A column that extends another extends the one to its left, where it names none." if chained else ""
    )


def _governor(found: Break) -> str:
    """The governor of most attacks; "" where none is named."""
    named = [attack.governor for attack in found.attacks if attack.governor]
    return max(sorted(set(named)), key=named.count, default="")


def _caption(runs: set[int | None]) -> str:
    n = f", {min(r for r in runs if r is not None):,} paired runs each" if len(runs) == 1 and None not in runs else ""
    return (
        f"Harm: the share of person-days lost, with its 95% interval{n}. "
        "Each cell leads to a page of its own: every measure, and a recorded run day by day."
    )


def _parent(charter: Charter) -> str:
    return f'<span class="by">extends {name(charter.extends)}</span>' if charter.extends else ""


def _row(found: Break, attack: Attack, charters: list[Charter]) -> str:
    who = f'<span class="by">{name(attack.who)}</span>' if attack.who else ""
    if attack.governor and attack.governor != _governor(found):
        who += f'<span class="by">governor {name(attack.governor)}</span>'
    same_n = len({cell.runs for cell in found.cells.values()}) == 1
    cells = "".join(_cell(found, found.cells.get((attack.name, charter.name)), same_n) for charter in charters)
    return f'<tr><th scope="row">{name(attack.name)}{who}</th>{cells}</tr>'


def _cell(found: Break, cell: Cell | None, same_n: bool) -> str:
    if cell is None:
        return f'<td class="u1"><span class="none">{NOT_RUN}</span></td>'
    harm = number(cell.harm.value) if cell.harm.value is not None else UNKNOWN
    n = (
        ""
        if same_n
        else f'<span class="n">n {cell.runs:,}</span>'
        if cell.runs is not None
        else '<span class="n">n –</span>'
    )
    dagger = OPEN_MARK if cell.search is not None and cell.search.open else ""
    right = '<span class="n">a right failed</span>' if cell.structural else ""
    return (
        f'<td class="{fill_of(cell)}"><a href="{page_of(found, cell.attack, cell.charter)}"><b>{esc(cell.status)}</b>'
        f'<span class="{"harm" if cell.harm.value is not None else "none"}">{harm}</span>'
        f'<span class="ci">{interval(cell.harm)}{dagger}</span>{n}{right}</a></td>'
    )


def _friction(found: Break, charters: list[Charter]) -> str:
    cells = []
    for charter in charters:
        friction = found.friction_of(charter.name)
        mean = friction.mean if friction else None
        if mean is None or mean.value is None:
            unknown = UNKNOWN if friction or charter.extends else DASH  # a charter that extends nothing has no price
            cells.append(f'<td><span class="none">{unknown}</span></td>')
        else:
            ci = f'<span class="ci">{interval(mean, 3)}</span>'
            same = '<span class="by">the same in every run</span>'
            over = found.price_over(charter.name)
            base = f'<span class="by">over {name(over)}</span>' if over else ""
            cells.append(f'<td><span class="cost">{number(mean.value, 3)}</span>{same if mean.same else ci}{base}</td>')
    left = any(f.against and not found.price_over(f.charter) for f in found.friction)
    beside = ", over the column to its left where it names none" if left else ""
    by = f'<span class="by">share of honest service it costs{beside}</span>'
    return f'<tr><th scope="row">friction{by}</th>{"".join(cells)}</tr>'


def _dagger(found: Break) -> str:
    if not any(cell.search is not None and cell.search.open for cell in found.cells.values()):
        return ""
    return f"<span><b>{OPEN_MARK}</b> the attacker’s search was cut short: more tries may find worse</span> "


def _key(found: Break) -> str:
    """What the colours mean; the words in the cells say the same."""
    threshold = found.threshold("all")
    above = "its threshold" if threshold is None else number(threshold)
    targets = found.threshold("targets")
    weakest = "" if targets is None else f" (weakest tenth: {number(targets)})"
    steps = [number(threshold) if threshold is not None else "low", *(number(step) for step in STEPS[1:])]
    swatches = "".join(f'<i class="b{i}">{esc(step)}+</i>' for i, step in enumerate(steps, 1))
    return (
        f'<p class="key"><span><b>broken</b> {swatches} harm shown to lie above '
        f"{above}{weakest}, or a right failed</span> "
        '<span><b>held</b> <i class="h1">below</i> shown below both, within this attacker’s budget</span> '
        f"{_dagger(found)}"
        '<span><b>undetermined, no headroom, not run</b> <i class="u1">grey</i> nothing can be said</span></p>'
    )
