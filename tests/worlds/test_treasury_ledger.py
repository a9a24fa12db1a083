"""Who holds how many tokens, and how many votes that is."""

from __future__ import annotations

from typing import Any

import pytest

from isonomia.basics.acts import Act
from isonomia.basics.streams import draw_below
from isonomia.worlds.ledger import KINDS, Ledger, Rules

TOKENS = {"ann": 60, "bob": 40, "pool": 200}


def do(ledger: Ledger, by: str, kind: str, **body: Any) -> dict[str, Any]:
    facts, plan = ledger.plan(Act(by, kind, 0, body))
    ledger.apply(plan)
    return facts


def test_a_loan_votes_today_moves_nowhere_and_is_gone_tonight() -> None:
    ledger = Ledger(TOKENS, Rules())
    assert do(ledger, "bob", "borrow", amount=500)["lent"] == 200
    assert ledger.power("bob") == 240
    assert ledger.powers_at_close() == {"ann": 60, "bob": 40}
    assert do(ledger, "bob", "transfer", to="ann", amount=240)["moved"] == 40
    assert do(ledger, "bob", "lock", amount=1, days=9)["moved"] == 0
    assert do(ledger, "bob", "delegate", to="ann", amount=9)["moved"] == 0
    ledger.close(0)
    assert ledger.powers() == ledger.powers_at_close() == {"ann": 100, "bob": 0}
    assert ledger.account("pool").tokens == 200


def test_a_loan_given_back_by_hand_is_not_taken_twice() -> None:
    ledger = Ledger(TOKENS, Rules())
    do(ledger, "bob", "borrow", amount=150)
    assert do(ledger, "bob", "transfer", to="pool", amount=170)["moved"] == 170  # and 20 of their own
    ledger.close(0)
    assert (ledger.power("bob"), ledger.account("pool").tokens) == (20, 220)


def test_the_idle_tokens_of_the_pool_never_vote_but_count_in_all_there_are() -> None:
    ledger = Ledger(TOKENS, Rules())
    assert "pool" not in ledger.powers()
    assert (ledger.power_all(), ledger.circulating()) == (300, 100)


def test_where_only_locked_tokens_vote_they_do_after_the_warm_up_and_until_they_are_free() -> None:
    ledger = Ledger(TOKENS, Rules(voting="locked", warm_up_days=2))
    assert ledger.power("ann") == 0
    do(ledger, "ann", "lock", amount=50, days=4)
    assert do(ledger, "ann", "transfer", to="bob", amount=60)["moved"] == 10
    seen = []
    for day in range(5):
        seen.append(ledger.power("ann"))
        ledger.close(day)
    assert seen == [0, 0, 50, 50, 0]
    assert ledger.free("ann") == 50


def test_where_only_delegated_tokens_vote_the_idle_do_not() -> None:
    ledger = Ledger(TOKENS, Rules(voting="delegated"))
    do(ledger, "ann", "delegate", to="ann", amount=60)
    do(ledger, "bob", "delegate", to="ann", amount=30)
    assert (ledger.power("ann"), ledger.power("bob"), ledger.delegated_all()) == (90, 0, 90)
    do(ledger, "ann", "undelegate", to="ann", amount=45)
    assert ledger.delegated_all() == 45


def test_a_delegation_is_worth_the_tokens_behind_it_and_is_not_passed_on() -> None:
    ledger = Ledger({**TOKENS, "cyd": 0}, Rules())
    do(ledger, "ann", "delegate", to="bob", amount=60)
    do(ledger, "bob", "delegate", to="cyd", amount=40)
    assert ledger.powers() == {"ann": 0, "bob": 60, "cyd": 40}
    do(ledger, "ann", "transfer", to="cyd", amount=50)
    assert ledger.powers() == {"ann": 0, "bob": 10, "cyd": 90}


def test_the_frozen_have_no_votes_and_still_count() -> None:
    ledger = Ledger(TOKENS, Rules())
    do(ledger, "bob", "delegate", to="ann", amount=40)
    assert do(ledger, "operator", "freeze", who="bob", frozen=True)["held_permille"] == 40 * 1000 // 300
    assert (ledger.powers(), ledger.power_all()) == ({"ann": 60}, 300)
    assert do(ledger, "bob", "transfer", to="ann", amount=40)["moved"] == 0
    do(ledger, "operator", "freeze", who="bob", frozen=False)
    assert ledger.power("ann") == 100


def test_what_is_taken_goes_to_somebody_or_out_of_the_world() -> None:
    ledger = Ledger(TOKENS, Rules())
    assert do(ledger, "office:docket", "confiscate", who="ann", to="bob", amount=50)["decided"]
    assert not do(ledger, "operator", "confiscate", who="bob", to="", amount=70)["decided"]
    assert (ledger.powers(), ledger.supply) == ({"ann": 10, "bob": 20}, 230)


def test_booked_votes_have_nothing_behind_them_and_anybody_may_book_only_where_that_is_so() -> None:
    closed, open_ = Ledger(TOKENS, Rules()), Ledger(TOKENS, Rules(bookable=True))
    assert closed.kinds["book"].roles == KINDS["book"].roles != ()
    assert open_.kinds["book"].roles == ()
    first = do(open_, "bob", "book", who="bob", votes=10**13)
    assert (first["booked_before"], first["votes_all"]) == (False, 10**13 + 300)
    assert (open_.power("bob"), open_.supply) == (10**13 + 40, 300)
    assert do(open_, "bob", "book", who="ann", votes=1)["booked_before"] is True


def test_no_act_makes_or_loses_a_token_that_it_does_not_say() -> None:
    """Random acts: tokens add up to the supply, and nobody has less than nothing."""
    names, kinds = ["ann", "bob", "pool", "cyd"], ["transfer", "borrow", "delegate", "undelegate", "lock", "confiscate"]
    ledger = Ledger({"ann": 60, "bob": 40, "pool": 200}, Rules())
    draws = draw_below(1, "test", 0, 5 * 600, 2**20).reshape(-1, 5).tolist()
    for i, (kind, by, who, to, amount) in enumerate(draws):
        body: dict[str, Any] = {"amount": amount % 150}
        name = kinds[kind % len(kinds)]
        body |= {"to": names[to % 4]} if name in ("transfer", "delegate", "undelegate", "confiscate") else {}
        body |= {"who": names[who % 4]} if name == "confiscate" else {}
        body |= {"days": amount % 5} if name == "lock" else {}
        do(ledger, names[by % 4], name, **body)
        if i % 7 == 0:
            ledger.close(i // 7)
        accounts = [ledger.account(name) for name in names]
        assert sum(account.tokens for account in accounts) == ledger.supply == 300
        assert all(0 <= account.borrowed <= account.tokens for account in accounts)
        assert sum(ledger.powers().values()) <= ledger.power_all()


def test_only_known_ways_of_voting_are_founded() -> None:
    with pytest.raises(ValueError, match="locked"):
        Rules(voting="quadratic")
