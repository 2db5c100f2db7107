"""Ordinary sales and the cash acts of a shift: facts that happened at a till and are told to the site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from site_sync.domain.card_numbers import mask_written
from site_sync.domain.catalogue import ItemKind
from site_sync.domain.events import Posting
from site_sync.domain.money import BASIS_POINTS, Money, divide, tax_in, tax_on
from site_sync.domain.particulars import Actor, Tendered
from site_sync.domain.quantities import PIECE, Unit, value_of
from site_sync.domain.stock import StockMove, StockReason

GIFT_CARDS = "gift_cards"
"""The ledger's account of what gift cards still owe to those who hold them."""
_RETURN = "return:"
LONGEST_LINE = 10


class ReturnTo(StrEnum):
    """Where goods go that come back: to the shelf to be sold again, or aside as damaged."""

    ON_HAND = "on_hand"
    DAMAGED = "damaged"


def return_note(sale_id: str, line: int) -> str:
    """The note of a line that takes back goods of an earlier sale's line."""
    return f"{_RETURN}{sale_id}:{line}"


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One sold item; a negative quantity is a return. `discount` is for the whole line.

    `card` is the number of the gift card that is sold, `to` where returned goods go.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: int
    sku: str
    description: str
    quantity: int
    unit_price: Money
    tax_rate: int
    discount: int = 0
    unit: Unit = PIECE
    kind: ItemKind = ItemKind.GOODS
    note: str = ""
    card: str = ""
    to: ReturnTo = ReturnTo.ON_HAND

    @property
    def returned(self) -> tuple[str, int] | None:
        """The sale and line whose goods come back with this line; None for a line that sells."""
        sale, _, line = self.note.removeprefix(_RETURN).rpartition(":")
        named = self.note.startswith(_RETURN) and line.isdecimal() and len(line) < LONGEST_LINE
        return (sale, int(line)) if named else None

    @property
    def value(self) -> int:
        """Price of the line in minor units."""
        return value_of(self.unit_price, self.quantity, self.unit).amount - self.discount

    def charged(self, units: int, *, prices_include_tax: bool) -> int:
        """What the first so many units came to, tax included, the discount shared in proportion."""
        off = divide(self.discount * units, self.quantity) if self.discount else 0
        value = value_of(self.unit_price, units, self.unit).amount - off
        return value if prices_include_tax else value + tax_on(value, self.tax_rate)


def value_back(due: int, rate: int, *, prices_include_tax: bool) -> int:
    """The price of returned units, before tax that is on top, for which no more than `due` goes back."""
    if prices_include_tax or due <= 0:
        return max(0, due)
    value = divide(due * BASIS_POINTS, BASIS_POINTS + rate) + 1
    while value + tax_on(value, rate) > due:
        value -= 1
    return value


@dataclass(frozen=True, slots=True)
class Sale:
    """A finished sale of goods carried out: the receipt's number, lines and tenders."""

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    number: str
    store: str
    till: str
    shift: str
    by: Actor
    at: datetime
    currency: str
    lines: tuple[SaleLine, ...]
    payments: tuple[Tendered, ...]
    change: Money
    rounding: int = 0
    customer_id: str = ""
    prices_include_tax: bool = True
    approver: Actor | None = None
    reason: str = ""

    @property
    def tax(self) -> int:
        """Tax of the sale in minor units."""
        of = tax_in if self.prices_include_tax else tax_on
        return sum(of(line.value, line.tax_rate) for line in self.lines)

    @property
    def total(self) -> int:
        """What the customer owed in minor units, tax included, before cash rounding."""
        value = sum(line.value for line in self.lines)
        return value if self.prices_include_tax else value + self.tax

    def paid_back(self, line: SaleLine) -> int:
        """What went back for a line of this sale that takes goods back, tax included."""
        return -line.value if self.prices_include_tax else -line.value - tax_on(line.value, line.tax_rate)

    @property
    def stock(self) -> tuple[StockMove, ...]:
        """What left (or came back to) the shelf."""
        return tuple(
            StockMove(line.id, line.sku, self.store, 0, -line.quantity, StockReason.SOLD)
            for line in self.lines
            if line.kind is ItemKind.GOODS and not (line.quantity < 0 and line.to is ReturnTo.DAMAGED)
        )

    @property
    def postings(self) -> tuple[Posting, ...]:
        """The ledger's double entry of the sale."""
        place = f"{self.store}:{self.till}:{self.shift}"

        def money(amount: int) -> Money:
            return Money(amount, self.currency)

        taken = [Posting(f"tender:{paid.tender}:{place}", paid.amount) for paid in self.payments]
        if self.change:
            taken.append(Posting(f"tender:cash:{place}", -self.change))
        if self.rounding:
            taken.append(Posting("rounding", money(-self.rounding)))
        cards = self.cards_sold
        owed = (Posting(GIFT_CARDS, money(-cards)),) if cards else ()
        sales = Posting("sales", money(-(self.total - self.tax - cards)))
        return (*taken, *owed, sales, Posting("tax", money(-self.tax)))

    @property
    def cards_sold(self) -> int:
        """What was loaded onto gift cards in minor units, less what was taken back of them."""
        return sum(line.value for line in self.lines if line.card)


class ShiftAct(StrEnum):
    """What happens to a till's drawer besides sales and payments."""

    OPEN = "open"
    CASH_IN = "cash_in"
    CASH_OUT = "cash_out"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class AuditSeal:
    """The hash that a till's own audit has at a place, which covers everything up to it."""

    place: int
    hash: str


@dataclass(frozen=True, slots=True)
class ShiftEntry:
    """One act of a shift; `amount` is the float, the cash moved, or the cash counted at close.

    `seals` are of the till's audit, read as it is now: where earlier acts of shifts stood, and last this one;
    that of a close is the head on the Z report. `audit_broken_at` is the first place since the oldest of them
    that does not fit the one before it, 0 when all do. `file_begun` is when the till began a new file,
    and its audit with it, because the one before was damaged.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    shift: str
    act: ShiftAct
    store: str
    till: str
    by: Actor
    at: datetime
    amount: Money
    reason: str = ""
    seals: tuple[AuditSeal, ...] = ()
    audit_broken_at: int = 0
    file_begun: datetime | None = None

    def __post_init__(self) -> None:
        mask_written(self)
