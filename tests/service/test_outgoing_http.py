"""Calls outside end, whatever is at the other end."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack, suppress

import pytest

from site_sync.service.outgoing_hosts import TIMEOUT_SECONDS, connect
from site_sync.service.outgoing_http import Call, Unreachable, call

SECONDS = 0.3
LENGTH = 1000


def _drip(listening: socket.socket, over: threading.Event, sent: list[bytes]) -> None:
    """Answer at once, then send a byte of the body now and then, until the caller has gone."""
    connection, _ = listening.accept()
    with connection, suppress(OSError):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % LENGTH)
        while len(sent) < LENGTH and not over.wait(SECONDS / 10):
            connection.sendall(b"x")
            sent.append(b"x")


def test_a_connection_that_is_never_made_counts_as_well() -> None:
    """Who listens and takes nobody in leaves whoever knocks without an answer."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        begun = time.monotonic()
        with pytest.raises(Unreachable, match="timed out"):
            call(Call("POST", f"http://127.0.0.1:{listening.getsockname()[1]}/", {}, b"{}", seconds=SECONDS))
        assert SECONDS / 2 < time.monotonic() - begun < TIMEOUT_SECONDS / 2


def test_a_host_of_many_addresses_is_not_waited_for_at_each() -> None:
    with pytest.raises(TimeoutError, match="in time"):
        connect("localhost", 9, 0)


def test_an_answer_that_never_ends_holds_nobody() -> None:
    over, sent = threading.Event(), list[bytes]()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=_drip, args=(listening, over, sent))
        server.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        with pytest.raises(Unreachable, match="longer than"):
            call(Call("POST", url, {}, b"{}", seconds=SECONDS))
        over.set()
        server.join()
    assert len(sent) < LENGTH
