"""The one thing that could not be accepted: more of the last jackets promised than the till was lent."""

from __future__ import annotations

from pos_app.operations import problems
from pos_app.ui.wording import say
from pos_app.walk_through import acts
from pos_app.walk_through.account import StoryBroken
from pos_app.walk_through.stage import Stage, of_web_shop
from pos_app.walk_through.web_shop import CREATED, OK
from site_sync.domain.orders import Stage as OrderStage

LAST_ONES = "JKT-TRAIL-RD-M"
CUSTOMER = "Tom Whitaker"


def refused_and_mended(stage: Stage) -> None:
    """The cable is pulled, the web shop buys the last ones, the till promises one more than it was lent."""
    stage.account.chapter("One thing the centre cannot accept")
    stage.program.sync.stop()
    shop_order = _buy_all(stage)
    wanted = _lent(stage) + 1
    order_id = _promise(stage, wanted)
    stage.program.sync.start()
    stage.hand.until(lambda: stage.problems() == 1, "the refusal is told")
    number = stage.order(order_id).number
    stage.hand.press_key(f"{say('problems.title')} 1")
    stage.hand.until_on("problems")
    stage.hand.put_notices_away()
    stage.hand.picture("problem")
    why = stage.ask(lambda desk: problems.open_problems(desk)[0].problem.code)
    stage.account.equal(f"Order {number} stands on the list of problems, because", why, "insufficient_stock")
    answer = stage.shop.cancel(shop_order, "bought twice by mistake")
    stage.account.equal("The web shop cancels its order", answer.status, OK)
    stage.hand.until(
        lambda: stage.level(LAST_ONES, "S01").available >= wanted, "the till knows that some are free"
    )
    stage.hand.press_key(say("problems.choice_try_again"))
    stage.hand.until(lambda: stage.problems() == 0, "the problem is ended")
    stage.met()
    acts.go_home(stage)
    centre = stage.at_centre(number)
    stage.account.equal(
        f"Tried again by a touch, {number} is at the centre", centre["stage"], OrderStage.TO_PICK.value
    )


def _buy_all(stage: Stage) -> str:
    left = stage.shop.available("S01", LAST_ONES)
    body = of_web_shop("20883", "Iris Holm", "iris.holm@example.net", ((LAST_ONES, left),))
    answer = stage.shop.order(body, once="checkout-20883")
    if answer.status != CREATED:
        raise StoryBroken(f"the web shop could not buy {left} {LAST_ONES}: {answer.body}")
    stage.account.step(
        f"The till's cable is pulled; meanwhile the web shop sells the last {left} {LAST_ONES}"
    )
    return str(answer.body["id"])


def _lent(stage: Stage) -> int:
    """Units that the till may promise by itself."""
    found = stage.ask(lambda desk: desk.store.leases.left_at([("S01", LAST_ONES)]))
    return sum(found.values())


def _promise(stage: Stage, wanted: int) -> str:
    acts.scan_item(stage, LAST_ONES)
    for units in range(2, wanted + 1):
        acts.touch_again(stage, LAST_ONES, units)
    acts.choose_customer(stage, "tom whi", CUSTOMER)
    acts.order_details(stage, "collect", "S01")
    acts.deposit(stage)
    acts.pay_cash(stage)
    stage.hand.until_on("sale")
    stage.account.step(
        f"Cut off, the till takes an order for {wanted}, one more than it was lent, with a deposit"
    )
    return stage.newest_of(CUSTOMER)
