"""The story of a break: a headline, a subtitle and sentences, every one made from the numbers and able to come out
the other way. The page puts it on top; a terminal prints the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isonomia.report import sentences as say
from isonomia.report import steps, toll
from isonomia.report.figures import count, fact
from isonomia.report.markup import clean, isolate, join_words
from isonomia.report.reading import BROKEN, HELD, NO_HEADROOM, UNDETERMINED, Break, Cell, Charter, read
from isonomia.report.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Story:
    """`headline` and `subtitle` carry no full stop; `sentences` stand in the order in which they should be read."""

    headline: str
    subtitle: str
    sentences: tuple[Sentence, ...]
    subject: str | None


def tell(result: Mapping[str, Any]) -> Story:
    """The story of a `break` result (docs/json.md). Raises ReportError for another kind or schema version."""
    return tell_of(read(result))


def tell_of(found: Break) -> Story:
    base = subject_of(found)
    told: list[Sentence] = [*say.warnings(found)]
    if base is not None:
        told += say.law(base)
        told += say.broken(found, base)
        told += steps.step_by_step(found, base) or say.holds(found, base)
        told += steps.worse(found)
        told += steps.costs(found, base)
        told += toll.tail(found, base)
        told += toll.hit(found, base)
        told += say.open_questions(found)
    return Story(headline(found, base), subtitle(found), tuple(told), base.name if base else None)


def subject_of(found: Break) -> Charter | None:
    """The charter the story is about: the one most others extend, directly or by steps; without any, the first that is
    not `bare`, which is only the lab's reference."""
    ran = [charter for charter in found.charters if found.row(charter.name)]
    if not ran:
        return None
    below = {charter.name: len(say.descendants(found, charter)) for charter in ran}
    if max(below.values()):
        return max(ran, key=lambda charter: below[charter.name])
    return next((charter for charter in ran if charter.name != "bare"), ran[0])


def headline(found: Break, base: Charter | None) -> str:
    """The finding in one sentence."""
    if base is None:
        return "No attack was run, so nothing is known"
    name, row = isolate(base.name), found.row(base.name)
    by = {status: [c for c in row if c.status == status] for status in (BROKEN, HELD, UNDETERMINED, NO_HEADROOM)}
    n, broken = len(row), by[BROKEN]
    whom = isolate(row[0].attack) if n == 1 else None
    if broken:
        text = f"{name} is broken by {whom or f'{len(broken)} of {n} attacks'}"
        return text + _remedy(found, base, broken) + _aside(by)
    if len(by[HELD]) == n:
        text = f"{name} held against {whom or f'all {n} attacks'}, within {'its' if n == 1 else 'their'} budget"
        return text + ("" if n == 1 else "s") + _worse_elsewhere(found, base)
    if len(by[NO_HEADROOM]) == n:
        return f"Nothing can be said of {name}: people already went short without an attack"
    if not by[HELD]:
        against = whom or f"any of {n} attacks"
        return f"Whether {name} withstands {against} is not settled"
    return f"No attack was shown to break {name}: {len(by[HELD])} of {n} held" + _aside(by)


def _remedy(found: Break, base: Charter, broken: list[Cell]) -> str:
    """What holds the attacks that break the base: all by one charter, each by one, some, none, or nothing tried."""
    tried = say.descendants(found, base)
    if not tried:
        return ""
    holders = {cell.attack: say.holders(found, base, cell.attack) for cell in broken}
    held = sum(bool(names) for names in holders.values())
    them = "it" if len(broken) == 1 else "all of them"
    everywhere = [c for c in tried if all(c in names for names in holders.values())]
    if everywhere:
        return f"; {isolate(everywhere[0].name)} holds {them}"
    end = steps.end_of(found, base)
    if end is not None:
        return f"; {_at_the_end(found, end, broken)}"
    one_step = all(say.is_single(base, charter) for names in holders.values() for charter in names)
    noun = "a single safeguard" if one_step else "one of the charters tested"
    if held == len(broken):
        return f"; {noun} holds each of them"
    if held:
        return f"; {noun} holds {'one' if held == 1 else f'each of {held}'} of them"
    them = "it" if len(broken) == 1 else "any of them"
    if any(say.open_against(found, base, cell.attack) for cell in broken):
        return f"; whether {isolate(tried[0].name) if len(tried) == 1 else 'a charter tested'} holds {them} is open"
    return f"; {isolate(tried[0].name) + ' does not hold' if len(tried) == 1 else 'no charter tested holds'} {them}"


def _at_the_end(found: Break, end: Charter, broken: list[Cell]) -> str:
    """What the last charter of a chain does with the attacks that break its beginning."""
    cells = [found.cells.get((cell.attack, end.name)) for cell in broken]
    held = sum(cell is not None and cell.status == HELD for cell in cells)
    lost = [cell for cell in cells if cell is not None and cell.status == BROKEN]
    rest, name = len(broken) - held - len(lost), isolate(end.name)
    if not held and not lost:
        return f"whether {name} holds {'it' if len(broken) == 1 else 'any of them'} is open"
    verbs = [f"holds {held} of them"] if held else []
    verbs += [f"falls to {isolate(lost[0].attack) if len(lost) == 1 else f'{len(lost)} of them'}"] if lost else []
    unsettled = f", and {'the other ' if not held else ''}{rest} {'is' if rest == 1 else 'are'} not settled"
    return f"{name} {' and '.join(verbs)}{unsettled if rest else ''}"


def _aside(by: Mapping[str, list[Cell]]) -> str:
    parts = []
    if by[UNDETERMINED]:
        parts.append(f"{len(by[UNDETERMINED])} undetermined")
    if by[NO_HEADROOM]:
        parts.append(f"{len(by[NO_HEADROOM])} without headroom")
    return f" ({', '.join(parts)})" if parts else ""


def _worse_elsewhere(found: Break, base: Charter) -> str:
    fallen = [c for c in say.descendants(found, base) if any(cell.status == BROKEN for cell in found.row(c.name))]
    if not fallen:
        return ""
    return f"; {join_words([isolate(c.name) for c in fallen[:3]])} {'is' if len(fallen) == 1 else 'are'} broken"


def subtitle(found: Break) -> str:
    """World, n, days, seed, how many paired runs, and which walls were up."""
    spec = found.spec
    members, days, after = (found.whole(key) for key in ("members", "days", "after"))
    runs = sorted({cell.runs for cell in found.cells.values() if cell.runs is not None})
    parts = [f"world {_word(spec.get('world'))}", count(members, "member")]
    parts.append(f"{fact(days)} days attacked + {fact(after)} after")
    parts.append(f"seed {fact(found.whole('seed'))}")
    spread = f"{runs[0]:,}" if len(runs) == 1 else f"{runs[0]:,} to {runs[-1]:,}" if runs else "an unstated number of"
    parts.append(f"{spread} paired {'run' if runs == [1] else 'runs'} a cell")
    parts += [f"ballots {_word(spec.get('ballots'))}"] if spec.get("ballots") else []
    parts += [f"rule: {_word(spec.get('rule'))}"] if spec.get("rule") else []
    parts.append(f"walls: {_word(spec.get('walls'))}")
    return " · ".join(parts)


def _word(value: object) -> str:
    return isolate(clean(value)) if isinstance(value, str) and value else "not stated"
