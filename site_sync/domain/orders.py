"""Orders, their lines with quantity buckets, and the stage that is read off them."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from site_sync.domain.catalogue import ItemKind
from site_sync.domain.customers import Collector, Customer
from site_sync.domain.errors import Code, Refused
from site_sync.domain.money import Money, divide
from site_sync.domain.order_parts import Arrival as Arrival
from site_sync.domain.order_parts import ArrivalState as ArrivalState
from site_sync.domain.order_parts import Claim as Claim
from site_sync.domain.order_parts import Delivery as Delivery
from site_sync.domain.order_parts import DeliveryMode as DeliveryMode
from site_sync.domain.order_parts import Note as Note
from site_sync.domain.quantities import PIECE, Unit, value_of
from site_sync.domain.substitutes import Answer, Substitution
from site_sync.domain.units import LIVE as LIVE
from site_sync.domain.units import RESERVING as RESERVING
from site_sync.domain.units import Bag as Bag
from site_sync.domain.units import Bucket as Bucket
from site_sync.domain.units import Quantities as Quantities
from site_sync.domain.units import Undoable


class OrderKind(StrEnum):
    """What was promised: goods, or only a price."""

    CUSTOMER_ORDER = "customer_order"
    QUOTE = "quote"


class Stage(StrEnum):
    """Where an order stands; derived, never stored by hand."""

    QUOTE = "quote"
    TO_PICK = "to_pick"
    PICKING = "picking"
    TO_COLLECT = "to_collect"
    TO_SHIP = "to_ship"
    TO_PUT_BACK = "to_put_back"
    DONE = "done"


class ClosedAs(StrEnum):
    """How a done order ended."""

    COLLECTED = "collected"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


KEPT_DEPOSIT = "Forfeited deposit"
"""How the fee kept from a deposit is called in an order; people read it in their own language."""


def is_kept_deposit(kind: ItemKind, sku: str, description: str) -> bool:
    """Whether a line of that kind, item and words is the fee that was kept from a deposit."""
    return kind is ItemKind.FEE and not sku and description == KEPT_DEPOSIT


@dataclass(frozen=True, slots=True)
class Line:
    """One ordered item. `discount` is for the whole ordered quantity; `tax_rate` in basis points.

    `returned` are those of the collected units that came back.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: int
    sku: str
    description: str
    unit_price: Money
    tax_rate: int
    quantities: Quantities
    discount: Money
    unit: Unit = PIECE
    kind: ItemKind = ItemKind.GOODS
    source_store: str = ""
    shelf: str = ""
    external_line: str = ""
    note: str = ""
    price_differs: bool = False
    returned: int = 0

    @property
    def keeps_deposit(self) -> bool:
        """Whether this is the fee that was kept from a deposit."""
        return is_kept_deposit(self.kind, self.sku, self.description)

    @property
    def blocks(self) -> bool:
        """Whether open quantities of this line keep the order open."""
        return self.kind is ItemKind.GOODS

    @property
    def stocked(self) -> bool:
        """Whether quantities of this line are reserved at its source store."""
        return self.kind is ItemKind.GOODS and bool(self.source_store)

    @property
    def charged(self) -> int:
        """Units the customer pays for: live ones that did not come back."""
        return self.quantities.live - self.returned

    def value(self, quantity: int) -> Money:
        """Price of the first `quantity` units, the discount shared in proportion."""
        gross = value_of(self.unit_price, quantity, self.unit)
        ordered = self.quantities.ordered
        if not self.discount or not ordered:
            return gross
        return Money(gross.amount - divide(self.discount.amount * quantity, ordered), gross.currency)

    def charged_value(self) -> Money:
        """Price of what the customer pays for: live units without those that came back."""
        return self.value(self.quantities.live) - self.value(self.returned)


class PaymentKind(StrEnum):
    """Money taken, given back, or kept for the customer."""

    PAYMENT = "payment"
    REFUND = "refund"
    CREDIT = "credit"
    FORFEIT = "forfeit"


@dataclass(frozen=True, slots=True)
class Payment:
    """One money movement of an order; `amount` is positive, `kind` gives the direction.

    `balance` is what is left on the gift card or credit it was taken from.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    kind: PaymentKind
    tender: str
    amount: Money
    at: datetime
    store: str = ""
    till: str = ""
    shift: str = ""
    staff: str = ""
    reference: str = ""
    refund_of: str = ""
    balance: Money | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A customer order or quote with everything that is known about it now. Times are aware UTC.

    `expired` are the picked units (line, quantity) that the passed deadline set aside; `cancellation` and
    `hand_over` are the latest of their kind, while they can be taken back.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    number: str
    kind: OrderKind
    currency: str
    created_at: datetime
    updated_at: datetime
    store: str
    source: str
    customer: Customer
    delivery: Delivery
    lines: tuple[Line, ...]
    till: str = ""
    staff: str = ""
    version: int = 0
    prices_include_tax: bool = True
    collector: Collector | None = None
    comment_staff: str = ""
    comment_customer: str = ""
    external_id: str = ""
    promised_at: datetime | None = None
    ready_at: datetime | None = None
    packed: tuple[int, ...] = ()
    collect_by: datetime | None = None
    expires_at: datetime | None = None
    expired_at: datetime | None = None
    expired: tuple[tuple[int, int], ...] = ()
    cancelled_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    closed_at: datetime | None = None
    claim: Claim | None = None
    arrival: Arrival | None = None
    reminders: int = 0
    extensions: int = 0
    bags: tuple[Bag, ...] = ()
    payments: tuple[Payment, ...] = ()
    notes: tuple[Note, ...] = ()
    code_hash: str = ""
    code_issue: int = 1
    page_hash: str = ""
    collector_hash: str = ""
    collector_issue: int = 0
    substitutions: tuple[Substitution, ...] = ()
    follows: str = ""
    basket: tuple[str, ...] = ()
    cancellation: Undoable | None = None
    hand_over: Undoable | None = None

    def opened_by(self, code_hash: str) -> bool:
        """Whether that is the hash of the customer's code, or of the named collector's."""
        known = tuple(one for one in (self.code_hash, self.collector_hash) if one)
        return any(hmac.compare_digest(one, code_hash) for one in known)

    def has(self, line_id: int) -> bool:
        """Whether the order has a line of that number."""
        return any(line.id == line_id for line in self.lines)

    def line(self, line_id: int) -> Line:
        """The line of that number; refused when the order has none."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise Refused(Code.LINE_UNKNOWN, line=line_id)

    def with_line(self, line: Line) -> Order:
        """The order with that line in place of the one of its number."""
        return replace(self, lines=tuple(line if old.id == line.id else old for old in self.lines))

    def payment(self, payment_id: str) -> Payment:
        """The payment of that id; refused when the order has none."""
        for payment in self.payments:
            if payment.id == payment_id:
                return payment
        raise Refused(Code.PAYMENT_UNKNOWN, payment=payment_id)

    def bag(self, number: int) -> Bag:
        """The bag of that number; refused when the order has none."""
        for bag in self.bags:
            if bag.number == number:
                return bag
        raise Refused(Code.BAG_UNKNOWN, bag=number)

    def _blocking(self) -> tuple[Line, ...]:
        goods = tuple(line for line in self.lines if line.blocks)
        return goods or self.lines

    def count(self, bucket: Bucket) -> int:
        """Units of the lines that keep the order open in one bucket."""
        return sum(line.quantities.held(bucket) for line in self._blocking())

    @property
    def on_its_way(self) -> bool:
        """Whether bags of another store are still to be received."""
        return any(bag.sent_from for bag in self.bags)

    @property
    def asked(self) -> tuple[Substitution, ...]:
        """Substitutes still in the order that the customer has not answered."""
        return tuple(
            one
            for one in self.substitutions
            if one.answer is Answer.WAITING and self.line(one.line).quantities.open
        )

    @property
    def stage(self) -> Stage:
        """Where the order stands, from its kind, its lines and its claim."""
        if self.kind is OrderKind.QUOTE:
            return Stage.DONE if self.closed_at else Stage.QUOTE
        to_pick, picked = self.count(Bucket.TO_PICK), self.count(Bucket.PICKED)
        if (self.claim or self.on_its_way or self.asked) and (to_pick or picked):
            return Stage.PICKING
        if to_pick:
            return Stage.TO_PICK
        if picked:
            return Stage.TO_SHIP if self.delivery.mode is DeliveryMode.SHIP else Stage.TO_COLLECT
        if self.count(Bucket.TO_PUT_BACK):
            return Stage.TO_PUT_BACK
        return Stage.DONE

    @property
    def closed_as(self) -> ClosedAs | None:
        """How the order ended, None while it is open."""
        if self.stage is not Stage.DONE:
            return None
        if self.delivered_at:
            return ClosedAs.DELIVERED
        if self.shipped_at:
            return ClosedAs.SHIPPED
        if any(line.quantities.collected for line in self.lines if line.kind is not ItemKind.FEE):
            return ClosedAs.COLLECTED
        return ClosedAs.EXPIRED if self.expired_at else ClosedAs.CANCELLED

    @property
    def work_store(self) -> str:
        """The store that prepares and hands over: the collect store, or where a shipped order was taken."""
        return self.delivery.store or self.store
