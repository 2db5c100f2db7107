"""Tests of money going back: which payment, which tender, how much of a receipt, and cards by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_app.hardware.card_terminal import TerminalResult, TerminalState
from pos_app.operations import cart as carts
from pos_app.operations import loose_cards, orders, paying, problems, refunding, returning, selling
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Changed
from pos_app.operations.loose_cards import LooseChoice
from pos_app.operations.paying import Tendering
from pos_app.operations.refunding import PayBack
from pos_app.operations.selling import Sold
from pos_app.store.card_attempts import CardAttempt
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.shop import Tender, TenderKind
from site_sync.protocol.changes import RecordKind
from tests import builders
from tests.builders import euro
from tests.desks import BOSS, CASHIER, SKUS, Bench, acting
from tests.operations.test_problems import REFUSED, answered, sold

WHO = acting(reason="because")


def _code(result: object) -> Code:
    assert isinstance(result, Refusal), result
    return result.code


def _back(result: object) -> PayBack:
    assert isinstance(result, PayBack), result
    return result


def test_money_goes_to_the_newest_payments_and_their_own_tenders(bench: Bench) -> None:
    order = builders.order(builders.line())
    order = replace(order, payments=(builders.payment(300), builders.payment(200, "card")))
    found = _back(refunding.of_order(bench.desk, order, euro(350)))
    assert [(part.tender, part.amount) for part in found.parts] == [("card", 200), ("cash", 150)]
    assert _code(refunding.of_order(bench.desk, order, euro(501))) is Code.NOTHING_TO_REFUND


def test_offline_only_cash_goes_back_and_only_up_to_the_limit(bench: Bench) -> None:
    order = builders.order(builders.line())
    order = replace(order, payments=(builders.payment(20_000), builders.payment(200, "card")))
    bench.online[0] = False
    for amount in (10_000, 20_200):
        assert _code(refunding.of_order(bench.desk, order, euro(amount))) is Code.OFFLINE
    cash_only = replace(order, payments=order.payments[:1])
    _back(refunding.of_order(bench.desk, cash_only, euro(10_000)))


def test_another_tender_needs_right_and_reason_and_a_card_needs_its_terminal(bench: Bench) -> None:
    order = replace(builders.order(builders.line()), payments=(builders.payment(200, "card"),))
    back = _back(refunding.of_order(bench.desk, order, euro(200)))
    (part,) = back.parts
    clerk = acting(CASHIER)
    assert _code(refunding.give(bench.desk, clerk, back, part, "cash")) is Code.REFUND_OTHER_TENDER
    assert _code(refunding.give(bench.desk, acting(BOSS), back, part, "cash")) is Code.REASON_NEEDED
    assert _code(refunding.give(bench.desk, clerk, back, part, "card")) is Code.PAYMENT_UNKNOWN
    assert _code(refunding.give(bench.desk, clerk, back, part, "shells")) is Code.TENDER_UNKNOWN
    given = _back(refunding.give(bench.desk, WHO, back, part, "cash"))
    assert given.open == ()
    assert _code(refunding.give(bench.desk, WHO, given, part, "cash")) is Code.PAYMENT_UNKNOWN
    (refund,) = refunding.refunds(given.tendering)
    assert (refund.payment, refund.tender, refund.amount) == (part.payment, "cash", euro(200))


def _approved(bench: Bench, subject: str, amount: int, purpose: str) -> CardAttempt:
    begun = paying.begin_card(bench.desk, WHO, euro(amount), subject, purpose)
    assert isinstance(begun, CardAttempt)
    said = TerminalResult(begun.id, TerminalState.APPROVED, euro(amount), "SLIP")
    settled = paying.settle_card(bench.desk, said)
    assert isinstance(settled, CardAttempt)
    return settled


def test_money_no_act_tells_of_is_booked_on_its_order_once(bench: Bench) -> None:
    cart = carts.with_customer(Cart("EUR"), bench.store.customers.by_card("MC-77"))
    filled = selling.add_item(bench.desk, cart, SKUS[0])
    assert isinstance(filled, Cart)
    saved = orders.save(bench.desk, WHO, filled, orders.new_details(bench.desk))
    assert not isinstance(saved, Refusal)
    attempt = _approved(bench, saved.order.id, 2_000, paying.PAYMENT)
    (case,) = loose_cards.loose(bench.desk)
    assert case.choices == (LooseChoice.BOOK, LooseChoice.BY_HAND)
    done = loose_cards.end(bench.desk, WHO, attempt.id, LooseChoice.BOOK)
    assert not isinstance(done, Refusal)
    assert loose_cards.loose(bench.desk) == ()
    again = loose_cards.end(bench.desk, WHO, attempt.id, LooseChoice.BOOK)
    assert _code(again) is Code.PAYMENT_UNKNOWN
    found = bench.store.orders.order(saved.order.id)
    assert found is not None
    assert [payment.amount for payment in found.payments] == [euro(2_000)]


def test_money_waits_for_an_order_that_the_site_refused_to_be_made_again(bench: Bench) -> None:
    who, order = sold(bench)
    _approved(bench, order.id, 2_000, paying.PAYMENT)
    answered(bench, REFUSED)
    (case,) = loose_cards.loose(bench.desk)
    assert (case.number, case.choices) == (order.number, (LooseChoice.BY_HAND,))
    (refused,) = problems.open_problems(bench.desk)
    assert isinstance(problems.resolve(bench.desk, who, refused.problem.id, "try_again"), Changed)
    (case,) = loose_cards.loose(bench.desk)
    assert case.choices == (LooseChoice.BOOK, LooseChoice.BY_HAND)


def test_money_of_nothing_known_is_settled_by_hand_by_right_and_with_a_reason(bench: Bench) -> None:
    attempt = _approved(bench, "a sale that never was", 500, paying.PAYMENT)
    (case,) = loose_cards.loose(bench.desk)
    assert case.choices == (LooseChoice.BY_HAND,)
    by_hand = LooseChoice.BY_HAND
    assert _code(loose_cards.end(bench.desk, acting(CASHIER), attempt.id, by_hand)) is Code.RIGHT_NEEDED
    assert _code(loose_cards.end(bench.desk, acting(BOSS), attempt.id, by_hand)) is Code.REASON_NEEDED
    assert isinstance(loose_cards.end(bench.desk, WHO, attempt.id, by_hand), CardAttempt)
    assert loose_cards.loose(bench.desk) == ()


def _sold(bench: Bench, units: int, discount: int, *, tax_inside: bool = True) -> str:
    cart = selling.add_item(bench.desk, Cart("EUR", prices_include_tax=tax_inside), SKUS[1], units)
    assert isinstance(cart, Cart)
    cheaper = carts.with_discount(cart, 1, Money(discount, "EUR"))
    assert isinstance(cheaper, Cart)
    due = carts.totals(cheaper).total
    taken = paying.take_cash(bench.desk, paying.begin(due), euro(20_000)) if due else paying.begin(due)
    assert isinstance(taken, Tendering)
    sold = selling.finish(bench.desk, WHO, cheaper, taken)
    assert isinstance(sold, Sold)
    return sold.sale.number


def _brought_back(bench: Bench, number: str, units: int) -> int:
    """Take some units of a receipt's line back for cash; what went back."""
    cart = returning.return_cart(bench.desk, number)
    assert isinstance(cart, Cart)
    some = returning.with_units(bench.desk, cart, 1, units)
    assert isinstance(some, Cart)
    back = _back(returning.begin(bench.desk, WHO, some))
    for part in back.open:
        back = _back(refunding.give(bench.desk, WHO, back, part, "cash"))
    assert isinstance(selling.finish(bench.desk, WHO, some, back.tendering), Sold)
    assert isinstance(selling.finish(bench.desk, WHO, cart, back.tendering), Refusal)
    return -back.tendering.due.amount


@pytest.mark.parametrize(
    ("units", "discount", "parts"),
    [
        (3, 0, (1, 1, 1)),
        (3, 1, (1, 2)),
        (7, 333, (3, 1, 1, 2)),
        (9, 2_010, (3, 1, 2, 1, 2)),
        (3, 5_985, (1, 2)),
    ],
)
@pytest.mark.parametrize("tax_inside", [True, False])
def test_a_receipt_taken_back_in_parts_gives_back_what_was_paid_and_not_more(
    bench: Bench, units: int, discount: int, parts: tuple[int, ...], tax_inside: bool
) -> None:
    bench.tell(RecordKind.TENDER, "cash", Tender("cash", TenderKind.CASH, {"en": "Cash"}, 1, 5))
    number = _sold(bench, units, discount, tax_inside=tax_inside)
    sale = returning.receipt(bench.desk, number)
    assert sale is not None
    given = [_brought_back(bench, number, part) for part in parts]
    assert _code(returning.return_cart(bench.desk, number)) is Code.NOTHING_TO_REFUND
    assert 0 <= sale.total - sum(given) <= (0 if tax_inside else 1), given
    drawer = sum(one.amount for one in bench.store.cash.sums(WHO.shift) if one.tender == "cash")
    assert abs(drawer) <= 2 * (len(parts) + 1)


def test_more_than_was_sold_never_comes_back(bench: Bench) -> None:
    number = _sold(bench, 2, 0)
    cart = returning.return_cart(bench.desk, number)
    assert isinstance(cart, Cart)
    assert _code(returning.with_units(bench.desk, cart, 1, 3)) is Code.QUANTITY_TOO_LARGE
    assert _code(selling.add_item(bench.desk, cart, SKUS[0])) is Code.QUANTITY_INVALID
    assert _code(selling.set_price(bench.desk, WHO, cart, 1, euro(99_900))) is Code.AMOUNT_INVALID
    assert _code(selling.park(bench.desk, WHO, cart)) is Code.NOT_ALLOWED_IN_STAGE


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("S01-02-R000001-X", False), ("S01-02-000001-3", False), ("hello", False), ("", False)],
)
def test_a_receipt_number_is_told_from_other_texts(bench: Bench, text: str, is_one: bool) -> None:
    assert returning.is_receipt_number(_sold(bench, 1, 0))
    assert returning.is_receipt_number(text) is is_one
