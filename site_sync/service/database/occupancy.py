"""Who has a site's database open: many may work on it, one alone may replace it."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, create_engine, make_url, text

PROGRAM = "handover-site"
"""What a working process calls itself at a PostgreSQL server."""
LEAVING_SECONDS = 5.0
"""How long a process that has just ended may still be seen by the server."""
_LOOK_SECONDS = 0.1


class InUse(OSError):
    """The database is open elsewhere, or just being replaced; the text says so."""


def _file(url: str) -> Path | None:
    path = make_url(url).database
    return None if path in (None, "", ":memory:") else Path(f"{path}.open")


def _locked(path: Path, how: int, words: str) -> IO[str]:
    handle = path.open("a")
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError as error:
        handle.close()
        raise InUse(words) from error
    return handle


def enter_file(url: str) -> IO[str] | None:
    """Say that this process works on an SQLite file, until the handle is closed; None for one in memory."""
    path = _file(url)
    return _locked(path, fcntl.LOCK_SH, "the database is just being restored") if path else None


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Be the only one at a database; InUse when the site runs somewhere."""
    if make_url(url).get_backend_name() != "sqlite":
        with _alone_on_server(url):
            yield
        return
    path = _file(url)
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path, fcntl.LOCK_EX, "the site is running, or a command works on it; stop it first"):
        yield


@contextmanager
def _alone_on_server(url: str) -> Iterator[None]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        with engine.connect() as connection:
            if not connection.execute(text("SELECT pg_try_advisory_lock(4726002)")).scalar_one():
                raise InUse("another restore is under way")
            _await_leaving(connection)
            yield
    finally:
        engine.dispose()


def _await_leaving(connection: Connection) -> None:
    """Wait a moment for processes that have just ended; InUse when one goes on."""
    until = time.monotonic() + LEAVING_SECONDS
    here = "datname = current_database() AND application_name = :name"
    query = text(f"SELECT count(*) FROM pg_stat_activity WHERE {here}")  # noqa: S608  no word from outside
    while connection.execute(query, {"name": PROGRAM}).scalar_one():
        if time.monotonic() > until:
            raise InUse("the site is running, or a command works on it; stop every process of it first")
        time.sleep(_LOOK_SECONDS)
