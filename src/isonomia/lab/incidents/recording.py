"""A replay of an incident kept as a run folder: it verifies like any, and replays from its acts alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from typing import Any

from isonomia.basics.errors import IsonomiaError
from isonomia.constitution.charter import Charter, from_plain, to_plain
from isonomia.lab.incidents.file import read_incident
from isonomia.lab.incidents.incident import Incident
from isonomia.lab.incidents.polity import WORLD, found
from isonomia.lab.incidents.replaying import Replayed, play
from isonomia.polity.polity import Polity
from isonomia.record.folder import RunFolder
from isonomia.record.keys import load_or_create_key
from isonomia.record.log import Log


def record_incident(incident: Incident, charter: Charter, path: Path) -> Replayed:
    """Replay under a charter into a run folder. A folder that is no run of ours is left alone."""
    if path.exists() and any(path.iterdir()):
        if not (path / "spec.json").exists():
            raise IsonomiaError(f"{path}: is not empty, and no run; name another folder")
        rmtree(path)
    spec = {
        "charter": to_plain(charter),
        "incident": incident.text,
        "seed": 0,
        "spec_version": 1,
        "where": incident.where,
        "world": WORLD,
    }
    with RunFolder.create(path, spec) as folder:
        replayed = play(incident, charter, log=folder.log)
        folder.finish(load_or_create_key())
    return replayed


def found_again(plain: Mapping[str, Any], log: Log) -> Polity:
    """The polity of a recorded incident, founded anew, with no act done: what `replay` begins from."""
    incident = replace(read_incident(plain["incident"], plain["where"]), charter=from_plain(plain["charter"]))
    polity, _ = found(incident.id, incident.charter, incident.founding, incident.holders, log)
    return polity
