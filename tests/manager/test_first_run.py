"""A site that belongs to nobody: its first administrator, the steps of setting up, the demo shop and back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Table

from site_sync.protocol.changes import RecordKind
from site_sync.protocol.pins import pin_matches
from site_sync.service import audit_enquiry, company, demo_removal, enrolment, first_run, setup_check
from site_sync.service.audit_enquiry import Wanted
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.demo_removal import KEPT, OF_PEOPLE, WITH_THE_SHOP
from site_sync.service.enrolment import Newcomer
from site_sync.service.settings_audit import Did
from site_sync.service.setup_check import Weight
from site_sync.service.starter import Step, done
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser
from tests.service.sites import Clock, make_site

PASSWORD = "eleven red kites over the fjord"


@pytest.fixture(scope="module")
def nobodys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file in which nothing is, to make others from."""
    folder = tmp_path_factory.mktemp("nobodys")
    make_site(f"sqlite:///{folder / 'site.sqlite'}", folder, Clock()).close()
    return folder / "site.sqlite"


@pytest.fixture
def site(nobodys: Path, tmp_path: Path, clock: Clock) -> Iterator[Site]:
    """A site that nobody has begun with."""
    shutil.copyfile(nobodys, tmp_path / "site.sqlite")
    site = make_site(f"sqlite:///{tmp_path / 'site.sqlite'}", tmp_path, clock)
    yield site
    site.close()


def code_of(site: Site) -> str:
    return site.database.read(lambda db: first_run.code_of(db, site))


def begin(browser: Browser, site: Site, **changed: str) -> str:
    """Become the first administrator; gives the page that follows."""
    given = {"code": code_of(site).lower(), "id": "ruth", "name": "Ruth Adler"}
    given |= {"password": PASSWORD, "again": PASSWORD}
    answer = browser.send("/first", "/first", **{**given, **changed})
    return answer.text


def first_of(site: Site, table: Table) -> object:
    return site.database.read(lambda db: db.execute(table.select()).first())


def finish(browser: Browser) -> None:
    """Set a small shop up, all steps but till and goods."""
    browser.send("/setup/company", name="Fjeld ApS", tax_number="DK 1234", currency="DKK", language="da")
    browser.send(
        "/setup/store", "/setup/store", street="Havnegade 1", place="1058 København", phone="+4533111111"
    )
    browser.send("/setup/tax", "/setup/tax")
    browser.send("/setup/tenders", "/setup/tenders")


def test_an_empty_site_opens_with_the_code_alone_and_once(browser: Browser, site: Site) -> None:
    assert "Begin with your shop" in browser.open("/")
    for wrong in ({"code": "AAAA-AAAA-AAAA"}, {"password": "short", "again": "short"}, {"again": "other"}):
        assert 'class="error"' in begin(browser, site, **wrong)
    assert site.database.read(lambda db: records.every(db, RecordKind.STAFF)) == []
    before = code_of(site)
    assert "Who are you?" in begin(browser, site)
    assert code_of(site) != before
    another = Browser(str(browser.http.base_url))
    assert "Sign in" in another.read("/first")
    another.http.close()


def test_the_steps_keep_what_is_typed_and_lead_to_a_shop_that_can_open(browser: Browser, site: Site) -> None:
    begin(browser, site)
    wrong = browser.send("/setup/company", name="")
    assert (wrong.status_code, site.database.read(company.company)) == (422, None)
    browser.send("/setup/company", name="Fjeld ApS", tax_number="DK 1234", currency="DKK", language="da")
    assert browser.http.get("/manager/setup").url.path == "/manager/setup/store"
    wrong = browser.send("/setup/store", "/setup/store", street="", day0="9 to 5")
    assert "Write hours as" in wrong.text
    assert site.database.read(lambda db: records.every(db, RecordKind.STORE)) == []
    finish(browser)
    (store,) = site.database.read(lambda db: records.every(db, RecordKind.STORE))
    assert (store.code, store.calendar.timezone, store.receipt_header) == (
        "S01",
        "Europe/Copenhagen",
        ("Tax no. DK 1234",),
    )
    who = site.database.read(company.company)
    assert who is not None
    assert dict(who.rates) == {"Standard": 2500, "No tax": 0}
    tenders = {one.code: one for one in site.database.read(lambda db: records.every(db, RecordKind.TENDER))}
    assert (tenders["cash"].rounding, tenders["card"].active, tenders["account"].active) == (50, True, False)
    assert site.database.read(lambda db: records.every(db, RecordKind.DELIVERY_METHOD))
    found = site.database.read(lambda db: setup_check.check(db, site.settings))
    missing = {one.code for one in found.stores[0][1] if one.weight is Weight.MISSING}
    assert missing == {"no_till", "no_seller"}
    page = browser.read("/setup/check")
    assert "No till has joined yet." in page
    assert "There are no goods yet." in page


def test_staff_get_pins_that_are_shown_once_all_or_none(browser: Browser, site: Site) -> None:
    begin(browser, site)
    finish(browser)
    refused = browser.send("/setup/staff", "/setup/staff", name0="Ole", name1="x" * 90)
    assert refused.status_code == 422
    assert len(site.database.read(lambda db: records.every(db, RecordKind.STAFF))) == 1
    page = browser.send(
        "/setup/staff", "/setup/staff", name0="Ole", name1="Ida", role1="supervisor", store1="S01"
    ).text
    pins = [pin.replace(" ", "") for pin in re.findall(r'class="secret">(\d{3} \d{3})<', page)]
    staff = {one.name: one for one in site.database.read(lambda db: records.every(db, RecordKind.STAFF))}
    assert (staff["Ole"].id, staff["Ida"].stores, staff["Ida"].language) == ("101", ("S01",), "da")
    for name, pin in zip(("Ruth Adler", "Ole", "Ida"), pins, strict=True):
        assert pin_matches(staff[name].pin_verifier, site.keys.pepper, pin)
        assert pin not in browser.open("/setup/staff")


def test_a_till_joins_while_the_page_waits_and_steps_may_be_left(browser: Browser, site: Site) -> None:
    begin(browser, site)
    finish(browser)
    browser.send("/setup/staff", "/setup/staff/later")
    assert browser.http.get("/manager/setup").url.path == "/manager/setup/till"
    page = browser.send("/setup/till", "/setup/till").text
    code = re.search(r'class="secret" role="status">([^<]+)<', page)
    assert code is not None
    assert "Waiting for the till" in page
    assert "Waiting" in browser.read("/setup/till/joined", store="S01", till="01")
    newcomer = Newcomer("device-1", "token")
    site.database.write(lambda tx: enrolment.enrol(tx, code[1], newcomer, site.now()))
    assert "Till S01-01 has joined" in browser.read("/setup/till/joined", store="S01", till="01")
    assert browser.http.get("/manager/setup").url.path == "/manager/setup/goods"
    assert Step.TILL in site.database.read(done)


def test_the_demo_shop_comes_and_goes_and_leaves_what_is_ones_own(browser: Browser, site: Site) -> None:
    begin(browser, site)
    browser.send("/setup/company", name="Fjeld ApS", currency="DKK", language="da")
    before = site.database.read(company.company)
    browser.send("/setup/demo", "/setup/demo")
    assert len(site.database.read(lambda db: records.every(db, RecordKind.ITEM))) > 400
    assert "This is the demo shop" in browser.read("/setup/check")
    own = {"name": "My own", "street": "Havnegade 1", "place": "1058 København", "code": "OWN"}
    browser.send("/setup/store", "/setup/store", **own)
    assert "not only the demo shop any more" in browser.read("/setup/demo")
    csrf = dict(browser.form("/setup/demo", "/sign-out").fields)
    assert browser.http.post("/manager/setup/demo/remove", data=csrf).status_code == 422
    assert len(site.database.read(lambda db: records.every(db, RecordKind.STORE))) == 4
    site.database.write(lambda tx: records.remove(tx, RecordKind.STORE, "OWN"))
    assert "34 orders" in browser.read("/setup/demo")
    browser.send("/setup/demo", "/demo/remove")
    assert [one.id for one in site.database.read(lambda db: records.every(db, RecordKind.STAFF))] == ["ruth"]
    emptied = {table.name for table in WITH_THE_SHOP if first_of(site, table) is not None}
    assert emptied == set()
    assert site.database.read(company.company) == before
    assert "Company" in browser.read("/audit")
    noted = site.database.read(lambda db: audit_enquiry.found(db, Wanted(kind="demo"))).entries
    assert [(one.staff, one.did) for one in noted] == [("ruth", Did.REMOVED), ("ruth", Did.ADDED)]
    assert browser.http.get("/manager/setup").url.path == "/manager/setup/store"
    assert site.database.read(demo_removal.look) is None


def test_every_table_is_known_to_go_with_the_demo_shop_or_to_stay() -> None:
    known = {*WITH_THE_SHOP, *OF_PEOPLE, *KEPT, *records.TABLES.values()}
    assert {table.name for table in t.metadata.tables.values()} == {table.name for table in known}
