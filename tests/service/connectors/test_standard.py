"""Orders sent as Standard Webhooks in the words of the public API."""

from __future__ import annotations

from typing import Any

import pytest

from site_sync.domain.orders import Stage
from site_sync.service.connector_register import ConnectorKind
from site_sync.service.wiring import Site
from tests.service.connectors.senders import Sender, live, worth
from tests.service.web_shop import euro, line


@pytest.fixture
def shop(site: Site) -> Sender:
    """A shop of somebody's own making."""
    return Sender(site, ConnectorKind.STANDARD)


def event(kind: str = "order.created", minute: int = 1, **order: Any) -> dict[str, Any]:
    """An event with the order as it is then."""
    words = {
        "external_id": "A-17",
        "delivery": {"method": "collect", "store": "S01"},
        "customer": {"name": "Maria Jensen", "email": "maria@example.com", "language": "da"},
        "lines": [line("JKT", 2), line("STV", 1, unit_price=euro(3_900), discount=euro(400))],
        **order,
    }
    return {"type": kind, "timestamp": f"2026-11-20T11:{minute:02d}:00Z", "data": {"order": words}}


def test_an_order_is_made_paid_changed_and_cancelled(shop: Sender) -> None:
    paid = {"payments": [{"reference": "p1", "amount": euro(29_300)}]}
    assert shop.send(event(), event("order.paid", 2, **paid)) == ["worked", "worked"]
    assert worth(shop.order("A-17")) == (29_300, 5_860, 29_300, 0)
    shop.send(event("order.updated", 3, lines=[line("JKT", 1)], **paid))
    assert live(shop.order("A-17")) == {"JKT": 1}
    assert worth(shop.order("A-17"))[2:] == (29_300, 16_400)
    refund = {"reference": "r1", "kind": "refund", "refund_of": "p1", "amount": euro(29_300)}
    shop.send(event("order.cancelled", 4, payments=[*paid["payments"], refund]))
    order = shop.order("A-17")
    assert (order.stage, worth(order)[2:]) == (Stage.DONE, (0, 0))


def test_words_that_are_none_of_the_apis_fail_and_say_where(shop: Sender) -> None:
    assert shop.send(event(lines=[]), event(extra=1), {"type": "order.created"}) == ["failed"] * 3
    assert "/lines" in shop.rows()[0].error
    assert shop.send({"type": "customer.created", "timestamp": "2026-11-20T11:00:00Z", "data": {}})[-1] == (
        "ignored"
    )


def test_an_unknown_store_waits(shop: Sender) -> None:
    assert shop.send(event(delivery={"method": "collect", "store": "X9"})) == ["needs_mapping"]
