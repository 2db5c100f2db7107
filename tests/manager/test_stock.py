"""Items, the orders behind reserved units, stock reservation journals and problems in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from site_sync.domain.commands import Cancel
from site_sync.domain.orders import Order, OrderKind
from site_sync.domain.problems import ProblemRecord
from site_sync.protocol.changes import RecordKind
from site_sync.service import problems, reservations
from site_sync.service.database import records
from site_sync.service.reservations import Cause, Drift
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser
from tests.service.shop import JACKET, Commands, new_line
from tests.service.sites import Clock


@pytest.mark.parametrize("typed", ["jacket", "trail jack", "JKT", "jkt", "5799410001114"])
def test_an_item_is_found_by_name_sku_or_bar_code(root: Browser, typed: str) -> None:
    found = root.read("/items", q=typed)
    assert "Trail jacket" in found
    assert "Stove" not in found


def test_an_item_is_opened_from_its_list_whatever_its_sku_holds(root: Browser, site: Site) -> None:
    odd = replace(JACKET, sku="A/B?C#1 50%", name="Odd one", barcodes=())
    site.database.write(lambda tx: records.save(tx, RecordKind.ITEM, odd))
    link = re.search(r'href="/manager(/items/A/B[^"]+)"', root.open("/items", q="Odd one"))
    assert link is not None
    assert "Odd one" in root.read(link.group(1))


def test_signs_of_the_database_are_only_letters(root: Browser) -> None:
    for typed in ("%", "_", "\\", "' OR 1=1 --"):
        assert "No items found" in root.open("/items", q=typed)
        assert "No orders found" in root.open("/orders", q=typed)
        assert "No journals found" in root.open("/journals", q=typed)


def test_the_item_card_tells_stock_per_store(root: Browser, order: Order) -> None:
    page = root.read("/items/JKT")
    assert "Shop S01 S01 10 2 0 0 8 0 Explain" in page
    assert "Shop S02 S02 10 0 0 0 10 0" in page
    assert "All stores 20 2 0 0 18 0" in page


def test_explain_names_the_orders_behind_each_unit(
    root: Browser, order: Order, give: Callable[..., Order]
) -> None:
    other = give(Commands(till="09").create(new_line(JACKET, 3)))
    page = root.read("/items/JKT/explain/S01")
    assert f"{order.number} Maria Jensen To pick 1 2" in page
    assert f"{other.number} Maria Jensen To pick 1 3" in page
    assert "Together 5" in page
    part = root.http.get("/manager/items/JKT/explain/S02", headers={"HX-Request": "true"}).text
    assert "Nothing is reserved" in part
    assert "<html" not in part


def test_what_is_not_there_is_said_kindly(root: Browser) -> None:
    items, orders = ("/items/NONE", "/items/JKT/explain/S99"), ("/orders/none", "/journals/none")
    for path in (*items, *orders, "/stores/S99", "/no"):
        assert "There is nothing here" in root.open(path, 404)


def test_a_journal_lists_every_entry(
    root: Browser, order: Order, give: Callable[..., Order], commands: Commands
) -> None:
    page = root.read(f"/journals/{order.id}")
    assert "Trail jacket line 1 · JKT S01 Created Anna open 0 −2" in page
    give(commands.give(order.id, Cancel("no more")))
    page = root.read(f"/journals/{order.id}")
    assert "Trail jacket line 1 · JKT S01 Cancelled Anna today 13:02 0 +2" in page


def test_journals_are_filtered(
    root: Browser, order: Order, give: Callable[..., Order], commands: Commands, clock: Clock
) -> None:
    gone = give(commands.create())
    give(commands.give(gone.id, Cancel("no more")))
    day, after = clock.now.date().isoformat(), (clock.now + timedelta(days=1)).date().isoformat()
    for asked, listed in (
        ({"state": "open"}, {order.number}),
        ({"state": "posted"}, {gone.number}),
        ({"reason": "cancelled"}, {gone.number}),
        ({"q": "STV"}, {order.number}),
        ({"q": gone.number}, {gone.number}),
        ({"store": "S02"}, set()),
        ({"since": day, "until": day}, {order.number, gone.number}),
        ({"since": after}, set()),
        ({"since": "no day", "reason": "no reason"}, {order.number, gone.number}),
        ({"since": "0001-01-01", "until": "9999-12-31"}, {order.number, gone.number}),
    ):
        page = root.open("/journals", 200, **asked)
        assert {number for number in (order.number, gone.number) if number in page} == listed, asked


def test_a_correction_of_the_site_has_a_journal_of_its_own(root: Browser, site: Site, clock: Clock) -> None:
    drift = Drift("S01", "JKT", 0, 2)
    cause = Cause("", "repair", "drift", clock.now)
    site.database.write(lambda tx: reservations.repair(tx, drift, cause))
    assert "Corrections" in root.read("/journals")
    assert "JKT S01 Corrected drift today 13:00 0 −2" in root.read("/journals/corrections")


def raise_one(site: Site, **given: object) -> None:
    """A problem at S01."""
    problem = ProblemRecord(id="p1", at=site.now(), store="S01", **given)  # type: ignore[arg-type]
    site.database.write(lambda tx: problems.raise_problem(tx, problem))


def test_a_problem_is_told_in_words_and_resolved(root: Browser, site: Site, order: Order) -> None:
    lines = [{"line": 1, "sku": "TNT", "store": "S01", "requested": 2, "available": 1}]
    raise_one(site, code="insufficient_stock", facts={"lines": lines}, order_id=order.id, act="amend")
    page = root.read("/problems")
    assert "There was not enough stock: TNT at S01, 2 asked for, 1 free." in page
    assert "somebody wanted to change the order" in page
    assert order.number in page
    assert "There was not enough stock" in root.read(f"/orders/{order.id}")
    assert root.send("/problems", "/problems/p1/resolve", how="").status_code == 422
    root.send("/problems", "/problems/p1/resolve", how="Ordered one from S02")
    assert "No problems" in root.read("/problems")
    assert "Ordered one from S02 Ruth" in root.read("/problems", state="resolved")
    found = site.database.read(lambda db: problems.find(db, "p1"))
    assert found is not None
    assert (found.open, found.resolution) == (False, "Ordered one from S02")


def test_amounts_and_codes_nobody_knows_are_told_too(root: Browser, site: Site) -> None:
    raise_one(site, code="over_balance", facts={"amount": 5000, "balance": 1234, "hint": "x"}, act="sale")
    page = root.read("/problems")
    assert "€50.00 was paid where €12.34 was left to pay." in page
    assert "hint x" in page


def test_what_could_not_be_read_is_told_as_words(root: Browser, site: Site) -> None:
    raise_one(site, code="malformed", facts={"errors": ["/at is without its offset", "/id is none"]})
    page = root.read("/problems")
    assert "The site could not read what a till sent." in page
    assert "wrong with it /at is without its offset, /id is none" in page


def test_problems_of_other_stores_are_not_shown_nor_resolved(browser: Browser, site: Site) -> None:
    raise_one(site, code="something_new")
    browser.sign_in("root")
    assert "This was refused (something new)." in browser.read("/problems")
    csrf = dict(browser.form("/", "/sign-out").fields)
    assert browser.http.post("/manager/problems/none/resolve", data=csrf | {"how": "x"}).status_code == 404


def test_units_in_quotes_are_told_and_explained(
    root: Browser, order: Order, site: Site, give: Callable[..., Order]
) -> None:
    quote = give(Commands(till="09").create(new_line(JACKET, 3), order_kind=OrderKind.QUOTE))
    assert "in quotes" not in root.read("/items/JKT")
    assert "In quotes" not in root.read("/items/JKT/explain/S01")
    assert "Saved" in root.send("/settings/policy", "/settings/policy", quote_reserves="softly").text
    page = root.read("/items/JKT")
    assert "Shop S01 S01 10 2 0 0 8 3 in quotes 0 Explain" in page
    assert "All stores 20 2 0 0 18 3 in quotes 0" in page
    assert "18 3 in quotes" in root.read("/items", q="jacket")
    explained = root.read("/items/JKT/explain/S01")
    assert f"{order.number} Maria Jensen To pick 1 2" in explained
    assert re.search(rf"{quote.number} Maria Jensen .* 1 3 Together 3", explained)
