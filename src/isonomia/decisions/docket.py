"""Proposals with content: put, noticed, voted on, tallied, queued, and then done by the office itself.

A proposal is a title and a payload (see `payload`). How it is decided is the office's settings (see `procedure`); all
that is a yes-or-no rule over one act (one subject, a rate, a cooldown, votes within one's own power, recusal) is for
articles, and the facts they need are stated here. Without such an article votes count as often as they come.

Stages: put → open → failed, or queued → executed, or void where the payload cannot be read; cancelled from any of the
first three that still run. What comes at a stage where it means nothing (a vote on what is not open, an emergency that
is not reached) changes nothing, and the effect on record says why. Each change of stage is announced by an act the next
morning, so that every tally is on record; right after it come the actions, as acts of `office:docket` through the gate
like anyone's. What the polity refuses of them is a denial on record, and the other actions are still done.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from isonomia.basics.acts import Act, Fact, Facts, Permit, Principal
from isonomia.basics.schema import LARGEST
from isonomia.decisions.agenda import NEVER, NUMBER, Offer, Proposal, kinds_for
from isonomia.decisions.payload import Action, Payload, address_of, read_payload
from isonomia.decisions.procedure import Procedure

ME = "office:docket"
STATES: Mapping[str, Any] = MappingProxyType({"proposals_open": NUMBER, "proposals_executed": NUMBER})


class _Night(NamedTuple):
    """Power by principal, and all of it, as a day ended."""

    powers: Mapping[Principal, int]
    everything: int


@dataclass(slots=True, eq=False)
class _Matter:
    """A proposal as the office holds it."""

    number: int
    author: Principal
    title: str
    written: str
    bound: Payload | None  # None: whatever lies at the address when it is read
    day: int
    opens: int
    closes: int
    stage: str
    night: _Night | None
    quorum_base: int | None
    tally: list[int] = field(default_factory=lambda: [0, 0, 0])  # yes, no, abstain
    cast: dict[Principal, int] = field(default_factory=dict)
    due: int = -1
    quorum: int = 0


class Docket:
    """The office. Power is a reading of another office's accounts, given at assembly.

    power, power_all: votes of one principal, and of everybody, now. powers: votes by principal; read at founding and at
    each close, for a snapshot. heads, heads_all: the same by head; one a principal where not given. delegated: the
    power in use. guardians: who may cancel anything, if the law lets them. roles: who may act on the docket at all.
    Raises ValueError on settings that do not fit.
    """

    name = "docket"
    knows: Mapping[str, Any] = MappingProxyType({})
    states = STATES

    def __init__(
        self,
        settings: Mapping[str, Fact],
        power: Callable[[Principal], int],
        power_all: Callable[[], int],
        *,
        powers: Callable[[], Mapping[Principal, int]] | None = None,
        heads: Callable[[Principal], int] | None = None,
        heads_all: Callable[[], int] | None = None,
        delegated: Callable[[], int] | None = None,
        guardians: Collection[Principal] = (),
        roles: tuple[str, ...] = ("member", "operator"),
    ) -> None:
        self.procedure = p = Procedure.of(settings)
        if powers is None and (p.power == "snapshot" or (p.weight == "head" and heads_all is None)):
            raise ValueError("decisions: such a count needs to know who holds power")
        self.kinds = kinds_for(roles)
        self._power, self._power_all, self._powers = power, power_all, powers or dict
        self._delegated = delegated or power_all
        if p.weight == "head":
            self._power = heads or (lambda who: int(power(who) > 0))
            self._power_all = heads_all or (lambda: sum([self._power(who) for who in self._powers()]))
            if delegated is None:
                self._delegated = self._power_all
        self._guardians = frozenset(guardians)
        self._night: _Night | None = None
        self._matters: dict[int, _Matter] = {}  # by number, from 0; for ever
        self._live: list[_Matter] = []  # put, open or queued
        self._last_put: dict[str, int] = {}  # day, by what a payload does
        self._code: dict[str, Payload] = {}
        self._offers: list[Offer] = []
        self._offers_made = 0
        self._shown: Mapping[str, Any] = {}
        self._dusk()
        self._show()

    # -- readings ------------------------------------------------------------------------------------------------------
    def _dusk(self) -> None:
        """What a snapshot taken tomorrow will say."""
        if self.procedure.power == "snapshot":
            held = self._powers()
            if self.procedure.weight == "head":
                held = {who: self._power(who) for who in held}
            self._night = _Night(MappingProxyType(dict(sorted(held.items()))), self._power_all())

    def _power_of(self, who: Principal, matter: _Matter | None) -> int:
        night = matter.night if matter else self._night
        return self._power(who) if night is None else night.powers.get(who, 0)

    def _everything(self, matter: _Matter | None) -> int:
        night = matter.night if matter else self._night
        return self._power_all() if night is None else night.everything

    def _quorum_base(self) -> int:
        return self._power_all() if self.procedure.quorum_base == "roll" else self._delegated()

    def _read(self, text: str) -> Payload:
        """A payload as it stands now, whether it is written out or lies at an address."""
        address = address_of(text)
        if address is None:
            return read_payload(text)
        return self._code.get(address, Payload(text, (), f"nothing at {address[:80]}", "@" + address))

    def _payload(self, matter: _Matter) -> Payload:
        return matter.bound or self._read(matter.written)

    # -- acts ----------------------------------------------------------------------------------------------------------
    def plan(self, act: Act) -> tuple[dict[str, Fact], Any]:
        if act.kind == "propose":
            return self._plan_propose(act)
        if act.kind == "deploy":
            return self._plan_deploy(act)
        matter = self._matters.get(act.body["proposal"])
        if act.kind == "vote":
            return self._plan_vote(act, matter)
        if act.kind == "emergency":
            return self._plan_emergency(act, matter)
        author = matter is not None and matter.author == act.by
        stage = matter.stage if matter else "none"
        if act.kind == "offer":
            body = act.body
            facts: dict[str, Fact] = {"open": stage == "open", "is_author": author}
            facts |= {"price": body["price"], "most": body["most"]}
            why = "" if stage in ("put", "open") else f"the proposal is {stage}"
            new = Offer(self._offers_made, act.by, body["proposal"], body["choice"], body["price"], body["most"])
            return facts, ("offer", new, why)
        if act.kind == "announce":
            yes, no, abstain = matter.tally if matter else (0, 0, 0)
            facts = {"stage": stage, "yes": yes, "no": no, "abstain": abstain}
            facts["quorum"] = matter.quorum if matter else 0
            facts["quorum_counted"] = min(LARGEST, self.procedure.counted(yes, no, abstain))
            return facts, ("announce", stage)
        facts = {"is_author": author, "by_guardian": act.by in self._guardians, "stage": stage}
        why = "" if matter in self._live else f"the proposal is {stage}"
        return facts, ("cancel", matter, why)

    def _plan_propose(self, act: Act) -> tuple[dict[str, Fact], Any]:
        p, day, text = self.procedure, act.day, act.body["payload"]
        payload = self._read(text)
        power, everything = self._power_of(act.by, None), self._everything(None)
        facts: dict[str, Fact] = {
            "actions": len(payload.actions),
            "open_by_author": len([m for m in self._live if m.author == act.by]),
            "days_since_same": day - self._last_put.get(payload.digest, day - NEVER),
            "moves": payload.moves,
            "mixed": payload.mixed,
            "author_power": power,
            "author_power_permille": min(1000, 1000 * power // everything) if everything else 0,
        }
        bound = payload if p.binding == "hash" or address_of(text) is None else None
        opens = day + p.notice_days
        matter = _Matter(
            number=len(self._matters),
            author=act.by,
            title=act.body["title"],
            written=text,
            bound=bound,
            day=day,
            opens=opens,
            closes=opens + p.voting_days - 1,
            stage="put" if p.notice_days else "open",
            night=self._night,
            quorum_base=self._quorum_base() if p.quorum_frozen else None,
        )
        return facts, ("propose", matter, payload.digest)

    def _plan_vote(self, act: Act, matter: _Matter | None) -> tuple[dict[str, Fact], Any]:
        votes = (act.body["yes"], act.body["no"], act.body["abstain"])
        before = matter.cast.get(act.by, 0) if matter else 0
        is_open = matter is not None and matter.stage == "open"
        facts: dict[str, Fact] = {
            "votes": sum(votes),
            "power": self._power_of(act.by, matter),
            "power_all": self._everything(matter),
            "votes_so_far": before,
            "voted": before > 0,
            "beneficiary": matter is not None and self._payload(matter).benefits(act.by),
            "open": is_open,
        }
        return facts, ("vote", matter, act.by, votes, is_open)

    def _plan_deploy(self, act: Act) -> tuple[dict[str, Fact], Any]:
        address, code = act.body["address"], read_payload(act.body["payload"])
        facts: dict[str, Fact] = {
            "actions": len(code.actions),
            "moves": code.moves,
            "replaces": address in self._code,
            "awaited": any(address_of(m.written) == address for m in self._live),
        }
        return facts, ("deploy", address, code)

    def _plan_emergency(self, act: Act, matter: _Matter | None) -> tuple[dict[str, Fact], Any]:
        p = self.procedure
        days = min(NEVER, act.day - matter.day) if matter else 0
        reached = matter is not None and p.emergent(matter.tally[0], self._everything(matter))
        why = ""
        if p.emergency == "none":
            why = "there is no emergency procedure"
        elif matter is None or matter not in self._live:
            why = f"the proposal is {matter.stage if matter else 'none'}"
        elif days < p.emergency_wait_days:
            why = "too early"
        elif not reached:
            why = "the emergency threshold is not reached"
        facts: dict[str, Fact] = {
            "is_author": matter is not None and matter.author == act.by,
            "stage": matter.stage if matter else "none",
            "days_since_put": days,
            "reached": reached,
            "power": self._power_of(act.by, matter),
            "beneficiary": matter is not None and self._payload(matter).benefits(act.by),
        }
        return facts, ("emergency", matter, act.day, why)

    def facts(self, act: Act) -> Facts:
        return {}

    def apply(self, plan: Any, permit: Permit) -> Facts:
        effect = self._effect(plan)
        self._show()
        return effect

    def _effect(self, plan: Any) -> Facts:
        what = plan[0]
        if what == "announce":
            return {"stage": plan[1]}
        if what == "deploy":
            self._code[plan[1]] = plan[2]
            return {"actions": len(plan[2].actions)}
        if what == "propose":
            matter: _Matter = plan[1]
            self._matters[matter.number] = matter
            self._live.append(matter)
            self._last_put[plan[2]] = matter.day
            return {"proposal": matter.number}
        if what == "vote":
            _, matter, by, votes, is_open = plan
            if not is_open:
                return {"counted": 0, "why": "the proposal is not open"}
            matter.tally = [min(LARGEST, had + more) for had, more in zip(matter.tally, votes, strict=True)]
            matter.cast[by] = min(LARGEST, matter.cast.get(by, 0) + sum(votes))
            return {"counted": sum(votes)}
        why: str = plan[-1]
        if why:
            return {"changed": False, "why": why}
        if what == "offer":
            self._offers.append(plan[1])
            self._offers_made += 1
            return {"offer": plan[1].number}
        matter = plan[1]
        if what == "emergency":
            matter.stage, matter.due = "queued", plan[2]
        else:
            matter.stage = "cancelled"
            self._live.remove(matter)
        return {"changed": True}

    # -- the close -----------------------------------------------------------------------------------------------------
    def close(self, today: Facts) -> tuple[Facts, Sequence[Act]]:
        self._dusk()
        if not self._live:
            return {"proposals_open": 0, "proposals_executed": 0}, ()
        day = int(today["day"])
        owed: list[Act] = []
        executed = 0
        for matter in self._live:
            before = matter.stage
            if before == "open" and matter.closes <= day:
                self._tally(matter, day)
            elif before == "put" and matter.opens == day + 1:
                matter.stage = "open"
            actions = self._execute(matter) if matter.stage == "queued" and matter.due <= day else ()
            executed += matter.stage == "executed"
            if matter.stage not in (before, "open"):
                owed.append(Act(ME, "announce", day, {"proposal": matter.number}))
            owed += [Act(ME, action.kind, day, dict(action.body)) for action in actions]
        self._live = [matter for matter in self._live if matter.stage in ("put", "open", "queued")]
        here = {matter.number for matter in self._live if matter.stage != "queued"}
        self._offers = [offer for offer in self._offers if offer.proposal in here]
        self._show()
        return {"proposals_open": len(self._live), "proposals_executed": executed}, owed

    def _tally(self, matter: _Matter, day: int) -> None:
        p, (yes, no, abstain) = self.procedure, matter.tally
        matter.quorum = p.quorum(self._quorum_base() if matter.quorum_base is None else matter.quorum_base)
        passed = p.passes(yes, no, abstain, self._everything(matter)) and p.counted(yes, no, abstain) >= matter.quorum
        matter.stage, matter.due = "queued" if passed else "failed", day + p.timelock_days

    def _execute(self, matter: _Matter) -> tuple[Action, ...]:
        payload = self._payload(matter)
        matter.stage = "void" if payload.fault else "executed"
        return payload.actions

    # -- what is seen --------------------------------------------------------------------------------------------------
    def _show(self) -> None:
        p, secret = self.procedure, self.procedure.ballots == "secret"
        shown = []
        for m in self._live:
            payload = self._payload(m) if p.effects_shown else None
            yes, no, abstain = (None, None, None) if secret else m.tally
            text, effects = (payload.text, payload.actions) if payload else (None, None)
            shown.append(
                Proposal(
                    m.number, m.author, m.title, text, m.day, m.closes, yes, no, abstain, m.stage, m.opens, effects
                )
            )
        self._shown = MappingProxyType(
            {
                "proposals": tuple(shown),
                "offers": tuple(self._offers),
                "ballots": p.ballots,
                "power": p.power,
                "weight": p.weight,
            }
        )

    def show(self, who: Principal) -> Mapping[str, Any]:
        return self._shown
