"""What a shop is told back of its order: one row per event, left by the transaction that made it true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, insert, or_, select, update

from site_sync.domain import events as happened
from site_sync.domain.lifecycle import all_handed_over
from site_sync.domain.orders import Bucket, ClosedAs, DeliveryMode
from site_sync.service.connector_register import SETTINGS, ShopEvent
from site_sync.service.database import tables as t
from site_sync.service.database.prepared import Prepared
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.happening import Happening
from site_sync.service.outbox import Outbox, OutState

OWNER = "api:"
"""How orders of web shops name who they belong to, before the connector's id."""
_S, _M, _H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
REPORTS = Outbox(
    t.shop_reports,
    "sent_at",
    "error",
    (10 * _S, 1 * _M, 5 * _M, 30 * _M, 2 * _H, 5 * _H, 10 * _H, 14 * _H, 20 * _H, 20 * _H),
)
"""Tries are spread over three days."""
_R = t.shop_reports.c
_SETTINGS_OF = Prepared(
    select(t.connectors.c.settings).where(t.connectors.c.id == bindparam("connector"), t.connectors.c.active)
)


def events_for(what: Happening) -> Iterator[ShopEvent]:
    """What of a change a shop is told, in order."""
    order = what.order
    picked = any(isinstance(one, happened.UnitsMoved) and one.target is Bucket.PICKED for one in what.events)
    if picked and not any(line.quantities.to_pick for line in order.lines if line.blocks):
        yield ShopEvent.PICKED
    for event in what.events:
        match event:
            case happened.OrderReady() if order.delivery.mode is DeliveryMode.COLLECT:
                yield ShopEvent.READY
            case happened.GoodsHandedOver() if all_handed_over(order):
                yield ShopEvent.COLLECTED
            case happened.OrderShipped():
                yield ShopEvent.SHIPPED
            case happened.OrderExpired():
                yield ShopEvent.EXPIRED
            case happened.OrderCancelled(whole=True) if what.by != order.staff:  # not by the shop itself
                yield ShopEvent.CANCELLED
            case happened.OrderClosed(closed_as=ClosedAs.CANCELLED) if order.cancelled_at is None:
                yield ShopEvent.CANCELLED


def replay(tx: Transaction, connector: str, report: str, now: datetime) -> bool:
    """Let a report that was given up go out once more; False when that connector has no such one."""
    return REPORTS.replay(tx, report, now, _R.connector == connector)


def queue(tx: Transaction, what: Happening) -> None:
    """Leave a row for each event that the order's connector reports."""
    order = what.order
    if not order.external_id or not order.staff.startswith(OWNER):
        return
    told = list(dict.fromkeys(events_for(what)))
    if not told:
        return
    connector = order.staff.removeprefix(OWNER)
    wanted = _wanted(tx, connector)
    rows = [
        {
            "id": f"{order.id}/{order.version}/{event.value}",
            "connector": connector,
            "external_id": order.external_id,
            "order_id": order.id,
            "order_version": order.version,
            "event": event.value,
            "state": OutState.WAITING.value,
            "next_try_at": what.now,
            "created_at": what.now,
        }
        for event in told
        if event in wanted
    ]
    if rows:
        tx.execute(insert(t.shop_reports), rows)


def _wanted(tx: Transaction, connector: str) -> dict[ShopEvent, str]:
    for (settings,) in _SETTINGS_OF.rows(tx, {"connector": connector}):
        found = SETTINGS.load(settings)
        return found.reports if found.api_url else {}
    return {}


def earlier_waits(db: Executor, row: Any) -> bool:
    """Whether something older about the same order has not gone out yet; a shop hears things in order."""
    waits = (OutState.WAITING.value, OutState.SENDING.value)
    older = or_(
        _R.order_version < row.order_version, and_(_R.order_version == row.order_version, _R.id < row.id)
    )
    query = select(_R.id).where(_R.order_id == row.order_id, older, _R.state.in_(waits))
    return db.execute(query.limit(1)).first() is not None


def postpone(tx: Transaction, row: Any, until: Any) -> None:
    """Let a row wait for an older one; that counts as no try."""
    values = {"state": OutState.WAITING.value, "next_try_at": until, "tries": row.tries - 1}
    tx.execute(update(t.shop_reports).where(_R.id == row.id, _R.tries == row.tries).values(values))


def listed(db: Executor, connector: str, limit: int = 50) -> list[Any]:
    """What one shop was or is to be told, the newest first."""
    query = select(t.shop_reports).where(_R.connector == connector)
    return list(db.execute(query.order_by(_R.created_at.desc(), _R.id.desc()).limit(limit)).all())


def of_order(db: Executor, order_id: str) -> list[Any]:
    """What the shop was told of one order, oldest first."""
    query = select(t.shop_reports).where(_R.order_id == order_id)
    return list(db.execute(query.order_by(_R.order_version, _R.id)).all())
