"""This leaf is in that tree: inclusion proofs of RFC 9162, sections 2.1.3.1 (making) and 2.1.3.2 (checking)."""

from __future__ import annotations

from collections.abc import Sequence

from isonomia.basics.merkle import hash_node, root_of
from isonomia.record.errors import ProofError


def prove_inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The path from leaf `index` to the root over all leaf hashes, sibling of the leaf first. Raises ProofError."""
    if not 0 <= index < len(leaves):
        raise ProofError(f"there is no leaf {index} in a tree of {len(leaves)}")
    lo, hi = 0, len(leaves)
    path = []
    while hi - lo > 1:
        middle = lo + (1 << ((hi - lo - 1).bit_length() - 1))  # the largest power of two below the width
        if index < middle:
            path.append(root_of(leaves[middle:hi]))
            hi = middle
        else:
            path.append(root_of(leaves[lo:middle]))
            lo = middle
    path.reverse()
    return path


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raises ProofError unless `path` leads from leaf hash `leaf`, number `index` of `size`, to `root`.

    An empty tree, an index beyond it, a short hash, a path too short or too long are all refused.
    """
    if not 0 <= index < size:
        raise ProofError(f"there is no leaf {index} in a tree of {size}")
    if any(len(h) != 32 for h in (leaf, root, *path)):
        raise ProofError("a hash in the path does not have 32 bytes")
    at, last, h = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ProofError("the path is too long for its tree")
        if at & 1 or at == last:
            h = hash_node(sibling, h)
            while at and not at & 1:  # the right edge: levels on which this node had no sibling
                at >>= 1
                last >>= 1
        else:
            h = hash_node(h, sibling)
        at >>= 1
        last >>= 1
    if last != 0:
        raise ProofError("the path is too short for its tree")
    if h != root:
        raise ProofError("the path does not lead to the root")
