"""Days on which goods change place: another store, half now and half later, back again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from site_sync.domain.orders import ClosedAs, Order, Stage
from site_sync.domain.totals import paid
from tests.desks import CASHIER, PICKER
from tests.screens.awkward_days.shop import BOTTLE, HARBOUR, HILL, JACKET, MARIA, MAT, TOM
from tests.screens.awkward_days.town import Look, TillHere, Town
from tests.screens.hand import press, strike


def _received(till: TillHere, order: Order, look: Look) -> None:
    """The bag from the other store comes, gets its shelf, and the customer is told."""
    till.work(PICKER)
    till.go("pick")
    till.press("Receive 1 bag")
    look(till, "receive")
    till.press("Received")
    till.go("pick", order_id=order.id)
    till.press("Ready for the customer")
    till.meet()


def another_store(town: Town, look: Look) -> None:
    """The bag is ready at Harbour when Maria asks for it at Hill."""
    harbour, hill = town.till("S01-02"), town.till("S02-01")
    drawers = harbour.drawer, hill.drawer
    harbour.work()
    harbour.begin(MARIA, JACKET, BOTTLE)
    order = harbour.pay_deposit("cash")
    harbour.ready(order, JACKET, BOTTLE)
    town.pass_time(hours=1)
    harbour.work()
    harbour.recall(order)
    harbour.pay()
    harbour.press("Change details, with transfer")
    stores = harbour.screen.findChildren(QWidget)
    press(next(one for one in stores if one.accessibleName().startswith("S02 Hill")))
    harbour.rest()
    look(harbour, "store")
    strike(harbour.screen, Qt.Key.Key_F12)
    harbour.rest()
    harbour.screen.tiles["save"].looked_at.emit()
    look(harbour, "save")
    harbour.tile("save")
    harbour.meet()
    sent = town.order(order.id).order
    assert (sent.work_store, [bag.sent_from for bag in sent.bags]) == (HILL, [HARBOUR])
    _received(hill, order, look)
    assert town.order(order.id).order.stage is Stage.TO_COLLECT
    hill.work()
    hill.show_code(order)
    look(hill, "collect")
    hill.press("Take 119.16 and hand over")
    hill.settled("cash")
    assert town.order(order.id).order.closed_as is ClosedAs.COLLECTED
    assert (harbour.drawer - drawers[0], hill.drawer - drawers[1]) == (2_979, 11_916)
    assert (town.stock(HARBOUR, JACKET), town.stock(HILL, JACKET)) == ((39, 0), (40, 0))


def half_now_half_later(town: Town, look: Look) -> None:
    """Tom takes the jacket and one of two mats today and comes again for the other mat."""
    till = town.till("S01-02")
    before = till.drawer
    till.work()
    till.begin(TOM, JACKET, MAT, MAT)
    order = till.pay_deposit("cash")
    assert paid(order) == 4_580
    till.ready(order, JACKET, MAT, MAT)
    till.work()
    till.show_code(order)
    till.press("Part only")
    till.press("One less Sleeping mat")
    look(till, "one-mat")
    till.screen.hand_over.click()
    till.rest()
    till.tile("cash")
    look(till, "done")
    till.press("Next customer")
    till.meet()
    half = town.order(order.id).order
    assert half.stage is Stage.TO_COLLECT
    town.pass_time(hours=3)
    till.work(CASHIER)
    till.show_code(order)
    look(till, "later")
    till.screen.hand_over.click()
    till.rest()
    till.settled("cash")
    after = town.order(order.id).order
    assert (after.closed_as, paid(after)) == (ClosedAs.COLLECTED, 22_898)
    assert till.drawer - before == 22_898
