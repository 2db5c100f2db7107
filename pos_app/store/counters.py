"""Counters of this till that never give a number twice."""

from __future__ import annotations

from pos_app.store.till_file import TillFile

_NEXT = (
    "INSERT INTO counters (name, value) VALUES (?, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
)


class Counters:
    """Each name counts 1, 2, 3 … for ever."""

    def __init__(self, file: TillFile) -> None:
        self._file = file

    def next(self, name: str) -> int:
        """The next number, given out with the transaction that uses it."""
        with self._file.transaction():
            return int(self._file.raw.execute(_NEXT, (name,)).fetchone()[0])

    def peek(self, name: str) -> int:
        """The number that `next` would give out."""
        row = self._file.raw.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()
        return int(row[0]) + 1 if row else 1

    def at_least(self, name: str, value: int) -> None:
        """Go on after a number that is known to be used, as after a lost file."""
        with self._file.transaction():
            self._file.raw.execute(
                "INSERT INTO counters (name, value) VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
                (name, value),
            )
