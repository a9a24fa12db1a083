"""From flawed, which safeguards stop each attack; and the search itself on polities with a known answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pytest
from stage import ARENAS, CARDS, spec_of

from isonomia.constitution.charter import Charter
from isonomia.lab.charters import load
from isonomia.lab.differential import stopping
from isonomia.lab.differential.safeguards import hardened_chain
from isonomia.lab.differential.stopping import POINTS, holds, safeguards_beyond, stopping_sets, with_safeguards
from isonomia.lab.plugins import PluginError
from isonomia.lab.spec import Spec
from isonomia.law.articles import Article, Level

CHAIN = hardened_chain()


def check_arena(name: str, world: str, seeds: range) -> None:
    spec = replace(spec_of(world, "flawed"), held=CARDS[name].held)
    chain = [step.in_world(world) for step in CHAIN]
    found = stopping_sets(spec, name, seeds, chain)
    assert frozenset() not in found, f"flawed itself holds {name}"

    def held(chosen: frozenset[str]) -> bool:
        return holds(replace(spec, charter=with_safeguards(spec.charter, chosen, chain)), name, seeds, POINTS)

    for chosen in found:  # ablation within each set: with any member gone, the attack is through
        assert held(chosen)
        for member in chosen:
            assert not held(chosen - {member}), f"{member} is idle in {set(chosen)}"
    for one, other in combinations(found, 2):
        assert not one <= other
        assert not other <= one


QUICK = [arena for arena in ARENAS if arena[0] in ("petition-injection", "sybil-majority", "operator-decree")]


@pytest.mark.parametrize(("name", "world"), QUICK)
def test_minimal_sets_hold_and_lose_it_with_any_member(name: str, world: str) -> None:
    check_arena(name, world, range(1))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "world"), ARENAS)
def test_minimal_sets_on_more_seeds(name: str, world: str) -> None:
    check_arena(name, world, range(200, 204))


def test_what_holds_an_attack_only_as_it_came_last_time_does_not_hold_it() -> None:
    """The filter knows the wording of the default point; the quarantine knows none."""
    spec = spec_of("commons", "flawed", members=30, days=8, after=8)
    filtered = replace(spec, charter=with_safeguards(spec.charter, frozenset({"petitions.level = filtered"})))
    assert holds(filtered, "petition-injection", (0,))
    assert not holds(filtered, "petition-injection", (0,), POINTS)
    found = stopping_sets(spec, "petition-injection", (0,))
    assert frozenset({"petitions.level = quarantine"}) in found
    assert frozenset({"petitions.level = filtered"}) not in found


def test_what_a_step_of_a_chain_adds_is_a_safeguard_too() -> None:
    spec = spec_of("commons", "flawed", members=30, days=8, after=8)
    wall = Article("W.1", "petition", "accounts > 0", "members only")
    step = replace(spec.charter, name="step", articles=(*spec.charter.articles, wall))
    assert "step.articles" in safeguards_beyond(spec.charter, (spec.charter, step))
    assert "step.articles" not in safeguards_beyond(step, (spec.charter, step))
    assert frozenset({"step.articles"}) in stopping_sets(spec, "petition-injection", (0,), (spec.charter, step))


def test_an_attack_that_harms_nobody_is_stopped_by_nothing_at_all() -> None:
    assert stopping_sets(spec_of("commons", days=3, after=3), "null", (0,)) == [frozenset()]


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

    monkeypatch.setattr("isonomia.lab.differential.safeguards.LADDERS", made)
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


def test_what_nothing_on_offer_binds_is_never_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    assert search(monkeypatch, {"a": ["0", "1"], "b": ["0", "1"]}, lambda _: False) == ([], 4)


def test_a_safeguard_that_undoes_another_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets that hold need not grow into sets that hold; only what was tried is claimed."""
    found, _ = search(monkeypatch, {"a": ["0", "1"], "b": ["0", "1"]}, lambda on: on == {"a:1"})
    assert found == [{"a:1"}]


def test_beyond_seven_few_tries_find_what_holds_alone_and_one_more_set(monkeypatch: pytest.MonkeyPatch) -> None:
    ladders = {f"o{i}": ["0", "1"] for i in range(9)}
    found, tried = search(monkeypatch, ladders, lambda on: {"o3:1", "o7:1"} <= on)
    assert found == [{"o3:1", "o7:1"}]
    assert tried <= 1 + 9 + 1 + 9
    assert search(monkeypatch, ladders, lambda _: False)[0] == []
    both, _ = search(monkeypatch, ladders, lambda on: "o2:1" in on or {"o3:1", "o7:1"} <= on)
    assert both == [{"o2:1"}, {"o3:1", "o7:1"}]


def test_two_rungs_of_one_ladder_are_refused() -> None:
    both = frozenset(name for name in safeguards_beyond(load("flawed")) if name.startswith("identity"))
    assert len(both) > 1
    with pytest.raises(ValueError, match="one rung"):
        with_safeguards(load("flawed"), both)
