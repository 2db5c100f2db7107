"""What an action of the payment-action dialog does to stock, which papers and messages it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from site_sync.domain.actions_case import PAYMENTS, PICK_UPS, SAVES, Case
from site_sync.domain.actions_values import (
    ActionCode,
    DialogContext,
    MessageKind,
    StockEffect,
    StockEffectKind,
)
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.orders import Bucket, Line, Order, OrderKind

_A = ActionCode
_K = StockEffectKind
_Counts = dict[tuple[StockEffectKind, str], int]
_KEEPS_STOCK = frozenset(
    {_A.PRINT, _A.SAVE_AS_QUOTE, _A.EXTEND, _A.CHANGE_DETAILS, _A.DISCARD_ORDER, _A.DISCARD_CHANGES}
)


def stock_effects(case: Case, code: ActionCode) -> tuple[StockEffect, ...]:
    """Items reserved, released, handed over and put back per store, in that order."""
    if code in _KEEPS_STOCK or (case.quote and code in SAVES):
        return ()
    before = () if case.draft.new or case.order.kind is OrderKind.QUOTE else case.order.lines
    counts: _Counts = {}
    if code is ActionCode.CANCEL_ORDER:
        after = () if case.quote else tuple(_cancelled(line) for line in case.order.lines)
        _count_changes(counts, before, after)
    else:
        units = case.picked_up(code)
        after = tuple(_handed_over(line, units.get(line.id, 0)) for line in case.after.lines)
        _count_changes(counts, before, after)
        _count_hand_over(counts, case.after, units, case.draft.store)
    order = list(StockEffectKind)
    found = sorted(counts.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    return tuple(StockEffect(kind, items, store) for (kind, store), items in found)


def _items(line: Line, quantity: int) -> int:
    """Pieces are counted, something weighed is one item."""
    return quantity if line.unit.decimals == 0 else min(quantity, 1)


def _cancelled(line: Line) -> Line:
    held = line.quantities
    for source, target in ((Bucket.TO_PICK, Bucket.CANCELLED), (Bucket.PICKED, Bucket.TO_PUT_BACK)):
        if held.held(source):
            held = held.move(source, target, held.held(source))
    return replace(line, quantities=held)


def _handed_over(line: Line, quantity: int) -> Line:
    held, picked = line.quantities, min(quantity, line.quantities.picked)
    for source, units in ((Bucket.PICKED, picked), (Bucket.TO_PICK, quantity - picked)):
        if units:
            held = held.move(source, Bucket.COLLECTED, units)
    return replace(line, quantities=held)


def _add(counts: _Counts, kind: StockEffectKind, store: str, items: int) -> None:
    if items:
        counts[kind, store] = counts.get((kind, store), 0) + items


def _count_changes(counts: _Counts, before: tuple[Line, ...], after: tuple[Line, ...]) -> None:
    """Compare the lines; what leaves with the customer is not counted as released."""
    old = {line.id: line for line in before}
    for line in after:
        was = old.pop(line.id, None)
        if was is not None and was.source_store != line.source_store:
            _count_line(counts, was, replace(was, quantities=replace(was.quantities, to_pick=0)))
            was = None
        _count_line(counts, was, line)
    for gone in old.values():
        _count_line(counts, gone, _cancelled(gone))


def _count_line(counts: _Counts, was: Line | None, line: Line) -> None:
    if not line.stocked:
        return
    now, then = line.quantities, was.quantities if was else None
    reserved = now.reserved - (then.reserved if then else 0)
    handed = now.collected - (then.collected if then else 0) if then else 0
    _add(counts, _K.RESERVE, line.source_store, _items(line, max(0, reserved)))
    _add(counts, _K.RELEASE, line.source_store, _items(line, max(0, -reserved - handed)))
    _add(
        counts,
        _K.PUT_BACK,
        line.source_store,
        _items(line, now.to_put_back - (then.to_put_back if then else 0)),
    )


def _count_hand_over(counts: _Counts, order: Order, units: Mapping[int, int], store: str) -> None:
    for number, quantity in units.items():
        line = order.line(number)
        if line.stocked:
            _add(counts, _K.HAND_OVER, store, _items(line, quantity))


_DOCUMENTS: dict[ActionCode, tuple[DocumentKind, ...]] = {
    _A.CONTINUE_TO_PAYMENT: (DocumentKind.SALES_RECEIPT,),
    _A.PICK_UP_SELECTED: (DocumentKind.SALES_RECEIPT,),
    _A.PICK_UP_ALL: (DocumentKind.SALES_RECEIPT,),
    _A.PAY_BACK_DEPOSIT: (DocumentKind.REFUND_RECEIPT,),
    _A.REFUND_SURPLUS: (DocumentKind.REFUND_RECEIPT,),
    _A.SAVE_AS_QUOTE: (DocumentKind.QUOTE,),
    _A.CONVERT_QUOTE: (DocumentKind.ORDER_CONFIRMATION,),
}


def documents(case: Case, code: ActionCode) -> tuple[DocumentKind, ...]:
    """The papers an action prints, in the order they come out."""
    paper = DocumentKind.QUOTE if case.quote else DocumentKind.ORDER_CONFIRMATION
    if code in PAYMENTS:
        saved = (paper,) if case.draft.new or case.draft.changed else ()
        return (*saved, DocumentKind.DEPOSIT_RECEIPT)
    if code is ActionCode.SAVE_AND_PRINT:
        return (paper,)
    if code is ActionCode.PRINT:
        return (paper, DocumentKind.DEPOSIT_RECEIPT) if case.order.payments else (paper,)
    rest = code in PICK_UPS and case.draft.new and case.picked_up(code) != case.everything
    return (*_DOCUMENTS.get(code, ()), *((paper,) if rest else ()))


def message(case: Case, code: ActionCode) -> MessageKind | None:
    """What the customer is told, None when nothing is or they cannot be reached."""
    if not case.after.customer.reachable:
        return None
    if code is ActionCode.CANCEL_ORDER or (
        code is ActionCode.PAY_BACK_DEPOSIT and case.context is DialogContext.ALL_VOIDED
    ):
        return None if case.quote else MessageKind.CANCELLED
    if code is ActionCode.SAVE_AS_QUOTE or (case.quote and case.draft.new and code in SAVES):
        return MessageKind.QUOTE
    saves_new = case.draft.new and not case.quote and code in SAVES | PAYMENTS
    return MessageKind.CONFIRMATION if saves_new or code is ActionCode.CONVERT_QUOTE else None
