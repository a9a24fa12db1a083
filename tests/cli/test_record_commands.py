"""`isonomia verify`, `replay`, `show`, `prove` and `check`, as people and programs call them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from isonomia.basics.canonical import decode
from isonomia.cli.main import main
from isonomia.lab.plugins import attacks, worlds
from isonomia.lab.recording import record_run
from isonomia.lab.spec import Spec
from isonomia.record.folder import open_run
from isonomia.record.keys import key_from_seed, load_or_create_key
from small_polity import charter_of

OTHER = key_from_seed(b"somebody else's thirty-two bytes", "elsewhere.org")


@pytest.fixture(scope="module", autouse=True)
def _own_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ISONOMIA_KEY", str(tmp_path_factory.mktemp("key") / "log.key"))
        yield


def record(path: Path, world: str, attack: str) -> Path:
    spec = Spec(world, charter_of("accountable").in_world(world), members=30, days=6, after=6, seed=2)
    prepared = worlds()[world].prepare(spec, None)
    record_run(
        Spec(**{**vars_of(prepared), "attack": attack, "governor": attacks()[attack].card.governor}),
        path,
    )
    return path


def vars_of(spec: Spec) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in Spec.__dataclass_fields__}


@pytest.fixture(scope="module", params=sorted(worlds()))
def recorded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp(request.param) / "run", request.param, "captured-governor")


@pytest.fixture(scope="module")
def commons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("one") / "run", "commons", "captured-governor")


def call(*args: object) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def spoiled(run: Path, tmp_path: Path) -> Path:
    """A copy with one byte of one entry changed."""
    copy = tmp_path / "spoiled"
    shutil.copytree(run, copy)
    entries = bytearray((copy / "entries.jsonl").read_bytes())
    at = len(entries) * 2 // 3
    entries[at] ^= 1
    (copy / "entries.jsonl").write_bytes(bytes(entries))
    return copy


# -- verify ------------------------------------------------------------------------------------------------------------
def test_verify_says_ok_and_what_it_does_not_say(recorded: Path) -> None:
    result = call("verify", recorded)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("ok  ")
    assert "12 days" in result.stdout
    assert "does not say who signed" in result.stdout


def test_verify_as_json(recorded: Path) -> None:
    found = json.loads(call("verify", recorded, "--json").stdout)
    assert set(found) >= {"ok", "size", "days", "root", "signer", "faults"}
    assert (found["ok"], found["days"], found["faults"]) == (True, 12, [])
    assert found["size"] == sum(1 for _ in open_run(recorded).entries())


def test_verify_with_the_signers_key_and_root(recorded: Path) -> None:
    root = json.loads(call("verify", recorded, "--json").stdout)["root"]
    key = load_or_create_key().verifier.text
    pinned = call("verify", recorded, "--key", key, "--root", root)
    assert pinned.exit_code == 0
    assert "does not say who signed" not in pinned.stdout
    assert call("verify", recorded, "--key", OTHER.verifier.text).exit_code == 1
    assert call("verify", recorded, "--root", "00" * 32).exit_code == 1


def test_verify_finds_a_changed_byte(recorded: Path, tmp_path: Path) -> None:
    result = call("verify", spoiled(recorded, tmp_path))
    assert result.exit_code == 1
    assert result.stdout.startswith("BAD entries.jsonl")
    found = json.loads(call("verify", tmp_path / "spoiled", "--json").stdout)
    assert found["ok"] is False
    assert found["faults"]


# -- replay ------------------------------------------------------------------------------------------------------------
def test_replay_says_the_same_root(recorded: Path) -> None:
    result = call("replay", recorded)
    assert result.exit_code == 0, result.output
    root = json.loads(call("verify", recorded, "--json").stdout)["root"]
    assert f"same root {root}" in result.stdout
    found = json.loads(call("replay", recorded, "--json").stdout)
    assert set(found) >= {"same", "root", "recorded_root", "submitted", "owed", "noted", "differs"}
    assert found["same"] is True
    assert found["root"] == found["recorded_root"] == root
    assert found["differs"] is None


def test_replay_of_an_altered_spec_says_where(commons: Path, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(commons, copy)
    (copy / "spec.json").write_bytes((copy / "spec.json").read_bytes().replace(b"4 * stock", b"5 * stock"))
    result = call("replay", copy)
    assert result.exit_code == 1
    assert "NOT THE SAME: entry 0" in result.stdout
    assert json.loads(call("replay", copy, "--json").stdout)["differs"] == 0


def test_replay_tells_a_changed_entry_from_another_outcome(commons: Path, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(commons, copy)
    root = json.loads(call("verify", commons, "--json").stdout)["root"]
    lines = (copy / "entries.jsonl").read_bytes().splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if b'"denied":[]' in line)
    changed = lines[at].replace(b'"denied":[]', b'"denied":["A.1"]')
    (copy / "entries.jsonl").write_bytes(b"".join([*lines[:at], changed, *lines[at + 1 :]]))
    said = call("replay", copy)
    assert said.exit_code == 1
    assert f"NOT THE SAME: entry {at} on disk is not what was signed" in said.stdout
    assert said.stdout.count(root) == 1, "the same root twice would say nothing"
    found = json.loads(call("replay", copy, "--json").stdout)
    assert (found["same"], found["differs"], found["root"], found["recorded_root"]) == (False, at, root, root)


# -- show --------------------------------------------------------------------------------------------------------------
def test_show_has_a_line_a_day(recorded: Path) -> None:
    result = call("show", recorded)
    assert result.exit_code == 0
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [["day", str(day)] for day in range(12)]


def test_show_of_one_day_has_every_act_of_it(recorded: Path) -> None:
    acts = [e for e in (decode(line) for _, _, line in open_run(recorded).entries()) if "kind" in e and e["day"] == 1]
    result = call("show", recorded, "--day", 1)
    assert result.exit_code == 0
    assert acts
    for entry in acts:
        assert f"#{entry['seq']}" in result.stdout
    refused = [entry for entry in acts if entry["denied"]]
    assert result.stdout.count("refused: ") == len(refused)
    assert result.stdout.count("permitted") == len(acts) - len(refused)


def test_show_as_json_is_the_records_own_lines(recorded: Path) -> None:
    lines = [line.decode() for _, _, line in open_run(recorded).entries()]
    assert call("show", recorded, "--json").stdout.splitlines() == lines
    of_day = call("show", recorded, "--day", 3, "--json").stdout.splitlines()
    assert of_day == [line for line in lines if json.loads(line)["day"] == 3]


def test_show_of_a_day_that_was_not(recorded: Path) -> None:
    result = call("show", recorded, "--day", 99)
    assert result.exit_code == 2
    assert "days 0 to 11" in result.stderr


# -- prove and check ---------------------------------------------------------------------------------------------------
def test_a_members_ballot_is_proven_and_checked_by_a_stranger(recorded: Path, tmp_path: Path) -> None:
    for member in (0, 7):
        proof = tmp_path / f"{member}.json"
        told = call("prove", recorded, "--member", member, "--out", proof)
        assert told.exit_code == 0, told.output
        assert f"member {member}'s ballot" in told.stdout
        assert f"written to {proof}" in told.stdout
        assert call("check", proof).exit_code == 0
        assert call("check", proof, "--key", load_or_create_key().verifier.text).exit_code == 0
        other = call("check", proof, "--key", OTHER.verifier.text)
        assert other.exit_code == 1
        assert other.stdout.startswith("BAD ")


def test_a_proof_says_what_was_voted(commons: Path) -> None:
    reader = open_run(commons)
    for _, _, line in reader.entries():
        entry = decode(line)
        if entry.get("kind") == "ballot" and entry["day"] == 4 and entry["by"] == "members":
            cast = reader.array(entry["seq"], "choice").tolist()
    words = {0: "no vote", 1: "lower", 2: "raise", 3: "hold"}
    for member, mark in enumerate(cast):
        assert f"“{words[mark]}”" in call("prove", commons, "--member", member, "--day", 4).stdout
        proof = json.loads(call("prove", commons, "--member", member, "--day", 4, "--json").stdout)
        assert proof["value"] == mark


def test_a_proof_that_was_altered_is_refused(commons: Path, tmp_path: Path) -> None:
    proof = json.loads(call("prove", commons, "--member", 3, "--json").stdout)
    for change in ({"value": (proof["value"] + 1) % 4}, {"cell": 10**6}, {"path": []}, {"size": 1}):
        altered = tmp_path / "altered.json"
        altered.write_text(json.dumps({**proof, **change}))
        result = call("check", altered)
        assert result.exit_code == 1, change
        assert result.stdout.startswith("BAD ")


@pytest.mark.parametrize("text", ["", "[]", "not json", '{"value": 1}', "\x00"])
def test_what_is_no_proof_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "proof.json").write_text(text)
    result = call("check", tmp_path / "proof.json")
    assert result.exit_code == 1
    assert result.stdout.startswith("BAD ")
    assert result.stderr == ""


def test_nobody_votes_for_a_member_who_is_not(recorded: Path) -> None:
    result = call("prove", recorded, "--member", 12_345)
    assert result.exit_code == 2
    assert "12,345" in result.stderr or "12345" in result.stderr
    assert call("prove", recorded, "--member", -1).exit_code == 2


def test_a_proof_onto_a_full_disk_ends_with_3(commons: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this machine has no /dev/full")
    result = call("prove", commons, "--member", 1, "--out", "/dev/full")
    assert result.exit_code == 3
    assert "No space left" in result.stderr


# -- called wrong ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("command", ["verify", "replay", "show", "prove"])
@pytest.mark.parametrize("what", ["missing", "a file", "an empty folder", "unfinished"])
def test_what_is_no_finished_run_is_said(command: str, what: str, commons: Path, tmp_path: Path) -> None:
    path = tmp_path / "run"
    if what == "a file":
        path.write_text("hello")
    elif what == "an empty folder":
        path.mkdir()
    elif what == "unfinished":
        shutil.copytree(commons, path)
        (path / "checkpoint").unlink()
    result = call(command, path, *(("--member", 1) if command == "prove" else ()))
    finding = command == "verify" and what != "missing"  # a path that is not there was only mistyped
    assert result.exit_code == (1 if finding else 2), result.output
    assert "Traceback" not in result.output
    assert result.exception is None or type(result.exception) is SystemExit
    assert 0 < len(result.output.strip().splitlines()) <= 6


@pytest.mark.parametrize(
    "args", [["verify"], ["replay", "a", "b"], ["show", "x", "--day", "-1"], ["prove", "x"], ["check"], ["nonsense"]]
)
def test_a_wrong_call_ends_with_2(args: list[str]) -> None:
    result = call(*args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr


def test_every_command_has_help_and_a_line_in_the_list() -> None:
    listed = call("--help").stdout
    for name in ("break", "verify", "replay", "show", "prove", "check", "charter", "play", "bench"):
        assert f"\n  {name} " in listed
        said = call(name, "--help")
        assert said.exit_code == 0
        assert len(said.stdout.splitlines()) > 4
    assert call("--version").stdout.startswith("isonomia")


def test_a_whole_sweep_is_verified_run_by_run_and_against_its_result(tmp_path: Path) -> None:
    out = tmp_path / "out"
    small = ("--attack", "sybil-majority", "--seeds", 2, "--days", 3, "--members", 20, "--out", out)
    assert call("break", "flawed", *small).exit_code == 0
    assert call("verify", out).exit_code == 0
    result = json.loads((out / "result.json").read_text())
    assert json.loads(call("verify", out, "--json").stdout)["ok"] is True
    for root in (result["cells"][0]["root"], "0" * 64):
        refused = call("verify", out, "--root", root)
        assert refused.exit_code == 2
        assert "belongs to one run" in refused.stderr
        assert refused.stdout == ""
    told = result["cells"][0]["root"]
    (out / "result.json").write_text(json.dumps(result).replace(told, "0" * 64))
    assert call("verify", out).exit_code == 1, "the result tells of another run"
    (out / "result.json").write_text(json.dumps(result))
    entries = out / result["cells"][0]["run"] / "entries.jsonl"
    data = bytearray(entries.read_bytes())
    data[len(data) // 2] ^= 1
    entries.write_bytes(data)
    found = call("verify", out)
    assert found.exit_code == 1
    assert "entries.jsonl" in found.stdout
    (out / "result.json").write_text("{}")
    assert call("verify", out).exit_code == 2


def test_a_governor_that_never_plays_alike_is_told_of_as_it_is_recorded(tmp_path: Path) -> None:
    mine = tmp_path / "moody.py"
    mine.write_text(
        "import os\n"
        "class Moody:\n"
        "    day = -1\n"
        "    def act(self, view):\n"
        "        from isonomia.basics.acts import Act\n"
        "        if view['day'] == self.day:\n"
        "            return None\n"
        "        self.day = view['day']\n"
        "        stock = int.from_bytes(os.urandom(4), 'big')\n"
        "        return Act('governor', 'report', self.day, {'stock': stock})\n"
    )
    out = tmp_path / "out"
    small = ("--attack", "sybil-majority", "--seeds", 2, "--days", 3, "--members", 20, "--out", out)
    assert call("break", "flawed", "--governor", f"{mine}:Moody", *small).exit_code == 0
    assert call("verify", out).exit_code == 0, "the result names the root of the run that is kept"
