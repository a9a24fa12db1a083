"""A person at a terminal, whatever seat they take.

Each day they are shown what the polity shows that seat and type commands until `end`. What is mistyped is said and
asked again; an act that the polity refuses is told as refused. When there is no more input the person has left: the
days go on without them. Ctrl-C is not caught here.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from isonomia.basics.acts import Act, Outcome
from isonomia.basics.schema import Whole

NUMBER = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,12}))?")
Command = Callable[[list[str], Mapping[str, Any]], Act]
Screen = Callable[[Mapping[str, Any]], list[str]]


class Mistyped(ValueError):
    """A line that is no command; the message says what would be."""


class Terminal(ABC):
    """The seat. `ask(prompt)` gives one typed line and raises EOFError when there are no more; `say` shows a line.

    `_commands` are words that make an act of the rest of the line, `_screens` words that show something; one of them
    is "day", shown as each day begins.
    """

    def __init__(self, ask: Callable[[str], str], say: Callable[[str], None]) -> None:
        self._ask, self._say = ask, say
        self._day = -1
        self._in_turn = False
        self.left_on: int | None = None  # the day on which the person left
        self._commands = self._acts()
        self._screens = self._looks()

    @abstractmethod
    def _acts(self) -> Mapping[str, Command]: ...

    @abstractmethod
    def _looks(self) -> Mapping[str, Screen]: ...

    def act(self, view: Mapping[str, Any]) -> Act | None:
        """The act that the next good line asks for; None when the day is ended or the person has left."""
        if self.left_on is not None:
            return None
        if view["day"] != self._day:
            if self._in_turn:
                self._say("The day ended by itself: nobody may try more than so many acts in a day.")
            self._day = view["day"]
            self._show(self._screens["day"](view))
        else:
            self._hear(view.get("last"))
        self._in_turn = True
        act = self._next_act(view)
        self._in_turn = act is not None
        return act

    def _next_act(self, view: Mapping[str, Any]) -> Act | None:
        while True:
            try:
                line = self._ask(f"day {self._day}> ")
                words = line.split()
            except EOFError:
                words = ["quit"]
            words[:1] = [word.lower() for word in words[:1]]
            if words == ["end"]:
                return None
            if words == ["quit"]:
                self.left_on = self._day
                self._say(f"You left on day {self._day}; the days go on without you.")
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


def count(words: list[str], n: int, example: str) -> None:
    if len(words) != n:
        raise Mistyped(f'type it as in "{example}"')


def number(text: str, places: int, bounds: Whole) -> int:
    """A decimal number in thousandths, millionths …, exactly. Raises Mistyped."""
    match = NUMBER.fullmatch(text)
    if match is None:
        raise Mistyped(f'"{safe(text)[:30]}" is not a number such as 7 or 1.05')
    decimals = (match[2] or "").rstrip("0")
    if len(decimals) > places:
        raise Mistyped(f"{text} is too fine: at most {places} decimals")
    value: int = int(match[1]) * 10**places + int(decimals.ljust(places, "0") or "0")
    if bounds.fault(value):
        raise Mistyped(f"wants {decimal(bounds.lo, places)} to {decimal(bounds.hi, places)}")
    return value


def decimal(number: int, places: int) -> str:
    """A whole number of thousandths, millionths … as an exact decimal: decimal(1_050_000, 6) is "1.05"."""
    whole, part = divmod(abs(number), 10**places)
    decimals = str(part).rjust(places, "0").rstrip("0")
    return ("-" if number < 0 else "") + str(whole) + ("." + decimals if decimals else "")


def safe(text: str) -> str:
    """Text from outside without what would move a terminal's cursor or hide a line."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)
