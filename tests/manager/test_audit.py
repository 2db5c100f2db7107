"""Who changed what of the settings, as the site wrote it down, and tax rates."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, update

from site_sync.domain.shop import DeliveryMethod
from site_sync.protocol.changes import RecordKind
from site_sync.service import audit_chain, audit_enquiry, sessions, settings_audit, turns
from site_sync.service.audit_enquiry import Wanted
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Transaction
from site_sync.service.settings_audit import Author, SettingsChange, Subject
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser, text_of
from tests.manager.test_lists import noted
from tests.manager.test_shop import kept
from tests.service.sites import Clock


def entries(site: Site, kind: str = "") -> tuple[SettingsChange, ...]:
    """What was written down, the newest first."""
    return site.database.read(lambda db: audit_enquiry.found(db, Wanted(kind))).entries


def test_each_page_writes_down_who_changed_what(root: Browser, site: Site) -> None:
    root.send("/stores/S01", phone="+4570203040")
    assert noted(site).changed == (("phone", "", "+4570203040"),)
    root.send("/settings/policy", **{"quote_days": "14", "deadline.fixed_time": "17:30"})
    assert noted(site).key == "*/*"
    root.send("/staff/ben", "/staff/ben/pin")
    ((name, _, after),) = noted(site).changed
    assert (name, len(after)) == ("pin_verifier", 8)
    root.send("/keys", name="Web shop", scope=["orders:read"])
    root.send("/tills", store="S01", till="02", profile="till")
    root.send("/webhooks", url="https://example.com/hook", event=["order.created"])
    root.send("/connectors", id="shop", title="Shop", kind="shopify", secret="")
    root.send("/messages", "/messages/sms", sms_when="never")
    told = [(entry.kind, entry.staff) for entry in reversed(entries(site))]
    kinds = ["store", "policies", "staff", "api_key", "till", "webhook", "connector", "message"]
    assert told == [(kind, "root") for kind in kinds]


def test_saving_what_is_there_writes_nothing_down(root: Browser, site: Site) -> None:
    root.send("/stores/S01")
    root.send("/staff/ben", "/staff/ben")
    assert entries(site) == ()


def test_the_page_tells_before_and_after_in_words_and_finds(root: Browser, site: Site) -> None:
    assert "No changes" in root.read("/audit")
    root.send("/settings/policy", **{"deposit.minimum_percent": "12.5", "deposit.prepay": "ask"})
    root.send("/lists/sources/add", code="fair", name_en="Trade fair")
    page = root.read("/audit")
    assert "Order settings in general changed Minimum deposit: 0 % → 12.5 %" in page
    assert "Pay in full beforehand: Never → Ask" in page
    assert "Ruth root Source fair added" in page
    assert "Trade fair" not in root.read("/audit", kind="policies")
    assert "Trade fair" in root.read("/audit", q="trade")
    assert "Trade fair" not in root.read("/audit", staff="mona")
    part = root.http.get("/manager/audit?q=fair", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "1 change" in text_of(part)


def test_secrets_never_reach_the_audit(root: Browser, site: Site) -> None:
    page = root.send("/connectors", id="shop", title="Shop", kind="standard", secret="").text
    secret = page.split("whsec_")[1].split("<")[0]
    assert secret not in root.open("/audit")
    assert all(secret not in str(entry.changed) for entry in entries(site))


def test_a_tax_rate_moves_on_items_and_fees(root: Browser, site: Site) -> None:
    home = DeliveryMethod("home", {"en": "Home"}, fee_tax_rate=2500)
    site.database.write(lambda tx: records.save(tx, RecordKind.DELIVERY_METHOD, home))
    before = kept(site, RecordKind.ITEM, "JKT")
    assert before.tax_rate == 2500
    refused = root.send("/tax", rate="2500", new="100.5")
    assert refused.status_code == 422
    assert root.send("/tax", rate="1", new="20").status_code == 422
    assert "Saved" in root.send("/tax", rate="2500", new="21,5").text
    after = kept(site, RecordKind.ITEM, "JKT")
    assert (after.tax_rate, after.price) == (2150, before.price)
    assert kept(site, RecordKind.DELIVERY_METHOD, "home").fee_tax_rate == 2150
    assert "21.5 %" in root.read("/tax")
    assert noted(site).kind == "tax_rate"


def test_an_old_page_moves_no_rate_that_somebody_moved_meanwhile(root: Browser, site: Site) -> None:
    old = root.form("/tax", "/tax")
    root.send("/tax", rate="2500", new="19")
    for rate in ("2500", "1900"):
        answer = root.http.post(old.action, data=dict(old.fields) | {"rate": rate, "new": "7"})
        assert (answer.status_code, "changed this meanwhile" in answer.text) == (422, True)
    assert kept(site, RecordKind.ITEM, "JKT").tax_rate == 1900


def test_rights_and_roles_stand_in_the_audit_in_words(root: Browser, site: Site) -> None:
    person = settings_audit.Subject("staff", "ben")
    author = Author("root", "Ruth", frozenset(), site.now())
    told = {"rights_given": ["order.extend", "order.put_back"], "rights_taken": [], "required": ["email"]}
    site.database.write(lambda tx: settings_audit.note(tx, author, person, ({}, told)))
    page = root.read("/audit")
    assert "rights beyond the role: – → extend deadlines, put back" in page
    assert "order.extend" not in page


def test_the_chain_is_verified_from_the_page_which_names_the_first_wrong_entry(
    root: Browser, site: Site
) -> None:
    root.send("/stores/S01", phone="+4570203040")
    root.send("/stores/S01", phone="+4570203041")
    early = site.database.read(audit_chain.head).hash
    whole = text_of(root.send("/audit", "/audit/verify", head=early).text)
    assert "The audit is whole: 2 entries, each fits the one before it." in whole
    assert "is in the chain: everything up to it is as it was then." in whole
    assert "is not in the chain" in text_of(root.send("/audit", "/audit/verify", head="ab" * 32).text)
    c = t.settings_changes.c
    forged = update(t.settings_changes).where(c.id == 1).values(after='{"phone":""}')
    site.database.write(lambda tx: tx.execute(forged))
    broken = text_of(root.send("/audit", "/audit/verify").text)
    assert "The audit was changed or has a gap. First wrong: entry 1 of" in broken
    assert "Ruth: store S01" in broken


def test_days_narrow_and_older_pages_follow(root: Browser, site: Site, clock: Clock) -> None:
    told = {Subject("item", f"SKU{n:03}"): (None, {"price": n}) for n in range(60)}
    author = Author("root", "Ruth", frozenset(), site.now())
    site.database.write(lambda tx: settings_audit.note_all(tx, author, told))
    page = root.open("/audit")
    assert "60 changes" in text_of(page)
    assert "SKU000" not in page
    older = page.split('rel="next" href="/manager')[1].split('"')[0].replace("&amp;", "&")
    assert "SKU000" in root.read(older)
    today = f"{site.now():%Y-%m-%d}"
    assert "60 changes" in root.read("/audit", since=today, until=today)
    assert "0 changes" in root.read("/audit", until=f"{site.now() - timedelta(days=2):%Y-%m-%d}")
    assert "60 changes" in root.read("/audit", since="9999-12-31x", before="many")


def test_who_came_in_and_whose_password_wrong_tries_locked(
    browser: Browser, site: Site, clock: Clock
) -> None:
    browser.sign_in("mona")
    (came,) = entries(site, "sign_in")
    assert (came.staff, came.key, came.changed) == ("mona", "mona", (("from", None, "127.0.0.1"),))
    browser.http.cookies.clear()
    for _ in range(11):
        browser.sign_in("bert", "not this one")
        clock.forward(minutes=5)
    locked, _ = entries(site, "sign_in")
    assert (locked.staff, locked.key, locked.changed) == ("", "bert", (("locked", False, True),))


def test_sessions_that_are_ended_are_written_down(root: Browser, site: Site) -> None:
    site.database.write(lambda tx: sessions.open_session(tx, "mona", site.around.secret, site.now()))
    root.send("/staff/mona", "/staff/mona/sign-out")
    ended = noted(site)
    assert (ended.kind, ended.key, ended.changed) == ("session", "mona", (("ended", "no", "all"),))


def test_today_tells_of_the_backup_the_books_and_silent_shops(root: Browser, site: Site) -> None:
    assert "backup" not in root.read("/")
    root.send("/connectors", id="shop", title="Sport shop", kind="shopify", secret="")
    poll = {"connector": "shop", "failures": 3, "since": site.now(), "next_at": site.now()}

    def set_up(tx: Transaction) -> None:
        turns.note(tx, turns.BACKUP, site.now() - timedelta(hours=50), {"name": "a"})
        turns.note(tx, turns.CHECKS, site.now(), {"count": 1})
        tx.execute(insert(t.connector_polls), poll)

    site.database.write(set_up)
    page = root.read("/")
    for words in ("Last backup", "too old", "The books do not agree", "does not answer: Sport shop"):
        assert words in page
    site.database.write(lambda tx: turns.note(tx, turns.BACKUP, site.now(), {"trouble": "disk full"}))
    assert "The last backup failed." in root.read("/")
