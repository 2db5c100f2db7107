"""Stock reservation journals: the list with its filters, one journal with its entries."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from site_sync.domain.permissions import Right
from site_sync.domain.stock import StockReason
from site_sync.manager.order_pages import seen_order
from site_sync.manager.rendering import clock, page, shops
from site_sync.manager.visit import Missing, Visit, needs
from site_sync.manager.wording import word
from site_sync.protocol.changes import RecordKind
from site_sync.service import items_meant, journal_enquiry, paging
from site_sync.service.database import records
from site_sync.service.journal_enquiry import JournalEnquiry

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.ORDER_RECALL))]
CORRECTIONS = "corrections"
"""Address of the journal of corrections, which belong to no order."""
FILTERS = ("q", "store", "state", "reason", "since", "until")


def enquiry_of(visit: Visit) -> JournalEnquiry:
    """The journals that an address asks for."""
    chosen = {name: visit.asked(name) for name in FILTERS}
    shown = clock(visit, shops(visit))
    return JournalEnquiry(
        text=chosen["q"],
        store=chosen["store"],
        state=chosen["state"],
        reason=StockReason(chosen["reason"]) if chosen["reason"] in set(StockReason) else None,
        since=shown.midnight(chosen["since"]),
        until=shown.midnight(chosen["until"], 1),
        within=visit.within,
        page=visit.page_number,
    )


@routes.get("/journals")
def search(visit: Looking) -> Response:
    """Journals by order, item, store, state, reason and days."""
    enquiry = enquiry_of(visit)
    return page(
        visit,
        "journals_found.html" if visit.live else "journals.html",
        section="/journals",
        chosen={name: visit.asked(name) for name in FILTERS},
        reason_options=[(reason.value, word("reason", reason)) for reason in StockReason],
        found=visit.read(lambda db: journal_enquiry.find_journals(db, enquiry)),
        meant=visit.read(lambda db: items_meant.meant(db, enquiry.text)),
        corrections=CORRECTIONS,
        most=paging.MOST,
    )


@routes.get("/journals/{order_id}")
def show(visit: Looking, order_id: str) -> Response:
    """One journal, entry by entry."""
    order = None if order_id == CORRECTIONS else seen_order(visit, order_id)
    if order is None and visit.within is not None:
        raise Missing
    entries = visit.read(lambda db: journal_enquiry.entries_of(db, order.id if order else ""))
    skus = {entry.sku for entry in entries}
    return page(
        visit,
        "journal.html",
        section="/journals",
        order=order,
        entries=entries,
        items=visit.read(lambda db: records.some(db, RecordKind.ITEM, skus)),
        staff={person.id: person for person in visit.read(lambda db: records.every(db, RecordKind.STAFF))},
    )
