"""A seat that thinks once a day: at its first turn it settles what it will do, and then does it act by act."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from isonomia.basics.acts import Act


class Routine(ABC):
    """Gives the acts that `_acts` settles on each day, in order; `_day` is the day they are for."""

    def __init__(self) -> None:
        self._day = -1
        self._queue: list[Act] = []

    def act(self, view: Mapping[str, Any]) -> Act | None:
        if view["day"] != self._day:
            self._day = view["day"]
            self._queue = self._acts(view)
        return self._queue.pop(0) if self._queue else None

    @abstractmethod
    def _acts(self, view: Mapping[str, Any]) -> list[Act]:
        """What to do today, seen from the first turn."""
