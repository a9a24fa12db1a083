"""`isonomia stop`: which safeguards it takes to hold an attack."""

from __future__ import annotations

import json

import click

from isonomia.basics.errors import IsonomiaError
from isonomia.cli.options import BALLOTS, DAYS, MEMBERS, given
from isonomia.lab.charters import load
from isonomia.lab.differential.safeguards import hardened_chain
from isonomia.lab.differential.stopping import stopping_sets
from isonomia.lab.plugins import ON_READERS, find, measurable, worlds
from isonomia.lab.spec import Spec


@click.command()
@click.argument("attack")
@click.option("--from", "parent", default="flawed", show_default=True, help="The charter the safeguards are added to.")
@click.option("--world", default="", help="commons, budget or treasury; the attack's first, if not given.")
@given(BALLOTS, MEMBERS, DAYS)
@click.option("--seeds", type=click.IntRange(1, 1000), default=6, show_default=True, help="Seeds a set is tried on.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def stop(
    attack: str, parent: str, world: str, ballots: str | None, members: int, days: int, seeds: int, as_json: bool
) -> None:
    """Find the smallest sets of safeguards that hold ATTACK: no member of one can be spared.

    All single ones are tried, and every set where there are few; beyond that, one set is found by taking away from all.
    """
    card = find("attack", measurable(), attack).card
    world = world or ("budget" if ballots and "budget" in card.worlds else card.worlds[0])
    kit = find("world", worlds(), world)
    if world not in card.worlds:
        raise IsonomiaError(f"{attack} is not an attack on {world}; it is on {', '.join(card.worlds)}")
    charter = load(parent).in_world(world)
    spec = kit.prepare(Spec(world, charter, members, days, days, held=card.held), ballots)
    found = [sorted(chosen) for chosen in stopping_sets(spec, attack, range(seeds), hardened_chain())]
    if as_json:
        click.echo(json.dumps({"schema_version": 1, "attack": attack, "from": parent, "world": world, "sets": found}))
    elif not found:
        click.echo(f"no set of safeguards on offer holds {attack}")
    elif found == [[]]:
        click.echo(f"{parent} holds {attack} as it stands, under the governor {card.governor}")
    else:
        click.echo(
            f"{parent} falls to {attack} in {world}, under the governor {card.governor}. Each line is enough to hold "
            "it, and nothing on it can be spared:"
        )
        for chosen in found:
            click.echo(" and ".join(chosen))
        runs = "1 seed" if seeds == 1 else f"{seeds} seeds"
        click.echo(f"(mean harm over {runs}, without an interval: isonomia break says how sure that is)")
    if attack in ON_READERS and not as_json:
        click.echo(
            f"(that is so of {card.governor}, which obeys scripted orders alone: whoever else reads may fall to words "
            f"that get past this; isonomia safeguards CHARTER --attack {attack} --governor language --model URL#NAME "
            "asks a model)"
        )
