"""The shop's own records: stores, staff, delivery methods, sources, tenders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from site_sync.domain.codes import MeasuredBarcode
from site_sync.domain.deadlines import Calendar
from site_sync.domain.money import Money
from site_sync.domain.orders import DeliveryMode, OrderKind
from site_sync.domain.permissions import ROLE_RIGHTS, Right, Role
from site_sync.domain.sales import ReturnTo


@dataclass(frozen=True, slots=True)
class Store:
    """A shop: where it is, when it is open, its collect shelves, what its paper says.

    `pick_seconds` is what a line takes to pick at each hour of the day, as measured there,
    `scales` what its in-store bar codes say.
    """

    __pydantic_config__ = {"extra": "forbid"}

    code: str
    name: str
    address: str = ""
    phone: str = ""
    latitude: float | None = None
    longitude: float | None = None
    calendar: Calendar = field(default_factory=Calendar)
    click_and_collect: bool = True
    shelves: tuple[str, ...] = ()
    priority: int = 0
    pick_seconds: tuple[int, ...] = ()
    scales: tuple[MeasuredBarcode, ...] = ()
    receipt_header: tuple[str, ...] = ()
    receipt_footer: tuple[str, ...] = ()
    logo: str = ""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person who works at the till; `pin_verifier` is an argon2id hash, `badge_hash` a SHA-256.

    `rights_given` are beyond those of the role, `rights_taken` are of the role and not this person's.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    name: str
    role: Role
    stores: tuple[str, ...] = ()
    language: str = "en"
    pin_verifier: str = ""
    badge_hash: str = ""
    active: bool = True
    rights_given: tuple[Right, ...] = ()
    rights_taken: tuple[Right, ...] = ()

    @property
    def granted(self) -> frozenset[Right]:
        """The rights this person has been given, by role and one by one, working here or not."""
        return (ROLE_RIGHTS[self.role] | {*self.rights_given}) - {*self.rights_taken}

    @property
    def rights(self) -> frozenset[Right]:
        """What this person may do; nothing when no longer active."""
        return self.granted if self.active else frozenset()

    def holding(self, wanted: frozenset[Right]) -> StaffMember:
        """The person with exactly these rights, said as exceptions from the role."""
        usual = ROLE_RIGHTS[self.role]
        given, taken = tuple(sorted(wanted - usual)), tuple(sorted(usual - wanted))
        return replace(self, rights_given=given, rights_taken=taken)

    def in_role(self, role: Role) -> StaffMember:
        """The person in another role: of the exceptions those stay that are ones from it too."""
        usual = ROLE_RIGHTS[role]
        given = tuple(right for right in self.rights_given if right not in usual)
        taken = tuple(right for right in self.rights_taken if right in usual)
        return replace(self, role=role, rights_given=given, rights_taken=taken)


class TillProfile(StrEnum):
    """What a till is used as: one where goods are sold, or a counter where orders are collected."""

    TILL = "till"
    COUNTER = "counter"


class DeliveryField(StrEnum):
    """What a delivery method may require of an order."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    REQUESTED = "requested"
    COMMENT = "comment"
    STREET = "street"
    POSTCODE = "postcode"
    CITY = "city"
    COUNTRY = "country"


BOTH_KINDS = (OrderKind.CUSTOMER_ORDER, OrderKind.QUOTE)


@dataclass(frozen=True, slots=True)
class DeliveryMethod:
    """A configured way to reach the customer, its name per language and its fee.

    `required` is what staff must ask for besides a store or an address; `carriers` whom it is handed to.
    `fee_tax_rate` is in basis points; without one a fee is taxed like the highest taxed goods it goes with.
    `kinds` are those it is offered for: orders, quotes.
    """

    __pydantic_config__ = {"extra": "forbid"}

    code: str
    names: dict[str, str]
    mode: DeliveryMode = DeliveryMode.COLLECT
    fee: Money | None = None
    needs_address: bool = False
    needs_store: bool = True
    order: int = 0
    required: tuple[DeliveryField, ...] = ()
    carriers: tuple[str, ...] = ()
    fee_tax_rate: int | None = None
    active: bool = True
    kinds: tuple[OrderKind, ...] = BOTH_KINDS


@dataclass(frozen=True, slots=True)
class Source:
    """Where orders come from: till, phone, web shop; `kinds` are those it is offered for."""

    __pydantic_config__ = {"extra": "forbid"}

    code: str
    names: dict[str, str]
    order: int = 0
    active: bool = True
    kinds: tuple[OrderKind, ...] = BOTH_KINDS


class TenderKind(StrEnum):
    """What a tender comes down to."""

    CASH = "cash"
    CARD = "card"
    GIFT_CARD = "gift_card"
    CREDIT = "credit"
    ACCOUNT = "account"
    ONLINE = "online"


CASH_TENDER = TenderKind.CASH.value
"""The code of the shop's one cash tender; `shop_rules` refuses cash under any other."""


class ReasonFor(StrEnum):
    """What a reason is given for."""

    CANCEL = "cancel"
    OVERRIDE_MINIMUM = "override_minimum"
    APPROVAL = "approval"
    DISCOUNT = "discount"
    RETURN = "return"
    SHORT = "short"
    CASH_IN = "cash_in"
    CASH_OUT = "cash_out"
    DRAWER = "drawer"
    REFUND_OTHER_TENDER = "refund_other_tender"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is done, its words per language; `stock_to` is where goods returned for it go."""

    __pydantic_config__ = {"extra": "forbid"}

    code: str
    used_for: ReasonFor
    names: dict[str, str]
    stock_to: ReturnTo = ReturnTo.ON_HAND
    order: int = 0
    active: bool = True

    def words(self, language: str) -> str:
        """The reason in a language, in English where there is none."""
        return self.names.get(language) or self.names.get("en") or self.code


@dataclass(frozen=True, slots=True)
class Tender:
    """A way to pay; `rounding` is the cash rounding step in minor units."""

    __pydantic_config__ = {"extra": "forbid"}

    code: str
    kind: TenderKind
    names: dict[str, str]
    order: int = 0
    rounding: int = 1
    opens_drawer: bool = False
    active: bool = True


Listed = TypeVar("Listed", DeliveryMethod, Source, Tender)


def offered(listed: Iterable[Listed]) -> tuple[Listed, ...]:
    """What may be chosen from now on: what is not retired."""
    return tuple(one for one in listed if one.active)
