"""The .pb reader: real files as they are, and every fault of a broken one by line and reason."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isonomia.basics.errors import IsonomiaError
from isonomia.worlds.pabulib import BallotError, read_pb

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("ISONOMIA_DATA", ROOT.parent / "shared" / "data")) / "pabulib"
SAMPLES = ROOT / "src" / "isonomia" / "data"
REAL = sorted(DATA.glob("*.pb")) or [
    pytest.param(
        None, marks=pytest.mark.skip(reason="the Pabulib files are not here; ISONOMIA_DATA names their folder")
    )
]


def pb(
    kind="approval", votes=("anna;a,b", "bert;b"), meta=(), projects=("a;600;A", "b;400;B", "c;100;C"), columns=None
):
    columns = columns or "voter_id;vote"
    head = ["META", "key;value", f"num_projects;{len(projects)}", f"num_votes;{len(votes)}"]
    head += ["budget;1000", f"vote_type;{kind}", *meta]
    return "\n".join([*head, "PROJECTS", "project_id;cost;name", *projects, "VOTES", columns, *votes]) + "\n"


def read(tmp_path, text):
    path = tmp_path / "x.pb"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_pb(path)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path and path.stem)
def test_a_real_file_loads_and_its_ballots_add_up_to_its_own_counts(path):
    election = read_pb(path)
    assert election.points.shape == (len(election.voters), len(election.projects))
    assert election.points.dtype == np.dtype("<u2")
    assert not election.points.flags.writeable
    assert (len(election.voters), len(election.projects)) == (
        int(election.meta["num_votes"]),
        int(election.meta["num_projects"]),
    )
    assert election.budget == int(election.meta["budget"])
    assert int(election.points.max()) <= election.full
    assert not [note for note in election.notes if "the ballots give" in note]  # votes and score columns agree


def test_the_counts_of_a_real_file_are_compared_by_hand():
    path = DATA / "Poland_Krakow_2018_Swoszowice.pb"
    if not path.exists():
        pytest.skip("the Pabulib files are not here; ISONOMIA_DATA names their folder")
    election = read_pb(path)
    assert election.vote_type == "ordinal"
    assert election.points[0].tolist() == [0, 0, 1, 0, 2, 0, 0, 3, 0, 0]  # the first ballot is 8,7,1
    assert [project.id for project in election.projects][:3] == ["9", "2", "1"]
    assert election.named[0] == 322
    assert int(election.points[:, 0].sum()) == 700


@pytest.mark.parametrize(("name", "kind"), [("sample", "approval"), ("sample-knapsack", "knapsack")])
def test_shipped_samples_load_without_a_note(name, kind):
    election = read_pb(SAMPLES / f"{name}.pb")
    assert (len(election.voters), len(election.projects), election.vote_type) == (30, 8, kind)
    assert election.notes == ()
    spent = (election.points > 0) @ np.array(election.costs)
    assert (spent.max() <= election.budget) == (kind == "knapsack")  # an approval ballot is not bound by the budget
    assert election.describe() == f"30 voters, 8 projects, 100,000 EUR, {kind} ballots"


def test_each_ballot_type_gives_its_points(tmp_path):
    assert read(tmp_path, pb()).points.tolist() == [[1, 1, 0], [0, 1, 0]]
    assert read(tmp_path, pb("choose-1", ["x;c", "y;a"])).points.tolist() == [[0, 0, 1], [1, 0, 0]]
    with_points = {"columns": "voter_id;vote;points", "meta": ["max_sum_points;10"]}
    cumulative = read(tmp_path, pb("cumulative", ["x;c,a;7,3", "y;b;0"], **with_points))
    assert cumulative.points.tolist() == [[3, 0, 7], [0, 0, 0]]
    assert (cumulative.named, cumulative.full) == ((1, 1, 1), 10)  # naming with no points counts as naming
    scoring = read(tmp_path, pb("scoring", ["x;c,a;7,3"], columns="voter_id;vote;points", meta=["default_score;2"]))
    assert scoring.points.tolist() == [[3, 2, 7]]
    assert scoring.full == 7
    ordinal = read(tmp_path, pb("ordinal", ["x;c,a", "y;b"], meta=["max_length;2"]))
    assert ordinal.points.tolist() == [[1, 0, 2], [0, 2, 0]]
    assert read(tmp_path, pb("ordinal", ["x;c,a"])).points.tolist() == [[2, 0, 3]]  # Borda from all three projects
    assert read(tmp_path, pb("knapsack", ["x;a,b"])).points.tolist() == [[1, 1, 0]]


def test_money_with_decimals_is_kept_in_minor_units_and_said_so(tmp_path):
    meta = ["currency;EUR", "max_sum_cost;1000.00"]
    election = read(tmp_path, pb(projects=("a;600.50;A", "b;399,5;B", "c;100.00;C"), meta=meta))
    assert (election.costs, election.budget, election.minor) == ((6005, 3995, 1000), 10_000, 10)
    assert election.notes == ("amounts are kept in units of 1/10 EUR",)
    assert "1,000 EUR" in election.describe()
    whole = read(tmp_path, pb(projects=("a;600.00;A", "b;400;B", "c;100.0;C")))
    assert (whole.costs, whole.minor, whole.notes) == ((600, 400, 100), 1, ())


def test_line_ends_a_byte_order_mark_quotes_spaces_and_empty_lines_are_no_faults(tmp_path):
    plain = read(tmp_path, pb())
    dressed = pb(projects=('a;600;"A; the ""first"""', "b; 400 ;B", "c;100;C"), votes=("anna; a, b", "bert;b;"))
    election = read(tmp_path, b"\xef\xbb\xbf" + dressed.replace("VOTES", "\nVOTES").replace("\n", "\r\n").encode())
    assert election.projects[0].name == 'A; the "first"'
    assert election.points.tolist() == plain.points.tolist()
    torn = read(tmp_path, pb(projects=('a;600;"A,\non two lines"', "b;400;B", "c;100;C")))
    assert torn.projects[0].name == "A,\non two lines"
    with pytest.raises(BallotError, match=r"line 16: vote names"):  # the line as an editor counts it
        read(tmp_path, pb(projects=('a;600;"A,\non two lines"', "b;400;B", "c;100;C"), votes=("x;a", "y;z")))


def test_where_a_file_contradicts_itself_it_is_noted(tmp_path):
    text = pb(meta=["min_project_score_threshold;3"]).replace("cost;name", "cost;votes").replace("a;600;A", "a;600;7")
    election = read(tmp_path, text.replace("b;400;B", "b;400;2").replace("c;100;C", "c;100;"))
    assert any("line 10: votes of project 'a' is 7, the ballots give 1" in note for note in election.notes)
    assert any("min_project_score_threshold" in note for note in election.notes)
    assert len(election.notes) == 2


POINTS = {"kind": "cumulative", "columns": "voter_id;vote;points"}
BROKEN = [
    (b"", None, "empty"),
    (b" \n\n", None, "empty"),
    (b"\x89PNG\r\n\x1a\n", 1, "UTF-8"),
    ("hello\n", 1, "META"),
    (pb().replace("PROJECTS\n", ""), None, "section PROJECTS is missing"),
    (pb() + "VOTES\n", 16, "a second time"),
    (pb().replace("key;value", "clef;valeur"), 2, "key;value"),
    (pb().replace("vote_type;approval\n", ""), None, "vote_type"),
    (pb("sortition"), 6, "sortition"),
    (pb().replace("budget;1000\n", ""), None, "budget is missing"),
    (pb(meta=["budget;7"]), 7, "given twice"),
    (pb().replace("budget;1000", "budget;-1000"), 5, "-1000"),
    (pb().replace("budget;1000", "budget;1,000"), 5, "1,000"),
    (pb().replace("budget;1000", "budget;0"), 5, "nothing to decide"),
    (pb().replace("budget;1000", "budget;1e3"), 5, "1e3"),
    (pb().replace("num_votes;2", "num_votes;3"), 4, "VOTES section has 2"),
    (pb().replace("num_projects;3", "num_projects;2"), 3, "PROJECTS section has 3"),
    (pb().replace("project_id;cost", "project_id;price"), 8, "'cost'"),
    (pb().replace("voter_id;vote", "who;vote"), 13, "'voter_id'"),
    (pb("cumulative"), 13, "'points'"),
    (pb(projects=("a;600;A", "a;400;B")), 10, "on line 9 already"),
    (pb(projects=("a;-6;A", "b;400;B")), 9, "cost of project 'a'"),
    (pb(projects=("a;six;A", "b;400;B")), 9, "cost of project 'a'"),
    (pb(projects=("a;;A", "b;400;B")), 9, "cost of project 'a'"),
    (pb(projects=("a;600", "b;400;B")), 9, "2 fields, but 3 columns"),
    (pb(projects=("a;600;A;B", "b;400;B")), 9, "4 fields, but 3 columns"),
    (pb(projects=("a;1e999;A", "b;400;B")), 9, "cost of project 'a'"),
    (pb(projects=("a;999999999999999;A", "b;999999999999999;B")), 5, "exceed"),
    (pb(projects=('a;600;"A', "b;400;B")), 9, "never closed"),
    (pb(votes=('anna;"a', "bert;b")), 14, "never closed"),
    (pb(votes=("anna;a,z", "bert;b")), 14, 'vote names project "z", which the PROJECTS section does not have'),
    (pb(votes=("anna;a", "anna;b")), 15, "on line 14 already"),
    (pb(votes=(";a", "bert;b")), 14, "voter_id"),
    (pb(votes=("anna;a,b,a", "bert;b")), 14, '"a" twice'),
    (pb(votes=("anna;", "bert;b")), 14, "at least 1"),
    (pb(votes=("anna;a,", "bert;b")), 14, 'project ""'),
    (pb(votes=("anna;a,b", "bert;b"), meta=["max_length;1"]), 15, "at most 1"),
    (pb(votes=("anna;a,b", "bert;b"), meta=["min_length;2"]), 16, "at least 2"),
    (pb("choose-1", ("anna;a,b",)), 14, "at most 1"),
    (pb("knapsack", ("anna;a,b,c",)), 14, "cost 1,100"),
    (pb(votes=("anna;a,b",), meta=["max_sum_cost;999"]), 15, "at most 999"),
    (pb("ordinal", meta=["scoring_fn;Nauru"]), 7, "scoring_fn"),
    (pb(**POINTS, votes=("x;a,b;7",)), 14, "names 2 projects, but 1 have points"),
    (pb(**POINTS, votes=("x;a,b;7,-1",)), 14, "points is '-1'"),
    (pb(**POINTS, votes=("x;a,b;7,1.5",)), 14, "whole number"),
    (pb(**POINTS, votes=("x;a;seven",)), 14, "points is 'seven'"),
    (pb(**POINTS, votes=("x;a;65536",)), 14, "at most 65,535"),
    (pb(**POINTS, votes=("x;a,b;7,4",), meta=["max_sum_points;10"]), 15, "gives 11 points in all"),
    (pb(**POINTS, votes=("x;a;7",), meta=["max_points;5"]), 15, "at most 5"),
    (pb().encode().replace(b"bert", b"b\xe9rt"), 15, "UTF-8"),
]


@pytest.mark.parametrize(("text", "line", "reason"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_is_refused_with_line_and_reason(tmp_path, text, line, reason):
    with pytest.raises(BallotError) as caught:
        read(tmp_path, text)
    error = caught.value
    assert isinstance(error, IsonomiaError)
    assert error.line == line
    assert reason in error.reason
    assert str(error).startswith(f"{tmp_path / 'x.pb'}{f', line {line}' if line else ''}: ")


def test_a_file_that_is_not_there_is_a_sentence_too(tmp_path):
    with pytest.raises(BallotError, match="cannot be read: No such file"):
        read_pb(tmp_path / "none.pb")
    with pytest.raises(BallotError, match="cannot be read"):
        read_pb(tmp_path)


@given(st.data())
def test_any_damage_to_a_file_gives_an_election_or_a_ballot_error(tmp_path_factory, data):
    raw = bytearray((SAMPLES / "sample.pb").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw)))
        stop = start + data.draw(st.integers(0, 40))
        piece = st.sampled_from(
            [b'"', b";", b",", b"\n", b"\r", b"\0", b"-1", b"VOTES\n", b"\xff", b"9" * 30, b"\xc2\xa0"]
        )
        raw[start:stop] = data.draw(piece | st.binary(max_size=6))
    path = tmp_path_factory.getbasetemp() / "damaged.pb"
    path.write_bytes(raw)
    error = election = None
    try:
        election = read_pb(path)
    except BallotError as refused:
        error = refused
    if election is not None:
        assert election.points.shape == (len(election.voters), len(election.projects))
    else:
        assert error.line is None or 1 <= error.line <= raw.count(b"\n") + raw.count(b"\r") + 1
