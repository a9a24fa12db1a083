"""One function for each thing the story can say. Each returns no sentence where there is nothing to tell, and says
so in words where a number was not measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from isonomia.report.figures import UNKNOWN, count, number, percent, with_interval
from isonomia.report.markup import isolate, join_words
from isonomia.report.reading import BROKEN, HELD, NO_HEADROOM, UNDETERMINED, Break, Cell, Charter, Friction

MOST_NAMED = 4  # how many attacks or charters one sentence lists; of more it lists one less and counts the rest
MOST_TOLD = 4  # how many sentences of one sort before the table has to do
ROOM = 0.05  # the deficit above which a control arm leaves no headroom (the definition of the deficit: docs/numbers.md)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`about` says what it tells of: warning, law, broken, held, remedy, step, left, worse, cost, tail, hit, open.
    `cells` are the (attack, charter) pairs it rests on."""

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


def keys(cells: Sequence[Cell]) -> tuple[tuple[str, str], ...]:
    return tuple((cell.attack, cell.charter) for cell in cells)


def listed(cells: Sequence[Cell], phrase: Callable[[Cell], str]) -> str:
    """All in words, or the first few and the rest counted."""
    shown = [phrase(cell) for cell in few(cells)]
    rest = len(cells) - len(shown)
    return "; ".join(shown) + (f"; and {rest} more in the table" if rest else "")


def few(cells: Sequence[Cell], most: int = MOST_NAMED) -> Sequence[Cell]:
    """All, or where there are more than `most`, one less than that."""
    return cells if len(cells) <= most else cells[: most - 1]


def names_of(cells: Sequence[Cell], most: int = MOST_NAMED) -> str:
    """`a`, `a, b and c`, `a, b, c and 4 more`: the attacks."""
    shown = few(cells, most)
    rest = len(cells) - len(shown)
    return join_words([isolate(cell.attack) for cell in shown] + ([f"{rest} more"] if rest else []))


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
    return [Sentence("warning", text + "numbers are about a seat that was partly empty.", keys([most]))]


def law(base: Charter) -> list[Sentence]:
    """What the charter that the story is about is, in its own words."""
    why = base.why.rstrip(".")
    return [Sentence("law", f"{isolate(base.name)}: {isolate(why)}.")] if why else []


def broken(found: Break, base: Charter) -> list[Sentence]:
    """What was broken by whom, worst first; and what the base held."""
    fallen, told = broken_row(found, base), []
    if fallen:
        threshold = found.threshold("all")
        weakest = found.threshold("targets")
        means = "" if threshold is None else f" Broken: harm is shown to lie above {number(threshold)}"
        means += f" (weakest tenth: above {number(weakest)})" if means and weakest is not None else ""
        means += ", or a structural right failed." if means else ""
        text = f"Harm is the share of person-days lost: {_worst(found, fallen)}.{means}"
        told.append(Sentence("broken", text, keys(few(fallen))))
    told += _rights(fallen)
    held = [cell for cell in found.row(base.name) if cell.status == HELD]
    if held:
        each = listed(held, lambda c: f"{isolate(c.attack)} (harm {with_interval(c.harm)})")
        text = f"{isolate(base.name)} held within the attackers’ budgets: {each}."
        told.append(Sentence("held", text, keys(few(held))))
    return told


def _worst(found: Break, fallen: list[Cell]) -> str:
    """The worst with whom and how much; of the rest how many, and the least."""
    shown = "; ".join(_by_whom(found, cell) for cell in few(fallen))
    rest = fallen[len(few(fallen)) :]
    least = [cell for cell in rest if cell.harm.value is not None][-1:]
    down = "".join(f", down to {isolate(cell.attack)} {with_interval(cell.harm)}" for cell in least)
    return shown + (f"; and {len(rest)} more{down}" if rest else "")


def _rights(fallen: list[Cell]) -> list[Sentence]:
    """Which structural rights failed under which attacks, in one sentence."""
    by_rights: dict[tuple[str, ...], list[Cell]] = {}
    for cell in fallen:
        if cell.structural:
            by_rights.setdefault(cell.structural, []).append(cell)
    parts: list[str] = []
    for rights, cells in list(by_rights.items())[:MOST_NAMED]:
        excuse = "" if parts else " a right failed that no interval excuses"
        failed = join_words([f"“{isolate(right)}”" for right in rights])
        parts.append(f"{'under' if parts else 'Under'} {names_of(cells)}{excuse}: {failed}")
    rested = [cell for cells in by_rights.values() for cell in few(cells)]
    return [Sentence("broken", f"{'; '.join(parts)}.", keys(rested))] if parts else []


def _by_whom(found: Break, cell: Cell) -> str:
    who = found.attack(cell.attack).who
    return f"{isolate(cell.attack)}{f' (by {isolate(who)})' if who else ''} {with_interval(cell.harm)}"


def holds(found: Break, base: Charter) -> list[Sentence]:
    """Which charter holds what breaks the base, and for how much of honest service; and what nothing holds."""
    fallen, tried = broken_row(found, base), descendants(found, base)
    if not fallen or not tried:
        return []
    told, by_charter = [], held_by(found, base)
    for charter, cells in by_charter[:MOST_TOLD]:
        told.append(Sentence("remedy", _holds_text(found, base, charter, cells), keys(cells[:MOST_NAMED])))
    rest = len(by_charter) - MOST_TOLD
    if rest > 0:
        text = f"{count(rest, 'more charter')} {'holds' if rest == 1 else 'hold'} some of them: see the table."
        told.append(Sentence("remedy", text))
    lost = [c for c in fallen if not holders(found, base, c.attack) and not open_against(found, base, c.attack)]
    if lost:
        what = f"{isolate(tried[0].name)} does not hold" if len(tried) == 1 else "No charter tested holds"
        told.append(Sentence("remedy", f"{what} {names_of(lost)}.", keys(few(lost))))
    return told


def open_against(found: Break, base: Charter, attack: str) -> list[Cell]:
    """Descendants' cells for this attack that are neither broken nor held yet."""
    cells = (found.cells.get((attack, charter.name)) for charter in descendants(found, base))
    return [cell for cell in cells if cell is not None and cell.status == UNDETERMINED]


def held_by(found: Break, base: Charter) -> list[tuple[Charter, list[Cell]]]:
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
    names = names_of(cells)
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


def open_questions(found: Break) -> list[Sentence]:
    """Cells that say nothing either way, attacks that no charter fell to, searches that were still gaining."""
    return _unsettled(found) + _short(found) + _toothless(found) + _searching(found)


def _unsettled(found: Break) -> list[Sentence]:
    """All undetermined cells in one sentence, by attack when there are many."""
    cells = [cell for attack in found.attacks for cell in found.of_attack(attack.name) if cell.status == UNDETERMINED]
    means = "shown neither above a threshold nor below"
    if len(cells) <= MOST_NAMED:
        each = "; ".join(
            f"{isolate(c.attack)} on {isolate(c.charter)} {with_interval(c.harm)} after {count(c.runs, 'paired run')}"
            for c in cells
        )
        return [Sentence("open", f"Undetermined, {means}: {each}.", keys(cells))] if cells else []
    by_attack: dict[str, list[str]] = {}
    for cell in cells:
        by_attack.setdefault(cell.attack, []).append(cell.charter)
    most = sorted(by_attack.items(), key=lambda row: -len(row[1]))
    named = most if len(most) <= MOST_NAMED else most[: MOST_NAMED - 1]
    each = "; ".join(f"{isolate(attack)} on {_stretches(found, charters)}" for attack, charters in named)
    rest = f"; and {count(len(most) - len(named), 'more attack')}" if len(most) > len(named) else ""
    text = f"{len(cells)} of {len(found.cells)} cells are undetermined, {means}: {each}{rest}. More runs may tell."
    return [Sentence("open", text, tuple((attack, charters[-1]) for attack, charters in named))]


def _stretches(found: Break, charters: list[str]) -> str:
    """`a`, `b to e`: names that follow each other in the table stand as a stretch."""
    order = [charter.name for charter in found.charters]
    runs: list[list[str]] = []
    for name in charters:
        if runs and order.index(name) == order.index(runs[-1][-1]) + 1:
            runs[-1].append(name)
        else:
            runs.append([name])
    return join_words([isolate(r[0]) if len(r) == 1 else f"{isolate(r[0])} to {isolate(r[-1])}" for r in runs])


def _short(found: Break) -> list[Sentence]:
    short = [cell for cell in found.cells.values() if cell.status == NO_HEADROOM]
    if not short:
        return []
    each = listed(
        short, lambda c: f"{isolate(c.attack)} on {isolate(c.charter)} (deficit without it: {number(c.headroom)})"
    )
    text = f"No headroom, since people went short without an attack (at most {number(ROOM)} is allowed): {each}."
    return [Sentence("open", text, keys(few(short)))]


def _searching(found: Break) -> list[Sentence]:
    """Where the attacker's search was still gaining, a larger budget may find worse; that weighs on what held."""
    open_ = [cell for cell in found.cells.values() if cell.search is not None and cell.search.open]
    if not open_:
        return []
    held = sum(cell.status == HELD for cell in open_)
    which = f", {held} of them held," if held else ""
    text = f"In {len(open_)} of {len(found.cells)} cells{which} the attacker’s search for its worst point was cut "
    return [Sentence("open", text + "short by its budget: a larger one may find worse.")]


def _toothless(found: Break) -> list[Sentence]:
    """An attack that broke nothing proves little by being held."""
    toothless = []
    for attack in found.attacks:
        cells = [cell for (name, _), cell in found.cells.items() if name == attack.name]
        if len(cells) > 1 and all(cell.status == HELD for cell in cells):
            toothless.append(isolate(attack.name))
    if not toothless:
        return []
    rest = len(toothless) - MOST_NAMED
    names = join_words(toothless[:MOST_NAMED] + ([f"{rest} more"] if rest > 0 else []))
    it = "it is" if len(toothless) == 1 else "they are"
    return [Sentence("open", f"{names} broke no charter here, so that {it} held says little for any of them.")]
