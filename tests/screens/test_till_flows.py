"""Approval, undo, returns and card refunds that go wrong at the whole till, by clicks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from pos_app.operations import orders, returning
from pos_app.operations.paying import REFUND
from pos_app.store.card_attempts import AttemptState
from pos_app.ui.widgets.keys import Key
from site_sync.domain.orders import ClosedAs
from site_sync.domain.totals import paid
from tests.desks import BOSS, CASHIER, PICKER, PIN, acting
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import field, key, named, press, strike, type_text

JACKET, BOTTLE = "JKT-1", "BTL-2"
Open = Callable[[str], Counter]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens the till with what its card terminal will do."""
    counters = []

    def open_it(card: str = "") -> Counter:
        counters.append(open_counter(tmp_path, card=card))
        counters[-1].till.sign_in(CASHIER)
        return counters[-1]

    yield open_it
    for counter in counters:
        counter.close()


def _undo_key(counter: Counter) -> Key | None:
    keys = [one for one in counter.till.window.notices.findChildren(Key) if one.label.startswith("Undo")]
    return keys[-1] if keys else None


def _sold(counter: Counter, *skus: str, tender: str = "cash") -> str:
    counter.scan(*skus)
    counter.pay()
    counter.tile(tender)
    counter.press("Next customer")
    number: str = counter.ask(returning.receipts)[0].number
    return number


# approval in place


def test_a_price_without_the_right_is_approved_in_place_and_stands_on_the_receipt(opened: Open) -> None:
    counter = opened("")
    counter.scan(JACKET)
    counter.press("Qty")
    counter.screen.price_typed.emit("1", counter.cart.lines[0].unit_price - counter.cart.lines[0].unit_price)
    counter.rest()
    assert counter.page == "approval"
    names = [one for one in (BOSS, CASHIER, PICKER) if _is_asked(counter, one.name)]
    assert names == [BOSS]
    counter.approve(BOSS.name, pin="000000")
    assert counter.page == "approval"
    for digit in PIN:
        press(key(counter.screen.approval, digit))
    counter.press("Enter")
    assert counter.page == "sale"
    assert counter.cart.lines[0].unit_price.amount == 0
    counter.scan(BOTTLE)
    counter.pay()
    counter.tile("cash")
    sale = counter.ask(returning.receipts)[0]
    assert sale.approver is not None
    assert (sale.by.name, sale.approver.name) == (CASHIER.name, BOSS.name)


def _is_asked(counter: Counter, name: str) -> bool:
    try:
        named(counter.screen.approval, name)
    except AssertionError:
        return False
    return True


def test_escape_leaves_the_approval_and_nothing_is_changed(opened: Open) -> None:
    counter = opened("")
    counter.scan(JACKET)
    before = counter.cart.lines
    counter.screen.discount_typed.emit("1", 1_000)
    counter.rest()
    strike(counter.screen, Qt.Key.Key_Escape)
    counter.rest()
    assert counter.page == "sale"
    assert counter.cart.lines == before


def test_a_discount_is_a_share_of_the_price(opened: Open) -> None:
    counter = opened("")
    counter.till.at.sign_in(BOSS, counter.till.at.shift)
    counter.rest()
    counter.scan(JACKET)
    counter.screen.discount_typed.emit("1", 1_000)
    counter.rest()
    assert counter.cart.lines[0].discount == 1_290
    assert counter.cart.lines[0].value == 11_610
    press(named(counter.screen, "Qty"))
    counter.press("Discount")
    assert field(counter.screen, "Discount in percent").text() == "10"


def test_below_the_minimum_deposit_is_saved_only_with_a_second_name(opened: Open) -> None:
    counter = opened("")
    counter.order(JACKET)
    counter.tile("save")
    panel = counter.screen.approval
    press(named(panel, BOSS.name))
    type_text(field(panel, "Reason"), "regular customer")
    for digit in PIN:
        press(key(panel, digit))
    counter.press("Enter")
    order = counter.newest()
    assert paid(order) == 0
    told = counter.record(order).history[0]
    assert (told.by, told.approver) == (CASHIER.name, BOSS.name)


def test_the_drawer_opens_by_right_and_with_a_reason(opened: Open) -> None:
    counter = opened("")
    counter.more("drawer")
    assert counter.page == "approval"
    counter.approve(BOSS.name, reason="change wanted")
    entries = counter.ask(
        lambda desk: desk.store.file.raw.execute("SELECT act, approver FROM audit").fetchall()
    )
    assert ("drawer_opened", BOSS.id) in entries
    assert counter.page == "sale"


# undo


def _saved_without_deposit(counter: Counter) -> None:
    counter.till.at.sign_in(BOSS, counter.till.at.shift)
    counter.rest()
    counter.order(JACKET)
    counter.tile("save")
    assert counter.page == "approval"
    counter.say("regular customer")


def test_a_new_order_without_money_is_undone_by_the_key_of_its_notice(opened: Open) -> None:
    counter = opened("")
    _saved_without_deposit(counter)
    order = counter.newest()
    undo = _undo_key(counter)
    press(undo)
    counter.rest()
    assert counter.record(order).order.closed_as is ClosedAs.CANCELLED


def test_what_took_money_offers_no_undo(opened: Open) -> None:
    counter = opened("")
    counter.saved_with_deposit(JACKET)
    assert _undo_key(counter) is None


def test_changed_lines_are_undone_but_not_after_somebody_else_changed_the_order(opened: Open) -> None:
    counter = opened("")
    order = counter.saved_with_deposit(JACKET)
    counter.till.at.sign_in(BOSS, counter.till.at.shift)
    counter.rest()
    for expected in (1, 2):
        counter.recall(order)
        counter.scan(BOTTLE)
        counter.pay()
        counter.tile("save")
        if counter.page == "approval":
            counter.say("regular customer")
        if expected == 2:
            counter.ask(orders.note, acting(), order.id, "rang up")
        press(_undo_key(counter))
        counter.rest()
        now = counter.record(order).order
        assert sum(1 for line in now.lines if line.quantities.live) == expected


# returns


def test_part_of_a_receipt_comes_back_to_the_tender_it_was_paid_by(opened: Open) -> None:
    counter = opened("ok:0,ok:0,ok:0")
    number = _sold(counter, JACKET, BOTTLE, tender="card")
    counter.more("return")
    counter.hit(f"receipt_back:{number}")
    assert [line.quantity for line in counter.cart.lines] == [-1, -1]
    counter.void(1)
    counter.pay()
    counter.press("Wrong size")
    assert counter.page == "pay_back"
    counter.tile("card")
    counter.press("Next customer")
    assert counter.moved("card") == 12_900
    again = counter.ask(returning.return_cart, number)
    assert [line.item.sku for line in again.lines] == [JACKET]


def test_a_typed_receipt_number_offers_return_and_copy(opened: Open) -> None:
    counter = opened("")
    number = _sold(counter, BOTTLE)
    counter.scan(number)
    assert counter.page == "choices"
    counter.tile("receipt_copy")
    counter.scan(number)
    counter.tile("receipt_back")
    assert counter.cart.returns
    counter.scan(JACKET)
    assert len(counter.cart.lines) == 1
    counter.pay()
    counter.press("Wrong size")
    counter.tile("cash")
    assert counter.moved("cash") == 0


def test_a_sale_on_the_counter_is_not_lost_to_a_return(opened: Open) -> None:
    counter = opened("")
    number = _sold(counter, BOTTLE)
    counter.scan(JACKET)
    counter.more("return")
    counter.hit(f"receipt_back:{number}")
    assert [line.item.sku for line in counter.cart.lines] == [JACKET]
    assert "Finish or park the sale first." in counter.said()


# card refunds that go wrong


def _cancelling_card_order(counter: Counter) -> str:
    order = counter.saved_with_deposit(JACKET, tender="card")
    counter.recall(order)
    counter.pay()
    counter.tile("cancel_order")
    counter.tile("refund")
    counter.press("Customer changed their mind")
    return order.id


def test_a_declined_refund_leaves_order_and_money_as_they_were(opened: Open) -> None:
    counter = opened("ok:0,decline:0,ok:0")
    order_id = _cancelling_card_order(counter)
    counter.tile("card")
    assert counter.ask(lambda desk: desk.store.orders.order(order_id)).closed_at is None
    assert counter.moved("card") == 2_580
    counter.press("Try again")
    assert counter.ask(lambda desk: desk.store.orders.order(order_id)).closed_as is ClosedAs.CANCELLED
    assert counter.moved("card") == 0


def test_an_unknown_refund_blocks_cards_until_the_terminal_is_asked_again(opened: Open) -> None:
    counter = opened("ok:0,lost:0")
    order_id = _cancelling_card_order(counter)
    counter.tile("card")
    assert counter.ask(lambda desk: desk.store.orders.order(order_id)).closed_at is None
    (attempt,) = counter.ask(lambda desk: desk.store.card_attempts.unsettled())
    assert (attempt.purpose, attempt.state) == (REFUND, AttemptState.UNKNOWN)
    counter.press("Ask the terminal again")
    assert counter.ask(lambda desk: desk.store.orders.order(order_id)).closed_as is ClosedAs.CANCELLED
    assert counter.ask(lambda desk: desk.store.card_attempts.unsettled()) == ()


def test_a_refund_approved_before_a_crash_is_shown_and_counts_when_the_order_is_cancelled(
    opened: Open,
) -> None:
    counter = opened("ok:0,dies:0")
    order_id = _cancelling_card_order(counter)
    counter.tile("card")
    (attempt,) = counter.ask(lambda desk: desk.store.card_attempts.unsettled())
    counter.floor.start()  # the till stopped here and was started again
    counter.till.at.sign_in(BOSS, counter.till.at.shift)
    counter.rest()
    counter.more("problems")
    press(counter.screen.keys[attempt.id, "was_paid"])
    counter.rest()
    counter.say("the slip says so")
    press(counter.screen.keys[attempt.id, "open"])
    counter.rest()
    counter.pay()
    counter.tile("cancel_order")
    counter.tile("refund")
    counter.press("Customer changed their mind")
    assert counter.ask(lambda desk: desk.store.orders.order(order_id)).closed_as is ClosedAs.CANCELLED
    assert counter.moved("card") == 0
    assert counter.ask(lambda desk: desk.store.card_attempts.unused()) == ()


def test_an_unknown_card_payment_that_was_left_comes_first_and_still_counts(opened: Open) -> None:
    counter = opened("lost:0")
    counter.scan(JACKET)
    counter.pay()
    counter.tile("card")
    counter.press("Another tender")
    counter.tile("card")
    assert counter.moved("card") == 0
    counter.press("Ask the terminal again")
    assert counter.moved("card") == 12_900
    assert counter.ask(lambda desk: desk.store.card_attempts.unused()) == ()


def test_an_unknown_card_payment_is_decided_by_somebody_else_with_a_reason(opened: Open) -> None:
    counter = opened("lost:0")
    counter.scan(JACKET)
    counter.pay()
    counter.tile("card")
    (attempt,) = counter.ask(lambda desk: desk.store.card_attempts.unsettled())
    counter.press("Another tender")
    counter.tile("cash")
    assert counter.moved("cash") == 12_900
    counter.press("Next customer")
    counter.more("problems")
    press(counter.screen.keys[attempt.id, "was_not_paid"])
    counter.rest()
    counter.approve(BOSS.name, reason="no slip came out")
    settled = counter.ask(lambda desk: desk.store.card_attempts.get(attempt.id))
    assert (settled.state, settled.settled_by) == (AttemptState.DECLINED, BOSS.id)
