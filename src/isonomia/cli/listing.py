"""`isonomia list`: what there is to attack, to defend with, to govern and to replay."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

from isonomia.lab.catalogue import KINDS

COLUMNS = {  # of each kind, the columns a terminal has room for
    "attacks": ("name", "taxonomy", "worlds", "title"),
    "taxonomy": ("id", "attacker", "vector", "status", "by"),
    "safeguards": ("name", "why"),
    "charters": ("name", "extends", "why"),
    "worlds": ("name", "what", "attacks"),
    "governors": ("name", "what"),
    "incidents": ("name", "title", "date"),
}


@click.command("list")
@click.argument("kind", type=click.Choice(list(KINDS)), default="attacks")
@click.option("--json", "as_json", is_flag=True, help="Every field of every row, as JSON.")
def list_command(kind: str, as_json: bool) -> None:
    """List attacks (the default), the 66 rows of the taxonomy, safeguards, charters, worlds, governors or incidents.

    Each line has a page in docs/catalogue/.
    """
    rows = KINDS[kind]()
    if as_json:
        click.echo(json.dumps({kind: rows}))
        return
    _show(kind, rows)
    if kind == "attacks":
        _show_coverage(KINDS["taxonomy"]())


def _show(kind: str, rows: list[Mapping[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in COLUMNS[kind]:
        table.add_column(column, no_wrap=column in ("name", "id"))
    for row in rows:
        table.add_row(*[_cell(row.get(column)) for column in COLUMNS[kind]])
    Console(highlight=False, markup=False).print(table)


def _cell(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _show_coverage(rows: list[Mapping[str, Any]]) -> None:
    """How much of the taxonomy these attacks and the incidents cover, and what the rest waits for."""
    by: dict[str, list[str]] = {}
    for row in rows:
        by.setdefault(str(row["status"]), []).append(str(row["id"]))
    click.echo(f"\nOf {len(rows)} rows of the taxonomy (isonomia list taxonomy):")
    for status, ids in by.items():
        click.echo(f"  {status:<16} {len(ids):>2}  {' '.join(ids)}")
