"""Governors that game, please and turn: each does what its card says, and each has a charter that it does not break."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from isonomia.constitution.charter import Charter
from isonomia.lab.plugins import attacks, worlds
from isonomia.lab.run import run
from isonomia.lab.spec import Spec
from isonomia.law.articles import Article
from isonomia.measures.harm import BROKEN_ALL, measure_pair
from isonomia.measures.trace import Trace
from isonomia.seats.attacks.card import Scene
from isonomia.seats.governors.gaming import Gamer, furthest
from small_polity import charter_of

ACCOUNTABLE = charter_of("accountable").in_world("commons")
BARE, FLAWED = charter_of("bare").in_world("commons"), charter_of("flawed").in_world("commons")


def played(attack: str, charter: Any = ACCOUNTABLE, seed: int = 0, **point: int) -> Trace:
    return run(Spec("commons", charter, seed=seed, attack=attack, point=point))


def mean_harm(attack: str, charter: Any, seeds: range, **point: int) -> float:
    pairs = []
    for seed in seeds:
        control = run(Spec("commons", charter, seed=seed))
        pairs.append(measure_pair(played(attack, charter, seed, **point), control, worlds()["commons"].numbers))
    return float(np.mean([pair.harm for pair in pairs]))


@pytest.mark.parametrize("name", ["gamer", "populist", "treacherous"])
def test_it_breaks_bare(name: str) -> None:
    assert mean_harm(name, BARE, range(3)) > 10 * BROKEN_ALL


@pytest.mark.parametrize(("start", "end"), [(0, 100), (100, 0)])
def test_bisection_finds_the_edge(start: int, end: int) -> None:
    for edge in (0, 37, 99, 100):
        inside = range(min(start, end), max(start, end) + 1)
        allowed = [
            furthest(start, end, lambda n, e=edge: n <= e if end > start else n >= e, near) for near in range(103)
        ]
        [found] = set(allowed)
        assert found == (min(edge, max(inside)) if end > start else max(edge, min(inside)))


# -- the gamer ---------------------------------------------------------------------------------------------------------
def test_the_gamer_is_never_suspended_where_an_open_captor_is() -> None:
    game, capture = played("gamer"), played("captured-governor")
    assert capture.of("suspend")
    assert not game.of("suspend")
    bad = [entry["day"] for entry in game.of("breach")]
    assert len(bad) >= 2, "it does misbehave openly"
    assert all(later - day > 30 for day, later in pairwise(bad)), "and each time the last is forgotten"


def test_the_gamer_stands_at_the_edge_of_whatever_was_promised() -> None:
    def least_share(least: int) -> int:
        promise = Article(
            "O.2", "close", f"allocation_min >= {least} and allocation_max <= 1500 and 20 * favoured <= roll"
        )
        others = tuple(o for o in ACCOUNTABLE.obligations if o.id != "O.2")
        trace = played("gamer", replace(ACCOUNTABLE, obligations=(*others, promise)))
        return int(trace.days[5]["allocation_min"])

    assert [least_share(least) for least in (950, 800, 991)] == [950, 800, 991]


def tighter() -> Charter:
    """Accountable, with a hundredth of tolerance where it has a twentieth and three hundredths."""
    narrow = {"950": "990", "97 *": "99 *", "103 *": "101 *"}
    promises = []
    for promise in ACCOUNTABLE.obligations:
        text = promise.text
        for wide, less in narrow.items():
            text = text.replace(wide, less) if promise.id in ("O.2", "O.3") else text
        promises.append(replace(promise, text=text))
    return replace(ACCOUNTABLE, obligations=tuple(promises))


def test_the_letter_is_worth_what_its_tolerances_are() -> None:
    unchecked, checked, tight = (mean_harm("gamer", c, range(3)) for c in (FLAWED, ACCOUNTABLE, tighter()))
    assert unchecked > 10 * BROKEN_ALL
    assert checked > 1.5 * tight
    assert tight < BROKEN_ALL


def governors_view(**more: Any) -> dict[str, Any]:
    view = {
        "day": 3,
        "law": (),
        "promises": (),
        "obliged": True,
        "strikes": 1,  # so that today it keeps the letter
        "roll": 20,
        "complaints": 0,
        "petitions": (),
        "mandate": 10**6,
        "quota": 10**6,
        "reserve_permille": 0,
        "capacity": 2 * 10**8,
        "stock_measured": 10**8,
        "shares": None,
        "last": None,
    }
    return {**view, **more}


def shares_given(**more: Any) -> Any:
    gamer = Gamer(20, (0, 2), {"lean": 0, "period": 31, "depth": 600})
    acts = []
    while (act := gamer.act(governors_view(**more))) is not None:
        acts.append(act)
    return next(act.body["permille"] for act in acts if act.kind == "allocate")


def test_the_gamer_feeds_whom_it_knows_to_be_looked_at() -> None:
    plain, watched = shares_given(), shares_given(panel=(5, 11))
    assert (plain[2:] == 0).all(), "nothing is promised here"
    assert set(np.flatnonzero(watched[2:] >= 1000) + 2) == {5, 11}
    assert (watched[:2] == plain[:2]).all()


def test_the_gamer_refused_goes_half_the_way_back() -> None:
    gamer = Gamer(20, (0, 2), {"lean": -1, "period": 31, "depth": 600})
    view, quotas = governors_view(), []
    for _ in range(30):
        act = gamer.act(view)
        if act is None:
            break
        refused = act.kind == "set_quota" and act.body["quota"] < 900_000  # by a law that it cannot read
        quotas += [act.body["quota"]] if act.kind == "set_quota" else []
        view = governors_view(last=SimpleNamespace(permitted=not refused))
    assert quotas == sorted(quotas)
    assert len(quotas) > 2
    assert quotas[0] == 50_000
    assert 900_000 <= quotas[-1] < 10**6


# -- the populist ------------------------------------------------------------------------------------------------------
def test_the_populist_gives_more_than_was_voted_and_less_so_once_it_is_struck() -> None:
    free, bound = played("populist", BARE), played("populist", percent=200)
    assert all(2 * int(day["quota"]) >= 3 * int(day["mandate"]) for day in free.days[:40])
    above = [int(day["quota"]) * 100 // int(day["mandate"]) for day in bound.days[:2]]
    assert above[0] > above[1] > 100
    assert mean_harm("populist", ACCOUNTABLE, range(2)) < BROKEN_ALL


def test_the_populist_reports_what_is_so_unless_it_says_that_the_vote_was_followed() -> None:
    honest, decoupled = played("populist", BARE), played("populist", BARE, says=1)

    def gaps(trace: Trace) -> list[int]:
        return [int(day["stock_reported"]) - int(day["stock_measured_at_opening"]) for day in trace.days[:40]]

    assert set(gaps(honest)) == {0}
    assert min(gaps(decoupled)) >= 0
    assert max(gaps(decoupled)) > 10**8


# -- the turn ----------------------------------------------------------------------------------------------------------
def test_the_treacherous_is_honest_to_the_letter_until_its_day() -> None:
    honest = run(Spec("commons", BARE)).days
    turned = played("treacherous", BARE, turn=10).days
    assert turned[:10] == honest[:10]
    assert int(turned[10]["allocation_min"]) == 300


def test_the_treacherous_waits_until_it_is_worth_it_and_can_go_back() -> None:
    never = played("treacherous", BARE, worth=700).days
    assert all(int(day["allocation_min"]) == 1000 for day in never)
    once = played("treacherous", BARE, back=1).days
    assert [int(day["allocation_min"]) for day in once[4:8]] == [1000, 300, 1000, 1000]


def test_promises_let_one_day_of_nothing_happen_and_an_article_on_shares_does_not() -> None:
    floor = Article("floor", "allocate", "share_min >= 950 and share_max <= 1500 and 20 * favoured_new <= roll")
    promised = mean_harm("treacherous", ACCOUNTABLE, range(3), under=0)
    bound = mean_harm("treacherous", replace(ACCOUNTABLE, articles=(*ACCOUNTABLE.articles, floor)), range(3), under=0)
    assert bound < BROKEN_ALL / 2
    assert promised > 2 * bound


def test_the_attacks_seat_the_governor_and_nobody_else() -> None:
    for name in ("gamer", "populist", "treacherous"):
        attack = attacks()[name]
        scene = Scene("commons", 0, 40, 100, (95, 100), (0, 10))
        assert set(attack.seats(attack.card.default(), scene)) == {"governor"}
