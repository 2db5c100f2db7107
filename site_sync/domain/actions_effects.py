"""What an action of the payment-action dialog does to stock, which papers and messages it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from site_sync.domain.actions_case import PAY_OUTS, PAYMENTS, PICK_UPS, SAVES, Case
from site_sync.domain.actions_values import (
    Action,
    ActionCode,
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


_PAPERS: dict[ActionCode, tuple[DocumentKind, ...]] = {
    _A.PAY_BACK_DEPOSIT: (DocumentKind.REFUND_RECEIPT,),
    _A.REFUND_SURPLUS: (DocumentKind.REFUND_RECEIPT,),
    _A.KEEP_AS_CREDIT: (DocumentKind.CREDIT_NOTE,),
    _A.SAVE_AS_QUOTE: (DocumentKind.QUOTE,),
}


def documents(case: Case, action: Action) -> tuple[DocumentKind, ...]:
    """The papers an action prints, in the order they come out."""
    code = action.code
    paper = DocumentKind.QUOTE if case.quote else DocumentKind.ORDER_CONFIRMATION
    if code in PICK_UPS:
        return _of_pick_up(case, code, paper)
    if code in PAYMENTS:
        saved = (paper,) if case.draft.new or case.draft.changed else ()
        return (DocumentKind.DEPOSIT_RECEIPT, *saved)
    if code is ActionCode.CONVERT_QUOTE:
        receipt = (DocumentKind.DEPOSIT_RECEIPT,) if action.amount_now else ()
        return (*receipt, DocumentKind.ORDER_CONFIRMATION)
    if code is ActionCode.SAVE_AND_PRINT:
        return (paper,)
    if code is ActionCode.PRINT:
        return (paper, DocumentKind.DEPOSIT_RECEIPT) if case.order.payments else (paper,)
    ended = (DocumentKind.CANCELLATION,) if _cancels(case, code) else ()
    return (*_PAPERS.get(code, ()), *ended)


def _of_pick_up(case: Case, code: ActionCode, paper: DocumentKind) -> tuple[DocumentKind, ...]:
    units = case.picked_up(code)
    if not units:
        return ()
    rest = case.draft.new and units != case.everything
    return (DocumentKind.SALES_RECEIPT, *((paper,) if rest else ()))


def _cancels(case: Case, code: ActionCode) -> bool:
    """Whether the order ends by this: cancelled, or with its last money given back or kept."""
    gives_up = case.ends and code in PAY_OUTS | {ActionCode.KEEP_AS_CREDIT}
    return not case.quote and (gives_up or code is ActionCode.CANCEL_ORDER)


def message(case: Case, code: ActionCode) -> MessageKind | None:
    """What the customer is told, None when nothing is or they cannot be reached."""
    if not case.after.customer.reachable or (case.quote and code is not ActionCode.CONVERT_QUOTE):
        return None
    if _cancels(case, code):
        return MessageKind.CANCELLED
    if code is ActionCode.EXTEND:
        return MessageKind.EXTENDED
    if code in PICK_UPS:
        rest = bool(case.picked_up(code)) and case.picked_up(code) != case.everything
        return MessageKind.CONFIRMATION if case.draft.new and rest else None
    begins = case.draft.new and code in SAVES | PAYMENTS
    return MessageKind.CONFIRMATION if begins or code is ActionCode.CONVERT_QUOTE else None
