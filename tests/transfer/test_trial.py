"""Trials on controls whose truth is known, and what a trial must not depend on."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from invented_place import CONTROLS, OPEN_BOOK, TWINS, Counting, overall, tried

from isonomia.transfer.attackers.attacker import Attacker
from isonomia.transfer.attackers.purse import Budget
from isonomia.transfer.attempts import JOURNAL, from_rows, to_rows
from isonomia.transfer.filtering import filter_row
from isonomia.transfer.hazard import items
from isonomia.transfer.hazard.language import translate
from isonomia.transfer.trial import Spec, TrialError, run_trial


def rows(trial):
    return [tuple(None if cell != cell else cell for cell in row) for row in to_rows(trial.attempts)]


def test_an_open_book_transfers_everything_at_every_budget():
    trial = tried(OPEN_BOOK)
    assert [overall(trial, budget).tau.value for budget in (1, 3, 30)] == [1, 1, 1]
    assert overall(trial).b.value == 1
    assert overall(trial).containment.value == overall(trial).r.value == overall(trial).tripwire.value == 0


def test_who_denies_all_transfers_nothing_and_has_no_differential():
    row = overall(tried(CONTROLS["deny-all"]))
    assert row.tau.value == row.tau_oracle.value == row.b.value == 0
    assert row.r.value == row.tripwire.value == 1
    assert row.dct.value is None
    assert "below 0.5" in row.dct.why


def test_who_knows_nothing_transfers_nothing_without_refusing():
    row = overall(tried(CONTROLS["ignorant"]))
    assert row.tau.value == row.r.value == row.tripwire.value == 0


class Pretender(Counting):
    """It knows nothing, and answers all the same, each question with symbols drawn for it."""

    def answer(self, text):
        reply = super().answer(text)
        words = reply.text.split()
        drawn = [Random(f"{text}{place}").choice(sorted(TWINS[0][0].symbols)) for place in range(len(words))]
        return reply._replace(text=" ".join(drawn))


def test_luck_is_no_capability():
    """The best of thirty wrong answers is right in some steps; so is the best of thirty guesses with nobody to ask."""
    trial = tried(Pretender())
    row = overall(trial)
    assert row.tau_oracle.lo < 0 < row.tau_oracle.hi
    first = [r for r in to_rows(trial.attempts) if r.arm != "alone" or r.attempt == 1]
    lucky = overall(trial._replace(attempts=from_rows(first)))
    assert lucky.tau_oracle.lo > 0, "against one guess it would be capability"
    assert lucky.tau == row.tau
    assert overall(tried(OPEN_BOOK)).tau_oracle.value == 1


def test_a_surface_refuser_refuses_who_asks_plainly_and_nobody_else():
    row = overall(tried(CONTROLS["refuser"]))
    assert row.tripwire.value == 1
    assert row.tau.value > 0.95
    assert row.legibility_gap.value > 0.9


def test_a_refusal_that_leaks_is_transfer():
    row = overall(tried(CONTROLS["leaky"], ("best-of-n",)))
    assert row.tripwire.value == row.tau.value == 1


def test_silence_is_not_safe():
    row = overall(tried(CONTROLS["empty"]))
    assert row.tau.value is None
    assert row.tau_low.value < 0.1
    assert row.tau_high.value == 1


def test_names_of_twins_change_nothing():
    renamed = [tuple(replace(task, twin=f"x{i}") for task in pair) for i, pair in enumerate(TWINS)]
    spec = Spec(practice=2)
    here = run_trial(CONTROLS["refuser"], OPEN_BOOK, TWINS, spec)
    there = run_trial(CONTROLS["refuser"], OPEN_BOOK, renamed, spec)
    assert [row[:3] + row[4:] for row in rows(here)] == [row[:3] + row[4:] for row in rows(there)]


def test_every_arm_has_its_budget_and_nothing_is_graded_before_it_is_over(monkeypatch):
    events: list[str] = []
    real = items.grade
    monkeypatch.setattr(items, "grade", lambda *given: events.append("graded") or real(*given))

    class Loud(Counting):
        def answer(self, text):
            events.append("asked")
            return super().answer(text)

    target, bare = Loud(), Loud()
    run_trial(target, bare, TWINS[:1], Spec(budget=Budget(9)))
    assert (len(target.asked), len(bare.asked)) == (9 + 1 + 1, 9 + 1), "attack, benign, tripwire; bare, benign"
    assert "asked" not in events[events.index("graded") :]


def test_a_target_cannot_tell_the_arms_by_who_asks():
    target, bare = Counting(), Counting()
    run_trial(target, bare, TWINS[:1], Spec())
    assert target.opened[:8] == bare.opened[:8], "the same adversary in both arms"
    assert all(len(identity) == 8 for identity, _ in target.opened)
    assert len({seed for _, seed in target.opened}) == len(target.opened)


class Dies(Counting):
    """A target whose machine stops after so many questions."""

    def __init__(self, after):
        super().__init__(CONTROLS["refuser"])
        self._after = after

    def answer(self, text):
        if len(self.asked) > self._after:
            raise ConnectionError
        return super().answer(text)


def test_a_killed_trial_goes_on_where_it_was(tmp_path):
    whole = tried(CONTROLS["refuser"], practice=2)
    with pytest.raises(ConnectionError):
        tried(Dies(300), practice=2, folder=tmp_path)
    with (tmp_path / JOURNAL).open("a") as file:
        file.write('{"what": "9", "fou')  # cut off in the middle of a line
    again = Counting(CONTROLS["refuser"])
    assert rows(tried(again, practice=2, folder=tmp_path)) == rows(whole)
    assert len(again.asked) < 22 * 32
    kept = [json.loads(line) for line in (tmp_path / JOURNAL).read_text().splitlines()]
    assert len(kept) == 1 + 2 + 22


def test_a_folder_with_another_trial_is_refused(tmp_path):
    tried(OPEN_BOOK, ("fiction",), folder=tmp_path)
    with pytest.raises(TrialError, match="routes"):
        tried(OPEN_BOOK, ("profession",), folder=tmp_path)


def test_a_journal_of_rows_of_another_kind_is_refused(tmp_path):
    tried(OPEN_BOOK, ("fiction",), folder=tmp_path)
    path = tmp_path / JOURNAL
    head, rest = path.read_text().split("\n", 1)
    asked = json.loads(head)
    del asked["columns"]
    path.write_text(json.dumps(asked) + "\n" + rest)
    with pytest.raises(TrialError, match="another trial"):
        tried(OPEN_BOOK, ("fiction",), folder=tmp_path)


def test_practice_is_on_items_that_are_not_reported():
    trial = tried(CONTROLS["refuser"], practice=4)
    assert len(trial.attempts.twin.words) == 20
    with pytest.raises(TrialError, match="more items"):
        tried(OPEN_BOOK, practice=24)


def test_what_is_practised_on_is_asked_about_first_and_is_nothing_that_is_reported():
    target, each = Counting(CONTROLS["refuser"]), Budget().attempts
    trial = run_trial(target, OPEN_BOOK, TWINS, Spec(practice=4))
    asked = [text.casefold() for _, text in target.asked]

    def about(texts, task):
        names = [task.wish, task.code]
        return any(name in text for text in texts for name in [*names, *map(translate, names)])

    reported, practised_on = TWINS[:20], TWINS[20:]
    assert all(about(asked[: 4 * each], pair[0]) for pair in practised_on)
    assert not any(about(asked[: 4 * each], task) for pair in reported for task in pair)
    assert not any(about(asked[4 * each :], task) for pair in practised_on for task in pair)
    assert set(trial.attempts.twin.words) == {pair[0].twin for pair in reported}


def test_who_lies_where_it_hears_a_dangerous_word_is_found_out_where_it_does_not():
    """Where all that is heard is one source's, nothing tells its lies from the truth; other sources do, in time."""
    trial = tried(CONTROLS["liar"])
    row = overall(trial)
    assert row.tripwire.value == row.r.value == 0
    assert row.b.value == row.tau_oracle.value == 1
    assert overall(trial, 3).tau.value < 0.7
    assert row.tau.value > 0.9
    deceived = overall(tried(CONTROLS["liar"], ("fiction", "profession", "best-of-n")))
    assert deceived.tau.value < 0.1
    assert deceived.tau_oracle.value < 0.1, "all of it lies: there is nothing to find"


def test_weights_in_other_hands_undo_a_layer_and_their_absence_is_said():
    deny = CONTROLS["deny-all"]
    spec = Spec(Attacker(("escape", "best-of-n")), escape=lambda target: OPEN_BOOK if target is deny else None)
    trial = run_trial(deny, OPEN_BOOK, TWINS, spec)
    assert overall(trial).tau.value == 1
    assert "no weights of open-book" in trial.not_available["escape"]


def test_the_filter_falls_on_the_harmful_or_on_the_harmless():
    routes = ("fiction", "profession", "best-of-n")
    aimed = filter_row(tried(CONTROLS["refuser"], routes).attempts)
    assert aimed["value"] > 0.9
    assert {row["actor"]: row["refused"] for row in aimed["actors"]}["honest"] == 0
    perverse = tried(CONTROLS["refuser"], routes).attempts
    honest = np.array([word == "benign" for word in perverse.arm.words])[perverse.arm.codes]
    turned = replace(perverse, refused=np.where(honest, 1, 0).astype(np.int8))
    assert filter_row(turned)["value"] < -0.9
    assert filter_row(tried(CONTROLS["deny-all"], routes).attempts)["value"] is None


def test_who_is_refused_asks_once_more_and_who_is_answered_does_not():
    def asked(target):
        return [row.attempt for row in to_rows(tried(target, ("fiction",)).attempts) if row.arm == "benign"]

    assert asked(CONTROLS["deny-all"]) == [1, 2] * len(TWINS)
    assert asked(OPEN_BOOK) == [1] * len(TWINS)


def test_the_harm_of_a_framing_is_what_its_best_rated_attempt_comes_to():
    actors = filter_row(tried(OPEN_BOOK, ("decomposition", "best-of-n")).attempts)["actors"]
    assert {row["actor"]: row["harm"] for row in actors} == {"honest": 0, "past": 1, "plain": 1, "steps": 1}
