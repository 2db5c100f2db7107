"""Backups and checks in the back office: made, looked through, taken along, put right; all written down."""

from __future__ import annotations

from sqlalchemy import select, update

from site_sync.domain.orders import Order
from site_sync.service import audit_enquiry
from site_sync.service.audit_enquiry import Wanted
from site_sync.service.backup import archive, shelf
from site_sync.service.database import tables as t
from site_sync.service.wiring import Site
from tests.fixtures.logs import ExpectedLogs
from tests.manager.browsing import Browser


def test_a_backup_is_made_checked_and_taken_along(root: Browser, site: Site, order: Order) -> None:
    assert "No backups yet" in root.read("/backups")
    assert "was made and checked" in root.send("/backups").text
    (one,) = shelf.shelved(site.settings.backup_folder)
    page = root.open("/backups")
    assert f'handover-site restore "{one.path}"' in page.replace("&#34;", '"')
    assert "Verified" in page
    assert "byte by byte" in root.send("/backups", f"/{one.name}/check").text
    taken = root.send("/backups", f"/{one.name}/download")
    assert taken.content == one.path.read_bytes()
    noted = site.database.read(lambda db: audit_enquiry.found(db, Wanted("backup"))).entries
    assert [(entry.key, entry.staff) for entry in noted] == [(one.name, "root")]
    one.path.write_bytes(taken.content[:-100])
    assert "Damaged" in root.read("/backups")
    assert root.send("/backups", f"/{one.name}/check").status_code == 422
    csrf = dict(root.form("/backups", "/backups").fields)
    for name in ("../site.sqlite", "none.backup"):
        assert root.http.post(f"/manager/backups/{name}/download", data=csrf).status_code == 404


def test_a_backup_that_fails_is_told_and_tried_again(
    root: Browser, site: Site, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("a backup could not be made")
    site.settings.backup_folder.write_text("a file is in the way")
    assert root.send("/backups").status_code == 422
    site.settings.backup_folder.unlink()
    assert "could not be made" in root.read("/backups")
    root.send("/backups")
    assert "could not be made" not in root.read("/backups")
    assert archive.verified(shelf.shelved(site.settings.backup_folder)[0].path).orders == 0


def test_what_does_not_agree_is_shown_and_put_right_with_a_name(
    root: Browser, site: Site, order: Order, expected_logs: ExpectedLogs
) -> None:
    assert "All books agree" in root.send("/checks").text
    wrong = update(t.stock).where(t.stock.c.sku == "JKT", t.stock.c.store == "S01").values(reserved=7)
    site.database.write(lambda tx: tx.execute(wrong) and None)
    expected_logs.expect("the books do not agree")
    assert "JKT at S01: 7 reserved, open lines hold 2" in root.send("/checks").text
    assert "put right, with your name" in root.send("/checks", "/checks/repair").text
    entry = select(t.journal.c.staff, t.journal.c.quantity).where(t.journal.c.reason == "corrected")
    assert site.database.read(lambda db: db.execute(entry).all()) == [("root", 5)]
    assert "7 reserved" not in root.read("/checks")


def test_all_findings_of_a_check_are_put_right_at_once(
    root: Browser, site: Site, order: Order, expected_logs: ExpectedLogs
) -> None:
    wrong = update(t.stock).where(t.stock.c.store == "S01").values(reserved=9)
    site.database.write(lambda tx: tx.execute(wrong) and None)
    expected_logs.expect("the books do not agree")
    found = root.send("/checks").text
    assert "Put all" in found
    assert 'name="key" value=""' in found
    root.send("/checks", "/checks/repair")
    assert "Reserved stock is what open lines hold" in root.read("/checks").partition("What agrees")[2]
