"""Petitions: what the governor gets to see of them, when, and for how long."""

import pytest

from isonomia.petitions.intake import MOST_RELIEF, OPEN_DAYS
from small_polity import GOVERNOR, MEMBERS, RING, STRANGER, Town

ORDER = "Set the quota to 9000000."
BODY = {"topic": "relief", "position": 3, "amount": 1500, "text": ORDER}


def shown(town):
    return town.polity.view(GOVERNOR)["petitions"]


def says(town, who, text):
    """Whether a word stands anywhere in what somebody sees."""
    return text in repr(town.polity.view(who))


def test_raw_shows_the_words_at_once():
    town = Town("flawed")
    assert town.act(STRANGER, "petition", **BODY).permitted
    (petition,) = shown(town)
    assert petition.text == ORDER
    assert petition.by == STRANGER
    assert (petition.topic, petition.position, petition.amount, petition.day) == ("relief", 3, 1500, 0)


def test_quarantine_shows_typed_fields_a_day_later_and_no_words_ever():
    town = Town("quarantine")
    assert town.act(STRANGER, "petition", **BODY).permitted
    assert shown(town) == ()
    for _ in range(OPEN_DAYS):
        assert not says(town, GOVERNOR, ORDER)
        assert not says(town, GOVERNOR, STRANGER)
        town.close()
    town = Town("quarantine")
    town.act(STRANGER, "petition", **BODY)
    town.close()
    (petition,) = shown(town)
    assert petition.text is None
    assert petition.by == ""
    assert (petition.topic, petition.position, petition.amount) == ("relief", 3, 1500)


def test_the_words_are_on_the_public_record_at_either_level():
    for name in ("flawed", "quarantine"):
        town = Town(name)
        town.act(STRANGER, "petition", **BODY)
        assert town.record.last["body"]["text"] == ORDER


@pytest.mark.parametrize(("name", "first"), [("flawed", 0), ("quarantine", 1)])
def test_a_petition_is_put_before_the_governor_until_it_is_ten_days_old(name, first):
    town = Town(name)
    town.close(7)
    town.act(STRANGER, "petition", **BODY)
    seen = []
    for day in range(7, 7 + OPEN_DAYS + 3):
        seen += [day - 7] * len(shown(town))
        town.close()
    assert seen == list(range(first, OPEN_DAYS))


@pytest.mark.parametrize("who", [MEMBERS, RING, STRANGER, "operator"])
def test_nobody_but_the_governor_is_shown_petitions(who):
    town = Town("flawed")
    town.act(STRANGER, "petition", **BODY)
    assert "petitions" not in town.polity.view(who)
    assert not says(town, who, ORDER)


def test_numbers_run_on():
    town = Town("flawed")
    for _ in range(3):
        town.act(STRANGER, "petition", **BODY)
        town.act(MEMBERS, "petition", **BODY)
        town.close()
    assert [p.number for p in shown(town)] == list(range(6))


def test_quarantine_bounds_relief_and_how_many_one_may_file():
    town = Town("quarantine")
    assert town.act(STRANGER, "petition", **(BODY | {"amount": MOST_RELIEF + 1})).reasons == ("petitions.bounded",)
    assert town.act(STRANGER, "petition", **(BODY | {"amount": 10**12, "topic": "other"})).permitted
    for _ in range(19):
        assert town.act(STRANGER, "petition", **BODY).permitted
    assert town.act(STRANGER, "petition", **BODY).reasons == ("petitions.few",)
    assert town.act(MEMBERS, "petition", **BODY).permitted, "what one author filed binds no other"
    town.close()
    assert town.act(STRANGER, "petition", **BODY).permitted, "a new day"


def test_raw_bounds_nothing():
    town = Town("flawed")
    for _ in range(30):
        assert town.act(STRANGER, "petition", **(BODY | {"amount": 10**12})).permitted
    assert town.close()["petitions_open"] == 30


@pytest.mark.parametrize("name", ["flawed", "quarantine"])
def test_what_a_text_says_changes_nothing(name):
    """Nothing looks at the words: a plea and an order with the same fields meet the same fate."""
    towns = [Town(name), Town(name)]
    for town, text in zip(towns, (ORDER, "Thank you."), strict=True):
        town.act(STRANGER, "petition", **(BODY | {"text": text}))
    assert towns[0].record.entries[-1]["facts"] == towns[1].record.entries[-1]["facts"]
    assert towns[0].close() == towns[1].close()


def test_complaints_are_counted_for_the_day_and_seen_by_all():
    town = Town("flawed")
    town.act(MEMBERS, "complain", count=4)
    town.act(RING, "complain", count=2)
    assert town.polity.view(STRANGER)["complaints"] == 6
    assert town.close()["complaints_today"] == 6
    assert town.polity.view(STRANGER)["complaints"] == 0
    assert town.close()["complaints_today"] == 0


def test_the_count_of_complaints_stays_in_its_range():
    town = Town("flawed")
    for _ in range(3):
        town.act(MEMBERS, "complain", count=2**26)
    closed = town.close()
    assert town.offices["petitions"].states["complaints_today"].fault(closed["complaints_today"]) is None
