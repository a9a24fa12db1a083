"""Every office's ladder of levels, and what its levels may be set to, in one table: a new office is two lines here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from isonomia.basics.schema import FactSchema
from isonomia.constitution import operator
from isonomia.contract import contract
from isonomia.decisions import procedure
from isonomia.identity import roll
from isonomia.law.articles import Level
from isonomia.petitions import intake
from isonomia.register import register

LADDERS: Mapping[str, Mapping[str, Level]] = MappingProxyType(
    {
        "identity": roll.LEVELS,
        "decisions": procedure.LEVELS,
        "petitions": intake.LEVELS,
        "register": register.LEVELS,
        "contract": contract.LEVELS,
        "operator": operator.LEVELS,
    }
)
SETTINGS: Mapping[str, Mapping[str, FactSchema]] = MappingProxyType({"decisions": procedure.SETTINGS})


def null_level(office: str) -> Level:
    return next(level for level in LADDERS[office].values() if level.null)
