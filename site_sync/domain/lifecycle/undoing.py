"""Taking back what was just done: voided lines, a cancellation, a hand-over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from site_sync.domain.errors import Code, Refused
from site_sync.domain.events import Event, UnitsMoved
from site_sync.domain.lifecycle.deciding import Deciding, check_quantity, stock_for
from site_sync.domain.orders import Line, OrderKind
from site_sync.domain.permissions import Right
from site_sync.domain.stock import StockReason
from site_sync.domain.units import Bag, Bucket, TakenUnits, Undoable

UNDO_TIME = timedelta(seconds=30)
"""How long who did something may take it back; later it needs the right to undo, and a reason."""

_DROPPED = {Bucket.TO_PICK: Bucket.CANCELLED, Bucket.PICKED: Bucket.TO_PUT_BACK}


def taken_units(events: Iterable[Event]) -> tuple[TakenUnits, ...]:
    """The units that some events made unwanted, by the quantity they were taken out of."""
    return tuple(
        TakenUnits(event.line, event.source, event.quantity)
        for event in events
        if isinstance(event, UnitsMoved) and _DROPPED.get(event.source) is event.target
    )


def left_bags(before: tuple[Bag, ...], after: tuple[Bag, ...]) -> tuple[Bag, ...]:
    """What left which bag."""
    now = {bag.number: dict(bag.contents) for bag in after}
    gone = []
    for bag in before:
        rest = now.get(bag.number, {})
        left = tuple((line, count - rest.get(line, 0)) for line, count in bag.contents)
        if any(count for _, count in left) or bag.number not in now:
            gone.append(replace(bag, contents=tuple((line, count) for line, count in left if count)))
    return tuple(gone)


def may_take_back(working: Deciding, done: Undoable | None, of: str) -> Undoable:
    """What is to be taken back; refused when it is not the latest, or too late for who asks."""
    if done is None or done.command != of:
        raise Refused(Code.NOTHING_TO_UNDO, number=working.order.number)
    if not free_to_undo(done, working.command.by.id, working.at):
        working.need(Right.ORDER_UNDO)
        working.need_reason()
    return done


def at_once(working: Deciding, done: Undoable) -> bool:
    """Whether it was done only just now."""
    return _just_now(done, working.at)


def free_to_undo(done: Undoable, by: str, at: datetime) -> bool:
    """Whether a person may take it back then without the right to undo: they did it themselves, just now."""
    return done.by == by and _just_now(done, at)


def _just_now(done: Undoable, at: datetime) -> bool:
    return timedelta(0) <= at - done.at <= UNDO_TIME


def _reserved_again(
    working: Deciding, line: Line, source: Bucket, quantity: int, reason: StockReason
) -> None:
    """Units that hold no stock any more are to be picked again, where they are still free."""
    stocked = working.order.kind is not OrderKind.QUOTE
    free = working.reservable(line, quantity, back_order=True) if stocked else quantity
    if free < quantity:
        facts = {"line": line.id, "sku": line.sku, "store": line.source_store}
        raise Refused(Code.INSUFFICIENT_STOCK, lines=[facts | {"requested": quantity, "available": free}])
    stock = stock_for(line, (quantity, 0), reason) if stocked else ()
    working.add(UnitsMoved(line.id, source, Bucket.TO_PICK, quantity, reason if stocked else None, stock))


def wanted_again(working: Deciding, taken: TakenUnits, reason: StockReason) -> None:
    """Units come back to where they were taken from; picked ones that were put back must be picked anew."""
    check_quantity(taken.quantity)
    line = working.order.line(taken.line)
    held = line.quantities
    if taken.source is Bucket.TO_PICK:
        _check_there(taken, held.cancelled)
        _reserved_again(working, line, Bucket.CANCELLED, taken.quantity, reason)
        return
    if taken.source is not Bucket.PICKED:
        raise Refused(Code.NOTHING_TO_UNDO, number=working.order.number)
    _check_there(taken, held.to_put_back + held.put_back)
    aside = min(taken.quantity, held.to_put_back)
    working.move(taken.line, (Bucket.TO_PUT_BACK, Bucket.PICKED), aside, None)
    if taken.quantity > aside:
        _reserved_again(working, line, Bucket.PUT_BACK, taken.quantity - aside, reason)


def _check_there(taken: TakenUnits, held: int) -> None:
    if taken.quantity > held:
        raise Refused(Code.QUANTITY_TOO_LARGE, line=taken.line, quantity=taken.quantity, most=held)
