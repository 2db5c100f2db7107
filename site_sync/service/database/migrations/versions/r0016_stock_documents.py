"""Stock documents with their lines, the movements they made, and what the list of them is read by."""

from __future__ import annotations

from alembic import op
from sqlalchemy import CheckConstraint, Column, Index, Integer, MetaData, String, Table, Text, text

from site_sync.service.database.metadata import Moment, metadata

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    sixteenth = MetaData(naming_convention=metadata.naming_convention)
    _documents(sixteenth)
    _movements(sixteenth)
    sixteenth.create_all(op.get_bind())
    for name, column, words in (
        ("ix_journal_moved", ["sku", "id"], "on_hand <> 0"),
        ("ix_journal_short", ["at"], "reason = 'short'"),
    ):
        op.create_index(name, "journal", column, sqlite_where=text(words), postgresql_where=text(words))


def _documents(into: MetaData) -> None:
    documents = Table(
        "stock_documents",
        into,
        Column("id", String, primary_key=True),
        Column("number", String, nullable=False, unique=True),
        *(Column(name, String, nullable=False) for name in ("kind", "store", "to_store", "state")),
        Column("version", Integer, nullable=False),
        Column("reason", String, nullable=False),
        Column("note", Text, nullable=False),
        Column("made_by", String, nullable=False),
        Column("made_at", Moment(timezone=True), nullable=False),
        Column("posted_by", String, nullable=False),
        Column("posted_at", Moment(timezone=True)),
        Column("received_by", String, nullable=False),
        Column("received_at", Moment(timezone=True)),
    )
    Index("ix_stock_documents_made_at", documents.c.made_at, documents.c.id)
    Index("ix_stock_documents_to_store_state", documents.c.to_store, documents.c.state)
    lines = Table(
        "stock_document_lines",
        into,
        Column("document", String, primary_key=True),
        Column("place", Integer, primary_key=True),
        Column("sku", String, nullable=False),
        Column("quantity", Integer, nullable=False),
        Column("expected", Integer, nullable=False),
        Column("received", Integer),
    )
    Index("uq_stock_document_lines_sku", lines.c.document, lines.c.sku, unique=True)


def _movements(into: MetaData) -> None:
    movements = Table(
        "stock_movements",
        into,
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("at", Moment(timezone=True), nullable=False),
        *(Column(name, String, nullable=False) for name in ("store", "sku")),
        Column("quantity", Integer, nullable=False),
        *(Column(name, String, nullable=False) for name in ("kind", "reason", "staff", "document", "number")),
        CheckConstraint("kind <> ''", name="kind_named"),
    )
    Index("ix_stock_movements_sku", movements.c.sku, movements.c.id)
