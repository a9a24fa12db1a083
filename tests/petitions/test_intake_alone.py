"""The office of petitions without a polity around it: what it says of itself, and what each act stated and did."""

import pytest

from isonomia.basics.acts import Act, Permit
from isonomia.basics.schema import Whole
from isonomia.petitions.intake import COUNT, LEVELS, OPEN_DAYS, PHRASES, Intake, Petition

PERMIT = Permit(b"a" * 32, 0)
PLEA = {"topic": "relief", "position": 3, "amount": 700, "text": "Please."}


def facts_of(office, by, day=0, **changed):
    return office.plan(Act(by, "petition", day, PLEA | changed))[0]


def file(office, by, day=0, **changed):
    return office.apply(office.plan(Act(by, "petition", day, PLEA | changed))[1], PERMIT)


def complain(office, count):
    facts, plan = office.plan(Act("ann", "complain", 0, {"count": count}))
    return facts, office.apply(plan, PERMIT)


@pytest.mark.parametrize("level", LEVELS)
def test_an_office_that_nobody_wrote_to(level):
    office = Intake(level)
    assert office.level is LEVELS[level]
    assert office.states == {"petitions_open": COUNT, "complaints_today": Whole()}
    assert office.facts(Act("ann", "petition", 0, PLEA)) == {}
    assert office.show("governor") == {"complaints": 0, "petitions": ()}
    assert office.show("ann") == {"complaints": 0}
    assert office.close({"day": 0}) == ({"petitions_open": 0, "complaints_today": 0}, ())
    assert Intake().level is LEVELS["raw"]


def test_what_a_petition_stated_and_did():
    office = Intake()
    plain = {"topic": "relief", "amount": 700, "filed_today": 0, "flagged": False}
    assert facts_of(office, "ann") == plain
    assert file(office, "ann") == {"petition": 0}
    assert facts_of(office, "ann", topic="other", amount=5) == {
        "topic": "other",
        "amount": 5,
        "filed_today": 1,
        "flagged": False,
    }
    assert facts_of(office, "bob") == plain
    assert [file(office, who)["petition"] for who in ("bob", "ann")] == [1, 2]
    assert facts_of(office, "ann")["filed_today"] == 2
    office.close({"day": 0})
    assert facts_of(office, "ann", 1)["filed_today"] == 0
    assert facts_of(Intake("filtered"), "ann", text=PHRASES[0])["flagged"] is True


def test_complaints_add_up_until_the_day_ends():
    office = Intake()
    assert complain(office, 3) == ({"complaints": 3}, {"complaints": 3})
    assert complain(office, 4) == ({"complaints": 4}, {"complaints": 7})
    assert office.show("ann") == {"complaints": 7}
    assert office.show("governor") == {"complaints": 7, "petitions": ()}
    assert office.close({"day": 0})[0] == {"petitions_open": 0, "complaints_today": 7}
    assert complain(office, 1)[1] == {"complaints": 1}


@pytest.mark.parametrize(("level", "first"), [("raw", 4), ("filtered", 4), ("quarantine", 5)])
def test_what_the_governor_reads_and_how_long(level, first):
    office = Intake(level)
    office.close({"day": 3})
    file(office, "ann", 4)
    hidden = level == "quarantine"
    wanted = Petition(0, 4, "" if hidden else "ann", "relief", 3, 700, None if hidden else "Please.")
    seen, stated = [], []
    for day in range(4, 4 + OPEN_DAYS + 2):
        shown = office.show("governor")["petitions"]
        assert shown in ((), (wanted,))
        seen += [day] * len(shown)
        stated.append(office.close({"day": day})[0]["petitions_open"])
    assert seen == list(range(first, 4 + OPEN_DAYS))
    assert stated == [1] * OPEN_DAYS + [0] * 2
