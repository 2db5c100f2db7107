"""Items and their stock as the back office looks them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from site_sync.domain.catalogue import Item
from site_sync.domain.quoted import SoftReservation, in_quotes
from site_sync.domain.shop import Store
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.service import company, paging, reservations, soft_reservations
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor
from site_sync.service.order_enquiry import orders_of
from site_sync.service.paging import Page

PAGE = 30


@dataclass(frozen=True, slots=True)
class ItemStock:
    """An item with what all stores together have of it; `in_quotes` are among the available ones."""

    item: Item
    on_hand: int
    reserved: int
    available: int
    in_quotes: int = 0


@dataclass(frozen=True, slots=True)
class StoreStock:
    """An item's stock at one store, with what quotes reserve softly of it."""

    store: Store
    level: StockLevel
    kept: tuple[SoftReservation, ...] = ()

    @property
    def back_ordered(self) -> int:
        """Units promised beyond what lies there."""
        return max(0, -self.level.available)

    @property
    def in_quotes(self) -> int:
        """How many of the available units are in quotes."""
        return in_quotes(self.level.available, self.kept)


@dataclass(frozen=True, slots=True)
class Holder:
    """One line that holds stock back; of a checkout hold when it has no order."""

    order_id: str
    number: str
    stage: str
    customer: str
    line: int
    reserved: int


@dataclass(frozen=True, slots=True)
class Quoted:
    """One line of a quote that reserves softly: whose it is, and until when."""

    order_id: str
    number: str
    customer: str
    line: int
    quantity: int
    until: datetime | None


def find_items(db: Executor, text: str, category: str, page: int, now: datetime) -> Page[ItemStock]:
    """Items whose name holds every word typed, or whose SKU or bar code it is; of one category or all."""
    i = t.items.c
    where: list[ColumnElement[bool]] = [i.removed.is_(False)]
    if typed := text.strip().replace("\x00", ""):
        words = [i.name.contains(word, autoescape=True) for word in typed.lower().split()]
        barcode = select(t.barcodes.c.sku).where(t.barcodes.c.barcode == typed)
        sku = i.key.startswith(typed.upper(), autoescape=True)
        where.append(or_(and_(*words), sku, i.key.in_(barcode)))
    if category:
        where.append(i.category == category)
    total = int(db.execute(select(func.count()).select_from(t.items).where(*where)).scalar_one())
    at = paging.place(page, total, PAGE)
    query = select(i.body).where(*where).order_by(i.name, i.key).limit(PAGE).offset(at.first)
    items: list[Item] = [RECORDS[RecordKind.ITEM].load(body) for body in db.execute(query).scalars()]
    skus = [item.sku for item in items]
    sums, quoted = _sums(db, skus), _in_quotes(db, skus, now)
    return at.showing(
        ItemStock(item, *sums.get(item.sku, (0, 0, 0)), in_quotes=quoted.get(item.sku, 0)) for item in items
    )


def _in_quotes(db: Executor, skus: list[str], now: datetime) -> dict[str, int]:
    """Available units in quotes at all stores together, by SKU."""
    kept = soft_reservations.of_items(db, skus, now)
    found: dict[str, int] = {}
    for key, level in reservations.levels(db, kept).items():
        found[level.sku] = found.get(level.sku, 0) + in_quotes(level.available, kept[key])
    return found


def _sums(db: Executor, skus: list[str]) -> dict[str, tuple[int, int, int]]:
    s = t.stock.c
    free = func.sum(s.on_hand - s.reserved - s.safety - s.leased).label("free")
    query = select(s.sku, func.sum(s.on_hand).label("on_hand"), func.sum(s.reserved).label("held"), free)
    rows = db.execute(query.where(s.sku.in_(skus)).group_by(s.sku))
    return {row.sku: (int(row.on_hand), int(row.held), int(row.free)) for row in rows}


def stock_of(db: Executor, sku: str, now: datetime) -> list[StoreStock]:
    """One item's stock at every store, at those without any too."""
    levels = {level.store: level for level in reservations.levels_of(db, sku)}
    stores: list[Store] = records.every(db, RecordKind.STORE)
    kept = soft_reservations.of_items(db, [sku], now)
    return [
        StoreStock(
            store, levels.get(store.code, StockLevel(sku, store.code)), kept.get((store.code, sku), ())
        )
        for store in stores
    ]


def quoted(db: Executor, store: str, sku: str, now: datetime) -> list[Quoted]:
    """The quotes that reserve units of an item at a store softly, oldest first."""
    kept = soft_reservations.of_items(db, [sku], now).get((store, sku), ())
    found = orders_of(db, [one.order_id for one in kept])
    return [
        Quoted(one.order_id, one.number, found[one.order_id].customer.name, one.line, one.quantity, one.until)
        for one in kept
    ]


def holders(db: Executor, store: str, sku: str) -> list[Holder]:
    """The orders behind each reserved unit of an item at a store, oldest first."""
    holdings = reservations.explain(db, store, sku)
    found = orders_of(db, [holding.order_id for holding in holdings])
    return [
        Holder(
            one.order_id,
            one.number,
            one.stage,
            found[one.order_id].customer.name if one.order_id in found else one.customer_name,
            one.line,
            one.reserved,
        )
        for one in holdings
    ]


def currency(db: Executor) -> str:
    """The currency the shop sells in: that of its first item, while there is none the one it settled on."""
    i = t.items.c
    body = db.execute(
        select(i.body).where(i.removed.is_(False)).order_by(i.key).limit(1)
    ).scalar_one_or_none()
    if body is None:
        return (company.company(db) or company.Company()).currency
    item: Item = RECORDS[RecordKind.ITEM].load(body)
    return item.price.currency
