"""The shop's records: kept, told, taken away, remembered only as long as they are true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_sync.domain.numbers import Numbering
from site_sync.domain.permissions import Role
from site_sync.domain.policies import DepositPolicy, Policies, Policy
from site_sync.domain.shop import Source, StaffMember
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import changes, numbering, reservations
from site_sync.service.database import records
from site_sync.service.database.engine import Database
from site_sync.service.database.transaction import Transaction
from site_sync.service.numbering import WebNumbers
from tests.service.shop import JACKET, STOVE


def test_records_are_kept_and_told_with_their_version(database: Database) -> None:
    before = database.read(changes.head)
    better = replace(JACKET, name="Better jacket", barcodes=("4006381333931",))
    database.write(lambda tx: records.save(tx, RecordKind.ITEM, better, replace(STOVE, name="New stove")))
    assert database.read(lambda db: records.find(db, RecordKind.ITEM, "JKT")) == better
    told = database.read(lambda db: changes.entries(db, before))
    assert [(entry.kind, entry.key, entry.version) for entry in told] == [
        ("item", "JKT", 2),
        ("item", "STV", 2),
    ]
    assert database.read(lambda db: records.item_of_barcode(db, "4006381333931")) == better
    assert database.read(lambda db: records.item_of_barcode(db, "5799410001114")) is None


def test_a_removed_record_is_gone_and_can_come_back(database: Database) -> None:
    assert database.write(lambda tx: records.remove(tx, RecordKind.ITEM, "JKT"))
    assert not database.write(lambda tx: records.remove(tx, RecordKind.ITEM, "JKT"))
    assert database.read(lambda db: records.find(db, RecordKind.ITEM, "JKT")) is None
    assert [item.sku for item in database.read(lambda db: records.every(db, RecordKind.ITEM))] == [
        "STV",
        "TNT",
    ]
    database.write(lambda tx: records.save(tx, RecordKind.ITEM, JACKET))
    found = database.read(lambda db: records.some(db, RecordKind.ITEM, ["JKT", "NONE"]))
    assert found == {"JKT": JACKET}


def test_what_is_remembered_is_what_is_committed(database: Database) -> None:
    policies = Policies(Policy(deposit=DepositPolicy(minimum_percent=5000)))
    assert database.write(lambda tx: records.settled(tx).policies) == Policies()

    def fail(tx: Transaction) -> None:
        records.save(tx, RecordKind.POLICIES, policies)
        assert records.settled(tx).policies == policies
        raise LookupError

    with pytest.raises(LookupError):
        database.write(fail)
    assert database.write(lambda tx: records.settled(tx).policies) == Policies()
    database.write(lambda tx: records.save(tx, RecordKind.POLICIES, policies))
    assert database.write(lambda tx: records.settled(tx).policies) == policies
    dora = StaffMember("dora", "Dora", Role.CASHIER)
    database.write(lambda tx: records.save(tx, RecordKind.STAFF, dora))
    assert database.write(lambda tx: records.settled(tx).staff["dora"]) == dora
    database.write(lambda tx: records.save(tx, RecordKind.SOURCE, Source("till", {"en": "Till"})))


def test_counting_stock_leaves_what_is_reserved(database: Database) -> None:
    levels = [StockLevel("JKT", "S01", 7, safety=2), StockLevel("NEW", "S02", 3, reserved=9, back_order=1)]
    database.write(lambda tx: reservations.set_levels(tx, levels))
    found = {level.store: level for level in database.read(lambda db: reservations.levels_of(db, "JKT"))}
    assert (found["S01"].on_hand, found["S01"].safety) == (7, 2)
    [new] = database.read(lambda db: reservations.levels_of(db, "NEW"))
    assert (new.on_hand, new.reserved, new.back_order) == (3, 0, 1)
    both = database.read(lambda db: reservations.levels(db, [("S02", "JKT"), ("S01", "JKT"), ("S09", "X")]))
    assert set(both) == {("S01", "JKT"), ("S02", "JKT")}


def test_web_numbers_come_in_blocks_and_never_twice(database: Database) -> None:
    first, second = WebNumbers(database, block=3), WebNumbers(database, block=3)
    numbers = [first.next(), second.next(), *(first.next() for _ in range(4)), second.next()]
    assert len(set(numbers)) == 7
    assert numbers[:2] == [1, 4]


def test_a_shop_goes_on_to_higher_numbers_and_never_back(database: Database) -> None:
    first, second = WebNumbers(database, block=3), WebNumbers(database, block=3)
    began, style = [first.next(), second.next()], Numbering("SHO", digits=4, web_next=100)
    database.write(lambda tx: numbering.begin_after(tx, 99))
    made = [one.used_by(lambda it: numbering.numbered(it, style), one.next()) for one in (first, second)]
    assert began == [1, 4]
    assert [number[:-2] for number in made] == ["SHO-0100", "SHO-0103"]
    assert (first.next(), database.read(numbering.given_out)) == (101, 105)
