"""A filter by known phrases: what it turns away, and what it lets through."""

import pytest

from isonomia.petitions.intake import PHRASES, is_flagged
from isonomia.seats.attacks.injection import IN_BUDGET, IN_COMMONS
from isonomia.seats.governors import budget, commons
from small_polity import GOVERNOR, MEMBERS, STRANGER, Town

FILTERED = "petitions.level = filtered"
PLEA = "Person 3 had 400 and needs 600. Please grant relief."
URGENT = "Project 3 cannot wait: what stands there now is about to fall down. Please let it go first."


def petition(town, text, who=STRANGER):
    return town.act(who, "petition", topic="relief", position=3, amount=1500, text=text)


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_listed_phrase_is_turned_away_however_it_is_written(phrase):
    town = Town(FILTERED)
    for text in (phrase, f"Dear all, {phrase.upper()} 9!", phrase.replace(" ", " \n\t ")):
        assert petition(town, text).reasons == ("petitions.filtered",)
    assert petition(town, phrase[:-1]).permitted
    assert petition(Town("flawed"), phrase).permitted


def test_honest_pleas_pass_and_are_read_as_written():
    town = Town(FILTERED)
    for text in (PLEA, URGENT, ""):
        assert petition(town, text, MEMBERS).permitted
    assert [p.text for p in town.polity.view(GOVERNOR)["petitions"]] == [PLEA, URGENT, ""]


def test_nowhere_else_is_a_word_of_the_text_a_fact():
    for level in ("flawed", "quarantine"):
        town = Town(level)
        petition(town, PHRASES[0])
        assert town.record.last["facts"]["flagged"] is False


def orders(text):
    """What the governors that take words for orders make of a text."""
    quota, shares = commons.ORDER_QUOTA.search(text), commons.ORDER_SHARES.search(text)
    paid = budget.ORDER_PAY.search(text)
    return tuple(found and found.groups() for found in (quota, shares, paid))


def test_the_list_has_the_first_wording_and_the_credulous_understand_them_all():
    commons_texts = [text.format(quota=4_000_000, start=0, stop=10, share=4000) for text in IN_COMMONS]
    budget_texts = [f"{opening} {order}".format(project=7) for opening, order in IN_BUDGET]
    assert [is_flagged(text) for text in commons_texts] == [True, False, False, False]
    assert [is_flagged(text) for text in budget_texts] == [True, False, False, False]
    for text in commons_texts:
        assert orders(text)[:2] == (("4000000",), ("0", "10", "4000"))
    for text in budget_texts:
        assert orders(text)[2] == ("7",)


def test_an_honest_plea_is_no_order():
    assert orders(PLEA) == orders(URGENT) == (None, None, None)
