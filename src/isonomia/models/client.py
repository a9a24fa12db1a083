"""A language model that is asked by a chat-completions request: tries, waits, budgets, and what was said before.

A request is its own key: what was answered once is read from the cache, whoever asked. So a cache is a checkpoint.
What stops the work (nobody there, 429 or 5xx for longer than the tries last, a budget that is spent) raises Stopped and
leaves nothing behind, and the same work later goes on for the price of what was missing. What is the model's own doing,
an answer that is no chat completion, is kept like any other: it is the same answer when the work goes on.

The client has the network and no effector: it gives back text and calls, and can do nothing with either. It runs in the
process of whoever asks; a wall around it, with this class as its only door, is what is not there yet.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from isonomia.models.address import Address, Failure
from isonomia.models.budget import NO_BUDGET, Budget, Usage
from isonomia.models.cache import Cache, Kept, open_cache
from isonomia.models.errors import Stopped, UnusableReply

BACKOFF_SECONDS = 1.0  # before the second try; doubled before each further one
MOST_WAIT_SECONDS = 60.0  # whatever Retry-After says
TIMEOUT_SECONDS, RETRIES = 120.0, 5
UNUSABLE_TRIES = 2  # of a request whose answers come whole and are no chat completion; there is nothing to wait for
CHARACTERS_A_TOKEN = 4  # where a server does not say how many tokens it took
MOST_TOKENS = 2**40  # of one reply: a server that says more has lost count
_TOLD: set[str] = set()  # models of which a first failed try was told on stderr
_COMPACT: dict[str, Any] = {"sort_keys": True, "separators": (",", ":"), "allow_nan": False}


class Reply(NamedTuple):
    """A message as a chat completion has it ("content", "tool_calls"), what it took, and whether it was known."""

    message: Mapping[str, Any]
    usage: Usage
    cached: bool


class Client:
    """One model. `url`: of the interface; a fragment names the model when `model` does not. `timeout`: seconds for one
    try; `retries`: further tries. `cache`: the folder of replies; None keeps them for as long as this lives. `clock`
    measures tries, `now` (seconds since 1970) the budget's end; at most one try goes beyond it. Raises BadAddress.
    """

    def __init__(
        self,
        url: str,
        model: str = "",
        key: str | None = None,
        *,
        timeout: float = TIMEOUT_SECONDS,
        retries: int = RETRIES,
        budget: Budget = NO_BUDGET,
        cache: Path | None = None,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._address = Address(url, key)
        self._model = model or self._address.model
        self._timeout, self._retries, self._budget = timeout, retries, budget
        self._cache = Cache() if cache is None else open_cache(cache.absolute())
        self._sleep, self._clock, self._now = sleep, clock, now

    def chat(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]] | None = None,
        repeat: int = 0,
        **settings: object,
    ) -> Reply:
        """The model's next message. `repeat` tells one draw from another where the same is asked again and another
        answer is wanted; `settings`: what else the request says. Raises Stopped, UnusableReply."""
        request = {**settings, "messages": list(messages)}
        if self._model:
            request["model"] = self._model
        if tools is not None:
            request["tools"] = list(tools)
        asked = json.dumps([self._address.where, repeat, request], **_COMPACT)
        key = sha256(asked.encode()).hexdigest()
        with self._cache.turn(key):
            kept = self._cache.get(key)
            cached = kept is not None
            if kept is None:
                kept = self._ask(json.dumps(request, **_COMPACT).encode())
                self._cache.add(key, kept)
        return Reply(self._message_of(kept), kept.usage, cached)

    def _ask(self, data: bytes) -> Kept:
        """What the model answers, usable or not, in bounded tries. Raises Stopped."""
        usage, body, unusable = Usage(), "", 0
        for attempt in range(self._retries + 1):
            self._check_budget(usage)
            try:
                body = ""
                body = _text_of(self._address.post(data, self._timeout, self._clock))
                usage = _more(usage, _usage_of(body, len(data)))
                _message_in(body)
                break
            except Failure as failure:
                if failure.served and not body:
                    usage = _more(usage, Usage(_tokens(len(data))))
                unusable += failure.served
                if failure.served and unusable < min(UNUSABLE_TRIES, self._retries + 1):
                    continue
                if failure.again and not failure.served and attempt < self._retries:
                    wait = min(failure.wait or BACKOFF_SECONDS * 2**attempt, MOST_WAIT_SECONDS)
                    self._check_budget(usage, wait)
                    self._tell(failure, attempt)
                    self._sleep(wait)
                elif failure.served:
                    if body.lstrip()[:1] == "<" and self._cache.spent() == Usage():
                        raise self._stopped(
                            f"{self._address.host} answers with a page, not as a model does: is the URL the one of its "
                            "interface, as in http://localhost:8000/v1, with no login or proxy before it?"
                        ) from None
                    break
                else:
                    tries = f" after {attempt + 1} tries" if attempt else ""
                    raise self._stopped(f"the model at {self._address.host} gave no reply{tries}: {failure}") from None
        return Kept(body, usage)

    def _check_budget(self, more: Usage, wait: float = 0.0) -> None:
        spent = self._budget.used_up(_more(self._cache.spent(), more), self._now() + wait)
        if spent:
            raise self._stopped(spent)

    def _tell(self, failure: Failure, attempt: int) -> None:
        """Once for each model and process: who waits is not to wonder why nothing happens."""
        if self._address.where not in _TOLD:
            _TOLD.add(self._address.where)
            left = self._retries - attempt
            print(
                f"the model at {self._address.host} gave no reply: {failure}; trying {left} more times", file=sys.stderr
            )

    def _stopped(self, why: str) -> Stopped:
        lost = "its replies are kept nowhere, so they will be asked for anew"
        kept = "nothing is lost: the same command goes on from here"
        return Stopped(f"{why}; {lost if self._cache.folder is None else kept}")

    def _message_of(self, kept: Kept) -> dict[str, Any]:
        try:
            return _message_in(kept.body)
        except Failure as failure:
            raise UnusableReply(f"the model at {self._address.host} gave no usable reply: {failure}") from None


def _text_of(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Failure("the reply is not UTF-8", served=True) from None


def _message_in(body: str) -> dict[str, Any]:
    """The message of a chat completion. Raises Failure."""
    try:
        message = json.loads(body)["choices"][0]["message"]
    except (ValueError, RecursionError, LookupError, TypeError):
        raise Failure("the reply is not a chat completion", served=True) from None
    if not isinstance(message, dict) or not isinstance(message.get("tool_calls"), list | None):
        raise Failure("the reply's message is not one of a chat completion", served=True)
    return message


def _usage_of(body: str, asked: int) -> Usage:
    """What the reply says it took; from its length, and that of what was asked, where it says nothing sensible."""
    try:
        said = json.loads(body)["usage"]
        counts = [said["prompt_tokens"], said["completion_tokens"]]
    except (ValueError, RecursionError, LookupError, TypeError):
        counts = []
    if counts and all(type(n) is int and 0 <= n <= MOST_TOKENS for n in counts):
        return Usage(*counts)
    return Usage(_tokens(asked), _tokens(len(body)))


def _tokens(characters: int) -> int:
    return -(-characters // CHARACTERS_A_TOKEN)


def _more(one: Usage, other: Usage) -> Usage:
    return Usage(one.tokens_in + other.tokens_in, one.tokens_out + other.tokens_out)
