"""What a safeguard is: one thing that a charter has and `bare` has not, which can be taken away or added alone.

Either an office's level above its null level, with what the charter sets beside it ("identity.level = vouched"); or
what one step of a chain of charters adds: its articles ("hardened-2.articles"), its obligations and duties
("hardened-2.promises"). Without it means: the office at its null level, which lets most through, or the group gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from isonomia.basics.acts import Fact
from isonomia.constitution.charter import Charter
from isonomia.constitution.charter_file import shipped
from isonomia.constitution.ladders import LADDERS, null_level
from isonomia.contract.contract import Duty
from isonomia.lab.charters import load
from isonomia.law.articles import Article

SEPARATOR = ".level = "
PARTS = ("articles", "obligations", "duties")


@dataclass(frozen=True, slots=True)
class Safeguard:
    """`office` and `level` for a level (with `settings`); else the group's items. `why`: of the step that added it.

    `removed`: ids that the step takes out of its parent; they matter only where the group is added to that parent.
    """

    name: str
    why: str = ""
    office: str = ""
    level: str = ""
    settings: Mapping[str, Fact] = field(default_factory=dict)
    articles: tuple[Article, ...] = ()
    obligations: tuple[Article, ...] = ()
    duties: tuple[Duty, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return "level" if self.office else "articles" if self.articles else "promises"

    def article_ids(self) -> frozenset[str]:
        """The articles that refuse in its name: the group's, or those that the level brings."""
        brought = LADDERS[self.office][self.level].articles if self.office else self.articles
        return frozenset(article.id for article in brought)

    def item_ids(self) -> list[str]:
        return [item.id for part in PARTS for item in getattr(self, part)]


def chain_of(name_or_path: str) -> tuple[Charter, ...]:
    """The charter and those it extends, the first of them first. Raises as `load` does."""
    charter = load(name_or_path)
    if not charter.extends:
        return (charter,)
    parent = charter.extends
    return (*chain_of(parent if parent in shipped() else str(Path(name_or_path).parent / parent)), charter)


def hardened_chain() -> tuple[Charter, ...]:
    """The longest shipped chain of charters that ends in one called hardened or hardened-…; () where none is."""
    chains = [chain_of(name) for name in shipped() if name.partition("-")[0] == "hardened"]
    return max(chains, key=len, default=())


def safeguards_of(charter: Charter, chain: Sequence[Charter] = ()) -> list[Safeguard]:
    """Everything that stands in `charter` above the null levels: levels in the order of the ladders, then groups.

    `chain`: what it extends, as `chain_of` gives it; without it all its items are one step's.
    """
    levels = []
    for office in LADDERS:
        level = charter.level(office)
        settings = charter.settings.get(office, {})
        if not level.null or settings:
            levels.append(Safeguard(f"{office}{SEPARATOR}{level.name}", level.why, office, level.name, settings))
    return levels + groups_of(charter, [*(step for step in chain if step.name != charter.name), charter])


def groups_of(charter: Charter, chain: Sequence[Charter]) -> list[Safeguard]:
    """The charter's items by the step of the chain from which on they stand as they do; the chain ends with it."""
    tables = [{item.id: item for part in PARTS for item in getattr(step, part)} for step in chain]

    def step_of(item: Any) -> int:
        since = len(chain) - 1
        while since and tables[since - 1].get(item.id) == item:
            since -= 1
        return since

    found = []
    for i, step in enumerate(chain):
        own = {part: tuple(x for x in getattr(charter, part) if step_of(x) == i) for part in PARTS}
        removed = tuple(x for x in tables[i - 1] if tables[i - 1][x] != tables[i].get(x)) if i else ()
        if own["articles"]:
            found.append(Safeguard(f"{step.name}.articles", step.why, articles=own["articles"], removed=removed))
        if own["obligations"] or own["duties"]:
            promises = Safeguard(f"{step.name}.promises", step.why, removed=removed)
            found.append(replace(promises, obligations=own["obligations"], duties=own["duties"]))
    return found


def restrict(charter: Charter, safeguards: Iterable[Safeguard], kept: Iterable[str]) -> Charter:
    """The charter with only the safeguards of these names, of those it has; its other offices at their null levels.

    Institutions that bind alike come out equal whatever they were called, so that nothing is played twice.
    """
    names = frozenset(kept)
    gone = [s for s in safeguards if s.name not in names]
    offices = {s.office for s in gone if s.office}
    ids = {i for s in gone for i in s.item_ids()}
    return replace(
        charter,
        name="arm",
        why="",
        extends="",
        levels={o: null_level(o).name if o in offices else charter.level(o).name for o in LADDERS},
        settings={o: own for o, own in charter.settings.items() if o not in offices and own},
        articles=tuple(x for x in charter.articles if x.id not in ids),
        obligations=tuple(x for x in charter.obligations if x.id not in ids),
        duties=tuple(x for x in charter.duties if x.id not in ids),
    )


def added_to(charter: Charter, safeguards: Sequence[Safeguard]) -> Charter:
    """The charter with these on top of its own. Raises ValueError for two levels of one office."""
    chosen = [s for s in safeguards if s.office]
    if len({s.office for s in chosen}) < len(chosen):
        raise ValueError("an office stands on one rung at a time")
    new = {item.id for s in safeguards for part in PARTS for item in getattr(s, part)}
    gone = new | {i for s in safeguards for i in s.removed}
    offices = {s.office for s in chosen}
    settings = {o: own for o, own in charter.settings.items() if o not in offices}

    def items(part: str) -> tuple[Any, ...]:
        kept = tuple(x for x in getattr(charter, part) if x.id not in gone)
        return kept + tuple(x for s in safeguards for x in getattr(s, part))

    return replace(
        charter,
        levels={**charter.levels, **{s.office: s.level for s in chosen}},
        settings={**settings, **{s.office: s.settings for s in chosen if s.settings}},
        articles=items("articles"),
        obligations=items("obligations"),
        duties=items("duties"),
    )


def rungs_beyond(charter: Charter, chain: Sequence[Charter] = ()) -> list[Safeguard]:
    """Every rung of a ladder that is neither null nor the charter's own; as a chain's last charter sets it, where
    that has it."""
    last = chain[-1] if chain else charter
    return [
        Safeguard(
            f"{office}{SEPARATOR}{name}",
            level.why,
            office,
            name,
            last.settings.get(office, {}) if last.level(office).name == name else {},
        )
        for office, ladder in LADDERS.items()
        for name, level in ladder.items()
        if not level.null and charter.level(office).name != name
    ]
