"""A run on record: it verifies, it comes out the same from its acts alone, and what was altered is found."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stage import ARENAS, governed, spec_of

from isonomia.basics.canonical import decode, encode
from isonomia.lab.plugins import attacks
from isonomia.lab.recording import record_run, tell_run
from isonomia.lab.replay import replay
from isonomia.lab.run import run
from isonomia.lab.spec import Spec, spec_from_plain
from isonomia.record.errors import RecordError
from isonomia.record.folder import RunFolder, open_run
from isonomia.record.keys import key_from_seed, load_or_create_key
from isonomia.record.verify import check_folder

OTHER_KEY = key_from_seed(b"somebody else's thirty-two bytes", "elsewhere.org")


@pytest.fixture(scope="module", autouse=True)
def _own_key(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ISONOMIA_KEY", str(tmp_path_factory.mktemp("key") / "log.key"))
        yield


def small(name: str, world: str, charter: str = "flawed") -> Spec:
    return replace(governed(spec_of(world, charter, members=30, days=8, after=8, seed=5), name), attack=name)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "run"
    record_run(small("captured-governor", "commons", "accountable"), path)
    return path


def copy_of(recorded: Path, tmp_path: Path) -> Path:
    shutil.copytree(recorded, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.mark.parametrize(("name", "world"), ARENAS)
def test_every_attack_in_every_world_verifies_and_replays(name: str, world: str, tmp_path: Path) -> None:
    spec = small(name, world)
    record_run(spec, tmp_path / "run")
    found = check_folder(tmp_path / "run")
    assert found.ok, found.faults
    assert found.days == 16
    again, played = replay(tmp_path / "run"), run(spec)
    assert again.submitted > 0
    assert again.recorded_root == found.root == played.root
    if played.ratified is not None:  # the law was tampered with: whoever plays it by the charter's law finds where
        lawless = played.ratified.read(played.lines)
        assert not again.same
        assert again.differs == lawless[0].seq
        return
    assert again.same
    assert again.differs is None
    assert again.root == found.root


@pytest.mark.parametrize("world", sorted({world for _, world in ARENAS}))
def test_a_benign_twin_replays_too(world: str, tmp_path: Path) -> None:
    record_run(spec_of(world, "vouched", members=30, days=16, after=4, benign=True), tmp_path / "run")
    assert replay(tmp_path / "run").same


def test_what_offices_owe_and_what_was_no_act_come_again(recorded: Path, tmp_path: Path) -> None:
    assert replay(recorded).owed > 0, "the contract suspends a captured governor"
    record_run(replace(small("null", "commons"), members=20), tmp_path / "run")
    assert replay(tmp_path / "run").same

    class Rubbish:
        def act(self, _view: Any) -> Any:
            return "no act"

    spec = spec_of("commons", members=20, days=2, after=1)
    with RunFolder.create(tmp_path / "rubbish", spec.plain()) as folder:
        run(spec, folder.log, {"stranger": Rubbish()})
        folder.finish(load_or_create_key())
    again = replay(tmp_path / "rubbish")
    assert again.same
    assert again.noted == 3


def test_replay_asks_no_governor_no_member_and_no_attack(recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = small("captured-governor", "commons")

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("replay made or asked a seat")

    for attack in attacks().values():
        monkeypatch.setattr(type(attack), "seats", never)
    for name in ("governors.commons.Steward", "governors.commons.Captured", "governors.commons.Idle"):
        for method in ("__init__", "act"):
            monkeypatch.setattr(f"isonomia.seats.{name}.{method}", never)
    for method in ("__init__", "act"):
        monkeypatch.setattr(f"isonomia.seats.members.commons.Members.{method}", never)
    for name in ("run", "honest_seats", "attacking_seats", "seat_from"):
        monkeypatch.setattr(f"isonomia.lab.run.{name}", never)
    with pytest.raises(AssertionError, match="asked a seat"):
        run(spec)  # the same patches do stop a run
    assert replay(recorded).same


def test_a_sealed_run_of_that_name_is_left_alone(recorded: Path) -> None:
    before = (recorded / "checkpoint").read_bytes()
    record_run(small("captured-governor", "commons", "accountable"), recorded)
    assert (recorded / "checkpoint").read_bytes() == before


def test_an_unfinished_run_is_played_again_and_not_replayed_before(recorded: Path, tmp_path: Path) -> None:
    path = copy_of(recorded, tmp_path)
    (path / "checkpoint").unlink()
    with pytest.raises(RecordError):
        replay(path)
    record_run(small("captured-governor", "commons", "accountable"), path)
    assert check_folder(path).ok


def reseal(path: Path, change: Any) -> None:
    """What a forger can do: alter entries into other valid ones, hash all again, sign with a key of their own."""
    old = open_run(path)
    lines, spec = [decode(line) for _, _, line in old.entries()], old.spec
    kept = [{n: old.array(e["seq"], n) for n, v in (e.get("body") or {}).items() if held(v)} for e in lines]
    shutil.rmtree(path)
    with RunFolder.create(path, change(lines, dict(spec)) or spec) as folder:
        for entry, arrays in zip(lines, kept, strict=True):
            for name in sorted(arrays):
                folder.log.keep(arrays[name])
            folder.log.append(encode(entry))
        folder.finish(OTHER_KEY)


def held(value: object) -> bool:
    return isinstance(value, dict) and "root" in value


def lie_about_the_report(lines: list[dict[str, Any]], spec: dict[str, Any]) -> None:  # noqa: ARG001
    report = next(e for e in lines if e.get("kind") == "report")
    report["body"]["stock"] //= 2
    report["facts"]["said"] //= 2


def test_a_forged_entry_under_another_key_is_whole_but_not_by_that_key_and_does_not_replay(
    recorded: Path, tmp_path: Path
) -> None:
    path = copy_of(recorded, tmp_path)
    reseal(path, lie_about_the_report)
    assert check_folder(path).ok, "to the eye it is a whole folder"
    pinned = check_folder(path, load_or_create_key().verifier.text)
    assert not pinned.ok
    assert pinned.faults
    assert check_folder(recorded, load_or_create_key().verifier.text).ok
    assert not check_folder(path, None, check_folder(recorded).root).ok, "nor is it the root one was given"
    again = replay(path)
    assert not again.same
    assert again.differs is not None
    assert again.root != again.recorded_root


def test_resealing_unchanged_still_replays(recorded: Path, tmp_path: Path) -> None:
    """So what the tests around see is the change, and not the resealing."""
    path = copy_of(recorded, tmp_path)
    reseal(path, lambda *_: None)
    assert check_folder(path).ok
    assert replay(path).same


def test_a_denial_made_out_of_a_permit_does_not_replay(recorded: Path, tmp_path: Path) -> None:
    def deny(lines: list[dict[str, Any]], spec: dict[str, Any]) -> None:  # noqa: ARG001
        next(e for e in lines if e.get("kind") == "claim")["denied"] = ["A.2"]

    path = copy_of(recorded, tmp_path)
    reseal(path, deny)
    assert not replay(path).same


@pytest.mark.parametrize("what", ["charter", "seed", "members"])
def test_a_run_whose_spec_was_altered_does_not_replay(what: str, recorded: Path, tmp_path: Path) -> None:
    def alter(lines: list[dict[str, Any]], spec: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001
        plain = json.loads(json.dumps(spec))
        if what == "charter":
            article = next(a for a in plain["charter"]["articles"] if a["id"] == "A.3")
            article["text"] = article["text"].replace("4 *", "5 *")
        else:
            plain[what] += 1
        return plain

    path = copy_of(recorded, tmp_path)
    reseal(path, alter)
    assert check_folder(path).ok
    again = replay(path)
    assert not again.same
    assert again.differs == 0, "the opening commits the spec"


def test_a_spec_altered_in_place_is_found(recorded: Path, tmp_path: Path) -> None:
    path = copy_of(recorded, tmp_path)
    (path / "spec.json").write_bytes((path / "spec.json").read_bytes().replace(b"4 * stock", b"5 * stock"))
    found = check_folder(path)
    assert not found.ok
    assert any("spec.json" in fault for fault in found.faults)
    assert not replay(path).same


def test_a_spec_comes_back_from_its_plain_values() -> None:
    for name, world in ARENAS:
        spec = replace(small(name, world), point={"share": 10})
        again = spec_from_plain(json.loads(json.dumps(spec.plain())))
        assert again == spec
        assert again.digest == spec.digest


def test_a_told_run_is_the_recorded_run(recorded: Path) -> None:
    spec = small("captured-governor", "commons", "accountable")
    told = tell_run(run(spec).lines, "a title", spec.seed)
    found = check_folder(recorded)
    assert (told["root"], told["entries"]) == (found.root, found.size)
    assert [day["day"] for day in told["days"]] == list(range(16))
    acts = [act for day in told["days"] for act in day["acts"]]
    entries = [decode(line) for _, _, line in open_run(recorded).entries()]
    assert [a["entry"] for a in acts] == [e["seq"] for e in entries if "kind" in e][: len(acts)]
    assert all(act["by"] and act["what"] is not None and isinstance(act["denied"], list) for act in acts)
    assert any(act["kind"] == "breach" for act in acts)
