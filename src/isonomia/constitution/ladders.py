"""Every office's ladder of levels, and what its levels may be set to, in one table: a new office is two lines here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from isonomia.basics.schema import FactSchema
from isonomia.contract import contract
from isonomia.decisions import direction
from isonomia.identity import roll
from isonomia.law.articles import Level
from isonomia.petitions import intake

LADDERS: Mapping[str, Mapping[str, Level]] = MappingProxyType(
    {
        "identity": roll.LEVELS,
        "decisions": direction.LEVELS,
        "petitions": intake.LEVELS,
        "contract": contract.LEVELS,
    }
)
SETTINGS: Mapping[str, Mapping[str, FactSchema]] = MappingProxyType({})


def null_level(office: str) -> Level:
    return next(level for level in LADDERS[office].values() if level.null)
