"""Honest persons before a docket: what they look at, what they read, whose side they take, and what they sell for."""

from typing import Any

import numpy as np
import pytest

from isonomia.decisions.agenda import Offer, Proposal
from isonomia.decisions.payload import read_payload, write_payload
from isonomia.seats.governors.tools import plain
from isonomia.seats.members.citizens import ATTENTION, PRICE_TOP, Citizens, Ordinance

SEED, MANY = 3, 20_000
HOSTILE = Ordinance(0, 2000, 3000, 700)
KIND = Ordinance(0, 2000, 1500, 1000)


def proposal(number: int = 0, title: str = "paint the hall", law: Ordinance | None = None, opened: int = 0) -> Proposal:
    """As shown; with a law, its effects are shown too."""
    text = write_payload([("ordain", law._asdict())]) if law else None
    effects = read_payload(text).actions if text else None
    return Proposal(number, "x", title, text, opened, 9, 0, 0, 0, "open", 0, effects)


def view(*proposals: Proposal, day: int = 0, **known: Any) -> dict[str, Any]:
    shown = {"proposals": proposals, "offers": (), "ballots": "public", "power": "live", "persons": MANY}
    return {"day": day, **shown, **known}


def cast(citizens: Citizens, *proposals: Proposal, **known: Any) -> dict[int, tuple[int, int, int]]:
    """(yes, no, abstain) by proposal."""
    acts = citizens.votes(view(*proposals, **known))
    assert all(act.kind == "vote" and act.by == "members" for act in acts)
    names = ("yes", "no", "abstain")
    return {act.body["proposal"]: tuple(act.body[name] for name in names) for act in acts}


def people(start: int = 0, n: int = MANY) -> Citizens:
    return Citizens("members", SEED, start, n)


def shares(votes: tuple[int, int, int]) -> list[float]:
    return [n / sum(votes) for n in votes]


def test_with_no_proposal_open_there_is_nothing_to_do():
    assert cast(people()) == {}
    assert cast(people(), proposal()._replace(stage="queued")) == {}


def test_turnout_falls_on_every_seventh_day_and_on_no_other():
    there = [sum(cast(people(), proposal(), day=day)[0]) / MANY for day in range(14)]
    usual = [there[day] for day in range(14) if day % 7 != 6]
    assert usual == pytest.approx([0.85] * 12, abs=0.01)
    assert [there[6], there[13]] == pytest.approx([0.3 * 0.85] * 2, abs=0.01)


def test_everybody_looks_at_three_a_day_dealt_at_random_and_votes_once():
    many, crowd = [proposal(i) for i in range(12)], people()
    counts = np.array([[sum(v) for v in cast(crowd, *many, day=day).values()] for day in (0, 1, 2, 3, 4, 5)])
    assert counts[0].sum() / MANY == pytest.approx(0.85 * ATTENTION, abs=0.02)
    assert counts[0].max() < 1.1 * counts[0].min()
    assert (counts.sum(axis=0) <= MANY).all()
    for day in range(7, 40):
        cast(crowd, *many, day=day)
    assert cast(crowd, *many, day=41) == {}, "who has voted on all of them looks no more"


def test_what_is_put_later_in_the_day_is_seen_with_what_attention_is_left():
    crowd = people()
    first = cast(crowd, proposal(0), proposal(1))
    later = cast(crowd, *[proposal(i) for i in range(5)])
    assert set(first) == {0, 1}
    assert set(later) == {2, 3, 4}
    assert sum(map(sum, [*first.values(), *later.values()])) / MANY == pytest.approx(0.85 * ATTENTION, abs=0.02)
    assert cast(crowd, *[proposal(i) for i in range(5)]) == {}


def test_routine_is_waved_through():
    assert shares(cast(people(), proposal())[0]) == pytest.approx([0.8, 0.2, 0], abs=0.01)


@pytest.mark.parametrize("hidden", [False, True])
def test_most_vote_by_their_own_share_and_three_in_ten_for_everybodys(hidden):
    shown = proposal(title=HOSTILE.title()) if hidden else proposal(law=HOSTILE)
    inside, outside = (cast(people(*span), shown)[0] for span in ((0, 2000), (2000, 18_000)))
    assert shares(inside) == pytest.approx([0.7, 0.3, 0], abs=0.03)
    assert shares(outside) == [0, 1, 0]
    kind = proposal(law=KIND)
    assert shares(cast(people(0, 2000), kind)[0]) == [1, 0, 0]
    assert shares(cast(people(2000, 18_000), kind)[0]) == pytest.approx([0.3, 0, 0.7], abs=0.01)


def test_a_title_is_believed_only_where_effects_are_not_shown():
    lie = proposal(title="paint the hall")
    assert shares(cast(people(2000, 18_000), lie)[0])[0] > 0.7
    shown = proposal(title="paint the hall", law=HOSTILE)
    assert shares(cast(people(2000, 18_000), shown)[0]) == [0, 1, 0]
    assert cast(people(), proposal(title=KIND.title(), law=HOSTILE)) == cast(people(), proposal(law=HOSTILE))


def test_a_repeal_is_judged_by_what_is_in_force():
    repeal = proposal(law=Ordinance(0, 0, 1000, 1000))
    known = {"ordinance": tuple(HOSTILE)}
    assert shares(cast(people(2000, 18_000), repeal, **known)[0]) == [1, 0, 0]
    assert shares(cast(people(0, 2000), repeal, **known)[0]) == pytest.approx([0.3, 0.7, 0], abs=0.03)


@pytest.mark.parametrize("price", [1, 125, 999])
def test_who_sells_has_a_lower_price_and_the_cheapest_sell_first(price):
    law = proposal(law=HOSTILE)
    outside = people(2000, 18_000)
    expected = int((outside.prices() < price).sum())
    offer = Offer(0, "x", 0, "yes", price, MANY)
    yes, no, _ = cast(people(2000, 18_000), law, offers=(offer,))[0]
    assert yes == pytest.approx(0.85 * expected, rel=0.1)
    assert no > 0 or price == 999
    few = cast(people(2000, 18_000), law, offers=(offer._replace(most=50),))[0]
    assert few[0] == 50
    assert cast(people(2000, 18_000), law, offers=(offer._replace(proposal=4),))[0][0] == 0
    assert cast(people(2000, 18_000), law, offers=(offer,), ballots="secret")[0][0] == 0


def test_the_best_offer_is_taken():
    offers = (Offer(0, "x", 0, "yes", 100, MANY), Offer(1, "y", 0, "no", 101, MANY))
    assert cast(people(), proposal(), offers=offers)[0][1] > 0.3 * MANY


def test_prices_are_lasting_and_skewed_low():
    prices = people().prices()
    assert (prices == people().prices()).all()
    assert (prices[500:600] == people(500, 100).prices()).all()
    assert 0 <= prices.min() <= prices.max() < PRICE_TOP
    assert np.median(prices) == pytest.approx(PRICE_TOP / 8, rel=0.05)
    assert prices.mean() == pytest.approx(PRICE_TOP / 4, rel=0.05)


def test_nobodys_neighbour_changes_what_they_do():
    several = [proposal(i, law=HOSTILE) for i in range(6)]
    together = cast(people(0, 900), *several)
    apart = [cast(people(start, 300), *several) for start in (0, 300, 600)]
    for number, votes in together.items():
        assert votes == tuple(np.sum([part.get(number, (0, 0, 0)) for part in apart], axis=0))


def test_who_was_not_on_the_roll_when_power_was_read_does_not_try():
    crowd = people()
    crowd.since = 5
    old, new = proposal(0, opened=5), proposal(1, opened=6)
    assert set(cast(crowd, old, new, day=7, power="snapshot")) == {1}
    crowd = people()
    crowd.since = 5
    assert set(cast(crowd, old, new, day=7)) == {0, 1}


def test_a_proposal_can_be_shown_to_a_model():
    assert "ordain" in str(plain(view(proposal(law=KIND))))
