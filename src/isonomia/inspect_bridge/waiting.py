"""How plain code waits for the event loop that it runs in.

Attackers, probes and polities are plain functions that ask and wait; Inspect generates in an event loop. `beside` plays
such a function in a greenlet of its own: where it calls `waited`, it steps aside, and the event loop awaits on its
behalf. No thread is started, and a cancellation or a limit arrives where the function waits, as what `waited` raises.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import copy_context
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

Answer = TypeVar("Answer")


def waited(call: Callable[[], Awaitable[Answer]]) -> Answer:
    """What the call gives, or raises. Only within what `beside` plays."""
    loop = getcurrent().parent
    assert loop is not None, "nobody to wait for: play this beside an event loop"
    return loop.switch(call)  # type: ignore[no-any-return]


async def beside(play: Callable[[], Answer]) -> Answer:
    """What `play` returns or raises, with all that it waits for awaited here."""
    player = greenlet(play)
    player.gr_context = copy_context()
    told: Any = player.switch()
    while not player.dead:
        try:
            answer = await told()
        except BaseException as failure:  # a cancellation too: the player stops where it waits
            told = player.throw(failure)
        else:
            told = player.switch(answer)
    return told  # type: ignore[no-any-return]
