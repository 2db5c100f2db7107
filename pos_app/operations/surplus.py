"""Money no line can hold any more, given back or kept on the spot with the changes that freed it."""

from __future__ import annotations

from pos_app.operations import orders, refunding
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Acting, Changed, Desk, act_on, command_for, context_for
from pos_app.operations.drafting import Details, amendment
from pos_app.operations.orders import Settlement, bringing
from pos_app.operations.refunding import PayBack
from pos_app.operations.settling import Halted, saved_first
from site_sync.domain import deposits
from site_sync.domain.commands import Act, Amend, Cancel, RefundPayment
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.particulars import Refunded
from site_sync.domain.permissions import Right
from site_sync.domain.policies import DepositAtEnd


def _order(desk: Desk, cart: Cart) -> Order | Refusal:
    base = desk.store.orders.order(cart.base.id) if cart.base else None
    return base or Refusal(Code.ORDER_UNKNOWN, {"order": cart.base.id if cart.base else ""})


def _ends(cart: Cart) -> bool:
    """Whether the sale takes every line out: then the order is cancelled with its money."""
    return bool(cart.lines) and all(line.voided for line in cart.lines)


def _cancel(desk: Desk, acting: Acting, at_end: DepositAtEnd, refunds: tuple[Refunded, ...] = ()) -> Cancel:
    return Cancel(acting.reason, None, at_end, refunds, desk.new_id())


def begin(desk: Desk, acting: Acting, cart: Cart, details: Details, amount: Money) -> PayBack | Refusal:
    """What has to be given back for the recalled order as the sale would leave it; nothing is kept."""
    base = _order(desk, cart)
    if isinstance(base, Refusal):
        return base
    if not acting.shift:
        return Refusal(Code.SHIFT_NEEDED)
    if not acting.may(Right.DEPOSIT_REFUND):
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.DEPOSIT_REFUND.value})
    change: Act = amendment(desk, cart, details, base)
    if change == Amend():
        return refunding.of_order(desk, base, amount)
    if _ends(cart):
        change = _cancel(desk, acting, DepositAtEnd.LEAVE)
    command = command_for(desk, acting, base.id, change)
    decision = decide(base, command, context_for(desk, acting, base, command))
    return decision if isinstance(decision, Refusal) else refunding.of_order(desk, decision.order, amount)


def finish(desk: Desk, acting: Acting, cart: Cart, details: Details, back: PayBack) -> Changed | Refusal:
    """Keep the changes with the money that went back."""
    base = _order(desk, cart)
    if isinstance(base, Refusal):
        return base
    refunds = refunding.refunds(back.tendering)
    settlement = Settlement(refunds=refunds, paid_back=back.tendering)
    act: Act = RefundPayment(refunds)
    if _ends(cart):
        act = _cancel(desk, acting, DepositAtEnd.REFUND, refunds)
    elif amendment(desk, cart, details, base) != Amend():
        return orders.save(desk, acting, cart, details, settlement)
    return act_on(desk, acting, base.id, act, bringing(desk, acting, base.id, settlement))


def keep(desk: Desk, acting: Acting, cart: Cart, details: Details) -> Changed | Refusal:
    """Keep the changes, and what they free as the customer's credit."""
    base = _order(desk, cart)
    if isinstance(base, Refusal):
        return base
    if _ends(cart):
        act = _cancel(desk, acting, DepositAtEnd.CREDIT)
        return act_on(desk, acting, base.id, act, bringing(desk, acting, base.id))
    try:
        with desk.store.file.transaction():
            saved_first(desk, acting, cart, details)
            return _keep(desk, acting, base.id)
    except Halted as halted:
        return halted.refusal


def _keep(desk: Desk, acting: Acting, order_id: str) -> Changed:
    order = desk.store.orders.order(order_id)
    amount = Money(deposits.surplus(order) if order else 0, desk.currency)
    kept = orders.keep_credit(desk, acting, order_id, amount)
    if isinstance(kept, Refusal):
        raise Halted(kept)
    return kept
