"""A whole polity under random acts, sound and unsound: what must be true of it after every step."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from isonomia.basics.acts import Act, Recipe
from small_polity import GOVERNOR, MEMBERS, RING, STRANGER, Town

PEOPLE = st.sampled_from([GOVERNOR, MEMBERS, RING, STRANGER, "operator"])
WHOLE = st.one_of(st.integers(0, 3000), st.sampled_from([0, 1, 65_535, 10**6, 10**9, 10**15, 2**53, -1, 2**70]))
CELLS = st.one_of(
    st.lists(st.integers(0, 65_535), min_size=1, max_size=30).map(lambda v: np.array(v, "<u2")),
    st.integers(1, 30).map(lambda n: np.full(n, 1500, "<u2")),
    st.lists(st.integers(0, 5), min_size=1, max_size=30).map(lambda v: np.array(v, "|u1")),
    st.builds(Recipe, st.just("m"), st.integers(0, 9), st.integers(0, 9), st.integers(0, 30), st.just(5), WHOLE),
)
TEXT = st.text(max_size=60)
RUBBISH = st.one_of(st.none(), st.booleans(), st.floats(), st.binary(max_size=9), st.lists(WHOLE, max_size=3), TEXT)
FIELDS = {
    "milli": CELLS,
    "choice": st.one_of(CELLS, st.sampled_from(["yes", "no"])),
    "permille": st.one_of(CELLS, st.integers(0, 1000)),
    "quota": st.one_of(st.integers(50_000, 5_000_000), WHOLE),
    "stock": st.one_of(st.integers(0, 3 * 10**8), WHOLE),
    "topic": st.sampled_from(["relief", "quota", "other", "no such topic"]),
    "position": st.integers(0, 50),
    "amount": st.integers(0, 3000),
    "text": TEXT,
    "count": st.integers(0, 40),
    "accounts": st.integers(1, 12),
    "newcomer": st.sampled_from([STRANGER, RING, "friend"]),
    "vouchers": st.integers(1, 8),
    "who": PEOPLE,
    "days": st.integers(1, 9),
    "obligation": TEXT,
    "title": TEXT,
    "payload": st.one_of(
        TEXT, st.sampled_from(["@here", '[{"kind":"ordain","body":{"start":0,"stop":5,"inside":2000,"outside":500}}]'])
    ),
    "address": st.sampled_from(["here", "there"]),
    **dict.fromkeys(("proposal", "start", "stop"), st.integers(0, 6)),
    **dict.fromkeys(("yes", "no", "abstain", "price", "most"), WHOLE),
    **dict.fromkeys(("inside", "outside"), st.integers(0, 3000)),
}
KINDS = {name: tuple(kind.body) for office in Town("bare").offices.values() for name, kind in office.kinds.items()}


class Life(RuleBasedStateMachine):
    @initialize(
        name=st.sampled_from(["bare", "flawed", "quarantine", "vouched", "accountable"]),
        ring=st.integers(0, 3),
        seed=st.integers(0, 3),
    )
    def found(self, name, ring, seed):
        self.town = Town(name, members=12, ring=ring, seed=seed)
        self.days = 0
        self.stock = self.town.polity.view(GOVERNOR)["stock_measured"]
        self.eaten = np.zeros(12 + ring, int)

    @rule(data=st.data(), kind=st.sampled_from(sorted(KINDS)), by=PEOPLE)
    def act(self, data, kind, by):
        self._submit(by, Act(by, kind, self.days, {name: data.draw(FIELDS[name]) for name in KINDS[kind]}))

    @rule(
        data=st.data(), kind=st.sampled_from([*sorted(KINDS), "coup"]), by=PEOPLE, as_by=PEOPLE, late=st.integers(-1, 1)
    )
    def act_oddly(self, data, kind, by, as_by, late):
        names = st.sampled_from([*KINDS.get(kind, ()), "more"])
        body = data.draw(st.dictionaries(names, st.one_of(RUBBISH, WHOLE, CELLS), max_size=4))
        self._submit(by, Act(as_by, kind, self.days + late, body))

    @rule(by=PEOPLE, thing=RUBBISH)
    def offer_rubbish(self, by, thing):
        self._submit(by, thing)

    @precondition(lambda self: self.days < 12)
    @rule()
    def end_the_day(self):
        town = self.town
        closed = town.polity.close_day()
        facts = closed.facts
        self.days += 1
        assert closed.day == facts["day"] == self.days - 1
        before, capacity = facts["stock_measured_at_opening"], facts["capacity"]
        assert before == self.stock, "nothing but a close moves the stock"
        grown = 4 * before * (capacity - before) // (10 * capacity)
        assert facts["stock_measured"] == before + grown - facts["taken"], "what is gone was taken, what came had grown"
        assert 0 <= facts["taken"] <= before * (1000 - facts["reserve_permille"]) // 1000 + 1
        self.stock = facts["stock_measured"]
        truth = town.world.persons()
        assert (truth["served"] <= truth["entitled"]).all()
        assert (truth["entitled"] <= truth["claim"]).all()
        assert int(truth["served"].sum()) * 1000 <= facts["taken"], "what people have on their plates was taken"
        if not facts["cut"]:
            assert (truth["served"] == truth["entitled"]).all()
        self.eaten += truth["served"]
        assert town.world._total.tolist() == self.eaten.tolist()
        assert facts["roll"] == sum(town.polity.view(who)["accounts"] for who in (MEMBERS, RING, STRANGER, "friend"))

    def _submit(self, sender, thing):
        town = self.town
        before, size = town.state(), len(town.record.lines)
        outcome = town.polity.submit(thing, sender)
        assert len(town.record.lines) == size + 1
        entry = town.record.last
        assert (entry["seq"], entry["day"]) == (outcome.entry, self.days) == (size, self.days)
        assert entry["by"] == sender, "the record names who spoke"
        assert outcome.permitted is (entry["denied"] == [])
        if not outcome.permitted:
            assert town.state() == before, "what was refused changed nothing"
            if entry["body"] is not None:
                untold = entry["facts"]["role"] in ("governor", "suspended")
                assert outcome.reasons == (() if untold else tuple(entry["denied"]))
        else:
            office = next(o for o in town.polity.offices if entry["kind"] in o.kinds)
            schemas = dict(office.kinds[entry["kind"]].facts)
            for other in town.polity.offices:
                schemas |= other.knows
            assert {name: schemas[name].fault(value) for name, value in entry["facts"].items()} == dict.fromkeys(
                entry["facts"]
            )

    @invariant()
    def counts_agree(self):
        assert self.town.polity.day == self.days
        assert self.town.polity.view(MEMBERS)["day"] == self.days
        assert self.town.record.log.size == len(self.town.record.lines)


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=30)
TestLife = Life.TestCase


def test_every_field_of_every_kind_is_tried():
    assert {name for names in KINDS.values() for name in names} == FIELDS.keys()
