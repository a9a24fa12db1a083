"""`isonomia break`: which attack breaks which charter, what each safeguard costs, and one recorded run of every cell.

The result is the public JSON of docs/json.md. Everything in it comes out of runs: cells from paired seeds, friction
from benign twins against the charter that each diff extends, containment from the same pairs, controls from their own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from isonomia.basics.canonical import encode
from isonomia.constitution.charter import Charter, diff
from isonomia.lab.controls import run_controls
from isonomia.lab.plugins import find, measurable, worlds
from isonomia.lab.recording import record_run, tell_run
from isonomia.lab.run import honest_seats, run
from isonomia.lab.spec import Spec
from isonomia.lab.sweeps.cells import LOOKS, SUPPORT, looks_up_to, row_of
from isonomia.lab.sweeps.engines import ENGINES
from isonomia.lab.sweeps.search import TRAINING, Found, search_cells
from isonomia.lab.sweeps.sweep import CellKey, Ledger, Sweep, SweepError, Tick
from isonomia.measures.harm import BROKEN_ALL, BROKEN_TARGETS, HEADROOM, Service, over_seeds
from isonomia.measures.statistics.intervals import ratio_of_sums
from isonomia.models.address import called
from isonomia.record.folder import open_run
from isonomia.seats.attacks.card import Attack
from isonomia.seats.governors.remote import ME

SCHEMA_VERSION = 1
NO_ROOM = "people already went short without the attack"
TOO_LITTLE = "there is too little harm without it"
SERVICE = (0.0, 1.0)  # what a share of service can be
TWINS = 20  # seeds of benign twins
BUDGET = 16  # attacked runs


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. `base`: world, members, days, seed, ballots, rule; `parents`: what each charter extends."""

    base: Spec
    charters: tuple[Charter, ...]
    parents: Mapping[str, Charter]
    attacks: tuple[str, ...]
    governor: str = ""  # "" leaves each attack its own
    seeds: int = LOOKS[-1]
    workers: int = 0
    engine: str = "local"
    budget: int = BUDGET  # attacked runs each attacker may look around with, for each charter anew


def break_polities(request: Request, out: Path | None, tick: Tick) -> tuple[dict[str, Any], dict[str, Any]]:
    """(the result, the told runs by key). With `out`, pairs, recorded runs and the result are kept there."""
    chosen = {name: find("attack", measurable(), name) for name in request.attacks}
    base = _base(request, chosen)
    if request.base.seed + request.seeds > TRAINING[0]:
        raise SweepError(f"--seed: attackers are trained on seeds from {TRAINING[0]:,} on; report on lower ones")
    looks = looks_up_to(request.seeds)
    controls = {
        CellKey(name, charter.name): replace(
            base, charter=charter.in_world(base.world), governor=request.governor or attack.card.governor
        )
        for name, attack in chosen.items()
        for charter in request.charters
    }
    _try_seats(controls)
    if out is not None:
        _claim_folder(out, request)
    engine = ENGINES[request.engine](request.workers)
    ledger = Ledger(out / "pairs.jsonl" if out is not None else None)
    searched = search_cells(controls, request.budget, TRAINING, ledger, engine, tick)
    points = {key: found.point for key, found in searched.items()}
    expected = {key: found.harm for key, found in searched.items()} if request.budget else None
    sweep = Sweep(controls, points, looks, ledger, engine, out, expected)
    verdicts = sweep.grow(tick)
    rows = [
        row_of(*key, called(controls[key].governor), sweep.pairs(key), verdicts[key])
        | _searched(searched[key], request)
        for key in controls
    ]
    friction = _friction(request, base, sweep, tick)
    by_charter = {row["charter"]: row["mean"] for row in friction}
    told = {}
    recording = [(f"{key.attack}-{key.charter}", sweep.attacked(key, 0), out) for key in controls]
    for key, tale in engine.each(_record, recording):
        told[key] = tale
        tick("recorded runs", 1, len(rows))
    for row in rows:
        key = row["replay"] = f"{row['attack']}-{row['charter']}"
        row |= {"friction": by_charter.get(row["charter"]), "run": None if out is None else f"runs/{key}"}
        row["root"] = told[key]["root"]  # a model need not play the same run twice
        if base.attacker:
            row["attacker_silent"] = _silent_days(told[key]) / base.days
    result = {
        "schema_version": SCHEMA_VERSION,
        "kind": "break",
        "version": version("isonomia"),
        "spec": _spec_row(base, looks),
        "attacks": [_attack_row(attack, request) for name, attack in chosen.items()],
        "charters": [_charter_row(charter, request.parents) for charter in request.charters],
        "cells": rows,
        "friction": friction,
        "containment": _containment(request, sweep),
        "controls": run_controls(
            replace(base, charter=_subject(request).in_world(base.world), attacker=""), request.charters
        ),
        "report": None,
    }
    return result, told


def _base(request: Request, chosen: Mapping[str, Attack]) -> Spec:
    """One set of victims for every cell: whom any compared attack controls is set apart everywhere, and nobody else."""
    held = max((attack.card.held for attack in chosen.values()), default=0)
    for name, attack in chosen.items():
        if request.base.world not in attack.card.worlds:
            raise SweepError(
                f"{name} is not an attack on {request.base.world}; it is on {', '.join(attack.card.worlds)}"
            )
    for charter in request.charters:
        if not charter.name or "/" in charter.name or not charter.name.isprintable():
            raise SweepError(f'{charter.name!a} cannot be the name of a charter here: runs are kept under it; no "/"')
    return replace(request.base, held=held)


def _try_seats(controls: Mapping[CellKey, Spec]) -> None:
    """Refuse a governor that cannot be seated, before any folder is made; one asked for is that of every cell."""
    for control in list(controls.values())[:1]:
        with redirect_stdout(sys.stderr):  # a stranger's may print; standard output is ours
            honest_seats(control, worlds()[control.world], {})


def _subject(request: Request) -> Charter:
    """The charter the lab's controls are run on: one that others extend, or the first."""
    return next(iter(request.parents.values()), request.charters[0])


def _claim_folder(out: Path, request: Request) -> None:
    """A folder holds one sweep: a resumed one must ask the same question."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        asked = encode(
            {
                "base": request.base.plain(),
                "charters": [asdict(charter) for charter in request.charters],
                "attacks": request.attacks,
                "governor": request.governor,
                "budget": request.budget,
                "version": version("isonomia"),
            }
        )
        mark, part = out / "asked.json", out / "asked.part"
        if mark.exists() and mark.read_bytes() != asked:
            raise SweepError(f"{out} holds another sweep; name a new --out folder, or delete that one")
        if not mark.exists():
            if any(path != part for path in out.iterdir()):
                raise SweepError(f"{out} is not empty and holds no sweep; name a new --out folder")
            part.write_bytes(asked)
            part.replace(mark)  # so that it is never there in half
    except OSError as error:
        raise SweepError(f"{out} cannot be used: {error.strerror or error}") from error


def _searched(found: Found, request: Request) -> dict[str, Any]:
    """The point a cell was played at, and how it was come by."""
    search = {
        "runs": request.budget,
        "tried": found.tried if request.budget else 0,
        "of": found.of,
        "seeds": len(TRAINING),
        "gain_last_half": found.gain_last_half,
        "unsaturated": found.unsaturated,
    }
    return {"point": dict(found.point), "search": search}


def _record(asked: tuple[str, Spec, Path | None]) -> tuple[str, dict[str, Any]]:
    """Keep one run of a cell as a folder that verifies and replays, and tell that very run for the report."""
    key, spec, out = asked
    lines: Iterable[bytes]
    if out is None:
        lines = run(spec).lines
    else:
        record_run(spec, out / "runs" / key)
        lines = (line for _, _, line in open_run(out / "runs" / key).entries())
    return key, tell_run(lines, key, spec.seed)


def _silent_days(told: Mapping[str, Any]) -> int:
    """Days of a told run on which the model that words petitions gave no words; the governor is another matter."""
    silent = ["seat raised UnusableReply"]
    return sum(any(a["denied"] == silent and a["by"] != ME for a in day["acts"]) for day in told["days"])


def _friction(request: Request, base: Spec, sweep: Sweep, tick: Tick) -> list[dict[str, Any]]:
    """Per diff: 1 - S_with/S_without over benign twins, against the charter it extends."""
    twins = min(TWINS, request.seeds)
    governor = request.governor or "steward"

    def arm(charter: Charter) -> list[Spec]:
        here = replace(base, charter=charter.in_world(base.world), benign=True, governor=governor)
        return [replace(here, seed=base.seed + seed) for seed in range(twins)]

    compared = [(c, request.parents[c.name]) for c in request.charters if c.name in request.parents]
    jobs: dict[tuple[str, str], tuple[Spec, Spec]] = {}
    for charter, parent in compared:
        theirs = arm(parent)
        for spec, reference in zip(arm(charter) + theirs, theirs + theirs, strict=True):
            jobs[spec.digest, reference.digest] = (spec, reference)
    found = sweep.services(list(jobs.values()), lambda n: tick("benign twins", n, len(jobs)))
    by_specs = dict(zip(jobs, found, strict=True))

    def served(charter: Charter, parent: Charter) -> list[Service]:
        return [by_specs[a.digest, b.digest] for a, b in zip(arm(charter), arm(parent), strict=True)]

    return [_friction_row(c.name, parent.name, served(c, parent), served(parent, parent)) for c, parent in compared]


def _friction_row(charter: str, parent: str, ours: Sequence[Service], theirs: Sequence[Service]) -> dict[str, Any]:
    served, reference = (np.array([s.served for s in side]) for side in (ours, theirs))
    low, low_reference = (np.array([s.worst_tenth for s in side]) for side in (ours, theirs))
    same = bool((served == reference).all())  # the safeguard changed nothing for anyone: no sample, an identity
    mean = None if same else ratio_of_sums(served, reference, support=SERVICE)
    worst = None if same else ratio_of_sums(low, low_reference, support=SERVICE)
    return {
        "charter": charter,
        "against": parent,
        "mean": mean.mean if mean else 0.0 if same else None,
        "identical": same,
        "ci": [mean.lo, mean.hi] if mean else None,
        "worst_tenth": worst.mean if worst else 0.0 if same else None,
        "worst_tenth_ci": [worst.lo, worst.hi] if worst else None,
        "runs": len(ours),
        "why": "" if mean or same else "not identifiable: too few seeds, or too little service without it",
        "refused": float(np.mean([s.refused for s in ours])) - float(np.mean([s.refused for s in theirs])),
        "minutes": float(np.mean([s.minutes for s in ours])) - float(np.mean([s.minutes for s in theirs])),
        "roots": [s.root for s in ours],
    }


def _containment(request: Request, sweep: Sweep) -> list[dict[str, Any]]:
    """Per attack and diff: 1 - harm with ÷ harm without, on the seeds both arms have.

    The attacker looked for its worst point in each arm anew, with the same budget. With no polity to act on it does no
    harm, so h_out is 0.
    """
    rows = []
    names = {charter.name for charter in request.charters}
    for key in sweep.controls:
        parent = request.parents.get(key.charter)
        if parent is None or parent.name not in names:
            continue
        with_it, without = sweep.pairs(key), sweep.pairs(CellKey(key.attack, parent.name))
        n = min(len(with_it), len(without))
        ours, theirs = over_seeds(with_it[:n], "harm"), over_seeds(without[:n], "harm")
        same = bool((ours == theirs).all()) and bool(theirs.mean() > BROKEN_ALL)
        short = any(pair.control_deficit > HEADROOM for pair in (*with_it[:n], *without[:n]))
        found = None if same or short else ratio_of_sums(ours, theirs, support=SUPPORT)
        rows.append(
            {
                "attack": key.attack,
                "charter": key.charter,
                "against": parent.name,
                "value": found.mean if found else 0.0 if same else None,
                "identical": same,
                "ci": [found.lo, found.hi] if found else None,
                "runs": n,
                "why": "" if found or same else "not identifiable: " + (NO_ROOM if short else TOO_LITTLE),
            }
        )
    return rows


def _spec_row(base: Spec, looks: Sequence[int]) -> dict[str, Any]:
    return {
        "world": base.world,
        "members": base.members,
        "days": base.days,
        "after": base.after,
        "seed": base.seed,
        "looks": list(looks),
        "ballots": worlds()[base.world].describe(base),
        "rule": base.rule or None,
        "thresholds": {"all": BROKEN_ALL, "targets": BROKEN_TARGETS},
        "walls": "none",
    }


def _attack_row(attack: Attack, request: Request) -> dict[str, Any]:
    card = attack.card
    return {
        "name": card.name,
        "title": card.title,
        "who": card.who,
        "mechanism": card.mechanism,
        "taxonomy": list(card.taxonomy),
        "purse": asdict(card.purse),
        "governor": called(request.governor or card.governor),
        "point": card.default(request.base.world),
        "space": {name: list(values) for name, values in card.space_in(request.base.world).items()},
        **({"worded_by": called(request.base.attacker)} if request.base.attacker and card.purse.messages else {}),
    }


def _charter_row(charter: Charter, parents: Mapping[str, Charter]) -> dict[str, Any]:
    parent = parents.get(charter.name)
    prices = {
        k: v for office in ("identity", "decisions", "petitions") for k, v in charter.level(office).prices.items()
    }
    return {
        "name": charter.name,
        "extends": parent.name if parent else None,
        "why": charter.why,
        "changes": diff(parent, charter) if parent else [],
        "prices": prices,
    }
