"""An order as a shop's documents tell it, whatever shop it is, and all that is known of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from site_sync.domain.customers import Address
from site_sync.protocol.codec import Codec


class ShopState(StrEnum):
    """What the shop says of the order as a whole."""

    WAITING = "waiting"
    LIVE = "live"
    CANCELLED = "cancelled"


class Way(StrEnum):
    """How the goods shall reach the customer, as far as the document tells without a mapping."""

    COLLECT = "collect"
    SHIP = "ship"
    BY_NAME = "by_name"


@dataclass(frozen=True, slots=True)
class ShopLine:
    """One line: `before` discounts (with tax if prices are; None: the item's price), `gross` after, with tax.

    `keys` are names the line's item may be mapped by, the SKU first. Quantity in thousandths, tax rate in
    basis points, amounts in minor units. What is no goods (fees, shipping) needs no item. A line in our own
    words counts `smallest` sale units at a `unit_price` (None: the item's) with a `discount`.
    """

    id: str
    keys: tuple[str, ...]
    description: str
    goods: bool
    quantity: int
    before: int | None
    gross: int
    rate: int | None
    smallest: bool = False
    unit_price: int | None = None
    discount: int = 0


@dataclass(frozen=True, slots=True)
class ShopRefund:
    """Money given back, and units (line, thousandths) that are no longer wanted."""

    id: str
    amount: int
    units: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """The customer as the shop knows them; the phone as it was typed, with the country it is probably of."""

    name: str = ""
    email: str = ""
    phone: str = ""
    country: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """One document about an order. `rank` orders documents of the same second by how far the order is."""

    id: str
    label: str
    updated_at: datetime
    rank: int
    state: ShopState
    currency: str
    prices_include_tax: bool
    person: Person
    way: Way
    places: tuple[str, ...]
    method: str
    lines: tuple[ShopLine, ...]
    address: Address | None = None
    paid: int = 0
    refunds: tuple[ShopRefund, ...] = ()
    comment: str = ""
    collector: str = ""
    requested_at: datetime | None = None

    def key(self, content_hash: str) -> str:
        """What documents of one order are compared by: the greatest is the newest."""
        micros = int(self.updated_at.timestamp() * 1_000_000)
        paid = 1 if self.paid else 0
        return f"{micros:020d}.{self.rank:02d}.{paid}.{len(self.refunds):04d}.{content_hash}"


@dataclass(frozen=True, slots=True)
class Known:
    """What all documents of one order say together; the same whatever order they came in."""

    newest: ShopOrder | None = None
    key: str = ""
    was_live: bool = False
    deleted: bool = False
    refunds: tuple[ShopRefund, ...] = field(default_factory=tuple)

    def with_order(self, order: ShopOrder, content_hash: str) -> Known:
        """This and one more document."""
        live = self.was_live or order.state is ShopState.LIVE or order.paid > 0
        known = replace(self, was_live=live)
        for refund in order.refunds:
            known = known.with_refund(refund)
        key = order.key(content_hash)
        return replace(known, newest=order, key=key) if key > self.key else known

    def with_refund(self, refund: ShopRefund) -> Known:
        """This and one more refund; a refund is told of by several documents, the fuller one counts."""
        told = {known.id: known for known in self.refunds}
        told[refund.id] = max(
            told.get(refund.id, refund), refund, key=lambda one: (len(one.units), one.amount, one.units)
        )
        return replace(self, refunds=tuple(told[name] for name in sorted(told)))


@dataclass(frozen=True, slots=True)
class Refunded:
    """A document about a refund of an order."""

    order_id: str
    refund: ShopRefund


@dataclass(frozen=True, slots=True)
class Deleted:
    """A document that says that an order was taken away in the shop."""

    order_id: str


Told = ShopOrder | Refunded | Deleted

KNOWN: Codec[Known] = Codec(Known, "what is known of a shop's order")
