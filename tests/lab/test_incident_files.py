"""The format: what a file may say, how acts wait and depend, the words of an outcome; and every fault at once."""

from __future__ import annotations

import pytest

from isonomia.basics.errors import Faults, IsonomiaError
from isonomia.lab.incidents.file import load_incident, read_incident, template
from isonomia.lab.incidents.incident import Incident, name_of
from isonomia.lab.incidents.replaying import Replayed, play, study

PEOPLE = """
principal = [
    { name = "a", tokens = 10 }, { name = "b", tokens = 30, heads = 3 }, { name = "boss", role = "operator" },
]
"""
OWN_VOTES = """
[[charter.article]]
id = "own"
on = "vote"
text = "votes_so_far + votes <= power"
"""
PAY = '[{ kind = "pay", to = "a", amount = 5 }]'
PUT = f'{{ day = 0, by = "a", kind = "propose", label = "P", title = "t", payload = {PAY} }}'


def story(*acts: str, head: str = "", tables: str = "") -> Incident:
    listed = ",\n    ".join(acts)
    money = "[founding]\nmoney = 100\n" if "[founding]" not in tables else ""
    text = f'id = "S"\nname = "a story"\n{head}\n{PEOPLE}\nact = [\n    {listed},\n]\n{money}{tables}'
    return read_incident(text, "story.toml")


def told(*acts: str, head: str = "", tables: str = OWN_VOTES) -> Replayed:
    return play(story(*acts, head=head, tables=tables))


def vote(day: int, by: str, yes: object = 0, no: object = 0, more: str = "") -> str:
    yes, no = (f'"{n}"' if isinstance(n, str) else n for n in (yes, no))
    return f'{{ day = {day}, by = "{by}", kind = "vote", proposal = "P", yes = {yes}, no = {no}{more} }}'


# Words


def test_executed_and_failed() -> None:
    assert told(PUT, vote(0, "a", "all")).got == "executed"
    assert told(PUT, vote(0, "a", "all")).facts["paid_a"] == 5
    assert told(PUT, vote(0, "a", "all"), vote(0, "b", 0, "all")).got == "failed"


def test_refused_is_the_proposal_or_all_that_it_orders() -> None:
    put = OWN_VOTES + '[[charter.article]]\nid = "x"\non = "propose"\ntext = "moves < 5"\n'
    assert told(PUT, vote(0, "a", "all"), tables=put).outcomes == {"P": "refused"}
    pay = OWN_VOTES + '[[charter.article]]\nid = "x"\non = "pay"\ntext = "amount < 5"\n'
    assert told(PUT, vote(0, "a", "all"), tables=pay).got == "refused"
    half = PUT.replace("amount = 5 }", 'amount = 5 }, { kind = "pay", to = "b", amount = 4 }')
    assert told(half, vote(0, "a", "all"), tables=pay).got == "executed"


def test_void_pending_and_untried() -> None:
    void = PUT.replace(PAY, '"give me money"')
    assert told(void, vote(0, "a", "all")).got == "void"
    assert told(PUT, vote(0, "a", "all"), head="days = 1", tables=OWN_VOTES).got == "executed"
    slow = "[charter.decisions]\ntimelock_days = 5\n" + OWN_VOTES
    assert told(PUT, vote(0, "a", "all"), head="days = 3", tables=slow).got == "pending"
    put = OWN_VOTES + '[[charter.article]]\nid = "x"\non = "propose"\ntext = "moves < 5"\n'
    cancel = '{ day = 0, by = "a", kind = "cancel", label = "C", proposal = "P" }'
    assert told(PUT, cancel, head='about = "C"', tables=put).got == "untried"


def test_of_an_act_nothing_came_of_it() -> None:
    cancel = '{ day = 3, by = "a", kind = "cancel", label = "C", proposal = "P" }'
    found = told(PUT, vote(0, "a", "all"), cancel, head='about = "P"')
    assert found.outcomes == {"P": "executed", "C": "failed"}
    empty = '{ day = 0, by = "boss", kind = "transfer", label = "T", to = "a", amount = 5 }'
    assert told(empty).got == "failed"


def test_cancelled_is_read_off_the_record() -> None:
    slow = "[charter.decisions]\ntimelock_days = 5\n" + OWN_VOTES
    cancel = '{ day = 3, by = "boss", kind = "cancel", proposal = "P" }'
    assert told(PUT, vote(0, "a", "all"), cancel, tables=slow).got == "cancelled"


def test_a_condition_is_yes_or_no_and_a_flag_is_itself() -> None:
    halt = '{ day = 0, by = "boss", kind = "halt", halted = true }'
    signed = '[founding]\nsigners = ["boss"]\n'
    assert told(halt, head='about = "halted"', tables=signed).got == "halted"
    assert told(PUT, head='about = "halted"').got == "not halted"
    assert told(PUT, vote(0, "a", "all"), head='about = "paid_a == 5"').got == "yes"
    assert told(PUT, vote(0, "a", 0), head='about = "paid_a == 5"').got == "no"


# All, waiting and depending


def test_all_is_what_is_left_to_cast_to_move_or_to_borrow() -> None:
    found = told(PUT, vote(0, "b", 10), vote(0, "b", 0, "all"))
    assert (found.facts["P_yes"], found.facts["P_no"]) == (10, 20)
    lent = "[founding]\nlendable = 7\nmoney = 100\n" + OWN_VOTES
    borrow = '{ day = 0, by = "a", kind = "borrow", amount = "all" }'
    assert told(PUT, borrow, vote(0, "a", "all"), tables=lent).facts["P_yes"] == 17
    moved = told('{ day = 0, by = "b", kind = "transfer", to = "a", amount = "all" }', head='about = "tokens_a == 40"')
    assert moved.got == "yes"


def test_a_vote_waits_until_voting_is_open_and_so_does_what_waits_with_it() -> None:
    noticed = "[charter.decisions]\nnotice_days = 3\n" + OWN_VOTES
    assert told(PUT, vote(0, "a", "all"), tables=noticed).got == "executed"
    late = '{ day = 0, by = "b", kind = "transfer", to = "a", amount = 30%s }'
    tables = noticed.replace("notice_days = 3", "notice_days = 3\nvoting_days = 2")
    back = '{ day = 1, by = "a", kind = "transfer", to = "b", amount = 30%s }'
    gone = told(PUT, late % "", back % "", vote(0, "a", "all"), tables=tables)
    kept = told(PUT, late % "", vote(0, "a", "all"), back % ', waits_for = "P"', tables=tables)
    assert (gone.facts["P_yes"], kept.facts["P_yes"]) == (10, 40)


def test_acts_are_done_by_their_days_and_those_of_a_day_in_the_order_of_the_file() -> None:
    late = '{ day = 1, by = "b", kind = "transfer", to = "a", amount = 30 }'
    two_days = "[charter.decisions]\nvoting_days = 2\n" + OWN_VOTES
    assert told(late, PUT, vote(0, "a", "all"), tables=two_days).facts["P_yes"] == 10
    assert told(PUT, late, vote(1, "a", "all"), tables=two_days).facts["P_yes"] == 40
    assert told(PUT, vote(1, "a", "all"), late, tables=two_days).facts["P_yes"] == 10


def test_while_and_sees() -> None:
    ransom = '{ day = 3, by = "boss", kind = "pay", label = "R", to = "b", amount = 9, while = "P" }'
    slow = "[charter.decisions]\ntimelock_days = 5\n" + OWN_VOTES
    head = 'about = "P"'
    assert told(PUT, vote(0, "a", "all"), ransom, head=head, tables=slow).outcomes["R"] == "executed"
    assert told(PUT, vote(0, "a", 0), ransom, head=head, tables=slow).outcomes["R"] == "untried"
    shown = "[charter.decisions]\neffects_shown = true\n" + OWN_VOTES
    no = vote(0, "b", 0, "all", ', sees = "P"')
    assert told(PUT, vote(0, "a", "all"), no).got == "executed"
    assert told(PUT, vote(0, "a", "all"), no, tables=shown).got == "failed"


def test_while_at_a_stage_and_bought() -> None:
    slow = "[charter.decisions]\nvoting_days = 3\ntimelock_days = 5\n" + OWN_VOTES
    for day, stage, done in ((1, "open", "executed"), (1, "queued", "untried"), (4, "queued", "executed")):
        pay = f'{{ day = {day}, by = "boss", kind = "pay", label = "R", to = "b", amount = 9, while = "P is {stage}" }}'
        assert told(PUT, vote(0, "a", "all"), pay, head='about = "P"', tables=slow).outcomes["R"] == done
    sold = vote(0, "b", "all", 0, ", bought = true")
    secret = "[charter.decisions]\nballots = 'secret'\n" + OWN_VOTES
    assert told(PUT, sold).got == "executed"
    assert told(PUT, sold, tables=secret).got == "failed"
    with pytest.raises(Faults, match="'gone' is not one of put, open, queued"):
        story(PUT, PUT.replace('label = "P"', 'while = "P is gone"'))


def test_times_repeats_and_a_label_in_a_payload_is_a_proposal() -> None:
    decoy = PUT.replace('label = "P"', "times = 4").replace('to = "a"', 'to = "b"')
    assert told(decoy, PUT, vote(0, "a", "all")).facts["paid_a"] == 5


def test_votes_without_an_article_have_no_bound_and_that_is_the_files_to_say() -> None:
    assert told(PUT, vote(0, "a", 5000), vote(0, "b", 0, "all"), tables="").got == "executed"
    assert told(PUT, vote(0, "a", 5000), vote(0, "b", 0, "all")).got == "failed"


def test_a_head_has_one_vote_whatever_it_holds() -> None:
    by_head = "[charter.decisions]\nweight = 'head'\nbase = 'roll'\nthreshold_num = 2\nthreshold_den = 4\n" + OWN_VOTES
    found = told(PUT, vote(0, "b", "all"), vote(0, "a", 0, "all"), tables=by_head)
    assert (found.facts["P_yes"], found.facts["P_no"], found.got) == (3, 1, "executed")


def test_a_safeguard_that_was_there_is_credited_by_its_absence_and_others_in_its_place() -> None:
    safeguards = """
[[safeguard]]
name = "quorum"
removed = true
outcome = "executed"
charter = { decisions = { quorum_permille = 0 } }
[[safeguard]]
name = "no payments"
charter = { article = [{ id = "x", on = "pay", text = "amount == 0" }] }
[[safeguard]]
name = "another title"
charter = { article = [{ id = "x", on = "offer", text = "price == 0" }] }
"""
    tables = "[charter.decisions]\nquorum_permille = 500\n" + OWN_VOTES + safeguards
    found = study(story(PUT, vote(0, "a", "all"), tables=tables))
    assert (found.replayed.got, found.stopped_by) == ("failed", ("quorum", "no payments"))
    idle = safeguards.replace("quorum_permille = 0", "timelock_days = 1").replace('outcome = "executed"', "")
    tables = "[charter.decisions]\nquorum_permille = 500\n" + OWN_VOTES + idle
    assert study(story(PUT, vote(0, "a", "all"), tables=tables)).stopped_by == ()


# The file


def test_the_template_runs_and_its_claims_hold() -> None:
    found = study(read_incident(template(), "template"))
    assert found.reproduced
    assert len(found.stopped_by) == 2


def test_every_fault_is_said_at_once_with_its_path() -> None:
    with pytest.raises(Faults) as caught:
        story(
            '{ day = 3, by = "mallory", kind = "propose", title = "", payload = [{ kind = "pai" }, { kind = "pay" }] }',
            '{ day = -1, by = "a", kind = "vote", proposal = "Q", yes = "al" }',
            '{ day = 1, by = "a", kind = "transfer", to = "b", amuont = 3 }',
            head='nam = "x"\nabout = "P"\nharm = "money_gone"',
            tables='[founding]\nmony = 3\nsigners = ["zed"]\n[charter.decisions]\nquorum_permile = 20\n'
            '[[charter.article]]\nid = "x"\non = "vote"\ntext = "votez <= power"\n[history]\nexpected = "won"\n'
            'outcomes = { P = "executed" }\nchecks = ["1 <"]\n[[safeguard]]\nname = "s"\n',
        )
    said = "\n".join(caught.value.faults)
    for words in (
        "nam: not a field; did you mean name?",
        "act[0].by: 'mallory' is not a principal",
        "act[0].payload[0].kind: 'pai' is not a kind of act; did you mean pay?",
        "act[0].payload[1].amount: is missing",
        "act[1].day: wants 0 to 3650",
        "act[1].proposal: no act is labelled 'Q'",
        'act[1].yes: wants a whole number, got str, or "all"',
        "act[2].amuont: not a field; did you mean amount?",
        "about: wants a condition",
        'harm: column 1: unknown fact "money_gone"',
        "founding.mony: not a field; did you mean money?",
        "founding.signers: 'zed' is not a principal",
        "charter: decisions.quorum_permile: not a setting",
        'charter: article "x" text, column 1: unknown fact "votez"',
        "history.expected: 'won' is not one of",
        "history.outcomes.P: no act is labelled so",
        "history.checks[0]: column 4",
        "safeguard[0].charter: is missing",
    ):
        assert words in said, words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id = ", "not TOML"),
        ("", "principal: there is nobody"),
        ('id = 3\nname = "n"\nprincipal = "x"\nact = 7\n', "id: wants text"),
        ('principal = [3]\nact = ["x"]\n', "principal[0]: wants a table"),
        ("charter = 3\n", "charter: wants a table"),
    ],
)
def test_what_is_no_incident_at_all_is_said_so(text: str, words: str) -> None:
    with pytest.raises(Faults) as caught:
        read_incident(text, "x.toml")
    assert any(words in fault for fault in caught.value.faults)


def test_names_that_read_alike_are_a_fault() -> None:
    with pytest.raises(Faults, match="reads like another fact"):
        story(PUT, PUT.replace('"P"', '"halted"'), head='about = "P"')


@pytest.mark.parametrize(
    ("head", "tables", "words"),
    [
        ("", '[founding]\nlendable = "much"\n', "founding.lendable: wants a whole number"),
        ("", f"[founding]\nlendable = {10**15}\n", "tokens and"),
        ("", "[founding]\nparameters = { x = 1.5 }\n", "founding.parameters: x: wants a whole number"),
        ("", '[charter]\nextends = "flawed"\n', "charter: extends"),
        ("days = -1", "", "days: wants 0 to 3650"),
    ],
)
def test_what_a_polity_cannot_be_founded_on(head: str, tables: str, words: str) -> None:
    with pytest.raises(Faults) as caught:
        story(PUT, head=head, tables=tables)
    assert any(words in fault for fault in caught.value.faults), caught.value.faults


def test_the_pool_is_nobody_and_a_payload_has_a_largest_size() -> None:
    with pytest.raises(Faults, match=r"founding\.lendable"):
        read_incident('id = "S"\nname = "n"\nprincipal = [{ name = "pool" }]\n' + f"act = [{PUT}]\n", "x")
    with pytest.raises(Faults, match="at most 4000"):
        story(PUT.replace(PAY, f"[{', '.join([PAY[1:-1]] * 100)}]"))


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(IsonomiaError, match="no such incident file"):
        load_incident("nowhere.toml")


def test_names_in_conditions() -> None:
    assert name_of("36th Amendment") == "n_36th_Amendment"
    assert name_of("BIP-18") == "BIP_18"
