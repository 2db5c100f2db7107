"""What of the till's file may leave the shop: named columns that tell of the till, never of people."""

from __future__ import annotations

from collections.abc import Iterator

from pos_app.store.till_file import TillFile

NEWEST = 500

COLUMNS = {
    "audit": ("place", "at", "act"),
    "card_attempts": ("id", "at", "purpose", "currency", "state", "reason", "used"),
    "counters": ("name", "value"),
    "identity": ("store", "till", "profile", "epoch", "cursor", "incarnation", "site_clock_ahead_ms"),
    "outbox": ("command_id", "incarnation", "seq", "base_version", "till_time", "payload_kind", "state"),
    "print_jobs": ("id", "printer", "state", "attempts", "error", "created_at", "updated_at", "copy_of"),
    "problems": ("id", "at", "command_id", "act", "code", "state"),
    "settings": ("key", "value"),
    "shifts": ("id", "opened_at", "currency", "closed_at"),
}  # fmt: skip
"""Columns by table; a new column stays inside until it is named here."""

SETTINGS = ("device.", "till.", "printer", "currency")
"""How the keys of settings begin that tell of the till alone."""

Rows = tuple[tuple[str, ...], list[tuple[object, ...]]]


class SupportView:
    """Reads the till's file for somebody who helps from afar."""

    def __init__(self, file: TillFile) -> None:
        self._file = file

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        listed = (
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        names = [row[0] for row in self._file.raw.execute(listed)]
        return {name: self._one(f'SELECT count(*) FROM "{name}"') for name in names}  # noqa: S608

    def tables(self) -> Iterator[tuple[str, Rows]]:
        """The newest rows of each table, in the columns that may leave."""
        for name, columns in COLUMNS.items():
            chosen = f"SELECT {', '.join(columns)} FROM {name} ORDER BY {columns[0]} DESC LIMIT {NEWEST}"  # noqa: S608
            rows = [tuple(row) for row in self._file.raw.execute(chosen)]
            if name == "settings":
                rows = [row for row in rows if str(row[0]).startswith(SETTINGS)]
            yield name, (columns, rows)

    def _one(self, sql: str) -> int:
        return int(self._file.raw.execute(sql).fetchone()[0])
