"""Stores, items and availability over the public API."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from site_sync.domain.catalogue import Item, ItemKind
from site_sync.domain.money import Money
from site_sync.domain.policies import Policies, Policy
from site_sync.domain.shop import Store
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import reservations
from site_sync.service.availability import distance_km
from site_sync.service.database import records
from site_sync.service.wiring import Site
from tests.service.shop import JACKET, OPEN_ALL_WEEK, STOVE
from tests.service.web_shop import WebShop, euro, line, problem

COPENHAGEN, LUEBECK = (55.6828, 12.5951), (53.8663, 10.684)


def place(site: Site) -> None:
    """Give the stores their places, and add one that offers no collection."""
    north = Store("S01", "North", "Harbour Street 14", "+4532000101", *COPENHAGEN, OPEN_ALL_WEEK)
    south = Store("S02", "South", latitude=LUEBECK[0], longitude=LUEBECK[1], calendar=OPEN_ALL_WEEK)
    depot = Store("D01", "Depot", calendar=OPEN_ALL_WEEK, click_and_collect=False)
    site.database.write(lambda tx: records.save(tx, RecordKind.STORE, north, south, depot))


def codes(web_shop: WebShop, **query: str) -> list[str]:
    """The stores' codes in the order answered."""
    return [store["code"] for store in web_shop.get("stores", **query).json()["stores"]]


def test_stores_come_nearest_first(web_shop: WebShop, site: Site) -> None:
    place(site)
    assert codes(web_shop, near="55.7,12.6", click_and_collect="true") == ["S01", "S02"]
    assert codes(web_shop, near="53.9,10.7", click_and_collect="true") == ["S02", "S01"]
    assert codes(web_shop) == ["D01", "S01", "S02"]
    assert codes(web_shop, click_and_collect="false") == ["D01"]
    store = web_shop.get("stores", near="55.6828,12.5951").json()["stores"][0]
    assert store["distance_km"] == 0.0
    assert store["opening_hours"]["monday"] == [["09:00", "18:00"]]
    assert (store["hours_to_collect"], store["preparation_minutes"]) == (48, 120)
    for wrong in ({"near": "here"}, {"near": "1"}, {"click_and_collect": "maybe"}, {"far": "1"}):
        assert problem(web_shop.get("stores", **wrong)) == (422, "malformed")


def test_distances_are_as_the_crow_flies() -> None:
    assert distance_km(COPENHAGEN, LUEBECK) == pytest.approx(237, abs=3)
    assert distance_km(COPENHAGEN, COPENHAGEN) == 0


def test_items_come_page_by_page(web_shop: WebShop) -> None:
    first = web_shop.get("items", limit=2).json()
    rest = web_shop.get("items", limit=2, cursor=first["next"]).json()
    assert [item["sku"] for item in first["items"] + rest["items"]] == ["JKT", "STV", "TNT"]
    assert rest["next"] is None
    assert first["items"][0] == {
        "sku": "JKT",
        "name": "Trail jacket",
        "barcodes": ["5799410001114"],
        "price": euro(12_900),
        "tax_rate": "25.00",
        "unit": {"code": "pcs", "decimals": 0},
        "kind": "goods",
        "removed": False,
    }


def test_items_since_a_time_tell_those_taken_off_sale(web_shop: WebShop, site: Site) -> None:
    site.database.write(lambda tx: records.remove(tx, RecordKind.ITEM, "STV"))
    assert [item["sku"] for item in web_shop.get("items").json()["items"]] == ["JKT", "TNT"]
    since = web_shop.get("items", updated_since="2020-01-01T00:00:00Z").json()["items"]
    assert {item["sku"]: item["removed"] for item in since} == {"JKT": False, "STV": True, "TNT": False}
    later = web_shop.get("items", updated_since="2199-01-01T00:00:00Z").json()
    assert later["items"] == []


def test_availability_says_what_each_store_can_hand_over_and_when(web_shop: WebShop) -> None:
    asked = {"lines": [line("JKT", 2), line("TNT", 2)]}
    north, south = web_shop.post("availability", asked).json()["stores"]
    assert (north["store"], north["can_collect"]) == ("S01", "some")
    assert north["lines"][1] == {"sku": "TNT", "requested": 2, "available": 1, "short": 1}
    assert (south["can_collect"], south["lines"][1]["available"]) == ("some", 0)
    one = web_shop.post("availability", {"store": "S02", "lines": [line("TNT")]}).json()["stores"]
    assert [(store["store"], store["can_collect"], store["ready_at"]) for store in one] == [
        ("S02", "none", None)
    ]
    everything = web_shop.post("availability", {"store": "S01", "lines": [line("STV", 10)]}).json()["stores"][
        0
    ]
    assert everything["can_collect"] == "all"
    ready = datetime.fromisoformat(everything["ready_at"])
    assert ready == datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


def test_availability_counts_reservations_safety_stock_and_a_sku_asked_for_twice(
    web_shop: WebShop, site: Site
) -> None:
    web_shop.created(line("JKT", 3))
    level = StockLevel("JKT", "S01", 10, safety=2)
    site.database.write(lambda tx: reservations.set_levels(tx, [level]))
    asked = {"store": "S01", "lines": [line("JKT", 4), line("JKT", 4)]}
    parts = web_shop.post("availability", asked).json()["stores"][0]["lines"]
    assert [(part["available"], part["short"]) for part in parts] == [(5, 0), (1, 3)]


def test_services_are_always_available(web_shop: WebShop, site: Site) -> None:
    wax = Item("WAX", "Waxing", Money(2_500, "EUR"), 2500, kind=ItemKind.SERVICE)
    site.database.write(lambda tx: records.save(tx, RecordKind.ITEM, wax))
    stores = web_shop.post("availability", {"lines": [line("WAX", 99)]}).json()["stores"]
    assert {store["can_collect"] for store in stores} == {"all"}


def test_a_store_without_collection_hands_nothing_over(web_shop: WebShop, site: Site) -> None:
    place(site)
    site.database.write(lambda tx: reservations.set_levels(tx, [StockLevel("STV", "D01", 5)]))
    answer = web_shop.post("availability", {"store": "D01", "lines": [line("STV")]}).json()
    assert answer["stores"][0]["can_collect"] == "none"
    refused = web_shop.create(web_shop.order(line("STV"), delivery={"store": "D01"}))
    assert problem(refused) == (422, "store_unknown")


def test_what_nobody_knows_is_named(web_shop: WebShop) -> None:
    answer = web_shop.post("availability", {"lines": [line("JKT"), line("NOPE")]})
    assert problem(answer) == (422, "item_unknown")
    assert answer.json()["skus"] == ["NOPE"]
    assert problem(web_shop.post("availability", {"store": "S99", "lines": [line("JKT")]})) == (
        422,
        "store_unknown",
    )
    assert problem(web_shop.post("availability", {"lines": []})) == (422, "malformed")


def test_prices_follow_the_catalogue(web_shop: WebShop, site: Site) -> None:
    dearer = replace(STOVE, price=Money(4_500, "EUR"))
    site.database.write(lambda tx: records.save(tx, RecordKind.ITEM, dearer))
    assert web_shop.created(line("STV"))["totals"]["total"] == euro(4_500)
    assert web_shop.created(line("JKT"))["totals"]["total"] == euro(JACKET.price.amount)


def test_goods_of_other_stores_are_brought_where_the_shop_does_so(web_shop: WebShop, site: Site) -> None:
    policies = Policies(Policy(transfer_hours=20))
    site.database.write(lambda tx: records.save(tx, RecordKind.POLICIES, policies))
    asked = {"store": "S02", "lines": [line("TNT"), line("STV", 2)]}
    [there] = web_shop.post("availability", asked).json()["stores"]
    assert (there["can_collect"], there["lines"][0]) == (
        "all",
        {"sku": "TNT", "requested": 1, "available": 1, "short": 0},
    )
    ready = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    assert datetime.fromisoformat(there["ready_at"]) == ready
    order = web_shop.created(line("TNT"), line("STV", 2), delivery={"store": "S02"})
    assert [one["store"] for one in order["lines"]] == ["S01", "S02"]
    assert datetime.fromisoformat(order["promised_at"]) == ready
    assert site.database.read(reservations.drifts) == []
    [gone] = web_shop.post("availability", asked).json()["stores"]
    assert (gone["can_collect"], gone["lines"][0]["short"]) == ("some", 1)
