"""What each role may open and do, and whose stores it sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

import pytest
from fastapi.routing import APIRoute

from site_sync.domain.orders import Delivery, Order
from site_sync.domain.permissions import PRESET_RIGHTS, ROLE_RIGHTS, Preset, Right, Role
from site_sync.domain.shop import StaffMember
from site_sync.manager.application import PAGES
from site_sync.protocol.changes import RecordKind
from site_sync.service import enrolment, staffing
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.enrolment import Newcomer, NewTill
from site_sync.service.wiring import Site
from tests.manager.browsing import FORM, Browser, forms_of
from tests.manager.conftest import PEOPLE
from tests.service.shop import Commands
from tests.service.sites import Clock

CASHIER_MAY = {"/", "/orders", "/items", "/journals"}
LISTS = {"/lists/methods", "/lists/sources", "/lists/reasons", "/lists/tenders"}
MANAGER_MAY = (
    CASHIER_MAY | LISTS | {"/problems", "/balances", "/stores", "/settings", "/tax", "/staff", "/tills"}
)
SITE = {"/backups", "/checks"}
ALL = MANAGER_MAY | SITE | {"/import", "/setup", "/audit", "/keys", "/connectors", "/webhooks", "/messages"}


@pytest.mark.parametrize(("who", "may"), [("bert", CASHIER_MAY), ("mona", MANAGER_MAY), ("root", ALL)])
def test_pages_open_by_right_and_the_menu_shows_only_those(browser: Browser, who: str, may: set[str]) -> None:
    browser.sign_in(who)
    home = browser.open("/")
    for path in sorted(ALL):
        assert browser.http.get(f"/manager{path}").status_code == (200 if path in may else 403)
        assert (f'href="/manager{path}"' in home) == (path in may)


def test_orders_of_other_stores_are_nobodys_business(
    browser: Browser, order: Order, give: Callable[..., Order]
) -> None:
    own = give(Commands("S02", till="07").create(delivery=Delivery(store="S02")))
    browser.sign_in("bert")
    listed = browser.open("/orders")
    assert own.number in listed
    assert order.number not in listed
    browser.open(f"/orders/{order.id}", 404)
    browser.open(f"/journals/{order.id}", 404)
    browser.open("/items/JKT/explain/S01", 404)
    assert order.number not in browser.open("/journals")
    sent = dict(browser.form(f"/orders/{own.id}", "/note").fields) | {"text": "hello"}
    assert browser.http.post(f"/manager/orders/{order.id}/note", data=sent).status_code == 404


def test_a_manager_looks_at_settings_and_cannot_send_them(browser: Browser, site: Site) -> None:
    browser.sign_in("mona")
    assert "Save" not in browser.open("/stores/S01")
    for path in ("/stores/S01", "/settings/policy", "/tills", "/keys"):
        csrf = dict(browser.form("/", "/sign-out").fields)
        assert browser.http.post(f"/manager{path}", data=csrf).status_code == 403
    store = site.database.read(lambda db: records.find(db, RecordKind.STORE, "S01"))
    assert store is not None
    assert store.name == "Shop S01"


def _let_a_till_in(store: str, tx: Transaction) -> None:
    code, now = f"ABCD-EF{store[1:]}", Clock().now
    enrolment.offer(tx, code, NewTill(store, "02"), now)
    assert enrolment.enrol(tx, code, Newcomer(f"till-{store}", f"token-{store}"), now) is not None


def test_who_runs_the_tills_of_some_stores_runs_no_others(browser: Browser, site: Site) -> None:
    mona = replace(PEOPLE[1], rights_given=(Right.DEVICE_MANAGE,))
    site.database.write(lambda tx: records.save(tx, RecordKind.STAFF, mona))
    for store in ("S01", "S02"):
        site.database.write(partial(_let_a_till_in, store))
    browser.sign_in("mona")
    for store, passes in (("S01", 200), ("S02", 422)):
        assert browser.send("/tills", store=store, till="09", profile="till").status_code == passes
    page = browser.open("/tills")
    csrf = dict(browser.form("/", "/sign-out").fields)
    for store, passes in (("S02", 404), ("S01", 200)):
        address = f"/tills/till-{store}/revoke"
        assert (address in page) is (passes == 200)
        assert browser.http.post(f"/manager{address}", data=csrf).status_code == passes


def test_a_manager_gives_nobody_more_rights_than_their_own(browser: Browser, site: Site) -> None:
    browser.sign_in("mona")
    raised = browser.send("/staff/new", id="eve", name="Eve", stores=["S01"], role="administrator")
    assert raised.status_code == 422
    assert site.database.read(lambda db: records.find(db, RecordKind.STAFF, "eve")) is None
    for action in ("", "/pin", "/password", "/badge", "/unlock", "/sign-out"):
        csrf = dict(browser.form("/", "/sign-out").fields)
        answer = browser.http.post(f"/manager/staff/root{action}", data=csrf | {"name": "X"})
        assert answer.status_code == 422
    own = browser.http.post("/manager/staff/mona/second-factor", data=csrf)
    assert own.status_code == 422, "one's own ends under Your account, which asks for the password"
    for person in ("bert", "anna"):  # one works elsewhere, one everywhere
        answer = browser.http.post(f"/manager/staff/{person}/pin", data=csrf)
        assert "is missing" in answer.text


def test_every_way_to_change_something_asks_who_it_is(browser: Browser) -> None:
    routes = [route for pages in PAGES for route in pages.routes.routes if isinstance(route, APIRoute)]
    posts = [route.path for route in routes if "POST" in (route.methods or ())]
    assert len(posts) >= 12
    for path in posts:
        if path in ("/sign-in", "/first"):
            continue
        address = "/manager" + path.replace("{", "").replace("}", "").replace(":path", "")
        answer = browser.http.post(address, data={"a": "b"})
        assert answer.url.path == "/manager/sign-in", path


def test_rights_are_given_and_taken_one_by_one_and_in_groups(root: Browser, site: Site) -> None:
    def ben() -> StaffMember:
        found = site.database.read(lambda db: staffing.find(db, "ben"))
        assert found is not None
        return found

    def press(act: str) -> None:
        mark = dict(root.form("/staff/ben", "/rights").fields)
        answer = root.http.post("/manager/staff/ben/rights", data=mark | {"act": act})
        assert answer.status_code == 200, answer.text

    press("manage_orders")
    assert ben().rights == ROLE_RIGHTS[Role.CASHIER] | PRESET_RIGHTS[Preset.MANAGE_ORDERS]
    assert "Those of the role “Cashier”, with exceptions: Beyond the role:" in root.read("/staff/ben")
    assert "with exceptions" in root.read("/staff")
    press("create")
    assert not ben().rights & PRESET_RIGHTS[Preset.CREATE]
    press("as_role")
    assert ben() == StaffMember("ben", "Ben", Role.CASHIER)
    ticks = forms_of(root.open("/staff/ben"))
    one = next(form for form in ticks if ("right", "order.recall") in form.fields)
    kept = [(name, value) for name, value in one.fields if value != "sale.void"]
    root.http.post(one.action, content=urlencode([*kept, ("right", "drawer.open")]), headers=FORM)
    assert (ben().rights_given, ben().rights_taken) == ((Right.DRAWER_OPEN,), (Right.SALE_VOID,))
    late = root.http.post(one.action, content=urlencode(kept), headers=FORM)
    assert (late.status_code, "changed this meanwhile" in late.text) == (422, True)
    assert "rights beyond the role" in root.read("/audit")


def test_nobody_gives_a_right_that_they_lack_nor_one_to_themselves(browser: Browser, site: Site) -> None:
    carl = StaffMember("carl", "Carl", Role.PICKER, stores=("S01",))
    site.database.write(lambda tx: records.save(tx, RecordKind.STAFF, carl))
    browser.sign_in("mona")
    fields = dict(browser.form("/staff/carl", "/rights").fields)
    refused = browser.http.post("/manager/staff/carl/rights", data=fields | {"act": "manage_settings"})
    assert (refused.status_code, "change settings" in refused.text) == (422, True)
    assert browser.http.post("/manager/staff/carl/rights", data=fields | {"act": "create"}).status_code == 200
    own = [form for form in forms_of(browser.open("/staff/mona")) if form.action.endswith("/mona/rights")]
    for act in ("create", "", "as_role"):
        answer = browser.http.post(own[-1].action, data=dict(own[-1].fields) | {"act": act})
        assert (answer.status_code == 200) == (act == "as_role"), act
