"""An attacker's budget: how many names it may ask for and how many messages it may send. What it cannot pay for, it
cannot try: the act never reaches the door, and the seat's turn ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isonomia.basics.acts import Act, Seat


@dataclass(frozen=True, slots=True)
class Purse:
    """What an attack may spend in all: names asked for (identities) and petitions filed (messages)."""

    identities: int = 0
    messages: int = 0


class Budgeted:
    """A seat that pays for what it tries from a purse; a refused try is paid for too."""

    def __init__(self, seat: Seat, purse: Purse) -> None:
        self._seat = seat
        self._identities = purse.identities
        self._messages = purse.messages

    def act(self, view: Mapping[str, Any]) -> Act | None:
        act = self._seat.act(view)
        if type(act) is not Act:
            return act
        if act.kind == "join":
            self._identities -= max(0, int(act.body.get("accounts", 0)))  # nothing fills a purse
            return act if self._identities >= 0 else None
        if act.kind == "petition":
            self._messages -= 1
            return act if self._messages >= 0 else None
        return act
