"""An order, an item and opening hours in the words of the public API."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Literal

from site_sync.domain.catalogue import Item
from site_sync.domain.commands import ActKind
from site_sync.domain.deposits import surplus
from site_sync.domain.lifecycle import allowed_actions
from site_sync.domain.money import Money
from site_sync.domain.orders import Line, Order, Payment, PaymentKind
from site_sync.domain.permissions import SHOP_RIGHTS
from site_sync.domain.shop import Store
from site_sync.domain.totals import kept_total, totals
from site_sync.protocol.web_shop import rate_text
from site_sync.protocol.web_shop_shapes import (
    CancelAnswer,
    CustomerAnswer,
    DeliveryAnswer,
    ItemAnswer,
    LineAnswer,
    MoneyAnswer,
    OrderAnswer,
    PaymentAnswer,
    TotalsAnswer,
)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_KINDS: dict[PaymentKind, Literal["captured", "refund", "credit", "forfeit"]] = {
    PaymentKind.PAYMENT: "captured",
    PaymentKind.REFUND: "refund",
    PaymentKind.CREDIT: "credit",
    PaymentKind.FORFEIT: "forfeit",
}
_NO_CALL = frozenset({ActKind.REOPEN, ActKind.ISSUE_CODE})
"""Acts of an order's own shop that this API has no call for."""


def to_json(answer: Any) -> bytes:
    """An answer as UTF-8 JSON."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def moment_text(moment: datetime) -> str:
    """A time as ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat()


def _maybe(moment: datetime | None) -> str | None:
    return None if moment is None else moment_text(moment)


def money_answer(money: Money) -> MoneyAnswer:
    """An amount in the API's words."""
    return {"amount": money.amount, "currency": money.currency}


def _line(order: Order, line: Line) -> LineAnswer:
    held = line.quantities
    total = Money(kept_total(order, line, held.live), order.currency)
    return {
        "line": line.id,
        "external_line": line.external_line,
        "sku": line.sku,
        "name": line.description,
        "unit": line.unit.code,
        "kind": line.kind.value,
        "store": line.source_store,
        "ordered": held.ordered,
        "to_pick": held.to_pick,
        "picked": held.picked,
        "collected": held.collected,
        "short": held.short,
        "cancelled": held.cancelled,
        "to_put_back": held.to_put_back,
        "put_back": held.put_back,
        "returned": line.returned,
        "unit_price": money_answer(line.unit_price),
        "discount": money_answer(line.discount),
        "tax_rate": rate_text(line.tax_rate),
        "total": money_answer(total),
        "price_differs": line.price_differs,
        "note": line.note,
    }


def _payment(payment: Payment) -> PaymentAnswer:
    return {
        "reference": payment.reference or payment.id,
        "kind": _KINDS[payment.kind],
        "tender": payment.tender,
        "amount": money_answer(payment.amount),
        "refund_of": payment.refund_of or None,
        "at": moment_text(payment.at),
    }


def _delivery(order: Order) -> DeliveryAnswer:
    delivery, address = order.delivery, order.delivery.address
    return {
        "method": delivery.method,
        "store": delivery.store or None,
        "address": {
            "street": address.street,
            "postcode": address.postcode,
            "city": address.city,
            "country": address.country,
            "extra": address.extra,
        }
        if address
        else None,
        "requested_at": _maybe(delivery.requested_at),
        "tracking": delivery.tracking,
    }


def _customer(order: Order) -> CustomerAnswer:
    customer = order.customer
    return {
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "member_card": customer.member_card,
        "language": customer.language,
    }


def _totals(order: Order) -> TotalsAnswer:
    sums = totals(order)
    return {
        "lines": money_answer(sums.lines),
        "discount": money_answer(sums.discount),
        "tax": money_answer(sums.tax),
        "total": money_answer(sums.total),
        "paid": money_answer(sums.paid),
        "balance": money_answer(sums.balance),
        "refundable": money_answer(sums.refundable),
    }


def order_answer(order: Order, customer_page: str | None) -> OrderAnswer:
    """An order in the API's words; `customer_page` is the link with its token, None to leave it out."""
    collector = order.collector
    return {
        "id": order.id,
        "number": order.number,
        "version": order.version,
        "kind": order.kind.value,
        "stage": order.stage.value,
        "closed_as": order.closed_as.value if order.closed_as else None,
        "source": order.source,
        "external_id": order.external_id,
        "delivery": _delivery(order),
        "customer": _customer(order),
        "collector": {"name": collector.name, "phone": collector.phone} if collector else None,
        "comment": order.comment_staff,
        "collect_by": _maybe(order.collect_by),
        "ready_at": _maybe(order.ready_at),
        "promised_at": _maybe(order.promised_at),
        "expires_at": _maybe(order.expires_at),
        "lines": [_line(order, line) for line in order.lines],
        "totals": _totals(order),
        "prices_include_tax": order.prices_include_tax,
        "payments": [_payment(payment) for payment in order.payments],
        "bags": [
            {
                "bag": bag.number,
                "shelf": bag.shelf,
                "lines": [{"line": line, "quantity": quantity} for line, quantity in bag.contents],
            }
            for bag in order.bags
        ],
        "allowed_actions": [act.value for act in allowed_actions(order, SHOP_RIGHTS) if act not in _NO_CALL],
        "customer_page": customer_page,
        "created_at": moment_text(order.created_at),
        "updated_at": moment_text(order.updated_at),
    }


def cancel_answer(order: Order, customer_page: str | None) -> CancelAnswer:
    """What cancelling left: the order and what is refundable now."""
    refundable = money_answer(Money(surplus(order), order.currency))
    return {"order": order_answer(order, customer_page), "refundable": refundable}


def item_answer(item: Item, *, removed: bool) -> ItemAnswer:
    """An item in the API's words."""
    return {
        "sku": item.sku,
        "name": item.name,
        "barcodes": list(item.barcodes),
        "price": money_answer(item.price),
        "tax_rate": rate_text(item.tax_rate),
        "unit": {"code": item.unit.code, "decimals": item.unit.decimals},
        "kind": item.kind.value,
        "removed": removed,
    }


def opening_hours(store: Store) -> dict[str, list[list[str]]]:
    """Local opening hours per weekday."""
    return {
        day: [[opens.strftime("%H:%M"), closes.strftime("%H:%M")] for opens, closes in spans]
        for day, spans in zip(WEEKDAYS, store.calendar.weekly, strict=True)
    }
