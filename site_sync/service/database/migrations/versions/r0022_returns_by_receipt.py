"""A return that takes goods of several receipts back keeps lines of the same number apart."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step; SQLite lays the table anew for it."""
    with op.batch_alter_table("return_lines") as lines:
        lines.drop_constraint("pk_return_lines", type_="primary")
        lines.create_primary_key("pk_return_lines", ["id", "line", "sale_id"])
