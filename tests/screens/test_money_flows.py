"""Cancelling, voiding and paying back at the whole till, by clicks, down to the drawer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from site_sync.domain.orders import ClosedAs, PaymentKind
from site_sync.domain.totals import paid, total_of
from tests.desks import BOSS, CASHIER
from tests.screens.counter import Counter, open_counter

JACKET, BOTTLE, TENT = "JKT-1", "BTL-2", "TNT-3"


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    opened = open_counter(tmp_path, card="ok:0,ok:0")
    yield opened
    opened.close()


def _mind(counter: Counter) -> None:
    counter.press("Customer changed their mind")


def test_a_new_order_is_cancelled_by_forgetting_it(counter: Counter) -> None:
    counter.till.sign_in(CASHIER)
    counter.order(JACKET)
    assert counter.page == "payment_actions"
    counter.press("Discard order")
    assert counter.page == "sale"
    assert counter.cart.lines == ()
    assert counter.count_orders() == 0


def test_a_recalled_order_is_cancelled_and_its_deposit_paid_back_in_cash(counter: Counter) -> None:
    counter.till.sign_in(CASHIER)
    order = counter.saved_with_deposit(JACKET, BOTTLE)
    assert counter.moved("cash") == paid(order) == 2_979
    counter.recall(order)
    counter.pay()
    counter.tile("cancel_order")
    assert counter.page == "choices"
    counter.tile("refund")
    _mind(counter)
    assert counter.page == "pay_back"
    assert counter.record(order).order.closed_at is None
    counter.tile("cash")
    now = counter.record(order)
    assert now.order.closed_as is ClosedAs.CANCELLED
    assert counter.moved("cash") == 0
    assert now.history[-1].facts or any(entry.code == "order_cancelled" for entry in now.history)
    assert [p.kind for p in now.order.payments] == [PaymentKind.PAYMENT, PaymentKind.REFUND]
    counter.press("Next customer")
    assert counter.page == "sale"
    assert counter.cart.lines == ()


def test_a_line_of_a_new_order_is_voided_before_it_is_saved(counter: Counter) -> None:
    counter.till.sign_in(CASHIER)
    counter.customer()
    counter.scan(JACKET, BOTTLE)
    counter.void(2)
    counter.details()
    counter.tile("pay_deposit")
    counter.press("Continue")
    counter.tile("cash")
    counter.press("Next customer")
    order = counter.newest()
    assert [line.sku for line in order.lines] == [JACKET]
    assert paid(order) == 2_580


def test_a_line_of_a_recalled_order_with_deposit_is_voided_and_the_surplus_paid_back(
    counter: Counter,
) -> None:
    counter.till.sign_in(CASHIER)
    order = counter.saved_with_deposit(JACKET, TENT)
    assert paid(order) == 8_560
    counter.recall(order)
    counter.void(1)
    counter.void(2)
    counter.scan(BOTTLE)
    counter.pay()
    counter.tile("refund_surplus")
    assert counter.page == "pay_back"
    counter.tile("cash")
    now = counter.record(order).order
    assert total_of(now) == paid(now) == 1_995
    assert counter.moved("cash") == 1_995


def test_all_lines_voided_pays_the_whole_deposit_back(counter: Counter) -> None:
    counter.till.sign_in(CASHIER)
    order = counter.saved_with_deposit(JACKET)
    counter.recall(order)
    counter.void(1)
    counter.pay()
    counter.tile("pay_back_deposit")
    counter.tile("cash")
    counter.press("Next customer")
    now = counter.record(order).order
    assert paid(now) == 0
    assert counter.moved("cash") == 0
    assert now.closed_at is not None


def test_only_the_voided_line_is_cancelled_and_the_deposit_stays(counter: Counter) -> None:
    counter.till.sign_in(CASHIER)
    order = counter.saved_with_deposit(JACKET, BOTTLE)
    counter.recall(order)
    counter.void(2)
    counter.pay()
    counter.tile("cancel_order")
    counter.tile("voided")
    _mind(counter)
    now = counter.record(order).order
    assert [line.quantities.live for line in now.lines] == [1, 0]
    assert now.closed_at is None
    assert paid(now) == 2_979


def test_a_deposit_is_forfeited_only_with_approval_and_both_names_are_kept(counter: Counter) -> None:
    counter.till.sign_in(CASHIER)
    order = counter.saved_with_deposit(JACKET)
    counter.recall(order)
    counter.pay()
    counter.tile("cancel_order")
    counter.tile("forfeit")
    _mind(counter)
    assert counter.page == "approval"
    counter.approve(BOSS.name)
    now = counter.record(order)
    assert now.order.closed_as is ClosedAs.CANCELLED
    assert counter.moved("cash") == 2_580
    told = [entry for entry in now.history if entry.code == "order_cancelled"]
    assert (told[0].by, told[0].approver) == (CASHIER.name, BOSS.name)


def test_a_deposit_left_on_a_cancelled_order_is_paid_back_later(counter: Counter) -> None:
    counter.till.sign_in(CASHIER)
    order = counter.saved_with_deposit(JACKET)
    counter.recall(order)
    counter.pay()
    counter.tile("cancel_order")
    counter.tile("leave")
    _mind(counter)
    now = counter.record(order).order
    assert now.closed_as is ClosedAs.CANCELLED
    assert paid(now) == 2_580
    counter.recall(now)
    counter.pay()
    assert counter.page == "payment_actions", counter.said()
    counter.tile("refund_surplus")
    counter.tile("cash")
    assert paid(counter.record(order).order) == counter.moved("cash") == 0


def test_a_deposit_by_card_goes_back_to_the_card_before_the_order_is_cancelled(counter: Counter) -> None:
    counter.till.sign_in(CASHIER)
    order = counter.saved_with_deposit(JACKET, tender="card")
    counter.recall(order)
    counter.pay()
    counter.tile("cancel_order")
    counter.tile("refund")
    _mind(counter)
    counter.tile("card")
    now = counter.record(order).order
    assert now.closed_as is ClosedAs.CANCELLED
    assert [(p.kind, p.tender) for p in now.payments] == [
        (PaymentKind.PAYMENT, "card"),
        (PaymentKind.REFUND, "card"),
    ]
    assert counter.moved("card") == 0
    assert counter.ask(lambda desk: desk.store.card_attempts.unused()) == ()


def test_a_card_deposit_is_paid_back_in_cash_only_by_right(counter: Counter) -> None:
    counter.till.sign_in(CASHIER)
    order = counter.saved_with_deposit(JACKET, tender="card")
    counter.recall(order)
    counter.pay()
    counter.tile("cancel_order")
    counter.tile("refund")
    _mind(counter)
    counter.tile("cash")
    assert counter.page == "approval"
    counter.approve(BOSS.name, reason="card is lost")
    now = counter.record(order)
    assert now.order.closed_as is ClosedAs.CANCELLED
    assert (counter.moved("card"), counter.moved("cash")) == (2_580, -2_580)
    assert now.history[-1].approver == BOSS.name


def test_an_approval_that_is_left_moves_no_money(counter: Counter) -> None:
    counter.till.sign_in(CASHIER)
    order = counter.saved_with_deposit(JACKET, tender="card")
    counter.recall(order)
    counter.pay()
    counter.tile("cancel_order")
    counter.tile("refund")
    _mind(counter)
    counter.tile("cash")
    counter.press("Cancel")
    assert counter.page == "pay_back"
    assert counter.record(order).order.closed_at is None
    assert counter.moved("cash") == 0
