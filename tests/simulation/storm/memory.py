"""The site's database in one connection in memory: laid in from bytes, copied out, looked at each commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from site_sync.service.database.sqlite import sqlite_engine
from site_sync.service.database.transaction import Transaction

T = TypeVar("T")
_ENGINE = sqlite_engine("sqlite://", reader=False)
"""One for all runs of this process, so that statements are compiled once."""


def _begun() -> Connection:
    """A connection whose transaction SQLAlchemy begins for good; what begins and ends is the driver's."""
    connection = _ENGINE.connect()
    connection.begin()
    connection.exec_driver_sql("COMMIT")
    return connection


class LostInCommit(Exception):
    """The process ended after the commit and before anybody heard of it."""


class MemoryDatabase:
    """As the shipped one, without its thread; a commit can be made to fail, or to be the last act."""

    url = "sqlite://"

    def __init__(self, image: bytes) -> None:
        self._connection: Connection | None = None
        self._remembered: dict[str, Any] = {}
        self._listeners: list[Callable[[int], None]] = []
        self.watch: Callable[[Transaction], None] = lambda _tx: None
        self.fails = 0
        """How many of the next commits the disk refuses."""
        self.dies_after = 0
        """The commit after which the process ends, counted down; 0: it lives on."""
        self.lay(image)

    def _used(self) -> Connection:
        if self._connection is None:
            raise LookupError("no database was laid in yet")
        return self._connection

    @property
    def raw(self) -> sqlite3.Connection:
        """The driver's connection, to look at tables without the service's words."""
        driver: Any = self._used().connection.driver_connection
        return cast(sqlite3.Connection, driver)

    def lay(self, image: bytes) -> None:
        """Be the database of these bytes from now on, as after a start on them."""
        if self._connection is not None:
            self._connection.close()
        self._connection = _begun()
        self.raw.deserialize(image)
        self._remembered = {}

    def image(self) -> bytes:
        """The database as bytes: a backup."""
        return bytes(self.raw.serialize())

    def forget(self) -> None:
        """A new process has nothing in its memory."""
        self._remembered = {}

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.raw.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.raw.execute("ROLLBACK")
            raise
        self.raw.execute("COMMIT")

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on what is committed."""
        return work(self._used())

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction."""
        with self._transaction():
            tx = Transaction(self._used(), self._remembered)
            done = work(tx)
            head = tx.number_changes()
            if self.fails:
                self.fails -= 1
                raise OperationalError("COMMIT", {}, OSError("the disk does not answer"))
            self.watch(tx)
        for listener in self._listeners if head else ():
            listener(head)
        if self.dies_after:
            self.dies_after -= 1
            if not self.dies_after:
                raise LostInCommit
        return done

    def write_each(self, works: Iterable[Callable[[Transaction], T]]) -> Iterator[T]:
        """One after the other."""
        return (self.write(work) for work in works)

    def on_commit(self, listener: Callable[[int], None]) -> None:
        """Call with the feed's head after each commit that changed it."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Let go of the connection."""
        self._used().close()
