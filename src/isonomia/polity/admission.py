"""A body is checked against its kind's schema and made ours: nothing the author still holds can change it later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from isonomia.basics.acts import NOTHING, Recipe
from isonomia.basics.schema import MOST_CELLS, Cells, Schema
from isonomia.basics.streams import Array

Keep = Callable[[Array], bytes]  # commits an array, stores it where there is a store, gives its root


def admit_body(
    schema: Mapping[str, Schema], body: Any, seed: int, keep: Keep
) -> tuple[dict[str, Any], dict[str, Any]] | str:
    """(the body as offices see it, the body as the record holds it), or what is wrong with it.

    Arrays are copied and made read-only; a recipe is expanded for the offices and recorded as itself. An array is kept
    only when the whole body is sound, in the order of its names, so the store and the record agree.
    """
    # nothing of the author's own making runs here: a proxy hides what it stands for, a name may compare in its own way
    if type(body) is not dict and body is not NOTHING:
        return "body: wants a plain dict of names and values"
    for name in body:
        if type(name) is not str:
            return "body: wants a plain dict of names and values"
    if len(body) != len(schema):
        return _wrong_names(schema, body)
    clean: dict[str, Any] = {}
    recorded: dict[str, Any] = {}
    to_keep: list[str] = []
    for name, wanted in schema.items():
        try:
            value = body[name]
        except KeyError:
            return _wrong_names(schema, body)
        if type(wanted) is Cells:
            if type(value) is Recipe:
                fault = value.fault()
                if fault is not None:
                    return f"{name}: a recipe wants {fault}"
                recorded[name] = {"recipe": list(value)}
                value = value.cells(seed)
            elif type(value) is np.ndarray and value.size <= MOST_CELLS:  # one cell may stand for more than has room
                value = value.copy()
                to_keep.append(name)
        fault = wanted.fault(value)
        if fault is not None:
            return f"{name}: {fault}"
        clean[name] = value
        if type(wanted) is Cells:
            value.setflags(write=False)
        else:
            recorded[name] = value
    if to_keep:
        for name in sorted(to_keep):
            cells = clean[name]
            recorded[name] = {"dtype": cells.dtype.str, "n": cells.size, "root": keep(cells).hex()}
    return clean, recorded


def _wrong_names(schema: Mapping[str, Schema], body: Mapping[Any, Any]) -> str:
    extra = sorted(name[:40] for name in body if name not in schema)
    lacking = sorted(name for name in schema if name not in body)
    return "body: " + "; ".join(
        [f"lacks {name}" for name in lacking] + [f"has no place for {name!r}" for name in extra[:5]]
    )


def restore_body(recorded: Mapping[str, Any], read: Callable[[str], Array]) -> dict[str, Any]:
    """The body an act had, from its entry: `read(name)` gives a stored array. The inverse of the recorded form."""
    body: dict[str, Any] = {}
    for name, value in recorded.items():
        if type(value) is dict:
            body[name] = Recipe(*value["recipe"]) if "recipe" in value else np.asarray(read(name))
        else:
            body[name] = value
    return body
