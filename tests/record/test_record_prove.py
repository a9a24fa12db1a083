"""Proofs of one cell: made from the folder, checked by us and by a stranger, and no part of one can be changed."""

from __future__ import annotations

import copy
import json
import random
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_run import KEY, RECIPE, SPEC, act, ballots, sha, stranger_checks, weights, write_run

import isonomia.record.prove as prove_module
from isonomia.basics.canonical import encode
from isonomia.basics.merkle import commit
from isonomia.record.errors import ProofError, RecordError
from isonomia.record.folder import RunFolder, open_run
from isonomia.record.keys import key_from_seed
from isonomia.record.prove import check_cell, check_entry, prove_cell, prove_entry

PINNED = KEY.verifier.text
MANY = 9_000  # three leaves


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("prove") / "run", 3, MANY)


def both(proof: dict[str, Any]) -> int | bool:
    """Checked by us and by a stranger, after a journey as text."""
    proof = json.loads(json.dumps(proof))
    value = check_cell(proof, PINNED)
    assert value == stranger_checks(proof, PINNED)
    assert type(value) is type(stranger_checks(proof, PINNED))
    return value


def test_every_edge_of_every_leaf(run: Path) -> None:
    for day in (0, 1, 2):
        for position in (0, 1, 7, 8, 4095, 4096, 8191, 8192, MANY - 1):
            assert both(prove_cell(run, position, day, name="choice")) is bool(ballots(day, MANY)[position])
            assert both(prove_cell(run, position, day, name="weight")) == int(weights(day, MANY)[position])


def test_a_proof_says_where_it_comes_from_and_is_small(run: Path) -> None:
    proof = prove_cell(run, 8200, 1, name="choice")
    assert (proof["seq"], proof["size"], proof["cell"], proof["name"]) == (6, 16, 8200, "choice")
    assert len(json.dumps(proof)) < 3_000


def test_a_recipe_is_drawn_again_from_the_signed_seed(run: Path) -> None:
    for day in (0, 2):
        cells = RECIPE._replace(day=day).cells(SPEC["seed"])
        for position in (0, 49):
            assert both(prove_cell(run, position, day, kind="turnout")) == int(cells[position])
    with pytest.raises(ProofError, match="none with the number 50"):
        prove_cell(run, 50, 0, kind="turnout")


@pytest.mark.parametrize("dtype", ["|b1", "|u1", "|i1", "<u2", "<i4", "<u8", "<i8"])
def test_every_type_of_cell(tmp_path: Path, dtype: str) -> None:
    cells = np.array([0, 1, 3, 0, 1], dtype)
    if dtype[1] == "i":
        cells[3] = -5
    with RunFolder.create(tmp_path / "run", {}) as folder:
        act(folder.log, 0, 0, "ballot", {"a": cells})
        folder.finish(KEY)
    assert [both(prove_cell(tmp_path / "run", k)) for k in range(5)] == cells.tolist()


def test_persons_are_counted_from_where_the_principal_starts(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path / "run", SPEC) as folder:
        act(folder.log, 0, 0, "ballot", {"a": np.array([5, 6], "<u2")})
        act(folder.log, 1, 0, "ballot", {"a": np.array([7, 8], "<u2")})
        act(folder.log, 2, 0, "ballot", {"a": np.array([9, 9], "<u2")}, ("A.1",))
        act(folder.log, 3, 1, "ballot", None, ("malformed",))
        act(folder.log, 4, 2, "draw", {"a": RECIPE._replace(start=40, n=5)})
        folder.finish(KEY)
    run = tmp_path / "run"
    assert check_cell(prove_cell(run, 1)) == 8, "the last that was permitted"
    assert check_cell(prove_cell(run, 31, 0, start=30)) == 8
    assert check_cell(prove_cell(run, 44, kind="draw")) == RECIPE._replace(start=40, n=5).cells(7)[4]
    for position, more, reason in (
        (2, {}, "position 2 is not in"),
        (-1, {}, "position -1 is not in"),
        (29, {"start": 30}, "position 29"),
        (39, {"kind": "draw"}, "none with the number -1"),
        (0, {"day": 1}, "no permitted ballot by members on day 1 on record; what there was had been refused"),
        (0, {"day": 5}, "on day 5 on record$"),
        (0, {"by": "ring"}, "by ring"),
        (0, {"kind": "vote"}, "no permitted vote"),
        (0, {"name": "b"}, "no array 'b', but 'a'"),
    ):
        with pytest.raises(ProofError, match=reason):
            prove_cell(run, position, **more)  # type: ignore[arg-type]


def test_an_act_of_several_arrays_wants_a_name(run: Path) -> None:
    with pytest.raises(ProofError, match="name the array: the act has 'choice', 'weight'"):
        prove_cell(run, 0)


def test_a_recipe_without_a_seed_on_record_proves_nothing(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path / "run", {"seed": "seven"}) as folder:
        act(folder.log, 0, 0, "ballot", {"a": RECIPE})
        folder.finish(KEY)
    with pytest.raises(ProofError, match="the spec does not say it"):
        prove_cell(tmp_path / "run", 0)


def test_a_damaged_folder_gives_no_proof(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run")
    whole = {file.name: file.read_bytes() for file in path.iterdir()}
    assert prove_cell(path, 0, 1, name="choice")["value"] in (True, False)
    for name in ("entries.jsonl", "leaves.bin", "manifest.json", "checkpoint"):
        for at in range(0, len(whole[name]), 7):
            (path / name).write_bytes(whole[name][:at] + bytes([whole[name][at] ^ 4]) + whole[name][at + 1 :])
            try:
                proof = prove_cell(path, 0, 1, name="choice")
            except RecordError:
                continue
            check_cell(proof, PINNED)  # what was damaged was not needed
        (path / name).write_bytes(b"")
        with pytest.raises(RecordError):
            prove_cell(path, 0, 1, name="choice")
        (path / name).write_bytes(whole[name])


# -- changed proofs ----------------------------------------------------------------------------------------------------


def changes(value: Any, rng: random.Random) -> list[Any]:
    """Other values in one place: flipped, shortened, of another type."""
    if isinstance(value, bool):
        return [not value, int(value), None]
    if isinstance(value, int):
        return [value + 1, value - 1, -value - 1, str(value), float(value), True, 2**70]
    if isinstance(value, str):
        at = rng.randrange(len(value))
        flipped = value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
        return [flipped, value[:-1], value + " ", value.upper() + "x", "", "\ud800", None, 5]
    if isinstance(value, list):
        items = [[*value[:k], other, *value[k + 1 :]] for k in range(len(value)) for other in changes(value[k], rng)]
        return [*items, value[:-1] if value else ["00" * 32], [*value, "00" * 32], None, "x", ["00" * 32] * 65]
    if isinstance(value, dict):
        items = [value | {key: other} for key in value for other in changes(value[key], rng)]
        return [*items, *({k: value[k] for k in value if k != key} for key in value), value | {"more": 1}, None, []]
    return [0, "x", {}, []]


@pytest.mark.parametrize(("kind", "name"), [("ballot", "choice"), ("ballot", "weight"), ("turnout", "cells")])
def test_no_part_of_a_proof_can_be_changed(run: Path, kind: str, name: str) -> None:
    proof = prove_cell(run, 30, 1, kind, name)
    check_cell(proof)
    rng = random.Random(5)
    for bad in changes(proof, rng):
        for key in (None, PINNED):
            with pytest.raises(ProofError):
                check_cell(bad, key)


def test_every_flipped_bit_of_the_leaf_and_the_entry(run: Path) -> None:
    proof = prove_cell(run, 8190, 1, name="choice")
    for where, key in ((proof, "entry"), (proof["array"], "leaf")):
        data = b64decode(where[key])
        for at in range(len(data)):
            where[key] = b64encode(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]).decode()
            with pytest.raises(ProofError):
                check_cell(proof)
        where[key] = b64encode(data).decode()
    assert check_cell(proof) == stranger_checks(proof, PINNED)


def test_a_refused_ballot_was_not_counted(run: Path) -> None:
    with pytest.raises(ProofError, match="refused"):
        prove_cell(run, 0, 1, kind="petition")


@pytest.mark.parametrize(("seq", "name"), [(0, "open"), (3, "signed"), (4, "x"), (5, "close"), (1, "note"), (1, "y")])
def test_only_an_array_of_a_permitted_act_can_be_proved(
    run: Path, seq: int, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The prover is made to offer another entry, correctly included in the log."""
    leaf = prove_cell(run, 0, 0, name="choice")["array"]
    data = [line for _, _, line in open_run(run).entries()][seq]
    body = {name: {"dtype": "|b1", "n": MANY, "root": "00" * 32}}
    with monkeypatch.context() as patch:
        patch.setattr(prove_module, "_find_act", lambda *_: (seq, data, {"body": body}))
        patch.setattr(prove_module, "_prove_leaf", lambda *_: (leaf, True))
        patch.setattr(prove_module.RunReader, "array", lambda *_: None)
        patch.setattr(prove_module, "check_cell", lambda _: None)
        proof = prove_cell(run, 0, name=name)
    assert (proof["seq"], b64decode(proof["entry"])) == (seq, data)
    for bad in (proof, proof | {"array": None}):
        with pytest.raises(
            ProofError, match=r"not an act that was permitted|neither an array|has no array|nothing needs"
        ):
            check_cell(bad)


@pytest.mark.parametrize("leaf", [b"", b"\x01", b"\x01" * 99, b"\x01" * 101])
def test_a_signed_array_of_the_wrong_length_proves_nothing(tmp_path: Path, leaf: bytes) -> None:
    whole, root = np.ones(50, "<u2"), sha(b"\0" + leaf).hex()
    for path, said in ((tmp_path / "good", commit(whole).hex()), (tmp_path / "bad", root)):
        with RunFolder.create(path, {}) as folder:
            folder.log.keep(whole)
            entry = {"seq": 0, "day": 0, "by": "members", "kind": "ballot", "facts": {}, "denied": []}
            folder.log.append(encode(entry | {"body": {"a": {"dtype": "<u2", "n": 50, "root": said}}}))
            folder.finish(KEY)
    proof = prove_cell(tmp_path / "good", 49)
    proof["entry"] = b64encode((tmp_path / "bad" / "entries.jsonl").read_bytes()[:-1]).decode()
    proof["checkpoint"] = (tmp_path / "bad" / "checkpoint").read_text()
    proof["array"]["leaf"] = b64encode(leaf).decode()
    with pytest.raises(ProofError, match="wrong length"):
        check_cell(proof)


def test_the_seed_is_the_signed_one(run: Path) -> None:
    proof = prove_cell(run, 0, 0, kind="turnout")
    manifest, spec = proof["seed"]["manifest"], proof["seed"]["spec"]
    other = spec.replace("commons", "budgets")
    assert other != spec
    for bad, reason in (
        ({"manifest": manifest, "spec": other}, "spec is not the one"),
        ({"manifest": manifest.replace('"test"', '"tost"'), "spec": spec}, "manifest is not the one"),
    ):
        with pytest.raises(ProofError, match=reason):
            check_cell(proof | {"seed": bad})


def test_somebody_elses_signature(run: Path, tmp_path: Path) -> None:
    other = key_from_seed(b"the key of somebody who forges..", "example.org")
    proof = prove_cell(write_run(tmp_path / "run", key=other), 0, 0, name="choice")
    assert check_cell(proof) == bool(ballots(0)[0])
    with pytest.raises(ProofError, match="not by the key that was given"):
        check_cell(proof, PINNED)
    mixed = copy.deepcopy(prove_cell(run, 0, 0, name="choice"))
    mixed["checkpoint"] = proof["checkpoint"]
    with pytest.raises(ProofError):
        check_cell(mixed)
    with pytest.raises(ProofError):
        check_cell(proof, "no key")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_rubbish_gives_a_traceback(run: Path, data: st.DataObject) -> None:
    proof = prove_cell(run, 0, 0, name="choice")
    key = data.draw(st.sampled_from([None, *proof]))
    rubbish = data.draw(JSON)
    bad = rubbish if key is None else proof | {key: rubbish}
    if json.dumps(bad) != json.dumps(proof):
        with pytest.raises(ProofError):
            check_cell(bad)


def test_every_entry_is_proved_and_no_part_of_the_proof_can_be_changed(run: Path) -> None:
    rng = random.Random(5)
    lines = [data for _, _, data in open_run(run).entries()]
    for seq, line in enumerate(lines):
        proof = prove_entry(run, seq)
        assert encode(check_entry(proof)) == line
        for key in proof:
            for other in changes(proof[key], rng):
                with pytest.raises(ProofError):
                    check_entry(proof | {key: other})
    with pytest.raises(ProofError, match="there is no entry"):
        prove_entry(run, len(lines))
    with pytest.raises(ProofError, match="an object of"):
        check_entry(prove_cell(run, 3, name="choice"))
