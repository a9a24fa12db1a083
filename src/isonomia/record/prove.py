"""This person's cell is in that record: a proof small enough to mail, checked without the run folder.

A proof is one JSON object. It carries the whole entry with its inclusion path under the root in the signed checkpoint,
and the one leaf of the array that holds the cell, with its path under the array's root, which the entry names. Where
the entry holds a recipe in place of an array, the recipe and the run's seed regenerate the cell; the proof then carries
the manifest, whose hash the checkpoint signs, and the spec, whose hash the manifest holds and whose "seed" is the seed.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np

from isonomia.basics.acts import Recipe
from isonomia.basics.merkle import MEMBERS_PER_LEAF, array_bytes, array_leaves, hash_leaf, leaf_bytes
from isonomia.basics.streams import Array
from isonomia.record.checkpoint import MOST_CHECKPOINT_BYTES, Checkpoint, open_checkpoint
from isonomia.record.entry import ArrayRef, array_refs, read_entry, read_value
from isonomia.record.errors import ProofError, RecordError
from isonomia.record.folder import MOST_SPEC_BYTES, RunReader, open_run, read_plain
from isonomia.record.inclusion import check_inclusion, prove_inclusion
from isonomia.record.keys import decode_base64, open_verifier
from isonomia.record.manifest import CHECKPOINT, LEAVES, MANIFEST, MOST_MANIFEST_BYTES, SPEC, read_manifest

SCHEMA_VERSION = 1
KEYS = frozenset(
    {
        "schema_version",
        "entry",
        "seq",
        "size",
        "path",
        "name",
        "cell",
        "value",
        "array",
        "seed",
        "checkpoint",
        "verifier",
    }
)
ENTRY_KEYS = frozenset({"schema_version", "entry", "seq", "size", "path", "checkpoint", "verifier"})
ARRAY_KEYS = frozenset({"leaf", "path"})
SEED_KEYS = frozenset({"manifest", "spec"})
Proof = Mapping[str, Any]
_HASH = re.compile(r"[0-9a-f]{64}")


def prove_cell(
    path: str | os.PathLike[str],
    position: int,
    day: int | None = None,
    kind: str = "ballot",
    name: str | None = None,
    by: str = "members",
    start: int = 0,
) -> dict[str, Any]:
    """The proof that the record holds the cell of the person at `position`.

    The act is the last permitted one of this `kind`, `by` this principal, on this `day` (None: on any day). Its arrays
    hold the persons start, start + 1, …; `name` says which array of the body (None: the only one). Raises ProofError
    when there is no such act, array or cell, and RecordError when the folder cannot be read.
    """
    run = open_run(path)
    seq, data, entry = _find_act(run, kind, by, day)
    chosen = _choose(entry["body"] or {}, name)
    array: dict[str, Any] | None = None
    seed: dict[str, Any] | None = None
    refs = {ref.name: ref for ref in array_refs(entry)}
    if chosen in refs:
        cell = position - start
        if not 0 <= cell < refs[chosen].n:
            raise ProofError(f"position {position} is not in the array {chosen!a} of entry {seq}")
        array, value = _prove_leaf(run.array(seq, chosen), cell)
    else:
        recipe = _read_recipe(entry["body"][chosen])
        cell = position - recipe.start
        seed = {
            "manifest": _read(run, MANIFEST, MOST_MANIFEST_BYTES).decode(),
            "spec": _read(run, SPEC, MOST_SPEC_BYTES).decode(),
        }
        value = _regenerate(recipe, cell, _seed_of(run.spec))
    said = {"name": chosen, "cell": cell, "value": value, "array": array, "seed": seed}
    proof = {**_prove(run, seq, data), **said}
    check_cell(proof)  # a damaged folder gives no proof, rather than one that fails in somebody else's hands
    return proof


def prove_entry(path: str | os.PathLike[str], seq: int) -> dict[str, Any]:
    """The proof that the record holds this entry at this number: whoever did what, and what the law said to it.

    Raises ProofError when there is no such entry, and RecordError when the folder cannot be read.
    """
    run = open_run(path)
    for found, _, data in run.entries():
        if found == seq:
            proof = _prove(run, seq, data)
            check_entry(proof)
            return proof
    raise ProofError(f"there is no entry {seq}; the record has {run.checkpoint.size}, from 0 on")


def _prove(run: RunReader, seq: int, data: bytes) -> dict[str, Any]:
    leaves = _read_leaves(run)
    if seq >= len(leaves):
        raise ProofError("leaves.bin is shorter than the record; verify the folder")
    return {
        "schema_version": SCHEMA_VERSION,
        "entry": b64encode(data).decode(),
        "seq": seq,
        "size": len(leaves),
        "path": [h.hex() for h in prove_inclusion(leaves, seq)],
        "checkpoint": _read(run, CHECKPOINT, MOST_CHECKPOINT_BYTES).decode(),
        "verifier": run.manifest.verifier.text,
    }


def _find_act(run: RunReader, kind: str, by: str, day: int | None) -> tuple[int, bytes, dict[str, Any]]:
    found, refused = None, False
    for seq, _, data in run.entries():
        try:
            entry = read_entry(data, seq)
        except ValueError as fault:
            raise ProofError(f"entry {seq} {fault}; verify the folder") from fault
        if entry.get("kind") != kind or entry.get("by") != by or (day is not None and entry["day"] != day):
            continue
        if entry["denied"] or entry["body"] is None:
            refused = True
        else:
            found = seq, data, entry
    if found is None:
        when = "" if day is None else f" on day {day}"
        more = "; what there was had been refused" if refused else ""
        raise ProofError(f"there is no permitted {kind} by {by}{when} on record{more}")
    return found


def _choose(body: Mapping[str, Any], name: str | None) -> str:
    """The name of the array or recipe in a body."""
    names = [key for key in sorted(body) if type(body[key]) is dict]
    if name is None and len(names) == 1:
        return names[0]
    if name not in names:
        there = ", ".join(ascii(n) for n in names) or "none"
        raise ProofError(f"name the array: the act has {there}" if name is None else f"no array {name!a}, but {there}")
    return name


def _read(run: RunReader, name: str, most: int) -> bytes:
    try:
        data = read_plain(run.path / name, most)
    except OSError as fault:
        raise ProofError(f"{name} cannot be read: {fault.strerror or fault}") from fault
    if len(data) > most:
        raise ProofError(f"{name} has more than {most:,} bytes")
    return data


def _read_leaves(run: RunReader) -> list[bytes]:
    data = _read(run, LEAVES, 32 * run.checkpoint.size)
    return [data[i : i + 32] for i in range(0, len(data) - 31, 32)]


def _prove_leaf(cells: Array, cell: int) -> tuple[dict[str, Any], int | bool]:
    kept, dtype = array_bytes(cells), cells.dtype.str
    k, step = cell // MEMBERS_PER_LEAF, leaf_bytes(dtype)
    path = prove_inclusion(array_leaves(kept, dtype), k)
    leaf = b64encode(kept[k * step : (k + 1) * step]).decode()
    return {"leaf": leaf, "path": [h.hex() for h in path]}, cells[cell].item()


def check_cell(proof: object, verifier_key: str | None = None) -> int | bool:
    """The value of the proved cell. Raises ProofError with the reason when the proof does not prove it.

    `verifier_key` is the key that you were given by another way. Without it the proof is checked with the key it names
    itself, which says that it is whole, not who signed.
    """
    try:
        return _check(proof, verifier_key)
    except ProofError:
        raise
    except (RecordError, ValueError) as fault:
        raise ProofError(f"a part of the proof {fault}") from fault


def check_entry(proof: object, verifier_key: str | None = None) -> dict[str, Any]:
    """The proved entry. Raises ProofError with the reason when the proof does not prove it; see `check_cell`."""
    if type(proof) is not dict or proof.keys() != ENTRY_KEYS:
        raise ProofError("a proof of an entry is an object of " + ", ".join(sorted(ENTRY_KEYS)))
    try:
        return _check_signed(proof, verifier_key)[0]
    except ProofError:
        raise
    except (RecordError, ValueError) as fault:
        raise ProofError(f"a part of the proof {fault}") from fault


def _check_signed(proof: Proof, verifier_key: str | None) -> tuple[dict[str, Any], Checkpoint]:
    """The entry of a proof and the checkpoint that commits it, both checked."""
    if _whole(proof, "schema_version") != SCHEMA_VERSION:
        raise ProofError(f"the proof is not of schema_version {SCHEMA_VERSION}")
    seq, size = _whole(proof, "seq"), _whole(proof, "size")
    verifier = open_verifier(_text(proof, "verifier"))
    if verifier_key is not None and open_verifier(verifier_key) != verifier:
        raise ProofError(f"the proof is signed by {verifier.signer}, not by the key that was given")
    checkpoint = open_checkpoint(_text(proof, "checkpoint").encode(), verifier)
    if checkpoint.size != size:
        raise ProofError(f"the proof is for {size} entries, the checkpoint for {checkpoint.size}")
    data = decode_base64(_text(proof, "entry"))
    check_inclusion(hash_leaf(data), seq, size, _hashes(proof), checkpoint.root)
    return read_entry(data, seq), checkpoint


def _check(proof: object, verifier_key: str | None) -> int | bool:
    if type(proof) is not dict or proof.keys() != KEYS:
        raise ProofError("a proof is an object of " + ", ".join(sorted(KEYS)))
    entry, checkpoint = _check_signed(proof, verifier_key)
    cell = _whole(proof, "cell")
    if "denied" not in entry or entry["denied"] or entry["body"] is None:
        raise ProofError("the entry is not an act that was permitted")
    name = _text(proof, "name")
    refs = {ref.name: ref for ref in array_refs(entry)}
    if name in refs:
        _check_unused(proof, "seed")
        value = _check_leaf(proof["array"], refs[name], cell)
    elif name in entry["body"]:
        _check_unused(proof, "array")
        value = _regenerate(_read_recipe(entry["body"][name]), cell, _check_seed(proof["seed"], checkpoint.manifest))
    else:
        raise ProofError(f"the entry has no array {name!a}")
    if type(proof["value"]) is not type(value) or proof["value"] != value:
        raise ProofError(f"the proof says {proof['value']!a}, the record {value}")
    return value


def _check_leaf(array: object, ref: ArrayRef, cell: int) -> int | bool:
    if type(array) is not dict or array.keys() != ARRAY_KEYS:
        raise ProofError("the proof has no leaf of the array")
    if not 0 <= cell < ref.n:
        raise ProofError(f"the array has {ref.n} cells, none with the number {cell}")
    leaf, k = decode_base64(_text(array, "leaf")), cell // MEMBERS_PER_LEAF
    step = leaf_bytes(ref.dtype)
    if len(leaf) != min(step, ref.kept_bytes - k * step):
        raise ProofError("the leaf of the array has the wrong length")
    check_inclusion(hash_leaf(leaf), k, ref.leaves, _hashes(array), ref.root)
    within = cell % MEMBERS_PER_LEAF
    if ref.dtype == "|b1":
        return bool(leaf[within // 8] >> (7 - within % 8) & 1)
    return int(np.frombuffer(leaf, ref.dtype)[within])


def _read_recipe(said: object) -> Recipe:
    """The recipe of a body's value. Raises ProofError when it is none."""
    parts = said.get("recipe") if type(said) is dict and len(said) == 1 else None
    if type(parts) is not list or len(parts) != len(Recipe._fields):
        raise ProofError("the value is neither an array nor a recipe")
    recipe = Recipe(*parts)
    if (fault := recipe.fault()) is not None:
        raise ProofError(f"a recipe wants {fault}")
    return recipe


def _regenerate(recipe: Recipe, cell: int, seed: int) -> int:
    if not 0 <= cell < recipe.n:
        raise ProofError(f"the recipe has {recipe.n} cells, none with the number {cell}")
    return int(recipe.cells(seed)[cell])


def _seed_of(spec: object) -> int:
    seed = spec.get("seed") if type(spec) is dict else None
    if type(seed) is not int:
        raise ProofError("the array was drawn from the run's seed, and the spec does not say it")
    return seed


def _check_seed(said: object, manifest_hash: str) -> int:
    """The run's seed, from the spec in the manifest under the checkpoint."""
    if type(said) is not dict or said.keys() != SEED_KEYS:
        raise ProofError("the proof does not carry the manifest and the spec, so nothing says the seed")
    manifest, spec = _text(said, "manifest").encode(), _text(said, "spec").encode()
    if sha256(manifest).hexdigest() != manifest_hash:
        raise ProofError("the manifest is not the one that the checkpoint signs")
    if sha256(spec).hexdigest() != read_manifest(manifest).files[SPEC].sha256:
        raise ProofError("the spec is not the one in the manifest")
    return _seed_of(read_value(spec))


def _check_unused(proof: Proof, key: str) -> None:
    if proof[key] is not None:
        raise ProofError(f"the proof has a part that nothing needs: {key}")


def _whole(proof: Proof, key: str) -> int:
    value = proof[key]
    if type(value) is not int:
        raise ProofError(f"the proof's {key} is not a whole number")
    return value


def _text(proof: Proof, key: str) -> str:
    value = proof[key]
    if type(value) is not str:
        raise ProofError(f"the proof's {key} is not text")
    return value


def _hashes(proof: Proof) -> list[bytes]:
    path = proof["path"]
    if type(path) is not list or len(path) > 64:
        raise ProofError("the proof's path is not a list of hashes")
    if not all(type(text) is str and _HASH.fullmatch(text) for text in path):
        raise ProofError("the proof's path is not a list of hashes")
    return [bytes.fromhex(text) for text in path]
