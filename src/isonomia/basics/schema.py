"""What a value may be. Whole, Flag and Choice are facts; Text and Cells occur in bodies only.

`fault(value)` says in a few words what is wrong with a value, or gives None. Ranges are closed, and they are
also what a solver may assume.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LARGEST = 2**53 - 1  # the largest integer every JSON reader agrees on (RFC 7493, section 2.2)


@dataclass(frozen=True, slots=True)
class Whole:
    """An exact integer in a closed range; the unit belongs in the name that carries it."""

    lo: int = 0
    hi: int = LARGEST

    def __post_init__(self) -> None:
        assert -LARGEST <= self.lo <= self.hi <= LARGEST, "a Whole is a non-empty range inside ±(2**53 - 1)"

    def fault(self, value: object) -> str | None:
        if type(value) is not int:
            return f"wants a whole number, got {type(value).__name__}"
        if not self.lo <= value <= self.hi:
            return f"wants {self.lo} to {self.hi}"
        return None


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false; 0 and 1 are not flags."""

    def fault(self, value: object) -> str | None:
        return None if type(value) is bool else f"wants true or false, got {type(value).__name__}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a declared set of words."""

    values: tuple[str, ...]

    def fault(self, value: object) -> str | None:
        return None if type(value) is str and value in self.values else "wants one of " + ", ".join(self.values)


@dataclass(frozen=True, slots=True)
class Text:
    """Free text up to `most` characters: never a fact, so no article can rest on it."""

    most: int = 2000

    def fault(self, value: object) -> str | None:
        if type(value) is not str:
            return f"wants text, got {type(value).__name__}"
        if len(value) > self.most:
            return f"wants at most {self.most} characters"
        try:
            value.encode()
        except UnicodeEncodeError:
            return "wants text that UTF-8 can carry"
        return None


@dataclass(frozen=True, slots=True)
class Cells:
    """One value per person or account, as a one-dimensional array of exactly `dtype` ("<u2", "<u4", "|b1").

    Cells never hold less than `lo` or more than `hi`; an unsigned type's whole range costs no look.
    """

    dtype: str
    lo: int = 0
    hi: int | None = None

    def fault(self, value: object) -> str | None:
        if type(value) is not np.ndarray or value.dtype.str != self.dtype or value.ndim != 1 or not value.size:
            return f"wants a non-empty one-dimensional array of {self.dtype}"
        if self.hi is not None and int(value.max()) > self.hi:
            return f"wants cells of at most {self.hi}"
        if self.lo and int(value.min()) < self.lo:
            return f"wants cells of at least {self.lo}"
        return None


FactSchema = Whole | Flag | Choice
Schema = FactSchema | Text | Cells
