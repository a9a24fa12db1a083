"""The first reading of an Expression: Python. `evaluate` is the plain reference, the others are compiled.

Compiled code holds subscripts of the facts by constant names and the operators of the language; it has no builtins.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from isonomia.basics.acts import Facts
from isonomia.law.language import Expression

Reading = Callable[[Facts], int | bool]

_SIGNS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def evaluate(expression: Expression, facts: Facts) -> int | bool:
    """The value by walking the tree, every node of it: slow and plain. Raises KeyError where a fact is missing."""
    value: int | bool = _value(expression.tree, facts)
    return value


def _value(node: ast.expr, facts: Facts) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return facts[name]
        case ast.BoolOp(op=op, values=values):
            flags = [_value(side, facts) for side in values]
            return all(flags) if isinstance(op, ast.And) else any(flags)
        case ast.UnaryOp(op=op, operand=operand):
            inner = _value(operand, facts)
            return not inner if isinstance(op, ast.Not) else -inner
        case ast.BinOp(left=left, op=op, right=right):
            return _SIGNS[type(op)](_value(left, facts), _value(right, facts))
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            sides = [_value(side, facts) for side in [left, *comparators]]
            return all(_SIGNS[type(op)](a, b) for op, a, b in zip(ops, sides, sides[1:], strict=False))
    raise AssertionError(f"{type(node).__name__} in a checked tree")


class _FromDict(ast.NodeTransformer):
    """The fact `name` becomes f["name"], so that no name of a text is ever a name of Python's."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Subscript(ast.Name("f", ast.Load()), ast.Constant(node.id), ast.Load())


def _body(expression: Expression) -> ast.expr:
    body: ast.expr = _FromDict().visit(deepcopy(expression.tree))
    return body


def _compile(body: ast.expr) -> Any:
    takes_f = ast.arguments([], [ast.arg("f")], None, [], [], None, [])
    tree = ast.fix_missing_locations(ast.Expression(ast.Lambda(takes_f, body)))
    return eval(compile(tree, "<article>", "eval"), {"__builtins__": {}})


def compile_expression(expression: Expression) -> Reading:
    """The expression's value as a function of the facts, which raises KeyError where a fact it reads is missing."""
    reading: Reading = _compile(_body(expression))
    return reading


def fuse(expressions: Sequence[Expression]) -> Callable[[Facts], bool]:
    """One function that gives True where every flag of a non-empty sequence is True itself, not merely truthy."""
    # ast.And wants two sides or more, hence one True at the end
    is_true = [ast.Compare(_body(e), [ast.Is()], [ast.Constant(True)]) for e in expressions]
    fused: Callable[[Facts], bool] = _compile(ast.BoolOp(ast.And(), [*is_true, ast.Constant(True)]))
    return fused
