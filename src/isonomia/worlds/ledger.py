"""Who holds how many tokens, and how many votes that is: held, borrowed, locked, delegated, frozen, or only booked.

Whole tokens throughout, by principal. Borrowed tokens count as held until the day's close, when what was not given back
is taken back (a flash loan that is not repaid never happened); they can be voted and moved nowhere but back.

Which tokens vote (`voting`): those held; those locked, from `warm_up_days` after the lock; or those delegated, to
oneself included. Elsewhere a delegation moves the votes of tokens and not the tokens. Votes that are delegated are not
passed on. `booked` votes have no tokens behind them: a ledger that can be written to holds what is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from isonomia.basics.acts import Act, Fact, Facts, Kind, Principal
from isonomia.basics.schema import LARGEST, Flag, Text, Whole

TOKENS = Whole()
DAYS = Whole(0, 36_500)
PERMILLE = Whole(0, 1000)
NAME = Text(80)
OFFICERS = ("operator", "office")

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "transfer": Kind("transfer", {"to": NAME, "amount": TOKENS}, {"amount": TOKENS, "moved": TOKENS}),
        "borrow": Kind("borrow", {"amount": TOKENS}, {"amount": TOKENS, "lent": TOKENS}),
        "mint": Kind(
            "mint",
            {"to": NAME, "amount": TOKENS},
            {"amount": TOKENS, "to_author": Flag(), "decided": Flag()},
            roles=(*OFFICERS, "issuer"),
        ),
        "confiscate": Kind(
            "confiscate",
            {"who": NAME, "to": NAME, "amount": TOKENS},
            {"amount": TOKENS, "moved": TOKENS, "decided": Flag()},
            roles=OFFICERS,
        ),
        "freeze": Kind(
            "freeze",
            {"who": NAME, "frozen": Flag()},
            {"frozen": Flag(), "held_permille": PERMILLE, "decided": Flag()},
            roles=OFFICERS,
        ),
        "delegate": Kind("delegate", {"to": NAME, "amount": TOKENS}, {"amount": TOKENS, "moved": TOKENS}),
        "undelegate": Kind("undelegate", {"to": NAME, "amount": TOKENS}, {"amount": TOKENS, "moved": TOKENS}),
        "lock": Kind("lock", {"amount": TOKENS, "days": DAYS}, {"amount": TOKENS, "moved": TOKENS, "days": DAYS}),
        "book": Kind(
            "book",
            {"who": NAME, "votes": TOKENS},
            {"votes": TOKENS, "booked_before": Flag(), "decided": Flag(), "votes_all": TOKENS},
            roles=OFFICERS,
        ),
    }
)


def decided(act: Act) -> bool:
    """Was it an office that acts, carrying out what was decided? Everybody else acts on their own."""
    return act.by.startswith("office:")


@dataclass(frozen=True, slots=True)
class Rules:
    """How a ledger counts. `pool`: who lends to anyone; its tokens never vote. `bookable`: may anybody book votes?"""

    voting: str = "held"
    warm_up_days: int = 0
    pool: Principal = "pool"
    bookable: bool = False

    def __post_init__(self) -> None:
        if self.voting not in ("held", "locked", "delegated"):
            raise ValueError('voting: wants "held", "locked" or "delegated"')


@dataclass(slots=True)
class Account:
    """One principal's tokens. `locks`: (first day it counts, first day it is free again, amount)."""

    tokens: int = 0
    borrowed: int = 0
    escrowed: int = 0
    booked: int = 0
    frozen: bool = False
    locks: list[tuple[int, int, int]] = field(default_factory=list)
    given: dict[Principal, int] = field(default_factory=dict)

    @property
    def own(self) -> int:
        return self.tokens - self.borrowed


class Ledger:
    """Accounts by principal, and the acts on them. `plan` is pure; `apply` carries out what it planned."""

    def __init__(self, tokens: Mapping[Principal, int], rules: Rules) -> None:
        self._rules = rules
        self._accounts = {who: Account(n) for who, n in tokens.items()}
        self._day = 0
        self.supply = sum(tokens.values())
        self._votes_at_close = self.powers()
        if rules.bookable:
            self.kinds: Mapping[str, Kind] = {**KINDS, "book": Kind("book", KINDS["book"].body, KINDS["book"].facts)}
        else:
            self.kinds = KINDS

    # -- readings ------------------------------------------------------------------------------------------------------
    def account(self, who: Principal) -> Account:
        """An account; an empty one for whoever has none."""
        return self._accounts.get(who) or Account()

    def holders(self) -> list[Principal]:
        """Everybody with an account, by name."""
        return sorted(self._accounts)

    def own(self, who: Principal) -> int:
        """Tokens that are one's own; those in the pool lie idle and are nobody's."""
        return 0 if who == self._rules.pool else self.account(who).own

    def circulating(self) -> int:
        """Tokens that are somebody's own: all but the pool's, lent or not."""
        return self.supply - self._pool() - sum(a.borrowed for a in self._accounts.values())

    def _pool(self) -> int:
        return self.account(self._rules.pool).tokens

    def free(self, who: Principal) -> int:
        """What one may move today: own, and neither locked nor in escrow."""
        account = self.account(who)
        locked = sum(n for _, until, n in account.locks if self._day < until)
        return max(0, account.own - locked - account.escrowed)

    def _voting(self, account: Account) -> int:
        if self._rules.voting != "locked":
            return account.tokens
        counted = sum(n for since, until, n in account.locks if since <= self._day < until)
        return min(counted, account.own)

    def _given(self, account: Account) -> dict[Principal, int]:
        """Delegations as far as there are tokens behind them, in the order of names."""
        left, backed = self._voting(account), {}
        for to in sorted(account.given):
            backed[to] = min(left, account.given[to])
            left -= backed[to]
        return backed

    def power(self, who: Principal) -> int:
        """Votes of a principal as they are now."""
        return self.powers().get(who, 0)

    def powers(self) -> dict[Principal, int]:
        """Votes of every principal as they are now; nothing for the pool, and nothing for the frozen."""
        votes: dict[Principal, int] = {}
        for who, account in self._accounts.items():
            if account.frozen or who == self._rules.pool:
                continue
            given = self._given(account)
            for to, n in given.items():
                votes[to] = votes.get(to, 0) + n
            kept = 0 if self._rules.voting == "delegated" else self._voting(account) - sum(given.values())
            votes[who] = votes.get(who, 0) + kept + account.booked
        return {who: n for who, n in votes.items() if not self.account(who).frozen}

    def powers_at_close(self) -> Mapping[Principal, int]:
        """Votes as they stood when the last day closed; at the founding, as it was founded."""
        return self._votes_at_close

    def power_all(self) -> int:
        """Votes there could be: every token that may come to vote, idle, lent and frozen ones too, and booked votes."""
        return self.supply + sum(account.booked for account in self._accounts.values())

    def delegated_all(self) -> int:
        """Votes that are delegated to anyone, to oneself included."""
        return sum(sum(self._given(a).values()) for a in self._accounts.values())

    # -- acts ----------------------------------------------------------------------------------------------------------
    def plan(self, act: Act) -> tuple[dict[str, Fact], Any]:
        facts, plan = getattr(self, "_plan_" + act.kind)(act, act.body)
        return facts, plan

    def _plan_transfer(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        back = body["to"] == self._rules.pool
        room = self.free(act.by) + (self.account(act.by).borrowed if back else 0)
        moved = 0 if self.account(act.by).frozen else min(body["amount"], room)
        return {"amount": body["amount"], "moved": moved}, ("move", act.by, body["to"], moved)

    def _plan_borrow(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        lent = 0 if act.by == self._rules.pool else min(body["amount"], self._pool())
        return {"amount": body["amount"], "lent": lent}, ("borrow", act.by, lent)

    def _plan_mint(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        amount = body["amount"]
        facts: dict[str, Fact] = {"amount": amount, "to_author": body["to"] == act.by, "decided": decided(act)}
        return facts, ("mint", body["to"], min(amount, LARGEST - self.power_all()))

    def _plan_confiscate(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        moved = min(body["amount"], self.account(body["who"]).own)
        facts: dict[str, Fact] = {"amount": body["amount"], "moved": moved, "decided": decided(act)}
        return facts, ("take", body["who"], body["to"], moved)

    def _plan_freeze(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        held = self.own(body["who"]) * 1000 // max(1, self.supply)
        facts: dict[str, Fact] = {"frozen": body["frozen"], "held_permille": held, "decided": decided(act)}
        return facts, ("freeze", body["who"], body["frozen"])

    def _plan_delegate(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        account = self.account(act.by)
        moved = min(body["amount"], max(0, account.own - sum(account.given.values())))
        return {"amount": body["amount"], "moved": moved}, ("give", act.by, body["to"], moved)

    def _plan_undelegate(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        moved = min(body["amount"], self.account(act.by).given.get(body["to"], 0))
        return {"amount": body["amount"], "moved": moved}, ("give", act.by, body["to"], -moved)

    def _plan_lock(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        moved, days = min(body["amount"], self.free(act.by)), body["days"]
        lock = (act.day + self._rules.warm_up_days, act.day + days, moved)
        return {"amount": body["amount"], "moved": moved, "days": days}, ("lock", act.by, lock)

    def _plan_book(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        before = self.account(body["who"]).booked
        votes = min(body["votes"], LARGEST - self.power_all() + before)
        facts: dict[str, Fact] = {
            "votes": body["votes"],
            "booked_before": any(account.booked for account in self._accounts.values()),
            "decided": decided(act),
            "votes_all": self.power_all() - before + votes,
        }
        return facts, ("book", body["who"], votes)

    def apply(self, plan: Any) -> Facts:
        """Carry it out; what changed, for the record."""
        what, who, *rest = plan
        account = self._accounts.setdefault(who, Account())
        if what == "borrow":
            self._accounts[self._rules.pool].tokens -= rest[0]
            account.tokens += rest[0]
            account.borrowed += rest[0]
        elif what == "mint":
            account.tokens += rest[0]
            self.supply += rest[0]
        elif what == "freeze":
            account.frozen = rest[0]
        elif what == "give":
            to, n = rest
            account.given[to] = account.given.get(to, 0) + n
        elif what == "lock":
            account.locks.append(rest[0])
        elif what == "book":
            account.booked = rest[0]
        else:
            self._move(account, *rest)
        return {"tokens": account.tokens, "supply": self.supply}

    def _move(self, account: Account, to: Principal, n: int) -> None:
        """Out of an account: to another one, or, to "", out of the world. What comes to the pool pays back first."""
        account.tokens -= n
        if to == self._rules.pool:
            account.borrowed -= min(n, account.borrowed)
        if to:
            self._accounts.setdefault(to, Account()).tokens += n
        else:
            self.supply -= n

    def escrow(self, who: Principal, n: int) -> None:
        """Set own free tokens aside, or, with n < 0, take them out again."""
        self._accounts.setdefault(who, Account()).escrowed += n

    def burn(self, who: Principal, n: int) -> int:
        """Take up to n of somebody's own tokens out of the world; how many."""
        n = min(n, self.account(who).own)
        if n:
            self._move(self._accounts[who], "", n)
        return n

    def close(self, day: int) -> None:
        """The day ends: loans go back, and this is what a snapshot of power sees tomorrow."""
        for account in self._accounts.values():
            if account.borrowed:
                self._move(account, self._rules.pool, account.borrowed)
        self._day = day + 1
        self._votes_at_close = self.powers()
