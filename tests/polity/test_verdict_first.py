"""No effect without a verdict on record before it. The offices here look at the log when they are told to act."""

import pytest

from isonomia.basics.acts import Act, Kind
from isonomia.basics.canonical import decode
from isonomia.basics.merkle import hash_leaf
from isonomia.basics.schema import Choice, Whole
from isonomia.gate.gate import GateError
from isonomia.law.articles import Article
from isonomia.polity.admission import admit_body
from isonomia.polity.polity import Polity

COUNT = Whole(0, 1000)
LAW = [Article("few", "add", "added <= 10")]


class Entries(list):
    """A log of lines."""

    def append(self, entry):
        super().append(entry)
        return hash_leaf(entry)

    def keep(self, cells):
        raise AssertionError("no array here")


class Counter:
    """An office that adds, and that swears at each effect that the verdict is already on record."""

    name = "counter"

    def __init__(self, log):
        self.kinds = {"add": Kind("add", {"n": COUNT}, {"added": COUNT}, {"sum": "added"}, roles=("member", "office"))}
        self.knows = {"role": Choice(("none", "member", "office"))}
        self.states = {"sum": COUNT}
        self.sum = 0
        self.log = log
        self.permits = []
        self.during_plan = None
        self.owed = []

    def plan(self, act):
        if self.during_plan:
            meanwhile, self.during_plan = self.during_plan, None
            meanwhile()
        return {"added": act.body["n"]}, act.body["n"]

    def facts(self, act):
        return {"role": "office" if act.by.startswith("office:") else "member" if act.by == "ann" else "none"}

    def apply(self, plan, permit):
        entry = decode(self.log[-1])
        assert permit.leaf == hash_leaf(self.log[-1]), "the permit is not the leaf of the latest entry"
        assert entry["denied"] == [], "the latest entry does not permit this"
        assert entry["facts"]["added"] == plan, "the latest entry permits something else"
        assert permit not in self.permits, "a permit came twice"
        self.permits.append(permit)
        self.sum += plan
        return {"sum": self.sum}

    def close(self, today):
        owed, self.owed = self.owed, []
        return {"sum": self.sum}, owed

    def show(self, who):
        return {"sum": self.sum}


class AppliesFirst(Polity):
    """A mutant: the effect comes before the verdict."""

    def _submit(self, act):
        kind, _, plan_act, _, apply = self._routes[act.kind]
        clean, _ = admit_body(kind.body, act.body, 0, self.offices[0].log.keep)
        _, plan = plan_act(Act(act.by, act.kind, act.day, clean))
        apply(plan, self.gate.mint(b"", self._version))
        return super()._submit(act)


class AppliesDenied(Polity):
    """A mutant: what was denied happens all the same."""

    def _submit(self, act):
        outcome = super()._submit(act)
        if not outcome.permitted:
            _, plan = self._routes[act.kind].plan(act)
            self._routes[act.kind].apply(plan, self.gate.mint(hash_leaf(self.offices[0].log[-1]), self._version))
        return outcome


class AppliesTwice(Polity):
    """A mutant: one verdict, two effects."""

    def _submit(self, act):
        outcome = super()._submit(act)
        if outcome.permitted:
            self._routes[act.kind].apply(act.body["n"], self.offices[0].permits[-1])
        return outcome


def found(polity_class=Polity):
    log = Entries()
    office = Counter(log)
    return polity_class([office], LAW, log), office, log


def live_a_little(polity_class):
    polity, office, log = found(polity_class)
    for n in (1, 50, 2, 10, 11):
        polity.submit(Act("ann", "add", 0, {"n": n}), "ann")
    polity.submit(Act("bob", "add", 0, {"n": 1}), "bob")
    polity.close_day()
    return office, log


def test_every_effect_follows_its_verdict():
    office, log = live_a_little(Polity)
    assert office.sum == 13
    assert len(office.permits) == 3
    denied = [decode(line).get("denied") for line in log]
    assert denied == [None, [], ["few"], [], [], ["few"], ["role"], None]
    assert decode(log[-1])["effects"] == [[1, {"sum": 1}], [3, {"sum": 3}], [4, {"sum": 13}]]


@pytest.mark.parametrize("mutant", [AppliesFirst, AppliesDenied, AppliesTwice])
def test_the_offices_here_catch_a_polity_that_does_otherwise(mutant):
    with pytest.raises(AssertionError):
        live_a_little(mutant)


def test_a_log_that_refuses_lets_nothing_happen():
    class Full(Entries):
        def append(self, entry):
            if len(self) == 2:
                raise OSError("no space left")
            return super().append(entry)

    log = Full()
    office = Counter(log)
    polity = Polity([office], LAW, log)
    assert polity.submit(Act("ann", "add", 0, {"n": 1}), "ann").permitted
    with pytest.raises(OSError, match="no space"):
        polity.submit(Act("ann", "add", 0, {"n": 1}), "ann")
    assert office.sum == 1


def test_a_plan_made_in_another_state_is_stale():
    """An office through which another act slips in between the dry run and the effect is stopped by the gate."""
    polity, office, _ = found()
    office.during_plan = lambda: polity.submit(Act("ann", "add", 0, {"n": 5}), "ann")
    with pytest.raises(GateError, match="another state"):
        polity.submit(Act("ann", "add", 0, {"n": 1}), "ann")
    assert office.sum == 5, "only the act that slipped in, which had a verdict of its own"


def test_a_day_that_closes_between_plan_and_effect_makes_it_stale_too():
    polity, office, _ = found()
    office.during_plan = polity.close_day
    with pytest.raises(GateError, match="another state"):
        polity.submit(Act("ann", "add", 0, {"n": 1}), "ann")
    assert office.sum == 0


def test_what_an_office_owes_is_judged_like_any_other_act():
    polity, office, log = found()
    office.owed = [Act("office:counter", "add", 0, {"n": 7}), Act("office:counter", "add", 0, {"n": 70})]
    day = polity.close_day()
    assert day.facts == {"day": 0, "sum": 0}, "owed acts come the next morning"
    assert office.sum == 7
    assert [(e["day"], e["by"], e["denied"]) for e in map(decode, log[-2:])] == [
        (1, "office:counter", []),
        (1, "office:counter", ["few"]),
    ]


def test_an_office_may_not_owe_in_anothers_name():
    polity, office, _ = found()
    office.owed = [Act("ann", "add", 0, {"n": 7})]
    with pytest.raises(AssertionError, match="own name"):
        polity.close_day()
