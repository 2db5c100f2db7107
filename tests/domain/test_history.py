"""The history people read tells of goods, and leaves out how a fee went along with them."""

from __future__ import annotations

from datetime import timedelta

from site_sync.domain.events import Recorded, UnitsMoved
from site_sync.domain.history import entry, worth_telling
from site_sync.domain.orders import Bucket
from tests.builders import CLERK, NOW, line, order, service


def test_goods_are_told_and_fees_pass_in_silence() -> None:
    whole = order(line(1, picked=1), service(2, picked=1))
    moved = [UnitsMoved(number, Bucket.TO_PICK, Bucket.PICKED, 1, None) for number in (1, 2)]
    history = [
        entry(Recorded(whole.id, 1, f"c{place}", NOW + timedelta(seconds=place), CLERK, event), whole)
        for place, event in enumerate(moved)
    ]
    assert [told.facts["item"] for told in worth_telling(history, whole)] == ["Item 1"]
