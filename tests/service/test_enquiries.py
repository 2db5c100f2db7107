"""What the back office asks of orders, stock, journals, problems and the day, on each engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import insert

from site_sync.domain.commands import Cancel, ClaimPicking, Collect, Command, ConfirmPicking, Pick
from site_sync.domain.lifecycle import Decision
from site_sync.domain.orders import Order, OrderKind, Stage
from site_sync.domain.particulars import Identity, IdentityBy, LineQuantity, Tendered
from site_sync.domain.problems import ProblemRecord
from site_sync.domain.stock import StockReason
from site_sync.protocol.changes import RecordKind
from site_sync.service import (
    items_meant,
    journal_enquiry,
    orders,
    paging,
    problem_enquiry,
    problems,
    stock_enquiry,
    stock_lists,
)
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.journal_enquiry import JournalEnquiry
from site_sync.service.order_enquiry import Enquiry, deadlines, find_orders, history_of
from site_sync.service.problems import Resolution
from site_sync.service.today_enquiry import today
from tests.service.shop import ALL_RIGHTS, JACKET, NOON, STOVE, Commands, new_line

S01, S02 = frozenset({"S01"}), frozenset({"S02"})
QUANTITIES = ("to_pick", "picked", "collected", "short", "cancelled", "to_put_back", "put_back")


def apply(database: Database, command: Command) -> Order:
    """The order after a command that must not be refused."""
    outcome = database.write(lambda tx: orders.apply(tx, command, ALL_RIGHTS, command.at))
    assert isinstance(outcome, Decision), outcome
    return outcome.order


def numbers(database: Database, hours: int = 0, **wanted: object) -> list[str]:
    """Numbers of the orders found, some hours after noon."""
    enquiry = Enquiry(**wanted)  # type: ignore[arg-type]
    found = database.read(lambda db: find_orders(db, enquiry, NOON + timedelta(hours=hours)))
    return [order.number for order in found.rows]


def test_orders_are_found_by_text_item_stage_store_and_lateness(database: Database) -> None:
    till = Commands()
    promised = apply(database, till.create(promised_at=NOON + timedelta(hours=1)))
    usual = apply(database, till.create(new_line(STOVE)))
    quote = apply(database, till.create(order_kind=OrderKind.QUOTE))
    assert numbers(database) == [quote.number, usual.number, promised.number]
    for typed in ("stv", "STV", STOVE.barcodes[0], STOVE.name.upper(), STOVE.name[:3]):
        assert numbers(database, text=typed) == [usual.number], typed
    assert numbers(database, stages=(Stage.QUOTE,)) == [quote.number]
    assert numbers(database, stages=(Stage.TO_PICK,)) == [promised.number, usual.number]
    assert numbers(database, within=S02) == []
    assert numbers(database, store="S01", source="till", text="maria") == numbers(database)
    assert numbers(database, late=True) == []
    assert numbers(database, hours=2, late=True) == [promised.number]
    assert set(numbers(database, hours=4, late=True)) == {promised.number, usual.number}


def test_what_the_database_counts_as_late_is_what_is_due_by_the_order_itself(database: Database) -> None:
    till = Commands()
    for changes in ({}, {"promised_at": NOON + timedelta(hours=1)}, {"order_kind": OrderKind.QUOTE}):
        apply(database, till.create(**changes))
    ready = apply(database, till.create())
    for act in (ClaimPicking(), Pick(1, 1), ConfirmPicking()):
        apply(database, till.give(ready.id, act))
    due = database.read(deadlines)
    found = database.read(lambda db: find_orders(db, Enquiry(), NOON)).rows
    times = [at for order in found if (at := due.due(order)) is not None]
    assert len(times) == 4
    for now in (moment + timedelta(seconds=after) for moment in times for after in (0, 1)):
        late = {order.number for order in found if (at := due.due(order)) is not None and at < now}
        enquiry = Enquiry(late=True)
        listed = database.read(partial(find_orders, enquiry=enquiry, now=now)).rows
        assert {order.number for order in listed} == late
        day = database.read(partial(today, now=now, zone="Europe/Copenhagen", stores=None))
        assert day.late == len(late)


def test_the_day_counts_stages_lateness_and_picking_time(database: Database) -> None:
    till = Commands()
    order = apply(database, till.create(new_line(JACKET, 2)))
    apply(database, till.create())
    for act in (ClaimPicking(), Pick(1, 2), ConfirmPicking()):
        apply(database, till.give(order.id, act))
    day = database.read(lambda db: today(db, NOON + timedelta(hours=5), "Europe/Copenhagen", None))
    assert (day.total(Stage.TO_PICK), day.total(Stage.TO_COLLECT), day.late) == (1, 1, 1)
    assert (day.pick_median, day.pick_p90) == (2, 2)
    assert (day.days[-1].made, day.days[-1].collected, day.expired) == (2, 0, 0)
    assert [store.code for store in day.stores] == ["S01", "S02"]
    elsewhere = database.read(lambda db: today(db, NOON, "Europe/Copenhagen", S02))
    assert ([store.code for store in elsewhere.stores], elsewhere.late) == (["S02"], 0)


def test_journals_tell_what_is_open(database: Database) -> None:
    till = Commands()
    order = apply(database, till.create(new_line(JACKET, 2), new_line(STOVE)))
    gone = apply(database, till.create(new_line(STOVE)))
    apply(database, till.give(gone.id, Cancel("no more")))
    by_id = {
        one.order_id: one
        for one in database.read(lambda db: journal_enquiry.find_journals(db, JournalEnquiry())).rows
    }
    assert (by_id[order.id].open, by_id[order.id].lines_open, by_id[order.id].entries) == (True, 2, 2)
    assert (by_id[gone.id].open, by_id[gone.id].lines_open, by_id[gone.id].entries) == (False, 0, 2)
    for wanted, count in (
        (JournalEnquiry(state="open"), 1), (JournalEnquiry(reason=StockReason.CANCELLED), 1),
        (JournalEnquiry(text="STV", within=S01), 2), (JournalEnquiry(within=S02), 0),
        (JournalEnquiry(text="stove"), 2), (JournalEnquiry(text=JACKET.barcodes[0]), 1),
        (JournalEnquiry(since=NOON, until=NOON), 0),
    ):  # fmt: skip
        assert database.read(partial(journal_enquiry.find_journals, enquiry=wanted)).total == count
    entries = database.read(lambda db: journal_enquiry.entries_of(db, order.id))
    assert [(entry.sku, entry.quantity, entry.open) for entry in entries] == [
        ("JKT", -2, True),
        ("STV", -1, True),
    ]


def test_an_entry_was_posted_when_its_line_let_go_for_good(database: Database) -> None:
    till = Commands()
    order = apply(database, till.create(new_line(JACKET, 2), new_line(STOVE)))
    first, last = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    given = till.give(order.id, Cancel("one less", (LineQuantity(1, 2),)))
    apply(database, replace(given, at=first))
    entries = database.read(lambda db: journal_enquiry.entries_of(db, order.id))
    assert [(entry.line, entry.posted_at) for entry in entries] == [(1, first), (2, None), (1, first)]
    apply(database, replace(till.give(order.id, Cancel("no more")), at=last))
    entries = database.read(lambda db: journal_enquiry.entries_of(db, order.id))
    assert [(entry.line, entry.posted_at) for entry in entries] == [
        (1, first), (2, last), (1, first), (2, last),
    ]  # fmt: skip


def test_words_that_many_items_have_find_the_newest_orders_of_the_first_ones(database: Database) -> None:
    names = [f"JKT-{n:03}" for n in range(items_meant.MOST_ITEMS + 1)]
    many = [replace(JACKET, sku=sku, name=f"Rain jacket {sku}", barcodes=()) for sku in names]
    database.write(lambda tx: records.save(tx, RecordKind.ITEM, *many))
    meant = database.read(lambda db: items_meant.meant(db, "rain jacket"))
    assert (meant.more, [sku for sku in meant.skus if sku in names]) == (True, names[:-1])
    assert not database.read(lambda db: items_meant.meant(db, "jkt-007")).more
    assert database.read(lambda db: items_meant.meant(db, "ja ck")).skus == ("ja ck", "JA CK")
    blank: dict[str, object] = {"line": 1, "store": "S01", "kind": "goods", "reserved": 0}
    blank |= dict.fromkeys(QUANTITIES, 0)
    lines = [blank | {"order_id": f"o{n:05}", "sku": names[n % 2]} for n in range(paging.MOST + 10)]
    database.write(lambda tx: tx.execute(insert(t.order_lines), lines))
    found = database.read(lambda db: items_meant.newest_with(db, names[:2]))
    assert (len(found), min(found)) == (paging.MOST, "o00010")


def test_items_stock_and_holders(database: Database) -> None:
    order = apply(database, Commands().create(new_line(JACKET, 2)))
    for text in ("jack", "trail jacket", "jk", "5799410001114"):
        wanted = partial(stock_enquiry.find_items, text=text, category="", page=1, now=NOON)
        [one] = database.read(wanted).rows
        assert (one.item.sku, one.on_hand, one.reserved, one.available) == ("JKT", 20, 2, 18)
    assert database.read(lambda db: stock_enquiry.find_items(db, "", "none", 1, NOON)).total == 0
    stock = database.read(lambda db: stock_enquiry.stock_of(db, "TNT", NOON))
    assert [(one.store.code, one.level.on_hand) for one in stock] == [("S01", 1), ("S02", 0)]
    [holder] = database.read(lambda db: stock_enquiry.holders(db, "S01", "JKT"))
    assert (holder.number, holder.customer, holder.reserved) == (order.number, "Maria Jensen", 2)
    assert database.read(stock_enquiry.currency) == "EUR"


def test_problems_are_listed_with_their_orders(database: Database) -> None:
    order = apply(database, Commands().create())
    problem = ProblemRecord("p1", NOON, "S01", "over_balance", order_id=order.id)
    database.write(lambda tx: problems.raise_problem(tx, problem))
    [seen] = database.read(lambda db: problem_enquiry.listed(db, S01))
    assert (seen.record.id, seen.number) == ("p1", order.number)
    assert database.read(lambda db: problem_enquiry.count_open(db, S02)) == 0
    database.write(lambda tx: problems.resolve(tx, "p1", Resolution("talked", "anna", NOON)))
    assert database.read(lambda db: problem_enquiry.listed(db, None)) == []
    [seen] = database.read(lambda db: problem_enquiry.listed(db, None, resolved=True))
    assert (seen.resolved_by, seen.resolved_at, seen.record.resolution) == ("anna", NOON, "talked")


def test_history_comes_in_the_order_it_happened(database: Database) -> None:
    till = Commands()
    order = apply(database, till.create())
    apply(database, till.give(order.id, ClaimPicking()))
    told = database.read(lambda db: history_of(db, order.id))
    assert [entry.code for entry in told] == ["order_created", "picking_claimed"]


def test_of_an_items_movements_the_newest_are_paged_through_however_many_there_are(
    database: Database,
) -> None:
    carried_out = Collect(
        Identity(IdentityBy.KNOWN), payments=(Tendered("p", "cash", JACKET.price + JACKET.price),)
    )
    collected = apply(database, Commands().create(new_line(JACKET, 2), collect=carried_out))
    counted = {"kind": "count", "reason": "", "staff": "anna", "document": "d", "number": "SC-1"}
    rows = [
        counted | {"at": NOON - timedelta(minutes=minute), "store": "S01", "sku": "JKT", "quantity": minute}
        for minute in range(paging.MOST + 20, 0, -1)
    ]
    database.write(lambda tx: tx.execute(insert(t.stock_movements), rows))
    first = database.read(lambda db: stock_lists.movements(db, "JKT", None, 1))
    last = database.read(lambda db: stock_lists.movements(db, "JKT", None, 10**6))
    assert [first.rows[0].number, *(one.quantity for one in first.rows[:3])] == [collected.number, -2, 1, 2]
    assert (first.total > paging.MOST, last.page, first.pages) == (True, 34, 34)
    assert database.read(lambda db: stock_lists.movements(db, "JKT", S02, 1)).rows == ()
