"""From flawed, which safeguards stop each attack; and the search itself on polities with a known answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pytest
from stage import ARENAS, spec_of, steps

from isonomia.constitution.charter import Charter, diff
from isonomia.constitution.ladders import LADDERS
from isonomia.lab import stopping
from isonomia.lab.charters import load
from isonomia.lab.plugins import PluginError
from isonomia.lab.spec import Spec
from isonomia.lab.stopping import holds, safeguards_beyond, stopping_sets, with_safeguards
from isonomia.law.articles import Level


def check_arena(name: str, world: str, seeds: range) -> None:
    spec = spec_of(world, "flawed")
    found = stopping_sets(spec, name, seeds)
    assert found, f"nothing on the ladders stops {name} in {world}"
    assert frozenset() not in found, f"flawed itself holds {name}"
    for chosen in found:  # ablation within each set: with any member gone, the attack is through
        assert holds(held_by(spec, chosen), name, seeds)
        for member in chosen:
            assert not holds(held_by(spec, chosen - {member}), name, seeds), f"{member} is idle in {set(chosen)}"
    for one, other in combinations(found, 2):
        assert not one <= other
        assert not other <= one
    for step in steps():  # the shipped one-step charters are among them, where they hold it
        mine = frozenset(s for s in safeguards_beyond(spec.charter) if s.startswith(tuple(changed_offices(step))))
        assert (mine in found) == holds(held_by(spec, mine), name, seeds)
    assert any(len(chosen) == 1 for chosen in found), "a one-step charter cures it"


def held_by(spec: Spec, chosen: frozenset[str]) -> Spec:
    return replace(spec, charter=with_safeguards(spec.charter, chosen))


def changed_offices(step: str) -> list[str]:
    return [line.partition(":")[0] for line in diff(load("flawed"), load(step))]


@pytest.mark.parametrize(("name", "world"), ARENAS)
def test_minimal_sets_hold_and_lose_it_with_any_member(name: str, world: str) -> None:
    check_arena(name, world, range(2))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "world"), ARENAS)
def test_minimal_sets_on_many_seeds(name: str, world: str) -> None:
    check_arena(name, world, range(200, 215))


def test_the_steps_differ_from_flawed_in_levels_only() -> None:
    """Else their cures would not be found on the ladders."""
    offices = [office for step in steps() for office in changed_offices(step)]
    assert len(offices) == len(set(offices)) == len(steps())
    assert all(line.endswith(".level") for line in offices)


def test_an_attack_that_harms_nobody_is_stopped_by_nothing_at_all() -> None:
    assert stopping_sets(spec_of("commons", days=3, after=3), "null", (0,)) == [frozenset()]


def test_what_no_rung_binds_is_never_stopped() -> None:
    assert stopping_sets(spec_of("commons", days=5, after=5), "god", (0,)) == []


def test_an_unknown_attack_is_said() -> None:
    with pytest.raises(PluginError, match="petition-injection"):
        stopping_sets(spec_of("commons"), "no-such", (0,))


# -- the search, with its answers known ------------------------------------------------------------------------------

Held = Callable[[set[str]], bool]


def search(monkeypatch: pytest.MonkeyPatch, ladders: dict[str, list[str]], held: Held) -> tuple[list[set[str]], int]:
    """The sets found where `held` says which rungs (as office:level) hold, and how many sets were tried."""
    made = {o: {n: Level(n, null=i == 0) for i, n in enumerate(names)} for o, names in ladders.items()}
    tried = 0

    def answer(spec: Spec, *_: object) -> bool:
        nonlocal tried
        tried += 1
        levels = spec.charter.levels
        return held({f"{o}:{n}" for o, n in levels.items() if not made[o][n].null})

    monkeypatch.setattr(stopping, "LADDERS", made)
    monkeypatch.setattr("isonomia.constitution.charter.LADDERS", made)
    monkeypatch.setattr("isonomia.constitution.ladders.LADDERS", made)
    monkeypatch.setattr(stopping, "holds", answer)
    found = stopping_sets(Spec("any", Charter("none")), "any", (0,))
    return [{name.replace(".level = ", ":") for name in chosen} for chosen in found], tried


def test_two_ways_to_hold_are_both_found(monkeypatch: pytest.MonkeyPatch) -> None:
    ladders = {"a": ["0", "1"], "b": ["0", "1"], "c": ["0", "1"]}
    found, _ = search(monkeypatch, ladders, lambda on: "a:1" in on or {"b:1", "c:1"} <= on)
    assert found == [{"a:1"}, {"b:1", "c:1"}]


def test_rungs_of_one_ladder_are_alternatives(monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = search(monkeypatch, {"a": ["0", "1", "2"], "b": ["0", "1"]}, lambda on: bool(on & {"a:1", "a:2"}))
    assert found == [{"a:1"}, {"a:2"}]


def test_a_safeguard_that_undoes_another_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets that hold need not grow into sets that hold; only what was tried is claimed."""
    found, _ = search(monkeypatch, {"a": ["0", "1"], "b": ["0", "1"]}, lambda on: on == {"a:1"})
    assert found == [{"a:1"}]


def test_beyond_seven_one_minimal_set_is_found_with_few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    ladders = {f"o{i}": ["0", "1"] for i in range(9)}
    found, tried = search(monkeypatch, ladders, lambda on: {"o3:1", "o7:1"} <= on)
    assert found == [{"o3:1", "o7:1"}]
    assert tried <= 11
    assert search(monkeypatch, ladders, lambda _: False)[0] == []


def test_two_rungs_of_one_ladder_are_refused() -> None:
    office, ladder = next((o, names) for o, names in LADDERS.items() if len(names) > 1)
    both = frozenset(f"{office}.level = {name}" for name in ladder)
    with pytest.raises(ValueError, match="one rung"):
        with_safeguards(load("flawed"), both)
