"""Changing an order: lines, prices, customer, delivery, comments."""

from __future__ import annotations

from dataclasses import replace

from site_sync.domain import deposits
from site_sync.domain.commands import Amend, Reprice
from site_sync.domain.delivery_rules import Asked
from site_sync.domain.discounts import with_more
from site_sync.domain.errors import Code, Refused
from site_sync.domain.events import BagsSent, DetailsChanged, LineAdded, LineChanged, PickingReleased
from site_sync.domain.lifecycle.asking import check_asked, check_method_for, check_promise
from site_sync.domain.lifecycle.closing import drop
from site_sync.domain.lifecycle.collecting import hand_over
from site_sync.domain.lifecycle.creating import (
    check_customer,
    check_delivery,
    check_line,
    check_minimum,
    make_line,
)
from site_sync.domain.lifecycle.deciding import Deciding, check_text, stock_for
from site_sync.domain.lifecycle.paying import give_back, take
from site_sync.domain.lifecycle.picking import moved_line
from site_sync.domain.lifecycle.repricing import apply_prices
from site_sync.domain.lifecycle.undoing import wanted_again
from site_sync.domain.money import ABSURD_AMOUNT
from site_sync.domain.orders import Line, OrderKind
from site_sync.domain.particulars import LineChange, LineSource, NewLine
from site_sync.domain.permissions import Right
from site_sync.domain.quantities import MOST, value_of
from site_sync.domain.sourcing import moving, packed_at_home
from site_sync.domain.stock import StockMove, StockReason


def _is_quote(working: Deciding) -> bool:
    return working.order.kind is OrderKind.QUOTE


def _reserve(working: Deciding, line: Line, quantity: int, reason: StockReason) -> tuple[StockMove, ...]:
    """The stock move that reserves more units of a line, or a refusal; none for a quote."""
    if _is_quote(working):
        return ()
    free = working.reservable(line, quantity, back_order=True)
    if free < quantity:
        facts = {"line": line.id, "sku": line.sku, "store": line.source_store}
        raise Refused(Code.INSUFFICIENT_STOCK, lines=[facts | {"requested": quantity, "available": free}])
    return stock_for(line, (quantity if line.stocked else 0, 0), reason)


def _add(working: Deciding, new: NewLine) -> None:
    check_line(new, working.order.currency)
    number = max((line.id for line in working.order.lines), default=0) + 1
    line = make_line(number, new, working.order.delivery, working.order.store)
    working.add(LineAdded(line, _reserve(working, line, new.quantity, StockReason.CHANGED)))


def _price(working: Deciding, line: Line, change: LineChange) -> Line:
    if change.unit_price is not None and change.unit_price != line.unit_price:
        working.need(Right.ORDER_REPRICE)
        if change.unit_price.currency != working.order.currency:
            raise Refused(Code.CURRENCY_MISMATCH, currency=working.order.currency)
        if not 0 <= change.unit_price.amount <= ABSURD_AMOUNT:
            raise Refused(Code.AMOUNT_INVALID, line=line.id)
        line = replace(line, unit_price=change.unit_price)
    if change.discount is not None and change.discount != line.discount:
        working.need(Right.SALE_DISCOUNT)
        line = replace(line, discount=change.discount)
    gross = value_of(line.unit_price, line.quantities.ordered, line.unit)
    if line.discount.currency != gross.currency:
        raise Refused(Code.CURRENCY_MISMATCH, currency=working.order.currency)
    if gross.amount > ABSURD_AMOUNT:
        raise Refused(Code.AMOUNT_ABSURD, line=line.id)
    if not 0 <= line.discount.amount <= gross.amount:
        raise Refused(Code.DISCOUNT_TOO_LARGE, line=line.id)
    return line


def _check_settled(before: Line, after: Line) -> None:
    """Refuse to change what goods that were handed over already cost."""
    collected = before.quantities.collected
    same_price = before.unit_price == after.unit_price
    same_return = before.value(before.returned) == after.value(before.returned)
    same = same_price and same_return and before.value(collected) == after.value(collected)
    if collected and not same:
        raise Refused(Code.ALREADY_COLLECTED, line=before.id)


def _change(working: Deciding, change: LineChange) -> None:
    before = working.order.line(change.line)
    line, fewer = before, 0
    stock: tuple[StockMove, ...] = ()
    if change.quantity is not None:
        more = change.quantity - before.quantities.live
        if change.quantity < before.quantities.collected or change.quantity > MOST:
            raise Refused(Code.QUANTITY_INVALID, line=change.line, quantity=change.quantity)
        if more > 0:
            stock = _reserve(working, before, more, StockReason.CHANGED)
            line = with_more(line, more)
        fewer = max(0, -more)
    if change.note is not None:
        check_text(change.note)
        line = replace(line, note=change.note)
    line = _price(working, line, change)
    _check_settled(before, line)
    if line != before:
        working.add(LineChanged(before, line, stock))
    if fewer:
        drop(working, change.line, fewer, StockReason.CHANGED)


def _void(working: Deciding, line_id: int) -> None:
    line = working.order.line(line_id)
    if line.quantities.open:
        drop(working, line_id, line.quantities.open, StockReason.VOIDED)
    elif line.quantities.collected:
        raise Refused(Code.ALREADY_COLLECTED, line=line_id)


def _source_elsewhere(working: Deciding, line: Line, store: str, count: int) -> None:
    """Reserve open units of a line at another store; what was picked or handed over stays the old one's."""
    held = line.quantities
    if held.picked or held.collected or held.to_put_back:
        fresh = moved_line(working, line, count, store)
        working.add(LineAdded(fresh, _reserve(working, fresh, count, StockReason.MOVED)))
        drop(working, line.id, count, StockReason.MOVED)
        return
    released = () if _is_quote(working) else stock_for(line, (-count, 0), StockReason.MOVED)
    fresh = replace(line, source_store=store, shelf="")
    working.add(LineChanged(line, fresh, released + _reserve(working, fresh, count, StockReason.MOVED)))


def _details(working: Deciding, act: Amend) -> None:
    order = working.order
    before_store = order.work_store
    changed = DetailsChanged(
        customer=act.customer or order.customer,
        collector=act.collector if act.collector is not None else order.collector,
        delivery=act.delivery or order.delivery,
        comment_staff=order.comment_staff if act.comment_staff is None else act.comment_staff,
        comment_customer=order.comment_customer if act.comment_customer is None else act.comment_customer,
        promised_at=act.promised_at,
    )
    check_promise(working.command, working.context, act.promised_at)
    if act.customer is not None and not _is_quote(working):
        check_customer(act.customer, working.context)
    if act.delivery is not None:
        check_delivery(act.delivery, working.context)
        if act.delivery.method != order.delivery.method:
            check_method_for(working.command, working.context, order.kind, act.delivery.method)
    if act.delivery is not None or act.customer is not None:
        asked = Asked(changed.customer, changed.delivery, changed.comment_customer)
        check_asked(working.command, working.context, asked, order.delivery)
    check_text(changed.comment_staff)
    check_text(changed.comment_customer)
    if changed == DetailsChanged(
        order.customer, order.collector, order.delivery, order.comment_staff, order.comment_customer
    ):
        return
    working.add(changed)
    if working.order.work_store != before_store:
        _to_other_store(working, before_store, act.sources)


def _to_other_store(working: Deciding, before_store: str, sources: tuple[LineSource, ...]) -> None:
    """What is in bags travels to the store that hands over now; the rest is picked there or at its source."""
    order = working.order
    named = {source.line: source.store for source in sources}
    packed = packed_at_home(order)
    for line_id, count in moving(order, before_store).items():
        store = named.get(line_id, order.work_store)
        if store != before_store:
            _source_elsewhere(working, order.line(line_id), store, count)
    if packed and order.claim is not None:
        working.add(PickingReleased())
    if packed:
        working.add(BagsSent(packed, before_store))


def amend(working: Deciding, act: Amend) -> None:
    """Change the order; payments, refunds and a hand-over that belong to the change come in the same act."""
    due_before = deposits.minimum_due(working.order, working.context.policy.deposit)
    for line_id in act.void:
        _void(working, line_id)
    _details(working, act)
    for taken in act.restore:
        wanted_again(working, taken, StockReason.CHANGED)
    if act.reprice:
        working.need(Right.ORDER_REPRICE)
        apply_prices(working, act.reprice)
    for change in act.change:
        _change(working, change)
    for new in act.add:
        _add(working, new)
    if act.payments:
        working.need(Right.DEPOSIT_TAKE)
        take(working, act.payments)
    if act.refunds:
        working.need(Right.DEPOSIT_REFUND)
        give_back(working, act.refunds)
    if act.collect is not None:
        working.need(Right.ORDER_COLLECT)
        hand_over(working, act.collect)
    check_minimum(working, due_before)


def reprice(working: Deciding, act: Reprice) -> None:
    """Recalculate prices; when the minimum deposit grows beyond what is paid, saving that is an exception."""
    due_before = deposits.minimum_due(working.order, working.context.policy.deposit)
    apply_prices(working, act.prices)
    if not working.events:
        raise Refused(Code.NOTHING_CHANGED)
    check_minimum(working, due_before)
