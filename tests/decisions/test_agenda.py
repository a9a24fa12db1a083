"""The acts of a docket, word for word: what each carries, what may be known about it, and who may do it."""

import pytest

from isonomia.basics.schema import LARGEST, Choice, Flag, Text, Whole
from isonomia.decisions.agenda import kinds_for

N = Whole(0, LARGEST)
VOTES = Whole(0, 2**50)
STAGE = Choice(("none", "put", "open", "failed", "queued", "executed", "void", "cancelled"))
DAYS = Whole(0, 10**6)
PAYLOAD = Text(4000)
FLAG = Flag()

BODIES = {
    "propose": {"title": Text(200), "payload": PAYLOAD},
    "vote": {"proposal": N, "yes": VOTES, "no": VOTES, "abstain": VOTES},
    "cancel": {"proposal": N},
    "deploy": {"address": Text(80), "payload": PAYLOAD},
    "emergency": {"proposal": N},
    "offer": {"proposal": N, "choice": Choice(("yes", "no")), "price": N, "most": N},
    "announce": {"proposal": N},
}
FACTS = {
    "propose": {
        "actions": N,
        "open_by_author": N,
        "days_since_same": DAYS,
        "moves": N,
        "mixed": FLAG,
        "author_power": N,
        "author_power_permille": Whole(0, 1000),
    },
    "vote": {
        "votes": N,
        "power": N,
        "power_all": N,
        "votes_so_far": N,
        "voted": FLAG,
        "beneficiary": FLAG,
        "open": FLAG,
    },
    "cancel": {"stage": STAGE, "is_author": FLAG, "by_guardian": FLAG},
    "deploy": {"actions": N, "moves": N, "replaces": FLAG, "awaited": FLAG},
    "emergency": {
        "stage": STAGE,
        "is_author": FLAG,
        "days_since_put": DAYS,
        "reached": FLAG,
        "power": N,
        "beneficiary": FLAG,
    },
    "offer": {"open": FLAG, "is_author": FLAG, "price": N, "most": N},
    "announce": {"stage": STAGE, "yes": N, "no": N, "abstain": N, "quorum": N, "quorum_counted": N},
}


def test_the_kinds_of_a_docket():
    kinds = kinds_for(("member", "issuer"))
    assert list(kinds) == list(BODIES) == list(FACTS)
    assert {name: kind.name for name, kind in kinds.items()} == {name: name for name in BODIES}


@pytest.mark.parametrize("name", BODIES)
def test_what_an_act_carries_states_and_who_may_do_it(name):
    kind = kinds_for(("member", "issuer"))[name]
    assert kind.body == BODIES[name]
    assert kind.facts == FACTS[name]
    assert kind.roles == (("office",) if name == "announce" else ("member", "issuer"))
    assert kind.after == {}
