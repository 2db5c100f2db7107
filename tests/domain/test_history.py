"""The history people read tells of goods, and leaves out how a fee went along with them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from site_sync.domain.customers import Collector
from site_sync.domain.events import (
    BagPlaced,
    CustomerArrived,
    CustomerReminded,
    DeadlineExtended,
    Event,
    GoodsHandedOver,
    OrderShipped,
    Recorded,
    UnitsMoved,
)
from site_sync.domain.history import entry, worth_telling
from site_sync.domain.later_events import CodeIssued, MessageAsked, MessageTold
from site_sync.domain.orders import ArrivalState, Bucket
from site_sync.domain.particulars import Identity, IdentityBy, LineQuantity
from site_sync.domain.picking_events import BagsReceived, BagsSent, CollectorNamed
from tests.builders import CLERK, NOW, line, order, service


def test_goods_are_told_and_fees_pass_in_silence() -> None:
    whole = order(line(1, picked=1), service(2, picked=1))
    moved = [UnitsMoved(number, Bucket.TO_PICK, Bucket.PICKED, 1, None) for number in (1, 2)]
    history = [
        entry(Recorded(whole.id, 1, f"c{place}", NOW + timedelta(seconds=place), CLERK, event), whole)
        for place, event in enumerate(moved)
    ]
    assert [told.facts["item"] for told in worth_telling(history, whole)] == ["Item 1"]


SIGNED = Identity(IdentityBy.KNOWN, collector="Ole Holm", signature="M 0 0")


@pytest.mark.parametrize(
    ("event", "facts"),
    [
        (CustomerArrived(next(iter(ArrivalState)), NOW), {"state": next(iter(ArrivalState)).value}),
        (BagPlaced(1, "A1"), {"bag": 1, "shelf": "A1"}),
        (BagsSent((1, 2), "S02"), {"bags": 2, "store": "S02"}),
        (BagsReceived((1,)), {"bags": 1}),
        (CollectorNamed(Collector("Ole Holm"), "", 1), {"name": "Ole Holm"}),
        (CollectorNamed(None, "", 2), {"name": ""}),
        (MessageAsked(MessageTold.READY), {"message": "ready"}),
        (CodeIssued("c", "d", 2), {"issue": 2}),
        (OrderShipped(NOW, "T1", (), "Post"), {"tracking": "Post T1"}),
        (DeadlineExtended(NOW, None), {"until": NOW.isoformat()}),
        (CustomerReminded(2), {"level": 2}),
        (
            GoodsHandedOver((LineQuantity(1, 2),), SIGNED, ()),
            {"units": 2, "identity": "known", "collector": "Ole Holm", "signature": "M 0 0"},
        ),
    ],
    ids=lambda value: value.kind if hasattr(value, "kind") else "",
)
def test_an_event_is_told_with_its_facts(event: Event, facts: dict[str, object]) -> None:
    whole = order(line(1, picked=2))
    assert entry(Recorded(whole.id, 1, "c1", NOW, CLERK, event), whole).facts == facts
