"""How a customer wants the receipt: on paper, by e-mail, or not at all; kept back until they said."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from pos_app.operations.desk import Acting, Desk
from pos_app.store.print_jobs import JobState, PrintJob, document_json
from site_sync.domain.customers import Customer
from site_sync.domain.documents.codec import to_data
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.policies import ReceiptWanted
from site_sync.domain.receipt_mail import ReceiptMail, is_address


@dataclass(frozen=True, slots=True)
class Offer:
    """Receipts that wait: how they usually go, where the customer can be written to, whether cash moved."""

    jobs: tuple[str, ...]
    usual: ReceiptWanted
    email: str = ""
    opens_drawer: bool = False


def offer(desk: Desk) -> Offer | None:
    """What to ask the customer now; None when no receipt waits."""
    held = desk.store.print_jobs.held()
    if not held:
        return None
    who = _customer(desk, held[-1].order_id)
    email = who.email if who is not None and is_address(who.email) else ""
    usual = desk.policy().receipt
    if usual is ReceiptWanted.EMAIL and not email:
        usual = ReceiptWanted.PRINT
    drawer = any(job.document.open_drawer for job in held)
    return Offer(tuple(job.id for job in held), usual, email, drawer)


def _customer(desk: Desk, subject: str) -> Customer | None:
    """Whom a receipt is for, by the order or sale it is of."""
    order = desk.store.orders.order(subject)
    if order is not None:
        return order.customer
    sale = desk.store.sales.get(subject)
    return desk.store.customers.customer(sale.customer_id) if sale is not None and sale.customer_id else None


def choose(desk: Desk, acting: Acting, wanted: ReceiptWanted, email: str = "") -> tuple[str, ...] | Refusal:
    """Let the waiting receipts go the way the customer wants; their ids. Copies stay possible of each."""
    address = email.strip()
    if wanted is ReceiptWanted.EMAIL and not is_address(address):
        return Refusal(Code.EMAIL_INVALID, {"address": address})
    held = desk.store.print_jobs.held()
    with desk.store.file.transaction():
        for job in held:
            if wanted is ReceiptWanted.PRINT:
                desk.store.print_jobs.let_print(_without_drawer(job), desk.now())
                continue
            if wanted is ReceiptWanted.EMAIL:
                desk.store.keep_mail(_mail(desk, acting, job, address))
            desk.store.print_jobs.finish(job.id, JobState.UNPRINTED, wanted.value, desk.now())
    return tuple(job.id for job in held)


def _without_drawer(job: PrintJob) -> PrintJob:
    """The drawer opened when the money moved; it does not open again with the paper."""
    return replace(job, document_json=document_json(replace(job.document, open_drawer=False)))


def _mail(desk: Desk, acting: Acting, job: PrintJob, address: str) -> ReceiptMail:
    document = job.document
    of_order = desk.store.orders.order(job.order_id) is not None
    return ReceiptMail(
        id=desk.new_id(),
        store=desk.identity.store,
        till=desk.identity.till,
        by=acting.by,
        at=desk.now(),
        address=address,
        document=json.dumps(to_data(document), ensure_ascii=False, separators=(",", ":")),
        number=document.title.rpartition(" ")[2],
        language=document.language,
        order_id=job.order_id if of_order else "",
    )
