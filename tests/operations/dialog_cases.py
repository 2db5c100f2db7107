"""Orders in every context of the payment-action dialog, made by the till's own operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from pos_app.operations import cart as carts
from pos_app.operations import orders, paying, picking, selling
from pos_app.operations.cart import Cart, with_customer
from pos_app.operations.desk import Acting, Changed, Desk, act_on
from pos_app.operations.orders import Details, Recalled, Settlement
from pos_app.operations.paying import Tendering
from site_sync.domain.commands import Expire, Pick, ReportShort
from site_sync.domain.money import Money
from site_sync.domain.orders import OrderKind
from site_sync.domain.permissions import Role
from site_sync.domain.policies import DepositPolicy, Policies, Policy, PolicyRule
from site_sync.domain.shop import DeliveryMethod
from site_sync.protocol.changes import RecordKind
from tests.desks import MARIA, Bench, person

JACKET, BOTTLE, MAT = "JKT-1", "BTL-2", "MAT-4"
FREE = "free"
"""A delivery method for which no deposit is wanted."""
FIFTH = Policy(deposit=DepositPolicy(minimum_percent=2_000))
ADMIN = person("admin", "Ada Admin", Role.ADMINISTRATOR)


def prepare(bench: Bench) -> None:
    """A fifth is wanted as a deposit, except by the free delivery method."""
    rules = (PolicyRule(Policy(), delivery_method=FREE),)
    bench.tell(RecordKind.POLICIES, "policies", Policies(FIFTH, rules))
    bench.tell(RecordKind.DELIVERY_METHOD, FREE, DeliveryMethod(FREE, {"en": "Reserve"}, order=9))


@dataclass(frozen=True, slots=True)
class InSale:
    """What lies in the sale when a payment key is pressed; `recalled` is how it was before any edit."""

    cart: Cart
    details: Details
    recalled: Cart | None = None


def euro(amount: int) -> Money:
    """An amount in cents."""
    return Money(amount, "EUR")


def filled(desk: Desk) -> Cart:
    """A jacket and two bottles for Maria: 168.90, a deposit of 33.78."""
    cart = with_customer(selling.new_cart(desk), MARIA)
    for sku, quantity in ((JACKET, 1), (BOTTLE, 2)):
        more = selling.add_item(desk, cart, sku, quantity)
        assert isinstance(more, Cart)
        cart = more
    return cart


def _cash(desk: Desk, amount: int) -> Tendering | None:
    if not amount:
        return None
    taken = paying.take_cash(desk, paying.begin(euro(amount)), euro(amount))
    assert isinstance(taken, Tendering)
    return taken


def _kept(result: object) -> Changed:
    assert isinstance(result, Changed), result
    return result


def _saved(desk: Desk, acting: Acting, deposit: int, kind: OrderKind = OrderKind.CUSTOMER_ORDER) -> str:
    settlement = Settlement(_cash(desk, deposit))
    details = orders.new_details(desk, kind)
    return _kept(orders.save(desk, acting, filled(desk), details, settlement)).order.id


def recalled(desk: Desk, acting: Acting, order_id: str) -> InSale:
    """A saved order taken back into the sale."""
    found = orders.recall(desk, acting, order_id)
    assert isinstance(found, Recalled), found
    return InSale(found.cart, found.details, found.cart)


def _edited(sale: InSale, change: Callable[[Cart], object]) -> InSale:
    cart = change(sale.cart)
    assert isinstance(cart, Cart), cart
    return replace(sale, cart=cart)


DEPOSIT, FULL = 3_378, 16_890


def new(desk: Desk, acting: Acting) -> InSale:
    return InSale(filled(desk), orders.new_details(desk))


def new_without_minimum(desk: Desk, acting: Acting) -> InSale:
    details = orders.new_details(desk)
    return InSale(filled(desk), replace(details, delivery=replace(details.delivery, method=FREE)))


def balance_open(desk: Desk, acting: Acting) -> InSale:
    return recalled(desk, acting, _saved(desk, acting, DEPOSIT))


def balance_open_changed(desk: Desk, acting: Acting) -> InSale:
    return _edited(balance_open(desk, acting), lambda cart: carts.with_note(cart, 1, "gift wrap"))


def fully_paid(desk: Desk, acting: Acting) -> InSale:
    return recalled(desk, acting, _saved(desk, acting, FULL))


def fully_paid_changed(desk: Desk, acting: Acting) -> InSale:
    return _edited(fully_paid(desk, acting), lambda cart: carts.with_note(cart, 1, "gift wrap"))


def fully_paid_surplus(desk: Desk, acting: Acting) -> InSale:
    """Paid in full, then one bottle was not found."""
    order_id = _saved(desk, acting, FULL)
    picking.claim(desk, acting, (order_id,))
    _kept(picking.short(desk, acting, order_id, ReportShort(2, 1)))
    _kept(picking.release(desk, acting, order_id))
    return recalled(desk, acting, order_id)


def marked(desk: Desk, acting: Acting) -> InSale:
    """One of the two bottles is to be picked up now."""
    return _edited(balance_open(desk, acting), lambda cart: carts.with_mark(cart, 2, 1))


def some_voided(desk: Desk, acting: Acting) -> InSale:
    return _edited(balance_open(desk, acting), lambda cart: carts.without(cart, 2))


def some_voided_below_minimum(desk: Desk, acting: Acting) -> InSale:
    """Saved without a deposit by right; one line goes."""
    boss = replace(acting, reason="regular customer")
    return _edited(recalled(desk, acting, _saved(desk, boss, 0)), lambda cart: carts.without(cart, 2))


def some_voided_surplus(desk: Desk, acting: Acting) -> InSale:
    return _edited(fully_paid(desk, acting), lambda cart: carts.without(cart, 1))


def all_voided(desk: Desk, acting: Acting) -> InSale:
    some = _edited(balance_open(desk, acting), lambda cart: carts.without(cart, 1))
    return _edited(some, lambda cart: carts.without(cart, 2))


def _ready(desk: Desk, acting: Acting, deposit: int, short: int = 0) -> str:
    order_id = _saved(desk, acting, deposit)
    picking.claim(desk, acting, (order_id,))
    if short:
        _kept(picking.short(desk, acting, order_id, ReportShort(2, short)))
    for line in picking.walk(desk, (order_id,)):
        _kept(picking.pick(desk, acting, order_id, Pick(line.line, line.to_pick)))
    _kept(picking.confirm(desk, acting, order_id, {1: "C2"}))
    return order_id


def to_collect(desk: Desk, acting: Acting) -> InSale:
    return recalled(desk, acting, _ready(desk, acting, DEPOSIT))


def to_collect_surplus(desk: Desk, acting: Acting) -> InSale:
    """Paid in full, ready without the second bottle."""
    return recalled(desk, acting, _ready(desk, acting, FULL, short=1))


def expired(desk: Desk, acting: Acting) -> InSale:
    order_id = _ready(desk, acting, DEPOSIT)
    late = replace(desk, now=lambda: desk.now() + timedelta(days=9))
    _kept(act_on(late, Acting(ADMIN), order_id, Expire(desk.new_id())))
    return recalled(desk, acting, order_id)


def quote(desk: Desk, acting: Acting) -> InSale:
    return recalled(desk, acting, _saved(desk, acting, 0, OrderKind.QUOTE))


def quote_changed(desk: Desk, acting: Acting) -> InSale:
    return _edited(quote(desk, acting), lambda cart: selling.add_item(desk, cart, MAT, 1))


def quote_new(desk: Desk, acting: Acting) -> InSale:
    return InSale(filled(desk), orders.new_details(desk, OrderKind.QUOTE))


CASES: tuple[Callable[[Desk, Acting], InSale], ...] = (
    new,
    new_without_minimum,
    balance_open,
    balance_open_changed,
    fully_paid,
    fully_paid_changed,
    fully_paid_surplus,
    marked,
    some_voided,
    some_voided_below_minimum,
    some_voided_surplus,
    all_voided,
    to_collect,
    to_collect_surplus,
    expired,
    quote,
    quote_changed,
    quote_new,
)
