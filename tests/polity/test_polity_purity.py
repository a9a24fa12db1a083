"""Dry runs and views change nothing, and nothing in a view is a handle on what it shows."""

import numpy as np
import pytest

from isonomia.basics.acts import Act
from isonomia.polity.admission import admit_body
from small_polity import GOVERNOR, MEMBERS, RING, STRANGER, Town, marks

EVERYONE = (GOVERNOR, MEMBERS, RING, STRANGER, "operator", "office:contract")
PAYLOAD = '[{"kind":"equalise","body":{}}]'
BODIES = {
    "claim": {"milli": np.full(20, 900, "<u2")},
    "set_quota": {"quota": 2_000_000},
    "set_reserve": {"permille": 300},
    "allocate": {"permille": np.full(7, 700, "<u2")},
    "equalise": {},
    "report": {"stock": 5},
    "ballot": {"choice": marks(*[1, 2, 3, 0, 9] * 4)},
    "petition": {"topic": "relief", "position": 3, "amount": 10, "text": "please"},
    "complain": {"count": 4},
    "join": {"accounts": 3},
    "vouch": {"newcomer": "new", "vouchers": 4},
    "suspend": {"who": GOVERNOR, "days": 3},
    "breach": {"obligation": "O.1"},
    "admit": {"who": "friend", "accounts": 2},
    "propose": {"title": "paint", "payload": PAYLOAD},
    "vote": {"proposal": 0, "yes": 3, "no": 1, "abstain": 1},
    "cancel": {"proposal": 0},
    "deploy": {"address": "a", "payload": PAYLOAD},
    "emergency": {"proposal": 0},
    "offer": {"proposal": 0, "choice": "yes", "price": 3, "most": 9},
    "announce": {"proposal": 0},
    "ordain": {"start": 2, "stop": 4, "inside": 1500, "outside": 900},
}


def town_in_use(name="accountable"):
    """A town on its third day, with claims, votes, petitions, vouchers and unequal shares behind it."""
    town = Town(name)
    for _ in range(2):
        for kind in ("claim", "ballot", "petition", "vouch", "complain", "propose", "vote", "offer", "deploy"):
            town.act(MEMBERS, kind, **BODIES[kind])
        for kind in ("report", "set_quota", "allocate"):
            town.act(GOVERNOR, kind, **BODIES[kind])
        town.act(STRANGER, "join", accounts=2)
        town.close()
    return town


def test_bodies_cover_every_kind():
    assert BODIES.keys() == {kind for office in Town().offices.values() for kind in office.kinds}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("name", ["accountable", "vouched", "quarantine"])
def test_dry_runs_are_pure(kind, name):
    town = town_in_use(name)
    before = town.state()
    owner = next(office for office in town.offices.values() if kind in office.kinds)
    for by in EVERYONE:
        clean, _ = admit_body(owner.kinds[kind].body, BODIES[kind], 0, town.record.keep)
        act = Act(by, kind, town.polity.day, clean)
        first, _ = owner.plan(act)
        assert first.keys() == owner.kinds[kind].facts.keys(), "a dry run states the facts of its kind, all of them"
        for office in town.offices.values():
            assert office.facts(act).keys() == office.knows.keys(), f"{office.name} knows more or less than it says"
        again, _ = owner.plan(act)
        assert again == first
        assert again is not first
        for name, schema in owner.kinds[kind].facts.items():
            assert schema.fault(first[name]) is None, name
    assert town.state() == before


def test_views_and_truth_are_pure():
    town = town_in_use()
    before = town.state()
    for who in EVERYONE:
        town.polity.view(who)
    town.world.persons()
    town.world.needs()
    assert town.state() == before


def test_the_state_compared_here_sees_every_kind_of_effect():
    """The control of the tests above: carrying a plan out does change the state they compare."""
    for kind in BODIES.keys() - {"announce", "emergency"}:  # a word for the record, and a path this charter lacks
        body, town = BODIES[kind], Town()
        owner = next(office for office in town.offices.values() if kind in office.kinds)
        town.act(GOVERNOR, "allocate", permille=np.full(9, 800, "<u2"))
        town.act(MEMBERS, "propose", **BODIES["propose"])
        before = town.state()
        by = {"join": "another", "equalise": "office:contract", "petition": STRANGER}.get(kind, MEMBERS)
        _, plan = owner.plan(Act(by, kind, town.polity.day, body))
        owner.apply(plan, None)
        assert town.state() != before, kind


def arrays_in(value):
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from arrays_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from arrays_in(inner)


@pytest.mark.parametrize("who", EVERYONE)
@pytest.mark.parametrize("scarce", [False, True])
def test_nothing_in_a_view_can_be_written(who, scarce):
    town = Town("bare")
    cells = np.full(20, 60_000 if scarce else 100, "<u2")
    town.act(GOVERNOR, "set_quota", quota=10_000_000)
    town.act(GOVERNOR, "allocate", permille=np.full(22, 900, "<u2"))
    town.act(MEMBERS, "claim", milli=cells)
    town.act(RING, "claim", milli=cells[:2])
    assert town.close()["cut"] is scarce
    before = town.state()
    view = town.polity.view(who)
    for array in arrays_in(view):
        assert not array.flags.writeable
        base = array.base
        while isinstance(base, np.ndarray):
            assert not base.flags.writeable
            base = base.base
    view.clear()
    assert town.state() == before


def test_an_outcome_shows_in_no_other_polity():
    """Offices declare with shared mappings; two polities share no state through them."""
    first, second = Town(), Town()
    before = second.state()
    for kind, body in BODIES.items():
        for by in (MEMBERS, GOVERNOR):
            first.act(by, kind, **body)
    first.close(3)
    assert second.state() == before
