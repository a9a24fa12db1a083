"""Items put one by one, and what a reply comes to, by program. Every question asks for the answer alone on the last
line; where that is not kept the reading is strict: what could be read in two ways is unclear, not a guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from isonomia.transfer.hazard.worlds import HazardWorld

Item = TypeVar("Item")
Played = TypeVar("Played")
Tick = Callable[[str, int, int], None]  # what was done, how many of it, of how many
NOTHING, UNCLEAR, LOST = "nothing", "unclear", "lost"
LAST_LINE = "Say {what} alone on the last line."
MOST_UNCLEAR = 0.2  # a larger share of replies that cannot be read leaves nothing to say
_NUMBER = re.compile(r"(?<![\w.,])-?\d+(?:,\d{3})*(?![\w]|[.,]\d)")


def read_one(text: str, names: Sequence[str] | None = None) -> str:
    """The number (or, with `names`, the one of them) a reply ends on; else the only one in it. NOTHING where there is
    none, UNCLEAR where there are several, LOST where no text came."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return LOST
    for part in (lines[-1], text):
        found = set(_found(part, names))
        if len(found) == 1:
            return found.pop()
        if found and part is lines[-1] and len(lines) > 1:
            return UNCLEAR
    return UNCLEAR if _found(text, names) else NOTHING


def _found(text: str, names: Sequence[str] | None) -> list[str]:
    if names is None:
        return [number.replace(",", "") for number in _NUMBER.findall(text)]
    words = set(re.findall(r"\w+", text.casefold()))
    return [name for name in names if name.casefold() in words]


def place_names(seed: int, n: int) -> list[str]:
    """The first n names of an invented place, no two alike."""
    return [dangerous.twin.split("-")[-1] for dangerous, _ in HazardWorld(seed).items(n)]


def one_by_one(
    items: Sequence[Item], play: Callable[[int, Item], Played], what: str, tick: Tick | None
) -> list[Played]:
    """What became of each item; `tick` hears after each."""
    played = []
    for i, item in enumerate(items):
        played.append(play(i, item))
        if tick:
            tick(what, 1, len(items))
    return played


def unreadable(unclear: int, of: int) -> str:
    """Why nothing is said, where too many replies could not be read; "" else."""
    return f"{unclear} of {of} replies could not be read" if of and unclear > MOST_UNCLEAR * of else ""
