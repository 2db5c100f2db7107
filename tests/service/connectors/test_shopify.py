"""Shopify's documents become right orders."""

from __future__ import annotations

import pytest

from site_sync.domain.orders import DeliveryMode, Stage
from site_sync.service.connector_register import ConnectorKind
from site_sync.service.jobs.connectors import forget_receipts
from site_sync.service.wiring import Site
from tests.service.connectors import shopify_docs as docs
from tests.service.connectors.senders import Sender, live, worth

ID = "450789469"


@pytest.fixture
def shop(site: Site) -> Sender:
    """A Shopify shop."""
    return Sender(site, ConnectorKind.SHOPIFY)


def test_a_paid_order_to_collect(shop: Sender) -> None:
    assert shop.send(docs.order(docs.item("JKT", 2))) == ["worked"]
    order = shop.order(ID)
    assert (order.stage, order.delivery.store) == (Stage.TO_PICK, "S01")
    assert (order.customer.name, order.customer.language) == ("Søren 🎈 Holm", "da")
    assert order.comment_staff == "Shop order 1001"
    assert worth(order) == (25_800, 5_160, 25_800, 0)


def test_an_order_to_ship(shop: Sender) -> None:
    document = docs.order(shipping_lines=[docs.shipping("Standard", 39)], shipping_address=docs.ADDRESS)
    shop.send(document)
    order = shop.order(ID)
    assert (order.delivery.mode, order.delivery.store) == (DeliveryMode.SHIP, "")
    assert live(order) == {"JKT": 1, "Standard": 1}
    assert worth(order)[::2] == (16_800, 16_800)


def test_fulfilment_orders_name_the_store_when_given(shop: Sender) -> None:
    given = {"delivery_method": {"method_type": "PICK_UP"}, "assigned_location": {"name": "S02"}}
    address = {"shipping_address": docs.ADDRESS, "shipping_lines": [docs.shipping("Pickup")]}
    shop.send(docs.order(fulfillment_orders=[given], **address))
    assert shop.order(ID).delivery.store == "S02"


def test_a_pickup_at_an_unknown_place_waits(shop: Sender) -> None:
    assert shop.send(docs.order(shipping_lines=[docs.shipping("Ny Østergade")])) == ["needs_mapping"]
    assert shop.rows()[0].error == "unknown store (Ny Østergade / shopify)"


def test_discounts_taxes_out_and_tips_end_in_the_shops_total(shop: Sender) -> None:
    lines = docs.item("JKT", 3, "33.33", off="10.00", tax="7.99"), docs.item("STV", 1, "40", tax=0, line=2)
    rate = {"tax_lines": [{"title": "State", "price": "7.99", "rate": 0.08875}]}
    document = docs.order({**lines[0], **rate}, lines[1], taxes_included=False, total_tip_received="5.00")
    document["total_price"] = "142.98"
    document["current_total_price"] = "142.98"
    shop.send(document)
    order = shop.order(ID)
    assert not order.prices_include_tax
    assert (order.lines[0].unit_price.amount, order.lines[0].discount.amount) == (3_333, 1_000)
    assert worth(order)[::2] == (14_298, 14_298)


@pytest.mark.parametrize(("status", "paid"), [
    ("pending", 0), ("authorized", 0), ("paid", 12_900), ("partially_paid", 2_900), ("voided", 0),
])  # fmt: skip
def test_what_was_paid_goes_by_the_financial_status(shop: Sender, status: str, paid: int) -> None:
    left = {"total_outstanding": "100.00"} if status == "partially_paid" else {}
    shop.send(docs.order(financial_status=status, **left))
    assert worth(shop.order(ID))[2] == paid


def test_refunded_units_go_and_the_rest_stays_paid(shop: Sender) -> None:
    order = docs.order(docs.item("JKT", 3))
    shop.send(order, docs.refund(129, item_466157049=1))
    assert live(shop.order(ID)) == {"JKT": 2}
    assert worth(shop.order(ID)) == (25_800, 5_160, 25_800, 0)
    given = {"refunds": [docs.refund(129, item_466157049=1)], "financial_status": "partially_refunded"}
    later = docs.order(docs.item("JKT", 3, current_quantity=2), minute=40, **given)
    later |= {"current_total_price": "258.00"}
    shop.send(later)
    assert live(shop.order(ID)) == {"JKT": 2}
    assert worth(shop.order(ID)) == (25_800, 5_160, 25_800, 0)


def test_a_refund_before_its_order_waits_for_it(shop: Sender) -> None:
    assert shop.send(docs.refund(129, item_466157049=1)) == ["worked"]
    assert shop.rows()[0].error == "kept until the order comes"
    forget_receipts(shop.site)
    shop.send(docs.order(docs.item("JKT", 2)))
    assert live(shop.order(ID)) == {"JKT": 1}
    assert worth(shop.order(ID)) == (12_900, 2_580, 12_900, 0)


def test_everything_refunded_is_cancelled(shop: Sender) -> None:
    shop.send(docs.order(), docs.refund(129))
    assert (shop.order(ID).stage, worth(shop.order(ID))[2:]) == (Stage.DONE, (0, 0))


def test_an_edited_order_follows(shop: Sender) -> None:
    shop.send(docs.order(docs.item("JKT", 2)))
    edited = docs.order(
        docs.item("JKT", 2, current_quantity=0), docs.item("STV", 3, "40.00", line=99), minute=9
    )
    edited |= {"current_total_price": "120.00", "total_outstanding": "-138.00"}
    shop.send(edited)
    assert live(shop.order(ID)) == {"STV": 3}
    assert worth(shop.order(ID)) == (12_000, 2_400, 25_800, 13_800)


def test_price_sets_stand_in_for_plain_prices(shop: Sender) -> None:
    line = docs.item("STV", 2, "40.00")
    del line["price"]
    shop.send({**docs.order(docs.item("STV", 2, "40.00")), "line_items": [line]})
    assert worth(shop.order(ID))[0] == 8_000
