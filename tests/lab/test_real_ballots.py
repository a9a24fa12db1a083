"""Elections that were really held: the lab is sound on each, and which safeguard holds on which is on record here.

The table is a finding, not a wish. `vouched` keeps out names without persons; it leaves the ring the ballots of its own
five persons in a hundred. With perfect polls these move a close race by ballots that are lawful, and then no check of
identity can help. Which races are close depends on the rule as much as on the ballots.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from isonomia.lab import controls
from isonomia.lab.plugins import attacks, worlds
from isonomia.lab.recording import record_run
from isonomia.lab.replay import replay
from isonomia.lab.run import run
from isonomia.lab.spec import Spec
from isonomia.measures.harm import BROKEN_ALL, BROKEN_TARGETS, HEADROOM, Pair, measure_pair
from isonomia.measures.trace import Trace
from small_polity import charter_of

KIT = worlds()["budget"]
DATA = Path(os.environ.get("ISONOMIA_DATA", Path(__file__).parents[2] / ".." / "shared" / "data")) / "pabulib"
SEEDS = range(3)
CURES = {"petition-injection": "quarantine", "sybil-majority": "vouched", "captured-governor": "accountable"}
PER_COST, VOTES = "greedy-votes-per-cost", "greedy-votes"

AMSTERDAM_252 = "Netherlands_Amsterdam_252"  # 8,520 voters
AMSTERDAM = "Netherlands_Amsterdam_643"
GRABOWKA = "Poland_Czestochowa_2020_Grabowka"
DZBOW = "Poland_Czestochowa_2024_Dzbow"
GDANSK = "Poland_Gdansk_2020_Mlyniska"
KRAKOW = "Poland_Krakow_2018_Swoszowice"
WARSZAWA = "Poland_Warszawa_2019_Radosc"
CHICAGO = "US_Stanford_Dataset_PB_Chicago_35th_Ward_2021_vote_knapsacks"
SMALL = (AMSTERDAM, GRABOWKA, DZBOW, GDANSK, KRAKOW, WARSZAWA, CHICAGO)
STEMS = [*SMALL, pytest.param(AMSTERDAM_252, marks=pytest.mark.slow)]

HELD, NOT_HELD, HARMLESS = "held by its cure", "not held by its cure", "breaks nothing here"
EXPECTED = {  # the cells that are not HELD; quarantine and accountable hold wherever there is something to hold
    PER_COST: {
        (GRABOWKA, "sybil-majority"): NOT_HELD,
        (DZBOW, "sybil-majority"): NOT_HELD,
        (KRAKOW, "sybil-majority"): NOT_HELD,
        (AMSTERDAM, "captured-governor"): HARMLESS,
    },
    VOTES: {
        (GDANSK, "sybil-majority"): NOT_HELD,
        (KRAKOW, "sybil-majority"): NOT_HELD,
        (GDANSK, "captured-governor"): HARMLESS,
        (WARSZAWA, "captured-governor"): HARMLESS,
    },
}
LAWFUL = [(rule, stem) for rule, cells in EXPECTED.items() for (stem, _), what in cells.items() if what == NOT_HELD]
UNTOLD = {(PER_COST, GDANSK), (PER_COST, CHICAGO)}  # the cheapest come first whoever gets whose marks

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="no Pabulib files: ISONOMIA_DATA names no data folder")


@pytest.fixture(scope="module", autouse=True)
def _own_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ISONOMIA_KEY", str(tmp_path_factory.mktemp("key") / "log.key"))
        yield
    _control.cache_clear()
    _pairs.cache_clear()


def spec_of(stem: str, rule: str, charter: str = "flawed", **changes: Any) -> Spec:
    base = Spec("budget", charter_of(charter).in_world("budget"), rule=rule, **changes)
    return KIT.prepare(base, str(DATA / f"{stem}.pb"))


@cache
def _control(stem: str, rule: str, charter: str, governor: str, seed: int) -> Trace:
    return run(spec_of(stem, rule, charter, governor=governor, seed=seed))


@cache
def _pairs(stem: str, rule: str, charter: str, attack: str) -> tuple[Pair, ...]:
    card = attacks()[attack].card
    point = card.default("budget")
    attacked = [spec_of(stem, rule, charter, governor=card.governor, seed=s, attack=attack, point=point) for s in SEEDS]
    return tuple(
        measure_pair(run(spec), _control(stem, rule, charter, card.governor, spec.seed), KIT.numbers)
        for spec in attacked
    )


def broken(pairs: tuple[Pair, ...]) -> bool:
    """By the means of these few seeds: an estimate, as no claim is made beyond them."""
    harm, targets = (sum(getattr(pair, name) for pair in pairs) / len(pairs) for name in ("harm", "targets"))
    return harm > BROKEN_ALL or targets > BROKEN_TARGETS or any(pair.structural for pair in pairs)


def outcome(stem: str, rule: str, attack: str) -> str:
    if broken(_pairs(stem, rule, CURES[attack], attack)):
        return NOT_HELD
    return HELD if broken(_pairs(stem, rule, "flawed", attack)) else HARMLESS


def test_every_file_has_its_row() -> None:
    assert sorted(path.stem for path in DATA.glob("*.pb")) == sorted([*SMALL, AMSTERDAM_252])


@pytest.mark.parametrize("rule", EXPECTED)
@pytest.mark.parametrize("stem", STEMS)
def test_which_cure_holds_on_which_file(stem: str, rule: str) -> None:
    found = {attack: outcome(stem, rule, attack) for attack in CURES}
    assert found == {attack: EXPECTED[rule].get((stem, attack), HELD) for attack in CURES}


@pytest.mark.parametrize("stem", STEMS)
def test_nobody_goes_short_without_an_attack_and_some_attack_breaks_flawed(stem: str) -> None:
    pairs = {attack: _pairs(stem, PER_COST, "flawed", attack) for attack in CURES}
    assert max(pair.control_deficit for some in pairs.values() for pair in some) <= HEADROOM
    assert any(broken(some) for some in pairs.values())


@pytest.mark.parametrize(("rule", "stem"), LAWFUL)
def test_where_vouched_does_not_hold_the_ring_voted_lawfully(rule: str, stem: str) -> None:
    """No more ballots than it has persons, none refused for what it is, no right of procedure touched."""
    assert all(pair.structural == () for pair in _pairs(stem, rule, "vouched", "sybil-majority"))
    point = attacks()["sybil-majority"].card.default("budget")
    spec = spec_of(stem, rule, "vouched", attack="sybil-majority", point=point)
    start, stop = spec.held_span
    cast = [entry for entry in run(spec).of("ballot") if entry["by"] == "ring" and not entry["denied"]]
    assert [entry["facts"]["voters"] for entry in cast] == [stop - start]
    assert 0.04 * spec.members < stop - start <= 0.05 * spec.members


@pytest.mark.parametrize("attack", CURES)
@pytest.mark.parametrize("stem", STEMS)
def test_a_recorded_run_replays_to_the_same_root(stem: str, attack: str, tmp_path: Path) -> None:
    card = attacks()[attack].card
    spec = spec_of(stem, PER_COST, CURES[attack], days=10, after=5, governor=card.governor, attack=attack)
    record_run(spec, tmp_path / "run")
    again = replay(tmp_path / "run")
    assert again.same
    assert again.differs is None
    assert again.root == again.recorded_root == run(spec).root
    assert again.submitted > 0


@pytest.mark.parametrize("rule", EXPECTED)
@pytest.mark.parametrize("stem", STEMS)
def test_the_control_of_permuted_ballots_raises_no_false_alarm(stem: str, rule: str) -> None:
    untold = (rule, stem) in UNTOLD
    for governor in ("steward", "credulous"):
        row = controls._permuted(spec_of(stem, rule, governor=governor))
        assert row["ok"]
        assert row["got"].startswith("cannot tell: ") == untold
    idle = controls._permuted(spec_of(stem, rule, governor="idle"))
    assert idle["ok"] == untold, "whoever heeds no ballot is seen wherever another order gives another mandate"
