"""Webhooks over HTTP: verified to the byte, kept, answered at once, never lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from site_sync.domain.numbers import Numbering
from site_sync.domain.policies import NotFree, Policies, Policy
from site_sync.protocol.changes import RecordKind
from site_sync.service import connector_register, number_settings, reservations
from site_sync.service.api import web_shop
from site_sync.service.api.webhooks_in import WebhooksIn
from site_sync.service.app import create_app
from site_sync.service.connector_register import ConnectorKind
from site_sync.service.connectors import receipts
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Transaction
from site_sync.service.jobs.connectors import forget_receipts
from site_sync.service.metric_readings import shop_lines
from site_sync.service.settings_audit import Author
from site_sync.service.wiring import Site
from tests.fixtures.logs import ExpectedLogs
from tests.service import serving
from tests.service.connectors import shopify_docs, woo
from tests.service.connectors.senders import Sender, hmac64, live, raw, worth
from tests.service.connectors.test_standard import event
from tests.service.sites import Clock
from tests.service.web_shop import problem

DOCUMENTS: dict[ConnectorKind, Any] = {
    ConnectorKind.WOOCOMMERCE: woo.order(),
    ConnectorKind.SHOPIFY: shopify_docs.order(),
    ConnectorKind.STANDARD: event(),
}


@pytest.fixture
def hooks(site: Site) -> Iterator[str]:
    """Where the site takes webhooks in."""
    with serving.served(create_app(site, [*web_shop.routers(site), WebhooksIn(site).router()])) as address:
        yield address


@pytest.mark.parametrize("kind", ConnectorKind)
def test_a_signed_webhook_is_kept_once_and_worked(site: Site, hooks: str, kind: ConnectorKind) -> None:
    shop, body = Sender(site, kind), raw(DOCUMENTS[kind])
    assert shop.post(hooks, body).json() == {"received": True, "repeated": False}
    assert shop.post(hooks, body).json() == {"received": True, "repeated": True}
    [row] = shop.rows()
    assert (row.state, bytes(row.body), row.duplicates) == ("received", body, 1)
    assert (shop.work(), shop.work()) == (1, 0)
    assert [row.state for row in shop.rows()] == ["worked"]


@pytest.mark.parametrize("kind", ConnectorKind)
def test_what_cannot_be_verified_leaves_nothing(site: Site, hooks: str, kind: ConnectorKind) -> None:
    shop, body = Sender(site, kind), raw(DOCUMENTS[kind])
    url = f"{hooks}/webhooks/{kind.value}/{shop.id}"
    signed = shop.headers(body)
    other = "shopify" if kind is ConnectorKind.WOOCOMMERCE else "woocommerce"
    answers = [
        httpx.post(url, content=body),
        httpx.post(url, content=body + b" ", headers=signed),
        httpx.post(url, content=body.replace("é".encode(), b"e") + b"\xff", headers=signed),
        httpx.post(f"{hooks}/webhooks/{kind.value}/nobody", content=body, headers=signed),
        httpx.post(f"{hooks}/webhooks/{other}/{shop.id}", content=body, headers=signed),
    ]
    assert [problem(answer) for answer in answers] == [(401, "unauthorised")] * 5
    assert shop.rows() == []


def test_bytes_that_are_no_text_are_verified_and_kept_as_they_are(site: Site, hooks: str) -> None:
    shop, body = Sender(site, ConnectorKind.SHOPIFY), b'{"name": "\xff\xfe\x00"}'
    assert shop.post(hooks, body).status_code == 200
    shop.work()
    [row] = shop.rows()
    assert (bytes(row.body), row.state) == (body, "failed")


def test_the_first_ping_of_woocommerce_is_answered(site: Site, hooks: str) -> None:
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    url = f"{hooks}/webhooks/woocommerce/{shop.id}"
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert httpx.post(url, content=b"webhook_id=7", headers=form).status_code == 200
    assert problem(httpx.post(url, content=b"webhook_id=7&x=1", headers=form))[0] == 401
    assert problem(httpx.post(url.replace(shop.id, "nobody"), content=b"webhook_id=7"))[0] == 401
    assert shop.rows() == []


def test_two_secrets_are_live_until_the_older_is_dropped(site: Site, hooks: str) -> None:
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    connector = site.database.read(lambda db: connector_register.find(db, shop.id))
    assert connector is not None
    newer = site.database.write(lambda tx: connector_register.give_secret(tx, connector, "newer"))
    bodies = [raw(woo.order(id=n)) for n in (1, 2)]
    signatures = [hmac64(bodies[0]), hmac64(bodies[1], "newer")]
    sent = [
        shop.post(hooks, body, **{"x-wc-webhook-signature": signed})
        for body, signed in zip(bodies, signatures, strict=True)
    ]
    assert [answer.status_code for answer in sent] == [200, 200]
    site.database.write(lambda tx: connector_register.drop_previous_secret(tx, newer))
    with serving.served(create_app(site, [WebhooksIn(site).router()])) as fresh:
        assert problem(shop.post(fresh, raw(woo.order(id=3))))[0] == 401


@pytest.mark.parametrize(("seconds", "status"), [(-299, 200), (299, 200), (-301, 401), (301, 401)])
def test_a_standard_webhook_has_its_time(
    site: Site, hooks: str, clock: Clock, seconds: int, status: int
) -> None:
    shop, body = Sender(site, ConnectorKind.STANDARD), raw(event())
    signed = shop.headers(body)
    clock.forward(seconds=seconds)
    url = f"{hooks}/webhooks/standard/{shop.id}"
    assert httpx.post(url, content=body, headers=signed).status_code == status


def test_a_body_over_one_megabyte_is_refused(site: Site, hooks: str) -> None:
    shop = Sender(site, ConnectorKind.SHOPIFY)
    assert problem(shop.post(hooks, b"x" * 1_000_001)) == (413, "body_too_large")
    assert shop.rows() == []


def test_a_burst_is_answered_fast_and_worked_to_the_end(site: Site, hooks: str) -> None:
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    bodies = [raw(woo.order(woo.item("STV", 1, "32.00"), id=n, minute=1)) for n in range(1, 11)]

    def send(body: bytes) -> tuple[int, float]:
        began = time.monotonic()
        status = shop.post(hooks, body).status_code
        return status, time.monotonic() - began

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, bodies * 2))
    assert {status for status, _ in answers} == {200}
    assert max(seconds for _, seconds in answers) < 5
    shop.work()
    assert [row.state for row in shop.rows()] == ["worked"] * 10
    assert all(live(shop.order(str(n))) == {"STV": 1} for n in range(1, 11))


def test_two_workers_make_one_order_of_each(site: Site) -> None:
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    for minute in range(1, 7):
        for number in (1, 2, 3):
            shop.receive(woo.order(woo.item("STV", 1 + minute % 2, "32.00"), id=number, minute=minute))
    others = [Sender.work, Sender.work, Sender.work]
    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(lambda turn: turn(shop), others)) == 18
    assert {row.state for row in shop.rows()} == {"worked"}
    assert [live(shop.order(str(n))) for n in (1, 2, 3)] == [{"STV": 1}] * 3


def test_a_mapping_added_later_lets_everything_through(site: Site) -> None:
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    created = woo.order(woo.item("OLD-9"), minute=1)
    assert shop.send(
        created, {**created, "date_modified_gmt": "2026-11-20T11:09:00", "customer_note": "!"}
    ) == [
        "needs_mapping",
        "needs_mapping",
    ]
    waiting = site.database.read(lambda db: receipts.stuck(db, shop.id))
    assert [dict(one.facts) for one in waiting] == [{"items": ["OLD-9"], "stores": []}] * 2
    connector = site.database.read(lambda db: connector_register.find(db, shop.id))
    assert connector is not None
    mapped = connector_register.ConnectorSettings(items={"OLD-9": connector_register.ItemMapping("JKT")})
    site.database.write(lambda tx: connector_register.set_settings(tx, connector, mapped))
    assert site.database.write(lambda tx: receipts.replay(tx, shop.id, site.now())) == 2
    shop.work()
    assert {row.state for row in shop.rows()} == {"worked"}
    assert (live(shop.order("727")), shop.order("727").comment_staff) == ({"JKT": 1}, "!")


def test_an_order_without_stock_is_tried_again(site: Site, clock: Clock) -> None:
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    assert shop.send(woo.order(woo.item("TNT", 1, "240.00"))) == ["worked"]
    assert shop.send(woo.order(woo.item("TNT", 1, "240.00"), id=9))[-1] == "failed"
    assert shop.rows()[-1].error == "insufficient_stock"
    shop.send({"id": 727})
    clock.forward(minutes=2)
    assert shop.work() == 1
    assert live(shop.order("9")) == {"TNT": 1}


def test_orders_of_a_connector_are_numbered_as_settled_meanwhile(site: Site) -> None:
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    shop.send(woo.order(woo.item("STV", 1, "32.00"), id=1))
    style, author = Numbering("SHO", "AN", 4, web_next=700), Author.operator(site.now())
    assert site.database.write(lambda tx: number_settings.save(tx, author, style)) is None
    shop.send(*(woo.order(woo.item("STV", 1, "32.00"), id=number) for number in (2, 3)))
    assert [shop.order(name).number[:-2] for name in "123"] == ["W-000001", "SHO-0700", "SHO-0701"]


@pytest.mark.parametrize(("rule", "back_ordered"), [(NotFree.REFUSE, 0), (NotFree.BACK_ORDER, 1)])
def test_a_sold_order_is_taken_whatever_is_settled(site: Site, rule: NotFree, back_ordered: int) -> None:
    def settle(tx: Transaction) -> None:
        records.save(tx, RecordKind.POLICIES, Policies(Policy(not_free=rule)))
        (level,) = reservations.lock_levels(tx, {("S01", "TNT")}).values()
        reservations.set_levels(tx, [replace(level, back_order=1)])

    site.database.write(settle)
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    bought = (woo.order(woo.item("TNT", 2, "480.00"), id=1), woo.order(woo.item("STV", 999, "9.00"), id=2))
    assert shop.send(*bought) == ["worked"] * 2
    tents, stoves = (shop.order(number).lines[0].quantities for number in ("1", "2"))
    assert (tents.to_pick, tents.short) == (1 + back_ordered, 1 - back_ordered)
    assert (stoves.ordered, stoves.short > 0) == (999, True)


def test_a_connector_that_breaks_holds_up_no_other(
    site: Site, clock: Clock, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("a webhook broke")
    broken, sound = Sender(site, ConnectorKind.WOOCOMMERCE), Sender(site, ConnectorKind.SHOPIFY)
    c = t.connectors.c
    spoil = t.connectors.update().where(c.id == broken.id)
    site.database.write(lambda tx: tx.execute(spoil.values(settings="{")))
    broken.receive(woo.order())
    sound.receive(shopify_docs.order())
    assert sound.work() == 2
    assert [(row.state, row.error) for row in sound.rows()] == [
        ("failed", "broken: Malformed"),
        ("worked", ""),
    ]
    site.database.write(lambda tx: tx.execute(spoil.values(settings="{}")))
    clock.forward(minutes=1)
    assert broken.work() == 1
    assert live(broken.order("727")) == {"JKT": 1}


def test_what_was_worked_is_forgotten_and_what_is_stuck_is_not(site: Site, clock: Clock) -> None:
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    shop.send(woo.order(), woo.order(woo.item("OLD-9"), id=2))
    clock.forward(days=31)
    forget_receipts(site)
    assert [row.state for row in shop.rows()] == ["needs_mapping"]


def test_what_a_shop_said_is_forgotten_and_a_late_refund_still_finds_its_order(
    site: Site, clock: Clock
) -> None:
    def said() -> list[tuple[str, bool]]:
        query = select(t.connector_orders).order_by(t.connector_orders.c.external_id)
        rows = site.database.read(lambda db: db.execute(query).all())
        return [(row.external_id, bool(row.known)) for row in rows]

    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    over = woo.order(minute=3, status="cancelled")
    shop.send(woo.order(), over, woo.order(id=5, status="pending", paid=False), woo.order(id=9))
    assert said() == [("5", True), ("727", True), ("9", True)]
    clock.forward(days=91)
    forget_receipts(site)
    assert said() == [("727", False), ("9", True)]
    assert shop.send({**over, "refunds": [woo.refund("129.00")]}) == ["worked"]
    assert worth(shop.order("727"))[2:] == (0, 0)


def test_shops_that_share_a_source_keep_their_ids_apart(site: Site) -> None:
    first, second = (
        Sender(site, ConnectorKind.WOOCOMMERCE, name=name, source="web-shop") for name in ("north", "south")
    )
    first.send(woo.order())
    assert second.send(woo.order(woo.item("STV", 1, "32.00"), minute=2)) == ["worked", "worked"]
    first.send(woo.order(minute=5, status="cancelled"))
    query = select(t.orders.c.source, t.orders.c.external_id, t.orders.c.stage, t.orders.c.staff)
    found = site.database.read(lambda db: db.execute(query.order_by(t.orders.c.staff)).all())
    assert [tuple(row) for row in found] == [
        ("web-shop", "727", "done", "api:north"),
        ("web-shop", "727", "to_pick", "api:south"),
    ]


def test_prometheus_counts_them(site: Site) -> None:
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    shop.send(woo.order(), woo.order(), woo.order(woo.item("OLD-9"), id=2))
    text = "\n".join(site.database.read(lambda db: list(shop_lines(db))))
    assert 'handover_webhooks_in{connector="woocommerce-1",state="worked"} 1' in text
    assert 'handover_webhooks_in{connector="woocommerce-1",state="needs_mapping"} 1' in text
    assert 'handover_webhooks_in_repeated{connector="woocommerce-1"} 1' in text
