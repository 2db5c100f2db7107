"""Tests of selling: cart, scans, money, parking, returns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_app.operations import cart as carts
from pos_app.operations import paying, returning, selling, shifts
from pos_app.operations.cart import Cart
from pos_app.operations.paying import Tendering
from pos_app.operations.stock_facts import StockFact, stock_facts
from pos_app.store.cash import Shift
from site_sync.domain.codes import ScanSettings, classify
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.shop import Tender, TenderKind
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.codec import SALE
from site_sync.protocol.envelope import PayloadKind
from tests.desks import BOSS, CASHIER, SKUS, Bench, acting


def euro(amount: int) -> Money:
    return Money(amount, "EUR")


def filled(bench: Bench, *skus: str) -> Cart:
    cart = selling.new_cart(bench.desk)
    for sku in skus or SKUS[:1]:
        more = selling.add_item(bench.desk, cart, sku)
        assert isinstance(more, Cart)
        cart = more
    return cart


def opened(bench: Bench) -> Shift:
    shift = shifts.open(bench.desk, acting(), euro(20_000))
    assert isinstance(shift, Shift)
    return shift


def sold(bench: Bench, cart: Cart, given: int) -> selling.Sold:
    shift = shifts.current(bench.desk) or opened(bench)
    tendering = paying.take_cash(bench.desk, paying.begin(carts.totals(cart).total), euro(given))
    assert isinstance(tendering, Tendering)
    done = selling.finish(bench.desk, acting(shift=shift.id), cart, tendering)
    assert isinstance(done, selling.Sold), done
    return done


def test_the_same_item_joins_its_line_and_a_priced_one_does_not(bench: Bench) -> None:
    cart = filled(bench, SKUS[0], SKUS[0], SKUS[1])
    assert [(line.item.sku, line.quantity) for line in cart.lines] == [(SKUS[0], 2), (SKUS[1], 1)]
    dearer = selling.set_price(bench.desk, acting(), cart, 1, euro(10_000))
    assert isinstance(dearer, Cart)
    again = selling.add_item(bench.desk, dearer, SKUS[0])
    assert isinstance(again, Cart)
    assert [(line.quantity, line.unit_price.amount) for line in again.lines] == [
        (2, 10_000),
        (1, 1_995),
        (1, 12_900),
    ]


@pytest.mark.parametrize("code", ["57994100009", "no such thing", "4006381333931"])
def test_an_unknown_code_says_what_it_saw_and_changes_nothing(bench: Bench, code: str) -> None:
    scan = classify(code, ScanSettings())
    refusal = selling.add_scan(bench.desk, filled(bench), scan)
    assert refusal == Refusal(Code.ITEM_UNKNOWN, {"code": code})


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001])
def test_impossible_quantities_are_refused(bench: Bench, quantity: int) -> None:
    refusal = carts.with_quantity(filled(bench), 1, quantity)
    assert isinstance(refusal, Refusal)
    assert refusal.code is Code.QUANTITY_INVALID


def test_prices_and_discounts_need_their_right(bench: Bench) -> None:
    cart, clerk = filled(bench), acting(CASHIER)
    for refused in (
        selling.set_price(bench.desk, clerk, cart, 1, euro(1)),
        selling.set_discount(bench.desk, clerk, cart, 1, euro(1)),
    ):
        assert isinstance(refused, Refusal)
        assert refused.code is Code.RIGHT_NEEDED
    approved = selling.set_discount(
        bench.desk, replace(clerk, approver=BOSS, reason="scratch"), cart, 1, euro(900)
    )
    assert isinstance(approved, Cart)
    assert carts.totals(approved).total == euro(12_000)
    over = selling.set_discount(bench.desk, acting(), cart, 1, euro(12_901))
    assert over == Refusal(Code.DISCOUNT_TOO_LARGE, {"most": 12_900, "amount": 12_901})


def test_stock_here_and_elsewhere_stands_beside_each_line(bench: Bench) -> None:
    facts = stock_facts(bench.desk, filled(bench, SKUS[0], "WAX"))
    assert facts == {1: StockFact(20, (("S02", 3),))}


def test_a_sale_gives_change_a_receipt_stock_and_a_command(bench: Bench) -> None:
    done = sold(bench, filled(bench, SKUS[1]), 2_000)
    assert (done.change, len(done.jobs)) == (euro(5), 1)
    sale = bench.store.sales.by_number(done.sale.number)
    assert sale == done.sale
    assert sum(posting.amount.amount for posting in done.sale.postings) == 0
    envelope = bench.store.outbox.to_push(10)[-1]
    assert envelope.payload_kind is PayloadKind.SALE
    assert SALE.load(envelope.payload) == done.sale
    key = ("S01", SKUS[1])
    assert bench.store.catalogue.stock_at([key])[key].on_hand == 19


def test_less_than_the_smallest_coin_is_sold_for_the_one_quick_key_of_nothing(bench: Bench) -> None:
    bench.tell(RecordKind.TENDER, "cash", Tender("cash", TenderKind.CASH, {"en": "Cash"}, 1, 50))
    cart = selling.set_price(bench.desk, acting(), filled(bench, SKUS[1]), 1, euro(20))
    assert isinstance(cart, Cart)
    (nothing,) = paying.quick_cash(bench.desk, paying.begin(euro(20)))
    done = sold(bench, cart, nothing.amount)
    assert (nothing, done.change, done.sale.rounding) == (euro(0), euro(0), -20)
    assert sum(posting.amount.amount for posting in done.sale.postings) == 0
    figures = shifts.figures(bench.desk, done.sale.shift)
    assert not isinstance(figures, Refusal)
    assert figures.cash.expected == 20_000


def test_cash_is_rounded_as_the_shop_does_and_the_drawer_agrees(bench: Bench) -> None:
    bench.tell(RecordKind.TENDER, "cash", Tender("cash", TenderKind.CASH, {"en": "Cash"}, 1, 50))
    done = sold(bench, filled(bench, SKUS[1]), 5_000)
    assert (done.sale.rounding, done.change) == (5, euro(3_000))
    assert sum(posting.amount.amount for posting in done.sale.postings) == 0
    shift = shifts.current(bench.desk)
    assert shift is not None
    figures = shifts.figures(bench.desk, shift.id)
    assert not isinstance(figures, Refusal)
    assert figures.cash.expected == 20_000 + 2_000


def test_a_sale_is_not_finished_before_it_is_paid_exactly_and_in_a_shift(bench: Bench) -> None:
    cart = filled(bench)
    due = carts.totals(cart).total
    for tendering, shift, code in (
        (paying.begin(due), "shift-1", Code.BALANCE_DUE),
        (paying.begin(euro(1)), "shift-1", Code.BALANCE_DUE),
        (paying.begin(due), "", Code.SHIFT_NEEDED),
    ):
        refused = selling.finish(bench.desk, acting(shift=shift), cart, tendering)
        assert isinstance(refused, Refusal)
        assert refused.code is code
    assert bench.store.sales.newest() == ()


def test_a_parked_cart_comes_back_once_as_it_was(bench: Bench) -> None:
    cart = filled(bench, SKUS[0], SKUS[2], "WAX")
    parked_id = selling.park(bench.desk, acting(), cart, " fetching wallet ")
    assert isinstance(parked_id, str)
    (parked,) = selling.parked(bench.desk)
    assert (parked.note, parked.total) == ("fetching wallet", carts.totals(cart).total.amount)
    assert selling.resume(bench.desk, parked_id) == selling.Resumed(cart)
    assert selling.resume(bench.desk, parked_id) is None


def test_a_receipt_is_taken_back_never_more_than_was_sold(bench: Bench) -> None:
    cart = selling.add_item(bench.desk, filled(bench), SKUS[0], 2)
    assert isinstance(cart, Cart)
    receipt = sold(bench, cart, 50_000).sale.number
    back = returning.return_cart(bench.desk, receipt)
    assert isinstance(back, Cart)
    one = carts.with_quantity(back, 1, -1)
    assert isinstance(one, Cart)
    tendering = paying.pay_out(bench.desk, paying.begin(carts.totals(one).total), "cash")
    assert isinstance(tendering, Tendering)
    shift = shifts.current(bench.desk)
    assert shift is not None
    done = selling.finish(bench.desk, acting(shift=shift.id), one, tendering)
    assert isinstance(done, selling.Sold)
    assert done.sale.total == -12_900
    assert sum(posting.amount.amount for posting in done.sale.postings) == 0
    rest = returning.return_cart(bench.desk, receipt)
    assert isinstance(rest, Cart)
    assert [line.quantity for line in rest.lines] == [-2]
    assert isinstance(returning.return_cart(bench.desk, "S01-02-R999999-0"), Refusal)
