"""A deposit is spread over what is still open, and every part of an order costs what is left of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_sync.domain import deposits
from site_sync.domain.orders import DeliveryMode, Order, Quantities
from site_sync.domain.policies import DepositPolicy, Prepay
from site_sync.domain.totals import paid, settled, total_of
from tests.builders import line, order, service

COLLECT, SHIP = DeliveryMode.COLLECT, DeliveryMode.SHIP


@pytest.mark.parametrize(
    ("policy", "mode", "least"),
    [
        (DepositPolicy(), COLLECT, 0),
        (DepositPolicy(minimum_percent=2_000), COLLECT, 4_298),
        (DepositPolicy(minimum_amount=5_000), COLLECT, 5_000),
        (DepositPolicy(minimum_percent=2_000, minimum_amount=5_000), COLLECT, 5_000),
        (DepositPolicy(minimum_amount=90_000), COLLECT, 21_490),
        (DepositPolicy(allowed=False, minimum_percent=2_000), COLLECT, 0),
        (DepositPolicy(prepay=Prepay.ALWAYS), COLLECT, 21_490),
        (DepositPolicy(prepay=Prepay.ASK), COLLECT, 0),
        (DepositPolicy(allowed=False), SHIP, 21_490),
    ],
)
def test_the_minimum_deposit(policy: DepositPolicy, mode: DeliveryMode, least: int) -> None:
    assert deposits.minimum(21_490, policy, mode) == least


def test_what_is_missing_to_the_minimum_is_never_negative() -> None:
    policy = DepositPolicy(minimum_percent=2_000)
    assert deposits.minimum_due(order(line(1, 1_000), paid=150), policy) == 50
    assert deposits.minimum_due(order(line(1, 1_000), paid=500), policy) == 0


def test_voiding_a_line_moves_its_share_to_the_others_and_the_rest_is_surplus() -> None:
    both = order(line(1, 1_000), line(2, 3_000), paid=2_000)
    assert deposits.shares(both) == {1: 500, 2: 1_500}
    one = replace(both, lines=(line(1, 1_000), line(2, 3_000, cancelled=1)))
    assert deposits.shares(one) == {1: 1_000, 2: 0}
    assert (deposits.surplus(one), deposits.balance(one)) == (1_000, 0)


def test_a_partial_collection_pays_its_value_less_its_share() -> None:
    both = order(line(1, 1_000), line(2, 3_000), paid=2_000)
    assert deposits.value_now(both, {1: 1}) == 1_000
    assert deposits.due_now(both, {1: 1}) == 500
    assert deposits.due_now(both, {2: 1}) == 1_500
    assert deposits.due_now(both, {}) == 0
    for parts in ({1: 1}, {2: 1}, {1: 1, 2: 1}):
        assert deposits.paid_of(both, parts) + deposits.due_now(both, parts) == deposits.value_now(
            both, parts
        )
    assert deposits.due_now(both, {1: 1, 2: 1}) == deposits.balance(both) == 2_000


def test_what_left_unpaid_is_due_when_nothing_is_open_any_more() -> None:
    owing = order(line(1, 1_000, collected=1), paid=400)
    assert deposits.held(owing) == -600
    assert deposits.due_now(owing, {}) == deposits.balance(owing) == 600
    assert deposits.due_now(order(line(1, collected=1), paid=2_000), {}) == 0


held = st.builds(Quantities, *(st.integers(0, 6) for _ in range(7)))
lines = st.lists(st.tuples(st.integers(0, 9_999), held, st.integers(0, 100)), min_size=1, max_size=5)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """An order in any state, paid to any part, with or without tax in its prices."""
    made = [
        replace(
            line(number, price), quantities=held, discount=replace(line().discount, amount=off * price // 100)
        )
        for number, (price, held, off) in enumerate(draw(lines), 1)
    ]
    extra = (service(9, to_pick=1),) if draw(st.booleans()) else ()
    found = order(*made, *extra, paid=draw(st.integers(0, 60_000)))
    return replace(found, prices_include_tax=draw(st.booleans()))


@given(orders())
def test_shares_add_up_to_what_is_held_and_no_line_holds_more_than_it_costs(found: Order) -> None:
    values, shares = deposits.open_values(found), deposits.shares(found)
    assert sum(values) == total_of(found) - settled(found)
    money = min(paid(found) - settled(found), sum(values))
    assert sum(shares.values()) == (money if any(values) else 0)
    for value, share in zip(values, shares.values(), strict=True):
        assert share <= value


@given(orders())
def test_collecting_everything_makes_the_balance_due(found: Order) -> None:
    everything = {one.id: one.quantities.open for one in found.lines}
    assert deposits.due_now(found, everything) == deposits.balance(found)
    assert deposits.balance(found) - deposits.surplus(found) == total_of(found) - paid(found)


@given(orders(), st.data())
def test_parts_collected_one_after_the_other_cost_what_the_whole_costs(
    found: Order, data: st.DataObject
) -> None:
    first = {one.id: data.draw(st.integers(0, one.quantities.open)) for one in found.lines}
    due = deposits.due_now(found, first)
    after = found
    for one in found.lines:
        kept = one.quantities.open - first[one.id]
        gone = replace(
            one.quantities, to_pick=kept, picked=0, collected=one.quantities.collected + first[one.id]
        )
        after = after.with_line(replace(one, quantities=gone))
    then = replace(after, payments=order(paid=paid(found) + due).payments)
    rest = {one.id: one.quantities.open for one in then.lines}
    assert due + deposits.due_now(then, rest) == deposits.balance(found)
