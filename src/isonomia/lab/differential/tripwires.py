"""What happens at the door: how many acts the attackers tried, and by what each was refused; the same of honest actors.

This is what a dashboard counts. It is kept to be compared with what a safeguard prevents, never as a result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from isonomia.basics.acts import Principal
from isonomia.basics.canonical import decode, encode
from isonomia.measures.trace import Trace
from isonomia.seats.attacks.card import Point

REPORTS = ("complain", "petition", "report")  # acts by which people tell what they see
LEAST = 100  # attempts on a suite, or its rate is not worth saying


@dataclass(frozen=True, slots=True)
class Door:
    """One run's attackers at the door, while the attack lasted.

    by_refusers: acts by what refused them, ids joined by a space, "" for the permitted. actors: per attacking
    principal, its obstruction. others: acts of everybody else that were permitted, offices left out; reports: those of
    them by which people tell what they see.
    """

    by_refusers: Mapping[str, int]
    actors: Mapping[Principal, Mapping[str, float]]
    others: int
    reports: int

    @property
    def attempts(self) -> int:
        return sum(self.by_refusers.values())

    @property
    def permitted(self) -> int:
        return self.by_refusers.get("", 0)

    def plain(self) -> dict[str, Any]:
        actors = {who: dict(row) for who, row in self.actors.items()}
        row = {"by_refusers": dict(self.by_refusers), "actors": actors}
        return {**row, "others": self.others, "reports": self.reports}


def door_from_plain(plain: Mapping[str, Any]) -> Door:
    return Door(**plain)


def at_the_door(trace: Trace, attackers: Collection[Principal]) -> Door:
    """Count a run's attempts. What was no act (malformed, late, in another's name) reached no law and is left out."""
    by_refusers: Counter[str] = Counter()
    tried: dict[Principal, list[tuple[int, str, bool]]] = {who: [] for who in attackers}
    others = reports = 0
    for entry in map(decode, trace.lines):
        if "kind" not in entry or entry["body"] is None or entry["day"] >= trace.attacked_days:
            continue
        who, permitted = entry["by"], not entry["denied"]
        if who in tried:
            by_refusers[" ".join(entry["denied"])] += 1
            tried[who].append((entry["day"], entry["kind"], permitted))
        elif permitted and not who.startswith("office:"):
            others += 1
            reports += entry["kind"] in REPORTS
    actors = {who: obstruction(acts, trace.attacked_days) for who, acts in tried.items()}
    return Door(dict(sorted(by_refusers.items())), actors, others, reports)


def honest_actors(trace: Trace) -> dict[Principal, dict[str, float]]:
    """Obstruction of everybody who acts in a run without an attack, offices left out."""
    tried: dict[Principal, list[tuple[int, str, bool]]] = {}
    for entry in map(decode, trace.lines):
        if "kind" in entry and entry["body"] is not None and not entry["by"].startswith("office:"):
            tried.setdefault(entry["by"], []).append((entry["day"], entry["kind"], not entry["denied"]))
    return {who: obstruction(acts, trace.length) for who, acts in sorted(tried.items())}


def obstruction(acts: list[tuple[int, str, bool]], days: int) -> dict[str, float]:
    """How much one actor is kept from what it tries: (day, kind, permitted) of each act, in order.

    refused: the share of its acts that were. delay: from the first try of a kind to the first that was permitted (to
    the end if none), mean over the kinds it tried, as a share of the days.
    """
    first: dict[str, int] = {}
    done: dict[str, int] = {}
    for day, kind, permitted in acts:
        first.setdefault(kind, day)
        if permitted:
            done.setdefault(kind, day)
    waits = [(done.get(kind, days) - day) / days for kind, day in first.items()]
    refused = sum(not permitted for _, _, permitted in acts)
    return {
        "tried": len(acts),
        "refused": refused / len(acts) if acts else 0.0,
        "delay": sum(waits) / len(waits) if waits else 0.0,
    }


def refused_alone(with_it: Door, without: Door, articles: Collection[str]) -> int:
    """Attempts that one safeguard refused and nothing else did.

    By the law: every article that refused was its own, so by the same facts the act would have passed without it.
    Otherwise than by an article (a suspended governor has no role): as many as there are more of with it than without.
    What another safeguard refused too counts for neither.
    """
    alone = more = 0
    for refusers, count in with_it.by_refusers.items():
        names = refusers.split()
        if names and all(name in articles for name in names):
            alone += count
        elif names == ["role"]:
            more = count - without.by_refusers.get(refusers, 0)
    return alone + max(0, more)


def suite_digest(points: Mapping[str, Point], world: str) -> str:
    """What pins a suite: its world, its attacks, and the point each is played at; hex."""
    return sha256(encode({"world": world, "points": {name: dict(point) for name, point in points.items()}})).hexdigest()
