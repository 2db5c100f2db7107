"""When an item was counted last, found at once among all that was sold of it."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    counted = text("kind = 'count'")
    op.create_index(
        "ix_stock_movements_counted",
        "stock_movements",
        ["sku", "store", "at"],
        sqlite_where=counted,
        postgresql_where=counted,
    )
