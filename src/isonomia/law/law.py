"""All articles of a polity, and the question the gate asks of them: who refuses this act?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from isonomia.basics.acts import Facts
from isonomia.basics.errors import Faults
from isonomia.basics.schema import FactSchema
from isonomia.law.articles import Article, ArticleError
from isonomia.law.language import Expression, parse
from isonomia.law.reading import Reading, compile_expression, fuse


class _Clause(NamedTuple):
    """One article, read alone: only asked once the fused reading has not permitted."""

    id: str
    names: frozenset[str]
    reading: Reading

    def refuses(self, facts: Facts) -> bool:
        return not self.names <= facts.keys() or self.reading(facts) is not True


class Law:
    """Articles by the kind of act they judge, each checked against every fact an act of that kind has.

    `schemas` maps each kind ("close" is one) to those facts; articles of other worlds are the caller's to leave out.
    Raises Faults, all at once: articles on unknown kinds, ids used twice, texts that are not in the language.
    """

    def __init__(
        self, articles: Sequence[Article], schemas: Mapping[str, Mapping[str, FactSchema]], where: str = "law"
    ) -> None:
        self.articles = tuple(articles)
        frozen = tuple((kind, tuple(facts.items())) for kind, facts in schemas.items())
        self._fused, self._clauses = _compile(self.articles, frozen, where)

    def needs(self, kind: str) -> frozenset[str]:
        """The facts that the articles on this kind read. Raises KeyError for a kind that is not in the schemas."""
        return frozenset().union(*(clause.names for clause in self._clauses[kind]))

    def judge(self, kind: str, facts: Facts) -> tuple[str, ...]:
        """Ids of the articles that refuse these facts, in the order of the law; () permits.

        A missing fact never permits what depends on it: each article that reads it then refuses. Raises KeyError for
        a kind that is not in the schemas.
        """
        fused = self._fused[kind]
        if fused is None:
            return ()
        try:
            if fused(facts) is True:
                return ()
        except KeyError:
            pass  # a missing fact: the single articles say which of them it concerns
        return tuple(clause.id for clause in self._clauses[kind] if clause.refuses(facts))


_Fused = Mapping[str, Callable[[Facts], bool] | None]
_Clauses = Mapping[str, tuple[_Clause, ...]]


@lru_cache(maxsize=64)  # a sweep founds the same polity thousands of times
def _compile(
    articles: tuple[Article, ...], frozen: tuple[tuple[str, tuple[tuple[str, FactSchema], ...]], ...], where: str
) -> tuple[_Fused, _Clauses]:
    """Per kind, all its articles as one reading (None: no article), and each alone. Raises Faults."""
    schemas = {kind: dict(facts) for kind, facts in frozen}
    read, faults = _read(articles, schemas)
    if faults:
        raise Faults(where, faults)
    fused: dict[str, Callable[[Facts], bool] | None] = {}
    clauses: dict[str, tuple[_Clause, ...]] = {}
    for kind in schemas:
        mine = [(article.id, expression) for article, expression in read if article.on == kind]
        fused[kind] = fuse([expression for _, expression in mine]) if mine else None
        clauses[kind] = tuple(_Clause(id, frozenset(e.names), compile_expression(e)) for id, e in mine)
    return fused, clauses


def _read(
    articles: Sequence[Article], schemas: Mapping[str, Mapping[str, FactSchema]]
) -> tuple[list[tuple[Article, Expression]], list[str]]:
    """Every article that is sound, with its expression, and every fault of the others, in order."""
    read: list[tuple[Article, Expression]] = []
    faults: list[str] = []
    ids: set[str] = set()
    for article in articles:
        path = f'article "{article.id}"'
        if article.id in ids:
            faults.append(f"{path} id: used twice; an id names one article")
        ids.add(article.id)
        if article.on not in schemas:
            faults.append(f'{path} on: "{article.on}" is not a kind; kinds are {", ".join(sorted(schemas))}')
            continue
        try:
            read.append((article, parse(article.text, schemas[article.on])))
        except ArticleError as error:
            faults.append(f"{path} text, {error}")
    return read, faults
