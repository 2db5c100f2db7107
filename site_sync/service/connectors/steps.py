"""The acts that bring an order from what its shop wanted before to what it wants now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from site_sync.domain.catalogue import ItemKind
from site_sync.domain.commands import Act, ActKind, Amend, Cancel, Create, RefundPayment, TakePayment
from site_sync.domain.errors import Code, Refused
from site_sync.domain.money import Money, divide
from site_sync.domain.orders import Line, Order, OrderKind, Payment, PaymentKind, Stage
from site_sync.domain.particulars import LineChange, NewLine, Refunded, Tendered
from site_sync.domain.policies import OnShortage
from site_sync.domain.quantities import value_of
from site_sync.service.connectors.target import Target, TargetLine
from site_sync.service.web_order_words import CANCELLED_BY_SHOP, Numbered

CORRECTION = "correction:"
OPEN_STAGES = frozenset({Stage.TO_PICK, Stage.PICKING, Stage.TO_COLLECT, Stage.TO_SHIP})


def create_act(target: Target, numbered: Numbered, named: tuple[str, str]) -> Create:
    """The act that makes the order; `named` is its source and the shop's id for it."""
    return Create(
        order_kind=OrderKind.CUSTOMER_ORDER,
        number=numbered.number,
        currency=target.currency,
        customer=target.customer,
        delivery=target.delivery,
        lines=tuple(new_line(line, target.currency) for line in target.lines),
        source=named[0],
        prices_include_tax=target.prices_include_tax,
        collector=target.collector,
        comment_staff=target.comment,
        external_id=named[1],
        on_shortage=OnShortage.PARTIAL,
        code_hash=numbered.code_hash,
        page_hash=numbered.page_hash,
    )


def new_line(line: TargetLine, currency: str) -> NewLine:
    """A line to be added."""
    return NewLine(
        sku=line.sku,
        description=line.description,
        quantity=line.quantity,
        unit_price=Money(line.unit_price, currency),
        tax_rate=line.tax_rate,
        discount=Money(line.discount, currency),
        unit=line.unit,
        kind=line.kind,
        shelf=line.shelf,
        external_line=line.external_line,
        price_differs=line.price_differs,
    )


def amend_act(order: Order, before: Target, target: Target) -> Amend | None:
    """What the shop changed since, and only that: what staff did meanwhile stays. None when it is nothing.

    Lines of an order that is cancelled next stay as they are. Refused when the shop wants more of an order
    that is over.
    """
    if order.stage not in OPEN_STAGES:
        if _wants_more(before, target):
            raise Refused(Code.NOT_ALLOWED_IN_STAGE, stage=order.stage.value, act=ActKind.AMEND.value)
        return None
    act = _details(order, before, target)
    if not target.cancelled:
        act = _lines(act, order, before, target)
    return None if act == Amend() else act


def _wants_more(before: Target, target: Target) -> bool:
    if target.cancelled:
        return False
    had = {line.external_line: line.quantity for line in before.lines if line.kind is ItemKind.GOODS}
    goods = (line for line in target.lines if line.kind is ItemKind.GOODS)
    return before.cancelled or any(line.quantity > had.get(line.external_line, 0) for line in goods)


def _details(order: Order, before: Target, target: Target) -> Amend:
    customer = replace(target.customer, id=order.customer.id)
    return Amend(
        customer=customer if target.customer != before.customer else None,
        collector=target.collector if target.collector != before.collector else None,
        delivery=target.delivery if target.delivery != before.delivery else None,
        comment_staff=target.comment if target.comment != before.comment else None,
    )


def _lines(act: Amend, order: Order, before: Target, target: Target) -> Amend:
    old = {line.external_line: line for line in before.lines}
    new = {line.external_line: line for line in target.lines}
    held = _held(order)
    replaced = {name for name in old.keys() & new.keys() if not _same_thing(old[name], new[name])}
    add = [line for name, line in new.items() if name not in old or name in replaced]
    void = [held[name] for name in old if (name not in new or name in replaced) and name in held]
    changes = [
        change
        for name in old.keys() & new.keys() - replaced
        if name in held and (change := _change(held[name], old[name], new[name]))
    ]
    return replace(
        act,
        add=tuple(new_line(line, order.currency) for line in add),
        change=tuple(sorted(changes, key=lambda change: change.line)),
        void=tuple(line.id for line in void if line.quantities.open),
    )


def _held(order: Order) -> dict[str, Line]:
    """The order's line for each of the shop's, the one with open units when there are several."""
    found: dict[str, Line] = {}
    for line in order.lines:
        known = found.get(line.external_line)
        if line.external_line and (known is None or not known.quantities.open):
            found[line.external_line] = line
    return found


def _same_thing(old: TargetLine, new: TargetLine) -> bool:
    return (old.sku, old.tax_rate, old.kind, old.unit) == (new.sku, new.tax_rate, new.kind, new.unit)


def _change(line: Line, old: TargetLine, new: TargetLine) -> LineChange | None:
    """The line's new quantity, price and discount, so that what is live costs exactly what the shop says."""
    if (old.quantity, old.unit_price, old.value) == (new.quantity, new.unit_price, new.value):
        return None
    held = line.quantities
    live = max(held.collected, held.live + new.quantity - old.quantity)
    quantity = live if live != held.live else None
    if held.collected or not live:
        return LineChange(line.id, quantity=live) if quantity is not None else None
    ordered = held.ordered + max(0, live - held.live)
    price = Money(new.unit_price, line.unit_price.currency)
    value = divide(new.value * live, new.quantity)
    off = value_of(price, live, line.unit).amount - value
    discount = Money(_discount(off, live, ordered), price.currency)
    return LineChange(line.id, quantity=quantity, unit_price=price, discount=discount)


def _discount(off: int, live: int, ordered: int) -> int:
    """The discount for all that was ordered of which the live units' share is `off`."""
    whole = divide(off * ordered, live)
    return next(
        (near for near in (whole, whole - 1, whole + 1) if divide(near * live, ordered) == off), whole
    )


def _own(order: Order, kind: PaymentKind) -> list[Payment]:
    return [payment for payment in order.payments if payment.kind is kind and payment.id.startswith("shop:")]


def money_acts(order: Order, target: Target, tender: str) -> Iterator[Act]:
    """Payments and refunds that the shop knows of and the order does not, given one after another."""
    taken, given = _own(order, PaymentKind.PAYMENT), _own(order, PaymentKind.REFUND)
    corrected = sum(p.amount.amount for p in given if p.reference.startswith(CORRECTION))
    held = sum(payment.amount.amount for payment in taken) - corrected
    count = len(taken) + len(given) + 1
    if target.paid > held:
        amount = Money(target.paid - held, order.currency)
        name = f"shop:{order.external_id}:{count}"
        yield TakePayment((Tendered(name, tender, amount, name),))
    elif target.paid < held:
        name = f"{CORRECTION}{order.external_id}:{count}"
        yield from _refund(order, name, held - target.paid)


def refund_acts(order: Order, target: Target) -> Iterator[Act]:
    """Refunds that the shop made and the order does not know of."""
    known: dict[str, int] = {}
    for payment in _own(order, PaymentKind.REFUND):
        known[payment.reference] = known.get(payment.reference, 0) + payment.amount.amount
    for name, amount in target.refunds:
        if amount > known.get(name, 0):
            yield from _refund(order, name, amount - known.get(name, 0))


def _refund(order: Order, name: str, amount: int) -> Iterator[Act]:
    """Give back of the shop's payments what is left of them, the latest first; no more than was paid."""
    refunds: list[Refunded] = []
    for paid in reversed(_own(order, PaymentKind.PAYMENT)):
        left = paid.amount.amount - sum(
            one.amount.amount for one in order.payments
            if one.kind is PaymentKind.REFUND and one.refund_of == paid.id
        )  # fmt: skip
        part = min(left, amount)
        if part > 0:
            amount -= part
            count = len(order.payments) + len(refunds)
            money = Money(part, order.currency)
            refunds.append(Refunded(f"shop:refund:{name}:{count}", paid.id, paid.tender, money, name))
    if refunds:
        yield RefundPayment(tuple(refunds))


def cancel_act(order: Order, target: Target) -> Cancel | None:
    """The act that ends the order when the shop cancelled it; what was handed over stays so."""
    open_units = any(line.quantities.open for line in order.lines)
    if not target.cancelled or not open_units or order.stage not in OPEN_STAGES:
        return None
    return Cancel(CANCELLED_BY_SHOP)
