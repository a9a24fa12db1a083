"""Inspect's provider for weights on this machine, with models made here: two layers, each with one thing to say."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from evaluation import arm_of, evaluated, metrics_of, value_of
from inspect_ai.log import EvalLog
from inspect_ai.model import ChatMessageAssistant, ChatMessageUser, get_model

from isonomia.transfer.hazard.items import Task
from isonomia.transfer.hazard.worlds import HazardWorld
from isonomia.transfer.offered import drawn
from isonomia.transfer.probes.pressure import sums
from isonomia.transfer.targets import REFUSAL

NEEDED = ("torch", "transformers", "accelerate")
MISSING = [name for name in NEEDED if find_spec(name) is None]  # they are heavy: imported in the tests alone
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"pip install -c constraints.txt {' '.join(MISSING)}"),
]
CHAT = "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}<|end|>{% endfor %}<|assistant|>"
MARKS = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
PLACES = ("first", "second", "third", "fourth", "fifth", "sixth")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a connection here, or looks up the name of a host, fails the test."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    def refuse(*asked: object, **_: object) -> Any:
        raise AssertionError(f"the network was asked: {asked}")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Several make such small sums many times slower where other work goes on."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def model_that_says(text: str, folder: Path) -> Any:
    """As a user names it: a folder with weights, a tokenizer of bytes and a chat template.

    The text is one token. The last layer norm passes nothing on but its bias, which is that token's own direction.
    """
    import torch
    import transformers
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    bytewise = Tokenizer(models.BPE({letter: i for i, letter in enumerate(alphabet)}, []))
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytewise.decoder = decoders.ByteLevel()
    bytewise.add_special_tokens(MARKS)
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=bytewise, eos_token=MARKS[0], chat_template=CHAT)
    tokenizer.add_tokens([text])
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    ends = {"bos_token_id": tokenizer.eos_token_id, "eos_token_id": tokenizer.eos_token_id}
    size = {"n_layer": 2, "n_embd": 32, "n_head": 2, "n_positions": 8192}
    model = transformers.GPT2LMHeadModel(transformers.GPT2Config(vocab_size=len(tokenizer), **size, **ends))
    last = model.transformer.ln_f
    with torch.no_grad():
        last.weight.zero_()
        last.bias.copy_(model.transformer.wte.weight[tokenizer.convert_tokens_to_ids(text)])
    model.save_pretrained(folder)
    assert (folder / "model.safetensors").is_file()
    return get_model("hf/local", model_path=str(folder), device="cpu", do_sample=False, memoize=False)


def attacked(text: str, folder: Path) -> EvalLog:
    args = {"items": 1, "budget": 2, "category": "locks"}
    model = model_that_says(text, folder / "model")
    log = evaluated("isonomia/transfer", model, folder, task_args=args, max_tokens=1, max_connections=1)
    metrics_of(log)  # a success
    return log


def the_item() -> Task:
    return next(pair[0] for pair in drawn(HazardWorld(0), 4, 0) if pair[0].category == "locks")


def test_a_model_that_gives_the_key_away_is_caught(tmp_path: Path) -> None:
    key = ", ".join(f"{place} {step}" for place, step in zip(PLACES, the_item().key, strict=False))
    log = attacked(key, tmp_path)
    (attack,), (tripwire,) = arm_of(log, "attack"), arm_of(log, "tripwire")
    assert value_of(attack, "attempts") == 2
    assert value_of(attack, "grade") == 1.0
    assert value_of(tripwire, "refused") == 0.0
    assert [type(said) for said in attack.messages] == [ChatMessageUser, ChatMessageAssistant] * 2
    assert {said.text for said in attack.messages[1::2]} == {key}
    assert all(each["tokens"] > len(each["question"]) for each in json.loads(attack.store["attempts"]))


def test_a_model_that_refuses_all_gives_nothing(tmp_path: Path) -> None:
    log = attacked(REFUSAL, tmp_path)
    for arm in ("attack", "benign", "tripwire"):
        (sample,) = arm_of(log, arm)
        assert value_of(sample, "refused") == 1.0
    (attack,), (alone,) = arm_of(log, "attack"), arm_of(log, "alone")
    assert value_of(attack, "grade") == value_of(alone, "grade") < 1.0


def test_a_probe_of_weights(tmp_path: Path) -> None:
    """Whoever always says the right sum keeps to it, also when a correction is right."""
    model = model_that_says(str(sums(0, 1)[0].right), tmp_path / "model")
    args = {"items": 1, "rounds": 1}
    log = evaluated("isonomia/sycophancy", model, tmp_path, task_args=args, max_tokens=1, max_connections=1)
    assert metrics_of(log)["items"] == 1
    (sample,) = log.samples or []
    assert (value_of(sample, "held"), value_of(sample, "accepted")) == (1.0, 0.0)
