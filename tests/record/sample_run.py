"""A small sealed run, and a plain re-implementation of what a stranger would check it with: straight from the RFCs.

The verifier uses nothing of the code under test.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from isonomia.basics.acts import Recipe
from isonomia.basics.canonical import encode
from isonomia.record.folder import RunFolder
from isonomia.record.keys import LogKey, key_from_seed
from isonomia.record.verify import Check

KEY = key_from_seed(b"a seed of thirty-two bytes......", "example.org")
SPEC = {"seed": 7, "world": "commons", "charter": 'text = "é"'}
RECIPE = Recipe("turnout", 1, 0, 50, 10, 90)


def act(log: Any, seq: int, day: int, kind: str, body: dict[str, Any] | None, denied: tuple[str, ...] = ()) -> None:
    """Append an act; arrays in the body are kept in the order of their names, as a polity does."""
    recorded: dict[str, Any] | None = None if body is None else {}
    for name in sorted(body or {}):
        value = (body or {})[name]
        if isinstance(value, np.ndarray):
            value = {"dtype": value.dtype.str, "n": value.size, "root": log.keep(value).hex()}
        elif isinstance(value, Recipe):
            value = {"recipe": list(value)}
        assert recorded is not None
        recorded[name] = value
    entry = {"seq": seq, "day": day, "by": "members", "kind": kind, "body": recorded, "facts": {"role": "member"}}
    log.append(encode(entry | {"denied": list(denied)}))


def close(log: Any, seq: int, day: int) -> None:
    log.append(encode({"seq": seq, "day": day, "close": {"stock": 900 + day}, "effects": [[seq - 1, {"n": 1}]]}))


def ballots(day: int, n: int = 50) -> np.ndarray[Any, Any]:
    return (np.arange(n) * 37 + day * 11) % 97 % 2 == 1


def weights(day: int, n: int = 50) -> np.ndarray[Any, Any]:
    return ((np.arange(n) * 7919 + day * 101) % 65_536).astype("<u2")


def write_run(path: Path, days: int = 3, n: int = 50, key: LogKey = KEY) -> Path:
    """Days 0 … days-1, four acts each: a vote with two arrays, a recipe, a denial with an array, a malformed act."""
    with RunFolder.create(path, SPEC) as run:
        run.log.append(encode({"seq": 0, "day": 0, "open": {"law": "none"}}))
        seq = 1
        for day in range(days):
            act(run.log, seq, day, "ballot", {"weight": weights(day, n), "choice": ballots(day, n), "note": "plain"})
            act(run.log, seq + 1, day, "turnout", {"cells": RECIPE._replace(day=day)})
            act(run.log, seq + 2, day, "petition", {"signed": ballots(day + 50, n)}, ("A.1",))
            act(run.log, seq + 3, day, "unknown", None, ("malformed",))
            close(run.log, seq + 4, day)
            seq += 5
        run.finish(key, {"version": "test"})
    return path


def files_named(check: Check) -> set[str]:
    """The files that a check puts at fault."""
    return {fault.split(":")[0] for fault in check.faults}


# -- a stranger's verifier ---------------------------------------------------------------------------------------------


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def tree_hash(data: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it is written."""
    n = len(data)
    if n == 0:
        return sha(b"")
    if n == 1:
        return sha(b"\x00" + data[0])
    k = 1
    while k * 2 < n:
        k *= 2
    return sha(b"\x01" + tree_hash(data[:k]) + tree_hash(data[k:]))


def audit_path(m: int, data: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 6962, section 2.1.1, as it is written."""
    n = len(data)
    if n == 1:
        return []
    k = 1
    while k * 2 < n:
        k *= 2
    if m < k:
        return [*audit_path(m, data[:k]), tree_hash(data[k:])]
    return [*audit_path(m - k, data[k:]), tree_hash(data[:k])]


def root_from_path(leaf_hash: bytes, m: int, n: int, path: list[bytes]) -> bytes | None:
    """The root that a path leads to, by recursion from the top (not the loop of RFC 9162); None if the path misfits."""
    if n == 1:
        return leaf_hash if not path else None
    if not path:
        return None
    k = 1
    while k * 2 < n:
        k *= 2
    if m < k:
        left = root_from_path(leaf_hash, m, k, path[:-1])
        return None if left is None else sha(b"\x01" + left + path[-1])
    right = root_from_path(leaf_hash, m - k, n - k, path[:-1])
    return None if right is None else sha(b"\x01" + path[-1] + right)


def open_note(note: str, verifier_key: str) -> list[str]:
    """The lines of a signed note (C2SP signed-note), or an AssertionError."""
    name, key_hash, key = verifier_key.split("+", 2)
    raw = base64.b64decode(key, validate=True)
    assert raw[0] == 1
    assert sha(name.encode() + b"\n" + raw)[:4].hex() == key_hash
    text, signatures = note.rsplit("\n\n", 1)
    text += "\n"
    for line in signatures.splitlines():
        dash, who, signed = line.split(" ")
        assert dash == "\u2014"
        blob = base64.b64decode(signed, validate=True)
        if who == name and blob[:4].hex() == key_hash:
            try:
                Ed25519PublicKey.from_public_bytes(raw[1:]).verify(blob[4:], text.encode())
            except InvalidSignature as fault:
                raise AssertionError("the signature is wrong") from fault
            return text.splitlines()
    raise AssertionError("no signature by that key")


def stranger_checks(proof: dict[str, Any], verifier_key: str) -> int | bool:
    """What a proof proves, checked with json, hashlib and one Ed25519 verification."""
    _, size, root, manifest = open_note(proof["checkpoint"], verifier_key)
    entry = base64.b64decode(proof["entry"], validate=True)
    path = [bytes.fromhex(h) for h in proof["path"]]
    assert root_from_path(sha(b"\x00" + entry), proof["seq"], int(size), path) == base64.b64decode(root)
    said = json.loads(entry)
    assert said["denied"] == []
    named = said["body"][proof["name"]]
    if "recipe" in named:
        spec = proof["seed"]["spec"].encode()
        assert manifest == "manifest sha256:" + hashlib.sha256(proof["seed"]["manifest"].encode()).hexdigest()
        listed = json.loads(proof["seed"]["manifest"])["files"]["spec.json"]
        assert listed == {"bytes": len(spec), "sha256": hashlib.sha256(spec).hexdigest()}
        return int(Recipe(*named["recipe"]).cells(json.loads(spec)["seed"])[proof["cell"]])
    leaf = base64.b64decode(proof["array"]["leaf"], validate=True)
    leaves = (named["n"] + 4095) // 4096
    array_path = [bytes.fromhex(h) for h in proof["array"]["path"]]
    reached = root_from_path(sha(b"\x00" + leaf), proof["cell"] // 4096, leaves, array_path)
    assert reached == bytes.fromhex(named["root"])
    k = proof["cell"] % 4096
    if named["dtype"] == "|b1":
        return f"{leaf[k // 8]:08b}"[k % 8] == "1"
    width = int(named["dtype"][2:])
    return int.from_bytes(leaf[k * width : (k + 1) * width], "little", signed=named["dtype"][1] == "i")
