"""A connector's orders, page by page."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, or_, select

from site_sync.domain.orders import Order
from site_sync.protocol.codec import ORDER, Malformed
from site_sync.protocol.problems import ProblemFound, of_malformed
from site_sync.protocol.web_shop import OrdersQuery
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor

LATE_COMMIT = timedelta(seconds=1)
"""How long a change may still be under way when a later one is seen; who asks since then misses nothing."""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Some orders, and the cursor of the next page (None: there is none)."""

    orders: list[Order]
    next: str | None


def write_cursor(*parts: str) -> str:
    """A place in a list as one opaque word."""
    return base64.urlsafe_b64encode("|".join(parts).encode()).decode().rstrip("=")


def read_cursor(cursor: str, parts: int) -> list[str]:
    """The parts of a place in a list; ProblemFound when it is no cursor of ours."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise _wrong_cursor() from error
    found = text.split("|", parts - 1)
    if len(found) != parts or not text.isprintable():
        raise _wrong_cursor()
    return found


def _wrong_cursor() -> ProblemFound:
    return ProblemFound(of_malformed(Malformed("query", [("/cursor", "Not a cursor of this list")])))


def _place(cursor: str) -> tuple[datetime, str]:
    at, order_id = read_cursor(cursor, 2)
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise _wrong_cursor()
        return moment.astimezone(UTC), order_id
    except (ValueError, OverflowError) as error:
        raise _wrong_cursor() from error


def page(db: Executor, owner: str, wanted: OrdersQuery) -> OrderPage:
    """The owner's orders in the order in which they changed."""
    o = t.orders.c
    where = [o.staff == owner]
    if wanted.external_id is not None:
        where.append(o.external_id == wanted.external_id)
    if wanted.updated_since is not None:
        where.append(o.updated_at >= wanted.updated_since - LATE_COMMIT)
    if wanted.stage is not None:
        where.append(o.stage == wanted.stage.value)
    if wanted.store is not None:
        where.append(o.work_store == wanted.store)
    if wanted.cursor is not None:
        at, order_id = _place(wanted.cursor)
        where.append(or_(o.updated_at > at, and_(o.updated_at == at, o.id > order_id)))
    query = select(o.body).where(*where).order_by(o.updated_at, o.id).limit(wanted.limit + 1)
    found = [ORDER.load(body) for body in db.execute(query).scalars()]
    orders = found[: wanted.limit]
    more = len(found) > wanted.limit
    return OrderPage(orders, write_cursor(orders[-1].updated_at.isoformat(), orders[-1].id) if more else None)
