"""`isonomia charter check|show|diff|new`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isonomia.cli.main import main
from isonomia.constitution.charter import diff, from_plain, to_plain
from isonomia.constitution.charter_file import shipped
from isonomia.constitution.ladders import LADDERS
from isonomia.lab.charters import load


def call(*args: object) -> Result:
    return CliRunner().invoke(main, ["charter", *[str(arg) for arg in args]])


def write(tmp_path: Path, text: str, name: str = "mine.toml") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", shipped())
def test_shipped_charters_have_no_faults(name: str) -> None:
    result = call("check", name)
    assert result.exit_code == 0
    found = load(name)
    assert f"{len(found.articles)} articles, {len(found.obligations)} obligations" in result.stdout


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        'extends = "flawed"\n[identity]\nlevel = "closed"\n[[article]]\nid = "N.1"\non = "set_quota"\n'
        'world = "commons"\ntext = "stok_measured > 1"\n[[article]]\nid = "N.2"\non = "clame"\ntext = "1 == 1"\n',
    )
    result = call("check", path)
    assert result.exit_code == 2
    assert result.stdout == ""
    for part in ("identity.level", '"N.1"', "stok_measured", "did you mean stock_measured", '"N.2"', "clame"):
        assert part in result.stderr, part
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "not TOML"),
        ('extends = "nobody.toml"', "nobody.toml"),
        ("name = 5", "name: wants text"),
        ("identity = 3", "identity"),
        ('remove = "A.1"', "remove"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str, tmp_path: Path) -> None:
    result = call("check", write(tmp_path, text))
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["check", "show"])
def test_a_charter_that_is_not_there(command: str, tmp_path: Path) -> None:
    for missing in ("no-such", tmp_path / "no.toml", tmp_path):
        result = call(command, missing)
        assert result.exit_code == 2, missing
        assert str(missing) in result.stderr
        assert result.stdout == ""


def test_a_directory_is_said_to_be_one(tmp_path: Path) -> None:
    assert f"{tmp_path}: is a directory" in call("check", tmp_path).stderr


def test_show_says_of_which_world_a_levels_article_is() -> None:
    lines = [line.strip() for line in call("show", "hardened").stdout.splitlines()]
    found = [a for office in LADDERS for a in load("hardened").level(office).articles if a.id == "operator.report"]
    assert len({article.world for article in found}) == len(found) > 1
    for article in found:
        assert lines.count(f"operator.report on report ({article.world}): {article.text}") == 1


def test_show_has_every_level_and_text() -> None:
    said = call("show", "hardened").stdout
    found = load("hardened")
    for office in LADDERS:
        assert found.level(office).name in said
    for item in (*found.articles, *found.obligations):
        assert item.id in said
        assert item.text in said
    for duty in found.duties:
        assert duty.unless in said
    assert "identity.vouched on join" in said, "what a level brings is law too"
    assert "operator.set_quota on set_quota" in said


@pytest.mark.parametrize("name", shipped())
def test_show_as_json_is_the_whole_charter(name: str) -> None:
    plain = json.loads(call("show", name, "--json").stdout)
    assert plain == json.loads(json.dumps(to_plain(load(name))))
    assert from_plain(plain) == load(name)


def test_diff_says_each_change_once() -> None:
    for one in shipped():
        for other in shipped():
            said = call("diff", one, other).stdout.splitlines()
            assert said == (diff(load(one), load(other)) or ["they bind alike"])
    assert call("diff", "flawed", "hardened-1").stdout == "petitions.level: raw → quarantine\n"


def test_diff_shows_an_article_that_was_changed_and_one_that_went(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        'extends = "flawed"\nremove = ["A.2", "A.1"]\n[[article]]\nid = "A.1"\non = "ballot"\ntext = "not voted"\n',
    )
    said = call("diff", "flawed", path).stdout.splitlines()
    assert any(line.startswith("- article A.2") for line in said)
    assert "~ article A.1: on ballot, voters <= accounts and not voted → on ballot, not voted" in said
    assert len(said) == 2


@pytest.mark.parametrize("parent", shipped())
def test_a_new_charter_has_no_faults_and_binds_like_its_parent(parent: str, tmp_path: Path) -> None:
    result = call("new", "--from", parent)
    assert result.exit_code == 0
    path = write(tmp_path, result.stdout)
    assert call("check", path).exit_code == 0
    assert diff(load(parent), load(str(path))) == []
    assert load(str(path)).name == "mine"


def test_new_from_what_is_not_there(tmp_path: Path) -> None:
    result = call("new", "--from", tmp_path / "no.toml")
    assert result.exit_code == 2
    assert result.stdout == ""


@pytest.mark.parametrize("args", [[], ["nonsense"], ["check"], ["diff", "flawed"], ["show", "flawed", "--no-such"]])
def test_a_wrong_call_ends_with_2(args: list[str]) -> None:
    result = call(*args)
    assert result.exit_code == 2
    assert "Usage" in result.output
