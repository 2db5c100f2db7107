"""The feed: complete, in commit order, within a store's scope; a snapshot and what follows is the state."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from site_sync.domain.commands import AddNote, Amend, Cancel
from site_sync.domain.customers import Customer
from site_sync.domain.orders import Delivery
from site_sync.domain.permissions import Role
from site_sync.domain.problems import ProblemRecord
from site_sync.domain.shop import StaffMember
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import changes, problems, reservations, snapshot
from site_sync.service.changes import Feed
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.transaction import Changed, Transaction
from site_sync.service.problems import Resolution
from tests.service.shop import JACKET, NOON, STOVE, Commands, new_line
from tests.service.test_orders import apply

State = dict[tuple[str, str], str]


def told(database: Database, store: str, after: int) -> tuple[State, int]:
    """Everything the feed tells a store after a position: bodies by (kind, key), "" for what is gone."""
    state: State = {}
    more = True
    while more:
        position = after
        batch = database.read(partial(changes.read_batch, store=store, after=position))
        for text in batch.changes:
            change = json.loads(text)
            state[change["kind"], change["key"]] = change["body"] or ""
        after, more = batch.position, batch.more
    return state, after


def snapshot_of(database: Database, store: str, folder: Path) -> tuple[State, int]:
    """The records of a fresh snapshot, and its position."""
    path = folder / f"{len(list(folder.iterdir()))}.sqlite"
    database.read(lambda db: snapshot.write_snapshot(db, path, snapshot.Sort(store), "epoch-1", NOON))
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute("SELECT kind, key, body FROM records").fetchall()
        epoch, position = changes.cursor_place(file.execute("SELECT cursor FROM head").fetchone()[0])
    assert epoch == "epoch-1"
    return {(kind, key): body for kind, key, body in rows}, position


def test_a_snapshot_and_the_changes_after_it_are_the_state(database: Database, tmp_path: Path) -> None:
    here, there = Commands(), Commands("S02", "01")
    first = apply(
        database, here.create(new_line(JACKET, 2), customer=Customer("c1", "Ole", phone="+4520114307"))
    )
    apply(database, there.create(new_line(STOVE)))
    state, position = snapshot_of(database, "S01", tmp_path)
    apply(database, here.give(first.id, AddNote("gift")))
    apply(database, there.create(new_line(JACKET, 4), delivery=Delivery(store="S01")))
    apply(database, here.give(first.id, Cancel("no need")))
    database.write(lambda tx: records.save(tx, RecordKind.ITEM, replace(STOVE, name="Better stove")))
    database.write(lambda tx: records.remove(tx, RecordKind.ITEM, "TNT"))
    later, _ = told(database, "S01", position)
    state.update(later)
    assert {key: body for key, body in state.items() if body} == snapshot_of(database, "S01", tmp_path)[0]
    assert later["item", "TNT"] == ""


def test_orders_of_other_stores_are_not_told(database: Database) -> None:
    mine, theirs = Commands(), Commands("S02", "01")
    kept = apply(database, mine.create())
    theirs_only = apply(database, theirs.create())
    shared = apply(database, theirs.create(new_line(JACKET), delivery=Delivery(store="S01")))
    state, _ = told(database, "S01", 0)
    assert {key for kind, key in state if kind == "order"} == {kept.id, shared.id}
    assert theirs_only.id not in json.dumps(list(state.values()))
    assert ("stock", "S02/JKT") in state


def test_an_order_moved_away_is_gone_from_the_store_it_left(database: Database) -> None:
    commands = Commands("S02", "01")
    order = apply(database, commands.create(new_line(JACKET), delivery=Delivery(store="S01")))
    _, position = told(database, "S01", 0)
    apply(database, commands.give(order.id, Amend(delivery=Delivery(store="S02"))))
    state, _ = told(database, "S01", position)
    assert state["order", order.id] == ""


def test_staff_and_customers_of_other_stores_are_not_told(database: Database) -> None:
    person = StaffMember("dora", "Dora", Role.CASHIER, stores=("S02",))
    database.write(lambda tx: records.save(tx, RecordKind.STAFF, person))
    guest, member = Customer("c1", "Guest"), Customer("c2", "Member", member_card="4471")
    database.write(lambda tx: records.save(tx, RecordKind.CUSTOMER, guest, member))
    apply(database, Commands("S02", "01").create(customer=Customer("c3", "Theirs")))
    state, _ = told(database, "S01", 0)
    assert state["staff", "dora"] == ""
    assert state["staff", "anna"]
    assert {key: bool(body) for (kind, key), body in state.items() if kind == "customer"} == {
        "c1": False,
        "c2": True,
    }


def test_an_order_tells_its_history(database: Database) -> None:
    commands = Commands()
    order = apply(database, commands.create())
    apply(database, commands.give(order.id, AddNote("gift")))
    state, _ = told(database, "S01", 0)
    record = RecordKind.ORDER, json.loads(state["order", order.id])
    assert [entry["code"] for entry in record[1]["history"]] == ["order_created", "note_added"]
    assert record[1]["order"]["version"] == 2


def test_a_cursor_older_than_the_feed_is_told_so(database: Database) -> None:
    apply(database, Commands().create())
    database.write(lambda tx: changes.prune(tx, 5))
    with pytest.raises(changes.CursorGone):
        database.read(lambda db: changes.read_batch(db, "S01", 4))
    with pytest.raises(changes.CursorGone):
        database.read(lambda db: changes.read_batch(db, "S01", 10**9))
    assert database.read(lambda db: changes.read_batch(db, "S01", 5)).changes


def test_positions_are_in_commit_order_however_many_write(database: Database) -> None:
    """A reader that saw position n has seen all before it: no number comes up behind its back."""
    done = threading.Event()
    seen: list[int] = []

    def read() -> None:
        last = database.read(changes.head)
        while not done.is_set() or last < database.read(changes.head):
            for entry in database.read(partial(changes.entries, after=last)):
                seen.append(entry.position)
                last = entry.position

    def write(till: int) -> None:
        commands = Commands(till=f"{till:02}")
        for _ in range(4):
            apply(database, commands.create(new_line((JACKET, STOVE)[till % 2])))

    plenty = [StockLevel(item.sku, "S01", 100) for item in (JACKET, STOVE)]
    database.write(lambda tx: reservations.set_levels(tx, plenty))
    start = database.read(changes.head)
    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(till,)) for till in range(8)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert seen == list(range(start + 1, database.read(changes.head) + 1))


def test_what_is_rolled_back_takes_no_position(database: Database) -> None:
    before = database.read(changes.head)

    def fail(tx):  # type: ignore[no-untyped-def]
        tx.changed(Changed("item", "JKT"))
        raise LookupError

    with pytest.raises(LookupError):
        database.write(fail)
    database.write(lambda tx: tx.changed(Changed("item", "STV")))
    assert database.read(changes.head) == before + 1
    assert [entry.key for entry in database.read(lambda db: changes.entries(db, before))] == ["STV"]


def test_a_waiting_till_hears_of_a_change_at_once(database: Database) -> None:
    feed = Feed(database)

    async def wait() -> changes.Batch:
        feed.open()
        after = await asyncio.to_thread(database.read, changes.head)
        waiting = asyncio.create_task(feed.batch("S01", after, 20))
        while not feed.waiting:
            await asyncio.sleep(0)
        await asyncio.to_thread(apply, database, Commands().create())
        batch = await asyncio.wait_for(waiting, 5)
        feed.close()
        return batch

    assert any('"order"' in change for change in asyncio.run(wait()).changes)


def test_waiting_ends_with_nothing_when_its_time_is_over_or_the_site_stops(database: Database) -> None:
    feed = Feed(database)

    async def wait() -> tuple[changes.Batch, changes.Batch]:
        feed.open()
        after = await asyncio.to_thread(database.read, changes.head)
        short = await feed.batch("S01", after, 0.01)
        waiting = asyncio.create_task(feed.batch("S01", after, 20))
        while not feed.waiting:
            await asyncio.sleep(0)
        feed.close_soon()
        return short, await asyncio.wait_for(waiting, 5)

    short, stopped = asyncio.run(wait())
    assert short.changes == stopped.changes == ()


def test_a_hundred_tills_of_one_store_share_their_readings(database: Database) -> None:
    feed = Feed(database)

    async def wait() -> tuple[list[changes.Batch], int]:
        feed.open()
        after = await asyncio.to_thread(database.read, changes.head)
        waiting = [asyncio.create_task(feed.batch("S01", after, 20)) for _ in range(100)]
        while feed.waiting < 100:
            await asyncio.sleep(0)
        await asyncio.to_thread(apply, database, Commands().create())
        batches = await asyncio.wait_for(asyncio.gather(*waiting), 10)
        feed.close()
        return batches, feed.readings

    batches, readings = asyncio.run(wait())
    assert all(batch.changes == batches[0].changes for batch in batches)
    assert len(batches[0].changes) > 0
    assert readings < 10


def test_the_history_keeps_what_happened_by_version(database: Database) -> None:
    commands = Commands()
    order = apply(database, commands.create())
    apply(database, commands.give(order.id, Cancel("no")))
    position = database.read(changes.head)
    told = database.read(lambda db: changes.entries(db, 0, position))
    assert [entry.version for entry in told if entry.key == order.id] == [1, 2]
    h = t.history.c
    query = select(h.kind).where(h.order_id == order.id, h.version == 2).order_by(h.n)
    kinds = list(database.read(lambda db: db.execute(query).scalars().all()))
    assert kinds[-2:] == ["order_cancelled", "order_closed"]


def test_the_snapshot_shelf_serves_one_file_for_a_while(database: Database, tmp_path: Path) -> None:
    shelf = snapshot.SnapshotShelf(database, "epoch-1", tmp_path / "shelf")
    here = snapshot.Sort("S01")
    first = shelf.take(here, NOON)
    assert shelf.take(here, NOON + timedelta(seconds=20)) == first
    assert shelf.take(snapshot.Sort("S02"), NOON).path != first.path
    later = shelf.take(here, NOON + timedelta(seconds=40))
    assert later.path != first.path
    assert hashlib.sha256(later.path.read_bytes()).hexdigest() == later.sha256
    assert (tmp_path / "shelf").stat().st_mode & 0o777 == 0o700


def test_a_till_with_a_part_of_a_file_finds_it_again_unless_it_is_anothers(
    database: Database, tmp_path: Path
) -> None:
    here = snapshot.Sort("S01")
    built = snapshot.SnapshotShelf(database, "epoch-1", tmp_path).take(here, NOON)
    after_a_restart = snapshot.SnapshotShelf(database, "epoch-1", tmp_path)
    assert after_a_restart.again(here, built.sha256) == built.path
    assert after_a_restart.again(snapshot.Sort("S02"), built.sha256) is None
    assert after_a_restart.again(snapshot.Sort("S01", frozenset({RecordKind.ITEM})), built.sha256) is None
    assert after_a_restart.again(here, "*") is None
    assert snapshot.SnapshotShelf(database, "epoch-2", tmp_path).again(here, built.sha256) is None


def test_some_kinds_are_never_older_than_the_till_that_asks(database: Database, tmp_path: Path) -> None:
    shelf = snapshot.SnapshotShelf(database, "epoch-1", tmp_path)
    items = snapshot.Sort("S01", frozenset({RecordKind.ITEM}))
    first = shelf.take(items, NOON)
    database.write(lambda tx: records.save(tx, RecordKind.ITEM, JACKET))
    assert shelf.take(items, NOON) == first
    newer = shelf.take(items, NOON, first.position + 1)
    assert newer.position == first.position + 1
    with gzip.open(newer.path) as packed, closing(sqlite3.connect(":memory:")) as file:
        file.deserialize(packed.read())
        kinds = file.execute("SELECT DISTINCT kind FROM records").fetchall()
    assert kinds == [("item",)]


def test_snapshots_that_an_earlier_start_left_are_cleared_away(database: Database, tmp_path: Path) -> None:
    for hours in range(5):
        shelf = snapshot.SnapshotShelf(database, "epoch-1", tmp_path / "shelf")
        shelf.take(snapshot.Sort("S01"), NOON + timedelta(hours=hours))
    assert len(list((tmp_path / "shelf").iterdir())) == snapshot.KEPT


def test_files_of_some_kinds_stay_when_one_of_those_kinds_alone_is_made(
    database: Database, tmp_path: Path
) -> None:
    shelf = snapshot.SnapshotShelf(database, "epoch-1", tmp_path)
    both = shelf.take(snapshot.Sort("S01", frozenset({RecordKind.ITEM, RecordKind.STAFF})), NOON)
    for hours in range(snapshot.KEPT):
        shelf.take(snapshot.Sort("S01", frozenset({RecordKind.ITEM})), NOON + timedelta(hours=hours))
    assert both.path.exists()


def test_a_snapshot_tells_how_problems_ended_of_late(database: Database, tmp_path: Path) -> None:
    """A till that was away while its problem was ended shows it as open until it is told."""

    def raise_and_end(tx: Transaction) -> None:
        for problem_id, ended_at in (
            ("p-open", None),
            ("p-late", NOON),
            ("p-old", NOON - timedelta(days=90)),
        ):
            problem = ProblemRecord(
                id=problem_id, at=NOON - timedelta(days=100), store="S01", code="internal"
            )
            problems.raise_problem(tx, problem)
            if ended_at is not None:
                problems.resolve(tx, problem_id, Resolution("talked to her", "anna", ended_at))

    database.write(raise_and_end)
    state, _ = snapshot_of(database, "S01", tmp_path)
    told_of = {key: json.loads(body)["open"] for (kind, key), body in state.items() if kind == "problem"}
    assert told_of == {"p-open": True, "p-late": False}
