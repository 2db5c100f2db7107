"""The parts that papers about orders are put together from: head, lines, sums, code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from site_sync.domain.catalogue import ItemKind
from site_sync.domain.documents import figures
from site_sync.domain.documents.blocks import (
    Block,
    Code,
    CodeKind,
    Columns,
    Pair,
    Rule,
    Size,
    Space,
    Text,
)
from site_sync.domain.documents.stationery import Stationery, centred, made
from site_sync.domain.money import Money
from site_sync.domain.orders import DeliveryMode, Line, Order, OrderKind
from site_sync.domain.quantities import Unit, value_of
from site_sync.domain.totals import totals


def order_head(order: Order, stationery: Stationery) -> tuple[Block, ...]:
    """The number very large, then who, where and until when."""
    return (
        centred(order.number, Size.HUGE, bold=True),
        Rule(),
        made(stationery, *_people(order, stationery)),
        *delivery_rows(order, stationery),
        Rule(),
    )


def _people(order: Order, stationery: Stationery) -> Iterator[Pair]:
    if order.customer.name:
        yield Pair(stationery.word("customer"), order.customer.name)
    if order.customer.phone:
        yield Pair(stationery.word("phone"), order.customer.phone)
    if order.collector is not None:
        yield Pair(stationery.word("collector"), order.collector.name)


def delivery_rows(order: Order, stationery: Stationery) -> Iterator[Block]:
    """Where the goods go and until when, or how long a quote holds."""
    rows: list[Pair] = []
    if order.kind is OrderKind.QUOTE:
        if order.expires_at is not None:
            rows.append(
                Pair(stationery.word("valid_until"), stationery.deadline(order.expires_at), bold=True)
            )
    else:
        rows.append(_place(order, stationery))
        rows.extend(_times(order, stationery))
    if rows:
        yield Columns(tuple(rows))


def _place(order: Order, stationery: Stationery) -> Pair:
    if order.delivery.mode is DeliveryMode.SHIP:
        address = order.delivery.address
        place = "" if address is None else f"{address.street}, {address.postcode} {address.city}"
        return Pair(f"{stationery.word('ship_to')}: {place}", "")
    store = stationery.store_of(order.delivery.store)
    if store is None or store == stationery.store:
        name = order.delivery.store if store is None else store.name
        return Pair(stationery.word("collect_at"), name, bold=True)
    place = ", ".join(part for part in (store.name, store.address.replace("\n", ", ")) if part)
    return Pair(f"{stationery.word('collect_at')}: {place}", "", bold=True)


def _times(order: Order, stationery: Stationery) -> Iterator[Pair]:
    if order.delivery.requested_at is not None:
        yield Pair(stationery.word("wanted_for"), stationery.deadline(order.delivery.requested_at))
    if order.ready_at is not None:
        yield Pair(stationery.word("ready_since"), stationery.deadline(order.ready_at))
    elif order.promised_at is not None:
        yield Pair(stationery.word("ready_by"), stationery.deadline(order.promised_at), bold=True)
    if order.collect_by is not None:
        yield Pair(stationery.word("collect_by"), stationery.deadline(order.collect_by), bold=True)


def goods(
    description: str, count: int, unit: Unit, unit_price: Money, stationery: Stationery
) -> tuple[Pair, ...]:
    """An item with its price before discount, and how it comes about where more than one was taken."""
    price = value_of(unit_price, count, unit)
    rows = [Pair(description, stationery.amount(price))]
    if abs(count) != unit.scale:
        how = figures.quantity(count, unit, stationery.language)
        rows.append(Pair(f"  {how} × {stationery.amount(unit_price)}", ""))
    return tuple(rows)


def order_lines(order: Order, stationery: Stationery) -> tuple[Block, ...]:
    """Every line with what is still promised or handed over, and what is not."""
    rows = [row for line in order.lines for row in line_rows(line, stationery)]
    return (Columns(tuple(rows)), Rule())


def line_rows(line: Line, stationery: Stationery) -> Iterator[Pair]:
    """A line with what is still promised or handed over, and what is not."""
    if line.kind is ItemKind.COMMENT:
        yield Pair(line.description, "")
        return
    charged = line.charged
    name = stationery.word("kept_deposit") if line.keeps_deposit else line.description
    if charged:
        yield from goods(name, charged, line.unit, line.unit_price, stationery)
        discount = value_of(line.unit_price, charged, line.unit) - line.charged_value()
        if discount:
            yield Pair(f"  {stationery.word('discount')}", stationery.amount(-discount))
    else:
        yield Pair(name, stationery.amount(Money(0, line.unit_price.currency)))
    if line.note:
        yield Pair(f"  {line.note}", "")
    for missing, key in ((line.quantities.short, "short"), (line.quantities.cancelled, "cancelled")):
        if missing:
            count = figures.quantity(missing, line.unit, stationery.language)
            yield Pair(f"  {count} {stationery.word(key)}", "")


def to_confirm(order: Order, units: Mapping[int, int], stationery: Stationery) -> tuple[Block, ...]:
    """What was promised while the till was cut off and the site has still to confirm, by line."""
    rows = [
        Pair(line.description, figures.quantity(units[line.id], line.unit, stationery.language), bold=True)
        for line in order.lines
        if units.get(line.id)
    ]
    if not rows:
        return ()
    head = Text(stationery.word("to_confirm"), bold=True)
    return (Space(), head, Columns(tuple(rows)), Text(stationery.word("to_confirm_note")), Rule())


def order_sums(order: Order, stationery: Stationery) -> tuple[Block, ...]:
    """The total very large, what is paid and what is left."""
    sums = totals(order)
    rows: list[Pair] = []
    if not order.prices_include_tax:
        rows.append(Pair(stationery.word("subtotal"), stationery.amount(sums.total - sums.tax)))
        rows.append(Pair(stationery.word("tax"), stationery.amount(sums.tax)))
    rows.append(Pair(stationery.word("total"), stationery.money(sums.total), bold=True, size=Size.LARGE))
    if order.kind is OrderKind.CUSTOMER_ORDER:
        rows.append(Pair(stationery.word("paid"), stationery.money(sums.paid)))
        rows.append(left_to_pay(sums.balance, stationery))
    return (Columns(tuple(rows)),)


def left_to_pay(balance: Money, stationery: Stationery) -> Pair:
    """What the customer still owes, or that nothing is owed."""
    if not balance:
        return Pair(stationery.word("nothing_to_pay"), "", bold=True)
    return Pair(stationery.word("left_to_pay"), stationery.money(balance), bold=True, size=Size.TALL)


def order_code(order: Order, code: str, stationery: Stationery) -> tuple[Block, ...]:
    """The customer's code, or the bare number where the token is not known here, with what to do with it."""
    text = code or order.number
    return (
        Space(),
        Code(CodeKind.QR, text, order.number),
        centred(stationery.word("show_code")),
    )


def comment(order: Order) -> tuple[Block, ...]:
    """What the shop wants the customer to read."""
    return (Space(), Text(order.comment_customer)) if order.comment_customer else ()
