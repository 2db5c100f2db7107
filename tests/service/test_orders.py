"""Applying commands: what is kept of an order, its stock, journal, ledger and history."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Table, func, select

from site_sync.domain.commands import Cancel, Collect, Command, ConfirmPicking, Pick, PutBack, TakePayment
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle import Decision
from site_sync.domain.money import Money
from site_sync.domain.orders import Order, Stage
from site_sync.domain.particulars import Identity, IdentityBy, LineQuantity, Tendered
from site_sync.domain.stock import StockLevel
from site_sync.service import orders, reservations
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from tests.service.shop import ALL_RIGHTS, JACKET, STOVE, TENT, Commands, new_line

KNOWN = Identity(IdentityBy.KNOWN)


def apply(database: Database, command: Command) -> Order:
    """Apply a command that must not be refused; the order after it."""
    outcome = database.write(lambda tx: orders.apply(tx, command, ALL_RIGHTS, command.at))
    assert isinstance(outcome, Decision), outcome
    return outcome.order


def stock(database: Database, sku: str, store: str = "S01") -> tuple[int, int]:
    """(on hand, reserved) of an item."""
    level = database.read(lambda db: reservations.levels(db, [(store, sku)]))[store, sku]
    return level.on_hand, level.reserved


def rows(database: Database, table: Table) -> int:
    """How many rows a table has."""
    query = select(func.count()).select_from(table)
    return int(database.read(lambda db: db.execute(query).scalar_one()))


def open_entries(database: Database, order_id: str) -> int:
    """Sum of an order's open journal entries."""
    journal = t.journal.c
    query = select(func.coalesce(func.sum(journal.quantity), 0)).where(
        journal.order_id == order_id, journal.state == "open"
    )
    return int(database.read(lambda db: db.execute(query).scalar_one()))


def test_an_order_is_kept_as_it_was_decided(database: Database) -> None:
    commands = Commands()
    order = apply(database, commands.create(new_line(JACKET, 2), new_line(STOVE, 3)))
    assert database.read(lambda db: orders.load(db, order.id)) == order
    assert database.read(lambda db: orders.find(db, order.number)) == order
    assert stock(database, "JKT") == (10, 2)
    assert stock(database, "STV") == (10, 3)
    assert open_entries(database, order.id) == -5


def test_what_another_store_sent_lies_in_stock_where_it_is_put_back(database: Database) -> None:
    commands = Commands()
    order = apply(database, commands.create(new_line(JACKET, 2, "S02")))
    for act in (Pick(1, 2), Cancel("no longer wanted"), PutBack((LineQuantity(1, 2),))):
        order = apply(database, commands.give(order.id, act))
    assert (stock(database, "JKT"), stock(database, "JKT", "S02")) == ((12, 0), (8, 0))
    assert open_entries(database, order.id) == 0
    assert database.read(reservations.drifts) == []


def test_a_whole_life_leaves_nothing_reserved(database: Database) -> None:
    commands = Commands()
    order = apply(database, commands.create(new_line(JACKET, 2), new_line(STOVE, 3)))
    paid = Tendered("p1", "cash", Money(10_000, "EUR"))
    apply(database, commands.give(order.id, TakePayment((paid,))))
    apply(database, commands.give(order.id, Pick(1, 2)))
    apply(database, commands.give(order.id, Pick(2, 3)))
    order = apply(database, commands.give(order.id, ConfirmPicking()))
    assert order.stage is Stage.TO_COLLECT
    rest = Tendered("p2", "cash", Money(27_800, "EUR"))
    collected = Collect(KNOWN, (LineQuantity(1, 2), LineQuantity(2, 2)), (rest,))
    order = apply(database, commands.give(order.id, collected))
    assert stock(database, "STV") == (8, 1)
    assert open_entries(database, order.id) == -1
    apply(database, commands.give(order.id, Cancel("one too many")))
    order = apply(database, commands.give(order.id, PutBack((LineQuantity(2, 1),))))
    assert order.stage is Stage.DONE
    assert (stock(database, "JKT"), stock(database, "STV")) == ((8, 0), (8, 0))
    assert open_entries(database, order.id) == 0
    assert database.read(reservations.drifts) == []
    total = select(func.sum(t.ledger.c.amount))
    assert database.read(lambda db: db.execute(total).scalar_one()) == 0


def test_a_refusal_leaves_nothing_behind(database: Database) -> None:
    command = Commands().create(new_line(TENT, 2))
    before = database.read(lambda db: db.execute(select(t.feed_head.c.position)).scalar_one())
    outcome = database.write(lambda tx: orders.apply(tx, command, ALL_RIGHTS, command.at))
    assert isinstance(outcome, Refusal)
    assert outcome.code is Code.INSUFFICIENT_STOCK
    assert stock(database, "TNT") == (1, 0)
    for table in (t.orders, t.order_lines, t.history, t.journal, t.ledger):
        assert rows(database, table) == 0
    assert database.read(lambda db: db.execute(select(t.feed_head.c.position)).scalar_one()) == before


@pytest.mark.parametrize("twin", ["number", "external_id"])
def test_a_number_and_a_shops_own_id_are_given_once(database: Database, twin: str) -> None:
    first, second = Commands(till="01"), Commands(till="02")
    shared = {"number": "S01-01-000009-5"} if twin == "number" else {"external_id": "20871"}
    order = apply(database, first.create(**shared))
    again = second.create(**shared)
    outcome = database.write(lambda tx: orders.apply(tx, again, ALL_RIGHTS, again.at))
    assert outcome == Refusal(Code.ORDER_EXISTS, {"order": order.id, "number": order.number})


def test_the_last_unit_goes_to_exactly_one_of_32(database: Database) -> None:
    commands = [Commands(till=f"{n:02}").create(new_line(TENT)) for n in range(32)]
    start, outcomes = threading.Barrier(32), []

    def race(command: Command) -> None:
        start.wait()
        outcomes.append(database.write(lambda tx: orders.apply(tx, command, ALL_RIGHTS, command.at)))

    threads = [threading.Thread(target=race, args=(command,)) for command in commands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(outcome, Decision) for outcome in outcomes) == 1
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    assert {outcome.code for outcome in refused} == {Code.INSUFFICIENT_STOCK}
    assert len(refused) == 31
    assert stock(database, "TNT") == (1, 1)


def test_orders_over_the_same_items_in_any_order_do_not_block_each_other(database: Database) -> None:
    lines = (new_line(JACKET), new_line(STOVE))
    commands = [Commands(till=f"{n:02}").create(*lines[:: 1 if n % 2 else -1]) for n in range(10)]
    threads = [threading.Thread(target=apply, args=(database, command)) for command in commands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (stock(database, "JKT"), stock(database, "STV")) == ((10, 10), (10, 10))


def test_an_order_of_more_items_than_one_statement_names_locks_them_all(database: Database) -> None:
    keys = [("S01", f"SKU-{n:04}") for n in range(1_200)]
    database.write(lambda tx: reservations.set_levels(tx, [StockLevel(sku, store, 3) for store, sku in keys]))
    found = database.write(lambda tx: reservations.lock_levels(tx, keys))
    assert list(found) == keys
    assert {level.on_hand for level in found.values()} == {3}


def test_explain_names_the_orders_behind_each_reserved_unit(database: Database) -> None:
    first = apply(database, Commands(till="01").create(new_line(JACKET, 2)))
    second = apply(database, Commands(till="02").create(new_line(STOVE), new_line(JACKET, 3)))
    holdings = database.read(lambda db: reservations.explain(db, "S01", "JKT"))
    assert [(h.number, h.line, h.reserved) for h in holdings] == [(first.number, 1, 2), (second.number, 2, 3)]


def test_drift_is_found_and_repaired_with_an_entry(database: Database) -> None:
    command = Commands().create(new_line(JACKET, 2))
    apply(database, command)
    wrong = t.stock.update().where(t.stock.c.sku == "JKT", t.stock.c.store == "S01").values(reserved=5)
    database.write(lambda tx: tx.execute(wrong))
    [drift] = database.read(reservations.drifts)
    assert (drift.reserved, drift.by_lines) == (5, 2)
    cause = reservations.Cause("", "repair-1", "job", command.at + timedelta(hours=1))
    database.write(lambda tx: reservations.repair(tx, drift, cause))
    assert database.read(reservations.drifts) == []
    corrected = select(t.journal.c.quantity).where(t.journal.c.reason == "corrected")
    assert database.read(lambda db: db.execute(corrected).scalar_one()) == 3
