"""What a charter says of its law: an article, a rung of an office's ladder, and what is wrong with a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from isonomia.basics.acts import Fact
from isonomia.basics.errors import IsonomiaError

CLOSE = "close"  # where the day facts stand among the schemas: obligations are `on` it, and it is no kind of act


@dataclass(frozen=True, slots=True)
class Article:
    """One rule. `text` is true of what it permits; `on` is the kind of act it judges, or "close" for the day.

    `world` confines it to one world ("" = every world); whoever loads a charter leaves the others out.
    """

    id: str
    on: str
    text: str
    why: str = ""
    world: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """One rung of an office's ladder, from flawed to hardened; exactly one level of an office is its null level.

    `prices` states what an identity, a vote, a message … costs at this level, in the unit its name carries. `settings`
    are what the level sets; a charter may set them otherwise, by name, to a value of the same type.
    """

    name: str
    null: bool = False
    articles: tuple[Article, ...] = ()
    prices: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, Fact] = field(default_factory=dict)
    why: str = ""


class ArticleError(IsonomiaError):
    """A text that is not in the language. `column` counts characters of `text` from 1."""

    def __init__(self, text: str, column: int, message: str) -> None:
        self.text = text
        self.column = column
        self.message = message
        super().__init__(f"column {column}: {message}")
