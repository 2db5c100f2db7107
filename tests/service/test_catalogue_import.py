"""Files of goods: looked at on trial, taken in some rows at a time, stopped, gone on with, and repeated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from site_sync.domain.catalogue import Category
from site_sync.domain.errors import Refusal
from site_sync.domain.import_columns import guessed
from site_sync.domain.import_rows import Wrong
from site_sync.domain.money import Money
from site_sync.protocol.changes import RecordKind
from site_sync.service import audit_enquiry, catalogue_import, changes, company, export_rows, reservations
from site_sync.service.audit_enquiry import Wanted
from site_sync.service.catalogue_import import Import, NewFile, Reading, State
from site_sync.service.company import Company
from site_sync.service.database import records
from site_sync.service.jobs import imports
from site_sync.service.jobs.imports import ImportWork
from site_sync.service.settings_audit import Author
from site_sync.service.sheets import csv_file, table_file
from site_sync.service.sheets.csv_file import Value
from site_sync.service.wiring import Site
from tests.service import shop
from tests.service.shop import JACKET
from tests.service.sites import Clock

HEAD = ("SKU", "Name", "Price", "Tax %", "Bar codes", "Category", "Store", "Stock")
BOOT = ("BOOT", "Boot", Decimal("59.90"), 25, "4006381333931", "Shoes", "S01", 4)
LAMP = ("LAMP", "Lamp", Decimal("19.00"), 25, "", "Light", "", "")


class Desk:
    """Somebody who sends files of goods."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.work = ImportWork(site)
        self.author = Author.operator(site.now())

    def send(self, *rows: Sequence[Value], head: Sequence[Value] = HEAD, **reading: object) -> str:
        """A file whose columns are settled as its headings say; its id."""
        content = b"".join(csv_file.written([head, *rows]))
        return self.put(content, guessed(map(str, head)), **reading)

    def put(self, content: bytes, columns: Sequence[object], **reading: object) -> str:
        """The same of a file as it is."""
        new = NewFile(self.site.new_id(), "goods.csv", content, table_file.form_of(content), 2)
        told = Reading("utf-8", ";", tuple(columns), **reading)  # type: ignore[arg-type]
        self.site.database.write(lambda tx: catalogue_import.begin(tx, self.author, new))
        assert self.settle(new.id, told) is None
        return new.id

    def settle(self, import_id: str, reading: Reading) -> Refusal | None:
        return self.site.database.write(
            lambda tx: catalogue_import.settle(tx, self.author, import_id, reading)
        )

    def start(self, import_id: str) -> Refusal | None:
        return self.site.database.write(lambda tx: catalogue_import.start(tx, self.author, import_id))

    def stop(self, import_id: str) -> Refusal | None:
        return self.site.database.write(lambda tx: catalogue_import.stop(tx, import_id))

    def worked(self, import_id: str) -> Import:
        """The file after all work that waits."""
        while self.work():
            pass
        return self.look(import_id)

    def look(self, import_id: str) -> Import:
        found = self.site.database.read(lambda db: catalogue_import.find(db, import_id))
        assert found is not None
        return found

    def wrong(self, import_id: str) -> list[tuple[int, Wrong]]:
        found = self.site.database.read(lambda db: catalogue_import.problems_of(db, import_id))
        return [(one.line, one.code) for one in found]

    def taken(self, *rows: Sequence[Value], **reading: object) -> Import:
        """A file taken in."""
        one = self.send(*rows, **reading)  # type: ignore[arg-type]
        self.worked(one)
        assert self.start(one) is None
        return self.worked(one)


@pytest.fixture
def desk(site: Site) -> Desk:
    """Somebody who sends files of goods."""
    return Desk(site)


def item(site: Site, sku: str) -> object:
    return site.database.read(lambda db: records.find(db, RecordKind.ITEM, sku))


def head_of(site: Site) -> int:
    return site.database.read(
        lambda db: max((one.position for one in changes.entries(db, 0, 10_000)), default=0)
    )


def test_a_look_on_trial_changes_nothing_and_taking_in_does_what_it_said(desk: Desk, site: Site) -> None:
    before = head_of(site)
    one = desk.send(BOOT, LAMP, (JACKET.sku, "", Decimal("99.00"), "", "", "", "S02", 12))
    looked = desk.worked(one)
    told = {"added": 2, "changed": 1, "stock": 2, "categories": 2}
    assert (looked.state, dict(looked.counts)) == (State.CHECKED, told)
    assert (item(site, "BOOT"), head_of(site)) == (None, before)
    assert desk.start(one) is None
    done = desk.worked(one)
    assert (done.state, dict(done.counts), done.reading.form is not None) == (State.DONE, told, True)
    assert site.database.read(lambda db: catalogue_import.content_of(db, one)) == b""
    assert item(site, JACKET.sku) == replace(JACKET, price=Money(9_900, "EUR"))
    assert site.database.read(lambda db: records.find(db, RecordKind.CATEGORY, "shoes")) == Category(
        "shoes", {"en": "Shoes"}
    )
    levels = site.database.read(lambda db: reservations.levels(db, [("S01", "BOOT"), ("S02", JACKET.sku)]))
    assert {key: level.on_hand for key, level in levels.items()} == {
        ("S01", "BOOT"): 4,
        ("S02", JACKET.sku): 12,
    }
    entries = site.database.read(lambda db: audit_enquiry.found(db, Wanted("stock", text="BOOT"))).entries
    assert [(entry.key, entry.why) for entry in entries] == [("S01/BOOT", "Opening stock (goods.csv)")]


def test_a_repeat_leaves_everything_as_it_is(desk: Desk, site: Site) -> None:
    desk.taken(BOOT, LAMP)
    before = head_of(site)
    again = desk.taken(BOOT, LAMP)
    assert dict(again.counts) == {"left": 2}
    assert head_of(site) == before


def test_rows_that_are_wrong_are_named_and_the_others_taken_in(desk: Desk, site: Site) -> None:
    one = desk.send(
        BOOT,
        ("X1", "No price", "", 25, "", "", "", ""),
        ("X2", "Taken", 1, 25, JACKET.barcodes[0], "", "", ""),
        ("X3", "Also the boot's", 1, 25, "4006381333931", "", "", ""),
        BOOT,
        (*BOOT[:2], Decimal("60.00"), *BOOT[3:6], "S02", 1),
        ("X4", "Nowhere", 1, 25, "", "", "S77", 1),
    )
    assert desk.worked(one).counts["refused"] == 6
    named = [
        (3, Wrong.NEW_NEEDS), (4, Wrong.BARCODE_TAKEN), (5, Wrong.BARCODE_TAKEN), (6, Wrong.TWICE),
        (7, Wrong.CONTRADICTS), (8, Wrong.STORE_UNKNOWN),
    ]  # fmt: skip
    assert desk.wrong(one) == named
    desk.start(one)
    assert desk.worked(one).counts["added"] == 1
    assert desk.wrong(one) == named
    assert item(site, "X2") is None


def test_it_stops_between_rows_says_where_and_goes_on(
    desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "CHANGED_AT_ONCE", 2)
    rows = [(f"N{n}", "Thing", n, 25, "", "", "", "") for n in range(5)]
    one = desk.send(*rows, rows[0])
    desk.worked(one)
    desk.start(one)
    desk.work()
    assert desk.stop(one) is None
    assert (desk.worked(one).state, desk.look(one).position) == (State.STOPPED, 3)
    assert (item(site, "N1") is None, item(site, "N2") is None) == (False, True)
    assert desk.start(one) is None
    other = Desk(site)  # the process that began is gone
    assert dict(other.worked(one).counts) == {"added": 5, "refused": 1}
    assert desk.wrong(one) == [(7, Wrong.TWICE)]


def test_two_processes_never_take_the_same_rows_in(
    desk: Desk, site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "CHANGED_AT_ONCE", 2)
    one = desk.send(*[(f"N{n}", "Thing", n, 25, "", "", "", "") for n in range(6)])
    desk.worked(one)
    desk.start(one)
    desk.work()
    other = Desk(site)
    assert other.work() == 0
    clock.now += timedelta(seconds=catalogue_import.LEASE_SECONDS + 1)
    assert other.work() == 1
    desk.work()
    assert dict(other.worked(one).counts) == {"added": 6}
    assert desk.worked(one).state is State.DONE


def test_a_file_that_ends_unreadable_says_so_and_nothing_of_it_counts(desk: Desk, site: Site) -> None:
    content = b"".join(csv_file.written([HEAD, BOOT])) + b'X;"' + b"x" * 120_000
    one = desk.put(content, guessed(HEAD))
    failed = desk.worked(one)
    assert failed.state is State.FAILED
    assert "cannot be read" in failed.why
    assert desk.start(one) is not None
    assert item(site, "BOOT") is None


def test_a_file_whose_first_row_cannot_be_read_says_so_too(desk: Desk) -> None:
    one = desk.put("SKU;Name\nA;Blå\n".encode("cp1252"), guessed(["SKU", "Name"]))
    failed = desk.worked(one)
    assert (failed.state, failed.why) == (State.FAILED, "The file is not written in UTF-8.")


def test_only_who_may_change_settings_and_stock_settles_a_file(desk: Desk, site: Site) -> None:
    one = desk.send(LAMP)
    desk.worked(one)
    known = desk.look(one)
    assert desk.settle(one, replace(known.reading, columns=guessed(("Name",)))) is not None
    assert desk.settle(one, replace(known.reading, columns=guessed(("SKU",)) * 2)) is not None
    desk.author = Author("mona", "Mona", frozenset(), site.now())
    assert desk.settle(one, known.reading) is not None
    assert desk.start(one) is not None
    assert desk.stop(one) is not None
    assert site.database.write(lambda tx: catalogue_import.forget(tx, one)) is None
    assert site.database.read(lambda db: catalogue_import.find(db, one)) is None


def test_rates_the_shop_does_not_have_are_refused(desk: Desk, site: Site) -> None:
    shop_is = Company("Fjeld", rates={"Standard": 2500})
    site.database.write(lambda tx: company.save(tx, desk.author, shop_is))
    one = desk.send(
        BOOT, ("X", "X", 1, 24, "", "", "", ""), ("Y", "Y", 1, "", "", "", "", ""), default_rate=2500
    )
    assert dict(desk.worked(one).counts) == {"added": 2, "refused": 1, "stock": 1, "categories": 1}
    assert desk.wrong(one) == [(3, Wrong.RATE_UNKNOWN)]


def test_what_is_taken_away_can_be_sent_back_and_changes_nothing(desk: Desk, site: Site) -> None:
    site.database.write(
        lambda tx: records.save(tx, RecordKind.ITEM, replace(JACKET, name="=cmd|' /C calc'!A0"))
    )
    for table in (export_rows.goods(site.database), export_rows.stock(site.database, None)):
        head, *rows = table
        assert head is not None
        one = desk.send(*rows, head=head)
        assert dict(desk.worked(one).counts) == {"left": len(rows)}
    assert len(rows) == 5
    assert shop.STOVE.sku in {row[0] for row in rows}


def test_rows_are_not_dealt_with_by_columns_that_were_chosen_anew_meanwhile(desk: Desk) -> None:
    """A file that a process has taken up, and that somebody stops and has checked another way."""
    one = desk.send(BOOT)
    reading = desk.look(one).reading
    leased = desk.work._leased()
    assert leased is not None
    taken = desk.work._opened(leased)
    desk.stop(one)
    assert desk.settle(one, replace(reading, new_items=False)) is None
    assert not desk.work._step(taken)
    assert desk.look(one).rows == 0
