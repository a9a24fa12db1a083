"""How numbers are written, in characters that need no escaping.

Unknown is a visible word or an en dash, never a zero; and there is never a mean alone.
"""

from __future__ import annotations

from isonomia.report.reading import Estimate

UNKNOWN = "not measured"
DASH = "–"


def number(value: float | None, places: int = 2) -> str:
    """`.41`, `−.03`, `1.30`, `12,400`; `0` only for an exact zero; `≈0` and `≈1` for
    what is neither but too near to show."""
    if value is None:
        return DASH
    if value == 0:
        return "0"
    size = abs(value)
    sign = "−" if value < 0 else ""
    if size >= 100:
        return f"{sign}{size:,.0f}"
    for digits in range(places, max(places, 3) + 1):
        if size >= 0.5 * 10**-digits and (size == 1 or abs(size - 1) >= 0.5 * 10**-digits):
            text = f"{size:.{digits}f}"
            return sign + (text[1:] if text.startswith("0.") else text)
    return "≈0" if size < 0.5 else f"≈{sign}1"


def interval(estimate: Estimate, places: int = 2) -> str:
    """`[.38, .44]`, or `` when no interval was given."""
    if estimate.low is None and estimate.high is None:
        return ""
    return f"[{number(estimate.low, places)}, {number(estimate.high, places)}]"


def with_interval(estimate: Estimate, places: int = 2) -> str:
    """`.41 [.38, .44]`, `0 (the same in every run)`, `.41 (no interval)`, or `not measured`."""
    if estimate.value is None:
        return UNKNOWN
    if estimate.same:
        return f"{number(estimate.value, places)} (the same in every run)"
    return f"{number(estimate.value, places)} {interval(estimate, places) or '(no interval)'}"


def percent(value: float | None) -> str:
    """A share as `61%`; one decimal below one percent."""
    if value is None:
        return UNKNOWN
    hundred = abs(value) * 100
    sign = "−" if value < 0 else ""
    if hundred == 0:
        return "0%"
    if hundred < 0.05:
        return "≈0%"
    return f"{sign}{hundred:.1f}%" if hundred < 0.95 else f"{sign}{hundred:,.0f}%"


def count(n: int | None, noun: str) -> str:
    """`1 attack`, `3 attacks`, `an unstated number of attacks`."""
    if n is None:
        return f"an unstated number of {noun}s"
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def fact(value: object) -> str:
    """A fact of the record: `yes`, `931`, `1,200,000`, a word; `–` where there is none."""
    if value is None:
        return DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".").replace("-", "−")
    return str(value)
