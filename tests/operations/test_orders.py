"""Tests of an order's day at one till: made, picked, collected, put back, with money and papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pos_app.operations import cart as carts
from pos_app.operations import collecting, orders, paying, picking, problems, putting_back, selling, shifts
from pos_app.operations.cart import Cart, with_customer
from pos_app.operations.collecting import Found, HandOver, Matches
from pos_app.operations.desk import Changed
from pos_app.operations.orders import Settlement
from pos_app.operations.paying import Tendering
from pos_app.store.cash import Shift
from pos_app.store.order_list import Tab
from site_sync.domain.actions import ActionCode
from site_sync.domain.codes import ScanSettings, classify, collect_code
from site_sync.domain.commands import Collect, Pick, ReportShort, Unpick
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.orders import Delivery, OrderKind, Stage
from site_sync.domain.particulars import Identity, IdentityBy, LineQuantity
from site_sync.domain.policies import DepositAtEnd, DepositPolicy, OnShortage, Policy
from site_sync.domain.tokens import COLLECT, derive_token
from site_sync.protocol.envelope import PayloadKind, PushAnswer, Result, ResultKind
from tests.builders import NOW
from tests.desks import CASHIER, KEY, MARIA, SKUS, Bench, acting


def euro(amount: int) -> Money:
    return Money(amount, "EUR")


def filled(bench: Bench, **quantities: int) -> Cart:
    cart = with_customer(selling.new_cart(bench.desk), MARIA)
    for sku, quantity in (quantities or {SKUS[0]: 1, SKUS[1]: 2}).items():
        more = selling.add_item(bench.desk, cart, sku, quantity)
        assert isinstance(more, Cart)
        cart = more
    return cart


def cash(bench: Bench, amount: int, handed: int | None = None) -> Tendering:
    taken = paying.take_cash(bench.desk, paying.begin(euro(amount)), euro(handed or amount))
    assert isinstance(taken, Tendering)
    return taken


def kept(result: object) -> Changed:
    assert isinstance(result, Changed), result
    return result


def refused(result: object) -> Code:
    assert isinstance(result, Refusal), result
    return result.code


def saved(bench: Bench, deposit: int = 0, cart: Cart | None = None) -> Changed:
    tendering = cash(bench, deposit) if deposit else None
    settlement = Settlement(tendering, documents=(DocumentKind.ORDER_CONFIRMATION,))
    details = orders.new_details(bench.desk)
    return kept(orders.save(bench.desk, acting(), cart or filled(bench), details, settlement))


def kinds(bench: Bench, changed: Changed) -> list[DocumentKind]:
    found = (bench.store.print_jobs.get(job) for job in changed.jobs)
    return [job.document.kind for job in found if job]


def ready(bench: Bench, order_id: str) -> Changed:
    who = acting()
    assert [result.refusal for result in picking.claim(bench.desk, who, (order_id,))] == [None]
    for line in picking.walk(bench.desk, (order_id,)):
        kept(picking.pick(bench.desk, who, order_id, Pick(line.line, line.to_pick)))
    return kept(picking.confirm(bench.desk, who, order_id, {1: "C2"}))


def test_a_new_order_reserves_takes_its_deposit_and_prints(bench: Bench) -> None:
    changed = saved(bench, deposit=3_000)
    order = changed.order
    assert (order.stage, order.staff, len(order.payments)) == (Stage.TO_PICK, "boss", 1)
    assert kinds(bench, changed) == [DocumentKind.DEPOSIT_RECEIPT, DocumentKind.ORDER_CONFIRMATION]
    level = bench.store.catalogue.stock_at([("S01", SKUS[1])])["S01", SKUS[1]]
    assert level.reserved == 2
    assert orders.tab_counts(bench.desk)[Tab.TO_PICK] == 1
    assert [entry.code for entry in changed.record.history] == ["order_created", "payment_recorded"]


def test_below_the_minimum_deposit_it_needs_the_right_and_a_reason(bench: Bench) -> None:
    bench.set_policy(Policy(deposit=DepositPolicy(minimum_percent=2_000)))
    details = orders.new_details(bench.desk)
    assert (
        refused(orders.save(bench.desk, acting(CASHIER), filled(bench), details))
        is Code.BELOW_MINIMUM_DEPOSIT
    )
    assert refused(orders.save(bench.desk, acting(), filled(bench), details)) is Code.REASON_NEEDED
    kept(orders.save(bench.desk, acting(reason="regular"), filled(bench), details))


def test_the_dialog_offers_for_the_draft_what_the_domain_says(bench: Bench) -> None:
    cart, details = filled(bench), orders.new_details(bench.desk)
    offer = orders.actions(bench.desk, acting(), cart, details)
    assert isinstance(offer, orders.Offer)
    assert offer.draft.new
    assert offer.draft.after.customer == MARIA
    full = next(action for action in offer.actions if action.code is ActionCode.PAY_IN_FULL)
    assert full.amount_now == carts.totals(cart).total
    recalled = orders.recall(bench.desk, acting(), saved(bench).order.id)
    assert isinstance(recalled, orders.Recalled)
    same = orders.draft(bench.desk, acting(), recalled.cart, recalled.details)
    assert not isinstance(same, Refusal)
    assert (same.changed, same.after) == (False, recalled.record.order)


def test_availability_names_every_store_with_what_is_missing(bench: Bench) -> None:
    here, hill = orders.availability(bench.desk, filled(bench, **{SKUS[0]: 5}))
    assert (here.store.code, here.complete, here.missing) == ("S01", True, 0)
    assert (hill.store.code, hill.complete, hill.missing) == ("S02", False, 2)


def test_the_last_units_go_elsewhere_partly_or_on_back_order_or_not_at_all(bench: Bench) -> None:
    cart, details = filled(bench, **{SKUS[0]: 21}), orders.new_details(bench.desk)
    assert refused(orders.save(bench.desk, acting(), cart, details)) is Code.INSUFFICIENT_STOCK
    part = kept(orders.save(bench.desk, acting(), cart, details, Settlement(on_shortage=OnShortage.PARTIAL)))
    assert (part.order.lines[0].quantities.to_pick, part.order.lines[0].quantities.short) == (20, 1)


def test_a_recalled_order_is_changed_line_by_line(bench: Bench) -> None:
    order_id = saved(bench).order.id
    recalled = orders.recall(bench.desk, acting(), order_id)
    assert isinstance(recalled, orders.Recalled)
    assert refused(orders.save(bench.desk, acting(), recalled.cart, recalled.details)) is Code.NOTHING_CHANGED
    more = selling.add_item(bench.desk, recalled.cart, SKUS[2])
    assert isinstance(more, Cart)
    fewer = carts.with_quantity(more, 2, 1)
    assert isinstance(fewer, Cart)
    cart = carts.without(fewer, 1)
    details = replace(recalled.details, comment_staff="call first")
    order = kept(orders.save(bench.desk, acting(), cart, details)).order
    assert [(line.sku, line.quantities.live) for line in order.lines] == [
        (SKUS[0], 0),
        (SKUS[1], 1),
        (SKUS[2], 1),
    ]
    assert order.comment_staff == "call first"


def test_items_added_at_collection_leave_with_the_marked_ones(bench: Bench) -> None:
    order_id = ready(bench, saved(bench).order.id).order.id
    recalled = orders.recall(bench.desk, acting(), order_id)
    assert isinstance(recalled, orders.Recalled)
    cart: Cart | Refusal = selling.add_item(bench.desk, recalled.cart, SKUS[2])
    for line_id in (1, 3):
        assert isinstance(cart, Cart)
        cart = carts.with_mark(cart, line_id, 1)
    assert isinstance(cart, Cart)
    assert orders.marked(cart) == (LineQuantity(1, 1), LineQuantity(3, 1))
    collect = Collect(Identity(IdentityBy.KNOWN), orders.marked(cart))
    settlement = Settlement(cash(bench, 12_900 + 29_900), collect=collect)
    order = kept(orders.save(bench.desk, acting(), cart, recalled.details, settlement)).order
    assert [line.quantities.collected for line in order.lines] == [1, 0, 1]
    assert order.stage is Stage.TO_COLLECT


def test_picking_by_scan_takes_the_next_unit_and_refuses_a_wrong_item(bench: Bench) -> None:
    order_id = saved(bench).order.id
    picking.claim(bench.desk, acting(), (order_id,))
    scan = classify(SKUS[1], ScanSettings())
    for expected in (1, 2):
        done = picking.pick_scan(bench.desk, acting(), (order_id,), scan)
        assert isinstance(done, picking.Picked)
        assert done.changed.order.line(2).quantities.picked == expected
    assert refused(picking.pick_scan(bench.desk, acting(), (order_id,), scan)) is Code.LINE_UNKNOWN
    wrong = classify(SKUS[4], ScanSettings())
    assert refused(picking.pick_scan(bench.desk, acting(), (order_id,), wrong)) is Code.LINE_UNKNOWN
    foreign = classify("4006381333931", ScanSettings())
    assert refused(picking.pick_scan(bench.desk, acting(), (order_id,), foreign)) is Code.ITEM_UNKNOWN
    kept(picking.unpick(bench.desk, acting(), order_id, Unpick(2, 1)))
    assert refused(picking.confirm(bench.desk, acting(), order_id, {})) is Code.STILL_TO_PICK


def test_what_is_short_is_left_out_and_the_rest_is_ready_with_its_slips(bench: Bench) -> None:
    order_id = saved(bench).order.id
    kept(picking.pick(bench.desk, acting(), order_id, Pick(1, 1)))
    kept(picking.short(bench.desk, acting(), order_id, ReportShort(2, 2)))
    changed = kept(picking.confirm(bench.desk, acting(), order_id, {1: "C2"}))
    assert kinds(bench, changed) == [DocumentKind.COLLECT_SLIP]
    assert (changed.order.stage, changed.order.bags[0].shelf) == (Stage.TO_COLLECT, "C2")
    assert picking.elsewhere(bench.desk, SKUS[1], 2) == (("S02", 3),)


def test_the_customers_code_opens_the_order_and_a_foreign_one_does_not(bench: Bench) -> None:
    order = ready(bench, saved(bench).order.id).order
    good = collect_code(order.number, derive_token(KEY, COLLECT, order.id, 1))
    found = collecting.find(bench.desk, classify(good, ScanSettings()))
    assert isinstance(found, Found)
    assert found.evidence == order.code_hash
    wrong = collect_code(order.number, derive_token(KEY, COLLECT, "another order", 1))
    assert refused(collecting.find(bench.desk, wrong)) is Code.CODE_WRONG
    for typed in (order.number, "maria", "4050", "MC1.MC-77"):
        by_hand = collecting.find(bench.desk, typed)
        assert isinstance(by_hand, Found), typed
        assert by_hand.evidence == ""
    saved(bench)
    assert isinstance(collecting.find(bench.desk, "maria"), Matches)


def test_a_part_is_collected_with_its_share_of_the_deposit_then_the_rest(bench: Bench) -> None:
    order = ready(bench, saved(bench, deposit=4_000).order.id).order
    due = collecting.due(order, {1: 1})
    assert due == euro(12_900 - 3_055)
    identity = Identity(IdentityBy.KNOWN)
    part = HandOver(identity, (LineQuantity(1, 1),), cash(bench, due.amount, 10_000))
    changed = kept(collecting.hand_over(bench.desk, acting(), order.id, part))
    assert kinds(bench, changed) == [DocumentKind.SALES_RECEIPT]
    rest = collecting.due(changed.order, {2: 2})
    done = kept(
        collecting.hand_over(
            bench.desk, acting(), order.id, HandOver(identity, None, cash(bench, rest.amount))
        )
    )
    assert done.order.stage is Stage.DONE
    assert due.amount + rest.amount + 4_000 == 12_900 + 2 * 1_995
    again = collecting.hand_over(bench.desk, acting(), order.id, HandOver(identity))
    assert refused(again) is Code.ALREADY_COLLECTED
    words = collecting.ended_words(done.record)
    assert (words.code, words.facts["by"]) == ("already_collected", "Bodil Boss")


def test_a_cancelled_order_gives_its_money_back_and_is_put_back_by_scan(bench: Bench) -> None:
    order_id = ready(bench, saved(bench, deposit=4_000).order.id).order.id
    changed = kept(orders.cancel(bench.desk, acting(reason="changed mind"), order_id, DepositAtEnd.REFUND))
    assert DocumentKind.REFUND_RECEIPT in kinds(bench, changed)
    assert [line.quantity for line in putting_back.rows(bench.desk)] == [1, 2]
    scan = classify(SKUS[0], ScanSettings())
    kept(putting_back.scan(bench.desk, acting(), scan))
    assert refused(putting_back.scan(bench.desk, acting(), scan)) is Code.LINE_UNKNOWN
    assert kept(putting_back.put_back(bench.desk, acting(), order_id)).order.stage is Stage.DONE
    assert putting_back.rows(bench.desk) == ()


def test_a_quote_reserves_nothing_and_becomes_an_order(bench: Bench) -> None:
    details = orders.new_details(bench.desk, OrderKind.QUOTE)
    quote = kept(orders.save(bench.desk, acting(), filled(bench), details)).order
    assert quote.number.startswith("S01-02-Q000001-")
    assert bench.store.catalogue.stock_at([("S01", SKUS[0])])["S01", SKUS[0]].reserved == 0
    order = kept(orders.convert_quote(bench.desk, acting(), quote.id, Settlement(cash(bench, 1_000)))).order
    assert (order.kind, order.stage) == (OrderKind.CUSTOMER_ORDER, Stage.TO_PICK)


def test_offline_an_order_of_another_store_is_left_alone(bench: Bench) -> None:
    details = orders.new_details(bench.desk)
    away = replace(details, delivery=Delivery("collect", store="S02"))
    order = kept(orders.save(bench.desk, acting(), filled(bench), away)).order
    bench.online[0] = False
    kept(orders.note(bench.desk, acting(), order.id, "ours, so we may"))
    bench.store.file.raw.execute("UPDATE identity SET store = 'S03'")
    bench.store.identity._forget()
    assert refused(orders.cancel(bench.desk, acting(reason="r"), order.id)) is Code.OFFLINE


def test_acts_on_several_orders_say_for_each_what_became_of_it(bench: Bench) -> None:
    good, bad = ready(bench, saved(bench).order.id).order, saved(bench).order
    until = NOW + timedelta(days=3)
    results = orders.in_bulk(
        bench.desk,
        acting(),
        (good.id, bad.id, "nothing"),
        lambda order_id: orders.extend(bench.desk, acting(), order_id, until),
    )
    codes = [result.refusal.code if result.refusal else None for result in results]
    assert codes == [None, Code.NOT_ALLOWED_IN_STAGE, Code.ORDER_UNKNOWN]


@pytest.mark.parametrize("choice", ["give_up", "try_again"])
def test_a_refused_act_is_a_problem_with_choices_and_ends_by_a_person(bench: Bench, choice: str) -> None:
    changed = saved(bench)
    envelopes = bench.store.outbox.to_push(10)
    results = (
        Result(
            command_id=envelopes[0].command_id, seq=1, kind=ResultKind.REJECTED, code="insufficient_stock"
        ),
    )
    answer = PushAnswer(service="site", epoch="e1", site_time=NOW, results=results)
    bench.store.site_side.take_answer(answer, NOW)
    (case,) = problems.open_problems(bench.desk)
    assert (case.number, case.problem.code) == (changed.order.number, "insufficient_stock")
    assert (
        refused(problems.resolve(bench.desk, acting(CASHIER), case.problem.id, choice)) is Code.RIGHT_NEEDED
    )
    done = problems.resolve(bench.desk, acting(), case.problem.id, choice)
    assert not isinstance(done, Refusal)
    assert problems.open_problems(bench.desk) == ()


def test_an_order_sent_again_brings_its_deposit_once(bench: Bench) -> None:
    shift = shifts.open(bench.desk, acting(), euro(10_000))
    assert isinstance(shift, Shift)
    who, details = acting(shift=shift.id, reason="r"), orders.new_details(bench.desk)
    order = kept(orders.save(bench.desk, who, filled(bench), details, Settlement(cash(bench, 4_000)))).order
    sent = next(one for one in bench.store.outbox.to_push(10) if one.payload_kind is PayloadKind.ORDER)
    line = {"line": 1, "sku": order.lines[0].sku, "store": "S01", "requested": 1, "available": 0}
    result = Result(
        command_id=sent.command_id,
        seq=sent.seq,
        kind=ResultKind.REJECTED,
        code="insufficient_stock",
        facts={"lines": [line]},
    )
    answer = PushAnswer(service="site", epoch="e1", site_time=NOW, results=(result,))
    bench.store.site_side.take_answer(answer, NOW)
    (case,) = problems.open_problems(bench.desk)
    assert (case.number, case.customer) == (order.number, order.customer.name)
    assert case.problem.facts["lines"] == [line | {"sku": order.lines[0].description}]
    assert isinstance(problems.resolve(bench.desk, who, case.problem.id, "try_again"), Changed)
    figures = shifts.figures(bench.desk, shift.id)
    assert not isinstance(figures, Refusal)
    assert (figures.deposits_taken.amount, figures.cash.expected) == (4_000, 14_000)


def test_deposits_refunds_and_collections_stand_on_the_shift_and_the_drawer_agrees(bench: Bench) -> None:
    shift = shifts.open(bench.desk, acting(), euro(10_000))
    assert isinstance(shift, Shift)
    assert refused(shifts.open(bench.desk, acting(), euro(1))) is Code.SHIFT_OPEN
    who = acting(shift=shift.id, reason="r")
    details = orders.new_details(bench.desk)
    order = kept(orders.save(bench.desk, who, filled(bench), details, Settlement(cash(bench, 4_000)))).order
    kept(orders.cancel(bench.desk, who, order.id, DepositAtEnd.REFUND))
    kept(orders.save(bench.desk, who, filled(bench), details, Settlement(cash(bench, 2_500))))
    assert isinstance(shifts.cash_out(bench.desk, who, euro(1_000)), Shift)
    figures = shifts.figures(bench.desk, shift.id)
    assert not isinstance(figures, Refusal)
    assert (figures.deposits_taken.amount, figures.deposits_refunded.amount) == (6_500, 4_000)
    assert figures.cash.expected == 10_000 + 6_500 - 4_000 - 1_000
    closed = shifts.close(bench.desk, who, euro(11_490))
    assert not isinstance(closed, Refusal)
    assert (closed.cash.counted, closed.audit_head) == (11_490, bench.store.audit.head)
    assert shifts.current(bench.desk) is None
