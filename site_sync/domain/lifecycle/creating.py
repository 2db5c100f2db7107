"""Making orders and quotes, and turning quotes into orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from site_sync.domain import deposits
from site_sync.domain.commands import Command, ConvertQuote, Create
from site_sync.domain.customers import Customer
from site_sync.domain.delivery_rules import Asked
from site_sync.domain.errors import Code, Refused
from site_sync.domain.events import OrderCreated, QuoteConverted
from site_sync.domain.lifecycle.asking import check_asked, check_choices, check_method_for, check_promise
from site_sync.domain.lifecycle.collecting import hand_over
from site_sync.domain.lifecycle.deciding import Context, Deciding, check_quantity, check_text, stock_for
from site_sync.domain.lifecycle.paying import take
from site_sync.domain.lifecycle.repricing import apply_prices
from site_sync.domain.money import ABSURD_AMOUNT, Money
from site_sync.domain.orders import Bucket, Delivery, DeliveryMode, Line, Order, OrderKind, Quantities
from site_sync.domain.particulars import NewLine
from site_sync.domain.permissions import Right
from site_sync.domain.policies import OnShortage
from site_sync.domain.quantities import value_of
from site_sync.domain.stock import StockMove, StockReason


def check_line(line: NewLine, currency: str) -> None:
    """Refuse a line whose quantity, price, discount or texts make no sense."""
    check_quantity(line.quantity)
    check_text(line.description, 200)
    check_text(line.note)
    if line.unit_price.currency != currency or (line.discount and line.discount.currency != currency):
        raise Refused(Code.CURRENCY_MISMATCH, sku=line.sku, currency=currency)
    if line.unit_price.amount < 0 or not 0 <= line.tax_rate <= 10_000:
        raise Refused(Code.AMOUNT_INVALID, sku=line.sku)
    gross = value_of(line.unit_price, line.quantity, line.unit).amount
    if max(line.unit_price.amount, gross) > ABSURD_AMOUNT:
        raise Refused(Code.AMOUNT_ABSURD, sku=line.sku)
    if line.discount is not None and not 0 <= line.discount.amount <= gross:
        raise Refused(Code.DISCOUNT_TOO_LARGE, sku=line.sku)


def check_delivery(delivery: Delivery, context: Context) -> None:
    """Refuse a delivery without the store or the address it needs."""
    if delivery.mode is DeliveryMode.SHIP and delivery.address is None:
        raise Refused(Code.ADDRESS_NEEDED)
    if delivery.mode is DeliveryMode.COLLECT and not delivery.store:
        raise Refused(Code.STORE_NEEDED)
    if delivery.store and context.calendars and delivery.store not in context.calendars:
        raise Refused(Code.STORE_UNKNOWN, store=delivery.store)


def check_customer(customer: Customer, context: Context) -> None:
    """Refuse a customer order nobody could be called back about."""
    if context.policy.needs_contact and not (customer.name.strip() or customer.reachable):
        raise Refused(Code.CONTACT_NEEDED)
    for text in (customer.name, customer.email, customer.phone, customer.member_card):
        check_text(text, 200)


def make_line(number: int, new: NewLine, delivery: Delivery, store: str) -> Line:
    """The line of an order; stock comes from the collect store unless the new line names another one."""
    return Line(
        id=number,
        sku=new.sku,
        description=new.description,
        unit_price=new.unit_price,
        tax_rate=new.tax_rate,
        quantities=Quantities(to_pick=new.quantity),
        discount=new.discount or Money(0, new.unit_price.currency),
        unit=new.unit,
        kind=new.kind,
        source_store=new.source_store or delivery.store or store,
        shelf=new.shelf,
        external_line=new.external_line,
        note=new.note,
        price_differs=new.price_differs,
    )


def _begin(command: Command, act: Create, lines: tuple[Line, ...], context: Context) -> Order:
    quote = act.order_kind is OrderKind.QUOTE
    days = context.policy.quote_days if quote else context.policy.order_days
    return Order(
        id=command.order_id,
        number=act.number,
        kind=act.order_kind,
        currency=act.currency,
        created_at=command.at,
        updated_at=command.at,
        store=command.store,
        till=command.till,
        staff=command.by.id,
        source=act.source,
        customer=act.customer,
        delivery=act.delivery,
        lines=lines,
        prices_include_tax=act.prices_include_tax,
        collector=act.collector,
        collector_hash=act.collector_hash if act.collector else "",
        collector_issue=1 if act.collector and act.collector_hash else 0,
        comment_staff=act.comment_staff,
        comment_customer=act.comment_customer,
        external_id=act.external_id,
        promised_at=act.promised_at,
        expires_at=command.at + timedelta(days=days),
        code_hash=act.code_hash,
        page_hash=act.page_hash,
        follows=act.follows,
        basket=act.basket,
    )


def _reserve(
    working: Deciding, lines: tuple[Line, ...], carried: dict[int, int], on_shortage: OnShortage
) -> tuple[Line, ...]:
    """The lines with what cannot be reserved marked short, or a refusal that names them."""
    result, missing = [], []
    for line in lines:
        wanted = line.quantities.to_pick - carried.get(line.id, 0)
        most = wanted - (working.context.short.get(line.id, 0) if on_shortage is OnShortage.PARTIAL else 0)
        given = working.reservable(line, max(0, most), back_order=on_shortage is OnShortage.BACK_ORDER)
        if given < wanted:
            missing.append(
                {
                    "line": line.id,
                    "sku": line.sku,
                    "store": line.source_store,
                    "requested": wanted,
                    "available": given,
                }
            )
            quantities = line.quantities.move(Bucket.TO_PICK, Bucket.SHORT, wanted - given)
            line = replace(line, quantities=quantities)
        result.append(line)
    if missing and on_shortage is not OnShortage.PARTIAL:
        raise Refused(Code.INSUFFICIENT_STOCK, lines=missing)
    if missing and not any(line.quantities.to_pick for line in result if line.blocks):
        raise Refused(Code.INSUFFICIENT_STOCK, lines=missing)
    return tuple(result)


def reservations(lines: tuple[Line, ...], reason: StockReason) -> tuple[StockMove, ...]:
    """Stock moves that reserve the units to pick of some lines."""
    return tuple(
        move
        for line in lines
        if line.stocked
        for move in stock_for(line, (line.quantities.to_pick, 0), reason)
    )


def _carried(act: Create | ConvertQuote, lines: tuple[Line, ...]) -> dict[int, int]:
    """Units that leave with the customer at once, which need no free stock: they are in hand."""
    if act.collect is None:
        return {}
    if act.collect.lines is None:
        return {line.id: line.quantities.ordered for line in lines}
    return {part.line: part.quantity for part in act.collect.lines}


def check_minimum(working: Deciding, before: int = 0) -> None:
    """Refuse to save below the minimum deposit without the right to; `before` was already allowed."""
    if working.order.kind is OrderKind.QUOTE:
        return
    _need_paid(working, deposits.minimum_due(working.order, working.context.policy.deposit), before)


def _need_paid(working: Deciding, due: int, before: int = 0) -> None:
    if due <= before or working.context.recorded:
        return
    if not working.may(Right.DEPOSIT_OVERRIDE_MINIMUM):
        raise Refused(
            Code.BELOW_MINIMUM_DEPOSIT,
            due=due,
            currency=working.order.currency,
            right=Right.DEPOSIT_OVERRIDE_MINIMUM.value,
        )
    working.need_reason()


def create(command: Command, act: Create, context: Context) -> Deciding:
    """Make an order: its lines reserved, its payments taken, units handed over at once if asked for."""
    if not act.lines:
        raise Refused(Code.NO_LINES)
    for new in act.lines:
        check_line(new, act.currency)
    check_delivery(act.delivery, context)
    check_asked(command, context, Asked(act.customer, act.delivery, act.comment_customer))
    check_choices(command, act, context)
    check_promise(command, context, act.promised_at)
    check_text(act.comment_staff)
    check_text(act.comment_customer)
    check_text(" ".join(act.basket))
    if act.order_kind is OrderKind.CUSTOMER_ORDER:
        check_customer(act.customer, context)
    lines = tuple(
        make_line(number, new, act.delivery, command.store) for number, new in enumerate(act.lines, start=1)
    )
    working = Deciding(_begin(command, act, lines, context), command, context)
    stock: tuple[StockMove, ...] = ()
    if act.order_kind is OrderKind.CUSTOMER_ORDER:
        lines = _reserve(working, lines, _carried(act, lines), act.on_shortage)
        stock = reservations(lines, StockReason.CREATED)
    working.add(OrderCreated(replace(working.order, lines=lines), stock))
    _settle(working, act)
    check_minimum(working)
    return working


def _settle(working: Deciding, act: Create | ConvertQuote) -> None:
    if act.payments:
        working.need(Right.DEPOSIT_TAKE)
        take(working, act.payments)
    if act.collect is not None:
        working.need(Right.ORDER_COLLECT)
        hand_over(working, act.collect, present=True)


def convert(working: Deciding, act: ConvertQuote) -> None:
    """Turn a quote into a customer order, at its prices or at today's as the shop says; reserve it now."""
    check_customer(working.order.customer, working.context)
    method = working.order.delivery.method
    check_method_for(working.command, working.context, OrderKind.CUSTOMER_ORDER, method)
    if not working.context.policy.quote_keeps_prices:
        apply_prices(working, act.today)
    back_order = OnShortage.BACK_ORDER
    on_shortage = back_order if act.on_shortage is back_order else OnShortage.REFUSE
    lines = _reserve(working, working.order.lines, _carried(act, working.order.lines), on_shortage)
    expires = working.at + timedelta(days=working.context.policy.order_days)
    working.add(QuoteConverted(expires, reservations(lines, StockReason.CREATED)))
    _settle(working, act)
    _need_paid(working, deposits.converted_minimum_due(working.order, working.context.policy))
