"""What a kind of act declares (`after`) is what applying it does; and what is measured never follows what is said."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from isonomia.basics.schema import Whole
from isonomia.law.language import parse
from isonomia.law.reading import evaluate
from isonomia.polity.polity import fact_schemas
from small_polity import GOVERNOR, MEMBERS, STRANGER, Town

PEOPLE = st.sampled_from([GOVERNOR, "operator", MEMBERS, STRANGER])
SHARES = st.lists(st.sampled_from([0, 700, 1000, 1200, 9000]), min_size=1, max_size=30)
ACTS = st.one_of(
    st.tuples(st.just("set_quota"), PEOPLE, st.integers(40_000, 3_000_000).map(lambda n: {"quota": n})),
    st.tuples(st.just("report"), PEOPLE, st.integers(0, 2 * 10**8).map(lambda n: {"stock": n})),
    st.tuples(st.just("set_reserve"), PEOPLE, st.integers(0, 1000).map(lambda n: {"permille": n})),
    st.tuples(st.just("allocate"), PEOPLE, SHARES.map(lambda s: {"permille": np.array(s, "<u2")})),
    st.tuples(st.just("join"), PEOPLE, st.integers(1, 50).map(lambda n: {"accounts": n})),
    st.tuples(st.just("vouch"), PEOPLE, st.integers(1, 9).map(lambda n: {"newcomer": STRANGER, "vouchers": n})),
)


def declared(town):
    """(kind, day fact) -> the expression of the office that declares it."""
    offices = list(town.offices.values())
    schemas = fact_schemas(offices)
    return {
        (name, target): parse(text, schemas[name], "whole" if isinstance(schemas["close"][target], Whole) else "flag")
        for office in offices
        for name, kind in office.kinds.items()
        for target, text in kind.after.items()
    }


@settings(max_examples=120)
@given(st.lists(st.lists(ACTS, max_size=7), min_size=1, max_size=4), st.sampled_from(["bare", "flawed", "vouched"]))
def test_the_day_closes_on_what_the_last_permitted_act_declared(played, name):
    town = Town(name)
    after = declared(town)
    assert {kind for kind, _ in after} >= {"set_quota", "report", "set_reserve", "allocate", "join"}
    for day in played:
        expected = {}
        for kind, by, body in day:
            roll = town.polity.view(by)["roll"]
            if town.act(by, kind, **body).permitted:
                entry = town.record.last
                facts = {"roll": roll} | entry["facts"]  # a fact no article reads is not on record: taken from the view
                for (of, target), expression in after.items():
                    if of == kind:
                        expected[target] = evaluate(expression, facts)
        closed = town.close()
        assert {target: closed[target] for target in expected} == expected


def test_every_declared_fact_is_told_by_an_act_of_its_kind():
    """The property above has something to hold on to: each of these acts is permitted somewhere and moves its fact."""
    town = Town("bare")
    before = town.close()
    town.act(GOVERNOR, "set_quota", quota=2_000_000)
    town.act(GOVERNOR, "report", stock=7)
    town.act(GOVERNOR, "set_reserve", permille=3)
    town.act(GOVERNOR, "allocate", permille=np.array([900, 1200] * 11, "<u2"))
    town.act(STRANGER, "join", accounts=5)
    after = town.close()
    moved = {target for _, target in declared(town)}
    assert {name for name in moved if before[name] != after[name]} == moved


SAID = st.lists(st.lists(st.tuples(PEOPLE, st.integers(0, 10**15)), max_size=3), min_size=1, max_size=6)


@settings(max_examples=60)
@given(SAID, st.sampled_from(["bare", "flawed", "quarantine"]))
def test_what_is_measured_does_not_move_when_somebody_reports(said, name):
    """A town where people report whatever they like, beside one where nobody does: all but what was said is alike."""
    loud, quiet = Town(name), Town(name)
    about_reports = {"stock_reported", "reported"}
    for day in said:
        for town in (loud, quiet):
            town.act(MEMBERS, "claim", milli=np.full(20, 1300, "<u2"))
        for by, stock in day:
            told = loud.act(by, "report", stock=stock)
            measured = loud.record.last["facts"].get("stock_measured")
            assert measured == quiet.polity.view(GOVERNOR)["stock_measured"]
            assert told.permitted is (by in (GOVERNOR, "operator"))
        one, other = loud.close(), quiet.close()
        assert {n: v for n, v in one.items() if n not in about_reports} == {
            n: v for n, v in other.items() if n not in about_reports
        }
        for truth, alone in zip(loud.world.persons().values(), quiet.world.persons().values(), strict=True):
            assert (truth == alone).all()
    permitted = [stock for day in said for by, stock in day if by in (GOVERNOR, "operator")]
    if permitted:
        assert one["stock_reported"] == permitted[-1]
