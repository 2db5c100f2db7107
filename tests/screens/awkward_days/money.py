"""Days on which the money is the awkward part: other tenders, other prices, other tills."""

from __future__ import annotations

from site_sync.domain.orders import ClosedAs, PaymentKind
from site_sync.domain.totals import paid
from tests.desks import BOSS, CASHIER
from tests.screens.awkward_days.shop import AISHA, BOTTLE, JONAS, LENA, POLES, STOVE, TENT, dearer
from tests.screens.awkward_days.town import Look, Town


def card_back_in_cash(town: Town, look: Look) -> None:
    """Aisha paid her deposit by a card that she has lost, and cancels."""
    till = town.till("S01-02")
    before = till.drawer
    till.work()
    till.begin(AISHA, TENT)
    order = till.pay_deposit("card")
    till.recall(order)
    till.pay()
    till.tile("cancel_order")
    look(till, "deposit")
    till.tile("refund")
    till.press("Customer changed their mind")
    look(till, "pay-back")
    till.tile("cash")
    look(till, "approval")
    till.approve(BOSS.name, reason="Card is lost")
    look(till, "done")
    till.ended()
    record = town.order(order.id)
    assert (record.order.closed_as, paid(record.order)) == (ClosedAs.CANCELLED, 0)
    (refund,) = [one for one in record.order.payments if one.kind is PaymentKind.REFUND]
    assert (refund.tender, refund.amount.amount) == ("cash", 5_980)
    cancelled = next(one for one in record.history if one.code == "order_cancelled")
    assert (cancelled.by, cancelled.approver) == (CASHIER.name, BOSS.name)
    assert till.drawer - before == -5_980
    assert town.stock("S01", TENT)[1] == 0


def price_rose(town: Town, look: Look) -> None:
    """Poles cost more since Jonas ordered his; he keeps his price, until he wants something changed."""
    till = town.till("S01-02")
    till.work()
    till.begin(JONAS, POLES, BOTTLE)
    order = till.pay_deposit("cash")
    town.site.database.write(lambda tx: dearer(tx, POLES, 6_900))
    town.pass_time(days=1)
    till.work()
    till.recall(order)
    assert till.cart.lines[0].unit_price.amount == 5_900
    till.more("reprice")
    look(till, "differences")
    till.press("Use these prices")
    look(till, "approval")
    till.approve(BOSS.name, reason="Agreed with the customer")
    till.pay()
    look(till, "actions")
    till.pay_deposit("cash")
    after = town.order(order.id)
    assert after.order.line(1).unit_price.amount == 6_900
    assert paid(after.order) == 1_779
    assert any(one.code == "prices_recalculated" for one in after.history)


def three_drawers(town: Town, look: Look) -> None:
    """Lena pays the deposit at till 1, the rest at till 2, and gets money back at till 3."""
    first, second, third = (town.till(name) for name in ("S01-01", "S01-02", "S01-03"))
    before = [till.drawer for till in (first, second, third)]
    first.work()
    first.begin(LENA, STOVE, BOTTLE)
    order = first.pay_deposit("cash")
    second.work()
    second.recall(order)
    second.pay()
    second.tile("pay_in_full")
    look(second, "rest")
    second.settled("cash")
    third.work()
    third.recall(order)
    third.void(2)
    third.pay()
    look(third, "surplus")
    third.tile("refund_surplus")
    look(third, "pay-back")
    third.tile("cash")
    third.press("Next customer")
    third.meet()
    after = town.order(order.id).order
    assert paid(after) == 4_500
    changes = [till.drawer - was for till, was in zip((first, second, third), before, strict=True)]
    assert changes == [1_299, 5_196, -1_995]
