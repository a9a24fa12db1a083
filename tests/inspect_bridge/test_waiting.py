"""An evaluation that is stopped stops: between an attacker's questions, in the middle of one, on a governor's day."""

from __future__ import annotations

from asyncio import CancelledError
from contextvars import ContextVar
from pathlib import Path

import anyio
import pytest
from anyio import CancelScope
from anyio.lowlevel import checkpoint
from evaluation import arm_of, evaluated, value_of
from inspect_ai.model import ModelOutput, ModelUsage, get_model

from isonomia.inspect_bridge.waiting import beside, waited

WHO: ContextVar[str] = ContextVar("who")


def test_plain_code_hears_what_was_awaited_for_it_and_others_move_meanwhile() -> None:
    heard: list[str] = []

    async def main() -> None:
        async def answer(text: str) -> str:
            await checkpoint()
            return f"{WHO.get()}: {text}"

        async def one(name: str) -> None:
            WHO.set(name)
            said = await beside(lambda: [waited(lambda: answer("a")), waited(lambda: answer("b"))])
            heard.extend([*said, WHO.get()])

        async with anyio.create_task_group() as tasks:
            for name in ("Ann", "Ben"):
                tasks.start_soon(one, name)

    anyio.run(main)
    assert sorted(heard) == sorted(["Ann: a", "Ann: b", "Ann", "Ben: a", "Ben: b", "Ben"])


def test_what_an_answer_raises_is_raised_where_it_is_waited_for_and_comes_out_if_nobody_catches_it() -> None:
    caught: list[str] = []

    async def fail() -> None:
        raise ValueError("no")

    def play() -> str:
        try:
            waited(fail)
        except ValueError as error:
            caught.append(str(error))
        return waited(fail) or "never"

    with pytest.raises(ValueError, match="no"):
        anyio.run(beside, play)
    assert caught == ["no"]


@pytest.mark.timeout(20)
def test_a_scope_that_is_cancelled_stops_who_waits_there_and_whoever_asks_afterwards() -> None:
    heard: list[str] = []

    async def main() -> None:
        with CancelScope() as scope:

            def play() -> None:
                waited(checkpoint)
                heard.append("answered")
                scope.cancel()
                try:
                    waited(checkpoint)
                except CancelledError:
                    heard.append("stopped")
                waited(checkpoint)
                heard.append("answered all the same")

            await beside(play)
        heard.append("gone on")

    anyio.run(main)
    assert heard == ["answered", "stopped", "gone on"]


@pytest.mark.timeout(30)
def test_a_time_limit_cuts_an_attack_and_keeps_what_was_made(tmp_path: Path) -> None:
    async def slow(*_: object) -> ModelOutput:
        await anyio.sleep(0.15)
        output = ModelOutput.from_content("mockllm/m", "first: nothing")
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    model = get_model("mockllm/m", custom_outputs=slow, memoize=False)
    args = {"items": 1, "budget": 30}
    log = evaluated("isonomia/transfer", model, tmp_path, task_args=args, time_limit=1)
    (sample,) = arm_of(log, "attack")
    assert sample.limit is not None
    assert sample.limit.type == "time"
    assert 1 <= value_of(sample, "attempts") < 10
