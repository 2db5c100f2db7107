"""Ending an order early or giving it longer: cancel, expire, extend, remind, notes, arrival."""

from __future__ import annotations

from datetime import datetime, timedelta

from site_sync.domain import deposits
from site_sync.domain.commands import (
    AddNote,
    Arrive,
    Cancel,
    Expire,
    Extend,
    Forfeit,
    KeepCredit,
    Remind,
)
from site_sync.domain.errors import Code, Refused
from site_sync.domain.events import (
    CustomerArrived,
    CustomerReminded,
    DeadlineExtended,
    NoteAdded,
    OrderCancelled,
    OrderExpired,
)
from site_sync.domain.lifecycle.deciding import Deciding, check_quantity, check_text
from site_sync.domain.lifecycle.paying import forfeit, give_back, keep_credit
from site_sync.domain.lifecycle.undoing import taken_units
from site_sync.domain.money import Money
from site_sync.domain.orders import Bucket, Note, Order, OrderKind, Stage
from site_sync.domain.particulars import ActorKind, LineQuantity
from site_sync.domain.permissions import Right
from site_sync.domain.policies import DepositAtEnd
from site_sync.domain.stock import StockReason
from site_sync.domain.units import Undoable

LONGEST_EXTENSION = timedelta(days=90)


def drop(working: Deciding, line_id: int, quantity: int, reason: StockReason) -> None:
    """Units are no longer wanted: unpicked ones first, picked ones must be put back."""
    held = working.order.line(line_id).quantities
    if quantity > held.open:
        raise Refused(Code.QUANTITY_TOO_LARGE, line=line_id, quantity=quantity, most=held.open)
    unpicked = min(quantity, held.to_pick)
    stock_reason = None if working.order.kind is OrderKind.QUOTE else reason
    working.move(line_id, (Bucket.TO_PICK, Bucket.CANCELLED), unpicked, stock_reason)
    working.move(line_id, (Bucket.PICKED, Bucket.TO_PUT_BACK), quantity - unpicked, stock_reason)


def _all_open(working: Deciding) -> tuple[LineQuantity, ...]:
    return tuple(
        LineQuantity(line.id, line.quantities.open) for line in working.order.lines if line.quantities.open
    )


def _end_deposit(working: Deciding, choice: DepositAtEnd, movement_id: str) -> None:
    surplus = deposits.surplus(working.order)
    if not surplus or choice in (DepositAtEnd.LEAVE, DepositAtEnd.REFUND):
        return
    amount = Money(surplus, working.order.currency)
    if choice is DepositAtEnd.CREDIT:
        keep_credit(working, KeepCredit(movement_id, amount))
    else:
        forfeit(working, Forfeit(movement_id, amount))


def cancel(working: Deciding, act: Cancel) -> None:
    """Cancel the order or units of it; what was paid for them is given back, kept or left by choice.

    An order that is cancelled already is not cancelled again: only its money may still be settled.
    """
    check_text(act.reason, 200)
    parts = _all_open(working) if act.lines is None else act.lines
    if act.lines is not None and not parts:
        raise Refused(Code.QUANTITY_INVALID, quantity=0)
    for part in parts:
        check_quantity(part.quantity)
        drop(working, part.line, part.quantity, StockReason.CANCELLED)
    again = working.order.cancelled_at is not None and not parts
    whole = not _all_open(working)
    if not again:
        working.add(OrderCancelled(working.at, act.reason, parts, whole, _undoable(working, act)))
    if act.deposit is DepositAtEnd.FORFEIT:
        working.need(Right.DEPOSIT_FORFEIT)
    elif act.deposit is DepositAtEnd.CREDIT:
        working.need(Right.DEPOSIT_CREDIT)
    if act.refunds:
        working.need(Right.DEPOSIT_REFUND)
        give_back(working, act.refunds)
    _end_deposit(working, act.deposit, act.movement_id)
    if not working.events:
        raise Refused(Code.NOT_ALLOWED_IN_STAGE, stage=working.order.stage.value, act=act.kind.value)


def _undoable(working: Deciding, act: Cancel) -> Undoable | None:
    """How the cancellation can be taken back; not once money was given back for it."""
    if act.refunds:
        return None
    moves = deposits.surplus(working.order) and act.deposit in (DepositAtEnd.CREDIT, DepositAtEnd.FORFEIT)
    units = taken_units(working.events)
    return Undoable(
        working.command.id, working.at, working.command.by.id, units,
        movement=act.movement_id if moves else "",
    )  # fmt: skip


def _deadline(working: Deciding) -> datetime | None:
    order = working.order
    waits = order.stage is Stage.TO_COLLECT and order.collect_by is not None
    return order.collect_by if waits else order.expires_at


def expire(working: Deciding, act: Expire) -> None:
    """The deadline passed: what is picked must be put back, the deposit rule runs."""
    deadline = _deadline(working)
    if deadline is None or deadline > working.context.now:
        raise Refused(Code.NOT_EXPIRED_YET, until=deadline.isoformat() if deadline else "")
    aside = tuple((line.id, line.quantities.picked) for line in working.order.lines if line.quantities.picked)
    for part in _all_open(working):
        drop(working, part.line, part.quantity, StockReason.EXPIRED)
    working.add(OrderExpired(working.at, aside))
    _end_deposit(working, working.context.policy.deposit_at_expiry, act.movement_id)


def _still_aside(order: Order) -> tuple[tuple[int, int], ...]:
    """Units (line, quantity) that expired and were not put back; what was cancelled is not among them."""
    if order.cancelled_at is not None:
        return ()
    lines = {line.id: line.quantities.to_put_back for line in order.lines}
    return tuple((line_id, min(quantity, lines[line_id])) for line_id, quantity in order.expired)


def extend(working: Deciding, act: Extend) -> None:
    """Give the customer until later; an expired order is open again while its goods are still aside."""
    order = working.order
    if not working.at < act.until <= working.at + LONGEST_EXTENSION:
        raise Refused(Code.DEADLINE_INVALID, until=act.until.isoformat(), days=LONGEST_EXTENSION.days)
    if order.stage is Stage.TO_PUT_BACK and not any(quantity for _, quantity in _still_aside(order)):
        raise Refused(Code.NOT_ALLOWED_IN_STAGE, stage=order.stage.value, act="extend")
    customer = working.command.by.kind is ActorKind.CUSTOMER
    if customer and order.extensions >= working.context.policy.customer_extensions:
        raise Refused(Code.RIGHT_NEEDED, right=Right.ORDER_EXTEND.value)
    before = order.expires_at if order.kind is OrderKind.QUOTE else order.collect_by
    for line_id, quantity in _still_aside(order):
        working.move(line_id, (Bucket.TO_PUT_BACK, Bucket.PICKED), quantity, None)
    working.add(DeadlineExtended(act.until, before))


def remind(working: Deciding, act: Remind) -> None:
    """The customer was reminded."""
    if act.level <= working.order.reminders:
        raise Refused(Code.QUANTITY_INVALID, quantity=act.level)
    working.add(CustomerReminded(act.level))


def arrive(working: Deciding, act: Arrive) -> None:
    """The customer is on the way or here."""
    working.add(CustomerArrived(act.state, working.at))


def add_note(working: Deciding, act: AddNote) -> None:
    """Keep a remark."""
    check_text(act.text)
    if not act.text.strip():
        raise Refused(Code.TEXT_INVALID, most=1000)
    by = working.command.by
    working.add(NoteAdded(Note(working.at, by.name or by.id, act.text, act.for_customer)))
