"""The report of a shift: what orders earned, used, kept and owe in tax, also after it was taken back."""

from __future__ import annotations

from dataclasses import replace

from pos_app.operations import cancelling, order_returns, orders, refunding, shifts, undoing
from pos_app.operations.cancelling import CancelWish
from pos_app.operations.desk import Acting
from pos_app.operations.order_returns import ReturnWish
from pos_app.operations.orders import Settlement
from pos_app.operations.refunding import PayBack
from pos_app.store.cash import Shift
from site_sync.domain.commands import Collect
from site_sync.domain.documents.shift_report import ShiftFigures
from site_sync.domain.orders import Order
from site_sync.domain.particulars import Identity, IdentityBy
from site_sync.domain.policies import DepositAtEnd
from site_sync.protocol.changes import RecordKind
from tests.builders import euro
from tests.desks import SKUS, Bench, acting, items
from tests.operations.test_orders import cash, filled, kept

TOTAL = 12_900 + 2 * 1_995


def begun(bench: Bench) -> Acting:
    """Somebody in a shift of their own; the bottles are taxed lower than the jacket."""
    bench.tell(RecordKind.ITEM, SKUS[1], replace(items()[1], tax_rate=700))
    shift = shifts.open(bench.desk, acting(), euro(10_000))
    assert isinstance(shift, Shift)
    return acting(shift=shift.id, reason="asked for")


def of(bench: Bench, who: Acting) -> ShiftFigures:
    """The shift's figures, whose money always adds up."""
    found = shifts.figures(bench.desk, who.shift)
    assert isinstance(found, ShiftFigures)
    assert found.turnover == found.taken
    assert found.cash.expected == 10_000 + found.taken
    return found


def with_deposit(bench: Bench, who: Acting) -> Order:
    """An order of a jacket and two bottles with 40.00 on it."""
    settlement = Settlement(cash(bench, 4_000))
    return kept(orders.save(bench.desk, who, filled(bench), orders.new_details(bench.desk), settlement)).order


def collected(bench: Bench, who: Acting, order: Order) -> None:
    """All of it is fetched, the rest paid."""
    bench.clock.move(minutes=5)
    act = Collect(Identity(IdentityBy.KNOWN))
    recalled = orders.recall(bench.desk, who, order.id)
    assert isinstance(recalled, orders.Recalled)
    settlement = Settlement(cash(bench, TOTAL - 4_000), collect=act)
    kept(orders.save(bench.desk, who, recalled.cart, recalled.details, settlement))


def test_goods_of_orders_are_told_with_their_tax_and_a_hand_over_taken_back_is_not(bench: Bench) -> None:
    who = begun(bench)
    order = with_deposit(bench, who)
    assert of(bench, who).taxes == {}
    collected(bench, who, order)
    found = of(bench, who)
    assert (found.collections.amount, found.deposits_used.amount) == (TOTAL, 4_000)
    assert found.taxes == {700: (3_990, 261), 2_500: (12_900, 2_580)}
    kept(undoing.undo_hand_over(bench.desk, who, order.id))
    found = of(bench, who)
    assert (found.collections.amount, found.deposits_used.amount, found.taxes) == (0, 0, {})
    assert found.deposits_taken.amount == TOTAL


def test_goods_that_come_back_in_a_later_shift_are_taken_off_there(bench: Bench) -> None:
    first = begun(bench)
    order = with_deposit(bench, first)
    collected(bench, first, order)
    assert isinstance(shifts.close(bench.desk, first, euro(10_000 + TOTAL)), ShiftFigures)
    who = begun(bench)
    wish = ReturnWish(order.id, {1: 1}, "too small")
    back = order_returns.begin(bench.desk, who, wish)
    assert isinstance(back, PayBack)
    while back.open:
        given = refunding.give(bench.desk, who, back, back.open[0], "cash")
        assert isinstance(given, PayBack)
        back = given
    kept(order_returns.finish(bench.desk, who, wish, back))
    found = of(bench, who)
    assert (found.collections.amount, found.deposits_refunded.amount) == (-12_900, 12_900)
    assert found.taxes == {2_500: (-12_900, -2_580)}
    assert of(bench, first).collections.amount == TOTAL


def test_a_deposit_kept_and_released_again_does_not_stay_on_the_report(bench: Bench) -> None:
    who = begun(bench)
    for choice in (DepositAtEnd.FORFEIT, DepositAtEnd.CREDIT):
        order = with_deposit(bench, who)
        kept(cancelling.cancel(bench.desk, who, CancelWish(order.id, "no need", None, choice)))
        found = of(bench, who)
        assert found.deposits_kept.amount + found.credits_kept.amount == 4_000
        kept(undoing.reopen(bench.desk, who, order.id))
        found = of(bench, who)
        assert (found.deposits_kept.amount, found.credits_kept.amount) == (0, 0)
