"""Every way an act can be refused is reached, and a refusal says what a sentence needs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import site_sync.domain.lifecycle
from site_sync.domain import commands as acts
from site_sync.domain.commands import Act, ActKind
from site_sync.domain.customers import Collector, Customer
from site_sync.domain.deadlines import Calendar
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle import Context, decide
from site_sync.domain.money import ABSURD_AMOUNT, Money
from site_sync.domain.orders import (
    Bag,
    Bucket,
    Claim,
    Delivery,
    DeliveryMode,
    Order,
    OrderKind,
    PaymentKind,
    Stage,
)
from site_sync.domain.particulars import (
    Identity,
    IdentityBy,
    LineChange,
    LinePrice,
    LineQuantity,
    ShortNext,
    Tendered,
)
from site_sync.domain.permissions import Right, Role, rights_of
from site_sync.domain.policies import DepositAtEnd, DepositPolicy, IdentityCheck, Policy
from site_sync.domain.stock import StockLevel
from site_sync.domain.units import TakenUnits
from tests.builders import BOSS, CLERK, NOW, command, euro, later, line, new_line, order, payment, tendered
from tests.domain.lifecycle.examples import (
    KNOWN,
    code,
    collect,
    context,
    create,
    decided,
    done,
    fitting,
    in_stage,
    refund,
    refusal,
)

CASHIER = rights_of(Role.CASHIER)
PICKER = rights_of(Role.PICKER)
EMPTY = context(available={})
DEPOSIT = Policy(deposit=DepositPolicy(minimum_percent=2_000))
CODE_X = Identity(IdentityBy.CODE, "x")
CROWNS = Money(100, "DKK")
PAID = replace(order(line(1, picked=1), line(2)), payments=(replace(payment(5_000), id="paid"),))
BOSSES = replace(in_stage(Stage.PICKING), claim=Claim(BOSS.id, BOSS.name, NOW))
COLLECTED = order(line(1, to_pick=1, collected=1, discount=100))
TO_PICK, READY, GONE = in_stage(Stage.TO_PICK), in_stage(Stage.TO_COLLECT), in_stage(Stage.TO_PUT_BACK)
SENT, ASKED = fitting(Stage.PICKING, ActKind.RECEIVE), fitting(Stage.PICKING, ActKind.ANSWER_SUBSTITUTE)
OLE = Collector("Ole Holm")
SENT = replace(SENT, bags=(*SENT.bags, Bag(2)))
QUOTE, DONE = in_stage(Stage.QUOTE), in_stage(Stage.DONE)


def line_of(**particulars: object) -> Act:
    """A creation with one line of these particulars."""
    return create(lines=(replace(new_line(), **particulars),))  # type: ignore[arg-type]


def changed(**particulars: object) -> Act:
    """An amendment of line 1."""
    return acts.Amend(change=(replace(LineChange(1), **particulars),))  # type: ignore[arg-type]


Case = tuple[Code, Order | None, Act, Context | None]
CASES: list[Case] = [
    (Code.ORDER_UNKNOWN, None, acts.ClaimPicking(), None),
    (Code.ORDER_EXISTS, TO_PICK, create(), None),
    (Code.NOT_ALLOWED_IN_STAGE, DONE, acts.ClaimPicking(), None),
    (Code.NOT_ALLOWED_IN_STAGE, replace(DONE, shipped_at=None), acts.Deliver(), None),
    (Code.NOT_ALLOWED_IN_STAGE, replace(DONE, delivered_at=NOW), acts.Deliver(), None),
    (Code.NOT_ALLOWED_IN_STAGE, replace(GONE, expired=()), acts.Extend(later(9)), None),
    (Code.NOT_ALLOWED_IN_STAGE, QUOTE, acts.Amend(collect=collect(pays=2_000)), None),
    (Code.NOT_ALLOWED_IN_STAGE, QUOTE, acts.Amend(payments=(tendered(100),)), None),
    (Code.NOT_ALLOWED_IN_STAGE, None, create(OrderKind.QUOTE, collect=collect(pays=1_000)), None),
    (Code.NOT_ALLOWED_IN_STAGE, None, create(OrderKind.QUOTE, payments=(tendered(1),)), None),
    (Code.ALREADY_COLLECTED, DONE, collect(), None),
    (Code.ALREADY_COLLECTED, COLLECTED, collect((1, 2), pays=1_000), None),
    (Code.ALREADY_COLLECTED, order(line(1, collected=1), line(2)), acts.Amend(void=(1,)), None),
    (Code.ALREADY_COLLECTED, COLLECTED, changed(unit_price=euro(900)), None),
    (Code.ALREADY_COLLECTED, COLLECTED, changed(discount=euro(0)), None),
    (Code.RIGHT_NEEDED, None, create(), context(rights=PICKER)),
    (Code.RIGHT_NEEDED, TO_PICK, changed(unit_price=euro(1)), context(rights=CASHIER)),
    (Code.NO_LINES, None, create(lines=()), None),
    (Code.QUANTITY_INVALID, None, line_of(quantity=0), None),
    (Code.QUANTITY_INVALID, None, line_of(quantity=1_000_001), None),
    (Code.QUANTITY_INVALID, TO_PICK, changed(quantity=-1), None),
    (Code.QUANTITY_INVALID, COLLECTED, changed(quantity=0), None),
    (Code.QUANTITY_INVALID, order(line(1, picked=1), line(2, cancelled=1)), collect((2, 0)), None),
    (Code.QUANTITY_INVALID, TO_PICK, acts.Collect(KNOWN, ()), None),
    (Code.QUANTITY_INVALID, TO_PICK, acts.Cancel("x", ()), None),
    (Code.QUANTITY_INVALID, TO_PICK, acts.PutBack(()), None),
    (Code.QUANTITY_INVALID, replace(READY, reminders=1), acts.Remind(1), None),
    (Code.QUANTITY_TOO_LARGE, TO_PICK, acts.Pick(1, 3), None),
    (Code.QUANTITY_TOO_LARGE, TO_PICK, collect((1, 3), pays=1), None),
    (Code.QUANTITY_TOO_LARGE, TO_PICK, acts.Cancel("x", (LineQuantity(1, 3),)), None),
    (Code.QUANTITY_TOO_LARGE, TO_PICK, acts.PutBack((LineQuantity(2, 2),)), None),
    (Code.TEXT_INVALID, None, line_of(description="x" * 201), None),
    (Code.TEXT_INVALID, None, create(comment_staff="\x07"), None),
    (Code.TEXT_INVALID, TO_PICK, acts.AddNote("  "), None),
    (Code.CURRENCY_MISMATCH, None, line_of(unit_price=CROWNS), None),
    (Code.CURRENCY_MISMATCH, None, line_of(discount=CROWNS), None),
    (Code.CURRENCY_MISMATCH, TO_PICK, changed(unit_price=CROWNS), None),
    (Code.CURRENCY_MISMATCH, TO_PICK, changed(discount=CROWNS), None),
    (Code.CURRENCY_MISMATCH, TO_PICK, acts.TakePayment((Tendered("p", "cash", CROWNS),)), None),
    (Code.AMOUNT_INVALID, None, line_of(unit_price=euro(-1)), None),
    (Code.AMOUNT_INVALID, None, line_of(tax_rate=10_001), None),
    (Code.AMOUNT_INVALID, TO_PICK, changed(unit_price=euro(-1)), None),
    (Code.AMOUNT_INVALID, TO_PICK, acts.TakePayment(()), None),
    (Code.AMOUNT_INVALID, TO_PICK, acts.TakePayment((tendered(0),)), None),
    (Code.AMOUNT_INVALID, TO_PICK, acts.RefundPayment(()), None),
    (Code.AMOUNT_ABSURD, None, line_of(unit_price=euro(ABSURD_AMOUNT + 1)), None),
    (Code.AMOUNT_ABSURD, None, line_of(quantity=2, unit_price=euro(ABSURD_AMOUNT)), None),
    (Code.AMOUNT_ABSURD, TO_PICK, acts.TakePayment((tendered(ABSURD_AMOUNT + 1),)), None),
    (Code.AMOUNT_ABSURD, TO_PICK, changed(unit_price=euro(ABSURD_AMOUNT)), None),
    (Code.DISCOUNT_TOO_LARGE, None, line_of(discount=euro(1_001)), None),
    (Code.DISCOUNT_TOO_LARGE, TO_PICK, changed(discount=euro(2_001)), None),
    (Code.LINE_UNKNOWN, TO_PICK, acts.Pick(7, 1), None),
    (Code.ADDRESS_NEEDED, None, create(delivery=Delivery("ship", DeliveryMode.SHIP)), None),
    (Code.STORE_NEEDED, None, create(delivery=Delivery()), None),
    (Code.STORE_NEEDED, TO_PICK, acts.ReportShort(1, 1, ShortNext.OTHER_STORE), None),
    (Code.STORE_NEEDED, TO_PICK, acts.ReportShort(1, 1, ShortNext.OTHER_STORE, "S01"), None),
    (Code.STORE_UNKNOWN, None, create(), context(calendars={"S09": Calendar()})),
    (Code.CONTACT_NEEDED, None, create(customer=Customer(name=" ")), None),
    (Code.INSUFFICIENT_STOCK, None, create(), EMPTY),
    (Code.INSUFFICIENT_STOCK, TO_PICK, acts.Amend(add=(new_line(),)), EMPTY),
    (Code.INSUFFICIENT_STOCK, TO_PICK, acts.ReportShort(1, 1, ShortNext.OTHER_STORE, "S02"), EMPTY),
    (Code.BELOW_MINIMUM_DEPOSIT, None, create(), context(rights=CASHIER, policy=DEPOSIT)),
    (Code.REASON_NEEDED, None, create(), context(policy=DEPOSIT)),
    (Code.DEPOSIT_NOT_ALLOWED, TO_PICK, acts.TakePayment((tendered(1),)),
     context(policy=Policy(deposit=DepositPolicy(allowed=False)))),
    (Code.OVER_BALANCE, TO_PICK, acts.TakePayment((tendered(5_001),)), None),
    (Code.BALANCE_DUE, TO_PICK, collect(pays=4_999), context(rights=CASHIER)),
    (Code.REASON_NEEDED, TO_PICK, collect(pays=4_999), None),
    (Code.PAYMENT_UNKNOWN, PAID, acts.RefundPayment((refund(1, "other"),)), None),
    (Code.PAYMENT_UNKNOWN,
     replace(PAID, payments=(replace(payment(1, kind=PaymentKind.CREDIT), id="paid"), payment(9_000))),
     acts.RefundPayment((refund(1),)), None),
    (Code.PAYMENT_REPEATED, PAID, acts.KeepCredit("paid", euro(1)), None),
    (Code.PAYMENT_REPEATED, PAID, acts.KeepCredit("", euro(1)), None),
    (Code.NOTHING_TO_REFUND, PAID, acts.RefundPayment((refund(3_001),)), None),
    (Code.NOTHING_TO_REFUND, PAID, acts.KeepCredit("c", euro(3_001)), None),
    (Code.REFUND_OVER_PAYMENT, PAID, acts.RefundPayment((refund(5_001),)), None),
    (Code.REFUND_OTHER_TENDER, PAID, acts.RefundPayment((refund(1, tender="card"),)),
     context(rights=CASHIER)),
    (Code.REASON_NEEDED, PAID, acts.RefundPayment((refund(1, tender="card"),)), None),
    (Code.CLAIMED_BY_OTHER, BOSSES, acts.ClaimPicking(), None),
    (Code.CLAIMED_BY_OTHER, BOSSES, acts.ClaimPicking(take_over=True), context(rights=PICKER)),
    (Code.CLAIMED_BY_OTHER, BOSSES, acts.Pick(1, 1), context(rights=PICKER)),
    (Code.STILL_TO_PICK, in_stage(Stage.PICKING), acts.ConfirmPicking(), None),
    (Code.NOTHING_PICKED, replace(order(line(1, picked=1)), claim=Claim(CLERK.id, "", NOW)),
     acts.ReleasePicking(), None),
    (Code.BAG_INVALID, TO_PICK, acts.Pick(1, 1, bag=0), None),
    (Code.BAG_UNKNOWN, TO_PICK, acts.PlaceBag(7, "A1"), None),
    (Code.BAG_INVALID, SENT, acts.Pick(1, 1, 1), None),
    (Code.BAGS_ON_THEIR_WAY, replace(SENT, lines=READY.lines), acts.ConfirmPicking(), None),
    (Code.BAGS_ON_THEIR_WAY, SENT, collect(pays=5_000), None),
    (Code.NOTHING_TO_RECEIVE, in_stage(Stage.PICKING), acts.Receive(), None),
    (Code.NOTHING_TO_RECEIVE, SENT, acts.Receive((1, 2)), None),
    (Code.FOLLOW_UP_NEEDED, TO_PICK, acts.ReportShort(1, 1, ShortNext.SHIP_LATER), None),
    (Code.SUBSTITUTE_DEARER, TO_PICK, acts.Substitute(1, 1, new_line("B", price=1_001)),
     context(rights=PICKER)),
    (Code.SUBSTITUTE_SAME, TO_PICK, acts.Substitute(1, 1, new_line("SKU1")), None),
    (Code.INSUFFICIENT_STOCK, TO_PICK, acts.Substitute(1, 1, new_line("B")), EMPTY),
    (Code.SUBSTITUTE_UNANSWERED, replace(ASKED, lines=READY.lines), acts.ConfirmPicking(), None),
    (Code.NOTHING_ASKED, in_stage(Stage.PICKING), acts.AnswerSubstitute(1, True), None),
    (Code.CODE_WRONG, replace(TO_PICK, collector_issue=2), acts.NameCollector(OLE, "x", 2), None),
    (Code.TEXT_INVALID, TO_PICK, acts.NameCollector(Collector(" ")), None),
    (Code.CODE_WRONG, TO_PICK, collect(identity=CODE_X), None),
    (Code.CODE_WRONG, replace(TO_PICK, code_hash="y"), collect(identity=CODE_X), None),
    (Code.IDENTITY_NEEDED, TO_PICK, collect(),
     context(rights=CASHIER, policy=Policy(identity=IdentityCheck.APPROVAL))),
    (Code.DEADLINE_INVALID, READY, acts.Extend(NOW), None),
    (Code.DEADLINE_INVALID, READY, acts.Extend(NOW + timedelta(days=91)), None),
    (Code.NOT_EXPIRED_YET, replace(READY, collect_by=later(1)), acts.Expire(), None),
    (Code.NOTHING_TO_UNDO, DONE, acts.UndoCollect("x"), None),
    (Code.NOTHING_TO_UNDO, fitting(Stage.DONE, ActKind.REOPEN), acts.Reopen("another"), None),
    (Code.NOTHING_TO_UNDO, TO_PICK, acts.Amend(restore=(TakenUnits(1, Bucket.SHORT, 1),)), None),
    (Code.QUANTITY_TOO_LARGE, TO_PICK, acts.Amend(restore=(TakenUnits(1, Bucket.TO_PICK, 1),)), None),
    (Code.INSUFFICIENT_STOCK, fitting(Stage.DONE, ActKind.REOPEN), acts.Reopen("earlier"), EMPTY),
    (Code.NOT_COLLECTED, TO_PICK, acts.ReturnGoods((LineQuantity(1, 1),), "broken"), None),
    (Code.NOT_COLLECTED, replace(fitting(Stage.DONE, ActKind.RETURN), lines=(line(7, cancelled=1),)),
     acts.UndoCollect("earlier"), None),
    (Code.REASON_NEEDED, fitting(Stage.DONE, ActKind.RETURN),
     acts.ReturnGoods((LineQuantity(7, 1),), " "), None),
    (Code.QUANTITY_INVALID, DONE, acts.ReturnGoods((), "broken"), None),
    (Code.NOTHING_CHANGED, TO_PICK, acts.Reprice((LinePrice(1, euro(1_000)),)), None),
    (Code.SETTLED_LINE, COLLECTED, acts.Reprice((LinePrice(1, euro(900)),)), None),
    (Code.AMOUNT_INVALID, TO_PICK, acts.Reprice((LinePrice(1, euro(-1)),)), None),
    (Code.AMOUNT_ABSURD, TO_PICK, acts.Reprice((LinePrice(1, euro(ABSURD_AMOUNT)),)), None),
    (Code.CURRENCY_MISMATCH, TO_PICK, acts.Reprice((LinePrice(1, CROWNS),)), None),
    (Code.CODE_REPLACED, replace(TO_PICK, code_issue=2), acts.IssueCode("c", "d", 2), None),
    (Code.CODE_WRONG, TO_PICK, acts.IssueCode("", "d", 2), None),
    (Code.NOT_ALLOWED_IN_STAGE, replace(in_stage(Stage.TO_PUT_BACK), cancelled_at=NOW),
     acts.IssueCode("c", "d", 2), None),
    (Code.CONTACT_NEEDED, replace(TO_PICK, customer=Customer(name="Maria")), acts.SendMessage(), None),
    (Code.NOT_ALLOWED_IN_STAGE, replace(DONE, shipped_at=None), acts.SendMessage(), None),
    (Code.NOT_ALLOWED_IN_STAGE, replace(in_stage(Stage.TO_PUT_BACK), cancelled_at=NOW),
     acts.Cancel("again"), None),
    (Code.NOT_EXPIRED_YET, replace(READY, collect_by=None, expires_at=later(1)), acts.Expire(), None),
]  # fmt: skip


@pytest.mark.parametrize(("why", "before", "act", "by"), CASES)
def test_a_refusal_and_its_code(why: Code, before: Order | None, act: Act, by: Context | None) -> None:
    assert code(before, act, by) is why


def test_every_code_the_lifecycle_can_give_is_reached() -> None:
    package = Path(site_sync.domain.lifecycle.__file__).parent
    sources = [*package.glob("*.py"), package.parent / "orders.py"]
    given = {name for path in sources for name in re.findall(r"Code\.([A-Z_]+)", path.read_text("utf-8"))}
    assert given == {why.name for why, *_ in CASES} | {"APPROVER_IS_REQUESTER"}


def test_nobody_approves_their_own_act() -> None:
    asked = replace(command(TO_PICK.id, acts.ClaimPicking()), approver=CLERK)
    assert decide(TO_PICK, asked, context()) == Refusal(Code.APPROVER_IS_REQUESTER)


def test_an_approver_lends_the_right_that_is_missing() -> None:
    asked = replace(command(TO_PICK.id, acts.ClaimPicking()), approver=BOSS)
    alone = context(rights=frozenset(), approver_rights=frozenset({Right.ORDER_EXTEND}))
    assert decide(TO_PICK, asked, alone) == Refusal(Code.RIGHT_NEEDED, {"right": "order.pick"})
    helped = context(rights=frozenset(), approver_rights=frozenset({Right.ORDER_PICK}))
    assert not isinstance(decide(TO_PICK, asked, helped), Refusal)
    nobody = replace(asked, approver=None)
    assert isinstance(decide(TO_PICK, nobody, helped), Refusal)


def test_a_refusal_for_lack_of_stock_names_each_line_and_what_is_there() -> None:
    levels = {("S01", "A"): StockLevel("A", "S01", 5, 3, 1)}
    two = create(lines=(new_line("A", 2), new_line("B", 1)))
    refused = refusal(None, two, context(available=levels))
    assert refused.facts["lines"] == [
        {"line": 1, "sku": "A", "store": "S01", "requested": 2, "available": 1},
        {"line": 2, "sku": "B", "store": "S01", "requested": 1, "available": 0},
    ]


def test_a_refusal_below_the_minimum_says_what_is_due_and_who_may_allow_it() -> None:
    refused = refusal(None, create(), context(rights=CASHIER, policy=DEPOSIT))
    assert refused.facts == {"due": 200, "currency": "EUR", "right": "deposit.override_minimum"}
    allowed = decide(None, command("o", create(), reason="regular"), context(policy=DEPOSIT))
    assert not isinstance(allowed, Refusal)


def test_the_money_of_a_cancelled_order_is_settled_later_without_cancelling_again() -> None:
    paid = replace(order(line(1, picked=2)), payments=(replace(payment(2_000), id="paid"),))
    cancelled = done(paid, acts.Cancel("not wanted"))
    back = acts.Cancel("", deposit=DepositAtEnd.REFUND, refunds=(refund(2_000),))
    answer = decided(cancelled, command(cancelled.id, back))
    assert [event.kind for event in answer.events] == ["payment_recorded"]


@pytest.mark.parametrize("choice", [DepositAtEnd.LEAVE, DepositAtEnd.FORFEIT, DepositAtEnd.CREDIT])
def test_to_cancel_once_more_with_no_money_left_is_refused_and_makes_no_version(choice: DepositAtEnd) -> None:
    cancelled = done(order(line(1, picked=2)), acts.Cancel("not wanted"))
    refused = refusal(cancelled, acts.Cancel("twice", deposit=choice, movement_id="m"))
    assert refused.code is Code.NOT_ALLOWED_IN_STAGE


def test_a_change_that_is_so_already_makes_no_version() -> None:
    wanted = acts.Amend(change=(LineChange(1, quantity=2),))
    changed = done(order(line(1, to_pick=1)), wanted)
    again = decided(changed, command(changed.id, wanted))
    assert (again.order, again.events) == (changed, ())
