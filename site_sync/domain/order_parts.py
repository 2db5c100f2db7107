"""What belongs to an order beside its lines: delivery, claim, arrival, notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from site_sync.domain.customers import Address


class DeliveryMode(StrEnum):
    """What a delivery method comes down to."""

    COLLECT = "collect"
    SHIP = "ship"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the goods reach the customer; `store` is the collect store, `method` a configured code.

    `requested_at` is the moment a customer asked for: the beginning of a slot that ends at `requested_until`,
    or any moment of a whole day when that is None.
    """

    __pydantic_config__ = {"extra": "forbid"}

    method: str = "collect"
    mode: DeliveryMode = DeliveryMode.COLLECT
    store: str = ""
    address: Address | None = None
    requested_at: datetime | None = None
    tracking: str = ""
    requested_until: datetime | None = None
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who is picking the order, since when."""

    __pydantic_config__ = {"extra": "forbid"}

    staff: str
    name: str
    at: datetime


class ArrivalState(StrEnum):
    """What the customer said about coming."""

    ON_THE_WAY = "on_the_way"
    HERE = "here"


@dataclass(frozen=True, slots=True)
class Arrival:
    """The customer is on the way or here, since when."""

    __pydantic_config__ = {"extra": "forbid"}

    state: ArrivalState
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """A remark kept with the order."""

    __pydantic_config__ = {"extra": "forbid"}

    at: datetime
    by: str
    text: str
    for_customer: bool = False
