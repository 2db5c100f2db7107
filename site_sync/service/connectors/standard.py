"""Orders sent as Standard Webhooks in the words of the public API, as an order of a shop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from site_sync.domain.customers import Address
from site_sync.protocol import web_shop
from site_sync.protocol.codec import Malformed
from site_sync.protocol.web_shop import OrderRequest, Reader, basis_points
from site_sync.service.connectors.reading import Doc, DocumentOdd, clean
from site_sync.service.connectors.shop_order import (
    Person,
    ShopLine,
    ShopOrder,
    ShopRefund,
    ShopState,
    Told,
    Way,
)

_ORDER = Reader(OrderRequest)
RANKS = {
    "order.created": 1,
    "order.updated": 2,
    "order.paid": 3,
    "order.refunded": 4,
    "order.cancelled": 9,
}
COLLECT = "collect"


def read_standard(doc: Doc) -> Told | None:
    """What an event tells, None when it is not about an order.

    `{"type": "order.updated", "timestamp": …, "data": {"order": {as in POST /api/v1/orders}}}`; a
    cancelled order is told by its type.
    """
    kind = doc.text("type", 60)
    if kind not in RANKS:
        return None
    told = doc.inner("data").plain("order")
    if not isinstance(told, dict):
        raise DocumentOdd("/data/order", "is no object")
    try:
        words = _ORDER.read(json.dumps(told, default=str).encode("utf-8", "replace"))
    except (Malformed, ValueError) as error:
        raise DocumentOdd("/data/order", str(error)[:300]) from error
    stamp = doc.inner("data").moment("updated_at") or doc.moment("timestamp")
    if stamp is None or not words.external_id:
        raise DocumentOdd("/timestamp", "or the order's external_id is missing")
    return _order(words, kind, stamp)


def _order(words: OrderRequest, kind: str, stamp: datetime) -> ShopOrder:
    currency = _currency(words)
    collect = words.delivery.method == COLLECT or words.delivery.store is not None
    address = words.delivery.address
    customer = words.customer
    payments = [p for p in words.payments if p.kind is web_shop.PaymentKind.CAPTURED]
    return ShopOrder(
        id=words.external_id,
        label=words.external_id,
        updated_at=stamp,
        rank=RANKS[kind],
        state=ShopState.CANCELLED if kind == "order.cancelled" else ShopState.LIVE,
        currency=currency,
        prices_include_tax=words.prices_include_tax,
        person=Person(
            customer.name or "", customer.email or "", customer.phone or "", "", customer.language[:2]
        ),
        way=Way.COLLECT if collect else Way.SHIP,
        places=(words.delivery.store,) if words.delivery.store else (),
        method=words.delivery.method,
        lines=tuple(_lines(words)),
        address=Address(**address.model_dump()) if address else None,
        paid=sum(p.amount.amount for p in payments),
        refunds=tuple(
            ShopRefund(p.reference, p.amount.amount)
            for p in words.payments
            if p.kind is web_shop.PaymentKind.REFUND
        ),
        comment=clean(words.comment or "", 600, lines=True),
        collector=words.collector.name if words.collector else "",
        requested_at=words.delivery.requested_at,
    )


def _currency(words: OrderRequest) -> str:
    named = {line.unit_price.currency for line in words.lines if line.unit_price}
    named |= {payment.amount.currency for payment in words.payments}
    if len(named) > 1:
        raise DocumentOdd("/data/order/lines", "are in several currencies")
    return named.pop() if named else ""


def _lines(words: OrderRequest) -> Iterator[ShopLine]:
    for place, line in enumerate(words.lines, start=1):
        name = f"item:{line.external_line or place}"
        off = line.discount.amount if line.discount else 0
        price = line.unit_price.amount if line.unit_price else None
        rate = basis_points(line.tax_rate) if line.tax_rate else None
        quantity = line.quantity * 1000
        yield ShopLine(name, (line.sku,), line.sku, True, quantity, None, 0, rate, True, price, off)
