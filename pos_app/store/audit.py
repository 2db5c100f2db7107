"""The till's own record of who did what: append-only, each row chained to the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pos_app.store.till_file import TillFile
from site_sync.domain.sales import AuditSeal, ShiftAct
from site_sync.protocol.codec import sha256

_INSERT = "INSERT INTO audit (at, staff, approver, act, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"

OF_SHIFTS = tuple(f"shift_{act.value}" for act in ShiftAct)
"""Acts at which the site is told how the audit stands."""
SEALS = 12
_SEALED = (
    f"SELECT place, hash FROM audit WHERE act IN ({', '.join('?' * len(OF_SHIFTS))}) "  # noqa: S608 - marks alone
    "ORDER BY place DESC LIMIT ?"
)
_ROWS = (
    "SELECT place, at, staff, act, subject, detail, approver, hash FROM audit WHERE place > ? ORDER BY place"
)
_CLOSED = "SELECT hash FROM audit WHERE act = ? AND subject = ? ORDER BY place DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act: by whom, approved by whom, on what; `detail` is plain text without personal data."""

    at: datetime
    staff: str
    act: str
    subject: str = ""
    detail: str = ""
    approver: str = ""

    def chained(self, previous: str) -> str:
        """The hash of this entry after the one whose hash is `previous`."""
        at = self.at.isoformat()
        return sha256(previous, at, self.staff, self.approver, self.act, self.subject, self.detail)


class Audit:
    """Rows can be added and verified, nothing else."""

    def __init__(self, file: TillFile) -> None:
        self._file = file
        self._head = self._last()

    def _last(self) -> str:
        row = self._file.raw.execute("SELECT hash FROM audit ORDER BY place DESC LIMIT 1").fetchone()
        return row[0] if row else ""

    @property
    def head(self) -> str:
        """Hash of the newest row; printed on the Z report."""
        return self._head

    def _forget(self) -> None:
        self._head = self._last()

    def add(self, entry: AuditEntry) -> None:
        """Write one row, in the transaction of the act it tells of."""
        with self._file.transaction():
            self._file.after_rollback(self._forget)
            chained = entry.chained(self._head)
            values = (entry.staff, entry.approver, entry.act, entry.subject, entry.detail, chained)
            self._file.raw.execute(_INSERT, (entry.at.isoformat(), *values))
            self._head = chained

    def seals(self) -> tuple[AuditSeal, ...]:
        """The hashes there are now where the newest acts of shifts stand, the oldest of them first."""
        found = self._file.raw.execute(_SEALED, (*OF_SHIFTS, SEALS)).fetchall()
        return tuple(AuditSeal(place, hashed) for place, hashed in reversed(found))

    def sealed_with(self, entry: AuditEntry) -> AuditSeal:
        """Where the next row will stand, and its hash, if it is this entry."""
        last = self._file.raw.execute("SELECT max(place) FROM audit").fetchone()[0] or 0
        return AuditSeal(last + 1, entry.chained(self._head))

    def closed(self, shift: str) -> str:
        """The head at the end of a shift, as its Z report bears it; empty while it is open."""
        row = self._file.raw.execute(_CLOSED, (f"shift_{ShiftAct.CLOSE.value}", shift)).fetchone()
        return row[0] if row else ""

    def broken_at(self, after: AuditSeal | None = None) -> int | None:
        """The place of the first row that does not fit the one before it, of all or those after a seal."""
        previous = after.hash if after else ""
        rows = self._file.raw.execute(_ROWS, (after.place if after else 0,))
        for place, at, *words, found in rows:
            entry = AuditEntry(datetime.fromisoformat(at), *words)
            if entry.chained(previous) != found:
                return int(place)
            previous = found
        return None
