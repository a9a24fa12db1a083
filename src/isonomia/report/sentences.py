"""One function for each thing the story can say. Each returns no sentence where there is nothing to tell, and says
so in words where a number was not measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from isonomia.report.figures import UNKNOWN, count, number, percent, with_interval
from isonomia.report.markup import isolate, join_words
from isonomia.report.reading import BROKEN, HELD, NO_HEADROOM, UNDETERMINED, Break, Cell, Charter, Friction

MOST_NAMED = 4  # how many attacks or charters one sentence lists before it counts the rest
MOST_TOLD = 4  # how many sentences of one sort before the table has to do
ROOM = 0.05  # the deficit above which a control arm leaves no headroom (the definition of the deficit: docs/numbers.md)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`about` says what it tells of: warning, broken, held, remedy, cost, worse, tail, hit, open. `cells` are the
    (attack, charter) pairs it rests on."""

    about: str
    text: str
    cells: tuple[tuple[str, str], ...] = ()


def descendants(found: Break, base: Charter) -> list[Charter]:
    """Charters that extend the base, directly or by steps, in the order given."""
    below = {base.name}
    for _ in found.charters:  # a chain is no longer than there are charters, whatever order they stand in
        below |= {charter.name for charter in found.charters if charter.extends in below}
    return [c for c in found.charters if c.name in below and c.name != base.name and found.row(c.name)]


def holders(found: Break, base: Charter, attack: str) -> list[Charter]:
    """Descendants of the base whose cell for this attack is held."""
    cells = ((charter, found.cells.get((attack, charter.name))) for charter in descendants(found, base))
    return [charter for charter, cell in cells if cell is not None and cell.status == HELD]


def worst_first(cells: Sequence[Cell]) -> list[Cell]:
    """Largest harm first; unmeasured harm last."""
    return sorted(cells, key=lambda cell: -cell.harm.value if cell.harm.value is not None else 2.0)


def broken_row(found: Break, base: Charter) -> list[Cell]:
    return worst_first([cell for cell in found.row(base.name) if cell.status == BROKEN])


def _keys(cells: Sequence[Cell]) -> tuple[tuple[str, str], ...]:
    return tuple((cell.attack, cell.charter) for cell in cells)


def _list(cells: Sequence[Cell], phrase: Callable[[Cell], str]) -> str:
    """The first few in words, the rest counted."""
    shown = [phrase(cell) for cell in cells[:MOST_NAMED]]
    rest = len(cells) - len(shown)
    return "; ".join(shown) + (f"; and {rest} more in the table" if rest else "")


def warnings(found: Break) -> list[Sentence]:
    """What makes every number below another one: the lab's own controls, or a governor that was not there."""
    return _of_controls(found) + _of_absence(found)


def _of_controls(found: Break) -> list[Sentence]:
    failed = [isolate(control.name) for control in found.controls if not control.ok]
    if failed:
        which = "One of the lab’s own controls" if len(failed) == 1 else f"{len(failed)} of the lab’s own controls"
        text = f"{which} failed: {join_words(failed)}. Trust no number here until this is mended."
        return [Sentence("warning", text)]
    if not found.controls:
        return [Sentence("warning", "The lab’s own controls were not run, so nothing here vouches for the lab itself.")]
    return []


def _of_absence(found: Break) -> list[Sentence]:
    most = max(found.cells.values(), key=lambda cell: cell.absent or 0.0, default=None)
    if most is None or not most.absent:
        return []
    who = isolate(most.governor) if most.governor else "The governor"
    text = f"{who} failed in its turn (late, raised, or no act at all) on up to {percent(most.absent)} of days: these "
    return [Sentence("warning", text + "numbers are about a seat that was partly empty.", _keys([most]))]


def broken(found: Break, base: Charter) -> list[Sentence]:
    """What was broken by whom, worst first; and what the base held."""
    fallen, told = broken_row(found, base), []
    if fallen:
        threshold = found.threshold("all")
        weakest = found.threshold("targets")
        means = "" if threshold is None else f" Broken: harm is shown to lie above {number(threshold)}"
        means += f" (weakest tenth: above {number(weakest)})" if means and weakest is not None else ""
        means += ", or a structural right failed." if means else ""
        text = f"Harm is the share of person-days lost: {_list(fallen, lambda c: _by_whom(found, c))}.{means}"
        told.append(Sentence("broken", text, _keys(fallen[:MOST_NAMED])))
    rights = [cell for cell in fallen if cell.structural]
    for cell in rights[:MOST_NAMED]:
        failed = join_words([f"“{isolate(right)}”" for right in cell.structural or ()])
        text = f"Under {isolate(cell.attack)} a right failed that no interval excuses: {failed}."
        told.append(Sentence("broken", text, _keys([cell])))
    held = [cell for cell in found.row(base.name) if cell.status == HELD]
    if held:
        each = _list(held, lambda c: f"{isolate(c.attack)} (harm {with_interval(c.harm)})")
        text = f"{isolate(base.name)} held within the attackers’ budgets: {each}."
        told.append(Sentence("held", text, _keys(held[:MOST_NAMED])))
    return told


def _by_whom(found: Break, cell: Cell) -> str:
    who = found.attack(cell.attack).who
    return f"{isolate(cell.attack)}{f' (by {isolate(who)})' if who else ''} {with_interval(cell.harm)}"


def holds(found: Break, base: Charter) -> list[Sentence]:
    """Which charter holds what breaks the base, and for how much of honest service; and what nothing holds."""
    fallen, tried = broken_row(found, base), descendants(found, base)
    if not fallen or not tried:
        return []
    told, by_charter = [], _held_by(found, base)
    for charter, cells in by_charter[:MOST_TOLD]:
        told.append(Sentence("remedy", _holds_text(found, base, charter, cells), _keys(cells[:MOST_NAMED])))
    rest = len(by_charter) - MOST_TOLD
    if rest > 0:
        text = f"{count(rest, 'more charter')} {'holds' if rest == 1 else 'hold'} some of them: see the table."
        told.append(Sentence("remedy", text))
    unheld = [cell for cell in fallen if not holders(found, base, cell.attack)]
    if unheld:
        lost = [cell for cell in unheld if not open_against(found, base, cell.attack)]
        if lost:
            names = _list(lost, lambda cell: isolate(cell.attack)).replace("; ", ", ")
            what = f"{isolate(tried[0].name)} does not hold" if len(tried) == 1 else "No charter tested holds"
            told.append(Sentence("remedy", f"{what} {names}.", _keys(lost[:MOST_NAMED])))
        told += [_may_hold(found, base, cell) for cell in unheld if cell not in lost]
    return told


def open_against(found: Break, base: Charter, attack: str) -> list[Cell]:
    """Descendants' cells for this attack that are neither broken nor held yet."""
    cells = (found.cells.get((attack, charter.name)) for charter in descendants(found, base))
    return [cell for cell in cells if cell is not None and cell.status == UNDETERMINED]


def _may_hold(found: Break, base: Charter, cell: Cell) -> Sentence:
    """That no break was seen so far is not yet that it holds: a rare ruin takes hundreds of seeds to exclude."""
    cells = open_against(found, base, cell.attack)
    names = _list(cells, lambda other: f"{isolate(other.charter)} {with_interval(other.harm)}")
    text = f"Against {isolate(cell.attack)} these are not settled yet, and more seeds would say: {names}."
    return Sentence("remedy", text, _keys(cells[:MOST_NAMED]))


def _held_by(found: Break, base: Charter) -> list[tuple[Charter, list[Cell]]]:
    """Charters that hold something which breaks the base, those that hold most first."""
    fallen = broken_row(found, base)
    rows = []
    for charter in descendants(found, base):
        cells = [found.cells.get((cell.attack, charter.name)) for cell in fallen]
        rows.append((charter, [cell for cell in cells if cell is not None and cell.status == HELD]))
    return sorted(((charter, cells) for charter, cells in rows if cells), key=lambda row: -len(row[1]))


def _holds_text(found: Break, base: Charter, charter: Charter, cells: list[Cell]) -> str:
    lead = f"{isolate(charter.name)} ({_step(found, base, charter)}) holds"
    price = _price(found.friction_of(charter.name), base)
    if len(cells) == 1:
        before = found.cells[cells[0].attack, base.name].harm.value
        was = UNKNOWN if before is None else number(before)
        return f"{lead} {isolate(cells[0].attack)}: harm {was} → {with_interval(cells[0].harm)}, {price}."
    known = [cell for cell in worst_first(cells) if cell.harm.value is not None]
    most = f"harm at most {with_interval(known[0].harm)}" if len(known) == len(cells) else f"harm partly {UNKNOWN}"
    total = len(broken_row(found, base))
    if len(cells) == total:
        return f"{lead} all {total} attacks that break {isolate(base.name)}: {most}, {price}."
    names = _list(cells, lambda cell: isolate(cell.attack)).replace("; ", ", ")
    return f"{lead} {len(cells)} of the {total} attacks that break {isolate(base.name)} ({names}): {most}, {price}."


def is_single(base: Charter, charter: Charter) -> bool:
    """Whether a charter is the base and one change."""
    return charter.extends == base.name and len(charter.changes) == 1


def _step(found: Break, base: Charter, charter: Charter) -> str:
    """The change itself when it is one; else how many lie between the base and the charter."""
    if is_single(base, charter):
        return isolate(charter.changes[0])
    n, at = 0, charter
    for _ in found.charters:
        parent = found.charter(at.extends)
        n += len(at.changes)
        if parent is None or parent.name == base.name:
            break
        at = parent
    return f"{count(n, 'change')} from {isolate(base.name)}" if n else "changes not stated"


def _price(friction: Friction | None, base: Charter) -> str:
    if friction is None or friction.mean.value is None:
        return "at a cost to honest people that was not measured"
    if friction.mean.same:
        return "at no cost found: every run without an attacker served people the same with it and without it"
    mean, figure = friction.mean, with_interval(friction.mean, 3)
    over = f", measured against {isolate(friction.against)}" if friction.against not in ("", base.name) else ""
    if mean.high is not None and mean.high < 0:
        return f"and honest people are served better with it (friction {figure}{over})"
    if mean.low is not None and mean.high is not None and mean.low <= 0 <= mean.high:
        return f"at a cost that the runs cannot tell from zero: {figure} of honest service{over}"
    return f"for {figure} of honest service{over}"


def costs(found: Break, base: Charter) -> list[Sentence]:
    """What the worst-off tenth of honest people pay for the charters that hold something."""
    rows = [(charter, found.friction_of(charter.name)) for charter, _ in _held_by(found, base)]
    if not rows:
        return []
    known = [(c, f.worst_tenth) for c, f in rows if f is not None and f.worst_tenth.value is not None]
    unknown = [isolate(c.name) for c, f in rows if f is None or f.worst_tenth.value is None]
    parts = [f"{isolate(c.name)} {with_interval(worst, 3)}" for c, worst in known[:MOST_NAMED]]
    if len(known) > MOST_NAMED:
        parts.append(f"{len(known) - MOST_NAMED} more below")
    parts += [f"{join_words(unknown)} {UNKNOWN}"] if unknown else []
    return [Sentence("cost", f"For the honest people served worst, the worst tenth, the cost is: {'; '.join(parts)}.")]


def worse(found: Break) -> list[Sentence]:
    """Where a step makes another harm worse: a held attack breaks through, harm rises beyond both intervals, or one
    part of the harm rises while the whole does not."""
    told = []
    for charter in found.charters:
        parent = found.charter(charter.extends)
        for cell in found.row(charter.name) if parent else []:
            before = found.cells.get((cell.attack, parent.name)) if parent else None
            text = _worsened(found, before, cell) if before is not None else ""
            if text:
                told.append(Sentence("worse", text, _keys([cell])))
    rest = len(told) - MOST_TOLD
    text = f"{count(rest, 'more such case')}: compare the columns of the table."
    return told[:MOST_TOLD] + ([Sentence("worse", text)] if rest > 0 else [])


def _worsened(found: Break, before: Cell, after: Cell) -> str:
    charter, attack = isolate(after.charter), isolate(after.attack)
    began = UNKNOWN if before.harm.value is None else number(before.harm.value)
    move = f"harm {began} → {with_interval(after.harm)}"
    if before.status == HELD and after.status == BROKEN:
        return f"{charter} is broken by {attack}, which {isolate(before.charter)} held: {move}."
    told_apart = number(after.harm.value) != began if after.harm.value is not None else False
    if told_apart and before.harm.high is not None and after.harm.low is not None and after.harm.low > before.harm.high:
        return f"{charter} makes {attack} worse than {isolate(before.charter)} does: {move}."
    limit, old = found.threshold("all"), dict(before.harms)
    for right, value in after.harms:
        was = old.get(right)
        if limit is not None and value is not None and was is not None and value - was > limit:
            part = f"{number(was)} → {number(value)} (parts carry no interval)"
            return f"Under {attack}, {charter} raises one part of the harm, {isolate(right)}: {part}."
    return ""


def tail(found: Break, base: Charter) -> list[Sentence]:
    """What share of the harm came after the attack had ended."""
    fallen = broken_row(found, base)
    if not fallen:
        return []
    if found.whole("after") == 0:
        return [Sentence("tail", "No day was watched after the attacks ended, so whether the harm goes on is unknown.")]
    known = sorted((c for c in fallen if c.tail_share is not None), key=lambda c: -(c.tail_share or 0.0))
    unknown = [isolate(cell.attack) for cell in fallen if cell.tail_share is None]
    parts = [_tail_text(known)] if known else []
    if unknown:
        parts.append(f"Of the harm of {join_words(unknown[:MOST_NAMED])} the share that came afterwards was {UNKNOWN}.")
    return [Sentence("tail", " ".join(parts), _keys(known[:MOST_NAMED]))]


def _tail_text(known: list[Cell]) -> str:
    top = known[0]
    share, name = top.tail_share or 0.0, isolate(top.attack)
    if share > 1:
        first = (
            f"All the harm of {name}, {percent(share)}, came after the attack had ended: until then people gained by it"
        )
    elif share > 0:
        first = f"{percent(share)} of the harm of {name} came after the attack had ended"
    elif share == 0:
        first = "No harm came after the attacks had ended"
    else:
        first = f"After the attacks had ended people won some of it back: {name} {percent(share)} of its harm"
    rest = known[1:] if share != 0 else [cell for cell in known[1:] if cell.tail_share != 0]
    others = f" ({_list(rest, _tail_phrase)})" if rest else ""
    return f"{first}{others}."


def _tail_phrase(cell: Cell) -> str:
    won_back = ", won back" if cell.tail_share is not None and cell.tail_share < 0 else ""
    return f"{isolate(cell.attack)} {percent(cell.tail_share)}{won_back}"


def hit(found: Break, base: Charter) -> list[Sentence]:
    """Whether the weakest tenth was hit harder than everyone."""
    told = []
    buckets: dict[str, list[Cell]] = {}
    for cell in broken_row(found, base):
        buckets.setdefault(_how_hit(cell), []).append(cell)
    lead = {
        "harder": "The weakest tenth was hit harder than everyone",
        "less": "The weakest tenth was hit less than everyone",
        "alike": "That the weakest tenth was hit harder or less than everyone cannot be told from these runs",
    }
    for how, start in lead.items():
        cells = buckets.get(how, [])
        if cells:
            each = _list(
                cells, lambda c: f"{isolate(c.attack)} {with_interval(c.targets)} against {number(c.harm.value)}"
            )
            told.append(Sentence("hit", f"{start}: {each}.", _keys(cells[:MOST_NAMED])))
    told += _fates(found, base)
    if buckets.get(UNKNOWN):
        names = join_words([isolate(cell.attack) for cell in buckets[UNKNOWN][:MOST_NAMED]])
        told.append(Sentence("hit", f"How hard the weakest tenth was hit was {UNKNOWN} for {names}."))
    return told


def _fates(found: Break, base: Charter) -> list[Sentence]:
    """The one person who lost most, in the recorded run of the worst attack that tells of one."""
    cell = next((cell for cell in broken_row(found, base) if cell.fate is not None), None)
    if cell is None or cell.fate is None or not cell.fate.short_days:
        return []
    fate = cell.fate
    short = f"short on {fate.short_days} of {fate.days} days"
    text = f"In the recorded run of {isolate(cell.attack)} the person who lost most, number {fate.person}, was {short}."
    return [Sentence("hit", text, _keys([cell]))]


def _how_hit(cell: Cell) -> str:
    targets, everyone = cell.targets, cell.harm.value
    if targets.value is None or everyone is None:
        return UNKNOWN
    low, high = cell.harm.low, cell.harm.high
    if targets.low is not None and targets.low > (everyone if high is None else high):
        return "harder"
    if targets.high is not None and targets.high < (everyone if low is None else low):
        return "less"
    return "alike"


def open_questions(found: Break, base: Charter) -> list[Sentence]:
    """Cells of the base that say nothing either way, and attacks that no charter fell to."""
    told = []
    unsettled = [cell for cell in found.row(base.name) if cell.status == UNDETERMINED]
    if unsettled:
        each = _list(
            unsettled, lambda c: f"{isolate(c.attack)} {with_interval(c.harm)} after {count(c.runs, 'paired run')}"
        )
        text = f"Undetermined for {isolate(base.name)}, which means shown neither above a threshold nor below: {each}."
        told.append(Sentence("open", text, _keys(unsettled[:MOST_NAMED])))
    short = [cell for cell in found.row(base.name) if cell.status == NO_HEADROOM]
    if short:
        each = _list(
            short,
            lambda c: f"{isolate(c.attack)} (deficit without it: {number(c.headroom)}, at most {number(ROOM)} allowed)",
        )
        text = f"No headroom on {isolate(base.name)}, since people went short without an attack: {each}."
        told.append(Sentence("open", text, _keys(short[:MOST_NAMED])))
    return told + _toothless(found)


def _toothless(found: Break) -> list[Sentence]:
    """An attack that broke nothing proves little by being held."""
    toothless = []
    for attack in found.attacks:
        cells = [cell for (name, _), cell in found.cells.items() if name == attack.name]
        if len(cells) > 1 and all(cell.status == HELD for cell in cells):
            toothless.append(isolate(attack.name))
    if not toothless:
        return []
    names = join_words(toothless[:MOST_NAMED]) + (
        f" and {len(toothless) - MOST_NAMED} more" if len(toothless) > MOST_NAMED else ""
    )
    it = "it is" if len(toothless) == 1 else "they are"
    return [Sentence("open", f"{names} broke no charter here, so that {it} held says little for any of them.")]
