"""A charter in full: the level of each office, articles, obligations, duties, and who moves last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from isonomia.basics.acts import Fact
from isonomia.constitution.ladders import LADDERS, null_level
from isonomia.contract import contract
from isonomia.law.articles import Article, Level


@dataclass(frozen=True, slots=True)
class Charter:
    """A charter in full, whatever it extends. `settings`: by office, what it sets otherwise than its levels do."""

    name: str
    why: str = ""
    extends: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)
    articles: tuple[Article, ...] = ()
    obligations: tuple[Article, ...] = ()
    duties: tuple[contract.Duty, ...] = ()
    last: str = "governor"

    def level(self, office: str) -> Level:
        """The level an office has: the charter's, or the office's null level."""
        ladder = LADDERS[office]
        return ladder[self.levels[office]] if office in self.levels else null_level(office)

    def settings_of(self, office: str) -> Mapping[str, Fact]:
        """What an office is set to: by its level, and by the charter where that says otherwise."""
        return {**self.level(office).settings, **self.settings.get(office, {})}

    def law_in(self, world: str) -> tuple[Article, ...]:
        """Every article in force in a world: the charter's own and those its offices' levels bring."""
        every = (*self.articles, *(a for office in LADDERS for a in self.level(office).articles))
        return tuple(a for a in every if a.world in ("", world))

    def in_world(self, world: str) -> Charter:
        """The charter with nothing in it that belongs to another world."""
        here = ("", world)
        return replace(
            self,
            articles=tuple(a for a in self.articles if a.world in here),
            obligations=tuple(a for a in self.obligations if a.world in here),
            duties=tuple(d for d in self.duties if d.world in here),
        )


def to_plain(charter: Charter) -> dict[str, Any]:
    """A charter as plain JSON values; `from_plain` is the inverse."""
    return asdict(charter)


def from_plain(plain: Mapping[str, Any]) -> Charter:
    return Charter(
        **{
            **plain,
            "articles": tuple(Article(**a) for a in plain["articles"]),
            "obligations": tuple(Article(**a) for a in plain["obligations"]),
            "duties": tuple(contract.Duty(**d) for d in plain["duties"]),
        }
    )


def diff(old: Charter, new: Charter) -> list[str]:
    """What changes from one charter to another, one line a change; no lines when they bind alike."""
    lines = [
        f"{office}.level: {old.level(office).name} → {new.level(office).name}"
        for office in LADDERS
        if old.level(office).name != new.level(office).name
    ]
    for office in LADDERS:
        was, now = old.settings_of(office), new.settings_of(office)
        ours = (old.settings.get(office, {}).keys() | new.settings.get(office, {}).keys()) & (was.keys() | now.keys())
        lines += [f"{office}.{k}: {was.get(k)} → {now.get(k)}" for k in sorted(ours) if was.get(k) != now.get(k)]
    for part in ("articles", "obligations", "duties"):
        before = {x.id: x for x in getattr(old, part)}
        after = {x.id: x for x in getattr(new, part)}
        one = {"articles": "article", "obligations": "obligation", "duties": "duty"}[part]
        lines += [f"- {one} {i}: {_text(before[i])}" for i in before if i not in after]
        lines += [f"+ {one} {i}: {_text(after[i])}" for i in after if i not in before]
        both = [i for i in before if i in after and _full(before[i]) != _full(after[i])]
        lines += [f"~ {one} {i}: {_full(before[i])} → {_full(after[i])}" for i in both]
    if old.last != new.last:
        lines.append(f"day.last: {old.last} → {new.last}")
    return lines


def _full(item: Article | contract.Duty) -> str:
    """All of an item that binds; not its reason."""
    where = f" in {item.world}" if item.world else ""
    if isinstance(item, Article):
        return f"on {item.on}{where}, {item.text}"
    default = ", ".join(f"{name} = {value}" for name, value in sorted(item.default.items()))
    return f"{item.kind}({default}){where} unless {item.unless}"


def _text(item: Article | contract.Duty) -> str:
    return item.text if isinstance(item, Article) else f"{item.kind} unless {item.unless}"
