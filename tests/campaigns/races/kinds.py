"""What two tills race for: how it is laid out, what each does, and what the loser is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pos_app.operations import cart as carts
from pos_app.operations import collecting, orders, paying, picking, refunding, selling
from pos_app.operations.cart import Cart
from pos_app.operations.collecting import HandOver
from pos_app.operations.desk import Acting, BulkResult, Changed, Desk, act_on
from pos_app.operations.orders import Settlement
from pos_app.operations.paying import Tendering
from site_sync.domain import deposits
from site_sync.domain.commands import Pick, RefundPayment
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.particulars import Identity, IdentityBy

Done = Changed | BulkResult | Refusal
Act = Callable[[Desk, Acting, str], Done]
GOODS = "SKU-4"
MARIA = Customer(name="Maria Jensen", phone="+4520304050")


def _must(done: Done) -> Order:
    if not isinstance(done, Changed):
        raise AssertionError(done)
    return done.order


def _order(desk: Desk, order_id: str) -> Order:
    order = desk.store.orders.order(order_id)
    if order is None:
        raise LookupError(order_id)
    return order


def _cash(desk: Desk, due: Money) -> Tendering | None:
    if not due.amount:
        return None
    taken = paying.take_cash(desk, paying.begin(due), due)
    if isinstance(taken, Refusal):
        raise AssertionError(taken.code.value)
    return taken


def _cart(desk: Desk, sku: str, quantity: int) -> Cart:
    cart = selling.add_item(desk, selling.new_cart(desk), sku, quantity)
    if isinstance(cart, Refusal):
        raise AssertionError(cart.code.value)
    return carts.with_customer(cart, MARIA)


def ordered(desk: Desk, acting: Acting, sku: str = GOODS, paid: bool = False) -> Order:
    """A customer order of two units, paid or not."""
    cart = _cart(desk, sku, 2)
    money = _cash(desk, carts.totals(cart).total) if paid else None
    return _must(orders.save(desk, acting, cart, orders.new_details(desk), Settlement(money)))


def cancelled(desk: Desk, acting: Acting) -> Order:
    """An order that was paid and then cancelled; its money is still held."""
    return _must(orders.cancel(desk, acting, ordered(desk, acting, paid=True).id))


def ready(desk: Desk, acting: Acting) -> Order:
    """An order that waits on its shelf."""
    order = ordered(desk, acting)
    for line in order.lines:
        _must(picking.pick(desk, acting, order.id, Pick(line.id, line.quantities.to_pick, 1)))
    return _must(picking.confirm(desk, acting, order.id, {1: "C1"}))


def order_last(desk: Desk, acting: Acting, sku: str) -> Done:
    """Sell the last unit of an item to somebody who will fetch it."""
    return orders.save(desk, acting, _cart(desk, sku, 1), orders.new_details(desk))


def collect(desk: Desk, acting: Acting, order_id: str) -> Done:
    """Hand over everything against the money."""
    order = _order(desk, order_id)
    due = collecting.due(order, {line.id: line.quantities.open for line in order.lines})
    bags = tuple(bag.number for bag in order.bags)
    how = HandOver(Identity(IdentityBy.KNOWN), None, _cash(desk, due), bags)
    return collecting.hand_over(desk, acting, order_id, how)


def cancel(desk: Desk, acting: Acting, order_id: str) -> Done:
    """The customer thought better of it."""
    return orders.cancel(desk, acting, order_id)


def pay(desk: Desk, acting: Acting, order_id: str) -> Done:
    """Pay all that is owed."""
    money = _cash(desk, Money(deposits.balance(_order(desk, order_id)), desk.currency))
    if money is None:
        raise AssertionError("nothing is owed")
    return orders.take_payment(desk, acting, order_id, money)


def one_less(desk: Desk, acting: Acting, order_id: str) -> Done:
    """Change the order to one unit."""
    found = orders.recall(desk, acting, order_id)
    if isinstance(found, Refusal):
        return found
    cart = carts.with_quantity(found.cart, found.cart.lines[0].id, 1)
    return cart if isinstance(cart, Refusal) else orders.save(desk, acting, cart, found.details)


def pick(desk: Desk, acting: Acting, order_id: str) -> Done:
    """Find both units."""
    line = _order(desk, order_id).lines[0]
    return picking.pick(desk, acting, order_id, Pick(line.id, 2, 1))


def refund(desk: Desk, acting: Acting, order_id: str) -> Done:
    """Give the whole deposit back."""
    order = _order(desk, order_id)
    back = refunding.of_order(desk, order, Money(deposits.held(order), desk.currency))
    given = back if isinstance(back, Refusal) else refunding.give(desk, acting, back, back.open[0], "cash")
    if isinstance(given, Refusal):
        return given
    refunds = refunding.refunds(given.tendering)
    how = orders.bringing(desk, acting, order_id, Settlement(refunds=refunds, paid_back=given.tendering))
    return act_on(desk, acting, order_id, RefundPayment(refunds), how)


def claim(desk: Desk, acting: Acting, order_id: str) -> Done:
    """Take it to pick."""
    [done] = picking.claim(desk, acting, (order_id,))
    return done.refusal or done


@dataclass(frozen=True, slots=True)
class Race:
    """What is raced for; `told` are the codes the loser may be told.

    `both` is what must hold of the order where both acts are right, one after the other; None where only one
    can be.
    """

    name: str
    laid: Callable[[Desk, Acting], Order] | None
    first: Act
    second: Act
    told: frozenset[Code] = frozenset()
    both: Callable[[Order], bool] | None = None


def _surplus_of_one(order: Order) -> bool:
    """Cash that two customers' hands gave is in two drawers: what is too much is shown as owed back."""
    return 2 * deposits.surplus(order) == sum(one.amount.amount for one in order.payments)


def _one_to_put_back(order: Order) -> bool:
    """Picked first, then changed: one unit goes back to its shelf."""
    quantities = order.lines[0].quantities
    return (quantities.picked, quantities.to_put_back) == (1, 1)


RACES = (
    Race("last unit", None, order_last, order_last, frozenset({Code.INSUFFICIENT_STOCK})),
    Race("collect twice", ready, collect, collect, frozenset({Code.HANDED_OVER_TWICE})),
    Race("cancel or collect", ready, cancel, collect, frozenset({Code.NOT_ALLOWED_IN_STAGE})),
    Race("pay twice", ordered, pay, pay, both=_surplus_of_one),
    Race("change or pick", ordered, one_less, pick, frozenset({Code.QUANTITY_TOO_LARGE}), _one_to_put_back),
    Race("refund twice", cancelled, refund, refund, frozenset({Code.REFUND_OVER_PAYMENT})),
    Race("claim twice", ordered, claim, claim, frozenset({Code.CLAIMED_BY_OTHER})),
)
