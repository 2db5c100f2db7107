"""Whether this till holds what its site holds: its records counted in pieces, some kinds made equal again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pos_app.store.catalogue import Catalogue
from pos_app.store.customers import LOCAL, Customers
from pos_app.store.identity import Settings
from pos_app.store.order_rows import instant
from pos_app.store.orders import Orders
from pos_app.store.shop import KINDS, Shop
from pos_app.store.snapshot_file import Snapshot
from pos_app.store.till_file import TillFile
from site_sync.protocol.changes import RECORDS, Change, RecordKind
from site_sync.protocol.checks import Tally

PIECE = 2_000
"""Records counted at a time; between pieces the database thread does what people wait for."""
RELOADED = "reloaded_kinds"
"""Which kinds differed and were loaded again, and when, as JSON among the till's settings."""

_PIECES = {
    RecordKind.ITEM: "SELECT sku, sku, version FROM items WHERE sku > ? ORDER BY sku LIMIT ?",
    RecordKind.CUSTOMER: (
        f"SELECT id, id, version FROM customers WHERE id > ? AND version > {LOCAL} ORDER BY id LIMIT ?"  # noqa: S608
    ),
    RecordKind.STOCK: (
        "SELECT sku || char(10) || store, store || '/' || sku, version FROM stock "
        "WHERE (sku, store) > (?, ?) ORDER BY sku, store LIMIT ?"
    ),
}
"""The place of each record in the order of counting, its key and its version."""
_ORDERS = (
    "SELECT s.id, s.version, n.store, n.work_store, CASE WHEN n.stage = 'done' THEN n.due END, "
    "CASE WHEN n.id IS NULL OR n.body IS NOT NULL THEN s.body END "
    "FROM site_orders s LEFT JOIN orders_now n ON n.id = s.id WHERE s.id > ? ORDER BY s.id LIMIT ?"
)
"""The site's copies as they are listed; with their text where something of this till lies on top of them."""
_OLD = (
    "SELECT s.id FROM site_orders s JOIN orders_now n ON n.id = s.id "
    "WHERE n.body IS NULL AND n.stage = 'done' AND n.sync = 'central' AND n.due < ?"
)
_VERSIONS = {
    RecordKind.ITEM: "SELECT sku, version FROM items",
    RecordKind.CUSTOMER: f"SELECT id, version FROM customers WHERE version > {LOCAL}",  # noqa: S608
    RecordKind.STOCK: "SELECT store || '/' || sku, version FROM stock",
}


@dataclass(frozen=True, slots=True)
class _Held:
    """The site's copy of an order as far as it counts."""

    key: str
    version: int
    here: bool
    closed: str | None


class Agreement:
    """Lives on the database thread like all of the store."""

    def __init__(
        self, file: TillFile, shop: Shop, catalogue: Catalogue, customers: Customers, orders: Orders
    ) -> None:
        self._file = file
        self._shop = shop
        self._orders = orders
        self._settings = Settings(file)
        self._apply: dict[RecordKind, Callable[[Change], object]] = {
            RecordKind.ITEM: catalogue.apply_item,
            RecordKind.STOCK: catalogue.apply_stock,
            RecordKind.CUSTOMER: customers.apply,
        }

    def tally(self, kind: RecordKind, store: str, closed_after: datetime, after: str, tally: Tally) -> str:
        """Count some of a kind's records that come after a place; the place reached, "" when all are."""
        if kind is RecordKind.ORDER:
            return self._tally_orders(store, instant(closed_after), after, tally)
        if kind in KINDS:
            for key, version in self._shop.versions(kind):
                tally.add(key, version)
            return ""
        sku, _, at_store = after.partition("\n")
        start = (sku, at_store) if kind is RecordKind.STOCK else (after,)
        rows = self._file.raw.execute(_PIECES[kind], (*start, PIECE)).fetchall()
        for _, key, version in rows:
            tally.add(key, version)
        return str(rows[-1][0]) if len(rows) == PIECE else ""

    def _tally_orders(self, store: str, closed_after: str, after: str, tally: Tally) -> str:
        held = self._held(store, after, PIECE)
        for one in held:
            if one.here and (one.closed is None or one.closed > closed_after):
                tally.add(one.key, one.version)
        return held[-1].key if len(held) == PIECE else ""

    def _held(self, store: str, after: str, limit: int) -> list[_Held]:
        found = []
        for key, version, taken_at, work_store, closed, body in self._file.raw.execute(
            _ORDERS, (after, limit)
        ):
            stores = (taken_at, work_store)
            if body is not None:
                order = RECORDS[RecordKind.ORDER].load(body).order
                stores = (order.store, order.work_store)
                closed = instant(order.closed_at) if order.closed_at else None
            found.append(_Held(key, version, store in stores, closed))
        return found

    def load(self, kind: RecordKind, store: str, snapshot: Snapshot) -> frozenset[str]:
        """Make the records of a kind those of a snapshot, touching only what differs; the keys touched."""
        if kind in KINDS:
            self._shop.clear(frozenset({kind}))
            for record in snapshot.records(kind):
                self._shop.apply(record)
            return frozenset()
        apply = self._apply.get(kind, self._orders.apply)
        gone = self._versions(kind, store)
        touched = set()
        for record in snapshot.records(kind):
            if gone.pop(record.key, None) != record.version:
                apply(record)
                touched.add(record.key)
        for key in gone:
            apply(Change(kind=kind, key=key, version=0, body=None))
        return frozenset(touched | gone.keys())

    def _versions(self, kind: RecordKind, store: str) -> dict[str, int]:
        """What is here by key; of orders those of this store, as others were taken in to act on them."""
        if kind is RecordKind.ORDER:
            return {one.key: one.version for one in self._held(store, "", -1) if one.here}
        return dict(self._file.raw.execute(_VERSIONS[kind]).fetchall())

    def note(self, kinds: frozenset[RecordKind], now: datetime) -> None:
        """Remember that kinds were loaded again, for people to see."""
        known = {kind.value: at.isoformat() for kind, at in self.reloaded().items()}
        known |= {kind.value: now.isoformat() for kind in kinds}
        self._settings.set(RELOADED, json.dumps(known))

    def reloaded(self) -> dict[RecordKind, datetime]:
        """Kinds that differed from the site's and were loaded again, with when that was last."""
        known = json.loads(self._settings.get(RELOADED, "{}"))
        return {RecordKind(kind): datetime.fromisoformat(at) for kind, at in known.items()}

    def forget_closed(self, before: datetime) -> None:
        """Forget orders that were closed before a moment; what waits or was refused keeps its order."""
        rows = self._file.raw.execute(_OLD, (instant(before),)).fetchall()
        with self._file.transaction():
            for row in rows:
                self._orders.apply(Change(kind=RecordKind.ORDER, key=row[0], version=0, body=None))
