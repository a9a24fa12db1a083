"""The incident file: who held what, under which institutions, who did what, and what history did. docs/incidents.md.

Every fault of a file is reported at once, with its path: `act[3].by: …`. The institutions are charter syntax, read and
checked by the reader of charters.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from isonomia.basics.canonical import encode
from isonomia.basics.errors import Faults, IsonomiaError
from isonomia.basics.schema import MOST_CELLS, Cells, FactSchema, Flag, Schema, Whole
from isonomia.constitution.charter import Charter
from isonomia.decisions.payload import MOST_BYTES
from isonomia.lab.incidents.changes import check_word, read_charter, read_founding, read_safeguards
from isonomia.lab.incidents.faults import Found, near
from isonomia.lab.incidents.incident import WORDS, Deed, History, Holder, Incident
from isonomia.lab.incidents.polity import (
    MOST_HEADS,
    NO_MEMBER,
    POOL,
    ROLES,
    outcome_schema,
    terms,
)
from isonomia.law.articles import ArticleError
from isonomia.law.language import parse

SHELF = Path(__file__).parents[2] / "incidents"
ALL = "all"  # as much as the author has, or may cast
HARM = "got == 'executed'"
RUNNING = ("put", "open", "queued")  # stages of a proposal that an act may depend on
MOST_TIMES, MOST_DAY = 500, 3650
MOST_TOKENS = 10**15  # in all: less than a vote may hold
_TOP: Mapping[str, type] = {
    "id": str,
    "name": str,
    "date": str,
    "day_is": str,
    "source": list,
    "uncertain": list,
    "taxonomy": list,
    "about": str,
    "harm": str,
    "days": int,
    "charter": dict,
    "founding": dict,
    "principal": list,
    "act": list,
    "history": dict,
    "safeguard": list,
}
_PRINCIPAL: Mapping[str, type] = {"name": str, "role": str, "tokens": int, "heads": int, "contributed": int}
_ACT: Mapping[str, type] = {
    "day": int,
    "by": str,
    "kind": str,
    "label": str,
    "supposed": bool,
    "waits_for": str,
    "while": str,
    "sees": str,
    "bought": bool,
    "times": int,
    "note": str,
    "body": dict,
}
_HISTORY: Mapping[str, type] = {"expected": str, "outcomes": dict, "checks": list, "note": str}
UNSAID = {"vote": {"yes": 0, "no": 0, "abstain": 0}}  # what a kind's body may leave out


def shipped() -> list[Path]:
    """The incidents that come with the package, in the order of their names."""
    return sorted(path for path in SHELF.glob("*.toml") if not path.name.startswith("_"))


def template() -> str:
    """A commented file to begin from; it runs as it is."""
    return (SHELF / "_template.toml").read_text(encoding="utf-8")


def load_incident(path: str | Path) -> Incident:
    """Read and check a file, or a shipped incident by its id. Raises IsonomiaError, or Faults with every fault."""
    where = Path(path)
    if not where.exists():
        found = [file for file in shipped() if str(path) in (file.stem, file.stem.split("-")[0])]
        if not found:
            raise IsonomiaError(f"{path}: there is no such incident file; --all plays the shipped ones")
        where = found[0]
    if where.is_dir():
        raise IsonomiaError(f"{path}: is a directory, not an incident file")
    try:
        text = where.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise IsonomiaError(f"{where}: cannot be read as UTF-8 text: {error}") from error
    return read_incident(text, str(path))


def read_incident(text: str, where: str) -> Incident:
    """Check the text of an incident file. Raises Faults with every fault."""
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise Faults(where, [f"not TOML: {error}"]) from error
    faults = Found()
    incident = _incident(table, where, faults)
    if faults.found:
        raise Faults(where, faults.found)
    return replace(incident, text=text)


def _incident(table: dict[str, Any], where: str, faults: Found) -> Incident:
    top = faults.table("", table, _TOP)
    faults.need("", top, "id", "name", "principal", "act")
    holders = _holders(top.get("principal", []), faults)
    names = list(dict.fromkeys(holder.name for holder in holders))
    founding = read_founding("founding", top.get("founding", {}), names, faults)
    everything = sum(holder.tokens for holder in holders) + founding.get("lendable", 0)
    if everything > MOST_TOKENS or sum(holder.heads for holder in holders) > MOST_CELLS:
        faults.add("principal", f"at most {MOST_TOKENS:,} tokens and {MOST_CELLS:,} heads in all; use a larger unit")
    deeds = _deeds(top.get("act", []), names, faults)
    charter = read_charter("charter", top.get("charter", {}), Charter(str(top.get("id", "incident"))), faults)
    labels = [deed.label for deed in deeds if deed.label]
    slates = sorted({str(deed.body["slate"]) for deed in deeds if "slate" in deed.body})
    tables = {"seats": slates, "parameter": sorted(founding.get("parameters", {}))}
    facts, alike = outcome_schema(labels, {**dict.fromkeys(("tokens", "votes", "paid"), names), **tables})
    faults.found += alike
    about = _about(top, labels, facts, faults)
    harm = top.get("harm", HARM)
    _text("harm", harm, facts, faults, number=True)
    return Incident(
        id=top.get("id", ""),
        name=top.get("name", ""),
        date=top.get("date", ""),
        day_is=top.get("day_is", "a day"),
        source=faults.words("source", top.get("source", [])),
        uncertain=faults.words("uncertain", top.get("uncertain", [])),
        taxonomy=faults.words("taxonomy", top.get("taxonomy", [])),
        about=about,
        harm=harm,
        charter=charter,
        founding=founding,
        holders=holders,
        deeds=deeds,
        history=_history(top.get("history", {}), labels, facts, faults),
        safeguards=read_safeguards(top.get("safeguard", []), charter, founding, names, facts, faults),
        days=faults.range("days", top, 0, MOST_DAY, 0),
        where=where,
    )


def _holders(rows: list[Any], faults: Found) -> tuple[Holder, ...]:
    holders: list[Holder] = []
    for i, row in enumerate(rows):
        path = f"principal[{i}]"
        table = faults.table(path, row, _PRINCIPAL)
        faults.need(path, table, "name")
        name, role = table.get("name", ""), table.get("role", "member")
        if not name.isprintable() or not 0 < len(name) <= 80 or name.startswith("office:"):
            faults.add(f"{path}.name", "wants 1 to 80 printable characters, and is no office")
        if name == POOL:
            faults.add(f"{path}.name", f"{POOL!r} is nobody: what can be borrowed is founding.lendable")
        if any(holder.name == name for holder in holders):
            faults.add(f"{path}.name", f"{name!r} stands there twice")
        if role not in ROLES:
            faults.add(f"{path}.role", f"{role!r} is not a role; roles are {', '.join(ROLES)}{near(role, ROLES)}")
        tokens = faults.range(f"{path}.tokens", table, 0, MOST_TOKENS, 0)
        heads = faults.range(f"{path}.heads", table, 0, MOST_HEADS, 0 if role in NO_MEMBER else 1)
        paid = faults.range(f"{path}.contributed", table, 0, MOST_TOKENS, 0)
        holders.append(Holder(name, role, tokens, heads, paid))
    if not rows:
        faults.add("principal", "there is nobody: [[principal]] name = …")
    return tuple(holders)


def _deeds(rows: list[Any], names: Sequence[str], faults: Found) -> tuple[Deed, ...]:
    bodies = terms().bodies
    deeds: list[Deed] = []
    labels = {row["label"] for row in rows if type(row) is dict and type(row.get("label")) is str}
    day = 0
    for i, row in enumerate(rows):
        path = f"act[{i}]"
        kind = row.get("kind") if type(row) is dict else None
        schema = bodies.get(kind, {}) if type(kind) is str else {}
        table = faults.table(path, row, _ACT, [name for name in schema if name not in _ACT])
        faults.need(path, table, "by", "kind")
        if table.get("kind", "propose") not in bodies:
            faults.add(f"{path}.kind", f"{kind!r} is not a kind of act{near(str(kind), list(bodies))}")
            continue
        if "by" in table and table["by"] not in names:
            faults.add(f"{path}.by", f"{table['by']!r} is not a principal{near(table['by'], names)}")
        table["day"] = faults.range(f"{path}.day", table, 0, MOST_DAY, day)
        day = table["day"]
        times = faults.range(f"{path}.times", table, 1, MOST_TIMES, 1)
        label = table.get("label", "")
        if label and (times > 1 or any(deed.label == label for deed in deeds)):
            faults.add(f"{path}.label", f"{label!r} names one act")
        own = {name: value for name, value in table.items() if name not in _ACT}
        body = _body(path, {**own, **table.get("body", {})}, table.get("kind", ""), schema, labels, faults)
        deeds += [_deed(path, table, day, body, labels, faults)] * times
    if not rows:
        faults.add("act", "nothing happens: [[act]] day = …")
    return tuple(deeds)


def _deed(path: str, table: Mapping[str, Any], day: int, body: dict[str, Any], labels: set[str], faults: Found) -> Deed:
    """One act with all that it depends on."""
    during, stage = table.get("while", ""), ""
    if during not in labels and " is " in during:
        during, _, stage = during.rpartition(" is ")
        if stage not in RUNNING:
            faults.add(f"{path}.while", f"{stage!r} is not one of {', '.join(RUNNING)}")
    for name, label in (("waits_for", table.get("waits_for")), ("while", during), ("sees", table.get("sees"))):
        if label and label not in labels:
            faults.add(f"{path}.{name}", f"no act is labelled {label!r}{near(label, sorted(labels))}")
    own_vote = body.get("proposal", "") if table.get("kind") == "vote" else ""
    return Deed(
        day,
        table.get("by", ""),
        table.get("kind", ""),
        body,
        table.get("label", ""),
        table.get("supposed", False),
        waits=table.get("waits_for", own_vote if type(own_vote) is str else ""),
        during=during,
        stage=stage,
        sees=table.get("sees", ""),
        bought=table.get("bought", False),
    )


def _body(
    path: str, given: dict[str, Any], kind: str, schema: Mapping[str, Schema], labels: set[str], faults: Found
) -> dict[str, Any]:
    """The body of an act, each value of its kind's; "all", labels and lists of actions as they stand."""
    body = {**UNSAID.get(kind, {}), **given}
    for name in schema:
        if name not in body:
            faults.add(f"{path}.{name}", f"is missing: {kind} wants it")
    for name, value in body.items():
        here, wanted = f"{path}.{name}", schema.get(name)
        if wanted is None:
            faults.add(here, f"{kind} has no place for it")
        elif isinstance(wanted, Cells):
            faults.add(here, "an array of many persons has no place in a file")
        elif name == "payload" and type(value) is list:
            body[name] = [_action(f"{here}[{i}]", item, labels, faults) for i, item in enumerate(value)]
            size = len(encode(body[name]))
            if size > MOST_BYTES:
                faults.add(here, f"is {size} bytes long once written out; at most {MOST_BYTES}")
        elif name == "proposal" and type(value) is str:
            if value not in labels:
                faults.add(here, f"no act is labelled {value!r}{near(value, sorted(labels))}")
        elif not (isinstance(wanted, Whole) and value == ALL) and (fault := wanted.fault(value)):
            faults.add(here, fault + (', or "all"' if isinstance(wanted, Whole) else ""))
    return body


def _action(path: str, item: object, labels: set[str], faults: Found) -> dict[str, Any]:
    """One action of a payload: {kind = "pay", to = "…", amount = 1}, as it will be put before the gate."""
    if type(item) is not dict or type(item.get("kind")) is not str:
        faults.add(path, "wants a table with a kind, and that kind's fields")
        return {}
    bodies = terms().bodies
    kind = item["kind"]
    if kind not in bodies:
        faults.add(f"{path}.kind", f"{kind!r} is not a kind of act{near(kind, list(bodies))}")
        return {}
    body = {name: value for name, value in item.items() if name != "kind"}
    for name in bodies[kind].keys() - body.keys():
        faults.add(f"{path}.{name}", f"is missing: {kind} wants it")
    for name, value in body.items():
        wanted = bodies[kind].get(name)
        if wanted is None:
            faults.add(f"{path}.{name}", f"{kind} has no place for it{near(name, list(bodies[kind]))}")
        elif name == "proposal" and type(value) is str and value in labels:
            continue
        elif fault := wanted.fault(value):
            faults.add(f"{path}.{name}", fault)
    return {"kind": kind, "body": body}


def _about(top: Mapping[str, Any], labels: list[str], facts: Mapping[str, FactSchema], faults: Found) -> str:
    about: str = top.get("about", labels[0] if len(labels) == 1 else "")
    if about in labels or about in flags(facts):
        return about
    if " " in about and about not in facts:
        _text("about", about, facts, faults)
        return about
    known = [*labels, *flags(facts)]
    faults.add("about", f"wants a condition, or the name of one of {', '.join(known)}{near(about, known)}")
    return ""


def flags(facts: Mapping[str, FactSchema]) -> list[str]:
    """The flags of the outcome: what `about` may name beside a label."""
    return [name for name, schema in facts.items() if isinstance(schema, Flag)]


def _text(path: str, text: str, facts: Mapping[str, FactSchema], faults: Found, number: bool = False) -> None:
    """A condition over the facts of the outcome; where `number`, a number will do as well."""
    try:
        parse(text, facts)
    except ArticleError as error:
        if number:
            try:
                parse(text, facts, "whole")
                return
            except ArticleError:
                pass
        faults.add(path, str(error))


def _history(table: dict[str, Any], labels: list[str], facts: Mapping[str, FactSchema], faults: Found) -> History:
    kept = faults.table("history", table, _HISTORY)
    outcomes = kept.get("outcomes", {})
    for label, word in outcomes.items():
        if label not in labels:
            faults.add(f"history.outcomes.{label}", f"no act is labelled so{near(label, labels)}")
        if word not in WORDS:
            faults.add(f"history.outcomes.{label}", f"{word!r} is not one of {', '.join(WORDS)}")
    check_word("history.expected", kept.get("expected", ""), facts, faults)
    checks = faults.words("history.checks", kept.get("checks", []))
    for i, text in enumerate(checks):
        _text(f"history.checks[{i}]", text, facts, faults)
    return History(kept.get("expected", ""), outcomes, checks)
