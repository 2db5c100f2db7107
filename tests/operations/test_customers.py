"""Tests of customers at the till: made tidy, found at once, with their orders."""

from __future__ import annotations

import pytest

from pos_app.operations import collecting, customers
from pos_app.operations.collecting import HandOver
from pos_app.operations.desk import Changed
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.particulars import Identity, IdentityBy
from tests.desks import MARIA, Bench, acting
from tests.operations.test_orders import cash, saved


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("20 30 40 50", "+4520304050"),
        ("+49 30 901820", "+4930901820"),
        ("", ""),
        ("0045 20304050", "+4520304050"),
    ],
)
def test_a_phone_number_is_kept_in_one_form(bench: Bench, typed: str, kept: str) -> None:
    made = customers.create(bench.desk, acting(), Customer(name=" Ann  ", phone=typed))
    assert isinstance(made, Customer)
    assert (made.name, made.phone) == ("Ann", kept)
    assert customers.search(bench.desk, "ann") == (made,)
    assert made.id


@pytest.mark.parametrize(
    ("customer", "code"),
    [
        (Customer(), Code.CONTACT_NEEDED),
        (Customer(name="   "), Code.CONTACT_NEEDED),
        (Customer(name="Ann", phone="call me"), Code.TEXT_INVALID),
        (Customer(name="Ann", phone="12"), Code.TEXT_INVALID),
        (Customer(name="Ann", email="ann at example"), Code.TEXT_INVALID),
        (Customer(name="Ann", email="ann@"), Code.TEXT_INVALID),
        (Customer(name="Ann", email="ann@example"), Code.TEXT_INVALID),
        (Customer(name="Ann", email="@example.com"), Code.TEXT_INVALID),
        (Customer(name="A" * 201), Code.TEXT_INVALID),
        (Customer(name="Ann\x1b[2J"), Code.TEXT_INVALID),
    ],
)
def test_a_customer_nobody_can_reach_or_print_is_refused(
    bench: Bench, customer: Customer, code: Code
) -> None:
    refusal = customers.create(bench.desk, acting(), customer)
    assert isinstance(refusal, Refusal)
    assert refusal.code is code


def test_a_member_card_finds_its_customer_and_their_open_orders(bench: Bench) -> None:
    assert customers.by_card(bench.desk, "MC-77") == MARIA
    assert customers.by_card(bench.desk, "") is None
    first, second = saved(bench).order, saved(bench).order
    whole = cash(bench, 12_900 + 2 * 1_995)
    how = HandOver(Identity(IdentityBy.MEMBER_CARD), None, whole)
    assert isinstance(collecting.hand_over(bench.desk, acting(), first.id, how), Changed)
    open_ones = customers.orders_of(bench.desk, MARIA.id)
    assert [row.id for row in open_ones] == [second.id]
    assert len(customers.orders_of(bench.desk, MARIA.id, open_only=False)) == 2
