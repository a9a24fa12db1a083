"""Proposals with content: their path, what is refused or changes nothing, and what is done in the end."""

import json

import pytest
from docket_hall import HOLDINGS, OTHER, RESERVE, Hall, payload
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from isonomia.basics.acts import Act
from isonomia.decisions.docket import Docket
from isonomia.decisions.payload import read_payload
from isonomia.decisions.procedure import LEVELS
from isonomia.law.articles import Article

FULL = json.loads(RESERVE)[0]


def passed(text, **given):
    hall = Hall(**given)
    hall.put(text)
    hall.vote("anna", 50)
    hall.close()
    return hall


def test_what_passes_is_done_by_the_office_through_the_gate():
    hall = passed(RESERVE)
    assert hall.reserve == 250
    (done,) = hall.acts("set_reserve")
    assert (done["by"], done["body"], done["denied"], done["day"]) == ("office:docket", FULL["body"], [], 1)
    (told,) = hall.acts("announce")
    assert told["facts"] | {"stage": "executed", "yes": 50, "no": 0, "abstain": 0} == told["facts"]
    assert hall.shown == ()


def test_what_fails_is_not_done_and_its_tally_is_on_record():
    hall = Hall()
    hall.put()
    hall.vote("anna", 20)
    hall.vote("ben", 0, 21, 7)
    assert hall.close()["proposals_open"] == 0
    hall.close(3)
    assert hall.acts("set_reserve") == []
    (told,) = hall.acts("announce")
    assert told["facts"] | {"stage": "failed", "yes": 20, "no": 21, "abstain": 7} == told["facts"]


def test_an_article_may_refuse_the_deed_and_the_other_actions_are_still_done():
    two = payload(("set_reserve", {"permille": 999}), ("nonsense", {}), ("set_quota", {"quota": 2_000_000}))
    hall = passed(two, articles=(Article("T.2", "set_reserve", "reserve_permille_new <= 300"),))
    assert hall.acts("set_reserve")[0]["denied"] == ["T.2"]
    assert hall.acts("nonsense")[0]["denied"] == ["malformed: unknown kind of act"]
    assert hall.polity.view("anna")["quota"] == 2_000_000
    assert hall.reserve == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[1]",
        "not json",
        '[{"kind":"a"}]',
        '[{"kind":"a","body":[]}]',
        '[{"kind":1,"body":{}}]',
        '[{"kind":"a","body":{},"more":1}]',
        '[{"kind":"a","body":{"x":1.0}}]',
        '[{"kind":"a","body":{"x":null}}]',
        '[{"kind":"a","body":{"x":{"y":1}}}]',
        '[{"kind":"a","body":{"x":[1]}}]',
        '[{"kind":"a","body":{"x":9007199254740992}}]',
        '[{"kind":"a","body":{"x":99999999999999999999999}}]',
        '[{"kind":"a","body":{"x":"\\ud800"}}]',
        "[" * 2000,
        "@nowhere",
    ],
)
def test_a_payload_that_is_no_sound_list_is_void_and_says_so(text):
    hall = passed(text)
    assert hall.stage() == "void"
    assert hall.acts("announce")[0]["facts"]["stage"] == "void"
    assert Hall().fact("propose", "actions", title="", payload=text) == 0


def test_a_sound_payload_is_read_once_and_cannot_be_changed():
    read = read_payload('[{"body":{"b":true,"a":-5,"to":"ben","amount":7},"kind":"x"}]')
    assert [(a.kind, dict(a.body)) for a in read.actions] == [("x", {"a": -5, "amount": 7, "b": True, "to": "ben"})]
    with pytest.raises(TypeError):
        read.actions[0].body["a"] = 6
    assert (read.moves, read.mixed, read.benefits("ben"), read.benefits("anna")) == (7, False, True, False)


def test_facts_of_a_proposal():
    hall = Hall(voting_days=3)
    text = payload(("pay", {"to": "ben", "amount": 5}), ("fee", {"amount": 4}), ("fee", {"amount": -9}))
    facts = hall.docket.plan(Act("ben", "propose", 0, {"title": "", "payload": text}))[0]
    assert facts == {
        "actions": 3,
        "open_by_author": 0,
        "days_since_same": 10**6,
        "moves": 9,
        "mixed": True,
        "author_power": 30,
        "author_power_permille": 300,
    }
    hall.put(text)
    hall.close(2)
    spaced = json.dumps(json.loads(text), indent=1)
    assert hall.fact("propose", "days_since_same", title="", payload=spaced) == 2, "however it is written"
    assert hall.fact("propose", "days_since_same", title="", payload=RESERVE) == 10**6
    assert hall.fact("propose", "open_by_author", title="", payload=text) == 1
    assert hall.fact("propose", "open_by_author", by="ben", title="", payload=text) == 0
    assert hall.fact("vote", "beneficiary", by="ben", proposal=0, yes=1, no=0, abstain=0)
    assert not hall.fact("vote", "beneficiary", by="anna", proposal=0, yes=1, no=0, abstain=0)
    hall.vote("ben", 3, 4, 5)
    after = hall.docket.plan(Act("ben", "vote", 2, {"proposal": 0, "yes": 1, "no": 2, "abstain": 3}))[0]
    assert after == {
        "votes": 6,
        "power": 30,
        "power_all": 100,
        "votes_so_far": 12,
        "voted": True,
        "beneficiary": True,
        "open": True,
    }


def test_nobody_votes_above_their_power_or_after_the_close_where_the_article_holds():
    hall = Hall()
    hall.put()
    assert hall.vote("ben", 31).reasons == ("T.1",)
    assert hall.vote("ben", 20).permitted
    assert hall.vote("ben", 5, 6).reasons == ("T.1",)
    assert hall.vote("ben", 5, 5).permitted
    assert hall.vote("ben", 1, number=7).reasons == ("T.1",)
    hall.close()
    assert hall.vote("cleo", 1).reasons == ("T.1",)


def test_without_an_article_what_comes_at_the_wrong_stage_changes_nothing_and_says_why():
    hall = Hall((), timelock_days=1, notice_days=1, emergency="open")
    hall.put()
    early = hall.vote("anna", 50)
    hall.close()
    hall.vote("anna", 50)
    hall.vote("anna", 50)
    assert hall.shown[0].yes == 100, "without an article votes count as often as they come"
    hall.close()
    late, nowhere = hall.vote("anna", 50), hall.vote("anna", 1, number=9)
    wrong = [hall.act("anna", kind, proposal=9) for kind in ("cancel", "emergency")]
    hall.close()
    done = [hall.act("anna", kind, proposal=0) for kind in ("cancel", "emergency")]
    offered = hall.act("ben", "offer", proposal=0, choice="yes", price=1, most=1)
    hall.close()
    assert hall.reserve == 250
    for outcome in (early, late, nowhere):
        assert outcome.permitted
        assert hall.effect(outcome.entry) == {"counted": 0, "why": "the proposal is not open"}
    assert [hall.effect(o.entry)["why"] for o in wrong] == ["the proposal is none"] * 2
    assert [hall.effect(o.entry)["why"] for o in [*done, offered]] == ["the proposal is executed"] * 3


@pytest.mark.parametrize("days", [0, 1, 3])
def test_who_cancels_while_it_is_put_open_or_queued_stops_it(days):
    hall = Hall((), notice_days=1, voting_days=1, timelock_days=2)
    hall.put()
    for day in range(5):
        hall.vote("anna", 50)
        if day == days:
            assert hall.fact("cancel", "is_author", proposal=0)
            assert hall.fact("cancel", "by_guardian", by="operator", proposal=0)
            assert not hall.fact("cancel", "by_guardian", by="ben", proposal=0)
            assert hall.act("operator", "cancel", proposal=0).permitted
            assert hall.shown == ()
        hall.close()
    assert (hall.reserve, hall.stage()) == (0, "cancelled")


def test_a_public_offer_is_shown_for_as_long_as_votes_count():
    hall = Hall(voting_days=2)
    hall.put()
    hall.put(OTHER, by="ben")
    hall.act("ben", "offer", proposal=0, choice="no", price=3, most=8)
    (offer,) = hall.polity.view("cleo")["offers"]
    assert offer[1:] == ("ben", 0, "no", 3, 8)
    hall.close()
    assert hall.polity.view("cleo")["offers"] == (offer,)
    hall.close()
    assert hall.polity.view("cleo")["offers"] == ()


def test_levels_above_the_null_refuse_riders_floods_and_repeats():
    for level, refused in (("live", ()), ("noticed", 1), ("secret", 1)):
        hall = Hall(LEVELS[level].articles, level)
        mixed = payload(("set_reserve", {"permille": 1}), ("equalise", {}))
        assert hall.put(mixed).reasons == (("decisions.subject",) if refused else ())
        assert hall.put(RESERVE, by="ben").permitted
        assert hall.put(RESERVE, by="cleo").reasons == (("decisions.again",) if refused else ())
        for permille in (1, 2):
            assert hall.put(payload(("set_reserve", {"permille": permille}))).permitted
        third = hall.put(payload(("set_reserve", {"permille": 3})))
        assert third.reasons == (("decisions.rate",) if refused else ())


def test_a_count_that_needs_names_is_not_founded_without_them():
    for given in ({"power": "snapshot"}, {"weight": "head"}):
        with pytest.raises(ValueError, match="who holds power"):
            Docket(given, dict(HOLDINGS).__getitem__, lambda: 3)


def test_nobody_but_the_office_announces():
    hall = Hall()
    hall.put()
    assert hall.act("anna", "announce", proposal=0).reasons == ("role",)


class Procession(RuleBasedStateMachine):
    """Any acts of anybody: what passes is what was voted for, and what is done is what passed."""

    @initialize(
        binding=st.sampled_from(["address", "hash"]),
        days=st.tuples(st.integers(0, 1), st.integers(1, 2), st.integers(0, 1)),
        power=st.sampled_from(["live", "snapshot"]),
    )
    def found(self, binding, days, power):
        names = ("notice_days", "voting_days", "timelock_days")
        self.hall = Hall(binding=binding, power=power, quorum_floor=40, **dict(zip(names, days, strict=True)))
        self.binding = binding
        self.put: list[str] = []

    @rule(by=st.sampled_from(sorted(HOLDINGS)), at=st.sampled_from(["@x", None]), permille=st.integers(0, 999))
    def propose(self, by, at, permille):
        text = at or payload(("set_reserve", {"permille": permille}))
        assert self.hall.put(text, by).permitted
        self.put.append(self.hall.docket._read(text).text)

    @rule(permille=st.integers(0, 999))
    def deploy(self, permille):
        self.hall.act("ben", "deploy", address="x", payload=payload(("set_reserve", {"permille": permille})))

    @rule(
        by=st.sampled_from([*sorted(HOLDINGS), "nobody"]),
        number=st.integers(0, 3),
        votes=st.tuples(*[st.integers(0, 40)] * 3),
    )
    def vote(self, by, number, votes):
        self.hall.vote(by, *votes, number=number)

    @rule(kind=st.sampled_from(["cancel", "emergency"]), number=st.integers(0, 3))
    def interfere(self, kind, number):
        self.hall.act("cleo", kind, proposal=number)

    @rule()
    def end_the_day(self):
        self.hall.close()

    @invariant()
    def holds(self):
        entries = self.hall.record.entries
        cast: dict[int, int] = {}
        for entry in entries:
            if entry.get("kind") == "vote" and not entry["denied"]:
                number = entry["body"]["proposal"]
                cast[number] = cast.get(number, 0) + entry["facts"]["votes"]
        assert all(votes <= sum(HOLDINGS.values()) for votes in cast.values())
        told = [entry for entry in entries if entry.get("kind") == "announce"]
        for entry in told:
            facts = entry["facts"]
            assert facts["yes"] + facts["no"] + facts["abstain"] == cast.get(entry["body"]["proposal"], 0)
            if facts["stage"] in ("queued", "executed"):
                assert facts["yes"] > facts["no"]
                assert facts["quorum_counted"] >= 40
        done = [entry for entry in entries if entry.get("by") == "office:docket" and entry["kind"] == "set_reserve"]
        executed = [entry["body"]["proposal"] for entry in told if entry["facts"]["stage"] == "executed"]
        assert len(done) == len(executed) == len(set(executed))
        if self.binding == "hash":
            for entry, number in zip(done, executed, strict=True):
                assert entry["body"] == json.loads(self.put[number])[0]["body"]


TestProcession = Procession.TestCase
TestProcession.settings = settings(max_examples=25, stateful_step_count=20)
