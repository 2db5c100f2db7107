"""What happened to an order; history, journal, ledger, messages and documents are all made from these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from site_sync.domain.customers import Collector, Customer
from site_sync.domain.later_events import CancellationUndone as CancellationUndone
from site_sync.domain.later_events import CodeIssued as CodeIssued
from site_sync.domain.later_events import GoodsReturned as GoodsReturned
from site_sync.domain.later_events import HandOverUndone as HandOverUndone
from site_sync.domain.later_events import LaterEvent
from site_sync.domain.later_events import MessageAsked as MessageAsked
from site_sync.domain.later_events import PaymentTakenBack as PaymentTakenBack
from site_sync.domain.later_events import PricesRecalculated as PricesRecalculated
from site_sync.domain.orders import (
    ArrivalState,
    Bag,
    Bucket,
    Claim,
    ClosedAs,
    Delivery,
    Line,
    Note,
    Order,
    Payment,
)
from site_sync.domain.particulars import Actor, Identity, LineQuantity
from site_sync.domain.picking_events import BagsReceived as BagsReceived
from site_sync.domain.picking_events import BagsSent as BagsSent
from site_sync.domain.picking_events import CollectorNamed as CollectorNamed
from site_sync.domain.picking_events import PickingEvent as PickingEvent
from site_sync.domain.picking_events import SubstituteAnswered as SubstituteAnswered
from site_sync.domain.picking_events import SubstituteOffered as SubstituteOffered
from site_sync.domain.postings import Posting as Posting
from site_sync.domain.stock import StockMove, StockReason
from site_sync.domain.units import Undoable


@dataclass(frozen=True, slots=True)
class OrderCreated:
    """The order as it began, its lines included."""

    __pydantic_config__ = {"extra": "forbid"}

    order: Order
    stock: tuple[StockMove, ...]
    kind: Literal["order_created"] = "order_created"


@dataclass(frozen=True, slots=True)
class LineAdded:
    """A line joined the order."""

    __pydantic_config__ = {"extra": "forbid"}

    line: Line
    stock: tuple[StockMove, ...]
    kind: Literal["line_added"] = "line_added"


@dataclass(frozen=True, slots=True)
class LineChanged:
    """Quantity ordered, price, discount, note or source store of a line changed; `before` is the old line."""

    __pydantic_config__ = {"extra": "forbid"}

    before: Line
    line: Line
    stock: tuple[StockMove, ...]
    kind: Literal["line_changed"] = "line_changed"


@dataclass(frozen=True, slots=True)
class UnitsMoved:
    """Units of a line went from one quantity to another; `bag` is where picked units lie.

    `sent_from` is the store that packed them, when it is not the one that hands over.
    """

    __pydantic_config__ = {"extra": "forbid"}

    line: int
    source: Bucket
    target: Bucket
    quantity: int
    reason: StockReason | None
    stock: tuple[StockMove, ...] = ()
    bag: int = 0
    sent_from: str = ""
    kind: Literal["units_moved"] = "units_moved"


@dataclass(frozen=True, slots=True)
class DetailsChanged:
    """Customer, collector, delivery or comments as they are now, and a new promise if there is one."""

    __pydantic_config__ = {"extra": "forbid"}

    customer: Customer
    collector: Collector | None
    delivery: Delivery
    comment_staff: str
    comment_customer: str
    promised_at: datetime | None = None
    kind: Literal["details_changed"] = "details_changed"


@dataclass(frozen=True, slots=True)
class QuoteConverted:
    """The quote is a customer order now."""

    __pydantic_config__ = {"extra": "forbid"}

    expires_at: datetime | None
    stock: tuple[StockMove, ...]
    kind: Literal["quote_converted"] = "quote_converted"


@dataclass(frozen=True, slots=True)
class PaymentRecorded:
    """Money was taken, refunded, credited or forfeited."""

    __pydantic_config__ = {"extra": "forbid"}

    payment: Payment
    postings: tuple[Posting, ...]
    kind: Literal["payment_recorded"] = "payment_recorded"


@dataclass(frozen=True, slots=True)
class PickingClaimed:
    """Somebody picks the order now."""

    __pydantic_config__ = {"extra": "forbid"}

    claim: Claim
    taken_from: str = ""
    kind: Literal["picking_claimed"] = "picking_claimed"


@dataclass(frozen=True, slots=True)
class PickingReleased:
    """Nobody picks the order any more."""

    __pydantic_config__ = {"extra": "forbid"}

    kind: Literal["picking_released"] = "picking_released"


@dataclass(frozen=True, slots=True)
class OrderReady:
    """The goods wait in their bags; `short` lists what could not be found."""

    __pydantic_config__ = {"extra": "forbid"}

    bags: tuple[Bag, ...]
    ready_at: datetime
    collect_by: datetime | None
    short: tuple[LineQuantity, ...] = ()
    kind: Literal["order_ready"] = "order_ready"


@dataclass(frozen=True, slots=True)
class BagPlaced:
    """A bag lies on another shelf."""

    __pydantic_config__ = {"extra": "forbid"}

    bag: int
    shelf: str
    kind: Literal["bag_placed"] = "bag_placed"


@dataclass(frozen=True, slots=True)
class CustomerArrived:
    """The customer said they come or are here."""

    __pydantic_config__ = {"extra": "forbid"}

    state: ArrivalState
    at: datetime
    kind: Literal["customer_arrived"] = "customer_arrived"


@dataclass(frozen=True, slots=True)
class GoodsHandedOver:
    """Units left with a person; revenue and tax are earned. `undoable` says how it is taken back."""

    __pydantic_config__ = {"extra": "forbid"}

    lines: tuple[LineQuantity, ...]
    identity: Identity
    postings: tuple[Posting, ...]
    bags: tuple[int, ...] = ()
    undoable: Undoable | None = None
    kind: Literal["goods_handed_over"] = "goods_handed_over"


@dataclass(frozen=True, slots=True)
class OrderShipped:
    """The goods left for the customer's address."""

    __pydantic_config__ = {"extra": "forbid"}

    at: datetime
    tracking: str
    postings: tuple[Posting, ...]
    carrier: str = ""
    kind: Literal["order_shipped"] = "order_shipped"


@dataclass(frozen=True, slots=True)
class OrderDelivered:
    """The shipped goods arrived."""

    __pydantic_config__ = {"extra": "forbid"}

    at: datetime
    kind: Literal["order_delivered"] = "order_delivered"


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """The order, or units of it, were cancelled; `undoable` says how it is taken back."""

    __pydantic_config__ = {"extra": "forbid"}

    at: datetime
    reason: str
    lines: tuple[LineQuantity, ...]
    whole: bool
    undoable: Undoable | None = None
    kind: Literal["order_cancelled"] = "order_cancelled"


@dataclass(frozen=True, slots=True)
class DeadlineExtended:
    """The customer has until later."""

    __pydantic_config__ = {"extra": "forbid"}

    collect_by: datetime
    before: datetime | None
    kind: Literal["deadline_extended"] = "deadline_extended"


@dataclass(frozen=True, slots=True)
class CustomerReminded:
    """A reminder went out."""

    __pydantic_config__ = {"extra": "forbid"}

    level: int
    kind: Literal["customer_reminded"] = "customer_reminded"


@dataclass(frozen=True, slots=True)
class OrderExpired:
    """The deadline passed; `parts` are the picked units (line, quantity) that it set aside."""

    __pydantic_config__ = {"extra": "forbid"}

    at: datetime
    parts: tuple[tuple[int, int], ...] = ()
    kind: Literal["order_expired"] = "order_expired"


@dataclass(frozen=True, slots=True)
class GoodsPutBack:
    """Units lie on the shop's shelf again; `stock` is what that moved from another store to this one."""

    __pydantic_config__ = {"extra": "forbid"}

    lines: tuple[LineQuantity, ...]
    stock: tuple[StockMove, ...] = ()
    kind: Literal["goods_put_back"] = "goods_put_back"


@dataclass(frozen=True, slots=True)
class NoteAdded:
    """A remark was kept."""

    __pydantic_config__ = {"extra": "forbid"}

    note: Note
    kind: Literal["note_added"] = "note_added"


@dataclass(frozen=True, slots=True)
class OrderClosed:
    """Nothing is open any more."""

    __pydantic_config__ = {"extra": "forbid"}

    at: datetime
    closed_as: ClosedAs
    kind: Literal["order_closed"] = "order_closed"


@dataclass(frozen=True, slots=True)
class OrderReopened:
    """A closed order is open again."""

    __pydantic_config__ = {"extra": "forbid"}

    kind: Literal["order_reopened"] = "order_reopened"


Event = (
    OrderCreated
    | LineAdded
    | LineChanged
    | UnitsMoved
    | DetailsChanged
    | QuoteConverted
    | PaymentRecorded
    | PickingClaimed
    | PickingReleased
    | OrderReady
    | BagPlaced
    | CustomerArrived
    | GoodsHandedOver
    | OrderShipped
    | OrderDelivered
    | OrderCancelled
    | DeadlineExtended
    | CustomerReminded
    | OrderExpired
    | GoodsPutBack
    | NoteAdded
    | OrderClosed
    | OrderReopened
    | PickingEvent
    | LaterEvent
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with the command that caused it, as kept in the history."""

    __pydantic_config__ = {"extra": "forbid"}

    order_id: str
    version: int
    command_id: str
    at: datetime
    by: Actor
    event: Event
    approver: Actor | None = None
    reason: str = ""


def stock_moves(events: tuple[Event, ...]) -> tuple[StockMove, ...]:
    """All stock moves of some events, in order."""
    return tuple(move for event in events for move in getattr(event, "stock", ()))


def postings(events: tuple[Event, ...]) -> tuple[Posting, ...]:
    """All ledger postings of some events, in order."""
    return tuple(posting for event in events for posting in getattr(event, "postings", ()))
