"""What happened when something was put right: undone, repriced, returned, told once more, a new code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from site_sync.domain.money import Money
from site_sync.domain.particulars import LineQuantity
from site_sync.domain.postings import Posting
from site_sync.domain.stock import StockMove
from site_sync.domain.units import Bag


class MessageTold(StrEnum):
    """What the customer can be told once more."""

    CREATED = "created"
    READY = "ready"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class CancellationUndone:
    """The order, or units of it, are wanted again; `whole` when the order had been cancelled."""

    __pydantic_config__ = {"extra": "forbid"}

    lines: tuple[LineQuantity, ...]
    whole: bool
    kind: Literal["cancellation_undone"] = "cancellation_undone"


@dataclass(frozen=True, slots=True)
class HandOverUndone:
    """Goods that were handed over lie in their bags again; what they earned is owed again."""

    __pydantic_config__ = {"extra": "forbid"}

    lines: tuple[LineQuantity, ...]
    bags: tuple[Bag, ...]
    postings: tuple[Posting, ...]
    kind: Literal["hand_over_undone"] = "hand_over_undone"


@dataclass(frozen=True, slots=True)
class PaymentTakenBack:
    """Money kept as credit or as a fee is held for the order again."""

    __pydantic_config__ = {"extra": "forbid"}

    payment: str
    amount: Money
    postings: tuple[Posting, ...]
    kind: Literal["payment_taken_back"] = "payment_taken_back"


@dataclass(frozen=True, slots=True)
class PricesRecalculated:
    """Lines have the prices of today: what the order cost before and costs now."""

    __pydantic_config__ = {"extra": "forbid"}

    lines: int
    before: Money
    after: Money
    kind: Literal["prices_recalculated"] = "prices_recalculated"


@dataclass(frozen=True, slots=True)
class GoodsReturned:
    """Collected units came back to a store, to the shelf or damaged."""

    __pydantic_config__ = {"extra": "forbid"}

    lines: tuple[LineQuantity, ...]
    store: str
    reason: str
    damaged: bool
    stock: tuple[StockMove, ...]
    postings: tuple[Posting, ...]
    kind: Literal["goods_returned"] = "goods_returned"


@dataclass(frozen=True, slots=True)
class MessageAsked:
    """The customer is told once more how the order stands."""

    __pydantic_config__ = {"extra": "forbid"}

    message: MessageTold
    kind: Literal["message_asked"] = "message_asked"


@dataclass(frozen=True, slots=True)
class CodeIssued:
    """The customer has a new code and page link; all before them are void, another collector's code too."""

    __pydantic_config__ = {"extra": "forbid"}

    code_hash: str
    page_hash: str
    issue: int
    kind: Literal["code_issued"] = "code_issued"


LaterEvent = (
    CancellationUndone
    | HandOverUndone
    | PaymentTakenBack
    | PricesRecalculated
    | GoodsReturned
    | MessageAsked
    | CodeIssued
)
