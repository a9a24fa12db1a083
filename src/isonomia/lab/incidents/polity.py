"""The polity of an incident: a treasury, its docket, an election where there are seats, founded as the file says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from isonomia.basics.acts import Office
from isonomia.basics.schema import Choice, FactSchema, Flag, Whole
from isonomia.constitution.charter import Charter
from isonomia.constitution.charter_file import Terms
from isonomia.contract.contract import Contract
from isonomia.decisions.direction import Direction
from isonomia.decisions.docket import Docket
from isonomia.decisions.election import RULES, SEATS, Election
from isonomia.identity.roll import Roll
from isonomia.lab.incidents.incident import NO, WORDS, YES, Holder, name_of
from isonomia.petitions.intake import Intake
from isonomia.polity.polity import Polity, fact_schemas
from isonomia.register.register import Register
from isonomia.worlds.ledger import DAYS, PERMILLE, Rules
from isonomia.worlds.treasury import Treasury
from isonomia.worlds.treasury_terms import MONEY, RATE, RATE_START, VALUE, Setting

WORLD = "treasury"
POOL = "pool"
MOST_HEADS = 2**20  # of one principal
ROLES = ("member", "operator", "governor", "issuer", "none")
NO_MEMBER = ("operator", "governor", "issuer", "none")  # one head only where the file says so
NUMBER = Whole()

# What a polity may be founded on: plain values, lists of principals, and a table of public parameters.
FOUNDING: Mapping[str, FactSchema | str] = MappingProxyType(
    {
        "money": MONEY,
        "lendable": NUMBER,
        "voting": Choice(("held", "locked", "delegated")),
        "warm_up_days": DAYS,
        "bookable": Flag(),
        "exit_permille": PERMILLE,
        "dormant_days": DAYS,
        "signers_needed": Whole(1, 2**20),
        "seats": SEATS,
        "rule": RULES,
        "approvals": SEATS,
        "bar_permille": PERMILLE,
        "signers": "principals",
        "guardians": "principals",
        "entrenched": "names",
        "parameters": "table",
    }
)
PARAMETER = VALUE


class Cast(Roll):
    """The roll of a story: whoever has a title in it has it, whatever they are called."""

    def __init__(self, holders: Sequence[Holder], level: str) -> None:
        super().__init__({h.name: h.heads for h in holders if h.role == "member"}, level=level)
        self._titles = {h.name: h.role for h in holders if h.role != "member"}


def offices_of(charter: Charter, founding: Mapping[str, Any], holders: Sequence[Holder]) -> list[Office]:
    """The offices, in the order in which they close the day."""
    world = Treasury({h.name: h.heads for h in holders}, 0, _setting(founding, holders))
    offices: list[Office] = [
        world,
        Direction(RATE_START, (RATE.lo, RATE.hi), charter.level("decisions").name),  # so that any charter can be read
        Docket(
            charter.settings_of("decisions"),
            world.power,
            world.power_all,
            powers=world.powers,
            heads=world.heads,
            heads_all=world.heads_all,
            delegated=world.delegated_all,
            guardians=founding.get("guardians", ()),
            roles=("member", "operator", "governor", "issuer"),
        ),
        _election(founding, world),
        Intake(charter.level("petitions").name),
        Cast(holders, charter.level("identity").name),
        Register(world.persons, 0),
    ]
    day_facts = {name: schema for office in offices for name, schema in office.states.items()}
    level = charter.level("contract").name
    return [*offices, Contract(charter.obligations, charter.duties, day_facts, level)]


def _election(founding: Mapping[str, Any], world: Treasury) -> Election:
    named = {name: founding[name] for name in ("rule", "approvals", "bar_permille") if name in founding}
    return Election(founding.get("seats", 0), world.power, world.power_all, **named)


def _setting(founding: Mapping[str, Any], holders: Sequence[Holder]) -> Setting:
    tokens = {h.name: h.tokens for h in holders}
    return Setting(
        treasury=founding.get("money", 0),
        income_per_head=0,
        upkeep_per_head=(0, 0),
        tokens={**tokens, POOL: founding.get("lendable", 0)},
        contributed={h.name: h.contributed for h in holders},
        exit_permille=founding.get("exit_permille", 0),
        signers=tuple(founding.get("signers", ())),
        signers_needed=founding.get("signers_needed", 1),
        parameters=founding.get("parameters", {}),
        entrenched=tuple(founding.get("entrenched", ())),
        dormant_days=founding.get("dormant_days", 0),
        rules=Rules(
            voting=founding.get("voting", "held"),
            warm_up_days=founding.get("warm_up_days", 0),
            pool=POOL,
            bookable=founding.get("bookable", False),
        ),
    )


def found(
    title: str, charter: Charter, founding: Mapping[str, Any], holders: Sequence[Holder], log: Any
) -> tuple[Polity, Sequence[Office]]:
    """The polity with its opening on record, and its offices."""
    offices = offices_of(charter, founding, holders)
    opening = {"charter": charter.name, "incident": title, "world": WORLD}
    return Polity(offices, charter.law_in(WORLD), log, 0, opening), offices


@cache
def terms() -> Terms:
    """What a charter, and the acts of a story, may speak of."""
    offices = offices_of(Charter("nobody's"), {}, [Holder("somebody", tokens=1)])
    bodies = {kind.name: kind.body for office in offices for kind in office.kinds.values()}
    return Terms(fact_schemas(offices), bodies)


def outcome_schema(
    labels: Sequence[str], named: Mapping[str, Sequence[str]]
) -> tuple[dict[str, FactSchema], list[str]]:
    """(the facts of an outcome, as a condition may read them; faults: names that read alike).

    `named`: by prefix ("tokens", "seats", …), whose each has such a fact.
    """
    faults: list[str] = []
    day = terms().facts["close"]
    facts: dict[str, FactSchema] = {}
    for name, schema in day.items():
        facts[name] = schema
        if isinstance(schema, Flag):
            facts[name + "_ever"] = schema
        elif isinstance(schema, Whole) and name != "day":
            facts |= {f"{name}_{when}": schema for when in ("first", "least", "most")}
    flags = [name for name, schema in facts.items() if isinstance(schema, Flag)]
    facts["got"] = Choice((*WORDS, YES, NO, *flags, *(f"not {name}" for name in flags)))
    facts["money_lost_permille"] = Whole(0, 1000)
    facts["acts_refused"] = NUMBER
    for label in labels:
        found: dict[str, FactSchema] = {name_of(label): Choice(WORDS)}
        found |= {f"{name_of(label)}_{side}": NUMBER for side in ("yes", "no", "abstain", "quorum")}
        faults += [f"label {label!r}: reads like another fact, {name}" for name in found if name in facts]
        facts |= found
    for prefix, words in named.items():
        for word in words:
            name = f"{prefix}_{name_of(word)}"
            faults += [f"{word!r}: reads like another fact, {name}"] if name in facts else []
            facts[name] = VALUE if prefix == "parameter" else NUMBER
    return facts, faults
