"""A till's desk on a real store in a folder, with a small shop in it and a clock that tests move."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from pos_app.operations.desk import Acting, Desk
from pos_app.store.store import Store
from site_sync.domain.catalogue import Item, ItemKind
from site_sync.domain.customers import Customer
from site_sync.domain.money import Money
from site_sync.domain.permissions import Role
from site_sync.domain.policies import Policies, Policy
from site_sync.domain.shop import DeliveryMethod, Reason, ReasonFor, StaffMember, Tender, TenderKind
from site_sync.domain.shop import Store as Shop
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RECORDS, Change, Changes, Enrolled, RecordKind, Started
from site_sync.protocol.pins import pin_pepper, pin_verifier
from tests.builders import NOW

KEY = bytes(range(32))
MARIA = Customer("c1", "Maria Jensen", "+4520304050", "maria@example.com", "MC-77")
PIN = "482913"
REASONS = (
    (ReasonFor.CANCEL, "Customer changed their mind"),
    (ReasonFor.DISCOUNT, "Small fault"),
    (ReasonFor.RETURN, "Wrong size"),
    (ReasonFor.CASH_OUT, "To the safe"),
    (ReasonFor.DRAWER, "Changing money"),
)
SKUS = ("JKT-1", "BTL-2", "TNT-3", "MAT-4", "LMP-5")
_K = RecordKind


def person(staff_id: str, name: str, role: Role, pin: str = "") -> StaffMember:
    """Somebody who works everywhere; the PIN is hashed only where a test signs in."""
    verifier = pin_verifier(pin_pepper(KEY), pin) if pin else ""
    return StaffMember(staff_id, name, role, pin_verifier=verifier)


CASHIER = person("clerk", "Karl Clerk", Role.CASHIER)
PICKER = person("picker", "Pia Picker", Role.PICKER)
BOSS = person("boss", "Bodil Boss", Role.MANAGER)


def items() -> list[Item]:
    """Five items in euro with bar codes, one of them weighed out in pieces of lamp oil."""
    return [
        Item(
            sku=sku,
            name=name,
            price=Money(price, "EUR"),
            tax_rate=2_500,
            barcodes=(f"579941000{number}00",),
            category="outdoor",
            shelf=f"A{number}-1",
            favourite=number,
        )
        for number, (sku, name, price) in enumerate(
            zip(
                SKUS,
                ("Trail jacket", "Steel bottle", "Tent two", "Sleeping mat", "Head lamp"),
                (12_900, 1_995, 29_900, 4_999, 3_250),
                strict=True,
            ),
            start=1,
        )
    ] + [Item("WAX", "Wax service", Money(2_000, "EUR"), 2_500, kind=ItemKind.SERVICE)]


@dataclass
class Clock:
    """A clock that stands until a test moves it."""

    now: datetime = NOW

    def read(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Bench:
    """One till under test."""

    desk: Desk
    clock: Clock
    online: list[bool] = field(default_factory=lambda: [True])
    version: Any = field(default_factory=lambda: count(1))

    @property
    def store(self) -> Store:
        return self.desk.store

    def tell(self, kind: RecordKind, key: str, value: Any) -> None:
        """The site tells of one record (None: it is gone)."""
        body = None if value is None else RECORDS[kind].text(value)
        change = Change(kind=kind, key=key, version=next(self.version), body=body)
        self.take((change,))

    def take(self, changes: tuple[Change, ...]) -> None:
        """The site tells of some records in one batch."""
        place = self.store.site_side.place()
        cursor = str(int(place.cursor or "0") + len(changes))
        words = Changes(
            service="site",
            nonce="",
            epoch=place.epoch,
            site_time=self.clock.now,
            cursor=cursor,
            changes=changes,
        )
        self.store.site_side.take_changes(words, self.clock.now)

    def put_on_shelf(self, sku: str, store: str, on_hand: int, reserved: int = 0) -> None:
        """The site tells of a stock level."""
        self.tell(_K.STOCK, f"{store}/{sku}", StockLevel(sku, store, on_hand, reserved))

    def fill(self) -> None:
        """The site tells of the whole shop, as after a file was lost."""
        self.store.identity.follow("e1", "0")
        _fill(self)

    def set_policy(self, policy: Policy) -> None:
        """The shop settles something else."""
        self.tell(_K.POLICIES, "policies", Policies(policy))


def acting(staff: StaffMember = BOSS, shift: str = "shift-1", reason: str = "") -> Acting:
    """Somebody at work in a shift."""
    return Acting(staff, shift, reason=reason)


def open_bench(folder: Path, till: str = "02") -> Bench:
    """A bench on a folder; a till that is new there is enrolled and given its shop."""
    clock, ids, online = Clock(), count(1), [True]
    store = Store(folder)
    start = store.counters.next("test-openings")
    desk = Desk(store, clock.read, lambda: f"id-{till}-{start}-{next(ids):05d}", lambda: online[0])
    bench = Bench(desk, clock, online)
    if not store.identity.read().enrolled:
        _enrol(bench, till)
        _fill(bench)
    return bench


def _enrol(bench: Bench, till: str) -> None:
    words = Enrolled(
        service="site", epoch="e1", device=f"device-{till}", token="t", store="S01", till=till,
        profile="till", code_key=KEY.hex(),
    )  # fmt: skip
    bench.store.identity.enrol(words, "http://127.0.0.1:9")
    bench.store.site_side.start(
        Started(service="site", epoch="e1", site_time=NOW, incarnation=1, next_seq=1), NOW
    )
    bench.store.identity.follow("e1", "0")


def _fill(bench: Bench) -> None:
    for code, name in (("S01", "Harbour"), ("S02", "Hill")):
        bench.tell(_K.STORE, code, Shop(code, name, shelves=("C1", "C2")))
    for staff in (CASHIER, PICKER, BOSS):
        bench.tell(_K.STAFF, staff.id, staff)
    names = {"en": "Cash"}
    bench.tell(_K.TENDER, "cash", Tender("cash", TenderKind.CASH, names, 1, 1, opens_drawer=True))
    bench.tell(_K.TENDER, "card", Tender("card", TenderKind.CARD, {"en": "Card"}, 2))
    bench.tell(_K.DELIVERY_METHOD, "collect", DeliveryMethod("collect", {"en": "Collect"}))
    bench.tell(_K.CUSTOMER, MARIA.id, MARIA)
    for number, (used_for, words) in enumerate(REASONS, start=1):
        reason = Reason(f"r{number}", used_for, {"en": words}, order=number)
        bench.tell(_K.REASON, reason.code, reason)
    for item in items():
        bench.tell(_K.ITEM, item.sku, item)
    for sku in SKUS:
        bench.put_on_shelf(sku, "S01", 20)
        bench.put_on_shelf(sku, "S02", 3)


def with_pin(staff: StaffMember, pin: str = PIN) -> StaffMember:
    """The same person with a PIN."""
    return replace(staff, pin_verifier=pin_verifier(pin_pepper(KEY), pin))
