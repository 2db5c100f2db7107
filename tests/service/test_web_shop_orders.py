"""Orders over the public API: made once, refused in words, seen only by their own connector."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

from site_sync.domain.numbers import Numbering
from site_sync.domain.orders import OrderKind
from site_sync.domain.policies import NotFree, Policies, Policy
from site_sync.domain.shop import Source
from site_sync.protocol.changes import RecordKind
from site_sync.service import number_settings, reservations
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.settings_audit import Author
from site_sync.service.web_order_list import write_cursor
from site_sync.service.wiring import Site
from tests.service.shop import JACKET
from tests.service.web_shop import WebShop, euro, line, problem


def settle(site: Site, **settings: Any) -> None:
    """Keep general settings of customer orders."""
    policies = Policies(Policy(**settings))
    site.database.write(lambda tx: records.save(tx, RecordKind.POLICIES, policies))


def allow(site: Site, sku: str, back_order: int) -> None:
    """So many units of an item may be promised at S01 that are not there."""

    def work(tx: Transaction) -> None:
        (level,) = reservations.lock_levels(tx, {("S01", sku)}).values()
        reservations.set_levels(tx, [replace(level, back_order=back_order)])

    site.database.write(work)


def test_an_order_is_made_once_by_its_key(web_shop: WebShop) -> None:
    body = web_shop.order(line("JKT", 2), line("STV", 1))
    first = web_shop.create(body, "k1")
    assert first.status_code == 201
    order = first.json()
    assert first.headers["location"] == f"/api/v1/orders/{order['id']}"
    assert (order["stage"], order["version"], order["number"][:2]) == ("to_pick", 1, "W-")
    assert order["totals"]["total"] == euro(2 * 12_900 + 4_000)
    again = web_shop.create(body, "k1")
    assert (again.status_code, again.json()) == (200, order)
    assert problem(web_shop.create({**body, "comment": "other"}, "k1")) == (409, "idempotency_key_reused")
    assert problem(web_shop.create(body, "k2")) == (409, "order_exists")
    available = web_shop.post("availability", {"store": "S01", "lines": [line("JKT")]}).json()
    assert available["stores"][0]["lines"][0]["available"] == 8


def test_two_shops_may_use_the_same_key(web_shop: WebShop, site: Site) -> None:
    other = WebShop(web_shop.address, site, "other")
    assert web_shop.create(web_shop.order(), "k1").status_code == 201
    assert other.create(other.order(external_id="x"), "k1").status_code == 201
    other.http.close()


def test_numbers_count_and_a_refused_order_leaves_its_number(web_shop: WebShop) -> None:
    first = web_shop.created()["number"]
    assert problem(web_shop.create(web_shop.order(line("TNT", 5)))) == (409, "insufficient_stock")
    second = web_shop.created()["number"]
    assert int(second[2:8]) == int(first[2:8]) + 1


def test_missing_stock_is_refused_with_the_lines_or_taken_in_part(web_shop: WebShop) -> None:
    body = web_shop.order(line("TNT", 3), line("STV", 1))
    refused = web_shop.create(body)
    assert problem(refused) == (409, "insufficient_stock")
    wanted = {"line": 1, "sku": "TNT", "store": "S01", "requested": 3, "available": 1}
    assert refused.json()["lines"] == [wanted]
    order = web_shop.created(line("TNT", 3), line("STV", 1), allow_partial=True)
    assert [(part["to_pick"], part["short"]) for part in order["lines"]] == [(1, 2), (1, 0)]


def test_what_a_shop_does_not_say_of_missing_units_is_as_settled(web_shop: WebShop, site: Site) -> None:
    settle(site, not_free=NotFree.PARTIAL)
    order = web_shop.created(line("TNT", 3), line("STV", 1))
    assert [part["short"] for part in order["lines"]] == [2, 0]
    refused = web_shop.create(web_shop.order(line("STV", 999), line("JKT", 1), allow_partial=False))
    assert problem(refused) == (409, "insufficient_stock")
    allow(site, "JKT", 2)
    settle(site, not_free=NotFree.BACK_ORDER)
    assert problem(web_shop.create(web_shop.order(line("JKT", 13))))[1] == "insufficient_stock"
    waiting = web_shop.created(line("JKT", 12))
    assert [part["to_pick"] for part in waiting["lines"]] == [12]
    settle(site, not_free=NotFree.REFUSE)
    taken = web_shop.created(line("TNT", 1), line("STV", 1), on_shortage="partial")
    assert [part["short"] for part in taken["lines"]] == [1, 0]


def test_orders_are_numbered_as_the_shop_has_settled_meanwhile(web_shop: WebShop, site: Site) -> None:
    first = web_shop.created()
    style, author = Numbering("SHO", "AN", 4, web_next=700), Author.operator(site.now())
    assert site.database.write(lambda tx: number_settings.save(tx, author, style)) is None
    second, third = web_shop.created(), web_shop.created()
    assert [order["number"][:-2] for order in (first, second, third)] == ["W-000001", "SHO-0700", "SHO-0701"]
    for order in (first, third):
        assert web_shop.http.get(f"/api/v1/orders/{order['number']}").json()["id"] == order["id"]


def test_a_source_that_is_for_quotes_is_no_web_orders(web_shop: WebShop, site: Site) -> None:
    expo = Source("expo", {"en": "Expo"}, kinds=(OrderKind.QUOTE,))
    settle(site, order_needs_source=True)
    site.database.write(lambda tx: records.save(tx, RecordKind.SOURCE, expo))
    assert problem(web_shop.create(web_shop.order(source="expo"))) == (422, "source_not_offered")
    assert web_shop.created(source="web-shop")["source"] == "web-shop"
    paid = web_shop.order(source="expo", payments=[{"reference": "p1", "amount": euro(12_900)}])
    assert problem(web_shop.create(paid)) == (422, "source_not_offered")


def test_the_last_unit_goes_to_one_of_many(web_shop: WebShop) -> None:
    bodies = [web_shop.order(line("TNT")) for _ in range(32)]
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda pair: web_shop.create(pair[1], f"race-{pair[0]}"), enumerate(bodies)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201] + [409] * 31
    assert {problem(answer) for answer in answers if answer.status_code == 409} == {
        (409, "insufficient_stock")
    }


def test_one_key_sent_many_times_at_once_makes_one_order(web_shop: WebShop) -> None:
    body = web_shop.order(line("STV"))
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: web_shop.create(body, "same"), range(16)))
    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_one_external_id_under_many_keys_makes_one_order(web_shop: WebShop) -> None:
    body = web_shop.order(line("STV"))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: web_shop.create(body, f"try-{n}"), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7


def test_prices_are_kept_as_given_and_flagged(web_shop: WebShop) -> None:
    order = web_shop.created(
        line("JKT", 1, unit_price=euro(9_900), discount=euro(900), tax_rate="19.00"), line("STV", 1)
    )
    given, own = order["lines"]
    assert (given["unit_price"], given["price_differs"], given["tax_rate"]) == (euro(9_900), True, "19.00")
    assert (own["unit_price"], own["price_differs"], own["tax_rate"]) == (euro(4_000), False, "25.00")
    assert order["totals"]["discount"] == euro(900)
    assert given["name"] == JACKET.name


def test_bodies_that_are_not_right_are_refused_where_they_are_wrong(web_shop: WebShop) -> None:
    wrong = {**web_shop.order(), "colour": "red"}
    answer = web_shop.create(wrong)
    assert problem(answer) == (422, "malformed")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/colour"]
    deep = web_shop.order({"sku": "JKT", "quantity": "2"})
    assert web_shop.create(deep).json()["errors"][0]["pointer"] == "/lines/0/quantity"
    unknown = web_shop.create(web_shop.order(line("NOPE")))
    assert problem(unknown) == (422, "item_unknown")
    assert unknown.json()["detail"] == "Some SKUs are unknown, or no longer sold"
    flown = web_shop.create(web_shop.order(delivery={"method": "drone"}))
    assert problem(flown) == (422, "malformed")
    assert flown.json()["errors"][0]["pointer"] == "/delivery/method"
    assert problem(web_shop.create(web_shop.order(delivery={"store": "S99"}))) == (422, "store_unknown")
    assert problem(web_shop.create(web_shop.order(delivery={}))) == (422, "store_needed")
    assert problem(web_shop.create(web_shop.order(comment="a\0b"))) == (422, "malformed")


def test_calls_that_are_not_right_get_their_status(web_shop: WebShop) -> None:
    post, key = web_shop.http.post, {"Idempotency-Key": "k"}
    path, json_type = "/api/v1/orders", {"content-type": "application/json"}
    assert problem(post(path, json=web_shop.order())) == (400, "idempotency_key_needed")
    assert problem(post(path, content=b"{", headers=key | json_type)) == (400, "not_json")
    assert problem(post(path, content=b"\xff\xfe", headers=key | json_type)) == (400, "not_json")
    assert problem(post(path, content=b"{}", headers=key | {"content-type": "text/xml"})) == (
        415,
        "unsupported_media_type",
    )
    huge = b'{"comment": "' + b"x" * 1_100_000 + b'"}'
    assert problem(post(path, content=huge, headers=key | json_type)) == (413, "body_too_large")
    unknown_method = web_shop.http.put(path, json={})
    assert problem(unknown_method) == (405, "method_not_allowed")
    assert unknown_method.headers["allow"] == "GET, POST"
    for reference in ("nobody", "..%2f", "%00", "W-000001-1", "a" * 300, "' OR 1=1 --"):
        assert problem(web_shop.get(f"orders/{reference}"))[0] == 404


def test_keys_open_what_they_are_for(web_shop: WebShop, site: Site) -> None:
    path = "/api/v1/orders"
    bare = web_shop.http.headers.pop("Authorization")
    assert problem(web_shop.http.get(path)) == (401, "unauthorised")
    for wrong in ("Bearer hk_wrong", "Basic abc", "Bearer", f"Bearer {'x' * 5000}"):
        assert problem(web_shop.http.get(path, headers={"Authorization": wrong})) == (401, "unauthorised")
    web_shop.http.headers["Authorization"] = bare
    narrow = WebShop(web_shop.address, site, "narrow", scopes=("stock:read",))
    assert narrow.get("stores").status_code == 200
    assert problem(narrow.get("orders")) == (403, "forbidden")
    narrow.http.close()


def test_a_key_may_call_only_so_often(web_shop: WebShop, site: Site) -> None:
    slow = WebShop(web_shop.address, site, "slow", rate_per_minute=3)
    assert [slow.get("stores").status_code for _ in range(3)] == [200] * 3
    limited = slow.get("stores")
    assert problem(limited) == (429, "rate_limited")
    assert 1 <= int(limited.headers["retry-after"]) <= 20
    assert web_shop.get("stores").status_code == 200
    slow.http.close()


def test_a_connector_sees_only_its_own_orders(web_shop: WebShop, site: Site) -> None:
    order = web_shop.created()
    other = WebShop(web_shop.address, site, "other")
    assert web_shop.get(f"orders/{order['id']}").json() == order
    assert web_shop.get(f"orders/{order['number']}").json() == order
    assert problem(other.get(f"orders/{order['id']}")) == (404, "not_found")
    assert problem(other.patch(order, {"comment": "mine"})) == (404, "not_found")
    assert problem(other.post(f"orders/{order['id']}/cancel", {})) == (404, "not_found")
    refund = {"reference": "r", "kind": "refund", "amount": euro(1)}
    assert problem(other.post(f"orders/{order['id']}/payments", refund)) == (404, "not_found")
    assert other.get("orders").json() == {"orders": [], "next": None}
    taken = other.create(other.order(external_id=order["external_id"]))
    assert problem(taken) == (409, "order_exists")
    assert "number" not in taken.json()
    other.http.close()


def test_orders_are_listed_page_by_page(web_shop: WebShop, site: Site) -> None:
    orders = [web_shop.created(line("STV")) for _ in range(5)]
    first = web_shop.get("orders", limit=3).json()
    rest = web_shop.get("orders", limit=3, cursor=first["next"]).json()
    assert [one["id"] for one in first["orders"] + rest["orders"]] == [one["id"] for one in orders]
    assert rest["next"] is None
    found = web_shop.get("orders", external_id=orders[2]["external_id"]).json()["orders"]
    assert [one["id"] for one in found] == [orders[2]["id"]]
    assert len(web_shop.get("orders", stage="to_pick", store="S01").json()["orders"]) == 5
    assert web_shop.get("orders", store="S02").json()["orders"] == []
    later = (site.now() + timedelta(minutes=1)).isoformat()
    assert web_shop.get("orders", updated_since=later).json()["orders"] == []
    still_under_way = (site.now() + timedelta(seconds=1)).isoformat()
    assert len(web_shop.get("orders", updated_since=still_under_way).json()["orders"]) == 5
    before_time = write_cursor("0001-01-01T00:00:00+14:00", "x")
    assert web_shop.get("orders", cursor=before_time).json()["code"] == "malformed"
    for wrong in ({"cursor": "AAAA"}, {"limit": 0}, {"stage": "lost"}, {"updated_since": "noon"}, {"x": "1"}):
        assert problem(web_shop.get("orders", **wrong)) == (422, "malformed")


def test_the_api_describes_itself(web_shop: WebShop) -> None:
    document = web_shop.get("openapi.json").json()
    assert set(document["paths"]) == {
        "/api/v1/stores",
        "/api/v1/items",
        "/api/v1/availability",
        "/api/v1/holds",
        "/api/v1/holds/{hold}",
        "/api/v1/orders",
        "/api/v1/orders/{order}",
        "/api/v1/orders/{order}/payments",
        "/api/v1/orders/{order}/cancel",
        "/api/v1/webhook-endpoints",
        "/api/v1/webhook-endpoints/{endpoint}",
    }
    assert "$ref" not in web_shop.get("openapi.json").text


def test_the_description_is_a_page_too(web_shop: WebShop) -> None:
    page = web_shop.get("docs")
    assert page.status_code == 200
    assert "/api/v1/orders/{order}/payments" in page.text
    assert "http" not in page.text.replace("https://shop.example.com", "")
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert web_shop.http.get("/docs").headers["location"] == "/api/v1/docs"


def test_what_a_shop_does_not_know_may_be_null(web_shop: WebShop) -> None:
    customer = {"name": "Maria", "email": None, "phone": None, "member_card": None, "language": "da-DK"}
    order = web_shop.created(customer=customer, comment=None, collector=None, placed_at=None)
    assert order["customer"] == {
        "name": "Maria",
        "email": "",
        "phone": "",
        "member_card": "",
        "language": "da",
    }
