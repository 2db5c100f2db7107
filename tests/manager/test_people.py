"""Customers in the browser: found, taken along, kept from being forgotten, forgotten."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import pytest

from site_sync.domain.commands import Cancel
from site_sync.domain.customers import Customer
from site_sync.domain.orders import Order
from site_sync.service import audit_enquiry, orders, personal_retention
from site_sync.service.audit_enquiry import Wanted
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser, text_of
from tests.service.shop import Commands

KNOWN = Customer("c-77", "Maria Jensen", "+4520112233", "maria@example.com", "M-100", "de")


@pytest.fixture
def ordered(give: Callable[..., Order], commands: Commands) -> Order:
    """An order of somebody who is known."""
    return give(commands.create(customer=KNOWN, comment_customer="ring twice"))


@pytest.mark.parametrize("typed", ["maria", "jensen", "2233", "maria@exam", "M-100", "c-77"])
def test_somebody_is_found_by_what_is_known_of_them(root: Browser, ordered: Order, typed: str) -> None:
    assert "Maria Jensen +4520112233" in text_of(root.send("/people", q=typed).text)


def test_a_guest_is_found_by_their_orders_and_forgotten(
    root: Browser, site: Site, give: Callable[..., Order], commands: Commands
) -> None:
    made = give(commands.create())
    give(commands.give(made.id, Cancel("no more")))
    assert "Guest, known by orders alone" in root.send("/people", q=made.number).text
    page = f"/people/order:{made.id}"
    assert "Erased" in root.send(page, f"{page}/erase", why="asked", sure="yes").text
    left = site.database.read(lambda db: orders.load(db, made.id))
    assert left is not None
    assert left.customer == Customer(language="en")


def test_everything_kept_goes_into_one_file(root: Browser, site: Site, ordered: Order) -> None:
    answer = root.send("/people/c-77", "/export")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        data, html = json.loads(file.read("data.json")), file.read("read-me.html").decode()
    assert data["customer"]["email"] == "maria@example.com"
    assert [one["order"]["number"] for one in data["orders"]] == [ordered.number]
    assert data["orders"][0]["history"]
    assert "ring twice" in html
    assert '<html lang="de">' in html, "the file is the customer's, whoever makes it"
    assert "Aufträge" in html
    assert ordered.number in html
    noted = site.database.read(lambda db: audit_enquiry.found(db, Wanted(kind="person")))
    assert "Maria" not in str(noted.entries[0])


def test_what_is_open_keeps_somebody_from_being_forgotten(root: Browser, site: Site, ordered: Order) -> None:
    assert f"Order {ordered.number} is still open" in root.read("/people/c-77")
    assert not any("/erase" in form for form in root.open("/people/c-77").split("<form"))


def test_somebody_is_forgotten_after_a_reason_and_a_yes(
    root: Browser, site: Site, ordered: Order, give: Callable[..., Order], commands: Commands
) -> None:
    give(commands.give(ordered.id, Cancel("Maria changed her mind")))
    for given in ({"why": "", "sure": "yes"}, {"why": "asked"}):
        assert root.send("/people/c-77", "/erase", **given).status_code == 422
    assert "Erased" in root.send("/people/c-77", "/erase", why="Maria asked by letter", sure="yes").text
    assert "Nobody found" in root.send("/people", q="maria").text
    assert "Maria" not in root.open(f"/orders/{ordered.id}")
    noted = site.database.read(lambda db: audit_enquiry.found(db, Wanted(kind="person")))
    assert noted.entries[0].why == "– asked by letter"


def test_how_long_names_are_kept_is_settled(root: Browser, site: Site) -> None:
    assert root.send("/people", "/people/months", customer_order="x", quote="1").status_code == 422
    assert root.send("/people", "/people/months", customer_order="601", quote="1").status_code == 422
    assert root.send("/people", "/people/months", customer_order="36", quote="12").status_code == 200
    assert site.database.read(personal_retention.months) == {"customer_order": 36, "quote": 12}
