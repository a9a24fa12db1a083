"""How a log came about, in the names that `isonomia transfer run` puts beside its attempts, so that a card can say it.

Addresses and keys are left out: a table is made to be shared.
"""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from inspect_ai.log import EvalLog, EvalSample, EvalSpec

from isonomia.transfer.attackers.routes import ESCAPE

LIMITS = ("message_limit", "token_limit", "time_limit", "working_limit", "sample_id")
SHARED = ("place", "model_path", "do_sample")  # arguments of a model that may be told; others may be keys


def run_of(log: EvalLog, epoch: int) -> dict[str, Any]:
    """What was asked, of whom, on which items, and what came first to an end; one epoch's."""
    spec, asked = log.eval, log.eval.metadata or {}
    roles = {role: of.model for role, of in (spec.model_roles or {}).items() if not isinstance(of, list)}
    routes = asked.get("routes", [])
    samples = [sample for sample in log.samples or [] if sample.epoch == epoch]
    same: dict[str, Any] = {
        name: asked[name] for name in ("seed", "place", "layer", "budget", "corpus_sha256") if name in asked
    }
    return {
        "made_by": {"command": command_of(spec), **spec.packages},
        "bare": roles.get("bare") or (f"{spec.model} without the rule" if asked.get("layer") == "rule" else None),
        **same,
        "practice": 0,
        "held_out": False,
        "epoch": epoch,
        "routes": [name for name in routes if name != ESCAPE],
        "not_available": {ESCAPE: "Inspect has no weights to give"} if ESCAPE in routes else {},
        "ended": _ended(samples),
        "items_sha256": _items(samples, spec.dataset.sample_ids or []),
    }


def command_of(spec: EvalSpec) -> str:
    """The command that evaluates the same again."""
    words = ["inspect", "eval", spec.task, "--model", spec.model]
    for role, of in (spec.model_roles or {}).items():
        if not isinstance(of, list):
            words += ["--model-role", f"{role}={of.model}"]
    model_args = {name: value for name, value in spec.model_args.items() if name in SHARED}
    for flag, given in (("-M", model_args), ("-T", spec.task_args_passed)):
        words += [word for name, value in given.items() for word in (flag, f"{name}={_say(value)}")]
    limits = {name: getattr(spec.config, name) for name in LIMITS}
    settings = {**limits, "epochs": None if spec.config.epochs == 1 else spec.config.epochs}
    if isinstance(spec.config.limit, tuple):
        settings["limit"] = f"{spec.config.limit[0] + 1}-{spec.config.limit[1]}"
    else:
        settings["limit"] = spec.config.limit
    settings |= spec.model_generate_config.model_dump(exclude_none=True, exclude={"extra_headers", "extra_body"})
    for name, value in settings.items():
        words += [] if value is None else [f"--{name.replace('_', '-')}", _say(value)]
    return shlex.join(words)


def _say(value: object) -> str:
    if isinstance(value, bool | dict):
        return json.dumps(value)
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _ended(samples: Sequence[EvalSample]) -> dict[str, dict[str, int]]:
    """By arm: on how many items which limit came first; an error is one."""
    found: dict[str, Counter[str]] = {}
    for sample in samples:
        ended = "error" if sample.error else str(sample.store.get("ended", ""))
        if ended:
            found.setdefault(sample.metadata["arm"], Counter())[ended] += 1
    return {arm: dict(sorted(counts.items())) for arm, counts in sorted(found.items())}


def _items(samples: Sequence[EvalSample], order: Sequence[str | int]) -> str:
    """The hash of the pairs of tasks in the order in which they were asked, as in the journal of a trial."""
    place = {str(name): at for at, name in enumerate(order)}
    pairs: dict[str, list[Any]] = {}
    for sample in sorted(samples, key=lambda sample: place.get(str(sample.id), len(place))):
        pair = pairs.setdefault(sample.metadata["task"]["twin"], [None, None])
        pair[sample.metadata["arm"].startswith("benign")] = sample.metadata["task"]
    return sha256(json.dumps(list(pairs.values()), sort_keys=True).encode()).hexdigest()
