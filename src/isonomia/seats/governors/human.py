"""A person in the governor's seat of a commons. What the polity refuses is told as refused, never by which article."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from isonomia.basics.acts import Act
from isonomia.basics.schema import Whole
from isonomia.petitions.intake import Petition
from isonomia.seats.terminal import Command, Mistyped, Screen, Terminal, count, decimal, number, safe
from isonomia.worlds.commons import EQUAL, PERMILLE, QUOTA, STOCK

ME = "governor"
MICRO_PLACES, PERMILLE_PLACES, PERCENT_PLACES = 6, 3, 1  # decimals of a unit, of a share, of a percentage
MOST_SHOWN = 5  # petitions on the day's screen; `petitions` shows all
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


class Human(Terminal):
    """The seat."""

    def _acts(self) -> Mapping[str, Command]:
        return {
            "equal": self._equal,
            "quota": self._quota,
            "report": self._report,
            "reserve": self._reserve,
            "share": self._share,
        }

    def _looks(self) -> Mapping[str, Screen]:
        return {
            "day": day_screen,
            "help": lambda _: HELP.splitlines(),
            "law": law_screen,
            "petitions": lambda view: petition_lines(view["petitions"]),
        }

    # -- commands ------------------------------------------------------------------------------------------------------
    def _equal(self, words: list[str], view: Mapping[str, Any]) -> Act:
        count(words, 0, "equal")
        return Act(ME, "equalise", self._day)

    def _quota(self, words: list[str], view: Mapping[str, Any]) -> Act:
        count(words, 1, "quota 1.05")
        return Act(ME, "set_quota", self._day, {"quota": number(words[0], MICRO_PLACES, QUOTA)})

    def _report(self, words: list[str], view: Mapping[str, Any]) -> Act:
        count(words, 1, "report 620")
        return Act(ME, "report", self._day, {"stock": number(words[0], MICRO_PLACES, STOCK)})

    def _reserve(self, words: list[str], view: Mapping[str, Any]) -> Act:
        count(words, 1, "reserve 10")
        permille = number(words[0].removesuffix("%"), PERCENT_PLACES, Whole(0, 1000))
        return Act(ME, "set_reserve", self._day, {"permille": permille})

    def _share(self, words: list[str], view: Mapping[str, Any]) -> Act:
        """Those named get the share; everybody else keeps what they have."""
        count(words, 2, "share 0-9 1.5")
        persons = view["persons"]
        span = PERSONS.fullmatch(words[0])
        first = int(span[1]) if span else persons
        last = int(span[2] or span[1]) if span else persons
        if not first <= last < persons:
            raise Mistyped(f"wants persons 0 to {persons - 1}, as in share 0-9 1.5 or share 7 1.5")
        shares = np.full(persons, EQUAL, "<u2") if view["shares"] is None else view["shares"].copy()
        shares[first : last + 1] = number(words[1], PERMILLE_PLACES, PERMILLE)
        return Act(ME, "allocate", self._day, {"permille": shares})


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
