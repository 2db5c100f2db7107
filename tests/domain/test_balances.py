"""What sales and orders do to balances is told once, of the right holder, with its sign."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_sync.domain.balances import (
    BalanceKind,
    BalanceMove,
    Holder,
    MoveReason,
    back_hold,
    card_number,
    masked_key,
    moves_of_order,
    moves_of_sale,
    room,
)
from site_sync.domain.catalogue import ItemKind
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.events import CustomerReminded, Event, PaymentRecorded
from site_sync.domain.orders import Order, Payment, PaymentKind
from site_sync.domain.sales import Sale, SaleLine, return_note
from site_sync.domain.shop import Tender, TenderKind
from tests.builders import CLERK, MARIA, NOW, euro, line, order, payment, tendered

TENDERS = {
    code: Tender(code, kind, {})
    for code, kind in (
        ("cash", TenderKind.CASH),
        ("gift", TenderKind.GIFT_CARD),
        ("credit", TenderKind.CREDIT),
        ("account", TenderKind.ACCOUNT),
    )
}
CARD = Holder(BalanceKind.GIFT_CARD, "GC1002")


@pytest.mark.parametrize("text", ["GC1002", " gc10-02 ", "GC 10 02"])
def test_a_cards_number_is_read_however_it_is_written(text: str) -> None:
    assert card_number(text) == "GC1002"


@pytest.mark.parametrize("text", ["", "GC1", "GC1002!", "Ä" * 8])
def test_what_is_no_cards_number_is_said(text: str) -> None:
    refused = card_number(text)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.CARD_NUMBER_INVALID


def test_a_card_is_named_by_its_last_places_and_a_customer_in_full() -> None:
    assert masked_key(CARD) == "*1002"
    assert masked_key(Holder(BalanceKind.CREDIT, "cust-1002")) == "cust-1002"


@pytest.mark.parametrize(("amounts", "left"), [((500, 200), 300), ((100, 200), 0), ((-100, 50, 1_000), 850)])
def test_only_an_account_goes_below_zero_and_never_beyond_its_limit(
    amounts: tuple[int, ...], left: int
) -> None:
    assert room(*amounts) == left


def sold_card(price: int, note: str = "") -> SaleLine:
    """A gift card's line."""
    quantity = 1 if price > 0 else -1
    sold = SaleLine(1, "CARD", "Gift card", quantity, euro(abs(price)), 0, kind=ItemKind.GIFT_CARD, note=note)
    return replace(sold, card=CARD.key)


def sale(*lines: SaleLine, **paid: int) -> Sale:
    """A sale of MARIA's, paid by these tenders."""
    payments = tuple(tendered(amount, tender) for tender, amount in paid.items())
    return Sale(
        "sale", "S01-01-000001", "S01", "01", "shift-1", CLERK, NOW, "EUR", lines, payments, euro(0),
        customer_id="cust",
    )  # fmt: skip


def test_a_card_that_is_sold_is_issued_and_one_that_comes_back_is_taken_from_what_was_set_aside() -> None:
    assert list(moves_of_sale(sale(sold_card(2_000), cash=2_000), TENDERS)) == [
        BalanceMove("sale:1", CARD, euro(2_000), MoveReason.ISSUED)
    ]
    back = sale(sold_card(-2_000, return_note("s-0", 3)), cash=-2_000)
    assert list(moves_of_sale(back, TENDERS)) == [
        BalanceMove("sale:1", CARD, euro(-2_000), MoveReason.TAKEN_BACK, back_hold("s-0", 3))
    ]


def test_a_sale_moves_only_balances_and_of_whom_it_names() -> None:
    moves = list(moves_of_sale(sale(cash=100, credit=300, account=-200, unknown=5), TENDERS))
    assert [(one.holder, one.amount, one.reason) for one in moves] == [
        (Holder(BalanceKind.CREDIT, "cust"), euro(-300), MoveReason.USED),
        (Holder(BalanceKind.ACCOUNT, "cust"), euro(200), MoveReason.GIVEN_BACK),
    ]
    assert [one.hold for one in moves] == [moves[0].id, ""]
    assert list(moves_of_sale(replace(sale(credit=300), customer_id=""), TENDERS)) == []


def moved(whole: Order, *payments: Payment) -> list[tuple[Holder, int, MoveReason]]:
    """What these payments of an order do to balances."""
    events: list[Event] = [CustomerReminded(1), *(PaymentRecorded(one, ()) for one in payments)]
    return [(one.holder, one.amount.amount, one.reason) for one in moves_of_order(whole, events, TENDERS)]


def test_payments_refunds_and_kept_money_of_an_order_move_balances() -> None:
    paid = replace(payment(500, "gift"), id="paid", reference=CARD.key)
    back = replace(payment(200, "gift", PaymentKind.REFUND), refund_of="paid")
    kept = payment(300, "", PaymentKind.CREDIT)
    whole = replace(order(line()), payments=(paid,))
    assert moved(whole, paid, back, kept, payment(900), payment(5, "cash", PaymentKind.FORFEIT)) == [
        (CARD, -500, MoveReason.USED),
        (CARD, 200, MoveReason.GIVEN_BACK),
        (Holder(BalanceKind.CREDIT, MARIA.id or whole.number), 300, MoveReason.KEPT),
    ]


def test_a_guests_credit_is_kept_by_the_orders_number() -> None:
    guest = replace(order(line()), customer=replace(MARIA, id=""))
    kept = payment(300, "", PaymentKind.CREDIT)
    assert moved(guest, kept) == [(Holder(BalanceKind.CREDIT, guest.number), 300, MoveReason.KEPT)]
