"""A scripted receipt printer on loopback: refuses, runs out of paper, hangs up half-way, stops reading."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_QUESTION = re.compile(rb"\x10\x04([\x01\x02\x04])")
_IN_TURN = b"\x1dr\x01"
_ABRUPTLY = struct.pack("ii", 1, 0)
"""Closing then resets the connection."""


@dataclass
class FakePrinter:
    """`jobs` are the bytes of each connection that printed something, without the questions around them.

    `sip` is how much it reads at once; a small one makes a slow printer with little memory.
    """

    answers: bool = True
    paper_out: bool = False
    cover_open: bool = False
    broken: bool = False
    offline: bool = False
    silent_in_turn: bool = False
    reset_at_end: bool = False
    hang_up_after: int | None = None
    jam_after: int | None = None
    stop_reading_after: int | None = None
    sip: int = 1024
    jobs: list[bytes] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self._listener: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._released = threading.Event()
        self._done = threading.Condition()

    def switch_on(self) -> None:
        """Listen on `port`, or on a free one that then stays this printer's."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self.stop_reading_after is not None or self.sip < 1024:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        listener.bind(("127.0.0.1", self.port))
        listener.listen()
        self.port = listener.getsockname()[1]
        self._listener = listener
        self._thread = threading.Thread(target=self._serve, args=(listener,), daemon=True)
        self._thread.start()

    def switch_off(self) -> None:
        """Refuse every connection from now on."""
        if self._listener is None or self._thread is None:
            return
        self._released.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=10)
        self._listener.close()
        self._listener = None

    def wait_for_jobs(self, count: int) -> list[bytes]:
        """The jobs once there are `count` of them."""
        with self._done:
            assert self._done.wait_for(lambda: len(self.jobs) >= count, timeout=10), (
                f"{len(self.jobs)} jobs came"
            )
            return list(self.jobs)

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                self._one(connection)

    def _one(self, connection: socket.socket) -> None:
        received = b""
        try:
            while chunk := connection.recv(self.sip):
                received = self._heard(connection, received, chunk)
                if self._gives_up(connection, len(received)):
                    return
            if self.reset_at_end:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABRUPTLY)
        except OSError:
            pass
        if job := received.removesuffix(_IN_TURN):
            with self._done:
                self.jobs.append(job)
                self._done.notify_all()

    def _heard(self, connection: socket.socket, received: bytes, chunk: bytes) -> bytes:
        """Answer the questions in a chunk and keep the rest."""
        if self.answers:
            for question in _QUESTION.findall(chunk):
                connection.sendall(self._status(question[0]))
        received += chunk if received else _QUESTION.sub(b"", chunk)
        asked = self.answers and received.endswith(_IN_TURN)
        if asked and not self.paper_out and not self.silent_in_turn:
            connection.sendall(b"\x00")
        return received

    def _status(self, question: int) -> bytes:
        trouble = self.paper_out or self.cover_open or self.broken or self.offline
        if question == 1:
            return bytes([0x12 | (0x08 if trouble else 0)])
        if question == 2:
            causes = (0x20 * self.paper_out) | (0x04 * self.cover_open) | (0x40 * self.broken)
            return bytes([0x12 | causes])
        return bytes([0x12 | (0x60 if self.paper_out else 0)])

    def _gives_up(self, connection: socket.socket, count: int) -> bool:
        """The scripted mishaps; True ends the connection without a job."""
        if self.hang_up_after is not None and count >= self.hang_up_after:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABRUPTLY)
            return True
        if self.jam_after is not None and count >= self.jam_after:
            self.paper_out = True
        if self.stop_reading_after is not None and count >= self.stop_reading_after:
            self._released.wait(timeout=30)
            return True
        return False


@contextmanager
def fake_printer(**script: bool | int) -> Iterator[FakePrinter]:
    """A printer that is on, and off again at the end."""
    printer = FakePrinter(**script)  # type: ignore[arg-type]
    printer.switch_on()
    try:
        yield printer
    finally:
        printer.switch_off()
