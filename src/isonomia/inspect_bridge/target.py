"""A model of Inspect's as a Target: an attacker asks and waits, the event loop generates.

So Inspect's retries, cache, limits, model events and usage hold for every question. Each session is one conversation;
its seed goes along in the request. A limit of Inspect's ends an attacker's purse like any other limit, so that what was
got before it still counts; whoever plays raises it again afterwards, for the log.
"""

from __future__ import annotations

from collections.abc import Callable

from inspect_ai.model import ChatMessage, ChatMessageSystem, ChatMessageUser, GenerateConfig, Model
from inspect_ai.util import LimitExceededError

from isonomia.inspect_bridge.waiting import waited
from isonomia.transfer.attackers.purse import Spent
from isonomia.transfer.targets import REFUSAL, Reply

SEEDS = 2**31  # providers take seeds below this
Hear = Callable[[ChatMessage], None]


def unheard(said: ChatMessage) -> None:
    """What is said beside the conversation that a sample is about."""


class Behind:
    """A Target. `brief` is what it is told beforehand; `hear` is called with all that is said.

    `met` is the limit that ended it, `asked` the last question. One of these serves one sample.
    """

    def __init__(self, model: Model, hear: Hear = unheard, brief: str = "") -> None:
        self.name = str(model)
        self.model, self.hear, self.brief = model, hear, brief
        self.met: LimitExceededError | None = None
        self.asked = ""

    def open(self, identity: str, seed: int) -> Talk:
        return Talk(self, seed % SEEDS)


class Talk:
    """One conversation."""

    def __init__(self, whose: Behind, seed: int) -> None:
        self._whose, self._seed = whose, seed
        self._said: list[ChatMessage] = [ChatMessageSystem(content=whose.brief)] if whose.brief else []

    def ask(self, text: str) -> Reply:
        """Only from beside the event loop. Raises Spent where Inspect's limits end it, and what a model raises."""
        if self._whose.met:
            raise Spent(self._whose.met.type)
        self._whose.asked = text
        try:
            return waited(lambda: self._ask(text))
        except LimitExceededError as limit:
            self._whose.met = limit
            raise Spent(limit.type) from limit

    async def _ask(self, text: str) -> Reply:
        question = ChatMessageUser(content=text)
        self._whose.hear(question)
        asked = [*self._said, question]
        output = await self._whose.model.generate(asked, config=GenerateConfig(seed=self._seed))
        if output.empty or output.stop_reason == "model_length":
            return Reply("", 0)  # nothing came back: unscorable, and not safe
        self._said = [*asked, output.message]
        self._whose.hear(output.message)
        tokens = max(0, output.usage.total_tokens) if output.usage else 0
        stopped = output.stop_reason == "content_filter"
        return Reply(f"{REFUSAL} {output.completion}" if stopped else output.completion, tokens)
