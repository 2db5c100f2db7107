"""WooCommerce's documents become right orders."""

from __future__ import annotations

import pytest

from site_sync.domain.catalogue import Item
from site_sync.domain.money import Money
from site_sync.domain.orders import DeliveryMode, Stage
from site_sync.domain.quantities import Unit
from site_sync.domain.shop import DeliveryMethod
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import reservations
from site_sync.service.connector_register import ConnectorKind, ItemMapping
from site_sync.service.database import records
from site_sync.service.wiring import Site
from tests.service.connectors import woo
from tests.service.connectors.senders import Sender, live, worth


@pytest.fixture
def shop(site: Site) -> Sender:
    """A WooCommerce shop."""
    return Sender(site, ConnectorKind.WOOCOMMERCE)


def test_a_paid_order_to_collect(shop: Sender) -> None:
    assert shop.send(woo.order(woo.item("JKT", 2), customer_note="Ring 🔔 please")) == ["worked"]
    order = shop.order("727")
    assert (order.stage, order.delivery.store, order.source) == (Stage.TO_PICK, "S01", "woocommerce-1")
    assert (order.customer.name, order.customer.phone) == ("Maria 🦊 Jensen", "+4520114307")
    assert order.comment_staff == "Ring 🔔 please"
    assert worth(order) == (25_800, 5_160, 25_800, 0)
    assert (order.lines[0].unit_price.amount, order.lines[0].tax_rate) == (12_900, 2500)
    assert not order.lines[0].price_differs


def test_an_unpaid_order_is_paid_at_the_counter(shop: Sender) -> None:
    shop.send(woo.order(paid=False))
    assert worth(shop.order("727")) == (12_900, 2_580, 0, 0)


def test_an_order_to_ship_has_its_address_and_its_cost(shop: Sender) -> None:
    shop.send(woo.order(shipping_lines=[woo.flat_rate()], shipping={**woo.PERSON, "city": "Aarhus"}))
    order = shop.order("727")
    assert (order.delivery.mode, order.delivery.method) == (DeliveryMode.SHIP, "ship")
    assert order.delivery.address is not None
    assert (order.delivery.address.city, order.delivery.address.extra) == ("Aarhus", "2. th")
    assert live(order) == {"JKT": 1, "Flat rate": 1}
    assert worth(order) == (13_400, 2_680, 13_400, 0)


def test_coupons_and_fees_end_in_the_shops_total(shop: Sender) -> None:
    coupon = {"id": 5, "code": "autumn", "discount": "20.00", "discount_tax": "5.00"}
    fee = {"id": 6, "name": "Gift wrap", "total": "2.00", "total_tax": "0.50", "taxes": []}
    discount = {"id": 7, "name": "Loyalty", "total": "-8.00", "total_tax": "-2.00", "taxes": []}
    lines = woo.item("JKT", 2, off="20.00"), woo.item("STV", 1, "32.00", line=12)
    document = woo.order(*lines, coupon_lines=[coupon], fee_lines=[fee, discount])
    shop.send(document)
    order = shop.order("727")
    assert document["total"] == "265.50"
    assert worth(order)[::2] == (26_550, 26_550)
    jacket = order.lines[0]
    assert jacket.unit_price.amount == 12_900
    assert jacket.discount.amount > 2_500


def test_prices_without_tax_stay_without(shop: Sender) -> None:
    lines = woo.item("JKT", 3, "33.33", rate="8.875"), woo.item("STV", 1, "0.99", rate="8.875", line=12)
    rates = [{"id": 1, "rate_id": 75, "rate_percent": "8.875"}]
    document = woo.order(*lines, prices_include_tax=False, tax_lines=rates, currency="USD")
    shop.send(document)
    order = shop.order("727")
    assert not order.prices_include_tax
    assert order.lines[0].unit_price.amount == 3_333
    total = int(document["total"].replace(".", ""))
    assert (worth(order)[0], worth(order)[2]) == (total, total)
    assert all(line.price_differs for line in order.lines if line.sku)


@pytest.mark.parametrize(("currency", "digits", "price", "total"), [
    ("JPY", 0, "12900", 38_700), ("KWD", 3, "1.255", 3_765), ("EUR", 2, "3.333333", 1_000),
])  # fmt: skip
def test_every_currency_has_its_decimals(
    shop: Sender, currency: str, digits: int, price: str, total: int
) -> None:
    shop.send(woo.order(woo.item("JKT", 3, price, rate=0, digits=digits), currency=currency, digits=digits))
    order = shop.order("727")
    assert worth(order)[::2] == (total, total)


def test_a_missing_phone_and_name_still_make_an_order(shop: Sender) -> None:
    nobody = {**woo.PERSON, "first_name": "", "last_name": "", "phone": ""}
    odd = {**woo.PERSON, "phone": "call my mum"}
    shop.send(woo.order(billing=nobody), woo.order(id=728, billing=odd))
    assert (shop.order("727").customer.name, shop.order("727").customer.phone) == ("", "")
    assert shop.order("728").comment_staff == "Shop order 727\nPhone: call my mum"


def test_unknown_items_and_stores_wait_for_their_mapping(site: Site) -> None:
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    strange = woo.order(woo.item("OLD-9", 2), shipping_lines=[woo.pickup("Downtown")])
    assert shop.send(strange) == ["needs_mapping"]
    [row] = shop.rows()
    assert row.error == "unknown item OLD-9; unknown store (Downtown / Pickup (Downtown) / pickup_location:0)"


def test_names_are_mapped_to_stores_items_and_units(site: Site) -> None:
    items = {"OLD-9": ItemMapping("STV", 3), "variation:77": ItemMapping("JKT"), "WRAP": ItemMapping("-")}
    shop = Sender(site, ConnectorKind.WOOCOMMERCE, stores={"downtown ": "S02"}, items=items)
    lines = (
        woo.item("OLD-9", 2, "10.00"),
        woo.item("", 1, line=12, variation_id=77),
        woo.item("WRAP", 1, "2.00", line=13),
    )
    assert shop.send(woo.order(*lines, shipping_lines=[woo.pickup("DOWNTOWN")])) == ["worked"]
    order = shop.order("727")
    assert order.delivery.store == "S02"
    assert live(order) == {"STV": 6, "JKT": 1, "Product WRAP": 1}
    assert worth(order)[0] == 2_500 + 12_900 + 250


def test_a_goodwill_refund_lowers_what_is_owed(shop: Sender) -> None:
    paid = woo.order(woo.item("JKT", 1), woo.item("STV", 1, "32.00", line=12), minute=1)
    shop.send(paid, {**paid, "date_modified_gmt": "2026-11-20T11:30:00", "refunds": [woo.refund("16.90")]})
    order = shop.order("727")
    assert worth(order)[::2] == (15_210, 15_210)
    assert worth(order)[3] == 0


def test_drafts_and_pending_checkouts_wait(shop: Sender) -> None:
    assert shop.send(woo.order(status="checkout-draft", paid=False)) == ["ignored"]
    assert shop.send(woo.order(status="pending", paid=False, minute=2))[-1] == "ignored"
    assert shop.send(woo.order(minute=3))[-1] == "worked"
    assert live(shop.order("727")) == {"JKT": 1}


def test_what_is_not_about_an_order_is_ignored(shop: Sender) -> None:
    assert shop.send({"id": 5, "name": "A product", "sku": "X"}) == ["ignored"]


def test_an_order_taken_away_is_cancelled(shop: Sender) -> None:
    shop.send(woo.order(paid=False), {"id": 727})
    order = shop.order("727")
    assert (order.stage, live(order)) == (Stage.DONE, {})


def test_delivery_methods_are_mapped(site: Site) -> None:
    methods = [
        DeliveryMethod("locker", {"en": "Locker"}, DeliveryMode.COLLECT),
        DeliveryMethod("bike", {"en": "Bike"}, DeliveryMode.SHIP),
    ]
    site.database.write(lambda tx: records.save(tx, RecordKind.DELIVERY_METHOD, *methods))
    shop = Sender(
        site,
        ConnectorKind.WOOCOMMERCE,
        methods={"courier": "bike", "box": "locker"},
        store="S02",
        language="da",
    )
    courier = {**woo.flat_rate(), "method_id": "courier"}
    box = {**woo.flat_rate(), "method_id": "box"}
    shop.send(woo.order(shipping_lines=[courier]), woo.order(id=2, shipping_lines=[box]))
    sent, fetched = shop.order("727"), shop.order("2")
    assert (sent.delivery.method, sent.delivery.store, sent.store) == ("bike", "", "S02")
    assert (fetched.delivery.method, fetched.delivery.store) == ("locker", "S02")
    assert fetched.customer.language == "da"


def test_weighed_goods_are_counted_in_their_smallest_unit(site: Site) -> None:
    apples = Item("APL", "Apples", Money(400, "EUR"), 2500, unit=Unit("kg", 3))
    site.database.write(lambda tx: records.save(tx, RecordKind.ITEM, apples))
    site.database.write(lambda tx: reservations.set_levels(tx, [StockLevel("APL", "S01", 9_000)]))
    shop = Sender(site, ConnectorKind.WOOCOMMERCE, items={"BAG": ItemMapping("APL", 500)})
    shop.send(woo.order(woo.item("APL", 1.25, "3.20"), woo.item("BAG", 2, "1.60", line=12)))
    order = shop.order("727")
    assert [line.quantities.to_pick for line in order.lines] == [1_250, 1_000]
    assert [line.unit_price.amount for line in order.lines] == [400, 400]
    assert worth(order)[::2] == (900, 900)
