"""Sentences about the harm itself: how much of it came after the attack had ended, and whom it hit."""

from __future__ import annotations

from isonomia.report.figures import UNKNOWN, number, percent, with_interval
from isonomia.report.markup import isolate, join_words
from isonomia.report.reading import Break, Cell, Charter
from isonomia.report.sentences import MOST_NAMED, Sentence, broken_row, few, keys, listed

TOLD_FROM = 0.01  # of harm: two numbers nearer than this would be printed alike


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
    return [Sentence("tail", " ".join(parts), keys([*few(known), *known[-1:]]))]


def _tail_text(known: list[Cell]) -> str:
    if len(known) > MOST_NAMED:
        return _many_tails(known)
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
    others = f" ({listed(rest, _tail_phrase)})" if rest else ""
    return f"{first}{others}."


def _many_tails(known: list[Cell]) -> str:
    most, least = known[0], known[-1]
    lasting, after = sum(cell.lasting for cell in known), "after the attack had ended"
    said = f"In {lasting} of the {len(known)} attacks more than half of the harm came {after}"
    if not lasting:
        said = f"In none of the {len(known)} attacks did more than half of the harm come {after}"
    return f"{said}. Of all {len(known)} the share is highest in {_tail_phrase(most)}, lowest in {_tail_phrase(least)}."


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
        "same": "The weakest tenth was hit as hard as everyone, to within a hundredth",
        "alike": "That the weakest tenth was hit harder or less than everyone cannot be told from these runs",
    }
    for how, start in lead.items():
        cells = buckets.get(how, [])
        if len(cells) > MOST_NAMED and how == "alike":
            all_of = f"For {len(cells)} of {len(broken_row(found, base))} attacks it cannot be told from these runs"
            told.append(Sentence("hit", f"{all_of} whether the weakest tenth was hit harder or less than everyone."))
        elif cells:
            each = listed(
                cells, lambda c: f"{isolate(c.attack)} {with_interval(c.targets)} against {number(c.harm.value)}"
            )
            told.append(Sentence("hit", f"{start}: {each}.", keys(few(cells))))
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
    return [Sentence("hit", text, keys([cell]))]


def _how_hit(cell: Cell) -> str:
    targets, everyone = cell.targets, cell.harm.value
    if targets.value is None or everyone is None:
        return UNKNOWN
    low = everyone if cell.harm.low is None else cell.harm.low
    high = everyone if cell.harm.high is None else cell.harm.high
    if targets.low is None or targets.high is None:
        return "alike"
    if max(targets.high - low, high - targets.low) < TOLD_FROM:
        return "same"
    if abs(targets.value - everyone) < TOLD_FROM:
        return "alike"
    return "harder" if targets.low > high else "less" if targets.high < low else "alike"
