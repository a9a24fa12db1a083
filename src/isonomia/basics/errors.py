"""The root of every error that is meant for a person."""


class IsonomiaError(Exception):
    """Something outside our code is wrong; the message says what to do. Faces print it and exit."""


class Faults(IsonomiaError):
    """Every fault of one file at once, each with its path inside the file."""

    def __init__(self, where: str, faults: list[str]) -> None:
        self.where = where
        self.faults = faults
        head = f"{where}: {len(faults)} fault{'s' if len(faults) != 1 else ''}"
        super().__init__("\n  ".join([head, *faults]))
