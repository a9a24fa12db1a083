"""The rows of the card: what an adversary gets at which budget, what the honest pay, what a dashboard would have said,
what cannot be known and why, and how to make it again. And two cards beside each other.

A card is plain values without a date, so that two of them can be compared with any tool. `changes` subtracts them
number by number (MOVER, statistics/shares.py). Overall numbers that were measured on the same items are paired: a card
keeps what each item adds to each number, and from these comes their correlation. Others are taken as independent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

from isonomia.basics.errors import IsonomiaError
from isonomia.measures.statistics.intervals import Interval
from isonomia.measures.statistics.shares import difference_of
from isonomia.report.transfer_words import KIND, ORACLE_FAR, SCHEMA_VERSION
from isonomia.transfer.attempts import JOURNAL, MADE, RESULT, TABLE, Attempts
from isonomia.transfer.attribution import attribute
from isonomia.transfer.curves import grouped
from isonomia.transfer.estimate import OVERALL, TransferRow, estimate, points_to
from isonomia.transfer.filtering import filter_row
from isonomia.transfer.labels.reading import read_labels
from isonomia.transfer.measured import plain

NUMBERS = {  # compared between cards; containment and friction are 1 − τ and 1 − b, and say nothing more
    "tau": "τ",
    "tau_oracle": "τ with the best answer",
    "r": "r",
    "tau_per_r": "τ/r",
    "b": "b",
    "dct": "τ/b",
    "differential": "differential",
    "tripwire": "refused when asked plainly",
    "legibility_gap": "legibility gap",
}
CIS = ("ci", "is_ci", "was_ci")
FROM_TAU = ("tau_per_r", "dct", "differential", "legibility_gap")
WHATEVER_BUDGET = ("r", "b", "tripwire")
CONDITIONS = ("bare", "budget", "routes", "held_out", "seed", "practice", "corpus_sha256", "items_sha256")


class CardError(IsonomiaError):
    """What is given is no table of attempts, no folder of a run, or no card."""


class Source(NamedTuple):
    """A table of attempts, and what `transfer run` wrote beside it ({} beside a table alone)."""

    sha256: str  # of the file of attempts
    attempts: Attempts
    run: Mapping[str, Any]


def read_source(path: Path | str) -> Source:
    """A table of attempts, or the folder of a run. Raises CardError, or what reading a table raises."""
    path = Path(path)
    table, run = path, {}
    if path.is_dir():
        table = path / TABLE
        if not table.exists():
            raise CardError(f"{path} holds no {TABLE}: `isonomia transfer run --out {path}` makes one, or goes on")
        run = _json(path / RESULT) | _asked(path)
    found = read_labels(table).attempts
    if found is None or not len(found):
        raise CardError(f"{path}: a card is of attempts; of published labels `isonomia transfer report` says more")
    return Source(sha256(table.read_bytes()).hexdigest(), found, run or _told(table))


def _told(table: Path) -> dict[str, Any]:
    """What a Parquet file itself says of how it was made, as a log of Inspect's does when it is exported."""
    if table.suffix != ".parquet":
        return {}
    from pyarrow import parquet

    try:
        found = json.loads((parquet.read_schema(table).metadata or {}).get(MADE, b"{}"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise CardError(f"{table} says in its metadata how it was made, and not as JSON: write it again as .csv")
    return found


def _asked(folder: Path) -> dict[str, Any]:
    """The hash of the items, from the first line of the journal."""
    try:
        with (folder / JOURNAL).open("rb") as file:
            return {"items_sha256": json.loads(file.readline())["items"]}
    except (OSError, ValueError, KeyError):
        return {}


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CardError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(found, dict):
        raise CardError(f"{path} holds no object of JSON")
    return found


def read_card(path: Path | str) -> dict[str, Any]:
    """A card of an earlier generation. Raises CardError for anything else."""
    found = _json(Path(path))
    if found.get("kind") != KIND or found.get("schema_version") != SCHEMA_VERSION:
        raise CardError(
            f'{path} is no card of this version: want kind "{KIND}", schema_version {SCHEMA_VERSION}; '
            "`isonomia transfer card … --json` prints one"
        )
    return found


def card_of(sources: Sequence[Source], made_by: Mapping[str, str]) -> dict[str, Any]:
    """The card of everything that was measured, as plain values. Raises CardError where two tell of one target."""
    told = [entry for source in sources for entry in _targets(source)]
    names = [entry["target"] for entry in told]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise CardError(f"{twice[0]} stands in two of these: one card each, then --against")
    return {"kind": KIND, "schema_version": SCHEMA_VERSION, "made_by": dict(made_by), "targets": told}


def _targets(source: Source) -> list[dict[str, Any]]:
    run = source.run
    most = (run.get("budget") or {}).get("attempts")
    budgets = points_to(most) if isinstance(most, int) and most > 0 else None
    rows = estimate(source.attempts, budgets)
    framings = attribute(source.attempts)
    names = source.attempts.target.words
    told = []
    for name in names:
        own = [row for row in rows if row.target == name]
        one = own[-1].budget
        told.append(
            {
                "target": name,
                "bare": run.get("bare"),
                "categories": [row.category for row in own if row.budget == one],
                "budgets": [row.budget for row in own if row.category == OVERALL],
                "rows": [row.plain() for row in own],
                "framings": [plain(row) for row in framings if row.target == name],
                "filter": filter_row(source.attempts) if len(names) == 1 else None,
                "not_identifiable": lost(own) + _left_out(run),
                "ended": run.get("ended") or {},
                "counts": _counts(source.attempts, names.index(name)),
                "reproduce": _reproduce(source),
                "pulls": _pulls([row for row in own if row.category == OVERALL], source.attempts),
            }
        )
    return told


def _pulls(rows: Sequence[TransferRow], table: Attempts) -> dict[str, Any]:
    """What each item adds to the overall numbers: `items` by name, then by number and budget a list as long, null for
    an item that has no part in it."""
    twins = max(1, len(table.twin.words))
    items = sorted({int(item) for row in rows for known in row.known.values() for item in known.items})
    place = {item: i for i, item in enumerate(items)}
    told: dict[str, Any] = {
        "items": [f"{table.category.words[i // twins]}/{table.twin.words[i % twins]}" for i in items]
    }
    for row in rows:
        for name, known in row.known.items():
            cells: list[float | None] = [None] * len(items)
            for item, pull in zip(known.items.tolist(), known.pulls.tolist(), strict=True):
                cells[place[item]] = 0.0 if known.open else round(pull, 9)  # what is not known cancels nothing
            told.setdefault(name, {})[str(row.budget)] = cells
    return told


def _counts(table: Attempts, target: int) -> dict[str, dict[str, int]]:
    """By arm: items, attempts, and grades that were unscorable."""
    groups = grouped(table)
    told = {}
    for code, arm in enumerate(table.arm.words):
        at = (groups.target == target) & (groups.arm == code)
        cells = {"items": at.sum(), "attempts": groups.count[at].sum(), "unscorable": groups.unscorable[at].sum()}
        told[arm] = {name: int(n) for name, n in cells.items()}
    return told


def lost(rows: Sequence[TransferRow]) -> list[dict[str, Any]]:
    """What is not identifiable: each number and reason once, with the categories and budgets it holds for."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        for key, name in NUMBERS.items():
            measured = getattr(row, key)
            if measured.value is None:
                place = found.setdefault((name, measured.why), {"categories": [], "budgets": []})
                place["categories"] += [row.category] if row.category not in place["categories"] else []
                place["budgets"] += [row.budget] if row.budget not in place["budgets"] else []
    return [{"number": number, "why": why, **places} for (number, why), places in found.items()]


def _left_out(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    routes = run.get("not_available") or {}
    return [{"number": f"route {name}", "why": why, "categories": [], "budgets": []} for name, why in routes.items()]


def _reproduce(source: Source) -> dict[str, Any]:
    run = source.run
    names = ("made_by", "bare", "seed", "practice", "budget", "routes", "held_out", "corpus_sha256", "items_sha256")
    return {"attempts_sha256": source.sha256} | {name: run[name] for name in names if name in run}


# Two generations


def changes(new: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """Each number's change from the old card to the new, and whether it can be told from nothing.

    One target on each card is one model's two generations, whatever they are called; else names tell which is which.
    """
    now, then = ({entry["target"]: entry for entry in card["targets"]} for card in (new, old))
    pairs = [(name, name) for name in now if name in then]
    if len(now) == len(then) == 1:
        pairs = [(next(iter(now)), next(iter(then)))]
    paired = [is_now for is_now, was in pairs if _same_items(now[is_now], then[was])]
    told = [row for is_now, was in pairs for row in _changed(now[is_now], then[was], is_now in paired)]
    stated = [(now[is_now]["reproduce"], then[was]["reproduce"]) for is_now, was in pairs]
    unknown = {name for one, other in stated for name in CONDITIONS if name not in one or name not in other}
    differs = {name for one, other in stated for name in CONDITIONS if one.get(name) != other.get(name)} - unknown
    return {
        "pairs": [{"target": is_now, "was": was} for is_now, was in pairs],
        "paired": paired,
        "only_now": [name for name in now if name not in {pair[0] for pair in pairs}],
        "only_then": [name for name in then if name not in {pair[1] for pair in pairs}],
        "conditions_differ": [name for name in CONDITIONS if name in differs],
        "conditions_unknown": [name for name in CONDITIONS if name in unknown],
        "rows": told,
    }


def _same_items(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    items = new["reproduce"].get("items_sha256")
    return bool(items and items == old["reproduce"].get("items_sha256") and new.get("pulls") and old.get("pulls"))


class _Side(NamedTuple):
    row: Mapping[str, Any]
    pulls: Mapping[str, Any]  # {}: the two are taken as independent

    def far(self) -> bool:
        tau, best = self.row["tau"]["value"], self.row["tau_oracle"]["value"]
        return tau is not None and best is not None and best - tau > ORACLE_FAR

    def of(self, key: str) -> dict[str, float]:
        """What each item adds to a number, by the item's name; to one made of two, as far as it is linear in them."""
        tau, b, r = (self.row[name]["value"] or least for name, least in (("tau", 0.0), ("b", 1.0), ("r", 1.0)))
        parts = {
            "differential": {"b": 1.0, "tau": -1.0},
            "legibility_gap": {"tripwire": 1.0, "tau": 1.0},
            "dct": {"tau": 1.0 / b, "b": -tau / b**2},
            "tau_per_r": {"tau": 1.0 / r, "r": -tau / r**2},
        }
        found: dict[str, float] = {}
        for name, weight in parts.get(key, {key: 1.0}).items():
            pulls = self.pulls.get(name, {}).get(str(self.row["budget"]), [])
            for item, pull in zip(self.pulls.get("items", []), pulls, strict=False):
                if pull is not None:
                    found[item] = found.get(item, 0.0) + weight * pull
        return found


def _changed(new: Mapping[str, Any], old: Mapping[str, Any], paired: bool) -> list[dict[str, Any]]:
    now, then = ({(row["category"], row["budget"]): row for row in entry["rows"]} for entry in (new, old))
    told = []
    for category in dict.fromkeys(row["category"] for row in new["rows"]):
        common = [budget for name, budget in now if name == category and (name, budget) in then]
        pulls = [entry["pulls"] if paired and category == OVERALL else {} for entry in (new, old)]
        for key in NUMBERS:
            if key == "tau_oracle":  # it stands with τ
                continue
            for budget in common if key == "tau" else common[-1:]:  # what follows from it, at the largest alone
                sides = _Side(now[category, budget], pulls[0]), _Side(then[category, budget], pulls[1])
                head = {"target": new["target"], "category": category, "number": NUMBERS[key], "key": key}
                told.append(head | {"budget": None if key in WHATEVER_BUDGET else budget} | _compared(key, *sides))
    return told


def _compared(key: str, new: _Side, old: _Side) -> dict[str, Any]:
    """The change of one number. Where in either generation the adversary held far better answers than it submitted, τ
    has two ends, as a model that begins to lie lowers only one of them; then τ changed where both did, alike."""
    found = _change(key, new, old)
    if not (new.far() or old.far()) or key not in ("tau", *FROM_TAU) or found["change"] is None:
        return found
    if key in FROM_TAU:
        lost = [when for when, side in (("is", new), ("was", old)) if side.far()]
        hidden = dict.fromkeys([*lost, *(f"{when}_ci" for when in lost)])
        why = "the adversary could not tell which of its answers was right, so it lies between two numbers, as τ does"
        return found | hidden | {"change": None, "ci": None, "distinguishable": None, "why": why}
    best = _change("tau_oracle", new, old)
    if best["change"] is None:
        return best
    apart = found["distinguishable"] and best["distinguishable"] and (found["change"] > 0) == (best["change"] > 0)
    hulls = {name: [min(found[name][0], best[name][0]), max(found[name][1], best[name][1])] for name in CIS}
    return found | hulls | {f"{name}_best": best[name] for name in ("is", "was", "change")} | {"distinguishable": apart}


def _change(key: str, new: _Side, old: _Side) -> dict[str, Any]:
    """`distinguishable`: the interval of the change leaves out 0; None where there is no change to speak of."""
    now, then = new.row[key], old.row[key]
    values = {"is": now["value"], "was": then["value"], "is_ci": now["ci"], "was_ci": then["ci"]}
    lacking = [f"{when}: {cell['why']}" for when, cell in (("now", now), ("then", then)) if cell["ci"] is None]
    if lacking:
        return values | {"change": None, "ci": None, "distinguishable": None, "why": "; ".join(lacking)}
    found = difference_of(_interval(now), _interval(then), _together(new.of(key), old.of(key)))
    apart = found.lo > 0.0 or found.hi < 0.0
    return values | {"change": found.mean, "ci": [found.lo, found.hi], "distinguishable": apart, "why": ""}


def _together(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The correlation of two estimates, from what the items that they share add to each; 0 without any."""
    scale = sqrt(sum(pull**2 for pull in one.values()) * sum(pull**2 for pull in other.values()))
    shared = sum(one[item] * other[item] for item in sorted(one.keys() & other.keys()))
    return max(-1.0, min(1.0, shared / scale)) if scale > 0.0 else 0.0


def _interval(cell: Mapping[str, Any]) -> Interval:
    return Interval(cell["value"], cell["ci"][0], cell["ci"][1], cell["n"], cell["method"])
