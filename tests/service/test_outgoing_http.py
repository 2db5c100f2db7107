"""Calls outside end, whatever is at the other end."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from site_sync.service.outgoing_http import Call, Unreachable, call

SECONDS = 0.3


def _drip(listening: socket.socket, over: threading.Event) -> None:
    """Answer at once, then send a byte of the body now and then."""
    connection, _ = listening.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            while not over.wait(SECONDS / 10):
                connection.sendall(b"x")
        except OSError:
            over.set()  # the caller has gone


def test_an_answer_that_never_ends_holds_nobody() -> None:
    over, began = threading.Event(), time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=_drip, args=(listening, over))
        server.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        with pytest.raises(Unreachable, match="longer than"):
            call(Call("POST", url, {}, b"{}", seconds=SECONDS))
        over.set()
        server.join()
    assert time.monotonic() - began < 10 * SECONDS
