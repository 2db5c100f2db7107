"""An order that was changed elsewhere while it lay in the sale: what differs, and the sale on top of it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from pos_app.operations import cart as carts
from pos_app.operations.cart import Cart, CartLine
from pos_app.operations.desk import Desk
from pos_app.operations.drafting import Details, details_of
from site_sync.domain.customers import Customer
from site_sync.domain.money import Money
from site_sync.domain.orders import Line, Order
from site_sync.domain.quantities import Unit
from site_sync.domain.totals import totals


@dataclass(frozen=True, slots=True)
class LineDifference:
    """A line that holds other units, or costs another price, than when it was recalled."""

    name: str
    unit: Unit
    units: tuple[int, int]
    prices: tuple[Money, Money]


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """The sale on the order as it is now, the cashier's own changes kept, and what others did meanwhile."""

    cart: Cart
    details: Details
    lines: tuple[LineDifference, ...]
    paid: tuple[Money, Money]
    delivery: bool

    @property
    def told(self) -> bool:
        """Whether anything differs that staff should hear of."""
        return bool(self.lines) or self.delivery or self.paid[0] != self.paid[1]


def caught_up(desk: Desk, cart: Cart, details: Details) -> CaughtUp | None:
    """The sale on top of the newest version of its order; None while nobody changed it since the recall."""
    base = cart.base
    now = desk.store.orders.order(base.id) if base is not None else None
    if base is None or now is None or now.version == base.version:
        return None
    return CaughtUp(
        cart=replace(
            cart, base=now, lines=_lines(desk, cart, base, now), customer=_customer(cart, base, now)
        ),
        details=_details(details, details_of(base), details_of(now)),
        lines=_differences(base, now),
        paid=(totals(base).paid, totals(now).paid),
        delivery=base.delivery != now.delivery,
    )


def _customer(cart: Cart, base: Order, now: Order) -> Customer | None:
    return now.customer if cart.customer == base.customer else cart.customer


def _details(own: Details, before: Details, now: Details) -> Details:
    """What the cashier changed stays, the rest is as it is now."""
    taken = {
        field.name: getattr(now, field.name)
        for field in fields(Details)
        if getattr(own, field.name) == getattr(before, field.name)
    }
    return replace(own, **taken)


def _lines(desk: Desk, cart: Cart, base: Order, now: Order) -> tuple[CartLine, ...]:
    kept = []
    for line in cart.lines:
        if line.order_line is None:
            kept.append(line)
        elif now.line(line.order_line).charged:
            kept.append(_line(line, base.line(line.order_line), now.line(line.order_line)))
    known = {line.order_line for line in cart.lines}
    number = max((line.id for line in cart.lines), default=0)
    for fresh in now.lines:
        if fresh.id not in known and fresh.charged:
            number += 1
            kept.append(carts.of_order_line(number, fresh, desk.store.catalogue.item(fresh.sku)))
    return tuple(kept)


def _line(own: CartLine, before: Line, now: Line) -> CartLine:
    """A line of the sale: what the cashier changed of it stays."""
    handed_over = now.quantities.collected - now.returned
    quantity = now.charged if own.quantity == before.charged else max(own.quantity, handed_over)
    same_price = own.unit_price == before.unit_price and own.discount == before.discount.amount
    return replace(
        own,
        quantity=quantity,
        unit_price=now.unit_price if same_price else own.unit_price,
        discount=now.discount.amount if same_price else own.discount,
        note=now.note if own.note == before.note else own.note,
        marked=min(own.marked, quantity),
    )


def _differences(base: Order, now: Order) -> tuple[LineDifference, ...]:
    old = {line.id: line for line in base.lines}
    found = []
    for line in now.lines:
        before = old.get(line.id)
        units = (before.charged if before else 0, line.charged)
        prices = (before.unit_price if before else line.unit_price, line.unit_price)
        if units[0] != units[1] or prices[0] != prices[1]:
            found.append(LineDifference(line.description, line.unit, units, prices))
    return tuple(found)
