"""Stock moves and the availability they leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class StockReason(StrEnum):
    """Why reserved or on-hand stock changed; the words of the stock reservation journal."""

    CREATED = "created"
    CHANGED = "changed"
    VOIDED = "voided"
    SHORT = "short"
    COLLECTED = "collected"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    PUT_BACK = "put_back"
    EXPIRED = "expired"
    MOVED = "moved"
    CORRECTED = "corrected"
    SOLD = "sold"
    HELD = "held"
    HOLD_ENDED = "hold_ended"
    SUBSTITUTED = "substituted"
    RETURNED = "returned"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class StockMove:
    """A change of one item's stock at one store in smallest units, caused by one line."""

    __pydantic_config__ = {"extra": "forbid"}

    line: int
    sku: str
    store: str
    reserved: int
    on_hand: int
    reason: StockReason


@dataclass(frozen=True, slots=True)
class StockLevel:
    """One item at one store in smallest units; `leased` is lent to tills that have not promised it yet."""

    __pydantic_config__ = {"extra": "forbid"}

    sku: str
    store: str
    on_hand: int = 0
    reserved: int = 0
    safety: int = 0
    back_order: int = 0
    leased: int = 0

    @property
    def available(self) -> int:
        """What may be promised from the shelf; below zero when more is reserved than lies there."""
        return self.on_hand - self.reserved - self.safety - self.leased

    @property
    def reservable(self) -> int:
        """What may be promised, allowed back order included."""
        return self.available + self.back_order


def sums(moves: Iterable[StockMove]) -> dict[tuple[str, str], tuple[int, int]]:
    """Net (reserved, on hand) change per (store, sku), sorted so that rows are always locked in one order."""
    net: dict[tuple[str, str], tuple[int, int]] = {}
    for move in moves:
        reserved, on_hand = net.get((move.store, move.sku), (0, 0))
        net[move.store, move.sku] = (reserved + move.reserved, on_hand + move.on_hand)
    return dict(sorted(net.items()))
