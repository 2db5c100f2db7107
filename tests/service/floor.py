"""The shop floor for tests that need an order further on: picked, ready, collected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from site_sync.domain.commands import Act, Collect, Command, ConfirmPicking, Create, Pick, ReportShort
from site_sync.domain.customers import Customer
from site_sync.domain.deposits import balance
from site_sync.domain.lifecycle import Decision
from site_sync.domain.money import Money
from site_sync.domain.numbers import web_number
from site_sync.domain.orders import Delivery, Order, OrderKind
from site_sync.domain.particulars import BagPlace, Identity, IdentityBy, NewLine, Tendered
from site_sync.service import orders
from site_sync.service.links import Links
from site_sync.service.wiring import Site
from tests.service.shop import ALL_RIGHTS, ANNA, JACKET, STOVE, new_line

MARIA = Customer(name="Maria Jensen", email="maria@example.com", phone="+4520114307", language="en")


def links(site: Site) -> Links:
    """The site's links."""
    return Links(site.settings.public_address, site.keys.code_key)


class Floor:
    """Anna does everything, at S01, at the site's time."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._count = 0

    def give(self, order_id: str, act: Act) -> Order:
        """One act that must be possible."""
        now = self.site.now()
        command = Command(self.site.new_id(), order_id, now, ANNA, act, store="S01", till="02", reason="test")
        outcome = self.site.database.write(lambda tx: orders.apply(tx, command, ALL_RIGHTS, now))
        assert isinstance(outcome, Decision), outcome
        return outcome.order

    def one_stove(self) -> tuple[NewLine, ...]:
        """The smallest order."""
        return (new_line(STOVE),)

    def ordered(self, **changes: Any) -> Order:
        """Two jackets and a stove to collect at S01."""
        self._count += 1
        order_id = self.site.new_id()
        code_hash, page_hash = links(self.site).hashes(order_id)
        given: dict[str, Any] = {
            "order_kind": OrderKind.CUSTOMER_ORDER,
            "number": web_number(self._count),
            "currency": "EUR",
            "customer": MARIA,
            "delivery": Delivery(store="S01"),
            "lines": (new_line(JACKET, 2), new_line(STOVE)),
            "source": "web-shop",
            "promised_at": self.site.now() + timedelta(hours=2),
            "code_hash": code_hash,
            "page_hash": page_hash,
        }
        return self.give(order_id, Create(**{**given, **changes}))

    def ready(self, **changes: Any) -> Order:
        """The jackets lie on shelf A1, the stove was not to be found."""
        order = self.ordered(**changes)
        self.give(order.id, Pick(1, 2, 1))
        self.give(order.id, ReportShort(2, 1))
        return self.give(order.id, ConfirmPicking((BagPlace(1, "A1"),)))

    def picked(self, order_id: str) -> Order:
        """The one unit of its first line lies on shelf A1."""
        self.give(order_id, Pick(1, 1, 1))
        return self.give(order_id, ConfirmPicking((BagPlace(1, "A1"),)))

    def collected(self, order: Order) -> Order:
        """Handed over to somebody known."""
        paid = Tendered("rest", "cash", Money(balance(order), "EUR"))
        return self.give(order.id, Collect(Identity(IdentityBy.KNOWN), payments=(paid,)))
