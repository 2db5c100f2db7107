"""The papers that end an order otherwise than at the counter: cancelled, or sent to an address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from site_sync.domain.documents import figures
from site_sync.domain.documents.blocks import (
    Block,
    Code,
    CodeKind,
    Columns,
    Document,
    DocumentKind,
    Pair,
    Rule,
    Size,
    Space,
    Text,
)
from site_sync.domain.documents.order_parts import comment, left_to_pay
from site_sync.domain.documents.stationery import Stationery, centred, closing, letterhead, made, title
from site_sync.domain.money import Money, total
from site_sync.domain.orders import Line, Order, Payment, PaymentKind
from site_sync.domain.particulars import LineQuantity
from site_sync.domain.totals import totals


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What was cancelled just now: `order` is as it is afterwards, `money` moved with it."""

    order: Order
    lines: tuple[LineQuantity, ...]
    money: tuple[Payment, ...] = ()
    reason: str = ""
    whole: bool = True


_MONEY = (
    (PaymentKind.REFUND, "refunded"),
    (PaymentKind.CREDIT, "kept_as_credit"),
    (PaymentKind.FORFEIT, "kept_as_fee"),
)


def cancellation(cancelled: Cancelled, stationery: Stationery) -> Document:
    """What is no longer ordered, and what became of the money that was paid for it."""
    order = cancelled.order
    name = stationery.word("cancellation" if cancelled.whole else "part_cancellation")
    blocks: tuple[Block, ...] = (
        *letterhead(stationery),
        *title(name),
        centred(order.number, Size.HUGE, bold=True),
        Rule(),
        made(stationery, *_customer(order, stationery)),
        Rule(),
        Columns(tuple(_units(order.line(part.line), part.quantity, stationery) for part in cancelled.lines)),
        Rule(),
        Columns(tuple(_settled(cancelled, stationery))),
        *_reason(cancelled.reason, stationery),
        *closing(stationery, stationery.word("keep_receipt")),
    )
    return Document(DocumentKind.CANCELLATION, f"{name} {order.number}", blocks, language=stationery.language)


def _customer(order: Order, stationery: Stationery) -> tuple[Pair, ...]:
    name = order.customer.name
    return (Pair(stationery.word("customer"), name),) if name else ()


def _units(line: Line, quantity: int, stationery: Stationery) -> Pair:
    count = figures.quantity(quantity, line.unit, stationery.language)
    return Pair(f"{count} × {line.description}", "")


def _settled(cancelled: Cancelled, stationery: Stationery) -> Iterator[Pair]:
    order = cancelled.order
    taken = [one for one in order.payments if one.kind is PaymentKind.PAYMENT]
    yield Pair(stationery.word("paid_in_all"), stationery.money(_sum(order, taken)))
    for kind, word in _MONEY:
        moved = [one for one in cancelled.money if one.kind is kind]
        if moved:
            amount = stationery.money(_sum(order, moved))
            yield Pair(stationery.word(word), amount, bold=True, size=Size.TALL)
            yield from _tenders(moved if kind is PaymentKind.REFUND else (), stationery)
    sums = totals(order)
    if sums.refundable:
        yield Pair(stationery.word("still_held"), stationery.money(sums.refundable), bold=True)
    if not cancelled.whole:
        yield left_to_pay(sums.balance, stationery)


def _tenders(refunds: Sequence[Payment], stationery: Stationery) -> Iterator[Pair]:
    for refund in refunds:
        yield Pair(f"  {stationery.tender(refund.tender)}", stationery.money(refund.amount))


def _sum(order: Order, movements: Sequence[Payment]) -> Money:
    return total((one.amount for one in movements), order.currency)


def _reason(reason: str, stationery: Stationery) -> tuple[Block, ...]:
    return (Rule(), Text(f"{stationery.word('reason')}: {reason}")) if reason else ()


def shipping_note(order: Order, stationery: Stationery) -> Document:
    """What lies in the parcel and whom it goes to; it names no prices, for it may be a present."""
    name = stationery.word("shipping_note")
    rows = tuple(
        _units(line, units, stationery)
        for line in order.lines
        if line.stocked and (units := line.quantities.picked + line.quantities.collected)
    )
    blocks: tuple[Block, ...] = (
        *letterhead(stationery),
        *title(name),
        *_address(order, stationery),
        Rule(),
        made(stationery, Pair(stationery.word("order"), order.number, bold=True), by="picked_by"),
        Rule(),
        Columns(rows),
        *comment(order),
        Space(),
        Code(CodeKind.CODE128, order.number, order.number),
        *closing(stationery),
    )
    return Document(
        DocumentKind.SHIPPING_NOTE, f"{name} {order.number}", blocks, language=stationery.language
    )


def _address(order: Order, stationery: Stationery) -> Iterator[Block]:
    """The address as it stands on an envelope."""
    yield Text(stationery.word("ship_to"))
    address = order.delivery.address
    lines = [order.customer.name]
    if address is not None:
        town = f"{address.postcode} {address.city}".strip()
        lines += [address.street, address.extra, town, address.country]
    yield Text("\n".join(line for line in lines if line), size=Size.TALL, bold=True)
    if order.customer.phone:
        yield Text(order.customer.phone)
    if order.delivery.tracking:
        yield Text(f"{stationery.word('tracking')}: {order.delivery.tracking}", bold=True)
