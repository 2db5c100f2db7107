"""What staff do at a till of the storm by the shipped operations: drawn, not thought about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from pos_app.operations import (
    cart as carts,
)
from pos_app.operations import (
    collecting,
    orders,
    paying,
    picking,
    problems,
    putting_back,
    selling,
    shifts,
    undoing,
)
from pos_app.operations.collecting import HandOver
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.orders import Settlement
from site_sync.domain.commands import Pick, ReportShort, Unpick
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money
from site_sync.domain.orders import ArrivalState, Delivery, Order, OrderKind, Stage
from site_sync.domain.particulars import Identity, IdentityBy, LineQuantity, ShortNext
from site_sync.domain.policies import DepositAtEnd, OnShortage
from site_sync.domain.problems import Choice
from tests.simulation.storm.shop import ITEMS, STORES

FLOAT = Money(10_000, "EUR")
Act = Callable[[Desk, Acting, Random], Any]
OrderAct = Callable[[Desk, Acting, Random, Order], Any]


def begin_shift(desk: Desk, acting: Acting, _draw: Random) -> Any:
    """Somebody opens the till in the morning."""
    return shifts.open(desk, acting, FLOAT)


def _cart(desk: Desk, draw: Random) -> Any:
    cart = selling.new_cart(desk)
    for item in draw.sample(ITEMS, draw.choice((1, 1, 2))):
        more = selling.add_item(desk, cart, item.sku, draw.choice((1, 1, 2, 3)))
        cart = cart if isinstance(more, Refusal) else more
    return cart


def _cash(desk: Desk, due: Money, amount: int) -> Any:
    return paying.take_cash(desk, paying.begin(due), Money(amount, due.currency)) if amount > 0 else None


def sell(desk: Desk, acting: Acting, draw: Random) -> Any:
    """An ordinary sale for cash."""
    cart = _cart(desk, draw)
    due = carts.totals(cart).total
    return selling.finish(desk, acting, cart, _cash(desk, due, due.amount + draw.choice((0, 350))))


def all_there_is(desk: Desk, acting: Acting, draw: Random) -> Any:
    """An order of the last unit of something, and now and then of one more."""
    item = draw.choice(ITEMS[:3])
    store = desk.store.identity.read().store
    level = desk.store.catalogue.stock_at([(store, item.sku)]).get((store, item.sku))
    units = (level.available if level else 1) + draw.choice((0, 0, 1))
    cart = selling.add_item(desk, selling.new_cart(desk), item.sku, max(1, units))
    if isinstance(cart, Refusal):
        return cart
    return _order(desk, acting, draw, cart)


def make_order(desk: Desk, acting: Acting, draw: Random) -> Any:
    """A customer order, a quote now and then, with a deposit or without."""
    return _order(desk, acting, draw, _cart(desk, draw))


def _order(desk: Desk, acting: Acting, draw: Random, cart: Any) -> Any:
    kind = OrderKind.QUOTE if draw.random() < 0.15 else OrderKind.CUSTOMER_ORDER
    details = orders.new_details(desk, kind)
    if draw.random() < 0.4:
        details = replace(details, delivery=Delivery("collect", store=draw.choice(STORES)))
    cart = carts.with_customer(cart, Customer(name=f"Customer {draw.randrange(1000)}", phone="+4520304050"))
    total = carts.totals(cart).total.amount
    paid = 0 if kind is OrderKind.QUOTE else draw.choice((0, 0, total // 3, total))
    money = _cash(desk, Money(paid, "EUR"), paid)
    shortage = draw.choice((OnShortage.REFUSE, OnShortage.PARTIAL, OnShortage.BACK_ORDER))
    return orders.save(desk, acting, cart, details, Settlement(money, on_shortage=shortage))


def note(desk: Desk, acting: Acting, draw: Random, order: Order) -> Any:
    """A remark."""
    return orders.note(desk, acting, order.id, f"remark {draw.randrange(1000)}")


def pay(desk: Desk, acting: Acting, draw: Random, order: Order) -> Any:
    """More of the deposit."""
    amount = Money(draw.choice((100, 500, 1033)), "EUR")
    money = _cash(desk, amount, amount.amount)
    return orders.take_payment(desk, acting, order.id, money)


def claim(desk: Desk, acting: Acting, draw: Random, order: Order) -> Any:
    """Take it to pick."""
    return picking.claim(desk, acting, (order.id,), take_over=draw.random() < 0.3)


def release(desk: Desk, acting: Acting, _draw: Random, order: Order) -> Any:
    """Give it back to the queue."""
    return picking.release(desk, acting, order.id)


def pick(desk: Desk, acting: Acting, draw: Random, order: Order) -> Any:
    """Find some units of a line."""
    line = draw.choice(order.lines)
    return picking.pick(
        desk, acting, order.id, Pick(line.id, draw.randint(1, max(1, line.quantities.to_pick)), 1)
    )


def pick_all(desk: Desk, acting: Acting, _draw: Random, order: Order) -> Any:
    """Find everything and make it ready."""
    done: Any = None
    if order.claim is None:
        picking.claim(desk, acting, (order.id,))
    for line in order.lines:
        if line.quantities.to_pick:
            done = picking.pick(desk, acting, order.id, Pick(line.id, line.quantities.to_pick, 1))
    return done if isinstance(done, Refusal) else picking.confirm(desk, acting, order.id, {1: "C1"})


def unpick(desk: Desk, acting: Acting, draw: Random, order: Order) -> Any:
    """Put a unit back on the list."""
    line = draw.choice(order.lines)
    return picking.unpick(desk, acting, order.id, Unpick(line.id, 1))


def short(desk: Desk, acting: Acting, draw: Random, order: Order) -> Any:
    """A unit is not there."""
    line = draw.choice(order.lines)
    count = draw.randint(1, max(1, line.quantities.to_pick))
    return picking.short(desk, acting, order.id, ReportShort(line.id, count, ShortNext.DROP))


def confirm(desk: Desk, acting: Acting, _draw: Random, order: Order) -> Any:
    """It is ready."""
    return picking.confirm(desk, acting, order.id, {1: "C2"})


def hand_over(desk: Desk, acting: Acting, draw: Random, order: Order) -> Any:
    """Goods leave with the customer, all or some."""
    parts = None
    if draw.random() < 0.3 and any(line.quantities.open for line in order.lines):
        line = draw.choice([line for line in order.lines if line.quantities.open])
        parts = (LineQuantity(line.id, 1),)
    wanted = parts or tuple(LineQuantity(line.id, line.quantities.open) for line in order.lines)
    due = collecting.due(order, {part.line: part.quantity for part in wanted if part.quantity})
    money = _cash(desk, due, due.amount)
    bags = tuple(bag.number for bag in order.bags) if parts is None else ()
    how = HandOver(Identity(IdentityBy.KNOWN), parts, money, bags)
    return collecting.hand_over(desk, acting, order.id, how)


def take_back(desk: Desk, acting: Acting, _draw: Random, order: Order) -> Any:
    """The hand-over was a mistake."""
    return undoing.undo_hand_over(desk, acting, order.id)


def reopen(desk: Desk, acting: Acting, _draw: Random, order: Order) -> Any:
    """The cancellation was a mistake."""
    return undoing.reopen(desk, acting, order.id)


def put_back(desk: Desk, acting: Acting, _draw: Random, order: Order) -> Any:
    """Goods lie on the shop's shelf again."""
    return putting_back.put_back(desk, acting, order.id)


def cancel(desk: Desk, acting: Acting, draw: Random, order: Order) -> Any:
    """The customer thought better of it."""
    deposit = draw.choice(tuple(DepositAtEnd))
    return orders.cancel(desk, acting, order.id, deposit)


def extend(desk: Desk, acting: Acting, draw: Random, order: Order) -> Any:
    """The customer needs more time."""
    return orders.extend(desk, acting, order.id, desk.now() + timedelta(hours=draw.choice((1, 30))))


def arrive(desk: Desk, acting: Acting, draw: Random, order: Order) -> Any:
    """The customer is here."""
    return collecting.arrive(desk, acting, order.id, draw.choice(tuple(ArrivalState)))


def convert(desk: Desk, acting: Acting, _draw: Random, order: Order) -> Any:
    """The customer takes the quote."""
    return orders.convert_quote(desk, acting, order.id)


def change(desk: Desk, acting: Acting, draw: Random, order: Order) -> Any:
    """Lines of the order are changed, added and voided."""
    found = orders.recall(desk, acting, order.id)
    if isinstance(found, Refusal):
        return found
    cart, line = found.cart, draw.choice(found.cart.lines) if found.cart.lines else None
    kind = draw.random()
    if line is None or kind < 0.4:
        more = selling.add_item(desk, cart, draw.choice(ITEMS).sku, 1)
    elif kind < 0.7:
        more = carts.with_quantity(cart, line.id, draw.randint(1, 4))
    else:
        more = selling.void(desk, acting, cart, line.id)
    return more if isinstance(more, Refusal) else orders.save(desk, acting, more, found.details)


def deal_with_problem(desk: Desk, acting: Acting, draw: Random) -> Any:
    """Somebody looks at what was refused."""
    found = problems.open_problems(desk)
    if not found:
        return None
    case = draw.choice(found)
    choice = draw.choice(case.choices or (Choice.SETTLED,))
    return problems.resolve(desk, acting, case.problem.id, choice, "looked at")


def count_drawer(desk: Desk, acting: Acting, draw: Random) -> Any:
    """Cash goes to the safe or comes from it; now and then the shift ends and another begins."""
    amount = Money(draw.choice((500, 2_000)), "EUR")
    kind = draw.random()
    if kind < 0.4:
        return shifts.cash_in(desk, acting, amount)
    if kind < 0.8:
        return shifts.cash_out(desk, acting, amount)
    return shifts.close(desk, acting, amount)


_FREE: tuple[Act, ...] = (sell, make_order, make_order, make_order, deal_with_problem, count_drawer)
_FITTING: dict[Stage, tuple[OrderAct, ...]] = {
    Stage.QUOTE: (convert, convert, change, cancel),
    Stage.TO_PICK: (claim, pick_all, pick_all, pick_all, hand_over, change, cancel, pay),
    Stage.PICKING: (pick, pick, short, confirm, release, unpick, cancel, pay, hand_over, pick_all),
    Stage.TO_COLLECT: (hand_over, hand_over, hand_over, hand_over, unpick, cancel, extend, change, pay),
    Stage.TO_SHIP: (cancel,),
    Stage.TO_PUT_BACK: (put_back, put_back, extend, reopen, pay),
    Stage.DONE: (take_back, reopen, note),
}
_ANY: tuple[OrderAct, ...] = (
    note, pay, claim, hand_over, put_back, cancel, change, arrive, extend, take_back
)  # fmt: skip


def drawn(desk: Desk, acting: Acting, draw: Random) -> Any:
    """One act of somebody: mostly one that makes sense, sometimes any."""
    rows = desk.store.file.raw.execute("SELECT id FROM orders_now ORDER BY id").fetchall()
    if not acting.shift and draw.random() < 0.8:
        return begin_shift(desk, acting, draw)
    if not rows or draw.random() < 0.35:
        return draw.choice(_FREE)(desk, acting, draw)
    return at_order(desk, acting, draw, draw.choice(rows)[0])


def at_order(desk: Desk, acting: Acting, draw: Random, order_id: str) -> Any:
    """One act at an order: mostly one that fits its stage, sometimes any."""
    order = desk.store.orders.order(order_id)
    if order is None or not order.lines:
        return None
    acts = _ANY if draw.random() < 0.2 else _FITTING[order.stage]
    return draw.choice(acts)(desk, acting, draw, order)
