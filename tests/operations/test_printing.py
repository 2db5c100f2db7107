"""Tests of papers: what comes by itself, copies with their numbers, which printer takes what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_app.operations import cart as carts
from pos_app.operations import order_further, orders, paying, picking, printing, selling, shifts
from pos_app.operations.cart import Cart, totals
from pos_app.operations.paying import Tendering
from pos_app.store.cash import Shift
from site_sync.domain.commands import Pick
from site_sync.domain.customers import Address
from site_sync.domain.documents.blocks import Code as PrintedCode
from site_sync.domain.documents.blocks import Document, DocumentKind
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.orders import Delivery, DeliveryMode, OrderKind
from site_sync.domain.permissions import Role
from site_sync.domain.policies import DepositAtEnd, Policy, QuoteReserves
from site_sync.domain.shop import StaffMember
from site_sync.domain.tokens import COLLECT, derive_token
from tests.desks import KEY, SKUS, Bench, acting, person
from tests.operations.test_orders import cash, filled, kept, ready, saved

K = DocumentKind


def printed(bench: Bench, jobs: object) -> list[Document]:
    assert isinstance(jobs, tuple), jobs
    found = [bench.store.print_jobs.get(job) for job in jobs]
    return [job.document for job in found if job]


def test_the_confirmation_carries_the_code_that_collects_the_order(bench: Bench) -> None:
    changed = saved(bench)
    (paper,) = printed(bench, changed.jobs)
    codes = [block.data for block in paper.blocks if isinstance(block, PrintedCode)]
    token = derive_token(KEY, COLLECT, changed.order.id, 1)
    assert f"CO1.{changed.order.number}.{token}" in codes


def test_what_was_printed_before_comes_out_as_a_numbered_copy(bench: Bench) -> None:
    order_id = saved(bench).order.id
    kinds = (K.ORDER_CONFIRMATION,)
    for number in (1, 2):
        (copy,) = printed(bench, printing.print_order(bench.desk, acting(), order_id, kinds))
        assert copy.copy_number == number
    (fresh,) = printed(bench, printing.print_order(bench.desk, acting(), order_id, (K.PICKING_SLIP,)))
    assert (fresh.kind, fresh.copy_number) == (K.PICKING_SLIP, 0)


def test_a_confirmation_is_a_copy_only_while_the_order_says_the_same(bench: Bench) -> None:
    order_id = saved(bench).order.id
    recalled = orders.recall(bench.desk, acting(), order_id)
    assert isinstance(recalled, orders.Recalled)
    fewer = carts.without(recalled.cart, 2)
    kept(orders.save(bench.desk, acting(), fewer, recalled.details))
    kinds = (K.ORDER_CONFIRMATION,)
    copies = [
        printed(bench, printing.print_order(bench.desk, acting(), order_id, kinds))[0].copy_number
        for _ in range(2)
    ]
    assert copies == [0, 1]


def test_every_deposit_receipt_is_copied_and_one_never_printed_here_is_made_anew(bench: Bench) -> None:
    changed = saved(bench, deposit=3_000)
    kept(orders.take_payment(bench.desk, acting(), changed.order.id, cash(bench, 500)))
    kinds = (K.DEPOSIT_RECEIPT,)
    papers = printed(bench, printing.print_order(bench.desk, acting(), changed.order.id, kinds))
    assert [(paper.kind, paper.copy_number) for paper in papers] == [(K.DEPOSIT_RECEIPT, 1)] * 2
    bench.store.file.raw.execute("DELETE FROM print_jobs")
    (anew,) = printed(bench, printing.print_order(bench.desk, acting(), changed.order.id, kinds))
    assert (anew.kind, anew.copy_number, anew.open_drawer) == (K.DEPOSIT_RECEIPT, 0, False)


def test_papers_with_a_void_code_are_made_anew_instead_of_copied(bench: Bench) -> None:
    order_id = saved(bench, deposit=3_000).order.id
    bench.online[0] = False
    changed = kept(order_further.issue_code(bench.desk, acting(), order_id))
    code = printing.customer_code(bench.desk, changed.order)
    assert code.endswith(derive_token(KEY, COLLECT, order_id, 2))
    (paper,) = printed(bench, changed.jobs)
    (receipt,) = printed(bench, printing.print_order(bench.desk, acting(), order_id, (K.DEPOSIT_RECEIPT,)))
    (copy,) = printed(bench, printing.print_order(bench.desk, acting(), order_id, (K.ORDER_CONFIRMATION,)))
    for document, number in ((paper, 0), (receipt, 0), (copy, 1)):
        assert document.copy_number == number
        assert code in [block.data for block in document.blocks if isinstance(block, PrintedCode)]


def test_labels_are_printed_for_every_bag_as_they_stand_now(bench: Bench) -> None:
    order_id = saved(bench).order.id
    picking.claim(bench.desk, acting(), (order_id,))
    for bag, line in enumerate(picking.walk(bench.desk, (order_id,)), start=1):
        kept(picking.pick(bench.desk, acting(), order_id, Pick(line.line, line.to_pick, bag)))
    kept(picking.confirm(bench.desk, acting(), order_id, {1: "C1", 2: "C2"}))
    papers = printed(bench, printing.print_order(bench.desk, acting(), order_id, (K.COLLECT_SLIP,)))
    assert [(paper.copy_number, paper.title.split(" · ")[1]) for paper in papers] == [
        (0, "Bag 1 of 2"), (0, "Bag 2 of 2"),
    ]  # fmt: skip


def test_a_quote_says_in_writing_whether_its_goods_are_kept(bench: Bench) -> None:
    quote = kept(
        orders.save(bench.desk, acting(), filled(bench), orders.new_details(bench.desk, OrderKind.QUOTE))
    )
    softly = Policy(quote_reserves=QuoteReserves.SOFTLY)
    for policy, words in ((Policy(), "Nothing is reserved."), (softly, "kept for you without obligation")):
        bench.set_policy(policy)
        [paper] = printed(bench, printing.print_order(bench.desk, acting(), quote.order.id, (K.QUOTE,)))
        assert words in str(paper.blocks)


def test_cancelling_prints_what_became_of_the_money_but_a_quote_ends_without_a_paper(bench: Bench) -> None:
    changed = saved(bench, deposit=3_000)
    gone = kept(orders.cancel(bench.desk, acting(reason="moved away"), changed.order.id, DepositAtEnd.REFUND))
    assert [paper.kind for paper in printed(bench, gone.jobs)] == [K.REFUND_RECEIPT, K.CANCELLATION]
    details = orders.new_details(bench.desk, OrderKind.QUOTE)
    offered = kept(orders.save(bench.desk, acting(), filled(bench), details))
    assert kept(orders.cancel(bench.desk, acting(), offered.order.id)).jobs == ()


def test_what_is_sent_gets_a_shipping_note_with_its_label(bench: Bench) -> None:
    home = Delivery("ship", DeliveryMode.SHIP, "S01", Address("Main Street 1", "1234", "Town", "DK"))
    details = replace(orders.new_details(bench.desk), delivery=home)
    settlement = orders.Settlement(cash(bench, 16_890))
    made = kept(orders.save(bench.desk, acting(), filled(bench), details, settlement))
    jobs = ready(bench, made.order.id).jobs
    assert [paper.kind for paper in printed(bench, jobs)] == [K.COLLECT_SLIP, K.SHIPPING_NOTE]
    again = printing.print_order(bench.desk, acting(), made.order.id, (K.SHIPPING_NOTE,))
    assert [paper.copy_number for paper in printed(bench, again)] == [1]


@pytest.mark.parametrize("kind", [K.PICKING_SLIP, K.COLLECT_SLIP, K.PUT_BACK_LIST, K.QUOTE])
def test_every_paper_of_an_order_can_be_asked_for(bench: Bench, kind: DocumentKind) -> None:
    order_id = ready(bench, saved(bench).order.id).order.id
    assert printed(bench, printing.print_order(bench.desk, acting(), order_id, (kind,)))


def test_copies_need_their_right_and_an_order(bench: Bench) -> None:
    nobody = acting(StaffMember("x", "X", Role.CASHIER, active=False))
    order_id = saved(bench).order.id
    refusals = (
        printing.print_order(bench.desk, nobody, order_id, (K.QUOTE,)),
        printing.print_sale_copy(bench.desk, nobody, "R1"),
        printing.print_order(bench.desk, acting(), "nothing", (K.QUOTE,)),
        printing.print_sale_copy(bench.desk, acting(), "R1"),
        printing.print_picking_slip(bench.desk, acting(), ("nothing",)),
        printing.print_put_back_list(bench.desk, acting(), ()),
    )
    codes = [refusal.code for refusal in refusals if isinstance(refusal, Refusal)]
    assert codes == [
        Code.RIGHT_NEEDED,
        Code.RIGHT_NEEDED,
        Code.ORDER_UNKNOWN,
        Code.SALE_UNKNOWN,
        Code.ORDER_UNKNOWN,
        Code.ORDER_UNKNOWN,
    ]


def test_each_kind_of_paper_goes_to_the_printer_that_is_set_for_it(bench: Bench) -> None:
    assert printing.printer_for(bench.desk, K.PICKING_SLIP) == printing.DEFAULT_PRINTER
    bench.store.settings.set("printer", "counter")
    bench.store.settings.set(f"printer.{K.PICKING_SLIP.value}", "stock room")
    job_ids = printing.print_picking_slip(bench.desk, acting(), (saved(bench).order.id,))
    assert isinstance(job_ids, tuple)
    job = bench.store.print_jobs.get(job_ids[0])
    assert job is not None
    assert (job.printer, printing.printer_for(bench.desk, K.QUOTE)) == ("stock room", "counter")


def test_receipts_and_shift_reports_are_printed_and_copied(bench: Bench) -> None:
    shift = shifts.open(bench.desk, acting(), Money(0, "EUR"))
    assert isinstance(shift, Shift)
    who = acting(shift=shift.id, reason="r")
    cart = selling.add_item(bench.desk, selling.new_cart(bench.desk), SKUS[1])
    assert isinstance(cart, Cart)
    due = totals(cart).total
    tendering: Tendering = cash(bench, due.amount)
    assert paying.is_enough(tendering)
    done = selling.finish(bench.desk, who, cart, tendering)
    assert isinstance(done, selling.Sold)
    assert [paper.kind for paper in printed(bench, done.jobs)] == [K.SALES_RECEIPT]
    (copy,) = printed(bench, printing.print_sale_copy(bench.desk, who, done.sale.number))
    assert (copy.copy_number, copy.open_drawer) == (1, False)
    (report,) = printed(bench, shifts.print_report(bench.desk, who, shift.id))
    assert report.kind is K.SHIFT_REPORT
    assert shifts.print_report(bench.desk, who, "none") == Refusal(Code.SHIFT_NEEDED)


def test_the_drawer_opens_without_a_sale_only_by_right_and_with_a_reason(bench: Bench) -> None:
    clerk = acting(person("clerk", "Karl", Role.CASHIER), reason="change")
    refused = shifts.open_drawer(bench.desk, clerk)
    assert isinstance(refused, Refusal)
    assert shifts.open_drawer(bench.desk, acting()) == Refusal(Code.REASON_NEEDED)
    assert shifts.open_drawer(bench.desk, acting(reason="change")) is None
    row = bench.store.file.raw.execute("SELECT act, detail FROM audit ORDER BY place DESC").fetchone()
    assert row == ("drawer_opened", "change")
