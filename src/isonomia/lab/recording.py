"""One run of a cell, kept as a folder that verifies and replays, and told day by day for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from shutil import rmtree
from typing import Any

from isonomia.basics.canonical import decode
from isonomia.basics.merkle import Frontier, hash_leaf
from isonomia.lab.kits.kit import holders_of, start_of
from isonomia.lab.plugins import worlds
from isonomia.lab.run import run
from isonomia.lab.spec import Spec, spec_from_plain
from isonomia.record.errors import ProofError
from isonomia.record.folder import RunFolder, open_run
from isonomia.record.keys import load_or_create_key
from isonomia.record.prove import prove_cell


def record_run(spec: Spec, path: Path) -> None:
    """Play a spec into a run folder. A sealed run of the same spec stays; an unfinished one is played again."""
    if (path / "checkpoint").exists():
        return
    if path.exists():
        rmtree(path)
    with RunFolder.create(path, spec.plain()) as folder:
        run(spec, folder.log)
        folder.finish(load_or_create_key())


def tell_run(lines: Iterable[bytes], title: str, seed: int) -> dict[str, Any]:
    """A record as the report's drill-down has it: what everyone did each day, and what became of it."""
    days: list[dict[str, Any]] = []
    acts: list[dict[str, Any]] = []
    effects: list[Any] = []
    tree = Frontier()
    for line in lines:
        tree.append(hash_leaf(line))
        entry = decode(line)
        effects += entry.get("effects", [])
        if "close" in entry:
            days.append({"day": entry["day"], "facts": entry["close"], "acts": _with_effects(acts, effects)})
            acts, effects = [], []
        elif "kind" in entry:
            acts.append(tell_act(entry))
    return {"title": title, "seed": seed, "root": tree.root().hex(), "entries": tree.size, "days": days}


def tell_act(entry: Mapping[str, Any]) -> dict[str, Any]:
    """One entry in a line: its number, who, what kind, what was asked, and which articles refused it."""
    return {
        "entry": entry["seq"],
        "by": entry["by"],
        "kind": entry["kind"],
        "what": _what(entry["body"]),
        "denied": entry["denied"],
    }


def _what(body: Mapping[str, Any] | None) -> str:
    if body is None:
        return "no act"
    return ", ".join(f"{name} {_value(value)}" for name, value in body.items())


def _value(value: object) -> str:
    if isinstance(value, dict):
        return f"({value['recipe'][3]} cells)" if "recipe" in value else f"({value['n']} cells)"
    if isinstance(value, str):
        return f"“{value}”"
    return f"{value:,}" if type(value) is int else str(value)


def _with_effects(acts: list[dict[str, Any]], effects: list[Any]) -> list[dict[str, Any]]:
    """What became of each permitted act, put beside it."""
    became = dict(effects)
    for act in acts:
        effect = became.get(act["entry"])
        if effect:
            act["what"] += " → " + ", ".join(f"{name} {_value(value)}" for name, value in effect.items())
    return acts


def prove_ballot(path: str | Path, person: int, day: int | None) -> tuple[str, list[dict[str, Any]]]:
    """(who cast it, one proof for each cell of this person's ballot). Raises ProofError, or RecordError.

    A population's array holds its persons in the order of their positions, `ballot_width` cells each.
    """
    spec = spec_from_plain(open_run(path).spec)
    width = worlds()[spec.world].ballot_width(spec)
    for by, n in holders_of(spec).items():
        start = start_of(spec, by)
        if start <= person < start + n:
            cells = range((person - start) * width, (person - start + 1) * width)
            return by, [prove_cell(path, cell, day, by=by) for cell in cells]
    raise ProofError(f"there is no person {person}; they are numbered 0 to {sum(holders_of(spec).values()) - 1}")
