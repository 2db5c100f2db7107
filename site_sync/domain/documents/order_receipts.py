"""The papers about an order's money: deposit, hand-over and refund receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from site_sync.domain.documents import figures
from site_sync.domain.documents.blocks import Block, Columns, Document, DocumentKind, Pair, Rule, Size
from site_sync.domain.documents.order_parts import goods, left_to_pay, order_code, order_head
from site_sync.domain.documents.receipt_parts import added, payment_rows, signature, tax_table
from site_sync.domain.documents.stationery import Stationery, centred, closing, letterhead, made, title
from site_sync.domain.money import Money, total
from site_sync.domain.orders import Line, Order, Payment, PaymentKind
from site_sync.domain.particulars import LineQuantity
from site_sync.domain.quantities import value_of
from site_sync.domain.totals import line_tax, line_total, totals


def deposit_receipt(
    order: Order, payments: Sequence[Payment], stationery: Stationery, code: str = ""
) -> Document:
    """What was paid now on an order that is collected later; `code` is the text of the QR code."""
    sums = totals(order)
    name = stationery.word("deposit_receipt" if sums.balance else "payment_receipt")
    now = _sum(order, payments)
    rows = (
        Pair(stationery.word("total"), stationery.money(sums.total)),
        Pair(stationery.word("paid_now"), stationery.money(now), bold=True, size=Size.LARGE),
        *payment_rows(payments, stationery),
        Pair(stationery.word("paid"), stationery.money(sums.paid)),
        left_to_pay(sums.balance, stationery),
    )
    blocks: tuple[Block, ...] = (
        *letterhead(stationery),
        *title(name),
        *order_head(order, stationery),
        Columns(rows),
        *order_code(order, code, stationery),
        *closing(stationery, stationery.word("keep_receipt")),
    )
    return Document(
        DocumentKind.DEPOSIT_RECEIPT,
        f"{name} {order.number}",
        blocks,
        language=stationery.language,
        open_drawer=_drawer(payments, stationery),
    )


def refund_receipt(
    order: Order, refunds: Sequence[Payment], stationery: Stationery, reason: str = ""
) -> Document:
    """What was given back of an order's money, to be signed."""
    name = stationery.word("refund_receipt")
    back = _sum(order, refunds)
    rows = [
        Pair(stationery.word("refunded"), stationery.money(back), bold=True, size=Size.LARGE),
        *payment_rows(refunds, stationery),
    ]
    if reason:
        rows.append(Pair(f"{stationery.word('reason')}: {reason}", ""))
    blocks: tuple[Block, ...] = (
        *letterhead(stationery),
        *title(name),
        centred(order.number, Size.HUGE, bold=True),
        Rule(),
        made(stationery, Pair(stationery.word("customer"), order.customer.name)),
        Rule(),
        Columns(tuple(rows)),
        *signature(stationery),
        *closing(stationery, stationery.word("keep_receipt")),
    )
    return Document(
        DocumentKind.REFUND_RECEIPT,
        f"{name} {order.number}",
        blocks,
        language=stationery.language,
        open_drawer=_drawer(refunds, stationery),
    )


@dataclass(frozen=True, slots=True)
class HandOver:
    """What left with the customer just now: `order` is as it is afterwards, `payments` were taken now.

    `change` was given back from the cash, which the payments count without it.
    """

    order: Order
    lines: tuple[LineQuantity, ...]
    payments: tuple[Payment, ...] = ()
    change: Money | None = None

    @property
    def given(self) -> Money:
        """All that was handed over the counter, change included."""
        given = _sum(self.order, self.payments)
        return given if self.change is None else given + self.change

    def value(self, line: Line, quantity: int) -> int:
        """Minor units these units of the line cost, tax included, as the last ones handed over."""
        including = self.order.prices_include_tax
        before = line.quantities.collected - quantity
        after_value = line_total(line, line.quantities.collected, prices_include_tax=including)
        return (after_value - line_total(line, before, prices_include_tax=including)).amount

    def tax(self, line: Line, quantity: int) -> int:
        """Tax in minor units within that value."""
        including = self.order.prices_include_tax
        before = line.quantities.collected - quantity
        after_tax = line_tax(line, line.quantities.collected, prices_include_tax=including)
        return after_tax - line_tax(line, before, prices_include_tax=including)


def collect_receipt(hand_over: HandOver, stationery: Stationery) -> Document:
    """The sales receipt for goods of an order: what left, what of the deposit was used, what was paid now."""
    order = hand_over.order
    name = stationery.word("collect_receipt")
    blocks: tuple[Block, ...] = (
        *letterhead(stationery),
        *title(name),
        centred(order.number, Size.LARGE, bold=True),
        Rule(),
        made(stationery, Pair(stationery.word("customer"), order.customer.name)),
        Rule(),
        Columns(goods_rows(hand_over, stationery)),
        Rule(),
        *_paid(hand_over, stationery),
        *_rest(order, stationery),
        *closing(stationery),
    )
    return Document(
        DocumentKind.SALES_RECEIPT,
        f"{name} {order.number}",
        blocks,
        language=stationery.language,
        open_drawer=_drawer(hand_over.payments, stationery),
    )


def goods_rows(hand_over: HandOver, stationery: Stationery) -> tuple[Pair, ...]:
    """What left with the customer, with its price and discount."""
    rows: list[Pair] = []
    for each in hand_over.lines:
        line = hand_over.order.line(each.line)
        rows.extend(goods(line.description, each.quantity, line.unit, line.unit_price, stationery))
        gross = value_of(line.unit_price, each.quantity, line.unit)
        discount = hand_over.value(line, each.quantity) - gross.amount
        if not hand_over.order.prices_include_tax:
            discount -= hand_over.tax(line, each.quantity)
        if discount:
            off = stationery.amount(Money(discount, gross.currency))
            rows.append(Pair(f"  {stationery.word('discount')}", off))
    return tuple(rows)


def taxes(hand_over: HandOver) -> dict[int, tuple[int, int]]:
    """(gross, tax) in minor units of what left, per rate in basis points."""
    by_rate: dict[int, tuple[int, int]] = {}
    for each in hand_over.lines:
        line = hand_over.order.line(each.line)
        gross, tax = hand_over.value(line, each.quantity), hand_over.tax(line, each.quantity)
        added(by_rate, line.tax_rate, gross, tax)
    return by_rate


def _paid(hand_over: HandOver, stationery: Stationery) -> tuple[Block, ...]:
    order, by_rate = hand_over.order, taxes(hand_over)
    whole = Money(sum(gross for gross, _ in by_rate.values()), order.currency)
    tax = Money(sum(tax for _, tax in by_rate.values()), order.currency)
    now = _sum(order, hand_over.payments)
    rows: list[Pair] = []
    if not order.prices_include_tax:
        rows.append(Pair(stationery.word("tax"), stationery.amount(tax)))
    rows.append(Pair(stationery.word("total"), stationery.money(whole), bold=True, size=Size.LARGE))
    if whole > now:
        rows.append(Pair(stationery.word("deposit_used"), stationery.money(whole - now)))
    rows.extend(payment_rows(hand_over.payments, stationery))
    if hand_over.change:
        rows.append(Pair(stationery.word("given"), stationery.money(hand_over.given)))
        rows.append(Pair(stationery.word("change"), stationery.money(hand_over.change)))
    return (Columns(tuple(rows)), Rule(), *tax_table(by_rate, order.currency, stationery))


def _rest(order: Order, stationery: Stationery) -> tuple[Block, ...]:
    """What the customer still comes back for, and what is left to pay then."""
    open_lines = [line for line in order.lines if line.blocks and line.quantities.open]
    if not open_lines:
        return ()
    rows = [Pair(stationery.word("still_open"), "", bold=True)]
    for line in open_lines:
        count = figures.quantity(line.quantities.open, line.unit, stationery.language)
        rows.append(Pair(f"  {count} × {line.description}", ""))
    return (Rule(), Columns((*rows, left_to_pay(totals(order).balance, stationery))))


def _sum(order: Order, payments: Sequence[Payment]) -> Money:
    return total((payment.amount for payment in payments), order.currency)


def _drawer(payments: Sequence[Payment], stationery: Stationery) -> bool:
    moving = {PaymentKind.PAYMENT, PaymentKind.REFUND}
    return stationery.opens_drawer({each.tender for each in payments if each.kind in moving})
