"""Finding the goods: claim, pick, short, unpick, ready."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from site_sync.domain.commands import (
    ClaimPicking,
    ConfirmPicking,
    Pick,
    PlaceBag,
    Receive,
    ReleasePicking,
    ReportShort,
    Unpick,
)
from site_sync.domain.deadlines import collect_by
from site_sync.domain.errors import Code, Refused
from site_sync.domain.events import BagPlaced, LineAdded, OrderReady, PickingClaimed, PickingReleased
from site_sync.domain.lifecycle.deciding import Deciding, check_quantity, check_text, stock_for
from site_sync.domain.lifecycle.paying import give_back
from site_sync.domain.money import Money, divide
from site_sync.domain.orders import Bag, Bucket, Claim, DeliveryMode, Line, Order, Quantities
from site_sync.domain.particulars import LineQuantity, ShortNext
from site_sync.domain.permissions import Right
from site_sync.domain.picking_events import BagsReceived
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
    check_claim(working)
    working.add(PickingReleased())


def check_claim(working: Deciding) -> None:
    """Whoever works on the order without a claim claims it; another's claim is in the way."""
    held, by = working.order.claim, working.command.by
    if held is None:
        working.add(PickingClaimed(Claim(by.id, by.name or by.id, working.at)))
    elif held.staff != by.id and not working.may(Right.ORDER_VIEW_ALL):
        raise Refused(Code.CLAIMED_BY_OTHER, name=held.name, since=held.at.isoformat())


def check_held(working: Deciding, line_id: int, quantity: int, bucket: Bucket) -> Line:
    """The line, when it holds that many units in that quantity."""
    check_quantity(quantity)
    line = working.order.line(line_id)
    held = line.quantities.held(bucket)
    if quantity > held:
        raise Refused(Code.QUANTITY_TOO_LARGE, line=line_id, quantity=quantity, most=held)
    return line


def _sent_from(working: Deciding, line: Line) -> str:
    """The store whose bag this becomes, when the goods must travel to where they are handed over."""
    there = working.command.store
    home = working.order.work_store
    travels = working.order.delivery.mode is DeliveryMode.COLLECT and there not in ("", home)
    return there if travels and line.source_store == there else ""


def bag_for(order: Order, store: str, wanted: int) -> int:
    """The bag that units picked at a store go into: the wanted one, if it is in that store's hands."""
    sent_from = store if store not in ("", order.work_store) else ""
    if all(bag.sent_from == sent_from for bag in order.bags if bag.number == wanted):
        return wanted
    own = [bag.number for bag in order.bags if bag.sent_from == sent_from]
    return own[-1] if own else max(bag.number for bag in order.bags) + 1


def pick(working: Deciding, act: Pick) -> None:
    """Units were found and lie in a bag; another store's units are on their way then, by nobody's claim."""
    line = check_held(working, act.line, act.quantity, Bucket.TO_PICK)
    sent_from = _sent_from(working, line)
    if not sent_from:
        check_claim(working)
    held = {bag.number: bag.sent_from for bag in working.order.bags}
    if held.get(act.bag, sent_from) != sent_from:
        raise Refused(Code.BAG_INVALID, bag=act.bag, most=MOST_BAGS)
    if not 1 <= act.bag <= MOST_BAGS:
        raise Refused(Code.BAG_INVALID, bag=act.bag, most=MOST_BAGS)
    working.move(
        act.line,
        (Bucket.TO_PICK, Bucket.PICKED),
        act.quantity,
        None,
        bag=Bag(act.bag, sent_from=sent_from),
    )


def receive(working: Deciding, act: Receive) -> None:
    """Bags of another store arrived where the order is handed over; who takes them in finishes the order."""
    travelling = tuple(bag.number for bag in working.order.bags if bag.sent_from)
    wanted = act.bags or travelling
    for number in wanted:
        working.order.bag(number)
    if not wanted or not set(wanted) <= set(travelling):
        raise Refused(Code.NOTHING_TO_RECEIVE)
    if working.order.claim is None:
        by = working.command.by
        working.add(PickingClaimed(Claim(by.id, by.name or by.id, working.at)))
    working.add(BagsReceived(wanted))


def unpick(working: Deciding, act: Unpick) -> None:
    """Picked units go back to the list."""
    check_held(working, act.line, act.quantity, Bucket.PICKED)
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
    """Units were not found: leave them out, or have them come from another store or in a later order."""
    check_claim(working)
    line = check_held(working, act.line, act.quantity, Bucket.TO_PICK)
    if act.next is ShortNext.OTHER_STORE:
        if not act.store or act.store == line.source_store:
            raise Refused(Code.STORE_NEEDED)
        fresh = moved_line(working, line, act.quantity, act.store)
        free = working.reservable(fresh, act.quantity, back_order=False)
        if free < act.quantity:
            facts = {"line": act.line, "sku": line.sku, "store": act.store, "requested": act.quantity}
            raise Refused(Code.INSUFFICIENT_STOCK, lines=[facts | {"available": free}])
        working.add(LineAdded(fresh, stock_for(fresh, (act.quantity, 0), StockReason.MOVED)))
    later = act.next in (ShortNext.BACK_ORDER, ShortNext.SHIP_LATER)
    if later and not act.follow_up:
        raise Refused(Code.FOLLOW_UP_NEEDED)
    working.move(act.line, (Bucket.TO_PICK, Bucket.SHORT), act.quantity, StockReason.SHORT)
    if later and act.moved:
        give_back(working, act.moved)


def _placed(working: Deciding, act: ConfirmPicking) -> tuple[Bag, ...]:
    shelves = {place.bag: place.shelf for place in act.bags}
    for number, shelf in shelves.items():
        working.order.bag(number)
        check_text(shelf, 40)
    return tuple(replace(bag, shelf=shelves.get(bag.number, bag.shelf)) for bag in working.order.bags)


def confirm_picking(working: Deciding, act: ConfirmPicking) -> None:
    """The goods wait in their bags; the time to collect them begins."""
    check_claim(working)
    left = working.order.count(Bucket.TO_PICK)
    if left:
        raise Refused(Code.STILL_TO_PICK, quantity=left)
    if working.order.on_its_way:
        raise Refused(Code.BAGS_ON_THEIR_WAY, bags=sum(1 for bag in working.order.bags if bag.sent_from))
    if working.order.asked:
        raise Refused(Code.SUBSTITUTE_UNANSWERED, line=working.order.asked[0].line)
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
