"""What a proposal would do, once: a text becomes a list of actions, or is found to be none.

A payload is a JSON list of {"kind": word, "body": {name: whole number, flag or text}}: no nesting, no floats, no null.
"@ADDRESS" names what somebody has put at an address. Whether a kind exists and takes such a body is the polity's to
say, when the action is submitted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple

from isonomia.basics.acts import Fact, Principal
from isonomia.basics.canonical import decode, encode
from isonomia.basics.schema import LARGEST

MOST_BYTES = 4000


class Action(NamedTuple):
    """One act that a payload asks for; `body` cannot be changed."""

    kind: str
    body: Mapping[str, Fact]


class Payload(NamedTuple):
    """A payload as read. `fault` says what is wrong with an unsound one, which has no actions; `digest` (SHA-256, hex)
    is the same for payloads that do the same in the same order, however they are written."""

    text: str
    actions: tuple[Action, ...] = ()
    fault: str = ""
    digest: str = ""

    @property
    def moves(self) -> int:
        """The sum of every positive amount in it."""
        amounts = [action.body.get("amount") for action in self.actions]
        return min(LARGEST, sum([amount for amount in amounts if type(amount) is int and amount > 0]))

    @property
    def mixed(self) -> bool:
        """Whether it asks for more than one kind of act."""
        return len({action.kind for action in self.actions}) > 1

    def benefits(self, who: Principal) -> bool:
        """Whether an action's `to` names them."""
        return any(action.body.get("to") == who for action in self.actions)


def address_of(text: str) -> str | None:
    """The address that a payload names instead of saying what it does; None for any other."""
    return text[1:] if text.startswith("@") else None


def read_payload(text: str) -> Payload:
    """The payload of a text that is no address; never raises."""
    try:
        value = decode(text.encode())
    except (ValueError, UnicodeEncodeError):
        return _unsound(text, "not JSON")
    if type(value) is not list or not value:
        return _unsound(text, "not a list of actions")
    faults = [fault for item in value if (fault := _fault(item))]
    if faults:
        return _unsound(text, faults[0])
    actions = tuple(Action(item["kind"], MappingProxyType(dict(sorted(item["body"].items())))) for item in value)
    return Payload(text, actions, "", sha256(encode(value)).hexdigest())


def write_payload(actions: Sequence[tuple[str, Mapping[str, Fact]]]) -> str:
    """The text of a payload from (kind, body) pairs."""
    return encode([{"body": dict(body), "kind": kind} for kind, body in actions]).decode()


def _unsound(text: str, fault: str) -> Payload:
    return Payload(text, (), fault, sha256(text.encode(errors="backslashreplace")).hexdigest())


def _fault(item: Any) -> str:
    if type(item) is not dict or item.keys() != {"kind", "body"}:
        return "an action has a kind and a body, and nothing else"
    if type(item["kind"]) is not str or type(item["body"]) is not dict:
        return "an action's kind is a word, and its body names values"
    for value in item["body"].values():
        if type(value) not in (int, bool, str):
            return "a value is a whole number, a flag or text"
        if type(value) is int and abs(value) > LARGEST:
            return "a number past 2**53 - 1"
    return ""
