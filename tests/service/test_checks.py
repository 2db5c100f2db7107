"""What a till should hold, counted at the site: within its store's scope, and only of what stands still."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from site_sync.domain.commands import Cancel
from site_sync.domain.customers import Customer
from site_sync.domain.permissions import Role
from site_sync.domain.shop import StaffMember
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.checks import CHECKED
from site_sync.service import changes, checks, reservations
from site_sync.service.checks import SumsShelf
from site_sync.service.database import records
from site_sync.service.database.engine import Database
from site_sync.service.database.transaction import Transaction
from tests.service.shop import JACKET, NOON, Commands
from tests.service.test_changes import snapshot_of
from tests.service.test_orders import apply


def counts(database: Database, store: str = "S01", after: int | None = None) -> dict[RecordKind, int]:
    """How many of each kind a store's tills should hold."""
    position = database.read(changes.head) if after is None else after
    found = database.read(lambda db: checks.sums(db, store, position, NOON))
    return {one.kind: one.count for one in found}


def save_staff(member: StaffMember, tx: Transaction) -> None:
    """Keep one person."""
    records.save(tx, RecordKind.STAFF, member)


def test_what_is_counted_is_what_a_snapshot_of_the_store_holds(database: Database, tmp_path: Path) -> None:
    anna = Customer("c9", "Anna", phone="+4520304050")
    for store in ("S01", "S02"):
        member = StaffMember(f"at-{store}", store, Role.CASHIER, stores=(store,))
        database.write(partial(save_staff, member))
        apply(database, Commands(store).create(customer=replace(anna, id=f"c-{store}")))
    state, _ = snapshot_of(database, "S01", tmp_path)
    held = {kind: sum(key[0] == kind for key in state) for kind in CHECKED}
    assert counts(database) == held
    assert (held[RecordKind.CUSTOMER], held[RecordKind.ORDER], held[RecordKind.STOCK]) == (1, 1, 5)
    closed = apply(database, Commands("S01", "03").create())
    apply(database, Commands("S01", "04").give(closed.id, Cancel("no")))
    later = NOON + timedelta(days=31)
    orders = database.read(lambda db: checks.sums(db, "S01", database.read(changes.head), later))
    assert {one.kind: one.count for one in orders}[RecordKind.ORDER] == 1


def test_kinds_that_changed_since_the_till_was_told_are_left_out(database: Database) -> None:
    position = database.read(changes.head)
    database.write(lambda tx: reservations.set_levels(tx, [StockLevel("JKT", "S01", 3)]))
    assert counts(database, after=position).keys() == CHECKED - {RecordKind.STOCK}
    position = database.read(changes.head)
    apply(database, Commands("S02").create())
    assert RecordKind.ORDER in counts(database, after=position), "no order of this store changed"
    assert RecordKind.ORDER not in counts(database, "S02", after=position)


def test_tills_of_one_place_share_one_counting(database: Database) -> None:
    shelf, position = SumsShelf(database), database.read(changes.head)
    first = shelf.take("S01", position, NOON)
    assert shelf.take("S01", position, NOON + timedelta(hours=1)) is first
    assert shelf.take("S02", position, NOON) is not first
    database.write(lambda tx: records.save(tx, RecordKind.ITEM, replace(JACKET, name="Jacket")))
    changed = {one.kind: one for one in shelf.take("S01", position + 1, NOON)}
    before = {one.kind: one for one in first}
    differing = {kind for kind in CHECKED if changed[kind] != before[kind]}
    assert differing == {RecordKind.ITEM}


def test_a_customer_known_elsewhere_is_told_to_the_store_they_now_order_at(database: Database) -> None:
    anna = Customer("c9", "Anna", phone="+4520304050")
    apply(database, Commands("S02").create(customer=anna))
    position = database.read(changes.head)
    apply(database, Commands("S01").create(customer=anna))
    told = {
        entry.key
        for entry in database.read(lambda db: changes.entries(db, position))
        if entry.concerns("S01")
    }
    assert "c9" in told
