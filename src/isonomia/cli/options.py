"""Options that several commands have, each said once; `given` puts some of them on a command, in their order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
Option = Callable[[Any], Any]


def given(*options: Option) -> Callable[[Command], Command]:
    """These options, as they stand in --help from top to bottom."""

    def put(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return put


BALLOTS = click.option("--ballots", type=click.Path(dir_okay=False), help="A Pabulib .pb file: ballots for the budget.")
MEMBERS = click.option("--members", type=click.IntRange(20, 1_000_000), default=100, show_default=True, help="Persons.")
DAYS = click.option(
    "--days", type=click.IntRange(1, 3650), default=40, show_default=True, help="Days attacked; as many follow."
)
ATTACKED = (
    click.option("--world", default="", help="commons, budget or treasury; a --ballots file means budget."),
    BALLOTS,
    click.option("--rule", default="", help="How ballots become a mandate (budget); a wrong name lists them."),
    click.option("--attack", "chosen", multiple=True, help="Only this attack; may be given more than once."),
)
GOVERNED = (
    click.option(
        "--governor",
        default="",
        help="steward, idle, credulous, captured, language, or FILE.py:CLASS; each attack's own, if not given.",
    ),
    click.option("--model", default="", metavar="URL#NAME", help="With --governor language: which model governs."),
    click.option("--attacker-model", default="", metavar="URL#NAME", help="A model that words the attack's petitions."),
    click.option("--model-cache", default="", metavar="DIR", help="Where models' replies are kept; OUT/replies."),
    click.option(
        "--model-budget", default="", metavar="LIMITS", help="minutes=90,tokens=2000000 or cost=5,in=0.15,out=0.60."
    ),
)
PLAYED = (
    click.option("--out", type=click.Path(file_okay=False), help="Where all that is finished is kept; resumes."),
    click.option("--workers", type=click.IntRange(1), help="Processes; as many as there are cores."),
)
