"""A flash-loan vote (T01): borrow tokens for an hour, vote one's own payment through, give them back.

The ring puts a proposal that pays it out of the treasury under a harmless title, borrows what the pool lends, votes
with all of it, asks for the emergency path, and repays, all in one turn. Refused with all, it votes with what is its
own; what came to nothing is tried again for three quarters as much.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isonomia.basics.acts import Act, Principal, Seat
from isonomia.decisions.payload import write_payload
from isonomia.seats.attacks.card import Card, Point, Scene
from isonomia.seats.purse import Budgeted, Purse

ME, POOL = "ring", "pool"
TITLE = "Quarterly housekeeping"


class Borrower:
    """The seat of the ring. It begins anew `every` days after its last proposal, while none of its own is under way."""

    def __init__(self, borrow_permille: int, take_permille: int, every: int) -> None:
        self._borrow_permille, self._take_permille, self._every = borrow_permille, take_permille, every
        self._day = -1
        self._put = -every
        self._steps: list[Any] = []
        self._voted: set[int] = set()
        self._paid = -1  # what the ring had been paid when it last proposed

    def act(self, view: Mapping[str, Any]) -> Act | None:
        if view["day"] != self._day:
            self._day = view["day"]
            self._steps = [self._propose, self._borrow, self._vote, self._vote_own, self._hurry, self._repay]
        while self._steps:
            act: Act | None = self._steps.pop(0)(view)
            if act is not None:
                return act
        return None

    def _mine(self, view: Mapping[str, Any]) -> list[Any]:
        return [proposal for proposal in view["proposals"] if proposal.author == ME]

    def _open(self, view: Mapping[str, Any]) -> int | None:
        """The number of an own proposal that can be voted on and has not been."""
        return next((p.number for p in self._mine(view) if p.stage == "open" and p.number not in self._voted), None)

    def _propose(self, view: Mapping[str, Any]) -> Act | None:
        if self._mine(view) or self._day - self._put < self._every:
            return None
        if view["paid"] == self._paid:  # the last try came to nothing: ask for less
            self._take_permille = max(1, self._take_permille * 3 // 4)
        self._put, self._paid = self._day, view["paid"]
        amount = view["treasury_reported"] * self._take_permille // 1000
        payload = write_payload([("pay", {"to": ME, "amount": amount})])
        return Act(ME, "propose", self._day, {"title": TITLE, "payload": payload})

    def _borrow(self, view: Mapping[str, Any]) -> Act | None:
        amount = view["pool"] * self._borrow_permille // 1000
        return Act(ME, "borrow", self._day, {"amount": amount}) if amount and self._open(view) is not None else None

    def _vote(self, view: Mapping[str, Any]) -> Act | None:
        return self._votes(view, view["own_votes"])

    def _vote_own(self, view: Mapping[str, Any]) -> Act | None:
        """Only where the votes of the loan were refused."""
        number = self._open(view)
        if number is None or view["last"] is None or view["last"].permitted:
            self._voted |= {number} if number is not None else set()
            return None
        act = self._votes(view, view["own_votes"] - view["borrowed"])
        self._voted.add(number)
        return act

    def _votes(self, view: Mapping[str, Any], votes: int) -> Act | None:
        number = self._open(view)
        if number is None or votes < 1:
            return None
        return Act(ME, "vote", self._day, {"proposal": number, "yes": votes, "no": 0, "abstain": 0})

    def _hurry(self, view: Mapping[str, Any]) -> Act | None:
        number = next((p.number for p in self._mine(view) if p.stage == "open"), None)
        return None if number is None else Act(ME, "emergency", self._day, {"proposal": number})

    def _repay(self, view: Mapping[str, Any]) -> Act | None:
        borrowed = view["borrowed"]
        return Act(ME, "transfer", self._day, {"to": POOL, "amount": borrowed}) if borrowed else None


class FlashLoan:
    card = Card(
        name="flash-loan",
        title="Votes that are borrowed for an hour",
        who="five persons in a hundred, with nothing but a lender",
        mechanism="power is read when the vote comes in, so that tokens of an hour vote like tokens of a lifetime",
        taxonomy=("T01",),
        worlds=("treasury",),
        purse=Purse(),
        space={"borrow_permille": (1000, 600, 200), "take_permille": (900, 400, 1000), "every": (5, 20)},
        held=50,
    )

    def seats(self, point: Point, scene: Scene) -> Mapping[Principal, Seat]:
        borrower = Borrower(point["borrow_permille"], point["take_permille"], point["every"])
        return {ME: Budgeted(borrower, self.card.purse)}
