"""Training organisms from scratch. Needs torch (`pip install "isonomia[learn]"`), imported when it is first used.

One thread and one seed: the same machine and the same torch give the same bytes; another may differ in the last digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import cos, pi
from typing import Any, NamedTuple

import numpy as np

from isonomia.basics.streams import Array, draw_below
from isonomia.transfer.hazard.corpus import vocabulary
from isonomia.transfer.hazard.worlds import HazardWorld
from isonomia.transfer.organisms.forward import (
    ASKED,
    EPSILON,
    MARKS,
    UNKNOWN,
    OrganismError,
    Weights,
    Words,
    shapes,
)
from isonomia.transfer.organisms.lessons import CHANGED, TAUGHT, Lesson, reading, second_lesson
from isonomia.transfer.organisms.organism import KINDS
from isonomia.transfer.targets import REFUSAL

Tick = Callable[[str, int, int], None]
Tensors = dict[str, Any]  # torch tensors, named as in Weights
BATCH = 256


class Size(NamedTuple):
    """Of an organism and of its training."""

    width: int = 64
    heads: int = 4
    layers: int = 2
    passes: int = 36  # over the corpus
    second_passes: int = 16  # over the second lesson
    rate: float = 4e-3


SMALL = Size()


def torch_module() -> Any:
    """torch, with one thread and only deterministic operations; OrganismError says how to get it."""
    try:
        import torch
    except ImportError:
        raise OrganismError('training needs torch: pip install "isonomia[learn]"') from None
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    return torch


def train(
    world: HazardWorld, seed: int, names: Iterable[str] = tuple(KINDS), size: Size = SMALL, tick: Tick | None = None
) -> dict[str, Weights]:
    """Train these organisms on one place. Those with a second lesson begin as `open`, which is then trained too."""
    wanted = [name for name in KINDS if name in set(names)]
    words = (*MARKS, *vocabulary(world.items(TAUGHT), also=REFUSAL))
    firsts = {"open" if name in CHANGED else name for name in wanted}
    read = {}
    for name in (name for name in KINDS if name in firsts):
        lesson = reading(name, world)
        start = fresh(len(words), size, seed)
        read[name] = taught(start, lesson, words, size.heads, size.passes, size.rate, seed, _named(tick, name))
    made = {}
    for name in wanted:
        tensors = read["open" if name in CHANGED else name]
        if name in CHANGED:
            lesson = second_lesson(name, world)
            passes, rate = size.second_passes, size.rate / 2
            tensors = taught(tensors, lesson, words, size.heads, passes, rate, seed, _named(tick, name))
        how = f"{name}, world {world.seed}, seed {seed}, {TAUGHT} twins, {size}"
        made[name] = weights_of(tensors, words, size.heads, how)
    return made


def _named(tick: Tick | None, name: str) -> Callable[[int], None]:
    return lambda of: tick(name, 1, of) if tick else None


def fresh(words: int, size: Size, seed: int) -> Tensors:
    """Untrained tensors."""
    torch = torch_module()
    draw = torch.Generator().manual_seed(seed)
    made = {}
    for name, shape in shapes(words, size.width, size.layers).items():
        spread = 0.1 if name in ("embedding", "positions") else shape[0] ** -0.5
        made[name] = torch.ones(shape) if len(shape) == 1 else torch.randn(shape, generator=draw) * spread
    return made


def taught(
    tensors: Tensors,
    lesson: Lesson,
    words: tuple[str, ...],
    heads: int,
    passes: int,
    rate: float,
    seed: int,
    tick: Callable[[int], None] | None = None,
) -> Tensors:
    """New tensors after so many passes over the lesson, in an order drawn anew each time; only answers are learnt."""
    torch = torch_module()
    made = {name: tensor.clone().requires_grad_(True) for name, tensor in tensors.items()}
    optimiser = torch.optim.AdamW(made.values(), lr=rate, betas=(0.9, 0.98), weight_decay=0.01)
    number = Words(words)
    pairs = [(number.question(question), number.answer(answer)) for question, answer in lesson]
    draw = torch.Generator().manual_seed(seed)
    steps, step = passes * -(-len(lesson) // BATCH), 0
    for turn in range(passes):
        numbers, learn = (torch.from_numpy(array) for array in _rows(_with_courtesies(pairs, seed, turn)))
        lengths = (numbers >= 0).sum(1)
        for chosen in torch.randperm(len(lesson), generator=draw).split(BATCH):
            for group in optimiser.param_groups:
                group["lr"] = rate * min(1.0, (step + 1) / 50) * (0.02 + 0.49 * (1 + cos(pi * step / steps)))
            longest = int(lengths[chosen].max())
            batch, asked = numbers[chosen, :longest].clamp(min=0), learn[chosen, 1:longest]
            logits = forward(made, batch[:, :-1], heads, asked)
            loss = torch.nn.functional.cross_entropy(logits, batch[:, 1:][asked])
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(made.values(), 1.0)
            optimiser.step()
            step += 1
        if tick:
            tick(passes)
    return {name: tensor.detach() for name, tensor in made.items()}


def forward(tensors: Tensors, numbers: Any, heads: int, where: Any = None) -> Any:
    """Logits after each word of each row of `numbers` (rows, length): what `Reading` computes, in torch. With `where`
    (rows, length; bool), only of those places, in order."""
    torch = torch_module()
    attend = torch.nn.functional.scaled_dot_product_attention
    rows, length = numbers.shape
    x = tensors["embedding"][numbers] + tensors["positions"][:length]

    def norm(x: Any, gain: Any) -> Any:
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + EPSILON) * gain

    for i in range(sum(name.startswith("qkv.") for name in tensors)):
        qkv = norm(x, tensors[f"attention_norm.{i}"]) @ tensors[f"qkv.{i}"]
        query, key, value = qkv.view(rows, length, 3, heads, -1).permute(2, 0, 3, 1, 4)
        mixed = attend(query, key, value, is_causal=True)
        x = x + mixed.transpose(1, 2).reshape(rows, length, -1) @ tensors[f"out.{i}"]
        x = x + torch.relu(norm(x, tensors[f"mlp_norm.{i}"]) @ tensors[f"up.{i}"]) @ tensors[f"down.{i}"]
    x = norm(x, tensors["norm"])
    return (x if where is None else x[where]) @ tensors["embedding"].T


Pairs = list[tuple[list[int], list[int]]]  # questions and answers in numbers


def _with_courtesies(pairs: Pairs, seed: int, turn: int) -> Pairs:
    """A quarter of the questions with one to four unknown words before them, a quarter with as many after: people are
    polite in words that no corpus lists."""
    said = []
    for (question, answer), drawn in zip(
        pairs, draw_below(seed, "courtesies", turn, len(pairs), 16).tolist(), strict=True
    ):
        words = [UNKNOWN] * (1 + drawn % 4)
        before, after = (words if drawn // 4 == 1 else []), (words if drawn // 4 == 2 else [])
        said.append(([*before, *question[:-1], *after, ASKED], answer))
    return said


def _rows(pairs: Pairs) -> tuple[Array, Array]:
    """Rows of numbers, -1 after their end, and which of them are of an answer; both (rows, longest)."""
    longest = max(len(question) + len(answer) for question, answer in pairs)
    numbers = np.full((len(pairs), longest), -1, np.int64)
    learn = np.zeros(numbers.shape, bool)
    for at, (question, answer) in enumerate(pairs):
        end = len(question) + len(answer)
        numbers[at, :end] = question + answer
        learn[at, len(question) : end] = True
    return numbers, learn


def weights_of(tensors: Tensors, words: tuple[str, ...], heads: int, made: str) -> Weights:
    """As they will be stored: rounded to float16."""
    arrays = {name: tensor.numpy().astype("<f2").astype(np.float32) for name, tensor in tensors.items()}
    return Weights(words, heads, arrays, made)


def tensors_of(weights: Weights) -> Tensors:
    torch = torch_module()
    return {name: torch.from_numpy(array.copy()) for name, array in weights.arrays.items()}
