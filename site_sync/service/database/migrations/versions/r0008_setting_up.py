"""What the shop settled of itself when it was set up, and files of goods that are read in."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

from site_sync.service.database.metadata import Moment, metadata

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    eighth = MetaData(naming_convention=metadata.naming_convention)
    Table(
        "setup_facts",
        eighth,
        Column("key", String, primary_key=True),
        Column("body", Text, nullable=False),
    )
    files = Table(
        "catalogue_imports",
        eighth,
        Column("id", String, primary_key=True),
        *(Column(name, Text, nullable=False) for name in ("file", "name", "reading", "counts", "why")),
        *(Column(name, String, nullable=False) for name in ("staff", "state")),
        *(Column(name, Integer, nullable=False) for name in ("position", "total")),
        Column("at", Moment(timezone=True), nullable=False),
        *(Column(name, Moment(timezone=True)) for name in ("lease_until", "finished_at")),
        Column("content", LargeBinary, nullable=False),
    )
    Index("ix_catalogue_imports_state", files.c.state)
    wrong = Table(
        "catalogue_problems",
        eighth,
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("import_id", String, nullable=False),
        Column("line", Integer, nullable=False),
        *(Column(name, String, nullable=False) for name in ("field", "code")),
        Column("facts", Text, nullable=False),
    )
    Index("ix_catalogue_problems_import_id", wrong.c.import_id)
    eighth.create_all(op.get_bind())
