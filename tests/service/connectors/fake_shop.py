"""A real HTTP server on loopback that plays a shop's own API, with faults by script."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "ck_1:cs_2"
TOKEN = "shpat_1"


@dataclass
class Fault:
    """What the next call meets: a status instead of an answer, or an answer lost after it was done."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False
    cut: bool = False


class FakeShop(ThreadingHTTPServer):
    """A shop; `calls` tells what it was asked, `faults` are met one by one, None is a call without one."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.orders: dict[str, dict[str, Any]] = {}
        self.notes: dict[str, list[str]] = {}
        self.shopify: dict[str, Any] = {"id": "gid://shopify/Order/1", "cancelledAt": None, "tags": []}
        self.calls: list[str] = []
        self.faults: list[Fault | None] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def put(self, *documents: dict[str, Any]) -> None:
        """Orders the shop has."""
        for document in documents:
            self.orders[str(document["id"])] = {"meta_data": [], **document}

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> Any:
        """What the shop says, None when there is no such thing."""
        parts = path.strip("/").split("/")
        if parts[-1] == "graphql.json":
            return self._graphql(body["query"], body["variables"])
        if parts[-1] == "orders.json":
            return {"orders": self._changed("updated_at", query["updated_at_min"], query["limit"])}
        if parts[-1] == "orders":
            listed = self._changed("date_modified_gmt", query["modified_after"], "9999", strictly=True)
            binned = query["status"] == "trash"
            listed = [one for one in listed if (one["status"] == "trash") == binned]
            size, page = int(query["per_page"]), int(query["page"])
            return listed[(page - 1) * size : page * size]
        if parts[4] not in self.orders:
            return None
        if parts[-1] == "notes":
            notes = self.notes.setdefault(parts[4], [])
            if method == "POST":
                notes.append(body["note"])
            return [{"note": note} for note in notes]
        if method == "PUT":
            self._change(self.orders[parts[4]], body)
        return self.orders[parts[4]]

    def _changed(self, name: str, since: str, limit: str, *, strictly: bool = False) -> list[Any]:
        since, orders = since.removesuffix("Z"), self.orders.values()
        later = [one for one in orders if one[name] > since or (not strictly and one[name] == since)]
        return sorted(later, key=lambda one: str(one[name]))[: int(limit)]

    @staticmethod
    def _change(order: dict[str, Any], body: dict[str, Any]) -> None:
        order["status"] = body.get("status", order["status"])
        for entry in body.get("meta_data", ()):
            kept = [one for one in order["meta_data"] if one["key"] != entry["key"]]
            order["meta_data"] = [*kept, entry]

    def _graphql(self, query: str, variables: dict[str, Any]) -> Any:
        if query.startswith("query"):
            return {"data": {"order": self.shopify}}
        nodes = self.shopify["fulfillmentOrders"]["nodes"]
        if "PreparedForPickup" in query:
            nodes[0]["status"] = "IN_PROGRESS"
        elif "fulfillmentCreate" in query:
            nodes[0]["status"] = "CLOSED"
        elif "orderCancel" in query:
            self.shopify["cancelledAt"] = "2026-11-20T12:00:00Z"
        elif "tagsAdd" in query:
            self.shopify["tags"] += variables["tags"]
        return {"data": {"done": {"userErrors": []}}}


class _Handler(BaseHTTPRequestHandler):
    server: FakeShop

    def _serve(self) -> None:
        shop, parts = self.server, urlsplit(self.path)
        size = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(size)) if size else None
        asked = body["query"].split("{")[1].split("(")[0].strip() if body and "query" in body else ""
        shop.calls.append(f"{self.command} {asked or parts.path.rpartition('v3')[2]}")
        fault = shop.faults.pop(0) if shop.faults else None
        if not self._opened():
            fault = Fault(401)
        if fault and fault.status:
            self._send(fault.status, b"sorry", fault.headers)
            return
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        found = shop.answer(self.command, parts.path, query, body)
        raw = json.dumps(found).encode()
        if fault and fault.lost:
            self.close_connection = True
            return
        self._send(404 if found is None else 200, raw[: len(raw) // 2] if fault and fault.cut else raw, {})

    do_GET = do_POST = do_PUT = _serve

    def _opened(self) -> bool:
        basic = "Basic " + base64.b64encode(KEY.encode()).decode()
        if token := self.headers.get("x-shopify-access-token"):
            return token == TOKEN
        return self.headers.get("authorization") == basic

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def running_shop() -> Iterator[FakeShop]:
    """A shop that answers."""
    shop = FakeShop()
    thread = threading.Thread(target=shop.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield shop
    finally:
        shop.shutdown()
        thread.join()
        shop.server_close()
