"""Orders that arrive: the slip prints by itself, once, at the till that was told to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_app.operations import arrivals
from pos_app.operations.device_settings import Habits, habits, keep_habits
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.history import OrderRecord
from site_sync.protocol.changes import RecordKind
from tests.desks import Bench
from tests.operations.test_orders import saved


def _slips(bench: Bench, order_id: str) -> int:
    jobs = bench.store.print_jobs.of_order(order_id)
    return sum(job.document.kind is DocumentKind.PICKING_SLIP for job in jobs)


@pytest.mark.parametrize(("told", "slips"), [(True, 1), (False, 0)])
def test_a_slip_comes_out_once_where_it_was_wanted(bench: Bench, told: bool, slips: int) -> None:
    keep_habits(bench.desk, Habits(slips=told))
    order = saved(bench).order
    for _ in range(2):
        record = arrivals.arrived(bench.desk, order.id)
        assert record is not None
        assert record.order.number == order.number
    assert _slips(bench, order.id) == slips


def test_orders_of_other_stores_and_unknown_ones_are_no_news(bench: Bench) -> None:
    keep_habits(bench.desk, Habits(slips=True))
    order = saved(bench).order
    away = replace(
        order,
        id="elsewhere",
        number="S02-01-000001-1",
        delivery=replace(order.delivery, store="S02"),
        lines=tuple(replace(line, source_store="S02") for line in order.lines),
    )
    bench.tell(RecordKind.ORDER, away.id, OrderRecord(away))
    assert arrivals.arrived(bench.desk, "elsewhere") is None
    assert arrivals.arrived(bench.desk, "nothing") is None
    assert _slips(bench, "elsewhere") == 0


def test_habits_are_kept_and_kept_within_bounds(bench: Bench) -> None:
    assert habits(bench.desk) == Habits()
    assert keep_habits(bench.desk, Habits(400, slips=True, signature=True)) == Habits(100, True, True)
    assert keep_habits(bench.desk, Habits(-5)) == habits(bench.desk) == Habits(0)
