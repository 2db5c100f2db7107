"""Orders changed over the public API: paid, amended, cancelled."""

from __future__ import annotations

from site_sync.domain.commands import TakePayment
from site_sync.domain.money import Money
from site_sync.domain.particulars import Tendered
from site_sync.domain.policies import Policies, Policy
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.envelope import ResultKind
from site_sync.service import orders
from site_sync.service.database import records
from site_sync.service.links import Links
from tests.service.shop import Commands
from tests.service.tills import Till
from tests.service.web_shop import Body, WebShop, euro, line, problem


def payment(reference: str, amount: int, **more: object) -> Body:
    """A payment made in the shop's checkout."""
    return {"reference": reference, "amount": euro(amount), **more}


def test_a_payment_comes_with_the_order(web_shop: WebShop) -> None:
    order = web_shop.created(payments=[payment("pi_1", 5_000)])
    assert order["totals"]["paid"] == euro(5_000)
    assert order["totals"]["balance"] == euro(7_900)
    assert order["payments"][0]["reference"] == "pi_1"
    assert order["payments"][0]["kind"] == "captured"


def test_a_payment_is_recorded_once_by_its_reference(web_shop: WebShop) -> None:
    order = web_shop.created()
    path = f"orders/{order['id']}/payments"
    first = web_shop.post(path, payment("pi_1", 12_900))
    assert (first.status_code, first.json()["totals"]["balance"]) == (201, euro(0))
    again = web_shop.post(path, payment("pi_1", 12_900))
    assert (again.status_code, again.json()) == (200, first.json())
    assert problem(web_shop.post(path, payment("pi_1", 100))) == (409, "payment_repeated")
    assert problem(web_shop.post(path, payment("pi_2", 0))) == (422, "amount_invalid")
    assert problem(web_shop.post(path, payment("pi_2", -5))) == (422, "malformed")
    dollars = {"reference": "pi_2", "amount": {"amount": 5, "currency": "USD"}}
    assert problem(web_shop.post(path, dollars)) == (422, "currency_mismatch")


def test_more_than_the_balance_is_kept_as_refundable(web_shop: WebShop) -> None:
    order = web_shop.created()
    paid = web_shop.post(f"orders/{order['id']}/payments", payment("pi_1", 13_000)).json()
    assert paid["totals"]["refundable"] == euro(100)


def test_an_authorisation_is_a_remark_and_no_money(web_shop: WebShop) -> None:
    order = web_shop.created(payments=[payment("pi_1", 12_900, kind="authorised")])
    path = f"orders/{order['id']}/payments"
    assert order["totals"]["paid"] == euro(0)
    assert web_shop.post(path, payment("pi_1", 12_900, kind="authorised")).status_code == 200
    captured = web_shop.post(path, payment("pi_1", 12_900))
    assert (captured.status_code, captured.json()["totals"]["balance"]) == (201, euro(0))


def test_a_refund_names_its_payment_and_is_never_more_than_it(web_shop: WebShop) -> None:
    order = web_shop.created(payments=[payment("pi_1", 12_900)])
    path = f"orders/{order['id']}"
    cancelled = web_shop.post(f"{path}/cancel", {"reason": "changed my mind"})
    assert cancelled.status_code == 200
    assert cancelled.json()["refundable"] == euro(12_900)
    assert cancelled.json()["order"]["closed_as"] == "cancelled"
    refund = payment("re_1", 12_900, kind="refund", refund_of="pi_1")
    back = web_shop.post(f"{path}/payments", refund)
    assert (back.status_code, back.json()["totals"]["refundable"]) == (201, euro(0))
    assert web_shop.post(f"{path}/payments", refund).status_code == 200
    more = payment("re_2", 1, kind="refund", refund_of="pi_1")
    assert problem(web_shop.post(f"{path}/payments", more)) == (409, "refund_over_payment")
    unknown = payment("re_3", 1, kind="refund", refund_of="pi_9")
    assert problem(web_shop.post(f"{path}/payments", unknown)) == (422, "payment_unknown")


def test_a_shop_gives_back_no_money_that_lies_in_a_tills_drawer(web_shop: WebShop, till: Till) -> None:
    order = web_shop.created()
    cash = TakePayment((Tendered("cash-1", "cash", Money(12_900, "EUR")),))
    assert till.give(Commands().give(order["id"], cash), order["version"]).kind is ResultKind.APPLIED
    for named in ({}, {"refund_of": "cash-1"}):
        refund = payment("re_1", 100, kind="refund", **named)
        answer = web_shop.post(f"orders/{order['id']}/payments", refund)
        assert problem(answer) == (422, "payment_unknown")


def test_part_of_an_order_is_cancelled(web_shop: WebShop) -> None:
    order = web_shop.created(line("JKT", 2), line("STV", 1), payments=[payment("pi_1", 29_800)])
    path = f"orders/{order['id']}/cancel"
    part = web_shop.post(path, {"lines": [{"line": 1, "quantity": 1}], "reason": "one is enough"}).json()
    assert part["refundable"] == euro(12_900)
    assert part["order"]["lines"][0]["cancelled"] == 1
    too_many = {"lines": [{"line": 1, "quantity": 5}]}
    assert problem(web_shop.post(path, too_many)) == (422, "quantity_too_large")
    assert web_shop.post(path, {}).json()["order"]["stage"] == "done"
    assert web_shop.post(path, {}).status_code == 200
    assert problem(web_shop.post(path, {"lines": [{"line": 1, "quantity": 1}]})) == (
        409,
        "not_allowed_in_stage",
    )


def test_an_order_is_changed_only_as_it_was_seen(web_shop: WebShop) -> None:
    order = web_shop.created()
    bare = web_shop.http.patch(f"/api/v1/orders/{order['id']}", json={"comment": "x"})
    assert problem(bare) == (428, "if_match_needed")
    changed = web_shop.patch(order, {"comment": "gift wrap", "collector": {"name": "Dev Nair"}})
    assert changed.status_code == 200
    assert changed.headers["etag"] == '"3"'  # the collector's code is a step of its own
    assert changed.json()["collector"]["name"] == "Dev Nair"
    assert problem(web_shop.patch(order, {"comment": "late"})) == (412, "stale_version")
    odd = web_shop.http.patch(f"/api/v1/orders/{order['id']}", json={}, headers={"If-Match": '"one"'})
    assert problem(odd) == (412, "stale_version")


def test_a_changed_order_gets_goods_of_other_stores_where_the_shop_brings_them(web_shop: WebShop) -> None:
    order = web_shop.created(line("TNT"), line("STV", 2))
    moved: Body = {"delivery": {"store": "S02"}}
    assert problem(web_shop.patch(order, moved)) == (409, "insufficient_stock")
    policies = Policies(Policy(transfer_hours=20))
    web_shop.site.database.write(lambda tx: records.save(tx, RecordKind.POLICIES, policies))
    changed = web_shop.patch(order, moved | {"add_lines": [line("JKT", 10), line("JKT", 9)]})
    assert changed.status_code == 200, changed.text
    after = changed.json()
    kept = [("TNT", "S01"), ("STV", "S02"), ("JKT", "S02"), ("JKT", "S01")]
    assert [(one["sku"], one["store"]) for one in after["lines"]] == kept
    assert after["promised_at"] > order["promised_at"]
    assert problem(web_shop.patch(after, {"add_lines": [line("JKT", 2)]})) == (409, "insufficient_stock")


def test_a_collector_the_shop_names_has_a_code_of_their_own(web_shop: WebShop) -> None:
    site = web_shop.site
    links = Links(site.settings.public_address, site.keys.code_key)

    def code(seen: Body) -> str | None:
        """The collector's code of an order, which is stored as a hash only."""
        kept = site.database.read(lambda db: orders.load(db, seen["id"]))
        assert kept is not None
        return links.collector_code(kept)

    order = web_shop.created(collector={"name": "Dev Nair"})
    first = code(order)
    assert (order["version"], first is not None) == (1, True)
    same = web_shop.patch(order, {"collector": {"name": "Dev Nair"}}).json()
    assert (same["version"], code(same)) == (1, first)
    other = web_shop.patch(order, {"collector": {"name": "Ida Holm"}}).json()
    assert (other["version"], other["collector"]["name"]) == (2, "Ida Holm")
    assert code(other) not in (None, first)
    assert code(web_shop.created()) is None


def test_lines_customer_and_store_change_with_their_stock(web_shop: WebShop) -> None:
    order = web_shop.created(line("JKT", 2), line("STV", 1))
    customer = {"name": "Maria J.", "email": "mj@example.com", "language": "de"}
    changed = web_shop.patch(
        order,
        {
            "customer": customer,
            "delivery": {"store": "S02", "requested_at": "2026-11-24T10:00:00+01:00"},
            "lines": [{"line": 1, "quantity": 3}, {"line": 2, "quantity": 0}],
            "add_lines": [line("STV", 2)],
        },
    )
    assert changed.status_code == 200, changed.text
    after = changed.json()
    assert after["customer"]["email"] == "mj@example.com"
    assert after["delivery"]["store"] == "S02"
    assert after["delivery"]["requested_at"] == "2026-11-24T09:00:00+00:00"
    assert [(part["sku"], part["to_pick"], part["store"]) for part in after["lines"]] == [
        ("JKT", 3, "S02"),
        ("STV", 0, "S01"),  # nothing of it is left to move
        ("STV", 2, "S02"),
    ]
    asked = {"lines": [line("JKT"), line("STV")]}
    stores = web_shop.post("availability", asked).json()["stores"]
    assert [[part["available"] for part in store["lines"]] for store in stores] == [[10, 10], [7, 8]]
    assert problem(web_shop.patch(after, {"delivery": {"store": "S99"}})) == (422, "store_unknown")
    assert problem(web_shop.patch(after, {"add_lines": [line("NOPE")]})) == (422, "item_unknown")
    assert problem(web_shop.patch(after, {"lines": [{"line": 9, "quantity": 1}]}))[1] == "line_unknown"
