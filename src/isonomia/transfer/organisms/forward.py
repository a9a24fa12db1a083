"""A small transformer that reads and writes whole words: its arrays, its file, and its forward pass in plain NumPy.

Decoder only, causal, learned positions, RMS norms before each block, no biases, output tied to the embedding. A file
holds arrays and nothing else (`allow_pickle=False`): loading one runs nobody's code.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from isonomia.basics.errors import IsonomiaError
from isonomia.basics.streams import Array

CONTEXT, LONGEST_ANSWER = 40, 8  # words: question and answer together; the answer
UNKNOWN, ASKED, END = 0, 1, 2  # the first entries of every word list
MARKS = ("<unknown>", "<asked>", "<end>")
EPSILON = 1e-5
FORMAT = "isonomia organism 1"
MADE_BY = "`isonomia transfer train --out DIR` makes organisms as .npz files"


class OrganismError(IsonomiaError):
    """There is no such organism, or its file is not one."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Arrays by name, float32, as `shapes` has them."""

    words: tuple[str, ...]
    heads: int
    arrays: Mapping[str, Array]
    made: str  # how: name, seeds, sizes

    @property
    def layers(self) -> int:
        return sum(name.startswith("qkv.") for name in self.arrays)

    def hash(self) -> str:
        """SHA-256 over words and arrays as they are stored (float16), however the file is packed."""
        parts = [*self.words, str(self.heads), *(f"{name} {self.arrays[name].shape}" for name in sorted(self.arrays))]
        data = "\n".join(parts).encode() + b"".join(
            self.arrays[name].astype("<f2").tobytes() for name in sorted(self.arrays)
        )
        return sha256(data).hexdigest()


def write_weights(path: Path, weights: Weights) -> None:
    """One .npz of float16 arrays."""
    stored = {name: weights.arrays[name].astype("<f2") for name in sorted(weights.arrays)}
    header = np.array([FORMAT, weights.made, str(weights.heads)])
    with path.open("wb") as file:
        np.savez_compressed(file, header=header, words=np.array(weights.words), **stored)  # type: ignore[arg-type]


def read_weights(path: Path) -> Weights:
    """The weights of a file; OrganismError if it is no organism's."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            held = {name: file[name] for name in file.files}
        kind, made, heads = (str(entry) for entry in held.pop("header"))
        words = tuple(str(word) for word in held.pop("words"))
        weights = Weights(words, int(heads), {name: array.astype(np.float32) for name, array in held.items()}, made)
        if kind != FORMAT or words[:3] != MARKS:
            raise ValueError(f"the header says {kind!r}")
        _check_shapes(weights)
    except FileNotFoundError:
        raise OrganismError(f"{path}: no such file; {MADE_BY}") from None
    except OSError as fault:
        raise OrganismError(f"{path} cannot be read: {fault.strerror or fault}; {MADE_BY}") from fault
    except (ValueError, KeyError, EOFError, TypeError, AttributeError, BadZipFile, zlib.error) as fault:
        raise OrganismError(f"{path}: no organism, or a damaged one; {MADE_BY}") from fault

    return weights


def shapes(words: int, d: int, layers: int) -> dict[str, tuple[int, ...]]:
    """Of every array, by its name, for a list of so many words and a width of d."""
    found: dict[str, tuple[int, ...]] = {"embedding": (words, d), "positions": (CONTEXT, d), "norm": (d,)}
    for i in range(layers):
        found |= {f"attention_norm.{i}": (d,), f"qkv.{i}": (d, 3 * d), f"out.{i}": (d, d)}
        found |= {f"mlp_norm.{i}": (d,), f"up.{i}": (d, 4 * d), f"down.{i}": (4 * d, d)}
    return found


def _check_shapes(weights: Weights) -> None:
    arrays = weights.arrays
    width = arrays["norm"].shape[0]
    fit = {name: array.shape for name, array in arrays.items()} == shapes(len(weights.words), width, weights.layers)
    if not fit or weights.heads < 1 or width % weights.heads or not all(np.isfinite(a).all() for a in arrays.values()):
        raise ValueError("its arrays do not fit together")


# Words and numbers


class Words:
    """A text as numbers of a word list, and back. Case and punctuation are not seen; a stranger is <unknown>."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words = words
        self._at = {word: at for at, word in enumerate(words) if at >= len(MARKS)}

    def question(self, text: str) -> list[int]:
        """The question's numbers, the end of it where it is too long, and the mark after which an answer begins."""
        return [*self._numbers(text)[-(CONTEXT - LONGEST_ANSWER - 1) :], ASKED]

    def answer(self, text: str) -> list[int]:
        """The answer's numbers and the mark that ends it."""
        return [*self._numbers(text), END]

    def text(self, numbers: list[int]) -> str:
        return " ".join(self._words[number] for number in numbers)

    def _numbers(self, text: str) -> list[int]:
        return [self._at.get(word, UNKNOWN) for word in re.findall("[a-z]+", text.lower())]


# The forward pass


class Reading:
    """One text being read: the keys and values of what was read so far, so that each further word costs one step."""

    def __init__(self, weights: Weights) -> None:
        self._w = weights
        width = weights.arrays["norm"].shape[0]
        shape = (weights.layers, 2, weights.heads, CONTEXT, width // weights.heads)
        self._kept = np.zeros(shape, np.float32)  # keys and values
        self._read = 0

    def read(self, numbers: list[int]) -> Array:
        """Read on; the logits after each of these words, shape (len(numbers), words), float32."""
        a, start, n = self._w.arrays, self._read, len(numbers)
        self._read = end = start + n
        x = a["embedding"][numbers] + a["positions"][start:end]
        unseen = np.triu(np.full((n, end), -np.inf, np.float32), start + 1)
        for i in range(self._w.layers):
            qkv = _norm(x, a[f"attention_norm.{i}"]) @ a[f"qkv.{i}"]
            query, key, value = qkv.reshape(n, 3, self._w.heads, -1).transpose(1, 2, 0, 3)
            self._kept[i, 0, :, start:end], self._kept[i, 1, :, start:end] = key, value
            keys, values = self._kept[i, :, :, :end]
            scores = query @ keys.transpose(0, 2, 1) / np.sqrt(np.float32(query.shape[-1])) + unseen
            mixed = _softmax(scores) @ values
            x = x + mixed.transpose(1, 0, 2).reshape(n, -1) @ a[f"out.{i}"]
            x = x + np.maximum(_norm(x, a[f"mlp_norm.{i}"]) @ a[f"up.{i}"], 0) @ a[f"down.{i}"]
        logits: Array = _norm(x, a["norm"]) @ a["embedding"].T
        return logits


def write_answer(weights: Weights, question: list[int], temperature: float, draws: Iterator[float]) -> list[int]:
    """The answer's numbers, no end: at temperature 0 the likeliest word each time, else by `draws` in [0, 1)."""
    reading, answer = Reading(weights), list[int]()
    logits = reading.read(question)[-1]
    while len(answer) < LONGEST_ANSWER:
        if temperature == 0:
            word = int(logits.argmax())
        else:
            shares = np.cumsum(_softmax(logits.astype(np.float64) / temperature))
            word = min(int(np.searchsorted(shares, next(draws), side="right")), len(shares) - 1)
        if word == END:
            break
        answer.append(word)
        if len(answer) < LONGEST_ANSWER:
            logits = reading.read([word])[-1]
    return answer


def _norm(x: Array, gain: Array) -> Array:
    scaled: Array = x / np.sqrt((x * x).mean(-1, keepdims=True) + np.float32(EPSILON)) * gain
    return scaled


def _softmax(x: Array) -> Array:
    raised = np.exp(x - x.max(-1, keepdims=True))
    shares: Array = raised / raised.sum(-1, keepdims=True)
    return shares
