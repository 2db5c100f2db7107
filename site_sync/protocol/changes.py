"""Changes on their way down: records of the shop as the site holds them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from site_sync.domain.catalogue import Category, Item
from site_sync.domain.customers import Customer
from site_sync.domain.history import OrderRecord
from site_sync.domain.leases import Lease
from site_sync.domain.policies import Policies
from site_sync.domain.problems import ProblemRecord
from site_sync.domain.shop import DeliveryMethod, Reason, Source, StaffMember, Store, Tender
from site_sync.domain.stock import StockLevel
from site_sync.protocol.codec import PRINTABLE, Codec, Words


class RecordKind(StrEnum):
    """What a change is about."""

    STORE = "store"
    CATEGORY = "category"
    ITEM = "item"
    STOCK = "stock"
    STAFF = "staff"
    CUSTOMER = "customer"
    DELIVERY_METHOD = "delivery_method"
    SOURCE = "source"
    TENDER = "tender"
    POLICIES = "policies"
    REASON = "reason"
    ORDER = "order"
    PROBLEM = "problem"
    LEASE = "lease"


RECORDS: dict[RecordKind, Codec[Any]] = {
    RecordKind.STORE: Codec(Store, "store"),
    RecordKind.CATEGORY: Codec(Category, "category"),
    RecordKind.ITEM: Codec(Item, "item"),
    RecordKind.STOCK: Codec(StockLevel, "stock level"),
    RecordKind.STAFF: Codec(StaffMember, "staff member"),
    RecordKind.CUSTOMER: Codec(Customer, "customer"),
    RecordKind.DELIVERY_METHOD: Codec(DeliveryMethod, "delivery method"),
    RecordKind.SOURCE: Codec(Source, "source"),
    RecordKind.TENDER: Codec(Tender, "tender"),
    RecordKind.POLICIES: Codec(Policies, "policies"),
    RecordKind.REASON: Codec(Reason, "reason"),
    RecordKind.ORDER: Codec(OrderRecord, "order record"),
    RecordKind.PROBLEM: Codec(ProblemRecord, "problem"),
    RecordKind.LEASE: Codec(Lease, "lease"),
}
"""Codec of each kind's body. Keys: store/category/source/… code, item sku, stock `store/sku`, lease
`device/sku`, others their id; policies have the one key `policies`. An order's body is an OrderRecord."""


class Change(Words):
    """One record as it is now; `body` is its JSON text, None when the record is gone."""

    kind: RecordKind
    key: str
    version: int
    body: str | None


class Changes(Words):
    """Whole batches in commit order; `cursor` is opaque and goes into the next request."""

    service: str
    nonce: str
    epoch: str
    site_time: datetime
    cursor: str
    changes: tuple[Change, ...] = ()
    more: bool = False


MOST_STARTS = 1_000_000_000


class Enrol(Words):
    """A till asks in with a one-time code; `holds_for` is the till whose commands wait in it, as `S01-02`."""

    code: str = Field(min_length=6, max_length=64)
    device_name: str = Field(default="", max_length=80, pattern=PRINTABLE)
    version: str = Field(default="", max_length=40, pattern=PRINTABLE)
    holds_for: str = Field(default="", max_length=64, pattern=PRINTABLE)


class Enrolled(Words):
    """What a till needs to take part: keep `token` and `code_key` (hex) secret."""

    service: str
    epoch: str
    device: str
    token: str
    store: str
    till: str
    profile: str
    code_key: str


class Start(Words):
    """What a starting till says: the incarnation it had last (None: its first start), its version, whether it
    takes stock on lease."""

    incarnation: int | None = Field(default=None, ge=0, le=MOST_STARTS)
    version: str = Field(default="", max_length=40, pattern=PRINTABLE)
    protocol: int = 1
    leases: bool = False


class Started(Words):
    """A till starts: its incarnation, the seq the site waits for, the highest number it ever gave."""

    service: str
    epoch: str
    site_time: datetime
    incarnation: int
    next_seq: int
    numbers_used: int = 0
