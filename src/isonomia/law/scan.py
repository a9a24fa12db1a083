"""The first wall: which characters and words may stand in an article, and in which order.

    flag    = flag "or" flag | flag "and" flag | "not" flag | "implies" "(" flag "," flag ")" | side (compare side)+
    side    = side "+" side | side "-" side | side "*" side | "-" side | "(" flag ")" | NAME | NUMBER | WORD
    compare = "==" | "!=" | "<" | "<=" | ">" | ">="      (a lone side is a flag where its type is)

`scan` walks the tokens once, left to right, and bounds length, nesting and parts before Python's own parser sees
the text. So no resource limit of that parser, no warning and no gotcha of Python's lexer (string prefixes, joined
strings, comments, escapes, names that normalise to other names) is within reach of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from keyword import iskeyword
from typing import NamedTuple

from isonomia.basics.schema import LARGEST
from isonomia.law.articles import ArticleError

MOST_CHARACTERS = 2000
MOST_PARTS = 200  # nodes of the tree
MOST_NESTED = 30  # open parentheses

_TOKEN = re.compile(
    r"""(?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<number>[0-9][A-Za-z0-9_.]*)
      | (?P<word>"[^"\\]*"|'[^'\\]*')
      | (?P<sign>==|!=|<=|>=|\*(?!\*)|[<>+\-(),])""",
    re.VERBOSE,
)
_BLANK = re.compile(r"[ \t]*")
_OWN_WORDS = frozenset({"and", "or", "not", "True", "False"})
_VALUE = "value"  # stands for any token that ends a value, ")" aside
_BEFORE_NOT = frozenset({"", "(", ",", "and", "or", "not"})
_HINTS = {
    "=": "write == to compare",
    "/": "there is no division; multiply the other side instead",
    "*": "there are no powers",
    "!": "write not, or != to compare",
    "&": "write and",
    "|": "write or",
    ".": "numbers are whole, and facts have no parts",
    '"': "a quoted word ends with the quote it began with, and holds no backslash",
    "'": "a quoted word ends with the quote it began with, and holds no backslash",
    "\n": "an article is one line",
    "\r": "an article is one line",
}


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


def _show(character: str) -> str:
    return f'"{character}"' if character.isprintable() else f"U+{ord(character):04X}"


def _stranger(character: str) -> str:
    hint = "an article holds facts, whole numbers, quoted words and the signs of its language"
    if character.isalnum():
        hint = "names and numbers are written in a to z, 0 to 9 and _"
    hint = _HINTS.get(character, hint)
    return f"{_show(character)} has no place here: {hint}"


def _misspelt(token: _Token) -> tuple[int, str] | None:
    """What is wrong inside one token: how far in, and a message."""
    kind, text, _ = token
    if kind == "number":
        if not text.isdigit() or (text[0] == "0" and text != "0"):
            return 0, f'"{text}" is not a number here: digits only, no leading zero, and a space after it'
        if len(text) > len(str(LARGEST)) or int(text) > LARGEST:
            return 0, f"a number may be at most {LARGEST}"
    elif kind == "word":
        for i, character in enumerate(text):
            if not character.isprintable():
                return i, f"{_show(character)} has no place in a quoted word"
    elif kind == "name" and iskeyword(text) and text not in _OWN_WORDS:
        return 0, f'"{text}" is not in the language of articles'
    return None


def _tokens(text: str) -> Iterator[_Token]:
    at = _BLANK.match(text).end()  # type: ignore[union-attr]  # matches everywhere, if only nothing
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ArticleError(text, at + 1, _stranger(text[at]))
        token = _Token(found.lastgroup or "", found.group(), at + 1)
        fault = _misspelt(token)
        if fault:
            raise ArticleError(text, token.column + fault[0], fault[1])
        yield token
        at = _BLANK.match(text, found.end()).end()  # type: ignore[union-attr]


def _misplaced(token: _Token, before: str, in_implies: bool) -> str | None:
    """Why this token cannot follow the one before it."""
    text = token.text
    after_value = before in (_VALUE, ")")
    if before == "implies" and text != "(":
        return "implies is written implies(a, b)"
    if text == "-":
        return None
    if (token.kind == "sign" and text != "(") or text in ("and", "or"):
        if not after_value:
            return f'expected a fact, a number or a word, found "{text}"'
        if text == "," and not in_implies:
            return "a comma stands only between the two sides of implies(a, b)"
        return None
    if after_value:
        if text == "(":
            return "only implies(a, b) takes parentheses like these"
        return f"expected and, or, a comparison, + - or * before {text}"
    if text == "not" and before not in _BEFORE_NOT:
        return "put this not in parentheses: (not …)"
    return None


def scan(text: str) -> None:
    """Raise ArticleError at the first character or token that cannot stand where it stands."""
    if len(text) > MOST_CHARACTERS:
        raise ArticleError(text, MOST_CHARACTERS + 1, f"an article has at most {MOST_CHARACTERS} characters")
    before, parts = "", 0
    opened: list[tuple[int, bool]] = []  # column, and whether implies opened it
    for token in _tokens(text):
        fault = _misplaced(token, before, bool(opened) and opened[-1][1])
        if token.text == "(":
            opened.append((token.column, before == "implies"))
            if len(opened) > MOST_NESTED:
                fault = f"more than {MOST_NESTED} parentheses inside one another; split the article"
        elif token.text == ")":
            if not opened:
                fault = fault or "this parenthesis was never opened"
            else:
                opened.pop()
        elif token.text in ("and", "or"):
            pass
        elif token.kind != "sign" or (token.text == "-" and before not in (_VALUE, ")")):
            parts += 1  # each is at least one node of the tree
            if parts > MOST_PARTS:
                fault = f"more than {MOST_PARTS} parts; split the article"
        if fault:
            raise ArticleError(text, token.column, fault)
        ends_value = token.kind != "sign" and token.text not in ("and", "or", "not", "implies")
        before = _VALUE if ends_value else token.text
    if before not in (_VALUE, ")"):
        end = len(text.rstrip(" \t")) + 1
        raise ArticleError(text, end, "the text ends where a value is expected" if before else "the text is empty")
    if opened:
        raise ArticleError(text, opened[-1][0], "this parenthesis is never closed")
