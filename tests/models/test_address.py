"""Where a language model is, and its key: sent to whom it belongs, shown to nobody."""

from __future__ import annotations

import json
import logging

import pytest

from isonomia.models.address import called
from isonomia.models.client import Client
from isonomia.models.errors import BadAddress, Stopped
from model_server import Model, raw

KEY = "sk-not-to-be-seen"
ASKED = [{"role": "user", "content": "who goes there?"}]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "file:///etc/passwd",
        "ftp://host/v1",
        "//host/v1",
        "http://",
        "http://host:99999/v1",
        "http://[::1/v1",
        "http://host/v1\r\nX: y",
        "http://host/a b",
        "http://host/v1é",
        f"http://user:{KEY}@host/v1",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_at_once(url: str) -> None:
    with pytest.raises(BadAddress) as caught:
        Client(url)
    assert KEY not in str(caught.value)


def test_the_key_is_sent_and_never_shown(
    model: Model, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    model.says(raw(401, KEY.encode(), {"X-Echo": KEY}))
    asking = Client(model.url)
    with pytest.raises(Stopped) as caught:
        asking.chat(ASKED)
    assert model.server.sent[0][1]["Authorization"] == "Bearer " + KEY
    assert KEY not in repr(caught.value) + repr(asking) + caplog.text
    assert KEY not in json.dumps(model.asked)
    with pytest.raises(BadAddress) as bad:
        Client(model.url, key=KEY + "\n")
    assert KEY not in str(bad.value)


def test_the_key_of_the_environment_goes_to_no_stranger_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for url, sent in [
        ("http://model.example/v1", False),
        ("https://model.example/v1", True),
        ("http://[::1]/v1", True),
    ]:
        assert ("Authorization" in Client(url)._address._headers) is sent
    assert "Authorization" in Client("http://model.example/v1", key=KEY)._address._headers


def test_a_fragment_names_the_model_and_a_query_is_kept(model: Model) -> None:
    Client(model.url + "/chat/completions/?version=3#small").chat(ASKED)
    assert model.asked[0]["model"] == "small"
    assert model.server.sent[0][0] == "/v1/chat/completions?version=3"


def test_a_page_names_a_model_and_never_says_where_it_is() -> None:
    assert called("http://10.0.0.7:8000/v1#small") == "small"
    assert called("http://10.0.0.7:8000/v1") == "a language model"
    assert called("credulous") == "credulous"
