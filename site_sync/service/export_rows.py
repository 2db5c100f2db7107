"""Tables that go out: goods, stock, orders, journals, the audit, in parts however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import select, tuple_

from site_sync.domain.catalogue import Item
from site_sync.domain.import_columns import Column
from site_sync.domain.money import minor_digits
from site_sync.domain.orders import Order
from site_sync.domain.quantities import PIECE, Unit, text_of
from site_sync.domain.totals import totals
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.service import audit_enquiry, journal_enquiry, order_enquiry
from site_sync.service.audit_enquiry import Wanted
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.transaction import Executor
from site_sync.service.journal_enquiry import JournalEnquiry
from site_sync.service.order_enquiry import Enquiry
from site_sync.service.sheets.csv_file import Value

C = TypeVar("C")
Row = Sequence[Value]
Part = Sequence[tuple[C, Row]]
AT_ONCE = 500

GOODS: dict[Column, str] = {
    Column.SKU: "SKU",
    Column.NAME: "Name",
    Column.PRICE: "Price",
    Column.TAX: "Tax %",
    Column.BARCODES: "Bar codes",
    Column.CATEGORY: "Category",
    Column.UNIT: "Unit",
    Column.DECIMALS: "Decimals",
    Column.KIND: "Kind",
    Column.SHELF: "Shelf",
    Column.OPEN_PRICE: "Open price",
    Column.COLOUR: "Colour",
    Column.PICTURE: "Picture",
    Column.FAVOURITE: "Favourite",
}
"""Headings of goods, which an import knows again."""
STOCK = ("SKU", "Name (to read)", "Store", "On hand", "Safety stock", "Back order", "Reserved (to read)")
ORDERS = (
    "Number", "Kind", "Stage", "Closed as", "Made at (UTC)", "Made in", "Source", "Shop's id", "Collected in",
    "Delivery method", "Customer", "Phone", "E-mail", "Promised (UTC)", "Collect by (UTC)", "Currency",
    "Total", "Paid", "To pay", "To give back", "Goods",
)  # fmt: skip
JOURNALS = (
    "At (UTC)", "Order", "Line", "SKU", "Name", "Store", "Reserved or released", "On hand", "Reason", "Staff",
    "State", "Posted (UTC)",
)  # fmt: skip
AUDIT = ("At (UTC)", "Staff id", "Name", "What", "Which", "Done", "Field", "Before", "After", "Why")
PROBLEMS = ("Line", "Column", "What is wrong")
TEMPLATE: tuple[Sequence[Value], ...] = (
    ("SKU", "Name", "Price", "Tax %", "Bar codes", "Category", "Unit", "Weighed", "Store", "Stock"),
    ("JACKET-M", "Rain jacket, M", Decimal("129.00"), 25, "4006381333931", "Jackets", "pcs", "no", "", ""),
    ("NUTS", "Trail nuts, loose", Decimal("24.50"), 25, "", "Food", "kg", "yes", "", ""),
)


def _decimal(amount: int, digits: int) -> Decimal:
    return Decimal(amount).scaleb(-digits)


def _quantity(amount: int, unit: Unit) -> Value:
    return _decimal(amount, unit.decimals) if unit.decimals else amount


def _at(moment: datetime | None) -> str:
    """A time as other programs read it, in UTC."""
    return "" if moment is None else moment.isoformat(timespec="seconds")


def _all_of(database: Database, part: Callable[[Executor, C], Part[C]], start: C) -> Iterator[Row]:
    """Every row, a part at a time, each part beginning after the place of the last row before."""
    place = start
    while True:
        found = database.read(partial(_after, part, place))
        yield from (row for _, row in found)
        if len(found) < AT_ONCE:
            return
        place = found[-1][0]


def _after(part: Callable[[Executor, C], Part[C]], place: C, db: Executor) -> Part[C]:
    return part(db, place)


def goods(database: Database) -> Iterator[Row]:
    """All goods with what an import takes."""
    yield tuple(GOODS.values())
    yield from _all_of(database, _goods, "")


def _goods(db: Executor, last: str) -> Part[str]:
    i = t.items.c
    query = select(i.body).where(i.removed.is_(False), i.key > last).order_by(i.key).limit(AT_ONCE)
    items: list[Item] = [RECORDS[RecordKind.ITEM].load(body) for body in db.execute(query).scalars()]
    return [(item.sku, _item(item)) for item in items]


def _item(item: Item) -> Row:
    return (
        item.sku,
        item.name,
        _decimal(item.price.amount, minor_digits(item.price.currency)),
        _decimal(item.tax_rate, 2).normalize() + 0,
        " ".join(item.barcodes),
        item.category,
        item.unit.code,
        item.unit.decimals,
        item.kind.value,
        item.shelf,
        "yes" if item.open_price else "no",
        item.colour,
        item.picture,
        "" if item.favourite is None else item.favourite,
    )


def stock(database: Database, within: frozenset[str] | None) -> Iterator[Row]:
    """What lies where, in the stores a person may see."""
    yield STOCK
    yield from _all_of(database, partial(_stock, within=within), ("", ""))


def _stock(db: Executor, last: tuple[str, str], within: frozenset[str] | None) -> Part[tuple[str, str]]:
    s, i = t.stock.c, t.items.c
    query = select(t.stock, i.body).join_from(t.stock, t.items, i.key == s.sku)
    query = query.where(i.removed.is_(False), tuple_(s.sku, s.store) > tuple_(*last))
    if within is not None:
        query = query.where(s.store.in_(within))
    rows = db.execute(query.order_by(s.sku, s.store).limit(AT_ONCE))
    return [((row.sku, row.store), _level(row)) for row in rows]


def _level(row: Any) -> Row:
    item: Item = RECORDS[RecordKind.ITEM].load(row.body)
    amounts = (row.on_hand, row.safety, row.back_order, row.reserved)
    return (row.sku, item.name, row.store, *(_quantity(amount, item.unit) for amount in amounts))


def orders(database: Database, enquiry: Enquiry, now: datetime) -> Iterator[Row]:
    """The orders wanted, the newest first."""
    yield ORDERS
    last: Order | None = None
    while True:
        found = database.read(partial(_orders, enquiry=enquiry, now=now, last=last))
        yield from (_order(order) for order in found)
        if len(found) < AT_ONCE:
            return
        last = found[-1]


def _orders(db: Executor, enquiry: Enquiry, now: datetime, last: Order | None) -> list[Order]:
    return order_enquiry.further(db, enquiry, now, last, AT_ONCE)


def _order(order: Order) -> Row:
    sums, customer = totals(order), order.customer
    amounts = (sums.total, sums.paid, sums.balance, sums.refundable)
    lines = (f"{text_of(line.quantities.ordered, line.unit)} × {line.description}" for line in order.lines)
    return (
        order.number, order.kind.value, order.stage.value, order.closed_as or "", _at(order.created_at),
        order.store, order.source, order.external_id, order.delivery.store, order.delivery.method,
        customer.name, customer.phone, customer.email, _at(order.promised_at), _at(order.collect_by),
        order.currency,
        *(_decimal(one.amount, minor_digits(order.currency)) for one in amounts), "; ".join(lines),
    )  # fmt: skip


def journals(database: Database, enquiry: JournalEnquiry) -> Iterator[Row]:
    """The entries of the journals wanted, in the order they were written."""
    yield JOURNALS
    yield from _all_of(database, partial(_journals, enquiry=enquiry), 0)


def _journals(db: Executor, last: int, enquiry: JournalEnquiry) -> Part[int]:
    found = journal_enquiry.further(db, enquiry, last, AT_ONCE)
    items: dict[str, Item] = records.some(db, RecordKind.ITEM, [entry.sku for _, _, entry in found])
    rows: list[tuple[int, Row]] = []
    for place, number, entry in found:
        item = items.get(entry.sku)
        unit, name = (item.unit, item.name) if item else (PIECE, "")
        moved = (_quantity(entry.quantity, unit), _quantity(entry.on_hand, unit))
        state = "open" if entry.open else "posted"
        told = (_at(entry.at), number, entry.line, entry.sku, name, entry.store, *moved)
        rows.append((place, (*told, entry.reason, entry.staff, state, _at(entry.posted_at))))
    return rows


def audit(database: Database, wanted: Wanted) -> Iterator[Row]:
    """The changes wanted, a row for each field, the oldest first."""
    yield AUDIT
    last = 0
    while True:
        found = database.read(partial(audit_enquiry.further, wanted=wanted, after=last, size=AT_ONCE))
        for _, entry in found:
            said = (_at(entry.at), entry.staff, entry.name, entry.kind, entry.key, entry.did.value)
            for name, before, after in entry.changed or (("", None, None),):
                yield (*said, name, _told(before), _told(after), entry.why)
        if len(found) < AT_ONCE:
            return
        last = found[-1][0]


def _told(value: object) -> Value:
    """A value that was written down, as a cell."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return value
        case list():
            return ", ".join(str(_told(one)) for one in value)
    return str(value)


def problem_rows(problems: Iterable[tuple[int, str, str]]) -> Iterator[Row]:
    """Lines of a file with what is wrong with each."""
    yield PROBLEMS
    yield from problems
