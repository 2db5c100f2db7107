"""Web shops that send webhooks to a site: they sign, post, have the job work, and look at the order."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
from sqlalchemy import select

from site_sync.domain.orders import Order
from site_sync.domain.totals import totals
from site_sync.service import connector_register, orders, reservations
from site_sync.service.connector_register import Connector, ConnectorKind, ConnectorSettings
from site_sync.service.connectors import receipts, upkeep
from site_sync.service.connectors.receipts import Received
from site_sync.service.database import tables as t
from site_sync.service.jobs.connectors import working_receipts
from site_sync.service.wiring import Site

SECRET = "s3cr3t-ø"
STANDARD_SECRET = "whsec_" + base64.b64encode(b"k" * 24).decode()


def raw(document: Any) -> bytes:
    """A document as a shop sends it."""
    return json.dumps(document, ensure_ascii=False).encode()


def hmac64(body: bytes, secret: str = SECRET) -> str:
    """The signature that WooCommerce and Shopify send."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Sender:
    """One connector's shop."""

    def __init__(self, site: Site, kind: ConnectorKind, *, name: str = "", **settings: Any) -> None:
        self.site, self.kind = site, kind
        self.id = name or f"{kind.value}-1"
        secret = STANDARD_SECRET if kind is ConnectorKind.STANDARD else SECRET
        sealed = upkeep.kept_secret(site, self.id, secret)
        made = Connector(self.id, kind, "A shop", sealed, settings=ConnectorSettings(**settings))
        site.database.write(lambda tx: connector_register.add(tx, made, site.now()))
        self._work = working_receipts(site)
        self._sent: Iterator[int] = count(1)

    def headers(self, body: bytes, **more: str) -> dict[str, str]:
        """What goes with a body: the signature and the names of the delivery."""
        n = next(self._sent)
        if self.kind is ConnectorKind.WOOCOMMERCE:
            signed = {"x-wc-webhook-signature": hmac64(body), "x-wc-webhook-delivery-id": f"{n}"}
            signed["x-wc-webhook-topic"] = "order.updated"
        elif self.kind is ConnectorKind.SHOPIFY:
            signed = {"x-shopify-hmac-sha256": hmac64(body), "x-shopify-event-id": f"event-{n}"}
            signed["x-shopify-topic"] = "orders/updated"
        else:
            stamp = str(int(self.site.now().timestamp()))
            key = base64.b64decode(STANDARD_SECRET.removeprefix("whsec_"))
            content = f"msg_{n}.{stamp}.".encode() + body
            digest = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
            signed = {
                "webhook-id": f"msg_{n}",
                "webhook-timestamp": stamp,
                "webhook-signature": f"v1,{digest}",
            }
        return signed | more

    def post(self, address: str, body: bytes, **more: str) -> httpx.Response:
        """Send a body over HTTP."""
        url = f"{address}/webhooks/{self.kind.value}/{self.id}"
        return httpx.post(url, content=body, headers=self.headers(body, **more), timeout=20)

    def receive(self, document: Any) -> None:
        """The site keeps a document that was verified."""
        received = Received(self.id, {}, document if isinstance(document, bytes) else raw(document))
        site = self.site
        site.database.write(lambda tx: receipts.store(tx, received, site.new_id(), site.now()))

    def work(self) -> int:
        """The job's turn."""
        return self._work()

    def send(self, *documents: Any) -> list[str]:
        """Documents received and worked one after another; where each receipt stands in the end."""
        for document in documents:
            self.receive(document)
            self.work()
        return [row.state for row in self.rows()]

    def rows(self) -> list[Any]:
        """All receipts in the order they came, of every shop."""
        query = select(t.webhook_receipts).order_by(t.webhook_receipts.c.id)
        return list(self.site.database.read(lambda db: db.execute(query).all()))

    def order(self, external_id: str) -> Order:
        """The order that came of it."""
        o = t.orders.c
        of_shop = select(o.id).where(o.source == self.id, o.external_id == external_id)
        made = self.site.database.read(lambda db: db.execute(of_shop).scalar_one_or_none())
        assert made is not None, [(row.state, row.error) for row in self.rows()]
        found = self.site.database.read(lambda db: orders.load(db, made))
        assert found is not None
        assert self.site.database.read(reservations.drifts) == []
        return found


def worth(order: Order) -> tuple[int, int, int, int]:
    """Total, tax, paid and refundable in minor units."""
    sums = totals(order)
    return sums.total.amount, sums.tax.amount, sums.paid.amount, sums.refundable.amount


def live(order: Order) -> dict[str, int]:
    """Units that are still wanted, by SKU; charges by what they are called."""
    return {
        line.sku or line.description: line.quantities.live for line in order.lines if line.quantities.live
    }
