"""The audit's chain: one line for all writers, and a look through it that names what was touched."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from site_sync.service import audit_chain, audit_enquiry, settings_audit
from site_sync.service.audit_chain import Verdict
from site_sync.service.audit_enquiry import OPERATOR, PAGE, Wanted
from site_sync.service.database import tables as t
from site_sync.service.database.audit_content import chained
from site_sync.service.database.engine import Database, open_database
from site_sync.service.settings_audit import Author, Subject
from tests.service.shop import NOON

ROOT = Author("root", "Ruth", frozenset(), NOON)
C = t.settings_changes.c


def write(database: Database, first: int, many: int = 1, author: Author = ROOT, kind: str = "item") -> None:
    """Write down changes of prices, all in one go."""
    told = {Subject(kind, f"SKU{first + n}"): ({"price": 1}, {"price": 2 + n}) for n in range(many)}
    database.write(lambda tx: settings_audit.note_all(tx, author, told))


def verify(database: Database, noted: str = "") -> Verdict:
    return database.read(lambda db: audit_chain.verify(db, noted))


def test_a_chain_that_nobody_touched_is_whole_and_knows_every_head_it_had(empty_database: Database) -> None:
    assert verify(empty_database).broken is None
    write(empty_database, 1)
    early = empty_database.read(audit_chain.head)
    write(empty_database, 2, 5)
    verdict = verify(empty_database, early.hash)
    assert (verdict.broken, verdict.met, verdict.head.rows) == (None, True, 6)
    assert not verify(empty_database, "ab" * 32).met
    assert "6 entries" in verdict.words


@pytest.mark.parametrize("field", ["at", "staff", "name", "kind", "key", "act", "before", "after", "why"])
def test_whatever_is_changed_is_named(empty_database: Database, field: str) -> None:
    write(empty_database, 1, 4)
    other = NOON + timedelta(microseconds=1) if field == "at" else "{}"
    empty_database.write(
        lambda tx: tx.execute(update(t.settings_changes).where(C.id == 3).values({field: other}))
    )
    broken = verify(empty_database).broken
    assert broken is not None
    assert broken.id == 3


def test_entries_that_go_or_come_in_are_noticed(empty_database: Database) -> None:
    write(empty_database, 1, 4)
    row = empty_database.read(lambda db: db.execute(select(t.settings_changes).where(C.id == 2)).one())
    empty_database.write(lambda tx: tx.execute(delete(t.settings_changes).where(C.id == 2)))
    broken = verify(empty_database).broken
    assert broken is not None
    assert (broken.id, broken.subject) == (3, "item SKU3")
    empty_database.write(lambda tx: tx.execute(insert(t.settings_changes), row._asdict()))
    assert verify(empty_database).broken is None
    forged = {**row._asdict(), "id": 5, "hash": chained("", row._asdict())}
    empty_database.write(lambda tx: tx.execute(insert(t.settings_changes), forged))
    assert verify(empty_database).broken is not None


def test_an_end_that_was_cut_off_is_noticed(empty_database: Database) -> None:
    write(empty_database, 1, 4)
    empty_database.write(lambda tx: tx.execute(delete(t.settings_changes).where(C.id > 2)))
    broken = verify(empty_database).broken
    assert broken is not None
    assert "newest entries are gone" in broken.words
    write(empty_database, 9)
    assert verify(empty_database).broken is not None


def test_what_is_rolled_back_leaves_no_gap(empty_database: Database) -> None:
    def fails() -> None:
        def work(tx: object) -> None:
            settings_audit.note(tx, ROOT, Subject("item", "X"), (None, {"price": 1}))  # type: ignore[arg-type]
            raise ZeroDivisionError

        empty_database.write(work)

    write(empty_database, 1)
    with pytest.raises(ZeroDivisionError):
        fails()
    write(empty_database, 2)
    assert (verify(empty_database).broken, verify(empty_database).head.rows) == (None, 2)


def test_several_processes_write_one_line(empty_database: Database) -> None:
    second = open_database(empty_database.url)

    def write_some(to: Database, at: int) -> None:
        for n in range(15):
            write(to, at + n)

    writers = [
        threading.Thread(target=write_some, args=(to, at))
        for at, to in ((0, empty_database), (100, second), (200, second), (300, empty_database))
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    second.close()
    verdict = verify(empty_database)
    assert (verdict.broken, verdict.head.rows, verdict.head.last) == (None, 60, 60)


def test_pages_go_on_where_the_one_before_ended(empty_database: Database) -> None:
    write(empty_database, 1, PAGE + 3)
    write(empty_database, 900, author=Author.operator(NOON + timedelta(days=2)), kind="store")

    def found(wanted: Wanted) -> audit_enquiry.Found:
        return empty_database.read(lambda db: audit_enquiry.found(db, wanted))

    first = found(Wanted())
    assert (first.count, len(first.entries), first.entries[0].key) == (PAGE + 4, PAGE, "SKU900")
    rest = found(Wanted(before=first.older))
    assert ([entry.key for entry in rest.entries], rest.older) == (["SKU4", "SKU3", "SKU2", "SKU1"], 0)
    day = timedelta(days=1)
    assert found(Wanted(since=NOON + day)).count == 1
    assert found(Wanted(until=NOON + day, text="sku53")).count == 1
    assert found(Wanted(staff=OPERATOR)).count == found(Wanted(kind="store")).count == 1
    assert empty_database.read(audit_enquiry.kinds) == ("item", "store")
    assert empty_database.read(audit_enquiry.people) == {OPERATOR: "the command line", "root": "Ruth"}
