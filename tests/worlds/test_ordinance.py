"""An ordinance in the commons: shares by law, who may ordain, how it ends, and that an honest governor leaves it."""

import pytest

from isonomia.basics.acts import Act
from isonomia.decisions.payload import write_payload
from isonomia.seats.governors.commons import Captured, Steward
from isonomia.worlds.commons import Commons
from small_polity import GOVERNOR, MEMBERS, RING, Town, milli

LAW = {"start": 2, "stop": 5, "inside": 1500, "outside": 800}


def eaten(town):
    for who, n in ((MEMBERS, 20), (RING, 2)):
        town.act(who, "claim", milli=milli(*[5000] * n))
    facts = town.close()
    return facts, town.world.persons()["served"].tolist()


def ordain(town, **body):
    text = write_payload([("ordain", {**LAW, **body})])
    town.act(MEMBERS, "propose", title="a law", payload=text)
    number = town.polity.view(MEMBERS)["proposals"][-1].number
    town.act(MEMBERS, "vote", proposal=number, yes=20, no=0, abstain=0)
    town.close()


def test_an_ordinance_sets_every_share_until_it_is_repealed():
    town = Town()
    ordain(town)
    assert town.polity.view(MEMBERS)["ordinance"] == tuple(LAW.values())
    facts, served = eaten(town)
    assert served == [800] * 2 + [1500] * 3 + [800] * 17
    assert (facts["ordained"], facts["allocation_max"], facts["allocation_min"], facts["favoured"]) == (
        True,
        1500,
        800,
        3,
    )
    ordain(town, inside=1000, outside=1000)
    facts, served = eaten(town)
    assert served == [1000] * 22
    assert not facts["ordained"]
    assert facts["favoured"] == 0
    assert town.polity.view(GOVERNOR)["shares"] is None


def test_an_equal_cut_for_all_is_an_ordinance_too():
    town = Town()
    ordain(town, inside=600, outside=600)
    facts, served = eaten(town)
    assert facts["ordained"]
    assert served == [600] * 22


def test_only_a_decision_or_the_operator_ordains():
    town = Town()
    for who in (MEMBERS, RING, GOVERNOR, "stranger"):
        assert not town.act(who, "ordain", **LAW).permitted
    assert town.act("operator", "ordain", **LAW).permitted


def test_equal_shares_by_default_end_it():
    commons = Commons({"members": 6}, 0)
    for kind, body in (("ordain", LAW), ("equalise", {})):
        _, plan = commons.plan(Act("office:contract", kind, 0, body))
        commons.apply(plan, None)
    assert commons.show("members")["ordinance"] is None


@pytest.mark.parametrize("span", [(4, 90), (90, 99), (5, 2)])
def test_persons_who_do_not_exist_change_nothing_for_the_others(span):
    town = Town()
    ordain(town, start=span[0], stop=span[1])
    inside = range(*span)
    assert eaten(town)[1] == [1500 if person in inside else 800 for person in range(22)]


def test_an_honest_governor_leaves_ordained_shares_alone_and_a_captured_one_does_not():
    town = Town()
    point = {"under": 500, "over": 4000, "boast": 600, "reserve": 0, "period": 1}
    for governor, does in ((Steward(22), False), (Captured(22, (0, 3), point), True)):
        for ordained in (False, True):
            view = {**town.polity.view(GOVERNOR), "ordained": ordained, "day": int(ordained)}
            view["shares"] = None if isinstance(governor, Captured) else milli(*[700] * 22)
            kinds = set()
            while (act := governor.act(view)) is not None:
                kinds.add(act.kind)
            assert ("allocate" in kinds) == (does or not ordained)
