"""One value, one byte string (RFC 8785); one list of leaves, one root (RFC 6962); one array, one commitment."""

from hashlib import sha256

import numpy as np
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from isonomia.basics.canonical import decode, encode
from isonomia.basics.merkle import EMPTY_ROOT, MEMBERS_PER_LEAF, Frontier, array_bytes, commit, hash_leaf, root_of

words = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=6)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), st.text(max_size=12)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4)),
    max_leaves=12,
)


@given(values)
def test_bytes_are_those_of_rfc_8785(value):
    assert encode(value) == rfc8785.dumps(value)
    assert decode(encode(value)) == value


@pytest.mark.parametrize("value", [2**53, -(2**53), "\ud800", b"x", {1: 2}, {1, 2}, object(), np.int64(3), np.ones(2)])
def test_what_the_record_cannot_hold(value):
    with pytest.raises(TypeError):
        encode(value)


def plain_root(leaves):
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\1" + plain_root(leaves[:k]) + plain_root(leaves[k:])).digest()


@pytest.mark.parametrize("n", range(35))
def test_roots_are_those_of_rfc_6962(n):
    data = [bytes([i]) * i for i in range(n)]
    assert root_of([hash_leaf(one) for one in data]) == plain_root(data)
    frontier = Frontier()
    for i, one in enumerate(data):
        assert frontier.root() == plain_root(data[:i])
        frontier.append(hash_leaf(one))
    assert frontier.size == n
    assert root_of([]) == EMPTY_ROOT


@pytest.mark.parametrize("dtype", ["|b1", "|u1", "<u2", "<u4"])
@pytest.mark.parametrize("n", [1, 7, 4095, MEMBERS_PER_LEAF, 4097, 3 * MEMBERS_PER_LEAF])
def test_an_array_is_committed_in_leaves_of_4096_members(dtype, n):
    cells = np.random.default_rng(n).integers(0, 2 if dtype == "|b1" else 200, n).astype(dtype)
    leaves = [array_bytes(cells[i : i + MEMBERS_PER_LEAF]) for i in range(0, n, MEMBERS_PER_LEAF)]
    assert commit(cells) == plain_root(leaves)
    changed = cells.copy()
    changed[n - 1] ^= 1
    assert commit(changed) != commit(cells)


def test_flags_are_packed_first_to_the_left():
    assert array_bytes(np.array([1, 0, 0, 0, 0, 0, 0, 1, 1], bool)) == bytes([0b10000001, 0b10000000])
