"""A small shop to test the site with: two stores, four people, three items, and the commands they give."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import count

from site_sync.domain.catalogue import Item
from site_sync.domain.commands import Act, Command, Create
from site_sync.domain.customers import Customer
from site_sync.domain.deadlines import Calendar
from site_sync.domain.money import Money
from site_sync.domain.numbers import till_number
from site_sync.domain.orders import Delivery, OrderKind
from site_sync.domain.particulars import Actor, ActorKind, NewLine
from site_sync.domain.permissions import Right, Role
from site_sync.domain.shop import StaffMember, Store
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import reservations
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.orders import Authority

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ALL_RIGHTS = Authority(frozenset(Right))
ANNA = Actor(ActorKind.STAFF, "anna", "Anna")
OPEN_ALL_WEEK = Calendar("Europe/Copenhagen", (((time(9), time(18)),),) * 7)
STAFF = (
    StaffMember("anna", "Anna", Role.SUPERVISOR),
    StaffMember("ben", "Ben", Role.CASHIER),
    StaffMember("carl", "Carl", Role.PICKER),
    StaffMember("gone", "Gone", Role.CASHIER, active=False),
)
JACKET = Item("JKT", "Trail jacket", Money(12_900, "EUR"), 2500, ("5799410001114",))
STOVE = Item("STV", "Stove", Money(4_000, "EUR"), 2500, ("5799410000377",))
TENT = Item("TNT", "Tent", Money(30_000, "EUR"), 2500)


def fill(tx: Transaction) -> None:
    """Lay the shop into an empty database."""
    stores = [Store(code, f"Shop {code}", calendar=OPEN_ALL_WEEK) for code in ("S01", "S02")]
    records.save(tx, RecordKind.STORE, *stores)
    records.save(tx, RecordKind.STAFF, *STAFF)
    records.save(tx, RecordKind.ITEM, JACKET, STOVE, TENT)
    levels = [StockLevel(item.sku, store, 10) for item in (JACKET, STOVE) for store in ("S01", "S02")]
    reservations.set_levels(tx, [*levels, StockLevel("TNT", "S01", 1)])


def new_line(item: Item, quantity: int = 1, source_store: str = "") -> NewLine:
    """A line for an item at its price."""
    return NewLine(
        item.sku, item.name, quantity, item.price, item.tax_rate, unit=item.unit, source_store=source_store
    )


class Commands:
    """Makes commands with ids and numbers that count, all given by one person at one till."""

    def __init__(self, store: str = "S01", till: str = "02", by: Actor = ANNA, at: datetime = NOON) -> None:
        self.store, self.till, self.by, self.at = store, till, by, at
        self._ids: Iterator[int] = count(1)

    def id(self, what: str) -> str:
        """The next id."""
        return f"{what}-{self.store}-{self.till}-{next(self._ids)}"

    def give(self, order_id: str, act: Act) -> Command:
        """One act on one order, a minute after the one before."""
        self.at += timedelta(minutes=1)
        return Command(
            self.id("command"), order_id, self.at, self.by, act, store=self.store, till=self.till, shift="z1"
        )

    def create(self, *lines: NewLine, **changes: object) -> Command:
        """A customer order to collect at this store."""
        given: dict[str, object] = {
            "order_kind": OrderKind.CUSTOMER_ORDER,
            "number": till_number(self.store, self.till, next(self._ids)),
            "currency": "EUR",
            "customer": Customer(name="Maria Jensen", email="maria@example.com"),
            "delivery": Delivery(store=self.store),
            "lines": lines or (new_line(JACKET),),
        }
        return self.give(self.id("order"), Create(**{**given, **changes}))  # type: ignore[arg-type]
