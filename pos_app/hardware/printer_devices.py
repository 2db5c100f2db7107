"""Where receipts go: a printer on the network, a file or device, or a folder of pictures."""

from __future__ import annotations

import os
import select
import socket
import stat
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pos_app.hardware.printer_layout import CutHere, lay_out
from pos_app.hardware.printer_preview import render
from pos_app.hardware.printer_profile import PrinterProfile
from pos_app.hardware.printer_status import PrinterStatus, confirm, query
from site_sync.domain.documents.blocks import Document

_CHUNK = 4096
_LINGER = 1.0


class Delivery(StrEnum):
    """How far a document is known to have come."""

    SENT = "sent"
    CONFIRMED = "confirmed"


class PrinterNotReady(Exception):
    """Nothing of the document left the till, so it may be tried again; `reason` is a stable word."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class PrintUncertain(Exception):
    """Some of the document went out and nobody knows what is on paper; only a person may print it again."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Paper:
    """One document on its way to paper; `name` tells its file from others where files are written."""

    name: str
    document: Document
    open_drawer: bool = False


class Printer(Protocol):
    """A printer takes one document at a time.

    `before_first_byte` is called when the printer is ready and nothing has gone out yet. Raises
    PrinterNotReady or PrintUncertain.
    """

    @property
    def profile(self) -> PrinterProfile: ...

    def print(self, paper: Paper, before_first_byte: Callable[[], None]) -> Delivery: ...

    def pulse_drawer(self) -> None: ...


def _pulse(profile: PrinterProfile) -> bytes:
    # Loading the library takes a good part of the till's start, so it waits for the first need.
    from pos_app.hardware.printer_escpos import drawer_pulse

    return drawer_pulse(profile)


def _bytes(paper: Paper, profile: PrinterProfile, pictures: Path | None) -> bytes:
    from pos_app.hardware.printer_escpos import encode

    pulse = _pulse(profile) if paper.open_drawer else b""
    return pulse + encode(lay_out(paper.document, profile), profile, pictures)


@dataclass(frozen=True, slots=True)
class NetworkPrinter:
    """A printer on TCP port 9100 or another; `timeout` in seconds holds for connecting and for each write.

    Where the profile says the device answers, it is asked before (paper, cover, offline) and after: "sent"
    becomes "confirmed" only when the printer has worked through everything before the question.
    """

    profile: PrinterProfile
    host: str
    port: int = 9100
    timeout: float = 5.0
    patience: float = 30.0
    pictures: Path | None = None

    def print(self, paper: Paper, before_first_byte: Callable[[], None]) -> Delivery:
        data = _bytes(paper, self.profile, self.pictures)
        with self._ready() as connection:
            before_first_byte()
            try:
                for start in range(0, len(data), _CHUNK):
                    connection.sendall(data[start : start + _CHUNK])
            except OSError as error:
                raise PrintUncertain("connection_lost", str(error)) from error
            if not self.profile.answers_status:
                return self._finish(connection)
            return self._confirmed(connection)

    def pulse_drawer(self) -> None:
        """Open the drawer now or not at all; raises PrinterNotReady."""
        pulse = _pulse(self.profile)
        with self._connect() as connection:
            try:
                connection.sendall(pulse)
                connection.shutdown(socket.SHUT_WR)
            except OSError as error:
                raise PrinterNotReady("connection_lost", str(error)) from error

    def _connect(self) -> socket.socket:
        try:
            return socket.create_connection((self.host, self.port), timeout=self.timeout)
        except OSError as error:
            raise PrinterNotReady("unreachable", str(error)) from error

    def _ready(self) -> socket.socket:
        """A connection to a printer that has paper and is online, as far as it says."""
        connection = self._connect()
        if not self.profile.answers_status:
            return connection
        try:
            status = query(connection)
        except OSError as error:
            connection.close()
            raise PrinterNotReady("no_answer", str(error)) from error
        if status is not PrinterStatus.READY:
            connection.close()
            raise PrinterNotReady(status.value)
        return connection

    def _finish(self, connection: socket.socket) -> Delivery:
        """Say that nothing more comes; a printer that has hung up on unread data is noticed here."""
        try:
            connection.settimeout(min(self.timeout, _LINGER))
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(64):
                pass
        except TimeoutError:
            return Delivery.SENT
        except OSError as error:
            raise PrintUncertain("connection_lost", str(error)) from error
        return Delivery.SENT

    def _confirmed(self, connection: socket.socket) -> Delivery:
        try:
            status = confirm(connection, self.patience)
        except TimeoutError:
            return Delivery.SENT
        except OSError as error:
            raise PrintUncertain("connection_lost", str(error)) from error
        if status is not PrinterStatus.READY:
            raise PrintUncertain(status.value)
        return Delivery.CONFIRMED


@dataclass(frozen=True, slots=True)
class FilePrinter:
    """A device such as /dev/usb/lp0, or a file that documents are added to.

    `timeout` is how many seconds the device may take nothing: it is out of paper or off.
    """

    profile: PrinterProfile
    path: Path
    pictures: Path | None = None
    timeout: float = 5.0

    def print(self, paper: Paper, before_first_byte: Callable[[], None]) -> Delivery:
        data = _bytes(paper, self.profile, self.pictures)
        handle = self._open()
        try:
            if not _takes_more(handle, self.timeout):
                raise PrinterNotReady("takes_nothing", str(self.path))
            before_first_byte()
            _write_all(handle, data, self.timeout)
        finally:
            os.close(handle)
        return Delivery.SENT

    def pulse_drawer(self) -> None:
        """Open the drawer now or not at all; raises PrinterNotReady."""
        handle = self._open()
        try:
            os.write(handle, _pulse(self.profile))
        except OSError as error:
            raise PrinterNotReady("write_failed", str(error)) from error
        finally:
            os.close(handle)

    def _open(self) -> int:
        """The open device; an absent device is never made into a file."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK
        if not _is_device(self.path):
            flags |= os.O_CREAT
        try:
            return os.open(self.path, flags, 0o600)
        except OSError as error:
            raise PrinterNotReady("unreachable", str(error)) from error


def _is_device(path: Path) -> bool:
    """Whether this is a place for devices; what lies in shared memory are files like any other."""
    parts = path.parts
    return parts[:2] == ("/", "dev") and parts[2:3] != ("shm",)


def _takes_more(handle: int, timeout: float) -> bool:
    """Whether the device accepts bytes within that many seconds; a file always does."""
    return bool(select.select([], [handle], [], timeout)[1])


def _write_all(handle: int, data: bytes, timeout: float) -> None:
    left = memoryview(data)
    try:
        while left:
            if not _takes_more(handle, timeout):
                raise PrintUncertain("takes_nothing", f"{len(left)} bytes left")
            left = left[os.write(handle, left) :]
        if stat.S_ISREG(os.fstat(handle).st_mode):
            os.fsync(handle)
    except OSError as error:
        raise PrintUncertain("write_failed", str(error)) from error


@dataclass(frozen=True, slots=True)
class PreviewPrinter:
    """A folder that gets NAME.png, the paper as a picture, and NAME.bin, the bytes a printer would get."""

    profile: PrinterProfile
    folder: Path
    pictures: Path | None = None

    def print(self, paper: Paper, before_first_byte: Callable[[], None]) -> Delivery:
        data = _bytes(paper, self.profile, self.pictures)
        pieces = lay_out(paper.document, self.profile)
        whole = pieces[:-1] if isinstance(pieces[-1], CutHere) else pieces
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PrinterNotReady("unreachable", str(error)) from error
        before_first_byte()
        try:
            (self.folder / f"{paper.name}.bin").write_bytes(data)
            render(whole, self.profile, self.pictures).save(self.folder / f"{paper.name}.png")
        except OSError as error:
            raise PrintUncertain("write_failed", str(error)) from error
        return Delivery.CONFIRMED

    def pulse_drawer(self) -> None:
        """Leave a trace that the drawer would have opened."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / "drawer.bin").open("ab") as trace:
                trace.write(_pulse(self.profile))
        except OSError as error:
            raise PrinterNotReady("write_failed", str(error)) from error
