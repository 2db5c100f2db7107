"""Calls to addresses outside: without following redirects, to no address that no endpoint can have."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from site_sync.service.outgoing_hosts import (
    LOOPBACK,
    TIMEOUT_SECONDS,
    EndpointRefused,
    Unreachable,
    check_host,
    connect,
    ended_after,
)

__all__ = ["Answer", "Call", "EndpointRefused", "Unreachable", "call", "check_private", "check_url"]
CALL_SECONDS = 60.0
"""How long a call may take in all: who sends a byte now and then would hold its caller for ever."""
MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Call:
    """One request: method, address, what goes along; how much of the answer is read, how long it may take."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = None
    most: int = MOST_BYTES
    seconds: float = CALL_SECONDS


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def good(self) -> bool:
        """Whether the call was taken."""
        return 200 <= self.status < 300


def check_url(url: str) -> None:
    """Refuse addresses without a host, with credentials, or that no endpoint can have (metadata services)."""
    if " " in url or not url.isprintable():  # no call could be made with it
        raise EndpointRefused("This is no address.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise EndpointRefused("This is no address.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or port == 0:
        raise EndpointRefused("An address begins with https:// or http://, names a host and has no password.")
    check_host(parts.hostname)


def check_private(url: str) -> None:
    """The same for an address that is told a secret: it must be https, except on this machine."""
    check_url(url)
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise EndpointRefused("A secret goes over https only.")


def call(asked: Call) -> Answer:
    """Make a call; EndpointRefused for an address that is never called, Unreachable without an answer."""
    check_url(asked.url)
    parts = urlsplit(asked.url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    until = time.monotonic() + asked.seconds
    try:
        made = connect(host, port, asked.seconds)
        if secure:
            trust = ssl.create_default_context()
            made = trust.wrap_socket(made, server_hostname=host, do_handshake_on_connect=False)
        with ended_after(lambda: made, max(until - time.monotonic(), 0)) as late:
            try:
                return _asked(asked, made)
            finally:
                if late.is_set():
                    raise Unreachable(f"the answer took longer than {asked.seconds:.0f} seconds")
    except (EndpointRefused, Unreachable):
        raise
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error


def _asked(asked: Call, made: socket.socket) -> Answer:
    """The request sent over a connection, and the answer read."""
    if isinstance(made, ssl.SSLSocket):
        made.do_handshake()
    parts = urlsplit(asked.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    connection.sock = made
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request(asked.method, path, asked.body, dict(asked.headers))
    with connection.getresponse() as answer:
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, headers, answer.read(asked.most))
