"""How a proposal is decided: the settings of the office `decisions`, its levels, and the arithmetic of a vote.

What each setting means, exactly. *Power* is votes: accounts in a commons, tokens in a treasury.

- `power`: when the power of a voter is read. `live`: as the vote comes in. `snapshot`: as it stood when the last day
  ended before the proposal was put, so that nobody can borrow or make power for a proposal they have heard of.
- `weight`: what is counted. `power`: votes by power. `head`: one vote a head, whatever a head holds.
- `base`: what the threshold is a share of. `cast`: yes + no + abstain. `nonabstain`: yes + no. `roll`: all power there
  is, read as `power` and `weight` say.
- `threshold_num`, `threshold_den`: a proposal passes when threshold_den × yes > threshold_num × base; strictly, so a
  tie at one half fails.
- `quorum_permille`: the least turnout, in thousandths of the quorum's base; the number needed is rounded up and met by
  being reached. 0 asks for none. `quorum_counts`: whose votes count towards it. `for`: yes. `for_abstain`: yes +
  abstain. `cast`: all three. `quorum_base`: `roll`, all power; `delegated`, the power that somebody has put to use.
  `quorum_frozen`: that base is read when the proposal is put, not at the tally. `quorum_floor`, `quorum_cap`: the
  number needed is at least the floor and, unless the cap is 0, at most the cap; the cap has the last word.
- `notice_days`: full days between the day of putting and voting: put on day d, votes count from day d + notice_days.
- `voting_days`: days on which votes count, 1 at the least; the tally is at the close of the last.
- `timelock_days`: days between the tally and execution: tallied at the close of day t, done the morning after day
  t + timelock_days.
- `ballots`: `public`, everybody can be shown to have voted as they say; `secret`, nobody can, and no count is shown
  before the tally. Secrecy itself is taken as given: a seat that speaks for many has no single ballot on record.
- `effects_shown`: whether those who vote are shown what a proposal would do, or only its title.
- `binding`: what a payload "@ADDRESS" stands for. `address`: what lies at that address on the day of execution. `hash`:
  what lay there when the proposal was put; another code put there later is not executed.
- `emergency`: `none`, or `open`: whoever may vote may have a proposal done the same day once emergency_den × yes >
  emergency_num × all power, `emergency_wait_days` after the day of putting at the earliest, whatever quorum, notice,
  voting days and timelock say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from isonomia.basics.acts import Fact
from isonomia.basics.schema import Choice, FactSchema, Flag, Whole
from isonomia.law.articles import Article, Level

PARTS = Whole(1, 10**6)
DAYS = Whole(0, 3650)
PERMILLE = Whole(0, 1000)
VOTES = Whole()

SETTINGS: Mapping[str, FactSchema] = MappingProxyType(
    {
        "power": Choice(("live", "snapshot")),
        "weight": Choice(("power", "head")),
        "base": Choice(("cast", "nonabstain", "roll")),
        "threshold_num": Whole(0, 10**6),
        "threshold_den": PARTS,
        "quorum_permille": PERMILLE,
        "quorum_counts": Choice(("for", "for_abstain", "cast")),
        "quorum_base": Choice(("roll", "delegated")),
        "quorum_frozen": Flag(),
        "quorum_floor": VOTES,
        "quorum_cap": VOTES,
        "notice_days": DAYS,
        "voting_days": Whole(1, 3650),
        "timelock_days": DAYS,
        "ballots": Choice(("public", "secret")),
        "effects_shown": Flag(),
        "binding": Choice(("address", "hash")),
        "emergency": Choice(("none", "open")),
        "emergency_num": Whole(0, 10**6),
        "emergency_den": PARTS,
        "emergency_wait_days": DAYS,
    }
)


@dataclass(frozen=True, slots=True)
class Procedure:
    """Every setting by its name; the defaults are those of the null level."""

    power: str = "live"
    weight: str = "power"
    base: str = "nonabstain"
    threshold_num: int = 1
    threshold_den: int = 2
    quorum_permille: int = 0
    quorum_counts: str = "cast"
    quorum_base: str = "roll"
    quorum_frozen: bool = False
    quorum_floor: int = 0
    quorum_cap: int = 0
    notice_days: int = 0
    voting_days: int = 1
    timelock_days: int = 0
    ballots: str = "public"
    effects_shown: bool = False
    binding: str = "address"
    emergency: str = "none"
    emergency_num: int = 2
    emergency_den: int = 3
    emergency_wait_days: int = 0

    @classmethod
    def of(cls, settings: Mapping[str, Fact]) -> Procedure:
        """The procedure with these settings; raises ValueError for one that does not exist or does not fit."""
        for name, value in settings.items():
            fault = SETTINGS[name].fault(value) if name in SETTINGS else "not a setting"
            if fault:
                raise ValueError(f"decisions.{name}: {fault}")
        return cls(**settings)  # type: ignore[arg-type]

    def passes(self, yes: int, no: int, abstain: int, everything: int) -> bool:
        """Whether the threshold is reached; `everything`: all power there is."""
        base = {"cast": yes + no + abstain, "nonabstain": yes + no, "roll": everything}[self.base]
        return self.threshold_den * yes > self.threshold_num * base

    def quorum(self, base: int) -> int:
        """How many votes must count towards the quorum, of so large a base."""
        needed = max(self.quorum_floor, -(-base * self.quorum_permille // 1000))
        return min(needed, self.quorum_cap) if self.quorum_cap else needed

    def counted(self, yes: int, no: int, abstain: int) -> int:
        """The votes that count towards the quorum."""
        return yes + {"for": 0, "for_abstain": abstain, "cast": no + abstain}[self.quorum_counts]

    def emergent(self, yes: int, everything: int) -> bool:
        """Whether so many votes reach the emergency threshold."""
        return self.emergency_den * yes > self.emergency_num * everything


def _settings(procedure: Procedure) -> Mapping[str, Fact]:
    return {field.name: getattr(procedure, field.name) for field in fields(procedure)}


_NOTICED = Procedure(
    power="snapshot",
    quorum_permille=200,
    quorum_counts="cast",
    notice_days=1,
    voting_days=4,
    timelock_days=2,
    effects_shown=True,
    binding="hash",
)
_NOTICED_ARTICLES = (
    Article("decisions.subject", "propose", "not mixed", "one proposal, one kind of thing: nothing rides along"),
    Article("decisions.rate", "propose", "open_by_author < 2", "nobody floods the docket alone"),
    Article(
        "decisions.again", "propose", "days_since_same >= 30", "what was put is not put again until people are tired"
    ),
)
LEVELS: Mapping[str, Level] = MappingProxyType(
    {
        "live": Level(
            "live",
            null=True,
            prices={"vote": 0},
            settings=_settings(Procedure()),
            why="whoever has an account today votes today, on a title, and it is done tomorrow",
        ),
        "noticed": Level(
            "noticed",
            articles=_NOTICED_ARTICLES,
            prices={"vote": 0},
            settings=_settings(_NOTICED),
            why="people see what a proposal does, have days to vote and days to undo it, and enough of them must come",
        ),
        "secret": Level(
            "secret",
            articles=_NOTICED_ARTICLES,
            prices={"vote": 0},
            settings={**_settings(_NOTICED), "ballots": "secret"},
            why="and nobody can show how they voted, so nobody can sell it",
        ),
    }
)
