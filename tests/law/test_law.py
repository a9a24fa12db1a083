"""The law as a whole: verdicts name their articles, faults come all at once, and nothing missing permits."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isonomia.basics.errors import Faults
from isonomia.basics.schema import Choice, FactSchema, Flag, Whole
from isonomia.law.articles import Article
from isonomia.law.law import Law

SCHEMAS: dict[str, dict[str, FactSchema]] = {
    "allocate": {"role": Choice(("governor", "none")), "quota": Whole(0, 100), "stock_measured": Whole(0, 100)},
    "amend": {"notice_days": Whole(0, 60), "core": Flag(), "waived": Flag()},
    "complain": {"role": Choice(("member", "none"))},
    "close": {"unserved": Whole(0, 100)},
}
ARTICLES = [
    Article("B.2", "allocate", "role != 'none'"),
    Article("A.1", "allocate", "2 * quota <= stock_measured", why="half of what is there"),
    Article("A.2", "amend", "implies(not waived, notice_days >= 7)"),
    Article("A.3", "amend", "not core"),
    Article("D.1", "close", "unserved == 0"),
    Article("A.0", "allocate", "quota > 0"),
]


@pytest.fixture(scope="module")
def law() -> Law:
    return Law(ARTICLES, SCHEMAS)


def allocate(role: str, quota: int, stock_measured: int) -> dict[str, Any]:
    return {"role": role, "quota": quota, "stock_measured": stock_measured}


def test_verdicts_name_the_refusers_in_the_order_of_the_file(law: Law) -> None:
    assert law.judge("allocate", allocate("governor", 5, 10)) == ()
    assert law.judge("allocate", allocate("governor", 6, 10)) == ("A.1",)
    assert law.judge("allocate", allocate("none", 0, 10)) == ("B.2", "A.0")
    assert law.judge("allocate", allocate("none", 6, 10)) == ("B.2", "A.1")
    assert law.judge("close", {"unserved": 0}) == ()
    assert law.judge("close", {"unserved": 1}) == ("D.1",)


def test_more_facts_than_needed_change_nothing(law: Law) -> None:
    facts = {**allocate("governor", 5, 10), "core": True, "unserved": 3}
    assert law.judge("allocate", facts) == ()
    assert law.judge("allocate", MappingProxyType(facts)) == ()


def test_a_kind_without_articles_permits(law: Law) -> None:
    assert law.judge("complain", {"role": "none"}) == ()
    assert law.judge("complain", {}) == ()


def test_an_unknown_kind_is_never_permitted(law: Law) -> None:
    with pytest.raises(KeyError):
        law.judge("abdicate", {})
    with pytest.raises(KeyError):
        law.needs("abdicate")


def test_needs_are_the_facts_read(law: Law) -> None:
    assert law.needs("allocate") == {"role", "quota", "stock_measured"}
    assert law.needs("amend") == {"waived", "notice_days", "core"}
    assert law.needs("complain") == frozenset()


def test_articles_are_readable_as_given(law: Law) -> None:
    assert law.articles == tuple(ARTICLES)


@pytest.mark.parametrize("missing", ["role", "quota", "stock_measured"])
@pytest.mark.parametrize("quota", [5, 0, 6])
def test_a_missing_fact_denies_by_every_article_that_reads_it(law: Law, missing: str, quota: int) -> None:
    facts = allocate("governor", quota, 10)
    refused = set(law.judge("allocate", facts))
    readers = {"role": {"B.2"}, "quota": {"A.1", "A.0"}, "stock_measured": {"A.1"}}[missing]
    del facts[missing]
    assert set(law.judge("allocate", facts)) == readers | (refused - readers)


def test_no_facts_at_all_denies_by_every_article(law: Law) -> None:
    assert law.judge("allocate", {}) == ("B.2", "A.1", "A.0")
    assert law.judge("amend", {}) == ("A.2", "A.3")


@given(st.sets(st.sampled_from(["waived", "core", "notice_days"])), st.booleans(), st.booleans(), st.integers(0, 60))
def test_a_missing_fact_never_permits_what_some_value_of_it_would_deny(
    given_names: set[str], waived: bool, core: bool, notice_days: int
) -> None:
    law = Law(ARTICLES, SCHEMAS)
    facts = {"waived": waived, "core": core, "notice_days": notice_days}
    known = {name: value for name, value in facts.items() if name in given_names}
    if law.judge("amend", facts):
        assert law.judge("amend", known)


def test_a_flag_that_is_not_a_bool_denies() -> None:
    law = Law([Article("A", "amend", "core")], SCHEMAS)
    assert law.judge("amend", {"core": True}) == ()
    assert law.judge("amend", {"core": 1}) == ("A",)
    assert law.judge("amend", {"core": "yes"}) == ("A",)


def test_deny_all_and_permit_all_are_expressible() -> None:
    assert Law([Article("never", "amend", "False")], SCHEMAS).judge("amend", {}) == ("never",)
    assert Law([Article("ever", "amend", "True")], SCHEMAS).judge("amend", {}) == ()


def test_an_empty_law_permits_every_kind() -> None:
    law = Law([], SCHEMAS)
    assert all(law.judge(kind, {}) == () for kind in SCHEMAS)


def test_every_fault_at_once_with_its_path() -> None:
    articles = [
        Article("A.1", "allocate", "stok_measured > 3"),
        Article("A.2", "alocate", "quota > 3"),
        Article("A.3", "amend", "not core"),
        Article("A.3", "amend", "core and notice_days"),
        Article("A.4", "amend", "quota > 3"),
        Article("A.5", "close", "unserved.x"),
    ]
    with pytest.raises(Faults) as caught:
        Law(articles, SCHEMAS)
    assert caught.value.where == "law"
    assert caught.value.faults == [
        'article "A.1" text, column 1: unknown fact "stok_measured"; did you mean stock_measured?',
        'article "A.2" on: "alocate" is not a kind; kinds are allocate, amend, close, complain',
        'article "A.3" id: used twice; an id names one article',
        'article "A.3" text, column 10: and wants a flag, got a whole number',
        'article "A.4" text, column 1: unknown fact "quota"',
        'article "A.5" text, column 9: "." has no place here: numbers are whole, and facts have no parts',
    ]


def test_faults_name_the_file() -> None:
    with pytest.raises(Faults, match=r"^mine\.toml: 1 fault\n"):
        Law([Article("A", "nowhere", "True")], SCHEMAS, where="mine.toml")


def test_the_order_of_articles_is_the_order_of_ids() -> None:
    backwards = Law(list(reversed(ARTICLES)), SCHEMAS)
    assert backwards.judge("allocate", {}) == ("A.0", "A.1", "B.2")
