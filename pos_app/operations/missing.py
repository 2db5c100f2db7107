"""Goods that are not there: something else for them, or a later order that brings them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pos_app.operations import desk as desks
from pos_app.operations import refunding
from pos_app.operations.desk import Acting, Changed, Desk, act_on
from pos_app.operations.drafting import ORDERS, code_hashes, next_number
from pos_app.operations.orders import bringing
from site_sync.domain import deposits
from site_sync.domain.catalogue import Item, ItemKind
from site_sync.domain.commands import AnswerSubstitute, Command, Create, ReportShort, Substitute
from site_sync.domain.customers import Address
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle.creating import make_line
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.lifecycle.deciding import Decision
from site_sync.domain.lifecycle.substituting import fair_discount, most_for
from site_sync.domain.money import Money
from site_sync.domain.offering import offered_for
from site_sync.domain.orders import Delivery, DeliveryMode, Line, Order, OrderKind
from site_sync.domain.particulars import NewLine, Refunded, ShortNext, Tendered
from site_sync.domain.policies import OnShortage
from site_sync.domain.quantities import value_of
from site_sync.domain.totals import line_total

MOST_ALTERNATIVES = 12
DEAREST = 2
"""Times the price of what is missing up to which things are proposed unasked; by name anything is found."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Units of a line that were not found."""

    order_id: str
    line: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """An item that could stand for what is missing: how many, what the customer pays, how many are free."""

    item: Item
    quantity: int
    pays: Money
    usual: Money
    free: int


@dataclass(frozen=True, slots=True)
class Later:
    """What shall become of missing units: collected here when they are back, or shipped to an address."""

    missing: Missing
    next: ShortNext
    address: Address | None = None


def alternatives(desk: Desk, missing: Missing, typed: str = "") -> tuple[Alternative, ...]:
    """What lies here instead: found by words, else of the same category and not far dearer; nearest first."""
    order = desk.store.orders.order(missing.order_id)
    if order is None:
        return ()
    line, wanted = order.line(missing.line), desk.store.catalogue.item(order.line(missing.line).sku)
    asked = bool(typed.strip())
    if asked:
        found = desk.store.catalogue.search(typed, limit=60)
    else:
        found = desk.store.catalogue.in_category(wanted.category if wanted else "", limit=200)
    fitting = [item for item in found if item.kind is ItemKind.GOODS and item.sku != line.sku]
    offers = [_alternative(desk, line, missing.quantity, item) for item in fitting]
    worth = most_for(line, missing.quantity).amount
    here = [one for one in offers if one.free >= one.quantity and one.usual.currency == order.currency]
    near = [one for one in here if asked or one.usual.amount <= DEAREST * worth]
    return tuple(sorted(near, key=lambda one: abs(one.usual.amount - worth))[:MOST_ALTERNATIVES])


def _alternative(desk: Desk, line: Line, quantity: int, item: Item) -> Alternative:
    new = new_line(desk, line, quantity, item)
    usual = value_of(new.unit_price, new.quantity, new.unit)
    pays = usual - new.discount if new.discount else usual
    levels = desk.store.catalogue.stock_at([(desk.identity.store, item.sku)])
    level = levels.get((desk.identity.store, item.sku))
    return Alternative(item, new.quantity, pays, usual, level.available if level else 0)


def new_line(desk: Desk, line: Line, quantity: int, item: Item) -> NewLine:
    """The line of a substitute: as much of it, for no more money; what would be dearer is discounted."""
    count = quantity if item.unit == line.unit else item.unit.scale
    bare = NewLine(
        item.sku,
        item.name,
        count,
        item.price,
        item.tax_rate,
        unit=item.unit,
        source_store=desk.identity.store,
        shelf=item.shelf,
    )
    discount = fair_discount(line, quantity, item.price, count, bare)
    return replace(bare, discount=discount) if discount else bare


def substitute(desk: Desk, acting: Acting, missing: Missing, sku: str, *, agreed: bool) -> Changed | Refusal:
    """Put something else in: the customer was asked at the counter or by phone, or is asked by message."""
    order, item = desk.store.orders.order(missing.order_id), desk.store.catalogue.item(sku)
    if order is None or item is None:
        return Refusal(Code.ITEM_UNKNOWN, {"code": sku})
    by = new_line(desk, order.line(missing.line), missing.quantity, item)
    act = Substitute(missing.line, missing.quantity, by, agreed)
    return act_on(desk, acting, missing.order_id, act, bringing(desk, acting, missing.order_id))


def answer(desk: Desk, acting: Acting, order_id: str, line: int, *, accepted: bool) -> Changed | Refusal:
    """The customer told staff yes or no."""
    act = AnswerSubstitute(line, accepted)
    return act_on(desk, acting, order_id, act, bringing(desk, acting, order_id))


def bring_later(desk: Desk, acting: Acting, wish: Later) -> Changed | Refusal:
    """The missing units get an order of their own, with the money that was paid for them.

    Both acts are one transaction; the answer is what became of the first order.
    """
    before = desk.store.orders.record(wish.missing.order_id)
    if before is None:
        return Refusal(Code.ORDER_UNKNOWN, {"order": wish.missing.order_id})
    if wish.next is ShortNext.SHIP_LATER and wish.address is None:
        return Refusal(Code.ADDRESS_NEEDED)
    number, order = next_number(desk, OrderKind.CUSTOMER_ORDER), before.order
    new = _same_goods(desk, order, wish)
    short = _short(desk, acting, order, wish, (number, new))
    if isinstance(short, Refusal):
        return short
    order_id = desk.new_id()
    act = _follow_up(desk, order, wish, new, order_id)
    act = replace(act, number=number, payments=_taken_again(desk, order, short))
    made = desks.command_for(desk, acting, order_id, act)
    second = decide(None, made, desks.context_for(desk, acting, None, made))
    if isinstance(second, Refusal):
        return second
    first = decide(order, short, desks.context_for(desk, acting, order, short))
    if isinstance(first, Refusal):
        return first
    with desk.store.file.transaction():
        desk.store.counters.next(ORDERS)
        changed = desks.keep(desk, short, first, before, desks.NOTHING)
        papers = bringing(desk, acting, made.order_id)
        later = desks.keep(desk, made, second, None, papers)
    return replace(changed, jobs=later.jobs)


def _short(
    desk: Desk, acting: Acting, order: Order, wish: Later, follow_up: tuple[str, NewLine]
) -> Command | Refusal:
    """The first act, with as much money taken out of the order as its missing units were paid with."""
    missing, (number, new) = wish.missing, follow_up
    act = ReportShort(missing.line, missing.quantity, wish.next, follow_up=number)
    bare = desks.command_for(desk, acting, order.id, act)
    alone = decide(order, bare, desks.context_for(desk, acting, order, bare))
    if not isinstance(alone, Decision):
        return alone
    line = make_line(1, new, order.delivery, desk.identity.store)
    cost = line_total(line, new.quantity, prices_include_tax=order.prices_include_tax).amount
    free = min(cost, deposits.surplus(alone.order) - deposits.surplus(order))
    if free <= 0:
        return bare
    back = refunding.of_order(desk, alone.order, Money(free, order.currency))
    if isinstance(back, Refusal):
        return back
    moved = tuple(
        Refunded(desk.new_id(), part.payment, part.tender, Money(part.amount, order.currency), number)
        for part in back.parts
    )
    return replace(bare, act=replace(act, moved=moved))


def _same_goods(desk: Desk, order: Order, wish: Later) -> NewLine:
    """The missing units as a line of the later order, at the price they were ordered for."""
    line, quantity = order.line(wish.missing.line), wish.missing.quantity
    discount = value_of(line.unit_price, quantity, line.unit) - most_for(line, quantity)
    shipped = wish.next is ShortNext.SHIP_LATER
    return NewLine(
        line.sku,
        line.description,
        quantity,
        line.unit_price,
        line.tax_rate,
        discount=discount or None,
        unit=line.unit,
        source_store=(_fullest(desk, line.sku, quantity) if shipped else "") or desk.identity.store,
        shelf=line.shelf,
        price_differs=line.price_differs,
    )


def _follow_up(desk: Desk, order: Order, wish: Later, new: NewLine, order_id: str) -> Create:
    """The later order, for the same customer."""
    code_hash, page_hash = code_hashes(desk, order_id)
    return Create(
        order_kind=OrderKind.CUSTOMER_ORDER,
        number="",
        currency=order.currency,
        customer=order.customer,
        delivery=_delivery(desk, order, wish),
        lines=(new,),
        source=order.source,
        prices_include_tax=order.prices_include_tax,
        collector=order.collector if wish.next is ShortNext.BACK_ORDER else None,
        on_shortage=OnShortage.BACK_ORDER,
        follows=order.number,
        code_hash=code_hash,
        page_hash=page_hash,
    )


def _taken_again(desk: Desk, order: Order, short: Command) -> tuple[Tendered, ...]:
    """The moved money in the later order, by its own tender and reference: a refund still finds its way."""
    moved = short.act.moved if isinstance(short.act, ReportShort) else ()
    return tuple(
        Tendered(desk.new_id(), one.tender, one.amount, order.payment(one.payment).reference) for one in moved
    )


def _delivery(desk: Desk, order: Order, wish: Later) -> Delivery:
    if wish.next is ShortNext.BACK_ORDER:
        return replace(order.delivery, requested_at=None)
    methods = offered_for(desk.store.shop.delivery_methods(), (OrderKind.CUSTOMER_ORDER,))
    shipping = [one.code for one in methods if one.mode is DeliveryMode.SHIP]
    method = shipping[0] if shipping else DeliveryMode.SHIP.value
    return Delivery(method, DeliveryMode.SHIP, "", wish.address)


def _fullest(desk: Desk, sku: str, quantity: int) -> str:
    """The store with most of an item free, if any has as many as are wanted."""
    levels = [level for level in desk.store.catalogue.stock_of(sku) if level.available >= quantity]
    here = desk.identity.store
    others = [level for level in levels if level.store != here]
    return max(others, key=lambda level: level.available).store if others else ""
