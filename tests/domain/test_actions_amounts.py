"""Each action of the dialog says what it takes, gives, prints and sends, or why it cannot be chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_sync.domain.actions import (
    Action,
    ActionCode,
    Connection,
    DialogContext,
    Draft,
    Effect,
    EffectCode,
    HintCode,
    MessageKind,
    StockEffect,
    StockEffectKind,
    available_actions,
    what_will_happen,
)
from site_sync.domain.customers import Customer
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.errors import Code
from site_sync.domain.orders import Bag, Bucket, Delivery, DeliveryMode, Order
from site_sync.domain.particulars import LineQuantity
from site_sync.domain.permissions import Right, Role, rights_of
from site_sync.domain.policies import DepositPolicy, OfflineCollect, Policy
from tests.builders import KILO, NOW, euro, line, order, payment, quote, service
from tests.domain.test_actions import DEPOSIT, actions, opened, voided

_A = ActionCode
CASHIER = rights_of(Role.CASHIER)
MOCKUP = order(line(1, 16_500), line(2, 4_990, to_pick=1), store="S03")


def new(drafted: Order, *marked: LineQuantity) -> tuple[Order, Draft]:
    """A draft never saved."""
    return drafted, Draft(drafted, "S01", new=True, changed=True, marked=marked)


def recalled(saved: Order, *marked: LineQuantity) -> tuple[Order, Draft]:
    """A saved order as it is."""
    return saved, Draft(saved, "S01", marked=marked)


def happens(pair: tuple[Order, Draft], code: ActionCode, rights: frozenset[Right] = CASHIER) -> list[Effect]:
    """The sentences of one action."""
    return list(what_will_happen(actions(pair, rights)[code], *pair))


def reason(action: Action) -> Code | None:
    """Why the action is disabled."""
    return action.reason.code if action.reason else None


def test_the_deposit_of_the_mockup() -> None:
    offered = actions(new(MOCKUP), CASHIER)
    deposit = offered[_A.PAY_DEPOSIT]
    assert deposit.main
    assert (deposit.amount_now, deposit.amount_left) == (euro(4_298), euro(17_192))
    assert (deposit.least, deposit.most) == (euro(4_298), euro(21_490))
    assert deposit.hint is not None
    assert deposit.hint.facts == {"percent": 2_000, "amount": euro(4_298)}
    assert offered[_A.PAY_IN_FULL].amount_now == euro(21_490)
    assert offered[_A.PAY_IN_FULL].amount_left == euro(0)


def test_what_will_happen_in_the_mockup() -> None:
    drafted = order(line(1, 16_500), line(2, 1_330, to_pick=3), store="S03")
    assert happens(new(drafted), _A.PAY_DEPOSIT) == [
        Effect(EffectCode.RESERVES, {"items": 4, "store": "S01"}),
        Effect(EffectCode.TAKES_NOW_REST_LATER, {"now": euro(4_098), "left": euro(16_392)}),
        Effect(EffectCode.PRINTS, {"document": "deposit_receipt"}),
        Effect(EffectCode.PRINTS, {"document": "order_confirmation"}),
        Effect(EffectCode.SENDS, {"message": "confirmation", "name": "Maria"}),
    ]


def test_saving_without_the_deposit_needs_a_supervisor_and_a_reason() -> None:
    for code in (_A.SAVE, _A.SAVE_AND_PRINT):
        locked = actions(new(MOCKUP), CASHIER)[code]
        assert locked.enabled
        assert locked.missing == (Right.DEPOSIT_OVERRIDE_MINIMUM,)
        assert locked.needs_reason
        assert locked.amount_left == euro(21_490)
        assert actions(new(MOCKUP), rights_of(Role.SUPERVISOR))[code].missing == ()
        assert not actions(new(MOCKUP), CASHIER, policy=Policy())[code].needs_reason
    assert happens(new(MOCKUP), _A.SAVE)[-1] == (
        Effect(EffectCode.NEEDS_APPROVAL, {"right": "deposit.override_minimum"})
    )


def test_more_payment_is_free_up_to_the_balance() -> None:
    more = actions(recalled(order(line(1, 4_000), paid=800)))[_A.PAY_DEPOSIT]
    assert (more.amount_now, more.least, more.most) == (euro(3_200), euro(1), euro(3_200))
    assert more.hint is not None
    assert more.hint.code is HintCode.MORE_PAYMENT
    assert more.documents == (DocumentKind.DEPOSIT_RECEIPT,)
    assert more.message is None


def test_an_order_that_costs_nothing_is_saved_and_never_paid() -> None:
    offered = actions(new(order(line(1, 0))))
    assert reason(offered[_A.PAY_DEPOSIT]) is reason(offered[_A.PAY_IN_FULL]) is Code.NOTHING_TO_PAY
    assert offered[_A.SAVE].main


def test_where_deposits_are_not_allowed_only_shipped_orders_are_paid_ahead() -> None:
    none = Policy(deposit=DepositPolicy(allowed=False))
    offered = actions(new(order(line(1, 500))), policy=none)
    assert reason(offered[_A.PAY_DEPOSIT]) is reason(offered[_A.PAY_IN_FULL]) is Code.DEPOSIT_NOT_ALLOWED
    shipped = order(line(1, 500), mode=DeliveryMode.SHIP)
    offered = actions(recalled(shipped), policy=none)
    assert offered[_A.PAY_DEPOSIT].amount_now == euro(500)
    assert reason(offered[_A.PICK_UP_ALL]) is None


def test_units_marked_for_pickup_cost_their_value_less_their_share_of_the_deposit() -> None:
    pair = recalled(order(line(1, 1_000), line(2, 3_000), paid=800), LineQuantity(1, 1))
    offered = actions(pair)
    assert offered[_A.CONTINUE_TO_PAYMENT].amount_now == euro(800)
    assert offered[_A.CONTINUE_TO_PAYMENT].amount_left == euro(2_400)
    assert offered[_A.PICK_UP_SELECTED].amount_now == euro(800)
    assert offered[_A.PICK_UP_ALL].amount_now == euro(3_200)
    hint = offered[_A.CONTINUE_TO_PAYMENT].hint
    assert hint is not None
    assert (hint.code, hint.facts) == (HintCode.MARKED_LINES, {"lines": 1})


def test_without_marks_lines_are_chosen_or_everything_is_continued_with() -> None:
    offered = actions(recalled(order(line(1, 1_000), line(2, 3_000), paid=800)))
    chosen = offered[_A.PICK_UP_SELECTED]
    assert chosen.hint is not None
    assert chosen.hint.code is HintCode.CHOOSE_LINES
    assert chosen.stock == ()
    assert offered[_A.CONTINUE_TO_PAYMENT].amount_now == euro(3_200)


def test_carrying_out_a_part_of_a_new_order_pays_at_least_the_minimum_deposit() -> None:
    drafted = order(line(1, 100), line(2, 9_900))
    part = actions(new(drafted, LineQuantity(1, 1)))[_A.CONTINUE_TO_PAYMENT]
    assert (part.amount_now, part.amount_left) == (euro(2_000), euro(8_000))
    assert part.stock == (
        StockEffect(StockEffectKind.RESERVE, 1, "S01"),
        StockEffect(StockEffectKind.HAND_OVER, 1, "S01"),
    )
    assert part.documents == (DocumentKind.SALES_RECEIPT, DocumentKind.ORDER_CONFIRMATION)
    whole = actions(new(drafted))[_A.CONTINUE_TO_PAYMENT]
    assert whole.documents == (DocumentKind.SALES_RECEIPT,)
    assert whole.stock == (StockEffect(StockEffectKind.HAND_OVER, 2, "S01"),)


def test_goods_in_another_store_cannot_be_picked_up_here() -> None:
    elsewhere = order(line(1, store="S02"), line(2), line(3, picked=1))
    offered = actions(recalled(elsewhere))
    refused = offered[_A.PICK_UP_ALL].reason
    assert refused is not None
    assert refused.code is Code.NOT_IN_THIS_STORE
    assert refused.facts == {"lines": 1, "store": "S01"}
    assert actions(recalled(elsewhere, LineQuantity(2, 1)))[_A.PICK_UP_SELECTED].enabled
    waiting = order(line(1, picked=1), store="S03")
    assert reason(actions(recalled(waiting))[_A.PICK_UP_ALL]) is Code.NOT_IN_THIS_STORE
    sent = order(line(1, store="S02", picked=1))
    assert actions(recalled(sent))[_A.PICK_UP_ALL].enabled


def test_voiding_everything_pays_all_of_the_deposit_back() -> None:
    saved = order(line(1), line(2, picked=1), paid=800)
    after = voided(saved, 1).after
    gone = after.line(2)
    held = gone.quantities.move(Bucket.PICKED, Bucket.TO_PUT_BACK, 1)
    draft = Draft(after.with_line(replace(gone, quantities=held)), "S01", changed=True, voided=(1, 2))
    back = actions((saved, draft))[_A.PAY_BACK_DEPOSIT]
    assert back.main
    assert back.amount_now == euro(-800)
    assert back.stock == (
        StockEffect(StockEffectKind.RELEASE, 1, "S01"),
        StockEffect(StockEffectKind.PUT_BACK, 1, "S01"),
    )
    assert happens((saved, draft), _A.PAY_BACK_DEPOSIT)[2:] == [
        Effect(EffectCode.PAYS_BACK, {"amount": euro(800)}),
        Effect(EffectCode.PRINTS, {"document": "refund_receipt"}),
        Effect(EffectCode.PRINTS, {"document": "cancellation"}),
        Effect(EffectCode.SENDS, {"message": "cancelled", "name": "Maria"}),
    ]
    kept = happens((saved, draft), _A.KEEP_AS_CREDIT)
    assert Effect(EffectCode.KEEPS_AS_CREDIT, {"amount": euro(800), "name": "Maria Jensen"}) in kept


def test_without_money_there_is_nothing_to_pay_back() -> None:
    saved = order(line(1))
    offered = actions((saved, voided(saved, 1)))
    assert (
        reason(offered[_A.PAY_BACK_DEPOSIT]) is reason(offered[_A.KEEP_AS_CREDIT]) is Code.NOTHING_TO_REFUND
    )
    assert offered[_A.CANCEL_ORDER].main
    assert reason(actions(new(order()))[_A.PAY_BACK_DEPOSIT]) is Code.NOTHING_TO_REFUND


def test_cancelling_asks_what_becomes_of_the_deposit() -> None:
    saved = order(line(1, to_pick=2), line(2, picked=1), paid=500)
    cancel = actions(recalled(saved))[_A.CANCEL_ORDER]
    assert cancel.stock == (
        StockEffect(StockEffectKind.RELEASE, 2, "S01"),
        StockEffect(StockEffectKind.PUT_BACK, 1, "S01"),
    )
    assert cancel.message is MessageKind.CANCELLED
    sentences = happens(recalled(saved), _A.CANCEL_ORDER)
    assert Effect(EffectCode.CANCELS, {"number": saved.number}) in sentences
    assert Effect(EffectCode.ASKS_ABOUT_DEPOSIT, {"amount": euro(500)}) in sentences
    unpaid = actions(recalled(order(line(1))))[_A.CANCEL_ORDER]
    assert unpaid.hint is None
    assert EffectCode.ASKS_ABOUT_DEPOSIT not in {e.code for e in happens(recalled(order()), _A.CANCEL_ORDER)}


def test_a_quote_reserves_nothing_until_it_is_an_order() -> None:
    saved = quote(line(1, 1_000, to_pick=2))
    pair = saved, Draft(saved, "S01", changed=True)
    offered = actions(pair)
    assert offered[_A.SAVE].stock == offered[_A.CANCEL_ORDER].stock == ()
    assert offered[_A.CANCEL_ORDER].message is None
    assert Effect(EffectCode.RESERVES_NOTHING) in happens(pair, _A.SAVE)
    convert = offered[_A.CONVERT_QUOTE]
    assert convert.amount_now == euro(400)
    assert convert.stock == (StockEffect(StockEffectKind.RESERVE, 2, "S01"),)
    assert happens(pair, _A.CONVERT_QUOTE)[0] == Effect(EffectCode.BECOMES_ORDER, {"number": saved.number})
    assert offered[_A.CONTINUE_TO_PAYMENT].stock == (StockEffect(StockEffectKind.HAND_OVER, 2, "S01"),)
    assert offered[_A.PRINT].documents == (DocumentKind.QUOTE,)
    instead = actions(new(order(line(1))))[_A.SAVE_AS_QUOTE]
    assert (instead.stock, instead.documents) == ((), (DocumentKind.QUOTE,))
    assert instead.message is None


def test_changes_reserve_and_release_the_difference() -> None:
    weighed = replace(line(3, 1_999, to_pick=750), unit=KILO)
    saved = order(line(1, to_pick=3), line(2), line(4))
    after = replace(saved, lines=(line(1, to_pick=1), line(2, store="S02"), weighed))
    offered = actions((saved, Draft(after, "S01", changed=True)), policy=Policy())
    assert offered[_A.SAVE].stock == (
        StockEffect(StockEffectKind.RESERVE, 1, "S01"),
        StockEffect(StockEffectKind.RESERVE, 1, "S02"),
        StockEffect(StockEffectKind.RELEASE, 4, "S01"),
    )


def test_services_cost_money_but_move_no_stock() -> None:
    pair = recalled(order(line(1, picked=1), service(2, 500, to_pick=1)))
    whole = actions(pair)[_A.PICK_UP_ALL]
    assert whole.amount_now == euro(1_500)
    assert whole.stock == (StockEffect(StockEffectKind.HAND_OVER, 1, "S01"),)


def test_a_change_that_raises_the_minimum_asks_for_more() -> None:
    saved = order(line(1, 1_000), paid=200)
    after = replace(saved, lines=(line(1, 1_000), line(2, 9_000)))
    offered = actions((saved, Draft(after, "S01", changed=True)), CASHIER)
    assert offered[_A.SAVE].missing == (Right.DEPOSIT_OVERRIDE_MINIMUM,)
    assert (offered[_A.PAY_DEPOSIT].least, offered[_A.PAY_DEPOSIT].main) == (euro(1_800), True)
    assert offered[_A.PAY_DEPOSIT].documents == (
        DocumentKind.DEPOSIT_RECEIPT,
        DocumentKind.ORDER_CONFIRMATION,
    )
    assert not actions((saved, Draft(saved, "S01", changed=True)), CASHIER)[_A.SAVE].locked


def test_a_stranger_nobody_can_call_back_gets_a_quote_but_no_order() -> None:
    nameless = replace(order(line(1)), customer=Customer())
    offered = actions(new(nameless))
    assert reason(offered[_A.SAVE]) is reason(offered[_A.PAY_DEPOSIT]) is Code.CONTACT_NEEDED
    assert offered[_A.SAVE_AS_QUOTE].enabled
    assert offered[_A.SAVE_AS_QUOTE].message is None
    assert reason(actions(new(order(line(1), store="")))[_A.SAVE_AS_QUOTE]) is Code.STORE_NEEDED
    assert reason(actions(recalled(replace(quote(), customer=Customer())))[_A.CONVERT_QUOTE]) is (
        Code.CONTACT_NEEDED
    )


def test_somebody_without_a_name_is_told_by_mail_or_phone() -> None:
    mailed = replace(order(line(1)), customer=Customer(email="m@example.com", phone="+45"))
    assert happens(new(mailed), _A.PAY_IN_FULL)[-1].facts["name"] == "m@example.com"


def test_what_the_stage_forbids_says_so() -> None:
    done = order(line(1, collected=1), paid=1_000)
    offered = actions(recalled(done))
    for code in (_A.PICK_UP_ALL, _A.CANCEL_ORDER, _A.CHANGE_DETAILS):
        assert reason(offered[code]) is Code.NOT_ALLOWED_IN_STAGE
    assert offered[_A.PRINT].enabled
    assert what_will_happen(offered[_A.CANCEL_ORDER], *recalled(done)) == ()
    shipping = order(line(1, picked=1), mode=DeliveryMode.SHIP, paid=1_000)
    assert reason(actions(recalled(shipping))[_A.PICK_UP_ALL]) is Code.NOT_ALLOWED_IN_STAGE


def test_a_change_of_store_for_goods_that_wait_is_a_transfer() -> None:
    saved, draft = opened(DialogContext.TO_COLLECT)
    assert happens((saved, draft), _A.CHANGE_DETAILS) == [Effect(EffectCode.WOULD_TRAVEL)]
    sent = replace(saved, delivery=Delivery(store="S02"), bags=(Bag(1, "", ((1, 1),), "S01"),))
    told = happens((saved, replace(draft, after=sent, changed=True)), _A.SAVE)
    assert Effect(EffectCode.TRANSFERS, {"store": "S02"}) in told


def test_what_ends_without_a_trace_says_so() -> None:
    drafted = new(order(line(1)))
    assert happens(drafted, _A.DISCARD_ORDER) == [
        Effect(EffectCode.FORGETS_ORDER, {"number": drafted[0].number})
    ]
    saved = order(line(1))
    assert [e.code for e in happens((saved, voided(saved, 1)), _A.DISCARD_CHANGES)] == [
        EffectCode.FORGETS_CHANGES
    ]
    assert happens(opened(DialogContext.EXPIRED), _A.EXTEND)[0].code is EffectCode.GIVES_MORE_TIME


def test_paying_in_full_and_picking_up_leave_nothing_to_tell_of_money_later() -> None:
    saved = order(line(1, 1_000), paid=400)
    assert Effect(EffectCode.TAKES_NOW, {"now": euro(600)}) in happens(recalled(saved), _A.PAY_IN_FULL)
    paid_up = order(line(1, 1_000), paid=1_000)
    told = {effect.code for effect in happens(recalled(paid_up), _A.PICK_UP_ALL)}
    assert told == {EffectCode.HANDS_OVER, EffectCode.PRINTS}
    later = Draft(saved, "S01", changed=True)
    assert Effect(EffectCode.LEAVES_TO_PAY, {"left": euro(600)}) in happens((saved, later), _A.SAVE)


OFFLINE = Connection.OFFLINE


def offline(
    pair: tuple[Order, Draft], rights: frozenset[Right] = CASHIER, **settings: object
) -> dict[ActionCode, Action]:
    """The dialog of a till that is cut off."""
    policy = replace(DEPOSIT, **settings)  # type: ignore[arg-type]
    return {a.code: a for a in available_actions(*pair, policy, rights, OFFLINE)}


def why(action: Action) -> object:
    """What needs the centre."""
    assert action.reason is not None
    assert action.reason.code is Code.OFFLINE
    return action.reason.facts["why"]


def test_offline_a_till_makes_orders_and_takes_money() -> None:
    offered = offline(new(MOCKUP))
    for code in (_A.PAY_DEPOSIT, _A.PAY_IN_FULL, _A.SAVE, _A.SAVE_AS_QUOTE):
        assert offered[code].enabled
    assert offline(recalled(order(line(1))))[_A.PAY_DEPOSIT].enabled


def test_offline_orders_of_another_store_are_left_alone() -> None:
    saved = replace(order(line(1, picked=1), paid=500), store="S02", ready_at=NOW)
    offered = offline((saved, Draft(saved, "S01", changed=True)))
    for code in (_A.SAVE, _A.CANCEL_ORDER, _A.CHANGE_DETAILS):
        assert why(offered[code]) == "other_store"
    assert offered[_A.PICK_UP_ALL].enabled
    assert why(offline(recalled(order(line(1), store="S03")))[_A.PICK_UP_ALL]) == "other_store"


@pytest.mark.parametrize(
    ("setting", "missing"),
    [
        (OfflineCollect.WITH_APPROVAL, (Right.ORDER_COLLECT_UNVERIFIED,)),
        (OfflineCollect.ALWAYS, ()),
    ],
)
def test_offline_goods_are_handed_over_by_setting(
    setting: OfflineCollect, missing: tuple[Right, ...]
) -> None:
    ready = replace(order(line(1, picked=1)), ready_at=NOW)
    offered = offline(recalled(ready), offline_collect=setting)
    assert offered[_A.PICK_UP_ALL].missing == missing
    carried_out = offline(new(order(line(1))), offline_collect=setting)
    assert carried_out[_A.CONTINUE_TO_PAYMENT].missing == ()


def test_offline_goods_stay_where_the_setting_says_never() -> None:
    offered = offline(recalled(order(line(1, picked=1))), offline_collect=OfflineCollect.NEVER)
    assert why(offered[_A.PICK_UP_ALL]) == "collect"


def test_offline_only_small_cash_refunds_are_given() -> None:
    def expired(amount: int, tender: str) -> tuple[Order, Draft]:
        gone = replace(order(line(1, to_put_back=1)), expired_at=NOW, payments=(payment(amount, tender),))
        return recalled(gone)

    assert offline(expired(500, "cash"))[_A.PAY_BACK_DEPOSIT].enabled
    assert why(offline(expired(500, "card"))[_A.PAY_BACK_DEPOSIT]) == "card_refund"
    assert why(offline(expired(10_001, "cash"))[_A.PAY_BACK_DEPOSIT]) == "refund_limit"
    assert why(offline(expired(500, "cash"))[_A.KEEP_AS_CREDIT]) == "credit"
    assert actions(expired(10_001, "card"))[_A.PAY_BACK_DEPOSIT].enabled
