"""How a seat reads the public law: an honest governor that cannot is refused, and taken for a crook.

A seat knows some of the facts an article rests on, and its own act. Articles whose every fact it knows it can judge
for itself; of the others it knows nothing, and may be refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from isonomia.basics.acts import Fact
from isonomia.basics.schema import FactSchema, Flag, Whole
from isonomia.law.articles import Article, ArticleError
from isonomia.law.language import parse
from isonomia.law.reading import Reading, compile_expression


def foresees_refusal(law: Sequence[Article], kind: str, known: Mapping[str, Fact]) -> tuple[str, ...]:
    """Ids of the articles on this kind of act that, by the facts the seat knows, would refuse it."""
    names = tuple(sorted((name, type(value).__name__) for name, value in known.items()))
    refused = []
    for article in law:
        if article.on == kind:
            reading = _understood(article.text, names)
            if reading is not None and reading(known) is not True:
                refused.append(article.id)
    return tuple(refused)


@lru_cache(maxsize=4096)
def _understood(text: str, names: tuple[tuple[str, str], ...]) -> Reading | None:
    """The article, when the seat knows every fact in it; None otherwise."""
    kinds: dict[str, FactSchema] = {"int": Whole(-(2**40), 2**40), "bool": Flag()}
    schema = {name: kinds[kind] for name, kind in names if kind in kinds}
    try:
        return compile_expression(parse(text, schema))
    except ArticleError:
        return None
