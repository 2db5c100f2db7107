"""Stock reservation journals as the back office reads them: one per order, its entries line by line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, distinct, func, or_, select

from site_sync.domain.stock import StockReason
from site_sync.service import items_meant, order_words, paging
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor
from site_sync.service.order_enquiry import Enquiry, newest_ids
from site_sync.service.order_enquiry import within as orders_within
from site_sync.service.paging import Page

PAGE = 30
OPEN, POSTED = "open", "posted"


@dataclass(frozen=True, slots=True)
class JournalEnquiry:
    """What journals are wanted; empty fields do not narrow. Times are aware UTC, `until` excluded."""

    text: str = ""
    store: str = ""
    state: str = ""
    reason: StockReason | None = None
    since: datetime | None = None
    until: datetime | None = None
    within: frozenset[str] | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Journal:
    """One order's journal: how many entries, since when, and how many lines still hold stock back."""

    order_id: str
    number: str
    stage: str
    stores: str
    entries: int
    open: bool
    lines_open: int
    began: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: negative quantity reserves, positive releases; `on_hand` is what left or came.

    It is posted when its line holds nothing any more.
    """

    line: int
    sku: str
    store: str
    quantity: int
    on_hand: int
    reason: str
    at: datetime
    staff: str
    posted_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether it still holds stock back."""
        return self.posted_at is None


def _where(db: Executor, j: Any, enquiry: JournalEnquiry) -> list[ColumnElement[bool]]:
    """What an entry must be like, by the columns of the journal or of an alias of it."""
    where: list[ColumnElement[bool]] = []
    if enquiry.within is not None:
        where.append(j.order_id.in_(select(t.orders.c.id).where(*orders_within(enquiry.within))))
    if typed := enquiry.text.strip():
        orders = select(t.orders.c.id).where(order_words.matching(db, typed))
        where.append(or_(j.order_id.in_(orders), j.sku.in_(items_meant.meant(db, typed).skus)))
    if enquiry.store:
        where.append(j.store == enquiry.store)
    if enquiry.reason:
        where.append(j.reason == enquiry.reason.value)
    if enquiry.since:
        where.append(j.at >= enquiry.since)
    if enquiry.until:
        where.append(j.at < enquiry.until)
    return where


def _newest(db: Executor, enquiry: JournalEnquiry) -> Select[tuple[str]]:
    """Orders by their latest entry, at most one beyond what is paged through.

    Few orders are looked at one by one; else the journal is read from its end, where an order's latest entry
    (at the store wanted) stands for it.
    """
    j, wanted = t.journal.c, t.journal.alias("wanted").c
    query = select(j.order_id)
    if narrowed := _where(db, wanted, replace(enquiry, text="", within=None)):
        query = query.where(select(wanted.id).where(wanted.order_id == j.order_id, *narrowed).exists())
    if enquiry.state:
        held = select(wanted.id).where(wanted.order_id == j.order_id, wanted.state == OPEN).exists()
        query = query.where(held if enquiry.state == OPEN else ~held)
    few = _few(db, enquiry)
    if few is not None:
        query = query.where(j.order_id.in_(few)).group_by(j.order_id).order_by(func.max(j.id).desc())
    else:
        query = query.where(*_last(enquiry)).order_by(j.at.desc() if enquiry.store else j.id.desc())
    return query.limit(paging.MOST + 1)


def _last(enquiry: JournalEnquiry) -> list[ColumnElement[bool]]:
    """That an entry is its order's last, of all or of those at the store wanted.

    It is compared with `>=`: PostgreSQL takes `=` for so rare that it reads all entries of 50 000 orders.
    Among an order's entries the store is an expression, or all of a store's would be read for each order.
    """
    j, later = t.journal.c, t.journal.alias("later").c
    last = select(func.max(later.id)).where(later.order_id == j.order_id)
    if not enquiry.store:
        return [j.id >= last.scalar_subquery()]
    at_store = last.where(later.store.concat("") == enquiry.store)
    return [j.store == enquiry.store, j.id >= at_store.scalar_subquery()]


def _few(db: Executor, enquiry: JournalEnquiry) -> set[str] | None:
    """Ids of the only orders that can be wanted, where those are few: by text, open, or of some stores."""
    sets: list[set[str]] = []
    if typed := enquiry.text.strip():
        named = select(t.orders.c.id).where(order_words.matching(db, typed)).limit(paging.MOST)
        with_item = items_meant.newest_with(db, items_meant.meant(db, typed).skus)
        sets.append(with_item.union(db.execute(named).scalars()))
    if enquiry.state == OPEN:
        lines, holds = t.order_lines.c, t.hold_lines.c
        held = (select(lines.order_id).where(t.LINE_HELD), select(holds.hold_id).where(t.HOLD_LINE_HELD))
        sets.append({order_id for query in held for order_id in db.execute(query.distinct()).scalars()})
    if enquiry.within is not None:
        sets.append(set(newest_ids(db, Enquiry(within=enquiry.within))))
    return set.intersection(*sets) if sets else None


def find_journals(db: Executor, enquiry: JournalEnquiry) -> Page[Journal]:
    """One page of the journals wanted, the latest entry first."""
    ids = list(db.execute(_newest(db, enquiry)).scalars())
    at = paging.place_among_newest(enquiry.page, len(ids), PAGE)
    chosen = ids[at.first :][:PAGE]
    rows = {row.order_id: row for row in db.execute(_sums_of(chosen))}
    return at.showing(_journals(db, [rows[order_id] for order_id in chosen]))


def _sums_of(ids: list[str]) -> Select[Any]:
    """How many entries each has, since when, and what of it is open."""
    j = t.journal.c
    return (
        select(
            j.order_id,
            func.count().label("entries"),
            func.max(case((j.state == OPEN, 1), else_=0)).label("open"),
            func.count(distinct(case((j.state == OPEN, j.line)))).label("lines_open"),
            func.min(j.at).label("began"),
            func.max(j.at).label("latest"),
        )
        .where(j.order_id.in_(ids))
        .group_by(j.order_id)
    )


def _journals(db: Executor, rows: list[Any]) -> list[Journal]:
    ids = [row.order_id for row in rows]
    o, j = t.orders.c, t.journal.c
    orders = {row.id: row for row in db.execute(select(o.id, o.number, o.stage).where(o.id.in_(ids)))}
    stores: dict[str, list[str]] = {}
    pairs = select(j.order_id, j.store).where(j.order_id.in_(ids)).distinct().order_by(j.store)
    for pair in db.execute(pairs):
        stores.setdefault(pair.order_id, []).append(pair.store)
    return [_journal(row, orders.get(row.order_id), stores.get(row.order_id, [])) for row in rows]


def _journal(row: Any, order: Any | None, stores: list[str]) -> Journal:
    return Journal(
        order_id=row.order_id,
        number=order.number if order else "",
        stage=order.stage if order else "",
        stores=", ".join(stores),
        entries=row.entries,
        open=bool(row.open),
        lines_open=row.lines_open,
        began=row.began,
        latest=row.latest,
    )


def entries_of(db: Executor, order_id: str) -> list[Entry]:
    """All entries of an order's journal, in the order they were written."""
    j = t.journal.c
    query = select(t.journal).where(j.order_id == order_id).order_by(j.id)
    return [_entry(row) for row in db.execute(query)]


def _entry(row: Any) -> Entry:
    return Entry(
        row.line, row.sku, row.store, row.quantity, row.on_hand, row.reason, row.at, row.staff, row.posted_at,
    )  # fmt: skip


def further(db: Executor, enquiry: JournalEnquiry, after: int, size: int) -> list[tuple[int, str, Entry]]:
    """Entries wanted as (id, the order's number, entry), so many after an id, in the order of writing."""
    j, o = t.journal.c, t.orders.c
    query = select(t.journal, o.number).join_from(t.journal, t.orders, o.id == j.order_id, isouter=True)
    query = query.where(j.id > after, *_where(db, j, enquiry)).order_by(j.id).limit(size)
    if enquiry.state:
        query = query.where(j.state == enquiry.state)
    return [(row.id, row.number or "", _entry(row)) for row in db.execute(query)]
