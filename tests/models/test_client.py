"""A chat-completions client against a real HTTP server on this machine: good, broken, slow and hostile replies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from isonomia.models.address import MOST_BYTES
from isonomia.models.budget import Budget, Usage
from isonomia.models.client import Client
from isonomia.models.errors import Stopped, UnusableReply
from model_server import Model, Step, message, raw, wire

KEY = "sk-not-to-be-seen"
ASKED = [{"role": "user", "content": "who goes there?"}]


def client(at: Model, **settings: Any) -> Client:
    return Client(at.url, **{"timeout": 10.0, "retries": 3, "sleep": lambda _: None, "key": KEY, **settings})


GOOD = json.dumps({"choices": [{"message": {"content": "x" * 400}}]}).encode()
OK = b"HTTP/1.1 200 OK\r\n"
BROKEN: dict[str, Step] = {
    "500": raw(500, b"no"),
    "503": raw(503, GOOD),
    "429": raw(429, b"", {"Retry-After": "1"}),
    "truncated": raw(200, GOOD[:100], promise=len(GOOD)),
    "cut after a whole value": raw(200, GOOD, promise=len(GOOD) + 5),
    "not JSON": raw(200, b"CATCH 1000000"),
    "not UTF-8": raw(200, b'{"choices": "\xff\xfe"}'),
    "no choices": raw(200, b'{"choices": []}'),
    "a list": raw(200, b"[]"),
    "calls are text": message(None, "set_quota"),
    "nested": raw(200, b"[" * 100_000),
    "huge number": raw(200, b"1" * 50_000),
    "too long": raw(200, b" " * (MOST_BYTES + 1)),
    "no end": wire(OK + b"\r\n" + b"{" * 2**16, times=100),
    "chunk of -1": wire(OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + b" " * 2**16, times=100),
    "chunk cut": wire(OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{}"),
    "many headers": wire(OK + b"X: y\r\n" * 200 + b"\r\n"),
    "not HTTP": wire(b"SSH-2.0-OpenSSH\r\n"),
    "nothing": wire(b""),
    "silent": wire(b"", pause=1.0),
    "drips its body": wire(OK + b"\r\n" + b" ", pause=0.03, times=50),
    "drips its head": wire(b"H", pause=0.03, times=50),
}


SLOW_SECONDS = 0.6
SLOW = [BROKEN[name] for name in ("silent", "drips its body", "drips its head")]


# Whose fault it is decides what becomes of it: what the model said is kept and never asked again, an outage is not.
RUBBISH = {
    "not JSON",
    "not UTF-8",
    "no choices",
    "a list",
    "calls are text",
    "nested",
    "huge number",
    "too long",
    "no end",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_reply_is_tried_again_and_then_given_up(model: Model, name: str, tmp_path: Path) -> None:
    step = BROKEN[name]
    model.says(step, message("a friend"))
    patient = client(model, timeout=SLOW_SECONDS if step in SLOW else 10.0)
    assert patient.chat(ASKED).message["content"] == "a friend"
    model.says(step)
    given_up = client(model, timeout=0.1 if step in SLOW else 10.0, retries=1, cache=tmp_path)
    with pytest.raises(UnusableReply if name in RUBBISH else Stopped):
        given_up.chat(ASKED)
    assert len(model.asked) == 4
    model.says(message("better now"))
    if name in RUBBISH:
        with pytest.raises(UnusableReply):
            given_up.chat(ASKED)
        assert len(model.asked) == 4
    else:
        assert given_up.chat(ASKED).message["content"] == "better now"


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404])
def test_what_will_not_get_better_is_tried_once(model: Model, status: int) -> None:
    model.says(raw(status, b"", {"Location": model.url + "/elsewhere"}))
    with pytest.raises(Stopped, match=str(status)):
        client(model).chat(ASKED)
    assert len(model.asked) == 1


def test_waits_double_and_retry_after_counts_up_to_a_bound(model: Model) -> None:
    waits: list[float] = []
    model.says(
        raw(500, b""),
        raw(500, b""),
        raw(429, b"", {"Retry-After": "7"}),
        raw(429, b"", {"Retry-After": "999999"}),
        raw(429, b"", {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        raw(503, b"", {"Retry-After": "-5"}),
        message(""),
    )
    client(model, retries=6, sleep=waits.append).chat(ASKED)
    assert waits == [1.0, 2.0, 7.0, 60.0, 16.0, 32.0]


def test_whoever_waits_is_told_why_once(model: Model, capsys: pytest.CaptureFixture[str]) -> None:
    model.says(message(""))
    client(model).chat(ASKED, repeat=1)
    assert not capsys.readouterr().err
    model.says(raw(500, KEY.encode()))
    for repeat in (2, 3):
        with pytest.raises(Stopped):
            client(model).chat(ASKED, repeat=repeat)
    assert capsys.readouterr().err == "the model at 127.0.0.1 gave no reply: HTTP 500; trying 3 more times\n"


def test_nobody_listening_stops_the_work_and_says_what_to_do(model: Model, tmp_path: Path) -> None:
    model.close()
    with pytest.raises(Stopped, match=r"no connection.*kept nowhere"):
        client(model, retries=0).chat(ASKED)
    with pytest.raises(Stopped, match=r"no connection.*nothing is lost: the same command goes on"):
        client(model, retries=0, cache=tmp_path).chat(ASKED)


def test_a_server_that_speaks_no_tls_is_no_model(model: Model) -> None:
    with pytest.raises(Stopped, match="SSLError"):
        Client(model.url.replace("http:", "https:"), retries=0, timeout=5.0).chat(ASKED)


# -- budgets -----------------------------------------------------------------------------------------------------------
def billed(read: object, written: object) -> Step:
    return message("yes", usage={"prompt_tokens": read, "completion_tokens": written})


@pytest.mark.parametrize(
    ("budget", "most"),
    [(Budget(tokens=250), 3), (Budget(cost=0.5, price_in=1000, price_out=5000), 2)],
    ids=["tokens", "cost"],
)
def test_a_budget_that_is_spent_stops_before_the_next_request(model: Model, budget: Budget, most: int) -> None:
    model.says(billed(60, 40))
    asking = client(model, budget=budget)
    assert [asking.chat(ASKED, repeat=i).usage for i in range(most)] == [Usage(60, 40)] * most
    with pytest.raises(Stopped, match="spent; give more"):
        asking.chat(ASKED, repeat=most)
    assert asking.chat(ASKED, repeat=0).cached, "what is known costs nothing"
    assert len(model.asked) == most


def test_a_budget_of_time_is_of_the_clock_and_counts_the_wait(model: Model) -> None:
    now = [1000.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    model.says(raw(429, b"", {"Retry-After": "40"}))
    asking = client(model, retries=99, budget=Budget(until=1100.0), sleep=sleep, now=lambda: now[0])
    with pytest.raises(Stopped, match="time"):
        asking.chat(ASKED)
    assert (len(model.asked), now[0]) == (3, 1080.0)


@pytest.mark.parametrize("said", [None, "many", -5, 1.5, True, 10**30, [7]])
def test_a_server_that_miscounts_is_counted_by_length(model: Model, said: object) -> None:
    model.says(billed(said, 1))
    usage = client(model).chat(ASKED).usage
    assert 10 < usage.tokens_in < 100
    assert 10 < usage.tokens_out < 100


def test_what_was_broken_is_paid_for_too(model: Model) -> None:
    model.says(raw(200, b"x" * 400), billed(10, 20))
    assert client(model).chat(ASKED).usage.tokens_out == 120
    assert json.loads(json.dumps(model.asked[0])) == {"messages": ASKED}
