"""What single acts do to an order's goods, stock and money."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from site_sync.domain import commands as acts
from site_sync.domain import events as happened
from site_sync.domain.customers import Collector, Customer
from site_sync.domain.deadlines import Calendar
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.events import postings, stock_moves
from site_sync.domain.lifecycle import Decision, decide, evolve
from site_sync.domain.orders import (
    Bag,
    Claim,
    ClosedAs,
    Delivery,
    DeliveryMode,
    Order,
    OrderKind,
    PaymentKind,
    Quantities,
    Stage,
)
from site_sync.domain.particulars import (
    Actor,
    ActorKind,
    Identity,
    IdentityBy,
    LineChange,
    LineQuantity,
    ShortNext,
)
from site_sync.domain.permissions import Right
from site_sync.domain.policies import DepositAtEnd, DepositPolicy, OnShortage, Policy
from site_sync.domain.stock import StockLevel, sums
from site_sync.domain.totals import paid, total_of
from tests.builders import (
    BOSS,
    CLERK,
    NOW,
    command,
    euro,
    later,
    line,
    new_line,
    order,
    payment,
    quote,
    service,
    tendered,
)  # fmt: skip
from tests.domain.lifecycle.examples import (
    code,
    collect,
    context,
    create,
    decided,
    done,
    in_stage,
    refund,
    refusal,
)

ALWAYS_OPEN = Calendar("UTC")


def held(found: Order, number: int = 1) -> Quantities:
    """The quantities of one line."""
    return found.line(number).quantities


def result(before: Order | None, act: acts.Act, **known: object) -> Decision:
    """What an act that must be allowed does."""
    order_id = before.id if before else "order-new"
    return decided(before, command(order_id, act, reason="asked for"), context(**known))  # type: ignore[arg-type]


def paid_order(*lines: object, amount: int = 5_000) -> Order:
    """An order with one cash payment called `paid`."""
    return replace(order(*lines), payments=(replace(payment(amount), id="paid"),))  # type: ignore[arg-type]


def test_creating_reserves_at_the_collect_store_and_opens_the_time_to_collect_and_pay() -> None:
    made = result(None, create(lines=(new_line("A", 2, store=""), new_line("B", store="S02"))))
    assert sums(stock_moves(made.events)) == {("S01", "A"): (2, 0), ("S02", "B"): (1, 0)}
    assert made.order.expires_at == NOW + timedelta(days=180)
    assert (made.order.version, made.order.stage) == (1, Stage.TO_PICK)


def test_a_quote_reserves_nothing_until_it_is_converted() -> None:
    quoted = result(None, create(OrderKind.QUOTE, customer=Customer()))
    assert stock_moves(quoted.events) == ()
    assert quoted.order.expires_at == NOW + timedelta(days=30)
    named = done(quoted.order, acts.Amend(customer=Customer(name="Ib")))
    converted = result(named, acts.ConvertQuote(collect=collect(pays=1_000)))
    assert sums(stock_moves(converted.events)) == {("S01", "SKU1"): (0, -1)}
    assert converted.order.closed_as is ClosedAs.COLLECTED


def test_the_last_unit_is_promised_once_even_within_one_order() -> None:
    level = {("S01", "A"): StockLevel("A", "S01", on_hand=3, reserved=1, safety=1, back_order=1)}
    twice = create(lines=(new_line("A"), new_line("A")))
    assert code(None, twice, context(available=level)) is Code.INSUFFICIENT_STOCK
    part = result(None, replace(twice, on_shortage=OnShortage.PARTIAL), available=level).order
    assert (held(part, 1), held(part, 2)) == (Quantities(to_pick=1), Quantities(short=1))
    back = result(None, replace(twice, on_shortage=OnShortage.BACK_ORDER), available=level).order
    assert held(back, 2) == Quantities(to_pick=1)
    none = replace(twice, on_shortage=OnShortage.PARTIAL)
    assert code(None, none, context(available={})) is Code.INSUFFICIENT_STOCK


def test_an_order_content_with_part_takes_no_more_when_it_is_decided_again_after_a_restore() -> None:
    level = {("S01", "A"): StockLevel("A", "S01", on_hand=5)}
    wanted = create(lines=(new_line("A", 3), new_line("A", 1)))
    part = result(None, replace(wanted, on_shortage=OnShortage.PARTIAL), available=level, short={1: 2}).order
    assert (held(part, 1), held(part, 2)) == (Quantities(to_pick=1, short=2), Quantities(to_pick=1))
    whole = result(None, wanted, available=level, short={1: 2}).order
    assert held(whole, 1) == Quantities(to_pick=3)


def test_what_is_carried_out_at_once_needs_no_free_stock() -> None:
    act = create(lines=(new_line("A", 2), new_line("B")), collect=collect((1, 2), pays=2_000))
    level = {("S01", "B"): StockLevel("B", "S01", 1)}
    made = result(None, act, available=level)
    assert sums(stock_moves(made.events)) == {("S01", "A"): (0, -2), ("S01", "B"): (1, 0)}
    assert made.order.stage is Stage.TO_PICK


def test_amending_details_changes_only_what_is_named() -> None:
    before = order(line(1))
    after = done(before, acts.Amend(collector=Collector("Ole"), comment_staff="ring", comment_customer="hi"))
    assert (after.collector, after.comment_staff) == (Collector("Ole"), "ring")
    assert after.customer == before.customer
    assert result(after, acts.Amend(comment_staff="ring")).events == ()
    assert code(before, acts.Amend(customer=Customer())) is Code.CONTACT_NEEDED
    assert code(before, acts.Amend(delivery=Delivery())) is Code.STORE_NEEDED


def test_another_collect_store_moves_the_reservation_and_puts_picked_goods_back() -> None:
    before = order(line(1, to_pick=2), line(2, picked=1, collected=1, discount=100), line(3, store="S09"))
    moved = result(before, acts.Amend(delivery=Delivery(store="S02")))
    assert sums(stock_moves(moved.events)) == {
        ("S01", "SKU1"): (-2, 0), ("S02", "SKU1"): (2, 0), ("S02", "SKU2"): (1, 0),
    }  # fmt: skip
    assert held(moved.order, 2) == Quantities(collected=1, to_put_back=1)
    assert held(moved.order, 4) == Quantities(to_pick=1)
    assert total_of(moved.order) == total_of(before)
    assert moved.order.line(3).source_store == "S09"
    quoted = result(quote(line(1)), acts.Amend(delivery=Delivery(store="S02")))
    assert stock_moves(quoted.events) == ()
    assert quoted.order.line(1).source_store == "S02"


def test_amending_quantities_prices_and_lines() -> None:
    before = order(line(1, to_pick=2, picked=1), line(2))
    fewer = result(before, acts.Amend(change=(LineChange(1, 1, euro(900), euro(100), "blue"),), void=(2,)))
    assert held(fewer.order, 1) == Quantities(cancelled=2, picked=1)
    assert (fewer.order.line(1).unit_price, fewer.order.line(1).note) == (euro(900), "blue")
    assert sums(stock_moves(fewer.events)) == {("S01", "SKU1"): (-2, 0), ("S01", "SKU2"): (-1, 0)}
    more = result(before, acts.Amend(change=(LineChange(1, 5),), add=(new_line("N"),)))
    assert held(more.order, 1) == Quantities(to_pick=4, picked=1)
    assert more.order.line(3).sku == "N"
    assert done(before, acts.Amend(void=(2,)), acts.Amend(void=(2,))).line(2) == done(
        before, acts.Amend(void=(2,))
    ).line(2)
    grown = result(quote(line(1)), acts.Amend(change=(LineChange(1, 3),)))
    assert stock_moves(grown.events) == ()


def test_one_amendment_voids_pays_back_and_hands_over() -> None:
    before = paid_order(line(1), line(2), amount=2_000)
    act = acts.Amend(void=(1,), refunds=(refund(1_000),), collect=collect())
    after = result(before, act).order
    assert (paid(after), after.closed_as) == (1_000, ClosedAs.COLLECTED)
    most = frozenset(Right)
    for act, right in (
        (acts.Amend(payments=(tendered(1),)), Right.DEPOSIT_TAKE),
        (acts.Amend(refunds=(refund(1),)), Right.DEPOSIT_REFUND),
        (acts.Amend(collect=collect()), Right.ORDER_COLLECT),
    ):
        assert refusal(before, act, context(rights=most - {right})).facts == {"right": right.value}


def test_a_change_may_leave_what_was_allowed_before_but_no_more() -> None:
    policy = Policy(deposit=DepositPolicy(minimum_percent=2_000))
    by = context(rights=frozenset(Right) - {Right.DEPOSIT_OVERRIDE_MINIMUM}, policy=policy)
    unpaid = order(line(1), line(2))
    assert decided(unpaid, command(unpaid.id, acts.Amend(void=(2,))), by).order
    assert code(unpaid, acts.Amend(add=(new_line(),)), by) is Code.BELOW_MINIMUM_DEPOSIT
    recorded = replace(by, recorded=True)
    assert decided(unpaid, command(unpaid.id, acts.Amend(add=(new_line(),))), recorded).order


def test_picking_fills_bags_and_unpicking_empties_them() -> None:
    before = order(line(1, to_pick=3), line(2))
    picked = done(before, acts.Pick(1, 2, bag=2), acts.Pick(2, 1), acts.Pick(1, 1, bag=1))
    assert picked.bags == (Bag(1, "", ((1, 1), (2, 1))), Bag(2, "", ((1, 2),)))
    assert picked.claim == Claim(CLERK.id, CLERK.name, NOW)
    emptied = done(picked, acts.Unpick(1, 2))
    assert emptied.bags == (Bag(1, "", ((1, 1), (2, 1))),)
    assert done(picked, acts.Unpick(1, 1)).bags[1] == Bag(2, "", ((1, 1),))


def test_what_leaves_a_bag_is_not_in_it_any_more_and_what_waits_to_be_put_back_still_is() -> None:
    before = order(line(1, to_pick=4))
    picked = done(before, acts.Pick(1, 2, bag=1), acts.Pick(1, 2, bag=2), acts.ConfirmPicking())
    some = (LineQuantity(1, 2),)
    proof = Identity(IdentityBy.KNOWN)
    payments = (tendered(2_000),)
    left = done(picked, acts.Collect(proof, some, payments, bags=(1,)))
    assert left.bags == (Bag(2, "", ((1, 2),)),)
    assert done(left, acts.Unpick(1, 1)).bags == (Bag(2, "", ((1, 1),)),)
    dropped = done(left, acts.Cancel("no need"))
    assert dropped.bags == left.bags
    assert done(dropped, acts.PutBack(some)).bags == ()


def test_a_claim_ends_by_its_age_or_by_a_supervisor() -> None:
    before = replace(in_stage(Stage.PICKING), claim=Claim(BOSS.id, BOSS.name, NOW))
    taken = result(before, acts.ClaimPicking(take_over=True))
    assert taken.events == (happened.PickingClaimed(Claim(CLERK.id, CLERK.name, NOW), BOSS.name),)
    old = replace(before, claim=Claim(BOSS.id, BOSS.name, later(-1)))
    picker = context(rights=frozenset({Right.ORDER_PICK}))
    assert isinstance(decide(old, command(old.id, acts.ClaimPicking()), picker), Decision)
    assert result(before, acts.ReleasePicking()).order.stage is Stage.TO_PICK
    nameless = decided(order(), command("o", acts.ClaimPicking(), by=Actor(ActorKind.STAFF, "s9")))
    assert nameless.order.claim == Claim("s9", "s9", NOW)


def test_what_is_short_comes_from_another_store_or_is_left_out() -> None:
    before = order(line(1, to_pick=3, discount=300))
    sought = result(before, acts.ReportShort(1, 1, ShortNext.OTHER_STORE, "S02"))
    assert sums(stock_moves(sought.events)) == {("S01", "SKU1"): (-1, 0), ("S02", "SKU1"): (1, 0)}
    assert total_of(sought.order) == total_of(before)
    fitted = result(order(service(1, to_pick=1)), acts.ReportShort(1, 1, ShortNext.OTHER_STORE, "S02"))
    assert stock_moves(fitted.events) == ()
    dropped = result(before, acts.ReportShort(1, 3))
    assert dropped.order.closed_as is ClosedAs.CANCELLED


def test_ready_goods_lie_in_their_bags_until_the_deadline_and_services_come_along() -> None:
    before = replace(order(line(1, picked=1, short=1), service(2, to_pick=1)), bags=(Bag(1), Bag(2)))
    claimed = done(before, acts.Unpick(1, 1), acts.Pick(1, 1))
    ready = result(claimed, acts.ConfirmPicking(), calendars={"S01": ALWAYS_OPEN})
    assert ready.order.stage is Stage.TO_COLLECT
    assert ready.order.collect_by == later(48)
    event = next(e for e in ready.events if isinstance(e, happened.OrderReady))
    assert event.short == (LineQuantity(1, 1),)
    assert held(ready.order, 2) == Quantities(picked=1)
    assert result(claimed, acts.ConfirmPicking()).order.collect_by == later(48)


def test_services_leave_with_the_last_of_the_goods() -> None:
    before = order(line(1, 1_000, picked=2), service(2, 500, to_pick=1))
    first = result(before, collect((1, 1), pays=1_000)).order
    assert held(first, 2) == Quantities(to_pick=1)
    last = result(first, collect((1, 1), pays=1_500))
    assert held(last.order, 2) == Quantities(collected=1)
    assert sums(stock_moves(last.events)) == {("S01", "SKU1"): (-1, -1)}
    assert last.order.closed_as is ClosedAs.COLLECTED


def test_a_hand_over_earns_sales_and_tax_and_its_code_proves_who_came() -> None:
    before = replace(paid_order(line(1, 1_250, picked=1), amount=250), code_hash="h")
    shown = collect(pays=1_000, identity=Identity(IdentityBy.CODE, "h"))
    earned = {p.account: p.amount.amount for p in postings(result(before, shown).events)}
    assert earned == {"tender:cash:S01:01:shift-1": 1_000, "deposits": 1_250, "sales": -1_000, "tax": -250}
    net = replace(order(line(1, 1_000, picked=1)), prices_include_tax=False)
    earned = {p.account: p.amount.amount for p in postings(result(net, collect(pays=1_250)).events)}
    assert (earned["sales"], earned["tax"]) == (-1_000, -250)


def test_a_supervisor_may_let_goods_go_unpaid_and_the_rest_is_due_later() -> None:
    before = order(line(1, picked=1), line(2, picked=1))
    owing = result(before, collect((1, 1)))
    assert code(owing.order, collect(pays=1_999), context(rights=frozenset({Right.ORDER_COLLECT}))) is (
        Code.BALANCE_DUE
    )
    assert done(owing.order, collect(pays=2_000)).closed_as is ClosedAs.COLLECTED


@pytest.mark.parametrize(
    ("choice", "kind", "account"),
    [
        (DepositAtEnd.CREDIT, PaymentKind.CREDIT, "customer_credit"),
        (DepositAtEnd.FORFEIT, PaymentKind.FORFEIT, "fees"),
    ],
)
def test_cancelling_keeps_the_deposit_as_chosen(
    choice: DepositAtEnd, kind: PaymentKind, account: str
) -> None:
    before = paid_order(line(1), line(2, picked=1), amount=500)
    act = acts.Cancel("no need", deposit=choice, movement_id="m")
    ended = result(before, act)
    assert ended.order.payments[-1].kind is kind
    assert [p.amount.amount for p in postings(ended.events) if p.account == account] == [-500]
    assert ended.order.stage is Stage.TO_PUT_BACK
    right = {DepositAtEnd.CREDIT: Right.DEPOSIT_CREDIT, DepositAtEnd.FORFEIT: Right.DEPOSIT_FORFEIT}[choice]
    without = context(rights=frozenset(Right) - {right})
    assert refusal(before, act, without).facts == {"right": right.value}


def test_cancelling_pays_back_or_leaves_the_deposit_and_a_part_leaves_the_order_open() -> None:
    before = paid_order(line(1, to_pick=2), amount=500)
    back = acts.Cancel("no need", deposit=DepositAtEnd.REFUND, refunds=(refund(500),))
    assert paid(done(before, back)) == 0
    assert code(before, back, context(rights=frozenset({Right.ORDER_CANCEL}))) is Code.RIGHT_NEEDED
    assert paid(done(before, acts.Cancel("no need"))) == 500
    part = done(before, acts.Cancel("fewer", (LineQuantity(1, 1),)))
    assert (part.stage, part.cancelled_at) == (Stage.TO_PICK, None)
    assert done(quote(), acts.Cancel("no need")).closed_as is not None


def test_expiry_runs_the_deposit_rule_and_an_extension_brings_the_goods_back() -> None:
    before = replace(paid_order(line(1, picked=1), amount=500), collect_by=later(1))
    policy = Policy(deposit_at_expiry=DepositAtEnd.CREDIT)
    gone = result(before, acts.Expire("m"), hours=1, policy=policy).order
    assert (gone.stage, gone.payments[-1].kind) == (Stage.TO_PUT_BACK, PaymentKind.CREDIT)
    again = done(gone, acts.Extend(later(48)))
    assert (again.stage, again.collect_by, again.extensions) == (Stage.TO_COLLECT, later(48), 1)
    assert done(gone, acts.PutBack((LineQuantity(1, 1),))).closed_as is ClosedAs.EXPIRED
    old = replace(quote(), expires_at=later(-1))
    assert done(old, acts.Extend(later(9))).expires_at == later(9)
    assert done(old, acts.Expire()).stage is Stage.DONE


def test_an_extension_brings_back_what_expired_and_nothing_that_was_cancelled_before() -> None:
    before = replace(order(line(1, 1_000, picked=3)), collect_by=later(1))
    fewer = done(before, acts.Cancel("one too many", (LineQuantity(1, 1),)))
    gone = result(fewer, acts.Expire("m"), hours=1).order
    again = done(gone, acts.Extend(later(48)))
    assert (again.line(1).quantities.picked, again.line(1).quantities.to_put_back) == (2, 1)
    assert (again.stage, again.expired) == (Stage.TO_COLLECT, ())
    given_up = done(gone, acts.Cancel("no need"))
    assert code(given_up, acts.Extend(later(48))) is Code.NOT_ALLOWED_IN_STAGE
    partly = done(gone, acts.PutBack((LineQuantity(1, 2),)))
    assert done(partly, acts.Extend(later(48))).line(1).quantities.picked == 1
    later_gone = result(
        replace(fewer, lines=(line(1, picked=1), line(2, to_put_back=1))), acts.Expire("m"), hours=1
    )
    rest = done(later_gone.order, acts.PutBack((LineQuantity(1, 1),)))
    assert code(rest, acts.Extend(later(48))) is Code.NOT_ALLOWED_IN_STAGE


def test_goods_that_were_never_made_ready_expire_with_their_order() -> None:
    """Picked, released, and then the rest cancelled: nobody set a time to collect."""
    before = replace(order(line(1, picked=1, cancelled=1)), collect_by=None, expires_at=later(-1))
    assert before.stage is Stage.TO_COLLECT
    assert done(before, acts.Expire("m")).stage is Stage.TO_PUT_BACK


def test_an_order_changed_when_it_was_decided_not_when_the_act_happened() -> None:
    before = order(line(1))
    late = replace(context(), now=later(5))
    noted = decided(before, command(before.id, acts.AddNote("hi")), late).order
    assert (noted.updated_at, noted.notes[0].at) == (later(5), NOW)


def test_a_customer_extends_once_and_staff_again() -> None:
    before = in_stage(Stage.TO_COLLECT)
    maria = Actor(ActorKind.CUSTOMER, "c1")
    asked = command(before.id, acts.Extend(later(9)), by=maria)
    once = decided(before, asked, context(rights=frozenset({Right.ORDER_EXTEND}))).order
    assert isinstance(decide(once, asked, context()), Refusal)
    assert done(once, acts.Extend(later(9))).extensions == 2


def test_refunds_go_to_another_tender_by_right_and_reason_only() -> None:
    before = paid_order(line(1, cancelled=1), line(2), amount=2_000)
    assert (
        done(before, acts.RefundPayment((refund(400, tender="card"), refund(600)))).payments[-2].tender
        == "card"
    )


def test_goods_to_ship_have_no_deadline_to_be_collected_by() -> None:
    before = replace(order(line(1), mode=DeliveryMode.SHIP), collect_by=None)
    ready = done(before, acts.Pick(1, 1), acts.ConfirmPicking())
    assert (ready.stage, ready.collect_by) == (Stage.TO_SHIP, None)


def test_shipping_and_delivery_close_a_paid_order() -> None:
    before = replace(in_stage(Stage.TO_SHIP), payments=(payment(5_000),), delivery=Delivery(
        "ship", in_stage(Stage.TO_SHIP).delivery.mode, tracking="OLD"))  # fmt: skip
    sent = done(before, acts.PutBack((LineQuantity(2, 1),)), acts.Ship())
    assert (sent.closed_as, sent.delivery.tracking) == (ClosedAs.SHIPPED, "OLD")
    assert done(sent, acts.Deliver()).closed_as is ClosedAs.DELIVERED
    unpaid = in_stage(Stage.TO_SHIP)
    assert code(unpaid, acts.Ship(), context(rights=frozenset({Right.ORDER_DELIVER}))) is Code.BALANCE_DUE


def test_an_event_of_a_reopened_order_opens_it() -> None:
    assert evolve(in_stage(Stage.DONE), happened.OrderReopened()).closed_at is None
