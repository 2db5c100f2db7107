"""What was done is taken back by clicks: a cancellation, a hand-over; goods returned, prices recalculated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pos_app.operations.desk import Acting, Desk, act_on
from pos_app.ui.flows.order_more import OrderMore
from pos_app.ui.widgets.notice import Notice
from site_sync.domain.commands import Amend
from site_sync.domain.money import Money
from site_sync.domain.orders import Order, Stage
from site_sync.domain.particulars import LineChange
from site_sync.domain.totals import totals
from site_sync.protocol.changes import RECORDS, Change, Changes, RecordKind
from tests.builders import NOW
from tests.desks import BOSS, CASHIER, items
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import press

JACKET, BOTTLE = "JKT-1", "BTL-2"


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A till with the manager at work."""
    opened = open_counter(tmp_path)
    opened.till.sign_in(BOSS)
    yield opened
    opened.close()


def notice(counter: Counter, words: str) -> None:
    """Touch the undo key of the notice, whose label counts down."""
    keys = [one.undo_key for one in counter.till.window.findChildren(Notice) if one.undo_key is not None]
    (key,) = [key for key in keys if key.label.startswith(words)]
    press(key)
    counter.rest()


def handed_over(counter: Counter) -> Order:
    """An order with its deposit, marked ready and collected."""
    order = counter.saved_with_deposit(JACKET, BOTTLE)
    more(counter, order, "mark_ready")
    counter.tile("C2")
    counter.till.window.navigation.navigate("collect", order_id=order.id)
    counter.rest()
    counter.screen.identity_chosen.emit("known")
    counter.rest()
    counter.screen.hand_over_pressed.emit()
    counter.rest()
    counter.tile("cash")
    return order


def more(counter: Counter, order: Order, act: str) -> None:
    """One of the further acts of an order."""
    OrderMore(counter.till.at, lambda: None).begin(order.id)
    counter.rest()
    counter.tile(act)


def test_a_cancellation_is_taken_back_at_the_notice(counter: Counter) -> None:
    order = counter.saved_with_deposit(JACKET)
    counter.recall(order)
    counter.pay()
    counter.tile("cancel_order")
    counter.tile("leave")
    counter.press("Customer changed their mind")
    assert counter.record(order).order.stage is Stage.DONE
    notice(counter, "Undo")
    after = counter.record(order).order
    assert (after.stage, after.payments, after.cancelled_at) == (Stage.TO_PICK, order.payments, None)
    assert counter.said()[-1] == f"{order.number}: taken back."


def test_a_hand_over_is_taken_back_and_the_goods_come_back_later(counter: Counter) -> None:
    order = handed_over(counter)
    assert counter.record(order).order.stage is Stage.DONE
    notice(counter, "Undo hand-over")
    assert counter.record(order).order.stage is Stage.TO_COLLECT


def test_goods_of_a_collected_order_are_returned_from_the_receipts(counter: Counter) -> None:
    order = handed_over(counter)
    counter.press("Next customer")
    counter.till.window.navigation.home("sale")
    counter.rest()
    counter.more("return")
    counter.hit(f"order_back:{order.id}")
    assert counter.page == "line_choice"
    press(counter.screen.keys[1, 1])
    counter.press("Take these back")
    counter.tile("other_damaged")
    counter.say("Torn seam")
    assert counter.page == "pay_back"
    counter.tile("cash")  # of the rest paid at the counter
    counter.tile("cash")  # and of the deposit
    counter.press("Next customer")
    record = counter.record(order)
    assert record.order.line(1).returned == 1
    assert totals(record.order).total == Money(1_995, "EUR")
    assert any(entry.code == "goods_returned" for entry in record.history)


def dearer(desk: Desk) -> None:
    """The site tells that jackets cost more from today."""
    item = replace(items()[0], price=Money(14_900, "EUR"))
    place = desk.store.site_side.place()
    change = Change(kind=RecordKind.ITEM, key=item.sku, version=99, body=RECORDS[RecordKind.ITEM].text(item))
    words = Changes(
        service="site", nonce="", epoch=place.epoch, site_time=NOW, cursor="9999", changes=(change,)
    )
    desk.store.site_side.take_changes(words, NOW)


def test_prices_are_recalculated_line_by_line_by_right(counter: Counter) -> None:
    order = counter.saved_with_deposit(JACKET, BOTTLE)
    counter.ask(dearer)
    counter.till.at.sign_in(CASHIER, counter.till.at.shift)
    counter.rest()
    counter.recall(order)
    counter.more("reprice")
    assert counter.page == "line_choice"
    press(counter.screen.keys[1, -1])
    counter.rest()
    assert not counter.screen.go.isEnabled()
    press(counter.screen.keys[1, 1])
    counter.rest()
    counter.press("Use these prices")
    counter.approve(BOSS.name)
    assert counter.cart.lines[0].unit_price == Money(14_900, "EUR")
    counter.pay()
    counter.tile("pay_deposit")
    counter.press("Continue")
    counter.tile("cash")
    counter.press("Next customer")
    record = counter.record(order)
    assert record.order.line(1).unit_price == Money(14_900, "EUR")
    assert any(entry.code == "prices_recalculated" for entry in record.history)


def test_what_was_changed_elsewhere_is_said_before_anything_is_saved(counter: Counter) -> None:
    order = counter.saved_with_deposit(JACKET, BOTTLE)
    counter.recall(order)
    counter.void(2)
    counter.ask(act_on, Acting(BOSS, reason="asked for"), order.id, Amend(change=(LineChange(1, 3),)))
    counter.pay()
    assert counter.said()[-1] == (
        f"{order.number} was changed elsewhere: Trail jacket 1 → 3. "
        "Your own changes are kept; look again before you go on."
    )
    assert [(line.quantity, line.voided) for line in counter.cart.lines] == [(3, False), (1, True)]
