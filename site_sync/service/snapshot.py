"""A till's first load, or some kinds of it once more: records of its scope in one compressed SQLite file."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, or_, true

from site_sync.protocol.changes import RecordKind
from site_sync.protocol.envelope import PROTOCOL
from site_sync.protocol.versions import OlderWords, older_words
from site_sync.service import bodies, changes
from site_sync.service.bodies import Body
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.records import TABLES
from site_sync.service.database.transaction import Executor

FRESH = timedelta(seconds=30)
"""How long a built snapshot serves further tills of its store; what changed meanwhile comes with the feed."""
KEPT = 3
"""So many of each sort are kept, so that a load that broke off can go on with the same file."""
_HASH = re.compile(r"[0-9a-f]{64}")
_MOMENT = "%Y%m%dT%H%M%S%f"
_BEGUN = re.compile(r"-(\d{8}T\d{12})[-.]")

_SCHEMA = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE head (epoch TEXT NOT NULL, cursor TEXT NOT NULL);
    CREATE TABLE records (
      kind TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (kind, key)
    ) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Sort:
    """Whose snapshot: tills of a store that speak a version of the protocol; of some kinds only, or (none
    named) of all."""

    store: str
    kinds: frozenset[RecordKind] = frozenset()
    protocol: int = PROTOCOL

    def wants(self, kind: RecordKind) -> bool:
        """Whether records of a kind belong into it."""
        return not self.kinds or kind in self.kinds

    @property
    def text(self) -> str:
        """The same as part of a file's name."""
        named = "+".join(sorted(self.kinds)) or "all"
        return f"{self.store.encode().hex()}-v{self.protocol}-{named}"


def _records(
    db: Executor, store: str, now: datetime
) -> Iterator[tuple[RecordKind, Iterable[tuple[str, Body]]]]:
    for kind in TABLES:
        if kind is not RecordKind.CUSTOMER:
            yield kind, bodies.kept_bodies(db, kind, TABLES[kind].c.removed.is_(False), store)
    yield RecordKind.CUSTOMER, bodies.customer_bodies(db, t.customers.c.removed.is_(False), store)
    yield RecordKind.STOCK, bodies.stock_bodies(db, true())
    yield RecordKind.LEASE, bodies.lease_bodies(db, t.leases.c.store == store)
    yield RecordKind.ORDER, bodies.order_bodies(db, bodies.held(store, now), store)
    yield RecordKind.PROBLEM, bodies.problem_bodies(db, _problems(now), store)


def _problems(now: datetime) -> ColumnElement[bool]:
    """Open problems, and those ended of late: a till that was away meanwhile still shows them as open."""
    p = t.problems.c
    return or_(p.state == "open", p.resolved_at > now - timedelta(days=bodies.CLOSED_DAYS))


def write_snapshot(db: Executor, path: Path, sort: Sort, epoch: str, now: datetime) -> int:
    """Write all records of a store's tills into a new SQLite file; the position of the feed to go on from.

    The cursor is read first: what changes while the file is written comes again with the feed.
    """
    position = changes.head(db)
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(_SCHEMA)
        file.execute("INSERT INTO head VALUES (?, ?)", (epoch, changes.cursor_text(epoch, position)))
        for kind, found in _records(db, sort.store, now):
            if sort.wants(kind):
                rows = _rows(kind, found, older_words(sort.protocol))
                file.executemany("INSERT INTO records VALUES (?, ?, ?, ?)", rows)
    return position


def _rows(
    kind: RecordKind, found: Iterable[tuple[str, Body]], older: OlderWords | None
) -> Iterator[tuple[str, str, int, str]]:
    """Records as rows of the file; without those that a till of an older version cannot read."""
    for key, body in found:
        text = body.text if older is None or body.text is None else older.record(kind.value, body.text)
        if text is not None:
            yield kind.value, key, body.version, text


@dataclass(frozen=True, slots=True)
class Built:
    """A snapshot that lies ready: since when, where, its place in the feed, the SHA-256 of the file."""

    at: datetime
    path: Path
    position: int
    sha256: str


class SnapshotGone(Exception):
    """The file was taken away while it was made, as people were forgotten meanwhile: it is made anew."""


class SnapshotShelf:
    """Builds snapshots, one of a sort at a time, and keeps the last ones of each for a while.

    They hold what no other user of the machine may read: customers and what PINs are checked against.
    """

    def __init__(self, database: Database, epoch: str, folder: Path) -> None:
        self._database = database
        self._epoch = epoch
        self._folder = folder
        self._lock = threading.Lock()
        self._sorts: dict[Sort, threading.Lock] = {}
        self._built: dict[Sort, Built] = {}

    def again(self, sort: Sort, sha256: str) -> Path | None:
        """The file of that hash, which a till has a part of; None when it is no longer kept.

        Files are named after the epoch too: none is found from before a restore.
        """
        if not _HASH.fullmatch(sha256):
            return None
        return next(self._folder.glob(f"{self._stem(sort)}-*-{sha256}.gz"), None)

    def take(self, sort: Sort, now: datetime, since: int = 0) -> Built:
        """A snapshot of that sort: at most half a minute old, and not older than a position of the feed.

        SnapshotGone when it was taken away while it was made.
        """
        with self._lock:
            lock = self._sorts.setdefault(sort, threading.Lock())
        with lock:
            built = self._built.get(sort)
            usable = built is not None and now - built.at < FRESH and built.position >= since
            if built is None or not usable or not built.path.exists():
                built = self._built[sort] = self._build(sort, now)
            return built

    def _stem(self, sort: Sort) -> str:
        return f"{sort.text}-{hashlib.sha256(self._epoch.encode()).hexdigest()[:12]}"

    def _build(self, sort: Sort, now: datetime) -> Built:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left_over in sorted(self._folder.glob(f"{sort.text}-*"), key=_begun)[: -(KEPT - 1)]:
            left_over.unlink(missing_ok=True)
        stem = f"{self._stem(sort)}-{now:{_MOMENT}}"
        plain, packed = self._folder / f"{stem}.sqlite", self._folder / f"{stem}.part"
        try:
            position = self._database.read(lambda db: write_snapshot(db, plain, sort, self._epoch, now))
            digest = _pack(plain, packed)
            path = packed.replace(self._folder / f"{stem}-{digest}.gz")
        except FileNotFoundError as error:
            raise SnapshotGone from error
        finally:
            plain.unlink(missing_ok=True)
            packed.unlink(missing_ok=True)
        return Built(now, path, position, digest)


def _pack(plain: Path, packed: Path) -> str:
    """Write a file compressed into another; the SHA-256 of that."""
    with plain.open("rb") as source, gzip.open(packed, "wb", compresslevel=1) as target:
        shutil.copyfileobj(source, target, 1 << 20)
    with packed.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tidy(folder: Path, before: datetime) -> None:
    """Take away the files begun before a time, finished or not."""
    latest = f"{before:{_MOMENT}}"
    for path in folder.glob("*"):
        if _begun(path) < latest:
            path.unlink(missing_ok=True)


def _begun(path: Path) -> str:
    """When a file was begun, by its name; nothing for one that bears another sort of name."""
    found = _BEGUN.search(path.name)
    return found.group(1) if found else ""
