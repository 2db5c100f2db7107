"""Stock documents: what receipts, counts, transfers, adjustments and safety levels do to stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from site_sync.domain.card_numbers import mask_written
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.quantities import MOST
from site_sync.domain.stock import StockLevel

LONGEST_NOTE = 200
MOST_LINES = 500


class DocumentKind(StrEnum):
    """What a document records."""

    RECEIPT = "receipt"
    COUNT = "count"
    TRANSFER = "transfer"
    ADJUSTMENT = "adjustment"
    SAFETY = "safety"


class DocumentState(StrEnum):
    """How far it has come; `sent` goods of a transfer are to be received at the other store."""

    OPEN = "open"
    SENT = "sent"
    POSTED = "posted"
    DISCARDED = "discarded"


class AdjustReason(StrEnum):
    """Why stock is other than it was said to be."""

    DAMAGED = "damaged"
    LOST = "lost"
    FOUND = "found"
    PAST_DATE = "past_date"
    OWN_USE = "own_use"
    TO_SUPPLIER = "to_supplier"
    ENTRY_ERROR = "entry_error"
    OTHER = "other"


NEEDS_REASON = frozenset({DocumentKind.COUNT, DocumentKind.ADJUSTMENT})
"""Kinds that say why; a count only when it found another number."""


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One item; `expected` is what should have lain there when it was counted, or what was sent.

    `quantity` is what came, was counted, goes, is put on or taken off, or is kept as safety stock.
    """

    sku: str
    quantity: int
    expected: int = 0
    received: int | None = None


@dataclass(frozen=True, slots=True)
class StockDocument:
    """A document as a person filled it in; `to_store` where goods of a transfer go."""

    id: str
    number: str
    kind: DocumentKind
    store: str
    lines: tuple[DocumentLine, ...] = ()
    state: DocumentState = DocumentState.OPEN
    version: int = 1
    to_store: str = ""
    reason: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        mask_written(self)

    def line(self, sku: str) -> DocumentLine | None:
        """The line of an item."""
        return next((line for line in self.lines if line.sku == sku), None)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a line does to one item at one store; `uncovered` are reserved units nothing is left for."""

    sku: str
    store: str
    before: int
    after: int
    safety_before: int
    safety_after: int
    uncovered: int = 0

    @property
    def difference(self) -> int:
        """Units more or less on hand."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Plan:
    """What posting a document would do, line by line."""

    effects: tuple[Effect, ...] = field(default_factory=tuple)

    @property
    def uncovered(self) -> tuple[Effect, ...]:
        """Lines that leave reserved units without goods."""
        return tuple(effect for effect in self.effects if effect.uncovered)


def on_hand_change(document: StockDocument, line: DocumentLine) -> int:
    """Units that posting a line puts on the shelf of the document's store, below zero when they leave."""
    match document.kind:
        case DocumentKind.RECEIPT | DocumentKind.ADJUSTMENT:
            return line.quantity
        case DocumentKind.COUNT:
            return line.quantity - line.expected
        case DocumentKind.TRANSFER:
            return -line.quantity
        case DocumentKind.SAFETY:
            return 0


def effect_of(document: StockDocument, line: DocumentLine, level: StockLevel) -> Effect:
    """What a line does to the level as it is now."""
    after = level.on_hand + on_hand_change(document, line)
    safety = line.quantity if document.kind is DocumentKind.SAFETY else level.safety
    change = after - level.on_hand
    uncovered = max(0, level.reserved - after - level.back_order) if change < 0 else 0
    return Effect(line.sku, document.store, level.on_hand, after, level.safety, safety, uncovered)


def planned(document: StockDocument, levels: Mapping[str, StockLevel]) -> Plan:
    """What posting would do to the levels by SKU, as they are now."""
    store = document.store
    effects = [
        effect_of(document, line, levels.get(line.sku, StockLevel(line.sku, store)))
        for line in document.lines
    ]
    return Plan(tuple(effects))


def line_refusal(document: StockDocument, quantity: int) -> Refusal | None:
    """Why a quantity may not stand in a line of this document; counts and safety levels may be 0."""
    signed = document.kind is DocumentKind.ADJUSTMENT
    least = 0 if document.kind in (DocumentKind.COUNT, DocumentKind.SAFETY) else 1
    if abs(quantity) > MOST:
        return Refusal(Code.QUANTITY_TOO_LARGE, {"most": MOST})
    if (quantity == 0 and signed) or (quantity < least and not signed):
        return Refusal(Code.QUANTITY_INVALID, {"quantity": quantity})
    return None


def posting_refusal(document: StockDocument, plan: Plan) -> Refusal | None:
    """Why a document may not be posted as it is.

    Only a count may leave promises without goods: what does not lie there does not lie there.
    """
    if document.state is not DocumentState.OPEN:
        return Refusal(Code.NOTHING_CHANGED)
    if not document.lines:
        return Refusal(Code.NO_LINES)
    differs = any(effect.difference for effect in plan.effects)
    if document.kind in NEEDS_REASON and differs and not document.reason:
        return Refusal(Code.REASON_NEEDED)
    if document.kind is DocumentKind.COUNT:
        return None
    short = [
        {"sku": one.sku, "store": one.store, "requested": -one.difference, "available": _free(one)}
        for one in plan.effects
        if one.uncovered or (one.difference < 0 and one.after < 0)
    ]
    return Refusal(Code.INSUFFICIENT_STOCK, {"lines": tuple(short)}) if short else None


def _free(effect: Effect) -> int:
    """Units that may leave without breaking a promise or going below nothing."""
    return max(0, -effect.difference - max(effect.uncovered, -effect.after))


def received_refusal(document: StockDocument, received: Mapping[str, int]) -> Refusal | None:
    """Why goods of a transfer may not be taken in so; a difference needs a note."""
    if document.kind is not DocumentKind.TRANSFER or document.state is not DocumentState.SENT:
        return Refusal(Code.NOTHING_TO_RECEIVE)
    for line in document.lines:
        if not 0 <= received.get(line.sku, -1) <= MOST:
            return Refusal(Code.QUANTITY_INVALID, {"sku": line.sku})
    differs = any(received[line.sku] != line.quantity for line in document.lines)
    return Refusal(Code.REASON_NEEDED) if differs and not document.note else None


@dataclass(frozen=True, slots=True)
class Promise:
    """Units of one order that an item's stock stands for, those in its bags apart."""

    order_id: str
    number: str
    to_pick: int
    picked: int


def unfillable(promises: Iterable[Promise], on_hand: int) -> tuple[Promise, ...]:
    """Orders that what lies there does not suffice for: packed units first, then the oldest order first."""
    known = tuple(promises)
    left = on_hand - sum(one.picked for one in known)
    missing = []
    for one in known:
        if one.to_pick > max(0, left):
            missing.append(one)
        left -= one.to_pick
    return tuple(missing)
