"""A sale's stock and ledger are made from its lines and tenders, and add up."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_sync.domain.catalogue import ItemKind
from site_sync.domain.money import Money, round_to_step, tax_on
from site_sync.domain.sales import Sale, SaleLine, value_back
from site_sync.domain.stock import StockLevel, StockMove, StockReason, sums
from tests.builders import CLERK, NOW, euro, tendered


def sold(number: int, price: int, quantity: int = 1, discount: int = 0, tax: int = 2_500) -> SaleLine:
    """A line of goods."""
    return SaleLine(number, f"SKU{number}", "thing", quantity, euro(price), tax, discount)


def sale(*lines: SaleLine, pays: int, change: int = 0, rounding: int = 0) -> Sale:
    """A sale at till 01 of S01, paid in cash."""
    return Sale(
        "sale", "S01-01-000001", "S01", "01", "shift-1", CLERK, NOW, "EUR", lines, (tendered(pays),),
        euro(change), rounding,
    )  # fmt: skip


def test_a_sale_with_change_and_cash_rounding() -> None:
    made = sale(sold(1, 1_248), pays=2_000, change=750, rounding=2)
    assert (made.total, made.tax) == (1_248, 250)
    posted = [(p.account, p.amount.amount) for p in made.postings]
    assert posted == [
        ("tender:cash:S01:01:shift-1", 2_000),
        ("tender:cash:S01:01:shift-1", -750),
        ("rounding", -2),
        ("sales", -998),
        ("tax", -250),
    ]


def test_a_sale_without_tax_in_its_prices_adds_it() -> None:
    made = replace(sale(sold(1, 1_000, 2, 200), pays=2_250), prices_include_tax=False)
    assert (made.total, made.tax) == (2_250, 450)
    assert sum(p.amount.amount for p in made.postings) == 0


def test_goods_leave_the_shelf_and_a_return_comes_back_but_a_service_moves_nothing() -> None:
    made = sale(sold(1, 1_000, 2), sold(2, 500, -1), replace(sold(3, 100), kind=ItemKind.SERVICE), pays=1_600)
    assert made.stock == (
        StockMove(1, "SKU1", "S01", 0, -2, StockReason.SOLD),
        StockMove(2, "SKU2", "S01", 0, 1, StockReason.SOLD),
    )
    assert sums(made.stock) == {("S01", "SKU1"): (0, -2), ("S01", "SKU2"): (0, 1)}


@pytest.mark.parametrize(
    ("note", "meant"),
    [
        ("return:s-1:2", ("s-1", 2)),
        ("return:s-1:²", None),
        ("return:s-1:" + "9" * 5_000, None),
        ("s-1:2", None),
    ],
)
def test_a_note_names_the_line_that_comes_back_or_is_only_a_note(
    note: str, meant: tuple[str, int] | None
) -> None:
    assert replace(sold(1, 100), note=note).returned == meant


@given(
    st.lists(st.tuples(st.integers(0, 9_999), st.integers(-3, 9)), min_size=1, max_size=6),
    st.integers(0, 500),
    st.sampled_from((1, 5, 50)),
    st.booleans(),
)
def test_the_postings_of_any_sale_add_up(
    drawn: list[tuple[int, int]], over: int, step: int, including: bool
) -> None:
    lines = tuple(sold(number, *one) for number, one in enumerate(drawn, 1))
    bare = replace(sale(*lines, pays=0), prices_include_tax=including)
    due = round_to_step(bare.total, step)
    paid = replace(
        bare, payments=(tendered(due + over),), change=Money(over, "EUR"), rounding=due - bare.total
    )
    assert sum(posting.amount.amount for posting in paid.postings) == 0


@pytest.mark.parametrize(("on_hand", "available", "reservable"), [(10, 5, 7), (3, -2, 0)])
def test_available_is_on_hand_less_reserved_less_safety(
    on_hand: int, available: int, reservable: int
) -> None:
    level = StockLevel("A", "S01", on_hand, reserved=4, safety=1, back_order=2)
    assert (level.available, level.reservable) == (available, reservable)


@given(st.integers(-500, 100_000), st.sampled_from((0, 500, 1_900, 2_500)))
def test_no_more_than_what_is_due_goes_back_with_the_tax_on_top(due: int, rate: int) -> None:
    value = value_back(due, rate, prices_include_tax=False)
    assert value + tax_on(value, rate) <= max(0, due) < value + 1 + tax_on(value + 1, rate)
    assert value_back(due, rate, prices_include_tax=True) == max(0, due)


def test_what_went_back_for_a_returned_line_is_told_with_its_tax() -> None:
    made = sale(sold(1, 1_000, -2), pays=-2_000)
    assert made.paid_back(made.lines[0]) == 2_000
    assert replace(made, prices_include_tax=False).paid_back(made.lines[0]) == 2_500
