"""Four readings of random well-typed texts agree: slow reference, compiled, fused, and Python's own eval.

Python's eval shares neither the lowering nor the tree with the others; it is safe here because the texts are ours.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isonomia.basics.schema import Choice, FactSchema, Flag, Whole
from isonomia.law.articles import Article, ArticleError
from isonomia.law.language import INT64, parse
from isonomia.law.law import Law
from isonomia.law.reading import compile_expression, evaluate, fuse
from isonomia.law.scan import scan

SCHEMA: dict[str, FactSchema] = {
    "p": Flag(),
    "q": Flag(),
    "r": Flag(),
    "a": Whole(0, 6),
    "b": Whole(-5, 7),
    "c": Whole(0, 3),
    "f": Whole(-2, 2),  # also the name that compiled code gives its facts
    "colour": Choice(("red", "green", "été")),
    "paint": Choice(("green", "été", "red")),
}
OR, AND, NOT, COMPARE, ADD, MULTIPLY, MINUS, ATOM = range(8)  # how tightly a text holds together
Text = tuple[str, int]


def random_facts(rng: Random) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, schema in SCHEMA.items():
        match schema:
            case Flag():
                facts[name] = rng.random() < 0.5
            case Whole(lo, hi):
                facts[name] = rng.randint(lo, hi)
            case Choice(words):
                facts[name] = rng.choice(words)
    return facts


def held(part: Text, least: int) -> str:
    text, tight = part
    return text if tight >= least else f"({text})"


def random_whole(rng: Random, depth: int) -> Text:
    form = rng.randrange(6) if depth else rng.randrange(2)
    if form == 0:
        return rng.choice(["a", "b", "c", "f"]), ATOM
    if form == 1:
        return str(rng.randrange(5)), ATOM
    if form == 2:
        return "-" + held(random_whole(rng, depth - 1), MINUS), MINUS
    if form == 3:
        fixed = rng.choice(["3", "-2", "(1 + 2)", "2 * 2"])
        part = held(random_whole(rng, depth - 1), ATOM)
        return (f"{fixed} * {part}" if rng.random() < 0.5 else f"{part} * {fixed}"), MULTIPLY
    a, b = random_whole(rng, depth - 1), random_whole(rng, depth - 1)
    return f"{held(a, ADD)} {rng.choice('+-')} {held(b, MULTIPLY)}", ADD


def random_flag(rng: Random, depth: int) -> Text:
    form = rng.randrange(9) if depth else rng.randrange(3)
    if form == 0:
        return rng.choice(["p", "q", "r", "True", "False"]), ATOM
    if form == 1:
        left, right = rng.choice(["colour", "paint"]), rng.choice(["'red'", '"été"', "paint", "colour"])
        return f"{left} {rng.choice(['==', '!='])} {right}", COMPARE
    if form == 2 or form == 3:
        sides = [held(random_whole(rng, min(depth, 2)), ADD) for _ in range(rng.choice([2, 2, 3]))]
        text = sides[0]
        for side in sides[1:]:
            text += f" {rng.choice(['<', '<=', '>', '>=', '==', '!='])} {side}"
        return text, COMPARE
    if form == 4:
        return "not " + held(random_flag(rng, depth - 1), NOT), NOT
    if form == 5:
        return f"implies({random_flag(rng, depth - 1)[0]}, {random_flag(rng, depth - 1)[0]})", ATOM
    if form == 6:
        a, b = random_flag(rng, depth - 1), random_flag(rng, depth - 1)
        return f"{held(a, ADD)} {rng.choice(['==', '!='])} {held(b, ADD)}", COMPARE
    word, tight = rng.choice([("and", AND), ("or", OR)])
    return f" {word} ".join(held(random_flag(rng, depth - 1), tight) for _ in range(rng.choice([2, 3]))), tight


def python(text: str, facts: dict[str, Any]) -> Any:
    return eval(text, {"__builtins__": {}}, {**facts, "implies": lambda a, b: (not a) or b})


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_all_readings_of_articles_agree(seed: int) -> None:
    """200 examples × 4 articles × 4 facts = 3,200 evaluations in each reading."""
    rng = Random(seed)
    articles = [Article(f"A{i}", "act", random_flag(rng, 3)[0]) for i in range(4)]
    law = Law(articles, {"act": SCHEMA})
    expressions = [parse(article.text, SCHEMA) for article in articles]
    compiled = [compile_expression(expression) for expression in expressions]
    fused = fuse(expressions)
    for _ in range(4):
        facts = random_facts(rng)
        slow = [evaluate(expression, facts) for expression in expressions]
        assert slow == [python(article.text, facts) for article in articles]
        fast = [reading(facts) for reading in compiled]
        assert fast == slow
        assert all(type(value) is bool for value in slow + fast)
        assert fused(facts) is all(slow)
        assert law.judge("act", facts) == tuple(f"A{i}" for i in range(4) if not slow[i])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_all_readings_of_wholes_agree_and_lie_in_the_interval(seed: int) -> None:
    rng = Random(seed)
    text = random_whole(rng, 4)[0]
    expression = parse(text, SCHEMA, "whole")
    reading = compile_expression(expression)
    assert expression.interval is not None
    lo, hi = expression.interval
    assert INT64[0] <= lo <= hi <= INT64[1]
    for _ in range(10):
        facts = random_facts(rng)
        value = evaluate(expression, facts)
        assert value == reading(facts) == python(text, facts)
        assert type(value) is int
        assert lo <= value <= hi


def test_random_articles_are_neither_all_true_nor_all_false() -> None:
    """The generator's own control: agreement on constants would say nothing."""
    rng = Random(7)
    values = [evaluate(parse(random_flag(rng, 3)[0], SCHEMA), random_facts(rng)) for _ in range(400)]
    assert 100 < sum(values) < 300


@pytest.mark.parametrize("mutant", ["and", "not", "order", "minus"])
def test_control_a_wrong_reading_is_noticed(mutant: str) -> None:
    """The comparison tells a mutant from the truth within a few hundred random articles."""
    swap: dict[str, Callable[[str], str]] = {
        "and": lambda text: text.replace(" and ", " or "),
        "not": lambda text: text.replace("not ", ""),
        "order": lambda text: text.replace("<=", "<"),
        "minus": lambda text: text.replace(" - ", " + "),
    }
    rng = Random(3)
    noticed = 0
    for _ in range(400):
        text, facts = random_flag(rng, 3)[0], random_facts(rng)
        noticed += evaluate(parse(text, SCHEMA), facts) != python(swap[mutant](text), facts)
    assert noticed > 3


def test_readings_hold_no_builtins_and_one_argument() -> None:
    reading = compile_expression(parse("implies(p, f > a) and colour == 'red'", SCHEMA))
    code: Any = reading
    assert code.__globals__ == {"__builtins__": {}}
    assert code.__code__.co_names == ()
    assert code.__code__.co_varnames == ("f",)


def test_a_missing_fact_raises() -> None:
    expression = parse("p and a > b", SCHEMA)
    for reading in (compile_expression(expression), lambda facts: evaluate(expression, facts), fuse([expression])):
        with pytest.raises(KeyError, match="b"):
            reading({"p": True, "a": 3})


def test_fused_wants_true_itself() -> None:
    fused = fuse([parse("p", SCHEMA)])
    assert fused({"p": True}) is True
    assert fused({"p": 1}) is False
    assert fused({"p": "no"}) is False


def test_reading_leaves_the_tree_as_it_was() -> None:
    expression = parse("implies(p, a > 1)", SCHEMA)
    before = ast.dump(expression.tree)
    compile_expression(expression)
    fuse([expression, expression])
    assert ast.dump(expression.tree) == before


WORDS = [
    *("p", "q", "a", "b", "f", "colour", "zz", "implies", "and", "or", "not", "True", "False", "None", "__x__"),
    *("is", "in", "if", "else", "lambda", "0", "1", "42", "3.5", "007", "1e9", "'red'", '"été"', "''", "b'x'"),
    *("==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "**", "/", "//", "%", "(", ")", "(", ")", "implies(", ","),
    *(".", "[", "]", "{", "}", ":", ":=", "=", ";", "#", "\\", "'", '"', "@", "&", "|", "~", "!", "é", "ﬁ"),
    *("\0", "\n", "\ud800"),
]


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14), st.sampled_from(["", " ", "  "]))
def test_any_text_parses_or_raises_an_article_error(words: list[str], between: str) -> None:
    check_text(between.join(words))


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60))
def test_any_characters_parse_or_raise_an_article_error(text: str) -> None:
    check_text(text)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.data())
def test_any_damaged_article_parses_or_raises_an_article_error(seed: int, data: st.DataObject) -> None:
    text = random_flag(Random(seed), 2)[0]
    at = data.draw(st.integers(0, len(text)))
    check_text(text[:at] + data.draw(st.sampled_from(WORDS)) + text[at + data.draw(st.integers(0, 3)) :])


def check_text(text: str) -> None:
    column, expression = 1, None
    with warnings.catch_warnings(record=True) as leaked:
        warnings.simplefilter("always")
        try:
            scan(text)
            ast.parse(text.lstrip(" \t"), mode="eval")  # what the scan lets through, Python can read
            expression = parse(text, SCHEMA)
        except ArticleError as error:
            column = error.column
        if expression:
            facts = random_facts(Random(1))
            assert evaluate(expression, facts) is compile_expression(expression)(facts)
    assert 1 <= column <= len(text) + 1
    assert not leaked
