"""Tables of stock documents and of every movement of goods that no order or sale tells of."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, text

from site_sync.service.database.metadata import CODE, Moment, metadata
from site_sync.service.database.order_tables import journal

stock_documents = Table(
    "stock_documents",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("number", CODE, nullable=False, unique=True),
    Column("kind", CODE, nullable=False),
    Column("store", CODE, nullable=False),
    Column("to_store", CODE, nullable=False, default=""),
    Column("state", CODE, nullable=False),
    Column("version", Integer, nullable=False),
    Column("reason", CODE, nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("made_by", CODE, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("posted_by", CODE, nullable=False, default=""),
    Column("posted_at", Moment),
    Column("received_by", CODE, nullable=False, default=""),
    Column("received_at", Moment),
)
"""`version` moves with every change, so that what was changed meanwhile is not posted unseen."""
Index("ix_stock_documents_made_at", stock_documents.c.made_at, stock_documents.c.id)
Index("ix_stock_documents_to_store_state", stock_documents.c.to_store, stock_documents.c.state)

stock_document_lines = Table(
    "stock_document_lines",
    metadata,
    Column("document", CODE, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("sku", CODE, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("expected", Integer, nullable=False, default=0),
    Column("received", Integer),
)
Index("uq_stock_document_lines_sku", stock_document_lines.c.document, stock_document_lines.c.sku, unique=True)

stock_movements = Table(
    "stock_movements",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("store", CODE, nullable=False),
    Column("sku", CODE, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("reason", CODE, nullable=False, default=""),
    Column("staff", CODE, nullable=False, default=""),
    Column("document", CODE, nullable=False, default=""),
    Column("number", CODE, nullable=False, default=""),
    CheckConstraint("kind <> ''", name="kind_named"),
)
"""Append-only: goods that came, went or were counted; a count that found no difference is one of 0."""
Index("ix_stock_movements_sku", stock_movements.c.sku, stock_movements.c.id)

MOVED_GOODS, WAS_SHORT, COUNTED = text("on_hand <> 0"), text("reason = 'short'"), text("kind = 'count'")
_M = stock_movements.c
Index(
    "ix_stock_movements_counted",
    _M.sku,
    _M.store,
    _M.at,
    sqlite_where=COUNTED,
    postgresql_where=COUNTED,
)
Index("ix_journal_moved", journal.c.sku, journal.c.id, sqlite_where=MOVED_GOODS, postgresql_where=MOVED_GOODS)
Index("ix_journal_short", journal.c.at, sqlite_where=WAS_SHORT, postgresql_where=WAS_SHORT)
