"""Checkout holds: reserved for some minutes, taken over by an order, let go, never unexplained."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx

from site_sync.domain.policies import Policies, Policy
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import journal_enquiry, reservations, stock_enquiry
from site_sync.service.database import records
from site_sync.service.jobs.drift import check_drift
from site_sync.service.jobs.holds import expire_holds
from site_sync.service.wiring import Site
from tests.service.sites import Clock
from tests.service.web_shop import Body, WebShop, line, problem


def held(shop: WebShop, *lines: Body, **more: object) -> httpx.Response:
    """Ask for a hold at S01."""
    return shop.post("holds", {"store": "S01", "lines": list(lines or (line("TNT"),)), **more})


def stock(site: Site, sku: str = "TNT") -> StockLevel:
    """What S01 has of an item."""
    return site.database.read(lambda db: reservations.levels(db, [("S01", sku)]))["S01", sku]


def explained(site: Site, sku: str = "TNT") -> int:
    """Units that orders and holds say they hold, which must be all that are reserved."""
    holdings = site.database.read(lambda db: reservations.explain(db, "S01", sku))
    assert site.database.read(reservations.drifts) == []
    return sum(holding.reserved for holding in holdings)


def test_a_hold_reserves_and_others_see_it(web_shop: WebShop, site: Site) -> None:
    answer = held(web_shop, minutes=10)
    assert answer.status_code == 201
    body = answer.json()
    assert body["lines"] == [{"sku": "TNT", "quantity": 1}]
    assert body["expires_at"] == "2026-11-20T12:10:00+00:00"
    assert stock(site).reserved == explained(site) == 1
    seen = web_shop.post("availability", {"store": "S01", "lines": [line("TNT")]}).json()
    assert seen["stores"][0]["can_collect"] == "none"
    assert problem(held(web_shop)) == (409, "insufficient_stock")
    assert problem(web_shop.create(web_shop.order(line("TNT")))) == (409, "insufficient_stock")
    [holder] = site.database.read(lambda db: stock_enquiry.holders(db, "S01", "TNT"))
    assert (holder.order_id, holder.stage, holder.customer) == ("", "held", "api:shop")


def test_an_order_takes_its_hold_over(web_shop: WebShop, site: Site) -> None:
    token = held(web_shop, line("TNT"), line("STV", 4)).json()["hold"]
    order = web_shop.created(line("TNT"), line("STV", 3), hold=token)
    assert [part["to_pick"] for part in order["lines"]] == [1, 3]
    assert (stock(site).reserved, explained(site)) == (1, 1)
    assert (stock(site, "STV").reserved, explained(site, "STV")) == (3, 3)
    assert problem(web_shop.create(web_shop.order(line("STV"), hold=token))) == (409, "hold_ended")
    assert problem(web_shop.http.delete(f"/api/v1/holds/{token}")) == (409, "hold_ended")
    entries = site.database.read(lambda db: journal_enquiry.entries_of(db, token))
    assert [(e.quantity, e.reason, e.open) for e in entries] == [
        (-1, "held", False),
        (-4, "held", False),
        (1, "hold_ended", False),
        (4, "hold_ended", False),
    ]


def test_the_same_order_sent_again_needs_its_hold_no_more(web_shop: WebShop) -> None:
    body = web_shop.order(line("TNT"), hold=held(web_shop).json()["hold"])
    assert [web_shop.create(body, "again").status_code for _ in range(2)] == [201, 200]


def test_goods_that_another_store_sends_are_held_there(web_shop: WebShop, site: Site) -> None:
    asked = {"store": "S02", "lines": [line("TNT"), line("STV", 2)]}
    assert problem(web_shop.post("holds", asked)) == (409, "insufficient_stock")
    policies = Policies(Policy(transfer_hours=20))
    site.database.write(lambda tx: records.save(tx, RecordKind.POLICIES, policies))
    token = web_shop.post("holds", asked).json()["hold"]
    assert (stock(site).reserved, explained(site)) == (1, 1)
    order = web_shop.created(line("TNT"), line("STV", 2), delivery={"store": "S02"}, hold=token)
    assert [one["store"] for one in order["lines"]] == ["S01", "S02"]
    assert (stock(site).reserved, explained(site)) == (1, 1)


def test_lines_that_do_not_fit_leave_the_hold_as_it_was(web_shop: WebShop, site: Site) -> None:
    token = held(web_shop, line("STV", 2)).json()["hold"]
    refused = web_shop.create(web_shop.order(line("STV", 3), hold=token))
    assert problem(refused) == (409, "hold_too_small")
    assert refused.json()["lines"] == [{"sku": "STV", "requested": 3, "held": 2}]
    elsewhere = web_shop.order(line("STV"), hold=token, delivery={"method": "collect", "store": "S02"})
    assert problem(web_shop.create(elsewhere)) == (409, "hold_too_small")
    assert stock(site, "STV").reserved == explained(site, "STV") == 2
    assert web_shop.create(web_shop.order(line("STV", 2), hold=token)).status_code == 201


def test_a_hold_is_let_go_once_or_more(web_shop: WebShop, site: Site) -> None:
    token = held(web_shop).json()["hold"]
    assert [web_shop.http.delete(f"/api/v1/holds/{token}").status_code for _ in range(2)] == [204, 204]
    assert stock(site).reserved == explained(site) == 0
    assert problem(web_shop.http.delete("/api/v1/holds/hold_0")) == (404, "not_found")
    assert problem(web_shop.http.delete("/api/v1/holds/%20")) == (404, "not_found")


def test_nobody_touches_another_connectors_hold(web_shop: WebShop, site: Site) -> None:
    token = held(web_shop).json()["hold"]
    other = WebShop(web_shop.address, site, "other")
    assert problem(other.http.delete(f"/api/v1/holds/{token}")) == (404, "not_found")
    assert problem(other.create(other.order(line("TNT"), hold=token))) == (409, "hold_ended")
    other.http.close()
    assert stock(site).reserved == 1


def test_a_hold_ends_with_its_minutes(web_shop: WebShop, site: Site, clock: Clock) -> None:
    token = held(web_shop, minutes=5).json()["hold"]
    clock.forward(minutes=4)
    assert expire_holds(site) == 0
    clock.forward(minutes=1)
    assert problem(web_shop.create(web_shop.order(line("TNT"), hold=token))) == (409, "hold_ended")
    assert (expire_holds(site), expire_holds(site)) == (1, 0)
    assert stock(site).reserved == explained(site) == 0
    web_shop.created(line("TNT"))


def test_drift_is_measured_with_holds(web_shop: WebShop, site: Site) -> None:
    held(web_shop, line("STV", 2))
    web_shop.created(line("STV", 3))
    check_drift(site)
    assert stock(site, "STV").reserved == explained(site, "STV") == 5


def test_the_last_unit_is_held_or_ordered_by_one(web_shop: WebShop, site: Site) -> None:
    orders = [web_shop.order(line("TNT")) for _ in range(8)]

    def call(n: int) -> int:
        answer = held(web_shop) if n % 2 else web_shop.create(orders[n // 2], f"k{n}")
        return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(call, range(16)))
    assert codes == [201] + [409] * 15
    assert stock(site).reserved == explained(site) == 1


def test_what_makes_no_sense_is_refused(web_shop: WebShop) -> None:
    assert problem(held(web_shop, line("NONE"))) == (422, "item_unknown")
    assert problem(held(web_shop, minutes=0)) == (422, "malformed")
    assert problem(held(web_shop, minutes=61)) == (422, "malformed")
    assert problem(web_shop.post("holds", {"store": "S99", "lines": [line("TNT")]})) == (422, "store_unknown")
