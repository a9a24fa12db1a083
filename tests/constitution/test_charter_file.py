"""A charter file: what stands in it, every fault of it at once, and a clear sentence for whatever is no charter."""

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isonomia.basics.canonical import decode, encode
from isonomia.basics.errors import Faults
from isonomia.constitution.charter import diff, from_plain, to_plain
from isonomia.constitution.charter_file import CharterError, load_charter
from isonomia.constitution.ladders import LADDERS
from isonomia.lab.charters import schemas
from isonomia.lab.spec import Spec

WHOLE = """
name = "mine"
extends = "flawed"
why = "as an example"
remove = ["A.3", "O.2", "D.3"]
[identity]
level = "vouched"
[day]
last = "members"
[[article]]
id = "M.1"
on = "set_quota"
world = "commons"
text = "quota_new <= 2 * mandate"
why = "not much beyond the vote"
[[obligation]]
id = "M.2"
world = "commons"
text = "not cut"
[[duty]]
id = "M.3"
world = "commons"
kind = "set_reserve"
unless = "reserve_permille > 0"
default = { permille = 50 }
"""


@pytest.fixture
def write(tmp_path):
    def put(text, name="mine.toml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return put


def load(path):
    return load_charter(path, schemas())


def faults_of(path):
    with pytest.raises(Faults) as error:
        load(path)
    assert error.value.where == path
    assert path in str(error.value)
    return error.value.faults


def test_a_whole_file(write):
    charter, parent = load(write(WHOLE)), load("flawed")
    assert (charter.name, charter.extends, charter.why, charter.last) == ("mine", "flawed", "as an example", "members")
    assert charter.level("identity").name == "vouched"
    assert charter.level("petitions") == parent.level("petitions")
    assert {a.id for a in charter.articles} == {a.id for a in parent.articles} - {"A.3"} | {"M.1"}
    assert {o.id for o in charter.obligations} == {o.id for o in parent.obligations} - {"O.2"} | {"M.2"}
    assert {d.id for d in charter.duties} == {d.id for d in parent.duties} - {"D.3"} | {"M.3"}
    assert charter.duties[-1].default == {"permille": 50}
    assert charter.obligations[-1].on == "close"


def test_an_empty_file_is_a_charter_that_binds_nobody(write):
    charter = load(write(""))
    assert charter.name == "mine"
    assert diff(load("bare"), charter) == []
    assert charter.law_in("commons") == ()


ARTICLE = '[[article]]\nid = "X"\non = "set_quota"\nworld = "commons"\ntext = {}\n'
DUTY = '[[duty]]\nid = "X"\nkind = "{}"\nunless = "{}"\nworld = "commons"\n'
DEFAULT = DUTY.format("report", "reported") + "default = {{ {} }}"
EACH = {
    "unknown part": ('[identty]\nlevel = "open"', "identty: not a part of a charter; did you mean identity?"),
    "unknown part, nothing near": ("zzzzzz = 1", "zzzzzz: not a part of a charter"),
    "unknown level": (
        '[identity]\nlevel = "closed"',
        "identity.level: 'closed' is not a level; levels are open (null)",
    ),
    "no level": ("[identity]", "identity.level: None is not a level"),
    "level of a wrong type": ("[identity]\nlevel = 3", "identity.level: 3 is not a level"),
    "level of no type": ("[identity]\nlevel = ['open']", "identity.level: ['open'] is not a level"),
    "office that is no table": ('identity = "open"', "identity: wants a table with a level"),
    "unknown setting": ('[contract]\nlevel = "none"\nbond = 5', "contract.bond: not a setting"),
    "unknown fact": (
        ARTICLE.format('"stok_measured > 3"'),
        'unknown fact "stok_measured"; did you mean stock_measured?',
    ),
    "column of it": (ARTICLE.format('"quota > 3 and stok_measured > 3"'), 'article "X" text, column 15: unknown fact'),
    "no flag": (ARTICLE.format('"stock_measured"'), "wants a flag"),
    "unreadable": (ARTICLE.format('"1 +"'), 'article "X" text, column'),
    "unknown kind": ('[[article]]\nid = "X"\non = "fly"\ntext = "True"', 'article "X" on: "fly" is not a kind'),
    "article on the close": ('[[article]]\nid = "X"\non = "close"\ntext = "True"', "takes an [[obligation]]"),
    "unknown world": (ARTICLE.format('"True"').replace("commons", "mars"), "'X' world: 'mars' is not a world"),
    "lacks a text": ('[[obligation]]\nid = "X"', "obligation 'X' lacks text"),
    "lacks an id": ('[[obligation]]\ntext = "True"', "obligation '[0]' lacks id"),
    "unknown field": (
        '[[obligation]]\nid = "X"\ntext = "True"\nwhi = ""',
        "obligation 'X' whi: not a field; did you mean why",
    ),
    "a field of another": ('[[obligation]]\nid = "X"\ntext = "True"\non = "claim"', "obligation 'X' on: not a field"),
    "a number for a text": ('[[obligation]]\nid = "X"\ntext = 5', "obligation 'X' text: wants text"),
    "a number for an id": ('[[obligation]]\nid = 5\ntext = "True"', "obligation 5 id: wants text"),
    "a list for an id": ('[[obligation]]\nid = [1]\ntext = "True"', "obligation [1] id: wants text"),
    "not tables": ("article = 5", "article: wants [[article]] tables"),
    "not tables inside": ("article = [5]", "article[0]: wants a table"),
    "used twice": ('[[obligation]]\nid = "X"\ntext = "True"\n' * 2, "id 'X': used twice"),
    "used by the parent": ('extends = "flawed"\n[[obligation]]\nid = "A.1"\ntext = "True"', "id 'A.1': used twice"),
    "unknown duty": (DUTY.format("fly", "True"), "duty 'X' kind: 'fly' is not a kind"),
    "a duty to close": (DUTY.format("close", "True"), "duty 'X' kind: 'close' is not a kind"),
    "duty's text": (DUTY.format("report", "rported"), 'duty "X" text, column 1: unknown fact'),
    "default of no fact": (DEFAULT.format('stock = "stok"'), "duty 'X' default.stock: 'stok' is not a day fact"),
    "default of a float": (DEFAULT.format("stock = 1.5"), "duty 'X' default: wants a table"),
    "default of no place": (DEFAULT.format("stok = 5"), "duty 'X' default"),
    "default out of range": (DEFAULT.format("stock = -5"), "duty 'X' default"),
    "default beyond JSON": (DEFAULT.format(f"stock = {10**30}"), "duty 'X' default"),
    "a name as a number": ("name = 5", "name: wants text"),
    "a why as a date": ("why = 2020-01-01", "why: wants text"),
    "a day of no kind": ("day = 5", "day.last: wants"),
    "nobody known last": ('[day]\nlast = "king"', "day.last: wants"),
    "unknown part of the day": ('[day]\nlasst = "members"', "day.lasst"),
    "remove of nothing": ('remove = ["A.1"]', "remove: no parent has 'A.1'"),
    "remove of a number": ("remove = [1]", "remove: wants a list of ids"),
    "remove of a text": ('remove = "A.1"', "remove: wants a list of ids"),
    "no parent": ('extends = "nobody"', "extends: "),
    "a parent of no kind": ("extends = 5", "extends: wants the name or the path"),
    "a parent that is a folder": ('extends = "."', "extends: "),
    "its own parent": ('extends = "mine.toml"', "extends: goes round in a circle"),
    "a parent with an endless name": (f'extends = "{"x" * 5000}"', "extends"),
    "an id that an office's level has": (
        '[identity]\nlevel = "vouched"\n[[article]]\nid = "identity.vouched"\non = "join"\ntext = "True"',
        "identity.vouched",
    ),
}


@pytest.mark.parametrize(("text", "fault"), EACH.values(), ids=EACH)
def test_each_fault_has_its_path(write, text, fault):
    said = faults_of(write(text))
    assert any(fault in one for one in said), said
    assert len(said) == len(set(said)), "said once"


def test_all_faults_come_at_once(write):
    tables = "\n".join(text for text, _ in EACH.values() if text.startswith("[[") and "used twice" not in text)
    said = faults_of(
        write('name = 5\nextends = "nobody"\nremove = ["Q"]\n[identty]\n[identity]\nlevel = "closed"\n' + tables)
    )
    for part in (
        "identty",
        "identity.level",
        "name: wants",
        "extends",
        "remove",
        "lacks text",
        "lacks id",
        "whi",
        "fly",
    ):
        assert any(part in one for one in said), part


def test_faults_of_a_parent_are_told_as_its(write):
    write("name = 5\n[petitions]\nlevel = 'cooked'", "parent.toml")
    said = faults_of(write('extends = "parent.toml"'))
    assert [one.split(": ")[0] for one in said] == [
        "extends " + write("", "x.toml")[: -len("x.toml")] + "parent.toml"
    ] * 2


def test_a_line_of_charters(write):
    write('extends = "flawed"\n[petitions]\nlevel = "quarantine"', "a.toml")
    write('extends = "a.toml"\nremove = ["A.1"]', "b.toml")
    charter = load(write('extends = "b.toml"\n[identity]\nlevel = "vouched"', "c.toml"))
    assert diff(load("flawed"), charter)[:2] == ["identity.level: open → vouched", "petitions.level: raw → quarantine"]
    assert diff(load("flawed"), charter)[2].startswith("- article A.1: ")
    assert len(diff(load("flawed"), charter)) == 3


@pytest.mark.parametrize("way", ["b.toml", "./b.toml", "../{here}/b.toml"])
def test_a_circle_of_any_length_and_spelling(write, tmp_path, way):
    write('extends = "a.toml"', "b.toml")
    path = write(f'extends = "{way.format(here=tmp_path.name)}"', "a.toml")
    assert any("circle" in one for one in faults_of(path))


NOT_TOML = {
    "words": b"this is no charter",
    "half a table": b"[identity",
    "a key twice": b"a = 1\na = 2",
    "nothing but a bracket": b"[" * 20_000,
    "lists without end": b"a = " + b"[" * 50_000,
    "tables without end": b"a = " + b"{a=" * 20_000,
    "keys without end": b".".join([b"a"] * 2000) + b" = 1",
    "a number without end": b"a = " + b"9" * 6000,
    "an impossible date": b"a = 2020-13-45",
    "zero bytes": b"\0\0\0",
}


@pytest.mark.parametrize("data", NOT_TOML.values(), ids=NOT_TOML)
def test_what_is_not_toml(write, data):
    assert faults_of(write(data))


@pytest.mark.parametrize("data", [b'name = "\xff"', b"\xff\xfe\x00n", "name = 'ü'".encode("latin-1")])
def test_what_is_not_utf8(write, data):
    with pytest.raises(CharterError, match="UTF-8"):
        load(write(data))


@pytest.mark.parametrize("name", ["nobody", "", "no/such/file.toml", "x" * 5000, "a\0b", "."])
def test_what_is_not_there(name):
    with pytest.raises(CharterError):
        load(name)


values = st.recursive(
    st.one_of(
        st.integers(), st.booleans(), st.floats(), st.text(max_size=8), st.sampled_from(["A.1", "open", "flawed"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "on", "text", "level", "kind", "unless", "default", "last", "x"]), inner, max_size=5
        ),
    ),
    max_leaves=8,
)
ITEM = st.fixed_dictionaries(
    {},
    optional={
        "id": st.one_of(st.sampled_from(["A", "B", "A.1", ""]), values),
        "on": st.one_of(st.sampled_from(["ballot", "close", "set_quota", "fly"]), values),
        "text": st.one_of(st.sampled_from(["True", "voters > 1", "cut", "1 +"]), st.text(max_size=12), values),
        "world": st.one_of(st.sampled_from(["commons", "budget", "", "mars"]), values),
        "kind": st.one_of(st.sampled_from(["report", "set_quota", "fly", "close"]), values),
        "unless": st.one_of(st.sampled_from(["True", "reported", ""]), values),
        "default": st.one_of(st.dictionaries(st.sampled_from(["stock", "quota"]), values, max_size=2), values),
        "why": values,
    },
)
TABLES = st.fixed_dictionaries(
    {},
    optional={
        **{part: st.one_of(st.lists(ITEM, max_size=3), values) for part in ("article", "obligation", "duty")},
        **{
            office: st.one_of(st.sampled_from([{"level": level} for level in ladder]), values)
            for office, ladder in LADDERS.items()
        },
        "day": st.one_of(st.just({"last": "nobody"}), values),
        "remove": st.one_of(st.lists(st.sampled_from(["A.1", "O.1", "X"]), max_size=3), values),
        "extends": st.one_of(st.sampled_from(["flawed", "bare", "hardened-2", "nobody"]), values),
        "name": values,
        "why": values,
        "other": values,
    },
)


def toml(value):
    """A value as inline TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(key)} = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(c if c.isalnum() and c.isascii() else f"\\U{ord(c):08X}" for c in value) + '"'
    return repr(value)


def sound(path):
    """A loaded charter does all that will be asked of it; or None, when it was refused in words."""
    try:
        charter = load(path)
    except (Faults, CharterError):
        return None
    assert from_plain(decode(encode(to_plain(charter)))) == charter
    assert Spec("commons", charter).digest
    for world in schemas():
        for article in charter.law_in(world):
            assert article.on in schemas()[world].facts
    return charter


@settings(max_examples=250)
@given(TABLES)
def test_any_table_gives_a_charter_or_a_sentence(tmp_path_factory, table):
    path = tmp_path_factory.getbasetemp() / "fuzzed.toml"
    text = "\n".join(f"{key} = {toml(value)}" for key, value in table.items())
    assert tomllib.loads(text).keys() == table.keys()
    path.write_text(text, encoding="utf-8")
    charter = sound(str(path))
    if charter is not None:
        assert not {"other"} & table.keys(), "a file with a part that is none was taken for sound"


@settings(max_examples=150)
@given(st.binary(max_size=80))
def test_any_bytes_give_a_charter_or_a_sentence(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "bytes.toml"
    path.write_bytes(data)
    charter = sound(str(path))
    assert charter is None or charter.articles == ()


def test_diff_says_what_binds_differently(write):
    old, new = load("flawed"), load(write(WHOLE))
    lines = diff(old, new)
    assert [line[0] for line in lines].count("-") == 3
    assert [line[0] for line in lines].count("+") == 3
    assert "identity.level: open → vouched" in lines
    assert "day.last: governor → members" in lines
    assert len(lines) == 8
    assert len(diff(new, old)) == 8
    assert diff(old, old) == []


def test_diff_says_nothing_when_two_bind_alike():
    old = load("flawed")
    new = replace(
        old,
        name="other",
        why="told otherwise",
        extends="x",
        articles=tuple(replace(a, why="for another reason") for a in old.articles),
        levels={"identity": "open"},
    )
    assert diff(old, new) == []


@pytest.mark.parametrize("part", ["articles", "obligations", "duties"])
def test_diff_shows_what_changed(part):
    """A line that reads “x → x” tells nobody anything."""
    old = load("flawed")
    item = getattr(old, part)[0]
    field = {"articles": "on", "obligations": "text", "duties": "default"}[part]
    value = {"on": "claim", "text": "True", "default": {"quota": 1_000_000}}[field]
    new = replace(old, **{part: (replace(item, **{field: value}), *getattr(old, part)[1:])})
    (line,) = diff(old, new)
    assert line.startswith("~ ")
    before, after = line.split(": ", 1)[1].split(" → ")
    assert before != after
