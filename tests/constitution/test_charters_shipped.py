"""The charters that come with the package."""

import tomllib

import pytest

from isonomia.basics.canonical import decode, encode
from isonomia.constitution.charter import diff, from_plain, to_plain
from isonomia.constitution.charter_file import SHELF, shipped, source_of
from isonomia.constitution.ladders import LADDERS, null_level
from isonomia.lab.charters import load, schemas
from isonomia.lab.kits.kit import assemble
from isonomia.lab.plugins import worlds
from isonomia.lab.spec import Spec, spec_from_plain
from isonomia.polity.polity import Polity
from isonomia.record.log import Log

STEPS = {
    "quarantine": "petitions.level: raw → quarantine",
    "vouched": "identity.level: open → vouched",
    "accountable": "contract.level: none → accountable",
}


def test_the_shelf():
    assert set(shipped()) == {path.stem for path in SHELF.glob("*.toml")} >= {"bare", "flawed", *STEPS}
    assert shipped()[:2] == ["bare", "flawed"]


@pytest.mark.parametrize("world", worlds())
@pytest.mark.parametrize("name", shipped())
def test_every_charter_founds_every_world(name, world):
    charter, kit = load(name), worlds()[world]
    spec = Spec(world, charter, members=20, days=3, after=2)
    offices = assemble(spec, kit.world(spec), kit.decisions(spec))
    polity = Polity(offices, charter.law_in(world), Log())
    assert polity.view("anyone")["law"] == charter.law_in(world)
    for duty in charter.in_world(world).duties:
        owner = next(office for office in offices if duty.kind in office.kinds)
        body = owner.kinds[duty.kind].body
        assert duty.default.keys() == body.keys(), f"{duty.id} does what {duty.kind} takes"
        for key, value in duty.default.items():
            stated = schemas()[world].facts["close"].get(value) if isinstance(value, str) else None
            assert stated is not None or body[key].fault(value) is None
            if stated is not None:
                assert body[key].lo <= stated.lo <= stated.hi <= body[key].hi, f"{duty.id} could owe what is malformed"


@pytest.mark.parametrize("name", shipped())
def test_a_charter_is_named_as_its_file_and_says_why(name):
    charter = load(name)
    assert charter.name == name
    assert charter.why
    assert all(x.why for x in (*charter.articles, *charter.obligations, *charter.duties))


@pytest.mark.parametrize("name", shipped())
def test_plain_and_back(name):
    charter = load(name)
    assert from_plain(decode(encode(to_plain(charter)))) == charter
    spec = Spec("commons", charter, point={"share": 3})
    assert spec_from_plain(decode(encode(spec.plain()))) == spec
    assert spec_from_plain(spec.plain()).digest == spec.digest


@pytest.mark.parametrize(("name", "line"), STEPS.items())
def test_a_step_is_one_line(name, line):
    assert diff(load("flawed"), load(name)) == [line]
    assert tomllib.loads(source_of(name)[0])["extends"] == "flawed"


def test_bare_is_the_null_level_of_everything():
    bare = load("bare")
    assert {office: bare.level(office) for office in LADDERS} == {office: null_level(office) for office in LADDERS}
    assert (bare.articles, bare.obligations, bare.duties) == ((), (), ())
    assert all(bare.law_in(world) == () for world in worlds())


@pytest.mark.parametrize("office", LADDERS)
def test_each_ladder_has_one_null_level_that_brings_no_article(office):
    null = [level for level in LADDERS[office].values() if level.null]
    assert len(null) == 1
    assert null[0].articles == ()
    assert {name: level.name for name, level in LADDERS[office].items()} == {name: name for name in LADDERS[office]}


def test_flawed_rests_on_what_is_said():
    """What makes it flawed: no article of it reads what is measured, and no office is above its null level."""
    flawed = load("flawed")
    assert all(flawed.level(office).null for office in LADDERS)
    assert all("measured" not in article.text for article in flawed.articles)
