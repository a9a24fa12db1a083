"""The charters that come with the package."""

import tomllib
from itertools import pairwise

import pytest

from isonomia.basics.canonical import decode, encode
from isonomia.constitution import charter_file
from isonomia.constitution.charter import diff, from_plain, to_plain
from isonomia.constitution.charter_file import SHELF, shipped, source_of
from isonomia.constitution.ladders import LADDERS, null_level
from isonomia.lab.charters import load, schemas
from isonomia.lab.differential.safeguards import chain_of
from isonomia.lab.kits.kit import assemble
from isonomia.lab.plugins import worlds
from isonomia.lab.spec import Spec, spec_from_plain
from isonomia.polity.polity import Polity
from isonomia.record.log import Log

STEPS = {  # what each changes of the one before it, the text of its articles left out
    "hardened-1": ["petitions.level: raw → quarantine"],
    "hardened-2": ["identity.level: open → audited"],
    "hardened-3": ["register.level: none → drawn", "contract.level: none → accountable", "+ obligation H.1"],
    "hardened-4": ["decisions.level: live → secret"],
    "hardened-5": [f"+ article H.{n}" for n in (2, 3, 4, 5, 7)],
    "hardened-6": ["operator.level: trusted → witnessed", "+ duty H.6"],
}
CHAIN = ["flawed", *STEPS]
BESIDE = {"filtered": ["petitions.level: raw → filtered"]}  # steps from flawed that the chain does not take


def test_the_shelf():
    assert shipped()[:2] == ["bare", "flawed"]
    assert [name for name in shipped()[1:] if name not in BESIDE] == CHAIN
    assert {"bare", *CHAIN, *BESIDE} == set(shipped()) == {path.stem for path in SHELF.glob("*.toml")}


def test_hardened_is_a_name_for_the_last_of_the_chain():
    assert load("hardened") == load(CHAIN[-1])
    assert source_of("hardened") == source_of(CHAIN[-1])


def test_what_extends_hardened_says_which_it_extends(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\nextends = "hardened"\n[petitions]\nlevel = "raw"\n')
    assert load(str(path)).extends == CHAIN[-1]
    assert [charter.name for charter in chain_of(str(path))] == [*CHAIN, "mine"]


def test_the_tenth_step_would_come_after_the_ninth(tmp_path, monkeypatch):
    monkeypatch.setattr(charter_file, "SHELF", tmp_path)
    for name in ("hardened-10", "hardened-9", "flawed", "bare"):
        (tmp_path / f"{name}.toml").write_text(f'name = "{name}"')
    assert shipped() == ["bare", "flawed", "hardened-9", "hardened-10"]
    assert load("hardened").name == "hardened-10"


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


@pytest.mark.parametrize(("parent", "name"), [*pairwise(CHAIN), *(("flawed", name) for name in BESIDE)])
def test_each_hardened_charter_is_a_diff_of_the_one_before(parent, name):
    written = tomllib.loads(source_of(name)[0])
    assert written["extends"] == parent
    changes = diff(load(parent), load(name))
    assert [line if line.split()[0].endswith(".level:") else line.partition(":")[0] for line in changes] == (
        STEPS | BESIDE
    )[name]
    assert not any(line.startswith(("-", "~")) for line in changes), "nothing is taken away on the way"
    assert written.keys() <= {"name", "extends", "why", "article", "obligation", "duty", *LADDERS}


def test_every_rung_of_the_chain_is_a_rung_up():
    """No step of it lowers an office, or sets one to the level it had."""
    for parent, name in pairwise(CHAIN):
        before, after = load(parent), load(name)
        for office, ladder in LADDERS.items():
            at = [list(ladder).index(charter.level(office).name) for charter in (before, after)]
            assert at == sorted(at), f"{name} lowers {office}"
    assert not any(load(CHAIN[-1]).level(office).null for office in LADDERS)


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
