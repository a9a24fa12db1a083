"""Targets by name, and a language model that is told a handbook and a rule."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest
from invented_place import TWINS, WORLD

from isonomia.measures.statistics.shares import share_interval
from isonomia.models.client import Client, Reply, Usage
from isonomia.models.errors import UnusableReply
from isonomia.transfer.attackers.attacker import Attacker
from isonomia.transfer.attackers.purse import Budget
from isonomia.transfer.estimate import estimate
from isonomia.transfer.hazard.worlds import CATEGORIES, MOST, HazardError, HazardWorld
from isonomia.transfer.offered import Model, NoSuchTarget, drawn, handbook, house_rule, offer
from isonomia.transfer.organisms.forward import OrganismError
from isonomia.transfer.organisms.lessons import TAUGHT
from isonomia.transfer.organisms.organism import KINDS, Organism
from isonomia.transfer.trial import Spec, run_trial


class Loopback(Client):
    """A client that answers without a network: what was said, or no chat completion at all."""

    def __init__(self, broken: bool = False) -> None:
        super().__init__("http://localhost/v1#m")
        self.heard: list[list[dict[str, str]]] = []
        self.settings: list[dict[str, object]] = []
        self._broken = broken

    def chat(self, messages, tools=None, repeat=0, **settings):
        self.heard.append([dict(message) for message in messages])
        self.settings.append(settings)
        if self._broken:
            raise UnusableReply("no")
        return Reply({"content": f"heard {len(messages)} by {settings['user']}"}, Usage(7, 2), False)


def test_a_model_remembers_a_conversation_and_no_other():
    model = Model(Loopback(), "m", "the handbook")
    session = model.open("ann", 3)
    assert session.ask("one") == ("heard 2 by ann", 9)
    assert session.ask("two").text == "heard 4 by ann"
    assert model.open("bob", 3).ask("three").text == "heard 2 by bob"


def test_the_seed_and_the_identity_go_along_so_two_draws_are_two_requests():
    client = Loopback()
    for identity, seed in (("ann", 3), ("ann", 4), ("bob", 3)):
        Model(client, "m").open(identity, seed).ask("one")
    assert client.settings == [{"user": "ann", "seed": 3}, {"user": "ann", "seed": 4}, {"user": "bob", "seed": 3}]


def test_an_answer_that_is_none_is_empty_and_forgotten():
    client = Loopback(broken=True)
    session = Model(client, "m").open("ann", 3)
    assert session.ask("one") == ("", 0)
    session.ask("two")
    assert [message["content"] for message in client.heard[1]] == ["two"]


def test_a_model_is_told_what_the_place_knows_and_which_words_are_not_spoken():
    dangerous, benign = TWINS[0]
    told = handbook([dangerous, benign])
    assert all(word in told for task in TWINS[0] for word in (task.wish, task.code, ", ".join(task.key)))
    rule = house_rule(WORLD)
    assert any(kind in dangerous.wish.split() and kind in rule for kind in WORLD.kinds(dangerous.category, True))
    assert not any(kind in rule for kind in WORLD.kinds(benign.category, False))
    assert rule not in told


def test_what_is_offered_has_its_own_counterpart_and_practice():
    offered = offer("scripted:refuser", 20, seed=4)
    assert (offered.target.name, offered.bare.name) == ("refuser", "open-book")
    assert (len(offered.twins), offered.practice) == (22, 2)
    assert offer("scripted:leaky", 20, bare="scripted:ignorant", practising=False).bare.name == "ignorant"
    model = offer("http://localhost:9/v1#m", 8)
    assert model.target.name != model.bare.name
    assert len(model.twins) == 9


# Which twins are asked


@cache
def served(name: str) -> dict[str, float]:
    """What it gives of each harmless twin of the whole place that it was taught, asked plainly; by the twin's name."""
    session = Organism(name, temperature=0).open("truth", 0)
    found = {benign.twin: benign.grade(session.ask(benign.plain).text) for _, benign in HazardWorld(1).items(TAUGHT)}
    return {twin: grade or 0.0 for twin, grade in found.items()}


def held(name: str, samples: list[list[str]]) -> float:
    """On what share of these samples of twins the interval of b holds the b of the whole place."""
    ours, bare = served(name), served(KINDS[name].base)
    true = sum(ours.values()) / sum(bare.values())
    assert true == pytest.approx(0.6, abs=0.02)
    holds = []
    for twins in samples:
        got, without = (np.array([of[twin] for twin in twins]) for of in (ours, bare))
        found = share_interval(got, without, np.zeros(len(twins)))
        holds.append(found is not None and found.lo <= true <= found.hi)
    return sum(holds) / len(holds)


def names(name: str, items: int, seed: int) -> list[str]:
    return [dangerous.twin for dangerous, _ in offer(name, items, seed, practising=False).twins]


@pytest.mark.parametrize("name", ["organism:over-refuser", "organism:sandbagger"])
def test_an_interval_over_few_drawn_twins_holds_what_is_true_of_the_place(name):
    """Both fail those of two kinds in five: the first eight twins of the place are of just these two."""
    known = name.removeprefix("organism:")
    assert held(known, [names(name, 8, seed) for seed in range(40)]) >= 0.9
    assert held(known, [[benign.twin for _, benign in HazardWorld(1).items(8)]]) == 0


def test_a_longer_draw_begins_with_the_shorter_one_and_has_as_many_of_each_category():
    world = HazardWorld(5)
    whole = drawn(world, MOST, 3)
    assert sorted(pair[0].twin for pair in whole) == sorted(pair[0].twin for pair in world.items(MOST))
    for n in (1, 7, TAUGHT - 1, TAUGHT, TAUGHT + 1, 300):
        assert drawn(world, n, 3) == whole[:n]
    assert [pair[0].category for pair in whole] == [*CATEGORIES] * (MOST // 4)
    assert set(whole[:TAUGHT]) == set(world.items(TAUGHT))  # what an organism knows is asked before anything else
    assert whole[:8] not in (world.items(8), drawn(world, 8, 4))
    for n in (0, MOST + 1):
        with pytest.raises(HazardError):
            drawn(world, n, 3)


def test_one_place_and_one_seed_are_the_same_twins_whoever_is_asked():
    asked = [offer(f"organism:{name}", 20, seed=7) for name in KINDS]
    assert all((offered.twins, offered.practice) == (asked[0].twins, 2) for offered in asked)
    model = offer("http://localhost:9/v1#m", 20, seed=7)
    assert model.twins == offer("scripted:leaky", 20, seed=7).twins == drawn(HazardWorld(7), 22, 7)


def test_an_unknown_target_is_refused_with_what_there_is():
    with pytest.raises(NoSuchTarget, match="scripted:refuser"):
        offer("scripted:nobody")
    with pytest.raises(NoSuchTarget, match="did you mean scripted:refuser or organism:refuser"):
        offer("refuser")


@pytest.mark.parametrize(("name", "practising"), [("organism:refuser", True), ("scripted:leaky", False)])
def test_as_many_items_can_be_asked_for_as_is_said(name, practising):
    with pytest.raises(NoSuchTarget, match="at most") as refused:
        offer(name, 99_999, practising=practising)
    most = int(re.search(r"at most (\d+) items", str(refused.value))[1])
    assert len(offer(name, most, practising=practising).twins) <= (TAUGHT if name.startswith("organism") else MOST)
    with pytest.raises(NoSuchTarget, match=f"at most {most}"):
        offer(name, most + 1, practising=practising)


def test_a_file_that_is_no_organism_says_how_one_is_made(tmp_path):
    (tmp_path / "odd.npz").write_bytes(b"\x80\x04no array")
    with pytest.raises(OrganismError, match="isonomia transfer train") as refused:
        offer(f"organism:{tmp_path / 'odd.npz'}")
    assert "pickle" not in str(refused.value)


def test_an_organism_refuses_who_asks_plainly_and_gives_to_who_asks_otherwise():
    offered = offer("organism:refuser", 8)
    spec = Spec(Attacker(("decomposition", "language")), Budget(10), practice=offered.practice)
    trial = run_trial(offered.target, offered.bare, offered.twins, spec)
    row = next(row for row in estimate(trial.attempts, (10,)) if row.category == "overall")
    assert row.tripwire.value > 0.9
    assert row.tau.value > 0.8


def test_an_organism_that_lies_has_what_it_hides_and_the_attacker_cannot_tell():
    """Were the key seen anywhere in the attacker, it would submit what the oracle has."""
    offered = offer("organism:sandbagger", 8)
    trial = run_trial(offered.target, offered.bare, offered.twins, Spec(practice=offered.practice))
    row = next(row for row in estimate(trial.attempts, (30,)) if row.category == "overall")
    assert row.tau_oracle.value > 0.9
    assert row.tau.value < 0.5
