"""Accounts that whoever keeps the roll lets in: how many, and when they count."""

import pytest

from isonomia.identity.roll import ADMITTED_DAYS, DAYS_BEFORE_VOTING, Roll, vouchers_needed
from small_polity import GOVERNOR, MEMBERS, RING, STRANGER, Town, marks, milli

AUDITED = "identity.level = audited"


def admit(town, accounts, who=RING):
    return town.act("issuer", "admit", who=who, accounts=accounts)


def voting(town, who):
    return town.polity.view(who)["accounts_voting"]


@pytest.mark.parametrize("who", [GOVERNOR, MEMBERS, STRANGER, "operator"])
def test_only_the_issuer_admits(who):
    assert not Town("flawed").act(who, "admit", who=RING, accounts=1).permitted


@pytest.mark.parametrize("level", ["bare", "flawed", "vouched"])
def test_below_audited_the_issuers_word_is_enough(level):
    town = Town(level)
    assert admit(town, 500).permitted
    assert voting(town, RING) == town.polity.view(RING)["accounts"] == 502
    assert town.act(RING, "ballot", choice=marks(*[2] * 502)).permitted
    assert town.close()["roll"] == 522


def test_an_audited_issuer_admits_one_in_fifty_in_thirty_days():
    town = Town(AUDITED, members=148, ring=2)
    assert admit(town, 4).reasons == ("identity.audited",)
    assert admit(town, 3).permitted
    assert admit(town, 1).reasons == ("identity.audited",), "of a roll of 153 three have been let in"
    town.close(ADMITTED_DAYS - 1)
    assert not admit(town, 1).permitted
    town.close()
    assert admit(town, 3).permitted


def test_who_is_admitted_eats_at_once_and_votes_only_when_a_tenth_stood_for_them():
    town = Town(AUDITED, members=98, ring=2)
    assert admit(town, 2, STRANGER).permitted
    assert town.act(STRANGER, "claim", milli=milli(900, 900)).permitted
    town.close(DAYS_BEFORE_VOTING + 5)
    assert voting(town, STRANGER) == 0
    assert town.act(STRANGER, "ballot", choice=marks(2)).reasons == ("identity.warm",)
    assert town.polity.view(STRANGER)["vouchers_left"] == 0, "nor do they stand for each other"
    town.act(MEMBERS, "vouch", newcomer=STRANGER, vouchers=vouchers_needed(102))
    assert voting(town, STRANGER) == 1
    assert town.act(STRANGER, "ballot", choice=marks(2)).permitted
    town.act(MEMBERS, "vouch", newcomer=STRANGER, vouchers=vouchers_needed(102) - 1)
    assert voting(town, STRANGER) == 1
    town.act(MEMBERS, "vouch", newcomer=STRANGER, vouchers=1)
    assert voting(town, STRANGER) == 2


def test_at_audited_who_joined_by_vouchers_votes_after_thirty_days():
    town = Town(AUDITED, members=20, ring=0)
    town.close(4)
    town.act(MEMBERS, "vouch", newcomer=STRANGER, vouchers=2)
    assert town.act(STRANGER, "join", accounts=1).permitted
    town.close(DAYS_BEFORE_VOTING - 1)
    assert town.act(STRANGER, "ballot", choice=marks(2)).reasons == ("identity.warm",)
    town.close()
    assert town.act(STRANGER, "ballot", choice=marks(2)).permitted
    assert town.act(MEMBERS, "ballot", choice=marks(*[2] * 20)).permitted, "founding members never wait"


def test_votes_add_up_to_those_who_may():
    town = Town(AUDITED, members=98, ring=2)
    roll = town.offices["identity"]
    assert (roll.voting_all(), sum(roll.votes().values())) == (100, 100)
    admit(town, 2, STRANGER)
    assert (roll.voting_all(), roll.voting(STRANGER), roll.votes()[MEMBERS]) == (100, 0, 98)
    town = Town("vouched", members=98, ring=2)
    admit(town, 2, STRANGER)
    assert town.offices["identity"].voting_all() == sum(town.offices["identity"].votes().values()) == 102


@pytest.mark.parametrize("title", ["governor", "operator", "issuer", "office:contract"])
def test_an_account_changes_nobodys_title(title):
    """Otherwise an issuer could make the contract, or the governor, a mere member."""
    town = Town("flawed")
    before = town.polity.view(title)["role"]
    assert admit(town, 3, title).permitted
    assert town.polity.view(title)["role"] == before != "member"


def test_the_facts_tell_what_was_let_in_before_this_act():
    town = Town("flawed")
    for day, n in enumerate((2, 3, 4)):
        admit(town, n)
        assert town.record.last["facts"]["admitted_30d"] == sum((2, 3, 4)[:day])
        town.close()
    town.close(ADMITTED_DAYS - 3)
    admit(town, 1)
    assert town.record.last["facts"]["admitted_30d"] == 3 + 4, "those of day 0 are out of the window"


def test_levels_below_audited_keep_no_list():
    roll = Roll({"m": 5})
    assert roll.votes() == {"m": 5}
    assert roll.voting_all() == 5
