"""The roll without a polity around it: what it says of itself, what each act did, and what it remembers."""

import pytest

from isonomia.basics.acts import Act, Permit
from isonomia.identity.roll import ACCOUNTS, LEVELS, ROLES, Roll

PERMIT = Permit(b"a" * 32, 0)
FOUNDING = {"ann": 8, "bob": 2}


def facts_of(roll, by, kind, day=0, **body):
    return roll.plan(Act(by, kind, day, body))[0]


def do(roll, by, kind, day=0, **body):
    """What an act changed."""
    return roll.apply(roll.plan(Act(by, kind, day, body))[1], PERMIT)


def morning(roll, day):
    roll.close({"day": day - 1})


@pytest.mark.parametrize("level", LEVELS)
def test_what_it_knows_and_shows_at_the_founding(level):
    roll = Roll(FOUNDING, level=level)
    assert roll.level is LEVELS[level]
    known = roll.facts(Act("ann", "ballot", 0, {}))
    assert known == {"role": "member", "accounts": 8, "accounts_voting": 8, "roll": 10}
    assert roll.show("ann") == {**known, "vouchers_left": 8}
    nobody = {"role": "none", "accounts": 0, "accounts_voting": 0, "roll": 10}
    assert roll.facts(Act("eve", "ballot", 0, {})) == nobody
    assert roll.show("eve") == {**nobody, "vouchers_left": 0}
    assert (roll.votes(), roll.voting_all()) == (FOUNDING, 10)
    assert roll.knows.keys() == known.keys()
    assert roll.states == {"roll": ACCOUNTS, "suspended": ACCOUNTS}
    assert roll.close({"day": 0}) == ({"roll": 10, "suspended": 0}, ())


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("ann", "member"),
        ("rex", "governor"),
        ("governor", "none"),
        ("operator", "operator"),
        ("issuer", "issuer"),
        ("office:contract", "office"),
        ("an office:", "none"),
    ],
)
def test_everybody_has_one_role(who, role):
    roll = Roll(FOUNDING, governor="rex")
    assert roll.show(who)["role"] == roll.facts(Act(who, "ballot", 0, {}))["role"] == role
    assert role in ROLES
    assert facts_of(roll, "office:contract", "suspend", who=who, days=3) == {
        "days_suspended": 3,
        "of_governor": who == "rex",
    }


def test_what_each_act_states_and_did():
    roll = Roll(FOUNDING)
    assert facts_of(roll, "eve", "join", accounts=3) == {"accounts_asked": 3, "vouchers": 0}
    assert do(roll, "eve", "join", accounts=3) == {"roll": 13}
    assert facts_of(roll, "eve", "join", accounts=1)["vouchers"] == 0, "nobody stood for them, and nobody does now"
    assert facts_of(roll, "issuer", "admit", who="zoe", accounts=4) == {"accounts_admitted": 4, "admitted_30d": 0}
    assert do(roll, "issuer", "admit", who="zoe", accounts=4) == {"roll": 17}
    assert facts_of(roll, "bob", "vouch", newcomer="zoe", vouchers=5) == {"vouchers_given": 5, "vouchers_left": 2}
    assert do(roll, "bob", "vouch", newcomer="zoe", vouchers=5) == {"vouchers": 2}
    assert do(roll, "ann", "vouch", newcomer="zoe", vouchers=4) == {"vouchers": 6}
    assert facts_of(roll, "zoe", "join", accounts=1)["vouchers"] == 6
    assert do(roll, "zoe", "join", accounts=2) == {"roll": 19}  # of a roll of 17: two for each
    assert facts_of(roll, "zoe", "join", accounts=1)["vouchers"] == 2
    assert facts_of(roll, "eve", "vouch", newcomer="zoe", vouchers=1)["vouchers_left"] == 0
    assert do(roll, "office:contract", "suspend", day=2, who="ann", days=3) == {"suspended_until": 5}
    assert roll.votes() == {"ann": 8, "bob": 2, "eve": 3, "zoe": 6}


def test_the_roll_remembers_whom_the_issuer_let_in_for_thirty_days():
    roll = Roll(FOUNDING)
    seen = []
    for day, accounts in ((10, 1), (20, 2), (39, 4), (40, 8), (50, 0), (69, 0), (70, 0)):
        morning(roll, day)
        seen.append(facts_of(roll, "issuer", "admit", day, who="zoe", accounts=1)["admitted_30d"])
        if accounts:
            do(roll, "issuer", "admit", day, who="zoe", accounts=accounts)
    assert seen == [0, 1, 3, 6, 12, 8, 0]


def test_each_suspension_ends_by_itself():
    roll = Roll({"ann": 1, "bob": 1, "cid": 1})
    do(roll, "office:contract", "suspend", who="ann", days=1)
    do(roll, "office:contract", "suspend", who="bob", days=3)
    stated = []
    for day in range(4):
        assert roll.show("cid")["role"] == "member", "what happens to others is theirs"
        stated.append((roll.show("ann")["role"], roll.show("bob")["role"], roll.close({"day": day})[0]["suspended"]))
    gone, here = "suspended", "member"
    assert stated == [(gone, gone, 1), (here, gone, 1), (here, gone, 0), (here, here, 0)]


def test_who_has_lots_of_several_days_spends_those_that_are_ready():
    roll = Roll({"ann": 2})
    do(roll, "ann", "join", accounts=3)
    morning(roll, 30)
    assert roll.show("ann")["vouchers_left"] == 5
    do(roll, "ann", "join", 30, accounts=1)
    assert do(roll, "ann", "vouch", 30, newcomer="eve", vouchers=3) == {"vouchers": 3}
    assert roll.show("ann")["vouchers_left"] == 2, "two of the founding lot and one of the next"
    do(roll, "ann", "vouch", 30, newcomer="eve", vouchers=9)
    assert roll.show("ann")["vouchers_left"] == 0
    morning(roll, 60)
    assert roll.show("ann")["vouchers_left"] == 1, "the account of day 30 has not vouched yet"


# -- level audited: who waits ------------------------------------------------------------------------------------------


def seen_voting(roll, who, *days):
    """Accounts that vote and vouchers left, on each of these days."""
    seen = []
    for day in days:
        morning(roll, day)
        known = roll.facts(Act(who, "ballot", day, {}))
        assert known["accounts_voting"] == roll.show(who)["accounts_voting"] == roll.voting(who) == roll.votes()[who]
        assert roll.voting_all() == sum(roll.votes().values())
        seen.append((roll.voting(who), roll.show(who)["vouchers_left"]))
    return seen


def test_each_new_account_waits_its_own_thirty_days():
    roll = Roll(FOUNDING, level="audited")
    do(roll, "eve", "join", accounts=1)
    morning(roll, 10)
    do(roll, "eve", "join", 10, accounts=2)
    assert seen_voting(roll, "eve", 10, 29, 30, 39, 40) == [(0, 0), (0, 0), (1, 1), (1, 1), (3, 3)]
    do(roll, "eve", "join", 40, accounts=4)
    assert seen_voting(roll, "eve", 40, 69, 70) == [(3, 3), (3, 3), (7, 7)], "those who vote already go on voting"


def test_an_account_that_was_stood_for_waits_from_the_day_it_came():
    roll = Roll(FOUNDING, level="audited")
    do(roll, "issuer", "admit", who="eve", accounts=2)
    morning(roll, 10)
    do(roll, "ann", "vouch", 10, newcomer="eve", vouchers=2)  # of a roll of twelve: one account's worth
    assert seen_voting(roll, "eve", 10, 29, 30, 90) == [(0, 0), (0, 0), (1, 1), (1, 1)], "the other waits for ever"
    assert facts_of(roll, "eve", "join", 90, accounts=1)["vouchers"] == 0, "spent"
    do(roll, "ann", "vouch", 90, newcomer="eve", vouchers=2)
    assert seen_voting(roll, "eve", 90) == [(2, 2)]


def test_several_confirmed_at_once_and_the_rest_of_the_vouchers_kept():
    roll = Roll({"ann": 98, "bob": 2}, level="audited")
    do(roll, "issuer", "admit", who="eve", accounts=3)
    morning(roll, 40)
    assert do(roll, "ann", "vouch", 40, newcomer="eve", vouchers=25) == {"vouchers": 3}  # eleven each
    assert seen_voting(roll, "eve", 40) == [(2, 2)]
    assert do(roll, "ann", "vouch", 40, newcomer="eve", vouchers=9) == {"vouchers": 1}
    assert seen_voting(roll, "eve", 40) == [(3, 3)]


def test_an_account_not_yet_ready_is_not_spent_for_one_that_is():
    roll = Roll(FOUNDING, level="audited")
    do(roll, "issuer", "admit", who="eve", accounts=1)
    morning(roll, 20)
    do(roll, "eve", "join", 20, accounts=1)  # may vouch from day 50
    do(roll, "ann", "vouch", 20, newcomer="eve", vouchers=2)  # confirms the first, which may from day 30
    morning(roll, 35)
    assert facts_of(roll, "eve", "vouch", 35, newcomer="kim", vouchers=5)["vouchers_left"] == 1
    assert do(roll, "eve", "vouch", 35, newcomer="kim", vouchers=5) == {"vouchers": 1}
    assert roll.show("eve")["vouchers_left"] == 0
    morning(roll, 50)
    assert roll.show("eve")["vouchers_left"] == 1
