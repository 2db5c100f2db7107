"""Orders made and ended are counted day by day for the people of some stores inside the indexes of time."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    closed = text("closed_at IS NOT NULL")
    op.drop_index("ix_orders_created_at", "orders")
    op.create_index("ix_orders_created_at", "orders", ["created_at", "store", "work_store"])
    op.drop_index("ix_orders_closed_at_closed_as", "orders")
    op.create_index(
        "ix_orders_closed_at_closed_as",
        "orders",
        ["closed_at", "closed_as", "store", "work_store"],
        sqlite_where=closed,
        postgresql_where=closed,
    )
