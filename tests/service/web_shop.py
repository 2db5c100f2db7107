"""A web shop that calls a site over HTTP: the real server on loopback, a key, and the bodies a shop sends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import count
from typing import Any

import httpx

from site_sync.service import sign_in
from site_sync.service.api import web_shop
from site_sync.service.api.customer import CustomerPages
from site_sync.service.app import create_app
from site_sync.service.sign_in import NewKey
from site_sync.service.wiring import Site
from tests.service import serving

SCOPES = ("orders:read", "orders:write", "stock:read", "webhooks")
Body = dict[str, Any]


def euro(amount: int) -> Body:
    """An amount in cents."""
    return {"amount": amount, "currency": "EUR"}


def line(sku: str = "JKT", quantity: int = 1, **more: Any) -> Body:
    """One line of an order."""
    return {"sku": sku, "quantity": quantity, **more}


class WebShop:
    """A connector's program: one key, one connection pool."""

    def __init__(self, address: str, site: Site, name: str = "shop", **key: Any) -> None:
        self.site = site
        self.address = address
        self._external: Iterator[int] = count(1)
        new = NewKey(site.new_id(), name, site.around.secret(), key.pop("scopes", SCOPES), **key)
        text = site.database.write(lambda tx: sign_in.create_api_key(tx, new, site.now()))
        self.http = serving.client(address, text, limits=httpx.Limits(max_connections=40))

    def order(self, *lines: Body, **more: Any) -> Body:
        """An order to collect at S01, with an external id of its own."""
        return {
            "external_id": f"{self.http.base_url.port}-{next(self._external)}",
            "delivery": {"method": "collect", "store": "S01"},
            "customer": {"name": "Maria Jensen", "email": "maria@example.com", "language": "da"},
            "lines": list(lines or (line(),)),
            **more,
        }

    def create(self, body: Body, key: str = "") -> httpx.Response:
        """Send an order."""
        headers = {"Idempotency-Key": key or f"key-{next(self._external)}"}
        return self.http.post("/api/v1/orders", json=body, headers=headers)

    def created(self, *lines: Body, **more: Any) -> Body:
        """An order that was taken, as answered."""
        response = self.create(self.order(*lines, **more))
        assert response.status_code == 201, response.text
        return dict(response.json())

    def get(self, path: str, **query: Any) -> httpx.Response:
        """Ask for something."""
        return self.http.get(f"/api/v1/{path}", params=query)

    def post(self, path: str, body: Body) -> httpx.Response:
        """Send something."""
        return self.http.post(f"/api/v1/{path}", json=body)

    def patch(self, order: Body, body: Body) -> httpx.Response:
        """Change the version of an order that was seen."""
        headers = {"If-Match": f'"{order["version"]}"'}
        return self.http.patch(f"/api/v1/orders/{order['id']}", content=json.dumps(body), headers=headers)


def served(site: Site) -> AbstractContextManager[str]:
    """The site's application on a loopback port of its own, without jobs; its address."""
    return serving.served(create_app(site, [*web_shop.routers(site), CustomerPages(site).router()]))


def problem(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem, which must be written as one."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    document = response.json()
    assert document["status"] == response.status_code
    assert {"type", "title", "detail"} <= document.keys()
    return response.status_code, document["code"]
