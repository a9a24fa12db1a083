"""One run: found the polity, seat everyone, play the days, keep what happened.

While the attack lasts its seats replace the honest ones of the same name; afterwards they are gone: names that are no
honest seat's fall silent, and the governor is honest again. Nobody tidies up behind them: what they did stays done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from isonomia.basics.acts import NOTHING, Facts, Principal, Seat
from isonomia.basics.streams import Array
from isonomia.constitution.operator import WITNESSED
from isonomia.lab.kits.kit import ARRIVAL, Kit, assemble, holders_of
from isonomia.lab.plugins import GOVERNORS, find, playable, seat_from, worlds
from isonomia.lab.port import Overheard, Port, Watch
from isonomia.lab.spec import Spec
from isonomia.measures.trace import Roles, Trace
from isonomia.models.address import is_model
from isonomia.models.client import Client
from isonomia.polity.polity import Polity
from isonomia.record.log import Log
from isonomia.seats.attacks.card import Card, Scene
from isonomia.seats.attacks.worded import Worded, through
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
    if is_model(spec.governor):
        kinds = {name: k for o in assemble(spec, kit.world(spec), kit.decisions(spec)) for name, k in o.kinds.items()}
        brief = BRIEF + COMMONS_BRIEF if spec.world == "commons" else BRIEF
        return Remote(_client(spec, spec.governor), kinds, brief, repeat=spec.seed)  # the client bounds its time
    return Deadline(seat_from(spec.governor), SECONDS_PER_ANSWER)


def _client(spec: Spec, url: str) -> Client:
    folder = Path(spec.access.cache) if spec.access.cache else None
    return Client(url, cache=folder, budget=spec.access.budget)


def attacking_seats(spec: Spec, kit: Kit) -> Mapping[Principal, Seat]:
    """The seats an attack takes, in its own words or in those of the spec's attacker; none without an attack."""
    if not spec.attack:
        return {}
    attack, point, scene = _attack_of(spec, kit)
    seats: Mapping[Principal, Seat] = attack.seats(point, scene)
    if not spec.attacker or not attack.card.purse.messages:
        return seats
    ask = through(_client(spec, spec.attacker), spec.seed)
    return {who: Worded(seat, ask) for who, seat in seats.items()}


def _attack_of(spec: Spec, kit: Kit) -> tuple[Any, dict[str, int], Scene]:
    """The attack, the whole point at which it is played, and the scene it enters."""
    attack = find("attack", playable(), spec.attack)
    paid = spec.first(attack.card.faction)
    scene = Scene(spec.world, spec.seed, spec.days, spec.members, spec.held_span, paid, kit.facts(spec))
    return attack, {**attack.card.default(spec.world), **spec.point}, scene


def _tampering(spec: Spec, kit: Kit) -> Callable[[int, Port], None] | None:
    """What the attack does at the port each morning; None for all that stay inside the polity's doors."""
    if not spec.attack:
        return None
    attack, point, scene = _attack_of(spec, kit)
    if not hasattr(attack, "tamper"):
        return None
    return lambda day, port: attack.tamper(day, port, point, scene)


class Course:
    """A run as it is played, a stretch of days at a time. `seats` take the place of honest ones, `attacking` that of
    the attack's own.

    With no log given, the record stays in memory.
    """

    def __init__(
        self,
        spec: Spec,
        log: Log | None = None,
        seats: Mapping[Principal, Seat] | None = None,
        attacking: Mapping[Principal, Seat] | None = None,
    ) -> None:
        self._spec = spec
        self._kit = kit = find("world", worlds(), spec.world)
        self._entries = BytesIO() if log is None else None
        self._log = log = log or Log(self._entries)
        heard = Overheard(log) if spec.charter.level("operator").name == WITNESSED else None
        self._polity, self._world = found(spec, kit, heard or log)
        self._tamper = _tampering(spec, kit)
        self._port = Port(self._polity)
        self._watch = Watch(self._port, heard) if heard else None
        self._honest = honest_seats(spec, kit, seats or {})
        self._attacking = attacking_seats(spec, kit) if attacking is None else attacking
        self._roles = roles_of(spec)
        self._days: list[Facts] = []
        self._sincere: list[tuple[int, ...]] = []
        self._seated: dict[tuple[bool, bool], Mapping[Principal, Seat]] = {}

    def _here(self, day: int) -> Mapping[Principal, Seat]:
        """Who is seated on a day."""
        attacked, early = day < self._spec.days and bool(self._attacking), day < ARRIVAL
        if (attacked, early) not in self._seated:
            if attacked:
                here = {**self._honest, **self._attacking}
            else:
                here = {w: seat for w, seat in self._honest.items() if w not in self._attacking or w == "governor"}
            if early:
                here.pop("newcomers", None)
            self._seated[attacked, early] = here
        return self._seated[attacked, early]

    def _play_day(self) -> None:
        spec, day = self._spec, len(self._days)
        if self._tamper and day < spec.days:
            self._tamper(day, self._port)
        closed = play_day(self._polity, self._here(day), spec.seed, spec.charter.last)
        if self._watch:
            self._watch.read_day()
        self._days.append(closed.facts)
        self._sincere.append(self._kit.sincere(spec, closed.facts))

    def play(self, days: int) -> Trace:
        """The next so many days, as a stretch: their truth, and no lines."""
        first = len(self._days)
        truth: dict[str, Array] = {}
        for row in range(days):
            self._play_day()
            for name, cells in self._world.persons().items():
                if row == 0:
                    truth[name] = np.empty((days, cells.size), cells.dtype)
                truth[name][row] = cells
        return self._trace(self._days[first:], self._sincere[first:], truth)

    def end(self, truth: Mapping[str, Array] = NOTHING) -> Trace:
        """The run as it ended: all its days and lines, and the truth it is given."""
        lines = self._entries.getvalue().splitlines() if self._entries else []
        return self._trace(self._days, self._sincere, truth, lines, self._log.root().hex())

    def _trace(
        self,
        days: Sequence[Facts],
        sincere: Sequence[tuple[int, ...]],
        truth: Mapping[str, Array],
        lines: Sequence[bytes] = (),
        root: str = "",
    ) -> Trace:
        return Trace(
            world=self._spec.world,
            seed=self._spec.seed,
            attacked_days=self._spec.days,
            roles=self._roles,
            lines=lines,
            days=days,
            truth=truth,
            sincere=np.array(sincere, int),
            root=root,
            ratified=self._port.witness() if self._port.opened else None,
            secret=self._spec.charter.settings_of("decisions")["ballots"] == "secret",
        )


def run(spec: Spec, log: Log | None = None, seats: Mapping[Principal, Seat] | None = None) -> Trace:
    """Play a spec to its end; with no log given, the record stays in memory. `seats` take the place of honest ones."""
    course = Course(spec, log, seats)
    return course.end(course.play(spec.days + spec.after).truth)


def card_of(spec: Spec) -> Card:
    """The card of the spec's attack."""
    card: Card = find("attack", playable(), spec.attack).card
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
