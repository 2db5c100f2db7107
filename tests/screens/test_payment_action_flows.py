"""What the payment-action dialog asks first: prepaying, shortages, identity, units to pick up; by clicks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from pos_app.operations.desk import Acting
from pos_app.ui.wording import say
from site_sync.domain.codes import TOKEN_LENGTH, token_hash
from site_sync.domain.orders import OrderKind
from site_sync.domain.policies import DepositPolicy, IdentityCheck, Policy, Prepay
from site_sync.domain.totals import paid, totals
from site_sync.protocol.changes import RecordKind
from tests.desks import BOSS, CASHIER, PIN, SKUS, Bench
from tests.operations.dialog_cases import InSale, quote, to_collect
from tests.screens.counter import DEPOSIT, Counter, open_counter
from tests.screens.hand import field, key, named, press, strike, type_text

JACKET, BOTTLE, TENT = SKUS[:3]
TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:TOKEN_LENGTH]
Open = Callable[..., Counter]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens a till at which a cashier works."""
    counters: list[Counter] = []

    def open_it(policy: Policy = DEPOSIT, prepare: Callable[[Bench], None] = lambda _bench: None) -> Counter:
        counters.append(open_counter(tmp_path, policy=policy, prepare=prepare))
        counters[-1].till.sign_in(CASHIER)
        return counters[-1]

    yield open_it
    for counter in counters:
        counter.close()


def _take_up(counter: Counter, make: Callable[..., InSale]) -> InSale:
    """A case of the dialog in the sale, and the dialog over it."""
    at = counter.till.at
    sale = counter.ask(make, Acting(BOSS, at.shift.id if at.shift else ""))
    assert isinstance(sale, InSale)
    at.sale.take_up(sale.cart, sale.details)
    counter.till.window.navigation.home("sale")
    counter.rest()
    counter.pay()
    return sale


def _approve(counter: Counter) -> None:
    panel = counter.screen.approval
    press(named(panel, BOSS.name))
    type_text(field(panel, "Reason"), "known here")
    for digit in PIN:
        press(key(panel, digit))
    counter.press("Enter")


ASKS = Policy(deposit=DepositPolicy(prepay=Prepay.ASK))


def test_where_the_shop_asks_the_customer_pays_all_of_it_before_the_order_is_saved(opened: Open) -> None:
    counter = opened(ASKS)
    counter.order(JACKET)
    counter.tile("save")
    assert counter.page == "choices"
    assert counter.screen.title.text() == "Does Maria Jensen pay all of it now?"
    counter.tile("now")
    counter.tile("cash")
    counter.press("Next customer")
    assert paid(counter.newest()) == 12_900


def test_where_the_shop_asks_a_customer_may_also_pay_later(opened: Open) -> None:
    counter = opened(ASKS)
    counter.order(JACKET)
    counter.tile("pay_deposit")
    amount = counter.screen.amount
    amount.amount.set_text("20.00")
    counter.press("Continue")
    counter.tile("later")
    counter.tile("cash")
    counter.press("Next customer")
    assert paid(counter.newest()) == 2_000


def test_a_quote_of_more_than_there_is_becomes_an_order_of_what_is_free(opened: Open) -> None:
    counter = opened(prepare=lambda bench: bench.put_on_shelf(JACKET, "S01", 0))
    sale = _take_up(counter, quote)
    counter.tile("convert_quote")
    counter.press("Continue")
    assert counter.page == "choices"
    assert list(counter.screen.tiles) == ["store:S02", "without", "back"]
    counter.tile("without")
    assert counter.page == "payment_actions"
    counter.tile("convert_quote")
    counter.press("Continue")
    counter.tile("cash")
    counter.press("Next customer")
    assert sale.cart.base is not None
    order = counter.record(sale.cart.base).order
    assert order.kind is OrderKind.CUSTOMER_ORDER
    assert totals(order).total.amount == 2 * 1_995
    assert paid(order) == 798


def test_a_quote_becomes_an_order_at_the_store_that_has_all_of_it(opened: Open) -> None:
    counter = opened(prepare=lambda bench: bench.put_on_shelf(JACKET, "S01", 0))
    sale = _take_up(counter, quote)
    counter.tile("convert_quote")
    counter.press("Continue")
    counter.tile("store:S02")
    counter.tile("convert_quote")
    counter.press("Continue")
    counter.tile("cash")
    counter.press("Next customer")
    assert sale.cart.base is not None
    order = counter.record(sale.cart.base).order
    assert (order.work_store, {line.source_store for line in order.lines}) == ("S02", {"S02"})


def test_whose_identity_nobody_checked_is_approved_before_any_money_is_taken(opened: Open) -> None:
    counter = opened(replace(DEPOSIT, identity=IdentityCheck.APPROVAL))
    sale = _take_up(counter, to_collect)
    counter.tile("pick_up_all")
    assert counter.screen.approving
    assert counter.moved("cash") == 3_378
    _approve(counter)
    assert counter.page == "payment"
    counter.tile("cash")
    counter.press("Next customer")
    assert sale.cart.base is not None
    found = counter.record(sale.cart.base)
    assert found.order.closed_at is not None
    assert BOSS.name in {entry.approver for entry in found.history}


def test_part_of_a_line_is_picked_up_and_the_rest_waits(opened: Open) -> None:
    counter = opened()
    sale = _take_up(counter, to_collect)
    counter.tile("pick_up_selected")
    panel = counter.screen.lines
    counter.press("Pick up")
    assert named(panel, "Choose at least one unit.").isVisible()
    press(panel.step_key(2, 1))
    press(panel.step_key(2, 1))
    press(panel.step_key(2, -1))
    counter.press("Pick up")
    counter.rest()
    assert counter.page == "payment"
    counter.tile("cash")
    counter.press("Next customer")
    assert sale.cart.base is not None
    order = counter.record(sale.cart.base).order
    assert [line.quantities.collected for line in order.lines] == [0, 1]
    assert [line.quantities.picked for line in order.lines] == [1, 1]


def test_a_badge_approves_in_the_dialog(opened: Open) -> None:
    boss = replace(BOSS, badge_hash=token_hash(TOKEN))
    counter = opened(prepare=lambda bench: bench.tell(RecordKind.STAFF, boss.id, boss))
    counter.order(JACKET)
    counter.tile("save")
    type_text(field(counter.screen.approval, "Reason"), "regular customer")
    counter.badge(f"ST1.{TOKEN}")
    counter.rest()
    assert paid(counter.newest()) == 0


def test_nobody_who_could_approve_is_told_at_once(opened: Open) -> None:
    gone = replace(BOSS, active=False)
    counter = opened(prepare=lambda bench: bench.tell(RecordKind.STAFF, gone.id, gone))
    counter.order(JACKET)
    counter.tile("save")
    assert not counter.screen.approving
    assert counter.said() == [say("approval.nobody")]


def test_goods_that_wait_travel_when_the_customer_wants_another_store(opened: Open) -> None:
    counter = opened()
    sale = _take_up(counter, to_collect)
    assert counter.screen.details_key.label == "Change details, with transfer"
    counter.press("Change details, with transfer")
    stores = counter.screen.findChildren(QWidget)
    press(next(one for one in stores if one.accessibleName().startswith("S02 Hill")))
    counter.rest()
    strike(counter.screen, Qt.Key.Key_F12)
    counter.rest()
    assert counter.page == "payment_actions"
    counter.screen.tiles["save"].looked_at.emit()
    assert "Makes a transfer to S02 Hill." in counter.screen.effects()
    counter.tile("save")
    assert sale.cart.base is not None
    order = counter.record(sale.cart.base).order
    assert (order.work_store, [bag.sent_from for bag in order.bags]) == ("S02", ["S01"])
