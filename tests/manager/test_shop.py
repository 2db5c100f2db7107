"""Stores, tills, staff, settings and keys in the browser, and what the tills hear of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from site_sync.domain.permissions import Role
from site_sync.domain.policies import Adjustment, Prepay
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.pins import pin_matches
from site_sync.service import enrolment, sessions, sign_in
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Transaction
from site_sync.service.enrolment import DeviceState, Newcomer, NewTill
from site_sync.service.wiring import Site
from tests.manager.browsing import PASSWORD, Browser, forms_of, text_of
from tests.service.sites import Clock


def kept(site: Site, kind: RecordKind, key: str) -> Any:
    """A record as the site has it."""
    return site.database.read(lambda db: records.find(db, kind, key))


def told(site: Site) -> list[tuple[str, str]]:
    """Kind and key of the latest change in the feed."""
    query = select(t.changes.c.kind, t.changes.c.key).order_by(t.changes.c.position.desc()).limit(1)
    return [tuple(row) for row in site.database.read(lambda db: db.execute(query).all())]


def test_a_stores_hours_closed_days_and_shelves_are_kept_and_told(root: Browser, site: Site) -> None:
    page = root.send(
        "/stores/S01", name="Harbour Street", day0="10:00-13:00, 14:00 – 18:30", day6="",
        shelves="A1\nA2\n\nB1", closed="2026-12-25 2026-12-24", click_and_collect="yes",
    )  # fmt: skip
    assert "Saved" in page.text
    store = kept(site, RecordKind.STORE, "S01")
    monday = [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in store.calendar.weekly[0]]
    assert (store.name, monday) == ("Harbour Street", ["10:00-13:00", "14:00-18:30"])
    assert store.calendar.weekly[6] == ()
    assert [day.isoformat() for day in store.calendar.closed] == ["2026-12-24", "2026-12-25"]
    assert (store.shelves, store.click_and_collect) == (("A1", "A2", "B1"), True)
    assert told(site) == [("store", "S01")]


NO_STORES = (
    ("day2", "nine to five", "Write hours as"),
    ("day2", "25:00 - 26:00", "no such time"),
    ("day2", "14:00-18:00, 09:00-12:00", "come after earlier"),
    ("closed", "24 December", "is no day"),
    ("timezone", "Mars/Olympus", "Choose one"),
    ("priority", "-1", "whole number"),
    ("shelves", "A1\nA1", "text is missing, taken"),
    ("name", "", "text is missing, taken"),
)


def test_a_store_that_cannot_be_is_refused_beside_the_field(root: Browser, site: Site) -> None:
    before = kept(site, RecordKind.STORE, "S01")
    for field, typed, said in NO_STORES:
        answer = root.send("/stores/S01", **{field: typed})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text, (field, typed)
        assert said in text_of(answer.text), (field, typed)
        assert kept(site, RecordKind.STORE, "S01") == before


def test_a_till_gets_in_with_the_code_that_was_shown_and_out_when_revoked(
    root: Browser, site: Site, clock: Clock
) -> None:
    page = root.send("/tills", store="S01", till="02", profile="counter").text
    found = re.search(r'<p class="secret"[^>]*>([A-Z0-9]{4}-[A-Z0-9]{4})<', page)
    assert found is not None
    assert "<svg" in page.split('class="qr"')[1].split("</div>")[0]
    assert found[1] not in root.open("/tills")
    newcomer = Newcomer("device-1", "token", "Till at the door", "1.2.3")
    device = site.database.write(lambda tx: enrolment.enrol(tx, found[1], newcomer, clock.now))
    assert device is not None
    assert (device.store, device.till, device.profile) == ("S01", "02", "counter")
    assert "S01-02 Till at the door" in root.read("/tills")
    assert "S01-02" in root.read("/")
    assert "Revoked" in root.send("/tills", "/tills/device-1/revoke").text
    revoked = site.database.read(lambda db: enrolment.find(db, "device-1"))
    assert revoked is not None
    assert revoked.state is DeviceState.REVOKED


def test_a_till_with_changes_that_have_not_come_is_revoked_only_when_lost(
    root: Browser, site: Site, clock: Clock
) -> None:
    def let_in(tx: Transaction) -> None:
        enrolment.offer(tx, "ABCD-EFGH", NewTill("S01", "02"), clock.now)
        device = enrolment.enrol(tx, "ABCD-EFGH", Newcomer("device-1", "token"), clock.now)
        assert device is not None
        enrolment.heard(tx, device, 3, clock.now)

    def state() -> DeviceState:
        found = site.database.read(lambda db: enrolment.find(db, "device-1"))
        assert found is not None
        return found.state

    site.database.write(let_in)
    assert "3 waiting" in root.read("/tills")
    assert "awaited since" not in root.read("/tills")
    site.database.write(lambda tx: enrolment.expect_back(tx, clock.now))
    assert "awaited since the restore" in root.read("/tills")
    refused = root.send("/tills", "/tills/device-1/revoke")
    assert (refused.status_code, state()) == (422, DeviceState.ACTIVE)
    assert "Connect it first" in text_of(refused.text)
    root.send("/tills", "/tills/device-1/revoke", anyway="yes")
    assert state() is DeviceState.REVOKED


def test_a_till_without_a_place_gets_no_code(root: Browser) -> None:
    for field, typed in (("store", ""), ("till", "2"), ("till", "٠٢"), ("profile", "spy")):
        given = {"store": "S01", "till": "02", "profile": "till"} | {field: typed}
        answer = root.send("/tills", **given)
        assert answer.status_code == 422
        assert 'class="secret"' not in answer.text
        assert f'id="{field}-error"' in answer.text


def test_a_new_pin_is_shown_once_and_opens_the_till(root: Browser, site: Site) -> None:
    page = root.send("/staff/ben", "/staff/ben/pin").text
    found = re.search(r'<p class="secret"[^>]*>(\d{3}) (\d{3})<', page)
    assert found is not None
    pin = found[1] + found[2]
    assert pin_matches(kept(site, RecordKind.STAFF, "ben").pin_verifier, site.keys.pepper, pin)
    assert found[0] not in root.open("/staff/ben")
    assert told(site) == [("staff", "ben")]


def test_a_badge_is_shown_once_and_taken_away(root: Browser, site: Site) -> None:
    page = root.send("/staff/ben", "/staff/ben/badge").text
    assert "<svg" in page.split('class="qr"')[1].split("</div>")[0]
    badge = kept(site, RecordKind.STAFF, "ben").badge_hash
    assert len(badge) == 64
    assert told(site) == [("staff", "ben")]
    assert 'class="qr"' not in root.open("/staff/ben")
    assert 'src="/manager/static/print.js"' in page
    root.send("/staff/ben", "/staff/ben/badge")
    assert kept(site, RecordKind.STAFF, "ben").badge_hash not in ("", badge)
    form = dict(root.form("/staff/ben", "/staff/ben/badge").fields) | {"drop": "yes"}
    assert "was taken away" in root.http.post("/manager/staff/ben/badge", data=form).text
    assert kept(site, RecordKind.STAFF, "ben").badge_hash == ""


def test_a_locked_password_is_unlocked_and_sessions_end(root: Browser, site: Site, clock: Clock) -> None:
    def locked(tx: Transaction) -> None:
        tx.execute(update(t.passwords).where(t.passwords.c.staff == "mona").values(locked=True, tries=10))
        sessions.open_session(tx, "mona", site.around.secret, clock.now)

    site.database.write(locked)
    assert "Password locked" in root.read("/staff")
    page = root.read("/staff/mona")
    assert "Locked after ten wrong tries. Signed in with 1 browser." in page
    assert "Unlocked" in root.send("/staff/mona", "/staff/mona/unlock").text
    assert sign_in.check_password(site.database, site.keys, "mona", PASSWORD, clock.now)
    assert "Signed out everywhere" in root.send("/staff/mona", "/staff/mona/sign-out").text
    assert site.database.read(lambda db: sessions.sessions_of(db, "mona", clock.now)) == 0


def test_a_person_is_added_changed_and_leaves(root: Browser, site: Site) -> None:
    root.send("/staff/new", id="107", name="Freja Skov", role="picker", stores=["S01"], language="da")
    freja = kept(site, RecordKind.STAFF, "107")
    assert (freja.name, freja.role) == ("Freja Skov", Role.PICKER)
    assert (freja.stores, freja.language) == (("S01",), "da")
    root.send("/staff/107", "/staff/107", role="supervisor", stores=["S01", "S02"])
    assert kept(site, RecordKind.STAFF, "107").role is Role.SUPERVISOR
    form = root.form("/staff/107", "/staff/107")
    root.http.post(form.action, data={name: value for name, value in form.fields if name != "active"})
    assert not kept(site, RecordKind.STAFF, "107").active
    taken = root.send("/staff/new", id="107", name="Somebody else")
    assert "has this id already" in taken.text


def test_an_id_that_stands_for_something_else_is_given_to_nobody(root: Browser, site: Site) -> None:
    odd = ("new", "..", "..\\tills", "a/b", "a?b", "a#b", "api:web-shop", "é")
    for text in odd:
        answer = root.send("/staff/new", id=text, name="Somebody", role="cashier", stores=["S01"])
        assert (answer.status_code, "Letters from a to z" in answer.text) == (422, True), text
    assert not site.database.read(lambda db: records.some(db, RecordKind.STAFF, odd))


def test_an_old_page_brings_nobody_back(root: Browser, site: Site) -> None:
    old = root.form("/staff/ben", "/staff/ben")
    root.http.post(old.action, data={name: value for name, value in old.fields if name != "active"})
    answer = root.http.post(old.action, data=dict(old.fields) | {"name": "Benjamin"})
    assert (answer.status_code, "changed this meanwhile" in answer.text) == (422, True)
    assert not kept(site, RecordKind.STAFF, "ben").active
    root.send("/staff/ben", "/staff/ben", name="Benjamin")
    assert (kept(site, RecordKind.STAFF, "ben").name, kept(site, RecordKind.STAFF, "ben").active) == (
        "Benjamin",
        False,
    )


@pytest.mark.parametrize(
    ("page", "field", "fresh"),
    [
        ("/stores/S01", "phone", "+45 11"),
        ("/settings/policy", "quote_days", "9"),
        ("/lists/sources/of/till", "order", "90"),
        ("/doors", "session_hours", "9"),
        ("/setup/company", "tax_number", "DK 11"),
    ],
)
def test_an_old_page_takes_nothing_back(root: Browser, page: str, field: str, fresh: str) -> None:
    if page == "/setup/company":
        root.send(page, page, name="Fjeld ApS")
    old = root.form(page, page)
    root.send(page, page, **{field: fresh})
    answer = root.http.post(old.action, data=dict(old.fields))
    assert (answer.status_code, "changed this meanwhile" in answer.text) == (422, True)
    assert dict(root.form(page, page).fields)[field] == fresh


def test_an_old_page_stays_old_though_its_mistake_is_put_right(root: Browser) -> None:
    old = root.form("/stores/S01", "/stores/S01")
    root.send("/stores/S01", phone="+45 11")
    again = root.http.post(old.action, data=dict(old.fields) | {"priority": "-1"})
    shown = next(form for form in forms_of(again.text) if form.action == old.action)
    assert dict(shown.fields)["priority"] == "-1"
    answer = root.http.post(old.action, data=dict(shown.fields) | {"priority": "1"})
    assert (answer.status_code, "changed this meanwhile" in answer.text) == (422, True)
    assert dict(root.form("/stores/S01", "/stores/S01").fields)["phone"] == "+45 11"


def test_nobody_locks_themselves_out(root: Browser, site: Site) -> None:
    form = root.form("/staff/root", "/staff/root")
    left = {name: value for name, value in form.fields if name != "active"}
    assert root.http.post(form.action, data=left).status_code == 422
    assert kept(site, RecordKind.STAFF, "root").active


def test_a_password_needs_twelve_characters_and_both_the_same(
    root: Browser, site: Site, clock: Clock
) -> None:
    for first, second, field in (("short", "short", "password"), (PASSWORD, "another one", "again")):
        answer = root.send("/staff/ben", "/staff/ben/password", password=first, again=second)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
    root.send("/staff/ben", "/staff/ben/password", password=PASSWORD, again=PASSWORD)
    assert sign_in.check_password(site.database, site.keys, "ben", PASSWORD, clock.now)


def test_general_settings_are_kept_and_told(root: Browser, site: Site) -> None:
    changed = {
        "deposit.minimum_percent": "12.5", "deposit.minimum_amount": "10.00", "deposit.prepay": "ask",
        "deadline.hours": "72", "deadline.adjustment": "fixed_time", "deadline.fixed_time": "17:30",
        "quote_days": "14",
    }  # fmt: skip
    assert "Saved" in root.send("/settings/policy", **changed).text
    policy = site.database.read(records.policies).general
    assert (policy.deposit.minimum_percent, policy.deposit.minimum_amount) == (1250, 1000)
    assert policy.deposit.prepay is Prepay.ASK
    assert (policy.deadline.hours, policy.deadline.adjustment) == (72, Adjustment.FIXED_TIME)
    assert (f"{policy.deadline.fixed_time:%H:%M}", policy.quote_days) == ("17:30", 14)
    assert told(site) == [("policies", "policies")]
    assert "12.5 %" in root.read("/settings")


def test_an_exception_counts_for_its_store_until_it_is_removed(root: Browser, site: Site) -> None:
    form = root.form("/settings/policy?store=S02", "/settings/policy")
    root.http.post(form.action, data=dict(form.fields) | {"quote_days": "3"})
    policies = site.database.read(records.policies)
    assert policies.for_order("S02", "collect").quote_days == 3
    assert policies.for_order("S01", "collect").quote_days == 30
    form = root.form("/settings/policy?store=S02", "/settings/policy/remove")
    root.http.post(form.action, data=dict(form.fields))
    assert site.database.read(records.policies).rules == ()


NO_SETTINGS = (
    ("deadline.hours", "0", "from 1 to 8760"),
    ("deadline.hours", "two", "Write a number"),
    ("deposit.minimum_percent", "101", "out of its limits"),
    ("deposit.minimum_percent", "1.234", "At most 2"),
    ("deposit.minimum_amount", "1e9", "Write a number"),
    ("deadline.fixed_time", "25:00", "Write a time"),
    ("deadline.fixed_time", "18:00+01:00", "Write a time"),
    ("identity", "guess", "Choose one"),
    ("quote_days", "1.5", "whole number"),
    ("claim_minutes", "", "number"),
)


def test_settings_out_of_their_limits_are_refused_beside_the_field(root: Browser, site: Site) -> None:
    for field, typed, said in NO_SETTINGS:
        answer = root.send("/settings/policy", **{field: typed})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text, (field, typed)
        assert said in text_of(answer.text), (field, typed)
    assert site.database.read(lambda db: records.find(db, RecordKind.POLICIES, "policies")) is None


def test_a_key_is_shown_once_works_and_is_revoked(root: Browser, site: Site) -> None:
    page = root.send("/keys", name="Web shop", scope=["orders:read", "stock:read"]).text
    found = re.search(r"hk_[0-9a-f]{64}", page)
    assert found is not None
    key = site.database.read(lambda db: sign_in.api_key_of(db, found[0]))
    assert key is not None
    assert (key.name, sorted(key.scopes)) == ("Web shop", ["orders:read", "stock:read"])
    assert "hk_" not in root.open("/keys")
    root.send("/keys", f"/keys/{key.id}/revoke")
    assert site.database.read(lambda db: sign_in.api_key_of(db, found[0])) is None


def test_a_key_needs_a_name_something_to_do_and_a_limit(root: Browser) -> None:
    answer = root.send("/keys", name="", scope=[], rate="0")
    assert answer.status_code == 422
    fields = {f'id="{name}-error"' for name in ("name", "scope", "rate")}
    assert fields <= set(re.findall(r'id="\w+-error"', answer.text))
    again = root.send("/keys", name="", scope=["orders:read"]).text  # it does not come to more by a slip
    assert re.findall(r'name="scope" type="checkbox" value="([\w:]+)" checked', again) == ["orders:read"]


def test_how_often_a_key_may_call_is_settled(root: Browser, site: Site) -> None:
    page = root.send("/keys", name="Web shop", scope=["orders:read"], rate="2").text
    assert "hk_" in page
    [key] = site.database.read(sign_in.api_keys)
    assert key.rate_per_minute == 2
    for typed, status in (("ten", 422), ("60001", 422), ("1000", 200)):
        assert root.send("/keys", f"/keys/{key.id}/rate", rate=typed).status_code == status
    [changed] = site.database.read(sign_in.api_keys)
    assert changed.rate_per_minute == 1000
    assert "calls a minute" in root.read("/audit")


def test_the_page_says_which_settings_count_and_what_differs(root: Browser) -> None:
    for address, days in (("store=S02", "3"), ("method=collect", "5"), ("store=S02&method=collect", "7")):
        form = root.form(f"/settings/policy?{address}", "/settings/policy")
        root.http.post(form.action, data=dict(form.fields) | {"quote_days": days})
    page = root.read("/settings")
    assert "Quotes expire after: 3 instead of 30" in page
    exact = root.read("/settings", store="S02", method="collect")
    assert "counts Shop S02 , Collect in store: made for exactly this" in exact
    assert exact.count("wider") == 3
    assert "counts All stores , Collect in store: made for this" in root.read(
        "/settings", store="S01", method="collect"
    )
    root.open("/settings", 404, store="S99")
