"""`isonomia list`: what there is to attack, to defend with, to govern and to replay."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from shutil import get_terminal_size
from types import MappingProxyType
from typing import Any

import click

from isonomia.lab.catalogue import KINDS, item
from isonomia.report.catalogue import render_item

Row = Mapping[str, Any]
WIDEST = 110  # a line that is read, not scanned
LINK = re.compile(r"\[([^\]]+)\]\(\.[^)]*\)")  # to another page of the docs


@click.command("list")
@click.argument("kind", type=click.Choice(list(KINDS)), default="attacks")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Every field, as JSON.")
def list_command(kind: str, name: str | None, as_json: bool) -> None:
    """List attacks (the default), the 66 rows of the taxonomy, safeguards, charters, worlds, governors or incidents.

    With the NAME of one, show that one in full. Each has a page in docs/catalogue/.
    """
    if name is not None:
        row = item(kind, name)
        click.echo(json.dumps(row)) if as_json else _show(render_item(kind, row))
        return
    rows = KINDS[kind]()
    if as_json:
        click.echo(json.dumps({kind: rows}))
        return
    width = min(WIDEST, get_terminal_size().columns)
    indent = 2 + max(len(row["name"]) for row in rows)
    for row in rows:
        for first, line in enumerate(SAID[kind](row)):
            begin = " " * indent if first else row["name"].ljust(indent)
            for part in textwrap.wrap(line, max(20, width - indent), break_on_hyphens=False):
                click.echo(begin + part)
                begin = " " * indent
    if kind in ("attacks", "taxonomy"):
        _show_coverage(KINDS["taxonomy"](), width)
    click.echo(f"\nOne in full: isonomia list {kind} {rows[0]['name']}")


def _show(page: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    Console(highlight=False).print(Markdown(LINK.sub(r"\1", page)))


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def _attack(row: Row) -> Iterable[str]:
    yield row["title"]
    yield f"{' '.join(row['taxonomy'])} · {', '.join(row['worlds'])}"
    if row["on_readers"]:
        yield "wants a governor that reads words: --governor language with --model, or credulous, which obeys orders"


def _row(row: Row) -> Iterable[str]:
    yield f"{row['attacker']} {row['vector']}"
    yield f"covered by {', '.join(row['by'])}" if row["by"] else f"{row['status']}: {row['note']}"


def _safeguard(row: Row) -> Iterable[str]:
    yield row["why"]
    brings = [article["id"] for article in row["articles"]]
    if row["null"]:
        yield "the null level"
    elif len(brings) > 5:
        yield f"{len(brings)} articles"
    elif brings or row["changed"]:
        told = [f"articles {', '.join(brings)}"] if brings else []
        yield "; ".join(told + ([f"sets {_count(len(row['changed']), 'thing')} otherwise"] if row["changed"] else []))


def _charter(row: Row) -> Iterable[str]:
    yield row["why"]
    if row["extends"]:
        yield f"extends {row['extends']}, {_count(len(row['changes']), 'change')}"


def _world(row: Row) -> Iterable[str]:
    yield row["what"]
    yield f"rights: {', '.join(row['rights'])} · {len(row['attacks'])} attacks"


def _governor(row: Row) -> Iterable[str]:
    yield row["what"]
    yield ", ".join(row["worlds"])


def _incident(row: Row) -> Iterable[str]:
    yield f"{row['title']} ({row['date']})"
    yield f"{row['about']}: {row['expected']} · tries {_count(len(row['safeguards']), 'safeguard')}"


SAID: Mapping[str, Callable[[Row], Iterable[str]]] = MappingProxyType(
    {
        "attacks": _attack,
        "taxonomy": _row,
        "safeguards": _safeguard,
        "charters": _charter,
        "worlds": _world,
        "governors": _governor,
        "incidents": _incident,
    }
)


def _show_coverage(rows: list[Row], width: int) -> None:
    """How much of the taxonomy these attacks and the incidents cover, and what the rest waits for."""
    by: dict[str, list[str]] = {}
    for row in rows:
        by.setdefault(str(row["status"]), []).append(str(row["id"]))
    click.echo(f"\nOf {len(rows)} rows of the taxonomy (isonomia list taxonomy):")
    for status, ids in by.items():
        told = f"{status}, {len(ids)}: {' '.join(ids)}"
        click.echo(textwrap.fill(told, width, initial_indent="  ", subsequent_indent="    "))
