"""Giving lines the prices of today; a saved order keeps its own until somebody asks for it."""

from __future__ import annotations

from dataclasses import replace

from site_sync.domain.errors import Code, Refused
from site_sync.domain.events import LineChanged, PricesRecalculated
from site_sync.domain.lifecycle.deciding import Deciding
from site_sync.domain.money import ABSURD_AMOUNT, Money, divide
from site_sync.domain.orders import Line, Order
from site_sync.domain.particulars import LinePrice
from site_sync.domain.quantities import value_of
from site_sync.domain.totals import total_of


def repriced(line: Line, price: Money) -> Line:
    """The line at another price, with the same share of discount."""
    old = line.unit_price.amount
    discount = divide(line.discount.amount * price.amount, old) if old else 0
    return replace(line, unit_price=price, discount=Money(discount, price.currency))


def at_prices(order: Order, prices: tuple[LinePrice, ...]) -> Order:
    """The order as it would be at these prices, before anybody decides on it."""
    for wanted in prices:
        line = order.line(wanted.line)
        if not line.quantities.collected:
            order = order.with_line(repriced(line, wanted.unit_price))
    return order


def apply_prices(working: Deciding, prices: tuple[LinePrice, ...]) -> None:
    """Lines get their new prices; what was handed over of a line has settled its price."""
    before, changed = total_of(working.order), 0
    for wanted in prices:
        line = working.order.line(wanted.line)
        if wanted.unit_price == line.unit_price:
            continue
        if line.quantities.collected:
            raise Refused(Code.SETTLED_LINE, line=line.id, item=line.description)
        _check(working, line, wanted.unit_price)
        working.add(LineChanged(line, repriced(line, wanted.unit_price), ()))
        changed += 1
    if changed:
        currency = working.order.currency
        after = Money(total_of(working.order), currency)
        working.add(PricesRecalculated(changed, Money(before, currency), after))


def _check(working: Deciding, line: Line, price: Money) -> None:
    if price.currency != working.order.currency:
        raise Refused(Code.CURRENCY_MISMATCH, currency=working.order.currency)
    if price.amount < 0:
        raise Refused(Code.AMOUNT_INVALID, line=line.id)
    if max(price.amount, value_of(price, line.quantities.ordered, line.unit).amount) > ABSURD_AMOUNT:
        raise Refused(Code.AMOUNT_ABSURD, line=line.id)
