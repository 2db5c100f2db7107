"""Tests of baskets of which a part leaves with the customer and the rest is collected later or shipped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_app.operations import cart as carts
from pos_app.operations import orders, selling
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Changed
from pos_app.operations.orders import Details, Settlement
from site_sync.domain.actions import ActionCode
from site_sync.domain.commands import Collect
from site_sync.domain.customers import Address
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.money import Money
from site_sync.domain.orders import Delivery, DeliveryMode, Stage
from site_sync.domain.particulars import Identity, IdentityBy
from site_sync.domain.policies import DepositPolicy, OnShortage, Policy
from site_sync.domain.shop import DeliveryMethod
from site_sync.domain.totals import totals
from site_sync.protocol.changes import RecordKind
from tests.desks import CASHIER, MARIA, SKUS, Bench, acting
from tests.operations.test_orders import cash, filled, kinds

JACKET, BOTTLE = SKUS[0], SKUS[1]
HOME = Address("Strandvej 1", "8000", "Aarhus", "DK")
SHIP = DeliveryMethod("ship", {"en": "Ship"}, DeliveryMode.SHIP, Money(590, "EUR"), needs_store=False)
SHIPPED = Delivery("ship", DeliveryMode.SHIP, address=HOME)
ELSEWHERE = Delivery("collect", store="S02")


@pytest.fixture
def basket(bench: Bench) -> Cart:
    """Three jackets, one of which leaves now, and two bottles that do not."""
    bench.set_policy(Policy(deposit=DepositPolicy(minimum_percent=2_000)))
    bench.tell(RecordKind.DELIVERY_METHOD, "ship", SHIP)
    marked = carts.with_mark(filled(bench, **{JACKET: 3, BOTTLE: 2}), 1, 1)
    assert isinstance(marked, Cart)
    return marked


def details(bench: Bench, delivery: Delivery) -> Details:
    return replace(orders.new_details(bench.desk), delivery=delivery)


def amount(bench: Bench, basket: Cart, delivery: Delivery) -> int:
    """What the one payment for all of it comes to."""
    offer = orders.actions(bench.desk, acting(CASHIER), basket, details(bench, delivery))
    assert isinstance(offer, orders.Offer)
    found = next(one for one in offer.actions if one.code is ActionCode.CONTINUE_TO_PAYMENT)
    assert found.enabled
    return found.amount_now.amount


def done(bench: Bench, basket: Cart, delivery: Delivery) -> Changed:
    """Paid at once, the marked units handed over."""
    collect = Collect(Identity(IdentityBy.KNOWN), orders.marked(basket))
    settlement = Settlement(cash(bench, amount(bench, basket, delivery)), collect=collect)
    changed = orders.save(bench.desk, acting(CASHIER), basket, details(bench, delivery), settlement)
    assert isinstance(changed, Changed), changed
    return changed


def held(bench: Bench, store: str, sku: str) -> tuple[int, int]:
    level = bench.store.catalogue.stock_at([(store, sku)])[store, sku]
    return level.on_hand, level.reserved


def test_units_that_leave_now_become_a_line_of_their_own(bench: Bench) -> None:
    cart = carts.with_discount(filled(bench, **{JACKET: 3}), 1, Money(1_000, "EUR"))
    assert isinstance(cart, Cart)
    marked = carts.with_mark(cart, 1, 1)
    assert isinstance(marked, Cart)
    assert [(one.quantity, one.marked, one.discount) for one in marked.lines] == [(1, 1, 333), (2, 0, 667)]
    assert carts.totals(marked) == carts.totals(cart)
    more = selling.add_item(bench.desk, marked, JACKET)
    assert isinstance(more, Cart)
    assert [one.quantity for one in more.lines] == [1, 2, 1]
    two = carts.with_quantity(marked, 1, 2)
    assert isinstance(two, Cart)
    assert two.lines[0].marked == 2
    assert [one.marked for one in carts.unmarked(two).lines] == [0, 0]


def test_one_is_carried_out_and_the_rest_shipped_with_one_payment(bench: Bench, basket: Cart) -> None:
    changed = done(bench, basket, SHIPPED)
    order, sums = changed.order, totals(changed.order)
    assert (order.stage, sums.paid.amount, sums.balance.amount) == (
        Stage.TO_PICK,
        3 * 12_900 + 2 * 1_995 + 590,
        0,
    )
    assert [line.quantities.collected for line in order.lines] == [1, 0, 0, 0]
    assert kinds(bench, changed) == [DocumentKind.SALES_RECEIPT]
    assert len(order.payments) == 1
    assert (held(bench, "S01", JACKET), held(bench, "S01", BOTTLE)) == ((19, 2), (20, 2))


def test_one_is_carried_out_here_and_the_rest_collected_at_another_store(bench: Bench, basket: Cart) -> None:
    changed = done(bench, basket, ELSEWHERE)
    order, sums = changed.order, totals(changed.order)
    assert [(line.source_store, line.quantities.collected) for line in order.lines] == [
        ("S01", 1), ("S02", 0), ("S02", 0),
    ]  # fmt: skip
    assert (sums.paid.amount, sums.balance.amount) == (12_900, 2 * 12_900 + 2 * 1_995)
    assert (order.work_store, order.customer) == ("S02", MARIA)
    assert (held(bench, "S01", JACKET), held(bench, "S02", JACKET)) == ((19, 0), (3, 2))


def test_a_mark_that_is_not_used_leaves_nothing_at_this_store(bench: Bench, basket: Cart) -> None:
    settlement = Settlement(cash(bench, 9_000))
    changed = orders.save(bench.desk, acting(CASHIER), basket, details(bench, ELSEWHERE), settlement)
    assert isinstance(changed, Changed)
    assert {line.source_store for line in changed.order.lines} == {"S02"}


def test_what_leaves_now_is_not_asked_of_the_other_store(bench: Bench, basket: Cart) -> None:
    bench.put_on_shelf(JACKET, "S02", 2)
    choices = {one.store.code: one for one in orders.availability(bench.desk, basket)}
    assert choices["S02"].complete
    refusal = orders.shortage(
        bench.desk, acting(CASHIER), basket, details(bench, ELSEWHERE), OnShortage.REFUSE
    )
    assert refusal is None
