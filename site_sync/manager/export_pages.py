"""Tables to take away: goods, stock, orders, journals and the audit, filtered as their pages are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from site_sync.domain.permissions import Right
from site_sync.manager.audit_page import FILTERS as AUDIT_FILTERS
from site_sync.manager.audit_page import wanted_of as audit_asked
from site_sync.manager.file_answers import download
from site_sync.manager.journal_pages import enquiry_of as journals_asked
from site_sync.manager.order_pages import FILTERS as ORDER_FILTERS
from site_sync.manager.order_pages import enquiry_of as orders_asked
from site_sync.manager.visit import Visit, needs
from site_sync.service import export_rows, settings_audit
from site_sync.service.settings_audit import Subject

routes = APIRouter()
WORDS, TYPED = "q", "…"
"""The filter that holds what was typed, and what is written down of it."""
Looking = Annotated[Visit, Depends(needs(Right.ORDER_RECALL))]
Auditing = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]


def _note(visit: Visit, what: str, filters: Iterable[str]) -> None:
    """Write down who took personal data or the audit away, and by which filter.

    What was searched for may be a customer's name, which nobody could take out of the audit again.
    """
    asked = {name: TYPED if name == WORDS else visit.asked(name) for name in filters if visit.asked(name)}
    subject = Subject("export", what)
    visit.write(lambda tx: settings_audit.note(tx, visit.author, subject, (None, {"file": what, **asked})))


@routes.get("/export/goods.{ending}")
def goods(visit: Looking, ending: str) -> Response:
    """The catalogue, as an import takes it."""
    return download(visit, "goods", ending, export_rows.goods(visit.site.database))


@routes.get("/export/stock.{ending}")
def stock(visit: Looking, ending: str) -> Response:
    """Stock per store, as an import takes it."""
    return download(visit, "stock", ending, export_rows.stock(visit.site.database, visit.within))


@routes.get("/export/orders.{ending}")
def orders(visit: Looking, ending: str) -> Response:
    """The orders that the filter of their page leaves."""
    answer = download(
        visit, "orders", ending, export_rows.orders(visit.site.database, orders_asked(visit), visit.now())
    )
    _note(visit, f"orders.{ending}", ORDER_FILTERS)
    return answer


@routes.get("/export/journals.{ending}")
def journals(visit: Looking, ending: str) -> Response:
    """The entries of the journals that the filter of their page leaves."""
    return download(
        visit, "journals", ending, export_rows.journals(visit.site.database, journals_asked(visit))
    )


@routes.get("/export/audit.{ending}")
def audit(visit: Auditing, ending: str) -> Response:
    """The changes that the filter of their page leaves."""
    answer = download(visit, "audit", ending, export_rows.audit(visit.site.database, audit_asked(visit)))
    _note(visit, f"audit.{ending}", AUDIT_FILTERS)
    return answer
