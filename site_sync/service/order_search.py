"""Finding orders: by what somebody types, by filters, page by page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from site_sync.domain.orders import Order, Stage
from site_sync.protocol.codec import ORDER
from site_sync.service import order_words
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor

PAGE = 50
MOST = 200


@dataclass(frozen=True, slots=True)
class Search:
    """What orders are wanted; empty fields do not narrow. `after` is (updated at, id) of the last one seen.

    `text` is looked for in number, external id, member card, phone, e-mail and the words of the name.
    """

    text: str = ""
    store: str = ""
    stages: tuple[Stage, ...] = ()
    source: str = ""
    external_id: str = ""
    updated_since: datetime | None = None
    after: tuple[datetime, str] | None = None
    limit: int = PAGE
    newest_first: bool = False


def _where(db: Executor, search: Search) -> list[ColumnElement[bool]]:
    o = t.orders.c
    where: list[ColumnElement[bool]] = []
    if search.text.strip():
        where.append(order_words.matching(db, search.text))
    if search.store:
        where.append(or_(o.store == search.store, o.work_store == search.store))
    if search.stages:
        where.append(o.stage.in_([stage.value for stage in search.stages]))
        if Stage.DONE not in search.stages:
            where.append(t.STILL_OPEN)
    if search.source:
        where.append(o.source == search.source)
    if search.external_id:
        where += [t.HAS_EXTERNAL_ID, o.external_id == search.external_id]
    if search.updated_since is not None:
        where.append(o.updated_at >= search.updated_since)
    if search.after is not None:
        at, order_id = search.after
        if search.newest_first:
            where.append(or_(o.updated_at < at, and_(o.updated_at == at, o.id < order_id)))
        else:
            where.append(or_(o.updated_at > at, and_(o.updated_at == at, o.id > order_id)))
    return where


def search(db: Executor, wanted: Search) -> list[Order]:
    """The orders wanted, by time of change and id; the last one's are the next page's `after`."""
    o = t.orders.c
    by = (o.updated_at.desc(), o.id.desc()) if wanted.newest_first else (o.updated_at, o.id)
    query = select(o.body).where(*_where(db, wanted)).order_by(*by).limit(max(1, min(wanted.limit, MOST)))
    return [ORDER.load(body) for body in db.execute(query).scalars()]


def ids(orders: Iterable[Order]) -> list[str]:
    """The ids of some orders."""
    return [order.id for order in orders]
