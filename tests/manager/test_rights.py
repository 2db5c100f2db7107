"""What each role may open and do, and whose stores it sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.routing import APIRoute

from site_sync.domain.orders import Delivery, Order
from site_sync.manager.application import PAGES
from site_sync.protocol.changes import RecordKind
from site_sync.service.database import records
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser
from tests.service.shop import Commands

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
