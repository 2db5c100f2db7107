"""What stock documents changed, as the audit keeps it: the document, and each level before and after."""

from __future__ import annotations

from collections.abc import Mapping

from site_sync.domain.stock_documents import StockDocument
from site_sync.service import settings_audit
from site_sync.service.database.transaction import Transaction
from site_sync.service.settings_audit import Author, BeforeAfter, Facts, Subject

DOCUMENT = "stock_document"
STOCK = "stock"
"""A level's entries are named by store and SKU, as those of tables of goods are."""


def note(
    tx: Transaction,
    author: Author,
    known: StockDocument,
    after: StockDocument,
    levels: Mapping[str, BeforeAfter],
) -> None:
    """Write down how far a document has come and why, and under its number what it did to levels.

    `levels` are by store and SKU; one that stayed as it was leaves no entry.
    """
    told = {Subject(DOCUMENT, known.number): (_facts(known), _facts(after))}
    settings_audit.note_all(tx, author, told)
    changes = {Subject(STOCK, key): change for key, change in levels.items()}
    settings_audit.note_all(tx, author, changes, known.number)


def _facts(document: StockDocument) -> Facts:
    return {"state": document.state.value, "reason": document.reason, "note": document.note}
