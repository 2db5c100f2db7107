"""The acts that take back: an order reopened, a hand-over undone, goods returned, an order told once more."""

from __future__ import annotations

from site_sync.domain import deposits
from site_sync.domain.catalogue import ItemKind
from site_sync.domain.commands import ActKind, Reopen, ReturnGoods, SendMessage, UndoCollect
from site_sync.domain.errors import Code, Refused
from site_sync.domain.events import (
    CancellationUndone,
    GoodsReturned,
    HandOverUndone,
    MessageAsked,
    OrderReopened,
    PaymentTakenBack,
    Posting,
)
from site_sync.domain.later_events import MessageTold
from site_sync.domain.lifecycle.collecting import earnings
from site_sync.domain.lifecycle.deciding import Deciding, check_quantity, check_text
from site_sync.domain.lifecycle.paying import DEPOSITS, FEES, give_back
from site_sync.domain.lifecycle.undoing import at_once, may_take_back, wanted_again
from site_sync.domain.money import Money
from site_sync.domain.orders import Bucket, ClosedAs, Line, Order, PaymentKind, Stage
from site_sync.domain.particulars import LineQuantity
from site_sync.domain.permissions import Right
from site_sync.domain.stock import StockMove, StockReason
from site_sync.domain.totals import line_tax, line_total


def reopen(working: Deciding, act: Reopen) -> None:
    """Take back the latest cancellation: its units are wanted again, money kept for it is held again.

    Credit stays the customer's once the moment has passed: it may be spent.
    """
    done = may_take_back(working, working.order.cancellation, act.of)
    whole = working.order.cancelled_at is not None
    for taken in done.units:
        wanted_again(working, taken, StockReason.CREATED)
    _hold_again(working, done.movement, also_credit=at_once(working, done))
    working.add(CancellationUndone(tuple(LineQuantity(one.line, one.quantity) for one in done.units), whole))
    _open_again(working)


def _open_again(working: Deciding) -> None:
    if working.order.closed_at is not None:
        working.add(OrderReopened())


def _hold_again(working: Deciding, movement: str, *, also_credit: bool) -> None:
    """What a cancellation made of money held, credit or a fee, is taken back."""
    kept = next((one for one in working.order.payments if one.id == movement), None)
    if kept is None or (kept.kind is PaymentKind.CREDIT and not also_credit):
        return
    account = "customer_credit" if kept.kind is PaymentKind.CREDIT else FEES
    if kept.kind is PaymentKind.FORFEIT:
        _without_fee(working, kept.amount.amount)
    postings = (Posting(account, kept.amount), Posting(DEPOSITS, -kept.amount))
    working.add(PaymentTakenBack(kept.id, kept.amount, postings))


def _without_fee(working: Deciding, amount: int) -> None:
    """The latest line of a forfeited deposit is charged no more."""
    for line in reversed(working.order.lines):
        charged = line.keeps_deposit and line.quantities.collected == 1
        if charged and line.unit_price.amount == amount:
            working.move(line.id, (Bucket.COLLECTED, Bucket.CANCELLED), 1, None)
            return


def undo_collect(working: Deciding, act: UndoCollect) -> None:
    """Take back the latest hand-over: the goods lie in their bags again, money taken stays held."""
    done = may_take_back(working, working.order.hand_over, act.of)
    for taken in done.units:
        line = working.order.line(taken.line)
        _check_with_customer(line, taken.quantity)
        working.move(line.id, (Bucket.COLLECTED, Bucket.PICKED), taken.quantity, StockReason.CORRECTED)
    quantities = {taken.line: taken.quantity for taken in done.units}
    owed = tuple(Posting(one.account, -one.amount) for one in earnings(working.order, quantities))
    parts = tuple(LineQuantity(line, quantity) for line, quantity in quantities.items())
    working.add(HandOverUndone(parts, done.bags, owed))
    _open_again(working)


def _check_with_customer(line: Line, quantity: int) -> None:
    """Refuse units that the customer does not have."""
    there = line.quantities.collected - line.returned
    if quantity > there:
        raise Refused(Code.NOT_COLLECTED, line=line.id, quantity=quantity, most=there)


def returnable(line: Line) -> int:
    """Units of a line that can still come back."""
    return 0 if line.kind is ItemKind.FEE else line.quantities.collected - line.returned


def return_goods(working: Deciding, act: ReturnGoods) -> None:
    """Collected units come back to any store; their price is given back to the tenders it came by."""
    check_text(act.reason, 200)
    if not act.reason.strip():
        raise Refused(Code.REASON_NEEDED)
    if not act.lines or len({part.line for part in act.lines}) != len(act.lines):
        raise Refused(Code.QUANTITY_INVALID, quantity=0)
    value, tax = 0, 0
    moves: list[StockMove] = []
    for part in act.lines:
        check_quantity(part.quantity)
        line = working.order.line(part.line)
        if part.quantity > returnable(line):
            raise Refused(Code.NOT_COLLECTED, line=line.id, quantity=part.quantity, most=returnable(line))
        value += value_back(working.order, line, part.quantity)
        tax += _tax_back(working.order, line, part.quantity)
        moves += _to_shelf(working, line, part.quantity, damaged=act.damaged)
    owed = _owed(working.order.currency, value, tax)
    working.add(GoodsReturned(act.lines, working.command.store, act.reason, act.damaged, tuple(moves), owed))
    if act.refunds:
        working.need(Right.DEPOSIT_REFUND)
        give_back(working, act.refunds, most=refundable_for(working.order, value))


def refundable_for(after: Order, value: int) -> int:
    """Minor units to give back for returned goods worth `value`: what was paid for them and is still held."""
    return max(0, min(value, deposits.held(after)))


def value_back(order: Order, line: Line, quantity: int) -> int:
    """Minor units that the next returned units of a line were charged at."""
    including = order.prices_include_tax
    after = line_total(line, line.returned + quantity, prices_include_tax=including)
    return (after - line_total(line, line.returned, prices_include_tax=including)).amount


def _tax_back(order: Order, line: Line, quantity: int) -> int:
    including = order.prices_include_tax
    after = line_tax(line, line.returned + quantity, prices_include_tax=including)
    return after - line_tax(line, line.returned, prices_include_tax=including)


def _owed(currency: str, value: int, tax: int) -> tuple[Posting, ...]:
    return (
        Posting(DEPOSITS, Money(-value, currency)),
        Posting("sales", Money(value - tax, currency)),
        Posting("tax", Money(tax, currency)),
    )


def _to_shelf(working: Deciding, line: Line, quantity: int, *, damaged: bool) -> tuple[StockMove, ...]:
    """Goods as good as new lie on the shelf of the store that took them; damaged ones are written down."""
    if line.kind is not ItemKind.GOODS:
        return ()
    reason = StockReason.DAMAGED if damaged else StockReason.RETURNED
    return (StockMove(line.id, line.sku, working.command.store, 0, 0 if damaged else quantity, reason),)


def has_use(order: Order, act: ActKind) -> bool:
    """Whether the order has what an act that puts something right is about; other acts always have."""
    match act:
        case ActKind.MARK_READY:
            return bool(order.count(Bucket.TO_PICK))
        case ActKind.SEND_MESSAGE:
            return message_of(order) is not None and order.customer.reachable
        case ActKind.UNDO_COLLECT:
            return order.hand_over is not None
        case ActKind.REOPEN:
            return order.cancellation is not None
        case ActKind.RETURN:
            return any(returnable(line) > 0 for line in order.lines)
        case ActKind.ISSUE_CODE:
            return order.cancelled_at is None
    return True


def message_of(order: Order) -> MessageTold | None:
    """What the customer would be told of the order as it stands; None for quotes and collected goods."""
    match order.stage:
        case Stage.TO_PICK | Stage.PICKING | Stage.TO_SHIP:
            return MessageTold.CREATED
        case Stage.TO_COLLECT:
            return MessageTold.READY
        case Stage.TO_PUT_BACK:
            return MessageTold.EXPIRED if order.expired_at else MessageTold.CANCELLED
        case Stage.DONE:
            ends = {
                ClosedAs.SHIPPED: MessageTold.SHIPPED,
                ClosedAs.CANCELLED: MessageTold.CANCELLED,
                ClosedAs.EXPIRED: MessageTold.EXPIRED,
            }
            return ends.get(order.closed_as) if order.closed_as else None
    return None


def send_message(working: Deciding, act: SendMessage) -> None:
    """Tell the customer once more how the order stands."""
    message = message_of(working.order)
    if message is None:
        raise Refused(Code.NOT_ALLOWED_IN_STAGE, stage=working.order.stage.value, act=act.kind.value)
    if not working.order.customer.reachable:
        raise Refused(Code.CONTACT_NEEDED)
    working.add(MessageAsked(message))
