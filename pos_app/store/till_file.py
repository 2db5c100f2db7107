"""The till's one SQLite file, its only connection and its transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, StaticPool, create_engine, event
from sqlalchemy.exc import OperationalError

from pos_app.store.disk_room import full
from site_sync.domain.errors import Refused

BUSY_SECONDS = 1
PRAGMAS = (
    # Before WAL: the file is then held by this connection alone, and no second one can ever corrupt it.
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # What is deleted is overwritten: people who are forgotten leave nothing in the file.
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -32000",
    "PRAGMA mmap_size = 0",
    "PRAGMA wal_autocheckpoint = 4000",
)


class FileLocked(Exception):
    """Another program holds the till's file: a second till on one data folder."""


class TillFile:
    """One connection for one thread; statements outside `transaction` only read.

    A transaction begun inside another one joins it, so acts can be put together and still commit once. The
    outermost one returns only after the commit has reached the disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = create_engine(
            f"sqlite:///{path}",
            poolclass=StaticPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={"timeout": BUSY_SECONDS, "cached_statements": 512},
        )
        event.listen(self._engine, "connect", _prepare)
        try:
            self._connection: Connection = self._engine.connect()
        except OperationalError as error:
            self._engine.dispose()
            raise FileLocked(str(path)) from error
        self._depth = 0
        self.commits = 0
        """Transactions that have come to the disk since the file was opened."""
        self._committed: list[Callable[[], object]] = []
        self._rolled_back: list[Callable[[], object]] = []
        raw = self._connection.connection.driver_connection
        if not isinstance(raw, sqlite3.Connection):
            raise TypeError("the till's file is SQLite")
        self.raw = raw
        """The driver's connection, for the few statements whose time counts."""

    def close(self) -> None:
        """Close the file; nothing may use it afterwards."""
        self._connection.close()
        self._engine.dispose()

    def execute(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run one SQLAlchemy statement, once for each mapping when `values` is a sequence."""
        result: CursorResult[Any] = self._connection.execute(statement, values)
        return result

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._depth > 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; durable on return. Refused when the disk takes no more, with nothing written."""
        if self._depth:
            yield
            return
        self.raw.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield
            self.raw.execute("COMMIT")
            self.commits += 1
        except BaseException as error:
            if self.raw.in_transaction:
                self.raw.execute("ROLLBACK")
            self._settle(self._rolled_back)
            if (refusal := full(error)) is not None:
                raise Refused(refusal.code, **refusal.facts) from error
            raise
        self._settle(self._committed)

    def _settle(self, calls: list[Callable[[], object]]) -> None:
        self._depth = 0
        due = list(calls)
        self._committed.clear()
        self._rolled_back.clear()
        for call in due:
            call()

    def after_commit(self, call: Callable[[], object]) -> None:
        """Call once when the running transaction is on the disk."""
        self._committed.append(call)

    def after_rollback(self, call: Callable[[], object]) -> None:
        """Call once when the running transaction came to nothing: what memory learned in it is forgotten."""
        self._rolled_back.append(call)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("COMMIT")
