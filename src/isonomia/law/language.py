"""The second wall: a text becomes a checked Expression, or an ArticleError that points at a column.

Python's parser gives the tree; `RULES` is the whitelist: a node without a rule is refused, and each rule says what
its node may hold, what type it has and, for whole numbers, in which interval it lies. Flags, whole numbers and words
never mix. Every whole number met on the way stays inside int64, so that readings with fixed-width integers agree with
this one. `implies(a, b)` leaves as `(not a) or b`: later readings see eight kinds of node and no calls.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal, NamedTuple

from isonomia.basics.schema import LARGEST, Choice, FactSchema, Flag, Whole
from isonomia.law.articles import ArticleError
from isonomia.law.scan import MOST_PARTS, scan

MOST_DEEP = 50  # nodes inside one another
INT64 = (-(2**63), 2**63 - 1)
_EQUALITY = (ast.Eq, ast.NotEq)
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_SAID = {"flag": "a flag", "whole": "a whole number", "choice": "a choice", "word": "a quoted word"}


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked text. Nothing may change `tree`; it holds these nodes only, each well-typed:

    BoolOp(And | Or), UnaryOp(Not | USub), BinOp(Add | Sub | Mult), Compare, Name (a fact), Constant (int, bool, str).
    `names` are the facts it reads, sorted. `interval` is closed, None for a flag.
    """

    text: str
    tree: ast.expr = field(compare=False, repr=False)
    type: Literal["flag", "whole"]
    names: tuple[str, ...]
    interval: tuple[int, int] | None


class Typed(NamedTuple):
    """What the checker knows of a node: its type; a whole number's interval, and whether no fact is in it; words."""

    type: Literal["flag", "whole", "choice", "word"]
    lo: int = 0
    hi: int = 0
    words: tuple[str, ...] = ()
    fixed: bool = False


class Checker:
    """One text under one schema; `of` is the type of a node, and raises what is wrong with it."""

    def __init__(self, text: str, blanks: int, schema: Mapping[str, FactSchema]) -> None:
        self.text = text
        self.blanks = blanks
        self.parsed = text[blanks:].encode()
        self.schema = schema
        self.names: set[str] = set()

    def error(self, node: ast.expr, message: str) -> ArticleError:
        # ast counts UTF-8 bytes; a person counts characters
        before = self.parsed[: node.col_offset].decode(errors="ignore")
        return ArticleError(self.text, self.blanks + len(before) + 1, message)

    def of(self, node: ast.expr, depth: int) -> Typed:
        if depth > MOST_DEEP:
            raise self.error(node, f"more than {MOST_DEEP} parts inside one another; split the article")
        rule = RULES.get(type(node))
        if rule is None:
            raise self.error(node, f"{type(node).__name__} is not in the language of articles")
        return rule(self, node, depth + 1)

    def want(self, type: str, node: ast.expr, depth: int, who: str) -> Typed:
        typed = self.of(node, depth)
        if typed.type != type:
            raise self.error(node, f"{who} wants {_SAID[type]}, got {_SAID[typed.type]}")
        return typed

    def whole(self, node: ast.expr, ends: Iterable[int], fixed: bool) -> Typed:
        ends = tuple(ends)
        lo, hi = min(ends), max(ends)
        if lo < INT64[0] or hi > INT64[1]:
            raise self.error(node, f"this can lie anywhere from {lo} to {hi}, outside 64-bit integers")
        return Typed("whole", lo, hi, fixed=fixed)


def _suggest(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, sorted(known), 1)
    return f"; did you mean {near[0]}?" if near else ""


def _constant(check: Checker, node: ast.Constant, _: int) -> Typed:
    value = node.value
    if type(value) is bool:
        return Typed("flag")
    if type(value) is int:
        if value > LARGEST:
            raise check.error(node, f"a number may be at most {LARGEST}")
        return Typed("whole", value, value, fixed=True)
    if type(value) is str:
        return Typed("word", words=(value,))
    raise check.error(node, f"{type(value).__name__} values are not in the language of articles")


def _name(check: Checker, node: ast.Name, _: int) -> Typed:
    schema = check.schema.get(node.id)
    if schema is None:
        raise check.error(node, f'unknown fact "{node.id}"{_suggest(node.id, check.schema)}')
    check.names.add(node.id)
    match schema:
        case Flag():
            return Typed("flag")
        case Whole(lo, hi):
            return Typed("whole", lo, hi)
        case Choice(words):
            return Typed("choice", words=words)


def _bool_op(check: Checker, node: ast.BoolOp, depth: int) -> Typed:
    who = "and" if isinstance(node.op, ast.And) else "or"
    for value in node.values:
        check.want("flag", value, depth, who)
    return Typed("flag")


def _unary_op(check: Checker, node: ast.UnaryOp, depth: int) -> Typed:
    if isinstance(node.op, ast.Not):
        return check.want("flag", node.operand, depth, "not")
    if isinstance(node.op, ast.USub):
        inner = check.want("whole", node.operand, depth, "-")
        return check.whole(node, (-inner.lo, -inner.hi), inner.fixed)
    raise check.error(node, f"{type(node.op).__name__} is not in the language of articles")


def _bin_op(check: Checker, node: ast.BinOp, depth: int) -> Typed:
    sign = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}.get(type(node.op))
    if sign is None:
        raise check.error(node, f"{type(node.op).__name__} is not in the language of articles")
    a = check.want("whole", node.left, depth, sign)
    b = check.want("whole", node.right, depth, sign)
    fixed = a.fixed and b.fixed
    if sign == "+":
        return check.whole(node, (a.lo + b.lo, a.hi + b.hi), fixed)
    if sign == "-":
        return check.whole(node, (a.lo - b.hi, a.hi - b.lo), fixed)
    if not (a.fixed or b.fixed):
        raise check.error(node, "* wants a side without facts: articles are linear")
    return check.whole(node, (x * y for x in (a.lo, a.hi) for y in (b.lo, b.hi)), fixed)


def _compare(check: Checker, node: ast.Compare, depth: int) -> Typed:
    nodes = [node.left, *node.comparators]
    sides = [check.of(side, depth) for side in nodes]
    for i, op in enumerate(node.ops):
        if isinstance(op, _ORDER):
            for side, typed in zip(nodes[i : i + 2], sides[i : i + 2], strict=True):
                if typed.type != "whole":
                    raise check.error(side, f"only whole numbers have an order, and this is {_SAID[typed.type]}")
        elif isinstance(op, _EQUALITY):
            fault = _unlike(sides[i], sides[i + 1])
            if fault:
                raise check.error(nodes[i + 1], fault)
        else:
            raise check.error(nodes[i + 1], f"{type(op).__name__} is not in the language of articles")
    return Typed("flag")


def _unlike(a: Typed, b: Typed) -> str | None:
    """Why two sides of == or != cannot be compared, if they cannot."""
    if {a.type, b.type} == {"choice", "word"}:
        choice, (word,) = (a, b.words) if a.type == "choice" else (b, a.words)
        if word not in choice.words:
            return f'"{word}" is not one of {", ".join(choice.words)}{_suggest(word, choice.words)}'
    elif a.type != b.type:
        return f"{_SAID[a.type]} and {_SAID[b.type]} cannot be compared"
    elif a.type == "word":
        return "two quoted words are compared; one side must be a fact"
    elif a.type == "choice" and set(a.words) != set(b.words):
        return f"these choices have different words: {', '.join(a.words)} and {', '.join(b.words)}"
    return None


def _call(check: Checker, node: ast.Call, depth: int) -> Typed:
    if not isinstance(node.func, ast.Name) or node.func.id != "implies":
        raise check.error(node, "only implies(a, b) may be called")
    if len(node.args) != 2 or node.keywords:
        raise check.error(node, f"implies has two sides, implies(a, b); this has {len(node.args)}")
    for side in node.args:
        check.want("flag", side, depth, "implies")
    return Typed("flag")


RULES: dict[type[ast.expr], Callable[[Checker, Any, int], Typed]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.BoolOp: _bool_op,
    ast.UnaryOp: _unary_op,
    ast.BinOp: _bin_op,
    ast.Compare: _compare,
    ast.Call: _call,
}


class _Lower(ast.NodeTransformer):
    """implies(a, b) becomes (not a) or b."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        a, b = node.args
        not_a = ast.copy_location(ast.UnaryOp(ast.Not(), a), node)
        return ast.copy_location(ast.BoolOp(ast.Or(), [not_a, b]), node)


def _tree(text: str, blanks: int) -> ast.expr:
    try:
        tree = ast.parse(text[blanks:], mode="eval").body
    except SyntaxError as error:
        raise ArticleError(text, blanks + max(error.offset or 1, 1), "this cannot be read as an expression") from None
    except (ValueError, MemoryError, RecursionError):
        raise ArticleError(text, blanks + 1, "this is too large or too deep to be read") from None
    parts = sum(isinstance(node, ast.expr) for node in ast.walk(tree))
    if parts > MOST_PARTS:
        raise ArticleError(text, blanks + 1, f"{parts} parts, and at most {MOST_PARTS} are allowed; split the article")
    return tree


def parse(text: str, schema: Mapping[str, FactSchema], want: Literal["flag", "whole"] = "flag") -> Expression:
    """The checked Expression of one text over these facts. Raises ArticleError, and nothing else, at the first fault.

    An article wants a flag, true of what it permits; a kind's `after` may want a whole number.
    """
    scan(text)
    blanks = len(text) - len(text.lstrip(" \t"))  # Python takes leading blanks for a block
    tree = _tree(text, blanks)
    check = Checker(text, blanks, schema)
    typed = check.want(want, tree, 1, "this text")
    lowered: ast.expr = _Lower().visit(tree)
    interval = (typed.lo, typed.hi) if want == "whole" else None
    return Expression(text, lowered, want, tuple(sorted(check.names)), interval)
