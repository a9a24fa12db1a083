"""A wrong argument of a task or a model ends in one line that says what to do, and not in a traceback.

Inspect prints its own `PrerequisiteError` that way; it has no public name for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any, ParamSpec, TypeVar

from inspect_ai._util.error import PrerequisiteError
from rich.markup import escape

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
        self.message = escape(message)  # which Inspect prints


def checked(make: Callable[Given, Made]) -> Callable[Given, Made]:
    """A task's function whose numbers are numbers, and whose IsonomiaErrors are WrongArguments."""
    asked = signature(make)

    @wraps(make)
    def made(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        if unknown := sorted(set(kwargs) - set(asked.parameters)):
            raise WrongArgument(f"there is no argument {unknown[0]}; there are {', '.join(asked.parameters)}")
        for name, value in asked.bind(*args, **kwargs).arguments.items():
            _check(name, value, asked.parameters[name].default)
        try:
            return make(*args, **kwargs)
        except IsonomiaError as wrong:
            raise WrongArgument(str(wrong)) from wrong

    # Inspect drops an argument that a signature does not name, with a warning; so that it reaches us, all are named.
    others = Parameter("others", Parameter.VAR_KEYWORD)
    made.__signature__ = asked.replace(parameters=[*asked.parameters.values(), others])  # type: ignore[attr-defined]
    return made


def _check(name: str, value: Any, default: Any) -> None:
    kinds, said = KINDS.get(type(default), ((object,), ""))
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds and said):
        raise WrongArgument(f"{name} is {said}, not {value!r}")
