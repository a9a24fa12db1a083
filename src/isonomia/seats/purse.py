"""An attacker's budget: how many names it may ask for, how many messages it may send, how much money it may promise.
What it cannot pay for, it cannot try: the act never reaches the door, and the seat's turn ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isonomia.basics.acts import Act, Seat


@dataclass(frozen=True, slots=True)
class Purse:
    """What an attack may spend in all: names asked for (identities), petitions filed (messages), and money, in whatever
    unit the prices of offers have."""

    identities: int = 0
    messages: int = 0
    money: int = 0


class Budgeted:
    """A seat that pays for what it tries from a purse; a refused try is paid for too.

    An offer is paid in full when it is made, price × the most votes it pays for, and nothing of that comes back: what
    is promised to some cannot be promised to others. The seat sees what is left as `view["money_left"]`.
    """

    def __init__(self, seat: Seat, purse: Purse) -> None:
        self._seat = seat
        self._identities = purse.identities
        self._messages = purse.messages
        self._money = purse.money

    def act(self, view: Mapping[str, Any]) -> Act | None:
        act = self._seat.act({**view, "money_left": self._money})
        if type(act) is not Act:
            return act
        if act.kind in ("join", "admit"):
            self._identities -= max(0, int(act.body.get("accounts", 0)))  # nothing fills a purse
            return act if self._identities >= 0 else None
        if act.kind == "petition":
            self._messages -= 1
            return act if self._messages >= 0 else None
        if act.kind == "offer":
            cost = max(0, int(act.body.get("price", 0))) * max(0, int(act.body.get("most", 0)))
            if cost > self._money:
                return None
            self._money -= cost
            return act
        return act
