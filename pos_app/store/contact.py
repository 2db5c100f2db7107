"""When this till last heard from its site, kept across starts."""

from __future__ import annotations

from datetime import datetime, timedelta

from pos_app.store.identity import Settings
from pos_app.store.till_file import TillFile

KEY = "site.last_contact"
EVERY = timedelta(minutes=5)
"""Not every word of the site is written down: hours are counted, and each write costs the disk a moment."""


class Contact:
    """Hours gone since the site was reached; none while it never was."""

    def __init__(self, file: TillFile) -> None:
        self._file = file
        self._settings = Settings(file)
        self._last = self._read()

    def _read(self) -> datetime | None:
        text = self._settings.get(KEY)
        return datetime.fromisoformat(text) if text else None

    def _forget(self) -> None:
        self._last = self._read()

    def heard(self, now: datetime) -> None:
        """The site has just been reached; kept with the transaction it is told in."""
        if self._last is not None and abs(now - self._last) < EVERY:
            return
        self._file.after_rollback(self._forget)
        self._settings.set(KEY, now.isoformat())
        self._last = now

    def hours(self, now: datetime) -> int:
        """Whole hours since then; a clock that was set back counts as none."""
        return max(0, (now - self._last) // timedelta(hours=1)) if self._last is not None else 0
