"""Orders as the back office looks for them: page by page, with their lateness, history and messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, literal, or_, select, true, tuple_

from site_sync.domain.deadlines import PREPARED, due_at, ready_by
from site_sync.domain.history import HistoryEntry
from site_sync.domain.orders import Order, Stage
from site_sync.domain.policies import Policies
from site_sync.domain.shop import Store
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.codec import ORDER
from site_sync.service import items_meant, order_words, paging
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor
from site_sync.service.order_rows import ENTRY
from site_sync.service.paging import Page

PAGE = 25
OPEN = tuple(stage for stage in Stage if stage is not Stage.DONE)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What orders are wanted; empty fields do not narrow. `within` holds the stores a person may see."""

    text: str = ""
    store: str = ""
    stages: tuple[Stage, ...] = ()
    source: str = ""
    late: bool = False
    refund_due: bool = False
    within: frozenset[str] | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Deadlines:
    """What the shop has settled of time: when an order is due at its present stage."""

    policies: Policies
    stores: dict[str, Store]

    def due(self, order: Order) -> datetime | None:
        """When staff (or the customer) must have acted; None when nothing presses."""
        due = due_at(order)
        if due is None and order.stage in PREPARED:
            return self.ready(order.created_at, order.work_store, order.delivery.method)
        return due

    def ready(self, created_at: datetime, store: str, method: str) -> datetime:
        """When goods ordered then should be ready without a promise."""
        shop = self.stores.get(store)
        minutes = self.policies.for_order(store, method).preparation_minutes
        return ready_by(created_at, minutes, shop.calendar) if shop else created_at


def deadlines(db: Executor) -> Deadlines:
    """The deadlines as settled now."""
    shops: list[Store] = records.every(db, RecordKind.STORE)
    return Deadlines(records.policies(db), {store.code: store for store in shops})


def within(stores: frozenset[str] | None) -> list[ColumnElement[bool]]:
    """Orders taken at, or collected from, one of these stores; None means all stores.

    The columns are compared as expressions: no index of a store, which may have most of the orders there are,
    is to be taken for one of the few that are wanted by time or stage.
    """
    o = t.orders.c
    taken, worked = (column.concat("") for column in (o.store, o.work_store))
    return [] if stores is None else [or_(taken.in_(stores), worked.in_(stores))]


@dataclass(frozen=True, slots=True)
class Unpromised:
    """An open order whose goods were promised for no certain time, and whether the usual time is over."""

    id: str
    store: str
    stage: Stage
    late: bool


def unpromised(
    db: Executor, due: Deadlines, stores: frozenset[str] | None, now: datetime
) -> list[Unpromised]:
    """The few open orders to prepare that say no time themselves: the usual time of their store counts."""
    o = t.orders.c
    waiting = o.stage.in_([stage.value for stage in PREPARED])
    query = select(o.id, o.work_store, o.stage, o.delivery_method, o.created_at)
    rows = db.execute(query.where(t.STILL_OPEN, waiting, o.due_at.is_(None), *within(stores)))
    return [
        Unpromised(
            id=row.id,
            store=row.work_store,
            stage=Stage(row.stage),
            late=due.ready(row.created_at, row.work_store, row.delivery_method) < now,
        )
        for row in rows
    ]


def overdue(now: datetime) -> ColumnElement[bool]:
    """Orders that are late by what they say themselves; the others are `unpromised`."""
    return t.orders.c.due_at < now


def _late(db: Executor, enquiry: Enquiry, now: datetime) -> ColumnElement[bool]:
    usual = [one.id for one in unpromised(db, deadlines(db), enquiry.within, now) if one.late]
    late = or_(overdue(now), t.orders.c.id.in_(usual)) if usual else overdue(now)
    return and_(t.STILL_OPEN, late)


def _where(db: Executor, enquiry: Enquiry, now: datetime) -> list[ColumnElement[bool]]:
    o = t.orders.c
    where = within(enquiry.within)
    if typed := enquiry.text.strip():
        with_item = items_meant.newest_with(db, items_meant.meant(db, typed).skus)
        named = order_words.matching(db, typed)
        where.append(or_(named, o.id.in_(with_item)) if with_item else named)
    if enquiry.stages:
        where.append(o.stage.in_([stage.value for stage in enquiry.stages]))
        if Stage.DONE not in enquiry.stages:
            where.append(t.STILL_OPEN)
    if enquiry.source:
        where.append(o.source == enquiry.source)
    if enquiry.refund_due:
        where.append(t.PAID_TOO_MUCH)
    if enquiry.late:
        where.append(_late(db, enquiry, now))
    return where


def _at_store(enquiry: Enquiry) -> list[ColumnElement[bool]]:
    """Orders taken at the store, and those it works on: each sort has an index of its own."""
    o = t.orders.c
    stores = [enquiry.store] if enquiry.store else sorted(enquiry.within or ())
    return [column == store for store in stores for column in (o.store, o.work_store)] or [true()]


def newest_ids(db: Executor, enquiry: Enquiry, now: datetime = _NEVER) -> list[str]:
    """Ids of the orders wanted, at most one beyond what is paged through; `now` is asked for by `late` alone.

    What presses most comes first where one stage is looked at, else the newest.
    """
    o = t.orders.c
    where, only_open = _where(db, enquiry, now), bool(enquiry.stages) and Stage.DONE not in enquiry.stages
    pressing = only_open and enquiry.stages != OPEN
    at = o.collect_by if enquiry.stages == (Stage.TO_COLLECT,) else o.created_at
    found: dict[str, datetime | None] = {}
    for place in _at_store(enquiry):
        query = select(o.id, at.label("at")).where(*where, place)
        if not only_open:
            query = query.order_by(o.created_at.desc(), o.id.desc()).limit(paging.MOST + 1)
        found |= {row.id: row.at for row in db.execute(query)}
    ids = sorted(found, key=lambda one: (found[one] or _NEVER, one), reverse=not pressing)
    return ids[: paging.MOST + 1]


def find_orders(db: Executor, enquiry: Enquiry, now: datetime) -> Page[Order]:
    """One page of the orders wanted."""
    ids = newest_ids(db, enquiry, now)
    at = paging.place_among_newest(enquiry.page, len(ids), PAGE)
    shown = ids[at.first :][:PAGE]
    orders = orders_of(db, shown)
    return at.showing(orders[order_id] for order_id in shown)


def further(db: Executor, enquiry: Enquiry, now: datetime, last: Order | None, size: int) -> list[Order]:
    """The orders wanted, the newest first, so many after the last one seen; pages of it cost alike."""
    o = t.orders.c
    where = [*_where(db, enquiry, now), or_(*_at_store(enquiry))]
    if last is not None:
        where.append(
            tuple_(o.created_at, o.id) < tuple_(literal(last.created_at, o.created_at.type), last.id)
        )
    query = select(o.body).where(*where).order_by(o.created_at.desc(), o.id.desc()).limit(size)
    return [ORDER.load(body) for body in db.execute(query).scalars()]


def orders_of(db: Executor, ids: Iterable[str]) -> dict[str, Order]:
    """Some orders by id; those that do not exist are left out."""
    query = select(t.orders.c.id, t.orders.c.body).where(t.orders.c.id.in_(set(ids)))
    return {row.id: ORDER.load(row.body) for row in db.execute(query)}


def history_of(db: Executor, order_id: str) -> list[HistoryEntry]:
    """What happened to an order, oldest first."""
    h = t.history.c
    query = select(h.entry).where(h.order_id == order_id).order_by(h.version, h.n)
    return [ENTRY.load(entry) for entry in db.execute(query).scalars()]


@dataclass(frozen=True, slots=True)
class MessageSent:
    """One message to a customer and what became of it."""

    kind: str
    channel: str
    recipient: str
    state: str
    created_at: datetime
    sent_at: datetime | None
    error: str


def messages_of(db: Executor, order_id: str) -> list[MessageSent]:
    """The messages of an order, oldest first."""
    m = t.messages.c
    columns = (m.kind, m.channel, m.recipient, m.state, m.created_at, m.sent_at, m.error)
    query = select(*columns).where(m.order_id == order_id).order_by(m.created_at, m.id)
    return [MessageSent(**row._mapping) for row in db.execute(query)]
