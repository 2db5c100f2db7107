"""Papers: which document goes with which event, and their print jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pos_app.operations.desk import Acting, Changed, Desk, need
from pos_app.operations.paper_queue import Ticket, print_again, print_document
from site_sync.domain.codes import collect_code
from site_sync.domain.documents.blocks import Document, DocumentKind, as_copy
from site_sync.domain.documents.credit_notes import credit_note
from site_sync.domain.documents.ending_papers import Cancelled, cancellation, shipping_note
from site_sync.domain.documents.floor_papers import collect_slips, picking_slip, put_back_list
from site_sync.domain.documents.order_papers import order_confirmation, quote, says_the_same, shows_code
from site_sync.domain.documents.order_receipts import (
    HandOver,
    collect_receipt,
    deposit_receipt,
    refund_receipt,
)
from site_sync.domain.documents.sales_receipts import sales_receipt
from site_sync.domain.documents.stationery import Stationery
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.events import GoodsHandedOver, OrderCancelled, OrderReady, PaymentRecorded
from site_sync.domain.money import Money
from site_sync.domain.orders import DeliveryMode, Order, OrderKind, Payment, PaymentKind
from site_sync.domain.permissions import Right
from site_sync.domain.policies import QuoteReserves
from site_sync.domain.sales import Sale
from site_sync.domain.shop import StaffMember
from site_sync.domain.tokens import COLLECT, derive_token

DEFAULT_PRINTER = "receipt"
FLOOR_PAPERS = frozenset({DocumentKind.PICKING_SLIP, DocumentKind.COLLECT_SLIP, DocumentKind.PUT_BACK_LIST})
"""Papers staff walk with: printed as things stand, never as a copy of how they stood."""

Jobs = tuple[str, ...]


def stationery(desk: Desk, staff: StaffMember, language: str = "") -> Stationery:
    """This store's paper, in a language or the staff's own."""
    shop = desk.store.shop
    return Stationery(
        store=desk.here,
        now=desk.now(),
        language=language or staff.language,
        staff=staff.name,
        till=desk.identity.till,
        logo=desk.store.pictures.named(desk.here.logo),
        stores={store.code: store for store in shop.stores()},
        tenders={tender.code: tender for tender in shop.tenders()},
    )


def customer_code(desk: Desk, order: Order) -> str:
    """The text of the order's QR code; empty where this till cannot know the token."""
    key = desk.identity.code_key
    if not key or not order.code_hash:
        return ""
    return collect_code(order.number, derive_token(bytes.fromhex(key), COLLECT, order.id, order.code_issue))


def printer_for(desk: Desk, kind: DocumentKind) -> str:
    """The name of the printer that takes a kind of document."""
    settings = desk.store.settings
    return settings.get(f"printer.{kind.value}") or settings.get("printer") or DEFAULT_PRINTER


RECEIPTS = frozenset({DocumentKind.SALES_RECEIPT, DocumentKind.DEPOSIT_RECEIPT, DocumentKind.REFUND_RECEIPT})
"""Papers that a customer may want by e-mail instead, or not at all."""


def queue(
    desk: Desk, documents: Iterable[Document], order_id: str = "", *, asks_receipt: bool = False
) -> Jobs:
    """Queue documents; durable with the act they belong to. Receipts that are asked about wait for it."""
    jobs = desk.store.print_jobs
    return tuple(
        print_document(
            jobs,
            Ticket(desk.new_id(), desk.now(), held=asks_receipt and document.kind in RECEIPTS),
            document,
            printer=printer_for(desk, document.kind),
            order_id=order_id,
        ).id
        for document in documents
    )


def _ticket(desk: Desk) -> Ticket:
    return Ticket(desk.new_id(), desk.now())


def _payments(changed: Changed, kind: PaymentKind) -> tuple[Payment, ...]:
    return tuple(
        event.payment
        for event in changed.events
        if isinstance(event, PaymentRecorded) and event.payment.kind is kind
    )


def papers_of(
    desk: Desk, staff: StaffMember, changed: Changed, change: Money | None = None
) -> tuple[Document, ...]:
    """The papers an act makes by itself: receipts for money and goods, collect slips for bags.

    `change` was given back from cash.
    """
    order = changed.order
    paper = stationery(desk, staff, order.customer.language)
    documents: list[Document] = []
    taken = _payments(changed, PaymentKind.PAYMENT)
    handed_over = [event for event in changed.events if isinstance(event, GoodsHandedOver)]
    for event in handed_over:
        documents.append(collect_receipt(HandOver(order, event.lines, taken, change), paper))
    if taken and not handed_over:
        documents.append(deposit_receipt(order, taken, paper, customer_code(desk, order)))
    refunds = _payments(changed, PaymentKind.REFUND)
    if refunds:
        documents.append(refund_receipt(order, refunds, paper, changed.command.reason))
    if kept := _payments(changed, PaymentKind.CREDIT):
        documents.append(credit_note(order, kept, paper))
    documents.extend(_of_cancelling(changed, paper))
    if any(isinstance(event, OrderReady) for event in changed.events):
        documents.extend(collect_slips(order, replace(paper, language=staff.language)))
        if order.delivery.mode is DeliveryMode.SHIP:
            documents.append(shipping_note(order, paper))
    return tuple(documents)


def _of_cancelling(changed: Changed, paper: Stationery) -> Iterator[Document]:
    """What was cancelled and what became of its money; a quote is cancelled without a paper."""
    if changed.order.kind is OrderKind.QUOTE:
        return
    money = tuple(event.payment for event in changed.events if isinstance(event, PaymentRecorded))
    for event in changed.events:
        if isinstance(event, OrderCancelled):
            what = Cancelled(changed.order, event.lines, money, event.reason, event.whole)
            yield cancellation(what, paper)


def order_paper(desk: Desk, staff: StaffMember, order: Order) -> Document:
    """The order confirmation with its code, or the quote."""
    paper = stationery(desk, staff, order.customer.language)
    if order.kind is OrderKind.QUOTE:
        reserves = desk.policy(order.work_store, order.delivery.method).quote_reserves
        return quote(order, paper, softly=reserves is QuoteReserves.SOFTLY)
    doubtful = desk.store.leases.to_confirm(order.id)
    return order_confirmation(order, paper, customer_code(desk, order), doubtful)


def print_order(desk: Desk, acting: Acting, order_id: str, kinds: tuple[DocumentKind, ...]) -> Jobs | Refusal:
    """Print papers of an order; what was printed for it before comes out as a numbered copy."""
    refusal = need(acting, Right.PRINT_COPY)
    if refusal is not None:
        return refusal
    order = desk.store.orders.order(order_id)
    if order is None:
        return Refusal(Code.ORDER_UNKNOWN, {"order": order_id})
    printed: list[str] = []
    with desk.store.file.transaction():
        for kind in kinds:
            printed.extend(_print_one(desk, acting, order, kind))
    return tuple(printed)


def _print_one(desk: Desk, acting: Acting, order: Order, kind: DocumentKind) -> Jobs:
    originals = [
        job
        for job in desk.store.print_jobs.of_order(order.id)
        if not job.copy_of and job.document.kind is kind
    ]
    if kind in (DocumentKind.ORDER_CONFIRMATION, DocumentKind.QUOTE):
        now = order_paper(desk, acting.staff, order)
        originals = [job for job in originals if says_the_same(job.document, now)]
    elif kind is DocumentKind.DEPOSIT_RECEIPT:
        code = customer_code(desk, order)
        originals = [job for job in originals if shows_code(job.document, code)]
    if originals and kind not in FLOOR_PAPERS:
        jobs = desk.store.print_jobs
        return tuple(print_again(jobs, _ticket(desk), original.id).id for original in originals)
    fresh = _fresh(desk, acting.staff, order, kind)
    return queue(desk, fresh, order.id)


def _fresh(desk: Desk, staff: StaffMember, order: Order, kind: DocumentKind) -> tuple[Document, ...]:
    """A paper of the order as it is now; the confirmation stands in for receipts this till never printed."""
    paper = stationery(desk, staff)
    if kind is DocumentKind.SHIPPING_NOTE:
        return (shipping_note(order, paper),)
    if kind is DocumentKind.DEPOSIT_RECEIPT:
        taken = tuple(one for one in order.payments if one.kind is PaymentKind.PAYMENT)
        mine = stationery(desk, staff, order.customer.language)
        receipt = deposit_receipt(order, taken, mine, customer_code(desk, order))
        return (replace(receipt, open_drawer=False),)
    if kind is DocumentKind.PICKING_SLIP:
        return (picking_slip((order,), paper),)
    if kind is DocumentKind.COLLECT_SLIP:
        return collect_slips(order, paper)
    if kind is DocumentKind.PUT_BACK_LIST:
        return (put_back_list((order,), paper),)
    return (order_paper(desk, staff, order),)


def _orders(desk: Desk, order_ids: tuple[str, ...]) -> tuple[Order, ...]:
    found = (desk.store.orders.order(order_id) for order_id in order_ids)
    return tuple(order for order in found if order is not None)


def print_picking_slip(desk: Desk, acting: Acting, order_ids: tuple[str, ...]) -> Jobs | Refusal:
    """One slip for one walk through several orders, by shelf."""
    orders = _orders(desk, order_ids)
    if not orders:
        return Refusal(Code.ORDER_UNKNOWN, {"order": ", ".join(order_ids)})
    return queue(desk, (picking_slip(orders, stationery(desk, acting.staff)),), orders[0].id)


def print_put_back_list(desk: Desk, acting: Acting, order_ids: tuple[str, ...]) -> Jobs | Refusal:
    """One list of what goes back to the shelves."""
    orders = _orders(desk, order_ids)
    if not orders:
        return Refusal(Code.ORDER_UNKNOWN, {"order": ", ".join(order_ids)})
    return queue(desk, (put_back_list(orders, stationery(desk, acting.staff)),), orders[0].id)


def print_sale(desk: Desk, acting: Acting, sale: Sale, *, asks_receipt: bool = False) -> Jobs:
    """The receipt of a sale, in its transaction and in its customer's language."""
    customer = desk.store.customers.customer(sale.customer_id) if sale.customer_id else None
    paper = stationery(desk, acting.staff, customer.language if customer else "")
    return queue(desk, (sales_receipt(sale, paper),), sale.id, asks_receipt=asks_receipt)


def print_sale_copy(desk: Desk, acting: Acting, number: str) -> Jobs | Refusal:
    """A numbered copy of a receipt of this till."""
    refusal = need(acting, Right.PRINT_COPY)
    if refusal is not None:
        return refusal
    sale = desk.store.sales.by_number(number)
    if sale is None:
        return Refusal(Code.SALE_UNKNOWN, {"number": number})
    with desk.store.file.transaction():
        receipt = sales_receipt(sale, stationery(desk, acting.staff))
        copy = as_copy(receipt, desk.store.sales.count_copy(sale.id))
        return queue(desk, (copy,))
