"""Approval at picking and collecting, where another's claim or an unproven name stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_app.operations import picking
from pos_app.operations.desk import Acting, Changed
from site_sync.domain.commands import Pick
from site_sync.domain.orders import ClosedAs, Order
from site_sync.domain.policies import DepositPolicy, IdentityCheck, Policy
from tests.desks import BOSS, CASHIER, PICKER, person
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import named, press

STRICT = Policy(deposit=DepositPolicy(minimum_percent=2_000), identity=IdentityCheck.APPROVAL)
OTHER = person("picker-2", "Otto Other", PICKER.role)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    opened = open_counter(tmp_path, card="ok:0,ok:0", policy=STRICT)
    opened.till.sign_in(CASHIER)
    yield opened
    opened.close()


def _ready(counter: Counter) -> Order:
    order = counter.saved_with_deposit("JKT-1")
    who = Acting(PICKER)
    counter.ask(picking.claim, who, (order.id,))
    counter.ask(picking.pick, who, order.id, Pick(1, 1))
    assert isinstance(counter.ask(picking.confirm, who, order.id, {1: "C1"}), Changed)
    return order


def test_goods_leave_without_a_code_only_when_somebody_approves_and_before_money_is_taken(
    counter: Counter,
) -> None:
    order = _ready(counter)
    counter.till.window.navigation.navigate("collect", order_id=order.id)
    counter.rest()
    counter.screen.identity_chosen.emit("phone")
    counter.rest()
    counter.screen.hand_over_pressed.emit()
    counter.rest()
    assert counter.page == "approval"
    counter.press("Cancel")
    assert counter.page == "collect"
    assert counter.moved("cash") == 2_580
    counter.screen.hand_over_pressed.emit()
    counter.rest()
    counter.approve(BOSS.name, reason="known in person")
    assert counter.page == "payment"
    counter.tile("cash")
    now = counter.record(order)
    assert now.order.closed_as is ClosedAs.COLLECTED
    handed = [entry for entry in now.history if entry.code == "goods_handed_over"]
    assert (handed[0].by, handed[0].approver) == (CASHIER.name, BOSS.name)


def test_anothers_claim_is_taken_over_only_with_approval(counter: Counter) -> None:
    order = counter.saved_with_deposit("JKT-1")
    counter.ask(picking.claim, Acting(OTHER), (order.id,))
    counter.till.at.sign_in(PICKER, counter.till.at.shift)
    counter.rest()
    counter.till.window.navigation.navigate("pick", order_id=order.id)
    counter.rest()
    assert counter.page == "approval"
    press(named(counter.screen.approval, BOSS.name))
    counter.approve(BOSS.name, reason="Otto went home")
    assert counter.page == "pick"
    now = counter.record(order)
    assert now.order.claim is not None
    assert now.order.claim.name == PICKER.name
    told = [entry for entry in now.history if entry.code == "picking_claimed"][-1]
    assert (told.facts["taken_from"], told.approver) == (OTHER.name, BOSS.name)


def test_who_holds_the_right_says_only_why_a_claim_is_taken_over(counter: Counter) -> None:
    order = counter.saved_with_deposit("JKT-1")
    counter.ask(picking.claim, Acting(OTHER), (order.id,))
    counter.till.at.sign_in(BOSS, counter.till.at.shift)
    counter.rest()
    counter.till.window.navigation.navigate("pick", order_id=order.id)
    counter.rest()
    counter.say("Otto went home")
    now = counter.record(order).order
    assert now.claim is not None
    assert now.claim.name == BOSS.name


def test_who_may_not_pick_is_told_to_let_a_picker_sign_in(counter: Counter) -> None:
    order = counter.saved_with_deposit("JKT-1")
    counter.till.window.navigation.navigate("pick", order_id=order.id)
    counter.rest()
    assert counter.said()[-1] == (
        f"{order.number} is not taken: you may not pick. Touch your name at the top and let a picker sign in."
    )
    assert counter.record(order).order.claim is None
