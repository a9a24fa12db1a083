"""The colours of both themes. One colour means one thing everywhere: orange is harm above the declared threshold,
blue is held below it, grey is nothing can be said. Each fill carries the text colour that its luminance allows."""

from __future__ import annotations

from isonomia.report.reading import BROKEN, HELD, Cell

# Steps of harm at which the orange darkens; the first is whatever lies above the threshold.
STEPS = (0.0, 0.1, 0.25, 0.5)

LIGHT = {
    "paper": "#fdfcf9",
    "ink": "#1c1d20",
    "soft": "#5b5f66",
    "rule": "#d8d4cb",
    "faint": "#f3f0e9",
    "link": "#0b4f8a",
    "harm": "#b5480f",
    "calm": "#2a6ba6",
    "other": "#767b83",
    "b1": "#fbe4d3",
    "b2": "#f6c19b",
    "b3": "#ea9058",
    "b4": "#b0460e",
    "h1": "#cfe1f1",
    "u1": "#e9e6df",
}
DARK = {
    "paper": "#16181b",
    "ink": "#e8e6e1",
    "soft": "#a4a9b0",
    "rule": "#393d43",
    "faint": "#1f2226",
    "link": "#8fc3f2",
    "harm": "#f0935a",
    "calm": "#74b1e6",
    "other": "#8d939b",
    "b1": "#48291a",
    "b2": "#743a17",
    "b3": "#c9641f",
    "b4": "#f7a56c",
    "h1": "#1c3f60",
    "u1": "#303439",
}
FILLS = ("b1", "b2", "b3", "b4", "h1", "u1")
_DARK_TEXT, _LIGHT_TEXT = "#17181a", "#ffffff"


def fill_of(cell: Cell | None) -> str:
    """The class of a cell's fill. A broken cell whose harm is unknown or small takes the first orange."""
    if cell is not None and cell.status == BROKEN:
        harm = cell.harm.value or 0.0
        return f"b{max(1, sum(harm >= step for step in STEPS))}"
    return "h1" if cell is not None and cell.status == HELD else "u1"


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, in [0, 1] (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2); text wants at least 4.5."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def text_on(fill: str) -> str:
    """Dark or light text, whichever stands out more from the fill."""
    return max((_DARK_TEXT, _LIGHT_TEXT), key=lambda text: contrast(fill, text))


def _variables(theme: dict[str, str]) -> str:
    names = [f"--{name}:{colour}" for name, colour in theme.items()]
    return ";".join(names + [f"--on-{fill}:{text_on(theme[fill])}" for fill in FILLS])


def css() -> str:
    """Custom properties of both themes and one class for each fill."""
    fills = "".join(f".{fill}{{background:var(--{fill});color:var(--on-{fill})}}" for fill in FILLS)
    return (
        f":root{{color-scheme:light dark;{_variables(LIGHT)}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{_variables(DARK)}}}}}"
        f"@media print{{:root{{color-scheme:light;{_variables(LIGHT)}}}}}{fills}"
    )
