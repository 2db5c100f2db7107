"""Shapes that shops' documentation shows, each to its order or to a reason why it waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from site_sync.service.connector_register import ConnectorKind, ItemMapping
from site_sync.service.wiring import Site
from tests.service.connectors import shopify_docs as shopify
from tests.service.connectors import woo
from tests.service.connectors.senders import Sender, live, worth
from tests.service.connectors.woo import Doc


@dataclass(frozen=True)
class Shape:
    """A document, how names are mapped, and what comes of it: live lines, total and paid, or why not."""

    name: str
    document: Doc
    live: dict[str, int] = field(default_factory=dict)
    total: int = 0
    paid: int = 0
    why: str = ""
    settings: dict[str, Any] = field(default_factory=dict)


ONE = {"JKT": 1}
VARIATION = woo.item("", 1, "103.20", variation_id=77, product_id=93)
TWO_TAXES = [{"id": 1, "rate_id": 1, "rate_percent": 5}, {"id": 2, "rate_id": 2, "rate_percent": 9.975}]
CANADIAN = woo.item("JKT", 1, "100.00", rate="14.975", taxes=[
    {"id": 1, "total": "5.00", "subtotal": "5.00"}, {"id": 2, "total": "9.98", "subtotal": "9.98"},
])  # fmt: skip
LEGACY = woo.pickup("Shop S01", method="local_pickup", instance_id="3", meta_data=[],
                    method_title="Shop S01")  # fmt: skip
NOTHING = woo.item("STV", 1, "0.00", rate=0, line=12)
WOO = (
    Shape("a variation goes by its own id", woo.order(VARIATION), ONE, 12_900, 12_900,
          settings={"items": {"variation:77": ItemMapping("JKT")}}),
    Shape("else by its product's", woo.order(VARIATION), ONE, 12_900, 12_900,
          settings={"items": {"product:93": ItemMapping("JKT")}}),
    Shape("a deleted product has no sku and no id", woo.order(woo.item("", product_id=0)),
          why="unknown item Product"),
    Shape("a variation nobody mapped", woo.order(VARIATION), why="unknown item variation:77"),
    Shape("pickup as it was before 8.0", woo.order(shipping_lines=[LEGACY]), ONE, 12_900, 12_900),
    Shape("two packages", woo.order(shipping_lines=[woo.flat_rate(), {**woo.flat_rate(), "id": 33}]),
          ONE | {"Flat rate": 1}, 13_900, 13_900),
    Shape("two taxes on one line", woo.order(CANADIAN, tax_lines=TWO_TAXES, prices_include_tax=False,
          currency="CAD"), ONE, 11_498, 11_498),
    Shape("a bundled line of no value", woo.order(woo.item("JKT"), NOTHING), ONE | {"STV": 1},
          12_900, 12_900),
    Shape("cash on delivery is paid at the counter",
          woo.order(paid=False, status="processing", payment_method="cod"), ONE, 12_900, 0),
    Shape("a status of a plug-in", woo.order(status="wc-ready-for-pickup"), ONE, 12_900, 12_900),
    Shape("everything off by coupon", woo.order(woo.item("JKT", 1, "103.20", off="103.20")), ONE, 0, 0),
    Shape("part of the money back", woo.order(woo.item("JKT", 2), refunds=[woo.refund("29.00")]),
          {"JKT": 2}, 22_900, 22_900),
    Shape("a lira of three decimals", woo.order(woo.item("JKT", 1, "1.255", rate=0, digits=3), currency="KWD",
          digits=3), ONE, 1_255, 1_255),
    Shape("a yen of none", woo.order(woo.item("JKT", 1, "12900", rate=0, digits=0), currency="JPY", digits=0),
          ONE, 12_900, 12_900),
    Shape("no lines at all", woo.order(line_items=[], shipping_lines=[], total="0.00"), why="are none"),
)  # fmt: skip
CUSTOM = shopify.item("", 1, "20.00", variant_id=None, product_id=None, title="Engraving", line=5)
DELETED = shopify.item("JKT", 1, "129.00", product_exists=False, variant_id=None, product_id=None)
CARD = shopify.item("", 1, "50.00", tax=0, gift_card=True, requires_shipping=False, line=6, variant_id=9)
PICK_UP = {"fulfillment_orders": [{"delivery_method": {"method_type": "PICK_UP"},
                                   "assigned_location": {"name": "Shop S02"}}]}  # fmt: skip
FOREIGN = {"presentment_currency": "USD", "total_price_set": {
    "shop_money": {"amount": "129.00", "currency_code": "EUR"},
    "presentment_money": {"amount": "140.11", "currency_code": "USD"},
}}  # fmt: skip
SHIPPING_OFF = shopify.shipping("Shop S01", 39, discount_allocations=[
    {"amount": "39.00", "discount_application_index": 0}
], tax_lines=[])  # fmt: skip
BACK = shopify.refund(129, item_466157049=1) | {"order_adjustments": [
    {"kind": "refund_discrepancy", "amount": "0.00"}
]}  # fmt: skip
SHOPIFY = (
    Shape("a custom line is nobody's item", shopify.order(CUSTOM), why="unknown item Engraving"),
    Shape("a deleted product keeps its sku", shopify.order(DELETED), ONE, 12_900, 12_900),
    Shape("a variant without sku", shopify.order(shopify.item("", variant_id=77)), ONE, 12_900, 12_900,
          settings={"items": {"variant:77": ItemMapping("JKT")}}),
    Shape("a gift card is a charge", shopify.order(shopify.item(), CARD), ONE | {"Product": 1},
          17_900, 17_900),
    Shape("a custom line mapped by its name", shopify.order(shopify.item(), CUSTOM), ONE | {"Engraving": 1},
          14_900, 14_900, settings={"items": {"Engraving": ItemMapping("-")}}),
    Shape("fulfilment orders name the place", shopify.order(shipping_lines=[], **PICK_UP), ONE,
          12_900, 12_900),
    Shape("paid in another currency", shopify.order(**FOREIGN), ONE, 12_900, 12_900),
    Shape("free shipping by discount", shopify.order(shipping_lines=[SHIPPING_OFF]), ONE, 12_900, 12_900),
    Shape("a discount over all lines", shopify.order(shopify.item("JKT", 2, off="25.80")), {"JKT": 2},
          23_220, 23_220),
    Shape("edited: one of two left", shopify.order(shopify.item("JKT", 2, current_quantity=1),
          current_total_price="129.00", total_outstanding="-129.00"), ONE, 12_900, 25_800),
    Shape("one of two refunded", shopify.order(shopify.item("JKT", 2, current_quantity=1), refunds=[BACK],
          financial_status="partially_refunded", current_total_price="129.00"), ONE, 12_900, 12_900),
    Shape("a yen has no decimals", shopify.order(shopify.item("JKT", 1, "12900", tax=0), currency="JPY",
          total_price="12900", current_total_price="12900"), ONE, 12_900, 12_900),
    Shape("nothing to pay", shopify.order(shopify.item("JKT", 1, off="129.00", tax=0)), ONE, 0, 0),
    Shape("no phone, no name, no address", shopify.order(billing_address=None, customer=None,
          email="a@b.example"), ONE, 12_900, 12_900),
    Shape("a pick-up place nobody knows", shopify.order(shipping_lines=[shopify.shipping("Aarhus")]),
          why="unknown store (Aarhus / shopify)"),
)  # fmt: skip
ALL = [
    *((ConnectorKind.WOOCOMMERCE, shape) for shape in WOO),
    *((ConnectorKind.SHOPIFY, shape) for shape in SHOPIFY),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("kind", "shape"), ALL, ids=lambda one: getattr(one, "name", ""))
def test_every_shape_ends_as_it_should(site: Site, kind: ConnectorKind, shape: Shape) -> None:
    shop = Sender(site, kind, **shape.settings)
    shop.send(shape.document)
    [row] = shop.rows()
    if shape.why:
        assert row.state in ("needs_mapping", "failed")
        assert shape.why in row.error
        return
    assert (row.state, row.error) == ("worked", "")
    order = shop.order(row.external_id)
    assert live(order) == shape.live
    assert worth(order)[::2] == (shape.total, shape.paid)
