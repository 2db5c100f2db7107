"""The morning: the till opens, an order with a deposit for another store, and an order from the web shop."""

from __future__ import annotations

import time

from pos_app.operations import orders
from pos_app.store.order_list import Tab
from pos_app.ui.wording import money as written
from pos_app.ui.wording import say
from pos_app.walk_through import acts
from pos_app.walk_through.stage import ANNA, Stage, money, of_web_shop
from pos_app.walk_through.web_shop import CREATED, OK
from site_sync.domain.orders import Stage as OrderStage
from site_sync.domain.totals import totals

MARIAS_LINES = ("JKT-TRAIL-RD-M", "SOCK-MERINO-39-42", "BTL-STEEL-075", "DRY-20")
DEVS_LINES = (("LACES-120", 2), ("PEG-10", 1), ("GAS-230", 2), ("WAX-125", 1))
"""By shelf, as the walk goes; the pegs will not be there."""
IRIS_LINES = (("SOCK-MERINO-39-42", 2), ("MAP-50-04", 1))


def open_till(stage: Stage) -> None:
    """Anna signs in and counts her float."""
    stage.account.chapter("The till opens")
    stage.hand.until_on("sign_in")
    stage.hand.picture("sign-in")
    anna = stage.sign_in(ANNA)
    stage.hand.picture("float")
    stage.hand.press_key(say("sign_in.open_shift"))
    stage.hand.until_on("sale")
    stage.hand.picture("sale-empty")
    stage.account.step(
        f"{anna.name} signed in with her PIN and opened the shift with {written(money(20_000))}"
    )


def order_with_deposit(stage: Stage) -> None:
    """Four things for a known customer, to be collected at another store, 20 % now."""
    stage.account.chapter("A customer order at the till, with a deposit")
    acts.scan_item(stage, MARIAS_LINES[0])
    acts.scan_item(stage, MARIAS_LINES[1])
    acts.search_item(stage, "bottle", MARIAS_LINES[2])
    stage.hand.press_tile(MARIAS_LINES[3])
    stage.hand.until(lambda: acts.lines_in_sale(stage) == 4, "four lines are in the sale")
    stage.account.step("Two things scanned, one searched for by name, one touched on its tile")
    acts.choose_customer(stage, "maria jen", "Maria Jensen", picture="customer")
    stage.hand.picture("sale")
    acts.order_details(stage, "collect_other", "S02", picture="order-details")
    before = stage.papers()
    acts.deposit(stage, pictures=True)
    acts.pay_cash(stage, money(5_000), picture="payment")
    stage.hand.until_on("sale")
    _check_deposit(stage)
    papers = stage.printed(before, 1)
    stage.codes["maria"] = stage.code_on(papers)
    stage.account.check("The printed slip carries her code", holds=bool(stage.codes["maria"]))


def _check_deposit(stage: Stage) -> None:
    account = stage.account
    order_id = stage.orders["maria"] = stage.newest_of("Maria Jensen")
    order = stage.order(order_id)
    sums = totals(order)
    account.step(f"Order {order.number}: {written(sums.total)}, {written(sums.paid)} paid in cash from a 50")
    account.equal("The deposit is 20 % of the order", sums.paid.amount * 5, sums.total.amount)
    account.equal("It is to be picked at", (order.stage, order.delivery.store), (OrderStage.TO_PICK, "S02"))
    stage.met()
    centre = stage.at_centre(order.number)
    held = sum(-entry["quantity"] for entry in centre["journal"] if entry["store"] == "S02")
    account.equal("Units reserved at S02 by the centre's journal", held, 4)
    account.equal("The centre has the same version", centre["order"]["version"], order.version)


def web_order(stage: Stage) -> None:
    """The web shop sends an order for this store; it is on the till within a moment."""
    stage.account.chapter("An order from the web shop")
    account, shop = stage.account, stage.shop
    free = {sku: shop.available("S01", sku) for sku, _ in DEVS_LINES}
    waiting = _to_pick(stage)
    body = of_web_shop("20881", "Dev Nair", "dev.nair@example.net", DEVS_LINES)
    begun = time.monotonic()
    answer = shop.order(body, once="checkout-20881")
    account.equal("POST /api/v1/orders answers", answer.status, CREATED)
    number, order_id = answer.body["number"], answer.body["id"]
    stage.orders["dev"] = order_id
    stage.hand.until(lambda: _knows(stage, order_id), "the web order is at the till")
    account.step(f"Order {number} was at the till {1000 * (time.monotonic() - begun):.0f} ms after the call")
    account.equal("“To pick” went up by", _to_pick(stage) - waiting, 1)
    stage.hand.picture("web-order-arrived")
    again = shop.order(body, once="checkout-20881")
    account.equal(
        "The same call again finds the same order", (again.status, again.body["number"]), (OK, number)
    )
    for sku, units in DEVS_LINES:
        account.equal(
            f"{sku} free at S01 after {units} were reserved", shop.available("S01", sku), free[sku] - units
        )


def second_web_order(stage: Stage) -> None:
    """Another one, whose customer will never come."""
    answer = stage.shop.order(
        of_web_shop("20882", "Iris Holm", "iris.holm@example.net", IRIS_LINES), once="checkout-20882"
    )
    stage.account.check(
        "A second order, for Iris Holm, is taken", holds=answer.status == CREATED, seen=answer.body
    )
    stage.orders["iris"] = answer.body["id"]
    stage.hand.until(lambda: _knows(stage, answer.body["id"]), "the second web order is at the till")


def _to_pick(stage: Stage) -> int:
    return stage.ask(orders.tab_counts).get(Tab.TO_PICK, 0)


def _knows(stage: Stage, order_id: str) -> bool:
    return stage.ask(orders.record, order_id) is not None
