"""Items and their stock as the site sent them: by code, by category, by what is typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, delete, func, select, text
from sqlalchemy.dialects.sqlite import insert

from pos_app.store import words
from pos_app.store.tables import item_codes, items, stock
from pos_app.store.till_file import TillFile
from site_sync.domain.catalogue import Item
from site_sync.domain.codes import canonical_barcode
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RECORDS, Change, RecordKind

_ITEM = RECORDS[RecordKind.ITEM]
_STOCK = RECORDS[RecordKind.STOCK]

_FIND_BY_CODE = "SELECT i.body FROM item_codes c JOIN items i ON i.sku = c.sku WHERE c.code = ?"
_SEARCH = (
    "SELECT i.body FROM items i WHERE i.id IN (SELECT rowid FROM items_search WHERE items_search MATCH ? "
    "LIMIT 400) ORDER BY i.favourite IS NULL, i.favourite, i.name LIMIT ?"
)


class Catalogue:
    """The items a till can sell and what is known of their stock."""

    def __init__(self, file: TillFile) -> None:
        self._file = file

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
        codes = {canonical_barcode(code) for code in item.barcodes} | {item.sku.upper()}
        raw.executemany(
            "INSERT OR REPLACE INTO item_codes VALUES (?, ?)", [(code, item.sku) for code in codes]
        )
        text_of = words.joined(item.name, item.sku, *item.barcodes)
        raw.execute("INSERT INTO items_search (rowid, words) VALUES (?, ?)", (place, text_of))

    def apply_stock(self, change: Change) -> None:
        """Take over a stock level."""
        store, _, sku = change.key.partition("/")
        if change.body is None:
            self._file.execute(delete(stock).where(stock.c.sku == sku, stock.c.store == store))
            return
        level: StockLevel = _STOCK.load(change.body)
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

    def count(self) -> int:
        """How many items are known."""
        found = self._file.execute(select(func.count()).select_from(items)).scalar_one()
        return int(found)

    def stock_of(self, sku: str) -> tuple[StockLevel, ...]:
        """The item's stock at every store that has told of it, by store code."""
        rows = self._file.execute(select(stock).where(stock.c.sku == sku).order_by(stock.c.store))
        return tuple(_level(row) for row in rows)

    def stock_at(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], StockLevel]:
        """The stock of (store, SKU) pairs; pairs nothing is known of are left out."""
        found = {}
        statement = text("SELECT * FROM stock WHERE sku = :sku AND store = :store")
        for store, sku in set(pairs):
            row = self._file.execute(statement, {"sku": sku, "store": store}).first()
            if row is not None:
                found[store, sku] = _level(row)
        return found

    def _one(self, query: Select[tuple[str]]) -> Item | None:
        body = self._file.execute(query).scalar()
        return _ITEM.load(body) if body is not None else None

    def _many(self, query: Select[tuple[str]]) -> tuple[Item, ...]:
        bodies: Sequence[str] = self._file.execute(query).scalars().all()
        return tuple(_ITEM.load(body) for body in bodies)


def _level(row: object) -> StockLevel:
    fields = ("sku", "store", "on_hand", "reserved", "safety", "back_order")
    return StockLevel(**{name: getattr(row, name) for name in fields})
