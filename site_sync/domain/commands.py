"""Every change to an order is one command: who, when, where, and the act with its particulars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from site_sync.domain.act_kinds import ActKind as ActKind
from site_sync.domain.card_numbers import mask_written
from site_sync.domain.customers import Collector, Customer
from site_sync.domain.later_acts import IssueCode as IssueCode
from site_sync.domain.later_acts import MarkReady as MarkReady
from site_sync.domain.later_acts import Reopen as Reopen
from site_sync.domain.later_acts import Reprice as Reprice
from site_sync.domain.later_acts import ReturnGoods as ReturnGoods
from site_sync.domain.later_acts import SendMessage as SendMessage
from site_sync.domain.later_acts import UndoCollect as UndoCollect
from site_sync.domain.leases import Drawn
from site_sync.domain.money import Money
from site_sync.domain.orders import ArrivalState, Delivery, OrderKind
from site_sync.domain.particulars import (
    Actor,
    Identity,
    LineChange,
    LinePrice,
    LineQuantity,
    LineSource,
    NewLine,
    Refunded,
    Tendered,
)
from site_sync.domain.picking_acts import AnswerSubstitute as AnswerSubstitute
from site_sync.domain.picking_acts import ClaimPicking as ClaimPicking
from site_sync.domain.picking_acts import ConfirmPicking as ConfirmPicking
from site_sync.domain.picking_acts import NameCollector as NameCollector
from site_sync.domain.picking_acts import Pick as Pick
from site_sync.domain.picking_acts import PlaceBag as PlaceBag
from site_sync.domain.picking_acts import Receive as Receive
from site_sync.domain.picking_acts import ReleasePicking as ReleasePicking
from site_sync.domain.picking_acts import ReportShort as ReportShort
from site_sync.domain.picking_acts import Substitute as Substitute
from site_sync.domain.picking_acts import Unpick as Unpick
from site_sync.domain.policies import DepositAtEnd, OnShortage
from site_sync.domain.problems import Ends
from site_sync.domain.units import TakenUnits


@dataclass(frozen=True, slots=True)
class Collect:
    """Hand over units; `lines` None means all that is open. The balance due is taken in the same act."""

    __pydantic_config__ = {"extra": "forbid"}

    identity: Identity
    lines: tuple[LineQuantity, ...] | None = None
    payments: tuple[Tendered, ...] = ()
    bags: tuple[int, ...] = ()
    kind: Literal[ActKind.COLLECT] = ActKind.COLLECT


@dataclass(frozen=True, slots=True)
class Create:
    """Make an order or quote; `collect` hands units over at once (carry out).

    `follows` is the number of the order whose missing goods this one brings, `basket` are the numbers of the
    orders that were made and paid together with it, its own among them.
    """

    __pydantic_config__ = {"extra": "forbid"}

    order_kind: OrderKind
    number: str
    currency: str
    customer: Customer
    delivery: Delivery
    lines: tuple[NewLine, ...]
    source: str = "till"
    prices_include_tax: bool = True
    collector: Collector | None = None
    comment_staff: str = ""
    comment_customer: str = ""
    external_id: str = ""
    promised_at: datetime | None = None
    payments: tuple[Tendered, ...] = ()
    on_shortage: OnShortage = OnShortage.REFUSE
    code_hash: str = ""
    page_hash: str = ""
    collector_hash: str = ""
    collect: Collect | None = None
    follows: str = ""
    basket: tuple[str, ...] = ()
    kind: Literal[ActKind.CREATE] = ActKind.CREATE


@dataclass(frozen=True, slots=True)
class Amend:
    """Change lines and particulars; None leaves a particular as it is.

    `restore` are units wanted again, by the quantity they were taken out of; `reprice` are prices of today;
    `sources` are lines that move to another collect store while their goods come from elsewhere.
    """

    __pydantic_config__ = {"extra": "forbid"}

    add: tuple[NewLine, ...] = ()
    change: tuple[LineChange, ...] = ()
    void: tuple[int, ...] = ()
    restore: tuple[TakenUnits, ...] = ()
    reprice: tuple[LinePrice, ...] = ()
    customer: Customer | None = None
    collector: Collector | None = None
    delivery: Delivery | None = None
    comment_staff: str | None = None
    comment_customer: str | None = None
    payments: tuple[Tendered, ...] = ()
    refunds: tuple[Refunded, ...] = ()
    collect: Collect | None = None
    sources: tuple[LineSource, ...] = ()
    promised_at: datetime | None = None
    kind: Literal[ActKind.AMEND] = ActKind.AMEND


@dataclass(frozen=True, slots=True)
class ConvertQuote:
    """Turn a quote into a customer order at its prices, or at those of today where the shop says so."""

    __pydantic_config__ = {"extra": "forbid"}

    payments: tuple[Tendered, ...] = ()
    collect: Collect | None = None
    today: tuple[LinePrice, ...] = ()
    on_shortage: OnShortage = OnShortage.REFUSE
    kind: Literal[ActKind.CONVERT_QUOTE] = ActKind.CONVERT_QUOTE


@dataclass(frozen=True, slots=True)
class TakePayment:
    """Take money for the order."""

    __pydantic_config__ = {"extra": "forbid"}

    payments: tuple[Tendered, ...]
    kind: Literal[ActKind.TAKE_PAYMENT] = ActKind.TAKE_PAYMENT


@dataclass(frozen=True, slots=True)
class RefundPayment:
    """Give money back, of named payments."""

    __pydantic_config__ = {"extra": "forbid"}

    refunds: tuple[Refunded, ...]
    kind: Literal[ActKind.REFUND_PAYMENT] = ActKind.REFUND_PAYMENT


@dataclass(frozen=True, slots=True)
class KeepCredit:
    """Keep surplus as the customer's credit."""

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    amount: Money
    kind: Literal[ActKind.KEEP_CREDIT] = ActKind.KEEP_CREDIT


@dataclass(frozen=True, slots=True)
class Forfeit:
    """Keep money of a cancelled or expired order as a fee."""

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    amount: Money
    kind: Literal[ActKind.FORFEIT] = ActKind.FORFEIT


@dataclass(frozen=True, slots=True)
class Arrive:
    """The customer is on the way or here."""

    __pydantic_config__ = {"extra": "forbid"}

    state: ArrivalState
    kind: Literal[ActKind.ARRIVE] = ActKind.ARRIVE


@dataclass(frozen=True, slots=True)
class Ship:
    """The goods left for the customer's address."""

    __pydantic_config__ = {"extra": "forbid"}

    tracking: str = ""
    carrier: str = ""
    kind: Literal[ActKind.SHIP] = ActKind.SHIP


@dataclass(frozen=True, slots=True)
class Deliver:
    """The shipped goods arrived."""

    __pydantic_config__ = {"extra": "forbid"}

    kind: Literal[ActKind.DELIVER] = ActKind.DELIVER


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel the order (`lines` None) or units of it; `deposit` is what becomes of the surplus."""

    __pydantic_config__ = {"extra": "forbid"}

    reason: str
    lines: tuple[LineQuantity, ...] | None = None
    deposit: DepositAtEnd = DepositAtEnd.LEAVE
    refunds: tuple[Refunded, ...] = ()
    movement_id: str = ""
    kind: Literal[ActKind.CANCEL] = ActKind.CANCEL


@dataclass(frozen=True, slots=True)
class Extend:
    """Give the customer until later; brings an expired order back while its goods are not put back."""

    __pydantic_config__ = {"extra": "forbid"}

    until: datetime
    kind: Literal[ActKind.EXTEND] = ActKind.EXTEND


@dataclass(frozen=True, slots=True)
class Remind:
    """The customer was reminded; `level` counts from 1."""

    __pydantic_config__ = {"extra": "forbid"}

    level: int
    kind: Literal[ActKind.REMIND] = ActKind.REMIND


@dataclass(frozen=True, slots=True)
class Expire:
    """The deadline passed."""

    __pydantic_config__ = {"extra": "forbid"}

    movement_id: str = ""
    kind: Literal[ActKind.EXPIRE] = ActKind.EXPIRE


@dataclass(frozen=True, slots=True)
class PutBack:
    """Units went back to the shop's shelf."""

    __pydantic_config__ = {"extra": "forbid"}

    lines: tuple[LineQuantity, ...]
    kind: Literal[ActKind.PUT_BACK] = ActKind.PUT_BACK


@dataclass(frozen=True, slots=True)
class AddNote:
    """A remark for staff, or for the customer."""

    __pydantic_config__ = {"extra": "forbid"}

    text: str
    for_customer: bool = False
    kind: Literal[ActKind.NOTE] = ActKind.NOTE


Act = (
    Create
    | Amend
    | ConvertQuote
    | TakePayment
    | RefundPayment
    | KeepCredit
    | Forfeit
    | ClaimPicking
    | ReleasePicking
    | Pick
    | ReportShort
    | Unpick
    | ConfirmPicking
    | PlaceBag
    | Substitute
    | AnswerSubstitute
    | Receive
    | NameCollector
    | Arrive
    | Collect
    | Ship
    | Deliver
    | Cancel
    | Extend
    | Remind
    | Expire
    | PutBack
    | AddNote
    | MarkReady
    | Reopen
    | UndoCollect
    | Reprice
    | ReturnGoods
    | SendMessage
    | IssueCode
)


@dataclass(frozen=True, slots=True)
class Command:
    """One change to one order. `at` is when the act happened; `reason` goes with an approval.

    `ends` is the problem that it brings to an end, when somebody made it for that; `leased` are the units it
    promises out of what its till was lent.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    order_id: str
    at: datetime
    by: Actor
    act: Act
    store: str = ""
    till: str = ""
    shift: str = ""
    approver: Actor | None = None
    reason: str = ""
    ends: Ends | None = None
    leased: tuple[Drawn, ...] = ()

    def __post_init__(self) -> None:
        mask_written(self)
