"""The docket alone: exactly what it states about an act at each stage, what the act did, and what is shown then."""

from docket_hall import OTHER, RESERVE, Hall, payload

from isonomia.basics.acts import Act, Permit
from isonomia.basics.schema import LARGEST
from isonomia.decisions.agenda import NEVER, Offer, Proposal
from isonomia.decisions.payload import Payload, read_payload

PERMIT = Permit(b"a" * 32, 0)
PAY_BEN = payload(("pay", {"to": "ben", "amount": 5}))


def stated(hall, by, kind, **body):
    """Every fact about such an act of today; each is declared, and in its range."""
    facts = hall.docket.plan(Act(by, kind, hall.polity.day, body))[0]
    declared = hall.docket.kinds[kind].facts
    assert facts.keys() == declared.keys()
    assert {name: fault for name in facts if (fault := declared[name].fault(facts[name]))} == {}
    return facts


def did(hall, by, kind, **body):
    """What such an act of today, once permitted, changed."""
    return hall.docket.apply(hall.docket.plan(Act(by, kind, hall.polity.day, body))[1], PERMIT)


def vote(hall, by, yes=0, no=0, abstain=0, number=0, do=did):
    return do(hall, by, "vote", proposal=number, yes=yes, no=no, abstain=abstain)


def test_a_vote_on_nothing():
    hall = Hall(())
    assert vote(hall, "ben", 1, 2, 3, number=9, do=stated) == {
        "votes": 6,
        "power": 30,
        "power_all": 100,
        "votes_so_far": 0,
        "voted": False,
        "beneficiary": False,
        "open": False,
    }
    assert vote(hall, "ben", 1, number=9) == {"counted": 0, "why": "the proposal is not open"}


def test_one_vote_is_a_vote_and_counts_add_up_for_each_and_for_all():
    hall = Hall((), voting_days=2)
    hall.put(PAY_BEN)
    assert vote(hall, "ben", do=stated)["voted"] is False
    assert vote(hall, "ben", 1) == {"counted": 1}
    assert vote(hall, "anna", 4, 5, 6) == {"counted": 15}
    again = vote(hall, "ben", 0, 2, do=stated)
    assert (again["voted"], again["votes_so_far"], again["votes"]) == (True, 1, 2)
    assert vote(hall, "ben", 0, 2) == {"counted": 2}
    assert vote(hall, "ben", do=stated)["votes_so_far"] == 3
    (shown,) = hall.docket.show("anybody")["proposals"]
    assert (shown.yes, shown.no, shown.abstain) == (5, 7, 6)


def test_counts_stop_at_the_largest_number_that_can_be_on_record():
    hall = Hall(())
    hall.put()
    for _ in range(9):
        vote(hall, "ben", 2**50, 2**50, 2**50)
    assert vote(hall, "ben", do=stated)["votes_so_far"] == LARGEST
    told = stated(hall, "office:docket", "announce", proposal=0)
    assert (told["yes"], told["no"], told["quorum_counted"]) == (LARGEST, LARGEST, LARGEST)


def test_a_snapshot_knows_the_night_before_the_proposal_and_later_ones_their_own():
    hall = Hall((), power="snapshot", voting_days=9, emergency="open")
    hall.put()
    hall.power = {"anna": 50, "ben": 930, "dora": 20}
    hall.close()
    ben, dora = (vote(hall, who, do=stated) for who in ("ben", "dora"))
    assert (ben["power"], ben["power_all"], dora["power"]) == (30, 100, 0)
    new = vote(hall, "ben", number=1, do=stated)
    assert (new["power"], new["power_all"]) == (930, 1000), "of what is not there, what a new one would have"
    put = stated(hall, "ben", "propose", title="", payload=RESERVE)
    assert (put["author_power"], put["author_power_permille"]) == (930, 930)
    nobody = stated(hall, "cleo", "propose", title="", payload=RESERVE)
    assert (nobody["author_power"], nobody["author_power_permille"]) == (0, 0)
    vote(hall, "ben", 67)
    urgent = stated(hall, "ben", "emergency", proposal=0)
    assert (urgent["power"], urgent["reached"]) == (30, True), "67 of 100, though now there are 1000"


def test_where_nobody_has_power_no_author_has_a_share():
    hall = Hall(())
    hall.power = {}
    facts = stated(hall, "anna", "propose", title="", payload=RESERVE)
    assert (facts["author_power"], facts["author_power_permille"]) == (0, 0)


def test_an_emergency_at_each_stage():
    hall = Hall((), notice_days=1, voting_days=2, emergency="open", emergency_wait_days=1)
    nothing = {
        "is_author": False,
        "stage": "none",
        "days_since_put": 0,
        "reached": False,
        "power": 30,
        "beneficiary": False,
    }
    assert stated(hall, "ben", "emergency", proposal=0) == nothing
    assert did(hall, "ben", "emergency", proposal=0) == {"changed": False, "why": "the proposal is none"}
    hall.close(3)
    hall.put(PAY_BEN)
    assert stated(hall, "ben", "emergency", proposal=0) == nothing | {"stage": "put", "beneficiary": True}
    assert did(hall, "ben", "emergency", proposal=0) == {"changed": False, "why": "too early"}
    hall.close()
    assert stated(hall, "anna", "emergency", proposal=0) == nothing | {
        "is_author": True,
        "stage": "open",
        "days_since_put": 1,
        "power": 50,
    }
    unmet = {"changed": False, "why": "the emergency threshold is not reached"}
    assert did(hall, "anna", "emergency", proposal=0) == unmet
    vote(hall, "ben", 90)
    assert stated(hall, "anna", "emergency", proposal=0)["reached"] is True
    assert did(hall, "anna", "emergency", proposal=0) == {"changed": True}
    assert stated(hall, "anna", "emergency", proposal=0)["stage"] == "queued"
    hall.close()
    assert stated(hall, "anna", "emergency", proposal=0)["stage"] == "executed"
    assert did(hall, "anna", "emergency", proposal=0) == {"changed": False, "why": "the proposal is executed"}
    never = {"changed": False, "why": "there is no emergency procedure"}
    assert did(Hall(()), "anna", "emergency", proposal=0) == never


def test_days_since_stop_at_never():
    hall = Hall((), emergency="open")
    hall.put()
    late = Act("anna", "emergency", NEVER + 7, {"proposal": 0})
    assert hall.docket.plan(late)[0]["days_since_put"] == NEVER


def test_a_cancellation_at_each_stage():
    hall = Hall((), notice_days=1)
    nothing = {"is_author": False, "by_guardian": False, "stage": "none"}
    assert stated(hall, "anna", "cancel", proposal=0) == nothing
    assert did(hall, "anna", "cancel", proposal=0) == {"changed": False, "why": "the proposal is none"}
    hall.put()
    hall.put(OTHER)
    assert stated(hall, "anna", "cancel", proposal=0) == nothing | {"is_author": True, "stage": "put"}
    assert stated(hall, "operator", "cancel", proposal=0) == nothing | {"by_guardian": True, "stage": "put"}
    assert did(hall, "anna", "cancel", proposal=0) == {"changed": True}
    assert [shown.number for shown in hall.shown] == [1]
    assert did(hall, "anna", "cancel", proposal=0) == {"changed": False, "why": "the proposal is cancelled"}
    hall.close()
    assert stated(hall, "ben", "cancel", proposal=1) == nothing | {"stage": "open"}


def test_an_offer_at_each_stage_and_its_number():
    hall = Hall((), notice_days=1, timelock_days=1)
    offer = {"choice": "no", "price": 3, "most": 8}
    here = {"open": False, "is_author": False, "price": 3, "most": 8}
    assert stated(hall, "ben", "offer", proposal=0, **offer) == here
    assert did(hall, "ben", "offer", proposal=0, **offer) == {"changed": False, "why": "the proposal is none"}
    hall.put()
    assert stated(hall, "anna", "offer", proposal=0, **offer) == here | {"is_author": True}
    assert did(hall, "ben", "offer", proposal=0, **offer) == {"offer": 0}, "while it is only put, too"
    hall.close()
    assert stated(hall, "ben", "offer", proposal=0, **offer) == here | {"open": True}
    assert did(hall, "anna", "offer", proposal=0, **offer) == {"offer": 1}
    wanted = (Offer(0, "ben", 0, "no", 3, 8), Offer(1, "anna", 0, "no", 3, 8))
    assert hall.docket.show("anybody")["offers"] == wanted
    vote(hall, "ben", 1)
    hall.close()
    assert stated(hall, "ben", "offer", proposal=0, **offer) == here
    assert did(hall, "ben", "offer", proposal=0, **offer) == {"changed": False, "why": "the proposal is queued"}
    assert hall.docket.show("anybody")["offers"] == ()
    hall.put(OTHER)
    assert did(hall, "ben", "offer", proposal=1, **offer) == {"offer": 2}, "no number is given twice"


def test_code_at_an_address():
    hall = Hall((), notice_days=2)
    code = {"address": "plan", "payload": payload(("pay", {"amount": 5}), ("pay", {"amount": 4}))}
    facts = {"actions": 2, "moves": 9, "replaces": False, "awaited": False}
    assert stated(hall, "ben", "deploy", **code) == facts
    hall.put("@plan")
    assert stated(hall, "ben", "deploy", **code) == facts | {"awaited": True}
    assert did(hall, "ben", "deploy", **code) == {"actions": 2}
    assert stated(hall, "ben", "deploy", **code) == facts | {"awaited": True, "replaces": True}
    assert stated(hall, "ben", "propose", title="", payload="@plan")["moves"] == 9
    empty = hall.docket._read("@" + "x" * 99)
    assert empty == Payload("@" + "x" * 99, (), "nothing at " + "x" * 80, "@" + "x" * 99)


def test_two_empty_addresses_are_not_the_same_proposal():
    hall = Hall(())
    hall.put("@plan")
    hall.close(3)
    since = [stated(hall, "ben", "propose", title="", payload=text)["days_since_same"] for text in ("@plan", "@other")]
    assert since == [3, NEVER]


def test_what_is_announced():
    hall = Hall((), quorum_permille=505, quorum_counts="for_abstain", timelock_days=1)
    nothing = {"stage": "none", "yes": 0, "no": 0, "abstain": 0, "quorum": 0, "quorum_counted": 0}
    assert stated(hall, "office:docket", "announce", proposal=0) == nothing
    assert did(hall, "office:docket", "announce", proposal=0) == {"stage": "none"}
    hall.put()
    vote(hall, "ben", 50, 7, 4)
    before = nothing | {"stage": "open", "yes": 50, "no": 7, "abstain": 4, "quorum_counted": 54}
    assert stated(hall, "office:docket", "announce", proposal=0) == before
    hall.close()
    assert stated(hall, "office:docket", "announce", proposal=0) == before | {"stage": "queued", "quorum": 51}
    assert did(hall, "office:docket", "announce", proposal=0) == {"stage": "queued"}


def test_what_is_shown_of_a_proposal():
    hall = Hall((), "noticed")
    hall.close(2)
    assert hall.put(PAY_BEN, by="ben", title="a favour").permitted
    actions = read_payload(PAY_BEN).actions
    shown = Proposal(0, "ben", "a favour", PAY_BEN, 2, 6, 0, 0, 0, "put", 3, actions)
    view = {"proposals": (shown,), "offers": (), "ballots": "public", "power": "snapshot", "weight": "power"}
    assert hall.docket.show("anybody") == view
    hall.close()
    assert hall.docket.show("anybody") == view | {"proposals": (shown._replace(stage="open"),)}
    secret = Hall((), "secret", weight="head")
    secret.put(PAY_BEN, by="ben", title="a favour")
    hidden = Proposal(0, "ben", "a favour", PAY_BEN, 0, 4, None, None, None, "put", 1, actions)
    wanted = view | {"proposals": (hidden,), "ballots": "secret", "weight": "head"}
    assert secret.docket.show("anybody") == wanted
    empty = {"proposals": (), "offers": (), "ballots": "public", "power": "live", "weight": "power"}
    assert Hall(()).docket.show("anybody") == empty


def test_what_is_owed_and_stated_at_each_close():
    hall = Hall((), notice_days=1, voting_days=2, timelock_days=1)
    docket = hall.docket
    assert docket.close({"day": 0}) == ({"proposals_open": 0, "proposals_executed": 0}, ())
    two = payload(("pay", {"to": "ben", "amount": 5}), ("equalise", {}))
    did(hall, "anna", "propose", title="", payload=two)
    did(hall, "anna", "propose", title="", payload=OTHER)
    live = {"proposals_open": 2, "proposals_executed": 0}

    def announce(day, number):
        return Act("office:docket", "announce", day, {"proposal": number})

    assert docket.close({"day": 0}) == (live, []), "an opening is not announced"
    vote(hall, "anna", 2, 1)
    assert docket.close({"day": 1}) == (live, [])
    queued, owed = docket.close({"day": 2})
    assert (queued, owed) == ({"proposals_open": 1, "proposals_executed": 0}, [announce(2, 0), announce(2, 1)])
    done, owed = docket.close({"day": 3})
    assert done == {"proposals_open": 0, "proposals_executed": 1}
    assert owed == [
        announce(3, 0),
        Act("office:docket", "pay", 3, {"amount": 5, "to": "ben"}),
        Act("office:docket", "equalise", 3, {}),
    ]
    assert docket.close({"day": 4}) == ({"proposals_open": 0, "proposals_executed": 0}, ())
    assert docket.facts(announce(3, 0)) == {}
