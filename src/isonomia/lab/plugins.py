"""Every world, governor and attack there is, in one place; and how a stranger's is loaded.

Built-ins are explicit. Others come from entry points (groups isonomia.attacks, isonomia.governors, isonomia.worlds) or,
on the command line, from `file.py:Class`. A name that is taken twice, or one that does not load, raises.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from functools import cache
from hashlib import sha256
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any

from isonomia.basics.acts import Seat
from isonomia.basics.errors import IsonomiaError
from isonomia.lab.kits.budget import BudgetKit
from isonomia.lab.kits.commons import CommonsKit
from isonomia.lab.kits.kit import Kit
from isonomia.lab.kits.treasury import TreasuryKit
from isonomia.models.address import is_model
from isonomia.seats.attacks.buyers import VoteBuyers
from isonomia.seats.attacks.capture import CapturedGovernor
from isonomia.seats.attacks.card import Attack
from isonomia.seats.attacks.decree import OperatorDecree
from isonomia.seats.attacks.flash import FlashLoan
from isonomia.seats.attacks.flood import AgendaFlood
from isonomia.seats.attacks.gamer import GamingGovernor
from isonomia.seats.attacks.injection import Injection
from isonomia.seats.attacks.issuer import IssuerRing
from isonomia.seats.attacks.lab import God, Null
from isonomia.seats.attacks.majority import MajorityFaction
from isonomia.seats.attacks.persuasion import Persuasion
from isonomia.seats.attacks.populist import PopulistGovernor
from isonomia.seats.attacks.ring import SybilMajority
from isonomia.seats.attacks.tamper import LawTampering
from isonomia.seats.attacks.treacherous import TreacherousGovernor
from isonomia.seats.attacks.trojan import TrojanProposal


class PluginError(IsonomiaError):
    """A plug-in that is unknown, clashes, or does not load."""


CONTROLS: Mapping[str, Attack] = MappingProxyType({"null": Null(), "god": God()})  # the lab's own, no finding
ON_READERS: Mapping[str, Attack] = MappingProxyType({"petition-persuasion": Persuasion()})  # nothing to anyone else
GOVERNORS = ("steward", "idle", "credulous")  # every world's kit seats these


@cache
def worlds() -> Mapping[str, Kit]:
    built_in = {"commons": CommonsKit(), "budget": BudgetKit(), "treasury": TreasuryKit()}
    return _with_entry_points("isonomia.worlds", built_in)


@cache
def attacks() -> Mapping[str, Attack]:
    built_in: tuple[Attack, ...] = (Injection(), SybilMajority(), CapturedGovernor())
    built_in += (OperatorDecree(), LawTampering(), IssuerRing())
    built_in += (FlashLoan(),)
    built_in += (TrojanProposal(), VoteBuyers(), MajorityFaction(), AgendaFlood())
    built_in += (GamingGovernor(), PopulistGovernor(), TreacherousGovernor())
    return _with_entry_points("isonomia.attacks", {attack.card.name: attack for attack in built_in})


def attacks_on(governor: str) -> Mapping[str, Attack]:
    """What a sweep plays unless told otherwise: under a language model, attacks on whoever reads as well."""
    return measurable() if is_model(governor) else attacks()


def measurable() -> Mapping[str, Attack]:
    """Everything that a finding can be of: attacks, and those on governors that read."""
    return {**attacks(), **ON_READERS}


def playable() -> Mapping[str, Attack]:
    """Everything that a run can be under: what is measurable, and the lab's controls."""
    return {**measurable(), **CONTROLS}


@cache
def governors() -> Mapping[str, Any]:
    """Governors of strangers, by name: classes that make a Seat."""
    return _with_entry_points("isonomia.governors", {})


def find(kind: str, table: Mapping[str, Any], name: str) -> Any:
    """The plug-in of that name. Raises PluginError that lists what there is."""
    if name not in table:
        raise PluginError(f"there is no {kind} {name!r}; there are {', '.join(sorted(table))}")
    return table[name]


def _with_entry_points(group: str, built_in: dict[str, Any]) -> dict[str, Any]:
    found = dict(built_in)
    for point in entry_points(group=group):
        if point.name in found:
            raise PluginError(f"two plug-ins of {group} are called {point.name!r}; uninstall one ({point.value})")
        try:
            loaded = point.load()
        except Exception as error:
            raise PluginError(f"plug-in {point.name!r} of {group} does not load: {error}") from error
        found[point.name] = loaded if group == "isonomia.governors" else loaded()
    return found


def code_of(where: str) -> str:
    """The SHA-256 of the file in `file.py:Class`, hex; "" for anything that is in no file of its own."""
    path = Path(where.rpartition(":")[0])
    return sha256(path.read_bytes()).hexdigest() if path.suffix == ".py" and path.is_file() else ""


@cache
def load_class(where: str) -> Any:
    """The class of `file.py:Class`. Raises PluginError that says what is missing or what the file raised."""
    path, _, name = where.rpartition(":")
    if not path or not name.isidentifier():
        raise PluginError(f"{where}: wants file.py:Class")
    if not Path(path).is_file():
        raise PluginError(f"{path}: there is no such file")
    module_spec = importlib.util.spec_from_file_location(f"isonomia_plugin_{Path(path).stem}", path)
    if module_spec is None or module_spec.loader is None:
        raise PluginError(f"{path}: is not a Python file")
    module = importlib.util.module_from_spec(module_spec)
    try:
        with redirect_stdout(sys.stderr):  # standard output is ours: a table, or JSON
            module_spec.loader.exec_module(module)
    except Exception as error:
        raise PluginError(f"{path} does not load: {type(error).__name__}: {error}") from error
    if not hasattr(module, name):
        raise PluginError(f"{path} has no class {name}")
    return getattr(module, name)


def seat_from(where: str) -> Seat:
    """A seat from `file.py:Class` or the name of an installed governor, made with no arguments."""
    if where not in governors() and Path(where.rpartition(":")[0]).suffix != ".py":
        known = ", ".join((*GOVERNORS, "captured", *sorted(governors())))
        raise PluginError(
            f"there is no governor {where!r}; there are {known}, FILE.py:CLASS, and language with --model URL#NAME"
        )
    made = governors()[where] if where in governors() else load_class(where)
    try:
        seat = made()
    except Exception as error:
        raise PluginError(f"{where} cannot be made with no arguments: {type(error).__name__}: {error}") from error
    if not callable(getattr(seat, "act", None)):
        raise PluginError(f"{where} has no method act(view), so it cannot take a seat")
    return seat  # type: ignore[no-any-return]
