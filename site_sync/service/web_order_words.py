"""A web shop's words turned into the acts of the domain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from site_sync.domain import customers
from site_sync.domain.catalogue import Item
from site_sync.domain.commands import Amend, Create
from site_sync.domain.deadlines import ready_by
from site_sync.domain.errors import Code, Refused
from site_sync.domain.money import minor_digits
from site_sync.domain.orders import Delivery, DeliveryMode, Order, OrderKind, Payment, PaymentKind
from site_sync.domain.particulars import LineChange, NewLine, Refunded, Tendered
from site_sync.domain.shop import DeliveryMethod, Store
from site_sync.protocol import web_shop
from site_sync.protocol.codec import Malformed
from site_sync.protocol.problems import ProblemFound, of_malformed
from site_sync.protocol.web_shop import AmendRequest, OrderLine, OrderRequest, basis_points
from site_sync.service.database.records import Settled
from site_sync.service.sentences import said

_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,64}")
_HOLD = re.compile(r"[A-Za-z0-9_-]{1,100}")
BUILT_IN = {"collect": DeliveryMode.COLLECT, "ship": DeliveryMode.SHIP}
"""Delivery methods that need no record of their own."""
CANCELLED_BY_SHOP = said("cancelled in the web shop")


@dataclass(frozen=True, slots=True)
class Shop:
    """What a new order is measured by: the settled records, its items, its delivery method."""

    settled: Settled
    items: Mapping[str, Item]
    method: DeliveryMethod | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Numbered:
    """What a new order is called: its number and the hashes of its tokens, a named collector's among them."""

    number: str
    code_hash: str
    page_hash: str
    collector_hash: str = ""


def mode_of(code: str, method: DeliveryMethod | None) -> DeliveryMode:
    """What a delivery method comes down to; refused when nobody has configured it."""
    if method is not None:
        return method.mode
    if code not in BUILT_IN:
        unknown = ("/delivery/method", f"No delivery method is called {code}")
        raise ProblemFound(of_malformed(Malformed("order", [unknown])))
    return BUILT_IN[code]


def delivery_of(request: OrderRequest, shop: Shop) -> Delivery:
    """The order's delivery; refused when its store does not exist or offers no collection."""
    words = request.delivery
    mode = mode_of(words.method, shop.method)
    if words.store is not None:
        check_store(words.store, shop.settled, mode)
    address = customers.Address(**words.address.model_dump()) if words.address else None
    return Delivery(words.method, mode, words.store or "", address, words.requested_at)


def check_store(code: str, settled: Settled, mode: DeliveryMode) -> Store:
    """The store of that code; refused when it is unknown, or closed to collection."""
    store = settled.stores.get(code)
    if store is None or (mode is DeliveryMode.COLLECT and not store.click_and_collect):
        raise Refused(Code.STORE_UNKNOWN, store=code)
    return store


def home_store(delivery: Delivery, settled: Settled) -> str:
    """The store an order belongs to: where it is collected, else the first one that ships."""
    if delivery.store:
        return delivery.store
    if not settled.stores:
        raise Refused(Code.STORE_NEEDED)
    return min(settled.stores.values(), key=lambda store: (store.priority, store.code)).code


def new_lines(lines: Iterable[OrderLine], items: Mapping[str, Item]) -> tuple[NewLine, ...]:
    """Lines at the prices given, flagged where they differ from the item's."""
    return tuple(_line(line, items[line.sku]) for line in lines)


def _line(line: OrderLine, item: Item) -> NewLine:
    price = line.unit_price.value() if line.unit_price else item.price
    return NewLine(
        sku=item.sku,
        description=item.name,
        quantity=line.quantity,
        unit_price=price,
        tax_rate=basis_points(line.tax_rate) if line.tax_rate else item.tax_rate,
        discount=line.discount.value() if line.discount else None,
        unit=item.unit,
        kind=item.kind,
        shelf=item.shelf,
        external_line=line.external_line,
        note=line.note,
        price_differs=price != item.price,
    )


def tendered(payment: web_shop.Payment) -> Tendered:
    """Money the shop captured; the shop's reference is its id within the order."""
    return Tendered(payment.reference, payment.tender, payment.amount.value(), payment.reference)


def authorised_note(payment: web_shop.Payment) -> str:
    """The remark that keeps an authorisation, which is no money yet."""
    digits, amount = minor_digits(payment.amount.currency), payment.amount.amount
    whole, part = divmod(amount, 10**digits)
    shown = f"{whole}.{part:0{digits}d}" if digits else str(whole)
    return said(f"Authorised {payment.tender}: {shown} {payment.amount.currency} ({payment.reference})")


def refund_id(reference: str) -> str:
    """A refund's id within the order, apart from the payment's, whose reference shops like to repeat."""
    return f"refund:{reference}"


def refunded(order: Order, words: web_shop.Payment) -> Refunded:
    """Money the shop gave back, of its payment that is named or of the only one; never a till's money."""
    taken = [p for p in order.payments if p.kind is PaymentKind.PAYMENT and not p.till]
    named = [p for p in taken if words.refund_of in (p.id, p.reference)] if words.refund_of else taken
    if len(named) != 1:
        raise Refused(Code.PAYMENT_UNKNOWN, payment=words.refund_of or "")
    paid: Payment = named[0]
    tender = words.tender if "tender" in words.model_fields_set else paid.tender
    return Refunded(refund_id(words.reference), paid.id, tender, words.amount.value(), words.reference)


def create_act(request: OrderRequest, shop: Shop, numbered: Numbered) -> Create:
    """The act that makes the order."""
    lines = new_lines(request.lines, shop.items)
    delivery = delivery_of(request, shop)
    policy = shop.settled.policies.for_order(home_store(delivery, shop.settled), delivery.method)
    theirs = request.collector is not None and delivery.mode is DeliveryMode.COLLECT
    captured = [p for p in request.payments if p.kind is web_shop.PaymentKind.CAPTURED]
    return Create(
        order_kind=OrderKind.CUSTOMER_ORDER,
        number=numbered.number,
        currency=lines[0].unit_price.currency,
        customer=request.customer.value(),
        delivery=delivery,
        lines=lines,
        source=request.source,
        prices_include_tax=request.prices_include_tax,
        collector=_collector(request.collector),
        comment_staff=request.comment or "",
        external_id=request.external_id,
        promised_at=_promised(delivery, shop),
        payments=tuple(tendered(payment) for payment in captured),
        on_shortage=request.shortage(policy.not_free),
        code_hash=numbered.code_hash,
        page_hash=numbered.page_hash,
        collector_hash=numbered.collector_hash if theirs else "",
    )


def _collector(words: web_shop.Collector | None) -> customers.Collector | None:
    return None if words is None else customers.Collector(words.name, words.phone)


def _promised(delivery: Delivery, shop: Shop) -> datetime | None:
    """When the goods should be ready: after the preparation time, or later if so requested."""
    store = shop.settled.stores.get(delivery.store)
    if store is None or delivery.mode is not DeliveryMode.COLLECT:
        return delivery.requested_at
    minutes = shop.settled.policies.for_order(store.code, delivery.method).preparation_minutes
    ready = ready_by(shop.now, minutes, store.calendar)
    return max(ready, delivery.requested_at) if delivery.requested_at else ready


def amend_act(request: AmendRequest, order: Order, shop: Shop) -> Amend:
    """The act that changes the order; what the request leaves out stays."""
    said = request.model_fields_set
    customer = request.customer.value(order.customer.id) if request.customer else None
    return Amend(
        add=new_lines(request.add_lines, shop.items),
        change=tuple(
            LineChange(line.line, quantity=line.quantity, note=line.note)
            for line in request.lines
            if line.quantity != 0
        ),
        void=tuple(line.line for line in request.lines if line.quantity == 0),
        customer=customer,
        collector=_collector(request.collector),
        delivery=_amended_delivery(request, order, shop) if "delivery" in said else None,
        comment_staff=request.comment,
    )


def _amended_delivery(request: AmendRequest, order: Order, shop: Shop) -> Delivery | None:
    words = request.delivery
    if words is None:
        return None
    delivery = order.delivery
    if words.store is not None:
        check_store(words.store, shop.settled, delivery.mode)
        delivery = replace(delivery, store=words.store)
    if "requested_at" in words.model_fields_set:
        delivery = replace(delivery, requested_at=words.requested_at)
    return delivery


def may_be_reference(text: str) -> bool:
    """Whether a text can be an order's id or number at all."""
    return bool(_REFERENCE.fullmatch(text))


def may_be_hold(text: str) -> bool:
    """Whether a text can be a hold's token at all."""
    return bool(_HOLD.fullmatch(text))
