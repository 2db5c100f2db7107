"""The afternoon: an order nobody fetches, an hour without the network, and what is put back."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from pos_app.hardware.recording import record
from pos_app.operations import orders
from pos_app.operations.desk import Acting, Desk
from pos_app.ui.screens.put_back import PutBackScreen
from pos_app.ui.widgets.chips import StatusDot
from pos_app.ui.wording import money as written
from pos_app.ui.wording import say
from pos_app.walk_through import acts
from pos_app.walk_through.account import StoryBroken
from pos_app.walk_through.stage import ANNA, EMIL, JON, Stage, money, rest
from pos_app.walk_through.story_morning import IRIS_LINES, second_web_order
from site_sync.domain.errors import Refusal
from site_sync.domain.orders import ClosedAs
from site_sync.domain.orders import Stage as OrderStage
from site_sync.domain.totals import totals

SECONDS_LEFT = 3
SOLD, ORDERED = "CARA-D", "BAR-OAT"
CUSTOMER = "Amara Diallo"


def nobody_comes(stage: Stage) -> None:
    """A web order is picked by Emil, whose till speaks Danish; its deadline is near."""
    stage.account.chapter("An order that nobody fetches")
    second_web_order(stage)
    stage.sign_out()
    emil = stage.sign_in(EMIL)
    stage.hand.until_on("sale")
    order = acts.pick_everything(stage, stage.orders["iris"], pictures="danish-pick")
    stage.account.step(f"{emil.name} picked order {order.number}; his screens are Danish")
    stage.met()
    _set_deadline(stage, order.id)
    acts.go_home(stage)
    stage.sign_out()


def _set_deadline(stage: Stage, order_id: str) -> None:
    """The customer's time is cut short by the real act, so that the story need not wait two days."""

    def extend(desk: Desk) -> object:
        anna = desk.store.shop.staff_member(ANNA)
        if anna is None:
            raise StoryBroken("Anna is not known")
        return orders.extend(desk, Acting(anna), order_id, desk.now() + timedelta(seconds=SECONDS_LEFT))

    result = stage.ask(extend)
    if isinstance(result, Refusal):
        raise StoryBroken(f"the deadline cannot be set: {result.code}")
    stage.met()
    stage.account.step(f"Its deadline is set to {SECONDS_LEFT} seconds from now, in place of two days")


def network_down(stage: Stage) -> None:
    """The site is gone; selling, ordering, picking and collecting go on."""
    stage.account.chapter("An hour without the network")
    account, site = stage.account, stage.program.site
    if site is None:
        raise StoryBroken("the till has no site of its own")
    stage.codes["free"] = " ".join(str(stage.shop.available("S01", sku)) for sku in (SOLD, ORDERED))
    site.stop()
    stage.hand.until(lambda: not stage.program.sync.is_online(), "the till notices that it is alone")
    jon = stage.sign_in(JON)
    stage.hand.until_on("sale")
    account.step(f"The site is stopped; {jon.name} signed in all the same")
    acts.scan_item(stage, SOLD)
    acts.sell_for_cash(stage)
    account.step(f"Sold a {SOLD} for cash")
    _order_offline(stage)
    _collect_offline(stage)
    waiting = stage.pending()
    said = " ".join(dot.label for dot in stage.hand.all_of(StatusDot))
    account.check(f"{waiting} acts wait for the centre", holds=waiting > 4, seen=waiting)
    account.check("The bar says so", holds=say("till.pending", count=waiting) in said, seen=said)
    stage.hand.put_notices_away()
    stage.hand.picture("offline")


def _order_offline(stage: Stage) -> None:
    before = stage.papers()
    acts.scan_item(stage, ORDERED)
    rest(acts.AGAIN_MS)
    stage.hand.scan(acts.barcode(stage, ORDERED))
    acts.choose_customer(stage, CUSTOMER.lower()[:7], CUSTOMER)
    stage.hand.picture("offline-sale")
    acts.order_details(stage, "collect", "S01")
    acts.deposit(stage)
    acts.pay_cash(stage)
    stage.hand.until_on("sale")
    order_id = stage.orders["offline"] = stage.newest_of(CUSTOMER)
    stage.codes["offline"] = stage.code_on(stage.printed(before, 2))
    number = stage.order(order_id).number
    acts.pick_everything(stage, order_id)
    stage.account.step(f"Order {number} was taken with a deposit, its number made by this till, and picked")
    acts.go_home(stage)


def _collect_offline(stage: Stage) -> None:
    record(None, stage.folders.video)
    stage.hand.press_tile("collect")
    screen = acts.collect_screen(stage)
    stage.hand.scan(stage.codes["offline"])
    stage.hand.until(lambda: bool(screen.bags), "the slip's code is known offline")
    stage.hand.press(next(iter(screen.bags.values())))
    stage.hand.picture("offline-collect")
    stage.hand.press(screen.hand_over)
    stage.hand.until_on("payment")
    acts.pay_cash(stage)
    stage.hand.until(
        lambda: stage.order(stage.orders["offline"]).stage is OrderStage.DONE, "the order is handed over"
    )
    acts.go_home(stage)
    stage.account.step("The slip printed an hour ago was scanned, the balance paid, the goods handed over")


def network_back(stage: Stage) -> None:
    """Everything meets: nothing lost, nothing twice."""
    stage.account.chapter("The network is back")
    account, site = stage.account, stage.program.site
    if site is None:
        raise StoryBroken("the till has no site of its own")
    site.start()
    stage.hand.until(stage.program.sync.is_online, "the till has found the site again", 30)
    stage.met()
    stage.hand.picture("online-again")
    account.equal("Acts that still wait", stage.pending(), 0)
    account.equal("Problems", stage.problems(), 0)
    here = stage.order(stage.orders["offline"])
    centre = stage.at_centre(here.number)
    account.equal(
        f"{here.number} at the centre", (centre["stage"], centre["order"]["version"]), ("done", here.version)
    )
    paid = sum(one["amount"]["amount"] for one in centre["order"]["payments"])
    account.equal(f"Paid there, {written(money(paid))}", paid, totals(here).paid.amount)
    for sku, before, gone in zip((SOLD, ORDERED), stage.codes["free"].split(), (1, 2), strict=True):
        account.equal(
            f"{sku} free at S01, {gone} fewer", stage.shop.available("S01", sku), int(before) - gone
        )


def put_back(stage: Stage) -> None:
    """The deadline passed meanwhile: the goods go back to their shelves, one scan each."""
    stage.account.chapter("Put back")
    account, order_id = stage.account, stage.orders["iris"]
    stage.hand.until(
        lambda: stage.order(order_id).stage is OrderStage.TO_PUT_BACK, "the site's job expires the order", 40
    )
    account.step("The site's job found the deadline over and put the order on the put-back list")
    stage.sign_out()
    stage.sign_in(EMIL)
    stage.hand.until_on("sale")
    stage.hand.press_tile("put_back")
    screen = cast(PutBackScreen, stage.hand.screen("put_back"))
    stage.hand.until(lambda: any(key.startswith(order_id) for key in screen.keys), "the order is on the list")
    stage.hand.picture("danish-put-back")
    for sku, units in IRIS_LINES:
        for _ in range(units):
            left = _to_put_back(stage, sku)
            if not left:
                break
            rest(acts.AGAIN_MS)
            stage.hand.scan(acts.barcode(stage, sku))
            stage.hand.until(lambda sku=sku, was=left: _to_put_back(stage, sku) < was, f"{sku} is put back")  # type: ignore[misc]
    order = stage.order(order_id)
    account.equal(
        "The order is closed as", (order.stage, order.closed_as), (OrderStage.DONE, ClosedAs.EXPIRED)
    )
    stage.met()
    centre = stage.at_centre(order.number)
    account.equal("Units still reserved for it", -sum(entry["quantity"] for entry in centre["journal"]), 0)
    account.equal("The centre says", (centre["stage"], centre["order"]["version"]), ("done", order.version))


def _to_put_back(stage: Stage, sku: str) -> int:
    lines = stage.order(stage.orders["iris"]).lines
    return sum(line.quantities.to_put_back for line in lines if line.sku == sku)
