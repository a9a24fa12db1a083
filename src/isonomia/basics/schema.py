"""What a value may be. Whole, Flag and Choice are facts; Text and Cells occur in bodies only.

`fault(value)` says in a few words what is wrong with a value, or gives None. Ranges are closed, and they are
also what a solver may assume.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LARGEST = 2**53 - 1  # the largest integer every JSON reader agrees on (RFC 7493, section 2.2)
MOST_CELLS = 2**24  # the largest population one act may speak for


def class_name(value: object) -> str:
    """What a value's class was named; a class may answer `__name__` with whatever it likes, and is not asked."""
    name: str = type.__dict__["__name__"].__get__(type(value))
    return name[:40]


@dataclass(frozen=True, slots=True)
class Whole:
    """An exact integer in a closed range; the unit belongs in the name that carries it."""

    lo: int = 0
    hi: int = LARGEST

    def __post_init__(self) -> None:
        if not -LARGEST <= self.lo <= self.hi <= LARGEST:
            raise ValueError("a Whole is a non-empty range inside ±(2**53 - 1)")

    def fault(self, value: object) -> str | None:
        if type(value) is not int:
            return f"wants a whole number, got {class_name(value)}"
        if not self.lo <= value <= self.hi:
            return f"wants {self.lo} to {self.hi}"
        return None


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false; 0 and 1 are not flags."""

    def fault(self, value: object) -> str | None:
        return None if type(value) is bool else f"wants true or false, got {class_name(value)}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a declared set of words."""

    values: tuple[str, ...]

    def fault(self, value: object) -> str | None:
        return None if type(value) is str and value in self.values else "wants one of " + ", ".join(self.values)


@dataclass(frozen=True, slots=True)
class Text:
    """Free text up to `most` bytes of UTF-8: never a fact, so no article can rest on it."""

    most: int = 2000

    def fault(self, value: object) -> str | None:
        if type(value) is not str:
            return f"wants text, got {class_name(value)}"
        try:
            size = len(value.encode())
        except UnicodeEncodeError:
            return "wants text that UTF-8 can carry"
        return f"wants at most {self.most} bytes" if size > self.most else None


@dataclass(frozen=True, slots=True)
class Cells:
    """One value per person or account: a one-dimensional array of exactly `dtype` ("|b1", "|u1", "<u2", "<u4").

    The schema speaks of shape only. A population's act is one act, and one foolish cell may not void everybody's: what
    a cell is worth (clipped, spoilt) is decided by the office whose kind it is. `hi` is for arrays with one author.
    """

    dtype: str
    hi: int | None = None

    def __post_init__(self) -> None:
        if self.dtype not in ("|b1", "|u1", "<u2", "<u4"):
            raise ValueError("cells are |b1, |u1, <u2 or <u4")

    def fault(self, value: object) -> str | None:
        if type(value) is not np.ndarray or value.dtype.str != self.dtype or len(value.shape) != 1:
            return f"wants a one-dimensional array of {self.dtype}"
        if not 0 < value.size <= MOST_CELLS:
            return f"wants 1 to {MOST_CELLS} cells"
        if self.hi is not None and int(value.max()) > self.hi:
            return f"wants cells of at most {self.hi}"
        return None


FactSchema = Whole | Flag | Choice
Schema = FactSchema | Text | Cells
