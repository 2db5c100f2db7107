"""Where goods lie that are to be put back, what that does to stock, and when all is handed over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from site_sync.domain.commands import Cancel, Pick, PutBack, Receive
from site_sync.domain.events import stock_moves
from site_sync.domain.lifecycle import all_handed_over, decide, may_lie_in
from site_sync.domain.lifecycle.deciding import Decision
from site_sync.domain.orders import Bag, DeliveryMode, Order
from site_sync.domain.particulars import LineQuantity
from site_sync.domain.stock import sums
from tests.builders import command, line, order
from tests.domain.lifecycle.examples import context, done

BACK = PutBack((LineQuantity(1, 2),))


def sent(received: bool) -> Order:
    """Two units of store S02, sent to S01 where the order was given up."""
    bag = Bag(1, "", ((1, 2),), sent_from="S02")
    travelling = replace(order(line(1, store="S02", picked=2)), bags=(bag,))
    return done(travelling, *((Receive(),) if received else ()), Cancel("no longer wanted"))


def put_back_at(store: str, before: Order) -> Decision:
    answer = decide(before, replace(command(before.id, BACK), store=store), context())
    assert isinstance(answer, Decision), answer
    return answer


@pytest.mark.parametrize("received", [True, False])
def test_goods_of_another_store_are_on_hand_where_they_are_put_on_the_shelf(received: bool) -> None:
    there = {("S01", "SKU1"): (0, 2), ("S02", "SKU1"): (-2, -2)}
    assert sums(stock_moves(put_back_at("S01", sent(received)).events)) == there


def test_goods_that_never_left_are_only_free_again() -> None:
    assert sums(stock_moves(put_back_at("S02", sent(False)).events)) == {("S02", "SKU1"): (-2, 0)}


def test_goods_on_their_way_may_lie_at_both_ends_and_received_ones_at_one() -> None:
    for received, ends in ((False, {"S01", "S02"}), (True, {"S01"})):
        after = sent(received)
        assert {store for store in ("S01", "S02", "S03") if may_lie_in(after, after.lines[0], store)} == ends


def test_goods_to_ship_lie_where_they_were_picked() -> None:
    shipped = order(line(1, store="S02", to_pick=2), mode=DeliveryMode.SHIP)
    after = done(shipped, Pick(1, 2), Cancel("no longer wanted"))
    assert {store for store in ("S01", "S02") if may_lie_in(after, after.lines[0], store)} == {"S02"}


@pytest.mark.parametrize(
    ("held", "whole"),
    [
        ({"collected": 1}, True),
        ({"collected": 1, "to_put_back": 1}, True),
        ({"collected": 1, "picked": 1}, False),
        ({"collected": 1, "to_pick": 1}, False),
        ({"to_put_back": 1}, False),
    ],
)
def test_an_order_is_all_handed_over_when_nothing_is_left_for_the_customer(
    held: dict[str, Any], whole: bool
) -> None:
    assert all_handed_over(order(line(1, **held))) is whole
