"""An independent reader: what the record says was judged, judged anew by the law that was ratified.

Each entry holds the facts its verdict rests on, and whom it was refused by. So nobody has to be asked: whoever has the
ratified articles and the record can tell where another law, or none, was applied. What it cannot tell is whether the
facts themselves are true; that is what `replay` is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from isonomia.basics.acts import Kind, Principal
from isonomia.basics.canonical import decode
from isonomia.basics.schema import FactSchema
from isonomia.law.articles import Article
from isonomia.law.law import Law


class Mismatch(NamedTuple):
    """An entry whose verdict is not the ratified law's: what refused it on record, and what should have."""

    seq: int
    day: int
    by: Principal
    kind: str
    recorded: tuple[str, ...]
    ratified: tuple[str, ...]


class Witness:
    """The ratified law, and who may do what at all, held by somebody who is not the operator."""

    def __init__(
        self,
        articles: Sequence[Article],
        schemas: Mapping[str, Mapping[str, FactSchema]],
        kinds: Mapping[str, Kind],
    ) -> None:
        self._judge = Law(articles, schemas).judge
        self._roles = {name: frozenset(kind.roles) for name, kind in kinds.items()}

    def read(self, lines: Iterable[bytes]) -> list[Mismatch]:
        """Every entry whose verdict is another than the ratified law's, in order; what was no act has no verdict."""
        found = []
        for line in lines:
            entry = decode(line)
            if entry.get("body") is None:  # an opening, a close, effects, or what was no act
                continue
            kind, facts = entry["kind"], entry["facts"]
            roles = self._roles[kind]
            ratified = self._judge(kind, facts) if not roles or facts["role"] in roles else ("role",)
            recorded = tuple(entry["denied"])
            if recorded != ratified:
                found.append(Mismatch(entry["seq"], entry["day"], entry["by"], kind, recorded, ratified))
        return found
