"""The table of attempts: what it refuses, and that writing loses nothing."""

from dataclasses import fields
from math import nan

import numpy as np
import pytest

from isonomia.basics.errors import IsonomiaError
from isonomia.transfer.attempts import (
    Attempts,
    AttemptsError,
    Names,
    Row,
    from_rows,
    joined,
    read_parquet,
    read_regular_csv,
    to_rows,
    write_attempts,
)
from isonomia.transfer.labels.reading import read_labels

ROWS = [
    Row("m", "locks", "attack", "twin, 1", "plain “words”", "s1", 1, 0.25, 0, 0.5, 12.0, 1),
    Row("m", "locks", "attack", "twin, 1", "fiction\nwith a line", "s1", 2, nan, -1, nan, 0.5, 1),
    Row("m", "locks", "tripwire", "0", "", "", 1, 0.0, 1, nan, 0.0),
]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_what_is_written_is_read(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    write_attempts(from_rows(ROWS), path)
    found = read_labels(path).attempts
    assert found is not None
    assert repr(list(to_rows(found))) == repr(ROWS)


def test_the_fast_way_and_the_forgiving_way_read_the_same(tmp_path):
    path = tmp_path / "a.csv"
    write_attempts(from_rows(ROWS), path)
    fast = read_regular_csv(path)
    assert fast is not None
    path.write_text(path.read_text().replace("locks", " locks"))
    assert read_regular_csv(path) is None
    assert repr(list(to_rows(fast))) == repr(list(to_rows(read_labels(path).attempts))) == repr(ROWS)


@pytest.mark.parametrize("cell", ["x", "1.5", "inf", "-1"])
def test_the_fast_way_leaves_faults_to_the_one_that_names_them(tmp_path, cell):
    path = tmp_path / "a.csv"
    path.write_text(f"target,category,arm,twin,attempt,grade\nm,c,attack,t,1,{cell}\n")
    assert read_regular_csv(path) is None
    with pytest.raises(IsonomiaError, match="line 2: grade"):
        read_labels(path)


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(AttemptsError, match="parquet"):
        write_attempts(from_rows(ROWS), tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    "change",
    [
        {"arm": "attck"},
        {"attempt": 0},
        {"grade": 1.5},
        {"refused": 2},
        {"rating": np.inf},
        {"cost": -1.0},
        {"cost": nan},
        {"choice": -1},
        {"choice": 2},
    ],
)
def test_a_value_out_of_range_is_refused(change):
    with pytest.raises(AttemptsError):
        from_rows([ROWS[0]._replace(**change)])


def test_what_is_chosen_is_on_record_on_the_same_item_and_made_by_then(tmp_path):
    lost = [ROWS[0]._replace(attempt=3, choice=2), ROWS[0]]
    with pytest.raises(AttemptsError, match="row 1: choice 2 is no attempt on record on m · locks · attack · twin, 1"):
        from_rows(lost)
    assert len(from_rows([*lost, ROWS[0]._replace(attempt=2)])) == 3
    path = tmp_path / "a.csv"
    path.write_text("target,category,arm,twin,attempt,grade,choice\nm,c,attack,t,1,1,2\n")
    with pytest.raises(IsonomiaError, match="line 2: choice is an attempt from 1 to 1"):
        read_labels(path)


def test_an_attempt_stands_once_in_a_table_and_in_all_together():
    table = from_rows(ROWS)
    with pytest.raises(AttemptsError, match="attempt 1 on m · locks · attack · twin, 1 stands twice"):
        from_rows([ROWS[0], ROWS[0]])
    with pytest.raises(AttemptsError, match="twice"):
        joined([table, table])
    other = from_rows([row._replace(target="a") for row in ROWS])
    assert sorted(map(repr, to_rows(joined([table, other])))) == sorted(map(repr, [*to_rows(table), *to_rows(other)]))


def test_columns_are_equally_long():
    cells = {field.name: getattr(from_rows(ROWS), field.name) for field in fields(Attempts)}
    with pytest.raises(AttemptsError, match="category"):
        Attempts(**(cells | {"category": Names(np.zeros(2, dtype=np.int64), ("locks",))}))


def test_a_parquet_file_of_something_else_is_refused(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.table({"target": ["m"]}), tmp_path / "x.parquet")
    with pytest.raises(AttemptsError, match="category, arm"):
        read_parquet(tmp_path / "x.parquet")
    (tmp_path / "y.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(AttemptsError, match="Parquet"):
        read_labels(tmp_path / "y.parquet")
