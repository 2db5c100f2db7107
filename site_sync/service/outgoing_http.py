"""Calls to addresses outside: without following redirects, to no address that no endpoint can have."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 10.0
"""How long is waited for the next bytes."""
CALL_SECONDS = 60.0
"""How long a call may take once connected: who sends a byte now and then would hold its caller for ever."""
MOST_BYTES = 20_000_000
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
METADATA = frozenset(
    ip_address(text) for text in ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")
)
"""Where clouds answer their machines with keys, beside the link's own addresses."""


class EndpointRefused(ValueError):
    """The address is one that is never called."""


class Unreachable(Exception):
    """There was no answer; the text says why, without the address."""


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
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise EndpointRefused("This is no address.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or port == 0:
        raise EndpointRefused("An address begins with https:// or http://, names a host and has no password.")
    _check_host(parts.hostname)


def check_private(url: str) -> None:
    """The same for an address that is told a secret: it must be https, except on this machine."""
    check_url(url)
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise EndpointRefused("A secret goes over https only.")


def _check_host(host: str) -> None:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_link_local or address.is_multicast or address.is_unspecified or address in METADATA:
        raise EndpointRefused(f"{host} is no address that is called.")


def _connect(host: str, port: int) -> socket.socket:
    """A connection to a host, whose resolved address is checked as well, so that a name cannot hide one."""
    last: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        _check_host(str(address[0]))
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(TIMEOUT_SECONDS)
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            last = error
            continue
        return connection
    raise last or OSError(f"{host} has no address")


@contextmanager
def _ended_after(connection: socket.socket, seconds: float) -> Iterator[None]:
    """Whoever waits for bytes of the connection is let go after that time; Unreachable then."""
    late = threading.Event()

    def end() -> None:
        late.set()
        with suppress(OSError):  # it has ended by itself
            socket.socket.shutdown(connection, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        connection.close()
        if late.is_set():
            raise Unreachable(f"the answer took longer than {seconds:.0f} seconds")


def call(asked: Call) -> Answer:
    """Make a call; EndpointRefused for an address that is never called, Unreachable without an answer."""
    check_url(asked.url)
    parts = urlsplit(asked.url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        made = _connect(host, port)
        if secure:
            trust = ssl.create_default_context()
            made = trust.wrap_socket(made, server_hostname=host, do_handshake_on_connect=False)
        with _ended_after(made, asked.seconds):
            return _asked(asked, made)
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
