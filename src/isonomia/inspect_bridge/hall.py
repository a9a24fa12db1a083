"""One run of a polity whose governor sits on Inspect's side.

The run plays beside the event loop. Where it asks the governor for an act, it waits here; the governor of that day is
a task in the event loop, and where that offers an act, it waits for what the polity says. So exactly one of the two
moves at a time, and the polity judges every act itself, in its own door.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any

from anyio import CancelScope, create_memory_object_stream, create_task_group
from anyio.abc import TaskGroup

from isonomia.basics.acts import Act, Kind, Outcome
from isonomia.inspect_bridge.waiting import beside, waited
from isonomia.lab.run import Course
from isonomia.measures.trace import Trace
from isonomia.models.errors import Stopped
from isonomia.seats.governors.remote import ME
from isonomia.seats.governors.tools import body_of

DONE, REFUSED, OVER = "done", "refused", "the day is over"
Govern = Callable[["Hall", Mapping[str, Any]], Awaitable[None]]
HERE: ContextVar[Hall] = ContextVar("isonomia hall")


class Hall:
    """The governor's seat. `govern` is called once a day, with the view of that morning."""

    def __init__(self, kinds: Mapping[str, Kind], govern: Govern) -> None:
        self.kinds = kinds
        self.over = False  # has the governor ended its turn?
        self._govern = govern
        self._tasks: TaskGroup
        self._day, self._persons = -1, 0
        self._scope = CancelScope()
        self._ends: tuple[Any, ...] = ()
        self._failed: BaseException | None = None
        self._judged: tuple[str, dict[str, Any], str] | None = None

    async def play(self, course: Callable[[Hall], Course], days: int) -> Trace:
        """The run to its end. Raises what the governor's side raised: a limit, a model that is gone."""
        try:
            async with create_task_group() as self._tasks:
                played = await beside(lambda: self._play(course, days))
                self._close_day()
        except* Stopped as stopped:
            raise (self._failed or stopped.exceptions[0].__cause__ or stopped.exceptions[0]) from None
        return played

    def _play(self, course: Callable[[Hall], Course], days: int) -> Trace:
        played = course(self)
        return played.end(played.play(days).truth)

    # Beside the event loop

    def act(self, view: Mapping[str, Any]) -> Act | None:
        """The seat. Raises Stopped, which ends the run, where the governor's side fails."""
        offered = waited(lambda: self._next(view))
        if self._failed is not None:
            raise Stopped("the governor's side failed")
        return offered

    # In the event loop

    async def _next(self, view: Mapping[str, Any]) -> Act | None:
        if view["day"] != self._day:
            self._open_day(view)
        else:
            self._outcomes.send_nowait(view.get("last"))
        return await self._acts.receive()

    def _open_day(self, view: Mapping[str, Any]) -> None:
        self._close_day()
        persons = view.get("persons")
        self._day, self._persons = view["day"], persons if type(persons) is int else 0
        self._scope, self.over, self._judged = CancelScope(), False, None
        self._offers, self._acts = create_memory_object_stream[Act | None](1)
        self._outcomes, self._heard = create_memory_object_stream[Any](1)
        self._ends = self._acts, self._outcomes
        self._tasks.start_soon(self._one_day, dict(view), self._scope)

    def _close_day(self) -> None:
        """Yesterday's governor goes, should it still wait: a turn has a bound."""
        self._scope.cancel()
        for end in self._ends:
            end.close()

    async def _one_day(self, view: Mapping[str, Any], scope: CancelScope) -> None:
        HERE.set(self)
        with scope, self._offers, self._heard:
            try:
                await self._govern(self, view)
            except Exception as failure:  # whatever it is, the solver raises it again
                self._failed = failure
            self.over = True
            await self._offers.send(None)

    async def judge(self, name: str, arguments: dict[str, Any]) -> tuple[bool, str]:
        """Offer an act to the polity, which judges it, puts it on record and does it where it is lawful.

        Its words are what a governor may hear: done, or refused and what is wrong with the form, never which article.
        """
        if self.over:
            return False, OVER
        body = body_of(self.kinds.get(name), json.dumps(arguments), self._persons)
        await self._offers.send(Act(ME, name, self._day, body))
        outcome: Outcome | None = await self._heard.receive()
        permitted = outcome is not None and outcome.permitted
        reasons = outcome.reasons if outcome is not None else ()
        form = [reason for reason in reasons if reason.startswith("malformed: ")]
        said = DONE if permitted else ": ".join([REFUSED, *form])
        if permitted:
            self._judged = name, arguments, said
        return permitted, said

    async def told(self, name: str, arguments: dict[str, Any]) -> str:
        """What the polity said of a call that the approver has put to it just now, or says of one that none has."""
        if self._judged and self._judged[:2] == (name, arguments):
            said, self._judged = self._judged[2], None
            return said
        said = (await self.judge(name, arguments))[1]
        self._judged = None
        return said
