"""Tests of counting what a till holds and of loading kinds again: what waits stays on top, old orders go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pos_app.operations import orders
from pos_app.operations.desk import Changed
from pos_app.store import agreement
from pos_app.store.order_rows import SyncState
from site_sync.domain.history import OrderRecord
from site_sync.domain.orders import Order
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.checks import CHECKED, Tally
from site_sync.worker.ports import SnapshotBroken
from tests import builders
from tests.builders import NOW
from tests.desks import SKUS, Bench, acting, items
from tests.store.test_outbox import saved
from tests.store.test_site_side import snapshot

LONG_AGO = NOW - timedelta(days=40)


def counted(bench: Bench, kind: RecordKind) -> tuple[int, str]:
    """What the till holds of a kind, counted in pieces."""
    tally = Tally()
    after = bench.store.site_side.tally(kind, NOW - timedelta(days=29), "", tally)
    while after:
        after = bench.store.site_side.tally(kind, NOW - timedelta(days=29), after, tally)
    return tally.count, tally.text()


def told(bench: Bench, order: Order) -> Order:
    """The site tells of an order."""
    bench.tell(RecordKind.ORDER, order.id, OrderRecord(order))
    return order


def noted(bench: Bench, order: Order) -> Changed:
    """Something is done to an order here that the site has not answered."""
    done = orders.note(bench.desk, acting(), order.id, "call first")
    assert isinstance(done, Changed), done
    return done


def closed(bench: Bench) -> Order:
    """An order that was collected and closed long ago."""
    return told(bench, replace(builders.order(builders.line(collected=1)), closed_at=LONG_AGO))


def test_counting_in_small_pieces_counts_the_same(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        told(bench, builders.order(builders.line()))
    at_once = {kind: counted(bench, kind) for kind in CHECKED}
    monkeypatch.setattr(agreement, "PIECE", 2)
    assert {kind: counted(bench, kind) for kind in CHECKED} == at_once
    assert [at_once[kind][0] for kind in (RecordKind.ITEM, RecordKind.STOCK, RecordKind.ORDER)] == [6, 10, 5]


def test_what_waits_here_does_not_change_what_is_counted(bench: Bench) -> None:
    order = told(bench, builders.order(builders.line()))
    before = counted(bench, RecordKind.ORDER)
    noted(bench, order)
    assert bench.store.orders.sync_state(order.id) is SyncState.LOCAL
    assert counted(bench, RecordKind.ORDER) == before
    saved(bench)
    assert counted(bench, RecordKind.ORDER) == before, "the site knows nothing of it yet"


def test_orders_loaded_again_keep_what_waits_on_top(bench: Bench, tmp_path: Path) -> None:
    order, gone = told(bench, builders.order(builders.line())), told(bench, builders.order(builders.line()))
    noted(bench, order)
    fresh = builders.order(builders.line())
    file = snapshot(
        tmp_path / "kinds.sqlite",
        [(RecordKind.ORDER, one.id, OrderRecord(one)) for one in (order, fresh)],
    )
    place = bench.store.site_side.place()
    applied = bench.store.site_side.take_kinds(file, frozenset({RecordKind.ORDER}), NOW)
    assert applied.orders >= {gone.id, fresh.id}
    assert bench.store.orders.order(gone.id) is None
    assert bench.store.orders.order(fresh.id) == fresh
    shown = bench.store.orders.order(order.id)
    assert shown is not None
    assert [note.text for note in shown.notes] == ["call first"]
    assert bench.store.site_side.place() == place


def test_orders_closed_long_ago_are_forgotten_unless_something_waits(bench: Bench) -> None:
    old, waiting = closed(bench), closed(bench)
    noted(bench, waiting)
    recent = told(bench, builders.order(builders.line()))
    bench.store.site_side.forget_closed(NOW - timedelta(days=31))
    assert bench.store.orders.order(old.id) is None
    assert bench.store.orders.order(waiting.id) is not None
    assert bench.store.orders.order(recent.id) is not None


def test_a_file_from_before_a_restore_is_no_snapshot(bench: Bench, tmp_path: Path) -> None:
    file = snapshot(tmp_path / "old.sqlite", [(RecordKind.ITEM, SKUS[1], items()[1])])
    bench.store.identity.follow("e2", "")
    with pytest.raises(SnapshotBroken, match="another epoch"):
        bench.store.site_side.take_snapshot(file, NOW)
    with pytest.raises(SnapshotBroken, match="another epoch"):
        bench.store.site_side.take_kinds(file, frozenset({RecordKind.ITEM}), NOW)
    assert bench.store.catalogue.count() == len(items())
