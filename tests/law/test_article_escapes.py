"""Hostile texts against two walls, `scan` and `RULES`: both up, each with the other down, and both down as control."""

from __future__ import annotations

import ast
import warnings

import pytest

from isonomia.basics.schema import Choice, Flag, Whole
from isonomia.law import language, scan
from isonomia.law.articles import ArticleError
from isonomia.law.language import Checker, Typed, parse
from isonomia.law.reading import compile_expression

SCHEMA = {"p": Flag(), "a": Whole(0, 100), "b": Whole(0, 100), "colour": Choice(("red", "green")), "file": Flag()}

# (text, column of the first fault); each wall alone refuses these
BOTH_WALLS = [
    ("__import__('os').system('true')", 11),
    ("open('/etc/passwd')", 5),
    ("eval('1')", 5),
    ("p.__class__", 2),
    ("p and a.real > 0", 8),
    ("().__class__.__base__.__subclasses__()", 2),
    ("(1).__class__", 4),
    ("a[0]", 2),
    ("a[0:1]", 2),
    ("'red'[0] == colour", 6),
    ("[p][0]", 1),
    ("[x for x in p]", 1),
    ("{x for x in p}", 1),
    ("{1: 2}", 1),
    ("(x for x in p)", 4),
    ("lambda: p", 1),
    ("p if p else p", 3),
    ("(q := p)", 4),
    ("a ** 9 > 0", 3),
    ("a // 2 > 0", 3),
    ("a / 2 > 0", 3),
    ("a % 2 == 0", 3),
    ("a @ b", 3),
    ("a << 60 > 0", 4),
    ("a & b > 0", 3),
    ("a | b > 0", 3),
    ("a ^ b > 0", 3),
    ("~a > 0", 1),
    ("+a > 0", 1),
    ("a is b", 3),
    ("a is not b", 3),
    ("colour in ('red', 'green')", 8),
    ("colour not in 'redgreen'", 8),
    ("p == None", 6),
    ("...", 1),
    ("f'{p}'", 2),
    ("f'{__import__(\"os\")}' == colour", 2),
    ("b'red' == colour", 2),
    ("a > 1.5", 5),
    ("a > 1e3", 5),
    ("a > 1j", 5),
    ("implies(p, p, p)", None),
    ("implies(p)", None),
    ("implies(*p)", 9),
    ("implies(p, b=p)", 13),
    ("implies(p, **p)", 12),
    ("implies(p, p, b=p)", 16),
    ("print(p, p)", 6),
    ("9007199254740992 > a", 1),
    ("implies", 8),
    ("implies and p", 9),
    ("p(p)", 2),
    ("not(p)(p)", 7),
    ("await p", 1),
    ("(yield p)", 2),
    ("p, p", 2),
    ("()", 2),
    ("print", None),
    ("f", None),
    ("__builtins__", None),
    ("__debug__", None),
    ("'a' * 1000000000", None),
    ("a * b > 0", None),
    ("9" * 17 + " > a", 1),
]
# Python reads these as something the rules would let pass, or refuses them itself: only the scan gives a clear word
SCAN_ONLY = [
    ("p # and not p", 3),
    ("colour == 'r' 'ed'", 15),
    ("colour == u'red'", 12),
    ("colour == r'red'", 12),
    ("colour == '''red'''", 13),
    ("colour == 'r\\x65d'", 11),
    ("colour == 're\\\nd'", 11),
    ("ﬁle", 1),  # NFKC turns this ligature into the fact `file`
    ("𝐩", 1),
    ("p and ｐ", 7),
    ("a > 1_0", 5),
    ("a > 0x1F", 5),
    ("a > 0b1", 5),
    ("a > 1and p", 5),
    ("a > ١", 5),
    ("p\n", 2),
    ("(p\nand p)", 3),
    ("p\f", 2),
    ("p\xa0and p", 2),
    ("p; p", 2),
    ("p\0", 2),
    ("colour == 'r\0ed'", 13),
    ("colour == '\ud800'", 12),
    ("colour == '\u202ered'", 12),
    ("\ufeffp", 1),
    ("`p`", 1),
    ("a <> b", 4),
    ("a = b", 3),
    ("p = p", 3),
    ("p == not p", 6),
    ("- not p", 3),
    ("p &&", 3),
    ("!p", 1),
    ("p p", 3),
    ("p and", 6),
    ("and p", 1),
    ("(p", 1),
    ("p)", 2),
    ("(p))", 4),
    ("implies(p, p,)", 14),
    ("implies((p, p))", 11),
    ("", 1),
    ("  ", 1),
    ("import os", 1),
    ("del p", 1),
    ("x: int", 2),
    ("007 > a", 1),
    ("colour == 'red", 11),
]
TOO_MUCH = [
    "(" * 1000 + "p" + ")" * 999,
    "(" * 31 + "p" + ")" * 31,
    "(" * 199 + "p" + ")" * 199,
    "not " * 499 + "p",
    "-" * 1990 + "a > 0",
    "implies(p, " * 150 + "p" + ")" * 150,
    "p and " * 250 + "p",
    "p" + " " * 2000,
    "9" * 1999,
    "1" * 5000,
    "0 < " * 400 + "a",
    "a" + " + 1" * 101 + " > 0",
    "not " * 51 + "p",
    "a" + "+a" * 51 + ">0",
]


def permissive(_check: Checker, _node: ast.expr, _depth: int) -> Typed:
    return Typed("flag")


@pytest.fixture
def scan_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "scan", lambda _: None)


@pytest.fixture
def rules_down(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = [value for value in vars(ast).values() if isinstance(value, type) and issubclass(value, ast.expr)]
    monkeypatch.setattr(language, "RULES", dict.fromkeys(nodes, permissive))
    monkeypatch.setattr(language, "_Lower", ast.NodeTransformer)


def refusal(text: str) -> ArticleError:
    """The ArticleError of a text that must have one; a leaked warning fails too."""
    with warnings.catch_warnings(record=True) as leaked:
        warnings.simplefilter("always")
        with pytest.raises(ArticleError) as caught:
            parse(text, SCHEMA)
    assert not leaked
    error = caught.value
    assert error.text == text
    assert error.message
    assert 1 <= error.column <= len(text) + 1
    return error


@pytest.mark.parametrize(("text", "column"), BOTH_WALLS + SCAN_ONLY)
def test_hostile_text_is_refused_where_the_fault_is(text: str, column: int | None) -> None:
    error = refusal(text)
    if column is not None:
        assert error.column == column, error


@pytest.mark.usefixtures("scan_down")
@pytest.mark.parametrize("text", [text for text, _ in BOTH_WALLS])
def test_the_rules_alone_refuse(text: str) -> None:
    refusal(text)


@pytest.mark.usefixtures("rules_down")
@pytest.mark.parametrize(("text", "column"), [row for row in BOTH_WALLS + SCAN_ONLY if row[1] is not None])
def test_the_scan_alone_refuses(text: str, column: int) -> None:
    assert refusal(text).column == column


@pytest.mark.usefixtures("scan_down", "rules_down")
@pytest.mark.parametrize("text", [text for text, _ in BOTH_WALLS])
def test_control_with_both_walls_down_the_same_text_is_accepted(text: str) -> None:
    """So the suite would notice: whatever it calls refused, the walls refuse, and nothing else does."""
    assert parse(text, SCHEMA).text == text


@pytest.mark.usefixtures("scan_down", "rules_down")
def test_control_behind_the_walls_the_escape_is_real() -> None:
    reach = compile_expression(parse("().__class__.__base__.__subclasses__()", SCHEMA))
    assert ast.AST in reach({})  # type: ignore[operator]


@pytest.mark.usefixtures("scan_down")
def test_control_one_loosened_rule_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal("p and a.real")
    monkeypatch.setitem(language.RULES, ast.Attribute, permissive)
    assert parse("p and a.real", SCHEMA).type == "flag"


@pytest.mark.usefixtures("scan_down")
@pytest.mark.parametrize("text", ["p # and not p", "colour == 'r' 'ed'", "ﬁle", "a > 1_0"])
def test_control_without_the_scan_python_reads_these(text: str) -> None:
    assert parse(text, SCHEMA).type == "flag"


@pytest.mark.parametrize("text", TOO_MUCH)
def test_too_much_is_refused_with_a_clear_word(text: str) -> None:
    message = refusal(text).message
    assert "split the article" in message or "at most" in message or "parenthes" in message


@pytest.mark.usefixtures("scan_down")
@pytest.mark.parametrize("text", TOO_MUCH)
def test_too_much_is_refused_without_the_scan(text: str) -> None:
    if text.strip(" ()") == "p" and len(text) != 2000:
        assert parse(text, SCHEMA).type == "flag"  # harmless; only the scan counts these
    else:
        refusal(text)


@pytest.mark.usefixtures("scan_down")
@pytest.mark.parametrize("text", ["p\0", "'\ud800' == colour"])
def test_what_python_chokes_on_is_refused_without_the_scan(text: str) -> None:
    refusal(text)


@pytest.mark.usefixtures("scan_down")
@pytest.mark.parametrize("raised", [SyntaxError("no"), ValueError("no"), MemoryError("no"), RecursionError("no")])
def test_no_error_of_the_python_parser_leaves_unchanged(raised: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which of them a text can bring about depends on the version and on how deep the caller stands."""

    def chokes(*_args: object, **_kwargs: object) -> ast.Expression:
        raise raised

    monkeypatch.setattr(ast, "parse", chokes)
    refusal("p")


def test_too_many_parts_are_pointed_at() -> None:
    assert refusal("not " * 499 + "p").column == 4 * 200 + 1
    assert refusal("(" * 31 + "p" + ")" * 31).column == 31


@pytest.mark.parametrize(
    "text",
    [
        "(" * 30 + "p" + ")" * 30,
        "not " * 49 + "p",
        "-" * 48 + "a > 0",
        "implies(p, " * 30 + "p" + ")" * 30,
        "p and " * 198 + "p",
        "p" + " " * 1999,
        "9007199254740991 > a",
        "0 < " * 198 + "a",
        "a" + "+a" * 48 + ">0",
        " \tp\t",
    ],
)
def test_control_just_inside_the_bounds_is_accepted(text: str) -> None:
    assert parse(text, SCHEMA).type == "flag"


def test_bounds_are_what_the_tests_assume() -> None:
    assert (scan.MOST_CHARACTERS, scan.MOST_PARTS, scan.MOST_NESTED, language.MOST_DEEP) == (2000, 200, 30, 50)
