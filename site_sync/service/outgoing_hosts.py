"""Connections to hosts outside: to no address that nobody's server can have, and none that lasts for ever."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address, IPv6Address, ip_address

TIMEOUT_SECONDS = 10.0
"""How long is waited for the next bytes."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
METADATA = frozenset(
    ip_address(text) for text in ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")
)
"""Where clouds answer their machines with keys, beside the link's own addresses."""


class EndpointRefused(ValueError):
    """The address is one that is never called."""


class Unreachable(Exception):
    """There was no answer; the text says why, without the address."""


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is, None for a name."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def check_host(host: str, *, near: bool = False) -> None:
    """Refuse an address that no endpoint can have, with `near` any that is not of one's own network.

    A name passes, and is checked when it is looked up.
    """
    address = _address(host)
    if address is None:
        return
    if address.is_link_local or address.is_multicast or address.is_unspecified or address in METADATA:
        raise EndpointRefused(f"{host} is no address that is called.")
    if near and not address.is_private:
        raise EndpointRefused("Without TLS only a server of your own network is called.")


def connect(
    host: str, port: int, within: float, *, seconds: float = TIMEOUT_SECONDS, near: bool = False
) -> socket.socket:
    """A connection to a host, whose resolved address is checked as well, so that a name cannot hide one.

    It stands `within` so many seconds, whatever the host's addresses; for bytes on it `seconds` are waited.
    With `near` only addresses of one's own network are taken. OSError when nobody is there in time.
    """
    until = time.monotonic() + within
    last: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        check_host(str(address[0]), near=near)
        if (left := until - time.monotonic()) <= 0:
            raise TimeoutError("no connection in time")
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(min(seconds, left))
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            last = error
            continue
        connection.settimeout(seconds)
        return connection
    raise last or OSError(f"{host} has no address")


@contextmanager
def ended_after(present: Callable[[], socket.socket | None], seconds: float) -> Iterator[threading.Event]:
    """Whoever waits for bytes of the present connection is let go after that time; tells if it is over."""
    late = threading.Event()

    def end() -> None:
        late.set()
        if connection := present():
            with suppress(OSError):  # it has ended by itself
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        if connection := present():
            connection.close()
