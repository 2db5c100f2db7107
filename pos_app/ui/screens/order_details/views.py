"""What the order details show and what they hand over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from site_sync.domain.money import Money


class Cover(StrEnum):
    """How much of the cart a store has."""

    ALL = "all"
    SOME = "some"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MethodChoice:
    """A delivery method and what it needs."""

    code: str
    text: str
    detail: str = ""
    needs_store: bool = False
    needs_address: bool = False
    icon: str = "store"


@dataclass(frozen=True, slots=True)
class StoreChoice:
    """A store with the availability of this cart: `have` of `wanted` items, ready by in words."""

    store_id: str
    name: str
    cover: Cover
    have: int
    wanted: int
    ready: str = ""


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """Where the order comes from: till, phone, …"""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Needed:
    """What must be chosen before the order is saved."""

    source: bool = False
    method: bool = False


@dataclass(frozen=True, slots=True)
class DayChoice:
    """A day on which it could be handed over; an impossible one says why."""

    day: date
    possible: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """A part of a day; an impossible one says why."""

    code: str
    text: str
    possible: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DepositPreview:
    """What the policy asks: `needed` now of `total`; `percent` in words when the policy is a share."""

    total: Money
    needed: Money
    percent: str = ""


@dataclass(frozen=True, slots=True)
class AddressForm:
    """Where to send it."""

    street: str = ""
    extra: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class OrderDetailsForm:
    """Everything the screen hands over."""

    method: str = ""
    store: str = ""
    source: str = ""
    day: date | None = None
    slot: str = ""
    staff_comment: str = ""
    customer_comment: str = ""
    collector_name: str = ""
    collector_phone: str = ""
    address: AddressForm = field(default_factory=AddressForm)
