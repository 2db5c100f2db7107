"""Applying one event to an order; never refuses, never decides."""

from __future__ import annotations

from dataclasses import replace

from site_sync.domain import events as happened
from site_sync.domain.events import Event, UnitsMoved
from site_sync.domain.orders import (
    Arrival,
    Bag,
    Bucket,
    Order,
    OrderKind,
)

_OUT_OF_BAGS = frozenset(
    {
        (Bucket.PICKED, Bucket.TO_PICK),
        (Bucket.PICKED, Bucket.COLLECTED),
        (Bucket.TO_PUT_BACK, Bucket.PUT_BACK),
    }
)
"""Moves by which units leave their bag; what waits to be put back still lies in it."""


def _into_bag(bags: tuple[Bag, ...], event: UnitsMoved) -> tuple[Bag, ...]:
    known = {bag.number: bag for bag in bags}
    bag = known.get(event.bag, Bag(event.bag, sent_from=event.sent_from))
    inside = dict(bag.contents)
    inside[event.line] = inside.get(event.line, 0) + event.quantity
    known[event.bag] = replace(bag, contents=tuple(sorted(inside.items())))
    return tuple(known[key] for key in sorted(known))


def _out_of_bags(bags: tuple[Bag, ...], line: int, quantity: int, named: int = 0) -> tuple[Bag, ...]:
    """The bags without some units of a line, out of the bag that was named, else out of the latest ones."""
    left, result = quantity, []
    for bag in sorted(bags, key=lambda bag: (bag.number != named, -bag.number)):
        inside = dict(bag.contents)
        taken = min(left, inside.get(line, 0))
        left -= taken
        if taken:
            inside[line] -= taken
        contents = tuple((key, value) for key, value in sorted(inside.items()) if value)
        if contents or not taken:
            result.append(replace(bag, contents=contents))
    return tuple(sorted(result, key=lambda bag: bag.number))


def _refilled(bags: tuple[Bag, ...], back: tuple[Bag, ...]) -> tuple[Bag, ...]:
    """The bags with what had left them; those taken away as a whole stand on their shelf again."""
    known = {bag.number: bag for bag in bags}
    for bag in back:
        there = known.get(bag.number)
        if there is None:
            known[bag.number] = bag
            continue
        inside = dict(there.contents)
        for line, quantity in bag.contents:
            inside[line] = inside.get(line, 0) + quantity
        known[bag.number] = replace(there, contents=tuple(sorted(inside.items())))
    return tuple(known[number] for number in sorted(known))


def _moved(order: Order, event: UnitsMoved) -> Order:
    line = order.line(event.line)
    line = replace(line, quantities=line.quantities.move(event.source, event.target, event.quantity))
    bags = order.bags
    if event.target is Bucket.PICKED and event.bag:
        bags = _into_bag(bags, event)
    elif (event.source, event.target) in _OUT_OF_BAGS:
        bags = _out_of_bags(bags, event.line, event.quantity, event.bag)
    return replace(order.with_line(line), bags=bags)


def _placed(order: Order, event: happened.BagPlaced) -> Order:
    bags = tuple(replace(bag, shelf=event.shelf) if bag.number == event.bag else bag for bag in order.bags)
    return replace(order, bags=bags)


def _sent_on(order: Order, event: happened.BagsSent) -> Order:
    """The bags are on no shelf and nothing waits to be collected until they arrive."""
    bags = tuple(
        replace(bag, sent_from=event.store, shelf="") if bag.number in event.bags else bag
        for bag in order.bags
    )
    return replace(order, bags=bags, ready_at=None, collect_by=None, reminders=0)


def _details(order: Order, event: happened.DetailsChanged) -> Order:
    """The particulars as they are now; another collector's code goes with its person."""
    same = event.collector == order.collector
    return replace(
        order,
        collector_hash=order.collector_hash if same else "",
        customer=event.customer,
        collector=event.collector,
        delivery=event.delivery,
        comment_staff=event.comment_staff,
        comment_customer=event.comment_customer,
        promised_at=event.promised_at or order.promised_at,
    )


def _reissued(order: Order, event: happened.CodeIssued) -> Order:
    """Nothing opens the order but the new code and link; who is named to collect gets a code anew."""
    return replace(
        order,
        code_hash=event.code_hash,
        page_hash=event.page_hash,
        code_issue=event.issue,
        collector_hash="",
    )


def _extended(order: Order, event: happened.DeadlineExtended) -> Order:
    order = replace(order, extensions=order.extensions + 1, reminders=0, expired_at=None, expired=())
    if order.kind is OrderKind.QUOTE:
        return replace(order, expires_at=event.collect_by)
    return replace(order, collect_by=event.collect_by)


def evolve(order: Order, event: Event) -> Order:  # one case a kind: the fold of an order's history
    """The order after the event."""
    match event:
        case happened.OrderCreated():
            return event.order
        case happened.LineAdded():
            return replace(order, lines=(*order.lines, event.line))
        case happened.LineChanged():
            return order.with_line(event.line)
        case happened.UnitsMoved():
            return _moved(order, event)
        case happened.DetailsChanged():
            return _details(order, event)
        case happened.QuoteConverted():
            return replace(order, kind=OrderKind.CUSTOMER_ORDER, expires_at=event.expires_at)
        case happened.PaymentRecorded():
            return replace(order, payments=(*order.payments, event.payment))
        case happened.PickingClaimed():
            return replace(order, claim=event.claim)
        case happened.PickingReleased():
            return replace(order, claim=None)
        case happened.NoteAdded():
            return replace(order, notes=(*order.notes, event.note))
        case _:
            return _evolve_later(order, event)


def _evolve_later(order: Order, event: Event) -> Order:
    match event:
        case happened.OrderReady():
            return replace(
                order,
                bags=event.bags,
                packed=tuple(bag.number for bag in event.bags),
                ready_at=event.ready_at,
                collect_by=event.collect_by,
                claim=None,
                reminders=0,
            )
        case happened.BagPlaced():
            return _placed(order, event)
        case happened.CustomerArrived():
            return replace(order, arrival=Arrival(event.state, event.at))
        case happened.GoodsHandedOver():
            return replace(order, arrival=None, hand_over=event.undoable)
        case happened.OrderShipped():
            tracking = event.tracking or order.delivery.tracking
            carrier = event.carrier or order.delivery.carrier
            delivery = replace(order.delivery, tracking=tracking, carrier=carrier)
            return replace(order, shipped_at=event.at, delivery=delivery)
        case happened.OrderDelivered():
            return replace(order, delivered_at=event.at)
        case happened.OrderCancelled():
            whole_at = event.at if event.whole else order.cancelled_at
            return replace(order, cancelled_at=whole_at, cancellation=event.undoable)
        case happened.DeadlineExtended():
            return _extended(order, event)
        case happened.CustomerReminded():
            return replace(order, reminders=event.level)
        case happened.OrderExpired():
            return replace(order, expired_at=event.at, expired=event.parts, claim=None)
        case happened.OrderClosed():
            return replace(order, closed_at=event.at, claim=None, arrival=None)
        case happened.OrderReopened():
            return replace(order, closed_at=None)
    return _evolve_picking(order, event)


def _evolve_picking(order: Order, event: Event) -> Order:
    match event:
        case happened.SubstituteOffered():
            return replace(order, substitutions=(*order.substitutions, event.substitution))
        case happened.SubstituteAnswered():
            answered = tuple(
                replace(one, answer=event.answer) if one.line == event.line else one
                for one in order.substitutions
            )
            return replace(order, substitutions=answered)
        case happened.BagsSent():
            return _sent_on(order, event)
        case happened.BagsReceived():
            here = tuple(
                replace(bag, sent_from="") if bag.number in event.bags else bag for bag in order.bags
            )
            return replace(order, bags=here)
        case happened.CollectorNamed():
            return replace(
                order,
                collector=event.collector,
                collector_hash=event.code_hash,
                collector_issue=event.issue,
            )
        case _:
            return _put_right(order, event)


def _put_right(order: Order, event: Event) -> Order:
    match event:
        case happened.CancellationUndone():
            return replace(order, cancelled_at=None if event.whole else order.cancelled_at, cancellation=None)
        case happened.HandOverUndone():
            return replace(order, bags=_refilled(order.bags, event.bags), hand_over=None)
        case happened.PaymentTakenBack():
            return replace(order, payments=tuple(one for one in order.payments if one.id != event.payment))
        case happened.GoodsReturned():
            for part in event.lines:
                line = order.line(part.line)
                order = order.with_line(replace(line, returned=line.returned + part.quantity))
        case happened.CodeIssued():
            return _reissued(order, event)
    return order
