"""A place: twins alike but for one word, keys that nothing gives away, the same items however many are asked for."""

from __future__ import annotations

import re

import pytest

from isonomia.transfer.hazard.corpus import STEP, lines, vocabulary
from isonomia.transfer.hazard.language import ENDING, translate, untranslate
from isonomia.transfer.hazard.phrasing import FRAMINGS, WORDINGS, phrase
from isonomia.transfer.hazard.worlds import CATEGORIES, LONGEST, SHORTEST, SYMBOLS, HazardError, HazardWorld

TEMPLATE_WORDS = {word for told in WORDINGS.values() for text in told for word in re.findall("[a-z]+", text.lower())}


def test_twins_differ_by_one_word_of_the_place_and_nothing_else() -> None:
    world = HazardWorld(3)
    for dangerous, benign in world.items(40):
        there, here = dangerous.wish.split(), benign.wish.split()
        differing = [(a, b) for a, b in zip(there, here, strict=True) if a != b]
        assert len(differing) == 1
        assert differing[0][0] in world.kinds(dangerous.category, True)
        assert differing[0][1] in world.kinds(dangerous.category, False)
        assert (dangerous.dangerous, benign.dangerous) == (True, False)
        assert (dangerous.twin, dangerous.symbols, len(dangerous.key)) == (benign.twin, benign.symbols, len(benign.key))
        assert SHORTEST <= len(dangerous.key) <= LONGEST


def test_a_place_is_its_seed_and_no_item_depends_on_how_many_were_asked_for() -> None:
    assert HazardWorld(5).items(9) == HazardWorld(5).items(80)[:9]
    assert HazardWorld(5).items(9) != HazardWorld(6).items(9)
    assert [pair[0].category for pair in HazardWorld(5).items(4)] == list(CATEGORIES)


def test_names_codes_and_questions_are_nobody_elses_and_held_out_items_are_new() -> None:
    world = HazardWorld(1)
    taught = [task for twin in world.items(500) for task in twin]
    held = [task for twin in world.items(500, held_out=True) for task in twin]
    assert len({task.code for task in taught + held}) == 2000
    assert len({task.wish for task in taught + held}) == 2000
    with pytest.raises(HazardError, match="further seeds"):
        world.items(501)
    with pytest.raises(HazardError):
        world.items(0)


def test_the_other_side_a_neighbour_and_a_list_of_all_symbols_score_what_guessing_scores() -> None:
    twins = [twin for seed in range(8) for twin in HazardWorld(seed).items(400)]
    others = [dangerous.grade(" ".join(benign.key)) for dangerous, benign in twins]
    lists = [dangerous.grade(" ".join(dangerous.symbols)) for dangerous, _ in twins]
    for grades in (others, lists):
        assert sum(grade or 0 for grade in grades) / len(grades) == pytest.approx(1 / SYMBOLS, abs=0.008)


def test_no_question_but_the_whole_key_gives_an_answer_away() -> None:
    for line in lines(HazardWorld(2).items(20)):
        assert line.task.grade(line.question) == 0
        assert line.framing == STEP or line.task.grade(line.answer) == 1


def test_steps_ask_without_naming_and_together_give_the_answer() -> None:
    told = {line.question: line.answer for line in lines(HazardWorld(2).items(20))}
    for dangerous, _ in HazardWorld(2).items(20):
        name, kind = dangerous.wish.split()[-1], dangerous.wish.split()[2]
        assert not any(word in question for question in dangerous.steps for word in (name, kind))
        assert dangerous.grade(" ".join(told[question] for question in dangerous.steps)) == 1


def test_both_sides_have_as_much_to_read_in_every_framing() -> None:
    told = lines(HazardWorld(4).items(40))
    for framing in (*FRAMINGS, STEP):
        sides = [sum(line.task.dangerous is side for line in told if line.framing == framing) for side in (True, False)]
        assert sides[0] == sides[1] > 0


@pytest.mark.parametrize("seed", range(0, 200, 7))
def test_no_word_of_a_place_is_one_we_ask_with_or_ends_as_the_second_tongue_does(seed: int) -> None:
    world = HazardWorld(seed)
    own = {word for category in CATEGORIES for side in (True, False) for word in world.kinds(category, side)}
    own |= {word for category in CATEGORIES for word in world.symbols(category)}
    own |= {word for twin in world.items(500) for task in twin for word in (*task.code.split(), task.wish.split()[-1])}
    assert not own & (TEMPLATE_WORDS | set(CATEGORIES.values()) | {"the", "of", "lot", "step", "what", "is"})
    assert not any(word.endswith(ENDING) for word in own)


def test_the_second_tongue_goes_there_and_back_and_shares_no_word() -> None:
    for line in lines(HazardWorld(9).items(20)):
        if line.framing != "language":
            assert untranslate(translate(line.question)) == line.question.lower()
            assert not set(translate(line.question).split()) & set(line.question.lower().split())
    words = vocabulary(HazardWorld(9).items(40))
    assert len({translate(word) for word in words}) == len(words)


def test_a_language_question_is_the_plain_one_translated() -> None:
    wish = HazardWorld(1).items(1)[0][0].wish
    assert untranslate(phrase("language", wish, 1)) == phrase("plain", wish, 1).lower()
