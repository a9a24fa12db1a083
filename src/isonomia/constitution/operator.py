"""The operator's ladder: who runs the machine, and what they may do with it. A ladder without an office.

Level `trusted`: the operator may do what the governor may, and nobody reads after them. Level `bound`: the task is not
theirs; what the governor and the offices do, they may not. An operator can still reach what lies outside the polity's
doors: the law in force itself. Level `witnessed`: beside that, somebody else holds the ratified law, judges each day's
record anew by it, and restores it where another was applied; from then on the operator's way to it is shut.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from isonomia.law.articles import Article, Level

WITNESSED = "witnessed"
TASKS: Mapping[str, tuple[str, ...]] = MappingProxyType(  # by world, the kinds of act that are the task itself
    {
        "commons": ("set_quota", "set_reserve", "allocate", "ordain", "equalise", "report"),
        "budget": ("pay", "pay_next", "report"),
        "treasury": (
            *("pay", "dividend", "maintain", "report"),
            *("set_parameter", "mint", "confiscate", "freeze", "book"),
        ),
    }
)
BOUND = tuple(
    Article(f"operator.{kind}", kind, "role != 'operator'", "who runs the machine does not run the task", world)
    for world, kinds in TASKS.items()
    for kind in kinds
)
LEVELS: Mapping[str, Level] = MappingProxyType(
    {
        "trusted": Level("trusted", null=True, why="who runs the machine can do anything, and is believed not to"),
        "bound": Level("bound", articles=BOUND, why="who runs the machine keeps their hands off the task"),
        WITNESSED: Level(
            WITNESSED, articles=BOUND, why="and somebody else reads the record by the law that was ratified"
        ),
    }
)
