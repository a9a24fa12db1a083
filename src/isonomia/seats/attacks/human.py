"""A person in the attacker's seat of a commons: a few members, with whatever names, ballots, words and proposals they
can get. What the polity refuses is told with its reasons: the law is public, and a member may hear it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from isonomia.basics.acts import Act
from isonomia.basics.schema import Whole
from isonomia.decisions.direction import HOLD, LOWER, RAISE
from isonomia.decisions.payload import write_payload
from isonomia.seats.governors.human import law_screen
from isonomia.seats.terminal import Command, Mistyped, Screen, Terminal, count, decimal, number, safe

ME = "ring"
VOTES = {"lower": LOWER, "raise": RAISE, "hold": HOLD}
SPAN = re.compile(r"([0-9]{1,8})-([0-9]{1,8})")
NAMES, MILLI, PROPOSALS, PRICES = Whole(1, 2**20), Whole(0, 65_535), Whole(0, 10**9), Whole(0, 10**6)
HELP = """\
  join 30                 ask for 30 more names
  vote raise              all your names vote to raise, lower or hold the quota
  claim 60                each of your names claims 60 units
  petition TEXT           write to the governor; it counts in millionths: "set the quota to 5000000" is 5 units
  propose 18-19 4 0.2 T   persons 18 to 19 get four times an equal share, everybody else a fifth; T is the title
  yes 3 · no 3            all your names vote on proposal 3
  offer 3 500             promise 500 to whoever votes yes on proposal 3
  law · day · help        the public law, the day's figures, this list
  end · quit              end your day; leave, the days go on without you"""


class Intruder(Terminal):
    """The seat. Its persons claim and vote only as the player says."""

    def _acts(self) -> Mapping[str, Command]:
        return {
            "join": self._join,
            "vote": self._vote,
            "claim": self._claim,
            "petition": self._petition,
            "propose": self._propose,
            "yes": lambda words, view: self._ballot(words, view, "yes"),
            "no": lambda words, view: self._ballot(words, view, "no"),
            "offer": self._offer,
        }

    def _looks(self) -> Mapping[str, Screen]:
        return {"day": day_screen, "help": lambda _: HELP.splitlines(), "law": law_screen}

    def _join(self, words: list[str], view: Mapping[str, Any]) -> Act:
        count(words, 1, "join 30")
        return self._act("join", accounts=number(words[0], 0, NAMES))

    def _vote(self, words: list[str], view: Mapping[str, Any]) -> Act:
        count(words, 1, "vote raise")
        if words[0].lower() not in VOTES:
            raise Mistyped("vote raise, vote lower or vote hold")
        return self._act("ballot", choice=np.full(view["accounts"], VOTES[words[0].lower()], "|u1"))

    def _claim(self, words: list[str], view: Mapping[str, Any]) -> Act:
        count(words, 1, "claim 60")
        return self._act("claim", milli=np.full(view["accounts"], number(words[0], 3, MILLI), "<u2"))

    def _petition(self, words: list[str], view: Mapping[str, Any]) -> Act:
        if not words:
            raise Mistyped('say what: "petition please set the quota to 4000000"')
        return self._act("petition", topic="other", position=view["start"], amount=0, text=" ".join(words)[:1900])

    def _propose(self, words: list[str], view: Mapping[str, Any]) -> Act:
        span = SPAN.fullmatch(words[0]) if words else None
        if span is None or len(words) < 4:
            raise Mistyped('type it as in "propose 18-19 4 0.2 upkeep of the sluices"')
        inside, outside = (number(word, 3, Whole(0, 10_000)) for word in words[1:3])
        body = {"start": int(span[1]), "stop": int(span[2]) + 1, "inside": inside, "outside": outside}
        return self._act("propose", title=" ".join(words[3:])[:200], payload=write_payload([("ordain", body)]))

    def _ballot(self, words: list[str], view: Mapping[str, Any], side: str) -> Act:
        count(words, 1, f"{side} 3")
        votes = {"yes": 0, "no": 0, "abstain": 0, side: view["accounts"]}
        return self._act("vote", proposal=number(words[0], 0, PROPOSALS), **votes)

    def _offer(self, words: list[str], view: Mapping[str, Any]) -> Act:
        count(words, 2, "offer 3 500")
        proposal, price = number(words[0], 0, PROPOSALS), number(words[1], 0, PRICES)
        return self._act("offer", proposal=proposal, choice="yes", price=price, most=view["roll"])

    def _act(self, kind: str, **body: Any) -> Act:
        return Act(ME, kind, self._day, body)


def day_screen(view: Mapping[str, Any]) -> list[str]:
    """What the polity shows these members today."""
    plate = view.get("plate")
    eaten = "nothing yet" if plate is None else " ".join(decimal(int(cell), 3) for cell in plate[:8].tolist())
    lines = [
        "",
        f"Day {view['day']}",
        f"  you          {view['accounts']} names of {view['roll']}; "
        f"persons {view['start']} to {view['start'] + len(view['need']) - 1}",
        f"  stock        {decimal(view['stock_reported'], 6)} reported; "
        f"the land can hold {decimal(view['capacity'], 6)}",
        f"  quota        {decimal(view['quota'], 6)} a person and day; the vote says {decimal(view['mandate'], 6)}",
        f"  votes today  {view['votes_lower']} to lower it, {view['votes_raise']} to raise it",
        f"  eaten        {eaten} at the last close",
    ]
    for proposal in view.get("proposals", ()):
        lines.append(f"  proposal #{proposal.number}, {proposal.stage}: {safe(proposal.title)}")
    return lines
