"""`isonomia stop`: an attack is played in a world it is on, or not at all."""

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
