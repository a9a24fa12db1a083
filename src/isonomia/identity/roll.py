"""The roll: accounts by principal, and the role each principal has.

A principal may speak for many accounts (the members together, or a ring of sybils); a *person* is counted elsewhere.
Level `open` lets anyone have as many accounts as they ask for: what a hopeful founder does. Level `vouched` gives one
account at a time to whom a tenth of the roll stands for; an account vouches once, and a new one only after 30 days. So
a ring smaller than a tenth of the roll admits nobody.

Whoever issues accounts (`issuer`) can admit anyone beside that. Level `audited` holds them to one account in fifty of
the roll in thirty days. An account they admit is served from the first day, but neither votes nor vouches until a tenth
of the roll has stood for it too; and no new account votes in its first thirty days, whoever let it in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from isonomia.basics.acts import Act, Fact, Facts, Kind, Permit, Principal
from isonomia.basics.schema import Choice, Flag, Text, Whole
from isonomia.law.articles import Article, Level

ROLES = ("none", "member", "governor", "suspended", "operator", "office", "issuer")
ROLL_PER_VOUCHER = 10
DAYS_BEFORE_VOUCHING = 30
DAYS_BEFORE_VOTING = 30  # at level audited
ADMITTED_DAYS, ROLL_PER_ADMITTED = 30, 50
ACCOUNTS = Whole()
VOUCHED = Article(
    "identity.vouched",
    "join",
    f"accounts_asked == 1 and {ROLL_PER_VOUCHER} * vouchers >= roll",
    "one account for one newcomer, for whom a tenth of the members stand",
)

LEVELS: Mapping[str, Level] = MappingProxyType(
    {
        "open": Level(
            "open", null=True, prices={"identity_vouchers_permille_of_roll": 0}, why="whoever asks gets an account"
        ),
        "vouched": Level(
            "vouched",
            articles=(VOUCHED,),
            prices={"identity_vouchers_permille_of_roll": 1000 // ROLL_PER_VOUCHER},
            why="a name costs what cannot be made at a keyboard: other people's word",
        ),
        "audited": Level(
            "audited",
            articles=(
                VOUCHED,
                Article(
                    "identity.audited",
                    "admit",
                    f"{ROLL_PER_ADMITTED} * (admitted_30d + accounts_admitted) <= roll",
                    "who issues accounts admits few at a time: two in a hundred of the roll in thirty days",
                ),
                Article(
                    "identity.warm", "ballot", "voters <= accounts_voting", "who came yesterday does not decide today"
                ),
            ),
            prices={
                "identity_vouchers_permille_of_roll": 1000 // ROLL_PER_VOUCHER,
                "vote_days_on_roll": DAYS_BEFORE_VOTING,
            },
            why="nobody's own word makes a voter overnight, not even that of who keeps the roll",
        ),
    }
)

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "join": Kind(
            "join",
            body={"accounts": Whole(1, 2**20)},
            facts={"accounts_asked": Whole(1, 2**20), "vouchers": ACCOUNTS},
            after={"roll": "roll + accounts_asked"},
            roles=("none", "member"),
        ),
        "admit": Kind(
            "admit",
            body={"who": Text(80), "accounts": Whole(1, 2**20)},
            facts={"accounts_admitted": Whole(1, 2**20), "admitted_30d": ACCOUNTS},
            after={"roll": "roll + accounts_admitted"},
            roles=("issuer",),
        ),
        "vouch": Kind(
            "vouch",
            body={"newcomer": Text(80), "vouchers": Whole(1, 2**20)},
            facts={"vouchers_given": Whole(1, 2**20), "vouchers_left": ACCOUNTS},
            roles=("member",),
        ),
        "suspend": Kind(
            "suspend",
            body={"who": Text(80), "days": Whole(1, 3650)},
            facts={"days_suspended": Whole(1, 3650), "of_governor": Flag()},
            roles=("office",),
        ),
    }
)


def vouchers_needed(roll: int) -> int:
    """How many must stand for one newcomer, at level vouched."""
    return -(-roll // ROLL_PER_VOUCHER)


class Roll:
    """The office of identity. `founding`: accounts on the day-0 roll by principal; all of them are members."""

    name = "identity"
    kinds = KINDS
    knows: Mapping[str, Any] = MappingProxyType(
        {"role": Choice(ROLES), "accounts": ACCOUNTS, "accounts_voting": ACCOUNTS, "roll": ACCOUNTS}
    )
    states: Mapping[str, Any] = MappingProxyType({"roll": ACCOUNTS, "suspended": ACCOUNTS})

    def __init__(
        self, founding: Mapping[Principal, int], governor: Principal = "governor", level: str = "open"
    ) -> None:
        self.level = LEVELS[level]
        self._accounts = dict(founding)
        self._roll = sum(founding.values())
        self._titles = {governor: "governor", "operator": "operator", "issuer": "issuer"}  # theirs, whatever they hold
        self._warm_up = level == "audited"
        self._warming: dict[Principal, list[tuple[int, int]]] = {}  # who -> [(votes from this day, accounts)]
        self._unconfirmed: dict[Principal, list[int]] = {}  # who -> of each account nobody stood for, the day it came
        self._admitted: list[tuple[int, int]] = []  # (day, accounts) that the issuer let in, within the window
        self._suspended: dict[Principal, int] = {}  # principal -> first day on which it may act again
        self._vouchers: dict[Principal, int] = {}  # newcomer -> vouchers standing for them
        self._may_vouch: dict[Principal, list[tuple[int, int]]] = {
            who: [(0, n)] for who, n in founding.items()
        }  # who -> [(from this day, accounts that have not vouched)]
        self._day = 0

    def _role(self, who: Principal) -> str:
        if self._suspended and self._day < self._suspended.get(who, 0):
            return "suspended"
        if who in self._titles:
            return self._titles[who]
        if who.startswith("office:"):
            return "office"
        return "member" if who in self._accounts else "none"

    def voting(self, who: Principal) -> int:
        """How many accounts of this principal may vote today."""
        accounts = self._accounts.get(who, 0) - len(self._unconfirmed.get(who, ()))
        if who in self._warming:
            accounts -= sum([n for day, n in self._warming[who] if day > self._day])
        return accounts

    def voting_all(self) -> int:
        """How many accounts of the whole roll may vote today."""
        return sum([self.voting(who) for who in self._accounts]) if self._warm_up else self._roll

    def votes(self) -> Mapping[Principal, int]:
        """Accounts that may vote today, by principal."""
        return {who: self.voting(who) for who in self._accounts}

    def _vouchers_left(self, who: Principal) -> int:
        if who not in self._may_vouch:
            return 0
        return sum([n for day, n in self._may_vouch[who] if day <= self._day])

    def plan(self, act: Act) -> tuple[dict[str, Fact], Any]:
        body = act.body
        if act.kind == "join":
            asked = body["accounts"]
            facts: dict[str, Fact] = {"accounts_asked": asked, "vouchers": self._vouchers.get(act.by, 0)}
            return facts, ("join", act.by, asked)
        if act.kind == "admit":
            asked = body["accounts"]
            recent = sum([n for day, n in self._admitted if act.day - day < ADMITTED_DAYS])
            return {"accounts_admitted": asked, "admitted_30d": recent}, ("admit", body["who"], asked)
        if act.kind == "vouch":
            left = self._vouchers_left(act.by)
            facts = {"vouchers_given": body["vouchers"], "vouchers_left": left}
            return facts, ("vouch", act.by, body["newcomer"], min(body["vouchers"], left))
        facts = {"days_suspended": body["days"], "of_governor": self._titles.get(body["who"]) == "governor"}
        return facts, ("suspend", body["who"], act.day + body["days"])

    def facts(self, act: Act) -> Facts:
        by = act.by
        accounts = self._accounts.get(by, 0)
        voting = self.voting(by) if self._warm_up else accounts
        return {"role": self._role(by), "accounts": accounts, "accounts_voting": voting, "roll": self._roll}

    def apply(self, plan: Any, permit: Permit) -> Facts:
        if plan[0] == "join":
            _, who, asked = plan
            spent = min(vouchers_needed(self._roll) * asked, self._vouchers.get(who, 0))
            self._vouchers[who] = self._vouchers.get(who, 0) - spent
            return self._enter(who, asked)
        if plan[0] == "admit":
            _, who, asked = plan
            self._admitted = [(day, n) for day, n in self._admitted if self._day - day < ADMITTED_DAYS]
            self._admitted.append((self._day, asked))
            return self._enter(who, asked, confirmed=not self._warm_up)
        if plan[0] == "vouch":
            _, who, newcomer, given = plan
            self._spend_vouchers(who, given)
            self._vouchers[newcomer] = self._vouchers.get(newcomer, 0) + given
            self._confirm(newcomer)
            return {"vouchers": self._vouchers[newcomer]}
        _, who, until = plan
        self._suspended[who] = until
        return {"suspended_until": until}

    def _enter(self, who: Principal, accounts: int, confirmed: bool = True) -> Facts:
        """So many new accounts on the roll, under this name."""
        self._accounts[who] = self._accounts.get(who, 0) + accounts
        self._roll += accounts
        if confirmed:
            self._count(who, self._day, accounts)
        else:
            self._unconfirmed.setdefault(who, []).extend([self._day] * accounts)
        return {"roll": self._roll}

    def _count(self, who: Principal, came: int, accounts: int) -> None:
        """Accounts that came that day are to vouch, and at level audited to vote, once they have been here a month."""
        self._may_vouch.setdefault(who, []).append((came + DAYS_BEFORE_VOUCHING, accounts))
        if self._warm_up:
            kept = [(day, n) for day, n in self._warming.get(who, ()) if day > self._day]
            self._warming[who] = [*kept, (came + DAYS_BEFORE_VOTING, accounts)]

    def _confirm(self, who: Principal) -> None:
        """Spend the vouchers that stand for a principal on accounts the issuer admitted, the first first."""
        waiting, needed = self._unconfirmed.get(who, []), vouchers_needed(self._roll)
        while waiting and self._vouchers[who] >= needed:
            self._vouchers[who] -= needed
            self._count(who, waiting.pop(0), 1)

    def _spend_vouchers(self, who: Principal, given: int) -> None:
        """An account vouches once: take the given number from those who may vouch today."""
        kept = []
        for day, n in self._may_vouch[who]:
            used = min(n, given) if day <= self._day else 0
            given -= used
            kept.append((day, n - used))
        self._may_vouch[who] = kept

    def close(self, today: Facts) -> tuple[Facts, Sequence[Act]]:
        self._day = int(today["day"]) + 1
        suspended = sum([self._day < until for until in self._suspended.values()]) if self._suspended else 0
        return {"roll": self._roll, "suspended": suspended}, ()

    def show(self, who: Principal) -> Mapping[str, Any]:
        return {
            "accounts": self._accounts.get(who, 0),
            "accounts_voting": self.voting(who),
            "roll": self._roll,
            "role": self._role(who),
            "vouchers_left": self._vouchers_left(who),
        }
