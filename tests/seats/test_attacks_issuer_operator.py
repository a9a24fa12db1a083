"""The issuer and the operator as attackers: how they adapt, and both controls on a few seeds."""

from dataclasses import replace

import pytest

from isonomia.basics.acts import Outcome
from isonomia.lab.charters import load
from isonomia.lab.differential.stopping import holds, with_safeguards
from isonomia.lab.plugins import attacks
from isonomia.lab.run import run
from isonomia.lab.spec import Spec
from isonomia.law.articles import Article
from isonomia.seats.attacks.issuer import Friends, Issuer
from isonomia.seats.attacks.tamper import FREED, TAKEN, usurped

AUDITED, BOUND, WITNESSED = "identity.level = audited", "operator.level = bound", "operator.level = witnessed"


def spec_of(*safeguards, point=None):
    charter = with_safeguards(load("flawed").in_world("commons"), frozenset(safeguards))
    return Spec("commons", charter, point=point or {})


def corners(name):
    """The default, and each parameter alone at each other value."""
    space = attacks()[name].card.space
    return [{}, *({parameter: value} for parameter, values in space.items() for value in values[1:])]


def asked(seat, day, answers):
    """What the issuer asks for in one turn, given what becomes of each try."""
    last, sizes = None, []
    for permitted in [*answers, None]:
        act = seat.act({"day": day, "last": last})
        if act is None:
            break
        assert permitted is not None, "it asks more often than it was answered"
        sizes.append(act.body["accounts"])
        last = Outcome(permitted, 0)
    return sizes


def test_the_issuer_halves_when_refused_stops_when_let_and_comes_back_for_more():
    seat = Issuer(20, 20)
    assert asked(seat, 0, [False, False, True]) == [20, 10, 5]
    assert asked(seat, 1, [True]) == [10], "twice what passed"
    assert asked(seat, 2, [False, False, False]) == [5, 2, 1], "no more than are left"
    assert asked(seat, 3, [True]) == [1]
    assert asked(seat, 4, [True]) == [2]
    assert asked(seat, 5, [True]) == [2]
    assert asked(seat, 6, []) == []


def test_friends_vote_with_those_who_may_and_claim_for_all():
    seat = Friends(1000)
    kinds = {}
    for _ in range(3):
        act = seat.act({"day": 0, "accounts": 7, "accounts_voting": 5})
        if act is not None:
            (cells,) = act.body.values()
            kinds[act.kind] = cells.size
    assert kinds == {"ballot": 5, "claim": 7}
    assert Friends(1000).act({"day": 0, "accounts": 0, "accounts_voting": 0}) is None


def test_the_usurped_law_binds_everybody_but_the_operator():
    law = (Article("a", "set_quota", "quota_new <= mandate"), Article("b", "ballot", "not voted"))
    edited = usurped(law)
    assert edited[0] == law[1]
    assert {a.on for a in edited[1:]} == set(TAKEN) <= set(FREED)
    assert usurped(edited) == edited, "a second morning finds it as it left it"


@pytest.mark.parametrize(
    ("name", "earlier"),
    [
        ("issuer-ring", "identity.level = vouched"),
        ("operator-decree", "contract.level = accountable"),
        ("law-tampering", BOUND),
    ],
)
def test_it_breaks_what_an_earlier_charter_had(name, earlier):
    for safeguards in ((), (earlier,)):
        assert not holds(spec_of(*safeguards), name, (0, 1))


@pytest.mark.parametrize(("name", "cure"), [("issuer-ring", AUDITED), ("operator-decree", BOUND)])
def test_its_cure_holds_it_over_its_whole_space(name, cure):
    missed = [point for point in corners(name) if not holds(spec_of(cure, point=point), name, (0, 1))]
    assert missed == []


@pytest.mark.parametrize("how", [0, 1])
def test_a_witnessed_law_is_restored_but_what_was_ordained_stays(how):
    """Nobody repeals an ordinance that was made against the law, unless a duty in force looks at the shares."""
    owed = next(duty for duty in load("hardened").duties if duty.id == "H.6")
    checked = spec_of(WITNESSED, "contract.level = accountable").charter
    looking = replace(checked, duties=(*checked.duties, owed))
    for charter, repealed in ((spec_of(WITNESSED).charter, False), (checked, False), (looking, True)):
        trace = run(Spec("commons", charter, attack="law-tampering", point={"how": how}))
        assert [e["day"] for e in trace.of("ordain") if not e["denied"]] == [0]
        assert (trace.days[-1]["allocation_min"] == trace.days[-1]["allocation_max"]) is repealed
    assert not holds(spec_of(WITNESSED, point={"how": how}), "law-tampering", (0,))
