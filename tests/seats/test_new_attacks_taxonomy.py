"""The table of sixty-six attacks says no more than the cards and the incident files do."""

from __future__ import annotations

from pathlib import Path

import pytest

from isonomia.basics.errors import Faults
from isonomia.lab.plugins import attacks
from isonomia.lab.taxonomy import COVERED, NEEDS, NOT_HERE, incidents_by_row, joined, rows_of_taxonomy, taxonomy_rows


def test_there_are_sixty_six_rows_each_with_one_reason() -> None:
    rows = rows_of_taxonomy()
    assert list(rows) == [f"T{number:02d}" for number in range(1, 67)]
    for row in rows.values():
        assert ("needs" in row) != ("not_here" in row), row["id"]
        assert all(len(text) > 2 for text in row.values())
    assert len({row["vector"] for row in rows.values()}) == 66


def test_a_row_is_covered_exactly_where_a_card_or_an_incident_says_so() -> None:
    claimed = {number for attack in attacks().values() for number in attack.card.taxonomy}
    claimed |= {number for _, numbers in incidents_by_row() for number in numbers}
    rows = taxonomy_rows()
    assert {row["id"] for row in rows if row["status"] == COVERED} == claimed
    for row in rows:
        assert bool(row["by"]) == (row["status"] == COVERED)
        assert bool(row["note"]) == (row["status"] != COVERED)
        assert row["status"] in (COVERED, NEEDS, NOT_HERE)


def test_rows_are_joined_from_both_sides_and_unknown_ones_are_faults() -> None:
    rows = {number: rows_of_taxonomy()[number] for number in ("T01", "T36")}
    found = joined(rows, [("loan", ("T01",)), ("another", ("T01",))])
    assert [(row["status"], row["by"]) for row in found] == [(COVERED, ["another", "loan"]), (NOT_HERE, [])]
    assert [row["status"] for row in joined(rows, [])] == [NEEDS, NOT_HERE]
    with pytest.raises(Faults, match="T99"):
        joined(rows, [("odd", ("T99",))])


def test_incident_files_are_read_for_their_rows(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text('id = "second"\ntaxonomy = ["T02", "T09"]\n')
    (tmp_path / "a.toml").write_text('title = "no rows"\n')
    assert incidents_by_row(tmp_path) == [("a", ()), ("second", ("T02", "T09"))]
    assert incidents_by_row(tmp_path / "none") == []
