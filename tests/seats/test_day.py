"""The day loop: who moves when, what a seat may do to it (nothing), and that the record alone tells the day again."""

from collections import Counter

import numpy as np
import pytest

from isonomia.basics.acts import Act
from isonomia.polity.admission import restore_body
from isonomia.seats.day import MOST_ACTS, play_day, turn_order
from isonomia.seats.deadline import Deadline
from small_polity import GOVERNOR, MEMBERS, RING, STRANGER, Town, marks

NAMES = dict.fromkeys(["governor", "members", "ring", "outsider", "operator"])


class Says:
    """A seat that gives these, one by one, and then nothing; what it is asked and told it keeps."""

    def __init__(self, *things):
        self.things = list(things)
        self.views = []

    def act(self, view):
        self.views.append(view)
        thing = self.things.pop(0) if self.things else None
        return thing(view) if callable(thing) else thing


def ballot(by=MEMBERS, n=20, day=0):
    return Act(by, "ballot", day, {"choice": marks(*[2] * n)})


def plea(by, day=0):
    return Act(by, "petition", day, {"topic": "other", "position": 0, "amount": 0, "text": "please"})


def test_the_order_is_drawn_from_the_seed_and_the_day():
    orders = {day: tuple(turn_order(NAMES, 7, day, "nobody")) for day in range(400)}
    assert all(sorted(order) == sorted(NAMES) for order in orders.values())
    assert orders == {day: tuple(turn_order(NAMES, 7, day, "nobody")) for day in range(400)}
    assert orders != {day: tuple(turn_order(NAMES, 8, day, "nobody")) for day in range(400)}
    assert len(set(orders.values())) > 100, "of the 120 there are"
    for place in range(5):
        count = Counter(order[place] for order in orders.values())
        assert max(count.values()) < 120, "each name about eighty times in each place"
        assert min(count.values()) > 45


def test_the_order_does_not_depend_on_how_seats_are_listed():
    backwards = dict(reversed(NAMES.items()))
    assert [turn_order(NAMES, 7, day) for day in range(50)] == [turn_order(backwards, 7, day) for day in range(50)]


@pytest.mark.parametrize("last", ["governor", "members"])
def test_whom_the_charter_names_moves_last(last):
    for day in range(60):
        order = turn_order(NAMES, 7, day, last)
        drawn = turn_order(NAMES, 7, day, "nobody")
        assert order[-1] == last
        assert order[:-1] == [who for who in drawn if who != last], "the others as drawn"


def test_a_last_who_has_no_seat_changes_nothing():
    assert turn_order({"a": 0, "b": 0}, 1, 3, "governor") == turn_order({"a": 0, "b": 0}, 1, 3, "nobody")


def test_seats_are_played_in_that_order():
    for seed in range(6):
        town = Town(seed=seed)
        seats = {who: Says(plea(who)) for who in (GOVERNOR, MEMBERS, RING, STRANGER)}
        play_day(town.polity, seats, seed, "governor")
        assert [e["by"] for e in town.record.entries if "by" in e] == turn_order(seats, seed, 0, "governor")


def test_a_seat_is_asked_until_it_has_none_left():
    town = Town("bare")
    seat = Says(*[plea(STRANGER)] * 5)
    play_day(town.polity, {STRANGER: seat}, 0)
    assert len(seat.views) == 6
    assert town.polity.day == 1


def test_a_seat_that_never_stops_is_stopped():
    class Endless:
        asked = 0

        def act(self, view):
            self.asked += 1
            return plea(STRANGER, view["day"])

    town, seat = Town("bare"), Endless()
    for _ in range(2):
        play_day(town.polity, {STRANGER: seat, MEMBERS: Says()}, 0)
    assert seat.asked == 2 * MOST_ACTS
    assert town.polity.day == 2


def test_a_seat_is_told_how_its_latest_act_fared():
    town = Town("flawed")
    seat = Says(ballot(), ballot(), ballot(RING))
    play_day(town.polity, {MEMBERS: seat}, 0)
    told = [view["last"] for view in seat.views]
    assert told[0] is None
    assert told[1].permitted
    assert told[2].reasons == ("A.1",)
    assert told[3].reasons[0].startswith("sender")
    assert [view["votes_raise"] for view in seat.views] == [0, 20, 20, 20]
    assert {view["who"] for view in seat.views} == {MEMBERS}


class HostileName(type):
    @property
    def __name__(cls):
        raise RuntimeError("hostile")


class Odd(Exception, metaclass=HostileName):
    pass


def raising(error):
    def act(_):
        raise error

    return act


def touching(view):
    """Writes into everything it is shown."""
    for value in view.values():
        if isinstance(value, np.ndarray) and value.flags.writeable:
            value[:] = 7
    view.clear()
    view["day"] = "never"
    return


FAULTS = {
    "raises": raising(ValueError("x" * 10**6)),
    "raises at the deepest": raising(RecursionError()),
    "runs out of memory": raising(MemoryError()),
    "stops its iteration": raising(StopIteration()),
    "fails an assertion": raising(AssertionError()),
    "leaves": raising(SystemExit(3)),
    "closes itself": raising(GeneratorExit()),
    "raises what has no name": raising(Odd()),
    "raises what has no sane name": raising(type("\n" * 500, (Exception,), {})()),
    "text": "CATCH 1000000",
    "a number": 5,
    "a dict": {"kind": "ballot"},
    "acts in a list": [ballot()],
    "a class": Act,
    "another's act": ballot(RING, 2),
    "the governor's act": Act(GOVERNOR, "set_quota", 0, {"quota": 9}),
    "an office's act": Act("office:contract", "suspend", 0, {"who": GOVERNOR, "days": 9}),
    "tomorrow's act": ballot(day=1),
    "no body": Act(MEMBERS, "ballot", 0, None),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_whatever_a_seat_does_is_on_record_and_the_day_goes_on(fault):
    town, control = Town("flawed", seed=3), Town("flawed", seed=3)
    others = [{RING: Says(ballot(RING, 2)), GOVERNOR: Says(Act(GOVERNOR, "report", 0, {"stock": 5}))} for _ in "ab"]
    sealed, escaped = None, False
    try:
        sealed = play_day(town.polity, {MEMBERS: Says(fault), **others[0]}, 3)
    except BaseException:  # told to nobody: what it is called may itself be a trap
        escaped = True
    assert not escaped, "what a seat raised came out of the day loop"
    beside = play_day(control.polity, {MEMBERS: Says(), **others[1]}, 3)
    assert sealed.facts == beside.facts, "nobody else's day is touched"
    (noted,) = [e for e in town.record.entries if e.get("by") == MEMBERS]
    assert noted["denied"]
    assert noted["body"] is None
    assert town.polity.day == 1


def test_a_seat_that_writes_into_its_view_changes_nothing():
    towns = [Town("flawed"), Town("flawed")]
    for town, meddle in zip(towns, (touching, lambda _: None), strict=True):
        for day in range(3):
            members = Says(Act(MEMBERS, "claim", day, {"milli": np.full(20, 900, "<u2")}), meddle)
            play_day(town.polity, {MEMBERS: members, GOVERNOR: Says(meddle)}, 0)
    assert towns[0].record.lines == towns[1].record.lines
    assert towns[0].state() == towns[1].state()


def test_after_rubbish_a_seat_loses_the_rest_of_its_turn():
    town = Town()
    seat = Says(plea(MEMBERS), "rubbish", plea(MEMBERS))
    play_day(town.polity, {MEMBERS: seat}, 0)
    assert len(seat.things) == 1
    assert [e["denied"] for e in town.record.entries if e.get("by") == MEMBERS] == [[], ["malformed: not an act"]]


def test_a_seat_that_hangs_is_late_once_and_then_silent():
    def hang(_):
        while True:
            pass

    town = Town()
    seat = Says(hang, plea(STRANGER))
    late = Deadline(seat, 0.2)
    for _ in range(3):
        play_day(town.polity, {STRANGER: late, MEMBERS: Says(ballot(day=town.polity.day))}, 0)
    assert [e["denied"] for e in town.record.entries if e.get("by") == STRANGER] == [["late: no answer in time"]]
    assert len(seat.views) == 1
    assert town.polity.day == 3
    assert [e["denied"] for e in town.record.entries if e.get("kind") == "ballot"] == [[]] * 3


def replayed(town):
    """The same town from its record alone: no seat is asked."""
    again = Town("accountable", seed=town.seed)
    at = 0
    for entry in town.record.entries[1:]:
        if "close" in entry:
            again.polity.close_day()
        elif entry["body"] is None:
            again.polity.refuse(entry["by"], entry["kind"], entry["denied"][0])
        elif not entry["by"].startswith("office:"):
            arrays = {}
            for name in sorted(entry["body"]):
                ref = entry["body"][name]
                if isinstance(ref, dict) and "dtype" in ref:
                    arrays[name] = np.frombuffer(town.record.arrays.getvalue(), ref["dtype"], ref["n"], at)
                    at += arrays[name].nbytes
            body = restore_body(entry["body"], arrays.__getitem__)
            again.polity.submit(Act(entry["by"], entry["kind"], entry["day"], body), entry["by"])
    return again


def test_a_record_with_every_fault_in_it_replays_to_the_same_bytes():
    town = Town("accountable", seed=3)
    faults = [
        fault for name, fault in FAULTS.items() if name not in ("leaves", "closes itself", "raises what has no name")
    ]
    for day, fault in enumerate(faults):
        members = Says(Act(MEMBERS, "claim", day, {"milli": np.arange(20, dtype="<u2") + day}), fault)
        governor = Says(
            Act(GOVERNOR, "report", day, {"stock": 0}), Act(GOVERNOR, "allocate", day, {"permille": marks(1)})
        )
        play_day(town.polity, {MEMBERS: members, GOVERNOR: governor, RING: Says(ballot(RING, 2, day), fault)}, 3)
    again = replayed(town)
    assert again.record.lines == town.record.lines
    assert again.record.log.root() == town.record.log.root()
    assert again.state() == town.state()
