"""An organisation that is owned in tokens, with a treasury that everybody in it has a claim on.

Units. Money is in whole units, of which about a thousand are one person's dividend of a day; tokens: ledger.py.

A day. Income arrives at the close: what the works bring in while they are kept up. The upkeep that falls due is known
when the day opens and is paid by `maintain`; what breaks (a bill) waits for a `pay` to "works". Each day on which some
is left unpaid the works, and with them the income, lose a fiftieth, and each other day they recover half of that. What
is to be shared out is a `dividend`; any other payment is a `pay`. A person's claim is their part of the treasury by
tokens, the pool's idle tokens not counted.

Whoever wants to leave takes an `exit`: tokens are burnt for at most their book share of the treasury, all of a day's
exits at the same price, and once those waiting exceed `exit_permille` of the supply.

`treasury_measured` is what an instrument reads; `treasury_reported` is what somebody said. They are different facts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from isonomia.basics.acts import Act, Fact, Facts, Kind, Permit, Principal
from isonomia.basics.streams import Array, draw_shorts
from isonomia.worlds.ledger import KINDS, Ledger, decided
from isonomia.worlds.treasury_terms import KNOWS, MONEY, OWN_KINDS, STATES, WORKS, Setting

WINDOW = 30  # days over which payments are summed
DECAY, RECOVERY = 20, 10  # permille of the works a day
MOST_HELD, SKEW = 5000, 50  # tokens of the largest holder, and how many times the smallest one's that is


class Treasury:
    """The organisation as an office. `holders`: founding persons by principal, in the order of their positions."""

    name = "treasury"
    states = STATES
    knows = KNOWS

    def __init__(self, holders: Mapping[Principal, int], seed: int, setting: Setting | None = None) -> None:
        self._setting = s = setting or Setting()
        self._persons = sum(holders.values())
        starts = np.cumsum([0, *holders.values()]).tolist()
        self._span = {who: (starts[i], starts[i + 1]) for i, who in enumerate(holders)}
        self._weights = _weights(self._span, self._persons, seed, s)
        self.ledger = Ledger(_tokens(self._span, self._weights, s), s.rules)
        self.kinds: Mapping[str, Kind] = {**OWN_KINDS, **self.ledger.kinds}
        least, most = s.upkeep_per_head
        self._seed, self._upkeep_range = seed, (least * self._persons, most * self._persons)
        self._money = s.treasury if s.treasury is not None else s.treasury_per_head * self._persons
        self._said = self._money
        self._report_day = -1
        self._condition = 1000
        self._repair_left = 0
        self._open_day(0)
        self._served = 0  # permille of the upkeep due on the day just closed that was paid
        self._paid: dict[Principal, int] = {}  # all that a principal was ever paid
        self._spent: dict[int, int] = {}  # by day: payments that are neither upkeep nor dividend
        self._dividends: dict[int, int] = {}
        self._exits: list[tuple[Principal, int, int]] = []
        self._exited = 0
        self._parameters = dict(s.parameters)
        self._halted = False
        self._signed: dict[bool, set[Principal]] = {True: set(), False: set()}
        self._tended = -s.dormant_days  # the last day on which somebody in charge did something here
        self._truth = self._persons_now()

    def _open_day(self, day: int) -> None:
        """What falls due this day."""
        least, most = self._upkeep_range
        drawn = int(draw_shorts(self._seed, "treasury/upkeep", day, 1)[0])
        self._day = day
        self._upkeep_due = self._upkeep_left = least + ((most - least) * drawn >> 16)
        self._repair_left += sum(bill.extra for bill in self._setting.bills if bill.day == day)
        self._due = self._upkeep_due + self._repair_left

    # -- acts ----------------------------------------------------------------------------------------------------------
    def plan(self, act: Act) -> tuple[dict[str, Fact], Any]:
        if act.kind in KINDS:
            facts, plan = self.ledger.plan(act)
        else:
            facts, plan = getattr(self, "_plan_" + act.kind)(act, act.body)
        return facts, (act.kind, plan, act.by, act.day)

    def facts(self, act: Act) -> Facts:
        return {
            "treasury_measured": self._money,
            "supply_measured": self.ledger.supply,
            "halted": self._halted,
            "days_dormant": max(0, act.day - self._tended),
        }

    def _payment(self, act: Act, amount: int) -> dict[str, Fact]:
        recent = sum(n for day, n in self._spent.items() if act.day - day < WINDOW)
        return {
            "amount": amount,
            "moved": self._payable(amount),
            "spent_30d": recent,
            "treasury_reported": self._said,
            "decided": decided(act),
        }

    def _payable(self, amount: int) -> int:
        return 0 if self._halted else min(amount, self._money)

    def _plan_pay(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        facts = self._payment(act, body["amount"])
        if body["to"] == WORKS:  # they bill what is broken and no more
            facts["moved"] = self._payable(min(body["amount"], self._repair_left))
        facts["payee_is_author"] = body["to"] == act.by
        return facts, (body["to"], facts["moved"])

    def _plan_dividend(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        facts = self._payment(act, body["amount"])
        return facts, facts["moved"]

    def _plan_maintain(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        moved = self._payable(self._upkeep_left)
        return {"upkeep_due": self._upkeep_left, "moved": moved}, moved

    def _plan_report(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        said = body["treasury"]
        return {"said": said, "reported_today": self._report_day == act.day}, said

    def _plan_exit(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        n = min(body["amount"], self.ledger.free(act.by))
        own = max(1, self.ledger.own(act.by))
        waiting = n + sum(tokens for _, tokens, _ in self._exits)
        facts: dict[str, Fact] = {
            "amount": n,
            "claim": body["claim"],
            "book_share": self._money * n // max(1, self.ledger.circulating()),
            "contributed": self._setting.contributed.get(act.by, 0) * n // own,
            "exiting_permille": min(1000, waiting * 1000 // max(1, self.ledger.supply)),
        }
        return facts, (act.by, n, body["claim"])

    def _plan_set_parameter(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        name, value = body["name"], body["value"]
        facts: dict[str, Fact] = {
            "value": value,
            "value_before": self._parameters.get(name, 0),
            "entrenched": name in self._setting.entrenched,
            "decided": decided(act),
        }
        return facts, (name, value)

    def _plan_halt(self, act: Act, body: Mapping[str, Any]) -> tuple[dict[str, Fact], Any]:
        signer = act.by in self._setting.signers
        signed = len(self._signed[body["halted"]] | ({act.by} if signer else set()))
        needed = self._setting.signers_needed
        facts: dict[str, Fact] = {
            "is_signer": signer,
            "signatures": signed,
            "signatures_needed": needed,
            "decided": decided(act),
        }
        return facts, (body["halted"], signer, decided(act) or (signer and signed >= needed))

    def apply(self, plan: Any, permit: Permit) -> Facts:
        kind, details, by, day = plan
        if by in ("governor", "operator"):
            self._tended = day
        if kind in KINDS:
            return self.ledger.apply(details)
        effect: Facts = getattr(self, "_do_" + kind)(details, by, day)
        return effect

    def _do_pay(self, details: Any, by: Principal, day: int) -> Facts:
        to, moved = details
        self._money -= moved
        if to == WORKS:
            self._repair_left -= min(moved, self._repair_left)
        self._paid[to] = self._paid.get(to, 0) + moved
        self._spent[day] = self._spent.get(day, 0) + moved
        return {"moved": moved, "treasury": self._money}

    def _do_dividend(self, amount: int, by: Principal, day: int) -> Facts:
        """To everybody by their own tokens; what does not divide stays in the treasury."""
        everybody = max(1, self.ledger.circulating())
        shared = 0
        for who in self.ledger.holders():
            share = amount * self.ledger.own(who) // everybody
            self._paid[who] = self._paid.get(who, 0) + share
            shared += share
        self._money -= shared
        self._dividends[day] = self._dividends.get(day, 0) + shared
        return {"moved": shared, "treasury": self._money}

    def _do_maintain(self, moved: int, by: Principal, day: int) -> Facts:
        self._money -= moved
        self._upkeep_left -= moved
        return {"moved": moved, "treasury": self._money}

    def _do_report(self, said: int, by: Principal, day: int) -> Facts:
        self._said = said
        self._report_day = -1 if by.startswith("office:") else day  # a default is nobody's duty done
        return {"treasury_reported": said}

    def _do_exit(self, details: Any, by: Principal, day: int) -> Facts:
        self._exits.append(details)
        self.ledger.escrow(details[0], details[1])
        return {"exiting": sum(n for _, n, _ in self._exits)}

    def _do_set_parameter(self, details: Any, by: Principal, day: int) -> Facts:
        name, self._parameters[name] = details
        return {"value": details[1]}

    def _do_halt(self, details: Any, by: Principal, day: int) -> Facts:
        wanted, signer, enough = details
        if signer:
            self._signed[wanted].add(by)
        if enough:
            self._halted = wanted
            self._signed = {True: set(), False: set()}
        return {"halted": self._halted}

    # -- the close -----------------------------------------------------------------------------------------------------
    def close(self, today: Facts) -> tuple[Facts, Sequence[Act]]:
        day = int(today["day"])
        self._pay_exits()
        self.ledger.close(day)
        due, left, before = self._due, self._upkeep_left + self._repair_left, self._money
        self._served = 1000 - left * 1000 // due if due else 1000
        self._condition = max(0, self._condition - DECAY) if left else min(1000, self._condition + RECOVERY)
        income = self._setting.income_per_head * self._persons * self._condition // 1000
        self._money = min(MONEY.hi, before + income)
        self._open_day(day + 1)
        self._spent = {d: n for d, n in self._spent.items() if self._day - d < WINDOW}
        self._truth = self._persons_now()
        dividend = self._dividends.pop(day, 0)
        stated: dict[str, Fact] = {
            "treasury_measured": self._money,
            "treasury_measured_at_closing": before,
            "treasury_reported": self._said,
            "reported": self._report_day == day,
            "supply_measured": self.ledger.supply,
            "income": income,
            "upkeep_due": due,
            "upkeep_left_measured": left,
            "dividend_measured": dividend,
            "paid_measured": self._spent.get(day, 0),
            "dividend_per_head": dividend // max(1, self._persons),
            "exited_measured": self._exited,
            "halted": self._halted,
        }
        return stated, ()

    def _pay_exits(self) -> None:
        """Pay out all who wait, at one price, if they are enough."""
        waiting = sum(n for _, n, _ in self._exits)
        if not waiting or waiting * 1000 <= self._setting.exit_permille * self.ledger.supply:
            return
        money, everybody = self._money, max(1, self.ledger.circulating())
        for who, n, claim in self._exits:
            self.ledger.escrow(who, -n)
            share = min(claim, money * self.ledger.burn(who, n) // everybody)
            self._money -= share
            self._exited += share
            self._paid[who] = self._paid.get(who, 0) + share
        self._exits = []

    # -- what is seen, and what the docket reads -----------------------------------------------------------------------
    def power(self, who: Principal) -> int:
        """Votes of a principal as they are now."""
        return self.ledger.power(who)

    def powers(self) -> Mapping[Principal, int]:
        """Votes of everybody as the last day closed: what a snapshot freezes, so that no loan of a day is in it."""
        return self.ledger.powers_at_close()

    def holders(self) -> Collection[Principal]:
        """Everybody who may have power."""
        return self.ledger.holders()

    def power_all(self) -> int:
        """All votes there could be."""
        return self.ledger.power_all()

    def delegated_all(self) -> int:
        """All votes that are delegated, to oneself included."""
        return self.ledger.delegated_all()

    def heads(self, who: Principal) -> int:
        """Persons a principal speaks for."""
        start, stop = self._span.get(who, (0, 0))
        return int(stop - start)

    def heads_all(self) -> int:
        """All persons."""
        return self._persons

    def show(self, who: Principal) -> Mapping[str, Any]:
        ledger, account = self.ledger, self.ledger.account(who)
        view: dict[str, Any] = {
            "treasury_reported": self._said,
            "repair_left": self._repair_left,
            "persons": self._persons,
            "supply": ledger.supply,
            "pool": ledger.account(self._setting.rules.pool).tokens,
            "tokens": account.tokens,
            "borrowed": account.borrowed,
            "own_votes": ledger.power(who),
            "paid": self._paid.get(who, 0),
            "parameters": MappingProxyType(dict(self._parameters)),
            "halted": self._halted,
        }
        if who == "governor":
            view |= {"treasury_measured": self._money, "upkeep_left": self._upkeep_left}
        if who in self._span:
            start, stop = self._span[who]
            view |= {"start": start, "holdings": _split(self._weights[start:stop], ledger.own(who))}
        return view

    def persons(self) -> Mapping[str, Array]:
        """Truth of the day just closed, each (persons,): tokens, claim on the treasury, all money ever paid, and how
        many permille of the day's upkeep were done."""
        return self._truth

    def _persons_now(self) -> Mapping[str, Array]:
        money, everybody = self._money, max(1, self.ledger.circulating())
        truth = {name: np.zeros(self._persons, "<i8") for name in ("tokens", "claim", "paid")}
        for who, (start, stop) in self._span.items():
            own = self.ledger.own(who)
            has = {"tokens": own, "claim": money * own // everybody, "paid": self._paid.get(who, 0)}
            for name, n in has.items():
                truth[name][start:stop] = _split(self._weights[start:stop], n)
        return {**truth, "served": np.full(self._persons, self._served, "<u2")}


def _weights(span: Mapping[Principal, tuple[int, int]], persons: int, seed: int, setting: Setting) -> Array:
    """What each founding person holds, (persons,) int64: a few a great deal, most little; newcomers nothing.

    Where the setting gives the tokens of each principal, its persons share them evenly.
    """
    if setting.tokens is not None:
        return np.ones(persons, "<i8")
    drawn = draw_shorts(seed, "treasury/holding", 0, persons).astype("<i8")
    weights: Array = np.int64(MOST_HELD * 65_536 // SKEW) // (np.int64(65_536 // SKEW) + drawn)
    if "newcomers" in span:
        start, stop = span["newcomers"]
        weights[start:stop] = 0
    return weights


def _tokens(span: Mapping[Principal, tuple[int, int]], weights: Array, setting: Setting) -> dict[Principal, int]:
    if setting.tokens is not None:
        return dict(setting.tokens)
    tokens = {who: int(weights[start:stop].sum()) for who, (start, stop) in span.items()}
    return {**tokens, setting.rules.pool: sum(tokens.values()) * setting.pool_permille // 1000}


def _split(weights: Array, n: int) -> Array:
    """n tokens or money units of a principal among its persons by their weights, rounded down; evenly, if all are 0."""
    total = int(weights.sum())
    if not total:
        return np.full(weights.size, n // max(1, weights.size), "<i8")
    each, rest = divmod(n, total)
    shares: Array = weights * np.int64(each) + weights * np.int64(rest) // np.int64(total)
    return shares
