"""Outgoing webhooks: subscriptions, and the rows that an order's change leaves for each of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from site_sync.domain.events import stock_moves
from site_sync.domain.quoted import changed, of_quote
from site_sync.protocol.web_shop import WebhookEvent
from site_sync.protocol.web_shop_answers import moment_text, order_answer, to_json
from site_sync.protocol.web_shop_shapes import EndpointAnswer
from site_sync.service import reservations, soft_reservations
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.prepared import Prepared
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.happening import Happening
from site_sync.service.outbox import Outbox, OutState
from site_sync.service.reservations import Key
from site_sync.service.webhook_events import webhook_events

_S, _M, _H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
WEBHOOKS = Outbox(
    t.webhook_deliveries,
    "delivered_at",
    "answer",
    (5 * _S, 5 * _M, 30 * _M, 2 * _H, 5 * _H, 10 * _H, 14 * _H, 20 * _H, 20 * _H),
)
"""Tries are spread over three days."""

_E = t.webhook_endpoints.c
_LISTENING = Prepared(select(_E.id, _E.owner, _E.events).where(_E.active.is_(True)))
_INSERT = insert(t.webhook_deliveries)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A fresh endpoint: its id, the connector that owns it, where to send what, and the signing secret."""

    id: str
    owner: str
    url: str
    events: tuple[WebhookEvent, ...]
    secret: str


def subscribe(tx: Transaction, new: Subscription, now: datetime) -> EndpointAnswer:
    """Keep a new endpoint."""
    row = {
        "id": new.id,
        "owner": new.owner,
        "url": new.url,
        "events": ",".join(event.value for event in new.events),
        "secret": new.secret,
        "created_at": now,
    }
    tx.execute(insert(t.webhook_endpoints), row)
    return endpoint_of(tx, new.owner, new.id) or _impossible(new.id)


def _impossible(endpoint: str) -> EndpointAnswer:
    raise LookupError(f"endpoint {endpoint} was just written and is gone")


def unsubscribe(tx: Transaction, owner: str, endpoint: str) -> bool:
    """Take an endpoint away with all that still waits for it; False when the owner has none of that id."""
    c = t.webhook_endpoints.c
    gone = tx.execute(delete(t.webhook_endpoints).where(c.id == endpoint, c.owner == owner)).rowcount
    if gone:
        d = t.webhook_deliveries.c
        left = (OutState.WAITING, OutState.SENDING)
        tx.execute(delete(t.webhook_deliveries).where(d.endpoint == endpoint, d.state.in_(left)))
    return bool(gone)


def endpoints(db: Executor, owner: str) -> list[EndpointAnswer]:
    """All endpoints of a connector, oldest first."""
    c = t.webhook_endpoints.c
    rows = db.execute(select(t.webhook_endpoints).where(c.owner == owner).order_by(c.created_at, c.id))
    return [_endpoint(row) for row in rows]


def endpoint_of(db: Executor, owner: str, endpoint: str) -> EndpointAnswer | None:
    """One endpoint of a connector."""
    return next((found for found in endpoints(db, owner) if found["id"] == endpoint), None)


def _endpoint(row: Any) -> EndpointAnswer:
    return {
        "id": row.id,
        "url": row.url,
        "events": row.events.split(",") if row.events else [],
        "active": row.active,
        "created_at": moment_text(row.created_at),
    }


def queue(tx: Transaction, what: Happening) -> None:
    """Leave a row for each endpoint that wants to hear of it, in the transaction that made it true.

    A connector hears of its own orders; an endpoint made in Site Manager (no owner) hears of all. The body
    lacks the link to the customer's page, whose token is never stored: it is put in when the row is sent.
    """
    listening = [
        (endpoint, events.split(",") if events else [])
        for endpoint, owner, events in _LISTENING.rows(tx, {})
        if owner in ("", what.order.staff)
    ]
    if not listening:
        return
    rows: list[dict[str, Any]] = []
    for name in _names(tx, what):
        wanting = [endpoint for endpoint, events in listening if not events or name.value in events]
        if wanting:
            body = _body(tx, what, name)
            rows += [_delivery(what, name, endpoint, body) for endpoint in wanting]
    if rows:
        tx.execute(_INSERT, rows)


def _names(tx: Transaction, what: Happening) -> tuple[WebhookEvent, ...]:
    """The events of one command; what may be sold also changes by what a quote reserves softly."""
    names = webhook_events(what.before, what.order, what.events)
    return tuple(dict.fromkeys((*names, WebhookEvent.STOCK_CHANGED))) if _in_quotes(tx, what) else names


def _in_quotes(tx: Transaction, what: Happening) -> set[Key]:
    if not any(side is not None and of_quote(side) for side in (what.before, what.order)):
        return set()
    return changed(what.before, what.order, records.policies(tx))


def _event_id(what: Happening, name: WebhookEvent) -> str:
    return f"evt_{what.order.id}_{what.order.version}_{name.value.replace('.', '_')}"


def _delivery(what: Happening, name: WebhookEvent, endpoint: str, body: str) -> dict[str, Any]:
    event_id = _event_id(what, name)
    return {
        "id": f"{event_id}_{endpoint}",
        "endpoint": endpoint,
        "event_id": event_id,
        "event": name.value,
        "order_id": what.order.id,
        "order_version": what.order.version,
        "state": OutState.WAITING.value,
        "next_try_at": what.now,
        "created_at": what.now,
        "body": body,
    }


def _body(tx: Transaction, what: Happening, name: WebhookEvent) -> str:
    data: dict[str, Any] = {"order": order_answer(what.order, None)}
    if name is WebhookEvent.STOCK_CHANGED:
        data["stock"] = _stock(tx, what)
    event = {
        "id": _event_id(what, name),
        "type": name.value,
        "timestamp": moment_text(what.now),
        "order_version": what.order.version,
        "data": data,
    }
    return to_json(event).decode()


def _stock(tx: Transaction, what: Happening) -> list[dict[str, Any]]:
    moved = {(move.store, move.sku) for move in stock_moves(what.events)}
    levels = reservations.levels(tx, moved | _in_quotes(tx, what))
    free = soft_reservations.unpromised_of(tx, levels, what.now)
    return [
        {
            "store": level.store,
            "sku": level.sku,
            "on_hand": level.on_hand,
            "reserved": level.reserved,
            "available": max(0, free[key]),
        }
        for key, level in sorted(levels.items())
    ]


def with_page(body: str, page: str | None) -> str:
    """The body with the link to the customer's page in its order."""
    event = json.loads(body)
    event["data"]["order"]["customer_page"] = page
    return to_json(event).decode()
