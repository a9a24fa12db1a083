"""An incident as values: who held what under which institutions, who did what in which order, and what history did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from isonomia.constitution.charter import Charter

YES, NO = "yes", "no"  # where the word of the outcome is about a condition
EXECUTED, FAILED, CANCELLED, REFUSED, VOID, PENDING, UNTRIED = WORDS = (
    "executed",  # of a proposal: something it orders was done; of an act: it was permitted
    "failed",  # the proposal did not pass
    "cancelled",  # the proposal was withdrawn or vetoed
    "refused",  # the law let the act not happen, the proposal not be put, or nothing of what it orders be done
    "void",  # the proposal passed, and there was nothing in it that could be read
    "pending",  # when the story ends, the proposal is still open or waits
    "untried",  # the act spoke of a proposal that was never put
)


@dataclass(frozen=True, slots=True)
class Holder:
    """A principal of the story: the tokens it holds at first, what it paid for them, how many persons it is."""

    name: str
    role: str = "member"
    tokens: int = 0
    heads: int = 1
    contributed: int = 0


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing somebody does. `body` is as in the file: "all" and labels are resolved when it is done.

    label: what the outcome calls it. supposed: nobody did it in history; it is what people would have done, given the
    time or the right. waits: a proposal; the act waits while that is only announced, so that voters vote when voting is
    open. during: a proposal; the act is done only while that is running, at `stage` where that is given. sees: a
    proposal; the act is done only if what that would do is shown. bought: it is done for money, so only where ballots
    are public.
    """

    day: int
    by: str
    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    supposed: bool = False
    waits: str = ""
    during: str = ""
    stage: str = ""
    sees: str = ""
    bought: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """What really happened, to be compared with what the replay gives; nothing in the replay reads it."""

    expected: str = ""
    outcomes: Mapping[str, str] = field(default_factory=dict)  # label → word
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Safeguard:
    """A change to the institutions, and what the file claims of it.

    removed: the safeguard was there in history and held; `charter` and `founding` are the institutions without it.
    without: this safeguard alone, in place of one that was there: (that one's name, charter, founding) for each.
    """

    name: str
    charter: Charter
    founding: Mapping[str, Any]
    claimed: str = ""
    removed: bool = False
    why: str = ""
    without: tuple[tuple[str, Charter, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class Incident:
    """One file. `about`: the label, the flag of the day or the condition that the word of the outcome is about.

    `harm`: whether harm was done, or how much, as a text in the language of articles over the facts of the outcome.
    `days`: how many to play, 0 for as many as the story needs. `founding`: what the polity is founded on beside
    holdings.
    """

    id: str
    name: str
    date: str
    day_is: str
    source: tuple[str, ...]
    uncertain: tuple[str, ...]
    taxonomy: tuple[str, ...]
    about: str
    harm: str
    charter: Charter
    founding: Mapping[str, Any]
    holders: tuple[Holder, ...]
    deeds: tuple[Deed, ...]
    history: History
    safeguards: tuple[Safeguard, ...] = ()
    days: int = 0
    where: str = ""
    text: str = field(default="", repr=False)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(deed.label for deed in self.deeds if deed.label)

    @property
    def slates(self) -> tuple[str, ...]:
        """Whom seats may go to."""
        return tuple(sorted({str(deed.body["slate"]) for deed in self.deeds if "slate" in deed.body}))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The public parameters that the polity is founded with."""
        return tuple(sorted(self.founding.get("parameters", {})))

    @property
    def named(self) -> Mapping[str, tuple[str, ...]]:
        """By prefix, who and what has a fact of the outcome of its own."""
        names = tuple(holder.name for holder in self.holders)
        own = dict.fromkeys(("tokens", "votes", "paid"), names)
        return {**own, "seats": self.slates, "parameter": self.parameters}


def name_of(label: str) -> str:
    """A label or a principal's name as it stands in a text of the law: letters, digits and _ only."""
    kept = "".join(c if c.isascii() and c.isalnum() else "_" for c in label)
    return kept if kept[:1].isalpha() else "n_" + kept
