"""What connectors sent, kept as it came: stored once, taken to be worked, shown, and worked again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.outbox import OutState

AT_ONCE = 100
RECENT, MOST_STUCK = 30, 200
"""So many are shown of what came last, and of what is stuck."""
KEPT = timedelta(days=30)
"""How long what was worked is kept; bodies hold personal data."""
KEPT_KNOWN = timedelta(days=90)
"""How long after its end it is known what a shop said of an order."""
MAPPING_PAUSE = timedelta(minutes=10)
_M, _H = timedelta(minutes=1), timedelta(hours=1)
PAUSES = (1 * _M, 5 * _M, 30 * _M, 2 * _H, 6 * _H, 12 * _H, 24 * _H)
"""When a refused document is tried again by itself: stock comes, staff finish."""
KEPT_HEADERS = (
    "content-type", "user-agent", "webhook-id", "webhook-timestamp", "x-shopify-api-version",
    "x-shopify-event-id", "x-shopify-shop-domain", "x-shopify-topic", "x-shopify-triggered-at",
    "x-shopify-webhook-id", "x-wc-webhook-delivery-id", "x-wc-webhook-id", "x-wc-webhook-source",
    "x-wc-webhook-topic",
)  # fmt: skip
DELIVERY_HEADERS = ("x-wc-webhook-delivery-id", "x-shopify-event-id", "x-shopify-webhook-id", "webhook-id")
TOPIC_HEADERS = ("x-wc-webhook-topic", "x-shopify-topic")


class ReceiptState(StrEnum):
    """Where something received stands."""

    RECEIVED = "received"
    WORKED = "worked"
    NEEDS_MAPPING = "needs_mapping"
    IGNORED = "ignored"
    FAILED = "failed"


STUCK = (ReceiptState.NEEDS_MAPPING.value, ReceiptState.FAILED.value)
_R = t.webhook_receipts.c


@dataclass(frozen=True, slots=True)
class Received:
    """One verified webhook: by which connector, its headers (lower case), its exact body."""

    connector: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_hash(self) -> str:
        """SHA-256 of the body."""
        return hashlib.sha256(self.body).hexdigest()

    def header(self, names: tuple[str, ...]) -> str:
        """The first of some headers that is there."""
        found = next((self.headers[name] for name in names if self.headers.get(name)), "")
        return found.replace("\x00", "")[:200]


def store(tx: Transaction, received: Received, receipt_id: str, now: datetime) -> bool:
    """Keep it to be worked; False when the same content came before, whatever its delivery was called.

    A delivery whose name came before with another content is kept as well, so that nothing is lost.
    """
    same = _R.connector == received.connector, _R.content_hash == received.content_hash
    counted = tx.execute(update(t.webhook_receipts).where(*same).values(duplicates=_R.duplicates + 1))
    if counted.rowcount:
        return False
    headers = {name: received.headers[name][:500] for name in KEPT_HEADERS if name in received.headers}
    row = {
        "id": receipt_id,
        "connector": received.connector,
        "delivery_id": received.header(DELIVERY_HEADERS),
        "topic": received.header(TOPIC_HEADERS),
        "content_hash": received.content_hash,
        "received_at": now,
        "headers": json.dumps(headers),
        "body": received.body,
        "state": ReceiptState.RECEIVED.value,
        "next_try_at": now,
    }
    tx.execute(insert(t.webhook_receipts), row)
    return True


def due(db: Executor, now: datetime) -> list[str]:
    """Ids of what is to be worked now, the oldest first."""
    query = select(_R.id).where(_R.next_try_at <= now).order_by(_R.received_at, _R.id)
    return list(db.execute(query.limit(AT_ONCE)).scalars())


def take(tx: Transaction, receipt_id: str, now: datetime) -> Any | None:
    """The receipt, held until the transaction ends; None when another process is at it or it is done."""
    query = select(t.webhook_receipts).where(_R.id == receipt_id, _R.next_try_at <= now)
    return tx.execute(query.with_for_update(skip_locked=True)).one_or_none()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a receipt: the order it is about, and why it went no further."""

    state: ReceiptState
    external_id: str = ""
    error: str = ""
    facts: Mapping[str, object] | None = None
    again: bool = False


def settle(tx: Transaction, row: Any, outcome: Outcome, now: datetime) -> None:
    """Write down what became of it; an order that went through takes its stuck receipts along."""
    values: dict[str, Any] = {
        "state": outcome.state.value,
        "external_id": outcome.external_id,
        "error": outcome.error[:1000],
        "facts": json.dumps(outcome.facts or {}),
        "tries": row.tries + 1,
        "next_try_at": _next(row.tries, outcome, now),
        "worked_at": now,
    }
    tx.execute(update(t.webhook_receipts).where(_R.id == row.id).values(**values))
    if outcome.state is ReceiptState.WORKED and outcome.external_id and not outcome.error:
        about = _R.connector == row.connector, _R.external_id == outcome.external_id, _R.state.in_(STUCK)
        done = {"state": ReceiptState.WORKED.value, "error": "", "facts": "{}", "next_try_at": None}
        tx.execute(update(t.webhook_receipts).where(*about).values(**done))


def _next(tries: int, outcome: Outcome, now: datetime) -> datetime | None:
    if outcome.state is ReceiptState.NEEDS_MAPPING:
        return now + MAPPING_PAUSE
    if outcome.state is ReceiptState.FAILED and outcome.again and tries < len(PAUSES):
        return now + PAUSES[tries]
    return None


def replay(tx: Transaction, connector: str, now: datetime, receipt_id: str = "") -> int:
    """Have what is stuck worked again: one receipt, or all of a connector; returns how many."""
    where: list[ColumnElement[bool]] = [_R.connector == connector, _R.state.in_(STUCK)]
    if receipt_id:
        where.append(_R.id == receipt_id)
    values = {"state": ReceiptState.RECEIVED.value, "tries": 0, "next_try_at": now}
    return tx.execute(update(t.webhook_receipts).where(*where).values(**values)).rowcount


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as it is listed; without the body, which holds personal data."""

    id: str
    connector: str
    topic: str
    external_id: str
    state: ReceiptState
    error: str
    facts: Mapping[str, object]
    received_at: datetime
    duplicates: int
    order_id: str = ""


_LISTED = (
    _R.id, _R.connector, _R.topic, _R.external_id, _R.state, _R.error, _R.facts, _R.received_at, _R.duplicates
)  # fmt: skip


def _receipt(row: Any) -> Receipt:
    kept = dict(row._mapping)
    kept |= {"state": ReceiptState(row.state), "facts": json.loads(row.facts)}
    return Receipt(**kept)


def recent(db: Executor, connector: str) -> list[Receipt]:
    """What a connector sent last, the newest first, with the order each is about."""
    c = t.connector_orders.c
    about = (c.connector == _R.connector) & (c.external_id == _R.external_id)
    order_id = func.coalesce(c.order_id, "").label("order_id")
    query = select(*_LISTED, order_id).join(t.connector_orders, about, isouter=True)
    found = query.where(_R.connector == connector).order_by(_R.received_at.desc(), _R.id.desc())
    return [_receipt(row) for row in db.execute(found.limit(RECENT))]


def stuck(db: Executor, connector: str = "") -> list[Receipt]:
    """What waits for a mapping or failed, the oldest first."""
    query = select(*_LISTED).where(_R.state.in_(STUCK))
    if connector:
        query = query.where(_R.connector == connector)
    return [_receipt(row) for row in db.execute(query.order_by(_R.received_at, _R.id).limit(MOST_STUCK))]


def counts(db: Executor) -> dict[tuple[str, str], int]:
    """How many there are by connector and state."""
    query = select(_R.connector, _R.state, func.count().label("many"))
    rows = db.execute(query.group_by(_R.connector, _R.state))
    return {(row.connector, row.state): int(row.many) for row in rows}


def forget(tx: Transaction, now: datetime) -> int:
    """Delete what was worked or ignored long ago, and what is known of orders that are over.

    An order that is over keeps its link, so that a refund still finds it; a checkout that never became an
    order is forgotten with its last receipt.
    """
    done = (ReceiptState.WORKED.value, ReceiptState.IGNORED.value)
    old = _R.state.in_(done), _R.received_at < now - KEPT
    gone = tx.execute(delete(t.webhook_receipts).where(*old)).rowcount
    c, o = t.connector_orders.c, t.orders.c
    over = select(o.id).where(o.id == c.order_id, o.closed_at < now - KEPT_KNOWN)
    tx.execute(update(t.connector_orders).where(c.known != "", over.exists()).values(known="", applied=""))
    sent = t.shop_reports.c.state.in_((OutState.SENT.value, OutState.DROPPED.value))
    tx.execute(delete(t.shop_reports).where(sent, t.shop_reports.c.created_at < now - KEPT_KNOWN))
    told = select(_R.id).where(_R.connector == c.connector, _R.external_id == c.external_id)
    tx.execute(delete(t.connector_orders).where(c.order_id == "", ~told.exists()))
    return gone
