"""The log: RFC 6962 vectors, the limits of an entry, and what a failed write leaves behind."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_run import sha, tree_hash

from isonomia.record.errors import RecordError
from isonomia.record.log import Log

# the eight leaves and the roots of every size, from the Certificate Transparency reference implementation
CT_LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_the_certificate_transparency_vectors() -> None:
    log = Log()
    assert log.root().hex() == CT_ROOTS[0]
    for size, leaf in enumerate(CT_LEAVES, 1):
        data = bytes.fromhex(leaf)
        if b"\n" in data:
            pytest.fail("a vector with a line break cannot be an entry")
        assert log.append(data) == sha(b"\x00" + data)
        assert (log.size, log.root().hex()) == (size, CT_ROOTS[size])


@given(st.lists(st.binary(max_size=40).filter(lambda b: b"\n" not in b), max_size=70))
def test_any_log_has_the_root_of_the_plain_definition(entries: list[bytes]) -> None:
    log = Log()
    for entry in entries:
        log.append(entry)
    assert log.root() == tree_hash(entries)


def test_what_is_written() -> None:
    entries, leaves, arrays = io.BytesIO(), io.BytesIO(), io.BytesIO()
    log = Log(entries, leaves, arrays)
    flags, shorts = np.array([True, False, True]), np.arange(5000, dtype="<u2")
    roots = [log.keep(flags), log.keep(shorts)]
    assert arrays.getvalue() == b"", "kept bytes wait for the entry that names them"
    log.append(b"one")
    log.append(b"two")
    assert entries.getvalue() == b"one\ntwo\n"
    assert leaves.getvalue() == sha(b"\0one") + sha(b"\0two")
    assert arrays.getvalue() == b"\xa0" + shorts.tobytes()
    assert roots == [sha(b"\0\xa0"), tree_hash([shorts[:4096].tobytes(), shorts[4096:].tobytes()])]
    assert [Log().keep(flags), Log().keep(shorts)] == roots, "a log without files gives the same roots"


@pytest.mark.parametrize("entry", [b"x" * 65_536, b"a\nb", b"\n"])
def test_an_impossible_entry_changes_nothing(entry: bytes) -> None:
    entries, leaves, arrays = io.BytesIO(), io.BytesIO(), io.BytesIO()
    log = Log(entries, leaves, arrays)
    log.append(b"x" * 65_535)
    before = (log.size, log.root(), entries.getvalue(), leaves.getvalue())
    log.keep(np.array([True]))
    with pytest.raises(RecordError, match=r"65,535|line break"):
        log.append(entry)
    assert (log.size, log.root(), entries.getvalue(), leaves.getvalue()) == before
    log.append(b"next")
    assert arrays.getvalue() == b"", "the refused entry's array went with it"


class Failing(io.BytesIO):
    """A file whose write number `at` fails, before or after the bytes are in it."""

    def __init__(self, at: int, written: bool, fault: BaseException) -> None:
        super().__init__()
        self.at, self.written, self.fault = at, written, fault

    def write(self, data: Any, /) -> int:
        self.at -= 1
        if self.at == 0:
            if self.written:
                super().write(data)
            raise self.fault
        return super().write(data)


@pytest.mark.parametrize("written", [False, True], ids=["failed-unwritten", "failed-but-written"])
@pytest.mark.parametrize("which", [0, 1, 2], ids=["entries", "leaves", "arrays"])
@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["disk", "ctrl-c"])
def test_after_a_failed_write_nothing_more_is_accepted(which: int, written: bool, fault: BaseException) -> None:
    files: list[io.BytesIO] = [io.BytesIO(), io.BytesIO(), io.BytesIO()]
    files[which] = Failing(2, written, fault)
    log = Log(*files)
    for entry in (b"one",):
        log.keep(np.array([True]))
        log.append(entry)
    log.keep(np.array([False]))
    with pytest.raises(RecordError if isinstance(fault, OSError) else KeyboardInterrupt):
        log.append(b"two")
    assert log.size == 1
    for refused in (lambda: log.append(b"three"), log.root):
        with pytest.raises(RecordError, match="earlier write failed"):
            refused()
