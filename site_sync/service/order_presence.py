"""Which till has which order in its sale: a notice to others, never a lock."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from site_sync.protocol.presence import Changing, Others, Presence
from site_sync.service import orders
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.enrolment import Device


def say(tx: Transaction, device: Device, words: Presence, now: datetime) -> Others:
    """Keep what a till has in its sale, as long as the shop lets a claim stand; who else changes orders."""
    p = t.order_presence.c
    kept = tx.execute(select(p.order_id, p.since).where(p.device == device.id)).one_or_none()
    tx.execute(delete(t.order_presence).where(p.device == device.id))
    order = orders.load(tx, words.order_id) if words.order_id else None
    if order is not None:
        policy = records.settled(tx).policies.for_order(order.work_store, order.delivery.method)
        row = {
            "device": device.id,
            "order_id": order.id,
            "store": device.store,
            "till": device.till,
            "staff": words.staff,
            "since": kept.since if kept is not None and kept.order_id == order.id else now,
            "until": now + timedelta(minutes=policy.claim_minutes),
        }
        tx.execute(insert(t.order_presence), row)
    return others(tx, device, now)


def others(db: Executor, device: Device, now: datetime) -> Others:
    """Who changes an order at another till now, the longest first."""
    p = t.order_presence.c
    query = select(t.order_presence).where(p.device != device.id, p.until > now).order_by(p.since, p.device)
    return Others(
        others=tuple(
            Changing(order_id=row.order_id, store=row.store, till=row.till, staff=row.staff, since=row.since)
            for row in db.execute(query)
        )
    )
