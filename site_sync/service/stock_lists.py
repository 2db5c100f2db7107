"""Stock documents, counts asked for, goods under way and movements, as the back office lists them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, func, literal, or_, select, union_all

from site_sync.domain.catalogue import Item
from site_sync.domain.orders import OrderKind
from site_sync.domain.stock_documents import (
    DocumentKind,
    DocumentState,
    Plan,
    Promise,
    StockDocument,
    unfillable,
)
from site_sync.protocol.changes import RecordKind
from site_sync.service import paging
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor
from site_sync.service.paging import Page

PAGE = 30
MOST_ASKED = 200
Scope = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A document in a list."""

    id: str
    number: str
    kind: DocumentKind
    store: str
    to_store: str
    state: DocumentState
    lines: int
    made_by: str
    made_at: datetime
    posted_by: str
    posted_at: datetime | None
    received_by: str
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class DocumentsWanted:
    """Which documents; empty fields do not narrow."""

    text: str = ""
    store: str = ""
    kind: str = ""
    state: str = ""
    scope: Scope = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class CountAsked:
    """An item that somebody could not find at a store, and that was not counted there since."""

    store: str
    item: Item
    times: int
    missing: int
    latest: datetime


@dataclass(frozen=True, slots=True)
class Movement:
    """Goods that came or went: how many, why, by whom, by which document, order or receipt."""

    at: datetime
    store: str
    quantity: int
    kind: str
    reason: str
    staff: str
    document: str
    order_id: str
    number: str


@dataclass(frozen=True, slots=True)
class Hit:
    """An item of a count that orders wait for and too little of which is there."""

    sku: str
    store: str
    orders: tuple[Promise, ...]


_D = t.stock_documents.c


def _seen(scope: Scope) -> list[ColumnElement[bool]]:
    return [] if scope is None else [or_(_D.store.in_(scope), _D.to_store.in_(scope))]


def documents(db: Executor, wanted: DocumentsWanted) -> Page[Listed]:
    """A page of documents, the newest first."""
    where = _seen(wanted.scope)
    where += [_D.kind == wanted.kind] if wanted.kind else []
    where += [_D.state == wanted.state] if wanted.state else []
    where += [or_(_D.store == wanted.store, _D.to_store == wanted.store)] if wanted.store else []
    if typed := wanted.text.strip().upper().replace("\x00", ""):
        lines = select(t.stock_document_lines.c.document).where(t.stock_document_lines.c.sku == typed)
        where.append(or_(_D.number.startswith(typed, autoescape=True), _D.id.in_(lines)))
    total = int(db.execute(select(func.count()).select_from(t.stock_documents).where(*where)).scalar_one())
    at = paging.place(wanted.page, total, PAGE)
    rows = db.execute(_listing().where(*where).limit(PAGE).offset(at.first))
    return at.showing(_listed(row) for row in rows)


def _listing() -> Any:
    lines = t.stock_document_lines.c
    many = select(func.count()).where(lines.document == _D.id).scalar_subquery()
    return select(t.stock_documents, many.label("many")).order_by(_D.made_at.desc(), _D.id.desc())


def _listed(row: Any) -> Listed:
    return Listed(
        row.id,
        row.number,
        DocumentKind(row.kind),
        row.store,
        row.to_store,
        DocumentState(row.state),
        row.many,
        row.made_by,
        row.made_at,
        row.posted_by,
        row.posted_at,
        row.received_by,
        row.received_at,
    )


def one(db: Executor, document_id: str, scope: Scope) -> Listed | None:
    """What a list says of one document that may be seen."""
    row = db.execute(_listing().where(_D.id == document_id, *_seen(scope))).one_or_none()
    return None if row is None else _listed(row)


def to_receive(db: Executor, scope: Scope) -> list[Listed]:
    """Transfers whose goods are under way to these stores, the oldest first."""
    here = [] if scope is None else [_D.to_store.in_(scope)]
    query = _listing().where(_D.state == DocumentState.SENT.value, *here)
    rows = db.execute(query.order_by(None).order_by(_D.made_at, _D.id).limit(MOST_ASKED))
    return [_listed(row) for row in rows]


def counts_asked(db: Executor, scope: Scope, store: str = "") -> list[CountAsked]:
    """What was short at a store and not counted there since, the latest first."""
    j, m = t.journal.c, t.stock_movements.c
    # Written out, as the index of few rows is found by its words alone.
    is_count = m.kind == literal(DocumentKind.COUNT.value, literal_execute=True)
    counted = select(m.id).where(m.sku == j.sku, m.store == j.store, is_count, m.at >= j.at)
    where = [j.reason == literal("short", literal_execute=True), ~counted.exists()]
    where += [] if scope is None else [j.store.in_(scope)]
    where += [j.store == store] if store else []
    latest = func.max(j.at).label("latest")
    figures = (func.count().label("times"), func.sum(j.quantity).label("missing"), latest)
    query = select(j.store, j.sku, *figures).where(*where).group_by(j.store, j.sku)
    rows = db.execute(query.order_by(latest.desc(), j.sku).limit(MOST_ASKED)).all()
    items: dict[str, Item] = records.some(db, RecordKind.ITEM, [row.sku for row in rows])
    return [
        CountAsked(row.store, items[row.sku], int(row.times), int(row.missing), row.latest)
        for row in rows
        if row.sku in items
    ]


def movements(db: Executor, sku: str, scope: Scope, page: int) -> Page[Movement]:
    """What moved an item at the stores that may be seen: documents, orders, sales; the newest first."""
    m, j = t.stock_movements.c, t.journal.c
    columns = (m.at, m.store, m.quantity, m.kind, m.reason, m.staff, m.document)
    own = select(*columns, literal("").label("order_id"), m.number, m.id.label("n")).where(m.sku == sku)
    by_order = (
        select(j.at, j.store, j.on_hand, literal("order"), j.reason, j.staff, literal(""), j.order_id)
        .add_columns(func.coalesce(t.orders.c.number, ""), j.id)
        .join_from(t.journal, t.orders, t.orders.c.id == j.order_id, isouter=True)
        .where(j.sku == sku, j.on_hand != literal(0, Integer, literal_execute=True))
    )
    if scope is not None:
        own, by_order = own.where(m.store.in_(scope)), by_order.where(j.store.in_(scope))
    newest = (
        select(part.order_by(key.desc()).limit(paging.MOST + 1).subquery())
        for part, key in ((own, m.id), (by_order, j.id))
    )
    both = union_all(*newest).subquery()
    total = int(db.execute(select(func.count()).select_from(both)).scalar_one())
    at = paging.place_among_newest(page, total, PAGE)
    query = select(both).order_by(both.c.at.desc(), both.c.n.desc()).limit(PAGE).offset(at.first)
    return at.showing(
        Movement(
            row.at, row.store, row.quantity, row.kind, row.reason, row.staff, row.document, row.order_id,
            row.number,
        )
        for row in db.execute(query)
    )  # fmt: skip


def hit(db: Executor, document: StockDocument, plan: Plan) -> list[Hit]:
    """The orders that a count leaves without goods, per item; packed and older ones come first."""
    found = []
    for effect in plan.effects:
        if document.kind is DocumentKind.COUNT and effect.difference < 0:
            orders = unfillable(promises(db, document.store, effect.sku), effect.after)
            if orders:
                found.append(Hit(effect.sku, document.store, orders))
    return found


def promises(db: Executor, store: str, sku: str) -> list[Promise]:
    """Open lines of orders for an item at a store, the oldest order first."""
    o, line = t.orders.c, t.order_lines.c
    mine = and_(line.store == store, line.sku == sku, t.LINE_HELD, o.kind == OrderKind.CUSTOMER_ORDER.value)
    query = select(o.id, o.number, line.to_pick, line.picked, line.to_put_back, line.line)
    rows = db.execute(
        query.join_from(t.order_lines, t.orders, o.id == line.order_id).where(mine).order_by(o.created_at)
    )
    return [Promise(row.id, row.number, row.to_pick, row.picked + row.to_put_back) for row in rows]


def items_of(db: Executor, skus: Iterable[str]) -> dict[str, Item]:
    """The goods of some lines by SKU."""
    return records.some(db, RecordKind.ITEM, skus)


def with_asked(document: StockDocument, asked: Iterable[CountAsked]) -> tuple[CountAsked, ...]:
    """Counts asked for at a count's store that it does not hold yet."""
    if document.kind is not DocumentKind.COUNT:
        return ()
    return tuple(one for one in asked if one.store == document.store and not document.line(one.item.sku))
