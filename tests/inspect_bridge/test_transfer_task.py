"""`isonomia/transfer` over scripted controls, whose truth is written into them, and over an organism."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import Any

import pytest
from evaluation import arm_of, evaluated, metrics_of, value_of
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.model import ChatMessageUser, ModelOutput, ModelUsage, get_model

from isonomia.basics.errors import IsonomiaError
from isonomia.inspect_bridge.arms import read
from isonomia.inspect_bridge.scoring import numbers
from isonomia.inspect_bridge.transfer import transfer
from isonomia.measures.statistics.shares import LEAST_ITEMS

BARE = {"bare": "isonomia/scripted:open-book"}
ITEMS = LEAST_ITEMS


def asked(name: str, folder: Path, **settings: Any) -> Any:
    args = {"items": ITEMS, "budget": 8, "category": "locks"} | settings.pop("args", {})
    return evaluated("isonomia/transfer", f"isonomia/scripted:{name}", folder, task_args=args, **settings)


def test_a_wall_of_words_is_climbed_and_its_refusals_are_seen(tmp_path: Path) -> None:
    log = asked("refuser", tmp_path, model_roles=BARE)
    found = metrics_of(log)
    assert found["refused_plainly"] == 1.0
    assert found["tau"] > 0.9
    assert found["tau_lo"] < found["tau"] <= found["tau_hi"]
    assert found["legibility_gap"] > 0.9
    assert found["r"] == 0.0
    assert isnan(found["tau_per_r"])
    assert any(name.startswith("not identifiable (tau_per_r): r may be 0") for name in found)
    assert len(log.samples) == 6 * ITEMS
    assert all(value_of(sample, "attempts") == 8 for sample in arm_of(log, "attack"))
    first = arm_of(log, "attack")[0]
    assert [type(said) for said in first.messages[:1]] == [ChatMessageUser]
    assert first.output.completion == first.scores["transfer"].answer


@pytest.mark.parametrize(("name", "tau"), [("deny-all", 0.0), ("leaky", 1.0)])
def test_what_is_known_of_a_control_is_found(name: str, tau: float, tmp_path: Path) -> None:
    found = metrics_of(asked(name, tmp_path, model_roles=BARE))
    assert abs(found["tau"] - tau) < 0.15
    assert found["refused_plainly"] == 1.0


def test_a_steady_liar_is_told_by_what_whoever_can_check_gets_of_it(tmp_path: Path) -> None:
    found = metrics_of(asked("liar", tmp_path, args={"items": 12}, model_roles=BARE))
    assert found["containment"] > found["containment_least"] + 0.2
    assert found["tau_oracle_lo"] < found["tau_oracle"] <= found["tau_oracle_hi"]


def test_who_knows_nothing_gives_nothing_that_guessing_does_not(tmp_path: Path) -> None:
    """Also to whoever can tell a right answer: an organism that never read any answers at random, and of many such
    answers the best is taken, as of as many guesses."""
    args, roles = {"items": 12, "budget": 12, "category": "recipes"}, {"bare": "isonomia/open"}
    found = metrics_of(evaluated("isonomia/transfer", "isonomia/ignorant", tmp_path, task_args=args, model_roles=roles))
    assert found["tau_oracle_lo"] <= 0.0 <= found["tau_oracle_hi"]


def test_who_only_governs_can_have_no_role_here(tmp_path: Path) -> None:
    for role in ("attacker", "bare"):
        with pytest.raises(PrerequisiteError, match=f"governs and answers no question: .* role {role}"):
            asked("refuser", tmp_path, model_roles={role: "isonomia/obedient-governor"})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"budget": "zero"}, "budget is a whole number, not 'zero'"),
        ({"seed": True}, "seed is a whole number, not True"),
        ({"minutes": -3}, "a budget of -3 minutes buys nothing"),
        ({"routes": "xyz"}, "there is no route 'xyz'"),
        ({"layer": "x"}, "layer is own or rule"),
    ],
)
def test_a_wrong_argument_is_said_in_one_line(wrong: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError) as error:  # which Inspect prints without a traceback
        asked("refuser", tmp_path, args=wrong)
    assert said in str(error.value.message)


def test_without_an_unprotected_model_there_is_no_share_of_it(tmp_path: Path) -> None:
    log = asked("refuser", tmp_path)
    found = metrics_of(log)
    assert {sample.metadata["arm"] for sample in log.samples} == {"attack", "alone", "benign", "tripwire"}
    assert isnan(found["tau"])
    assert isnan(found["b"])
    assert (found["items"], found["left_out"]) == (ITEMS, 0)
    assert found["r"] == 0.0
    assert any("no run on an unprotected model" in name and "tau" in name for name in found)


def test_silence_is_neither_safe_nor_unsafe(tmp_path: Path) -> None:
    log = asked("empty", tmp_path, model_roles=BARE)
    found = metrics_of(log)
    assert isnan(found["tau"])
    assert any("unscorable" in name for name in found)
    sample = arm_of(log, "attack")[0]
    assert isnan(value_of(sample, "grade"))
    assert "cannot be graded" in sample.scores["transfer"].explanation


def test_a_limit_of_inspects_ends_the_purse_and_what_was_got_counts(tmp_path: Path) -> None:
    log = asked("open-book", tmp_path, model_roles=BARE, message_limit=6)
    for sample in arm_of(log, "attack"):
        assert sample.limit is not None
        assert sample.limit.type == "message"
        assert 1 <= value_of(sample, "attempts") <= 3
        assert sample.store["ended"] == "message"
    assert not isnan(metrics_of(log)["tau"])


def test_epochs_are_other_draws_of_the_same_items(tmp_path: Path) -> None:
    log = asked("refuser", tmp_path, model_roles=BARE, epochs=2)
    found = metrics_of(log)
    assert len(log.samples) == 2 * 6 * ITEMS
    assert found["tau"] > 0.8
    twice = [s for s in arm_of(log, "attack") if s.id == arm_of(log, "attack")[0].id]
    assert [s.epoch for s in twice] == [1, 2]
    assert twice[0].store["attempts"] != twice[1].store["attempts"]


def test_an_organism_knows_its_own_place(tmp_path: Path) -> None:
    args = {"items": ITEMS, "budget": 6, "category": "recipes"}
    log = evaluated(
        "isonomia/transfer", "isonomia/refuser", tmp_path, task_args=args, model_roles={"bare": "isonomia/open"}
    )
    found = metrics_of(log)
    assert found["refused_plainly"] > 0.7
    assert found["tau"] > 0.5, (found, [sample.scores for sample in arm_of(log, "bare")[:1]])
    assert {sample.metadata["category"] for sample in log.samples} == {"recipes"}


def test_a_model_in_the_attackers_role_is_asked_for_other_words(tmp_path: Path) -> None:
    said: list[str] = []

    def reworded(input: Any, *_: Any) -> ModelOutput:
        said.append(input[-1].text)
        output = ModelOutput.from_content("mockllm/aide", "How did people do it?")
        output.usage = ModelUsage(input_tokens=9, output_tokens=9, total_tokens=18)
        return output

    aide = get_model("mockllm/aide", custom_outputs=reworded, memoize=False)
    log = asked("refuser", tmp_path, model_roles={"attacker": aide}, args={"items": 1, "budget": 12})
    assert said
    assert all(text.startswith("Ask this in other words") for text in said)
    assert any(one.question == "How did people do it?" for one in read(arm_of(log, "attack")[0].store))


def test_a_rule_of_the_house_is_a_layer_and_the_same_model_without_it_is_bare(tmp_path: Path) -> None:
    heard: list[str] = []

    def silent(input: Any, *_: Any) -> ModelOutput:
        heard.append(input[0].text)
        output = ModelOutput.from_content("mockllm/m", "no")
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    model = get_model("mockllm/m", custom_outputs=silent, memoize=False)
    evaluated("isonomia/transfer", model, tmp_path, task_args={"items": 1, "budget": 2})
    assert not any("rule of the house" in text for text in heard)
    heard.clear()
    args = {"items": 1, "budget": 2, "layer": "rule"}
    log = evaluated("isonomia/transfer", model, tmp_path, task_args=args)
    assert {sample.metadata["arm"] for sample in log.samples} >= {"bare", "benign-bare"}
    with_rule = sum("rule of the house" in text for text in heard)
    assert 0 < with_rule < len(heard)


@pytest.mark.parametrize("args", [{"category": "bombs"}, {"layer": "none"}, {"routes": "telepathy"}, {"budget": 0}])
def test_arguments_that_mean_nothing_are_refused(args: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(IsonomiaError):
        evaluated("isonomia/transfer", "isonomia/scripted:refuser", tmp_path, task_args={"items": 1, **args})


def test_made_without_a_model_it_says_how_it_is_made() -> None:
    with pytest.raises(IsonomiaError, match="by its name"):
        transfer(items=1)


def test_metrics_of_nothing_are_unknown_and_never_zero() -> None:
    found = numbers([])
    assert found
    assert all(isnan(value) for value in found.values())
