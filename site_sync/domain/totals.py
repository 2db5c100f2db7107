"""What an order costs, what is paid and what is owed either way."""

from __future__ import annotations

from dataclasses import dataclass

from site_sync.domain.money import Money, tax_in, tax_on
from site_sync.domain.orders import Line, Order, PaymentKind
from site_sync.domain.quantities import value_of


@dataclass(frozen=True, slots=True)
class Totals:
    """Amounts of an order in minor units: what is charged, what is paid, what is owed either way."""

    __pydantic_config__ = {"extra": "forbid"}

    lines: Money
    discount: Money
    tax: Money
    total: Money
    paid: Money
    balance: Money
    refundable: Money


def line_total(line: Line, quantity: int, *, prices_include_tax: bool) -> Money:
    """What the first `quantity` units cost the customer, tax included."""
    value = line.value(quantity)
    if prices_include_tax:
        return value
    return Money(value.amount + tax_on(value.amount, line.tax_rate), value.currency)


def line_tax(line: Line, quantity: int, *, prices_include_tax: bool) -> int:
    """Tax in minor units within the price of the first `quantity` units."""
    value = line.value(quantity).amount
    return tax_in(value, line.tax_rate) if prices_include_tax else tax_on(value, line.tax_rate)


def paid(order: Order) -> int:
    """Minor units held for the order: payments less refunds and credits."""
    sign = {PaymentKind.PAYMENT: 1, PaymentKind.REFUND: -1, PaymentKind.CREDIT: -1, PaymentKind.FORFEIT: 0}
    return sum(sign[payment.kind] * payment.amount.amount for payment in order.payments)


def kept_total(order: Order, line: Line, quantity: int) -> int:
    """Minor units of the first `quantity` units of a line without those that came back."""
    including = order.prices_include_tax
    whole = line_total(line, quantity, prices_include_tax=including)
    return (whole - line_total(line, line.returned, prices_include_tax=including)).amount


def total_of(order: Order) -> int:
    """Minor units the live quantities of the order cost, tax included, without what came back."""
    return sum(kept_total(order, line, line.quantities.live) for line in order.lines)


def settled(order: Order) -> int:
    """Minor units of what was handed over and did not come back."""
    return sum(kept_total(order, line, line.quantities.collected) for line in order.lines)


def earned_by_rate(order: Order) -> dict[int, tuple[int, int]]:
    """Minor units (with tax, tax) of what was handed over and did not come back, by rate in basis points."""
    found: dict[int, tuple[int, int]] = {}
    including = order.prices_include_tax
    for line in order.lines:
        gross, tax = found.get(line.tax_rate, (0, 0))
        gross += kept_total(order, line, line.quantities.collected)
        tax += line_tax(line, line.quantities.collected, prices_include_tax=including)
        tax -= line_tax(line, line.returned, prices_include_tax=including)
        found[line.tax_rate] = (gross, tax)
    return found


def totals(order: Order) -> Totals:
    """All sums of the order's live quantities."""
    gross = sum(value_of(line.unit_price, line.charged, line.unit).amount for line in order.lines)
    value = sum(line.charged_value().amount for line in order.lines)
    including = order.prices_include_tax
    tax = sum(
        line_tax(line, line.quantities.live, prices_include_tax=including)
        - line_tax(line, line.returned, prices_include_tax=including)
        for line in order.lines
    )
    whole, held = total_of(order), paid(order)

    def money(amount: int) -> Money:
        return Money(amount, order.currency)

    return Totals(
        lines=money(gross),
        discount=money(gross - value),
        tax=money(tax),
        total=money(whole),
        paid=money(held),
        balance=money(max(0, whole - held)),
        refundable=money(max(0, held - whole)),
    )
