"""Faults of a file of nested tables, each with its path, gathered so that they can be said all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

_SAID = {str: "text", int: "a whole number", list: "a list", dict: "a table", bool: "true or false"}


class Found:
    """Faults so far, and the few ways in which a table can be wrong."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, path: str, fault: str) -> None:
        self.found.append(f"{path}: {fault}")

    def table(self, path: str, value: object, fields: Mapping[str, type], more: Sequence[str] = ()) -> dict[str, Any]:
        """What of a table is of the declared types; a fault for everything else. `more` may stand there as well."""
        if type(value) is not dict:
            self.add(path or "file", "wants a table")
            return {}
        kept = {}
        for key, item in value.items():
            here = f"{path}.{key}" if path else key
            if key in fields and type(item) is fields[key]:
                kept[key] = item
            elif key in fields:
                self.add(here, f"wants {_SAID[fields[key]]}")
            elif key in more:
                kept[key] = item
            else:
                self.add(here, f"not a field{near(key, [*fields, *more])}")
        return kept

    def need(self, path: str, table: Mapping[str, Any], *keys: str) -> None:
        for key in keys:
            if key not in table:
                self.add(f"{path}.{key}" if path else key, "is missing")

    def words(self, path: str, value: Any) -> tuple[str, ...]:
        if type(value) is list and all(type(word) is str for word in value):
            return tuple(value)
        self.add(path, "wants a list of texts")
        return ()

    def range(self, path: str, table: Mapping[str, Any], lo: int, hi: int, default: int) -> int:
        value: int = table.get(path.rpartition(".")[2], default)
        if not lo <= value <= hi:
            self.add(path, f"wants {lo} to {hi}")
            return default
        return value


def near(word: str, words: Sequence[str]) -> str:
    close = get_close_matches(word, words, 1)
    return f"; did you mean {close[0]}?" if close else ""
