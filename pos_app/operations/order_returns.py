"""Taking collected goods of an order back at any store: which, why, what is given back for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pos_app.operations import refunding
from pos_app.operations.desk import Acting, Changed, Desk, act_on, command_for, context_for
from pos_app.operations.orders import Settlement, bringing
from pos_app.operations.refunding import PayBack
from pos_app.store.order_list import OrderFilter, Tab
from site_sync.domain.commands import ReturnGoods
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.lifecycle.taking_back import refundable_for, returnable, value_back
from site_sync.domain.money import Money
from site_sync.domain.orders import Line, Order
from site_sync.domain.particulars import LineQuantity, Refunded
from site_sync.domain.permissions import Right

NEWEST = 30


@dataclass(frozen=True, slots=True)
class Returnable:
    """A line of which units can still come back: how many at most."""

    line: Line
    most: int


@dataclass(frozen=True, slots=True)
class ReturnWish:
    """Which units come back (line → quantity), why, and whether they can be sold again."""

    order_id: str
    units: Mapping[int, int]
    reason: str = ""
    damaged: bool = False


def lines(order: Order) -> tuple[Returnable, ...]:
    """What the customer has and can bring back."""
    return tuple(Returnable(line, returnable(line)) for line in order.lines if returnable(line) > 0)


def value(order: Order, units: Mapping[int, int]) -> Money:
    """What was paid for these units."""
    amount = sum(value_back(order, order.line(line), count) for line, count in units.items() if count)
    return Money(amount, order.currency)


def newest(desk: Desk) -> tuple[Order, ...]:
    """Orders of this store, the latest first, of which something was handed over that can come back."""
    rows = desk.store.lists.rows(OrderFilter(tab=Tab.DONE, store=desk.identity.store), limit=NEWEST)
    found = (desk.store.orders.order(row.id) for row in rows)
    there = [order for order in found if order is not None and lines(order)]
    return tuple(sorted(there, key=lambda order: order.updated_at, reverse=True))


def begin(desk: Desk, acting: Acting, wish: ReturnWish) -> PayBack | Order | Refusal:
    """What has to be given back for these goods; the order afterwards when nothing is."""
    order = desk.store.orders.order(wish.order_id)
    if order is None:
        return Refusal(Code.ORDER_UNKNOWN, {"order": wish.order_id})
    command = command_for(desk, acting, order.id, _act(wish, ()))
    decision = decide(order, command, context_for(desk, acting, order, command))
    if isinstance(decision, Refusal):
        return decision
    amount = refundable_for(decision.order, value(order, wish.units).amount)
    if amount <= 0:
        return decision.order
    if not acting.shift:
        return Refusal(Code.SHIFT_NEEDED)
    if not acting.may(Right.DEPOSIT_REFUND):
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.DEPOSIT_REFUND.value})
    return refunding.of_order(desk, decision.order, Money(amount, order.currency))


def finish(desk: Desk, acting: Acting, wish: ReturnWish, back: PayBack | None = None) -> Changed | Refusal:
    """The goods are here; money given back is booked with them, and the receipt says why."""
    refunds = refunding.refunds(back.tendering) if back is not None else ()
    settlement = Settlement(refunds=refunds, paid_back=back.tendering if back is not None else None)
    who = acting if acting.reason else replace(acting, reason=wish.reason)
    how = bringing(desk, who, wish.order_id, settlement)
    return act_on(desk, who, wish.order_id, _act(wish, refunds), how)


def _act(wish: ReturnWish, refunds: tuple[Refunded, ...]) -> ReturnGoods:
    units = tuple(LineQuantity(line, count) for line, count in sorted(wish.units.items()) if count)
    return ReturnGoods(units, wish.reason, wish.damaged, refunds)
