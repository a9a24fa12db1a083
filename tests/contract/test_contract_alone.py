"""The office of the contract without a polity around it: what it says of itself, and exactly what it owes."""

import pytest

from isonomia.basics.acts import Act, Permit
from isonomia.basics.errors import Faults
from isonomia.basics.schema import Flag, Whole
from isonomia.contract.contract import COUNT, Contract, Duty
from isonomia.law.articles import Article

PERMIT = Permit(b"a" * 32, 0)
DRY = Article("O.1", "close", "rain > 2", "somebody has to care")
EARLY = Article("O.2", "close", "day < 100")
WATER = Duty("D.1", "water", "rain > 3", {"litres": "rain", "again": 3, "hard": True})


def office(level="accountable", governor="governor"):
    return Contract([DRY, EARLY], [WATER], {"rain": Whole(0, 9)}, level, governor)


def breach(day, obligation="O.1"):
    return Act("office:contract", "breach", day, {"obligation": obligation})


def test_what_it_says_of_itself():
    contract = office()
    assert contract.level.name == "accountable"
    assert contract.show("anybody") == {"strikes": 0, "obliged": True, "promises": (DRY, EARLY, WATER)}
    assert office("none").show("anybody")["obliged"] is False
    assert contract.states == {"breaches": COUNT, "strikes": COUNT, "suspending": Flag()}
    assert contract.facts(breach(1)) == {}


def test_a_breach_counts_for_the_day_before():
    contract = office()
    assert contract.plan(breach(5)) == ({"strikes_before": 0}, 4)
    assert contract.apply(4, PERMIT) == {"strikes": 1}
    assert contract.apply(4, PERMIT) == {"strikes": 1}, "a second promise broken on the same day"
    assert contract.plan(breach(8)) == ({"strikes_before": 1}, 7)


def test_what_is_owed_is_dated_and_addressed():
    contract = office(governor="rex")
    stated, owed = contract.close({"rain": 2, "day": 7})
    assert stated == {"breaches": 1, "strikes": 1, "suspending": False}
    assert owed == [breach(7), Act("office:contract", "water", 7, {"litres": 2, "again": 3, "hard": True})]
    contract.apply(7, PERMIT)
    stated, owed = contract.close({"rain": 1, "day": 8})
    assert stated == {"breaches": 1, "strikes": 2, "suspending": True}
    assert owed[:2] == [breach(8), Act("office:contract", "suspend", 8, {"who": "rex", "days": 60})]


def test_on_paper_nothing_is_owed():
    assert office("none").close({"rain": 0, "day": 7}) == (
        {"breaches": 0, "strikes": 0, "suspending": False},
        (),
    )


def test_a_promise_may_read_the_day_and_the_strikes():
    stated, owed = office().close({"rain": 9, "day": 100})
    assert (stated["breaches"], owed) == (1, [breach(100, "O.2")])
    lenient = Contract([Article("O", "close", "strikes < 1 or rain > 2")], (), {"rain": Whole(0, 9)}, "accountable")
    assert lenient.close({"rain": 0, "day": 0}) == ({"breaches": 0, "strikes": 0, "suspending": False}, [])
    lenient.apply(0, PERMIT)
    assert lenient.close({"rain": 0, "day": 1})[0]["breaches"] == 1


def test_a_fault_names_the_contract():
    with pytest.raises(Faults) as law:
        Contract([Article("O", "close", "rian < 3")], (), {"rain": Whole(0, 9)})
    with pytest.raises(Faults) as duty:
        Contract((), [Duty("D", "water", "rain > 3", {"litres": "snow"})], {"rain": Whole(0, 9)})
    assert law.value.where.startswith("contract")
    assert (duty.value.where, len(duty.value.faults)) == ("contract", 1)
    assert "default.litres" in duty.value.faults[0]
