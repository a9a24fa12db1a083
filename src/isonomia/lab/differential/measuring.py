"""`isonomia safeguards`: what each safeguard of a charter prevents, what it costs, and what it only seems to do.

Every safeguard is taken out of the charter, and added alone to nothing (`bare`). In each of these arms the attacker
looks for its worst point anew, with the same budget, on training seeds; harm is then measured on others. What a
dashboard would claim is counted on a pinned suite of attempts. The result is the JSON of docs/safeguards.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from isonomia.basics.streams import Array
from isonomia.lab.differential.arms import Arms
from isonomia.lab.differential.comparison import Arm, Comparison, DifferentialError, Request, Tick
from isonomia.lab.differential.filtering import filter_row
from isonomia.lab.differential.findings import findings
from isonomia.lab.differential.safeguards import Safeguard
from isonomia.lab.differential.tripwires import LEAST, Door, refused_alone, suite_digest
from isonomia.lab.sweeps.engines import Local
from isonomia.lab.sweeps.search import TRAINING
from isonomia.lab.sweeps.sweep import Ledger
from isonomia.measures.differential import (
    EXACT_PLAYERS,
    Estimate,
    Family,
    break_even,
    containment,
    friction,
    legibility,
    mean_of,
    orders_of,
    relation,
    sets_of,
    shapley,
)
from isonomia.models.address import called

SCHEMA_VERSION = 1


def measure_safeguards(request: Request, out: Path | None, tick: Tick) -> dict[str, Any]:
    """Play and compare everything. With `out`, finished runs are kept there, and found there again."""
    bench = Comparison(request, Arms(_ledger(out), Local(request.workers)), tick)
    bench.play()
    shares, shapley_row = _shapley(bench)
    rows = [_safeguard_row(bench, safeguard, shares) for safeguard in bench.safeguards]
    rows.sort(key=lambda row: (row["index"] is None, -(row["index"] or 0.0), row["name"]))
    attempts = sum(door.attempts for attack in request.attacks for door in bench.doors(bench.full, attack))
    spec = {name: getattr(request.base, name) for name in ("world", "members", "days", "after", "seed")}
    spec |= {"attacker": called(request.base.attacker)} if request.base.attacker else {}  # who words petitions
    result = {
        "schema_version": SCHEMA_VERSION,
        "kind": "safeguards",
        "version": version("isonomia"),
        "charter": request.charter.name,
        "spec": {**spec, "seeds": request.seeds, "budget": request.budget, "training": list(TRAINING)},
        "attacks": list(request.attacks),
        "suite": {
            "digest": suite_digest(bench.defaults, request.base.world),
            "attempts": attempts,
            "enough": attempts >= LEAST,
        },
        "safeguards": rows,
        "shapley": shapley_row,
        "searches": _search_rows(bench),
        "filter": filter_row(bench),
    }
    return {**result, "findings": findings(result)}


def _ledger(out: Path | None) -> Ledger:
    """Finished runs by the digest of their spec: any charter's may share a folder, another version's may not."""
    if out is None:
        return Ledger(None)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DifferentialError(f"{out} cannot be used: {error.strerror or error}") from error
    return Ledger(out / f"arms-{version('isonomia')}.jsonl")


def _safeguard_row(bench: Comparison, safeguard: Safeguard, shares: dict[str, Any]) -> dict[str, Any]:
    name = safeguard.name
    left_out = _context(bench, safeguard, bench.full, bench.full - {name})
    added = _context(bench, safeguard, frozenset({name}), bench.none)
    row: dict[str, Any] = {
        "name": name,
        "kind": safeguard.kind,
        "why": safeguard.why,
        "items": safeguard.item_ids(),
        "left_out": left_out["plain"],
        "added": added["plain"],
        "relation": relation(left_out["prevented"], added["prevented"]),
        "shapley": shares.get(name),
        "index": None,
        "index_from": None,
    }
    for context in ("left_out", "added"):  # overlapping safeguards hide each other: then by what it does alone
        kappa, phi = row[context]["containment"]["value"], row[context]["friction"]["value"]
        if kappa is not None and phi is not None:
            return {**row, "index": kappa - phi, "index_from": context}
    return row


def _context(bench: Comparison, safeguard: Safeguard, ours: Arm, theirs: Arm) -> dict[str, Any]:
    """One safeguard with and without: left out of the whole charter, or added to nothing."""
    names = bench.request.attacks
    roomy = [a for a in names if bench.headroom(ours, a) and bench.headroom(theirs, a)]
    families = {a: _family(bench, safeguard, a, ours, theirs) for a in names}

    def mean(side: str) -> Array:
        cells: Array = np.mean([getattr(families[a], side) for a in roomy or names], axis=0)
        return cells

    with_it, without = mean("found_with"), mean("found_without")
    kappa = containment(with_it, without, headroom=bool(roomy))
    on_suite = containment(mean("suite_with"), mean("suite_without"), headroom=bool(roomy))
    prevented = mean_of(without - with_it)
    served, reference = bench.services(ours, theirs)
    mine, other = (_column(rows, "served") for rows in (served, reference))
    phi = friction(mine, other)
    seen = legibility([families[a] for a in roomy], kappa, on_suite)
    plain = {
        "containment": kappa.plain(),
        "on_suite": on_suite.plain(),
        "prevented": prevented.plain(),
        "no_headroom": [a for a in names if a not in roomy],
        "friction": phi.plain(),
        "worst_tenth": friction(_column(served, "worst_tenth"), _column(reference, "worst_tenth")).plain(),
        **{f"{what}_more": _more(served, reference, what) for what in ("refused", "minutes")},
        "null_level_ok": phi.sign >= 0,
        "legibility": seen.plain(),
        "pi_star": break_even(other - mine, without - with_it).plain(),
        "access": {"with": _access(bench, ours), "without": _access(bench, theirs)},
        "by_attack": [_attack_row(a, families[a], a in roomy) for a in names],
    }
    return {"plain": plain, "prevented": prevented}


def _family(bench: Comparison, safeguard: Safeguard, attack: str, ours: Arm, theirs: Arm) -> Family:
    doors = list(zip(bench.doors(ours, attack), bench.doors(theirs, attack), strict=True))
    default, ids = bench.defaults[attack], safeguard.article_ids()
    return Family(
        attempts=[door.attempts for door, _ in doors],
        blocked=[refused_alone(door, without, ids) for door, without in doors],
        suite_with=bench.harms(ours, attack, default),
        suite_without=bench.harms(theirs, attack, default),
        found_with=bench.harms(ours, attack),
        found_without=bench.harms(theirs, attack),
    )


def _attack_row(attack: str, family: Family, roomy: bool) -> dict[str, Any]:
    kappa = containment(family.found_with, family.found_without, headroom=roomy)
    on_suite = containment(family.suite_with, family.suite_without, headroom=roomy)
    seen = legibility([family], kappa, on_suite)
    return {
        "attack": attack,
        "containment": kappa.plain(),
        "on_suite": on_suite.plain(),
        "prevented": mean_of(np.asarray(family.found_without) - np.asarray(family.found_with)).plain(),
        "legibility": seen.plain(),
    }


def _access(bench: Comparison, arm: Arm) -> dict[str, float]:
    """What surrounds the count at the door, on the suite: how much of all unimpeded access is the adversaries'; how
    often the record shows that something is wrong; acts a day by which honest people tell what they see."""
    doors: list[Door] = [door for a in bench.request.attacks for door in bench.doors(arm, a)]
    rows = [row for a in bench.request.attacks for row in bench.numbers(arm, a, bench.defaults[a])]
    permitted = sum(door.permitted for door in doors)
    everyone = permitted + sum(door.others for door in doors)
    return {
        "adversaries": permitted / everyone if everyone else 0.0,
        "detected": sum(row["detected"] is not None for row in rows) / len(rows),
        "reports_a_day": sum(door.reports for door in doors) / len(doors) / bench.request.base.days,
    }


def _column(rows: Sequence[dict[str, Any]], name: str) -> Array:
    return np.array([row[name] for row in rows], float)


def _more(served: Sequence[dict[str, Any]], reference: Sequence[dict[str, Any]], name: str) -> float:
    return float(_column(served, name).mean() - _column(reference, name).mean())


def _shapley(bench: Comparison) -> tuple[dict[str, Any], dict[str, Any]]:
    """(each safeguard's share of all harm prevented, how it was found)."""
    players, attacks = bench.names, bench.request.attacks
    orders = orders_of(players, bench.request.orders) if len(players) > EXACT_PLAYERS else []
    sets = sets_of(players, orders)
    bench.play_sets(sets)

    harm = bench.harms_of_set
    shares: dict[str, dict[str, Any]] = {name: {"by_attack": {}} for name in players}
    each: dict[str, list[Array]] = {name: [] for name in players}
    for attack in attacks:
        found = shapley(players, lambda arm, a=attack: harm(bench.none, a) - harm(arm, a), orders)  # type: ignore[misc]
        for name, values in found.items():
            each[name].append(values)
            shares[name]["by_attack"][attack] = mean_of(values).plain()
    for name in players:
        shares[name] |= mean_of(np.mean(each[name], axis=0)).plain()
    total: Estimate = mean_of(np.mean([harm(bench.none, a) - harm(bench.full, a) for a in attacks], axis=0))
    how = {
        "method": "drawn orders" if orders else "exact",
        "orders": len(orders),
        "sets": len(sets),
        "total": total.plain(),
    }
    return shares, how


def _search_rows(bench: Comparison) -> list[dict[str, Any]]:
    return [
        {
            "safeguards": sorted(arm),
            "attack": attack,
            "point": dict(found.point),
            "training_harm": found.harm,
            "harm": mean_of(bench.harms(arm, attack)).plain(),
            "tried": found.tried,
            "of": found.of,
            "gain_last_half": found.gain_last_half,
            "unsaturated": found.unsaturated,
        }
        for (arm, attack), found in bench.found.items()
    ]
