"""The shop of the storm: two stores, four people, five items of which there are few, small policies."""

from __future__ import annotations

from datetime import UTC, datetime, time

from site_sync.domain.catalogue import Item
from site_sync.domain.deadlines import Calendar
from site_sync.domain.money import Money
from site_sync.domain.permissions import Role
from site_sync.domain.policies import DeadlineRule, OfflineCollect, Policies, Policy
from site_sync.domain.shop import DeliveryMethod, Reason, ReasonFor, StaffMember, Store, Tender, TenderKind
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import reservations, sign_in
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.sign_in import NewKey

NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STORES = ("S01", "S02")
OPEN = Calendar("Europe/Copenhagen", (((time(8), time(20)),),) * 7)
EVE = "eve"
"""Who may lose their rights in the middle of a run."""
BOSS = "boss"
STAFF = (
    StaffMember(BOSS, "Bodil Boss", Role.MANAGER),
    StaffMember("anna", "Anna", Role.MANAGER),
    StaffMember(EVE, "Eve", Role.MANAGER),
    StaffMember("ben", "Ben", Role.CASHIER),
)
ITEMS = tuple(
    Item(f"SKU-{n}", f"Thing {n}", Money(700 + 333 * n, "EUR"), 2_500, category="things") for n in range(5)
)
FEW = (2, 3, 4, 8, 30)
"""How many of each item lie in each store: the last unit matters."""
BACK_ORDER = 2
"""What the second item may be promised beyond what is there."""
POLICY = Policy(
    deadline=DeadlineRule(hours=4),
    reminder_hours=2,
    last_reminder_hours=1,
    preparation_minutes=60,
    offline_collect=OfflineCollect.ALWAYS,
    needs_contact=False,
    lease_percent=60,
    lease_most=2,
)
SECRET = "5eed" * 16
"""What a web shop signs in with; it may lie in no database."""


def fill(tx: Transaction) -> None:
    """Lay the shop into an empty database."""
    kind = RecordKind
    stores = [Store(code, f"Shop {code}", calendar=OPEN, shelves=("C1", "C2")) for code in STORES]
    records.save(tx, kind.STORE, *stores)
    records.save(tx, kind.STAFF, *STAFF)
    records.save(tx, kind.ITEM, *ITEMS)
    records.save(tx, kind.POLICIES, Policies(POLICY))
    records.save(tx, kind.TENDER, Tender("cash", TenderKind.CASH, {"en": "Cash"}))
    records.save(tx, kind.DELIVERY_METHOD, DeliveryMethod("collect", {"en": "Collect"}))
    records.save(tx, kind.REASON, Reason("r1", ReasonFor.CANCEL, {"en": "Changed"}))
    reservations.set_levels(tx, [level for store in STORES for level in _levels(store)])
    sign_in.create_api_key(tx, NewKey("key-1", "shop", SECRET, ("orders:write",)), NOON)


def _levels(store: str) -> list[StockLevel]:
    allowed = (0, BACK_ORDER, 0, 0, 0)
    return [
        StockLevel(item.sku, store, few, back_order=more)
        for item, few, more in zip(ITEMS, FEW, allowed, strict=True)
    ]
