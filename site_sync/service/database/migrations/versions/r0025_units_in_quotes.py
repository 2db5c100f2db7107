"""Lines of open quotes are found by their item."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    quoted = text("reserved = 0 AND to_pick > 0 AND kind = 'goods'")
    op.create_index(
        "ix_order_lines_quoted",
        "order_lines",
        ["sku", "store"],
        sqlite_where=quoted,
        postgresql_where=quoted,
    )
