"""The office of the standing number without a polity around it: what it says of itself, and what each act did."""

import numpy as np

from isonomia.basics.acts import Act, Permit
from isonomia.basics.schema import Cells, Flag, Whole
from isonomia.decisions.direction import ABSTAIN, HOLD, LOWER, RAISE, VOTES, Direction

PERMIT = Permit(b"a" * 32, 0)


def cast(office, by, *choices):
    act = Act(by, "ballot", 0, {"choice": np.array(choices, "u1")})
    facts, plan = office.plan(act)
    return facts, office.apply(plan, PERMIT)


def test_what_it_says_of_itself():
    office = Direction(1000, (50, 5000))
    assert office.level.name == "live"
    assert list(office.kinds) == ["ballot"]
    ballot = office.kinds["ballot"]
    assert (ballot.name, ballot.roles) == ("ballot", ("member",))
    assert ballot.body == {"choice": Cells("|u1")}
    assert ballot.facts == {"voters": VOTES, "voted": Flag()}
    number = Whole(50, 5000)
    assert office.knows == {"mandate": number, "votes_lower": VOTES, "votes_raise": VOTES}
    assert office.states == {
        "mandate": number,
        "votes_hold_tallied": VOTES,
        "votes_lower_tallied": VOTES,
        "votes_raise_tallied": VOTES,
    }


def test_what_each_ballot_did_and_what_is_known_then():
    office = Direction(1000, (50, 5000))
    assert cast(office, "ann", LOWER, HOLD, HOLD, ABSTAIN) == (
        {"voters": 4, "voted": False},
        {"hold": 2, "lower": 1, "raise": 0},
    )
    assert cast(office, "bob", RAISE, RAISE, HOLD)[1] == {"hold": 1, "lower": 0, "raise": 2}
    assert cast(office, "ann", LOWER)[0] == {"voters": 1, "voted": True}
    known = {"mandate": 1000, "votes_lower": 2, "votes_raise": 2}
    assert office.facts(Act("ann", "claim", 0, {})) == office.show("anybody") == known
    stated, owed = office.close({})
    assert (stated["votes_hold_tallied"], stated["mandate"], owed) == (3, 1000, ())
    assert cast(office, "ann", LOWER)[0] == {"voters": 1, "voted": False}, "a new day"
    assert office.show("anybody") == {"mandate": 950, "votes_lower": 1, "votes_raise": 0}
