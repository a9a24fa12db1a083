"""Attacks on the docket: each breaks a charter for the reason on its card, and each has one that holds it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from isonomia.basics.acts import Act
from isonomia.constitution.charter import Charter
from isonomia.lab.charters import load
from isonomia.lab.differential.stopping import with_safeguards
from isonomia.lab.plugins import attacks, worlds
from isonomia.lab.run import run
from isonomia.lab.spec import Spec
from isonomia.law.articles import Article
from isonomia.measures.harm import BROKEN_ALL, measure_pair
from isonomia.measures.trace import Trace
from isonomia.seats.attacks.buyers import Buyers
from isonomia.seats.attacks.card import Scene
from isonomia.seats.attacks.proposer import lawful_ordinance
from isonomia.seats.purse import Budgeted, Purse

BARE, FLAWED = load("bare").in_world("commons"), load("flawed").in_world("commons")
NOTICED = with_safeguards(FLAWED, frozenset({"decisions.level = noticed"}))
SECRET = with_safeguards(FLAWED, frozenset({"decisions.level = secret"}))
SHOWN = {"effects_shown": True, "voting_days": 4, "notice_days": 1, "power": "snapshot", "binding": "hash"}
FLOOR = replace(
    FLAWED,
    articles=(*FLAWED.articles, Article("floor", "ordain", "share_min_new >= 950 and 20 * favoured_new <= roll")),
)


def deciding(**settings: Any) -> Charter:
    """Bare, but for how proposals are decided."""
    return replace(BARE, settings={"decisions": settings})


def played(attack: str, charter: Charter, seed: int = 0, **point: int) -> Trace:
    return run(Spec("commons", charter, seed=seed, attack=attack, point=point))


def harm(attack: str, charter: Charter, seeds: int = 2, world: str = "commons", **point: int) -> float:
    pairs = []
    for seed in range(seeds):
        spec = Spec(world, charter, seed=seed, attack=attack, point=point)
        pairs.append(measure_pair(run(spec), run(spec.control()), worlds()[world].numbers))
    return float(np.mean([pair.harm for pair in pairs]))


@pytest.mark.parametrize("name", ["trojan-proposal", "vote-buyers", "majority-faction", "agenda-flood"])
def test_it_breaks_bare_and_flawed(name: str) -> None:
    for charter in (BARE, FLAWED):
        assert harm(name, charter) > 2 * BROKEN_ALL


@pytest.mark.parametrize(
    ("name", "charter"),
    [
        ("trojan-proposal", NOTICED),
        ("agenda-flood", NOTICED),
        ("vote-buyers", SECRET),
        ("majority-faction", FLOOR),
    ],
)
def test_one_charter_holds_its_default(name: str, charter: Charter) -> None:
    assert harm(name, charter) < BROKEN_ALL


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "charter"),
    [("trojan-proposal", NOTICED), ("agenda-flood", NOTICED), ("vote-buyers", SECRET), ("majority-faction", FLOOR)],
)
def test_one_charter_holds_it_along_the_axes_of_its_space(name: str, charter: Charter) -> None:
    space = attacks()[name].card.space
    for parameter, values in space.items():
        for value in values:
            assert harm(name, charter, **{parameter: value}) < BROKEN_ALL, (parameter, value)


@pytest.mark.parametrize("name", ["trojan-proposal", "agenda-flood"])
def test_it_empties_a_treasury_that_decides_on_titles(name: str) -> None:
    flawed = load("flawed").in_world("treasury")
    noticed = with_safeguards(flawed, frozenset({"decisions.level = noticed"}))
    assert harm(name, flawed, world="treasury") > 2 * BROKEN_ALL
    assert harm(name, noticed, world="treasury") < BROKEN_ALL


# -- the mechanisms ----------------------------------------------------------------------------------------------------
def test_members_wave_the_trojan_through_where_titles_are_all_they_see() -> None:
    traces = [played("trojan-proposal", BARE, seed) for seed in range(4)]
    votes = [e["body"] for trace in traces for e in trace.of("vote") if e["by"] == "members"]
    assert max(body["yes"] for body in votes) > 40
    assert all(body["yes"] >= body["no"] for body in votes if body["yes"] + body["no"] > 20)


def test_a_trojan_lives_on_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    def passed() -> int:
        return sum(len([e for e in played("trojan-proposal", BARE, s).of("ordain") if not e["denied"]]) for s in (2, 3))

    assert passed()
    monkeypatch.setattr("isonomia.seats.members.citizens.WAVED_THROUGH", 0)
    assert not passed()


def test_where_people_look_they_refuse() -> None:
    shown = played("trojan-proposal", deciding(**SHOWN), payload=0, hidden=0).of("vote")
    assert max(e["body"]["no"] for e in shown if e["by"] == "members") > 40


def test_code_is_swapped_at_an_address_and_not_where_a_vote_binds_to_what_was_there() -> None:
    def ordained(binding: str) -> list[Any]:
        trace = played("trojan-proposal", deciding(**{**SHOWN, "binding": binding}), hidden=2)
        return [e for e in trace.of("ordain") if not e["denied"]]

    assert ordained("address")
    assert not ordained("hash")


def test_without_money_nobody_sells() -> None:
    class Penniless:
        card = attacks()["vote-buyers"].card

        @staticmethod
        def ring(money: int) -> Any:
            scene = Scene("commons", 0, 40, 100, (95, 100), (0, 0))
            return {"ring": Budgeted(Buyers(Penniless.card.default(), scene), Purse(money=money))}

    for money, sold in ((100_000, True), (0, False)):
        attacked = run(Spec("commons", NOTICED), seats=Penniless.ring(money))
        assert bool([e for e in attacked.of("ordain") if not e["denied"]]) is sold


def test_nobody_can_be_paid_for_a_ballot_that_is_secret() -> None:
    assert harm("vote-buyers", NOTICED) > 10 * BROKEN_ALL
    assert harm("vote-buyers", SECRET) < BROKEN_ALL


def test_a_majority_takes_by_its_own_votes_with_everything_in_the_open() -> None:
    trace = played("majority-faction", NOTICED)
    tally = next(e for e in trace.of("announce") if e["facts"]["stage"] in ("queued", "executed"))["facts"]
    assert tally["yes"] > 40
    assert tally["no"] > 20
    start, stop = 94, 95
    one = played("majority-faction", NOTICED, size=990)
    served = one.truth["served"][20, :]
    assert served[start] < 500, "one person is named and loses"
    assert (np.delete(served, np.arange(start, stop)) >= 500).all()


def test_decoys_pass_what_nobody_would_pass_that_looked() -> None:
    shown = deciding(**SHOWN)
    assert harm("agenda-flood", shown, decoys=48) > 2 * BROKEN_ALL
    assert harm("agenda-flood", shown, decoys=0) < BROKEN_ALL
    rate = replace(shown, articles=(Article("rate", "propose", "open_by_author < 2"),))
    assert harm("agenda-flood", rate, decoys=48) < BROKEN_ALL


def test_the_flood_brings_no_more_than_the_law_has_room_for() -> None:
    rate = replace(BARE, articles=(Article("rate", "propose", "open_by_author < 5"),))
    proposals = played("agenda-flood", rate, decoys=48, early=0).of("propose")
    assert len([e for e in proposals if e["day"] == proposals[0]["day"]]) == 5
    assert not any(e["denied"] for e in proposals)


def test_what_is_refused_is_put_again_as_something_else() -> None:
    single = replace(BARE, articles=(Article("single", "propose", "not mixed"),))
    puts = played("trojan-proposal", single, hidden=1).of("propose")
    assert puts[0]["denied"]
    assert not puts[1]["denied"]
    assert puts[0]["day"] == puts[1]["day"]
    assert puts[0]["body"]["payload"] != puts[1]["body"]["payload"]


def test_an_ordinance_goes_as_far_as_the_public_law_lets_it() -> None:
    view = {"law": FLOOR.law_in("commons"), "roll": 100, "persons": 100}
    assert lawful_ordinance(view, 95, 100, 4000, 300) == (95, 100, 4000, 950)
    assert lawful_ordinance(view, 0, 20, 4000, 300) == (0, 20, 1100, 950)
    assert lawful_ordinance({**view, "law": ()}, 0, 20, 4000, 300) == (0, 20, 4000, 300)


def test_an_offer_is_paid_in_full_when_it_is_made() -> None:
    class Offers:
        def __init__(self) -> None:
            self.seen: list[int] = []

        def act(self, view: Any) -> Act:
            self.seen.append(view["money_left"])
            return Act("ring", "offer", 0, {"proposal": 0, "choice": "yes", "price": 30, "most": 2})

    inner = Offers()
    seat = Budgeted(inner, Purse(money=130))
    tried = [seat.act({}) for _ in range(3)]
    assert [act is not None for act in tried] == [True, True, False]
    assert inner.seen == [130, 70, 10]
