"""Judge, mint, spend: no effect without a verdict on record before it.

The permit *is* the leaf of the verdict's entry, bound to the version of the state it was judged in, and is spent once.
Known limit: in one process, whoever holds an office can call its `apply` directly. Only walls make the gate the sole
route; every report says which were up.
"""

from __future__ import annotations

from isonomia.basics.acts import Permit
from isonomia.law.law import Law


class GateError(Exception):
    """A permit that was never minted, was spent before, or belongs to another state: a fault in our own code."""


class Gate:
    """The law in force and the permits not yet spent."""

    __slots__ = ("_unspent", "judge", "law")

    def __init__(self, law: Law) -> None:
        self.law = law
        self.judge = law.judge  # (kind, facts) -> ids of the articles that refuse; () permits
        self._unspent: dict[bytes, int] = {}  # leaf -> the version it was judged in

    def mint(self, leaf: bytes, version: int) -> Permit:
        """The permit for the act whose permitting verdict has this leaf, in this version of the state."""
        self._unspent[leaf] = version
        return Permit(leaf, version)

    def spend(self, permit: Permit, leaf: bytes, version: int) -> None:
        """Use the permit for the act of this leaf in this version, once. Raises GateError otherwise."""
        if self._unspent.pop(permit.leaf, None) != permit.version:
            raise GateError("this permit was never minted or is spent")
        if permit.leaf != leaf or permit.version != version:
            raise GateError("this permit belongs to another act or another state")
