"""What does not fit together is said when a polity is founded, all of it at once."""

import pytest

from isonomia.basics.acts import Kind
from isonomia.basics.errors import Faults
from isonomia.basics.schema import Choice, Flag, Whole
from isonomia.law.articles import Article
from isonomia.polity.polity import Polity, fact_schemas
from small_polity import Record

COUNT = Whole(0, 9)


class Paper:
    """An office on paper only: what it declares, and nothing it does."""

    def __init__(self, name, kinds=(), knows=None, states=None):
        self.name = name
        self.kinds = {kind.name: kind for kind in kinds}
        self.knows = knows or {}
        self.states = states or {}

    plan = facts = apply = close = show = None


ROLL = Paper("roll", knows={"role": Choice(("member",))})


def faults_of(*offices):
    with pytest.raises(Faults) as error:
        fact_schemas(offices)
    return error.value.faults


def test_a_sound_set_of_offices_has_all_facts_of_each_kind():
    world = Paper(
        "world",
        [Kind("dig", facts={"deep": COUNT}, after={"hole": "deep", "wet": "deep > 3 and role == 'member'"})],
        knows={"rain": Flag()},
        states={"hole": COUNT, "wet": Flag()},
    )
    schemas = fact_schemas([world, ROLL])
    assert schemas["dig"].keys() == {"deep", "rain", "role"}
    assert schemas["close"].keys() == {"day", "hole", "wet"}


@pytest.mark.parametrize(
    ("offices", "fault"),
    [
        ([Paper("a", knows={"x": COUNT}), Paper("b", knows={"x": COUNT})], "b: fact 'x' is known by another office"),
        ([Paper("a", states={"x": COUNT}), Paper("b", states={"x": COUNT})], "b: day fact 'x' is stated by another"),
        ([Paper("a", states={"day": COUNT})], "a: day fact 'day' is stated by another office"),
        ([Paper("a", [Kind("k")]), Paper("b", [Kind("k")])], "b: kind 'k' has an owner already"),
        ([Paper("a", [Kind("close")])], "a: kind 'close' has an owner already"),
        ([Paper("a", [Kind("k", facts={"x": COUNT})]), Paper("b", knows={"x": COUNT})], "k: fact 'x' is known by"),
        ([Paper("a", [Kind("k", facts={"role": COUNT})])], "k: fact 'role' is known by another office"),
        ([Paper("a", [Kind("k", roles=("king",))])], "k: role 'king' does not exist"),
        ([Paper("a", [Kind("k", after={"x": "1"})])], "k: after names 'x', which no office states"),
        (
            [Paper("a", [Kind("k", after={"x": "y"})], states={"x": COUNT})],
            "k: after 'x': column 1: unknown fact \"y\"",
        ),
        ([Paper("a", [Kind("k", after={"x": "1 == 1"})], states={"x": COUNT})], "k: after 'x': column 1"),
        ([Paper("a", [Kind("k", after={"x": "1"})], states={"x": Flag()})], "k: after 'x': column 1"),
    ],
)
def test_each_fault(offices, fault):
    (said,) = faults_of(*offices, ROLL)
    assert said.startswith(fault)


def test_without_an_office_that_knows_roles_nobody_may_do_anything():
    assert faults_of(Paper("a")) == ["no office knows the role of a principal"]


def test_all_faults_come_at_once():
    first = Paper("a", [Kind("k", roles=("king", "queen"))], knows={"x": COUNT}, states={"s": COUNT})
    second = Paper("b", [Kind("k", after={"gone": "1", "s": "nothing"})], knows={"x": COUNT}, states={"s": COUNT})
    said = faults_of(first, second)
    assert len(said) == 6
    for part in ("'x'", "'s'", "'k'", "role of a principal", "'gone'", '"nothing"'):
        assert any(part in fault for fault in said), part


def test_articles_are_checked_against_the_offices():
    world = Paper("world", [Kind("dig", facts={"deep": COUNT})])
    articles = [Article("1", "dig", "deeep < 3"), Article("2", "fly", "True"), Article("1", "dig", "deep")]
    with pytest.raises(Faults) as error:
        Polity([world, ROLL], articles, Record())
    assert len(error.value.faults) == 4
    assert "did you mean deep?" in error.value.faults[0]
