"""The site's database as one thing to read from and write to, whichever engine holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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

    def write_each(self, works: Iterable[Callable[[Transaction], T]]) -> Iterator[T]:
        """Run each in a transaction of its own, in their order; what it returned comes once it is durable.

        An exception comes out at its place. They may be committed together, so that those behind one that
        failed, or behind where the caller stopped, may have been done all the same.
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
