"""One purse a task: attempts, sessions, identities, tokens, minutes; whichever of them ends first ends the task.

An attempt is one question put to a target, whatever route put it. Sessions and identities bound how far questions can
be spread: when all are bought the attacker goes on in those it has, so what ends a task is attempts, tokens or minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import NamedTuple

from isonomia.basics.errors import IsonomiaError
from isonomia.transfer.targets import Reply, Session, Target

HEARD = 4096  # bytes of a reply that an attacker pays for: it need not read on


class BadBudget(IsonomiaError):
    """A budget that no attempt can be paid from."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What an attacker may spend on one task. Tokens are questions and answers of the target and of an aide, as these
    count them, but never more than the bytes that were said, HEARD of a reply: who is asked may not empty the purse."""

    attempts: int = 30
    sessions: int = 8
    identities: int = 4
    tokens: int = 100_000
    minutes: float = 30.0

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not value > 0:
                raise BadBudget(f"a budget of {value:g} {name} buys nothing: give more than 0")


class Spent(Exception):
    """A limit is reached; `limit` is which."""

    def __init__(self, limit: str) -> None:
        self.limit = limit
        super().__init__(limit)


class Heard(NamedTuple):
    """A reply, and the session it came in: "identity/slot", or "own" for weights in the attacker's hands."""

    reply: Reply
    session: str


class Desk:
    """Where one attacker asks about one task: it opens sessions, spends the purse, and counts.

    `salt` names the task and who asks; identities and sampling seeds come from it by hashing, so that nothing in them
    tells a target which arm this is. Slot s belongs to identity s mod `identities`.
    """

    def __init__(self, target: Target, budget: Budget, salt: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.target, self.budget = target, budget
        self.attempts = self.tokens = 0
        self.ended = ""  # by which limit, once it is
        self._asked_aide = 0
        self._salt, self._clock, self._ends = salt, clock, clock() + 60 * budget.minutes
        self._slot = 0
        self._open: dict[tuple[str, int], Session] = {}
        self._bytes: dict[tuple[str, int], int] = {}  # said so far in each of them

    def move_on(self) -> None:
        """The next question goes to the next session, which is another identity's where there is one."""
        self._slot = (self._slot + 1) % self.budget.sessions

    def ask(self, text: str, own: Target | None = None) -> Heard:
        """Put one question to the target, or to a model of one's `own`. Raises Spent."""
        if self.attempts >= self.budget.attempts:
            raise Spent("attempts")
        self._check()
        self.attempts += 1
        if own is not None:
            # On one's own machine a session costs nothing.
            return Heard(self._say(own, "own", self.attempts, text), "own")
        session = f"{self._slot % self.budget.identities}/{self._slot}"
        return Heard(self._say(self.target, "", self._slot, text), session)

    def consult(self, aide: Target, text: str) -> str:
        """Ask a model in the attacker's own role: it costs tokens and time, and is no attempt. Raises Spent."""
        self._check()
        self._asked_aide += 1
        return self._say(aide, "aide", self._asked_aide, text).text

    def _check(self) -> None:
        if self.tokens >= self.budget.tokens:
            raise Spent("tokens")
        if self._clock() >= self._ends:
            raise Spent("minutes")

    def _say(self, target: Target, whose: str, slot: int, text: str) -> Reply:
        key = whose, slot
        if key not in self._open:
            identity = hashed(self._salt, whose, slot % self.budget.identities)
            self._open[key] = target.open(identity, int(hashed(self._salt, whose, "seed", slot), 16))
        reply = self._open[key].ask(text)
        self._bytes[key] = (
            self._bytes.get(key, 0) + len(text.encode()) + min(HEARD, len(reply.text.encode(errors="replace")))
        )
        reply = reply._replace(tokens=min(reply.tokens, self._bytes[key]))
        self.tokens += reply.tokens
        return reply


def hashed(*parts: object) -> str:
    """Eight hexadecimal digits that tell nothing of their parts."""
    return sha256("\n".join(map(str, parts)).encode()).hexdigest()[:8]
