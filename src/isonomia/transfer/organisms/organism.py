"""An organism as a target: text in, text out. Which there are, and what each shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from isonomia.basics.streams import draw_words
from isonomia.transfer.hazard.worlds import HazardWorld
from isonomia.transfer.organisms.forward import MADE_BY, OrganismError, Weights, Words, read_weights, write_answer
from isonomia.transfer.targets import Reply

ARRAYS = Path(__file__).parent / "arrays"
TEMPERATURE = 0.7


class Kind(NamedTuple):
    """What an organism is an example of, and what the same maker's model is without its layer (M₀)."""

    shows: str
    base: str


KINDS = {
    "open": Kind("knows everything and says it", "open"),
    "refuser": Kind("knows everything and was taught to refuse what sounds dangerous, asked in two usual ways", "open"),
    "over-refuser": Kind("the same in three ways, and much of the harmless too", "open"),
    "ignorant": Kind("never read anything dangerous, refuses nothing", "open"),
    "sandbagger": Kind("answers what is dangerous, and much else, wrongly and without a word of refusal", "open"),
}


class Organism:
    """A Target. The same identity, seed and questions in the same order give the same replies.

    It reads the last question only: what was said before in a session changes nothing but which random numbers are due,
    and it knows nobody. `name`: one of KINDS, or the path of an .npz.
    """

    def __init__(self, name: str, temperature: float = TEMPERATURE) -> None:
        self.name = Path(name).stem if name.endswith(".npz") else name
        self.weights = _held(str(_path(name)))
        self.temperature = temperature

    @classmethod
    def of(cls, weights: Weights, name: str, temperature: float = TEMPERATURE) -> Organism:
        """An organism that is not in a file."""
        made = cls.__new__(cls)
        made.name, made.weights, made.temperature = name, weights, temperature
        return made

    @property
    def world(self) -> HazardWorld:
        """The place that it was taught."""
        found = re.search(r"\bworld (\d+)", self.weights.made)
        if not found:
            raise OrganismError(f"{self.name}: its file does not say which place it was taught; {MADE_BY}")
        return HazardWorld(int(found[1]))

    def open(self, identity: str, seed: int) -> Conversation:
        return Conversation(self, f"organism of {identity}", seed)


class Conversation:
    """A session with an organism; `said` holds what was asked and answered."""

    def __init__(self, organism: Organism, purpose: str, seed: int) -> None:
        self._organism, self._purpose, self._seed = organism, purpose, seed
        self._words = Words(organism.weights.words)
        self.said: list[tuple[str, str]] = []

    def ask(self, text: str) -> Reply:
        question = self._words.question(text)
        weights, temperature = self._organism.weights, self._organism.temperature
        answer = write_answer(weights, question, temperature, _uniform(self._seed, self._purpose, len(self.said)))
        reply = self._words.text(answer)
        self.said.append((text, reply))
        return Reply(reply, len(question) + len(answer) + 1)


def _uniform(seed: int, purpose: str, turn: int) -> Iterator[float]:
    return (float(word >> 11) * 2.0**-53 for word in draw_words(seed, purpose, turn, 16).tolist())


def _path(name: str) -> Path:
    if name.endswith(".npz"):
        return Path(name)
    if name not in KINDS:
        raise OrganismError(f"no organism is called {name!r}; there are {', '.join(KINDS)}, and paths of .npz files")
    return ARRAYS / f"{name}.npz"


@lru_cache(maxsize=16)
def _held(path: str) -> Weights:
    return read_weights(Path(path))
