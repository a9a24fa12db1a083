"""How long work tells of itself: a bar with the time left on a terminal, one line a tenth anywhere else. On stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Tick = Callable[[str, int, int], None]


@contextmanager
def progress(quiet: bool = False) -> Iterator[Tick]:
    """Gives `tick(what, done, of)`: `done` more of `of` in the stage called `what`."""
    if quiet:
        yield _silence
    elif sys.stderr.isatty():
        yield from _bars()
    else:
        yield _lines()


def _silence(what: str, done: int, of: int) -> None:  # noqa: ARG001
    return None


def _bars() -> Iterator[Tick]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("  {task.description:<16}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("of"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[tuple[str, int], object] = {}

        def tick(what: str, done: int, of: int) -> None:
            key = (what, of)
            if key not in tasks:
                tasks[key] = bars.add_task(what, total=of)
            bars.advance(tasks[key], done)  # type: ignore[arg-type]

        yield tick


def _lines() -> Tick:
    counts: dict[tuple[str, int], int] = {}

    def tick(what: str, done: int, of: int) -> None:
        key = (what, of)
        before = counts.get(key, 0)
        counts[key] = before + done
        if 10 * counts[key] // max(1, of) > 10 * before // max(1, of):
            click.echo(f"  {what}: {counts[key]} of {of}", err=True)

    return tick
