"""What tills of a store should hold, as counts and sums per kind of record."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from site_sync.protocol.changes import RecordKind
from site_sync.protocol.checks import CHECKED, KindSum, Tally
from site_sync.service import bodies, changes
from site_sync.service.bodies import CLOSED_DAYS
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.records import TABLES
from site_sync.service.database.transaction import Executor

A_DAY = timedelta(days=1)
_CURRENT = {
    kind: select(table.c.key, table.c.version).where(table.c.removed.is_(False))
    for kind, table in TABLES.items()
}
Versions = Iterator[tuple[str, int]]


def closed_after(now: datetime) -> datetime:
    """Orders closed later than this are held by every till of their store, whenever it was loaded."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=CLOSED_DAYS) + A_DAY


def _kept(db: Executor, kind: RecordKind, store: str) -> Versions:
    """Keys and versions of records that are kept as JSON, within a store's scope."""
    if kind is RecordKind.STAFF:
        found = bodies.kept_bodies(db, kind, TABLES[kind].c.removed.is_(False), store)
        yield from ((key, body.version) for key, body in found if body.text is not None)
        return
    query = _CURRENT[kind]
    if kind is RecordKind.CUSTOMER:
        query = query.where(bodies.customers_of(store))
    for row in db.execute(query):
        yield row.key, row.version


def _stock(db: Executor) -> Versions:
    s = t.stock.c
    for row in db.execute(select(s.store, s.sku, s.version)):
        yield f"{row.store}/{row.sku}", row.version


def _orders(db: Executor, store: str, after: datetime) -> Versions:
    o = t.orders.c
    here = or_(o.store == store, o.work_store == store)
    recent = or_(o.closed_at.is_(None), o.closed_at > after)
    for row in db.execute(select(o.id, o.version).where(here, recent)):
        yield row.id, row.version


def _versions(db: Executor, kind: RecordKind, store: str, after: datetime) -> Versions:
    if kind is RecordKind.STOCK:
        return _stock(db)
    if kind is RecordKind.ORDER:
        return _orders(db, store, after)
    return _kept(db, kind, store)


def _moved(db: Executor, store: str, after: int) -> set[str]:
    """Kinds that changed for a store after a position of the feed."""
    c = t.changes.c
    told = or_(c.stores == "", c.stores.contains(f",{store},", autoescape=True))
    return set(db.execute(select(c.kind).where(c.position > after, told).distinct()).scalars())


def sums(db: Executor, store: str, position: int, now: datetime) -> tuple[KindSum, ...]:
    """The sums of every kind that has stood still for a store since a position of the feed.

    The feed is looked at before and after counting, so no change that came meanwhile can be counted in part.
    """
    counted: dict[RecordKind, Tally] = {}
    moved = _moved(db, store, position)
    for kind in sorted(CHECKED):
        if kind.value not in moved:
            tally = counted[kind] = Tally()
            for key, version in _versions(db, kind, store, closed_after(now)):
                tally.add(key, version)
    moved = _moved(db, store, position)
    return tuple(
        KindSum(kind=kind, count=tally.count, total=tally.text())
        for kind, tally in counted.items()
        if kind.value not in moved
    )


class SumsShelf:
    """Counts once for all tills of a store that stand at the same place, one store at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._known: dict[str, tuple[int, int, datetime, tuple[KindSum, ...]]] = {}

    def take(self, store: str, position: int, now: datetime) -> tuple[KindSum, ...]:
        """The sums for a store's tills at a position."""
        with self._lock:
            return self._database.read(lambda db: self._take(db, store, position, now))

    def _take(self, db: Executor, store: str, position: int, now: datetime) -> tuple[KindSum, ...]:
        latest, day = changes.head(db), closed_after(now)
        known = self._known.get(store)
        if known is not None and known[:3] == (latest, position, day):
            return known[3]
        found = sums(db, store, position, now)
        self._known[store] = (latest, position, day, found)
        return found
