"""Sentences about charters that extend each other: what each step newly holds and costs, what even the last does not
hold, what a step makes worse, and who pays."""

from __future__ import annotations

import re

from isonomia.report.figures import UNKNOWN, count, number, with_interval
from isonomia.report.markup import isolate, join_words
from isonomia.report.reading import BROKEN, HELD, UNDETERMINED, Break, Cell, Charter, Estimate, Friction
from isonomia.report.sentences import (
    MOST_NAMED,
    Sentence,
    descendants,
    few,
    held_by,
    keys,
    listed,
    names_of,
    worst_first,
)

MOST_IN_STEP = 8  # attacks that the line of a step names
MOST_STEPS = 9  # told in a line each; further ones are counted
LEAST_RISE = 0.01  # of harm: a smaller one is told by the numbers of the table and by no sentence
NEXT_TO_NOTHING = 0.001  # of honest service: less than the three places of a cost tell


def steps_of(found: Break, base: Charter) -> list[Charter]:
    """The charters below the base, in the order given, where at least one is a step upon another; else none."""
    below = descendants(found, base)
    return below if any(charter.extends != base.name for charter in below) else []


def end_of(found: Break, base: Charter) -> Charter | None:
    """The charter most steps away from the base, the last of equals; None where nothing is a chain."""
    depths = {base.name: 0}
    for _ in found.charters:  # whatever order they stand in
        depths |= {c.name: depths[c.extends] + 1 for c in found.charters if c.extends in depths}
    steps = steps_of(found, base)
    return max(reversed(steps), key=lambda charter: depths[charter.name]) if steps else None


def step_by_step(found: Break, base: Charter) -> list[Sentence]:
    """One line a step, then what the last of them does not hold."""
    steps, end = steps_of(found, base), end_of(found, base)
    told = [_step(found, charter) for charter in steps[:MOST_STEPS]]
    if len(steps) > MOST_STEPS:
        told.append(Sentence("step", f"{count(len(steps) - MOST_STEPS, 'more step')}: see the table."))
    return told + (_left(found, base, end) if end is not None else [])


def _step(found: Break, charter: Charter) -> Sentence:
    held, opened, eased = _newly(found, charter)
    what = f"newly holds {names_of(held, MOST_IN_STEP)}" if held else "newly holds none"
    more = f"; no longer broken, though not shown to hold: {names_of(opened, MOST_IN_STEP)}" if opened else ""
    if eased:
        more += f"; still broken, at no more than half the harm: {listed(eased, lambda cell: _move(found, cell))}"
    price = price_of_step(found.friction_of(charter.name))
    text = f"{isolate(charter.name)} ({change_in_short(charter)}) {what}{more}; {price}."
    return Sentence("step", text, keys([*few(held, MOST_IN_STEP), *few(opened, MOST_IN_STEP), *few(eased)]))


def _newly(found: Break, charter: Charter) -> tuple[list[Cell], list[Cell], list[Cell]]:
    """What this charter holds and the one it extends does not; what broke that one and is not settled here; and what
    breaks both, here with at most half the harm."""
    held, opened, eased = [], [], []
    for cell in found.row(charter.name):
        before = found.cells.get((cell.attack, charter.extends or ""))
        was = before.status if before is not None else ""
        if cell.status == HELD and was != HELD:
            held.append(cell)
        if cell.status == UNDETERMINED and was == BROKEN:
            opened.append(cell)
        if cell.status == was == BROKEN and before is not None and _halved(before, cell):
            eased.append(cell)
    return held, opened, eased


def _halved(before: Cell, after: Cell) -> bool:
    began, now = before.harm.value, after.harm.value
    return began is not None and now is not None and began > 0 and 2 * now <= began


def change_in_short(charter: Charter) -> str:
    """`identity.level: open → audited`, `articles H.2 and H.3`: a level in full, an article by its name alone."""
    plain, named = [], dict[str, list[str]]()
    for change in charter.changes:
        item = re.fullmatch(r"[-+~] (article|obligation|duty) ([^:]+):.*", change)
        if item:
            named.setdefault(item[1], []).append(item[2])
        else:
            plain.append(isolate(change))
    many = {"duty": "duties"}
    for kind, ids in named.items():
        noun = kind if len(ids) == 1 else many.get(kind, f"{kind}s")
        plain.append(f"{noun} {join_words(ids)}")
    rest = len(plain) - MOST_NAMED
    return join_words(plain[:MOST_NAMED] + ([f"{rest} more"] if rest > 0 else [])) or "changes not stated"


def price_of_step(friction: Friction | None) -> str:
    if friction is None or friction.mean.value is None:
        return "its cost to honest people was not measured"
    mean = friction.mean
    if mean.same:
        return "no cost to honest people was found"
    if all(abs(end) < NEXT_TO_NOTHING for end in (mean.value, mean.low, mean.high) if end is not None):
        return "it costs less than .001 of honest service"
    figure = with_interval(mean, 3)
    if mean.high is not None and mean.high < 0:
        return f"honest people are served better with it (friction {figure})"
    if mean.low is not None and mean.high is not None and mean.low <= 0 <= mean.high:
        return f"its cost cannot be told from zero: {figure} of honest service"
    return f"it costs {figure} of honest service"


def _left(found: Break, base: Charter, end: Charter) -> list[Sentence]:
    """What the last step does not hold, and why."""
    row = found.row(end.name)
    lost = worst_first([cell for cell in row if cell.status == BROKEN])
    name = isolate(end.name)
    if not lost:
        rest = "" if any(cell.status != HELD for cell in row) else ": it holds all of them"
        return [Sentence("left", f"No attack is shown to break {name}{rest}.")]
    each = listed(lost, lambda cell: f"{isolate(cell.attack)} ({_why_lost(found, base, cell)})")
    held = any(cell.status == HELD for cell in row)
    within = " What it holds, it holds against these attackers and their budgets." if held else ""
    return [Sentence("left", f"Even {name} is broken by {each}.{within}", keys(few(lost)))]


def _why_lost(found: Break, base: Charter, cell: Cell) -> str:
    before = found.cells.get((cell.attack, base.name))
    known = before is not None and before.harm.value is not None and cell.harm.value is not None
    harm = with_interval(cell.harm)
    move = f"harm {number(before.harm.value)} → {harm}" if known and before is not None else f"harm {harm}"
    if not cell.structural:
        return f"{move}, still above a threshold"
    failed = join_words([f"“{isolate(right)}”" for right in cell.structural])
    return f"{move}, and a structural right failed, {failed}, which no number excuses"


def costs(found: Break, base: Charter) -> list[Sentence]:
    """What the worst-off tenth of honest people pay: for each charter that holds something, or for the dearest step."""
    steps = steps_of(found, base)
    charters = steps or [charter for charter, _ in held_by(found, base)]
    rows = [(charter, found.friction_of(charter.name)) for charter in charters]
    if not rows:
        return []
    known = [(c, f.worst_tenth) for c, f in rows if f is not None and f.worst_tenth.value is not None]
    unknown = [isolate(c.name) for c, f in rows if f is None or f.worst_tenth.value is None]
    lead = "For the honest people served worst, the worst tenth, the cost is"
    if len(known) > MOST_NAMED:
        return [Sentence("cost", f"{lead} {_dearest(known)}.")]
    parts = [f"{isolate(c.name)} {with_interval(worst, 3)}" for c, worst in known]
    parts += [f"{join_words(unknown)} {UNKNOWN}"] if unknown else []
    return [Sentence("cost", f"{lead}: {'; '.join(parts)}.")]


def _dearest(known: list[tuple[Charter, Estimate]]) -> str:
    order = sorted(known, key=lambda row: -(row[1].value or 0.0))
    (top, worst), (_, next_) = order[0], order[1]
    if not worst.value or worst.value <= 0:
        return f"not above nothing in any of {len(known)} steps"
    rest = "0" if not next_.value else number(max(next_.value, 0.0), 3)
    most = f"largest at {isolate(top.name)}, {with_interval(worst, 3)} of their service"
    return f"{most}; at every other step it is at most {rest}"


def worse(found: Break) -> list[Sentence]:
    """Where a step makes another harm worse: a held attack breaks through, harm rises beyond doubt, or one part of the
    harm rises while the whole does not. One sentence a step."""
    told = []
    for charter in found.charters:
        parent = found.charter(charter.extends)
        fell, rose = [], []
        for cell in found.row(charter.name) if parent else []:
            before = found.cells.get((cell.attack, charter.extends or ""))
            if before is not None and before.status == HELD and cell.status == BROKEN:
                fell.append(cell)
            elif before is not None and _rose(found, before, cell):
                rose.append(cell)
        told += _worsened(found, charter, fell, rose) or _parts(found, charter)
    rest = len(told) - MOST_NAMED
    text = f"{count(rest, 'more such case')}: compare the columns of the table."
    return told[:MOST_NAMED] + ([Sentence("worse", text)] if rest > 0 else [])


def _rose(found: Break, before: Cell, after: Cell) -> bool:
    """Whether harm is larger by more than a little, beyond what the seeds may do: by the paired interval of its
    containment, or where there is none, by intervals that do not touch."""
    if before.harm.value is None or after.harm.value is None or after.harm.value - before.harm.value < LEAST_RISE:
        return False
    paired = found.containment_of(after.attack, after.charter)
    if paired is not None and paired.share.high is not None:
        return paired.share.high < 0
    return before.harm.high is not None and after.harm.low is not None and after.harm.low > before.harm.high


def _worsened(found: Break, charter: Charter, fell: list[Cell], rose: list[Cell]) -> list[Sentence]:
    name, parent, told = isolate(charter.name), isolate(charter.extends or ""), []
    if fell:
        each = listed(fell, lambda cell: _move(found, cell))
        told.append(Sentence("worse", f"{name} is broken by what {parent} held: {each}.", keys(few(fell))))
    if rose:
        each = listed(rose, lambda cell: _move(found, cell))
        told.append(Sentence("worse", f"With {name} more harm is done than with {parent}: {each}.", keys(few(rose))))
    return told


def _move(found: Break, cell: Cell) -> str:
    charter = found.charter(cell.charter)
    before = found.cells.get((cell.attack, charter.extends or "")) if charter else None
    began = number(before.harm.value) if before is not None and before.harm.value is not None else UNKNOWN
    return f"{isolate(cell.attack)} {began} → {with_interval(cell.harm)}"


def _parts(found: Break, charter: Charter) -> list[Sentence]:
    """The largest rise of one part of a harm at this step, where it passes the threshold."""
    limit, rises = found.threshold("all"), []
    for cell in found.row(charter.name):
        before = found.cells.get((cell.attack, charter.extends or ""))
        old = dict(before.harms) if before is not None else {}
        for right, value in cell.harms:
            was = old.get(right)
            if limit is not None and value is not None and was is not None and value - was > limit:
                rises.append((value - was, right, was, value, cell))
    if not rises:
        return []
    _, right, was, value, cell = max(rises, key=lambda rise: rise[0])
    part = f"{number(was)} → {number(value)} (parts carry no interval)"
    text = f"Under {isolate(cell.attack)}, {isolate(charter.name)} raises one part of the harm, {isolate(right)}"
    return [Sentence("worse", f"{text}: {part}.", keys([cell]))]
