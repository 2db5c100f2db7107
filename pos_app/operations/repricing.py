"""Recalculating the prices of a recalled order: what would change, then the lines that were chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pos_app.operations import cart as carts
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Acting, Desk, need
from site_sync.domain.deposits import minimum
from site_sync.domain.discounts import discount_at
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle.repricing import repriced
from site_sync.domain.money import Money
from site_sync.domain.orders import Line, Order, OrderKind
from site_sync.domain.particulars import LinePrice
from site_sync.domain.permissions import Right


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A line of the order that costs something else today; `settled` when goods left at its price."""

    line: int
    order_line: int
    name: str
    old: Money
    new: Money
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """What the order costs and the least deposit, before and with the chosen prices."""

    total_before: Money
    total_after: Money
    minimum_before: Money
    minimum_after: Money


def _today(desk: Desk, line: Line) -> Money | None:
    item = desk.store.catalogue.item(line.sku) if line.sku else None
    return item.price if item is not None and not item.open_price else None


def todays(desk: Desk, order: Order) -> tuple[LinePrice, ...]:
    """The prices of today for lines of which nothing was handed over."""
    found = ((line, _today(desk, line)) for line in order.lines if not line.quantities.collected)
    return tuple(LinePrice(line.id, price) for line, price in found if price is not None)


def changes(desk: Desk, cart: Cart) -> tuple[PriceChange, ...]:
    """Lines of the recalled order whose price is another one today."""
    if cart.base is None:
        return ()
    found = []
    for line in cart.live:
        if line.order_line is None:
            continue
        saved = cart.base.line(line.order_line)
        price = _today(desk, saved)
        if price is not None and price != saved.unit_price:
            settled = bool(saved.quantities.collected)
            found.append(PriceChange(line.id, saved.id, line.item.name, saved.unit_price, price, settled))
    return tuple(found)


def with_prices(cart: Cart, chosen: tuple[PriceChange, ...]) -> Cart:
    """The cart with the prices of today on the chosen lines, the same share of discount on them."""
    wanted = {change.line: change for change in chosen if not change.settled}
    lines = []
    for line in cart.lines:
        change = wanted.get(line.id)
        if change is not None and cart.base is not None:
            fresh = repriced(cart.base.line(change.order_line), change.new)
            discount = discount_at(fresh, line.quantity + fresh.returned)
            line = replace(line, unit_price=change.new, discount=discount, repriced=True)
        lines.append(line)
    return replace(cart, lines=tuple(lines))


def effect(desk: Desk, cart: Cart, chosen: tuple[PriceChange, ...]) -> Effect:
    """What the order would cost with these prices."""
    base = cart.base
    before, after = carts.totals(cart).total, carts.totals(with_prices(cart, chosen)).total
    if base is None or base.kind is OrderKind.QUOTE:
        none = Money(0, cart.currency)
        return Effect(before, after, none, none)
    policy = desk.policy(base.work_store, base.delivery.method).deposit

    def least(total: Money) -> Money:
        return Money(minimum(total.amount, policy, base.delivery.mode), cart.currency)

    return Effect(before, after, least(before), least(after))


def reprice(desk: Desk, acting: Acting, cart: Cart, chosen: tuple[PriceChange, ...]) -> Cart | Refusal:
    """The cart with today's prices on the chosen lines, by right; kept when the order is saved."""
    refusal = need(acting, Right.ORDER_REPRICE)
    if refusal is not None:
        return refusal
    return with_prices(cart, chosen) if chosen else Refusal(Code.NOTHING_CHANGED)
