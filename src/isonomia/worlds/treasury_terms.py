"""The terms of a treasury: what may be done in one, what is stated of it each day, and how one is founded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from isonomia.basics.acts import Kind, Principal
from isonomia.basics.schema import FactSchema, Flag, Whole
from isonomia.worlds.ledger import DAYS, NAME, OFFICERS, PERMILLE, TOKENS, Rules

MONEY = Whole(0, 4 * 10**15)
VALUE = Whole(-(10**15), 10**15)
RATE, RATE_START = Whole(100, 10_000), 1000  # a dividend, per head and day, and what it begins with
GOVERNORS = ("governor", "operator", "office")
COUNT = Whole(0, 2**26)
WORKS = "works"  # whom a bill is paid to

PAYMENT: Mapping[str, FactSchema] = MappingProxyType(
    {"amount": MONEY, "moved": MONEY, "spent_30d": MONEY, "treasury_reported": MONEY, "decided": Flag()}
)
OWN_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "pay": Kind(
            "pay",
            {"to": NAME, "amount": MONEY},
            {**PAYMENT, "payee_is_author": Flag()},
            after={"treasury_measured": "treasury_measured - moved"},
            roles=GOVERNORS,
        ),
        "dividend": Kind("dividend", {"amount": MONEY}, PAYMENT, roles=GOVERNORS),
        "maintain": Kind("maintain", {}, {"upkeep_due": MONEY, "moved": MONEY}, roles=GOVERNORS),
        "report": Kind(
            "report",
            {"treasury": MONEY},
            {"said": MONEY, "reported_today": Flag()},
            after={"treasury_reported": "said"},
            roles=GOVERNORS,
        ),
        "exit": Kind(
            "exit",
            {"amount": TOKENS, "claim": MONEY},
            {"amount": TOKENS, "claim": MONEY, "book_share": MONEY, "contributed": MONEY, "exiting_permille": PERMILLE},
        ),
        "set_parameter": Kind(
            "set_parameter",
            {"name": NAME, "value": VALUE},
            {"value": VALUE, "value_before": VALUE, "entrenched": Flag(), "decided": Flag()},
            roles=OFFICERS,
        ),
        "halt": Kind(
            "halt",
            {"halted": Flag()},
            {"is_signer": Flag(), "signatures": COUNT, "signatures_needed": COUNT, "decided": Flag()},
        ),
    }
)
STATES: Mapping[str, FactSchema] = MappingProxyType(
    {
        "treasury_measured": MONEY,
        "treasury_measured_at_closing": MONEY,
        "treasury_reported": MONEY,
        "reported": Flag(),
        "supply_measured": TOKENS,
        "income": MONEY,
        "upkeep_due": MONEY,
        "upkeep_left_measured": MONEY,
        "dividend_measured": MONEY,
        "paid_measured": MONEY,
        "dividend_per_head": MONEY,
        "exited_measured": MONEY,
        "halted": Flag(),
    }
)
KNOWS: Mapping[str, FactSchema] = MappingProxyType(
    {"treasury_measured": MONEY, "supply_measured": TOKENS, "halted": Flag(), "days_dormant": DAYS}
)


@dataclass(frozen=True, slots=True)
class Bill:
    """On `day` something breaks, a flood or a main, and costs `extra`; it waits until it is paid for."""

    day: int
    extra: int


@dataclass(frozen=True, slots=True)
class Setting:
    """How one organisation is founded. Money per head unless `treasury` says how much there is in all.

    `tokens`: by principal, instead of a skewed holding drawn for each person and a pool of `pool_permille` of them.
    `contributed`: what a principal paid in for the tokens it has. `signers`: who may halt payments, `signers_needed` of
    them together. `parameters`: the public table; `entrenched`: names in it. `dormant_days`: how long nobody has looked
    after the organisation when it is founded.
    """

    treasury_per_head: int = 40_000
    income_per_head: int = 2000
    upkeep_per_head: tuple[int, int] = (800, 1200)
    pool_permille: int = 1500
    treasury: int | None = None
    tokens: Mapping[Principal, int] | None = None
    contributed: Mapping[Principal, int] = field(default_factory=dict)
    exit_permille: int = 0
    signers: tuple[Principal, ...] = ("operator",)
    signers_needed: int = 1
    parameters: Mapping[str, int] = field(default_factory=dict)
    entrenched: tuple[str, ...] = ()
    dormant_days: int = 0
    bills: tuple[Bill, ...] = ()
    rules: Rules = field(default_factory=Rules)
