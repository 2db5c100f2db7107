"""Another store for goods that wait already: they travel in their bags and are announced again there."""

from __future__ import annotations

from dataclasses import replace

from site_sync.domain.commands import Amend, ConfirmPicking, Receive
from site_sync.domain.orders import Bag, Claim, Delivery, Stage
from site_sync.domain.stock import StockReason
from tests.builders import NOW, line, order
from tests.domain.lifecycle.test_acts import result

TO_HILL = Amend(delivery=Delivery(store="S02"))
READY = replace(
    order(line(1, picked=2), line(2, picked=1), paid=500),
    bags=(Bag(1, "C1", ((1, 2),)), Bag(2, "C2", ((2, 1),))),
    ready_at=NOW,
    collect_by=NOW,
)


def test_packed_goods_travel_in_their_bags_and_stay_reserved_where_they_came_from() -> None:
    moved = result(READY, TO_HILL)
    assert moved.order.stage is Stage.PICKING
    assert [(bag.sent_from, bag.shelf) for bag in moved.order.bags] == [("S01", ""), ("S01", "")]
    assert (moved.order.ready_at, moved.order.collect_by) == (None, None)
    assert {one.source_store for one in moved.order.lines} == {"S01"}
    assert not [event for event in moved.events if getattr(event, "stock", ())]
    assert StockReason.MOVED not in {getattr(event, "reason", None) for event in moved.events}


def test_they_are_taken_in_and_made_ready_where_they_go_now() -> None:
    moved = result(READY, TO_HILL).order
    here = result(moved, Receive(())).order
    ready = result(here, ConfirmPicking()).order
    assert ready.stage is Stage.TO_COLLECT
    assert [bag.sent_from for bag in ready.bags] == ["", ""]


def test_what_is_still_to_pick_is_taken_from_the_new_store() -> None:
    moved = result(order(line(1, to_pick=2)), TO_HILL)
    assert (moved.order.line(1).source_store, moved.order.stage) == ("S02", Stage.TO_PICK)


def test_what_was_picked_already_travels_and_only_the_rest_is_taken_from_the_new_store() -> None:
    bag = Bag(1, contents=((1, 1),))
    begun = replace(order(line(1, picked=1, to_pick=1)), bags=(bag,), claim=Claim("carl", "Carl", NOW))
    moved = result(begun, TO_HILL).order
    assert [(one.source_store, one.quantities.open) for one in moved.lines] == [("S01", 1), ("S02", 1)]
    assert not any(one.quantities.to_put_back for one in moved.lines)
    assert ([one.sent_from for one in moved.bags], moved.claim) == (["S01"], None)
