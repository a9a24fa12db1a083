"""The lab's own controls: what must come out for its other numbers to mean anything. They run with every sweep.

null: an attack that can do nothing costs exactly nothing, and leaves every act of everyone else as it was. god: one
that nothing binds, the operator at its null level, harms under every charter. sham: an article that never refuses stops
nothing. deny-all: a law that refuses everything serves nobody. renamed: the same acts under another name meet the same
verdicts. permuted: with the marks on the ballots dealt out anew, so that the mandate is another, the governor acts
otherwise: its acts do follow the ballots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from isonomia.basics.acts import Act, Principal, Seat
from isonomia.basics.canonical import decode
from isonomia.constitution.charter import Charter
from isonomia.constitution.ladders import null_level
from isonomia.lab.kits.kit import Kit, holders_of
from isonomia.lab.plugins import attacks, worlds
from isonomia.lab.run import attacking_seats, run
from isonomia.lab.spec import Spec
from isonomia.law.articles import Article
from isonomia.measures.harm import Pair, measure_pair, measure_service
from isonomia.measures.trace import Trace

SEEDS = 3
ORDERS = 6  # in which the marks on ballots are dealt out anew, until the mandate is another


def run_controls(base: Spec, charters: Sequence[Charter]) -> list[dict[str, Any]]:
    """Every control on a few seeds of `base`: name, what must come out, what did, and whether it is so."""
    return [
        _null(base, charters),
        _god(base, charters),
        _sham(base),
        _deny_all(base),
        _renamed(base, charters),
        _permuted(base),
    ]


def _pair(spec: Spec, attack: str) -> tuple[Trace, Trace, Pair]:
    numbers = worlds()[spec.world].numbers
    attacked, control = run(replace(spec, attack=attack)), run(spec)
    return attacked, control, measure_pair(attacked, control, numbers)


def _row(name: str, expected: str, got: str, ok: bool) -> dict[str, Any]:
    return {"name": name, "expected": expected, "got": got, "ok": ok}


def _null(base: Spec, charters: Sequence[Charter]) -> dict[str, Any]:
    worst, same = 0.0, True
    for charter in charters:
        for seed in range(SEEDS):
            attacked, control, pair = _pair(replace(base, charter=charter, seed=base.seed + seed), "null")
            worst = max(worst, abs(pair.harm))
            same &= others_acts(attacked, "stranger") == others_acts(control, "stranger")
            same &= all(np.array_equal(attacked.truth[name], control.truth[name]) for name in control.truth)
    got = f"harm {worst:g}, everyone else's acts {'the same' if same else 'not the same'}"
    return _row("null attack", "harm exactly 0, everyone else's acts the same", got, worst == 0.0 and same)


def others_acts(trace: Trace, who: Principal) -> list[Any]:
    """The record without one principal's entries and without sequence numbers: who did what and met which verdict."""
    kept = []
    for line in trace.lines[1:]:
        entry = decode(line)
        if entry.get("by") != who:
            entry.pop("seq")
            entry["effects"] = [effect for _, effect in entry.get("effects", [])]
            kept.append(entry)
    return kept


def _god(base: Spec, charters: Sequence[Charter]) -> dict[str, Any]:
    unbound = [replace(c, levels={**c.levels, "operator": null_level("operator").name}) for c in charters]
    least = min(
        float(np.mean([_pair(replace(base, charter=c, seed=base.seed + s), "god")[2].harm for s in range(SEEDS)]))
        for c in unbound
    )
    return _row("god attack", "harm above .02 under every charter", f"least harm {least:.2f}", least > 0.02)


def _sham(base: Spec) -> dict[str, Any]:
    sham = Article("sham", "ballot", "voters >= 0 or voters < 0", "looks like a rule")
    charter = replace(base.charter, name="sham", articles=(*base.charter.articles, sham))
    attack = "sybil-majority" if "sybil-majority" in attacks() else next(iter(attacks()))
    gaps = [
        _pair(replace(base, seed=base.seed + s), attack)[2].harm
        - _pair(replace(base, charter=charter, seed=base.seed + s), attack)[2].harm
        for s in range(SEEDS)
    ]
    got = f"harm prevented {float(np.mean(gaps)):.3f}"
    return _row("sham safeguard", "prevents nothing", got, all(abs(gap) < 1e-9 for gap in gaps))


def _deny_all(base: Spec) -> dict[str, Any]:
    kit: Kit = worlds()[base.world]
    kinds = [kind for office in (kit.world(base), kit.decisions(base)) for kind in office.kinds]
    wall = tuple(Article(f"deny.{kind}", kind, "1 == 2", "nothing is allowed") for kind in kinds)
    charter = replace(base.charter, name="deny-all", articles=(*base.charter.articles, *wall))
    lost = []
    for seed in range(SEEDS):
        twin = replace(base, seed=base.seed + seed, benign=True)
        reference, walled = run(twin), run(replace(twin, charter=charter))
        open_service = measure_service(reference, reference, kit.numbers).served
        if open_service > 0:
            lost.append(1 - measure_service(walled, reference, kit.numbers).served / open_service)
    friction = float(np.mean(lost)) if lost else 0.0
    return _row("deny-all", "friction above .9", f"friction {friction:.2f}", friction > 0.9)


class _Renamed:
    """The same seat under another name."""

    def __init__(self, seat: Seat, name: Principal) -> None:
        self._seat, self._name = seat, name

    def act(self, view: Mapping[str, Any]) -> Act | None:
        act = self._seat.act(view)
        return act._replace(by=self._name) if isinstance(act, Act) else act


def _renamed(base: Spec, charters: Sequence[Charter]) -> dict[str, Any]:
    kit = worlds()[base.world]
    same = True
    for charter in (base.charter, *charters):
        spec = replace(base, charter=charter.in_world(base.world), attack="petition-injection", governor="credulous")
        seats = {
            f"{who} by another name": _Renamed(seat, f"{who} by another name") for who, seat in _strangers(spec, kit)
        }
        # the renamed seats stand among the honest, so they stay for the whole run: compare the attacked days only
        first, second = run(spec), run(replace(spec, attack=""), seats=seats)
        same &= _verdicts(first, spec.days) == _verdicts(second, spec.days)
    return _row("renamed principals", "the same verdicts", "the same" if same else "not the same", same)


def _strangers(spec: Spec, kit: Kit) -> list[tuple[Principal, Seat]]:
    return list(attacking_seats(spec, kit).items())


def _verdicts(trace: Trace, days: int) -> list[Any]:
    entries = [decode(line) for line in trace.lines[1:]]
    found = [(e["kind"], e["day"], e["denied"]) for e in entries if "kind" in e and e["day"] < days]
    return sorted(found, key=str)  # turn order goes by name


class _Permuted:
    """The same seat with its ballots' marks dealt out anew. `changed`: did a ballot it cast come out otherwise?"""

    def __init__(self, seat: Seat, spec: Spec, k: int) -> None:
        self._seat, self._spec, self._k = seat, spec, k
        self.changed = False

    def act(self, view: Mapping[str, Any]) -> Act | None:
        act = self._seat.act(view)
        if isinstance(act, Act) and act.kind == "ballot":
            anew = dict(worlds()[self._spec.world].permuted(self._spec, act.body, self._k))
            self.changed |= any(not np.array_equal(anew[name], act.body[name]) for name in anew)
            return act._replace(body=anew)
        return act


def _permuted(base: Spec) -> dict[str, Any]:
    """In the first order of the marks that gives another mandate, the governor must act otherwise.

    On some ballots every order tried gives the mandate that was there before. Then whoever heeds the ballots acts the
    same, just as whoever heeds none: nothing was found against the lab, so the row is ok and says what it cannot tell.
    An order that leaves every ballot as it was is another matter: then the control itself does nothing.
    """
    row = partial(_row, "permuted ballots", "the governor acts otherwise")
    kit: Kit = worlds()[base.world]
    as_cast, changed = run(base), False
    for k in range(ORDERS):
        seats = {who: _Permuted(kit.honest(base, who), base, k) for who in holders_of(base)}
        anew = run(base, seats=seats)
        changed |= any(seat.changed for seat in seats.values())
        if _mandates(anew) != _mandates(as_cast):
            otherwise = _acts_of(anew, "governor") != _acts_of(as_cast, "governor")
            return row("it acts otherwise" if otherwise else "it acts the same", otherwise)
    if not changed:
        return row("no ballot was changed", False)
    return row("cannot tell: every order of marks tried gives the same mandate", True)


def _mandates(trace: Trace) -> list[Any]:
    """The mandate as it stood at the close of each day, and what the office of decisions did to publish it."""
    stated = [{name: fact for name, fact in day.items() if name.startswith("mandate")} for day in trace.days]
    return [stated, _acts_of(trace, "office:decisions")]


def _acts_of(trace: Trace, who: Principal) -> list[Any]:
    entries = [decode(line) for line in trace.lines[1:]]
    return [(e["kind"], e["body"], e["day"]) for e in entries if e.get("by") == who]
