"""Calls outside end, whatever is at the other end."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest

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
