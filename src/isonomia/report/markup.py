"""Escaping: the one way by which text of a run becomes part of the page."""

from __future__ import annotations

import html
import re

_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_MARK = "\ufffd"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")


def clean(value: object, most: int = 400) -> str:
    """Text as a person may safely see it: control characters, writing-direction overrides and lone surrogates
    stand as U+FFFD, and what is longer than `most` characters is cut, saying how much is left out."""
    text = _INVISIBLE.sub(_MARK, value if isinstance(value, str) else str(value))
    return text if len(text) <= most else f"{text[:most].rstrip()} … ({len(text) - most:,} more characters)"


def esc(text: object) -> str:
    """Escaped for element content and for a quoted attribute."""
    return html.escape(str(text), quote=True)


def isolate(name: str) -> str:
    """A name inside a plain sentence; a right-to-left one is kept from reordering the numbers beside it."""
    return f"\u2068{name}\u2069" if _RIGHT_TO_LEFT.search(name) else name


def name(text: str) -> str:
    """A name as HTML; one that holds right-to-left letters stands in its own writing direction."""
    return f"<bdi>{esc(text)}</bdi>" if _RIGHT_TO_LEFT.search(text) else esc(text)


def join_words(words: list[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""
