"""The operator's ladder: what a bound operator may not do, in each world, and what its articles leave alone."""

import pytest

from isonomia.constitution.charter import Charter
from isonomia.constitution.operator import LEVELS, TASKS
from isonomia.lab.charters import schemas
from isonomia.lab.kits.kit import assemble
from isonomia.lab.plugins import worlds
from isonomia.lab.spec import Spec
from isonomia.law.law import Law

ARENAS = [(world, kind) for world, kinds in TASKS.items() if world in schemas() for kind in kinds]


@pytest.mark.parametrize("level", ["bound", "witnessed"])
@pytest.mark.parametrize(("world", "kind"), ARENAS)
def test_a_bound_operator_is_kept_off_the_task_and_nobody_else_is(level, world, kind):
    charter = Charter("c", levels={"operator": level})
    law = Law(charter.law_in(world), schemas()[world].facts)
    assert law.judge(kind, {"role": "operator"}) == (f"operator.{kind}",)
    for role in ("governor", "office", "member"):
        assert law.judge(kind, {"role": role}) == ()
    assert Law(Charter("c").law_in(world), schemas()[world].facts).judge(kind, {"role": "operator"}) == ()


def test_a_level_brings_a_world_only_its_own_articles():
    charter = Charter("c", levels={"operator": "bound"})
    for world, kinds in TASKS.items():
        assert [a.on for a in charter.law_in(world)] == list(kinds)
    assert charter.law_in("elsewhere") == ()


def test_every_act_that_a_world_lets_an_operator_do_to_people_is_on_the_list():
    """A new kind of act that the operator has by role is either on the list or named here, with a reason."""
    by_design = {"propose", "vote", "cancel", "deploy", "emergency", "offer"}  # the docket: others pass a proposal
    for name, kit in worlds().items():
        spec = Spec(name, Charter("c"), members=20)
        offices = assemble(spec, kit.world(spec), kit.decisions(spec))
        operators = {k.name for o in offices for k in o.kinds.values() if "operator" in k.roles}
        assert operators - by_design <= set(TASKS[name])
        assert operators & set(TASKS[name]), "some of the task is the operator's where nothing binds it"


def test_one_level_is_null_and_brings_nothing():
    assert [name for name, level in LEVELS.items() if level.null] == ["trusted"]
    assert LEVELS["trusted"].articles == ()
