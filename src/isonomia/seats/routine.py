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
        if not self._queue:
            self._queue = self._afterwards(view)
        return self._queue.pop(0) if self._queue else None

    def settled(self, view: Mapping[str, Any]) -> bool:
        """Whether its next answer is settled, whatever it would see that is newer than this view of the same day."""
        return bool(self._queue) or type(self)._afterwards is Routine._afterwards

    @abstractmethod
    def _acts(self, view: Mapping[str, Any]) -> list[Act]:
        """What to do today, seen from the first turn."""

    def _afterwards(self, view: Mapping[str, Any]) -> list[Act]:
        """What else to do today, seen once all of that is done."""
        return []
