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

_Understood = tuple[tuple[str, Reading], ...]
_UNDERSTOOD: dict[tuple[int, str, tuple[str, ...], tuple[type, ...]], tuple[Sequence[Article], _Understood]] = {}
MOST_KEPT = 256


def foresees_refusal(law: Sequence[Article], kind: str, known: Mapping[str, Fact]) -> tuple[str, ...]:
    """Ids of the articles on this kind of act that, by the facts the seat knows, would refuse it."""
    key = (id(law), kind, tuple(known), tuple(map(type, known.values())))
    kept = _UNDERSTOOD.get(key)
    if kept is None or kept[0] is not law:  # an address may be taken anew; the law itself is kept beside it
        if len(_UNDERSTOOD) >= MOST_KEPT:
            _UNDERSTOOD.clear()
        kept = _UNDERSTOOD[key] = (law, _understood(law, kind, known))
    return tuple([id for id, reading in kept[1] if reading(known) is not True])


def _understood(law: Sequence[Article], kind: str, known: Mapping[str, Fact]) -> _Understood:
    """The articles on this kind whose every fact the seat knows."""
    names = tuple(sorted((name, type(value).__name__) for name, value in known.items()))
    readings = ((article.id, _read(article.text, names)) for article in law if article.on == kind)
    return tuple((id, reading) for id, reading in readings if reading is not None)


@lru_cache(maxsize=4096)
def _read(text: str, names: tuple[tuple[str, str], ...]) -> Reading | None:
    """The article, when the seat knows every fact in it; None otherwise."""
    kinds: dict[str, FactSchema] = {"int": Whole(-(2**40), 2**40), "bool": Flag()}
    schema = {name: kinds[kind] for name, kind in names if kind in kinds}
    try:
        return compile_expression(parse(text, schema))
    except ArticleError:
        return None
