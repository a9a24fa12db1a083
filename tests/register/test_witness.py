"""The independent reader: it finds every verdict that is not the ratified law's, and no other."""

import numpy as np
import pytest

from isonomia.basics.canonical import decode, encode
from isonomia.lab.port import Port
from small_polity import GOVERNOR, MEMBERS, STRANGER, Town, marks


@pytest.fixture
def lived():
    """A town with permitted acts, acts refused by articles and by role, and what was no act at all."""
    town = Town("accountable")
    reader = Port(town.polity).witness()
    for day in range(3):
        town.act(MEMBERS, "ballot", choice=marks(*[2] * 20))
        town.act(MEMBERS, "ballot", choice=marks(2))
        town.act(MEMBERS, "set_quota", quota=10**6)
        town.act(GOVERNOR, "set_reserve", permille=100 + 300 * day)
        town.act(STRANGER, "report", nonsense=1)
        town.polity.submit("rubbish", STRANGER)
        town.act(MEMBERS, "claim", milli=np.full(20, 1000, "<u2"))
        town.close()
    verdicts = [tuple(e["denied"]) for e in town.record.entries if e.get("body") is not None]
    assert {(), ("role",), ("A.1",), ("A.6",)} <= set(verdicts)
    return town, reader


def test_where_the_ratified_law_was_applied_nothing_is_found(lived):
    town, reader = lived
    assert reader.read(town.record.lines) == []


def test_every_altered_verdict_is_found_and_no_other(lived):
    town, reader = lived
    altered = 0
    for line in town.record.lines:
        entry = decode(line)
        if entry.get("body") is None:
            continue
        for denied in ([], ["role"], ["A.1"], ["A.1", "A.6"]):
            found = reader.read([encode(entry | {"denied": denied})])
            if denied == entry["denied"]:
                assert found == []
                continue
            altered += 1
            (mismatch,) = found
            assert (mismatch.seq, mismatch.by, mismatch.kind) == (entry["seq"], entry["by"], entry["kind"])
            assert mismatch.recorded == tuple(denied)
            assert mismatch.ratified == tuple(entry["denied"])
    assert altered > 40
