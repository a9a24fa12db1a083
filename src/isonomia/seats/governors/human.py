"""A person in the governor's seat of a commons, at a terminal.

Each day they are shown what the polity shows its governor and type commands until `end`. What is mistyped is said and
asked again; an act that the polity refuses is told as refused, never by which article. When there is no more input the
person has left: the days go on without a governor's act. Ctrl-C is not caught here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from isonomia.basics.acts import Act, Outcome
from isonomia.basics.schema import Whole
from isonomia.petitions.intake import Petition
from isonomia.worlds.commons import EQUAL, PERMILLE, QUOTA, STOCK

ME = "governor"
MICRO_PLACES, PERMILLE_PLACES, PERCENT_PLACES = 6, 3, 1  # decimals of a unit, of a share, of a percentage
MOST_SHOWN = 5  # petitions on the day's screen; `petitions` shows all
NUMBER = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,12}))?")
PERSONS = re.compile(r"([0-9]{1,8})(?:-([0-9]{1,8}))?")
HELP = """\
  report 620      say that the stock is 620 units
  quota 1.05      a person with an equal share may take 1.05 units a day
  share 0-9 1.5   persons 0 to 9 get one and a half times an equal share; "share 7 0" is one person
  equal           everybody gets an equal share again
  reserve 10      keep 10 percent of what the land can hold untouched
  petitions       every open petition in full
  law             the public law
  day             the day's figures again
  help            this list
  end             end your day
  quit            leave the office; the remaining days go on without you"""


class Mistyped(ValueError):
    """A line that is no command; the message says what would be."""


class Human:
    """The seat. `ask(prompt)` gives one typed line and raises EOFError when there are no more; `say` shows a line."""

    def __init__(self, ask: Callable[[str], str], say: Callable[[str], None]) -> None:
        self._ask, self._say = ask, say
        self._day = -1
        self._in_turn = False
        self.left_on: int | None = None  # the day on which the person left
        self._commands: dict[str, Callable[[list[str], Mapping[str, Any]], Act]] = {
            "equal": self._equal,
            "quota": self._quota,
            "report": self._report,
            "reserve": self._reserve,
            "share": self._share,
        }
        self._screens: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
            "day": day_screen,
            "help": lambda _: HELP.splitlines(),
            "law": law_screen,
            "petitions": lambda view: petition_lines(view["petitions"]),
        }

    def act(self, view: Mapping[str, Any]) -> Act | None:
        """The act that the next good line asks for; None when the day is ended or the person has left."""
        if self.left_on is not None:
            return None
        if view["day"] != self._day:
            if self._in_turn:
                self._say("The day ended by itself: nobody may try more than so many acts in a day.")
            self._day = view["day"]
            self._show(day_screen(view))
        else:
            self._hear(view.get("last"))
        self._in_turn = True
        act = self._next_act(view)
        self._in_turn = act is not None
        return act

    def _next_act(self, view: Mapping[str, Any]) -> Act | None:
        while True:
            try:
                words = self._ask(f"day {self._day}> ").lower().split()
            except EOFError:
                words = ["quit"]
            if words == ["end"]:
                return None
            if words == ["quit"]:
                self.left_on = self._day
                self._say(f"You left the office on day {self._day}; the days go on without you.")
                return None
            try:
                if words and words[0] in self._commands:
                    return self._commands[words[0]](words[1:], view)
                if len(words) == 1 and words[0] in self._screens:
                    self._show(self._screens[words[0]](view))
                elif words:
                    raise Mistyped(f'there is no command "{safe(" ".join(words))[:60]}"; "help" lists them')
            except Mistyped as error:
                self._say(f"  {error}")

    def _hear(self, last: object) -> None:
        if not isinstance(last, Outcome) or last.permitted:
            self._say("  done")
        else:
            form = [reason for reason in last.reasons if reason.startswith("malformed: ")]
            self._say("  refused" + "".join(f": {reason}" for reason in form))

    def _show(self, lines: list[str]) -> None:
        for line in lines:
            self._say(line)

    # -- commands ------------------------------------------------------------------------------------------------------
    def _equal(self, words: list[str], view: Mapping[str, Any]) -> Act:
        _count(words, 0, "equal")
        return Act(ME, "equalise", self._day)

    def _quota(self, words: list[str], view: Mapping[str, Any]) -> Act:
        _count(words, 1, "quota 1.05")
        return Act(ME, "set_quota", self._day, {"quota": _number(words[0], MICRO_PLACES, QUOTA)})

    def _report(self, words: list[str], view: Mapping[str, Any]) -> Act:
        _count(words, 1, "report 620")
        return Act(ME, "report", self._day, {"stock": _number(words[0], MICRO_PLACES, STOCK)})

    def _reserve(self, words: list[str], view: Mapping[str, Any]) -> Act:
        _count(words, 1, "reserve 10")
        permille = _number(words[0].removesuffix("%"), PERCENT_PLACES, Whole(0, 1000))
        return Act(ME, "set_reserve", self._day, {"permille": permille})

    def _share(self, words: list[str], view: Mapping[str, Any]) -> Act:
        """Those named get the share; everybody else keeps what they have."""
        _count(words, 2, "share 0-9 1.5")
        persons = view["persons"]
        span = PERSONS.fullmatch(words[0])
        first = int(span[1]) if span else persons
        last = int(span[2] or span[1]) if span else persons
        if not first <= last < persons:
            raise Mistyped(f"wants persons 0 to {persons - 1}, as in share 0-9 1.5 or share 7 1.5")
        shares = np.full(persons, EQUAL, "<u2") if view["shares"] is None else view["shares"].copy()
        shares[first : last + 1] = _number(words[1], PERMILLE_PLACES, PERMILLE)
        return Act(ME, "allocate", self._day, {"permille": shares})


def _count(words: list[str], n: int, example: str) -> None:
    if len(words) != n:
        raise Mistyped(f'type it as in "{example}"')


def _number(text: str, places: int, bounds: Whole) -> int:
    """A decimal number in thousandths, millionths …, exactly. Raises Mistyped."""
    match = NUMBER.fullmatch(text)
    if match is None:
        raise Mistyped(f'"{safe(text)[:30]}" is not a number such as 7 or 1.05')
    decimals = (match[2] or "").rstrip("0")
    if len(decimals) > places:
        raise Mistyped(f"{text} is too fine: at most {places} decimals")
    number: int = int(match[1]) * 10**places + int(decimals.ljust(places, "0"))
    if bounds.fault(number):
        raise Mistyped(f"wants {decimal(bounds.lo, places)} to {decimal(bounds.hi, places)}")
    return number


def decimal(number: int, places: int) -> str:
    """A whole number of thousandths, millionths … as an exact decimal: decimal(1_050_000, 6) is "1.05"."""
    whole, part = divmod(abs(number), 10**places)
    decimals = str(part).rjust(places, "0").rstrip("0")
    return ("-" if number < 0 else "") + str(whole) + ("." + decimals if decimals else "")


def safe(text: str) -> str:
    """Text from outside without what would move a terminal's cursor or hide a line."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)


# -- what is shown -----------------------------------------------------------------------------------------------------
def day_screen(view: Mapping[str, Any]) -> list[str]:
    """What the polity shows its governor today, in units."""

    def units(name: str) -> str:
        return decimal(view[name], MICRO_PLACES)

    shares = view["shares"]
    given = "equal" if shares is None else _shares_in_words(shares.tolist())
    petitions = view["petitions"]
    lines = [
        "",
        f"Day {view['day']}",
        f"  stock       {units('stock_measured')} measured, {units('stock_reported')} last reported; "
        f"the land can hold {units('capacity')}",
        f"  quota       {units('quota')} a person and day",
        f"  mandate     {units('mandate')}; votes today: {view['votes_lower']} to lower it, "
        f"{view['votes_raise']} to raise it",
        f"  shares      {given}",
        f"  reserve     {decimal(view['reserve_permille'], PERCENT_PLACES)} percent",
        f"  complaints  {view['complaints']} today",
        f"  petitions   {len(petitions)} open",
        *petition_lines(petitions[-MOST_SHOWN:]),
    ]
    if view.get("obliged"):
        lines.append(f"  strikes     {view['strikes']}")
    if view.get("role") == "suspended":
        lines.append("  You are suspended: what you try will be refused.")
    return lines


def _shares_in_words(permille: list[int]) -> str:
    """Runs of persons with one share: "0-9 1.5, 10-19 1"."""
    runs: list[tuple[int, int, int]] = []
    for i, share in enumerate(permille):
        if runs and runs[-1][2] == share:
            runs[-1] = (runs[-1][0], i, share)
        else:
            runs.append((i, i, share))
    if len(runs) == 1 and permille[0] == EQUAL:
        return "equal"
    said = [f"{a}-{b} {decimal(s, 3)}" if a < b else f"{a} {decimal(s, 3)}" for a, b, s in runs[:12]]
    return ", ".join(said) + (" …" if len(runs) > 12 else "")


def petition_lines(petitions: tuple[Petition, ...]) -> list[str]:
    lines = []
    for p in petitions:
        wish = f"relief for person {p.position}, share {decimal(p.amount, 3)}" if p.topic == "relief" else p.topic
        text = "" if p.text is None else f': "{safe(p.text)}"'
        lines.append(f"    #{p.number}, day {p.day}: {wish}{text}")
    return lines


def law_screen(view: Mapping[str, Any]) -> list[str]:
    lines = []
    for article in view["law"]:
        lines += [f"  {article.id} on {article.on}: {article.text}", f"      {article.why}"]
    return lines or ["  There is no law."]
