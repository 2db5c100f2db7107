"""What a printer answers when asked how it is, over the connection it prints from."""

from __future__ import annotations

import socket
from enum import StrEnum

_ASK_PRINTER = b"\x10\x04\x01"
_ASK_OFFLINE_CAUSE = b"\x10\x04\x02"
_ASK_PAPER = b"\x10\x04\x04"
_ASK_IN_TURN = b"\x1dr\x01"
"""Answered only after everything sent before it has been worked through."""

_OFFLINE = 0x08
_COVER_OPEN = 0x04
_PAPER_STOPPED = 0x20
_ERROR = 0x40
_PAPER_END = 0x60
_PAPER_END_IN_TURN = 0x0C


class PrinterStatus(StrEnum):
    """A printer is ready, or why not."""

    READY = "ready"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    ERROR = "printer_error"
    OFFLINE = "offline"


def query(connection: socket.socket) -> PrinterStatus:
    """The status right now; raises OSError (a TimeoutError among them) where no proper answer comes."""
    printer = _ask(connection, _ASK_PRINTER)
    cause = _ask(connection, _ASK_OFFLINE_CAUSE)
    paper = _ask(connection, _ASK_PAPER)
    if paper & _PAPER_END or cause & _PAPER_STOPPED:
        return PrinterStatus.PAPER_OUT
    if cause & _COVER_OPEN:
        return PrinterStatus.COVER_OPEN
    if cause & _ERROR:
        return PrinterStatus.ERROR
    return PrinterStatus.OFFLINE if printer & _OFFLINE else PrinterStatus.READY


def confirm(connection: socket.socket, patience: float) -> PrinterStatus:
    """The status once everything sent so far has been worked through.

    Raises TimeoutError after `patience` seconds without an answer while the printer says nothing is wrong.
    """
    usual = connection.gettimeout()
    connection.sendall(_ASK_IN_TURN)
    connection.settimeout(patience)
    try:
        while (answer := _byte(connection)) & 0x90:
            pass
    except TimeoutError:
        connection.settimeout(usual)
        status = query(connection)
        if status is PrinterStatus.READY:
            raise
        return status
    return PrinterStatus.PAPER_OUT if answer & _PAPER_END_IN_TURN else PrinterStatus.READY


def _ask(connection: socket.socket, question: bytes) -> int:
    """One real-time answer; other bytes on the way (automatic status, an earlier answer) are passed over."""
    connection.sendall(question)
    while (answer := _byte(connection)) & 0x93 != 0x12:
        pass
    return answer


def _byte(connection: socket.socket) -> int:
    received = connection.recv(1)
    if not received:
        raise ConnectionResetError("the printer hung up")
    return received[0]
