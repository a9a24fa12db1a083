"""Inclusion proofs against the plain definitions, at every tree shape up to 40, and every way to spoil one."""

from __future__ import annotations

import random

import pytest
from sample_run import audit_path, root_from_path, sha, tree_hash
from test_record_log import CT_LEAVES, CT_ROOTS

from isonomia.record.errors import ProofError
from isonomia.record.inclusion import check_inclusion, prove_inclusion

# (leaf, size, path): the proofs in the tests of the Certificate Transparency reference implementation
CT_PATHS = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


def leaf_hashes(data: list[bytes]) -> list[bytes]:
    return [sha(b"\0" + d) for d in data]


@pytest.mark.parametrize(("index", "size", "path"), CT_PATHS)
def test_the_certificate_transparency_proofs(index: int, size: int, path: list[str]) -> None:
    leaves = leaf_hashes([bytes.fromhex(leaf) for leaf in CT_LEAVES[:size]])
    assert [h.hex() for h in prove_inclusion(leaves, index)] == path
    check_inclusion(leaves[index], index, size, [bytes.fromhex(h) for h in path], bytes.fromhex(CT_ROOTS[size]))


@pytest.mark.parametrize("size", range(1, 41))
def test_every_shape_whole_and_spoiled(size: int) -> None:
    rng = random.Random(size)
    data = [bytes([k]) + rng.randbytes(rng.randrange(20)) for k in range(size)]
    leaves, root = leaf_hashes(data), tree_hash(data)
    for index in range(size):
        path = prove_inclusion(leaves, index)
        assert path == audit_path(index, data)
        assert root_from_path(leaves[index], index, size, path) == root
        check_inclusion(leaves[index], index, size, path, root)
        for bad in spoiled(leaves[index], index, size, path, root, rng):
            with pytest.raises(ProofError):
                check_inclusion(*bad)


Proof = tuple[bytes, int, int, list[bytes], bytes]


def spoiled(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes, rng: random.Random) -> list[Proof]:
    """The proof with one thing wrong.

    A slightly larger size is not among them: RFC 9162 gives leaf 0 the same path in trees of 17 and of 18, and it is
    the signed checkpoint that says the size together with the root.
    """

    def flip(h: bytes) -> bytes:
        at = rng.randrange(256)
        return (int.from_bytes(h, "big") ^ 1 << at).to_bytes(32, "big")

    bad: list[Proof] = [(flip(leaf), index, size, path, root), (leaf, index, size, path, flip(root))]
    bad += [(leaf, index, size, [*path[:k], flip(path[k]), *path[k + 1 :]], root) for k in range(len(path))]
    bad += [(leaf, index, size, [*path[:k], path[k][:31], *path[k + 1 :]], root) for k in range(len(path))]
    bad += [(leaf, index, size, path[:k] + path[k + 1 :], root) for k in range(len(path))]
    bad += [(leaf, index, size, [*path, root], root), (leaf, index, size, [root, *path], root)]
    bad += [(leaf, other, size, path, root) for other in range(-1, size + 2) if other != index]
    bad += [(leaf[:31], index, size, path, root), (leaf, index, size, path, root[:31])]
    bad += [(leaf, size, size, path, root), (leaf, -1, size, path, root), (leaf, index, 0, path, root)]
    return bad


def test_no_proof_in_an_empty_tree_or_beyond_one() -> None:
    for leaves, index in (([], 0), ([b"x" * 32], 1), ([b"x" * 32], -1)):
        with pytest.raises(ProofError, match="there is no leaf"):
            prove_inclusion(leaves, index)


def test_a_root_made_to_fit_does_not_excuse_a_misshapen_path() -> None:
    leaf, other, short = sha(b"leaf"), sha(b"other"), sha(b"short")[:31]
    check_inclusion(leaf, 0, 2, [other], sha(b"\1" + leaf + other))
    for size, path, root in (
        (1, [other], sha(b"\1" + other + leaf)),
        (2, [short], sha(b"\1" + leaf + short)),
        (2, [other + other], sha(b"\1" + leaf + other + other)),
        (2, [], leaf),
    ):
        with pytest.raises(ProofError, match=r"too long|too short|32 bytes"):
            check_inclusion(leaf, 0, size, path, root)
