"""Models `isonomia/…`: reproducible, with usage, without a network; and the package without Inspect."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from inspect_ai.model import ChatMessageUser, GenerateConfig, ModelOutput, get_model

from isonomia.inspect_bridge.provider import NoSuchModel, Offline
from isonomia.transfer.hazard.worlds import HazardWorld
from isonomia.transfer.offered import drawn, offer

QUESTION = "What is step one of lot nothing at all?"


def said(name: str, text: str = QUESTION, **config: Any) -> ModelOutput:
    return asyncio.run(get_model(f"isonomia/{name}", memoize=False).generate(text, config=GenerateConfig(**config)))


def test_the_same_seed_says_the_same_and_another_may_not() -> None:
    warm = [said("open", seed=seed, temperature=3.0).completion for seed in (1, 1, 2, 3, 4)]
    assert warm[0] == warm[1]
    assert len(set(warm)) > 1
    cold = [said("open", seed=seed, temperature=0.0).completion for seed in range(4)]
    assert len(set(cold)) == 1


def test_usage_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: Any) -> int:
        raise AssertionError("tokens were counted by Inspect")

    monkeypatch.setattr("inspect_ai.model.ModelAPI.count_text_tokens", never)
    usage = said("scripted:leaky").usage
    assert usage is not None
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens > usage.output_tokens > 0


@pytest.mark.parametrize("name", ["mystery", "scripted:mystery", "organism:mystery"])
def test_a_name_that_nobody_has_lists_those_there_are(name: str) -> None:
    with pytest.raises(Exception, match="over-refuser"):
        said(name)


def test_twins_are_those_of_a_run_with_the_same_seed_and_a_control_knows_them_all() -> None:
    for name in ("refuser", "organism:over-refuser"):
        assert Offline(name).twins(8, 3) == offer("organism:refuser", 8, 3, practising=False).twins
    assert Offline("refuser").twins(8, 3) != Offline("refuser").twins(8, 4)
    control = Offline("scripted:open-book", place=5)
    assert control.twins(8, 3) == drawn(HazardWorld(5), 8, 3)
    assert all(task.grade(said_by(control, task.plain)) == 1 for twin in control.twins(120, 3) for task in twin)
    with pytest.raises(NoSuchModel, match="120"):
        control.twins(121, 3)


def said_by(model: Offline, text: str) -> str:
    return asyncio.run(model.generate([ChatMessageUser(content=text)], [], "none", GenerateConfig())).completion


@pytest.mark.parametrize("name", ["subject:sulker", "sober-governor"])
def test_who_knows_no_place_says_what_it_is_for(name: str) -> None:
    with pytest.raises(NoSuchModel, match="knows no place: it is for"):
        Offline(name).twins(8, 0)


def test_a_governor_is_for_a_polity() -> None:
    with pytest.raises(NoSuchModel, match="isonomia/polity"):
        said("sober-governor", "Good morning!")


def test_the_package_and_its_command_import_neither_inspect_nor_torch() -> None:
    code = (
        "import sys, isonomia, isonomia.cli.main, isonomia.cli.transfer\n"
        "assert not {'inspect_ai', 'torch'} & set(sys.modules), 'imported'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
