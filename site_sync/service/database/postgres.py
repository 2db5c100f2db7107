"""The site's database on PostgreSQL: a pool of connections, work repeated after a conflict."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any, TypeVar

import psycopg
import structlog
from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError

from site_sync.service.database.occupancy import PROGRAM
from site_sync.service.database.transaction import CHANNEL, Transaction

T = TypeVar("T")
POOL = 8
OVERFLOW = 12
CONFLICTS = {"40001": 12, "40P01": 12, "23505": 3}
"""Attempts at most after a serialization failure, a deadlock, a key that another took meanwhile."""
RECONNECT_SECONDS = 1.0
AT_ONCE = "-c jit=off -c max_parallel_workers_per_gather=0"
"""Statements are short: loading the compiler or starting workers, who read ahead of a page, takes longer."""
READ_ONLY = "-c default_transaction_read_only=on"
_CONNECT: dict[str, Any] = {"connect_timeout": 5, "application_name": PROGRAM}

_log = structlog.get_logger(__name__)


def _engine(url: str, *options: str) -> Engine:
    connect_args: dict[str, object] = {**_CONNECT, "options": " ".join((AT_ONCE, *options))}
    pool = {"pool_size": POOL, "max_overflow": OVERFLOW}
    return create_engine(url, connect_args=connect_args, hide_parameters=True, **pool)


class PostgresDatabase:
    """Reads see each statement's own moment; writes are READ COMMITTED and lock the rows they decide on."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = _engine(url)
        self._reading = _engine(url, READ_ONLY).execution_options(isolation_level="AUTOCOMMIT")
        self._listeners: list[Callable[[int], None]] = []
        self._remembered: dict[str, Any] = {}
        self._closing = threading.Event()
        self._listener: threading.Thread | None = None
        self._end, self._ended = socket.socketpair()

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a reading connection."""
        with self._reading.connect() as connection:
            return work(connection)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction, again when it met a conflict."""
        for attempt in count(1):
            try:
                with self._engine.begin() as connection:
                    tx = Transaction(connection, self._remembered)
                    result = work(tx)
                    tx.number_changes()
                return result
            except DBAPIError as error:
                if attempt >= CONFLICTS.get(getattr(error.orig, "sqlstate", ""), 0):
                    raise
                self._closing.wait(0.002 * attempt)
        raise AssertionError("unreachable")

    def write_each(self, works: Iterable[Callable[[Transaction], T]]) -> Iterator[T]:
        """Run each in a transaction of its own, which holds its rows no longer than its own work takes."""
        return (self.write(work) for work in works)

    def on_commit(self, listener: Callable[[int], None]) -> None:
        """Call `listener` with the feed's head after each commit of any process that changed it."""
        self._listeners.append(listener)
        if self._listener is None:
            self._listener = threading.Thread(target=self._listen, name="site-listener", daemon=True)
            self._listener.start()

    def close(self) -> None:
        """Let go of the connections."""
        self._closing.set()
        self._end.close()
        if self._listener is not None:
            self._listener.join()
        self._ended.close()
        self._reading.dispose()
        self._engine.dispose()

    def _listen(self) -> None:
        address = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        while not self._closing.is_set():
            try:
                with psycopg.connect(address, autocommit=True, **_CONNECT) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._tell(0)
                    self._hear(connection)
            except psycopg.OperationalError as error:
                _log.warning("feed listener lost its connection", error=type(error).__name__)
                self._closing.wait(RECONNECT_SECONDS)

    def _hear(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        """Tell of each commit until the end, at which the other end of a pair of sockets is closed."""
        with selectors.DefaultSelector() as either:
            either.register(connection.fileno(), selectors.EVENT_READ)
            either.register(self._ended, selectors.EVENT_READ)
            while not self._closing.is_set():
                heads = [int(notice.payload) for notice in connection.notifies(timeout=0)]
                if heads:
                    self._tell(max(heads))
                either.select()

    def _tell(self, head: int) -> None:
        for listener in self._listeners:
            listener(head)
