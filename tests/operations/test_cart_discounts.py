"""Discounts of a recalled order: what the cart shows for changed quantities is what the order then costs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pos_app.operations import cart as carts
from pos_app.operations.cart import Cart
from site_sync.domain import commands as acts
from site_sync.domain.discounts import discount_at, with_more
from site_sync.domain.lifecycle import Decision, decide
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.totals import total_of
from tests.builders import command, line, order
from tests.domain.lifecycle.examples import context

units = st.integers(0, 5)


def recalled(saved: Order) -> Cart:
    """The order in the sale."""
    lines = tuple(carts.of_order_line(number, one, None) for number, one in enumerate(saved.lines, start=1))
    return Cart("EUR", lines, base=saved)


def after(cart: Cart, saved: Order) -> Order:
    """The order with what the cart changed."""
    changes = carts.changes(cart, saved)
    if not changes:
        return saved
    decision = decide(saved, command(saved.id, acts.Amend(change=changes)), context())
    assert isinstance(decision, Decision), decision
    return decision.order


@given(
    st.integers(1, 2_000), st.integers(0, 10_000), st.tuples(units, units, units, units), st.integers(1, 12)
)
def test_a_changed_quantity_costs_what_the_cart_shows(
    price: int, share: int, held: tuple[int, int, int, int], wanted: int
) -> None:
    to_pick, picked, collected, cancelled = held
    whole = sum(held)
    assume(to_pick + picked)
    kept = line(
        price=price,
        discount=price * whole * share // 10_000,
        to_pick=to_pick, picked=picked, collected=collected, cancelled=cancelled,
    )  # fmt: skip
    saved = order(kept)
    cart = recalled(saved)
    assert carts.totals(cart).total.amount == total_of(saved)
    changed = carts.with_quantity(cart, 1, max(wanted, collected))
    assert isinstance(changed, Cart)
    done = after(changed, saved)
    assert carts.totals(changed).total.amount == total_of(done) == carts.totals(recalled(done)).total.amount
    assert done.line(1).value(collected) == kept.value(collected)


@pytest.mark.parametrize("off", [0, 1, 50, 99, 1_998])
def test_a_discount_given_later_is_for_the_units_that_are_left(off: int) -> None:
    saved = order(line(price=999, discount=100, to_pick=2, cancelled=1))
    cheaper = carts.with_discount(recalled(saved), 1, Money(off, "EUR"))
    assert isinstance(cheaper, Cart)
    assert total_of(after(cheaper, saved)) == 2 * 999 - off


def test_more_units_get_the_same_share_and_goods_that_came_back_keep_theirs() -> None:
    kept = replace(line(price=1_000, discount=9, to_pick=1, collected=2), returned=1)
    more = with_more(kept, 3)
    assert more.value(2) == kept.value(2)
    assert more.value(1) == kept.value(1)
    assert 17 <= more.discount.amount <= 20
    assert discount_at(kept, 2) == 1_000 - (kept.value(2) - kept.value(1)).amount
