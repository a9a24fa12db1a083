"""The commons against a slow plain one: dicts, loops, Python integers, one person at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isonomia.basics.acts import Act, Permit
from isonomia.worlds.commons import MICRO, MILLI, Commons, Emergency, Setting

PERMIT = Permit(b"", 0)
HOLDERS = {"members": 6, "ring": 2, "late": 1}
PERSONS = 9


class Plain:
    """What a day does, person by person. Accounts are (name, number); the first of a name are its founding persons."""

    def __init__(self, holders, setting):
        self.founding = [(who, i) for who, n in holders.items() for i in range(n)]
        self.capacity = len(self.founding) * setting.capacity_per_head
        self.stock = self.said = self.capacity * setting.start_permille // 1000
        self.quota, self.reserve = setting.quota, 0
        self.share = dict.fromkeys(self.founding, 1000)
        self.claims = {}
        self.total = dict.fromkeys(self.founding, 0)

    def allocate(self, cells):
        for i, person in enumerate(self.founding):
            self.share[person] = cells[i] if i < len(cells) else 1000

    def claim(self, who, cells):
        self.claims = {account: n for account, n in self.claims.items() if account[0] != who}
        self.claims |= {(who, i): n for i, n in enumerate(cells)}

    def close(self):
        entitled = {}
        for account, asked in self.claims.items():
            quota = min(self.quota // 1000, 65_535)
            limit = min(self.share.get(account, 1000) * quota // 1000, 65_535)
            entitled[account] = min(asked, limit)
        wanted = sum(entitled.values())
        available = max(0, self.stock - self.capacity * self.reserve // 1000) // 1000
        cut = wanted > available
        served = {a: n * available // wanted if cut else n for a, n in entitled.items()}
        taken = sum(served.values()) * 1000
        opening = self.stock
        self.stock = opening + 4 * opening * (self.capacity - opening) // (10 * self.capacity) - taken
        for person in self.founding:
            self.total[person] += served.get(person, 0)
        row = {
            name: [values.get(person, 0) for person in self.founding]
            for name, values in (("claim", self.claims), ("entitled", entitled), ("served", served))
        }
        self.claims = {}
        facts = {"stock_measured": self.stock, "stock_measured_at_opening": opening, "taken": taken, "cut": cut}
        return row, facts | {"stock_reported": self.said, "quota": self.quota, "reserve_permille": self.reserve}


cells = st.lists(st.one_of(st.integers(0, 3000), st.sampled_from([0, 65_535])), min_size=1, max_size=14)
claims = st.tuples(st.just("claim"), st.sampled_from([*HOLDERS, "sybils"]), cells)
shares = st.tuples(
    st.just("allocate"), st.lists(st.sampled_from([0, 1, 700, 1000, 1500, 10_000]), min_size=1, max_size=14)
)
numbers = st.one_of(
    st.tuples(st.just("set_quota"), st.one_of(st.integers(50_000, 4_000_000), st.just(10_000_000))),
    st.tuples(st.just("set_reserve"), st.integers(0, 1000)),
    st.tuples(st.just("report"), st.integers(0, 10**9)),
)
days = st.lists(st.lists(st.one_of(claims, claims, shares, numbers), max_size=6), min_size=1, max_size=8)


def do(world, plain, day, step):
    """One step in both. The plain one has no facts to compare: they are its own lines."""
    kind, *rest = step
    if kind == "claim":
        who, values = rest
        act = Act(who, kind, day, {"milli": np.array(values, "<u2")})
        plain.claim(who, values)
    elif kind == "allocate":
        act = Act("governor", kind, day, {"permille": np.array(rest[0], "<u2")})
        plain.allocate(rest[0])
    else:
        name, field = {
            "set_quota": ("quota", "quota"),
            "set_reserve": ("permille", "reserve"),
            "report": ("stock", "said"),
        }[kind]
        act = Act("governor", kind, day, {name: rest[0]})
        setattr(plain, field, rest[0])
    _, plan = world.plan(act)
    world.apply(plan, PERMIT)


@settings(max_examples=150)
@given(days, st.sampled_from([600, 1000, 30, 1, 0]), st.integers(0, 3))
def test_a_commons_does_what_the_plain_one_does(played, start, seed):
    setting = Setting(start_permille=start)
    world, plain = Commons(HOLDERS, seed, setting), Plain(HOLDERS, setting)
    for day, steps in enumerate(played):
        for step in steps:
            do(world, plain, day, step)
        stated, owed = world.close({"day": day})
        row, facts = plain.close()
        assert not owed
        assert {name: stated[name] for name in facts} == facts
        truth = world.persons()
        for name, values in row.items():
            assert truth[name].tolist() == values, (name, day)
    assert world._total.tolist() == list(plain.total.values())


@settings(max_examples=60)
@given(days, st.integers(0, 50))
def test_a_lottery_serves_whole_units_and_all_there_are(played, seed):
    setting = Setting(clearing="lottery", start_permille=300)
    world = Commons(HOLDERS, seed, setting)
    plain = Plain(HOLDERS, setting)
    for day, steps in enumerate(played):
        opening, reserve = world.show("governor")["stock_measured"], 0
        for step in steps:
            do(world, plain, day, step)
        reserve = plain.capacity * plain.reserve // 1000
        asked = {who: len([a for a in plain.claims if a[0] == who]) for who in {a[0] for a in plain.claims}}
        stated, _ = world.close({"day": day})
        truth = world.persons()
        plain.claims = {}
        available = max(0, opening - reserve) // MILLI
        assert stated["taken"] <= max(0, opening - reserve)
        if stated["cut"]:
            assert not (truth["served"] % MILLI).any()
            assert (truth["served"] <= truth["entitled"]).all()
            if "sybils" not in asked and all(asked[who] <= HOLDERS[who] for who in asked):
                units = int((truth["entitled"] // MILLI).sum())
                assert int(truth["served"].sum()) == MILLI * min(units, available // MILLI)
        else:
            assert (truth["served"] == truth["entitled"]).all()


def test_first_come_is_not_first_served():
    served = []
    for order in (("members", "ring"), ("ring", "members")):
        world = Commons({"members": 3, "ring": 3}, 0, Setting(start_permille=100, quota=9 * MICRO))
        for who in order:
            _, plan = world.plan(Act(who, "claim", 0, {"milli": np.full(3, 5000, "<u2")}))
            world.apply(plan, PERMIT)
        stated, _ = world.close({"day": 0})
        assert stated["cut"]
        served.append(world.persons()["served"].tolist())
    assert served[0] == served[1] == [1000] * 6


def test_more_accounts_eat_more_and_are_nobody():
    """What sybils take leaves the stock and everybody's plate, and is on no person's plate."""
    setting = Setting(quota=10 * MICRO)
    world = Commons({"members": 4, "ring": 1}, 0, setting)
    for who, n in (("members", 4), ("ring", 45)):
        _, plan = world.plan(Act(who, "claim", 0, {"milli": np.full(n, 10_000, "<u2")}))
        world.apply(plan, PERMIT)
    stated, _ = world.close({"day": 0})
    assert stated["cut"]
    assert stated["taken"] == 49 * (30_000 // 49) * MILLI  # milli each, 30 units among 49 accounts
    assert world.persons()["served"].tolist() == [30_000 // 49] * 5


def test_a_quota_in_milli_binds_and_shares_scale_it():
    world = Commons({"members": 4}, 0, Setting(quota=1_234_567))
    _, plan = world.plan(Act("governor", "allocate", 0, {"permille": np.array([0, 500, 1000, 10_000], "<u2")}))
    world.apply(plan, PERMIT)
    _, plan = world.plan(Act("members", "claim", 0, {"milli": np.full(4, 65_535, "<u2")}))
    world.apply(plan, PERMIT)
    world.close({"day": 0})
    assert world.persons()["entitled"].tolist() == [0, 617, 1234, 12_340]


@pytest.mark.parametrize(
    ("permille", "there"), [(0, 54_000), (1, 53_910), (333, 24_030), (599, 90), (600, 0), (1000, 0)]
)
def test_what_is_reserved_is_not_served(permille, there):
    """90 units of room, 54 in stock: what lies above the reserve is shared out, to the milli-unit and no further."""
    world = Commons(HOLDERS, 0, Setting(quota=10 * MICRO))
    claim = np.full(6, 65_535, "<u2")
    for kind, body in (("set_reserve", {"permille": permille}), ("claim", {"milli": claim})):
        _, plan = world.plan(Act("members", kind, 0, body))
        world.apply(plan, PERMIT)
    stated, _ = world.close({"day": 0})
    assert world.persons()["served"].tolist() == [there // 6] * 6 + [0] * 3
    assert stated["taken"] == there // 6 * 6 * MILLI


def test_one_unit_a_head_is_what_half_a_stock_gives_for_ever():
    world = Commons({"members": 10}, 0, Setting(start_permille=500))
    for day in range(50):
        _, plan = world.plan(Act("members", "claim", day, {"milli": np.full(10, 60_000, "<u2")}))
        world.apply(plan, PERMIT)
        stated, _ = world.close({"day": day})
        assert stated["stock_measured"] == stated["stock_measured_at_opening"] == 50 * MICRO
        assert stated["taken"] == 10 * MICRO


def test_left_alone_the_stock_grows_and_never_beyond_what_there_is_room_for():
    world = Commons({"members": 3}, 0, Setting(start_permille=1))
    stocks = [world.close({"day": day})[0]["stock_measured"] for day in range(120)]
    assert stocks == sorted(stocks)
    assert 29_999_000 < stocks[-1] <= 30_000_000


def test_a_spent_stock_stays_spent():
    world = Commons({"members": 2}, 0, Setting(start_permille=10, quota=10 * MICRO))
    for day in range(5):
        _, plan = world.plan(Act("members", "claim", day, {"milli": np.full(2, 65_535, "<u2")}))
        world.apply(plan, PERMIT)
        stated, _ = world.close({"day": day})
    assert stated["stock_measured"] < 2 * 10**5
    assert stated["taken"] >= 0


@settings(max_examples=80)
@given(st.lists(st.sampled_from([0, 900, 1000, 1100, 1101, 4000, 10_000]), min_size=1, max_size=14))
def test_facts_about_shares_are_about_the_shares_people_then_have(given_cells):
    """Promises rest on these facts, so an array that is too short or too long may not make them say something else."""
    plain = Plain(HOLDERS, Setting())
    world = Commons(HOLDERS, 0)
    plain.allocate(given_cells)
    facts, plan = world.plan(Act("governor", "allocate", 0, {"permille": np.array(given_cells, "<u2")}))
    world.apply(plan, PERMIT)
    stated, _ = world.close({"day": 0})
    held = list(plain.share.values())
    assert (stated["allocation_min"], stated["allocation_max"]) == (min(held), max(held))
    assert (facts["share_min"], facts["share_max"]) == (min(held), max(held))
    assert stated["favoured"] == facts["favoured_new"] == sum(share > 1100 for share in held)


@pytest.mark.parametrize("n", [65_535, 65_536, 65_537])
def test_sums_do_not_wrap_where_the_narrow_one_ends(n):
    setting = Setting(capacity_per_head=80 * MICRO, start_permille=1000, quota=10 * MICRO)
    world = Commons({"members": n}, 0, setting)
    for kind, cells in (("allocate", 10_000), ("claim", 65_535)):
        name = "permille" if kind == "allocate" else "milli"
        _, plan = world.plan(Act("members", kind, 0, {name: np.full(n, cells, "<u2")}))
        world.apply(plan, PERMIT)
    stated, _ = world.close({"day": 0})
    assert stated["taken"] == n * 65_535 * MILLI
    assert stated["cut"] is False


def test_equalise_is_what_it_says():
    world = Commons(HOLDERS, 0)
    for kind, body in (("allocate", {"permille": np.full(9, 4000, "<u2")}), ("equalise", {})):
        _, plan = world.plan(Act("office:contract", kind, 0, body))
        world.apply(plan, PERMIT)
    stated, _ = world.close({"day": 0})
    assert (stated["allocation_min"], stated["allocation_max"], stated["favoured"]) == (1000, 1000, 0)


@pytest.mark.parametrize("needs", [(0, 0), (300, 600), (500, 500)])
def test_needs_lie_where_they_should_and_stay(needs):
    world = Commons({"members": 500}, 7, Setting(needs=needs))
    first = world.needs().copy()
    assert needs[0] <= first.min() <= first.max() <= needs[1]
    assert len(set(first.tolist())) > 1 or needs[0] == needs[1]
    world.close({"day": 0})
    assert (world.needs() == first).all()
    assert (Commons({"members": 500, "late": 30}, 7, Setting(needs=needs)).needs()[:500] == first).all()


def test_an_emergency_is_on_its_days_and_for_its_people():
    plain = Commons(HOLDERS, 3).needs().tolist()
    world = Commons(HOLDERS, 3, Setting(emergencies=(Emergency(2, 3, 1, 4, 700), Emergency(4, 1, 3, 5, 50))))
    for day in range(7):
        extra = [0] * PERSONS
        for person in range(PERSONS):
            extra[person] += 700 * (2 <= day < 5 and 1 <= person < 4) + 50 * (day == 4 and 3 <= person < 5)
        assert world.needs().tolist() == [a + b for a, b in zip(plain, extra, strict=True)], "what is needed today"
        world.close({"day": day})
        assert world.persons()["need"].tolist() == [a + b for a, b in zip(plain, extra, strict=True)], "and was"


def test_duties_count_as_done_when_someone_in_office_did_them():
    for by, done in (("governor", True), ("operator", True), ("office:contract", False)):
        world = Commons(HOLDERS, 0)
        for kind, body in (("set_quota", {"quota": MICRO}), ("report", {"stock": 5})):
            _, plan = world.plan(Act(by, kind, 0, body))
            world.apply(plan, PERMIT)
        stated, _ = world.close({"day": 0})
        assert (stated["quota_set"], stated["reported"]) == (done, done)
        stated, _ = world.close({"day": 1})
        assert (stated["quota_set"], stated["reported"]) == (False, False)


def test_what_each_sees():
    world = Commons({"members": 2, "ring": 1}, 0)
    _, plan = world.plan(Act("members", "claim", 0, {"milli": np.array([10, 20, 30], "<u2")}))
    world.apply(plan, PERMIT)
    world.close({"day": 0})
    assert world.show("members")["plate"].tolist() == [10, 20]
    assert world.show("members")["start"] == 0
    assert world.show("ring")["start"] == 2
    assert world.show("ring")["plate"] is None
    for who in ("members", "ring", "stranger", "operator"):
        assert "stock_measured" not in world.show(who)
    assert "plate" not in world.show("governor")
    assert "need" not in world.show("governor"), "truth by person is shown to nobody but that person"
