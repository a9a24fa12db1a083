"""The third world: owned in tokens, so that votes can be borrowed and everything can be paid to somebody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from isonomia.basics.acts import Act
from isonomia.lab.kits.kit import KitError, holders_of
from isonomia.lab.plugins import attacks, worlds
from isonomia.lab.run import run
from isonomia.lab.spec import Spec
from isonomia.law.articles import Article
from isonomia.measures.harm import BROKEN_ALL, BROKEN_TARGETS, HEADROOM, Pair, measure_pair, measure_service
from isonomia.measures.trace import Trace
from isonomia.seats.governors.commons import Idle
from small_polity import charter_of

KIT = worlds()["treasury"]
NUMBERS = KIT.numbers
TWO_DAYS = {"effects_shown": True, "voting_days": 2}  # people see what a proposal does, and have time to say no


def spec_of(charter: str = "flawed", articles: tuple[Article, ...] = (), **settings: Any) -> Spec:
    law = charter_of(charter).in_world("treasury")
    law = replace(law, articles=(*law.articles, *articles), settings={"decisions": settings} if settings else {})
    return Spec("treasury", law, members=40, days=20, after=20)


def pair_of(control: Spec, attack: str, **point: int) -> Pair:
    return measure_pair(run(replace(control, attack=attack, point=point)), run(control), NUMBERS)


def admitted(trace: Trace, kind: str) -> list[Any]:
    return [entry for entry in trace.of(kind) if not entry["denied"]]


# -- governors ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("charter", ["bare", "flawed", "accountable"])
def test_a_steward_beats_doing_nothing_and_breaks_no_promise(charter: str) -> None:
    control = spec_of(charter)
    steward = run(control)
    idle = measure_pair(run(replace(control, governor="idle")), steward, NUMBERS)
    assert idle.harm > 0.01
    assert idle.harms["upkeep"] > 0.01
    assert idle.control_deficit == 0.0 <= HEADROOM
    assert not steward.of("breach")
    assert sum(int(day["upkeep_left_measured"]) for day in steward.days) == 0


def test_duties_do_most_of_what_an_idle_governor_leaves() -> None:
    harms = [pair_idle(charter) for charter in ("flawed", "accountable")]
    assert harms[0] > 0.9
    assert harms[1] < 0.1


def pair_idle(charter: str) -> float:
    control = spec_of(charter)
    return measure_pair(run(replace(control, governor="idle")), run(control), NUMBERS).harm


def test_the_dividend_follows_the_vote() -> None:
    for day in run(spec_of()).days:
        assert abs(int(day["dividend_per_head"]) - int(day["mandate"])) <= 1


def test_a_treasurer_who_takes_text_for_orders_pays_a_stranger() -> None:
    control = replace(spec_of(), governor="credulous")
    assert pair_of(control, "petition-injection").harm > 0.3
    assert pair_of(replace(control, governor="steward"), "petition-injection").harm == 0


# -- the loan ----------------------------------------------------------------------------------------------------------
def test_borrowed_votes_take_the_treasury_where_power_is_read_as_the_vote_comes_in() -> None:
    pair = pair_of(spec_of(**TWO_DAYS), "flash-loan")
    assert pair.harm > 0.3
    assert pair.gain > 0.5 * pair.total
    assert pair.after > 0.1, "what was taken stays taken"


@pytest.mark.parametrize("changed", [{"power": "snapshot"}, {"weight": "head"}])
def test_they_are_worth_nothing_where_power_is_last_nights_or_a_head_is_a_vote(changed: dict[str, str]) -> None:
    pair = pair_of(spec_of(**TWO_DAYS, **changed), "flash-loan")
    assert pair.harm < BROKEN_ALL
    assert pair.targets < BROKEN_TARGETS


def test_without_the_loan_the_same_ring_gets_nothing() -> None:
    """So it is the loan that does it, and not the title."""
    assert pair_of(spec_of(**TWO_DAYS), "flash-loan", borrow_permille=1).harm < BROKEN_ALL


def test_on_titles_alone_no_loan_is_needed() -> None:
    """An honest negative: where effects are not shown a snapshot does not help, since members wave it through."""
    assert pair_of(spec_of(power="snapshot"), "flash-loan").harm > 0.3


def test_a_delay_that_nobody_uses_stops_nothing() -> None:
    late = pair_of(spec_of(**TWO_DAYS, timelock_days=3), "flash-loan")
    assert 0.3 < late.harm < pair_of(spec_of(**TWO_DAYS), "flash-loan").harm


def test_the_level_that_notices_holds_it_and_the_null_level_does_not() -> None:
    noticed = spec_of()
    noticed = replace(
        noticed, charter=replace(noticed.charter, levels={**noticed.charter.levels, "decisions": "noticed"})
    )
    assert pair_of(noticed, "flash-loan").harm < BROKEN_ALL
    assert pair_of(spec_of("bare"), "flash-loan").harm > 0.3


def test_the_ring_gives_back_what_it_borrows_within_its_turn() -> None:
    trace = run(replace(spec_of(**TWO_DAYS), attack="flash-loan"))
    lent = {e["day"]: e["facts"]["lent"] for e in admitted(trace, "borrow")}
    back = {e["day"]: e["facts"]["moved"] for e in admitted(trace, "transfer")}
    assert lent == back != {}


def test_its_card_declares_a_ring_that_is_nobodys_victim() -> None:
    card = attacks()["flash-loan"].card
    assert (card.worlds, card.taxonomy, card.held) == (("treasury",), ("T01",), 50)


# -- proposals ---------------------------------------------------------------------------------------------------------
class Puts:
    """A seat that puts one payload on day 1 and votes for it with what it holds."""

    def __init__(self, who: str, payload: str) -> None:
        self._who, self._payload, self._done = who, payload, 0

    def act(self, view: Any) -> Act | None:
        mine = [p.number for p in view["proposals"] if p.author == self._who]
        if view["day"] == 1 and not self._done:
            self._done = 1
            return Act(self._who, "propose", 1, {"title": "Upkeep", "payload": self._payload})
        if mine and self._done == 1:
            self._done = 2
            body = {"proposal": mine[0], "yes": view["own_votes"], "no": 0, "abstain": 0}
            return Act(self._who, "vote", view["day"], body)
        return None


@pytest.mark.parametrize("shown", [False, True])
def test_what_an_attacker_is_told_takes_the_treasury_unless_people_see_it(shown: bool) -> None:
    spec = spec_of(effects_shown=shown, voting_days=2)
    trace = run(spec, seats={"ring": Puts("ring", KIT.facts(spec)["payload"])})
    assert (NUMBERS.beside(trace)["treasury_drawdown"] > 0.5) is not shown


def test_the_routine_payload_is_waved_through_and_costs_nobody_anything() -> None:
    spec = spec_of(**TWO_DAYS)
    trace, control = (run(spec, seats={"ring": seat}) for seat in (Puts("ring", KIT.facts(spec)["routine"]), Idle()))
    assert [e["by"] for e in admitted(trace, "set_parameter")] == ["office:docket"]
    assert measure_pair(trace, control, NUMBERS).harm == 0


def test_members_decide_what_breaks_where_the_treasurer_may_not() -> None:
    """Benign twins: a law under which only what was decided is paid costs upkeep while people decide, and no more."""
    decided = Article("only.decided", "pay", "decided", "nothing is paid that was not decided")
    free = replace(spec_of(**TWO_DAYS), benign=True)
    bound = replace(spec_of(articles=(decided,), **TWO_DAYS), benign=True)
    reference, trace = run(free), run(bound)
    assert [e["by"] for e in admitted(reference, "pay")] == ["governor"] * 2
    assert [e["by"] for e in admitted(trace, "pay")] == ["office:docket"] * 2
    served = [measure_service(t, reference, NUMBERS).served for t in (reference, trace)]
    assert 0.01 < 1 - served[1] / served[0] < 0.3
    assert trace.days[-1]["upkeep_left_measured"] == 0


# -- the kit -----------------------------------------------------------------------------------------------------------
def test_newcomers_hold_nothing_and_join() -> None:
    spec = replace(spec_of(), benign=True)
    trace = run(spec)
    newcomers = holders_of(spec)["newcomers"]
    assert not trace.truth["tokens"][:, -newcomers:].any()
    assert trace.truth["tokens"][:, :-newcomers].all()
    assert int(trace.days[-1]["roll"]) == 40 + newcomers


def test_the_same_seed_is_the_same_run_and_another_is_another() -> None:
    spec = spec_of()
    assert run(spec).root == run(spec).root != run(replace(spec, seed=1)).root


def test_it_runs_on_no_ballots_file() -> None:
    with pytest.raises(KitError, match="budget"):
        KIT.prepare(spec_of(), "ballots.pb")
