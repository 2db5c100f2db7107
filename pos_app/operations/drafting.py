"""A customer order or quote on the counter: its details, what it would be, what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pos_app.operations import cart as carts
from pos_app.operations import repricing
from pos_app.operations.cart import Cart, CartLine
from pos_app.operations.desk import Acting, Desk, command_for, context_for
from pos_app.store.orders import EVERY_RIGHT
from site_sync.domain.actions import Action, Connection, Draft, available_actions
from site_sync.domain.card_numbers import mask_written
from site_sync.domain.catalogue import ItemKind
from site_sync.domain.code_issues import issue_hashes
from site_sync.domain.commands import Act, Amend, Command, Create, Reprice, TakePayment
from site_sync.domain.customers import Collector, Customer
from site_sync.domain.deadlines import ready_by
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.lifecycle.deciding import Context
from site_sync.domain.lifecycle.repricing import at_prices
from site_sync.domain.numbers import till_number
from site_sync.domain.offering import needs_method, needs_source, usual_method, usual_source
from site_sync.domain.offline import CONNECTED, Standing
from site_sync.domain.orders import Delivery, DeliveryMode, Order, OrderKind
from site_sync.domain.particulars import LineQuantity, NewLine
from site_sync.domain.policies import DepositPolicy, OnShortage
from site_sync.domain.shop import Store

ORDERS, QUOTES = "orders", "quotes"
"""Counters of this till's order and quote numbers."""


@dataclass(frozen=True, slots=True)
class Details:
    """Everything of an order but its lines and its customer."""

    kind: OrderKind
    delivery: Delivery
    source: str = "till"
    collector: Collector | None = None
    comment_staff: str = ""
    comment_customer: str = ""
    promised_at: datetime | None = None

    def __post_init__(self) -> None:
        mask_written(self)


@dataclass(frozen=True, slots=True)
class Offer:
    """The payment-action dialog: the order as saved, the draft, and what can be done.

    `parts` are the offers of the orders of a basket, the first of which is shown as `order` and `draft`.
    """

    order: Order
    draft: Draft
    actions: tuple[Action, ...]
    parts: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class StoreChoice:
    """A store for this cart: whether all of it is free there, units that are not, when it can be ready."""

    store: Store
    complete: bool
    missing: int
    ready_by: datetime


def new_details(desk: Desk, kind: OrderKind = OrderKind.CUSTOMER_ORDER) -> Details:
    """Details of a new order: collected here, promised for when it can be ready."""
    here = desk.here
    method = usual_method(desk.store.shop.delivery_methods(), kind)
    delivery = Delivery(method, DeliveryMode.COLLECT, here.code)
    promised = ready_by(desk.now(), desk.policy(here.code, method).preparation_minutes, here.calendar)
    source = usual_source(desk.store.shop.sources(), kind)
    return Details(kind, delivery, source, promised_at=promised)


def unchosen(desk: Desk, details: Details, kinds: tuple[OrderKind, ...]) -> Details:
    """The usual details of what may become one of these kinds, without what staff must choose for it."""
    delivery = details.delivery
    if any(needs_method(desk.policy(delivery.store), kind) for kind in kinds):
        delivery = replace(delivery, method="")
    policy = desk.policy(delivery.store, delivery.method)
    free = any(needs_source(policy, kind) for kind in kinds)
    return replace(details, delivery=delivery, source="" if free else details.source)


def source_of(desk: Desk, details: Details) -> str:
    """Where an order comes from: as chosen, else the usual source unless one must be chosen."""
    policy = desk.policy(details.delivery.store, details.delivery.method)
    if details.source or needs_source(policy, details.kind):
        return details.source
    return usual_source(desk.store.shop.sources(), details.kind)


def details_of(order: Order) -> Details:
    """The details of a saved order."""
    return Details(
        kind=order.kind,
        delivery=order.delivery,
        source=order.source,
        collector=order.collector,
        comment_staff=order.comment_staff,
        comment_customer=order.comment_customer,
        promised_at=order.promised_at,
    )


def next_number(desk: Desk, kind: OrderKind, further: int = 0) -> str:
    """The number that this till's counter gives out next, or `further` orders later."""
    identity, quote = desk.identity, kind is OrderKind.QUOTE
    counter = desk.store.counters.peek(QUOTES if quote else ORDERS) + further
    style = desk.store.shop.policies().numbers
    return till_number(identity.store, identity.till, counter, quote=quote, style=style)


def creation(desk: Desk, cart: Cart, details: Details, order_id: str, further: int = 0) -> Create:
    """The act that makes the order; its number is the one given out next, or `further` orders later."""
    code_hash, page_hash = code_hashes(desk, order_id)
    return Create(
        order_kind=details.kind,
        number=next_number(desk, details.kind, further),
        currency=cart.currency,
        customer=cart.customer or Customer(),
        delivery=details.delivery,
        lines=(*(_new_line(desk, line) for line in cart.live), *_fee(desk, cart, details)),
        prices_include_tax=cart.prices_include_tax,
        source=source_of(desk, details),
        collector=details.collector,
        comment_staff=details.comment_staff,
        comment_customer=details.comment_customer,
        promised_at=details.promised_at,
        code_hash=code_hash,
        page_hash=page_hash,
    )


def code_hashes(desk: Desk, order_id: str) -> tuple[str, str]:
    """What opens a new order at the counter and its page, hashed; empty where the till has no key."""
    key = bytes.fromhex(desk.identity.code_key)
    return issue_hashes(key, order_id) if key else ("", "")


def _new_line(desk: Desk, line: CartLine) -> NewLine:
    """A line of the order; what leaves now comes off this store's shelf."""
    return carts.new_line(line, desk.identity.store if line.marked else "")


def _fee(desk: Desk, cart: Cart, details: Details) -> tuple[NewLine, ...]:
    """The line of what the delivery costs, taxed by its own rate or by the highest among the goods."""
    found = [one for one in desk.store.shop.delivery_methods() if one.code == details.delivery.method]
    if not found or not found[0].fee:
        return ()
    names = found[0].names
    spoken = cart.customer.language if cart.customer else ""
    name = names.get(spoken) or names.get("en", found[0].code)
    rate = found[0].fee_tax_rate
    if rate is None:
        rate = max((line.item.tax_rate for line in cart.live), default=0)
    return (NewLine("", name, 1, found[0].fee, rate, kind=ItemKind.FEE),)


def _fees_of(order: Order) -> tuple[int, ...]:
    return tuple(line.id for line in order.lines if line.kind is ItemKind.FEE and line.quantities.to_pick)


def least(act: Amend) -> Act:
    """The smallest act it comes to: money alone is a payment, which no change meanwhile can refuse."""
    if act.payments and act == Amend(payments=act.payments):
        return TakePayment(act.payments)
    if act.reprice and act == Amend(reprice=act.reprice):
        return Reprice(act.reprice)
    return act


def amendment(desk: Desk, cart: Cart, details: Details, order: Order) -> Amend:
    """The act that makes the saved order what cart and details say."""
    moved = details.delivery.method != order.delivery.method
    fees = _fee(desk, cart, details) if moved else ()
    customer = cart.customer or order.customer
    void = tuple(line.order_line for line in cart.lines if line.voided and line.order_line is not None)
    if moved:
        void += tuple(number for number in _fees_of(order) if number not in void)
    return Amend(
        add=(*(_new_line(desk, line) for line in cart.live if line.order_line is None), *fees),
        change=carts.changes(cart, order),
        void=void,
        reprice=carts.prices(cart),
        customer=customer if customer != order.customer else None,
        collector=details.collector if details.collector != order.collector else None,
        delivery=details.delivery if details.delivery != order.delivery else None,
        comment_staff=_if_new(details.comment_staff, order.comment_staff),
        comment_customer=_if_new(details.comment_customer, order.comment_customer),
    )


def _if_new(text: str, old: str) -> str | None:
    return text if text != old else None


def line_numbers(cart: Cart) -> dict[int, int]:
    """The number each live cart line has, or will have, in the order."""
    highest = max((line.id for line in cart.base.lines), default=0) if cart.base else 0
    numbers = {}
    for line in cart.live:
        if line.order_line is not None:
            numbers[line.id] = line.order_line
        else:
            highest += 1
            numbers[line.id] = highest
    return numbers


def marked(cart: Cart) -> tuple[LineQuantity, ...]:
    """The units marked to be picked up now, by the order's line numbers."""
    numbers = line_numbers(cart)
    return tuple(LineQuantity(numbers[line.id], line.marked) for line in cart.live if line.marked)


def draft(desk: Desk, acting: Acting, cart: Cart, details: Details, further: int = 0) -> Draft | Refusal:
    """What the order would be, decided by the rules with everything that can be mended later left open."""
    base = cart.base
    order_id = base.id if base else desk.new_id()
    act: Act
    if base is None:
        act = creation(desk, cart, details, order_id, further)
    else:
        act = amendment(desk, cart, details, base)
        if act == Amend():
            standing = desk.standing(order_id) or CONNECTED
            return Draft(base, desk.identity.store, marked=marked(cart), standing=standing)
    command = command_for(desk, acting, order_id, act)
    context = context_for(desk, acting, base, command)
    lenient = replace(
        context,
        rights=EVERY_RIGHT,
        policy=replace(context.policy, needs_contact=False),
        recorded=True,
        cut_off=None,
    )
    decision = decide(base, command, replace(lenient, available=None))
    if isinstance(decision, Refusal):
        return decision
    voided = act.void if isinstance(act, Amend) else ()
    standing = _standing(desk, base, command, lenient)
    here = desk.identity.store
    return Draft(decision.order, here, base is None, True, marked(cart), voided, standing=standing)


def actions(desk: Desk, acting: Acting, cart: Cart, details: Details, further: int = 0) -> Offer | Refusal:
    """What the payment-action dialog offers for cart and details."""
    drafted = draft(desk, acting, cart, details, further)
    if isinstance(drafted, Refusal):
        return drafted
    saved = cart.base or drafted.after
    policy = desk.policy(drafted.after.work_store, drafted.after.delivery.method)
    if drafted.after.kind is OrderKind.QUOTE and not drafted.new and not policy.quote_keeps_prices:
        today = at_prices(drafted.after, repricing.todays(desk, drafted.after))
        drafted = replace(drafted, today=today)
    connection = Connection.ONLINE if desk.online() else Connection.OFFLINE
    rights = acting.staff.rights
    return Offer(saved, drafted, available_actions(saved, drafted, policy, rights, connection))


def _standing(desk: Desk, base: Order | None, command: Command, context: Context) -> Standing:
    """How the till stands for a draft, with the units the site would have to confirm while it is cut off."""
    standing = desk.standing(command.order_id)
    if standing is None:
        return CONNECTED
    decision = decide(base, command, context)
    doubtful = 0 if isinstance(decision, Refusal) else sum(decision.shared.values())
    return replace(standing, doubtful=doubtful)


def shortage(
    desk: Desk, acting: Acting, cart: Cart, details: Details, on_shortage: OnShortage
) -> Refusal | None:
    """What is not free of a new order as things stand, before any money is taken; None when all of it is."""
    if cart.base is not None or details.kind is OrderKind.QUOTE:
        return None
    order_id = desk.new_id()
    act = replace(creation(desk, cart, details, order_id), on_shortage=on_shortage)
    command = command_for(desk, acting, order_id, act)
    context = context_for(desk, acting, None, command)
    lenient = replace(context, rights=EVERY_RIGHT, policy=replace(context.policy, needs_contact=False))
    with_money = replace(
        lenient, policy=replace(lenient.policy, deposit=DepositPolicy(allowed=False)), cut_off=None
    )
    decision = decide(None, command, with_money)
    short = isinstance(decision, Refusal) and decision.code is Code.INSUFFICIENT_STOCK
    return decision if short and isinstance(decision, Refusal) else None


def availability(desk: Desk, cart: Cart, method: str = "") -> tuple[StoreChoice, ...]:
    """Every store that hands over, this one first, with what is free there for this cart."""
    here = desk.identity.store
    stores = [store for store in desk.store.shop.stores() if store.click_and_collect]
    stores.sort(key=lambda store: store.code != here)
    return tuple(_choice(desk, cart, store, method) for store in stores)


def _choice(desk: Desk, cart: Cart, store: Store, method: str) -> StoreChoice:
    needed: dict[str, int] = {}
    for line in cart.live:
        if line.item.kind is ItemKind.GOODS:
            carried = line.marked if line.order_line is None else 0
            needed[line.item.sku] = needed.get(line.item.sku, 0) + line.quantity - carried
    levels = desk.store.catalogue.stock_at((store.code, sku) for sku in needed)
    missing = 0
    for sku, quantity in needed.items():
        level = levels.get((store.code, sku))
        free = (level.available if level else 0) + _own(cart.base, store.code, sku)
        missing += max(0, quantity - max(0, free))
    minutes = desk.policy(store.code, method).preparation_minutes
    return StoreChoice(store, missing == 0, missing, ready_by(desk.now(), minutes, store.calendar))


def _own(order: Order | None, store: str, sku: str) -> int:
    """What the recalled order itself holds of an item at a store."""
    if order is None or order.kind is OrderKind.QUOTE:
        return 0
    return sum(line.quantities.live for line in order.lines if line.sku == sku and line.source_store == store)
