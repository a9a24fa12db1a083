"""A view as JSON, and acts as typed tools: what a language model in office is shown, and what it may call.

One tool for each kind of act that is open to a governor, its JSON Schema made from the kind's own, and `end_turn`.
Arguments are never repaired: what does not fit stays as it was given, so that the polity refuses it on record.

An array of one cell a person (shares, say) is asked for in few words. Persons are numbered from 0, `stop` is not in
the group, a later group overrides an earlier one, and everybody must get something:

    {"equal": 1000}                                                      the same for everybody
    {"groups": [{"start": 0, "stop": 60, "permille": 1200}, …]}          by groups that cover everybody
    {"equal": 1000, "groups": [{"start": 3, "stop": 5, "permille": 1500}]}   the same but for these
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from isonomia.basics.acts import Kind
from isonomia.basics.schema import MOST_CELLS, Cells, Choice, Flag, Schema, Text, Whole
from isonomia.basics.streams import Array

END_TURN = "end_turn"
ROLE = "governor"
MOST_LISTED = 200  # items of one list that are shown; a flood of petitions does not become a flood of tokens
MOST_GROUPS = 1000
MOST_ARGUMENTS = 65_536  # characters of one call's arguments


def plain(value: object) -> Any:
    """A part of a view as JSON values. Arrays become {n, min, max, mean} in whole numbers, long lists their beginning.

    What is none of these (no office shows such a thing) becomes the name of its type.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, np.ndarray):
        return _summary(value)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return plain(value._asdict())
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        shown = [plain(part) for part in value[:MOST_LISTED]]
        return shown if len(value) <= MOST_LISTED else {"first": shown, "n": len(value)}
    return type(value).__name__


def _summary(cells: Array) -> dict[str, int]:
    if not cells.size or cells.dtype.kind not in "biu":
        return {"n": cells.size}
    total = int(np.add.reduce(cells, axis=None, dtype="<i8"))
    return {"n": cells.size, "min": int(cells.min()), "max": int(cells.max()), "mean": total // cells.size}


def tools_for(kinds: Mapping[str, Kind]) -> list[dict[str, Any]]:
    """The tools of a governor, sorted by name, `end_turn` last, as the chat-completions interface wants them."""
    assert END_TURN not in kinds, "no kind of act may be called like the end of a turn"
    tools = [
        _tool(name, "Afterwards: " + ", ".join(f"{fact} = {text}" for fact, text in kind.after.items()), kind.body)
        if kind.after
        else _tool(name, f"The act {name!r}.", kind.body)
        for name, kind in sorted(kinds.items())
        if not kind.roles or ROLE in kind.roles
    ]
    return [*tools, _tool(END_TURN, "You have done what you want to do today.", {})]


def _tool(name: str, description: str, body: Mapping[str, Schema]) -> dict[str, Any]:
    parameters = _object({part: _json_schema(part, schema) for part, schema in body.items()}, list(body))
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


def _object(properties: Mapping[str, object], required: Sequence[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _json_schema(name: str, schema: Schema) -> dict[str, Any]:
    if isinstance(schema, Whole):
        return {"type": "integer", "minimum": schema.lo, "maximum": schema.hi}
    if isinstance(schema, Flag):
        return {"type": "boolean"}
    if isinstance(schema, Choice):
        return {"type": "string", "enum": list(schema.values)}
    if isinstance(schema, Text):
        return {"type": "string", "maxLength": schema.most}
    cell = {"type": "integer", "minimum": 0, "maximum": _widest(schema) if schema.hi is None else schema.hi}
    place = {"type": "integer", "minimum": 0, "maximum": MOST_CELLS}
    group = _object({"start": place, "stop": place, name: cell}, ["start", "stop", name])
    groups = {"type": "array", "items": group, "maxItems": MOST_GROUPS}
    return {
        **_object({"equal": cell, "groups": groups}, []),
        "minProperties": 1,
        "description": "One value a person, numbered from 0. equal: for everybody. groups: persons start to stop - 1; "
        "a later group overrides an earlier one and equal. Everybody must get a value.",
    }


def _widest(schema: Cells) -> int:
    return 1 if schema.dtype == "|b1" else int(np.iinfo(schema.dtype).max)


def body_of(kind: Kind | None, arguments: object, persons: int) -> Any:
    """The body of an act from the arguments of a call: as given, but that arrays asked for in few words are made.

    What is no JSON object comes back as something that is no mapping, which no kind of act admits.
    """
    if type(arguments) is not str or len(arguments) > MOST_ARGUMENTS:
        return None
    try:
        body = json.loads(arguments, object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        return None
    if kind is None or type(body) is not dict:
        return body
    made = {}
    for name, value in body.items():
        schema = kind.body.get(name)
        made[name] = _cells(value, name, schema, persons) if isinstance(schema, Cells) else value
    return made


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name is given twice, so nobody knows which value is meant")
    return made


def _cells(value: Any, name: str, schema: Cells, persons: int) -> Any:
    """The array that `equal` and `groups` describe, or the value as it was given when they do not describe one."""
    if type(value) is not dict or not value.keys() <= {"equal", "groups"} or not 0 < persons <= MOST_CELLS:
        return value
    groups, top = value.get("groups", []), _widest(schema)
    if type(groups) is not list or len(groups) > MOST_GROUPS:
        return value
    everybody = [{"start": 0, "stop": persons, name: value["equal"]}] if "equal" in value else []
    wide = np.full(persons, -1, "<i8")
    for group in [*everybody, *groups]:
        if type(group) is not dict or group.keys() != {"start", "stop", name}:
            return value
        start, stop, cell = group["start"], group["stop"], group[name]
        if not (type(start) is type(stop) is type(cell) is int and 0 <= start < stop <= persons and 0 <= cell <= top):
            return value
        wide[start:stop] = cell
    return value if int(wide.min()) < 0 else wide.astype(schema.dtype)
