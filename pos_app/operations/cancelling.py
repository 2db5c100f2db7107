"""Cancelling an order or lines of it: what becomes of the money, checked before any of it moves."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pos_app.operations import cut_off, refunding
from pos_app.operations.desk import Acting, Changed, Desk, act_on, command_for, context_for
from pos_app.operations.orders import Settlement, bringing
from pos_app.operations.refunding import PayBack
from site_sync.domain import deposits, offline
from site_sync.domain.commands import Cancel
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.money import Money
from site_sync.domain.offline import OfflineAct
from site_sync.domain.orders import Order
from site_sync.domain.particulars import LineQuantity, Refunded
from site_sync.domain.permissions import Right, Role
from site_sync.domain.policies import DepositAtEnd

RIGHTS = {
    DepositAtEnd.REFUND: Right.DEPOSIT_REFUND,
    DepositAtEnd.CREDIT: Right.DEPOSIT_CREDIT,
    DepositAtEnd.FORFEIT: Right.DEPOSIT_FORFEIT,
}


@dataclass(frozen=True, slots=True)
class DepositChoice:
    """What may become of the money: disabled with its reason, or locked for want of a right."""

    code: DepositAtEnd
    amount: Money
    reason: Refusal | None = None
    missing: Right | None = None


@dataclass(frozen=True, slots=True)
class CancelOffer:
    """What cancelling these lines (None: all) frees, and what may become of it."""

    order: Order
    lines: tuple[LineQuantity, ...] | None
    surplus: Money
    choices: tuple[DepositChoice, ...]


@dataclass(frozen=True, slots=True)
class CancelWish:
    """What is to be cancelled, why, and what becomes of the money."""

    order_id: str
    reason: str
    lines: tuple[LineQuantity, ...] | None = None
    deposit: DepositAtEnd = DepositAtEnd.LEAVE


def units_of(order: Order, line_ids: tuple[int, ...]) -> tuple[LineQuantity, ...]:
    """All open units of some lines."""
    open_units = ((line, order.line(line).quantities.open) for line in line_ids)
    return tuple(LineQuantity(line, units) for line, units in open_units if units)


def offer(
    desk: Desk, acting: Acting, order_id: str, lines: tuple[LineQuantity, ...] | None = None
) -> CancelOffer | Refusal:
    """What becomes possible by cancelling; nothing is kept."""
    order = desk.store.orders.order(order_id)
    if order is None:
        return Refusal(Code.ORDER_UNKNOWN, {"order": order_id})
    away = _elsewhere(desk, order)
    if away is not None:
        return away
    after = _decided(desk, _allowed(acting), order, Cancel("offer", lines))
    if isinstance(after, Refusal):
        return after
    surplus = Money(deposits.surplus(after), order.currency)
    choices = _choices(desk, acting, after, surplus) if surplus else ()
    return CancelOffer(order, lines, surplus, choices)


def _elsewhere(desk: Desk, order: Order) -> Refusal | None:
    return cut_off.refusal(desk, offline.change_of(order, desk.identity.store))


def _allowed(acting: Acting) -> Acting:
    """The same person with every right, to see what would come of an act somebody has yet to approve."""
    return replace(acting, staff=replace(acting.staff, role=Role.ADMINISTRATOR))


def _decided(desk: Desk, acting: Acting, order: Order, act: Cancel) -> Order | Refusal:
    command = command_for(desk, acting, order.id, act)
    decision = decide(order, command, context_for(desk, acting, order, command))
    return decision if isinstance(decision, Refusal) else decision.order


def _choices(desk: Desk, acting: Acting, after: Order, surplus: Money) -> tuple[DepositChoice, ...]:
    codes = [DepositAtEnd.REFUND, DepositAtEnd.CREDIT, DepositAtEnd.LEAVE]
    if after.closed_at is not None or not any(line.quantities.open for line in after.lines):
        codes.insert(2, DepositAtEnd.FORFEIT)
    return tuple(_choice(desk, acting, after, DepositChoice(code, surplus)) for code in codes)


def _choice(desk: Desk, acting: Acting, after: Order, choice: DepositChoice) -> DepositChoice:
    right = RIGHTS.get(choice.code)
    missing = right if right is not None and not acting.may(right) else None
    return replace(choice, reason=_reason_against(desk, acting, after, choice), missing=missing)


def _reason_against(desk: Desk, acting: Acting, after: Order, choice: DepositChoice) -> Refusal | None:
    if choice.code is DepositAtEnd.REFUND:
        if not acting.shift:
            return Refusal(Code.SHIFT_NEEDED)
        back = refunding.of_order(desk, after, choice.amount)
        return back if isinstance(back, Refusal) else None
    if choice.code is DepositAtEnd.CREDIT:
        against = cut_off.refusal(desk, OfflineAct.KEEP_CREDIT)
        if against is not None:
            return against
        return None if after.customer.id else Refusal(Code.CONTACT_NEEDED)
    return None


def check(desk: Desk, acting: Acting, wish: CancelWish) -> PayBack | Order | Refusal:
    """Whether it can be cancelled like this, before money moves; with a refund, what has to be given back."""
    order = desk.store.orders.order(wish.order_id)
    if order is None:
        return Refusal(Code.ORDER_UNKNOWN, {"order": wish.order_id})
    away = _elsewhere(desk, order)
    if away is not None:
        return away
    after = _decided(desk, acting, order, _act(desk, wish, ()))
    if isinstance(after, Refusal):
        return after
    surplus = deposits.surplus(after)
    if wish.deposit is not DepositAtEnd.REFUND or not surplus:
        return after
    if not acting.may(Right.DEPOSIT_REFUND):
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.DEPOSIT_REFUND.value})
    return refunding.of_order(desk, after, Money(surplus, order.currency))


def _act(desk: Desk, wish: CancelWish, refunds: tuple[Refunded, ...]) -> Cancel:
    return Cancel(wish.reason, wish.lines, wish.deposit, refunds, desk.new_id())


def cancel(desk: Desk, acting: Acting, wish: CancelWish, back: PayBack | None = None) -> Changed | Refusal:
    """Cancel; money that was given back on the spot is booked with it."""
    order = desk.store.orders.order(wish.order_id)
    away = _elsewhere(desk, order) if order is not None else None
    if away is not None:
        return away
    refunds = refunding.refunds(back.tendering) if back is not None else ()
    settlement = Settlement(refunds=refunds, paid_back=back.tendering if back is not None else None)
    return act_on(
        desk, acting, wish.order_id, _act(desk, wish, refunds),
        bringing(desk, acting, wish.order_id, settlement),
    )  # fmt: skip
