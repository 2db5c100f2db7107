"""Indexes that keep lists quick where very many orders are kept."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_FEW = (
    ("ix_orders_open", "created_at", "stage <> 'done'"),
    ("ix_orders_paid_too_much", "created_at", "paid > total"),
    ("ix_orders_ready_at", "ready_at", "ready_at IS NOT NULL"),
    ("ix_orders_closed_at", "closed_at", "closed_at IS NOT NULL"),
)


def upgrade() -> None:
    """Take the step."""
    for name, column, where in _FEW:
        op.create_index(name, "orders", [column], sqlite_where=text(where), postgresql_where=text(where))
    op.create_index("ix_order_lines_sku_order_id", "order_lines", ["sku", "order_id"])
    op.create_index("ix_journal_order_id_id", "journal", ["order_id", "id"])
