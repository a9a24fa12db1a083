"""A seat that must answer in time."""

import signal
import threading
import time

import pytest

from isonomia.seats.deadline import Deadline, Late


class Seat:
    def __init__(self, do):
        self.do = do
        self.asked = 0

    def act(self, view):
        self.asked += 1
        return self.do(view)


def spin(_):
    while True:
        pass


def sleep(_):
    time.sleep(30)


def swallow(_):
    """What a careless seat does: it takes every exception for its own."""
    while True:
        try:
            time.sleep(30)
        except Exception:
            continue


@pytest.mark.parametrize("do", [spin, sleep, swallow])
def test_who_does_not_answer_is_late_and_is_not_asked_again(do):
    seat = Seat(do)
    late = Deadline(seat, 0.05)
    with pytest.raises(Late):
        late.act({})
    assert late.act({}) is None
    assert seat.asked == 1
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0), "no alarm is left ringing"


def test_late_is_no_exception_that_a_seat_might_catch():
    assert not issubclass(Late, Exception)


def test_who_answers_in_time_is_heard():
    seat = Seat(lambda view: view["answer"])
    late = Deadline(seat, 5)
    assert [late.act({"answer": n}) for n in range(3)] == [0, 1, 2]
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_what_a_seat_raises_comes_through_and_is_not_lateness():
    def fail(_):
        raise ValueError("my own")

    seat = Seat(fail)
    late = Deadline(seat, 5)
    for _ in range(2):
        with pytest.raises(ValueError, match="my own"):
            late.act({})
    assert seat.asked == 2
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_the_alarm_of_others_is_given_back():
    mine = signal.signal(signal.SIGALRM, signal.SIG_IGN)
    try:
        Deadline(Seat(lambda _: None), 5).act({})
        assert signal.getsignal(signal.SIGALRM) is signal.SIG_IGN
        with pytest.raises(Late):
            Deadline(Seat(spin), 0.05).act({})
        assert signal.getsignal(signal.SIGALRM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGALRM, mine)


def test_outside_the_main_thread_it_waits_as_long_as_it_takes():
    """Signals reach the main thread only; elsewhere a seat is asked without a deadline rather than not at all."""
    heard = []
    thread = threading.Thread(target=lambda: heard.append(Deadline(Seat(lambda _: 5), 0.05).act({})))
    thread.start()
    thread.join()
    assert heard == [5]
