"""An order as its customer is told of it: in words, by message or on the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from site_sync.domain import deposits
from site_sync.domain.money import Money
from site_sync.domain.orders import ClosedAs, Line, Order, OrderKind, Quantities, Stage
from site_sync.domain.shop import Store
from site_sync.domain.totals import paid, total_of
from site_sync.service.links import Links
from site_sync.service.shop_words import (
    HoursRow,
    hours_rows,
    language_of,
    moment_words,
    money_words,
    quantity_words,
)


class Situation(StrEnum):
    """Where the order stands for its customer."""

    QUOTE = "quote"
    TO_PICK = "to_pick"
    PICKING = "picking"
    TO_COLLECT = "to_collect"
    TO_SHIP = "to_ship"
    COLLECTED = "collected"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNAVAILABLE = "unavailable"


_OPEN = {
    Stage.QUOTE: Situation.QUOTE,
    Stage.TO_PICK: Situation.TO_PICK,
    Stage.PICKING: Situation.PICKING,
    Stage.TO_COLLECT: Situation.TO_COLLECT,
    Stage.TO_SHIP: Situation.TO_SHIP,
}
_CLOSED = {
    ClosedAs.COLLECTED: Situation.COLLECTED,
    ClosedAs.SHIPPED: Situation.SHIPPED,
    ClosedAs.DELIVERED: Situation.DELIVERED,
    ClosedAs.EXPIRED: Situation.EXPIRED,
    ClosedAs.CANCELLED: Situation.CANCELLED,
}


def situation(order: Order) -> Situation:
    """Where the order stands for its customer, whom putting goods back does not concern."""
    if order.stage in _OPEN:
        return _OPEN[order.stage]
    if order.expired_at is not None:
        return Situation.EXPIRED
    if order.kind is OrderKind.CUSTOMER_ORDER and order.cancelled_at is None:
        if any(line.quantities.collected for line in order.lines if line.blocks):
            return _CLOSED.get(order.closed_as or ClosedAs.COLLECTED, Situation.COLLECTED)
        if any(line.quantities.short for line in order.lines):
            return Situation.UNAVAILABLE
    return _CLOSED[order.closed_as or ClosedAs.CANCELLED]


@dataclass(frozen=True, slots=True)
class LineWords:
    """Some units of an item in words."""

    quantity: str
    name: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """All that a customer may know of an order, as texts."""

    number: str
    situation: Situation
    language: str
    customer: str
    collector: str
    ready: tuple[LineWords, ...]
    waiting: tuple[LineWords, ...]
    short: tuple[LineWords, ...]
    collected: tuple[LineWords, ...]
    cancelled: tuple[LineWords, ...]
    collect_by: str
    promised: str
    total: str
    paid: str
    due: str
    refundable: str
    tracking: str
    store: Store | None
    hours: tuple[HoursRow, ...]
    page: str
    code: str
    asked: tuple[LineWords, ...] = ()
    order_id: str = ""
    version: int = 0
    until: datetime | None = None
    renewed: bool = False


def _lines(order: Order, language: str, count: Callable[[Quantities], int]) -> tuple[LineWords, ...]:
    def words(line: Line) -> LineWords:
        return LineWords(quantity_words(line, count(line.quantities), language), line.description)

    return tuple(words(line) for line in order.lines if line.sku and count(line.quantities))


def _asked(order: Order, language: str) -> tuple[LineWords, ...]:
    """What is offered instead of something else and waits for the customer's word."""
    lines = [order.line(one.line) for one in order.asked]
    return tuple(
        LineWords(quantity_words(line, line.quantities.live, language), line.description) for line in lines
    )


def _amount(order: Order, amount: int, language: str) -> str:
    return money_words(Money(amount, order.currency), language) if amount else ""


def order_view(order: Order, store: Store | None, links: Links, now: datetime) -> OrderView:
    """The order in its customer's language, times on the clock of the store that hands over."""
    language = language_of(order.customer.language)

    def moment(at: datetime | None) -> str:
        return moment_words(at, store.calendar, language) if at and store else ""

    return OrderView(
        number=order.number,
        situation=situation(order),
        language=language,
        customer=order.customer.name,
        collector=order.collector.name if order.collector else "",
        ready=_lines(order, language, lambda held: held.picked),
        waiting=_lines(order, language, lambda held: held.to_pick),
        short=_lines(order, language, lambda held: held.short),
        collected=_lines(order, language, lambda held: held.collected),
        cancelled=_lines(order, language, lambda held: held.cancelled + held.to_put_back + held.put_back),
        collect_by=moment(order.collect_by),
        promised=moment(order.promised_at),
        total=money_words(Money(total_of(order), order.currency), language),
        paid=_amount(order, paid(order), language),
        due=_amount(order, deposits.balance(order), language),
        refundable=_amount(order, deposits.surplus(order), language),
        tracking=f"{order.delivery.carrier} {order.delivery.tracking}".strip(),
        store=store,
        hours=tuple(hours_rows(store.calendar, now, language)) if store else (),
        page=links.page(order) or "",
        code=links.code(order) or "",
        asked=_asked(order, language),
        order_id=order.id,
        version=order.version,
        until=order.collect_by,
        renewed=order.code_issue > 1,
    )
