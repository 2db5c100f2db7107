"""Which outgoing webhook events the events of one command make."""

from __future__ import annotations

from collections.abc import Iterable

from site_sync.domain import events as happened
from site_sync.domain.deposits import surplus
from site_sync.domain.events import Event, stock_moves
from site_sync.domain.lifecycle import all_handed_over
from site_sync.domain.orders import Bucket, Order, PaymentKind
from site_sync.protocol.web_shop import WebhookEvent

_SIMPLE: dict[type[object], WebhookEvent] = {
    happened.PickingClaimed: WebhookEvent.ORDER_PICKING,
    happened.OrderReady: WebhookEvent.ORDER_READY,
    happened.OrderShipped: WebhookEvent.ORDER_SHIPPED,
    happened.OrderDelivered: WebhookEvent.ORDER_DELIVERED,
    happened.CustomerReminded: WebhookEvent.ORDER_REMINDED,
    happened.DeadlineExtended: WebhookEvent.ORDER_EXTENDED,
    happened.OrderExpired: WebhookEvent.ORDER_EXPIRED,
    happened.GoodsPutBack: WebhookEvent.ORDER_PUT_BACK,
    happened.GoodsReturned: WebhookEvent.ORDER_CHANGED,
}


def _of(event: Event, order: Order) -> Iterable[WebhookEvent]:
    match event:
        case happened.OrderCreated(order=created):
            yield WebhookEvent.ORDER_CREATED
            if any(line.quantities.short for line in created.lines):
                yield WebhookEvent.ORDER_SHORT
        case happened.UnitsMoved(target=Bucket.SHORT):
            yield WebhookEvent.ORDER_SHORT
        case happened.GoodsHandedOver():
            whole = all_handed_over(order)
            yield WebhookEvent.ORDER_COLLECTED if whole else WebhookEvent.ORDER_PARTLY_COLLECTED
        case happened.OrderCancelled(whole=True):
            yield WebhookEvent.ORDER_CANCELLED
        case happened.PaymentRecorded(payment=payment) if payment.kind is PaymentKind.PAYMENT:
            yield WebhookEvent.PAYMENT_RECORDED
        case happened.PaymentRecorded(payment=payment) if payment.kind is PaymentKind.REFUND:
            yield WebhookEvent.REFUND_MADE
        case _:
            if type(event) in _SIMPLE:
                yield _SIMPLE[type(event)]


def webhook_events(before: Order | None, order: Order, events: tuple[Event, ...]) -> tuple[WebhookEvent, ...]:
    """The events of one command in their order, each once; a change without a name of its own is `changed`.

    `refund.due` says that more is held for the order than before and than it costs.
    """
    named = dict.fromkeys(name for event in events for name in _of(event, order))
    if not named:
        named[WebhookEvent.ORDER_CHANGED] = None
    if surplus(order) > (surplus(before) if before else 0):
        named[WebhookEvent.REFUND_DUE] = None
    if stock_moves(events):
        named[WebhookEvent.STOCK_CHANGED] = None
    return tuple(named)
