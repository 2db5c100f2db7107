"""Whatever order documents come in, and however often, the order ends the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, permutations
from typing import Any

import pytest
from sqlalchemy import delete

from site_sync.domain.orders import Order
from site_sync.domain.stock import StockLevel
from site_sync.service import reservations
from site_sync.service.connector_register import ConnectorKind
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Transaction
from site_sync.service.wiring import Site
from tests.service.connectors import shopify_docs, woo
from tests.service.connectors.senders import Sender, live, worth
from tests.service.connectors.woo import Doc

pytestmark = pytest.mark.long

ON_POSTGRES_ONE_IN = 7
"""The rules are one for both engines: SQLite is shown every arrival, PostgreSQL arrivals of every kind."""
PERSON = {**woo.PERSON, "first_name": "Marie"}
WOO = (
    woo.order(woo.item("JKT", 2), woo.item("STV", 1, "32.00", line=12), paid=False, minute=1),
    woo.order(woo.item("JKT", 2), woo.item("STV", 1, "32.00", line=12), minute=2),
    woo.order(woo.item("JKT", 1), woo.item("STV", 3, "30.00", line=12), minute=3, billing=PERSON),
    woo.order(woo.item("JKT", 1), woo.item("STV", 3, "30.00", line=12), minute=4, billing=PERSON,
              status="cancelled"),
    woo.order(woo.item("JKT", 1), woo.item("STV", 3, "30.00", line=12), minute=5, billing=PERSON,
              status="refunded", refunds=[woo.refund("241.50")]),
)  # fmt: skip
"""Created, paid, edited, cancelled, refunded."""
_LINES = shopify_docs.item("JKT", 2), shopify_docs.item("STV", 2, "40.00", line=1002)
_EDITED = shopify_docs.item("JKT", 2, current_quantity=1), shopify_docs.item("STV", 2, "40.00", line=1002)
_GIVEN_BACK = shopify_docs.refund(209, 5, item_466157049=1, item_1002=2)
_LEFT = {"current_total_price": "209.00", "total_outstanding": "-129.00"}
SHOPIFY = (
    shopify_docs.order(*_LINES, financial_status="pending", total_outstanding="338.00", minute=1),
    shopify_docs.order(*_LINES, minute=2),
    shopify_docs.order(*_EDITED, minute=3, email="other@example.com", **_LEFT),
    shopify_docs.order(
        *_EDITED, minute=4, email="other@example.com", cancelled_at="2026-11-20T12:04:00+01:00", **_LEFT
    ),
    _GIVEN_BACK,
)
"""Created, paid, edited, cancelled by an order's document, refunded by a refund's."""


def clear(tx: Transaction) -> None:
    """Forget all orders and receipts, and that anything was reserved."""
    for table in (t.webhook_receipts, t.connector_orders, t.orders, t.order_lines, t.journal, t.history,
                  t.ledger, t.messages):  # fmt: skip
        tx.execute(delete(table))
    tx.execute(t.stock.update().values(reserved=0))


def state(order: Order) -> dict[str, Any]:
    """What of an order matters to customer, staff and books."""
    return {
        "stage": order.stage,
        "closed": order.closed_as,
        "live": live(order),
        "worth": worth(order),
        "customer": order.customer,
        "delivery": order.delivery,
        "comment": order.comment_staff,
    }


def arrivals(documents: tuple[Doc, ...]) -> Iterator[tuple[Doc, ...]]:
    """All orders of arrival, each with one document coming a second time somewhere behind."""
    for number, arrival in enumerate(permutations(documents)):
        again = arrival[number % len(arrival)]
        place = number * 7 % (len(arrival) + 1)
        yield (*arrival[:place], again, *arrival[place:])


@pytest.mark.parametrize(
    ("kind", "documents", "external_id"),
    [(ConnectorKind.WOOCOMMERCE, WOO, "727"), (ConnectorKind.SHOPIFY, SHOPIFY, "450789469")],
)
def test_all_arrivals_end_in_the_same_state(
    site: Site, kind: ConnectorKind, documents: tuple[Doc, ...], external_id: str
) -> None:
    shop = Sender(site, kind)
    shop.send(*documents)
    wanted = state(shop.order(external_id))
    assert wanted["live"] == {}
    assert wanted["worth"][2] in (0, 12_900)
    one_in = ON_POSTGRES_ONE_IN if site.database.url.startswith("postgresql") else 1
    for arrival in islice(arrivals(documents), 0, None, one_in):
        site.database.write(clear)
        for document in arrival:
            shop.receive(document)
        shop.work()
        assert state(shop.order(external_id)) == wanted, [document.get("status") for document in arrival]
        levels = site.database.read(lambda db: reservations.levels_of(db, "JKT"))
        assert [level.reserved for level in levels] == [0, 0]


@pytest.mark.parametrize("length", [2, 3])
def test_open_orders_end_in_the_same_state_too(site: Site, length: int) -> None:
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    shop.send(*WOO[:length])
    wanted = state(shop.order("727"))
    for arrival in arrivals(WOO[:length]):
        site.database.write(clear)
        shop.send(*arrival)
        assert state(shop.order("727")) == wanted
    assert wanted["worth"] == ((29_800, 5_960, 29_800, 0) if length == 2 else (24_150, 4_830, 24_150, 0))


def test_what_staff_did_meanwhile_stays(site: Site) -> None:
    """A stale document, or one about something else, brings back nothing that ran out here."""
    site.database.write(lambda tx: reservations.set_levels(tx, [StockLevel("JKT", "S01", 1)]))
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    shop.send(woo.order(woo.item("JKT", 2), woo.item("STV", 1, "32.00", line=12), minute=2))
    assert live(shop.order("727")) == {"JKT": 1, "STV": 1}
    site.database.write(lambda tx: reservations.set_levels(tx, [StockLevel("JKT", "S01", 9)]))
    shop.send(
        woo.order(woo.item("JKT", 2), woo.item("STV", 2, "32.00", line=12), minute=3, customer_note="Hej"),
        woo.order(woo.item("JKT", 2), woo.item("STV", 1, "32.00", line=12), minute=1),
    )
    order = shop.order("727")
    assert (live(order), order.comment_staff) == ({"JKT": 1, "STV": 2}, "Hej")


def test_an_order_that_is_over_takes_money_facts_but_no_more_goods(site: Site) -> None:
    """A shop that brings a cancelled order back is told so; refunds of it are still kept."""
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    gone = {"status": "cancelled"}
    assert shop.send(woo.order(minute=1), woo.order(minute=2, **gone)) == ["worked", "worked"]
    assert worth(shop.order("727"))[2:] == (12_900, 12_900)
    assert shop.send(woo.order(minute=3))[-1] == "failed"
    assert shop.rows()[-1].error == "not_allowed_in_stage"
    shop.send(woo.order(minute=4, **gone, refunds=[woo.refund("29.00")]))
    assert worth(shop.order("727"))[2:] == (10_000, 10_000)
    assert [row.state for row in shop.rows()] == ["worked"] * 4


def test_a_payment_that_grows_or_shrinks_in_the_shop_follows(site: Site) -> None:
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    shop.send(
        woo.order(woo.item("STV", 1, "32.00"), minute=1), woo.order(woo.item("STV", 3, "32.00"), minute=2)
    )
    assert worth(shop.order("727")) == (12_000, 2_400, 12_000, 0)
    shop.send(woo.order(woo.item("STV", 2, "30.00"), minute=3))
    assert worth(shop.order("727")) == (7_500, 1_500, 7_500, 0)
    assert shop.order("727").lines[0].unit_price.amount == 3_750


def test_lines_are_replaced_added_and_taken_away(site: Site) -> None:
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    shop.send(
        woo.order(woo.item("STV", 1, "32.00"), woo.item("JKT", 1, line=12), minute=1),
        woo.order(woo.item("JKT", 2), woo.item("TNT", 1, "240.00", line=13), minute=2),
    )
    order = shop.order("727")
    assert live(order) == {"JKT": 2, "TNT": 1}
    assert worth(order)[::2] == (55_800, 55_800)


def test_an_order_moves_to_the_store_the_shop_names(site: Site) -> None:
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    shop.send(woo.order(minute=1), woo.order(minute=2, shipping_lines=[woo.pickup("S02")]))
    order = shop.order("727")
    assert (order.delivery.store, order.lines[0].source_store) == ("S02", "S02")
