"""Tests of what comes from the site: snapshots, problems, answers, each in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pos_app.store.order_rows import SyncState
from site_sync.domain.history import OrderRecord
from site_sync.domain.problems import ProblemRecord
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RECORDS, Change, Changes, RecordKind
from site_sync.protocol.envelope import PushAnswer, Result, ResultKind
from site_sync.worker.ports import Applied, SnapshotBroken
from tests import builders
from tests.builders import NOW
from tests.desks import MARIA, SKUS, Bench, items
from tests.store.test_outbox import saved

Record = tuple[RecordKind, str, Any]


def snapshot(path: Path, records: Iterable[Record]) -> Path:
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE records (kind TEXT, key TEXT, version INTEGER, body TEXT)")
        file.execute("CREATE TABLE head (epoch TEXT, cursor TEXT)")
        file.execute("INSERT INTO head VALUES ('e1', '77')")
        rows = [(kind.value, key, 1, RECORDS[kind].text(value)) for kind, key, value in records]
        file.executemany("INSERT INTO records VALUES (?, ?, ?, ?)", rows)
    return path


def batch(bench: Bench, kind: RecordKind, key: str, value: Any) -> Changes:
    change = Change(kind=kind, key=key, version=9, body=RECORDS[kind].text(value))
    return Changes(service="site", nonce="", epoch="e1", site_time=NOW, cursor="99", changes=(change,))


def test_a_snapshot_replaces_the_replica_and_leaves_what_waits(bench: Bench, tmp_path: Path) -> None:
    waiting = saved(bench).order
    gone = builders.order(builders.line())
    bench.tell(RecordKind.ORDER, gone.id, OrderRecord(gone))
    fresh = builders.order(builders.line(to_pick=3))
    file = snapshot(
        tmp_path / "snapshot.sqlite",
        [
            (RecordKind.ITEM, items()[1].sku, items()[1]),
            (RecordKind.STOCK, f"S01/{SKUS[1]}", StockLevel(SKUS[1], "S01", 4)),
            (RecordKind.CUSTOMER, MARIA.id, MARIA),
            (RecordKind.ORDER, fresh.id, OrderRecord(fresh)),
        ],
    )
    applied = bench.store.site_side.take_snapshot(file, NOW)
    store = bench.store
    assert applied.whole
    assert [item.sku for item in store.catalogue.search("5799")] == [SKUS[1]]
    assert store.catalogue.by_code(SKUS[0]) is None
    assert store.orders.order(gone.id) is None
    assert store.orders.order(fresh.id) == fresh
    assert store.orders.order(waiting.id) == waiting
    assert store.orders.sync_state(waiting.id) is SyncState.LOCAL
    assert store.shop.stores() == ()
    assert store.site_side.place().cursor == "77"


def test_half_a_snapshot_changes_nothing(bench: Bench, tmp_path: Path) -> None:
    file = snapshot(tmp_path / "snapshot.sqlite", [(RecordKind.ITEM, items()[1].sku, items()[1])])
    data = file.read_bytes()
    file.write_bytes(data[:4096] + b"\x00" * (len(data) - 4096))
    with pytest.raises(SnapshotBroken):
        bench.store.site_side.take_snapshot(file, NOW)
    assert bench.store.catalogue.count() == len(items())
    assert len(bench.store.shop.stores()) == 2


def test_a_problem_of_the_store_is_told_and_ends_with_the_sites_record(bench: Bench) -> None:
    order = builders.order(builders.line())
    bench.tell(RecordKind.ORDER, order.id, OrderRecord(order))
    problem = ProblemRecord("p1", NOW, "S01", "double_hand_over", {"line": 1}, order_id=order.id)
    applied = bench.store.site_side.take_changes(batch(bench, RecordKind.PROBLEM, "p1", problem), NOW)
    assert (applied.problems, applied.orders) == (("p1",), frozenset({order.id}))
    assert bench.store.orders.sync_state(order.id) is SyncState.REFUSED
    ended = ProblemRecord(
        "p1", NOW, "S01", "double_hand_over", order_id=order.id, open=False, resolution="ok"
    )
    applied = bench.store.site_side.take_changes(batch(bench, RecordKind.PROBLEM, "p1", ended), NOW)
    assert (applied.problems, applied.orders) == ((), frozenset({order.id}))
    assert bench.store.orders.sync_state(order.id) is SyncState.CENTRAL
    assert bench.store.problems.open() == ()


def test_a_parked_command_stays_on_top_until_the_site_ends_it(bench: Bench) -> None:
    changed = saved(bench)
    (envelope,) = bench.store.outbox.to_push(1)
    parked = Result(command_id=envelope.command_id, seq=1, kind=ResultKind.PARKED, code="internal")
    words = PushAnswer(service="site", epoch="e1", site_time=NOW, results=(parked,))
    assert bench.store.site_side.take_answer(words, NOW).problems == (envelope.command_id,)
    assert bench.store.outbox.pending_count() == 0
    assert bench.store.orders.order(changed.order.id) == changed.order
    key = ("S01", SKUS[0])
    assert bench.store.catalogue.stock_at([key])[key].reserved == 1
    ended = ProblemRecord(
        envelope.command_id, NOW, "S01", "internal", order_id=changed.order.id,
        command_id=envelope.command_id, open=False, resolution="discarded",
    )  # fmt: skip
    bench.store.site_side.take_changes(batch(bench, RecordKind.PROBLEM, ended.id, ended), NOW)
    assert bench.store.catalogue.stock_at([key])[key].reserved == 0
    assert bench.store.problems.open() == ()


def test_a_broken_record_takes_its_whole_batch_back(bench: Bench) -> None:
    good = Change(kind=RecordKind.ITEM, key=SKUS[0], version=9, body=None)
    bad = Change(kind=RecordKind.ITEM, key=SKUS[1], version=9, body="{}")
    place = bench.store.site_side.place()
    words = Changes(service="site", nonce="", epoch="e1", site_time=NOW, cursor="100", changes=(good, bad))
    with pytest.raises(ValueError, match="item"):
        bench.store.site_side.take_changes(words, NOW)
    assert bench.store.catalogue.item(SKUS[0]) is not None
    assert bench.store.site_side.place() == place


def test_an_answer_asked_for_before_all_was_to_come_anew_moves_nothing(bench: Bench) -> None:
    words = batch(bench, RecordKind.ITEM, SKUS[0], replace(items()[0], name="Another jacket"))
    bench.store.identity.follow("e1", "")
    assert bench.store.site_side.take_changes(words, NOW) == Applied()
    assert bench.store.site_side.place().cursor == ""
    bench.store.identity.follow("e2", "12")
    assert bench.store.site_side.take_changes(words, NOW) == Applied()
    assert (bench.store.site_side.place().epoch, bench.store.site_side.place().cursor) == ("e2", "12")
