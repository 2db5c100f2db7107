"""Wrong PINs counted per person, so that a restart forgives none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pos_app.store.till_file import TillFile


@dataclass(frozen=True, slots=True)
class Tries:
    """How often in a row a person's PIN was wrong, and until when none is taken."""

    count: int = 0
    blocked_until: datetime | None = None


class SignInTries:
    """Kept before the answer is given."""

    def __init__(self, file: TillFile) -> None:
        self._file = file

    def of(self, staff: str) -> Tries:
        """A person's wrong tries."""
        row = self._file.raw.execute(
            "SELECT tries, blocked_until FROM staff_tries WHERE staff = ?", (staff,)
        ).fetchone()
        return Tries(row[0], datetime.fromisoformat(row[1]) if row[1] else None) if row else Tries()

    def keep(self, staff: str, tries: Tries) -> None:
        """Remember a person's wrong tries."""
        until = tries.blocked_until.isoformat() if tries.blocked_until else ""
        with self._file.transaction():
            self._file.raw.execute(
                "INSERT OR REPLACE INTO staff_tries (staff, tries, blocked_until) VALUES (?, ?, ?)",
                (staff, tries.count, until),
            )
