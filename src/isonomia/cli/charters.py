"""`isonomia charter`: check, show, compare and begin charters."""

from __future__ import annotations

import json

import click

from isonomia.constitution.charter import Charter, diff, to_plain
from isonomia.constitution.charter_file import source_of
from isonomia.constitution.ladders import LADDERS
from isonomia.lab.charters import load


@click.group()
def charter() -> None:
    """Check, show, compare and begin charters."""


@charter.command()
@click.argument("file")
def check(file: str) -> None:
    """Say every fault of a charter at once, or that there is none."""
    found = load(file)
    click.echo(
        f"{file}: no faults; {len(found.articles)} articles, {len(found.obligations)} obligations, "
        f"{len(found.duties)} duties"
    )


@charter.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(file: str, as_json: bool) -> None:
    """Show a charter in full, whatever it extends."""
    found = load(file)
    if as_json:
        click.echo(json.dumps(to_plain(found)))
        return
    click.echo(f"{found.name}{f', which extends {found.extends}' if found.extends else ''}\n{found.why}\n")
    for office in LADDERS:
        level = found.level(office)
        click.echo(f"{office:<11} {level.name}{' (null)' if level.null else ''}: {level.why}")
        for article in level.articles:
            click.echo(f"            {article.id} on {article.on}{_world(article.world)}: {article.text}")
    _texts(found)


def _texts(found: Charter) -> None:
    for article in found.articles:
        click.echo(f"\narticle {article.id} on {article.on}{_world(article.world)}\n  {article.text}\n  {article.why}")
    for promise in found.obligations:
        click.echo(f"\nobligation {promise.id}{_world(promise.world)}\n  {promise.text}\n  {promise.why}")
    for duty in found.duties:
        default = ", ".join(f"{name} = {value}" for name, value in duty.default.items())
        click.echo(f"\nduty {duty.id}{_world(duty.world)}\n  {duty.kind}({default}) unless {duty.unless}\n  {duty.why}")


def _world(world: str) -> str:
    return f" ({world})" if world else ""


@charter.command("diff")
@click.argument("old")
@click.argument("new")
def diff_command(old: str, new: str) -> None:
    """Say what changes from one charter to another, a line a change."""
    changes = diff(load(old), load(new))
    click.echo("\n".join(changes) if changes else "they bind alike")


@charter.command()
@click.option("--from", "parent", default="flawed", show_default=True, help="The charter to begin from.")
def new(parent: str) -> None:
    """Print a charter to begin from: redirect it to a file and edit that."""
    text, _ = source_of(parent)
    load(parent)
    body = "\n".join(line for line in text.splitlines() if not line.startswith(("#", "name =")))
    click.echo(f'# Begun from {parent}. Levels: {_ladders()}\nname = "mine"\n{body.strip()}')


def _ladders() -> str:
    return "; ".join(f"{office} {' | '.join(ladder)}" for office, ladder in LADDERS.items())
