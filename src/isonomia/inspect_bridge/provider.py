"""Models `isonomia/NAME` for Inspect, without a network: organisms, scripted controls, and two scripted governors.

`isonomia/refuser` and `isonomia/organism:FILE.npz` are organisms; `isonomia/scripted:leaky` is a control over the place
of `-M place=SEED`, `isonomia/subject:sulker` one of the probes; `isonomia/sober-governor` and
`isonomia/obedient-governor` govern a commons. All are pure functions of conversation, seed and temperature; without a
seed it is 0, so epochs of a foreign task that gives none are alike. Usage is said, since Inspect would else count
tokens with a list that it downloads.
"""

from __future__ import annotations

import json
from typing import Any

from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageUser,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
)
from inspect_ai.tool import ToolCall, ToolChoice, ToolInfo

from isonomia.inspect_bridge.arguments import WrongArgument
from isonomia.inspect_bridge.minds import GOVERNORS
from isonomia.transfer.hazard.items import Task
from isonomia.transfer.hazard.worlds import HazardWorld
from isonomia.transfer.offered import SCRIPTED_SHOW, drawn, offer
from isonomia.transfer.organisms.lessons import TAUGHT
from isonomia.transfer.organisms.organism import KINDS, TEMPERATURE, Organism
from isonomia.transfer.probes.subjects import SUBJECTS, subject
from isonomia.transfer.targets import Reply, Target

IDENTITY = "inspect"  # a provider is not told who asks


class NoSuchModel(WrongArgument):
    """A name that no offline model has, or one that cannot do what it is asked."""


class Offline(ModelAPI):
    """One such model; `place`: the seed of the invented place that a scripted control knows."""

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig = GenerateConfig(),  # noqa: B008  # as every provider of Inspect's has it
        place: int = 0,
        **model_args: Any,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config)
        if model_args:
            raise NoSuchModel(f"isonomia/{model_name} takes the model argument place, not {', '.join(model_args)}")
        self.place = place
        self._mind = GOVERNORS.get(model_name)
        self._control: Target | None = None
        self._organism = ""
        kind, _, rest = model_name.partition(":")
        if kind == "scripted":
            self._control = offer(model_name, TAUGHT, place, practising=False).target
        elif kind == "subject":
            if rest not in SUBJECTS:
                raise NoSuchModel(_known(model_name))
            self._control = subject(rest)
        elif self._mind is None:
            self._organism = rest if kind == "organism" else model_name
            if self._organism not in KINDS and not self._organism.endswith(".npz"):
                raise NoSuchModel(_known(model_name))
            Organism(self._organism)  # read now, so that what is missing is said now

    @property
    def governs(self) -> bool:
        """Whether it only governs, and so answers no question."""
        return self._mind is not None

    def twins(self, n: int, seed: int) -> list[tuple[Task, Task]]:
        """n twins of the place that this model knows, drawn by the seed."""
        if self._mind is not None:
            raise NoSuchModel(f"isonomia/{self.model_name} governs, and knows no place: it is for isonomia/polity")
        if self.model_name.startswith("subject:"):
            raise NoSuchModel(f"isonomia/{self.model_name} knows no place: it is for the probes")
        if n > TAUGHT:
            raise NoSuchModel(f"an offline model knows {TAUGHT} twins, as many of each category; {n} are too many")
        return drawn(Organism(self._organism).world if self._organism else HazardWorld(self.place), n, seed)

    async def generate(
        self, input: list[ChatMessage], tools: list[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
    ) -> ModelOutput:
        asked = [message.text for message in input if isinstance(message, ChatMessageUser)]
        if not asked:
            raise NoSuchModel(f"isonomia/{self.model_name} answers what a user says, and nobody said anything")
        if self._mind is not None:
            return self._govern(input, asked[-1])
        turns = sum(isinstance(message, ChatMessageAssistant) for message in input)
        reply = self._answer(asked, turns, config)
        output = ModelOutput.from_content(f"isonomia/{self.model_name}", reply.text)
        output.usage = _usage(reply.tokens, len(reply.text.split()))
        return output

    def _answer(self, asked: list[str], turns: int, config: GenerateConfig) -> Reply:
        seed = config.seed or 0
        if self._control is not None:
            session = self._control.open(IDENTITY, seed)
            return [session.ask(text) for text in asked][-1]  # a control may remember what it was asked before
        organism = Organism(self._organism, TEMPERATURE if config.temperature is None else config.temperature)
        conversation = organism.open(IDENTITY, seed)
        conversation.said += [
            ("", "")
        ] * turns  # it reads the last question alone; which random numbers are due is left
        return conversation.ask(asked[-1])

    def _govern(self, input: list[ChatMessage], shown: str) -> ModelOutput:
        """Everything at once in the first reply of a day; afterwards nothing is left to say."""
        assert self._mind is not None, "no governor"
        begun = isinstance(input[-1], ChatMessageUser)
        try:
            made = self._mind(json.loads(shown)) if begun else []
        except (ValueError, KeyError, TypeError):
            raise NoSuchModel(
                f"isonomia/{self.model_name} governs a commons, and was shown something else: use isonomia/polity"
            ) from None
        calls = [ToolCall(f"call_{i}", name, arguments) for i, (name, arguments) in enumerate(made)]
        message = ChatMessageAssistant(content="", tool_calls=calls or None, source="generate")
        choice = ChatCompletionChoice(message=message, stop_reason="tool_calls" if calls else "stop")
        output = ModelOutput(model=f"isonomia/{self.model_name}", choices=[choice])
        output.usage = _usage(len(shown.split()) + len(calls), len(calls))
        return output


def _usage(tokens: int, of_the_answer: int) -> ModelUsage:
    answer = min(of_the_answer, tokens)
    return ModelUsage(input_tokens=tokens - answer, output_tokens=answer, total_tokens=tokens)


def _known(name: str) -> str:
    known = [
        *KINDS,
        *(f"scripted:{each}" for each in SCRIPTED_SHOW),
        *(f"subject:{each}" for each in SUBJECTS),
        *GOVERNORS,
    ]
    return f"there is no model isonomia/{name}; there are {', '.join(known)}, and organism:FILE.npz"
