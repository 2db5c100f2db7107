"""Customer orders and quotes: listed, recalled, saved, paid, changed, ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from pos_app.operations import cart as carts
from pos_app.operations import desk as desks
from pos_app.operations import paying, printing, refunding, repricing
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Acting, Bringing, BulkResult, Changed, Desk, act_on, need
from pos_app.operations.drafting import (
    ORDERS,
    QUOTES,
    Details,
    Offer,
    StoreChoice,
    actions,
    amendment,
    availability,
    creation,
    details_of,
    draft,
    least,
    line_numbers,
    marked,
    new_details,
    shortage,
)
from pos_app.operations.paying import Tendering
from pos_app.store.order_list import OrderFilter, Tab
from pos_app.store.order_rows import OrderRow
from pos_app.store.store import Beside
from site_sync.domain import deposits
from site_sync.domain.basket import RECEIPTS
from site_sync.domain.commands import (
    Act,
    AddNote,
    Amend,
    Cancel,
    Collect,
    ConfirmPicking,
    ConvertQuote,
    Deliver,
    Extend,
    KeepCredit,
    Remind,
    Ship,
    TakePayment,
)
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.history import OrderRecord
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.money import Money
from site_sync.domain.orders import OrderKind
from site_sync.domain.particulars import Refunded, Tendered
from site_sync.domain.permissions import Right
from site_sync.domain.policies import DepositAtEnd, OnShortage

__all__ = [
    "BulkResult", "Details", "Offer", "StoreChoice", "actions", "availability", "details_of", "draft",
    "line_numbers", "marked", "new_details", "shortage",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recalled:
    """A saved order in the sale: its cart, its details, its record."""

    cart: Cart
    details: Details
    record: OrderRecord


@dataclass(frozen=True, slots=True)
class Settlement:
    """What goes with saving: money taken, money given back, units handed over now, papers wanted besides.

    `paid_back` says how the refunds left the drawer, `basket` the numbers of the orders paid
    together with it, which have one receipt.
    """

    tendering: Tendering | None = None
    refunds: tuple[Refunded, ...] = ()
    paid_back: Tendering | None = None
    collect: Collect | None = None
    on_shortage: OnShortage = OnShortage.REFUSE
    documents: tuple[DocumentKind, ...] = ()
    basket: tuple[str, ...] = ()


NOTHING_SETTLED = Settlement()


def listed(desk: Desk, wanted: OrderFilter, limit: int = 200, offset: int = 0) -> tuple[OrderRow, ...]:
    """Orders by lateness, filtered and searched."""
    return desk.store.lists.rows(wanted, limit, offset)


def tab_counts(desk: Desk) -> dict[Tab, int]:
    """How many orders of this store stand in each tab."""
    return desk.store.lists.tab_counts(OrderFilter(store=desk.identity.store))


def record(desk: Desk, order_id: str) -> OrderRecord | None:
    """An order with its history."""
    return desk.store.orders.record(order_id)


def recall(desk: Desk, acting: Acting, order_id: str) -> Recalled | Refusal:
    """Bring a saved order into the sale."""
    refusal = need(acting, Right.ORDER_RECALL)
    if refusal is not None:
        return refusal
    found = desk.store.orders.record(order_id)
    if found is None:
        return Refusal(Code.ORDER_UNKNOWN, {"order": order_id})
    order = found.order
    lines = tuple(
        carts.of_order_line(number, line, desk.store.catalogue.item(line.sku))
        for number, line in enumerate((line for line in order.lines if line.charged), start=1)
    )
    customer = order.customer if order.customer.name or order.customer.reachable else None
    including = order.prices_include_tax
    cart = Cart(order.currency, lines, customer, order, prices_include_tax=including)
    return Recalled(cart, details_of(order), found)


def bringing(desk: Desk, acting: Acting, order_id: str, settlement: Settlement = NOTHING_SETTLED) -> Bringing:
    """What is kept with an act: its receipts, the papers asked for, what cash rounding did, card attempts."""
    moved = [money for money in (settlement.tendering, settlement.paid_back) if money is not None]
    each = [paying.beside(money, paying.rounding_entries(desk, acting, money, order_id)) for money in moved]
    beside = Beside(
        tuple(entry for one in each for entry in one.entries),
        tuple(attempt for one in each for attempt in one.attempts),
        tuple(hold for one in each for hold in one.holds),
    )
    asks_receipt = any(money.asks_receipt for money in moved)
    change = paying.change(settlement.tendering) if settlement.tendering is not None else None

    def papers(changed: Changed) -> tuple[str, ...]:
        documents = list(printing.papers_of(desk, acting.staff, changed, change))
        if settlement.basket:
            documents = [one for one in documents if one.kind not in RECEIPTS]
        wanted = {DocumentKind.ORDER_CONFIRMATION, DocumentKind.QUOTE} & set(settlement.documents)
        if wanted and changed.order.closed_at is None:
            documents.append(printing.order_paper(desk, acting.staff, changed.order))
        return printing.queue(desk, documents, order_id, asks_receipt=asks_receipt)

    return Bringing(beside, papers)


def _money_refusal(acting: Acting, settlement: Settlement) -> Refusal | None:
    """Money needs a shift."""
    if (settlement.tendering or settlement.refunds) and not acting.shift:
        return Refusal(Code.SHIFT_NEEDED)
    return None


def _payments(settlement: Settlement) -> tuple[Tendered, ...]:
    return paying.payments(settlement.tendering) if settlement.tendering else ()


def _collect(settlement: Settlement) -> tuple[Collect | None, tuple[Tendered, ...]]:
    """The hand-over with the money taken for it; without one the money is the order's deposit."""
    money = _payments(settlement)
    if settlement.collect is None:
        return None, money
    return replace(settlement.collect, payments=(*settlement.collect.payments, *money)), ()


def save(
    desk: Desk,
    acting: Acting,
    cart: Cart,
    details: Details,
    settlement: Settlement = NOTHING_SETTLED,
) -> Changed | Refusal:
    """Make the new order or quote, or change the recalled one, with the money and goods of the moment."""
    refusal = _money_refusal(acting, settlement)
    if refusal is not None:
        return refusal
    if cart.base is None:
        return _create(desk, acting, cart, details, settlement)
    collect, money = _collect(settlement)
    act = replace(
        amendment(desk, cart, details, cart.base), payments=money, refunds=settlement.refunds, collect=collect
    )
    if act == Amend():
        return Refusal(Code.NOTHING_CHANGED)
    how = bringing(desk, acting, cart.base.id, settlement)
    return act_on(desk, acting, cart.base.id, least(act), how)


def _create(
    desk: Desk, acting: Acting, cart: Cart, details: Details, settlement: Settlement
) -> Changed | Refusal:
    """The number is given out with the order that bears it, so that a refusal leaves no gap."""
    order_id = desk.new_id()
    collect, money = _collect(settlement)
    act = replace(
        creation(desk, cart if collect else carts.unmarked(cart), details, order_id),
        payments=money,
        collect=collect,
        on_shortage=settlement.on_shortage,
        basket=settlement.basket,
    )
    command = desks.command_for(desk, acting, order_id, act)
    decision = decide(None, command, desks.context_for(desk, acting, None, command))
    if isinstance(decision, Refusal):
        return decision
    with desk.store.file.transaction():
        desk.store.counters.next(QUOTES if details.kind is OrderKind.QUOTE else ORDERS)
        return desks.keep(desk, command, decision, None, bringing(desk, acting, order_id, settlement))


def _act(
    desk: Desk, acting: Acting, order_id: str, act: Act, settlement: Settlement = NOTHING_SETTLED
) -> Changed | Refusal:
    refusal = _money_refusal(acting, settlement)
    if refusal is not None:
        return refusal
    return act_on(desk, acting, order_id, act, bringing(desk, acting, order_id, settlement))


def convert_quote(
    desk: Desk, acting: Acting, order_id: str, settlement: Settlement = NOTHING_SETTLED
) -> Changed | Refusal:
    """Turn a quote into a customer order, at its prices or at those of today, as the shop has settled."""
    collect, money = _collect(settlement)
    quote = desk.store.orders.order(order_id)
    today = repricing.todays(desk, quote) if quote is not None else ()
    act = ConvertQuote(money, collect, today, settlement.on_shortage)
    return _act(desk, acting, order_id, act, settlement)


def take_payment(
    desk: Desk,
    acting: Acting,
    order_id: str,
    tendering: Tendering,
    documents: tuple[DocumentKind, ...] = (),
) -> Changed | Refusal:
    """Take a deposit, or more of it."""
    settlement = Settlement(tendering, documents=documents)
    return _act(desk, acting, order_id, TakePayment(paying.payments(tendering)), settlement)


def keep_credit(desk: Desk, acting: Acting, order_id: str, amount: Money) -> Changed | Refusal:
    """Keep surplus as the customer's credit."""
    return _act(desk, acting, order_id, KeepCredit(desk.new_id(), amount))


def cancel(
    desk: Desk,
    acting: Acting,
    order_id: str,
    deposit: DepositAtEnd = DepositAtEnd.LEAVE,
    refunds: tuple[Refunded, ...] = (),
) -> Changed | Refusal:
    """Cancel the order; the reason is the acting's, `deposit` says what becomes of the money held.

    To refund without naming refunds gives all of it back to the tenders it came by.
    """
    order = desk.store.orders.order(order_id)
    if deposit is DepositAtEnd.REFUND and not refunds and order is not None and deposits.held(order) > 0:
        back = refunding.of_order(desk, order, Money(deposits.held(order), order.currency))
        if isinstance(back, Refusal):
            return back
        refunds = tuple(
            Refunded(desk.new_id(), part.payment, part.tender, Money(part.amount, order.currency))
            for part in back.parts
        )
    act = Cancel(acting.reason, None, deposit, refunds, desk.new_id())
    return _act(desk, acting, order_id, act, Settlement(refunds=refunds))


def extend(desk: Desk, acting: Acting, order_id: str, until: datetime) -> Changed | Refusal:
    """Give the customer until later."""
    return _act(desk, acting, order_id, Extend(until))


def note(
    desk: Desk, acting: Acting, order_id: str, text: str, *, for_customer: bool = False
) -> Changed | Refusal:
    """Keep a remark with the order."""
    return _act(desk, acting, order_id, AddNote(text, for_customer))


def ship(
    desk: Desk, acting: Acting, order_id: str, tracking: str = "", carrier: str = ""
) -> Changed | Refusal:
    """The goods left for the customer's address, under a tracking number of whoever carries them."""
    return _act(desk, acting, order_id, Ship(tracking, carrier))


def deliver(desk: Desk, acting: Acting, order_id: str) -> Changed | Refusal:
    """The shipped goods arrived."""
    return _act(desk, acting, order_id, Deliver())


def remind(desk: Desk, acting: Acting, order_id: str) -> Changed | Refusal:
    """Remind the customer once more."""
    order = desk.store.orders.order(order_id)
    level = order.reminders + 1 if order else 1
    return _act(desk, acting, order_id, Remind(level))


def mark_ready(desk: Desk, acting: Acting, order_id: str) -> Changed | Refusal:
    """Confirm picking of an order whose bags already lie on their shelves."""
    return _act(desk, acting, order_id, ConfirmPicking())


def in_bulk(
    desk: Desk, _acting: Acting, order_ids: tuple[str, ...], act: Callable[[str], Changed | Refusal]
) -> tuple[BulkResult, ...]:
    """Do an act on each of several orders: per order what was done, or why not."""
    return desks.in_bulk(desk, order_ids, act)
