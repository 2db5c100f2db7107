"""Transactions that are to meet: one of them goes on once the others wait for it."""

from __future__ import annotations

from sqlalchemy import text

from site_sync.service.database.engine import Database

MOST_LOOKS = 20_000
_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def look_until_waiting(database: Database, many: int) -> None:
    """Look until so many transactions of a PostgreSQL server wait for locks."""
    looks = (database.read(lambda db: int(db.execute(_WAITING).scalar_one())) for _ in range(MOST_LOOKS))
    assert any(waiting >= many for waiting in looks), "they never met"
