"""The roll: accounts by principal, and the role each principal has.

A principal may speak for many accounts (the members together, or a ring of sybils); a *person* is counted elsewhere.
Level `open` lets anyone have as many accounts as they ask for: what a hopeful founder does. Level `vouched` gives one
account at a time to whom a tenth of the roll stands for; an account vouches once, and a new one only after 30 days. So
a ring smaller than a tenth of the roll admits nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from isonomia.basics.acts import Act, Fact, Facts, Kind, Permit, Principal
from isonomia.basics.schema import Choice, Text, Whole
from isonomia.law.articles import Article, Level

ROLES = ("none", "member", "governor", "suspended", "operator", "office", "issuer")
ROLL_PER_VOUCHER = 10
DAYS_BEFORE_VOUCHING = 30
ACCOUNTS = Whole()

LEVELS: Mapping[str, Level] = MappingProxyType(
    {
        "open": Level(
            "open", null=True, prices={"identity_vouchers_permille_of_roll": 0}, why="whoever asks gets an account"
        ),
        "vouched": Level(
            "vouched",
            articles=(
                Article(
                    "identity.vouched",
                    "join",
                    f"accounts_asked == 1 and {ROLL_PER_VOUCHER} * vouchers >= roll",
                    "one account for one newcomer, for whom a tenth of the members stand",
                ),
            ),
            prices={"identity_vouchers_permille_of_roll": 1000 // ROLL_PER_VOUCHER},
            why="a name costs what cannot be made at a keyboard: other people's word",
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
        "vouch": Kind(
            "vouch",
            body={"newcomer": Text(80), "vouchers": Whole(1, 2**20)},
            facts={"vouchers_given": Whole(1, 2**20), "vouchers_left": ACCOUNTS},
            roles=("member",),
        ),
        "suspend": Kind(
            "suspend",
            body={"who": Text(80), "days": Whole(1, 3650)},
            facts={"days_suspended": Whole(1, 3650)},
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
    knows: Mapping[str, Any] = MappingProxyType({"role": Choice(ROLES), "accounts": ACCOUNTS, "roll": ACCOUNTS})
    states: Mapping[str, Any] = MappingProxyType({"roll": ACCOUNTS, "suspended": ACCOUNTS})

    def __init__(
        self, founding: Mapping[Principal, int], governor: Principal = "governor", level: str = "open"
    ) -> None:
        self.level = LEVELS[level]
        self._accounts = dict(founding)
        self._roll = sum(founding.values())
        self._governor = governor
        self._suspended: dict[Principal, int] = {}  # principal -> first day on which it may act again
        self._vouchers: dict[Principal, int] = {}  # newcomer -> vouchers standing for them
        self._may_vouch: dict[Principal, list[tuple[int, int]]] = {
            who: [(0, n)] for who, n in founding.items()
        }  # who -> [(from this day, accounts that have not vouched)]
        self._day = 0

    def _role(self, who: Principal) -> str:
        if self._suspended and self._day < self._suspended.get(who, 0):
            return "suspended"
        if who == self._governor:
            return "governor"
        if who in self._accounts:
            return "member"
        return "office" if who.startswith("office:") else "operator" if who == "operator" else "none"

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
        if act.kind == "vouch":
            left = self._vouchers_left(act.by)
            facts = {"vouchers_given": body["vouchers"], "vouchers_left": left}
            return facts, ("vouch", act.by, body["newcomer"], min(body["vouchers"], left))
        return {"days_suspended": body["days"]}, ("suspend", body["who"], act.day + body["days"])

    def facts(self, act: Act) -> Facts:
        by = act.by
        return {"role": self._role(by), "accounts": self._accounts.get(by, 0), "roll": self._roll}

    def apply(self, plan: Any, permit: Permit) -> Facts:
        if plan[0] == "join":
            _, who, asked = plan
            spent = min(vouchers_needed(self._roll) * asked, self._vouchers.get(who, 0))
            self._accounts[who] = self._accounts.get(who, 0) + asked
            self._roll += asked
            self._vouchers[who] = self._vouchers.get(who, 0) - spent
            self._may_vouch.setdefault(who, []).append((self._day + DAYS_BEFORE_VOUCHING, asked))
            return {"roll": self._roll}
        if plan[0] == "vouch":
            _, who, newcomer, given = plan
            self._spend_vouchers(who, given)
            self._vouchers[newcomer] = self._vouchers.get(newcomer, 0) + given
            return {"vouchers": self._vouchers[newcomer]}
        _, who, until = plan
        self._suspended[who] = until
        return {"suspended_until": until}

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
            "roll": self._roll,
            "role": self._role(who),
            "vouchers_left": self._vouchers_left(who),
        }
