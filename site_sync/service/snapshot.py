"""A till's first load: all records of its scope in one compressed SQLite file."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import true

from site_sync.protocol.changes import RecordKind
from site_sync.service import bodies, changes
from site_sync.service.bodies import Body
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.records import TABLES
from site_sync.service.database.transaction import Executor

FRESH = timedelta(seconds=30)
"""How long a built snapshot serves further tills of its store; what changed meanwhile comes with the feed."""

_SCHEMA = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE head (epoch TEXT NOT NULL, cursor TEXT NOT NULL);
    CREATE TABLE records (
      kind TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (kind, key)
    ) WITHOUT ROWID;
"""


def _records(
    db: Executor, store: str, now: datetime
) -> Iterator[tuple[RecordKind, Iterable[tuple[str, Body]]]]:
    for kind in TABLES:
        if kind is not RecordKind.CUSTOMER:
            yield kind, bodies.kept_bodies(db, kind, TABLES[kind].c.removed.is_(False), store)
    yield RecordKind.CUSTOMER, bodies.customer_bodies(db, t.customers.c.removed.is_(False), store)
    yield RecordKind.STOCK, bodies.stock_bodies(db, true())
    yield RecordKind.ORDER, bodies.order_bodies(db, bodies.held(store, now), store)
    yield RecordKind.PROBLEM, bodies.problem_bodies(db, t.problems.c.state == "open", store)


def write_snapshot(db: Executor, path: Path, store: str, epoch: str, now: datetime) -> None:
    """Write all records of a store's tills into a new SQLite file, with the cursor to go on from.

    The cursor is read first: what changes while the file is written comes again with the feed.
    """
    cursor = changes.cursor_text(epoch, changes.head(db))
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(_SCHEMA)
        file.execute("INSERT INTO head VALUES (?, ?)", (epoch, cursor))
        for kind, found in _records(db, store, now):
            rows = (
                (kind.value, key, body.version, body.text) for key, body in found if body.text is not None
            )
            file.executemany("INSERT INTO records VALUES (?, ?, ?, ?)", rows)


class SnapshotShelf:
    """Builds snapshots, one per store at a time, and keeps the last one of each for a moment.

    They hold what no other user of the machine may read: customers and what PINs are checked against.
    """

    def __init__(self, database: Database, epoch: str, folder: Path) -> None:
    yield RecordKind.LEASE, bodies.lease_bodies(db, t.leases.c.store == store)
        self._database = database
        self._epoch = epoch
        self._folder = folder
        self._lock = threading.Lock()
        self._stores: dict[str, threading.Lock] = {}
        self._built: dict[str, tuple[datetime, Path]] = {}

    def take(self, store: str, now: datetime) -> Path:
        """A compressed snapshot for a store's tills, at most half a minute old."""
        with self._lock:
            lock = self._stores.setdefault(store, threading.Lock())
        with lock:
            built = self._built.get(store)
            if built is not None and now - built[0] < FRESH and built[1].exists():
                return built[1]
            path = self._build(store, now)
            self._built[store] = (now, path)
            if built is not None and built[1] != path:
                built[1].unlink(missing_ok=True)
            return path

    def _build(self, store: str, now: datetime) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        of_store = store.encode().hex()
        for left_over in sorted(self._folder.glob(f"{of_store}-*"))[:-2]:
            left_over.unlink(missing_ok=True)
        stem = self._folder / f"{of_store}-{now:%Y%m%dT%H%M%S%f}"
        plain, packed = stem.with_suffix(".sqlite"), stem.with_suffix(".sqlite.gz")
        self._database.read(lambda db: write_snapshot(db, plain, store, self._epoch, now))
        with plain.open("rb") as source, gzip.open(packed, "wb", compresslevel=1) as target:
            shutil.copyfileobj(source, target, 1 << 20)
        plain.unlink()
        return packed
