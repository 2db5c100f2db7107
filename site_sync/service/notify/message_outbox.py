"""Messages to customers: which ones an order's change calls for, each left as one row that waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import insert, select

from site_sync.domain import events as happened
from site_sync.domain.orders import ClosedAs, DeliveryMode, Order, OrderKind, Stage
from site_sync.service.database import tables as t
from site_sync.service.database.prepared import Prepared
from site_sync.service.database.transaction import Transaction
from site_sync.service.happening import Happening
from site_sync.service.outbox import Outbox, OutState

_M, _H = timedelta(minutes=1), timedelta(hours=1)
MESSAGES = Outbox(
    t.messages,
    "sent_at",
    "error",
    (1 * _M, 2 * _M, 5 * _M, 15 * _M, 30 * _M, 1 * _H, 2 * _H, 4 * _H, 8 * _H, 16 * _H),
)

_INSERT = Prepared(insert(t.messages), t.messages.c.keys())


class MessageKind(StrEnum):
    """What a message says."""

    CREATED = "created"
    READY = "ready"
    REMINDER = "reminder"
    LAST_REMINDER = "last_reminder"
    EXTENDED = "extended"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNAVAILABLE = "unavailable"
    SHIPPED = "shipped"
    RECEIPT = "receipt"
    REOPENED = "reopened"


def messages_for(what: Happening) -> Iterator[MessageKind]:
    """The messages that a change calls for."""
    order = what.order
    if order.kind is OrderKind.QUOTE:
        return
    for event in what.events:
        match event:
            case happened.OrderCreated() if order.stage is not Stage.DONE:
                yield MessageKind.CREATED
            case happened.QuoteConverted() if order.stage is not Stage.DONE:
                yield MessageKind.CREATED
            case happened.OrderReady() if order.delivery.mode is DeliveryMode.COLLECT:
                yield MessageKind.READY
            case happened.CustomerReminded(level=level):
                yield MessageKind.REMINDER if level == 1 else MessageKind.LAST_REMINDER
            case happened.DeadlineExtended():
                yield MessageKind.EXTENDED
            case happened.OrderExpired():
                yield MessageKind.EXPIRED
            case happened.OrderShipped():
                yield MessageKind.SHIPPED
            case happened.OrderCancelled(whole=True):
                yield MessageKind.CANCELLED
            case happened.MessageAsked(message=message):
                yield MessageKind(message.value)
            case happened.OrderClosed(closed_as=ClosedAs.CANCELLED) if order.cancelled_at is None:
                yield MessageKind.UNAVAILABLE


def still_true(kind: MessageKind, order: Order) -> bool:
    """Whether a message that waited still says what is so."""
    match kind:
        case MessageKind.READY | MessageKind.REMINDER | MessageKind.LAST_REMINDER | MessageKind.EXTENDED:
            return order.stage is Stage.TO_COLLECT
        case MessageKind.CREATED:
            return order.stage in (Stage.TO_PICK, Stage.PICKING, Stage.TO_SHIP)
        case MessageKind.EXPIRED:
            return order.expired_at is not None
        case MessageKind.CANCELLED:
            return order.cancelled_at is not None
        case MessageKind.REOPENED:
            return order.cancelled_at is None
    return True


def _wanted(tx: Transaction, what: Happening) -> Iterator[MessageKind]:
    """What is to be said; who was told that the order is cancelled is told that it is not."""
    yield from messages_for(what)
    if any(isinstance(event, happened.CancellationUndone) and event.whole for event in what.events):
        m = t.messages.c
        told = select(m.id).where(
            m.order_id == what.order.id,
            m.kind == MessageKind.CANCELLED.value,
            m.state.in_((OutState.SENT.value, OutState.SENDING.value)),
        )
        if tx.execute(told.limit(1)).first() is not None:
            yield MessageKind.REOPENED


def queue(tx: Transaction, what: Happening) -> None:
    """Leave a row for each message, in the transaction that made it true; its id lets none be left twice."""
    customer = what.order.customer
    if "@" not in customer.email:
        return
    rows = [
        {
            "id": f"{what.order.id}/{what.order.version}/{kind.value}",
            "order_id": what.order.id,
            "order_version": what.order.version,
            "kind": kind.value,
            "channel": "email",
            "recipient": customer.email,
            "language": customer.language,
            "state": OutState.WAITING.value,
            "tries": 0,
            "next_try_at": what.now,
            "created_at": what.now,
            "sent_at": None,
            "error": "",
            "body": "",
        }
        for kind in dict.fromkeys(_wanted(tx, what))
    ]
    _INSERT.run(tx, rows)
