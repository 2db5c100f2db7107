"""Money no line can hold any more, given back on the spot together with the changes that freed it."""

from __future__ import annotations

from pos_app.operations import orders, refunding
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Acting, Changed, Desk, act_on, command_for, context_for
from pos_app.operations.drafting import Details, amendment
from pos_app.operations.orders import Settlement, bringing
from pos_app.operations.refunding import PayBack
from site_sync.domain.commands import Amend, RefundPayment
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.money import Money
from site_sync.domain.permissions import Right


def begin(desk: Desk, acting: Acting, cart: Cart, details: Details, amount: Money) -> PayBack | Refusal:
    """What has to be given back for the recalled order as the sale would leave it; nothing is kept."""
    base = desk.store.orders.order(cart.base.id) if cart.base else None
    if base is None:
        return Refusal(Code.ORDER_UNKNOWN, {"order": cart.base.id if cart.base else ""})
    if not acting.shift:
        return Refusal(Code.SHIFT_NEEDED)
    if not acting.may(Right.DEPOSIT_REFUND):
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.DEPOSIT_REFUND.value})
    change = amendment(desk, cart, details, base)
    if change == Amend():
        return refunding.of_order(desk, base, amount)
    command = command_for(desk, acting, base.id, change)
    decision = decide(base, command, context_for(desk, acting, base, command))
    return decision if isinstance(decision, Refusal) else refunding.of_order(desk, decision.order, amount)


def finish(desk: Desk, acting: Acting, cart: Cart, details: Details, back: PayBack) -> Changed | Refusal:
    """Keep the changes with the money that went back."""
    if cart.base is None:
        return Refusal(Code.ORDER_UNKNOWN, {"order": ""})
    refunds = refunding.refunds(back.tendering)
    settlement = Settlement(refunds=refunds, paid_back=back.tendering)
    base = desk.store.orders.order(cart.base.id)
    if base is not None and amendment(desk, cart, details, base) == Amend():
        how = bringing(desk, acting, base.id, settlement)
        return act_on(desk, acting, base.id, RefundPayment(refunds), how)
    return orders.save(desk, acting, cart, details, settlement)
