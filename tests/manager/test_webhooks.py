"""Webhook endpoints in the browser: made, their secret shown once, dead deliveries replayed, removed."""

from __future__ import annotations

import re

import pytest

from site_sync.service import webhook_desk
from site_sync.service.jobs.webhooks import send_webhooks
from site_sync.service.outbox import OutState
from site_sync.service.webhook_desk import Endpoint
from site_sync.service.wiring import Site
from tests.fixtures.logs import ExpectedLogs
from tests.manager.browsing import Browser
from tests.service.floor import Floor
from tests.service.receiver import receiving


def only(site: Site) -> Endpoint:
    """The one endpoint there is."""
    [endpoint] = site.database.read(webhook_desk.every)
    return endpoint


def test_an_endpoint_hears_of_all_orders_and_what_was_given_up_goes_again(
    root: Browser, site: Site, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("a webhook is given up")
    expected_logs.allow("a webhook was not taken")
    with receiving() as receiver:
        page = root.send("/webhooks", url=receiver.url, event=["order.created", "order.ready"])
        endpoint = only(site)
        secret = webhook_desk.told_secret(site, endpoint.id, endpoint.secrets[0])
        assert secret.startswith("whsec_")
        assert secret in page.text
        assert secret not in root.open(f"/webhooks/{endpoint.id}") + endpoint.secrets[0]
        receiver.planned = [410]
        Floor(site).ordered()
        send_webhooks(site)
        assert "order.created its order 1 Given up 410" in root.read(f"/webhooks/{endpoint.id}", state="dead")
        root.send(f"/webhooks/{endpoint.id}", "/replay")
        send_webhooks(site)
        assert len(receiver.calls) == 2
    [delivery] = site.database.read(lambda db: webhook_desk.deliveries(db, endpoint.id))
    assert delivery.state is OutState.SENT
    root.send(f"/webhooks/{endpoint.id}", "/secret")
    assert only(site).secrets[1:] == endpoint.secrets
    root.send(f"/webhooks/{endpoint.id}", "/switch", active="")
    assert not only(site).active
    root.send(f"/webhooks/{endpoint.id}", "/remove")
    assert site.database.read(webhook_desk.every) == []


@pytest.mark.parametrize("url", ["", "shop.example", "http://169.254.1.1/", "https://me@shop.example/"])
def test_an_address_that_is_none_is_refused(root: Browser, site: Site, url: str) -> None:
    answer = root.send("/webhooks", url=url, event=["order.ready"])
    assert answer.status_code == 422
    ticked = re.findall(r'name="event" type="checkbox" value="([\w.]+)" checked', answer.text)
    assert ticked == ["order.ready"]
    assert site.database.read(webhook_desk.every) == []
