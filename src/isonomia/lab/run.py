"""One run: found the polity, seat everyone, play the days, keep what happened.

While the attack lasts its seats replace the honest ones of the same name; afterwards they are gone: names that are no
honest seat's fall silent, and the governor is honest again. The law is left as it was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np

from isonomia.basics.acts import Facts, Principal, Seat
from isonomia.basics.streams import Array
from isonomia.lab.kits.kit import ARRIVAL, Kit, assemble, holders_of
from isonomia.lab.plugins import CONTROLS, GOVERNORS, attacks, find, seat_from, worlds
from isonomia.lab.spec import Spec
from isonomia.measures.trace import Roles, Trace
from isonomia.polity.polity import Polity
from isonomia.record.log import Log
from isonomia.seats.attacks.card import Card, Scene
from isonomia.seats.day import play_day
from isonomia.seats.deadline import Deadline
from isonomia.seats.governors.remote import BRIEF, COMMONS_BRIEF, Remote

SECONDS_PER_ANSWER = 2.0  # for a stranger's seat


def found(spec: Spec, kit: Kit, log: Any) -> tuple[Polity, Any]:
    """The polity of a spec, its opening on record, and its world."""
    world = kit.world(spec)
    offices = assemble(spec, world, kit.decisions(spec))
    opening = {"charter": spec.charter.name, "spec_sha256": spec.digest, "world": spec.world}
    return Polity(offices, spec.charter.law_in(spec.world), log, spec.seed, opening), world


def honest_seats(spec: Spec, kit: Kit, given: Mapping[Principal, Seat]) -> dict[Principal, Seat]:
    """Everyone who acts in good faith: whoever speaks for persons, the governor of the spec, and seats given."""
    seats: dict[Principal, Seat] = {who: kit.honest(spec, who) for who in holders_of(spec)}
    if "governor" not in given:
        seats["governor"] = _governor(spec, kit)
    return {**seats, **given}


def _governor(spec: Spec, kit: Kit) -> Seat:
    if spec.governor in GOVERNORS:
        return kit.governor(spec, spec.governor)
    if spec.governor == "captured":
        return attacking_seats(replace(spec, attack="captured-governor"), kit)["governor"]
    if spec.governor.startswith(("http://", "https://")):
        kinds = {name: k for o in assemble(spec, kit.world(spec), kit.decisions(spec)) for name, k in o.kinds.items()}
        brief = BRIEF + COMMONS_BRIEF if spec.world == "commons" else BRIEF
        return Remote(spec.governor, kinds, brief=brief, retries=1, budget=60.0, give_up=2)  # bounds its own time
    return Deadline(seat_from(spec.governor), SECONDS_PER_ANSWER)


def attacking_seats(spec: Spec, kit: Kit) -> Mapping[Principal, Seat]:
    """The seats an attack takes, in its own words; none without an attack."""
    if not spec.attack:
        return {}
    attack = find("attack", {**attacks(), **CONTROLS}, spec.attack)
    paid = spec.first(attack.card.faction)
    scene = Scene(spec.world, spec.seed, spec.days, spec.members, spec.held_span, paid, kit.facts(spec))
    return attack.seats({**attack.card.default(spec.world), **spec.point}, scene)  # type: ignore[no-any-return]


def run(spec: Spec, log: Log | None = None, seats: Mapping[Principal, Seat] | None = None) -> Trace:
    """Play a spec to its end; with no log given, the record stays in memory. `seats` take the place of honest ones."""
    kit = find("world", worlds(), spec.world)
    entries = BytesIO()
    own = log is None
    log = log or Log(entries)
    polity, world = found(spec, kit, log)
    honest = honest_seats(spec, kit, seats or {})
    attacking = attacking_seats(spec, kit)
    days: list[Facts] = []
    truth: dict[str, list[Array]] = {}
    sincere: list[tuple[int, ...]] = []
    for day in range(spec.days + spec.after):
        if day < spec.days and attacking:
            here: Mapping[Principal, Seat] = {**honest, **attacking}
        else:
            here = {who: seat for who, seat in honest.items() if who not in attacking or who == "governor"}
        if day < ARRIVAL and "newcomers" in here:
            here = {who: seat for who, seat in here.items() if who != "newcomers"}
        closed = play_day(polity, here, spec.seed, spec.charter.last)
        days.append(closed.facts)
        sincere.append(kit.sincere(spec, closed.facts))
        for name, cells in world.persons().items():
            truth.setdefault(name, []).append(cells.copy())
    lines = entries.getvalue().splitlines() if own else []
    return Trace(
        world=spec.world,
        seed=spec.seed,
        attacked_days=spec.days,
        roles=roles_of(spec),
        lines=lines,
        days=days,
        truth={name: np.stack(cells) for name, cells in truth.items()},
        sincere=np.array(sincere, int),
        root=log.root().hex(),
    )


def card_of(spec: Spec) -> Card:
    """The card of the spec's attack."""
    card: Card = find("attack", {**attacks(), **CONTROLS}, spec.attack).card
    return card


def paid_by(spec: Spec) -> list[tuple[int, int]]:
    """Positions of those whom this attack, by its card, controls or pays; of no other attack that is compared."""
    card = card_of(spec)
    return [span for share, span in ((card.held, spec.held_span), (card.faction, spec.first(card.faction))) if share]


def roles_of(spec: Spec) -> Roles:
    """Who is whose: victims are the persons on the founding roll whom no compared attack controls."""
    persons = sum(holders_of(spec).values())
    paid = spec.first(card_of(spec).faction) if spec.attack else (0, 0)
    newcomers = (spec.members, persons) if spec.benign else (0, 0)
    return Roles(persons, (0, spec.held_span[0]), spec.held_span, paid, newcomers, ARRIVAL)
