"""The payment-action dialog and the payment by touch and by keyboard."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from pos_app.ui.screens.payment import CardState, CardView, PaymentHead, Receipt, TakenPayment
from pos_app.ui.screens.payment_actions import ActionState, ActionView, action_view
from pos_app.ui.screens.payment_actions.words import effect_words
from site_sync.domain.actions_values import Action, ActionCode, Effect, EffectCode, Hint, HintCode
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import Right
from tests.screens import sample_orders
from tests.screens.hand import field, heard, key, named, press, strike, type_text
from tests.screens.sample import eur
from tests.screens.show import Show


def test_what_will_happen_follows_the_tile_looked_at(show: Show) -> None:
    screen = sample_orders.payment_actions()
    show(screen)
    assert screen.effects()[0] == "Reserves 4 items at S03 Airport."
    screen.tiles["pay_in_full"].setFocus(Qt.FocusReason.TabFocusReason)
    assert screen.effects()[-1] == "Takes 214.90 now."
    screen.tiles["save_as_quote"].setFocus(Qt.FocusReason.TabFocusReason)
    assert screen.effects() == ["Nothing changes."]


def test_an_action_is_chosen_by_touch_enter_and_shortcut(show: Show) -> None:
    screen = sample_orders.payment_actions()
    show(screen)
    chosen = heard(screen.action_chosen)
    press(screen.tiles["pay_in_full"])
    strike(screen.tiles["save_as_quote"], Qt.Key.Key_Return)
    press(screen.tiles["pay_back_deposit"])
    assert chosen == [("pay_in_full", eur(21490)), ("save_as_quote", eur(0))]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("20", "At least 42.98 is needed."),
        ("300", "That is more than the 214.90 left to pay."),
        ("-5", "The amount must be above zero."),
        ("0", "The amount must be above zero."),
        ("99999999", "That amount is far too large."),
        ("a lot", "That is not an amount."),
    ],
)
def test_a_deposit_out_of_bounds_is_refused_beside_the_field(show: Show, typed: str, words: str) -> None:
    screen = sample_orders.payment_actions()
    show(screen)
    chosen = heard(screen.action_chosen)
    press(screen.tiles["pay_deposit"])
    entry = field(screen, "Amount to take now")
    type_text(entry, typed)
    press(key(screen, "Continue"))
    assert (chosen, entry.accessibleDescription()) == ([], words)


def test_a_deposit_within_bounds_is_taken(show: Show) -> None:
    screen = sample_orders.payment_actions()
    show(screen)
    chosen = heard(screen.action_chosen)
    press(screen.tiles["pay_deposit"])
    for digit in ("6", "0"):
        press(key(screen.amount, digit))
    strike(field(screen, "Amount to take now"), Qt.Key.Key_Return)
    assert chosen == [("pay_deposit", eur(6000))]


def test_less_than_the_minimum_is_approved_in_place(show: Show) -> None:
    screen = sample_orders.payment_actions()
    show(screen)
    wanted, approved = heard(screen.approval_wanted), heard(screen.approved)
    press(screen.tiles["pay_deposit"])
    type_text(field(screen, "Amount to take now"), "20")
    press(key(screen, "Continue"))
    press(key(screen, "Ask a supervisor"))
    assert wanted == [("pay_deposit", eur(2000))]
    screen.ask_approval("pay_deposit", eur(2000), sample_orders.APPROVERS)
    _approve(screen)
    assert approved == [("pay_deposit", eur(2000), "ole", "4711", "regular customer")]


def test_a_locked_action_asks_who_why_and_pin(show: Show) -> None:
    screen = sample_orders.payment_actions()
    show(screen)
    wanted, approved = heard(screen.approval_wanted), heard(screen.approved)
    press(screen.tiles["save"])
    assert wanted == [("save", None)]
    screen.ask_approval("save", None, sample_orders.APPROVERS)
    _type_pin(screen)
    assert named(screen, "Choose who approves.").isVisible()
    press(named(screen, "Ole Brandt"))
    _type_pin(screen)
    assert field(screen, "Reason").accessibleDescription() == "Say why."
    _approve(screen)
    assert approved == [("save", None, "ole", "4711", "regular customer")]
    screen.approval.show_wrong("Wrong PIN. 2 tries left.")
    assert named(screen, "Wrong PIN. 2 tries left.").isVisible()
    press(key(screen.approval, "Cancel"))
    assert screen.tiles["save"].isVisible()


def _type_pin(screen: QWidget) -> None:
    for digit in "4711":
        press(key(screen, digit))
    press(key(screen, "Enter"))


def _approve(screen: QWidget) -> None:
    press(named(screen, "Ole Brandt"))
    reason = field(screen, "Reason")
    reason.clear()
    type_text(reason, "regular customer")
    _type_pin(screen)


def test_the_domain_s_actions_become_tiles() -> None:
    def name(store: str) -> str:
        return f"{store} Airport"

    hint = Hint(HintCode.MINIMUM_DEPOSIT, {"percent": 2000, "amount": eur(4298)})
    pay = Action(
        ActionCode.PAY_DEPOSIT, eur(4298), eur(17192), main=True, least=eur(4298), most=eur(21490), hint=hint
    )
    effects = [
        Effect(EffectCode.RESERVES, {"items": 4, "store": "S03"}),
        Effect(EffectCode.TAKES_NOW_REST_LATER, {"now": eur(4298), "left": eur(17192)}),
        Effect(EffectCode.PRINTS, {"document": "order_confirmation"}),
        Effect(EffectCode.SENDS, {"message": "confirmation", "name": "Maria"}),
    ]
    assert action_view(pay, effects, name, new=True) == ActionView(
        "pay_deposit",
        "Pay deposit",
        "20 % now, rest at collection",
        eur(4298),
        ActionState.MAIN,
        eur(4298),
        eur(21490),
        (
            "Reserves 4 items at S03 Airport.",
            "Takes 42.98 now, 171.92 at collection.",
            "Prints an order slip with a code.",
            "Sends Maria a confirmation.",
        ),
    )
    locked = Action(ActionCode.SAVE, eur(0), eur(21490), missing=(Right.DEPOSIT_OVERRIDE_MINIMUM,))
    assert action_view(locked, [], name, new=True).state is ActionState.LOCKED
    impossible = Action(ActionCode.PAY_BACK_DEPOSIT, eur(0), eur(0), reason=Refusal(Code.NOTHING_TO_REFUND))
    shown = action_view(impossible, [], name)
    assert (shown.state, shown.detail, shown.amount) == (
        ActionState.DISABLED,
        "There is nothing to pay back.",
        None,
    )


def test_every_action_hint_and_effect_of_the_domain_has_words() -> None:
    facts = {
        "items": 1, "lines": 1, "store": "S03", "now": eur(1), "left": eur(1), "amount": eur(1),
        "name": "Maria",
        "before": eur(1), "after": eur(2),
        "document": "quote", "message": "confirmation", "right": "deposit.credit",
        "number": "S01-02-000318-4",
        "percent": 2000,
    }  # fmt: skip
    for effect in EffectCode:
        assert effect_words(Effect(effect, facts), str)
    for hint in HintCode:
        for code in ActionCode:
            action = Action(code, eur(1), eur(0), hint=Hint(hint, facts))
            view = action_view(action, [], str)
            assert view.title
            assert view.detail


def test_tenders_take_the_amount_typed_or_all_that_is_due(show: Show) -> None:
    screen = sample_orders.payment()
    show(screen)
    tendered = heard(screen.tendered)
    press(screen.tendering.keys["card"])
    type_text(field(screen, "Amount"), "10")
    press(screen.tendering.keys["cash"])
    press(named(screen, "Cash 50.00"))
    press(screen.tendering.keys["account"])
    assert tendered == [("card", eur(1798), ""), ("cash", eur(1000), ""), ("cash", eur(5000), "")]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("20", "That is more than the 17.98 left to pay."),
        ("0", "The amount must be above zero."),
        ("-1", "The amount must be above zero."),
        ("1.234", "That is not an amount."),
    ],
)
def test_a_wrong_amount_is_refused_beside_the_field(show: Show, typed: str, words: str) -> None:
    screen = sample_orders.payment()
    show(screen)
    tendered = heard(screen.tendered)
    entry = field(screen, "Amount")
    type_text(entry, typed)
    press(screen.tendering.keys["card"])
    assert (tendered, entry.accessibleDescription()) == ([], words)


def test_a_gift_card_is_asked_for_its_number(show: Show) -> None:
    screen = sample_orders.payment()
    show(screen)
    tendered = heard(screen.tendered)
    press(screen.tendering.keys["gift_card"])
    press(key(screen, "OK"))
    entry = field(screen, "Gift card number")
    assert (tendered, entry.accessibleDescription()) == ([], "Scan or type the number.")
    screen.tendering.give_reference("GC-4417")
    assert tendered == [("gift_card", eur(1798), "GC-4417")]


def test_a_part_can_be_taken_back(show: Show) -> None:
    screen = sample_orders.payment()
    show(screen)
    removed, back = heard(screen.payment_removed), heard(screen.back_pressed)
    press(key(screen, "Back"))
    press(key(screen, "Take back Gift card 25.00"))
    assert (removed, back) == ([("p1",)], [])


def test_a_key_may_take_away_its_own_row(show: Show) -> None:
    screen = sample_orders.payment()
    show(screen)
    parts = [TakenPayment(str(number), "Cash", eur(number), removable=True) for number in range(1, 9)]

    def remove(payment_id: str) -> None:
        parts[:] = [part for part in parts if part.payment_id != payment_id]
        screen.show_taken(parts)
        gc.collect()

    screen.payment_removed.connect(remove)
    screen.show_taken(parts)
    for number in range(1, 9):
        press(key(screen, f"Take back Cash 0.0{number}"))
    assert parts == []


def test_an_unknown_card_payment_offers_its_ways_out(show: Show) -> None:
    screen = sample_orders.payment_card_unknown()
    show(screen)
    again, decided = heard(screen.card_asked_again), heard(screen.card_decided)
    press(key(screen, "Ask the terminal again"))
    press(key(screen, "It was paid"))
    press(key(screen, "It was not paid"))
    assert (len(again), decided) == (1, [(True,), (False,)])
    screen.show_card(CardView(CardState.DECLINED, eur(1798), "Insufficient funds"))
    left, retried = heard(screen.card_left), heard(screen.card_tried_again)
    press(key(screen, "Another tender"))
    press(key(screen, "Try again"))
    assert (len(left), len(retried)) == (1, 1)
    assert named(screen, "Insufficient funds").isVisible()


def test_money_going_back_is_said_so_and_handed_over_positive(show: Show) -> None:
    screen = sample_orders.payment()
    screen.show_head(PaymentHead("Refund", "", eur(-4298), eur(-4298)))
    show(screen)
    tendered = heard(screen.tendered)
    assert named(screen, "To pay back").isVisible()
    press(screen.tendering.keys["cash"])
    assert tendered == [("cash", eur(4298), "")]


def test_the_change_is_shown_and_the_receipt_chosen(show: Show) -> None:
    screen = sample_orders.payment_done()
    show(screen)
    finished = heard(screen.finished)
    assert named(screen, "32.02").height() > 60
    press(named(screen, "E-mail"))
    entry = field(screen, "E-mail")
    type_text(entry, "maria")
    press(key(screen, "Next customer"))
    assert (finished, entry.accessibleDescription()) == ([], "That is no e-mail address.")
    type_text(entry, "@example.org")
    strike(screen.done.next_key, Qt.Key.Key_F12)
    assert finished == [(Receipt.EMAIL, "maria@example.org")]
