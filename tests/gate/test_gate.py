"""A permit is minted for one act in one state of the polity, and spent once."""

import pytest

from isonomia.basics.acts import Permit
from isonomia.gate.gate import Gate, GateError
from isonomia.law.law import Law

LEAF, OTHER = b"a" * 32, b"b" * 32


@pytest.fixture
def gate():
    return Gate(Law((), {"close": {}}))


def test_a_permit_is_spent_once(gate):
    permit = gate.mint(LEAF, 3)
    gate.spend(permit, LEAF, 3)
    with pytest.raises(GateError, match="spent"):
        gate.spend(permit, LEAF, 3)


def test_a_permit_is_bound_to_its_leaf(gate):
    with pytest.raises(GateError, match="another act"):
        gate.spend(gate.mint(LEAF, 3), OTHER, 3)


@pytest.mark.parametrize("now", [2, 4])
def test_a_permit_is_bound_to_the_state_it_was_judged_in(gate, now):
    with pytest.raises(GateError, match="another state"):
        gate.spend(gate.mint(LEAF, 3), LEAF, now)


def test_a_permit_nobody_minted(gate):
    gate.mint(LEAF, 3)
    for forged in (Permit(LEAF, 4), Permit(OTHER, 3)):
        with pytest.raises(GateError, match="never minted"):
            gate.spend(forged, *forged)


def test_permits_of_two_gates_are_not_the_same(gate):
    other = Gate(Law((), {"close": {}}))
    permit = other.mint(LEAF, 3)
    with pytest.raises(GateError, match="never minted"):
        gate.spend(permit, LEAF, 3)
    other.spend(permit, LEAF, 3)


def test_what_was_refused_for_another_act_is_not_spendable_after(gate):
    permit = gate.mint(LEAF, 3)
    with pytest.raises(GateError):
        gate.spend(permit, OTHER, 3)
    with pytest.raises(GateError):
        gate.spend(permit, LEAF, 3)
