"""Orders that are ready without a scan of each unit."""

from __future__ import annotations

from site_sync.domain.commands import ConfirmPicking, MarkReady
from site_sync.domain.lifecycle.deciding import Deciding
from site_sync.domain.lifecycle.picking import check_claim, confirm_picking
from site_sync.domain.orders import Bag, Bucket, DeliveryMode, Line, Order
from site_sync.domain.particulars import BagPlace


def mark_ready(working: Deciding, act: MarkReady) -> None:
    """All that is to be picked here lies in one bag on a shelf; the time to collect it begins."""
    check_claim(working)
    bag = _own_bag(working.order)
    for line in working.order.lines:
        if line.blocks and _is_here(working.order, line):
            working.move(
                line.id, (Bucket.TO_PICK, Bucket.PICKED), line.quantities.to_pick, None, bag=Bag(bag)
            )
    packed = any(one.number == bag for one in working.order.bags)
    confirm_picking(working, ConfirmPicking((BagPlace(bag, act.shelf),) if packed and act.shelf else ()))


def _own_bag(order: Order) -> int:
    """The first bag that did not come from another store, else a new one."""
    own = [bag.number for bag in order.bags if not bag.sent_from]
    return own[0] if own else len(order.bags) + 1


def _is_here(order: Order, line: Line) -> bool:
    """Whether the goods lie where they are handed over; those of another store must travel first."""
    here = line.source_store in ("", order.work_store)
    return here or order.delivery.mode is not DeliveryMode.COLLECT
