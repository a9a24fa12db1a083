"""What a docket counts by, as it was founded: readings that are given, and what stands in for those that are not."""

import pytest
from docket_hall import HOLDINGS, OTHER, RESERVE, Hall

from isonomia.basics.acts import Act, Permit
from isonomia.decisions.docket import Docket

PERMIT = Permit(b"a" * 32, 0)


def docket(settings=None, power=None, everything=100, **readings):
    held = HOLDINGS if power is None else power
    return Docket(settings or {}, lambda who: held.get(who, 0), lambda: everything, **readings)


def put(office, by="anna", text=RESERVE, day=0):
    facts, plan = office.plan(Act(by, "propose", day, {"title": "", "payload": text}))
    return facts, office.apply(plan, PERMIT)


def vote(office, by, yes=0, number=0):
    facts, plan = office.plan(Act(by, "vote", 0, {"proposal": number, "yes": yes, "no": 0, "abstain": 0}))
    office.apply(plan, PERMIT)
    return facts


def quorum(office):
    """The number of votes that the first proposal needed to come."""
    return office.plan(Act("office:docket", "announce", 0, {"proposal": 0}))[0]["quorum"]


def test_power_alone_is_enough_for_a_live_count_by_power():
    office = docket()
    assert put(office)[1] == {"proposal": 0}
    assert put(office, "ben", OTHER)[1] == {"proposal": 1}
    facts = vote(office, "ben")
    assert (facts["power"], facts["power_all"]) == (30, 100)
    assert office.kinds["vote"].roles == ("member", "operator")
    assert docket(roles=("issuer",)).kinds["vote"].roles == ("issuer",)


def test_a_count_that_needs_names_says_so_where_it_has_none():
    for settings in ({"power": "snapshot"}, {"weight": "head"}):
        with pytest.raises(ValueError, match="power") as refused:
            docket(settings)
        assert str(refused.value) == "decisions: such a count needs to know who holds power"
    docket({"weight": "head"}, heads_all=lambda: 3)
    with pytest.raises(ValueError, match="power"):
        docket({"power": "snapshot"}, heads_all=lambda: 3)


def test_where_heads_are_not_told_whoever_has_power_is_one():
    holdings = {"anna": 50, "ben": 1, "cleo": 0}
    settings = {"weight": "head", "quorum_base": "delegated", "quorum_permille": 1000}
    office = docket(settings, holdings, powers=lambda: holdings)
    put(office)
    seen = {who: (vote(office, who)["power"], vote(office, who)["power_all"]) for who in (*holdings, "dora")}
    assert seen == {"anna": (1, 2), "ben": (1, 2), "cleo": (0, 2), "dora": (0, 2)}
    office.close({"day": 0})
    assert quorum(office) == 2, "where nothing is said of delegation, all heads"


def test_heads_that_are_told_are_counted_as_told():
    office = docket(
        {"weight": "head", "quorum_base": "delegated", "quorum_permille": 1000},
        heads={"anna": 4, "ben": 3}.__getitem__,
        heads_all=lambda: 7,
        delegated=lambda: 5,
    )
    put(office)
    assert [(vote(office, who)["power"], vote(office, who)["power_all"]) for who in ("anna", "ben")] == [(4, 7), (3, 7)]
    office.close({"day": 0})
    assert quorum(office) == 5


def test_a_quorum_of_what_is_delegated_is_of_all_power_where_nothing_is_said_of_delegation():
    office = docket({"quorum_base": "delegated", "quorum_permille": 1000})
    put(office)
    office.close({"day": 0})
    assert quorum(office) == 100


@pytest.mark.parametrize(("weight", "each", "everything"), [("power", (50, 30), 100), ("head", (1, 1), 3)])
def test_a_snapshot_is_by_power_or_by_head_too(weight, each, everything):
    hall = Hall((), power="snapshot", weight=weight)
    hall.power["ben"] = 0
    hall.put()
    facts = [
        hall.docket.plan(Act(who, "vote", 0, dict.fromkeys(("proposal", "yes", "no", "abstain"), 0)))[0]
        for who in hall.power
    ]
    assert tuple(fact["power"] for fact in facts)[:2] == each
    assert {fact["power_all"] for fact in facts} == {everything}


def test_a_share_of_all_power_is_rounded_down_and_at_most_all():
    for power, everything, permille in ((1000, 1001, 999), (1, 3, 333), (50, 49, 1000), (0, 5, 0)):
        assert put(docket(power={"anna": power}, everything=everything))[0]["author_power_permille"] == permille


def test_all_that_was_done_on_a_day_is_stated():
    office = docket()
    for text in (RESERVE, OTHER, "[]"):
        put(office, text=text)
    for number in range(3):
        vote(office, "anna", 1, number)
    stated, owed = office.close({"day": 0})
    assert stated == {"proposals_open": 0, "proposals_executed": 2}
    assert [act.kind for act in owed] == ["announce", "set_reserve", "announce", "set_reserve", "announce"]
