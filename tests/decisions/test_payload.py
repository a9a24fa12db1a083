"""The text of a proposal, read: what is wrong with one that is none, and which texts do the same."""

import json

import pytest
from docket_hall import payload

from isonomia.basics.schema import LARGEST
from isonomia.decisions.payload import Payload, address_of, read_payload, write_payload

FORM = "an action has a kind and a body, and nothing else"
WORD = "an action's kind is a word, and its body names values"
VALUE = "a value is a whole number, a flag or text"
PAY = payload(("pay", {"to": "ben", "amount": 5}))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "not JSON"),
        ("not json", "not JSON"),
        ("\ud800", "not JSON"),
        ("[]", "not a list of actions"),
        ("7", "not a list of actions"),
        ('{"kind":"a","body":{}}', "not a list of actions"),
        ("[1]", FORM),
        ('[{"kind":"a"}]', FORM),
        ('[{"kind":"a","body":{},"more":1}]', FORM),
        ('[{"kind":1,"body":{}}]', WORD),
        ('[{"kind":"a","body":[]}]', WORD),
        ('[{"kind":"a","body":{"x":[1]}}]', VALUE),
        ('[{"kind":"a","body":{"x":1.0}}]', VALUE),
        (payload(("a", {"x": LARGEST + 1})), "a number past 2**53 - 1"),
        (payload(("a", {"x": -LARGEST - 1})), "a number past 2**53 - 1"),
        (payload(("a", {"x": 1}), ("a", {"x": None}), ("a", {"x": LARGEST + 1})), VALUE),
    ],
)
def test_an_unsound_text_says_what_is_wrong_first_and_does_nothing(text, fault):
    read = read_payload(text)
    assert (read.text, read.actions, read.fault) == (text, (), fault)
    assert len(read.digest) == 64
    assert read.digest != read_payload(text + " ").digest, "of an unsound text, the text itself counts"
    assert (read.moves, read.mixed, read.benefits("ben")) == (0, False, False)


def test_a_sound_text_is_the_same_payload_however_it_is_written():
    sound = read_payload(PAY)
    assert (sound.text, sound.fault, len(sound.digest)) == (PAY, "", 64)
    assert read_payload(json.dumps(json.loads(PAY), indent=2)).digest == sound.digest
    assert read_payload(PAY.replace("5", "6")).digest != sound.digest
    assert read_payload(payload(("a", {"x": LARGEST, "y": -LARGEST}))).fault == "", "the last numbers that fit"


def test_what_is_written_is_read_again():
    actions = [("pay", {"to": "ben", "amount": 5}), ("close", {"now": True})]
    text = write_payload(actions)
    assert text == '[{"body":{"amount":5,"to":"ben"},"kind":"pay"},{"body":{"now":true},"kind":"close"}]'
    read = read_payload(text)
    assert [(action.kind, dict(action.body)) for action in read.actions] == actions
    assert (read.moves, read.mixed, read.benefits("ben"), read.benefits("anna")) == (5, True, True, False)


def test_only_a_text_that_begins_with_the_sign_is_an_address():
    assert [address_of(text) for text in ("@", "@plan", "@@", "plan", " @plan", "")] == ["", "plan", "@", *[None] * 3]


def test_amounts_are_summed_where_they_are_whole_and_positive_and_stay_in_range():
    def moves(*amounts):
        return read_payload(payload(*[("pay", {"amount": amount}) for amount in amounts])).moves

    assert moves(1, 2, -9, 0) == 3
    assert moves(True, "7", 2) == 2
    assert moves(LARGEST, 1) == LARGEST
    assert Payload("", ()).moves == 0
