"""The outcome of a replay, read off its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from isonomia.basics.acts import Fact
from isonomia.basics.canonical import decode
from isonomia.lab.incidents.incident import CANCELLED, EXECUTED, FAILED, PENDING, REFUSED, VOID, name_of

DOCKET = "office:docket"
IDLE = ("changed", "counted", "moved", "lent")  # what says, when false or nothing, that nothing came of the act
TALLY = ("yes", "no", "abstain", "quorum")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An act that the law refused: its entry, day, author and kind, and the articles."""

    entry: int
    day: int
    by: str
    kind: str
    articles: tuple[str, ...]


@dataclass(slots=True)
class Record:
    """What the record says of every label: a word, and the tally where one was announced; and who was refused."""

    words: dict[str, str] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    refused: tuple[Refusal, ...] = ()

    def tallies(self, labels: Sequence[str]) -> dict[str, Fact]:
        """Facts for every label; zeros for what was never tallied."""
        return {f"{name_of(x)}_{side}": self.counts.get(x, {}).get(side, 0) for x in labels for side in TALLY}


@dataclass(slots=True)
class _Told:
    """What is on record of one proposal: its last stage, its tally, and whether anything it ordered was done."""

    stage: str = PENDING
    counts: dict[str, int] = field(default_factory=dict)
    ordered: int = 0
    done: int = 0

    @property
    def word(self) -> str:
        if self.stage == EXECUTED and self.ordered and not self.done:
            return REFUSED
        return self.stage if self.stage in (EXECUTED, FAILED, CANCELLED, VOID) else PENDING


def read_record(lines: Sequence[bytes], numbers: Mapping[str, int], entries: Mapping[str, int]) -> Record:
    """Read a record. `numbers`: the proposal of a label; `entries`: the entry of a label's act."""
    acts, effects = _entries(lines)
    told: dict[int, _Told] = {}
    current: _Told | None = None
    for entry in acts:
        body, denied = entry["body"] or {}, entry["denied"]
        if entry["kind"] == "announce" and entry["by"] == DOCKET and not denied:
            current = told.setdefault(body["proposal"], _Told())
            current.stage = entry["facts"]["stage"]
            current.counts = {side: entry["facts"][side] for side in TALLY}
        elif entry["by"] == DOCKET and current is not None:
            current.ordered += 1
            current.done += not denied
        elif entry["kind"] == "cancel" and effects.get(entry["seq"], {}).get("changed"):
            told.setdefault(body["proposal"], _Told()).stage = CANCELLED
    found = Record()
    by_entry = {entry["seq"]: entry for entry in acts}
    for label, seq in entries.items():
        if by_entry[seq]["denied"]:
            found.words[label] = REFUSED
        elif label in numbers:
            proposal = told.get(numbers[label], _Told())
            found.words[label], found.counts[label] = proposal.word, proposal.counts
        else:
            found.words[label] = FAILED if _idle({**by_entry[seq]["facts"], **effects.get(seq, {})}) else EXECUTED
    found.refused = tuple(
        Refusal(e["seq"], e["day"], e["by"], e["kind"], tuple(e["denied"])) for e in acts if e["denied"]
    )
    return found


def _entries(lines: Sequence[bytes]) -> tuple[list[dict[str, Any]], dict[int, Mapping[str, Any]]]:
    """Every act on record, and what each permitted one changed, by its entry."""
    acts: list[dict[str, Any]] = []
    effects: dict[int, Mapping[str, Any]] = {}
    for line in lines:
        entry = decode(line)
        effects |= dict(entry.get("effects", []))
        if "kind" in entry:
            acts.append(entry)
    return acts, effects


def _idle(said: Mapping[str, Any]) -> bool:
    return any(name in said and not said[name] for name in IDLE)


def series(closed: Sequence[Mapping[str, Fact]]) -> dict[str, Fact]:
    """Day facts of a whole story: as they end, and for numbers the first, the least and the most; for flags, ever."""
    facts: dict[str, Fact] = {}
    for name, last in closed[-1].items():
        facts[name] = last
        run = [day[name] for day in closed]
        if isinstance(last, bool):
            facts[name + "_ever"] = any(run)
        elif isinstance(last, int) and name != "day":
            numbers = [int(value) for value in run]
            facts |= {f"{name}_first": numbers[0], f"{name}_least": min(numbers), f"{name}_most": max(numbers)}
    return facts


def money_lost(first: int, last: int) -> int:
    """How much of the money at the founding is gone, in permille rounded down."""
    return max(0, (first - last) * 1000 // first) if first else 0
