"""Room on the till's disk: new work is refused while what is left could not hold it safely."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import OperationalError

from site_sync.domain.errors import Code, Refusal, Refused

RESERVE_BYTES = 64_000_000
"""Kept for what was begun already, for the journal and for the answers of the site."""
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Room:
    """Megabytes free, and needed before new work begins; whether it may."""

    free: int
    needed: int
    enough: bool


UNMEASURED = Room(0, 0, enough=True)
"""Nothing is known of the disk."""


class DiskRoom:
    """The disk that a folder is on; `reserve` are the bytes that new work leaves free."""

    def __init__(self, folder: Path, reserve: int = RESERVE_BYTES) -> None:
        self._folder = folder
        self.reserve = reserve

    def free(self) -> int:
        """Bytes that are free."""
        return shutil.disk_usage(self._folder).free

    def measured(self) -> Room:
        """Room now, in whole megabytes."""
        free = self.free()
        return Room(free // MEGABYTE, -(-self.reserve // MEGABYTE), free >= self.reserve)

    def need(self) -> None:
        """Refused, before anything is written, while there is too little room for new work."""
        room = self.measured()
        if not room.enough:
            raise Refused(Code.DISK_NEARLY_FULL, free=room.free, needed=room.needed)


def full(error: BaseException) -> Refusal | None:
    """The refusal that an error of SQLite comes to when the disk takes no more; None for any other."""
    cause = error.orig if isinstance(error, OperationalError) else error
    if not isinstance(cause, sqlite3.OperationalError):
        return None
    primary = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return Refusal(Code.DISK_NEARLY_FULL) if primary == sqlite3.SQLITE_FULL else None
