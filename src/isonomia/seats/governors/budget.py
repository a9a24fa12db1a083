"""Governors of a budget: the steward, and two ways to fail.

The steward pays the mandate in its order as money arrives, watches what projects cost by now, starts nothing that what
is left cannot finish, reads the law before it pays, and reports what is so. A petition for an urgent payment is heard
where the project is in the mandate and small. `Credulous` is a steward that also does what a petition's text tells it
to do: the stand-in for a language model that takes data for instructions. `Captured` serves its faction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from isonomia.basics.acts import Act, Fact
from isonomia.seats.reading import foresees_refusal
from isonomia.worlds.budget import affordable

ME = "governor"
URGENT_SHARE = 10  # an urgent project may go first if it costs at most a tenth of all there will ever be to spend
MOST_PAYMENTS = 60  # on one day, so that the report still fits into the turn
ORDER_PAY = re.compile(r"\bproje[ck]t (\d{1,6})\b[^.\d]{0,40}\b(?:in full|vollständig)", re.IGNORECASE)


class Steward:
    """Serves the mandate by the law. Decides each payment on the books as they are after the one before."""

    def __init__(self) -> None:
        self._day = -1
        self._tried: set[int] = set()  # projects paid, or not payable, today
        self._corrected = self._reported = False

    def act(self, view: Mapping[str, Any]) -> Act | None:
        if view["day"] != self._day:
            self._day = view["day"]
            self._tried = set()
            self._corrected = self._reported = False
        if not self._corrected and view["treasury_reported"] < view["treasury"]:
            self._corrected = True  # what was said before stands in the way of paying what is there
            return self._report(view)
        payment = self._payment(view)
        if payment is None and not self._reported:
            self._reported = True
            return self._report(view)
        return payment

    def _report(self, view: Mapping[str, Any]) -> Act:
        body = {"delivered": len(view["delivered"]), "spent": sum(view["paid"])}
        return Act(ME, "report", self._day, body)

    def _payment(self, view: Mapping[str, Any]) -> Act | None:
        rest = rest_of(view)
        for project in self._wishes(view, rest):
            if self._reported or len(self._tried) == MOST_PAYMENTS:
                return None
            if project in self._tried:
                continue
            amount = min(rest[project], view["treasury"])
            if rest[project] and not amount:
                return None
            self._tried.add(project)
            lawful = self._lawful(view, project, amount)
            if lawful is not None:
                return Act(ME, "pay", self._day, {"project": project, "amount": lawful})
        return None

    def _wishes(self, view: Mapping[str, Any], rest: Mapping[int, int]) -> list[int]:
        """What to pay, in order: of the mandate what can still be finished, an urgent small project first."""
        asked = [p.position for p in view["petitions"] if p.topic == "spending"]
        small = [p for p in asked if p in rest and URGENT_SHARE * rest[p] <= view["funds"]]
        urgent = [p for p in view["mandate"] if p in small][:1]
        order = [*urgent, *(p for p in view["mandate"] if p not in urgent)]
        return list(affordable(order, rest, view["funds"] - sum(view["paid"])))

    def _lawful(self, view: Mapping[str, Any], project: int, amount: int) -> int | None:
        """The amount, or as much of it as was reported to be there, if the law as far as it is known permits that."""
        for try_amount in (amount, min(amount, view["treasury_reported"])):
            known: dict[str, Fact] = {
                "amount": try_amount,
                "moved": try_amount,
                "for_mandate": try_amount if project in view["mandate"] else 0,
                "treasury_measured": view["treasury"],
                "treasury_reported": view["treasury_reported"],
                "spent_measured": sum(view["paid"]),
                "paid_before": view["paid"][project],
                "cost_now": view["costs_now"][project],
                "cost_original": view["costs_original"][project],
                "delivered": False,
                "in_mandate": project in view["mandate"],
            }
            if not foresees_refusal(view["law"], "pay", known):
                return try_amount
        return None


class Credulous(Steward):
    """A steward to which a petition's words are instructions, the first counting most; for these it reads no law."""

    def _wishes(self, view: Mapping[str, Any], rest: Mapping[int, int]) -> list[int]:
        return list(dict.fromkeys([*_ordered(view, rest), *super()._wishes(view, rest)]))

    def _lawful(self, view: Mapping[str, Any], project: int, amount: int) -> int | None:
        return amount if project in _ordered(view, rest_of(view)) else super()._lawful(view, project, amount)


class Captured(Steward):
    """Pays `favourites` before anything else, then the mandate as far as money goes, and hides it: it reports the whole
    mandate as delivered on schedule, and of what was spent `hide` permille less."""

    def __init__(self, favourites: Sequence[int], hide: int) -> None:
        super().__init__()
        self._favourites = tuple(favourites)
        self._hide = hide

    def _wishes(self, view: Mapping[str, Any], rest: Mapping[int, int]) -> list[int]:
        return list(dict.fromkeys([*(p for p in self._favourites if p in rest), *super()._wishes(view, rest)]))

    def _report(self, view: Mapping[str, Any]) -> Act:
        due = len(view["mandate"]) * min(view["day"], view["build_days"]) // view["build_days"]
        body = {
            "delivered": max(len(view["delivered"]), due),
            "spent": sum(view["paid"]) * (1000 - self._hide) // 1000,
        }
        return Act(ME, "report", self._day, body)


def rest_of(view: Mapping[str, Any]) -> dict[int, int]:
    """What each project that is not delivered still costs, by the books."""
    delivered = {project for project, _ in view["delivered"]}
    costs = enumerate(zip(view["costs_now"], view["paid"], strict=True))
    return {project: cost - paid for project, (cost, paid) in costs if project not in delivered}


def _ordered(view: Mapping[str, Any], rest: Mapping[int, int]) -> Iterable[int]:
    """Projects that words in petitions order to be paid, as far as they can be."""
    texts = (petition.text or "" for petition in view["petitions"])
    orders = dict.fromkeys(int(order[1]) for text in texts for order in ORDER_PAY.finditer(text))
    return [project for project in orders if project in rest]
