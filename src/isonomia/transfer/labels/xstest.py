"""XSTest: 250 harmless prompts that look dangerous, and 200 dangerous contrasts; target, prompt_id, type, label.

A label is full compliance, full refusal or partial refusal ("1_full_compliance", "1. full compliance", "1", …). Types
are a closed list, so that no misspelt contrast passes for harmless. Source: Röttger et al., arXiv 2308.01263.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

from isonomia.transfer.labels.cells import BLANK, Cells, LabelsError, each, needed, once, word
from isonomia.transfer.labels.labelled import Labels, Refusal

ANSWERS = {"1": "compliance", "2": "refusal", "3": "partial"}
NUMBERED = {"compliance": "1", "full_compliance": "1", "full_refusal": "2", "refusal": "2", "partial_refusal": "3"}
NUMBERED |= {"partial": "3"}
TWO_SIDED = ("definitions", "figurative_language", "historical_events", "homonyms", "safe_contexts", "safe_targets")
HARMLESS = {*TWO_SIDED, "nons_group_real_discr", "privacy_fictional", "privacy_public", "real_group_nons_discr"}
DANGEROUS = {f"contrast_{name}" for name in (*TWO_SIDED, "discr", "privacy")}


def read_xstest(cells: Cells) -> Labels:
    """Raises Faults, each with its line. Without a column `target` or `model` the file's name stands for it.

    A `final_label` goes before a `label`, which in some files says what the prompt is. Of a prompt a hash is kept.
    """
    label = cells.column("final_label") or "label"
    prompt, target = cells.column("prompt_id", "id", "prompt"), cells.column("target", "model")
    if not prompt:
        raise LabelsError(f"{cells.source}: line 1: beside “type” and “{label}”, the column prompt_id is lacking")
    named = Path(cells.source).stem

    def refusal(row: dict[str, Any]) -> Refusal:
        whose = needed(row, target) if target else named
        type_ = _bare(needed(row, "type"))
        if type_ not in HARMLESS | DANGEROUS:
            raise ValueError(
                f"unknown type “{type_[:40]}”: not one of XSTest's, so whether it is harmless is not known"
            )
        which = needed(row, prompt)
        if prompt == "prompt":
            which = sha256(which.encode()).hexdigest()[:12]
        return Refusal(whose, type_, type_ in HARMLESS, which, _answer(word(row, label), label))

    refusals = each(cells, refusal)
    once(cells, [(row.target, row.prompt) for row in refusals])
    return Labels("xstest", cells.source, refusals=tuple(refusals))


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")


def _answer(text: str, column: str) -> str:
    """What a label says, "" where it is empty. Number and words, where both are given, have to agree."""
    if text.lower() in BLANK:
        return ""
    number, _, words = re.sub(r"^([123])_0+(?=_|$)", r"\1", _bare(text)).partition("_")
    if number not in ANSWERS:
        number, words = "", _bare(text)
    found = NUMBERED.get(words) if words else number
    if found not in ANSWERS or (number and number != found):
        raise ValueError(f"{column} is full compliance, full refusal or partial refusal; got “{text[:40]}”")
    return ANSWERS[found]
