"""A wrong argument of a task or a model ends in one line that says what to do, and not in a traceback.

Inspect prints its own `PrerequisiteError` that way; it has no public name for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

from inspect_ai._util.error import PrerequisiteError

from isonomia.basics.errors import IsonomiaError

Given = ParamSpec("Given")
Made = TypeVar("Made")
KINDS: dict[type, tuple[tuple[type, ...], str]] = {
    bool: ((bool,), "true or false"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
}


class WrongArgument(IsonomiaError, PrerequisiteError):
    """An argument that means nothing here."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message  # which Inspect prints


def checked(make: Callable[Given, Made]) -> Callable[Given, Made]:
    """A task's function whose numbers are numbers, and whose IsonomiaErrors are WrongArguments."""
    asked = signature(make)

    @wraps(make)
    def made(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        for name, value in asked.bind(*args, **kwargs).arguments.items():
            _check(name, value, asked.parameters[name].default)
        try:
            return make(*args, **kwargs)
        except IsonomiaError as wrong:
            raise WrongArgument(str(wrong)) from wrong

    return made


def _check(name: str, value: Any, default: Any) -> None:
    kinds, said = KINDS.get(type(default), ((object,), ""))
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds and said):
        raise WrongArgument(f"{name} is {said}, not {value!r}")
