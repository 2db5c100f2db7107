"""Items and their stock as the site sent them: by code, by category, by what is typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from pos_app.store import words
from pos_app.store.leases import Leases
from pos_app.store.tables import item_codes, items, stock
from pos_app.store.till_file import TillFile
from site_sync.domain.catalogue import Item
from site_sync.domain.codes import canonical_barcode
from site_sync.domain.stock import StockLevel, StockMove, sums
from site_sync.protocol.changes import RECORDS, Change, RecordKind

_ITEM = RECORDS[RecordKind.ITEM]
_STOCK = RECORDS[RecordKind.STOCK]
_FIRST = select(items.c.body).limit(1)

_FIND_BY_CODE = "SELECT i.body FROM item_codes c JOIN items i ON i.sku = c.sku WHERE c.code = ?"
_SEARCH = (
    "SELECT i.body FROM items i WHERE i.id IN (SELECT rowid FROM items_search WHERE items_search MATCH ? "
    "LIMIT 400) ORDER BY i.favourite IS NULL, i.favourite, i.name LIMIT ?"
)

_LEVELS = (
    "SELECT s.sku, s.store, "
    "s.on_hand + (SELECT coalesce(sum(p.on_hand), 0) FROM pending_stock p "
    "WHERE p.sku = s.sku AND p.store = s.store), "
    "s.reserved + (SELECT coalesce(sum(p.reserved), 0) FROM pending_stock p "
    "WHERE p.sku = s.sku AND p.store = s.store), "
    "s.safety, s.back_order FROM stock s"
)


class Catalogue:
    """The items a till can sell and what is known of their stock."""

    def __init__(self, file: TillFile) -> None:
        self._file = file
        self._leases = Leases(file)

    def apply_item(self, change: Change) -> None:
        """Take over an item's newest version, or forget it."""
        raw = self._file.raw
        old = raw.execute("SELECT id FROM items WHERE sku = ?", (change.key,)).fetchone()
        if old:
            raw.execute("DELETE FROM items_search WHERE rowid = ?", old)
            self._file.execute(delete(item_codes).where(item_codes.c.sku == change.key))
        if change.body is None:
            self._file.execute(delete(items).where(items.c.sku == change.key))
            return
        item: Item = _ITEM.load(change.body)
        row = {
            "version": change.version,
            "category": item.category,
            "favourite": item.favourite,
            "name": item.name,
            "body": change.body,
        }
        upsert = insert(items).values(sku=item.sku, **row)
        self._file.execute(upsert.on_conflict_do_update(index_elements=["sku"], set_=row))
        place = raw.execute("SELECT id FROM items WHERE sku = ?", (item.sku,)).fetchone()[0]
        self._index(place, item)

    def load_items(self, records: Iterable[Change]) -> int:
        """Replace the whole catalogue; how many items there are now."""
        raw = self._file.raw
        for table in ("items", "item_codes", "items_search"):
            raw.execute(f"DELETE FROM {table}")  # noqa: S608
        place = 0
        for place, record in enumerate(records, start=1):
            item: Item = _ITEM.load(record.body or "")
            values = (place, item.sku, record.version, item.category, item.favourite, item.name, record.body)
            raw.execute(
                "INSERT INTO items (id, sku, version, category, favourite, name, body) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            self._index(place, item)
        return place

    def _index(self, place: int, item: Item) -> None:
        raw = self._file.raw
        codes = {canonical_barcode(code) for code in item.barcodes} | {item.sku.upper()}
        pairs = [(code, item.sku) for code in codes]
        raw.executemany("INSERT OR REPLACE INTO item_codes VALUES (?, ?)", pairs)
        text_of = words.joined(item.name, item.sku, *item.barcodes)
        raw.execute("INSERT INTO items_search (rowid, words) VALUES (?, ?)", (place, text_of))

    def apply_stock(self, change: Change) -> None:
        """Take over a stock level."""
        store, _, sku = change.key.partition("/")
        if change.body is None:
            self._file.execute(delete(stock).where(stock.c.sku == sku, stock.c.store == store))
            self._leases.keep_leased(store, sku, 0)
            return
        level: StockLevel = _STOCK.load(change.body)
        self._leases.keep_leased(store, sku, level.leased)
        self._file.raw.execute(
            "INSERT OR REPLACE INTO stock (sku, store, version, on_hand, reserved, safety, back_order) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (sku, store, change.version, level.on_hand, level.reserved, level.safety, level.back_order),
        )

    def item(self, sku: str) -> Item | None:
        """The item of that SKU."""
        return self._one(select(items.c.body).where(items.c.sku == sku))

    def by_code(self, code: str) -> Item | None:
        """The item that carries this barcode or SKU."""
        for text_of in (canonical_barcode(code), code.strip().upper()):
            row = self._file.raw.execute(_FIND_BY_CODE, (text_of,)).fetchone()
            if row:
                item: Item = _ITEM.load(row[0])
                return item
        return None

    def search(self, typed: str, limit: int = 60) -> tuple[Item, ...]:
        """Items whose name, SKU or barcodes have words beginning like the typed ones."""
        question = words.query(typed)
        if question is None:
            return ()
        rows = self._file.raw.execute(_SEARCH, (question, limit))
        return tuple(_ITEM.load(row[0]) for row in rows)

    def in_category(self, category: str, limit: int = 200) -> tuple[Item, ...]:
        """Items of a category, favourites first; the favourites of all of them when it is empty."""
        query = select(items.c.body).order_by(items.c.favourite.is_(None), items.c.favourite, items.c.name)
        fits = items.c.category == category if category else items.c.favourite.is_not(None)
        return self._many(query.where(fits).limit(limit))

    def currency(self) -> str:
        """The currency of the first item's price, empty while there are none."""
        body = self._file.execute(_FIRST).scalar()
        return _ITEM.load(body).price.currency if body is not None else ""

    def count(self) -> int:
        """How many items are known."""
        found = self._file.execute(select(func.count()).select_from(items)).scalar_one()
        return int(found)

    def stock_of(self, sku: str) -> tuple[StockLevel, ...]:
        """The item's stock at every store that has told of it, by store code, pending commands included."""
        rows = self._file.raw.execute(f"{_LEVELS} WHERE s.sku = ? ORDER BY s.store", (sku,))
        return tuple(self._level(row) for row in rows.fetchall())

    def stock_at(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], StockLevel]:
        """The stock of (store, SKU) pairs; pairs nothing is known of are left out."""
        found = {}
        for store, sku in set(pairs):
            rows = self._file.raw.execute(f"{_LEVELS} WHERE s.sku = ? AND s.store = ?", (sku, store))
            for row in rows.fetchall():
                found[store, sku] = self._level(row)
        return found

    def _level(self, row: tuple[Any, ...]) -> StockLevel:
        """A level as this till may use it: what is lent to itself is not kept from it."""
        level = StockLevel(*row)
        others = self._leases.lent_to_others(level.store, level.sku)
        return replace(level, leased=others) if others else level

    def expect(self, command_id: str, moves: Sequence[StockMove]) -> None:
        """Count a command's stock moves until the site has answered it."""
        rows = [(command_id, *key, *net) for key, net in sums(moves).items()]
        self._file.raw.executemany(
            "INSERT INTO pending_stock (command_id, store, sku, reserved, on_hand) VALUES (?, ?, ?, ?, ?)",
            rows,
        )

    def answered(self, command_id: str) -> None:
        """The site has answered: its levels, on their way or here already, speak for the command."""
        self._file.raw.execute("DELETE FROM pending_stock WHERE command_id = ?", (command_id,))

    def _one(self, query: Select[tuple[str]]) -> Item | None:
        body = self._file.execute(query).scalar()
        return _ITEM.load(body) if body is not None else None

    def _many(self, query: Select[tuple[str]]) -> tuple[Item, ...]:
        bodies: Sequence[str] = self._file.execute(query).scalars().all()
        return tuple(_ITEM.load(body) for body in bodies)
