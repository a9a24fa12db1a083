"""Every fast way of playing and measuring against the slow one it stands for."""

from __future__ import annotations

from dataclasses import asdict, replace
from random import Random

import numpy as np
import pytest
from stage import spec_of

from isonomia.basics.streams import draw_shorts
from isonomia.decisions.direction import ABSTAIN, HOLD, LOWER, RAISE
from isonomia.lab.plugins import worlds
from isonomia.lab.run import paid_by, run
from isonomia.lab.spec import Spec
from isonomia.lab.sweeps.pairing import play_pairs, stretches
from isonomia.measures import harm as measured
from isonomia.measures.harm import measure_pair
from isonomia.seats.members.commons import SHARE, Wishes
from isonomia.seats.routine import Routine

CARDS = ("petition-injection", "sybil-majority", "captured-governor")


def same(one: object, other: object) -> None:
    """Numbers to rounding, everything else exactly."""
    if isinstance(one, float):
        assert one == pytest.approx(other, rel=1e-9, abs=1e-12)
    elif isinstance(one, dict) and isinstance(other, dict):
        assert one.keys() == other.keys()
        for key in one:
            same(one[key], other[key])
    elif isinstance(one, tuple) and isinstance(other, tuple):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            same(a, b)
    else:
        assert one == other


def random_spec(dice: Random) -> Spec:
    charter = dice.choice(["flawed", "flawed", "hardened"])
    size = {"members": dice.randrange(20, 60), "days": dice.randrange(2, 9), "after": dice.randrange(1, 9)}
    return spec_of("commons", charter, seed=dice.randrange(1000), governor="credulous", **size)


@pytest.mark.parametrize("k", range(6))
def test_stretches_measure_what_the_whole_measures(k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = Random(k)
    control = random_spec(dice)
    attacked = [replace(control, attack=attack) for attack in CARDS]
    numbers = worlds()["commons"].numbers
    whole = [measure_pair(run(spec), run(control), numbers, paid_by(spec)) for spec in attacked]
    monkeypatch.setattr(measured, "BLOCK", dice.randrange(1, 40))
    found = play_pairs(control, attacked, cells=control.members * dice.randrange(1, 4))
    for pair, (_, ours, _) in zip(whole, found, strict=True):
        same(asdict(pair), asdict(ours))
    assert control.charter.name != "flawed" or any(pair.harm > 0.01 for pair in whole), (
        "something happens in these runs"
    )


def test_stretches_are_all_the_days_and_a_budget_is_one() -> None:
    for world, several in (("commons", True), ("budget", False)):
        spec = spec_of(world, days=7, after=6)
        days = list(stretches(spec, worlds()[world].numbers, cells=spec.members * 3))
        assert sum(days) == 13
        assert (len(days) > 1) is several


def test_what_each_person_lost_adds_up_to_the_harm_of_each_right() -> None:
    control = spec_of("commons", members=30, days=6, after=6, governor="credulous")
    [(spec, pair, rights)] = play_pairs(control, [replace(control, attack="sybil-majority")])
    start, stop = run(spec).roles.victims
    for right, (ours, theirs) in rights.items():
        assert (ours - theirs)[start:stop].mean() / 12 == pytest.approx(pair.harms[right])
    assert pair.harm > 0.01


@pytest.mark.parametrize("k", range(20))
def test_wishes_by_thresholds_are_wishes_by_margins(k: int) -> None:
    """The plain reading: a margin beyond a twentieth, riders raise, the starved raise unless little is left."""
    rng = np.random.default_rng(k)
    seed, start, n = int(rng.integers(1000)), int(rng.integers(40)), int(rng.integers(1, 200))
    caution, turnout, interest = (
        draw_shorts(seed, "members/" + name, 0, start + n)[start:].astype(int)
        for name in ("caution", "turnout", "interest")
    )
    wishes, day = Wishes(seed, start, n), int(rng.integers(400))
    believed, starved = rng.integers(0, SHARE + 1, n), rng.random(n) < 0.3
    margin = believed - (SHARE * 45 // 100 + caution * 3 // 10)
    plain = np.where(margin > SHARE // 20, RAISE, np.where(margin < -SHARE // 20, LOWER, HOLD))
    plain[interest < SHARE // 10] = RAISE
    assert np.array_equal(wishes.choices(believed), plain)
    plain[starved & (believed > SHARE // 4)] = RAISE
    assert np.array_equal(wishes.choices(believed, starved), plain)
    drawn = draw_shorts(seed, "members/voting", day, start + n)[start:]
    for _ in range(2):
        assert np.array_equal(wishes.voting(day), drawn < SHARE * 7 // 10 + turnout * 3 // 10)
    counts = wishes.sincere(day, 300, 1000)
    cast = np.where(wishes.voting(day), wishes.choices(np.full(n, 300 * SHARE // 1000)), ABSTAIN)
    assert counts == tuple(int((cast == vote).sum()) for vote in (LOWER, RAISE, HOLD))


@pytest.mark.parametrize("k", range(4))
def test_a_settled_seat_answers_as_if_it_looked_again(k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    control = random_spec(Random(100 + k))
    specs = [control, replace(control, benign=True), *[replace(control, attack=attack) for attack in CARDS]]
    quick = [run(spec).root for spec in specs]
    monkeypatch.setattr(Routine, "settled", lambda *_: False)
    monkeypatch.setattr("isonomia.seats.members.citizens.Civic.settled", lambda *_: False)
    assert [run(spec).root for spec in specs] == quick
    assert len(set(quick)) == len(specs)
