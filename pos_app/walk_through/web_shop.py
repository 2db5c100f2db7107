"""A web shop that calls the site's public API over HTTP with its key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of a call; a JSON body is read."""

    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class WebShop:
    """Knows the site's address and its own key, nothing else."""

    url: str
    key: str

    def order(self, body: dict[str, Any], *, once: str) -> Answer:
        """Send an order; `once` makes a repetition find the same one."""
        return self._call("POST", "/api/v1/orders", body, {"Idempotency-Key": once})

    def cancel(self, order: str, reason: str) -> Answer:
        """Take an order back as a whole."""
        return self._call("POST", f"/api/v1/orders/{order}/cancel", {"reason": reason})

    def look_up(self, order: str) -> Answer:
        """One order as the centre knows it."""
        return self._call("GET", f"/api/v1/orders/{order}")

    def available(self, store: str, sku: str) -> int:
        """How many units of an item the store can promise now."""
        asked = {"store": store, "lines": [{"sku": sku, "quantity": 1}]}
        answer = self._call("POST", "/api/v1/availability", asked)
        return int(answer.body["stores"][0]["lines"][0]["available"])

    def page(self, address: str) -> Answer:
        """A page of the site as a customer's phone gets it."""
        return _asked(Request(address))  # noqa: S310 - as below

    def _call(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> Answer:
        data = json.dumps(body).encode() if body is not None else None
        words = {"Authorization": f"Bearer {self.key}", **(headers or {})}
        if data is not None:
            words["Content-Type"] = "application/json"
        request = Request(f"{self.url}{path}", data, words, method=method)  # noqa: S310 - as below
        return _asked(request)


def _asked(request: Request) -> Answer:
    """What the site answers; its refusals are answers too."""
    try:
        with urlopen(request, timeout=SECONDS) as reply:  # noqa: S310 - our own site on loopback
            return Answer(int(reply.status), _read(reply.headers.get_content_type(), reply.read()))
    except HTTPError as refused:
        with refused:
            return Answer(int(refused.code), _read(refused.headers.get_content_type(), refused.read()))


def _read(kind: str, raw: bytes) -> Any:
    text = raw.decode("utf-8", "replace")
    return json.loads(text) if kind.endswith("json") and text else text


CREATED = int(HTTPStatus.CREATED)
OK = int(HTTPStatus.OK)
