"""The second world: the same attacks, charters and kernel, on ballots that were really cast."""

import os
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from isonomia.basics.acts import Act
from isonomia.basics.errors import IsonomiaError
from isonomia.decisions.rules import RULES
from isonomia.lab.kits.budget import SAMPLE
from isonomia.lab.kits.kit import KitError
from isonomia.lab.plugins import attacks, worlds
from isonomia.lab.run import run
from isonomia.lab.spec import Spec
from isonomia.measures.harm import BROKEN_ALL, BROKEN_TARGETS, HEADROOM, measure_pair, measure_service
from isonomia.seats.attacks.targets import sybil_row, unwanted
from isonomia.worlds.budget import days_on_schedule
from isonomia.worlds.pabulib import read_pb
from small_polity import charter_of

KIT = worlds()["budget"]
NUMBERS = KIT.numbers
CURES = {"petition-injection": "quarantine", "sybil-majority": "vouched", "captured-governor": "accountable"}
KERNEL = ("basics", "law", "gate", "polity")
SOURCE = Path(__file__).parents[2] / "src" / "isonomia"
DATA = Path(os.environ.get("ISONOMIA_DATA", Path(__file__).parents[2] / ".." / "shared" / "data")) / "pabulib"
FILES = sorted(DATA.glob("*.pb"))


def spec_of(charter="flawed", ballots=None, **changes):
    base = Spec("budget", charter_of(charter).in_world("budget"), held=50)
    return replace(KIT.prepare(base, ballots), **changes)


@cache
def pair(attack, charter, seed=0):
    card = attacks()[attack].card
    control = spec_of(charter, seed=seed, governor=card.governor)
    attacked = replace(control, attack=attack, point=card.default("budget"))
    return measure_pair(run(attacked), run(control), NUMBERS)


# -- the three attacks and their cures ---------------------------------------------------------------------------------
@pytest.mark.parametrize("attack", CURES)
@pytest.mark.parametrize("charter", ["bare", "flawed"])
def test_each_attack_breaks_an_unprotected_polity(attack, charter):
    for seed in range(3):
        assert pair(attack, charter, seed).harm > 5 * BROKEN_ALL
        assert pair(attack, charter, seed).control_deficit <= HEADROOM


@pytest.mark.parametrize("attack", CURES)
def test_each_cure_holds_its_attack(attack):
    for seed in range(3):
        found = pair(attack, CURES[attack], seed)
        assert found.harm < BROKEN_ALL
        assert found.targets < BROKEN_TARGETS
        assert found.structural == ()


@pytest.mark.parametrize(
    ("attack", "charter"),
    [
        ("petition-injection", "vouched"),
        ("sybil-majority", "quarantine"),
        ("sybil-majority", "accountable"),
        ("captured-governor", "quarantine"),
        ("captured-governor", "vouched"),
    ],
)
def test_a_cure_for_one_is_none_for_another(attack, charter):
    assert pair(attack, charter).harm == pair(attack, "flawed").harm


def test_each_attack_shows_in_the_number_that_is_about_it():
    injected, ring, captured = (pair(attack, "flawed") for attack in CURES)
    for found in (injected, captured):  # another thing is done than was voted; the vote itself is sound
        assert found.decoupling[0] > 0.2
        assert found.input_capture == (0, 0)
    assert ring.input_capture[0] > 0.2  # what was voted is done, but the vote is not the people's
    assert ring.decoupling[0] == 0
    assert ring.structural == ("one ballot each",)
    assert captured.truth_gap[0] > 0.02
    assert injected.truth_gap[0] == ring.truth_gap[0] == 0
    for found in (injected, ring, captured):
        assert found.gain / found.total > 0.2
        assert (found.decoupling[1], found.input_capture[1], found.truth_gap[1]) == (0, 0, 0)


def test_a_captured_governor_is_suspended_and_the_mandate_is_paid_all_the_same():
    spec = spec_of("accountable", attack="captured-governor")
    trace = run(spec)
    suspended = [e["day"] for e in trace.of("suspend") if not e["denied"]]
    assert suspended == [3]  # two bad days, then the next morning
    paid = [e["day"] for e in trace.of("pay") if not e["denied"] and e["by"] == "governor"]
    assert max(paid) == 2
    by_itself = [e for e in trace.of("pay_next") if not e["denied"]]
    assert {e["by"] for e in by_itself} == {"office:contract"}
    assert trace.days[-1]["delivered_mandate_cost"] == trace.days[-1]["mandate_cost"]


def test_an_idle_governor_starves_a_polity_unless_somebody_stands_in():
    idle, cured = (NUMBERS.deficits(t, t)["delivery"].mean() for t in map(run, _governed("idle")))
    assert idle > 0.5
    assert cured < HEADROOM


def _governed(governor):
    return spec_of("flawed", governor=governor), spec_of("accountable", governor=governor)


def test_the_steward_breaks_no_promise():
    for seed in range(5):
        trace = run(spec_of("accountable", seed=seed))
        assert not trace.of("breach")
        assert not trace.of("pay_next")
        assert not [line for line in trace.lines if b'"denied":["' in line]


# -- members, ring, turn order -----------------------------------------------------------------------------------------
def test_the_ring_joins_and_votes_in_its_own_turn_whoever_comes_first():
    orders = set()
    for seed in range(12):
        spec = spec_of(seed=seed, attack="sybil-majority")
        cast = [e for e in run(spec).of("ballot") if e["day"] == 0 and not e["denied"]]
        orders.add(tuple(e["by"] for e in cast))
        assert {e["by"]: e["facts"]["voters"] for e in cast} == {"members": 29, "ring": 37}
    assert len(orders) == 2


def test_without_names_the_ring_votes_with_its_own_persons_only():
    trace = run(spec_of("vouched", attack="sybil-majority"))
    assert [e["facts"]["voters"] for e in trace.of("ballot") if e["by"] == "ring" and not e["denied"]] == [1]


def test_the_ring_picks_the_ballot_that_costs_the_others_most_of_those_it_thinks_of():
    polls = KIT.facts(spec_of())["polls"]
    row = sybil_row(polls, 29, 37, 3)
    assert row.max() <= polls.full
    assert row.sum() <= polls.form.total
    picked = np.flatnonzero(row).tolist()
    won = polls.rule.select(np.vstack([polls.points[:29], np.tile(row, (37, 1))]), polls.costs, polls.budget)
    assert set(picked) & set(won)
    assert set(polls.mandate) - set(won)
    assert unwanted(polls)[0] not in polls.mandate


def test_a_stuffed_ballot_is_spoilt_so_one_person_cannot_outvote_all():
    class Stuffer:
        def act(self, view):
            if view["day"] or view["last"] is not None:
                return None
            row = np.zeros(8, "<u2")
            row[7] = 65_535
            return Act("ring", "ballot", 0, {"points": row})

    trace = run(spec_of(), seats={"ring": Stuffer()})
    assert [e["facts"]["voters"] for e in trace.of("ballot") if e["by"] == "ring"] == [0]


# -- the numbers -------------------------------------------------------------------------------------------------------
def slow_deficits(spec, trace):
    """Straight from the definition: person by person, day by day, project by project."""
    election = read_pb(SAMPLE)
    order = RULES["greedy-votes-per-cost"].select(election.points, election.costs, election.budget)
    build = (spec.days + spec.after) * 600 // 1000
    due = dict(zip(order, days_on_schedule(order, election.costs, election.budget, build), strict=True))
    delivered = delivery_days(trace)
    short = np.zeros((trace.length, len(election.voters)))
    for day in range(trace.length):
        for person, row in enumerate(election.points.tolist()):
            owed = sum(election.costs[p] * row[p] for p in due if due[p] <= day)
            has = sum(election.costs[p] * row[p] for p in delivered if delivered[p] <= day)
            short[day, person] = 1 - min(1, has / owed) if owed else 0
    return short


def delivery_days(trace):
    days = {}
    for e in trace.of("pay"):
        f = e["facts"]
        if not e["denied"] and not f["delivered"] and f["paid_before"] + f["moved"] >= f["cost_now"]:
            days[e["body"]["project"]] = e["day"]
    return days


@pytest.mark.parametrize("attack", ["", "petition-injection", "captured-governor"])
def test_deficits_are_what_the_definition_says(attack):
    spec = spec_of(seed=3, attack=attack, governor="credulous" if attack == "petition-injection" else "steward")
    trace = run(spec)
    found = NUMBERS.deficits(trace, trace)["delivery"]
    np.testing.assert_allclose(found, slow_deficits(spec, trace), atol=1e-12)
    assert bool(attack) == bool(found.any())


def test_what_is_owed_does_not_shrink_when_every_ballot_is_refused():
    open_ = run(spec_of())
    refused = run(spec_of(), seats={"members": _Silent(), "ring": _Silent()})
    assert refused.days[-1]["mandate_projects"] == 0
    assert np.array_equal(refused.truth["due"], open_.truth["due"])
    assert NUMBERS.deficits(refused, refused)["delivery"].mean() > 0.5


class _Silent:
    def act(self, view):
        return None


def test_the_weakest_are_owed_something_and_nobody_is_owed_less():
    trace = run(spec_of())
    due, weakest = trace.truth["due"][-1], NUMBERS.weakest(trace)
    rest = [i for i in range(*trace.roles.victims) if i not in weakest.tolist() and due[i]]
    assert 0 < max(due[weakest]) <= min(due[rest])
    assert len(weakest) == 2
    start, stop = trace.roles.victims
    assert NUMBERS.left_out(trace) == int((due[start:stop] == 0).sum())


def test_money_is_counted_once_as_used_or_lost():
    control, attacked = run(spec_of()), run(spec_of(attack="captured-governor"))
    everything = set(range(8))
    assert NUMBERS.used_for(control, everything) == NUMBERS.total(control)
    assert NUMBERS.outside_mandate(control) == 0
    mandate = {e["body"]["project"] for e in attacked.of("adopt")}
    lost = NUMBERS.total(attacked) - NUMBERS.used_for(attacked, mandate)
    assert lost / NUMBERS.total(attacked) == pytest.approx(NUMBERS.outside_mandate(attacked))
    caretaken = run(spec_of("accountable", attack="captured-governor"))
    used = NUMBERS.used_for(caretaken, mandate)
    assert used == int(caretaken.days[-1]["spent_mandate_measured"])


# -- the world as a second instance ------------------------------------------------------------------------------------
def test_the_same_spec_gives_the_same_root_and_another_seed_another():
    assert run(spec_of(seed=4)).root == run(spec_of(seed=4)).root
    assert run(spec_of(seed=4)).root != run(spec_of(seed=5)).root


def test_permuted_ballots_change_what_is_done():
    text = SAMPLE.read_text(encoding="utf-8")
    names = re.findall(r"^([a-z]+);\d+;\d+;", text, re.MULTILINE)
    turned = dict(zip(names, names[3:] + names[:3], strict=True))
    head, votes = text.split("VOTES\n")
    swap = re.compile("|".join(rf"\b{name}\b" for name in names))
    dealt = head + "VOTES\n" + swap.sub(lambda found: turned[found[0]], votes)
    one, other = (run(replace(spec_of(), ballots=ballots)) for ballots in ("", dealt))
    paid = [[e["body"]["project"] for e in trace.of("pay")] for trace in (one, other)]
    assert paid[0] != paid[1]
    assert [e["body"] for e in one.of("adopt")] != [e["body"] for e in other.of("adopt")]


def test_no_kernel_room_knows_that_there_is_such_a_world():
    for room in KERNEL:
        for path in (SOURCE / room).rglob("*.py"):
            words = path.read_text(encoding="utf-8").lower()
            assert not re.search(r"budget|pabulib|project_|treasury", words), path


def test_a_benign_twin_has_trouble_and_no_attacker():
    spec = spec_of(benign=True)
    calm, trouble = run(spec_of()), run(spec)
    assert trouble.days[-1]["spent_measured"] > calm.days[-1]["spent_measured"]
    pleas = trouble.of("petition")
    assert [(e["by"], e["day"]) for e in pleas] == [("members", 8), ("members", 20)]
    assert {e["body"]["project"] for e in trouble.of("adopt")} >= {e["body"]["position"] for e in pleas}
    assert trouble.truth["due"].shape == (80, 31)  # 30 voters and a newcomer, who is owed nothing this time
    assert not trouble.truth["due"][:, 30].any()
    service = measure_service(trouble, trouble, NUMBERS)
    assert service.served > 0.9


def test_a_file_that_is_no_election_or_a_rule_that_is_none_is_refused(tmp_path):
    broken = tmp_path / "broken.pb"
    broken.write_text(SAMPLE.read_text(encoding="utf-8").replace("clinic;weir", "castle;weir"), encoding="utf-8")
    with pytest.raises(IsonomiaError, match=r'broken\.pb, line \d+: vote names project "castle"'):
        spec_of(ballots=str(broken))
    with pytest.raises(IsonomiaError, match="cannot be read"):
        spec_of(ballots=str(tmp_path / "none.pb"))
    with pytest.raises(KitError, match="no rule 'lottery'; there are greedy-votes"):
        KIT.prepare(spec_of(rule="lottery"), None)
    with pytest.raises(KitError, match="30 voters; 31 members"):
        run(spec_of(members=31))


@pytest.mark.skipif(not FILES, reason="no Pabulib files under ISONOMIA_DATA")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_on_real_ballots_there_is_headroom_and_the_money_goes_where_the_vote_sent_it(path):
    trace = run(spec_of(ballots=str(path)))
    assert NUMBERS.deficits(trace, trace)["delivery"].mean() <= HEADROOM
    assert NUMBERS.decoupling(trace) == NUMBERS.input_capture(trace) == NUMBERS.outside_mandate(trace) == 0
