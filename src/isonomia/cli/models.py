"""How a command is told of language models: which governs, which words petitions, and what they may cost."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import click

from isonomia.lab.plugins import find, measurable
from isonomia.models.address import Address, is_model
from isonomia.models.budget import Access, read_budget

LANGUAGE = "language"
REPLIES = "replies"  # the folder in OUT
EXAMPLE = "http://localhost:8000/v1#my-model"


def governor_named(governor: str, model: str) -> str:
    """Who governs: a model by its URL, whether it was given as that or by --model. Raises UsageError."""
    if governor == LANGUAGE and not model:
        raise click.UsageError(f"--governor language needs a model: --model URL#NAME, for instance {EXAMPLE}")
    if model and governor != LANGUAGE:
        raise click.UsageError("--model says who governs only with --governor language")
    if model and not is_model(model):
        raise click.UsageError(f"--model wants URL#NAME, for instance {EXAMPLE}")
    return model or governor


def attacker_named(attacker_model: str, attacks: Iterable[str]) -> str:
    """The model that words the petitions of these attacks, or "". Raises UsageError, BadAddress, PluginError."""
    if not attacker_model:
        return ""
    if not is_model(attacker_model):
        raise click.UsageError(f"--attacker-model wants URL#NAME, for instance {EXAMPLE}")
    Address(attacker_model)  # before a folder is made
    if not any(find("attack", measurable(), name).card.purse.messages for name in attacks):
        raise click.UsageError("--attacker-model words petitions, and no attack here files any; name another --attack")
    return attacker_model


def access_to(models: Iterable[str], model_cache: str, model_budget: str, out: Path | None) -> Access:
    """How those of these that are models may be used; replies are kept in `out` unless somewhere else was named. Raises
    UsageError, BadBudget."""
    if not any(map(is_model, models)):
        if model_cache or model_budget:
            raise click.UsageError("--model-cache and --model-budget want --governor language or --attacker-model")
        return Access()
    if not model_cache and out is None:
        raise click.UsageError("a model's replies are worth keeping: name a folder with --out or --model-cache")
    folder = Path(model_cache) if model_cache or out is None else out / REPLIES
    return Access(str(folder.absolute()), read_budget(model_budget, time.time()))
