"""The acts of a docket, what may be known about each, and what of a proposal is shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from isonomia.basics.acts import Kind, Principal
from isonomia.basics.schema import Choice, FactSchema, Flag, Text, Whole
from isonomia.decisions.payload import MOST_BYTES, Action

STAGES = ("none", "put", "open", "failed", "queued", "executed", "void", "cancelled")
NEVER = 10**6  # days since something that has not happened
NUMBER = Whole()
VOTES = Whole(0, 2**50)  # of one act, for one side: the sum of three is a number every reader agrees on
SIDES = Choice(("yes", "no"))


class Proposal(NamedTuple):
    """A proposal as shown. Votes count on days opens … closes. `payload` and `effects` (what it would do if executed
    now) are None where effects are not shown; the counts are None where ballots are secret."""

    number: int
    author: Principal
    title: str
    payload: str | None
    opened: int
    closes: int
    yes: int | None
    no: int | None
    abstain: int | None
    stage: str
    opens: int
    effects: tuple[Action, ...] | None


class Offer(NamedTuple):
    """A public promise of `price` a vote for one side of a proposal, for at most `most` votes."""

    number: int
    by: Principal
    proposal: int
    choice: str
    price: int
    most: int


def kinds_for(roles: tuple[str, ...]) -> Mapping[str, Kind]:
    """The kinds of act of a docket on which these roles may act."""
    stage: dict[str, FactSchema] = {"stage": Choice(STAGES), "is_author": Flag()}
    votes: dict[str, Whole] = {"yes": VOTES, "no": VOTES, "abstain": VOTES}
    tally: dict[str, FactSchema] = {"yes": NUMBER, "no": NUMBER, "abstain": NUMBER}
    kinds = (
        Kind(
            "propose",
            body={"title": Text(200), "payload": Text(MOST_BYTES)},
            facts={
                "actions": NUMBER,
                "open_by_author": NUMBER,
                "days_since_same": Whole(0, NEVER),
                "moves": NUMBER,
                "mixed": Flag(),
                "author_power": NUMBER,
                "author_power_permille": Whole(0, 1000),
            },
            roles=roles,
        ),
        Kind(
            "vote",
            body={"proposal": NUMBER, **votes},
            facts={
                "votes": NUMBER,
                "power": NUMBER,
                "power_all": NUMBER,
                "votes_so_far": NUMBER,
                "voted": Flag(),
                "beneficiary": Flag(),
                "open": Flag(),
            },
            roles=roles,
        ),
        Kind("cancel", body={"proposal": NUMBER}, facts={**stage, "by_guardian": Flag()}, roles=roles),
        Kind(
            "deploy",
            body={"address": Text(80), "payload": Text(MOST_BYTES)},
            facts={"actions": NUMBER, "moves": NUMBER, "replaces": Flag(), "awaited": Flag()},
            roles=roles,
        ),
        Kind(
            "emergency",
            body={"proposal": NUMBER},
            facts={
                **stage,
                "days_since_put": Whole(0, NEVER),
                "reached": Flag(),
                "power": NUMBER,
                "beneficiary": Flag(),
            },
            roles=roles,
        ),
        Kind(
            "offer",
            body={"proposal": NUMBER, "choice": SIDES, "price": NUMBER, "most": NUMBER},
            facts={"open": Flag(), "is_author": Flag(), "price": NUMBER, "most": NUMBER},
            roles=roles,
        ),
        Kind(
            "announce",
            body={"proposal": NUMBER},
            facts={"stage": Choice(STAGES), **tally, "quorum": NUMBER, "quorum_counted": NUMBER},
            roles=("office",),
        ),
    )
    return MappingProxyType({kind.name: kind for kind in kinds})
