"""Documents bent out of shape: never a 5xx, never lost, never a broken book."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from site_sync.service import reservations
from site_sync.service.api.webhooks_in import WebhooksIn
from site_sync.service.app import create_app
from site_sync.service.connector_register import ConnectorKind
from site_sync.service.wiring import Site
from tests.service import serving
from tests.service.connectors import shopify_docs, test_shapes, woo
from tests.service.connectors.senders import Sender
from tests.service.connectors.test_standard import event

EXAMPLES = 60
DOCUMENTS: dict[ConnectorKind, list[Any]] = {
    ConnectorKind.WOOCOMMERCE: [
        woo.order(woo.item("JKT", 2, off="20.00"), woo.item("STV", 1, "32.00", line=12)),
        woo.order(shipping_lines=[woo.flat_rate()], refunds=[woo.refund("5.00")], minute=4),
        woo.order(status="cancelled", minute=5),
        *(shape.document for shape in test_shapes.WOO),
    ],
    ConnectorKind.SHOPIFY: [
        shopify_docs.order(shopify_docs.item("JKT", 2, off="9.00")),
        shopify_docs.order(minute=4, refunds=[shopify_docs.refund(129, item_466157049=1)]),
        shopify_docs.refund(129, item_466157049=1),
        *(shape.document for shape in test_shapes.SHOPIFY),
    ],
    ConnectorKind.STANDARD: [event(), event("order.cancelled", 7), event("order.paid", 8)],
}
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just([]), st.just({}),
    st.sampled_from(
        ["", "-1", "1e400", "NaN", "Infinity", "1E-99", "99999999999999999999", "٣",
         "\x00", "\ud800", "🦊" * 300,
         "2026-02-30T00:00:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59", "EUR", "XXX", 10**30, -1,
         0, 10**4000, "0.005", [1], [None], {"a": 1}]
    ),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in a document there is something to change."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key)
            yield from places(inner, (*path, key))


@st.composite
def bent(draw: st.DrawFn, documents: list[Any]) -> bytes:
    """A document with some of its fields replaced, taken away or doubled, or its text cut short."""
    document = copy.deepcopy(draw(st.sampled_from(documents)))
    for _ in range(draw(st.integers(0, 4))):
        path = draw(st.sampled_from(list(places(document)) or [()]))
        if path:
            _bend(draw, document, path)
    text = json.dumps(document).encode("utf-8", "surrogatepass")
    return text[: draw(st.integers(0, len(text)))] if draw(st.integers(0, 9)) == 0 else text


def _bend(draw: st.DrawFn, document: Any, path: tuple[Any, ...]) -> None:
    owner = document
    for key in path[:-1]:
        owner = owner[key]
    kind = draw(st.sampled_from(["replace", "replace", "remove", "double"]))
    if kind == "replace":
        owner[path[-1]] = copy.deepcopy(draw(ODD))
    elif kind == "remove":
        del owner[path[-1]]
    elif isinstance(owner, list):
        owner.append(copy.deepcopy(owner[path[-1]]))


@pytest.mark.parametrize("kind", ConnectorKind)
def test_no_document_breaks_the_site_or_is_lost(site: Site, kind: ConnectorKind) -> None:
    shop = Sender(site, kind)

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(body=bent(DOCUMENTS[kind]))
    def receive(body: bytes) -> None:
        shop.receive(body)
        shop.work()

    receive()
    rows = shop.rows()
    assert {row.state for row in rows} <= {"worked", "needs_mapping", "ignored", "failed"}
    assert [row.error for row in rows if row.error.startswith("broken")] == []
    assert {"worked", "failed"} <= {row.state for row in rows}
    assert all(row.error for row in rows if row.state in ("failed", "needs_mapping", "ignored"))
    assert site.database.read(reservations.drifts) == []


@pytest.mark.parametrize("kind", ConnectorKind)
def test_any_bytes_and_headers_are_answered(site: Site, kind: ConnectorKind) -> None:
    shop = Sender(site, kind)
    names = ("x-wc-webhook-topic", "x-shopify-event-id", "webhook-id", "content-type")
    letters = st.characters(codec="latin-1", exclude_categories=["Cc"])
    word = st.text(letters, max_size=30).map(str.strip)
    bent_headers = st.dictionaries(st.sampled_from(names), word, max_size=3)

    with serving.served(create_app(site, [WebhooksIn(site).router()])) as address:

        @settings(max_examples=15, deadline=None, derandomize=True, database=None)
        @given(body=st.binary(max_size=200), headers=bent_headers)
        def post(body: bytes, headers: dict[str, str]) -> None:
            encoded = {name: text.encode("latin-1") for name, text in headers.items()}
            answer = shop.post(address, body, **encoded)  # type: ignore[arg-type]
            assert answer.status_code in (200, 401), answer.text

        post()
    shop.work()
    assert {row.state for row in shop.rows()} <= {"failed"}
