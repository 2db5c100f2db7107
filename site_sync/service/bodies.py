"""Records as they travel to the tills: JSON as it is now, within what a store's till may hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_

from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.service import leases
from site_sync.service.database import tables as t
from site_sync.service.database.records import TABLES
from site_sync.service.database.transaction import Executor
from site_sync.service.problems import problem_of

PART = 400
CLOSED_DAYS = 30

Wanted = tuple[RecordKind, str]


@dataclass(frozen=True, slots=True)
class Body:
    """A record's version and JSON text; None when a till of that store holds it no more."""

    version: int
    text: str | None


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), PART):
        yield keys[start : start + PART]


def bodies(db: Executor, wanted: Iterable[Wanted], store: str) -> dict[Wanted, Body]:
    """The bodies of some records; one that does not exist is left out."""
    by_kind: dict[RecordKind, list[str]] = defaultdict(list)
    for kind, key in wanted:
        by_kind[kind].append(key)
    found: dict[Wanted, Body] = {}
    for kind, keys in by_kind.items():
        for part in _parts(keys):
            for key, body in _of_kind(db, kind, part, store):
                found[kind, key] = body
    return found


def _of_kind(db: Executor, kind: RecordKind, keys: Sequence[str], store: str) -> Iterable[tuple[str, Body]]:
    match kind:
        case RecordKind.STOCK:
            return stock_bodies(db, tuple_(t.stock.c.store, t.stock.c.sku).in_([_pair(key) for key in keys]))
        case RecordKind.ORDER:
            return order_bodies(db, t.orders.c.id.in_(keys), store)
        case RecordKind.PROBLEM:
            return problem_bodies(db, t.problems.c.id.in_(keys), store)
        case RecordKind.LEASE:
            return lease_bodies(
                db, tuple_(t.leases.c.device, t.leases.c.sku).in_([_pair(key) for key in keys])
            )
        case RecordKind.CUSTOMER:
            return customer_bodies(db, t.customers.c.key.in_(keys), store)
    return kept_bodies(db, kind, TABLES[kind].c.key.in_(keys), store)


def _pair(key: str) -> tuple[str, str]:
    first, _, second = key.partition("/")
    return first, second


def kept_bodies(
    db: Executor, kind: RecordKind, where: ColumnElement[bool], store: str
) -> Iterator[tuple[str, Body]]:
    """Records that are kept as JSON; staff of other stores are none of this store's."""
    table = TABLES[kind]
    for row in db.execute(select(table.c.key, table.c.version, table.c.body, table.c.removed).where(where)):
        text = None if row.removed else row.body
        if kind is RecordKind.STAFF and text is not None:
            stores = RECORDS[kind].load(text).stores
            text = text if not stores or store in stores else None
        yield row.key, Body(row.version, text)


def stock_bodies(db: Executor, where: ColumnElement[bool]) -> Iterator[tuple[str, Body]]:
    """Stock of every store, as each shows what the others have."""
    s = t.stock.c
    codec = RECORDS[RecordKind.STOCK]
    columns = (s.store, s.sku, s.on_hand, s.reserved, s.safety, s.back_order, s.leased, s.version)
    for row in db.execute(select(*columns).where(where)):
        counts = (row.on_hand, row.reserved, row.safety, row.back_order, row.leased)
        level = StockLevel(row.sku, row.store, *counts)
        yield f"{row.store}/{row.sku}", Body(row.version, codec.text(level))


def lease_bodies(db: Executor, where: ColumnElement[bool]) -> Iterator[tuple[str, Body]]:
    """What tills were lent; each keeps its own."""
    codec = RECORDS[RecordKind.LEASE]
    for lease in leases.found(db, where):
        yield leases.key_of(lease), Body(lease.version, codec.text(lease))


def concerns(store: str) -> ColumnElement[bool]:
    """Orders taken at a store, collected from it, or with goods that come from it."""
    from_here = select(t.order_lines.c.order_id).where(
        t.order_lines.c.store == store, t.order_lines.c.reserved > 0
    )
    return or_(t.orders.c.store == store, t.orders.c.work_store == store, t.orders.c.id.in_(from_here))


def held(store: str, now: datetime) -> ColumnElement[bool]:
    """Orders that a store's tills hold: those that concern it, open or closed within 30 days."""
    recent = or_(t.orders.c.closed_at.is_(None), t.orders.c.closed_at > now - timedelta(days=CLOSED_DAYS))
    return and_(concerns(store), recent)


def order_bodies(db: Executor, where: ColumnElement[bool], store: str) -> Iterator[tuple[str, Body]]:
    """Orders with their history; without a body where they are none of this store's ("" is the centre)."""
    mine = concerns(store) if store else None
    columns = [t.orders.c.id, t.orders.c.version, t.orders.c.body]
    query: Select[tuple[object, ...]] = select(*columns, *([] if mine is None else [mine.label("mine")]))
    rows = db.execute(query.where(where)).all()
    told = _histories(db, [row.id for row in rows])
    for row in rows:
        record = f'{{"order":{row.body},"history":[{",".join(told.get(row.id, ()))}]}}'
        yield row.id, Body(row.version, record if mine is None or row.mine else None)


def _histories(db: Executor, order_ids: Sequence[str]) -> dict[str, list[str]]:
    h = t.history.c
    told: dict[str, list[str]] = defaultdict(list)
    for part in _parts(order_ids):
        query = select(h.order_id, h.entry).where(h.order_id.in_(part))
        for row in db.execute(query.order_by(h.order_id, h.version, h.n)):
            told[row.order_id].append(row.entry)
    return told


def customers_of(store: str) -> ColumnElement[bool]:
    """Members, and customers of this store's orders; others' data is not spread over the tills."""
    c, o = t.customers.c, t.orders.c
    ordered_here = (
        select(o.id).where(o.customer_id == c.key, or_(o.store == store, o.work_store == store)).exists()
    )
    return or_(c.member_card != "", ordered_here)


def customer_bodies(db: Executor, where: ColumnElement[bool], store: str) -> Iterator[tuple[str, Body]]:
    """Customers as they travel; without a body where they are none of this store's."""
    c, mine = t.customers.c, customers_of(store).label("mine")
    for row in db.execute(select(c.key, c.version, c.body, c.removed, mine).where(where)):
        yield row.key, Body(row.version, row.body if row.mine and not row.removed else None)


def problem_bodies(db: Executor, where: ColumnElement[bool], store: str) -> Iterator[tuple[str, Body]]:
    """Problems of this store, how they ended included."""
    codec = RECORDS[RecordKind.PROBLEM]
    for row in db.execute(select(t.problems).where(where)):
        text = codec.text(problem_of(row)) if row.store in ("", store) else None
        yield row.id, Body(row.version, text)
