"""Orders found at once among a million: by their shop's own id, open ones by change, ended ones by how."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    known, closed = text("external_id <> ''"), text("closed_at IS NOT NULL")
    op.create_index(
        "ix_orders_external_id_source",
        "orders",
        ["external_id", "source"],
        sqlite_where=known,
        postgresql_where=known,
    )
    unfinished = text("stage <> 'done'")
    op.create_index(
        "ix_orders_open_updated_at",
        "orders",
        ["updated_at", "id"],
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    op.drop_index("ix_orders_closed_at", "orders")
    op.create_index(
        "ix_orders_closed_at_closed_as",
        "orders",
        ["closed_at", "closed_as"],
        sqlite_where=closed,
        postgresql_where=closed,
    )
