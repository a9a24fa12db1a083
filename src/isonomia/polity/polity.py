"""Offices merged behind one door: view, submit, close the day.

The life of an act: who sent it and is it well formed → the owner's dry run and what the other offices know → the gate
→ one entry on record, whose leaf is the permit → the effect. Nothing a seat does raises: what is malformed, late or
sent in another's name becomes a recorded denial.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from isonomia.basics.acts import NOTHING, Act, Fact, Facts, Kind, Office, Outcome, Permit, Principal
from isonomia.basics.canonical import encode
from isonomia.basics.errors import Faults
from isonomia.basics.schema import Choice, FactSchema, Whole
from isonomia.basics.streams import Array
from isonomia.gate.gate import Gate
from isonomia.law.articles import CLOSE, Article, ArticleError
from isonomia.law.language import parse
from isonomia.law.law import Law
from isonomia.polity.admission import admit_body

DAY = Whole()
MOST_EFFECTS = 200  # in one entry
UNTOLD = ("governor", "suspended")  # telling it why teaches the way round


class Log(Protocol):
    """Where entries go; the entry is on record before the effect."""

    def append(self, entry: bytes) -> bytes: ...
    def keep(self, cells: Array) -> bytes: ...


class Day(NamedTuple):
    """A sealed day: its number, its facts, and the sequence number of the entry that seals it."""

    day: int
    facts: Facts
    entry: int


class _Route(NamedTuple):
    """Everything one kind of act needs, looked up once when the polity is founded."""

    kind: Kind
    roles: frozenset[str]
    plan: Callable[[Act], tuple[dict[str, Fact], Any]]
    known: tuple[Callable[[Act], Facts], ...]
    apply: Callable[[Any, Permit], Facts]


class Polity:
    """A founded polity. `offices` stand in the order in which they close the day; `opening` is put on record first."""

    def __init__(
        self,
        offices: Sequence[Office],
        articles: Sequence[Article],
        log: Log,
        seed: int = 0,
        opening: Mapping[str, object] = NOTHING,
    ) -> None:
        self.offices = tuple(offices)
        self.gate = Gate(Law(articles, fact_schemas(offices)))
        self.day = 0
        self._seed = seed  # for recipes only
        self._append, self._keep, self._judge = log.append, log.keep, self.gate.judge
        self._append(encode({"day": 0, "open": dict(opening), "seq": 0}))
        self._seq = 1
        self._version = 0
        self._sayable: set[Principal] = set()  # names found fit for the record
        self._shows = [office.show for office in self.offices]
        self._effects: list[object] = []
        self._routes = {
            name: _Route(kind, frozenset(kind.roles), office.plan, self._knowers(office, name), office.apply)
            for office in offices
            for name, kind in office.kinds.items()
        }

    def _knowers(self, owner: Office, kind: str) -> tuple[Callable[[Act], Facts], ...]:
        """The offices that must be asked about such an act: for its author's role, and for what its articles read."""
        wanted = self.gate.law.needs(kind) | {"role"}
        return tuple(
            office.facts for office in self.offices if wanted & office.knows.keys() - owner.kinds[kind].facts.keys()
        )

    # -- what one may see ----------------------------------------------------------------------------------------------
    def view(self, who: Principal) -> dict[str, Any]:
        """What this principal may see: the day, the public law, and each office's part."""
        view: dict[str, Any] = {"day": self.day, "law": self.gate.law.articles, "who": who}
        for show in self._shows:
            view.update(show(who))
        return view

    # -- what one may do -----------------------------------------------------------------------------------------------
    def submit(self, act: object, sender: Principal) -> Outcome:
        """Try an act. `sender` is who the door knows is speaking, whatever the act says."""
        if type(act) is not Act or len(act) != 4:  # a tuple can be made an Act without its fields
            return self.refuse(sender, "unknown", "malformed: not an act")
        if type(act.by) is not str or act.by != sender:
            return self.refuse(sender, act.kind, "sender: the act bears another's name")
        if sender.startswith("office:"):
            return self.refuse(sender, act.kind, "sender: offices act only by themselves")
        if sender not in self._sayable:
            if _sayable(sender) != sender:
                return self.refuse(sender, act.kind, "sender: no name that a record can hold")
            self._sayable.add(sender)
        return self._submit(act)

    def _submit(self, act: Act) -> Outcome:
        by, name, day, body = act
        route = self._routes.get(name) if type(name) is str else None  # nothing of the author's own making runs here
        if route is None:
            return self.refuse(by, name, "malformed: unknown kind of act")
        kind, roles, plan_act, known, apply = route
        if type(day) is not int or day != self.day:
            return self.refuse(by, name, "malformed: not today")
        admitted = admit_body(kind.body, body, self._seed, self._keep)
        if isinstance(admitted, str):
            return self.refuse(by, name, "malformed: " + admitted)
        clean, recorded = admitted
        version, seq = self._version, self._seq
        act = Act(by, name, day, clean)
        facts, plan = plan_act(act)
        for know in known:
            facts.update(know(act))
        role = facts["role"]
        # who may not do it at all learns nothing of the law
        denied = self._judge(name, facts) if not roles or role in roles else ("role",)
        leaf = self._append(
            encode({"body": recorded, "by": by, "day": day, "denied": denied, "facts": facts, "kind": name, "seq": seq})
        )
        self._seq = seq + 1
        if denied:
            return Outcome(False, seq, () if role in UNTOLD else denied)
        permit = self.gate.mint(leaf, version)
        self.gate.spend(permit, leaf, self._version)
        self._version = version + 1
        self._effects.append((seq, apply(plan, permit)))
        if len(self._effects) == MOST_EFFECTS:
            self._spill()
        return Outcome(True, seq)

    def _spill(self) -> None:
        """Put the day's effects so far on record, so that however much happens in a day, its close fits an entry."""
        self._append(encode({"day": self.day, "effects": self._effects, "seq": self._seq}))
        self._seq += 1
        self._effects = []

    def refuse(self, by: Principal, kind: object, reason: str) -> Outcome:
        """Record that something reached the door and was no act: malformed, late, or in another's name.

        What is wrong with its form is no secret, so even the governor is told.
        """
        seq = self._seq
        reason = reason.encode("utf-8", "backslashreplace").decode()[:400]
        who: dict[str, object] = {"by": _sayable(by), "day": self.day, "kind": _sayable(kind), "seq": seq}
        self._append(encode({**who, "body": None, "denied": [reason], "facts": {}}))
        self._seq = seq + 1
        return Outcome(False, seq, (reason,))

    # -- the end of the day --------------------------------------------------------------------------------------------
    def close_day(self) -> Day:
        """Each office in order hears the day facts stated so far and states its own; the day is sealed.

        What an office then owes is done first thing the next morning, through the gate like any other act; a close is
        one round deep, since those acts owe nothing before the next close.
        """
        today: dict[str, Fact] = {"day": self.day}
        owed: list[Act] = []
        for office in self.offices:
            stated, acts = office.close(today)
            today.update(stated)
            for act in acts:
                assert act.by == "office:" + office.name, "an office acts in its own name"
                owed.append(act._replace(day=self.day + 1))
        seq = self._seq
        self._append(encode({"close": today, "day": self.day, "effects": self._effects, "seq": seq}))
        self._seq = seq + 1
        self._version += 1
        self._effects = []
        self.day += 1
        for act in owed:
            self._submit(act)
        return Day(self.day - 1, today, seq)


def _sayable(name: object) -> str:
    return name[:80] if type(name) is str and name.isprintable() else "unknown"


def fact_schemas(offices: Sequence[Office]) -> dict[str, dict[str, FactSchema]]:
    """Per kind every fact an article may read, and under "close" the day facts.

    Raises Faults, all at once: two owners of a kind or fact, no office that knows roles, an unsound `after`.
    """
    faults: list[str] = []
    known: dict[str, FactSchema] = {}
    kinds: dict[str, Kind] = {}
    day: dict[str, FactSchema] = {"day": DAY}
    for office in offices:
        for name, schema in office.knows.items():
            if name in known:
                faults.append(f"{office.name}: fact {name!r} is known by another office already")
            known[name] = schema
        for name, schema in office.states.items():
            if name in day:
                faults.append(f"{office.name}: day fact {name!r} is stated by another office already")
            day[name] = schema
        for name, kind in office.kinds.items():
            if name in kinds or name == CLOSE:
                faults.append(f"{office.name}: kind {name!r} has an owner already")
            kinds[name] = kind
    role_words = known.get("role")
    if not isinstance(role_words, Choice):
        faults.append("no office knows the role of a principal")
        role_words = Choice(())
    schemas = {CLOSE: day}
    for name, kind in kinds.items():
        faults += [f"{name}: fact {fact!r} is known by another office" for fact in kind.facts if fact in known]
        faults += [f"{name}: role {role!r} does not exist" for role in kind.roles if role not in role_words.values]
        schemas[name] = {**known, **kind.facts}
        faults += _after_faults(kind, schemas[name], day)
    if faults:
        raise Faults("offices", faults)
    return schemas


def _after_faults(kind: Kind, facts: Mapping[str, FactSchema], day: Mapping[str, FactSchema]) -> list[str]:
    faults = []
    for target, text in kind.after.items():
        if target not in day:
            faults.append(f"{kind.name}: after names {target!r}, which no office states")
            continue
        try:
            parse(text, facts, "whole" if isinstance(day[target], Whole) else "flag")
        except ArticleError as error:
            faults.append(f"{kind.name}: after {target!r}: {error}")
    return faults
