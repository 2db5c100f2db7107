"""The feed of changes: what a till has not seen yet of what it may see, in commit order."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from site_sync.protocol.changes import Change, RecordKind
from site_sync.service.bodies import Body, bodies
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.transaction import Executor

BATCH = 500
KEPT_BATCHES = 64
LONGEST_WAIT = 30.0

_C = t.changes.c
_HEAD = select(t.feed_head.c.position)
_ENTRIES = (
    select(_C.position, _C.kind, _C.key, _C.version, _C.stores)
    .where(_C.position > bindparam("after"))
    .order_by(_C.position)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One change as the feed holds it; `version` is an order's version after the change."""

    position: int
    kind: str
    key: str
    version: int
    stores: str

    def concerns(self, store: str) -> bool:
        """Whether tills of a store are told; every store when none is named."""
        return not self.stores or f",{store}," in self.stores


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes as JSON texts up to a position, and whether there are more behind it."""

    position: int
    changes: tuple[str, ...]
    more: bool


class CursorGone(Exception):
    """The feed no longer reaches back that far."""


def head(db: Executor) -> int:
    """The position of the latest change."""
    return int(db.execute(_HEAD).scalar_one())


def entries(db: Executor, after: int, limit: int = BATCH) -> list[FeedEntry]:
    """The next changes after a position, in commit order."""
    found = db.execute(_ENTRIES, {"after": after, "most": limit})
    return [FeedEntry(row.position, row.kind, row.key, row.version, row.stores) for row in found]


def entries_from(db: Executor, after: int, latest: int) -> list[FeedEntry] | None:
    """The same where `latest` is the feed's head; None where it reaches no longer back that far.

    Told by what was read itself, as old changes may be forgotten between two looks.
    """
    if after > latest:
        return None
    found = entries(db, after)
    reaches = found[0].position == after + 1 if found else after == latest
    return found if reaches else None


def prune(db: Executor, below: int) -> None:
    """Forget changes up to a position; tills that are further back load a snapshot."""
    db.execute(t.changes.delete().where(t.changes.c.position <= below))


def read_batch(db: Executor, store: str, after: int) -> Batch:
    """What tills of a store have to know after a position, each record once and as it is now."""
    latest = head(db)
    found = entries_from(db, after, latest)
    if found is None:
        raise CursorGone
    position = found[-1].position if found else after
    wanted: dict[tuple[RecordKind, str], FeedEntry] = {}
    for entry in found:
        if entry.concerns(store):
            key = (RecordKind(entry.kind), entry.key)
            wanted.pop(key, None)
            wanted[key] = entry
    read = bodies(db, wanted, store)
    changes = tuple(_change(kind, key, read.get((kind, key))) for kind, key in wanted)
    return Batch(position, changes, more=len(found) == BATCH)


def _change(kind: RecordKind, key: str, body: Body | None) -> str:
    version, text = (body.version, body.text) if body else (0, None)
    return Change(kind=kind, key=key, version=version, body=text).model_dump_json()


class Feed:
    """Hands batches to waiting tills; tills of one store at one place share one reading of the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news: asyncio.Event | None = None
        self._latest = 0
        self._closed = False
        self._batches: dict[tuple[str, int, int], asyncio.Task[Batch]] = {}
        self.waiting = 0
        self.readings = 0
        database.on_commit(self._committed)

    def open(self) -> None:
        """Begin to wake tills on the running event loop."""
        self._loop, self._news, self._closed = asyncio.get_running_loop(), asyncio.Event(), False

    def close_soon(self) -> None:
        """The same as `close`, from any thread or signal handler."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self.close)

    def close(self) -> None:
        """Let every waiting till go with what there is."""
        self._closed = True
        if self._news is not None:
            self._news.set()
        self._loop = None

    def _committed(self, position: int) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._wake, position)

    def _wake(self, position: int) -> None:
        self._latest = max(self._latest, position)
        if self._news is not None:
            self._news.set()
            self._news = asyncio.Event()

    async def look(self) -> None:
        """Notice changes that another process committed to the same file."""
        position = await asyncio.to_thread(self._database.read, head)
        if position > self._latest:
            self._wake(position)

    async def batch(self, store: str, after: int, wait: float) -> Batch:
        """The next changes for a store's till, waiting up to `wait` seconds until there are some."""
        loop = asyncio.get_running_loop()
        until = loop.time() + min(wait, LONGEST_WAIT)
        self.waiting += 1
        try:
            while True:
                news = self._news
                batch = await self._shared(store, after)
                after = batch.position
                left = until - loop.time()
                if batch.changes or batch.more or self._closed or left <= 0 or news is None:
                    return batch
                try:
                    await asyncio.wait_for(news.wait(), left)
                except TimeoutError:
                    return batch
        finally:
            self.waiting -= 1

    async def _shared(self, store: str, after: int) -> Batch:
        key = (store, after, self._latest)
        task = self._batches.get(key)
        if task is None:
            reading: Any = asyncio.to_thread(self._database.read, lambda db: read_batch(db, store, after))
            task = self._batches[key] = asyncio.ensure_future(reading)
            self.readings += 1
            while len(self._batches) > KEPT_BATCHES:
                self._batches.pop(next(iter(self._batches)))
        try:
            batch = await asyncio.shield(task)
        except BaseException:
            if task.done():
                self._batches.pop(key, None)
            raise
        if not batch.changes:
            self._batches.pop(key, None)
        return batch


def cursor_text(epoch: str, position: int) -> str:
    """A place in the feed as tills keep it."""
    return f"{epoch}:{position}"


def cursor_place(cursor: str) -> tuple[str, int]:
    """Epoch and position of a cursor; ValueError when it is none."""
    epoch, colon, position = cursor.rpartition(":")
    if not colon or not (position.isascii() and position.isdigit()) or len(position) > 18:
        raise ValueError("not a cursor")
    return epoch, int(position)
