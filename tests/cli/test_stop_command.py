"""`isonomia stop`: an attack is played in a world it is on, or not at all, and it is said who governs."""

from __future__ import annotations

import json

from click.testing import CliRunner

from isonomia.cli.main import main

SMALL = ("--members", "20", "--seeds", "1", "--days", "12")


def test_an_attack_goes_to_its_own_world_and_nowhere_else() -> None:
    found = CliRunner().invoke(main, ["stop", "flash-loan", *SMALL, "--json"])
    assert json.loads(found.stdout)["world"] == "treasury"
    assert json.loads(found.stdout)["sets"] != [[]], "flawed falls to it"
    refused = CliRunner().invoke(main, ["stop", "captured-governor", "--world", "treasury", *SMALL])
    assert refused.exit_code == 2
    assert "is not an attack on treasury" in refused.output


def test_words_alone_are_held_by_whatever_keeps_them_from_who_obeys_them() -> None:
    found = CliRunner().invoke(main, ["stop", "petition-persuasion", *SMALL])
    assert "under the governor credulous" in found.output
    assert "petitions.level = quarantine" in found.output
    assert "that is so of credulous, which obeys scripted orders alone" in found.output
    kept = CliRunner().invoke(main, ["stop", "petition-persuasion", "--from", "hardened-1", *SMALL])
    assert "hardened-1 holds petition-persuasion as it stands, under the governor credulous" in kept.output
    assert "that is so of credulous" in kept.output
    typed = CliRunner().invoke(main, ["stop", "petition-injection", *SMALL])
    assert "petitions.level" in typed.output
    assert "that is so of" not in typed.output
