"""The port of a run: what lies outside the polity's doors, for whoever holds the machine.

Nothing here is an act. `Port` reaches into the live polity and puts other objects in the place of those it judges with:
`edit_law` compiles other articles and swaps the gate, so that the public law in force is another one; `skip_check`
leaves the law on display and puts a judge in its place that permits everything. The polity is not asked, and puts
nothing on record. What gives tampering away is the record itself: each entry holds the facts and the verdict, and
whoever holds the ratified law can judge them anew (`register/witness.py`), or play the whole run again (`replay`).

Roles are not articles: who may do a kind of act at all is not edited here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from isonomia.basics.acts import Facts
from isonomia.basics.streams import Array
from isonomia.gate.gate import Gate
from isonomia.law.articles import Article
from isonomia.law.law import Law
from isonomia.polity.polity import Polity, fact_schemas
from isonomia.register.witness import Witness


class Port:
    """The live polity, for tampering; made at the founding, when the law in force is the ratified one.

    `opened`: whether anything was ever tampered with through it.
    """

    def __init__(self, polity: Polity) -> None:
        self._polity = polity
        self._ratified = polity.gate
        self._shut = False
        self.opened = False

    @property
    def law(self) -> tuple[Article, ...]:
        """The articles in force, as everybody may read them."""
        return self._polity.gate.law.articles

    def edit_law(self, articles: Sequence[Article]) -> bool:
        """Put these articles in force, in place of all that are; whether the port let it happen.

        Raises Faults on an unsound article. Facts that no ratified article reads may be missing from an act; an article
        that reads one of them then refuses.
        """
        if self._shut:
            return False
        gate = Gate(Law(articles, fact_schemas(self._polity.offices)))
        self._swap(gate, gate.judge)
        self.opened = True
        return True

    def skip_check(self) -> bool:
        """Permit whatever the roles admit, and leave the law on display; whether the port let it happen."""
        if self._shut:
            return False
        self._swap(self._polity.gate, _permit)
        self.opened = True
        return True

    def restore(self) -> None:
        """The ratified law in force again. What was done under another stays done."""
        self._swap(self._ratified, self._ratified.judge)

    def shut(self) -> None:
        """Nothing passes through the port any more."""
        self._shut = True

    def witness(self) -> Witness:
        """A reader who holds the ratified law."""
        kinds = {name: kind for office in self._polity.offices for name, kind in office.kinds.items()}
        return Witness(self._ratified.law.articles, fact_schemas(self._polity.offices), kinds)

    def _swap(self, gate: Gate, judge: Any) -> None:
        self._polity.gate, self._polity._judge = gate, judge


class Overheard:
    """A log that also keeps what was appended since it was last asked: what a reader of the day's record reads."""

    def __init__(self, log: Any) -> None:
        self._append, self._keep = log.append, log.keep
        self._lines: list[bytes] = []

    def append(self, entry: bytes) -> bytes:
        leaf: bytes = self._append(entry)
        self._lines.append(entry)
        return leaf

    def keep(self, cells: Array) -> bytes:
        root: bytes = self._keep(cells)
        return root

    def take(self) -> list[bytes]:
        """The entries since the last time, in order."""
        taken, self._lines = self._lines, []
        return taken


class Watch:
    """The independent reader at level witnessed: reads each day's record, and acts on the first verdict that is not
    the ratified law's."""

    def __init__(self, port: Port, heard: Overheard) -> None:
        self._port, self._heard = port, heard
        self._witness = port.witness()

    def read_day(self) -> None:
        """After the close: judge the day anew; where another law was applied, restore the ratified one for good."""
        if self._witness.read(self._heard.take()):
            self._port.restore()
            self._port.shut()


def _permit(_kind: str, _facts: Facts) -> tuple[str, ...]:
    return ()
