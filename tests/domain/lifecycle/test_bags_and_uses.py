"""Bags are filled again by what comes back, each store keeps its own, and acts are offered where of use."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from site_sync.domain import commands as acts
from site_sync.domain.commands import ActKind
from site_sync.domain.later_events import MessageTold
from site_sync.domain.lifecycle.picking import bag_for
from site_sync.domain.lifecycle.taking_back import has_use, message_of
from site_sync.domain.orders import Bag, ClosedAs, Stage
from tests.builders import command, line, order
from tests.domain.lifecycle.examples import collect, context, decided, done, fitting, in_stage

TWO_BAGS = (Bag(1, "A1", ((1, 2), (2, 1))), Bag(2, "A2", ((3, 1),)))


@pytest.mark.parametrize("parts", [(), ((1, 1),), ((1, 2),), ((3, 1),), ((1, 1), (2, 1), (3, 1))])
def test_a_hand_over_taken_back_fills_its_bags_again(parts: tuple[tuple[int, int], ...]) -> None:
    lines = line(1, picked=2), line(2, picked=1), line(3, picked=1)
    ready = replace(order(*lines, paid=4_000), bags=TWO_BAGS)
    given = command(ready.id, collect(*parts), reason="known here")
    after = decided(ready, given).order
    assert after.bags != TWO_BAGS
    assert done(after, acts.UndoCollect(given.id)).bags == TWO_BAGS


def test_units_go_into_a_bag_that_is_in_their_stores_hands() -> None:
    here, sent = Bag(1, "A1", ((1, 1),)), Bag(4, "", ((1, 1),), sent_from="S02")
    split = replace(order(line(1, picked=2)), bags=(here, sent))
    assert (bag_for(split, "S01", 1), bag_for(split, "S01", 4), bag_for(split, "S02", 1)) == (1, 1, 4)
    assert bag_for(replace(split, bags=(here,)), "S02", 1) == 2
    assert bag_for(split, "S02", 9) == 9


@pytest.mark.parametrize(
    "kind", [ActKind.UNDO_COLLECT, ActKind.REOPEN, ActKind.RETURN, ActKind.MARK_READY, ActKind.SEND_MESSAGE]
)
def test_what_puts_something_right_is_offered_where_there_is_something(kind: ActKind) -> None:
    assert has_use(fitting(Stage.TO_PICK, kind), kind)
    bare = order(line(1, picked=0, to_pick=0, cancelled=1))
    assert not has_use(replace(bare, customer=replace(bare.customer, phone="", email="")), kind)
    assert has_use(bare, ActKind.NOTE)


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        (Stage.QUOTE, None),
        (Stage.TO_PICK, MessageTold.CREATED),
        (Stage.TO_COLLECT, MessageTold.READY),
        (Stage.TO_PUT_BACK, MessageTold.EXPIRED),
    ],
)
def test_the_message_is_of_how_the_order_stands(stage: Stage, told: MessageTold | None) -> None:
    assert message_of(in_stage(stage)) is told


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        (ClosedAs.SHIPPED, MessageTold.SHIPPED),
        (ClosedAs.CANCELLED, MessageTold.CANCELLED),
        (ClosedAs.EXPIRED, MessageTold.EXPIRED),
        (ClosedAs.COLLECTED, None),
    ],
)
def test_of_an_ended_order_its_end_is_told(ended: ClosedAs, told: MessageTold | None) -> None:
    over = {
        ClosedAs.SHIPPED: in_stage(Stage.DONE),
        ClosedAs.CANCELLED: replace(order(line(1, cancelled=1)), closed_at=context().now),
        ClosedAs.EXPIRED: replace(
            order(line(1, cancelled=1)), closed_at=context().now, expired_at=context().now - timedelta(days=1)
        ),
        ClosedAs.COLLECTED: replace(order(line(1, collected=1)), closed_at=context().now),
    }[ended]
    assert over.closed_as is ended
    assert message_of(over) is told
