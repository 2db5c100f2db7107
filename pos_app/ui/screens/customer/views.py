"""What the customer screen shows and what it hands over."""

from __future__ import annotations

from dataclasses import dataclass

from site_sync.domain.money import Money


@dataclass(frozen=True, slots=True)
class CustomerHit:
    """One customer found; `detail` is phone, e-mail or card, `badge` how many orders are open."""

    customer_id: str
    name: str
    detail: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class CustomerForm:
    """The fields of a customer; `customer_id` is empty for a new one."""

    customer_id: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    member_card: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class CustomerOrder:
    """One order of the customer, open or past."""

    order_id: str
    number: str
    detail: str = ""
    to_pay: Money | None = None
    badge: str = ""
    badge_tone: str = "info"
