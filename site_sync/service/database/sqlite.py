"""The site's database in one SQLite file: one writer thread that commits waiting requests together."""

from __future__ import annotations

import fcntl
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool, QueuePool

from site_sync.service.database.occupancy import enter_file
from site_sync.service.database.transaction import Transaction

T = TypeVar("T")
GROUP = 64
"""Requests committed together at most."""
READERS = 8
BUSY_MS = 10_000


def sqlite_engine(url: str, *, reader: bool) -> Engine:
    """An engine whose connections are set up for this file; a reader can neither write nor checkpoint.

    Only one connection of all processes writes or checkpoints at a time (`file_lock`): SQLite versions around
    3.40 may corrupt a file in WAL mode otherwise.
    """
    pool: dict[str, Any] = {"poolclass": NullPool}
    if reader:
        pool = {"poolclass": QueuePool, "pool_size": READERS, "max_overflow": 32}
    connecting = {"check_same_thread": False, "timeout": BUSY_MS / 1000}
    engine = create_engine(url, connect_args=connecting, hide_parameters=True, **pool)

    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        names = ["busy_timeout=10000", "foreign_keys=ON", "cache_size=-16000"]
        names += ["query_only=ON", "wal_autocheckpoint=0"] if reader else []
        names += [] if reader else ["journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"]
        for pragma in names:
            connection.execute(f"PRAGMA {pragma}").close()

    event.listen(engine, "connect", set_up)
    if not reader:
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


@contextmanager
def file_lock(url: str) -> Iterator[None]:
    """Keep every other process from writing to the file meanwhile; nothing for a database in memory."""
    path = make_url(url).database
    if path in (None, "", ":memory:"):
        yield
        return
    with Path(f"{path}.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)


class _Request:
    """Some work that waits for the writer, and where its caller waits for the outcome."""

    def __init__(self, work: Callable[[Transaction], Any]) -> None:
        self.work = work
        self.outcome: Future[Any] = Future()
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self, failure: BaseException | None = None) -> None:
        """Tell the caller, once what was done is durable (or is not, by `failure`)."""
        error = self.error or failure
        if error is not None:
            self.outcome.set_exception(error)
        else:
            self.outcome.set_result(self.result)


class SqliteDatabase:
    """Reads on a pool of readers; writes through one thread, committed in groups, a savepoint each."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._in_memory = make_url(url).database in (None, "", ":memory:")
        self._at_work = enter_file(url)
        self._writer = sqlite_engine(url, reader=False)
        self._readers = sqlite_engine(url, reader=True)
        self._requests: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[int], None]] = []
        self._remembered: dict[str, Any] = {}
        self._closed = False
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="site-writer", daemon=True)
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            raise self._failure

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a reading connection; in memory there is only the writer's."""
        if self._in_memory:
            return cast(T, self._ask(_Request(lambda tx: work(tx.connection))))
        with self._readers.connect() as connection:
            return work(connection)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction on the writer's thread and wait until it is durable."""
        return cast(T, self._ask(_Request(work)))

    def write_each(self, works: Iterable[Callable[[Transaction], T]]) -> Iterator[T]:
        """Run each in a savepoint of its own; all wait for the writer at once, and so share commits."""
        outcomes = [self._submit(_Request(work)) for work in works]
        return (cast(T, outcome.result()) for outcome in outcomes)

    def on_commit(self, listener: Callable[[int], None]) -> None:
        """Call `listener` with the feed's head after each commit that changed it."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Finish the waiting requests and close the file."""
        if self._closed:
            return
        self._closed = True
        self._readers.dispose()
        self._requests.put(None)
        self._thread.join()
        self._leave()

    def _leave(self) -> None:
        if self._at_work is not None:
            self._at_work.close()

    def _ask(self, request: _Request) -> Any:
        return self._submit(request).result()

    def _submit(self, request: _Request) -> Future[Any]:
        if self._closed:
            raise RuntimeError("the database is closed")
        self._requests.put(request)
        return request.outcome

    def _run(self) -> None:
        try:
            with file_lock(self.url):
                connection = self._writer.connect()
        except BaseException as error:  # outermost loop: the thread's caller is told
            self._failure = error
            self._leave()
            return
        finally:
            self._started.set()
        while (first := self._requests.get()) is not None:
            if not self._commit_together(connection, first):
                break
        with file_lock(self.url):
            connection.close()
            self._writer.dispose()

    def _commit_together(self, connection: Connection, first: _Request) -> bool:
        """Do the first request and those that came meanwhile in one commit; False when asked to end."""
        group, head, ended = [first], 0, False
        try:
            with file_lock(self.url), connection.begin():
                head = self._do(connection, first)
                while len(group) < GROUP and not self._requests.empty():
                    request = self._requests.get()
                    if request is None:
                        ended = True
                        break
                    group.append(request)
                    head = max(head, self._do(connection, request))
        except BaseException as error:  # outermost loop: every waiting caller is told
            for request in group:
                request.settle(error)
            return not ended
        if head:
            for listener in self._listeners:
                listener(head)
        for request in group:
            request.settle()
        return not ended

    def _do(self, connection: Connection, request: _Request) -> int:
        """Do one request in a savepoint of its own; returns the feed's head when it moved."""
        tx = Transaction(connection, self._remembered)
        connection.exec_driver_sql("SAVEPOINT request")
        try:
            request.result = request.work(tx)
            head = tx.number_changes()
        except BaseException as error:  # outermost loop: the caller is told
            request.error = error
            head = 0
            connection.exec_driver_sql("ROLLBACK TO request")
        connection.exec_driver_sql("RELEASE request")
        return head
