"""A shop that works while drills go on: a site that can die and come back, real tills, a web shop."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import uuid_utils
from pydantic import SecretStr

from site_sync.protocol.changes import Enrol
from site_sync.service import changes, enrolment
from site_sync.service.api import web_shop as web_shop_routes
from site_sync.service.app import create_app
from site_sync.service.database.transaction import Executor
from site_sync.service.enrolment import NewTill
from site_sync.service.settings import Settings
from site_sync.service.wiring import Site, Surroundings, open_site
from site_sync.worker.client import SiteClient, enrol
from site_sync.worker.ports import Place
from site_sync.worker.worker import Lane
from tests.fixtures.ports import find_free_port
from tests.service import serving
from tests.service.web_shop import WebShop
from tests.simulation.storm import acts, shop
from tests.simulation.storm.template import CODE_KEY, SEAL_KEY
from tests.simulation.storm.till import SimTill, VirtualClock

PLACES = (("S01", "01"), ("S01", "02"), ("S02", "01"))
PATIENCE = 400
"""Turns in which everything must have come to rest after a restore."""


class DrillTill(SimTill):
    """A till of the storm that speaks real HTTP; `hears` tells whether the site has news for it.

    Asked for none, the site would answer after its longest wait: what concerns another store is no news.
    """

    hears: Callable[[Place], bool]

    def _connected(self, _lane: Lane, place: Place) -> Any:
        client: Any = self._client
        if client is None:
            client = self._client = SiteClient(place.site_url, place.token, place.service)  # type: ignore[assignment]
        return client

    def _waits_for_news(self, place: Place) -> bool:
        state = self.worker.state
        return state.started and not state.more and not self.hears(place)

    @property
    def settled(self) -> bool:
        """Whether nothing waits, and the till knows all that the site tells."""
        return not self.store.outbox.pending_count() and self._waits_for_news(self.store.site_side.place())

    def hang_up(self) -> None:
        """End the connections to the site."""
        client: Any = self._client
        if client is not None:
            client.close()
        self._client = None


@dataclass
class Said:
    """What the web shop sent, to be sent again as long as it does not know that it arrived."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    paid: list[tuple[str, str]] = field(default_factory=list)


def _has_news(db: Executor, store: str, after: int) -> bool:
    """Whether a change after this one concerns the store, or all that came since is no longer there."""
    latest = changes.head(db)
    since = changes.entries_from(db, after, latest)
    while since:
        if any(entry.concerns(store) for entry in since):
            return True
        since = changes.entries(db, since[-1].position)
    return since is None


class Floor:
    """The whole shop on one database; everything that happens is drawn from one seed."""

    def __init__(self, url: str, folder: Path, seed: int) -> None:
        self.draw, self.clock = Random(seed), VirtualClock(shop.NOON)
        code, seal = SecretStr(CODE_KEY), SecretStr(SEAL_KEY)
        self.settings = Settings(database=url, data_dir=folder / "site", code_key=code, seal_key=seal)
        self.around = Surroundings(lambda: self.clock.now, lambda: str(uuid_utils.uuid7()), os.urandom)
        self._port = find_free_port()
        self._serving: AbstractContextManager[str] | None = None
        self.site = self.start()
        self.site.database.write(shop.fill)
        self.shop, self.said = WebShop(self.address, self.site), Said()
        self.tills = [self._let_in(store, number, folder) for store, number in PLACES]

    @property
    def address(self) -> str:
        """Where the site is reached, before and after it died."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> Site:
        """The site's process starts."""
        self.site = open_site(self.settings, self.around)
        app = create_app(self.site, web_shop_routes.routers(self.site))
        self._serving = serving.served(app, port=self._port)
        self._serving.__enter__()
        return self.site

    def stop(self) -> None:
        """The site's process ends; whoever was speaking with it is cut off."""
        if self._serving is not None:
            self._serving.__exit__(None, None, None)
            self._serving = None
            self.site.close()

    def close(self) -> None:
        """Everybody goes home."""
        self.stop()
        self.shop.http.close()
        for till in self.tills:
            till.hang_up()
            till.close()

    def _hears(self, store: str, place: Place) -> bool:
        """Whether a till of the store at this place would be answered at once."""
        if self._serving is None or not place.cursor:
            return True
        epoch, after = changes.cursor_place(place.cursor)
        if epoch != self.site.identity.epoch:
            return True
        return self.site.database.read(lambda db: _has_news(db, store, after))

    def _let_in(self, store: str, number: str, folder: Path) -> DrillTill:
        name = f"{store}-{number}"
        nothing: Any = None
        till = DrillTill(name, store, folder / name, nothing, self.clock)
        till.hears = partial(self._hears, store)
        code = f"CODE-{store}{number}"
        place = NewTill(store, number)
        self.site.database.write(lambda tx: enrolment.offer(tx, code, place, self.clock.now))
        till.store.identity.enrol(enrol(self.address, Enrol(code=code, device_name=name)), self.address)
        till.open_again()
        till.meet(40)
        till.do(lambda desk: acts.begin_shift(desk, self._staff(till), self.draw))
        return till

    def _staff(self, till: DrillTill) -> Any:
        acting = till.acting("anna")
        assert acting is not None, f"nobody may sign in at {till.name}"
        return acting

    # what happens

    def step(self, *, online: bool = True) -> None:
        """Somebody does something; now and then tills and site talk."""
        self.clock.forward(seconds=self.draw.choice((5, 40, 90)))
        if online and self.draw.random() < 0.2:
            self._shop_acts()
            return
        till = self.draw.choice(self.tills)
        till.do(lambda desk: acts.drawn(desk, self._staff(till), self.draw))
        if online and self.draw.random() < 0.6:
            till.meet()

    def _shop_acts(self) -> None:
        if self.said.ids and self.draw.random() < 0.3:
            external = self.draw.choice(sorted(self.said.ids))
            self.said.paid.append((external, f"paid-{len(self.said.paid)}"))
            self._pay(*self.said.paid[-1])
            return
        picked = self.draw.sample(shop.ITEMS, self.draw.choice((1, 2)))
        lines = [{"sku": item.sku, "quantity": self.draw.choice((1, 1, 2))} for item in picked]
        delivery = {"method": "collect", "store": self.draw.choice(shop.STORES)}
        external = f"web-{len(self.said.orders)}"
        self.said.orders[external] = self.shop.order(*lines, external_id=external, delivery=delivery)
        self._order(external)

    def _order(self, external: str) -> bool:
        """Send an order, maybe once more; whether the site has it now."""
        answer = self.shop.create(self.said.orders[external], f"key-{external}")
        assert answer.status_code in (200, 201, 409), answer.text
        if answer.status_code != 409:
            self.said.ids[external] = answer.json()["id"]
        return answer.status_code != 409

    def _pay(self, external: str, reference: str) -> None:
        body = {"kind": "captured", "reference": reference, "amount": {"amount": 500, "currency": "EUR"}}
        answer = self.shop.post(f"orders/{self.said.ids[external]}/payments", body)
        assert answer.status_code in (200, 201, 409, 422), answer.text
        if answer.status_code >= 400:
            self.said.paid.remove((external, reference))

    def meet(self) -> None:
        """Every till talks with its site for a moment."""
        for till in self.tills:
            till.meet()

    def heal(self) -> int:
        """Tills come to rest, the shop sends again what it sent since. How many turns that took."""
        away: list[str] | None = None
        for turn in range(PATIENCE):
            if all(till.settled for till in self.tills):
                if away is not None:
                    self._give_up(away)
                    return turn
                away = self._sent_again(list(self.said.orders))
            self.clock.forward(seconds=20)
            self.meet()
        waiting = {till.name: till.store.outbox.pending_count() for till in self.tills}
        raise AssertionError(f"the tills did not come to rest: {waiting}")

    def _sent_again(self, away: list[str]) -> list[str]:
        """The shop's orders, which the site refuses while the goods are promised otherwise; what is left."""
        left = [external for external in away if not self._order(external)]
        for external, reference in list(self.said.paid):
            if external in away and external not in left:
                self._pay(external, reference)
        return left

    def _give_up(self, away: list[str]) -> None:
        """What somebody else was promised while the site was away does not come back: the shop is told."""
        for external in away:
            self.said.ids.pop(external, None)
        self.said.paid = [one for one in self.said.paid if one[0] not in away]
