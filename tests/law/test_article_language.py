"""What the type checker accepts and refuses, where it points, and the intervals it proves."""

from __future__ import annotations

import ast

import pytest

from isonomia.basics.errors import IsonomiaError
from isonomia.basics.schema import LARGEST, Choice, Flag, Whole
from isonomia.law.articles import Article, ArticleError, Level
from isonomia.law.language import INT64, parse

SCHEMA = {
    "p": Flag(),
    "q": Flag(),
    "a": Whole(0, 100),
    "b": Whole(-5, 7),
    "five": Whole(5, 5),
    "big": Whole(-LARGEST, LARGEST),
    "colour": Choice(("red", "green", "été")),
    "paint": Choice(("green", "été", "red")),
    "side": Choice(("left", "right")),
    "stock_measured": Whole(0, 100),
}


def fault(text: str, want: str = "flag") -> ArticleError:
    with pytest.raises(ArticleError) as caught:
        parse(text, SCHEMA, want)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "p",
        "True",
        "False or p",
        "not not p",
        "p and q or not p",
        "p == q",
        "p != True",
        "p == (a < b)",
        "implies(p, implies(q, a > b))",
        "implies(p, q) == q",
        "0 <= a <= 100",
        "a < b == 3 != a",
        "10 * a >= 3 * b",
        "a * 10 >= b * -3",
        "(2 * 3) * a - -b > 2 * (a + b) * (1 - 2)",
        "a - b - 1 > -a",
        "colour == 'red'",
        '"green" != colour',
        "colour == paint",
        "colour == 'red' == paint",
        "1 < 2",
    ],
)
def test_well_typed(text: str) -> None:
    assert parse(text, SCHEMA).type == "flag"


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("p == 1", 6, "a flag and a whole number cannot be compared"),
        ("1 == p", 6, "a whole number and a flag cannot be compared"),
        ("a == True", 6, "a whole number and a flag"),
        ("True == 1", 9, "a flag and a whole number"),
        ("p + 1 > 0", 1, "+ wants a whole number, got a flag"),
        ("1 - True > 0", 5, "- wants a whole number, got a flag"),
        ("-p > 0", 2, "- wants a whole number, got a flag"),
        ("2 * p > 0", 5, "* wants a whole number, got a flag"),
        ("a * 'red' > 0", 5, "* wants a whole number, got a quoted word"),
        ("p and a", 7, "and wants a flag, got a whole number"),
        ("a or p", 1, "or wants a flag, got a whole number"),
        ("p and (q or colour)", 13, "or wants a flag, got a choice"),
        ("not a", 5, "not wants a flag, got a whole number"),
        ("not 'red'", 5, "not wants a flag, got a quoted word"),
        ("implies(a, p)", 9, "implies wants a flag, got a whole number"),
        ("implies(p, 1)", 12, "implies wants a flag, got a whole number"),
        ("implies(p)", 1, "implies has two sides"),
        ("implies(p, q, p)", 1, "implies has two sides"),
        ("p < q", 1, "only whole numbers have an order, and this is a flag"),
        ("a < p", 5, "only whole numbers have an order, and this is a flag"),
        ("'a' < 'b'", 1, "only whole numbers have an order, and this is a quoted word"),
        ("colour >= 'red'", 1, "only whole numbers have an order, and this is a choice"),
        ("0 < a < colour", 9, "only whole numbers have an order, and this is a choice"),
        ("a < b == p", 10, "a whole number and a flag cannot be compared"),
        ("colour == 'grean'", 11, '"grean" is not one of red, green, été; did you mean green?'),
        ("'Red' == colour", 10, '"Red" is not one of red, green, été'),
        ("colour == 'red' == side", 20, '"red" is not one of left, right'),
        ("colour == side", 11, "different words"),
        ("colour == p", 11, "a choice and a flag cannot be compared"),
        ("colour == 1", 11, "a choice and a whole number cannot be compared"),
        ("'red' == 'red'", 10, "one side must be a fact"),
        ("a * b > 0", 1, "* wants a side without facts"),
        ("p and a * a > 0", 7, "* wants a side without facts"),
        ("five * a > 0", 1, "* wants a side without facts"),
        ("-a * b > 0", 1, "* wants a side without facts"),
        ("a * (3 + b) > 0", 1, "* wants a side without facts"),
        ("p == not q", 6, "put this not in parentheses"),
        ("(a - a) * (b + 1) > 0", 1, "* wants a side without facts"),
        ("9007199254740992 > a", 1, "at most 9007199254740991"),
        ("a + 1", 1, "this text wants a flag, got a whole number"),
        ("colour", 1, "this text wants a flag, got a choice"),
        ("'red'", 1, "this text wants a flag, got a quoted word"),
        ("stok_measured > 1", 1, 'unknown fact "stok_measured"; did you mean stock_measured?'),
        ("p and zzzzzz > 1", 7, 'unknown fact "zzzzzz"'),
        ("  \t zz", 5, 'unknown fact "zz"'),
        ("colour == 'été' and zz", 21, 'unknown fact "zz"'),
        ("colour == 'été' and a == p", 26, "a whole number and a flag"),
        ("colour == 'été' and not (a ** b)", 28, "there are no powers"),
        ("colour == 'été' p", 17, "expected and, or, a comparison"),
        ("colour == 'été' and", 20, "the text ends where a value is expected"),
        ("  colour == 'été' != 'vert'", 22, "one side must be a fact"),
        ("stock = 3", 7, "write == to compare"),
        ("été > 1", 1, "names and numbers are written in a to z"),
        ("a > ½", 5, "names and numbers are written in a to z"),
    ],
)
def test_ill_typed(text: str, column: int, said: str) -> None:
    error = fault(text)
    assert (error.column, said in error.message) == (column, True), error
    assert isinstance(error, IsonomiaError)
    assert str(error) == f"column {column}: {error.message}"


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("a", (0, 100)),
        ("b", (-5, 7)),
        ("-b", (-7, 5)),
        ("7", (7, 7)),
        ("-9007199254740991", (-LARGEST, -LARGEST)),
        ("2 * 3", (6, 6)),
        ("a + b", (-5, 107)),
        ("a - b", (-7, 105)),
        ("b - b", (-12, 12)),
        ("3 * b", (-15, 21)),
        ("b * -3", (-21, 15)),
        ("-3 * (a - b)", (-315, 21)),
        ("0 * big", (0, 0)),
        ("1024 * big", (-1024 * LARGEST, 1024 * LARGEST)),
    ],
)
def test_interval(text: str, interval: tuple[int, int]) -> None:
    expression = parse(text, SCHEMA, "whole")
    assert (expression.type, expression.interval) == ("whole", interval)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("1025 * big > 0", 1),
        ("p and 0 < big * -1025", 11),
        ("1024 * big + 1024 * big + b > 0", 1),
        ("9007199254740991 * 9007199254740991 > 0", 1),
        ("1024 * (big + big) > 0", 1),
        ("1024 * 1024 * 1024 * 1024 * 1024 * 1024 * 8 > a", 1),
    ],
)
def test_beyond_int64_is_refused(text: str, column: int) -> None:
    error = fault(text)
    assert "outside 64-bit integers" in error.message
    assert error.column == column


def test_the_very_edge_of_int64() -> None:
    top = "1024 * 9007199254740991 + 1023"  # 2**63 - 1
    assert parse(top, {}, "whole").interval == (INT64[1], INT64[1])
    assert parse(f"-({top}) - 1", {}, "whole").interval == (INT64[0], INT64[0])
    assert "outside" in fault(f"{top} + 1", "whole").message
    assert "outside" in fault(f"-({top}) - 2", "whole").message
    assert "outside" in fault(f"-(-({top}) - 1)", "whole").message


def test_a_whole_is_wanted() -> None:
    assert "wants a whole number, got a flag" in fault("p", "whole").message


def test_expression_holds_names_sorted_and_a_lowered_tree() -> None:
    expression = parse("implies(q, a > b) and (implies(p, q) or b > a)", SCHEMA)
    assert expression.names == ("a", "b", "p", "q")
    assert expression.interval is None
    assert ast.unparse(expression.tree) == "(not q or a > b) and ((not p or q) or b > a)"
    nodes = {type(node) for node in ast.walk(expression.tree) if isinstance(node, ast.expr)}
    assert nodes == {ast.BoolOp, ast.UnaryOp, ast.Compare, ast.Name}
    assert all(node.lineno == 1 for node in ast.walk(expression.tree) if isinstance(node, ast.expr))


def test_expressions_are_values() -> None:
    assert parse("p and q", SCHEMA) == parse("p and q", SCHEMA)
    assert parse("p and q", SCHEMA) != parse("q and p", SCHEMA)
    assert len({parse("p", SCHEMA), parse("p", SCHEMA), parse("q", SCHEMA)}) == 2
    with pytest.raises(AttributeError):
        parse("p", SCHEMA).text = "q"  # type: ignore[misc]


def test_no_facts_at_all() -> None:
    assert parse("1 + 1 == 2", {}).names == ()
    with pytest.raises(ArticleError, match=r'unknown fact "p"$'):
        parse("p", {})


def test_articles_and_levels_are_values() -> None:
    article = Article("A.1", "allocate", "p")
    assert (article.why, article.world) == ("", "")
    level = Level("open", null=True, articles=(article,), prices={"identity_cents": 0})
    assert level == Level("open", True, (article,), {"identity_cents": 0})
    assert Level("open").prices == {}
    assert Level("open").prices is not Level("open").prices
    with pytest.raises(AttributeError):
        article.text = "q"  # type: ignore[misc]
