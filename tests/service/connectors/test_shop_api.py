"""A shop's own API: asked for what no webhook told, told what became of its orders, with faults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from site_sync.domain.commands import Cancel, ClaimPicking, Collect
from site_sync.domain.particulars import Identity, IdentityBy
from site_sync.service import connector_register, shop_reports
from site_sync.service.connector_register import ConnectorKind, ShopEvent
from site_sync.service.connectors import polling
from site_sync.service.connectors.polling import PER_PAGE
from site_sync.service.database import tables as t
from site_sync.service.jobs.connectors import forget_receipts
from site_sync.service.jobs.shops import ask_shops, tell_shops
from site_sync.service.metric_readings import shop_lines
from site_sync.service.sealing import seal
from site_sync.service.wiring import Site
from tests.fixtures.logs import ExpectedLogs
from tests.service.connectors import shopify_docs, woo
from tests.service.connectors.fake_shop import KEY, TOKEN, FakeShop, Fault, running_shop
from tests.service.connectors.senders import Sender, live
from tests.service.floor import Floor
from tests.service.sites import Clock

ALL = {
    ShopEvent.PICKED: "note", ShopEvent.READY: "ready-pickup", ShopEvent.COLLECTED: "completed",
    ShopEvent.CANCELLED: "cancelled", ShopEvent.SHIPPED: "completed",
}  # fmt: skip


@pytest.fixture(scope="module")
def shared_shop() -> Iterator[FakeShop]:
    """One server for all tests here."""
    with running_shop() as shop:
        yield shop


@pytest.fixture
def fake(shared_shop: FakeShop) -> FakeShop:
    """A shop without orders and faults."""
    shared_shop.orders, shared_shop.notes, shared_shop.calls, shared_shop.faults = {}, {}, [], []
    return shared_shop


def connected(site: Site, fake: FakeShop, kind: ConnectorKind = ConnectorKind.WOOCOMMERCE) -> Sender:
    """A connector that may use its shop's API."""
    shop = Sender(site, kind, api_url=fake.url, poll_minutes=5, reports=ALL)
    key = TOKEN if kind is ConnectorKind.SHOPIFY else KEY
    found = site.database.read(lambda db: connector_register.find(db, shop.id))
    assert found is not None
    sealed = seal(site.keys.seal_key, site.around.random_bytes(12), key, shop.id)
    site.database.write(lambda tx: connector_register.set_api_key(tx, found, sealed))
    return shop


def poll_of(site: Site, shop: Sender) -> polling.Poll:
    """How asking the shop goes."""
    found = site.database.read(lambda db: polling.find(db, shop.id))
    assert found is not None
    return found


def changed(number: int, second: int = 0, **more: Any) -> dict[str, Any]:
    """An order of the shop, changed at a second of the noon."""
    stamp = f"2026-11-20T11:{second // 60:02d}:{second % 60:02d}"
    return woo.order(woo.item("STV", 1, "32.00"), id=number, **more) | {"date_modified_gmt": stamp}


def test_what_no_webhook_told_is_asked_for_once(site: Site, fake: FakeShop, clock: Clock) -> None:
    shop = connected(site, fake)
    fake.put(changed(1), changed(2, 5))
    assert (ask_shops(site), ask_shops(site)) == (2, 0)
    shop.work()
    assert [row.state for row in shop.rows()] == ["worked", "worked"]
    assert live(shop.order("2")) == {"STV": 1}
    clock.forward(minutes=5)
    fake.put(changed(2, 50, customer_note="later"))
    assert ask_shops(site) == 1
    assert [row.duplicates for row in shop.rows()] == [1, 0, 0]
    poll = poll_of(site, shop)
    assert (poll.failures, poll.error, poll.next_at) == (0, "", clock.now.replace(minute=10))


def test_a_webhook_and_the_poll_of_the_same_order_end_the_same(site: Site, fake: FakeShop) -> None:
    shop = connected(site, fake)
    shop.send(changed(1))
    version = shop.order("1").version
    fake.put(changed(1))
    assert ask_shops(site) == 1
    shop.work()
    assert shop.order("1").version == version


def test_many_orders_of_one_moment_come_page_by_page(site: Site, fake: FakeShop) -> None:
    shop = connected(site, fake)
    fake.put(*(changed(n, n // 20) for n in range(1, PER_PAGE + 30)))
    assert ask_shops(site) == PER_PAGE + 29
    assert len({row.content_hash for row in shop.rows()}) == PER_PAGE + 29


def test_an_order_put_into_the_trash_is_found_too(site: Site, fake: FakeShop, clock: Clock) -> None:
    shop = connected(site, fake)
    fake.put(changed(1))
    ask_shops(site)
    shop.work()
    clock.forward(minutes=5)
    fake.put(changed(1, 60, status="trash"))
    assert ask_shops(site) == 1
    shop.work()
    assert live(shop.order("1")) == {}


def test_a_shop_in_trouble_is_left_alone_longer_each_time(site: Site, fake: FakeShop, clock: Clock) -> None:
    shop = connected(site, fake)
    fake.put(changed(1))
    waits, told = [], []
    busy = Fault(429, {"retry-after": "3000"})
    for fault in (Fault(500), Fault(lost=True), Fault(cut=True), Fault(401), busy):
        fake.faults = [fault]
        assert ask_shops(site) == 0
        poll = poll_of(site, shop)
        assert poll.next_at is not None
        waits.append(int((poll.next_at - clock.now).total_seconds() // 60))
        told.append(poll.error.partition(" (")[0].partition(":")[0])
        clock.now = poll.next_at
    assert waits == [1, 2, 5, 15, 50]
    assert told[1:4] == [
        "the shop did not answer",
        "the shop's answer is cut off or no JSON",
        "the shop refuses the key",
    ]
    assert ask_shops(site) == 1
    assert poll_of(site, shop).failures == 0


def test_reconcile_now_and_off(site: Site, fake: FakeShop) -> None:
    shop = connected(site, fake)
    found = site.database.read(lambda db: connector_register.find(db, shop.id))
    assert found is not None
    quiet = connector_register.ConnectorSettings(api_url=fake.url)
    site.database.write(lambda tx: connector_register.set_settings(tx, found, quiet))
    fake.put(changed(1))
    assert ask_shops(site) == 0
    site.database.write(lambda tx: polling.ask_now(tx, shop.id, site.now()))
    assert (ask_shops(site), ask_shops(site)) == (1, 0)
    assert poll_of(site, shop).next_at is None


def test_shopify_is_asked_for_orders_too(site: Site, fake: FakeShop) -> None:
    shop = connected(site, fake, ConnectorKind.SHOPIFY)
    fake.put(shopify_docs.order() | {"updated_at": "2026-11-20T11:30:00"})
    assert ask_shops(site) == 1
    shop.work()
    assert [row.state for row in shop.rows()] == ["worked"]


def handed_over(site: Site, shop: Sender, external_id: str) -> None:
    """The order is picked, made ready and collected."""
    floor, order = Floor(site), shop.order(external_id)
    floor.give(order.id, ClaimPicking())
    floor.picked(order.id)
    floor.give(order.id, Collect(Identity(IdentityBy.KNOWN)))


def states(site: Site) -> list[tuple[str, str, str]]:
    """Event, state and answer of each report, in order."""
    query = select(t.shop_reports).order_by(t.shop_reports.c.order_version, t.shop_reports.c.id)
    rows = site.database.read(lambda db: db.execute(query).all())
    return [(row.event, row.state, row.error) for row in rows]


def test_a_shop_hears_what_becomes_of_its_order(site: Site, fake: FakeShop) -> None:
    shop = connected(site, fake)
    fake.put(woo.order())
    shop.send(woo.order())
    handed_over(site, shop, "727")
    assert tell_shops(site) == 3
    assert states(site) == [("picked", "sent", ""), ("ready", "sent", ""), ("collected", "sent", "")]
    assert fake.orders["727"]["status"] == "completed"
    said = [note.split(" as ")[0] for note in fake.notes["727"]]
    assert said == ["Picked", "Ready to collect", "Handed over"]
    assert tell_shops(site) == 0


def test_its_own_echo_changes_nothing(site: Site, fake: FakeShop) -> None:
    shop = connected(site, fake)
    fake.put(woo.order())
    shop.send(woo.order())
    handed_over(site, shop, "727")
    tell_shops(site)
    version = shop.order("727").version
    echo = fake.orders["727"] | {"date_modified_gmt": "2026-11-20T12:30:00"}
    assert shop.send(echo)[-1] == "worked"
    assert shop.order("727").version == version
    assert tell_shops(site) == 0


def test_lost_answers_tell_nothing_twice(site: Site, fake: FakeShop, clock: Clock) -> None:
    shop = connected(site, fake)
    fake.put(woo.order())
    shop.send(woo.order())
    handed_over(site, shop, "727")
    fake.faults = [None, None, Fault(lost=True), None, None, Fault(lost=True), Fault(503)]
    for _ in range(8):
        tell_shops(site)
        clock.forward(minutes=2)
    assert [state for _, state, _ in states(site)] == ["sent"] * 3
    assert len(fake.notes["727"]) == 3
    assert fake.orders["727"]["status"] == "completed"
    assert [call for call in fake.calls if call.startswith("POST")] == ["POST /orders/727/notes"] * 3


def test_a_cancellation_is_told_unless_the_shop_made_it(site: Site, fake: FakeShop) -> None:
    shop = connected(site, fake)
    fake.put(woo.order(), woo.order(id=728))
    shop.send(woo.order(), woo.order(id=728))
    Floor(site).give(shop.order("727").id, Cancel("customer called"))
    shop.send(woo.order(id=728, status="cancelled", minute=9))
    tell_shops(site)
    assert states(site) == [("cancelled", "sent", "")]
    assert (fake.orders["727"]["status"], fake.orders["728"]["status"]) == ("cancelled", "processing")


def test_what_is_over_in_the_shop_stays_over(site: Site, fake: FakeShop) -> None:
    shop = connected(site, fake)
    fake.put(woo.order(status="refunded"))
    shop.send(woo.order())
    handed_over(site, shop, "727")
    tell_shops(site)
    assert fake.orders["727"]["status"] == "refunded"
    assert states(site)[2] == ("collected", "sent", "the shop's order is over and stays so")


def test_what_a_shop_never_takes_is_seen_and_replayed(
    site: Site, fake: FakeShop, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("a shop could not be told")
    shop = connected(site, fake)
    shop.send(woo.order())
    Floor(site).give(shop.order("727").id, Cancel("customer called"))
    tell_shops(site)
    [(event, state, error)] = states(site)
    assert (event, state) == ("cancelled", "dead")
    assert error.startswith("the shop has no such thing: 404")
    fake.put(woo.order())
    [row] = site.database.read(lambda db: db.execute(select(t.shop_reports)).all())
    replayed = [
        site.database.write(lambda tx, name=name: shop_reports.replay(tx, name, row.id, site.now()))  # type: ignore[misc]
        for name in ("another", row.connector)
    ]
    assert replayed == [False, True]
    tell_shops(site)
    assert fake.orders["727"]["status"] == "cancelled"


def test_shopify_hears_it_in_its_own_words(site: Site, fake: FakeShop) -> None:
    shop = connected(site, fake, ConnectorKind.SHOPIFY)
    way = {"deliveryMethod": {"methodType": "PICK_UP"}}
    node = {"id": "gid://shopify/FulfillmentOrder/7", "status": "OPEN", **way}
    fake.shopify |= {"tags": [], "fulfillmentOrders": {"nodes": [node]}}
    shop.send(shopify_docs.order())
    handed_over(site, shop, "450789469")
    tell_shops(site)
    assert fake.shopify["tags"] == ["handover-picked", "handover-ready", "handover-collected"]
    assert fake.shopify["fulfillmentOrders"]["nodes"][0]["status"] == "CLOSED"
    acts = [call for call in fake.calls if call not in ("POST order", "POST tagsAdd")]
    assert acts == ["POST fulfillmentOrderLineItemsPreparedForPickup", "POST fulfillmentCreate"]


def test_prometheus_counts_and_old_reports_are_forgotten(site: Site, fake: FakeShop, clock: Clock) -> None:
    shop = connected(site, fake)
    fake.put(woo.order())
    shop.send(woo.order())
    handed_over(site, shop, "727")
    fake.faults = [Fault(500)]
    ask_shops(site)
    tell_shops(site)
    text = "\n".join(site.database.read(lambda db: list(shop_lines(db))))
    assert 'handover_shop_reports{state="sent"} 3' in text
    assert "handover_shop_polls_failing 1" in text
    clock.forward(days=91)
    forget_receipts(site)
    assert states(site) == []


def test_no_secret_stands_in_the_database(site: Site, fake: FakeShop) -> None:
    shop = connected(site, fake)
    found = site.database.read(lambda db: connector_register.find(db, shop.id))
    assert found is not None
    assert "cs_2" not in found.api_key
    assert "cs_2" not in repr(found)
