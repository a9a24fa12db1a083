"""The mandate as a standing number: who moves it, how far, and whom it does not care about."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isonomia.decisions.direction import ABSTAIN, HOLD, LOWER, RAISE, moved
from isonomia.law.articles import Article
from isonomia.polity.polity import Polity
from small_polity import MEMBERS, RING, Record, Town, marks

START = 1_000_000
UP, DOWN = START * 101 // 100, START * 95 // 100


@pytest.mark.parametrize(
    ("lower", "higher", "hold", "after"),
    [
        (0, 0, 0, START),  # nobody came
        (0, 1, 0, UP),
        (1, 0, 0, DOWN),
        (1, 1, 0, START),  # a tie
        (10, 10, 0, START),
        (10, 11, 0, UP),
        (11, 10, 0, DOWN),
        (0, 5, 5, START),  # half of those who voted is not more than half
        (0, 6, 5, UP),
        (5, 0, 5, START),
        (6, 0, 5, DOWN),
        (4, 5, 3, START),  # the most votes are not a majority
        (5, 4, 3, START),
        (0, 0, 9, START),
    ],
)
def test_majority_table(lower, higher, hold, after):
    assert moved(START, lower, higher, hold, (0, 10**9), (95, 101)) == after
    town = Town(members=30, ring=0)
    choice = marks(*[LOWER] * lower, *[RAISE] * higher, *[HOLD] * hold, *[ABSTAIN] * (30 - lower - higher - hold))
    assert town.act(MEMBERS, "ballot", choice=choice).permitted
    facts = town.close()
    assert facts["mandate"] == after
    assert (facts["votes_lower_tallied"], facts["votes_raise_tallied"], facts["votes_hold_tallied"]) == (
        lower,
        higher,
        hold,
    )


@given(
    st.integers(50, 10**7),
    st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99)),
    st.tuples(st.integers(1, 100), st.integers(100, 200)),
)
def test_the_rule_against_its_words(base, votes, steps):
    lower, higher, hold = votes
    bounds = (50, 10**7)
    after = moved(base, lower, higher, hold, bounds, steps)
    half = sum(votes) / 2
    if higher > half:
        wanted = base * steps[1] // 100
    elif lower > half:
        wanted = base * steps[0] // 100
    else:
        wanted = base
    assert after == sorted((bounds[0], wanted, bounds[1]))[1]


def test_the_bounds_hold_however_long_the_vote():
    town = Town("bare", members=3, ring=0)
    for choice, bound in ((RAISE, 10_000_000), (LOWER, 50_000)):
        for _ in range(260):
            town.act(MEMBERS, "ballot", choice=marks(choice))
            facts = town.close()
        assert facts["mandate"] == bound


@pytest.mark.parametrize("spoilt", [4, 5, 77, 128, 255])
def test_a_mark_that_means_nothing_is_a_vote_to_hold_and_an_abstention_is_none(spoilt):
    town = Town(members=9, ring=0)
    town.act(MEMBERS, "ballot", choice=marks(*[RAISE] * 2, *[spoilt] * 2, *[ABSTAIN] * 5))
    facts = town.close()
    assert facts["mandate"] == START, "two of four are no majority: nobody's foolish mark moves the number"
    assert (facts["votes_raise_tallied"], facts["votes_hold_tallied"]) == (2, 2)
    town.act(MEMBERS, "ballot", choice=marks(*[RAISE] * 2, spoilt, *[ABSTAIN] * 6))
    assert town.close()["mandate"] == UP


def test_yesterdays_ballots_do_not_count_today():
    town = Town(members=9, ring=0)
    town.act(MEMBERS, "ballot", choice=marks(*[RAISE] * 9))
    assert town.close()["mandate"] == UP
    assert town.close()["mandate"] == UP
    town.act(MEMBERS, "ballot", choice=marks(LOWER))
    facts = town.close()
    assert facts["mandate"] == UP * 95 // 100
    assert facts["votes_raise_tallied"] == 0


def test_todays_ballots_move_the_number_once_together():
    town = Town(members=10, ring=5)
    assert town.polity.view(MEMBERS)["mandate"] == START
    town.act(RING, "ballot", choice=marks(*[RAISE] * 5))
    assert town.polity.view("governor")["mandate"] == UP, "who acts last acts on the votes of the day so far"
    town.act(MEMBERS, "ballot", choice=marks(*[LOWER] * 10))
    assert town.polity.view("governor")["mandate"] == DOWN, "counted from the number the day began with"
    assert town.close()["mandate"] == DOWN


def test_nobody_votes_twice_or_for_accounts_they_do_not_have():
    town = Town("flawed", members=9, ring=1)
    assert town.act(MEMBERS, "ballot", choice=marks(*[LOWER] * 10)).reasons == ("A.1",)
    assert town.act(MEMBERS, "ballot", choice=marks(*[LOWER] * 9)).permitted
    assert town.act(MEMBERS, "ballot", choice=marks(RAISE)).reasons == ("A.1",)
    assert town.act(RING, "ballot", choice=marks(RAISE)).permitted, "the ring has not voted yet"
    facts = town.close()
    assert (facts["votes_lower_tallied"], facts["votes_raise_tallied"]) == (9, 1)
    assert town.act(MEMBERS, "ballot", choice=marks(RAISE)).permitted, "a new day"


def test_without_the_article_votes_count_as_often_as_they_come():
    town = Town("bare", members=9, ring=1)
    for _ in range(10):
        assert town.act(RING, "ballot", choice=marks(*[RAISE] * 3)).permitted
    assert town.close()["votes_raise_tallied"] == 30


def test_a_refused_ballot_counts_for_nothing():
    town = Town("flawed", members=9, ring=1)
    before = town.state()
    town.act(MEMBERS, "ballot", choice=marks(*[RAISE] * 10))
    assert town.state() == before


def test_permuted_ballots_give_the_same_tally_on_another_root():
    cells = marks(*[RAISE] * 5, *[LOWER] * 7, *[HOLD] * 3, *[ABSTAIN] * 4, 9)
    towns = [Town(seed=0), Town(seed=0)]
    for town, choice in zip(towns, (cells, np.random.default_rng(1).permutation(cells)), strict=True):
        assert town.act(MEMBERS, "ballot", choice=choice).permitted
    first, second = (town.record.last for town in towns)
    assert first["facts"] == second["facts"]
    assert first["body"]["choice"]["root"] != second["body"]["choice"]["root"]
    assert towns[0].close() == towns[1].close()
    assert towns[0].record.log.root() != towns[1].record.log.root()


class Renamed:
    """An office that hears of everybody under the name they have there."""

    def __init__(self, office, names):
        self.office, self.names = office, names
        self.name, self.kinds, self.knows, self.states = office.name, office.kinds, office.knows, office.states

    def _act(self, act):
        return act._replace(by=self.names.get(act.by, act.by))

    def plan(self, act):
        return self.office.plan(self._act(act))

    def facts(self, act):
        return self.office.facts(self._act(act))

    def apply(self, plan, permit):
        return self.office.apply(plan, permit)

    def close(self, today):
        return self.office.close(today)

    def show(self, who):
        return self.office.show(self.names.get(who, who))


def _verdicts(names):
    """What happens to a fixed play when the members and the ring bear these names."""
    town = Town("flawed", members=9, ring=3)
    true = {spoken: name for name, spoken in names.items()}
    offices = [Renamed(office, true) for office in town.offices.values()]
    town.record = Record()
    town.polity = Polity(offices, town.charter.law_in("commons"), town.record)
    outcomes = []
    for day in range(3):
        for who, n in (("ring", 3), ("members", 9), ("ring", 4), ("members", 2)):
            choice = marks(*[RAISE if who == "ring" or day == 1 else LOWER] * n)
            outcomes.append(town.act(names[who], "ballot", choice=choice))
            outcomes.append(town.act(names[who], "claim", milli=np.full(n, 700, "<u2")))
        town.close()
    return outcomes, [e.get("facts", e.get("close")) for e in town.record.entries]


def test_renamed_principals_get_the_same_verdicts():
    """No rule may recognise anybody by name: the honest name does not help, the ring's does not harm."""
    plain = _verdicts({"members": "members", "ring": "ring"})
    assert plain == _verdicts({"members": "ring", "ring": "members"})
    assert plain == _verdicts({"members": "zoe", "ring": "ann"})
    assert {outcome.permitted for outcome in plain[0]} == {True, False}


def test_the_law_knows_no_names():
    """What makes the test above true of every charter: nobody's name is a fact."""
    facts = {name for office in Town().offices.values() for name in office.knows}
    assert "by" not in facts
    law = [Article("names", "ballot", "by != 'ring'")]
    with pytest.raises(Exception, match='unknown fact "by"'):
        Polity(list(Town().offices.values()), law, Town().record)
