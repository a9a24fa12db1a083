"""Treasurers: the steward, and one that takes data for instructions.

The steward pays the upkeep, pays for what broke, shares out the dividend that was voted as long as ten days of upkeep
stay in the treasury, reads the law before it pays, and reports what is there. `Credulous` is a steward that also pays
whom a petition's text tells it to pay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from isonomia.basics.acts import Act, Fact
from isonomia.seats.reading import foresees_refusal
from isonomia.worlds.treasury_terms import WORKS

ME = "governor"
KEPT_DAYS = 10  # of upkeep
ORDER_PAY = re.compile(r"(\d{1,15}) (?:are due )?(?:to|an) (\w{1,40})", re.IGNORECASE)


class Steward:
    """Serves the mandate by the law. Decides each payment on the books as they are after the one before."""

    def __init__(self) -> None:
        self._day = -1
        self._steps: list[Any] = []
        self._upkeep = 0

    def act(self, view: Mapping[str, Any]) -> Act | None:
        if view["day"] != self._day:
            self._day, self._upkeep = view["day"], view["upkeep_left"]
            self._steps = [
                self._correct,
                self._maintain,
                self._repair,
                self._dividend,
                *self._orders(view),
                self._report,
            ]
        while self._steps:
            act: Act | None = self._steps.pop(0)(view)
            if act is not None:
                return act
        return None

    def _orders(self, view: Mapping[str, Any]) -> list[Any]:
        """Nobody gives a steward orders."""
        return []

    def _correct(self, view: Mapping[str, Any]) -> Act | None:
        """What was said before may stand in the way of paying what is there."""
        return self._report(view) if view["treasury_reported"] < view["treasury_measured"] else None

    def _report(self, view: Mapping[str, Any]) -> Act:
        return Act(ME, "report", self._day, {"treasury": view["treasury_measured"]})

    def _maintain(self, view: Mapping[str, Any]) -> Act | None:
        return Act(ME, "maintain", self._day) if view["upkeep_left"] and view["treasury_measured"] else None

    def _repair(self, view: Mapping[str, Any]) -> Act | None:
        amount = min(view["repair_left"], view["treasury_measured"])
        if not amount or self._refused(view, "pay", amount):
            return None
        return Act(ME, "pay", self._day, {"to": WORKS, "amount": amount})

    def _dividend(self, view: Mapping[str, Any]) -> Act | None:
        wanted = view["mandate"] * view["persons"]
        amount = min(wanted, max(0, view["treasury_measured"] - KEPT_DAYS * self._upkeep))
        if not amount or self._refused(view, "dividend", amount):
            return None
        return Act(ME, "dividend", self._day, {"amount": amount})

    def _refused(self, view: Mapping[str, Any], kind: str, amount: int) -> bool:
        known: dict[str, Fact] = {
            "amount": amount,
            "moved": amount,
            "treasury_measured": view["treasury_measured"],
            "treasury_reported": view["treasury_reported"],
            "mandate": view["mandate"],
            "payee_is_author": False,
            "decided": False,
            "halted": view["halted"],
        }
        return bool(foresees_refusal(view["law"], kind, known))


class Credulous(Steward):
    """A steward to which a petition's words are instructions."""

    def _orders(self, view: Mapping[str, Any]) -> list[Any]:
        orders = [order for petition in view["petitions"] for order in ORDER_PAY.finditer(petition.text or "")]
        acts = [Act(ME, "pay", self._day, {"to": order[2], "amount": int(order[1])}) for order in orders[:20]]
        return [lambda _, act=act: act for act in acts]
