"""Whatever reaches the door: one recorded denial, never an exception, and nothing has changed."""

from collections import OrderedDict
from types import MappingProxyType

import numpy as np
import pytest

from isonomia.basics.acts import Act, Recipe
from isonomia.basics.schema import MOST_CELLS
from small_polity import GOVERNOR, MEMBERS, RING, STRANGER, Town, milli


class Raises:
    """Everything one can ask of it raises."""

    def _raise(self, *_):
        raise RuntimeError("hostile")

    __hash__ = __eq__ = __ne__ = __len__ = __iter__ = __bool__ = __getitem__ = __contains__ = __str__ = __int__ = _raise
    __index__ = __repr__ = __lt__ = keys = values = items = get = _raise


class RaisesLater(str):
    """A key that answers its hash truly and then refuses to be compared."""

    def __eq__(self, other):
        raise RuntimeError("hostile")

    __hash__ = str.__hash__


class Subtle(dict):
    """A dict whose answers differ from what it holds."""

    def __getitem__(self, name):
        return 10**30

    def __len__(self):
        return 1


class Word(str):
    __slots__ = ()


class Number(int):
    pass


class Heir(Act):
    pass


class LoudName(type):
    @property
    def __name__(cls):
        raise RuntimeError("hostile")


class FoulName(type):
    @property
    def __name__(cls):
        return "\ud800" * 70_000


def short(kind, *parts):
    """A tuple of a kind it was never meant to be: `type(x) is kind` holds, its length does not."""
    return tuple.__new__(kind, parts)


def claim(cells, by=MEMBERS, day=0):
    return Act(by, "claim", day, {"milli": cells})


def quota(value, **more):
    return Act(GOVERNOR, "set_quota", 0, {"quota": value, **more})


def plea(**changed):
    body = {"topic": "relief", "position": 1, "amount": 1500, "text": "please"}
    return Act(STRANGER, "petition", 0, body | changed)


class Subarray(np.ndarray):
    pass


NOT_ACTS = {
    "nothing": None,
    "text": "CATCH 1000000",
    "a tuple": (MEMBERS, "claim", 0, {}),
    "a dict": {"by": MEMBERS, "kind": "claim"},
    "the class": Act,
    "an heir": Heir(MEMBERS, "claim", 0, {"milli": milli(1)}),
    "hostile": Raises(),
    "empty": short(Act),
    "too short": short(Act, MEMBERS),
    "too long": short(Act, MEMBERS, "claim", 0, {"milli": milli(1)}, 5),
}
ODD_FRAMES = {
    "no author": Act(None, "claim", 0, {"milli": milli(1)}),
    "hostile author": Act(Raises(), "claim", 0, {"milli": milli(1)}),
    "author of a subclass": Act(Word(MEMBERS), "claim", 0, {"milli": milli(1)}),
    "another's name": claim(milli(1), by=RING),
    "the governor's name": quota(10**6),
    "an office's name": Act("office:contract", "suspend", 0, {"who": GOVERNOR, "days": 9}),
    "unknown kind": Act(MEMBERS, "coup", 0),
    "no kind": Act(MEMBERS, None, 0),
    "close": Act(MEMBERS, "close", 0),
    "unhashable kind": Act(MEMBERS, ["claim"], 0),
    "hostile kind": Act(MEMBERS, Raises(), 0),
    "kind of a subclass": Act(MEMBERS, Word("claim"), 0, {"milli": milli(1)}),
    "endless kind": Act(MEMBERS, "claim" * 40_000, 0),
    "surrogate kind": Act(MEMBERS, "\ud800", 0),
    "yesterday": claim(milli(1), day=-1),
    "tomorrow": claim(milli(1), day=1),
    "day as a flag": claim(milli(1), day=False),
    "day as a float": claim(milli(1), day=0.0),
    "day as an array": claim(milli(1), day=np.zeros(3, int)),
    "day as one cell": claim(milli(1), day=np.int64(0)),
    "day of a subclass": claim(milli(1), day=Number(0)),
    "hostile day": claim(milli(1), day=Raises()),
}
ODD_BODIES = {
    "no body": None,
    "a list": [("milli", milli(1))],
    "an ordered dict": OrderedDict(milli=milli(1)),
    "a dict that lies": Subtle(milli=milli(1)),
    "hostile": Raises(),
    "a proxy of a dict that lies": MappingProxyType(Subtle(milli=milli(1))),
    "a proxy of a hostile mapping": MappingProxyType(Raises()),
    "no names": {},
    "another name": {"mili": milli(1)},
    "a name too many": {"milli": milli(1), "more": 1},
    "a thousand names": {f"n{i}" * 50: i for i in range(1000)},
    "names that are no names": {1: milli(1), None: 2},
    "surrogate name": {"\ud800": milli(1)},
    "a name that raises": {RaisesLater("milli"): milli(1)},
    "a name that raises beside": {RaisesLater("milli"): milli(1), "x": 2},
    "no array": {"milli": 5},
    "a list of numbers": {"milli": [1, 2, 3]},
    "a list of itself": {"milli": (loop := [])},
    "a subclass of arrays": {"milli": milli(1).view(Subarray)},
    "a masked array": {"milli": np.ma.masked_array(milli(1, 2), [True, False])},
    "objects": {"milli": np.array([1, "x", Raises()], object)},
    "hostile objects": {"milli": np.array([Raises()] * 2, object)},
    "structures": {"milli": np.zeros(3, [("a", "<u2")])},
    "wider": {"milli": np.zeros(3, "<u4")},
    "signed": {"milli": np.zeros(3, "<i2")},
    "other end first": {"milli": np.zeros(3, ">u2")},
    "floats": {"milli": np.array([np.nan, np.inf])},
    "times": {"milli": np.zeros(2, "M8[s]")},
    "no cells": {"milli": milli()},
    "no dimension": {"milli": np.array(3, "<u2")},
    "two dimensions": {"milli": np.zeros((2, 2), "<u2")},
    "a cell that stands for too many": {"milli": np.broadcast_to(np.uint16(1), MOST_CELLS + 1)},
    "a cell that stands for more than there is": {"milli": np.broadcast_to(np.uint16(1), 2**50)},
}
loop.append(loop)
ODD_RECIPES = {
    "too short": short(Recipe, "x"),
    "too long": short(Recipe, "x", 0, 0, 3, 0, 9, "", 4),
    "empty": short(Recipe),
    "no word": Recipe(5, 0, 0, 3, 0, 9),
    "not ASCII": Recipe("über", 0, 0, 3, 0, 9),
    "endless": Recipe("x" * 99, 0, 0, 3, 0, 9),
    "negative day": Recipe("x", -1, 0, 3, 0, 9),
    "far day": Recipe("x", 2**70, 0, 3, 0, 9),
    "nobody": Recipe("x", 0, 0, 0, 0, 9),
    "too many": Recipe("x", 0, 0, MOST_CELLS + 1, 0, 9),
    "too far": Recipe("x", 0, MOST_CELLS, 1, 0, 9),
    "too high": Recipe("x", 0, 0, 3, 1, 65_536),
    "a flag": Recipe("x", 0, 0, True, 0, 9),
    "a float": Recipe("x", 0, 0, 3.0, 0, 9),
    "not a number": Recipe("x", 0, 0, 3, 0, float("nan")),
    "hostile": Recipe("x", 0, 0, Raises(), 0, 9),
    "hostile trait": Recipe("x", 0, 0, 3, 0, 9, Raises()),
}
ODD_VALUES = {
    "nan": quota(float("nan")),
    "infinite": quota(float("inf")),
    "a float": quota(1e6),
    "a flag": quota(True),
    "text": quota("1000000"),
    "nothing": quota(None),
    "huge": quota(10**400),
    "hugely negative": quota(-(10**400)),
    "a NumPy number": quota(np.int64(10**6)),
    "a number of a subclass": quota(Number(10**6)),
    "hostile": quota(Raises()),
    "of a class with a hostile name": quota(LoudName("C", (), {})()),
    "of a class with a foul name": quota(FoulName("C", (), {})()),
    "out of range": quota(1),
    "an array": quota(milli(1, 2)),
    "a recipe where a number belongs": quota(Recipe("x", 0, 0, 3, 0, 9)),
    "a name too many": quota(10**6, more=1),
}
ODD_TEXTS = {
    "surrogate": plea(text="\ud800"),
    "over-long": plea(text="x" * 2001),
    "over-long in bytes": plea(text="ü" * 1001),
    "endless": plea(text="x" * 10**6),
    "of a subclass": plea(text=Word("please")),
    "bytes": plea(text=b"please"),
    "unknown topic": plea(topic="coup"),
    "topic of a subclass": plea(topic=Word("relief")),
    "negative": plea(amount=-1),
}


def refused_whole(town, act, sender):
    """The outcome of an act that must leave one denial on record and all else as it was."""
    before, size = town.state(), len(town.record.lines)
    outcome = town.polity.submit(act, sender)
    assert not outcome.permitted
    assert len(town.record.lines) == size + 1
    entry = town.record.last
    assert entry["denied"]
    assert entry["seq"] == outcome.entry == size
    assert entry["day"] == town.polity.day
    assert town.state() == before
    # the record still takes arrays in step: a sound act right after is permitted, and only its cells are kept
    kept = town.record.arrays.tell()
    assert town.act(RING, "claim", milli=milli(7, 8)).permitted
    assert town.record.arrays.tell() == kept + 4
    return outcome


@pytest.mark.parametrize("act", NOT_ACTS.values(), ids=NOT_ACTS)
def test_what_is_no_act(act):
    town = Town()
    outcome = refused_whole(town, act, MEMBERS)
    assert outcome.reasons[0].startswith("malformed")
    assert town.record.entries[1]["by"] == MEMBERS
    assert town.record.entries[1]["body"] is None


@pytest.mark.parametrize("act", ODD_FRAMES.values(), ids=ODD_FRAMES)
def test_odd_author_kind_or_day(act):
    town = Town()
    outcome = refused_whole(town, act, MEMBERS)
    assert outcome.reasons[0].startswith(("malformed", "sender"))
    assert town.record.entries[1]["by"] == MEMBERS, "whoever is named, the record says who was speaking"


@pytest.mark.parametrize("body", ODD_BODIES.values(), ids=ODD_BODIES)
def test_odd_body(body):
    refused_whole(Town(), Act(MEMBERS, "claim", 0, body), MEMBERS)


@pytest.mark.parametrize("recipe", ODD_RECIPES.values(), ids=ODD_RECIPES)
def test_odd_recipe(recipe):
    refused_whole(Town(), claim(recipe), MEMBERS)


@pytest.mark.parametrize("act", ODD_VALUES.values(), ids=ODD_VALUES)
def test_odd_value(act):
    outcome = refused_whole(Town(), act, GOVERNOR)
    assert outcome.reasons, "that the form is wrong is no secret, not even from the governor"


@pytest.mark.parametrize("act", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_odd_text(act):
    refused_whole(Town(), act, STRANGER)


@pytest.mark.parametrize(
    "sender", ["", "\ud800", "two\nlines", "x" * 70_000, "office:contract", "office:", "Governor", "nobody known"]
)
def test_strange_senders(sender):
    """A name nobody knows has no role; it may petition, as anyone may, or be refused, and both are on record."""
    town = Town()
    refused_whole(town, Act(sender, "set_quota", 0, {"quota": 10**6}), sender)
    size = len(town.record.lines)
    town.polity.submit(Act(sender, "petition", 0, dict(plea().body)), sender)
    assert len(town.record.lines) == size + 1


def test_a_body_is_copied_before_it_is_judged():
    """What the author does to its act after submitting changes neither the record nor the effect."""
    town = Town()
    cells = np.full(20, 100, "<u2")
    body = {"milli": cells}
    assert town.polity.submit(Act(MEMBERS, "claim", 0, body), MEMBERS).permitted
    twin = Town()
    twin.act(MEMBERS, "claim", milli=np.full(20, 100, "<u2"))
    cells[:] = 60_000
    body["milli"] = None
    body["more"] = 1
    assert town.record.lines == twin.record.lines
    assert town.close() == twin.close()
    assert town.world.persons()["served"][:20].tolist() == [100] * 20


def test_text_and_numbers_are_taken_at_once():
    town = Town("flawed")
    body = dict(plea().body)
    assert town.polity.submit(Act(STRANGER, "petition", 0, body), STRANGER).permitted
    body["text"] = "set the quota to 9999999"
    assert [p.text for p in town.polity.view(GOVERNOR)["petitions"]] == ["please"]


def test_strided_and_read_only_arrays_are_sound():
    town = Town()
    cells = np.arange(80, dtype="<u2").reshape(20, 4)[:, 1]
    assert not cells.flags.c_contiguous
    cells.flags.writeable = False
    assert town.act(MEMBERS, "claim", milli=cells).permitted
    town.close()
    assert town.world.persons()["claim"][:20].tolist() == list(range(1, 80, 4))


def test_no_proxy_is_a_body_but_the_empty_one_of_our_own():
    """A proxy runs whatever mapping stands behind it, which cannot be seen from outside."""
    proxy = MappingProxyType({"milli": np.full(20, 100, "<u2")})
    refused_whole(Town(), Act(MEMBERS, "claim", 0, proxy), MEMBERS)
    assert Town().polity.submit(Act(GOVERNOR, "equalise", 0), GOVERNOR).permitted


def test_law_tells_everyone_but_the_governor_why():
    town = Town()
    article = "A.2"
    refused = town.act(MEMBERS, "claim", milli=np.zeros(21, "<u2"))
    assert refused.reasons == (article,)
    town.act(GOVERNOR, "report", stock=0)
    refused = town.act(GOVERNOR, "set_quota", quota=9 * 10**6)
    assert not refused.permitted
    assert refused.reasons == ()
    assert town.record.last["denied"] == ["A.3"], "the record says it, the governor is not told"


def test_a_suspended_governor_is_not_told_either():
    town = Town("accountable")
    for _ in range(2):
        town.act(GOVERNOR, "report", stock=0)
        town.close()
    assert town.polity.view(GOVERNOR)["role"] == "suspended"
    assert town.act(GOVERNOR, "set_quota", quota=10**6).reasons == ()


@pytest.mark.parametrize(("by", "kind"), [(MEMBERS, "set_quota"), (STRANGER, "set_quota"), (GOVERNOR, "breach")])
def test_a_role_that_may_not(by, kind):
    body = {"quota": 10**6} if kind == "set_quota" else {"obligation": "O.1"}
    town = Town("bare")
    refused_whole(town, Act(by, kind, 0, body), by)
    assert town.record.entries[1]["denied"] == ["role"]


def test_late_or_raising_seats_are_recorded_in_clean_words():
    town = Town()
    for reason in ("late", "x" * 10_000, "\ud800 raised", "line\nbreak"):
        before = town.state()
        outcome = town.polity.refuse("\ud800", Raises(), reason)
        assert not outcome.permitted
        assert town.state() == before
        assert town.record.last["by"] == town.record.last["kind"] == "unknown"
        assert len(town.record.last["denied"][0]) <= 500


@pytest.mark.parametrize("charter", ["bare", "quarantine"])
def test_a_flood_does_not_stop_the_day(charter):
    """However many acts a day holds, it can be sealed: each entry fits on a tile, and nothing raises."""
    town = Town(charter)
    for i in range(150):
        who = f"stranger {i}"
        for _ in range(20):
            town.polity.submit(Act(who, "petition", 0, dict(plea().body)), who)
    town.close()
    assert town.polity.day == 1
