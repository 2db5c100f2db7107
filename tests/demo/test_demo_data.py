"""The demo shop's files hold together: codes, references, hours, and stages that the steps really reach."""

from __future__ import annotations

import json
import re
import runpy
from collections import Counter
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from pydantic import TypeAdapter

from site_sync.domain.catalogue import Category, ItemKind
from site_sync.domain.commands import ActKind
from site_sync.domain.customers import Customer
from site_sync.domain.orders import Bucket, ClosedAs, DeliveryMode, Quantities, Stage
from site_sync.domain.permissions import Role
from site_sync.domain.policies import Adjustment, Policies
from site_sync.domain.shop import TenderKind

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "resources" / "demo"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LANGUAGES = {"en", "de", "da"}

Row = dict[str, Any]
Rows = list[Row]


def load(name: str) -> Any:
    """One file of the demo shop."""
    return json.loads((DEMO / name).read_text(encoding="utf-8"))


ITEMS: dict[str, Row] = {row["sku"]: row for row in load("items.json")}
STORES: dict[str, Row] = {row["code"]: row for row in load("stores.json")}
STAFF: dict[str, Row] = {row["id"]: row for row in load("staff.json")}
ORDERS: Rows = load("orders.json")


def ago(text: str) -> timedelta:
    """A relative time such as -3d21h or -30h."""
    match = re.fullmatch(r"-(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?", text)
    assert match is not None, text
    assert any(match.groups()), text
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def codes(name: str) -> set[str]:
    """The codes a file gives, each once."""
    rows = load(name)
    found = {row["code"] for row in rows}
    assert len(found) == len(rows)
    return found


def test_skus_and_barcodes_are_unique() -> None:
    assert len(ITEMS) == len(load("items.json")) >= 380
    barcodes = [code for item in ITEMS.values() for code in item["barcodes"]]
    assert len(barcodes) == len(set(barcodes))
    assert all(item["barcodes"] for item in ITEMS.values() if item["kind"] != ItemKind.COMMENT)


def test_barcodes_have_their_check_digit() -> None:
    for item in ITEMS.values():
        for code in item["barcodes"]:
            assert re.fullmatch(r"(?:57|2)\d+", code), code
            assert len(code) == 13
            assert sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(code)) % 10 == 0, code


def test_items_refer_to_what_exists() -> None:
    categories, rates = codes("categories.json"), {row["rate"] for row in load("tax.json")}
    for item in ITEMS.values():
        assert item["category"] in categories
        assert item["tax_rate"] in rates
        assert item["kind"] in set(ItemKind)
        assert (DEMO / "pictures" / f"{item['picture']}.svg").is_file()
        assert re.fullmatch(r"#[0-9a-f]{6}", item["colour"])
        assert type(item["price"]) is int
        assert item["price"] >= 0
        assert set(item["shelves"]) == (set(STORES) if item["kind"] == ItemKind.GOODS else set())
        assert all(re.fullmatch(r"[A-N]\d{1,2}-[1-5]", shelf) for shelf in item["shelves"].values())
    assert {item["category"] for item in ITEMS.values()} == categories


def test_favourites_fill_the_tiles_in_order() -> None:
    favourites = [item for item in ITEMS.values() if item["favourite"] is not None]
    assert sorted(item["favourite"] for item in favourites) == list(range(1, 16))
    assert all(item["tile_name"] for item in favourites)


def test_catalogue_is_what_its_script_writes() -> None:
    files = runpy.run_path(str(ROOT / "packaging" / "demo" / "make_catalogue.py"))["render"]()
    for name, text in files.items():
        assert (DEMO / name).read_text(encoding="utf-8") == text


def test_stock_covers_all_goods_in_all_stores_and_every_order() -> None:
    levels = {(row["store"], row["sku"]): row for row in load("stock.json")}
    goods = {sku for sku, item in ITEMS.items() if item["kind"] == ItemKind.GOODS}
    assert set(levels) == {(store, sku) for store in STORES for sku in goods}
    assert levels["S01", "LGT-HEAD-400"]["on_hand"] == 0
    assert levels["S03", "LGT-HEAD-400"]["on_hand"] == 5
    assert levels["S01", "JKT-TRAIL-BL-M"]["on_hand"] == 10
    asked: Counter[tuple[str, str]] = Counter()
    for order in ORDERS:
        if order["kind"] == "customer_order":
            for line in order["lines"]:
                asked[order["delivery"]["store"] or order["store"], line["sku"]] += line["quantity"]
    for place, quantity in asked.items():
        if place[1] in goods:
            row = levels[place]
            assert quantity <= row["on_hand"] - row["safety"] + row["back_order"], place


def test_stores_open_and_close_in_order() -> None:
    for store in STORES.values():
        ZoneInfo(store["timezone"])
        assert tuple(store["opening_hours"]) == DAYS
        for spans in store["opening_hours"].values():
            edges = [time.fromisoformat(edge) for span in spans for edge in span]
            assert edges == sorted(set(edges))
            assert len(edges) % 2 == 0
        assert all(date.fromisoformat(day["date"]) and day["reason"] for day in store["closed_days"])
        assert store["deadline_adjustment"] in set(Adjustment)
        assert {till["profile"] for till in store["tills"]} == {"till", "counter"}
        assert len(store["shelves"]) == len(set(store["shelves"])) >= 12
        assert -90 <= store["lat"] <= 90
        assert -180 <= store["lon"] <= 180


def test_every_role_is_there_with_a_pin() -> None:
    assert {person["role"] for person in STAFF.values()} == set(Role)
    pins = [person["pin"] for person in STAFF.values()]
    assert len(pins) == len(set(pins)) == len(load("staff.json")) == len(STAFF)
    for person in STAFF.values():
        assert re.fullmatch(r"\d{6}", person["pin"])
        assert person["language"] in LANGUAGES
        assert set(person["stores"]) <= set(STORES)
    for store in STORES:
        at_store = {person["role"] for person in STAFF.values() if store in person["stores"]}
        assert at_store == set(Role), store


def test_customers_are_reachable_without_disturbing_anybody() -> None:
    customers = TypeAdapter(list[Customer]).validate_python(load("customers.json"))
    assert len({customer.id for customer in customers}) == len(customers) >= 60
    assert len({customer.phone for customer in customers}) == len(customers)
    cards = [customer.member_card for customer in customers if customer.member_card]
    assert len(cards) == len(set(cards))
    for customer in customers:
        assert phonenumbers.is_valid_number(phonenumbers.parse(customer.phone))
        assert re.fullmatch(r"[a-z.]+@example\.(com|org|net)", customer.email), customer.email
        assert customer.language in LANGUAGES


def test_settings_are_policies_the_domain_reads() -> None:
    settings = load("settings.json")
    policies = TypeAdapter(Policies).validate_python(settings["policies"])
    assert policies.for_order("S01", "collect").deposit.minimum_percent == 2000
    assert policies.for_order("S02", "collect").deadline.hours == STORES["S02"]["hours_to_collect"]
    assert policies.for_order("S01", "ship").deposit.prepay == "always"
    assert settings["currency"] == "EUR"


@pytest.mark.parametrize(
    "name", ["tenders.json", "sources.json", "reasons.json", "delivery_methods.json", "tax.json"]
)
def test_settings_lists_are_named_in_every_language(name: str) -> None:
    assert codes(name)
    for row in load(name):
        assert set(row["names"]) == LANGUAGES
        assert all(row["names"].values())


def test_lists_fit_the_domain() -> None:
    assert {row["kind"] for row in load("tenders.json")} == set(TenderKind)
    assert len(TypeAdapter(list[Category]).validate_python(load("categories.json"))) == 12
    assert {row["mode"] for row in load("delivery_methods.json")} == set(DeliveryMode)


def goods_lines(order: Row) -> dict[int, Quantities]:
    """The order's lines of goods as they are when it is made, numbered from 1."""
    return {
        number: Quantities(to_pick=line["quantity"])
        for number, line in enumerate(order["lines"], 1)
        if ITEMS[line["sku"]]["kind"] == ItemKind.GOODS
    }


def walk(order: Row) -> dict[int, Quantities]:
    """The quantities after all steps."""
    lines = goods_lines(order)
    ends = {Bucket.TO_PICK: Bucket.CANCELLED, Bucket.PICKED: Bucket.TO_PUT_BACK}
    moves = {
        ActKind.PICK: {Bucket.TO_PICK: Bucket.PICKED},
        ActKind.SHORT: {Bucket.TO_PICK: Bucket.SHORT},
        ActKind.COLLECT: {Bucket.PICKED: Bucket.COLLECTED},
        ActKind.SHIP: {Bucket.PICKED: Bucket.COLLECTED},
        ActKind.PUT_BACK: {Bucket.TO_PUT_BACK: Bucket.PUT_BACK},
        ActKind.CANCEL: ends,
        ActKind.EXPIRE: ends,
    }
    for step in order["steps"]:
        named = [step] if "line" in step else step.get("lines") or [{"line": number} for number in lines]
        for source, target in moves.get(ActKind(step["act"]), {}).items():
            for part in named:
                held = lines[part["line"]].held(source)
                if "quantity" in part or held:
                    lines[part["line"]] = lines[part["line"]].move(source, target, part.get("quantity", held))
    return lines


def stage_reached(order: Row) -> Stage:
    """The stage that the quantities and the claim add up to."""
    if order["kind"] == "quote":
        return Stage.QUOTE
    lines = walk(order).values()
    acts = [step["act"] for step in order["steps"]]
    if ActKind.CLAIM in acts and ActKind.CONFIRM_PICKING not in acts:
        return Stage.PICKING
    if any(line.to_pick for line in lines):
        return Stage.TO_PICK
    if any(line.picked for line in lines):
        return Stage.TO_COLLECT if order["delivery"]["store"] else Stage.TO_SHIP
    return Stage.TO_PUT_BACK if any(line.to_put_back for line in lines) else Stage.DONE


@pytest.mark.parametrize("order", ORDERS, ids=[order["key"] for order in ORDERS])
def test_order_reaches_its_stage(order: Row) -> None:
    assert stage_reached(order) == order["stage"]
    assert (order["closed_as"] is None) == (order["stage"] != Stage.DONE)


@pytest.mark.parametrize("order", ORDERS, ids=[order["key"] for order in ORDERS])
def test_order_refers_to_what_exists(order: Row) -> None:
    place = order["delivery"]["store"] or order["store"]
    methods = {row["code"]: row for row in load("delivery_methods.json")}
    assert order["customer"] in {row["id"] for row in load("customers.json")}
    assert order["source"] in codes("sources.json")
    assert methods[order["delivery"]["method"]]["needs_store"] == bool(order["delivery"]["store"])
    assert methods[order["delivery"]["method"]]["needs_address"] == ("address" in order["delivery"])
    assert all(line["sku"] in ITEMS and line["quantity"] > 0 for line in order["lines"])
    if order["till"]:
        store, till = order["till"].split("-")
        assert store == order["store"]
        assert till in {row["code"] for row in STORES[store]["tills"]}
    else:
        assert order["external_id"]
    for staff in [order["staff"], *(step.get("staff") for step in order["steps"])]:
        assert staff is None or staff in STAFF
    for step in order["steps"]:
        assert all(bag["shelf"] in STORES[place]["shelves"] for bag in step.get("bags", []))
    for payment in order["payments"]:
        assert payment["tender"] in codes("tenders.json")
        assert payment["amount"] in {"minimum", "total"} or type(payment["amount"]) is int


@pytest.mark.parametrize("order", ORDERS, ids=[order["key"] for order in ORDERS])
def test_steps_follow_each_other_in_time(order: Row) -> None:
    times = [ago(order["created"]), *(ago(step["at"]) for step in order["steps"])]
    assert times == sorted(times, reverse=True)


def test_orders_show_every_stage_and_ending_of_the_shop() -> None:
    assert {order["stage"] for order in ORDERS} == set(Stage)
    assert {order["closed_as"] for order in ORDERS if order["closed_as"]} >= {
        ClosedAs.COLLECTED, ClosedAs.CANCELLED, ClosedAs.EXPIRED,
    }  # fmt: skip
    assert len({order["key"] for order in ORDERS}) == len(ORDERS)
