"""The site's database as one thing to read from and write to, whichever engine holds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection, make_url

from site_sync.service.database.postgres import PostgresDatabase
from site_sync.service.database.sqlite import SqliteDatabase
from site_sync.service.database.transaction import Transaction

T = TypeVar("T")


class Database(Protocol):
    """Reads see what is committed; each write is one transaction, all of it or nothing."""

    url: str

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a reading connection and return what it returns."""
        ...

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction; an exception rolls it back and comes out here.

        `work` may be run again after a conflict with another writer, so it must only touch the database.
        """
        ...

    def on_commit(self, listener: Callable[[int], None]) -> None:
        """Call `listener` with the feed's head after each commit that changed it; from any thread."""
        ...

    def close(self) -> None:
        """Finish what was begun and let go of the connections."""
        ...


def open_database(url: str) -> Database:
    """The database of a SQLAlchemy URL: `sqlite:///file`, `sqlite://` (in memory), `postgresql+psycopg://…`."""
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        return SqliteDatabase(url)
    if backend == "postgresql":
        return PostgresDatabase(url)
    raise ValueError(f"the site keeps its data in SQLite or PostgreSQL, not in {backend}")
