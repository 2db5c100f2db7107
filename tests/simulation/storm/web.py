"""A web shop of the storm: calls made twice, webhooks that come late, twice and out of order."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from site_sync.protocol import web_shop
from site_sync.protocol.problems import ProblemFound
from site_sync.protocol.web_shop import CancelRequest, OrderRequest
from site_sync.service import webhook_desk, webhook_outbox
from site_sync.service.jobs import webhooks
from site_sync.service.links import Links
from site_sync.service.web_orders import Caller, Once, WebOrders
from site_sync.service.webhook_delivery import Attempt
from site_sync.service.webhook_outbox import Subscription
from tests.simulation.storm.door import Door
from tests.simulation.storm.shop import ITEMS, STORES
from tests.simulation.storm.stand_ins import standing_in

SHOP = Caller("shop")
ENDPOINT = "endpoint-1"


def subscribe(door: Door) -> None:
    """The shop wants to hear of its orders."""
    secret = webhook_desk.kept_secret(door.site, ENDPOINT, "whsec_" + "c3Rvcm0" * 6)
    new = Subscription(ENDPOINT, SHOP.id, "http://shop.example/hook", (), secret)
    door.database.write(lambda tx: webhook_outbox.subscribe(tx, new, door.site.now()))


@dataclass
class WebShop:
    """Its orders as it made them, and what it was told of them since."""

    door: Door
    fired: Counter[str]
    made: dict[str, str] = field(default_factory=dict)
    told: dict[str, tuple[int, str]] = field(default_factory=dict)
    heard: Counter[str] = field(default_factory=Counter)
    luck: Random = field(default_factory=lambda: Random(0))
    stormy: bool = False
    broken: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    def _orders(self) -> WebOrders:
        site = self.door.site
        return WebOrders(site, Links(site.settings.public_address, site.keys.code_key))

    def act(self, draw: Random) -> None:
        """Make an order, or change one; a call whose answer was lost is made again."""
        kind = draw.random()
        if kind < 0.6 or not self.made:
            self._make(draw)
        elif kind < 0.8:
            self._pay(draw)
        else:
            self._cancel(draw)

    def _make(self, draw: Random) -> None:
        external = f"web-{len(self.made)}-{draw.randrange(10_000)}"
        lines = [
            {"sku": item.sku, "quantity": draw.choice((1, 1, 2))}
            for item in draw.sample(ITEMS, draw.choice((1, 2)))
        ]
        body = {
            "external_id": external,
            "delivery": {"method": "collect", "store": draw.choice(STORES)},
            "customer": {"name": "Wanda", "email": "wanda@example.com", "language": "en"},
            "lines": lines,
        }
        text = json.dumps(body)
        request = OrderRequest.model_validate_json(text)
        once = Once(f"key-{external}", hashlib.sha256(text.encode()).hexdigest())
        ids = [order.id for order in self._again(draw, lambda: self._orders().create(SHOP, once, request))]
        if len(set(ids)) > 1:
            self.broken.append(f"2: {external} became {len(set(ids))} orders")
        if ids:
            self.made[external] = ids[0]

    def _again(self, draw: Random, call: Callable[[], Any]) -> list[Any]:
        found = []
        for _ in range(2 if draw.random() < 0.3 else 1):
            try:
                found.append(call().order)
            except ProblemFound:
                continue
        return found

    def _pay(self, draw: Random) -> None:
        order_id = draw.choice(sorted(self.made.values()))
        reference = f"paid-{draw.randrange(1_000_000)}"
        words = web_shop.Payment.model_validate_json(
            json.dumps(
                {"kind": "captured", "reference": reference, "amount": {"amount": 500, "currency": "EUR"}}
            )
        )
        orders = self._again(draw, lambda: self._orders().pay(SHOP, order_id, words))
        counts = [sum(paid.id == reference for paid in order.payments) for order in orders]
        if any(count != 1 for count in counts):
            self.broken.append(f"5: {reference} counts {counts} times")

    def _cancel(self, draw: Random) -> None:
        order_id = draw.choice(sorted(self.made.values()))
        words = CancelRequest.model_validate_json("{}")
        self._again(draw, lambda: self._orders().cancel(SHOP, order_id, words))

    # what the shop is told

    def take(self, _url: str, body: str, _signed: dict[str, str]) -> Attempt:
        """One webhook arrives, or seems not to."""
        fate = self.luck.random() if self.stormy else 1.0
        if fate < 0.3:
            self.fired["webhook lost"] += 1
            return Attempt(False, False, "unreachable")
        if fate < 0.55:
            self.fired["webhook late and out of order"] += 1
            self.waiting.append(body)
            return Attempt(False, False, "timed out")
        self.hear(body)
        if fate < 0.8:
            self.fired["webhook delivered twice"] += 1
            return Attempt(False, False, "the answer was lost")
        return Attempt(True, False, "200")

    def hear(self, body: str) -> None:
        """Read one event; an older one changes nothing."""
        event = json.loads(body)
        self.heard[event["id"]] += 1
        order = event["data"]["order"]
        version = int(event["order_version"])
        if version >= self.told.get(order["id"], (0, ""))[0]:
            self.told[order["id"]] = (version, json.dumps(order, sort_keys=True))

    def expects(self) -> bool:
        """Whether something still travels to the shop."""
        query = "SELECT count(*) FROM webhook_deliveries WHERE state IN ('waiting', 'sending')"
        return bool(self.waiting or self.door.database.raw.execute(query).fetchone()[0])

    def send(self) -> None:
        """The site's job, and what travelled elsewhere meanwhile."""
        with delivered_by(self.take):
            webhooks.send_webhooks(self.door.site)
        late, self.waiting = self.waiting, []
        for body in late:
            self.hear(body)


class _Inline:
    """A pool that does the work where it is given."""

    def __init__(self, *_given: Any, **_more: Any) -> None:
        self._done: list[Any] = []

    def __enter__(self) -> _Inline:
        return self

    def __exit__(self, *_error: object) -> None:
        return

    def submit(self, work: Callable[..., Any], *given: Any) -> _Inline:
        """Do it now."""
        work(*given)
        return self

    def result(self) -> None:
        """It is done."""


def delivered_by(take: Callable[[str, str, dict[str, str]], Attempt]) -> AbstractContextManager[None]:
    """Webhooks of the site's job go there instead of over HTTP."""
    return standing_in((webhooks, "deliver", take), (webhooks, "ThreadPoolExecutor", _Inline))
