"""Messages to customers: which ones an order's change calls for, each left as one row that waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, insert, select

from site_sync.domain import events as happened
from site_sync.domain.customers import Customer
from site_sync.domain.lifecycle import all_handed_over
from site_sync.domain.orders import ClosedAs, DeliveryMode, Order, OrderKind, Stage
from site_sync.domain.substitutes import Answer
from site_sync.service.database import tables as t
from site_sync.service.database.prepared import Prepared
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.happening import Happening
from site_sync.service.outbox import Outbox, OutState

_M, _H = timedelta(minutes=1), timedelta(hours=1)
MESSAGES = Outbox(
    t.messages,
    "sent_at",
    "error",
    (1 * _M, 2 * _M, 5 * _M, 15 * _M, 30 * _M, 1 * _H, 2 * _H, 4 * _H, 8 * _H, 16 * _H),
)

MOST_ALIKE, ALIKE_WITHIN = 5, timedelta(hours=1)
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
    SUBSTITUTE = "substitute"
    COLLECTED = "collected"
    PUT_BACK = "put_back"
    REOPENED = "reopened"
    RECEIPT = "receipt"


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"


class SmsWhen(StrEnum):
    """When a customer who gave a phone number gets a text message."""

    NO_EMAIL = "no_email"
    ALWAYS = "always"
    NEVER = "never"


SMS_OPTION = "sms_when"
_SMS_WHEN = Prepared(select(t.message_options.c.value).where(t.message_options.c.name == SMS_OPTION))


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
            case happened.SubstituteOffered(substitution=offer) if offer.answer is Answer.WAITING:
                yield MessageKind.SUBSTITUTE
            case happened.GoodsHandedOver() if all_handed_over(order):
                yield MessageKind.COLLECTED
            case happened.GoodsPutBack() if order.expired_at is not None and order.stage is Stage.DONE:
                yield MessageKind.PUT_BACK
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
        case MessageKind.SUBSTITUTE:
            return bool(order.asked)
        case MessageKind.CANCELLED:
            return order.cancelled_at is not None
        case MessageKind.REOPENED:
            return order.cancelled_at is None
        case MessageKind.COLLECTED:
            return all_handed_over(order)
    return True


def told_enough(db: Executor, row: Any, now: datetime) -> bool:
    """Whether as many messages of one kind went to an address within the hour as anybody wants."""
    m = t.messages.c
    alike = (m.order_id == row.order_id, m.kind == row.kind, m.recipient == row.recipient)
    lately = (m.state == OutState.SENT.value, m.sent_at > now - ALIKE_WITHIN)
    sent = select(func.count()).select_from(t.messages).where(*alike, *lately)
    return int(db.execute(sent).scalar_one()) >= MOST_ALIKE


def may_go_to(recipient: str, order: Order) -> bool:
    """Whether a message that waited may still go there: no new code goes to an address of before."""
    return order.code_issue == 1 or recipient in (order.customer.email, order.customer.phone)


def _wanted(tx: Transaction, what: Happening) -> Iterator[MessageKind]:
    """What is to be said; who was told what is no longer so, cancelled or collected, hears how it is."""
    yield from messages_for(what)
    for event in what.events:
        match event:
            case happened.CancellationUndone(whole=True) if _was_told(tx, what.order, MessageKind.CANCELLED):
                yield MessageKind.REOPENED
            case happened.HandOverUndone() if _was_told(tx, what.order, MessageKind.COLLECTED):
                yield MessageKind.READY


def _was_told(tx: Transaction, order: Order, kind: MessageKind) -> bool:
    m = t.messages.c
    told = select(m.id).where(
        m.order_id == order.id,
        m.kind == kind.value,
        m.state.in_((OutState.SENT.value, OutState.SENDING.value)),
    )
    return tx.execute(told.limit(1)).first() is not None


def recipients(customer: Customer, when: SmsWhen) -> list[tuple[Channel, str]]:
    """By which ways a customer is told, and where to."""
    ways = [(Channel.EMAIL, customer.email)] if "@" in customer.email else []
    if customer.phone and (when is SmsWhen.ALWAYS or (when is SmsWhen.NO_EMAIL and not ways)):
        ways.append((Channel.SMS, customer.phone))
    return ways


def _sms_when(tx: Transaction) -> SmsWhen:
    found = _SMS_WHEN.rows(tx, {})
    return SmsWhen(found[0][0]) if found else SmsWhen.NO_EMAIL


def queue(tx: Transaction, what: Happening) -> None:
    """Leave a row for each message, in the transaction that made it true; its id lets none be left twice."""
    customer = what.order.customer
    kinds = {} if what.told else dict.fromkeys(_wanted(tx, what))
    if not kinds or not (customer.phone or "@" in customer.email):
        return
    when = _sms_when(tx) if customer.phone else SmsWhen.NEVER
    ways = recipients(customer, when)
    _INSERT.run(tx, [_row(what.order, kind, way, what.now) for kind in kinds for way in ways])


def _row(order: Order, kind: MessageKind, way: tuple[Channel, str], now: datetime) -> dict[str, Any]:
    channel, recipient = way
    ending = "" if channel is Channel.EMAIL else f"/{channel.value}"
    return {
        "id": f"{order.id}/{order.version}/{kind.value}{ending}",
        "order_id": order.id,
        "order_version": order.version,
        "kind": kind.value,
        "channel": channel.value,
        "recipient": recipient,
        "language": order.customer.language,
        **waiting(now),
    }


def waiting(now: datetime, body: str = "") -> dict[str, Any]:
    """The columns every message begins with: it waits for its first try, its body made then unless given."""
    return {
        "state": OutState.WAITING.value,
        "tries": 0,
        "next_try_at": now,
        "created_at": now,
        "sent_at": None,
        "error": "",
        "body": body,
    }
