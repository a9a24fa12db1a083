"""Every setting of a procedure changes an outcome, and every threshold flips at the number that is computed for it."""

import pytest
from docket_hall import OTHER, RESERVE, WITHIN, Hall, decided
from hypothesis import given
from hypothesis import strategies as st

from isonomia.decisions.procedure import LEVELS, SETTINGS, Procedure, _settings


@pytest.mark.parametrize(
    ("settings", "least", "no", "abstain"),
    [
        ({}, 21, 20, 50),
        ({"base": "cast"}, 71, 20, 50),
        ({"base": "roll"}, 51, 20, 0),
        ({"threshold_num": 2, "threshold_den": 3}, 41, 20, 0),
        ({"threshold_num": 0}, 1, 20, 0),
        ({"quorum_permille": 505, "quorum_counts": "for"}, 51, 0, 40),
        ({"quorum_permille": 505, "quorum_counts": "for_abstain"}, 31, 5, 20),
        ({"quorum_permille": 505, "quorum_counts": "cast"}, 26, 5, 20),
        ({"quorum_permille": 505, "quorum_counts": "for", "quorum_base": "delegated"}, 21, 0, 0),
        ({"quorum_permille": 505, "quorum_counts": "for", "quorum_floor": 60}, 60, 0, 0),
        ({"quorum_permille": 505, "quorum_counts": "for", "quorum_cap": 30}, 30, 0, 0),
        ({"quorum_floor": 60, "quorum_counts": "for", "quorum_cap": 30}, 30, 0, 0),
    ],
)
def test_a_proposal_passes_from_the_computed_number_on(settings, least, no, abstain):
    passing = [yes for yes in range(0, 110) if Procedure.of(settings).passes(yes, no, abstain, 100)]
    assert decided(least, no, abstain, **settings)
    assert not decided(least - 1, no, abstain, **settings)
    assert not passing or passing == list(range(passing[0], 110)), "more votes for it never hurt it"


def test_a_tie_at_one_half_fails_and_so_does_silence():
    assert not decided(30, 30)
    assert not decided(0)
    assert decided(31, 30)


@given(
    st.tuples(*[st.integers(0, 10**12)] * 4),
    st.integers(0, 10),
    st.integers(1, 10),
    st.sampled_from(["cast", "nonabstain", "roll"]),
)
def test_the_threshold_against_its_words(votes, num, den, base):
    yes, no, abstain, everything = votes
    of = {"cast": yes + no + abstain, "nonabstain": yes + no, "roll": everything}[base]
    procedure = Procedure(base=base, threshold_num=num, threshold_den=den)
    assert procedure.passes(yes, no, abstain, everything) == (yes * den - of * num > 0)


def test_the_quorum_is_rounded_up():
    assert [Procedure(quorum_permille=334).quorum(base) for base in (0, 1, 2, 3, 1000)] == [0, 1, 1, 2, 334]
    assert Procedure(quorum_permille=1000).quorum(10**6) == 10**6


def test_power_is_read_as_the_vote_comes_in_or_as_it_was_the_night_before_the_proposal():
    for power, borrowed in (("live", 1000), ("snapshot", 50)):
        hall = Hall(power=power, voting_days=3)
        hall.put()
        hall.power["anna"] = 1000
        hall.close()
        assert hall.fact("vote", "power", proposal=0, yes=1, no=0, abstain=0) == borrowed
        assert hall.vote("anna", 51).permitted == (power == "live")
        assert hall.vote("anna", 50).permitted


def test_a_loan_of_the_day_is_in_no_snapshot_of_that_day():
    hall = Hall(power="snapshot")
    hall.power["anna"] = 1000  # borrowed this morning
    hall.put()
    assert not hall.vote("anna", 51).permitted
    hall.close()  # and still held at night
    hall.put(OTHER)
    assert hall.vote("anna", 1000, number=1).permitted


def test_the_base_of_a_share_of_the_roll_is_read_with_the_power():
    for power, passes in (("live", False), ("snapshot", True)):
        hall = Hall((), power=power, base="roll", voting_days=2)
        hall.put()
        hall.vote("anna", 51)
        hall.close()
        hall.power["ben"] = 1000
        hall.close()
        assert (hall.reserve == 250) == passes


def test_heads_count_alike_whatever_they_hold():
    hall = Hall(weight="head", base="roll")
    hall.put()
    assert not hall.vote("anna", 2).permitted, "a head has one vote"
    assert [hall.vote(who, 1).permitted for who in ("anna", "ben", "nobody")] == [True, True, False]
    hall.close()
    assert hall.reserve == 250, "two of three heads"
    one = Hall(weight="head", base="roll")
    one.put()
    one.vote("anna", 1)
    one.close()
    assert one.reserve == 0, "one of three heads, with half of all power"


def test_a_frozen_quorum_does_not_follow_what_was_made_since():
    for frozen, passes in ((True, True), (False, False)):
        hall = Hall((), quorum_permille=500, quorum_frozen=frozen, voting_days=2)
        hall.put()
        hall.vote("anna", 50)
        hall.close()
        hall.power["ben"] = 1000
        hall.close()
        assert (hall.reserve == 250) == passes


@pytest.mark.parametrize("notice", [0, 1, 3])
@pytest.mark.parametrize("voting", [1, 2])
@pytest.mark.parametrize("timelock", [0, 2])
def test_days_are_counted_as_the_words_say(notice, voting, timelock):
    hall = Hall((WITHIN,), notice_days=notice, voting_days=voting, timelock_days=timelock)
    hall.close(2)
    hall.put()
    counts, reserve = [], []
    for _ in range(notice + voting + timelock + 2):
        counts.append(hall.vote("anna", 1).permitted)
        reserve.append(hall.reserve)
        hall.close()
    days = range(notice + voting + timelock + 2)
    assert counts == [notice <= day < notice + voting for day in days]
    assert reserve == [250 * (day > notice + voting - 1 + timelock) for day in days], "done the morning after it is due"


def test_no_count_is_shown_of_a_secret_ballot():
    for ballots, shown in (("public", (4, 2, 1)), ("secret", (None, None, None))):
        hall = Hall(ballots=ballots)
        hall.put()
        hall.vote("anna", 4, 2, 1)
        (proposal,) = hall.shown
        assert (proposal.yes, proposal.no, proposal.abstain) == shown
        assert hall.polity.view("anna")["ballots"] == ballots


def test_effects_are_shown_or_only_the_title():
    hall = Hall()
    hall.put()
    (hidden,) = hall.shown
    assert (hidden.title, hidden.payload, hidden.effects) == ("a reserve", None, None)
    open_hall = Hall(effects_shown=True)
    open_hall.put()
    (proposal,) = open_hall.shown
    assert proposal.payload == RESERVE
    assert [(action.kind, dict(action.body)) for action in proposal.effects] == [("set_reserve", {"permille": 250})]


@pytest.mark.parametrize(("binding", "done"), [("address", 70), ("hash", 250)])
def test_code_replaced_at_an_address_after_the_vote(binding, done):
    hall = Hall(binding=binding, timelock_days=1, effects_shown=True)
    hall.act("ben", "deploy", address="plan", payload=RESERVE)
    hall.put("@plan")
    hall.vote("anna", 50)
    hall.close()
    assert hall.fact("deploy", "awaited", address="plan", payload=OTHER)
    assert not hall.fact("deploy", "awaited", address="plans", payload=OTHER)
    hall.act("ben", "deploy", address="plan", payload=OTHER)
    assert hall.shown[0].effects[0].body["permille"] == done, "what is shown is what would be done"
    hall.close()
    assert hall.reserve == done


@pytest.mark.parametrize(("binding", "stage"), [("address", "executed"), ("hash", "void")])
def test_a_vote_on_an_empty_address(binding, stage):
    hall = Hall(binding=binding)
    hall.put("@plan")
    hall.vote("anna", 50)
    hall.act("ben", "deploy", address="plan", payload=RESERVE)
    hall.close()
    assert hall.stage() == stage


def emergency(yes: int, waited: int = 0, **settings):
    hall = Hall((), notice_days=0, voting_days=9, timelock_days=9, quorum_floor=10**6, **settings)
    hall.put()
    hall.close(waited)
    hall.vote("anna", yes)
    outcome = hall.act("anna", "emergency", proposal=0)
    hall.close()
    return hall.reserve == 250, hall.effect(outcome.entry)


def test_an_emergency_is_done_the_same_day_from_the_computed_number_on():
    assert emergency(67, emergency="open") == (True, {"changed": True})
    assert emergency(66, emergency="open")[1]["why"] == "the emergency threshold is not reached"
    assert emergency(81, emergency="open", emergency_num=4, emergency_den=5)[0]
    assert not emergency(80, emergency="open", emergency_num=4, emergency_den=5)[0]
    assert emergency(100)[1]["why"] == "there is no emergency procedure"


def test_an_emergency_waits():
    assert emergency(67, 1, emergency="open", emergency_wait_days=2)[1]["why"] == "too early"
    assert emergency(67, 2, emergency="open", emergency_wait_days=2)[0]


def test_settings_are_checked():
    for name, value in (("voting_days", 0), ("power", "tomorrow"), ("effects_shown", 1), ("quorums", 3)):
        with pytest.raises(ValueError, match=name):
            Procedure.of({name: value})
    assert Procedure.of(LEVELS["live"].settings) == Procedure()
    with pytest.raises(ValueError, match=r"^decisions\.quorums: not a setting$"):
        Procedure.of({"quorums": 3})
    assert _settings(Procedure(quorum_cap=7)) == {**LEVELS["live"].settings, "quorum_cap": 7}
    for level in LEVELS.values():
        assert level.settings.keys() == SETTINGS.keys()
        Procedure.of(level.settings)
    assert LEVELS["secret"].settings == {**LEVELS["noticed"].settings, "ballots": "secret"}
