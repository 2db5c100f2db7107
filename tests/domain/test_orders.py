"""An order's stage is read off its lines, whatever their quantities."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_sync.domain.customers import Customer
from site_sync.domain.errors import Code, Refused
from site_sync.domain.orders import (
    LIVE,
    RESERVING,
    Bag,
    Bucket,
    Claim,
    ClosedAs,
    DeliveryMode,
    Line,
    Order,
    Quantities,
    Stage,
)
from tests.builders import NOW, euro, line, order, payment, quote, service

CLAIM = Claim("clerk", "Karl Clerk", NOW)
quantities = st.builds(Quantities, *(st.integers(0, 50) for _ in Bucket))


@pytest.mark.parametrize(
    ("given_order", "stage"),
    [
        (quote(), Stage.QUOTE),
        (replace(quote(), closed_at=NOW), Stage.DONE),
        (order(line(to_pick=1)), Stage.TO_PICK),
        (order(line(to_pick=1, picked=1)), Stage.TO_PICK),
        (replace(order(line(to_pick=1)), claim=CLAIM), Stage.PICKING),
        (replace(order(line(picked=1)), claim=CLAIM), Stage.PICKING),
        (replace(order(line(collected=1)), claim=CLAIM), Stage.DONE),
        (order(line(picked=1)), Stage.TO_COLLECT),
        (order(line(picked=1), line(2, to_put_back=1)), Stage.TO_COLLECT),
        (order(line(picked=1), mode=DeliveryMode.SHIP), Stage.TO_SHIP),
        (order(line(to_put_back=1, collected=1)), Stage.TO_PUT_BACK),
        (order(line(collected=1, short=1, put_back=1, cancelled=1)), Stage.DONE),
        (order(line(collected=1), service(to_pick=1)), Stage.DONE),
        (order(service(to_pick=1)), Stage.TO_PICK),
    ],
)
def test_stage(given_order: Order, stage: Stage) -> None:
    assert given_order.stage is stage
    assert (given_order.closed_as is None) == (stage is not Stage.DONE)


@pytest.mark.parametrize(
    ("given_order", "closed_as"),
    [
        (order(line(collected=1)), ClosedAs.COLLECTED),
        (order(line(collected=1), line(2, cancelled=1)), ClosedAs.COLLECTED),
        (replace(order(line(collected=1)), shipped_at=NOW), ClosedAs.SHIPPED),
        (replace(order(line(collected=1)), shipped_at=NOW, delivered_at=NOW), ClosedAs.DELIVERED),
        (replace(order(line(put_back=1)), expired_at=NOW), ClosedAs.EXPIRED),
        (order(line(cancelled=1)), ClosedAs.CANCELLED),
    ],
)
def test_how_an_order_ended(given_order: Order, closed_as: ClosedAs) -> None:
    assert given_order.closed_as is closed_as


@given(quantities, st.sampled_from(Bucket), st.sampled_from(Bucket), st.integers(-1, 60))
def test_moving_units_changes_no_sum(held: Quantities, source: Bucket, target: Bucket, quantity: int) -> None:
    if source is target or not 0 < quantity <= held.held(source):
        with pytest.raises(ValueError, match="cannot move"):
            held.move(source, target, quantity)
        return
    moved = held.move(source, target, quantity)
    assert moved.ordered == held.ordered
    assert moved.held(source) + moved.held(target) == held.held(source) + held.held(target)


@given(quantities, st.sampled_from(Bucket), st.integers(-60, 60))
def test_adding_units_changes_what_is_ordered(held: Quantities, bucket: Bucket, quantity: int) -> None:
    if held.held(bucket) + quantity < 0:
        with pytest.raises(ValueError, match="cannot take"):
            held.add(bucket, quantity)
        return
    assert held.add(bucket, quantity).ordered == held.ordered + quantity


@given(quantities)
def test_live_and_reserved_are_sums_of_their_quantities(held: Quantities) -> None:
    assert held.live == sum(held.held(bucket) for bucket in LIVE)
    assert held.reserved == sum(held.held(bucket) for bucket in RESERVING)
    assert held.open == held.live - held.collected


def test_a_discount_is_shared_by_quantity() -> None:
    three: Line = line(price=1_000, discount=100, to_pick=3)
    assert [three.value(n).amount for n in range(4)] == [0, 967, 1_933, 2_900]


def test_what_an_order_does_not_have_is_refused() -> None:
    empty = replace(order(line(1)), bags=(Bag(1),), payments=(payment(5),))
    assert empty.line(1).id == empty.bag(1).number == 1
    assert empty.payment(empty.payments[0].id).amount == euro(5)
    for ask, code in (
        (lambda: empty.line(7), Code.LINE_UNKNOWN),
        (lambda: empty.bag(7), Code.BAG_UNKNOWN),
        (lambda: empty.payment("x"), Code.PAYMENT_UNKNOWN),
    ):
        with pytest.raises(Refused) as refused:
            ask()
        assert refused.value.refusal.code is code


def test_a_line_replaces_the_one_of_its_number() -> None:
    two = order(line(1), line(2))
    changed = replace(two.line(2), note="blue")
    assert two.with_line(changed).lines == (two.line(1), changed)


def test_the_work_store_is_the_collect_store_or_where_a_shipped_order_was_taken() -> None:
    assert order(store="S03").work_store == "S03"
    assert order(store="", mode=DeliveryMode.SHIP).work_store == "S01"


def test_only_goods_with_a_store_hold_stock_and_the_first_letters_name_a_customer() -> None:
    assert line().stocked
    assert not line(store="").stocked
    assert not service().stocked
    names = ("Maria Jensen", "Ana de la Cruz", "Cher", "", "  ")
    assert [Customer(name=name).initials for name in names] == ["MJ", "AC", "C", "", ""]
    assert Customer(phone="+45").reachable
    assert not Customer().reachable
