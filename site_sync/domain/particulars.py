"""The particulars that commands and events carry: actors, lines to add, tenders, identity."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from site_sync.domain.catalogue import ItemKind
from site_sync.domain.money import Money
from site_sync.domain.quantities import PIECE, Unit

_OF_PARTS = ":"


class ActorKind(StrEnum):
    """Who can act."""

    STAFF = "staff"
    JOB = "job"
    SHOP = "shop"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Actor:
    """A named person, job, shop or customer."""

    __pydantic_config__ = {"extra": "forbid"}

    kind: ActorKind
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to be added; `discount` in minor units of the whole line, `tax_rate` in basis points."""

    __pydantic_config__ = {"extra": "forbid"}

    sku: str
    description: str
    quantity: int
    unit_price: Money
    tax_rate: int
    discount: Money | None = None
    unit: Unit = PIECE
    kind: ItemKind = ItemKind.GOODS
    source_store: str = ""
    shelf: str = ""
    external_line: str = ""
    note: str = ""
    price_differs: bool = False


@dataclass(frozen=True, slots=True)
class LineChange:
    """New particulars of an existing line; None leaves as it is."""

    __pydantic_config__ = {"extra": "forbid"}

    line: int
    quantity: int | None = None
    unit_price: Money | None = None
    discount: Money | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class LineSource:
    """The store that a line's goods come from."""

    __pydantic_config__ = {"extra": "forbid"}

    line: int
    store: str


@dataclass(frozen=True, slots=True)
class LinePrice:
    """The price per whole unit that a line gets."""

    __pydantic_config__ = {"extra": "forbid"}

    line: int
    unit_price: Money


@dataclass(frozen=True, slots=True)
class LineQuantity:
    """Some units of one line."""

    __pydantic_config__ = {"extra": "forbid"}

    line: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Tendered:
    """Money taken: the tender's code, the amount, what the terminal or shop calls it.

    `balance` is what is left on the gift card or credit it was taken from.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    tender: str
    amount: Money
    reference: str = ""
    balance: Money | None = None


@dataclass(frozen=True, slots=True)
class Refunded:
    """Money given back of one earlier payment."""

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    payment: str
    tender: str
    amount: Money
    reference: str = ""


class IdentityBy(StrEnum):
    """How the collecting person showed who they are."""

    CODE = "code"
    MEMBER_CARD = "member_card"
    DOCUMENT = "document"
    ORDER_MAIL = "order_mail"
    PHONE = "phone"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Identity:
    """What was checked at hand-over; `code_hash` is the SHA-256 of the token that was shown."""

    __pydantic_config__ = {"extra": "forbid"}

    by: IdentityBy
    code_hash: str = ""
    detail: str = ""
    collector: str = ""
    signature: str = ""
    """What the person wrote, as `signatures` has it; empty where none was asked for."""


@dataclass(frozen=True, slots=True)
class BagPlace:
    """A bag of the order and the shelf it goes to."""

    __pydantic_config__ = {"extra": "forbid"}

    bag: int
    shelf: str


class ShortNext(StrEnum):
    """What becomes of units that cannot be found."""

    DROP = "drop"
    OTHER_STORE = "other_store"
    BACK_ORDER = "back_order"
    SHIP_LATER = "ship_later"


def part_id(payment: str, number: int) -> str:
    """The id of the further parts of a payment that pays for several orders; the first bears its own."""
    return f"{payment}{_OF_PARTS}{number}" if number else payment


def whole_of(payment: str) -> str:
    """The id of the payment that this is a part of, or its own."""
    return payment.partition(_OF_PARTS)[0]
