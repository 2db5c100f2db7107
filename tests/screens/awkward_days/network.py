"""Days on which tills do not know of each other: the network is down, or two do the same at once."""

from __future__ import annotations

from site_sync.domain.balances import BalanceKind, Holder
from site_sync.domain.orders import ClosedAs, Order
from site_sync.domain.totals import paid
from tests.desks import BOSS, CASHIER, PICKER
from tests.screens.awkward_days.shop import (
    AISHA,
    BAG,
    BOTTLE,
    GIFT,
    HARBOUR,
    JACKET,
    JONAS,
    LAMP,
    MARIA,
    MAT,
    STOVE,
    TENT,
    TOM,
)
from tests.screens.awkward_days.town import Look, TillHere, Town
from tests.screens.hand import press, type_text


def _cancelled(till: TillHere, order: Order) -> None:
    """The order is cancelled and its deposit given back in cash."""
    till.recall(order)
    till.pay()
    till.tile("cancel_order")
    till.tile("refund")
    till.press("Customer changed their mind")
    till.settled("cash")


def _works_alone(till: TillHere, toms: Order, aishas: Order) -> None:
    """The rest of Tom's order is paid, a line of Aisha's voided, while nobody can be asked."""
    till.recall(toms)
    till.pay()
    till.tile("pay_in_full")
    till.tile("cash")
    till.press("Next customer")
    till.recall(aishas)
    till.void(2)
    till.pay()
    till.tile("save")
    till.till.window.notices.put_away()


def _give_up(till: TillHere, order: Order, look: Look) -> None:
    """The change of a cancelled order is let go."""
    refused = next(view for view in till.screen.views if view.group.startswith(order.number))
    press(till.screen.rows[refused.problem_id])
    look(till, "problem")
    press(till.screen.keys[refused.problem_id, "give_up"])
    till.rest()


def network_down(town: Town, look: Look) -> None:
    """From eleven to twelve till 2 works alone; meanwhile Tom and Aisha cancel at till 1."""
    alone, other = town.till("S01-02"), town.till("S01-01")
    before = alone.drawer, other.drawer
    alone.work()
    alone.begin(TOM, STOVE, LAMP)
    toms = alone.pay_deposit("cash")
    alone.begin(AISHA, TENT, LAMP)
    aishas = alone.pay_deposit("cash")
    other.work()
    alone.cut()
    alone.scan(BOTTLE)
    alone.pay()
    alone.tile("cash")
    alone.press("Next customer")
    alone.begin(JONAS, MAT)
    alone.pay_deposit_here("cash")
    for order in (toms, aishas):
        _cancelled(other, order)
    town.pass_time(minutes=50)
    _works_alone(alone, toms, aishas)
    look(alone, "alone")
    alone.mend()
    look(alone, "told")
    alone.work(BOSS)
    alone.press_bar("Problems")
    _give_up(alone, aishas, look)
    assert town.order(aishas.id).order.closed_as is ClosedAs.CANCELLED
    alone.work(CASHIER)
    alone.recall(toms)
    alone.pay()
    look(alone, "surplus")
    alone.tile("refund_surplus")
    alone.settled("cash")
    after = town.order(toms.id).order
    assert (after.closed_as, paid(after)) == (ClosedAs.CANCELLED, 0)
    assert alone.drawer - before[0] == 1_550 + 6_630 + 1_995 + 1_000
    assert other.drawer - before[1] == -1_550 - 6_630


CARD = Holder(BalanceKind.GIFT_CARD, "GC500100")


def _sell_gift_card(till: TillHere) -> None:
    """A gift card of fifty."""
    till.work(BOSS)
    till.scan(GIFT.sku)
    till.say("GC 500-100")
    type_text(till.screen.finder.editor._value.entry, "50")
    till.press("OK")
    till.pay()
    till.settled("cash")


def _paid_in_two_ways(till: TillHere, look: Look) -> Order:
    """A tent and a sleeping bag, all of it paid: most in cash, the last fifty with the gift card."""
    till.work()
    till.begin(JONAS, TENT, BAG)
    till.tile("pay_in_full")
    till.screen.tendering.amount.set_text("338")
    till.tile("cash")
    till.tile("gift_card")
    till.screen.tendering.give_reference("GC500100")
    till.rest()
    look(till, "paid")
    till.ended()
    return till.newest()


def half_then_cancelled(town: Town, look: Look) -> None:
    """Jonas pays in cash and with a gift card, takes one half, and cancels the other."""
    till = town.till("S01-02")
    _sell_gift_card(till)
    assert town.balance(CARD) == 5_000
    before = till.drawer
    order = _paid_in_two_ways(till, look)
    assert (paid(order), town.balance(CARD)) == (38_800, 0)
    till.ready(order, TENT, BAG)
    till.work()
    till.show_code(order)
    till.press("Part only")
    till.press("One less Tent two")
    look(till, "half")
    till.press("Hand over")
    till.meet()
    till.recall(order)
    till.pay()
    till.till.window.notices.put_away()
    till.tile("cancel_order")
    look(till, "deposit")
    till.tile("refund")
    till.press("Customer changed their mind")
    look(till, "pay-back")
    till.tile("gift_card")
    look(till, "rest")
    till.settled("cash")
    after = town.order(order.id).order
    assert (paid(after), town.balance(CARD)) == (8_900, 5_000)
    assert till.drawer - before == 8_900
    assert town.stock(HARBOUR, TENT)[1] == 1
    till.work(PICKER)
    till.go("put_back")
    till.scan_item(TENT)
    till.meet()
    assert town.order(order.id).order.closed_as is ClosedAs.COLLECTED


def same_order_twice(town: Town, look: Look) -> None:
    """Two tills have Maria's order in the sale at once; then two tills want the last money of a gift card."""
    first, second = town.till("S01-01"), town.till("S01-02")
    first.work()
    first.begin(MARIA, JACKET)
    order = first.pay_deposit("cash")
    second.work(BOSS)
    first.recall(order)
    second.recall(order)
    second.rest()
    look(second, "claimed")
    second.scan(BOTTLE)
    second.pay()
    second.tile("save")
    second.say("Maria asked on the phone")
    second.meet()
    first.scan(LAMP)
    first.meet()
    first.pay()
    look(first, "differs")
    first.till.window.notices.put_away()
    first.tile("pay_deposit")
    first.press("Continue")
    first.settled("cash")
    after = town.order(order.id).order
    assert [line.sku for line in after.lines] == [JACKET, BOTTLE, LAMP], after.lines
