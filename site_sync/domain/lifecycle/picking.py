"""Finding the goods: claim, pick, short, unpick, ready."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from site_sync.domain.commands import (
    ClaimPicking,
    ConfirmPicking,
    Pick,
    PlaceBag,
    ReleasePicking,
    ReportShort,
    Unpick,
)
from site_sync.domain.deadlines import collect_by
from site_sync.domain.errors import Code, Refused
from site_sync.domain.events import BagPlaced, LineAdded, OrderReady, PickingClaimed, PickingReleased
from site_sync.domain.lifecycle.deciding import Deciding, check_quantity, check_text, stock_for
from site_sync.domain.money import Money, divide
from site_sync.domain.orders import Bag, Bucket, Claim, DeliveryMode, Line, Quantities
from site_sync.domain.particulars import LineQuantity, ShortNext
from site_sync.domain.permissions import Right
from site_sync.domain.stock import StockReason

MOST_BAGS = 99


def claim(working: Deciding, act: ClaimPicking) -> None:
    """Take the order to pick; another's claim ends by its age, or by right."""
    by, taken_from = working.command.by, ""
    held = working.order.claim
    if held is not None and held.staff != by.id:
        fresh = working.at - held.at < timedelta(minutes=working.context.policy.claim_minutes)
        if fresh and not (act.take_over and working.may(Right.ORDER_VIEW_ALL)):
            raise Refused(Code.CLAIMED_BY_OTHER, name=held.name, since=held.at.isoformat())
        taken_from = held.name
    working.add(PickingClaimed(Claim(by.id, by.name or by.id, working.at), taken_from))


def release(working: Deciding, act: ReleasePicking) -> None:
    """Give the order back to the queue; what is picked must be made ready or unpicked first."""
    if not working.order.count(Bucket.TO_PICK):
        raise Refused(Code.NOTHING_PICKED)
    _check_claim(working)
    working.add(PickingReleased())


def _check_claim(working: Deciding) -> None:
    held, by = working.order.claim, working.command.by
    if held is None:
        working.add(PickingClaimed(Claim(by.id, by.name or by.id, working.at)))
    elif held.staff != by.id and not working.may(Right.ORDER_VIEW_ALL):
        raise Refused(Code.CLAIMED_BY_OTHER, name=held.name, since=held.at.isoformat())


def _check_held(working: Deciding, line_id: int, quantity: int, bucket: Bucket) -> Line:
    check_quantity(quantity)
    line = working.order.line(line_id)
    held = line.quantities.held(bucket)
    if quantity > held:
        raise Refused(Code.QUANTITY_TOO_LARGE, line=line_id, quantity=quantity, most=held)
    return line


def pick(working: Deciding, act: Pick) -> None:
    """Units were found and lie in a bag."""
    _check_claim(working)
    if not 1 <= act.bag <= MOST_BAGS:
        raise Refused(Code.BAG_INVALID, bag=act.bag, most=MOST_BAGS)
    _check_held(working, act.line, act.quantity, Bucket.TO_PICK)
    working.move(act.line, (Bucket.TO_PICK, Bucket.PICKED), act.quantity, None, bag=act.bag)


def unpick(working: Deciding, act: Unpick) -> None:
    """Picked units go back to the list."""
    _check_held(working, act.line, act.quantity, Bucket.PICKED)
    working.move(act.line, (Bucket.PICKED, Bucket.TO_PICK), act.quantity, None)


def moved_line(working: Deciding, line: Line, quantity: int, store: str) -> Line:
    """A new line for units that shall come from another store, with their part of the discount."""
    discount = divide(line.discount.amount * quantity, line.quantities.ordered)
    return replace(
        line,
        id=max(existing.id for existing in working.order.lines) + 1,
        quantities=Quantities(to_pick=quantity),
        discount=Money(discount, line.discount.currency),
        source_store=store,
        shelf="",
    )


def short(working: Deciding, act: ReportShort) -> None:
    """Units were not found: leave them out, or have them come from another store."""
    _check_claim(working)
    line = _check_held(working, act.line, act.quantity, Bucket.TO_PICK)
    if act.next is ShortNext.OTHER_STORE:
        if not act.store or act.store == line.source_store:
            raise Refused(Code.STORE_NEEDED)
        fresh = moved_line(working, line, act.quantity, act.store)
        free = working.reservable(fresh, act.quantity, back_order=False)
        if free < act.quantity:
            facts = {"line": act.line, "sku": line.sku, "store": act.store, "requested": act.quantity}
            raise Refused(Code.INSUFFICIENT_STOCK, lines=[facts | {"available": free}])
        working.add(LineAdded(fresh, stock_for(fresh, (act.quantity, 0), StockReason.MOVED)))
    working.move(act.line, (Bucket.TO_PICK, Bucket.SHORT), act.quantity, StockReason.SHORT)


def _placed(working: Deciding, act: ConfirmPicking) -> tuple[Bag, ...]:
    shelves = {place.bag: place.shelf for place in act.bags}
    for number, shelf in shelves.items():
        working.order.bag(number)
        check_text(shelf, 40)
    return tuple(replace(bag, shelf=shelves.get(bag.number, bag.shelf)) for bag in working.order.bags)


def confirm_picking(working: Deciding, act: ConfirmPicking) -> None:
    """The goods wait in their bags; the time to collect them begins."""
    _check_claim(working)
    left = working.order.count(Bucket.TO_PICK)
    if left:
        raise Refused(Code.STILL_TO_PICK, quantity=left)
    for line in working.order.lines:
        if not line.blocks:
            working.move(line.id, (Bucket.TO_PICK, Bucket.PICKED), line.quantities.to_pick, None)
    bags = _placed(working, act)
    missing = tuple(
        LineQuantity(line.id, line.quantities.short) for line in working.order.lines if line.quantities.short
    )
    until = None
    if working.order.delivery.mode is DeliveryMode.COLLECT:
        calendar = working.context.calendars.get(working.order.work_store)
        rule = working.context.policy.deadline
        until = (
            collect_by(working.at, rule, calendar) if calendar else working.at + timedelta(hours=rule.hours)
        )
    working.add(OrderReady(bags, working.at, until, missing))


def place_bag(working: Deciding, act: PlaceBag) -> None:
    """A bag was put on a shelf."""
    working.order.bag(act.bag)
    check_text(act.shelf, 40)
    working.add(BagPlaced(act.bag, act.shelf))
