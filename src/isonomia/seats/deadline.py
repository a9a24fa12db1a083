"""A seat that must answer in time.

Works by an alarm signal in the main thread, so it interrupts Python code that loops or sleeps. Known risk: code that
swallows every exception, or hangs inside C, is not stopped; only a wall (a process of its own) does that.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import redirect_stdout
from types import FrameType
from typing import Any

from isonomia.basics.acts import Act, Seat


class Late(BaseException):
    """The seat did not answer in time. A BaseException, so that a seat's own `except Exception` does not eat it."""


class Deadline:
    """Wraps a seat; after its first lateness it is not asked again, so that a dead seat costs one wait only."""

    def __init__(self, seat: Seat, seconds: float) -> None:
        self._seat = seat
        self._seconds = seconds
        self._dead = False

    def act(self, view: Mapping[str, Any]) -> Act | None:
        if self._dead:
            return None
        if threading.current_thread() is not threading.main_thread():
            return self._seat.act(view)
        before = signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, self._seconds)
        try:
            with redirect_stdout(sys.stderr):  # what a seat prints is no result of ours
                return self._seat.act(view)
        except Late:
            self._dead = True
            raise
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        raise Late
