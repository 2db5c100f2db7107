"""Who changed what of the settings; cards that are blocked and words with a correction."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, Text

from site_sync.service.database.metadata import Moment, metadata

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    sixth = MetaData(naming_convention=metadata.naming_convention)
    table = Table(
        "settings_changes",
        sixth,
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("at", Moment(timezone=True), nullable=False),
        *(Column(name, String, nullable=False) for name in ("staff", "kind", "key", "act")),
        *(Column(name, Text, nullable=False) for name in ("name", "before", "after", "why")),
    )
    Index("ix_settings_changes_kind_key", table.c.kind, table.c.key)
    sixth.create_all(op.get_bind())
    op.add_column("balances", Column("blocked", Boolean, nullable=False, server_default=sa.false()))
    op.add_column("balance_entries", Column("note", Text, nullable=False, server_default=""))
