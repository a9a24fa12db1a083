"""How a seat reads the public law: an honest governor that cannot is refused, and taken for a crook.

A seat knows some of the facts an article rests on, and its own act. Articles whose every fact it knows it can judge
for itself; of the others it knows nothing, and may be refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    """The articles on this kind whose every fact the seat knows, compiled."""
    schema: dict[str, FactSchema] = {
        name: Flag() if type(value) is bool else Whole(-(2**40), 2**40)
        for name, value in known.items()
        if type(value) in (bool, int)
    }
    found = []
    for article in law:
        if article.on == kind:
            try:
                found.append((article.id, compile_expression(parse(article.text, schema))))
            except ArticleError:
                continue
    return tuple(found)
