"""Days on which the goods are the awkward part: not there, handed over by mistake, never fetched."""

from __future__ import annotations

from site_sync.domain.balances import BalanceKind, Holder
from site_sync.domain.orders import ClosedAs, Order, Stage
from site_sync.domain.totals import paid, total_of
from site_sync.service.jobs.deadlines import expire_orders, remind_customers
from tests.desks import PICKER
from tests.screens.awkward_days.shop import (
    AISHA,
    BAG,
    BOTTLE,
    HARBOUR,
    HILL,
    JACKET,
    LAMP,
    LENA,
    MARIA,
    MAT,
    STOVE,
    TENT,
    barcode,
)
from tests.screens.awkward_days.town import Look, TillHere, Town
from tests.screens.hand import named, press


def _missed(till: TillHere, order: Order, look: Look) -> None:
    """The bottle is there; the tent is left out, a mat comes for the lamp, the stove from Hill."""
    till.pick(order, BOTTLE)
    till.press("Not there…")
    look(till, "choices")
    till.touch("Leave it out")
    till.press("Not there…")
    till.touch("Something else instead")
    look(till, "instead")
    till.touch("Sleeping mat")
    till.touch("The customer agrees")
    till.scan_item(MAT)
    till.press("Not there…")
    till.touch("From S02")
    look(till, "bags")
    till.press("Ready for the customer")
    till.meet()


def _fetched(till: TillHere, hill: TillHere, order: Order) -> None:
    """Hill finds the stove and sends it; it is received and everything is ready."""
    hill.work(PICKER)
    hill.go("pick")
    hill.press("Start picking")
    hill.scan_item(STOVE)
    hill.meet()
    till.work(PICKER)
    till.go("pick")
    till.press("Receive 1 bag")
    till.press("Received")
    till.go("pick", order_id=order.id)
    till.press("Ready for the customer")
    till.meet()


def line_short(town: Town, look: Look) -> None:
    """Maria paid for four things; the picker finds one of them."""
    till, hill = town.till("S01-02"), town.till("S02-01")
    before, (stoves, _) = till.drawer, town.stock(HILL, STOVE)
    till.work()
    till.begin(MARIA, BOTTLE, TENT, LAMP, STOVE)
    till.tile("pay_in_full")
    till.settled("cash")
    order = till.newest()
    _missed(till, order, look)
    till.work()
    till.recall(order)
    till.pay()
    look(till, "surplus")
    till.tile("refund_surplus")
    till.settled("cash")
    after = town.order(order.id).order
    assert paid(after) == total_of(after) == 9_745
    _fetched(till, hill, order)
    till.work()
    till.show_code(order)
    look(till, "collect")
    till.press("Hand over")
    till.meet()
    assert town.order(order.id).order.closed_as is ClosedAs.COLLECTED
    assert till.drawer - before == 9_745
    assert town.stock(HILL, STOVE) == (stoves - 1, 0)


def _handed_over_twice(town: Town, till: TillHere, look: Look) -> Order:
    """The bag is handed over, taken back at once, and handed over again; it is paid only once."""
    till.work()
    till.begin(AISHA, JACKET, BOTTLE)
    order = till.pay_deposit("cash")
    till.ready(order, JACKET, BOTTLE)
    till.work()
    till.show_code(order)
    till.press("Take 119.16 and hand over")
    till.tile("cash")
    look(till, "handed-over")
    till.undo("Undo hand-over")
    assert named(
        till.screen,
        f"Hand-over of {order.number} taken back. "
        "The goods are here again; what was paid is held for the order.",
    )
    till.meet()
    undone = town.order(order.id).order
    assert (undone.stage, paid(undone)) == (Stage.TO_COLLECT, 14_895)
    till.work()
    till.show_code(order)
    look(till, "again")
    till.press("Hand over")
    till.meet()
    return order


def by_mistake(town: Town, look: Look) -> None:
    """The bag of Aisha goes to the wrong customer and comes back; later she brings one thing back at Hill."""
    till, hill = town.till("S01-02"), town.till("S02-01")
    before, stock = (till.drawer, hill.drawer), town.stock(HILL, BOTTLE)
    order = _handed_over_twice(town, till, look)
    town.pass_time(days=1)
    hill.work()
    hill.find_at_the_centre(order.number)
    look(hill, "found")
    hill.press("More…")
    hill.tile("return")
    press(hill.screen.keys[2, 1])
    hill.rest()
    look(hill, "lines")
    hill.press("Take these back")
    hill.touch("Broken")
    hill.tile("cash")
    look(hill, "pay-back")
    hill.ended()
    after = town.order(order.id).order
    assert (after.line(2).returned, paid(after)) == (1, 12_900)
    assert (till.drawer - before[0], hill.drawer - before[1]) == (14_895, -1_995)
    assert town.stock(HILL, BOTTLE) == stock


def never_fetched(town: Town, look: Look) -> None:
    """Lena never comes."""
    till = town.till("S01-02")
    shelf = town.stock(HARBOUR, BAG)
    till.work()
    till.begin(LENA, BAG)
    order = till.pay_deposit("cash")
    till.ready(order, BAG)
    town.pass_time(days=1, hours=9)
    assert remind_customers(town.site) == 1
    town.pass_time(hours=18)
    till.work()
    till.recall(order)
    till.pay()
    till.screen.tiles["extend"].looked_at.emit()
    look(till, "extend")
    till.tile("extend")
    till.meet()
    assert town.order(order.id).order.extensions == 1
    town.pass_time(days=3)
    assert expire_orders(town.site) == 1
    till.work(PICKER)
    till.go("put_back")
    look(till, "put-back")
    till.devices.scans.take(barcode(BAG))
    till.rest()
    till.meet()
    assert town.balance(Holder(BalanceKind.CREDIT, LENA.id)) == 1_780
    assert town.stock(HARBOUR, BAG) == shelf
    till.work()
    till.go("orders", tab="done", order_id=order.id)
    look(till, "history")
    till.go("sale")
    till.member(LENA)
    till.scan(BOTTLE)
    till.pay()
    look(till, "credit")
    till.tile("credit")
    till.settled("cash")
