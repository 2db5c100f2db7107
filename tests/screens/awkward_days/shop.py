"""The shop of the awkward days: two stores, a few people, things on shelves, and what it has settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from site_sync.domain.catalogue import Category, Item, ItemKind
from site_sync.domain.customers import Customer
from site_sync.domain.deadlines import Calendar
from site_sync.domain.money import Money
from site_sync.domain.orders import DeliveryMode
from site_sync.domain.policies import DeadlineRule, DepositAtEnd, DepositPolicy, Policies, Policy
from site_sync.domain.sales import ReturnTo
from site_sync.domain.shop import DeliveryMethod, Reason, ReasonFor, Source, Store, Tender, TenderKind
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import reservations
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from tests.desks import BOSS, CASHIER, PICKER, with_pin
from tests.simulation.shop import ean

HARBOUR, HILL = "S01", "S02"
OPEN = Calendar("Europe/Copenhagen", (((time(8), time(20)),),) * 7)
JACKET, BOTTLE, TENT, MAT, LAMP, STOVE, BAG, POLES = (
    "JKT-1", "BTL-2", "TNT-3", "MAT-4", "LMP-5", "STV-6", "BAG-7", "POL-8",
)  # fmt: skip
THINGS = (
    (JACKET, "Trail jacket", 12_900, "clothes"),
    (BOTTLE, "Steel bottle", 1_995, "kitchen"),
    (TENT, "Tent two", 29_900, "camp"),
    (MAT, "Sleeping mat", 4_999, "camp"),
    (LAMP, "Head lamp", 3_250, "camp"),
    (STOVE, "Gas stove", 4_500, "kitchen"),
    (BAG, "Sleeping bag", 8_900, "camp"),
    (POLES, "Trekking poles", 5_900, "camp"),
)
CATEGORIES = (("clothes", "Clothes"), ("camp", "Camp"), ("kitchen", "Kitchen"))
ITEMS = tuple(
    Item(
        sku,
        name,
        Money(price, "EUR"),
        2_500,
        (ean(5_799_410_000_00 + n),),
        category=group,
        shelf=f"A{n}-1",
        favourite=n,
    )
    for n, (sku, name, price, group) in enumerate(THINGS, start=1)
)
GIFT = Item("GIFT", "Gift card", Money(0, "EUR"), 0, kind=ItemKind.GIFT_CARD, open_price=True)
MARIA, TOM, AISHA, JONAS, LENA = (
    Customer(f"c{n}", name, f"+452030405{n}", f"{name.split()[0].lower()}@example.com", f"MC-{70 + n}")
    for n, name in enumerate(
        ("Maria Jensen", "Tom Becker", "Aisha Rahman", "Jonas Lund", "Lena Fischer"), start=1
    )
)
POLICY = Policy(
    deposit=DepositPolicy(minimum_percent=2_000),
    deadline=DeadlineRule(hours=48),
    deposit_at_expiry=DepositAtEnd.CREDIT,
    preparation_minutes=60,
)
METHODS = (
    DeliveryMethod("collect", {"en": "Collect here"}, order=1),
    DeliveryMethod(
        "ship",
        {"en": "Ship"},
        DeliveryMode.SHIP,
        Money(590, "EUR"),
        needs_address=True,
        needs_store=False,
        order=2,
        carriers=("DHL", "GLS"),
    ),
)
TENDERS = (
    Tender("cash", TenderKind.CASH, {"en": "Cash"}, 1, opens_drawer=True),
    Tender("card", TenderKind.CARD, {"en": "Card"}, 2),
    Tender("gift_card", TenderKind.GIFT_CARD, {"en": "Gift card"}, 3),
    Tender("credit", TenderKind.CREDIT, {"en": "Credit"}, 4),
)
REASONS = (
    Reason("mind", ReasonFor.CANCEL, {"en": "Customer changed their mind"}, order=1),
    Reason("late", ReasonFor.CANCEL, {"en": "Too late for the customer"}, order=2),
    Reason("size", ReasonFor.RETURN, {"en": "Wrong size"}, order=3),
    Reason("card", ReasonFor.REFUND_OTHER_TENDER, {"en": "Card is lost"}),
    Reason("broken", ReasonFor.RETURN, {"en": "Broken"}, ReturnTo.DAMAGED, 4),
)


def fill(tx: Transaction) -> None:
    """Lay the shop into an empty site."""
    stores = ((HARBOUR, "Harbour"), (HILL, "Hill"))
    shops = [Store(code, name, calendar=OPEN, shelves=("C1", "C2", "C3")) for code, name in stores]
    records.save(tx, RecordKind.STORE, *shops)
    records.save(tx, RecordKind.STAFF, *(with_pin(who) for who in (BOSS, CASHIER)), PICKER)
    records.save(tx, RecordKind.CATEGORY, *(Category(code, {"en": name}) for code, name in CATEGORIES))
    records.save(tx, RecordKind.ITEM, *ITEMS, GIFT)
    records.save(tx, RecordKind.CUSTOMER, MARIA, TOM, AISHA, JONAS, LENA)
    records.save(tx, RecordKind.POLICIES, Policies(POLICY))
    records.save(tx, RecordKind.DELIVERY_METHOD, *METHODS)
    records.save(tx, RecordKind.SOURCE, Source("till", {"en": "Till"}), Source("phone", {"en": "Phone"}))
    records.save(tx, RecordKind.TENDER, *TENDERS)
    records.save(tx, RecordKind.REASON, *REASONS)
    levels = [StockLevel(item.sku, store, 40) for item in ITEMS for store in (HARBOUR, HILL)]
    reservations.set_levels(tx, levels)


def dearer(tx: Transaction, sku: str, price: int) -> None:
    """The shop settles a new price."""
    item = next(one for one in ITEMS if one.sku == sku)
    records.save(tx, RecordKind.ITEM, replace(item, price=Money(price, "EUR")))


def barcode(sku: str) -> str:
    """What a scanner reads on an item."""
    return next(one.barcodes[0] for one in ITEMS if one.sku == sku)
