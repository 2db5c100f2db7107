"""Outgoing webhooks: subscribed over the API, signed, tried again, given up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook

from site_sync.domain.commands import (
    Act,
    Amend,
    Arrive,
    Cancel,
    ClaimPicking,
    Collect,
    ConfirmPicking,
    Extend,
    Pick,
    PutBack,
    Remind,
    ReportShort,
)
from site_sync.domain.money import Money
from site_sync.domain.orders import ArrivalState
from site_sync.domain.particulars import BagPlace, Identity, IdentityBy, LineQuantity, Tendered
from site_sync.service import audit_enquiry
from site_sync.service.audit_enquiry import Wanted
from site_sync.service.database import tables as t
from site_sync.service.jobs.webhooks import send_webhooks
from site_sync.service.outgoing_http import EndpointRefused, check_url
from site_sync.service.settings_audit import Did
from site_sync.service.webhook_outbox import WEBHOOKS
from site_sync.service.wiring import Site
from tests.fixtures.logs import ExpectedLogs
from tests.service.floor import Floor
from tests.service.receiver import Receiver, receiving
from tests.service.sites import Clock
from tests.service.web_shop import Body, WebShop, euro, line, problem

KNOWN = Identity(IdentityBy.KNOWN)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A web shop's own server."""
    with receiving() as receiver:
        yield receiver


def subscribe(web_shop: WebShop, receiver: Receiver, *events: str) -> Body:
    """An endpoint for some events, all when none is named."""
    answer = web_shop.post("webhook-endpoints", {"url": receiver.url, "events": list(events)})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def types(receiver: Receiver) -> list[str]:
    """The events that came, in order."""
    return [json.loads(body)["type"] for _, body in receiver.calls]


def states(site: Site) -> list[tuple[str, int]]:
    """State and tries of every delivery."""
    c = t.webhook_deliveries.c
    rows = site.database.read(lambda db: db.execute(select(c.state, c.tries).order_by(c.id)).all())
    return [(row.state, row.tries) for row in rows]


def verified(endpoint: Body, call: tuple[dict[str, str], str]) -> Any:
    """The event of a call whose signature is right at this moment of the test."""
    headers, body = call
    hook = Webhook(endpoint["secret"])
    at = int(headers["webhook-timestamp"])
    moment = timedelta(seconds=at)
    signature = hook.sign(headers["webhook-id"], EPOCH + moment, body)
    assert headers["webhook-signature"] == signature
    return json.loads(body)


def test_an_event_comes_signed_with_the_order_and_its_page(
    web_shop: WebShop, receiver: Receiver, site: Site
) -> None:
    endpoint = subscribe(web_shop, receiver, "order.created", "payment.recorded")
    order = web_shop.created(payments=[{"reference": "pi_1", "amount": euro(100)}])
    assert send_webhooks(site) == 2
    events = [verified(endpoint, call) for call in receiver.calls]
    assert [event["type"] for event in events] == ["order.created", "payment.recorded"]
    assert events[0]["data"]["order"] == order
    assert events[0]["order_version"] == 1
    assert events[0]["id"] == receiver.calls[0][0]["webhook-id"]
    assert send_webhooks(site) == 0


def test_nothing_of_the_page_is_kept_in_the_database(
    web_shop: WebShop, receiver: Receiver, site: Site
) -> None:
    subscribe(web_shop, receiver)
    token = web_shop.created()["customer_page"].rpartition("/")[2]
    bodies = site.database.read(lambda db: db.execute(select(t.webhook_deliveries.c.body)).scalars().all())
    assert bodies
    assert not any(token in body for body in bodies)


def test_events_follow_what_happens(web_shop: WebShop, receiver: Receiver, site: Site) -> None:
    subscribe(web_shop, receiver)
    order = web_shop.created(line("JKT", 2), payments=[{"reference": "pi_1", "amount": euro(25_800)}])
    web_shop.post(f"orders/{order['id']}/cancel", {"lines": [{"line": 1, "quantity": 1}]})
    web_shop.patch({**order, "version": 2}, {"comment": "x"})
    web_shop.post(f"orders/{order['id']}/cancel", {})
    refund = {"reference": "re_1", "kind": "refund", "refund_of": "pi_1", "amount": euro(25_800)}
    web_shop.post(f"orders/{order['id']}/payments", refund)
    while send_webhooks(site):
        pass
    expected = """
        order.created payment.recorded stock.changed
        order.changed refund.due stock.changed
        order.changed
        order.cancelled refund.due stock.changed
        refund.made
    """
    assert sorted(types(receiver)) == sorted(expected.split())
    stock = next(json.loads(body) for _, body in receiver.calls if "stock.changed" in body)["data"]["stock"]
    assert stock == [{"store": "S01", "sku": "JKT", "on_hand": 10, "reserved": 2, "available": 8}]


def test_each_step_of_an_order_is_told(web_shop: WebShop, receiver: Receiver, site: Site) -> None:
    subscribe(web_shop, receiver)
    order = web_shop.created(line("JKT", 2), line("STV"))["id"]
    while send_webhooks(site):
        pass
    receiver.calls.clear()
    floor = Floor(site)
    steps: list[tuple[Act, list[str]]] = [
        (ClaimPicking(), ["order.picking"]),
        (Pick(1, 2, 1), ["order.changed"]),
        (ReportShort(2, 1), ["order.short", "stock.changed"]),
        (ConfirmPicking((BagPlace(1, "A1"),)), ["order.ready"]),
        (Remind(1), ["order.reminded"]),
        (Arrive(ArrivalState.HERE), ["order.changed"]),
        (Extend(site.now() + timedelta(days=5)), ["order.extended"]),
        (
            Collect(KNOWN, (LineQuantity(1, 1),), (Tendered("c", "cash", Money(12_900, "EUR")),)),
            ["order.partly_collected", "payment.recorded", "stock.changed"],
        ),
        (Cancel("enough"), ["order.cancelled"]),
        (PutBack((LineQuantity(1, 1),)), ["order.put_back", "stock.changed"]),
    ]
    for act, expected in steps:
        floor.give(order, act)
        while send_webhooks(site):
            pass
        assert sorted(types(receiver)) == expected, act
        receiver.calls.clear()


def test_other_connectors_hear_nothing(web_shop: WebShop, receiver: Receiver, site: Site) -> None:
    other = WebShop(web_shop.address, site, "other")
    subscribe(other, receiver)
    web_shop.created()
    assert send_webhooks(site) == 0
    other.http.close()


def test_a_failed_try_waits_longer_each_time_and_ends_dead_after_three_days(
    web_shop: WebShop, receiver: Receiver, site: Site, clock: Clock, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("a webhook is given up")
    subscribe(web_shop, receiver, "order.created")
    web_shop.created()
    receiver.planned = [500] * 20
    begin, tried = clock.now, []
    while states(site)[0][0] != "dead":
        if send_webhooks(site):
            tried.append(clock.now - begin)
        clock.forward(seconds=5 if len(tried) < 2 else 1800)
    assert tried[:2] == [timedelta(0), timedelta(seconds=5)]
    assert timedelta(days=2, hours=12) < tried[-1] < timedelta(days=3, hours=12)
    assert len(receiver.calls) == len(tried) == len(WEBHOOKS.pauses) + 1
    row = site.database.read(lambda db: db.execute(select(t.webhook_deliveries)).one())
    assert row.answer.startswith("500")
    assert site.database.write(lambda tx: WEBHOOKS.replay(tx, row.id, site.now()))
    receiver.planned = []
    send_webhooks(site)
    assert states(site) == [("sent", 1)]


def test_an_endpoint_that_is_gone_is_not_tried_again(
    web_shop: WebShop, receiver: Receiver, site: Site, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("a webhook is given up")
    subscribe(web_shop, receiver, "order.created")
    web_shop.created()
    receiver.planned = [410]
    send_webhooks(site)
    assert states(site) == [("dead", 1)]


def test_an_endpoint_out_of_reach_is_tried_again(web_shop: WebShop, site: Site, free_port: int) -> None:
    url = f"http://127.0.0.1:{free_port}/"
    assert web_shop.post("webhook-endpoints", {"url": url}).status_code == 201
    web_shop.created()
    send_webhooks(site)
    assert {state for state, _ in states(site)} == {"waiting"}


def test_endpoints_are_listed_without_their_secret_and_taken_away(
    web_shop: WebShop, receiver: Receiver, site: Site
) -> None:
    endpoint = subscribe(web_shop, receiver, "order.ready")
    secret = endpoint.pop("secret")
    assert secret.startswith("whsec_")
    assert web_shop.get("webhook-endpoints").json() == {"webhook_endpoints": [endpoint]}
    other = WebShop(web_shop.address, site, "other")
    path = f"/api/v1/webhook-endpoints/{endpoint['id']}"
    assert problem(other.http.delete(path)) == (404, "not_found")
    other.http.close()
    assert web_shop.http.delete(path).status_code == 204
    assert problem(web_shop.http.delete(path)) == (404, "not_found")
    assert web_shop.get("webhook-endpoints").json() == {"webhook_endpoints": []}
    gone, made = site.database.read(lambda db: audit_enquiry.found(db, Wanted("webhook"))).entries
    assert (gone.staff, gone.key, gone.did) == (made.staff, made.key, Did.REMOVED)
    assert (made.staff, made.name, made.key, made.did) == ("api:shop", "shop", endpoint["id"], Did.ADDED)
    assert secret not in str((gone, made))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "http://somebody@example.com/",
        "http://169.254.169.254/latest",
        "http://[::ffff:169.254.169.254]/latest",
        "http://[::ffff:0.0.0.0]/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://168.63.129.16/",
        "http://0.0.0.0/",
        "http:///path",
        "http://example.com:99999/",
        "http://example.com/a b",
        "http://example.com/\r\nX-Sent: by me",
    ],
)
def test_some_addresses_are_never_called(url: str) -> None:
    with pytest.raises(EndpointRefused):
        check_url(url)


def test_a_refused_address_is_told(web_shop: WebShop) -> None:
    answer = web_shop.post("webhook-endpoints", {"url": "http://169.254.169.254/latest"})
    assert problem(answer) == (422, "malformed")
    assert answer.json()["errors"][0]["pointer"] == "/url"
    unknown = {"url": "https://example.com/", "events": ["order.lost"]}
    assert problem(web_shop.post("webhook-endpoints", unknown)) == (422, "malformed")


def test_a_change_that_was_made_already_is_told_once(
    web_shop: WebShop, receiver: Receiver, site: Site
) -> None:
    subscribe(web_shop, receiver)
    order = web_shop.created()
    floor = Floor(site)
    for _ in range(3):
        changed = floor.give(order["id"], Amend(comment_staff="by the back door"))
    version = t.webhook_deliveries.c.order_version
    told = site.database.read(lambda db: db.execute(select(version)).scalars().all())
    assert (changed.version, told.count(2)) == (2, 1)
