"""What the sale screen shows."""

from __future__ import annotations

from dataclasses import dataclass

from site_sync.domain.money import Money
from site_sync.domain.quantities import PIECE, Unit


@dataclass(frozen=True, slots=True)
class SaleCustomer:
    """Who the sale is for; `badge` says how many orders are open."""

    name: str
    detail: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class SaleOrder:
    """The customer order or quote that is in the sale."""

    number: str
    detail: str = ""
    badge: str = ""
    badge_tone: str = "info"


@dataclass(frozen=True, slots=True)
class SaleLineView:
    """One line; `quantity` in smallest units, `discount` in basis points, `detail_tone` a colour token.

    A `markable` one may be marked to leave now; of a `sendable` one it can be said how it goes.
    """

    line_id: str
    name: str
    quantity: int
    unit_price: Money
    amount: Money
    unit: Unit = PIECE
    detail: str = ""
    detail_tone: str = "ink-2"
    discount: int = 0
    note: str = ""
    badge: str = ""
    badge_tone: str = "info"
    void: bool = False
    may_price: bool = True
    may_discount: bool = True
    markable: bool = False
    marked: bool = False
    sendable: bool = False


@dataclass(frozen=True, slots=True)
class SaleTotals:
    """Sums below the lines; `paid` and `left` when an order with payments is in the sale."""

    tax: Money
    total: Money
    tax_included: bool = True
    paid: Money | None = None
    left: Money | None = None


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One result: kind is item, customer, order or parked; the code is what `hit_chosen` answers."""

    kind: str
    code: str
    title: str
    detail: str = ""
    detail_tone: str = "ink-2"
    amount: Money | None = None
    badge: str = ""
    badge_tone: str = "info"
