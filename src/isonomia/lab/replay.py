"""The same run again, from its record alone: no governor, no attack, no clock, no network.

Acts are submitted as recorded; what an office owed at dawn comes of itself; what was no act at all is noted again as it
was noted. If the roots agree, the record is what these acts do in this world. They are judged by the charter's law:
where another was applied, a replay differs at the first verdict that is not the charter's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from isonomia.basics.acts import Act
from isonomia.basics.canonical import decode
from isonomia.lab.incidents.recording import found_again
from isonomia.lab.plugins import find, worlds
from isonomia.lab.run import found
from isonomia.lab.spec import spec_from_plain
from isonomia.polity.admission import restore_body
from isonomia.polity.polity import Polity
from isonomia.record.folder import open_run
from isonomia.record.log import Log


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found. `differs`: the first entry that came out otherwise than it stands on disk, or None.

    Where the roots agree and an entry differs all the same, the acts are the signed ones and that entry was changed.

    `notes`: what was no act, as the record says it, with how often. The acts of whoever was late or malformed are not
    on record, so a replay repeats these words and cannot confirm them: read them.
    """

    same: bool
    root: str
    recorded_root: str
    submitted: int
    owed: int
    noted: int
    notes: tuple[str, ...]
    differs: int | None


def replay(path: str | Path) -> Replay:
    """Replay a run folder. Raises RecordError when it is no finished run."""
    reader = open_run(path)
    kept = BytesIO()
    log = Log(kept)
    polity = _founded(reader.spec, log)
    notes: Counter[str] = Counter()
    counts = {"submitted": 0, "owed": 0, "noted": 0}
    for seq, _offset, line in reader.entries():
        entry = decode(line)
        if "kind" not in entry and "close" not in entry:
            continue  # the opening, and effects that did not fit into the close
        if "close" in entry:
            polity.close_day()
        else:
            if entry["body"] is None:
                notes[f"{entry['by']}: {entry['denied'][0]}"] += 1
            counts[_again(polity, entry, partial(reader.array, seq))] += 1
    again = kept.getvalue().splitlines()
    differs = next((seq for seq, _, line in reader.entries() if seq >= len(again) or again[seq] != line), None)
    root = log.root().hex()
    same = differs is None and root == reader.checkpoint.root.hex()
    return Replay(
        same,
        root,
        reader.checkpoint.root.hex(),
        **counts,
        notes=tuple(f"{note} ({n})" for note, n in sorted(notes.items())),
        differs=differs,
    )


def _founded(plain: Mapping[str, Any], log: Log) -> Polity:
    """The polity of a recorded run, of a spec or of an incident."""
    if "incident" in plain:
        return found_again(plain, log)
    spec = spec_from_plain(plain)
    return found(spec, find("world", worlds(), spec.world), log)[0]


def _again(polity: Polity, entry: Mapping[str, Any], read: Any) -> str:
    """Do one entry again; how it counts."""
    if entry["body"] is None:
        polity.refuse(entry["by"], entry["kind"], entry["denied"][0])
        return "noted"
    if entry["by"].startswith("office:"):
        return "owed"
    body = restore_body(entry["body"], read)
    polity.submit(Act(entry["by"], entry["kind"], entry["day"], body), entry["by"])
    return "submitted"
