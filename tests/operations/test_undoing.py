"""What was just done is taken back at the till: lines, a cancellation, a hand-over; goods are returned."""

from __future__ import annotations

from dataclasses import replace

from pos_app.operations import (
    cancelling,
    collecting,
    order_further,
    order_returns,
    orders,
    refunding,
    repricing,
    undoing,
)
from pos_app.operations import cart as carts
from pos_app.operations.cancelling import CancelWish
from pos_app.operations.collecting import HandOver
from pos_app.operations.desk import Acting, Changed
from pos_app.operations.order_returns import ReturnWish
from pos_app.operations.refunding import PayBack
from pos_app.operations.undoing import Undo
from pos_app.store.cash import EntryKind
from site_sync.domain.act_kinds import ActKind
from site_sync.domain.actions import ActionCode, Effect, EffectCode, what_will_happen
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.orders import Order, OrderKind, Stage
from site_sync.domain.particulars import Identity, IdentityBy, LineQuantity
from site_sync.domain.policies import DepositAtEnd, DepositPolicy, Policy
from site_sync.domain.totals import totals
from site_sync.protocol.changes import RecordKind
from tests.builders import euro
from tests.desks import BOSS, CASHIER, SKUS, Bench, acting, items
from tests.operations.test_orders import cash, filled, kept, kinds, ready, refused, saved

KNOWN = Identity(IdentityBy.KNOWN)


def undo_of(bench: Bench, changed: Changed, before: Order | None = None, who: Acting | None = None) -> Undo:
    """How an act is taken back; it must be possible."""
    found = undoing.undo_of(bench.desk, who or acting(), changed, before, "mistake")
    assert isinstance(found, Undo)
    return found


def taken_back(bench: Bench, undo: Undo, who: Acting | None = None) -> Order:
    """The order after it was taken back."""
    return kept(undoing.undo(bench.desk, who or acting(), undo)).order


def undo_is_locked(bench: Bench, who: Acting, order_id: str) -> bool:
    """Whether somebody else must approve that the hand-over is taken back."""
    found = order_further.offered(bench.desk, who, order_id)
    assert found is not None
    (undo,) = [one for one in found.acts if one.act is ActKind.UNDO_COLLECT]
    return undo.locked


def test_lines_taken_out_of_a_saved_order_come_back_where_they_were(bench: Bench) -> None:
    first = saved(bench, deposit=3_000).order
    before = ready(bench, first.id).order
    recalled = orders.recall(bench.desk, acting(), first.id)
    assert not isinstance(recalled, Refusal)
    cart = carts.with_quantity(carts.without(recalled.cart, 1), 2, 1)
    assert not isinstance(cart, Refusal)
    changed = kept(orders.save(bench.desk, acting(), cart, recalled.details))
    assert changed.order.line(1).quantities.to_put_back == 1
    after = taken_back(bench, undo_of(bench, changed, before))
    assert [line.quantities for line in after.lines] == [line.quantities for line in before.lines]
    assert (after.bags, after.stage) == (before.bags, Stage.TO_COLLECT)


def test_a_cancellation_with_the_deposit_kept_as_credit_is_taken_back_whole(bench: Bench) -> None:
    order = saved(bench, deposit=3_000).order
    wish = CancelWish(order.id, "mind", deposit=DepositAtEnd.CREDIT)
    cancelled = kept(cancelling.cancel(bench.desk, acting(), wish))
    assert (cancelled.order.stage, totals(cancelled.order).paid) == (Stage.DONE, euro(0))
    after = taken_back(bench, undo_of(bench, cancelled))
    assert (after.stage, after.payments, totals(after).paid) == (Stage.TO_PICK, order.payments, euro(3_000))
    level = bench.store.catalogue.stock_at([("S01", SKUS[1])])["S01", SKUS[1]]
    assert level.reserved == 2


def test_a_forfeited_deposit_and_its_fee_are_taken_back_too(bench: Bench) -> None:
    order = saved(bench, deposit=3_000).order
    wish = CancelWish(order.id, "mind", deposit=DepositAtEnd.FORFEIT)
    cancelled = kept(cancelling.cancel(bench.desk, acting(), wish))
    after = taken_back(bench, undo_of(bench, cancelled))
    assert (totals(after).total, totals(after).paid) == (totals(order).total, euro(3_000))


def test_where_money_went_back_or_somebody_took_the_stock_nothing_is_offered(bench: Bench) -> None:
    order = saved(bench, deposit=3_000).order
    wish = CancelWish(order.id, "mind", deposit=DepositAtEnd.REFUND)
    back = cancelling.check(bench.desk, acting(), wish)
    assert isinstance(back, PayBack)
    given = refunding.give(bench.desk, acting(), back, back.open[0], "cash")
    assert isinstance(given, PayBack)
    refunded = kept(cancelling.cancel(bench.desk, acting(), wish, given))
    assert undoing.undo_of(bench.desk, acting(), refunded, order, "mistake") is None
    other = saved(bench).order
    cancelled = kept(cancelling.cancel(bench.desk, acting(), CancelWish(other.id, "mind")))
    bench.put_on_shelf(SKUS[0], "S01", 0)
    assert undoing.undo_of(bench.desk, acting(), cancelled, other, "mistake") is None


def test_a_hand_over_is_taken_back_and_what_was_paid_stays_held(bench: Bench) -> None:
    order = ready(bench, saved(bench, deposit=3_000).order.id).order
    due = collecting.due(order, {line.id: line.quantities.open for line in order.lines})
    how = HandOver(KNOWN, tendering=cash(bench, due.amount), bags=(1,))
    handed = kept(collecting.hand_over(bench.desk, acting(), order.id, how))
    assert handed.order.stage is Stage.DONE
    undo = undo_of(bench, handed)
    assert undo.of_hand_over
    again = kept(undoing.undo(bench.desk, acting(), undo))
    assert (again.order.stage, again.order.bags) == (Stage.TO_COLLECT, order.bags)
    assert (totals(again.order).balance, totals(again.order).paid) == (euro(0), totals(order).total)
    assert kinds(bench, again) == [DocumentKind.ORDER_CONFIRMATION]
    earned = [one.amount for one in bench.store.cash.sums("shift-1") if one.kind is EntryKind.COLLECTION]
    assert earned == [0]
    assert refused(undoing.undo(bench.desk, acting(), undo)) is Code.NOTHING_TO_UNDO


def test_later_or_for_somebody_else_it_takes_the_right_and_a_reason(bench: Bench) -> None:
    order = ready(bench, saved(bench).order.id).order
    due = collecting.due(order, {line.id: line.quantities.open for line in order.lines})
    how = HandOver(KNOWN, tendering=cash(bench, due.amount), bags=(1,))
    clerk = acting(CASHIER)
    handed = kept(collecting.hand_over(bench.desk, clerk, order.id, how))
    assert undoing.undo_of(bench.desk, clerk, handed, order, "") is not None
    assert not undo_is_locked(bench, clerk, order.id)
    bench.clock.move(seconds=31)
    assert undo_is_locked(bench, clerk, order.id)
    assert not undo_is_locked(bench, acting(BOSS), order.id)
    assert refused(undoing.undo_hand_over(bench.desk, clerk, order.id)) is Code.RIGHT_NEEDED
    assert refused(undoing.undo_hand_over(bench.desk, acting(BOSS), order.id)) is Code.REASON_NEEDED
    approved = replace(clerk, approver=BOSS, reason="wrong customer")
    again = kept(undoing.undo_hand_over(bench.desk, approved, order.id))
    assert again.order.stage is Stage.TO_COLLECT
    assert again.record.history[-1].code == "order_reopened"
    assert refused(undoing.reopen(bench.desk, approved, order.id)) is Code.NOTHING_TO_UNDO


def test_returned_goods_are_paid_back_by_what_was_paid_for_them_and_never_twice(bench: Bench) -> None:
    first = saved(bench, deposit=3_000, cart=filled(bench, **{SKUS[0]: 1, SKUS[1]: 3})).order
    order = ready(bench, first.id).order
    due = collecting.due(order, {2: 2})
    how = HandOver(KNOWN, tendering=cash(bench, due.amount), lines=(LineQuantity(2, 2),))
    kept(collecting.hand_over(bench.desk, acting(), order.id, how))
    wish = ReturnWish(order.id, {2: 1}, "too small")
    back = order_returns.begin(bench.desk, acting(), wish)
    assert isinstance(back, PayBack)
    assert sum(part.amount for part in back.parts) == 1_995
    while isinstance(back, PayBack) and back.open:
        given = refunding.give(bench.desk, acting(), back, back.open[0], "cash")
        assert isinstance(given, PayBack)
        back = given
    done = kept(order_returns.finish(bench.desk, acting(), wish, back))
    assert kinds(bench, done) == [DocumentKind.REFUND_RECEIPT]
    assert (done.order.line(2).returned, done.order.line(2).quantities.collected) == (1, 2)
    assert totals(done.order).total == euro(12_900 + 2 * 1_995)
    level = bench.store.catalogue.stock_at([("S01", SKUS[1])])["S01", SKUS[1]]
    assert level.on_hand == 19
    assert [one.most for one in order_returns.lines(done.order)] == [1]
    too_many = replace(wish, units={2: 2})
    assert refused(order_returns.begin(bench.desk, acting(), too_many)) is Code.NOT_COLLECTED


def test_damaged_goods_do_not_lie_on_the_shelf_again(bench: Bench) -> None:
    order = ready(bench, saved(bench).order.id).order
    due = collecting.due(order, {line.id: line.quantities.open for line in order.lines})
    kept(
        collecting.hand_over(
            bench.desk, acting(), order.id, HandOver(KNOWN, tendering=cash(bench, due.amount))
        )
    )
    wish = ReturnWish(order.id, {1: 1}, "broken", damaged=True)
    kept(order_returns.finish(bench.desk, acting(), wish))
    assert bench.store.catalogue.stock_at([("S01", SKUS[0])])["S01", SKUS[0]].on_hand == 19


def test_a_quote_takes_the_prices_of_today_where_the_shop_says_so(bench: Bench) -> None:
    details = orders.new_details(bench.desk, OrderKind.QUOTE)
    made = kept(orders.save(bench.desk, acting(), filled(bench, **{SKUS[0]: 1}), details)).order
    dearer = replace(items()[0], price=euro(14_900))
    bench.tell(RecordKind.ITEM, dearer.sku, dearer)
    recalled = orders.recall(bench.desk, acting(), made.id)
    assert not isinstance(recalled, Refusal)
    keeps = orders.actions(bench.desk, acting(), recalled.cart, recalled.details)
    assert not isinstance(keeps, Refusal)
    assert keeps.draft.today is None
    bench.set_policy(Policy(quote_keeps_prices=False))
    offer = orders.actions(bench.desk, acting(), recalled.cart, recalled.details)
    assert not isinstance(offer, Refusal)
    sell = next(one for one in offer.actions if one.code is ActionCode.CONTINUE_TO_PAYMENT)
    assert sell.amount_now == euro(14_900)
    effects = what_will_happen(sell, offer.order, offer.draft)
    assert Effect(EffectCode.REPRICES, {"before": euro(12_900), "after": euro(14_900)}) in effects
    converted = kept(orders.convert_quote(bench.desk, acting(), made.id))
    assert totals(converted.order).total == euro(14_900)
    assert "prices_recalculated" in [entry.code for entry in converted.record.history]


def test_new_prices_are_put_on_unlocked_lines_and_kept_by_right(bench: Bench) -> None:
    order = saved(bench, cart=filled(bench, **{SKUS[0]: 1, SKUS[1]: 2})).order
    for item, price in zip(items()[:2], (14_900, 1_500), strict=True):
        bench.tell(RecordKind.ITEM, item.sku, replace(item, price=euro(price)))
    bench.set_policy(Policy(deposit=DepositPolicy(minimum_percent=1_000)))
    recalled = orders.recall(bench.desk, acting(), order.id)
    assert not isinstance(recalled, Refusal)
    first, second = repricing.changes(bench.desk, recalled.cart)
    assert [(one.old, one.new) for one in (first, second)] == [
        (euro(12_900), euro(14_900)),
        (euro(1_995), euro(1_500)),
    ]
    effect = repricing.effect(bench.desk, recalled.cart, (first,))
    assert (effect.total_before, effect.total_after) == (euro(16_890), euro(18_890))
    assert (effect.minimum_before, effect.minimum_after) == (euro(1_689), euro(1_889))
    clerk = acting(CASHIER)
    assert refused(repricing.reprice(bench.desk, clerk, recalled.cart, (second,))) is Code.RIGHT_NEEDED
    cart = repricing.reprice(bench.desk, acting(), recalled.cart, (second,))
    assert not isinstance(cart, Refusal)
    changed = kept(orders.save(bench.desk, acting(), cart, recalled.details))
    assert [line.unit_price for line in changed.order.lines] == [euro(12_900), euro(1_500)]
    assert changed.command.act.kind.value == "reprice"
    bench.set_policy(Policy())
    assert [line.unit_price for line in taken_back(bench, undo_of(bench, changed, order)).lines] == [
        line.unit_price for line in order.lines
    ]
