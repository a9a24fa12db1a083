"""Where a language model is, and how one request gets there: one POST, no redirect, bounded time and size.

Known limits: proxies are not used; looking up a host's name has no time limit of its own.
"""

from __future__ import annotations

import io
import os
import socket
import ssl
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from isonomia.models.errors import BadAddress

UNNAMED = "a language model"
MOST_BYTES = 2**20  # of one reply
HINTS = {
    400: "; does it serve this model, with tools, at this length?",
    401: "; is the key in OPENAI_API_KEY right?",
    403: "; is the key in OPENAI_API_KEY right?",
    404: "; are the URL and the model's name right?",
}


class Failure(Exception):
    """One try failed. `again`: whether another may succeed; `wait`: seconds the server asked for; `served`: the model
    did answer, so that its reply is the fault."""

    def __init__(self, why: str, again: bool = True, wait: float | None = None, served: bool = False) -> None:
        super().__init__(why)
        self.again = again
        self.wait = wait
        self.served = served


def is_model(name: str) -> bool:
    """Whether a name is where a language model is: it is a URL then."""
    return name.startswith(("http://", "https://"))


def called(name: str) -> str:
    """What a page may say of whoever has this name: a model by what follows # in its URL, never by where it is."""
    return (urlsplit(name).fragment or UNNAMED) if is_model(name) else name


class Address:
    """A chat-completions interface. `url`: with or without its last part /chat/completions; a fragment names the model
    (http://localhost:8000/v1#my-model). Without a `key` that of OPENAI_API_KEY is used, over https or to this machine
    only. Raises BadAddress.

    `host` and `model` are of the URL; `where` is the URL without the model's name, and never holds the key.
    """

    def __init__(self, url: str, key: str | None = None) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise BadAddress(
                "the model's URL cannot be read; it wants http://HOST:PORT/v1 or https://HOST/v1"
            ) from None
        host, path = parts.hostname or "", parts.path.rstrip("/")
        if parts.scheme not in ("http", "https") or not host or not (url.isascii() and url.isprintable()) or " " in url:
            raise BadAddress("the model's URL wants http:// or https://, a host, and no blanks or other signs")
        if parts.username is not None or parts.password is not None:
            raise BadAddress("the model's URL holds a name or password; give the key as OPENAI_API_KEY instead")
        self.host, self.model = host, parts.fragment
        self._secure = parts.scheme == "https"
        self._port = port or (443 if self._secure else 80)
        path = path if path.endswith("/chat/completions") else path + "/chat/completions"
        self._path = path + ("?" + parts.query if parts.query else "")
        self.where = f"{parts.scheme}://{parts.netloc}{self._path}"
        self._headers = {
            "Host": parts.netloc,
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        if key is None and (self._secure or host in ("localhost", "127.0.0.1", "::1")):
            key = os.environ.get("OPENAI_API_KEY")
        if key:
            if not (key.isascii() and key.isprintable()) or " " in key:
                raise BadAddress("the model's key holds a sign that no header can carry; is there a line break in it?")
            self._headers["Authorization"] = "Bearer " + key

    def post(self, data: bytes, seconds: float, clock: Callable[[], float]) -> bytes:
        """The body of the reply, at most MOST_BYTES. Raises Failure; messages hold nothing the server said."""
        deadline = clock() + seconds
        try:
            sock = socket.create_connection((self.host, self._port), timeout=seconds)
        except (OSError, UnicodeError) as error:
            raise Failure(f"no connection ({type(error).__name__})") from None
        try:
            if self._secure:
                sock.settimeout(max(0.001, deadline - clock()))
                sock = ssl.create_default_context().wrap_socket(sock, server_hostname=self.host)
            connection = HTTPConnection(self.host, self._port)
            connection.sock = _Timed(sock, deadline, clock)
            connection.request("POST", self._path, data, self._headers)
            response = connection.getresponse()
            _check_status(response.status, response.getheader("Retry-After"))
            body = response.read(MOST_BYTES + 1)
            if len(body) > MOST_BYTES:
                raise Failure(f"the reply is longer than {MOST_BYTES:,} bytes", served=True)
            if response.length:
                raise Failure("the reply was cut off")
        except (OSError, HTTPException, ValueError) as error:
            raise Failure(f"the connection failed ({type(error).__name__})") from None
        finally:
            sock.close()
        return body


def _check_status(status: int, retry_after: str | None) -> None:
    if status == 200:
        return
    if 300 <= status < 400:
        raise Failure(f"HTTP {status}: redirects are not followed; give the final URL", again=False)
    asked = retry_after or ""
    wait = float(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None
    raise Failure(f"HTTP {status}{HINTS.get(status, '')}", again=status in (408, 429) or status >= 500, wait=wait)


class _Timed(io.RawIOBase):
    """A socket with one deadline for everything and a bound on what it takes in, whatever the reply's headers say, so
    that a reply that drips byte by byte ends as well. Closing it is left to whoever opened the socket.
    """

    def __init__(self, sock: socket.socket, deadline: float, clock: Callable[[], float]) -> None:
        self._sock, self._deadline, self._clock = sock, deadline, clock
        self._left_bytes = 2 * MOST_BYTES

    def _arm(self) -> socket.socket:
        left = self._deadline - self._clock()
        if left <= 0:
            raise TimeoutError("the time for this try is up")
        self._sock.settimeout(left)
        return self._sock

    def sendall(self, data: bytes) -> None:
        self._arm().sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._left_bytes <= 0:
            raise OSError("the reply does not end")
        got = self._arm().recv_into(buffer)
        self._left_bytes -= got
        return got

    def close(self) -> None:
        pass
