"""Stock documents in the browser: scanned, looked over, posted once, received, and what they leave behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from site_sync.domain.commands import ClaimPicking, ReportShort
from site_sync.domain.orders import Order
from site_sync.service import audit_enquiry, changes, reservations, soundness
from site_sync.service.audit_enquiry import Wanted
from site_sync.service.wiring import Site
from tests.manager.browsing import FORM, Browser
from tests.service.shop import JACKET, STOVE, Commands, new_line
from tests.service.sites import Clock


def _begin(browser: Browser, kind: str, store: str = "S01", to_store: str = "") -> str:
    answer = browser.send("/stock", "/stock/new", kind=kind, store=store, to_store=to_store)
    assert answer.status_code == 200, answer.text
    return answer.url.path.removeprefix("/manager")


def _scan(browser: Browser, page: str, code: str, quantity: str) -> int:
    """Type a code, Enter, a quantity, Enter."""
    field = browser.open(f"{page}?code={code}")
    assert "autofocus" in field
    return browser.send(f"{page}?code={code}", f"{page}/line", quantity=quantity).status_code


def _on_hand(site: Site, store: str, sku: str = "JKT") -> int:
    return site.database.read(lambda db: reservations.levels(db, [(store, sku)]))[store, sku].on_hand


def _told(site: Site) -> list[tuple[str, str, tuple[tuple[str, object, object], ...], str]]:
    """What the audit says of stock, in the order in which it happened."""
    entries = site.database.read(lambda db: audit_enquiry.found(db, Wanted())).entries
    return [(one.kind, one.key, one.changed, one.why) for one in reversed(entries)]


def test_goods_come_in_by_scanning_and_tills_hear_of_it(root: Browser, site: Site) -> None:
    page = _begin(root, "receipt")
    assert _scan(root, page, "5799410001114", "12") == 200
    assert "Trail jacket JKT 12 10 → 22" in root.read(page)
    before = site.database.read(changes.head)
    posted = root.send(page, f"{page}/post", note="DN 4711")
    assert "Posted" in posted.text
    assert _on_hand(site, "S01") == 22
    told = site.database.read(lambda db: changes.entries(db, before))
    assert [(entry.kind, entry.key) for entry in told] == [("stock", "S01/JKT")]
    assert "Came in GR-000001 Ruth +12" in root.read("/items/JKT/movements")


def test_a_document_is_posted_once_whatever_is_sent_again(root: Browser, site: Site) -> None:
    page = _begin(root, "receipt")
    _scan(root, page, "JKT", "3")
    form = root.form(page, f"{page}/post")
    fields = dict(form.fields)
    answers = [root.http.post(form.action, data=fields, headers=FORM) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 422]
    assert "changed or posted meanwhile" in answers[1].text
    assert _on_hand(site, "S01") == 13


def test_what_was_changed_meanwhile_is_not_posted_unseen(root: Browser, site: Site) -> None:
    page = _begin(root, "receipt")
    _scan(root, page, "JKT", "3")
    old = root.form(page, f"{page}/post")
    _scan(root, page, "JKT", "300")
    for version in (dict(old.fields)["version"], "²"):  # a digit to some, no number
        fields = dict(old.fields) | {"version": version}
        assert root.http.post(old.action, data=fields, headers=FORM).status_code == 422
    assert _on_hand(site, "S01") == 10


def test_a_count_says_which_orders_it_leaves_without_goods(
    root: Browser, site: Site, give: Callable[..., Order], commands: Commands
) -> None:
    orders = [give(commands.create(new_line(JACKET, 4))) for _ in range(2)]
    page = _begin(root, "count")
    _scan(root, page, "JKT", "5")
    read = root.read(page)
    assert f"Trail jacket: 1 order can no longer be filled: {orders[1].number}" in read
    assert "Choose" not in read
    assert root.send(page, f"{page}/post").status_code == 422
    assert root.send(page, f"{page}/post", reason="lost").status_code == 200
    level = site.database.read(lambda db: reservations.levels_of(db, "JKT"))[0]
    assert (level.on_hand, level.reserved) == (5, 8)
    assert all(not found for _, found in site.database.read(soundness.looked_through))


def test_a_count_takes_what_was_sold_meanwhile_as_sold(root: Browser, site: Site) -> None:
    page = _begin(root, "count")
    _scan(root, page, "JKT", "9")
    receipt = _begin(root, "receipt")
    _scan(root, receipt, "JKT", "2")
    root.send(receipt, f"{receipt}/post")
    root.send(page, f"{page}/post", reason="lost")
    assert _on_hand(site, "S01") == 11


def test_nothing_promised_leaves_but_by_a_count(root: Browser, site: Site, order: Order) -> None:
    for kind, typed in (("adjustment", "-9"), ("transfer", "9")):
        page = _begin(root, kind, to_store="S02")
        _scan(root, page, "JKT", typed)
        answer = root.send(page, f"{page}/post", reason="damaged" if kind == "adjustment" else "")
        assert answer.status_code == 422
        assert "JKT at S01, 9 asked for, 8 free" in answer.text
    assert _on_hand(site, "S01") == 10


def test_a_transfer_is_received_with_what_differs(root: Browser, site: Site) -> None:
    page = _begin(root, "transfer", to_store="S02")
    _scan(root, page, "STV", "4")
    root.send(page, f"{page}/post")
    assert (_on_hand(site, "S01", "STV"), _on_hand(site, "S02", "STV")) == (6, 10)
    assert "To receive" in root.read("/stock")
    assert root.send(page, f"{page}/receive", came_0="3").status_code == 422
    assert root.send(page, f"{page}/receive", came_0="3", note="one broken").status_code == 200
    assert _on_hand(site, "S02", "STV") == 13
    assert "To receive" not in root.read("/stock")
    assert "Received from another store ST-000001 Ruth +3" in root.read("/items/STV/movements")
    assert _told(site) == [
        ("stock_document", "ST-000001", (("state", "open", "sent"),), ""),
        ("stock", "S01/STV", (("on_hand", 10, 6),), "ST-000001"),
        ("stock_document", "ST-000001", (("state", "sent", "posted"), ("note", "", "one broken")), ""),
        ("stock", "S02/STV", (("on_hand", 10, 13),), "ST-000001"),
    ]


def test_what_was_short_is_asked_to_be_counted_until_it_is(
    root: Browser, order: Order, give: Callable[..., Order], commands: Commands, clock: Clock
) -> None:
    give(commands.give(order.id, ClaimPicking()))
    give(commands.give(order.id, ReportShort(2, 1)))
    clock.now += timedelta(minutes=10)
    assert "Stove STV S01 1" in root.read("/stock")
    page = _begin(root, "count")
    assert "Asked for here: Stove" in root.read(page)
    _scan(root, page, "STV", "10")
    root.send(page, f"{page}/post")
    assert "Counts asked for" not in root.read("/stock")


def test_safety_stock_is_kept_back(root: Browser, site: Site) -> None:
    page = _begin(root, "safety")
    _scan(root, page, "STV", "4")
    root.send(page, f"{page}/post")
    level = site.database.read(lambda db: reservations.levels(db, [("S01", STOVE.sku)]))["S01", "STV"]
    assert (level.on_hand, level.safety, level.available) == (10, 4, 6)


def test_the_audit_has_each_level_before_and_after_under_the_document(root: Browser, site: Site) -> None:
    page = _begin(root, "adjustment")
    _scan(root, page, "JKT", "-1")
    _scan(root, page, "STV", "2")
    root.send(page, f"{page}/post", reason="damaged", note="by rain")
    page = _begin(root, "safety")
    _scan(root, page, "STV", "4")
    root.send(page, f"{page}/post")
    posted = ("state", "open", "posted")
    assert _told(site) == [
        ("stock_document", "SA-000001", (posted, ("reason", "", "damaged"), ("note", "", "by rain")), ""),
        ("stock", "S01/JKT", (("on_hand", 10, 9),), "SA-000001"),
        ("stock", "S01/STV", (("on_hand", 10, 12),), "SA-000001"),
        ("stock_document", "SS-000001", (posted,), ""),
        ("stock", "S01/STV", (("safety", 0, 4),), "SS-000001"),
    ]
    root.send("/", "/language", language="de")
    audit = root.read("/audit", staff="root")
    assert "Bestandsbeleg SA-000001 geändert Zustand: Offen → Gebucht Grund: – → Beschädigt" in audit
    assert "Bestand S01/STV geändert Sicherheitsbestand: 0 → 4 SS-000001" in audit


def test_only_goods_of_ones_own_stores_are_touched(browser: Browser, site: Site) -> None:
    browser.sign_in("mona")
    refused = browser.send("/stock", "/stock/new", kind="receipt", store="S02", to_store="")
    assert refused.status_code == 422
    page = _begin(browser, "transfer", to_store="S02")
    _scan(browser, page, "JKT", "1")
    browser.send(page, f"{page}/post")
    form = {"csrf": dict(browser.form("/stock", "/stock/new").fields)["csrf"], "version": "3", "came_0": "1"}
    answer = browser.http.post(f"/manager{page}/receive", data=form, headers=FORM)
    assert answer.status_code == 422
    assert _on_hand(site, "S02") == 10


def test_what_is_no_item_or_quantity_is_said_beside_its_field(root: Browser) -> None:
    page = _begin(root, "receipt")
    assert "aria-invalid" in root.open(f"{page}?code=nothing", 422)
    for typed in ("", "x", "1.5", "0", "-1", "2000000"):
        assert _scan(root, page, "JKT", typed) == 422, typed
    _scan(root, page, "JKT", "2")
    root.send(page, f"{page}/line", take_out="yes")
    assert "Nothing entered yet" in root.read(page)
    assert "laid aside" in root.send(page, f"{page}/discard").text


def test_what_was_typed_is_there_when_the_form_is_refused(root: Browser) -> None:
    refused = root.send("/stock", "/stock/new", kind="transfer", store="S02", to_store="S02")
    assert refused.status_code == 422
    assert re.findall(r'<option value="(\w+)" selected', refused.text)[:3] == ["transfer", "S02", "S02"]
    page = _begin(root, "adjustment")
    answer = root.send(f"{page}?code=JKT", f"{page}/line", quantity="-1x")
    assert 'value="-1x"' in answer.text
    _scan(root, page, "JKT", "-1")
    answer = root.send(page, f"{page}/post", reason="", note="Fell off the shelf")
    assert answer.status_code == 422
    assert 'value="Fell off the shelf"' in answer.text


def test_a_document_is_not_named_after_another_address(root: Browser) -> None:
    form = root.form("/stock", "/stock/new")
    answer = root.http.post(form.action, data=dict(form.fields) | {"id": "..\\tills\\all"}, headers=FORM)
    assert answer.status_code == 422
