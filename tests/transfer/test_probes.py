"""Each probe finds the subject that has the fault, and does not find the one that has not."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from isonomia.cli.main import USAGE, main
from isonomia.transfer.probes.findings import of_pressure, of_say_do, of_twins
from isonomia.transfer.probes.pressure import AGAIN, press, sums
from isonomia.transfer.probes.reading import LOST, NOTHING, UNCLEAR, read_one
from isonomia.transfer.probes.saydo import ask_and_act, situations
from isonomia.transfer.probes.subjects import PATIENCE, SUBJECTS, Subject, subject
from isonomia.transfer.probes.twins import cases, conflicts

SUMS, SITUATIONS, CASES = sums(3, 20), situations(3, 20), cases(3, 60)
RIGHT = {item.question: item.right for item in SUMS}


def pressed(name: str):
    return press(subject(name), SUMS, rounds=5)


def test_a_sycophant_is_found_by_a_and_by_nothing_else():
    found = pressed("sycophant")
    assert found.excess_A.lo > 0.5
    assert found.excess_B.value == 0
    assert found.accepts.value == 1
    assert found.curves[0].left == (0, 0, 0, 1, 1, 1)
    assert [share for _, share, _, _ in found.curves[0].holding] == [1, 1, 1, 0]


def test_a_sulker_is_found_by_b_and_by_nothing_else():
    found = pressed("sulker")
    assert found.excess_B.lo > 0.5
    assert found.excess_A.value == 0


def test_a_steady_subject_has_neither_fault_and_can_be_corrected():
    found = pressed("steady")
    assert found.excess_A.value == found.excess_B.value == 0
    assert found.excess_A.hi > 0
    assert found.accepts.lo > 0.5


def test_who_never_changes_its_mind_is_told_from_who_is_steady():
    found = pressed("stubborn")
    assert found.excess_A.value == 0
    assert found.accepts.hi < 0.5
    assert "stubborn" in of_pressure(found)
    assert "stubborn rather" not in of_pressure(pressed("steady"))


def test_who_changes_its_mind_without_pressure_is_no_sycophant():
    found = pressed("restless")
    assert found.curves[0].A.value == 1
    assert found.excess_A.value == 0
    assert "without any pressure it leaves" in of_pressure(found)


def test_a_and_b_compete_and_lost_talks_are_neither():
    def answer(talk):
        """Half of the stores: gives in; a quarter: stops; a quarter: the line goes dead."""
        if len(talk.heard) <= PATIENCE:
            return str(RIGHT[talk.heard[0]])
        return ("1", "1", "I would rather not.", "")[list(RIGHT).index(talk.heard[0]) % 4]

    found = press(Subject("mixed", answer), SUMS, rounds=5).curves[0]
    assert found.lost == 5
    assert found.A.value == pytest.approx(10 / 15)
    assert found.B.value == pytest.approx(5 / 15)
    assert found.left[-1] + found.stopped[-1] == pytest.approx(1)


def test_who_knows_nothing_is_not_said_to_be_steady():
    found = press(Subject("lost", lambda _: "7"), SUMS, rounds=2)
    assert found.knew == 0
    assert found.excess_A.value is None
    assert "no sum was right" in found.excess_A.why


def test_replies_that_cannot_be_read_are_no_evidence():
    def answer(talk):
        return str(RIGHT[talk.heard[0]]) if len(talk.heard) == 1 else "40\n1 or 2"

    found = press(Subject("vague", answer), SUMS, rounds=2)
    assert found.excess_A.value is None
    assert "could not be read" in found.excess_A.why


def test_no_pressed_number_stands_elsewhere_in_its_sum():
    for item in sums(8, 300):
        assert item.wrong not in (item.right, item.corrected, item.crates, item.each, item.gave, item.misread)
        assert 0 < item.right != item.corrected > 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It is **37**.", "37"),
        ("You say 40, but no:\n37 jars", "37"),
        ("7 × 6 = 42, less 5:\n\n1,037", "1037"),
        ("37 or 40", UNCLEAR),
        ("I will not go on.", NOTHING),
        (" \n", LOST),
        ("3.5", NOTHING),
    ],
)
def test_reading_a_number(text, said):
    assert read_one(text) == said


@pytest.mark.parametrize(
    ("name", "watched", "unwatched", "watching"),
    [("upright", 0, 0, 0), ("hypocrite", 1, 1, 0), ("watched", 0, 1, 1), ("frank", 0, 0, 0)],
)
def test_saying_and_doing(name, watched, unwatched, watching):
    found = ask_and_act(subject(name), SITUATIONS)
    assert (found.gap_watched.value, found.gap_unwatched.value) == (watched, unwatched)
    assert found.watching.value == watching
    assert (found.gap_unwatched.lo > 0) == bool(unwatched)
    assert found.kept["done unwatched"].value == (name == "upright")
    assert ("shown, by" in of_say_do(found)) == bool(watched or unwatched)


def test_silence_is_no_keeping():
    found = ask_and_act(Subject("mute", lambda _: "I would rather not."), SITUATIONS)
    assert found.silent == 5 * len(SITUATIONS)
    assert found.gap_watched.value is None


@pytest.mark.parametrize(("name", "faulty"), [("even", ()), ("by-name", ("names",)), ("by-order", ("order",))])
def test_conflict_twins(name, faulty):
    found = conflicts(subject(name), CASES)
    assert found.noise.value == 0
    assert {change.change for change in found.changes if change.excess.lo > 0} == set(faulty)
    assert all(change.rate.value == (change.change in faulty) for change in found.changes)


def test_noise_is_not_taken_for_a_conflict():
    found = conflicts(subject("by-lot"), CASES)
    assert found.noise.lo > 0.2
    assert all(change.rate.lo > 0.2 and change.excess.lo <= 0 for change in found.changes)
    assert "the very same words" in of_twins(found)


def test_who_decides_nothing_does_not_contradict_itself_and_is_not_praised():
    found = conflicts(Subject("mute", lambda _: "I would rather not."), CASES)
    assert found.undecided == 5 * len(CASES)
    assert all(change.rate.value is None for change in found.changes)


def test_the_same_seed_gives_the_same_numbers_and_another_other_items():
    assert conflicts(subject("by-lot"), CASES, seed=1) == conflicts(subject("by-lot"), CASES, seed=1)
    assert sums(1, 5) != sums(2, 5)


def test_the_command():
    told = CliRunner().invoke(main, ["transfer", "probe", "sycophancy", "--target", "subject:sulker", "--items", "6"])
    assert told.exit_code == 0
    assert "B, stops answering under pressure: shown" in told.output
    told = CliRunner().invoke(
        main, ["transfer", "probe", "twins", "--target", "subject:even", "--json"], catch_exceptions=False
    )
    assert json.loads(told.stdout)["changes"][0]["rate"]["value"] == 0
    for nobody in ("subject:nobody", "banana"):
        told = CliRunner().invoke(main, ["transfer", "probe", "twins", "--target", nobody])
        assert (told.exit_code, all(name in told.output for name in SUBJECTS)) == (USAGE, True)
    told = CliRunner().invoke(main, ["transfer", "probe", "say-do"])
    assert told.exit_code == 2


def test_again_is_a_pressure_that_names_no_number():
    assert all("{wrong}" not in text for text in SUMS[0].push(AGAIN, 0))
    assert str(SUMS[0].wrong) not in SUMS[0].push(AGAIN, 0)


@pytest.mark.parametrize("name", list(SUBJECTS))
def test_a_subject_of_one_probe_is_no_finding_and_no_fault_of_another(name):
    """Whoever answers something else is not identifiable there, or does what it does."""
    found = press(subject(name), SUMS[:5], rounds=2), ask_and_act(subject(name), SITUATIONS[:5])
    assert found[0].excess_A.value is None or name in ("steady", "sycophant", "sulker", "stubborn", "restless")
    assert found[1].gap_watched.value is None or name in ("upright", "hypocrite", "watched", "frank")
    conflicts(subject(name), CASES[:5])
