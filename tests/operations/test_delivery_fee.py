"""What a delivery costs is a line of the order, paid with it, and goes when the delivery changes."""

from __future__ import annotations

from dataclasses import replace

from pos_app.operations import drafting, orders, selling
from pos_app.operations.cart import Cart, with_customer
from pos_app.operations.desk import Changed
from pos_app.operations.drafting import Details
from site_sync.domain.actions import Draft
from site_sync.domain.customers import Address
from site_sync.domain.money import Money
from site_sync.domain.orders import Delivery, DeliveryMode, Order
from site_sync.domain.policies import DepositPolicy, Policy
from site_sync.domain.shop import DeliveryMethod
from site_sync.domain.totals import totals
from site_sync.protocol.changes import RecordKind
from tests.desks import MARIA, SKUS, Bench, acting

SHIP = Delivery("ship", DeliveryMode.SHIP, "", Address("Main Street 1", "1234", "Town", "DK"))


def _shop_that_ships(bench: Bench) -> Cart:
    method = DeliveryMethod("ship", {"en": "Ship"}, DeliveryMode.SHIP, Money(590, "EUR"), needs_address=True)
    bench.tell(RecordKind.DELIVERY_METHOD, "ship", method)
    bench.set_policy(Policy(deposit=DepositPolicy(minimum_percent=0)))
    cart = selling.add_item(bench.desk, with_customer(selling.new_cart(bench.desk), MARIA), SKUS[0], 1)
    assert isinstance(cart, Cart)
    return cart


def _drafted(bench: Bench, cart: Cart, details: Details) -> Order:
    draft = drafting.draft(bench.desk, acting(), cart, details)
    assert isinstance(draft, Draft)
    return draft.after


def test_shipping_adds_its_fee_to_what_is_to_pay(bench: Bench) -> None:
    cart = _shop_that_ships(bench)
    shipped = replace(drafting.new_details(bench.desk), delivery=SHIP)
    order = _drafted(bench, cart, shipped)
    assert [line.description for line in order.lines] == ["Trail jacket", "Ship"]
    assert totals(order).total == Money(12_900 + 590, "EUR")


def test_the_fee_comes_and_goes_with_the_delivery(bench: Bench) -> None:
    cart = _shop_that_ships(bench)
    details = drafting.new_details(bench.desk)
    saved = orders.save(bench.desk, acting(), cart, details)
    assert isinstance(saved, Changed)
    assert totals(saved.order).total == Money(12_900, "EUR")
    recalled = orders.recall(bench.desk, acting(), saved.order.id)
    assert isinstance(recalled, orders.Recalled)
    shipped = replace(recalled.details, delivery=SHIP)
    order = _drafted(bench, recalled.cart, shipped)
    assert totals(order).total == Money(12_900 + 590, "EUR")
    draft = drafting.amendment(bench.desk, recalled.cart, replace(shipped, delivery=details.delivery), order)
    assert draft.void == (2,)
    assert draft.add == ()


def test_a_fee_is_taxed_like_the_highest_taxed_goods_or_at_its_own_rate(bench: Bench) -> None:
    cart = _shop_that_ships(bench)
    shipped = replace(drafting.new_details(bench.desk), delivery=SHIP)
    low = replace(cart.lines[0], id=2, item=replace(cart.lines[0].item, sku="BOOK", tax_rate=700))
    both = replace(cart, lines=(low, *cart.lines))
    assert _drafted(bench, both, shipped).lines[-1].tax_rate == 2_500
    method = DeliveryMethod(
        "ship", {"en": "Ship"}, DeliveryMode.SHIP, Money(590, "EUR"), needs_address=True, fee_tax_rate=0
    )
    bench.tell(RecordKind.DELIVERY_METHOD, "ship", method)
    fee = _drafted(bench, both, shipped).lines[-1]
    assert (fee.description, fee.tax_rate) == ("Ship", 0)
