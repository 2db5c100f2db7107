"""The shop of the simulated day: items on shelves, stock, people, and a database that is watched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, time
from typing import Any, TypeVar

from sqlalchemy import Connection

from site_sync.domain.catalogue import Item
from site_sync.domain.deadlines import Calendar
from site_sync.domain.money import Money
from site_sync.domain.permissions import Role
from site_sync.domain.policies import DeadlineRule, Policies, Policy
from site_sync.domain.shop import DeliveryMethod, StaffMember, Store, Tender, TenderKind
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import reservations
from site_sync.service.database import records
from site_sync.service.database.engine import Database
from site_sync.service.database.transaction import Transaction

T = TypeVar("T")
MORNING = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
"""Eight o'clock in Copenhagen on a Tuesday."""
OPEN = Calendar("Europe/Copenhagen", (((time(8), time(20)),),) * 7)
PICKERS = tuple(StaffMember(f"picker-{n}", f"Picker {n}", Role.PICKER) for n in (1, 2, 3))
COUNTER = tuple(StaffMember(f"counter-{n}", f"Counter {n}", Role.SUPERVISOR) for n in (1, 2))


def ean(number: int) -> str:
    """A bar code of twelve digits with its check digit."""
    body = f"{number:012}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


ITEMS = tuple(
    Item(
        f"SKU-{n:02}",
        f"Thing {n:02}",
        Money(500 + 137 * n, "EUR"),
        2_500,
        (ean(5_799_410_000_00 + n),),
        category="things",
        shelf=f"{'ABCD'[n % 4]}{n:02}",
    )
    for n in range(40)
)
POLICY = Policy(
    deadline=DeadlineRule(hours=4), reminder_hours=2, last_reminder_hours=1, preparation_minutes=60
)


def fill(tx: Transaction) -> None:
    """Lay the shop into an empty database: plenty of most things, little of some."""
    stores = [Store(code, f"Shop {code}", calendar=OPEN, shelves=("C1", "C2")) for code in ("S01", "S02")]
    records.save(tx, RecordKind.STORE, *stores)
    records.save(tx, RecordKind.STAFF, *PICKERS, *COUNTER)
    records.save(tx, RecordKind.ITEM, *ITEMS)
    records.save(tx, RecordKind.POLICIES, Policies(POLICY))
    records.save(tx, RecordKind.TENDER, Tender("cash", TenderKind.CASH, {"en": "Cash"}))
    records.save(tx, RecordKind.DELIVERY_METHOD, DeliveryMethod("collect", {"en": "Collect"}))
    levels = [StockLevel(item.sku, "S01", 26 if n % 8 == 0 else 150) for n, item in enumerate(ITEMS)]
    reservations.set_levels(tx, levels + [StockLevel(item.sku, "S02", 60) for item in ITEMS])


class Watched:
    """The database, looked at at the end of every transaction: reserved is what open lines hold, always."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.url = database.url
        self.commits = 0
        self.drifts: list[Any] = []

    def read(self, work: Callable[[Connection], T]) -> T:
        """As the database."""
        return self._database.read(work)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """As the database; then the look."""

        def watched(tx: Transaction) -> T:
            done = work(tx)
            self.commits += 1
            self.drifts += reservations.drifts(tx)
            return done

        return self._database.write(watched)

    def write_each(self, works: Iterable[Callable[[Transaction], T]]) -> Iterator[T]:
        """One after the other."""
        return (self.write(work) for work in works)

    def on_commit(self, listener: Callable[[int], None]) -> None:
        """As the database."""
        self._database.on_commit(listener)

    def close(self) -> None:
        """As the database."""
        self._database.close()
